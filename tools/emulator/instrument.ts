/**
 * Puts a call of `$site(number)` before every call, `new` and `+=` of a
 * program, each of which may throw or find no memory, and has every `catch` and
 * `finally` end at once while a turn is being cut off. Otherwise the program
 * must do what it did. Other operators, literals and the interpreter's own
 * lists of variables need memory too: these places are not tried, but there is
 * a site close to almost every one of them.
 */
import { parse } from 'acorn';
import type { AnyNode, Node } from 'acorn';
import { CUT_OFF, SITE } from './natives';

export interface Site {
  /** In the program as it was. */
  readonly offset: number;
  /** The program there, some characters of it. */
  readonly text: string;
}

export interface Instrumented {
  readonly source: string;
  readonly sites: readonly Site[];
}

/** Characters of a program that are shown. */
const SHOWN = 60;

interface Insertion {
  readonly at: number;
  readonly text: string;
  /** Of two at one place the one of the outer node comes first where it begins, and last where it ends. */
  readonly rank: number;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

function childrenOf(node: AnyNode): AnyNode[] {
  return (Object.values(node) as unknown[])
    .flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value]))
    .filter(isNode);
}

/** @throws SyntaxError for a program that does not parse */
export function instrument(source: string): Instrumented {
  const insertions: Insertion[] = [];
  const sites: Site[] = [];

  function isSite(node: AnyNode): boolean {
    return (
      node.type === 'CallExpression' ||
      node.type === 'NewExpression' ||
      (node.type === 'AssignmentExpression' && node.operator === '+=')
    );
  }

  // A parenthesis at the beginning of a statement must not call what stands before it.
  function separate(body: readonly AnyNode[]): void {
    for (const one of body)
      if (/^(Expression|Return|Throw|Break|Continue|DoWhile)Statement$|^VariableDeclaration$/.test(one.type))
        if (source[one.end - 1] !== ';') insertions.push({ at: one.end, text: ';', rank: 1e6 });
  }

  function visit(node: AnyNode, depth: number): void {
    if (isSite(node)) {
      insertions.push({ at: node.start, text: `(${SITE}(${String(sites.length)}),`, rank: depth });
      insertions.push({ at: node.end, text: ')', rank: -depth });
      sites.push({
        offset: node.start,
        text: source.slice(node.start, Math.min(node.end, node.start + SHOWN)),
      });
    }
    if (node.type === 'Program' || node.type === 'BlockStatement') separate(node.body);
    if (node.type === 'CatchClause')
      insertions.push({ at: node.body.start + 1, text: `${CUT_OFF}();`, rank: 0 });
    if (node.type === 'TryStatement' && node.finalizer)
      insertions.push({ at: node.finalizer.start + 1, text: `${CUT_OFF}();`, rank: 0 });
    for (const child of childrenOf(node)) visit(child, depth + 1);
  }

  visit(parse(source, { ecmaVersion: 'latest', preserveParens: true }), 0);
  insertions.sort((a, b) => a.at - b.at || order(a) - order(b) || a.rank - b.rank);
  let text = '';
  let from = 0;
  for (const one of insertions) {
    text += source.slice(from, one.at) + one.text;
    from = one.at;
  }
  return { source: text + source.slice(from), sites };
}

/** What ends at a place comes before what begins there. */
function order({ text }: Insertion): number {
  return text === ')' ? 0 : text === ';' ? 1 : 2;
}
