/**
 * Literals that Espruino reads as empty. Its parser holds one token more than it has worked through, and does not
 * keep the text of strings, templates and regular expressions while it skips code; so one that starts a statement
 * right behind skipped code is lost. It must take all code that may be skipped for skipped.
 */
import type { AnyNode } from 'acorn';

/** Whether skipping a statement takes in all of it, or leaves its semicolon to what comes after. */
function skippedWhole(node: AnyNode, source: string): boolean {
  switch (node.type) {
    case 'IfStatement':
      // Without `else` it takes its statement's semicolon.
      return !node.alternate || skippedWhole(node.alternate, source);
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
      return node.body.type === 'EmptyStatement' || skippedWhole(node.body, source);
    default:
      return !source.endsWith(';', node.end);
  }
}

/** Whether a statement that runs may end with skipped code. No loop does: it goes back to its end and reads on. */
function mayEndSkipping(node: AnyNode, source: string): boolean {
  switch (node.type) {
    case 'IfStatement':
      return skippedWhole(node.alternate ?? node.consequent, source);
    case 'TryStatement':
      return !node.finalizer;
    case 'ExpressionStatement':
    case 'VariableDeclaration':
      // As `a && b` does; nobody relies on the line's end in a bundle, so which of them is not worth telling.
      return !source.endsWith(';', node.end);
    default:
      return false;
  }
}

/** What is lost of the start of a statement, or undefined. */
export function lostLiteral(node: AnyNode, parent: AnyNode, source: string): string | undefined {
  const quote = /["'`/]/.exec(source[node.start])?.[0];
  if (!quote) return undefined;
  let list: readonly AnyNode[] = [];
  if (parent.type === 'SwitchCase') list = parent.consequent;
  else if (parent.type === 'Program' || parent.type === 'BlockStatement') list = parent.body;
  const before = list[list.indexOf(node) - 1] as AnyNode | undefined;
  // Until its case is found, a `switch` skips.
  const lost = before ? mayEndSkipping(before, source) : parent.type === 'SwitchCase' && parent.test;
  if (!lost) return undefined;
  const kind = quote === '/' ? 'regular expression' : quote === '`' ? 'template' : 'string';
  return `${kind} at the start of a statement, read as empty after code that may be skipped: put it second, or into a variable`;
}
