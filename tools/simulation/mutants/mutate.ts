/**
 * All single changes of a source that its tests should notice. It must leave
 * types alone, and give each change by its place in the text, so that what
 * survives can be shown as it stands in the file.
 */
import type TS from 'typescript';
import { loadPackage } from '../../load';

const ts = loadPackage<typeof TS>('typescript');

export interface Mutant {
  /** Path from the root of the tree. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** What is taken out, and what takes its place. */
  readonly text: string;
  readonly replacement: string;
}

const OPERATORS = new Map<TS.SyntaxKind, string>([
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
]);

/** Members of an enumeration stand for numbers that both ends read by name: a change of one changes both. */
function isLeftOut(node: TS.Node): boolean {
  return ts.isTypeNode(node) || ts.isEnumDeclaration(node) || ts.isImportDeclaration(node);
}

export function mutantsOf(file: string, source: string): Mutant[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true);
  const found: Mutant[] = [];

  function add(node: TS.Node, replacement: string): void {
    const start = node.getStart(tree);
    const text = source.slice(start, node.end);
    if (text === replacement) return;
    const line = tree.getLineAndCharacterOfPosition(start).line + 1;
    found.push({ file, line, start, end: node.end, text, replacement });
  }

  function condition(node: TS.Expression): void {
    add(node, 'true');
    add(node, 'false');
  }

  // One that is always true would only hang.
  function loop(node: TS.Expression | undefined): void {
    if (node === undefined || node.kind === ts.SyntaxKind.TrueKeyword) return;
    add(node, 'false');
    add(node, `!(${node.getText(tree)})`);
  }

  function visit(node: TS.Node): void {
    if (isLeftOut(node)) return;
    if (ts.isIfStatement(node)) condition(node.expression);
    else if (ts.isConditionalExpression(node)) condition(node.condition);
    else if (ts.isWhileStatement(node) || ts.isDoStatement(node)) loop(node.expression);
    else if (ts.isForStatement(node)) loop(node.condition);
    else if (ts.isBinaryExpression(node)) {
      const other = OPERATORS.get(node.operatorToken.kind);
      if (other !== undefined) add(node.operatorToken, other);
    } else if (ts.isExpressionStatement(node)) {
      if (!ts.isStringLiteral(node.expression)) add(node, ';');
    } else if (ts.isReturnStatement(node)) {
      // `undefined` is what comes back anyway.
      if (node.expression && node.expression.getText(tree) !== 'undefined') add(node, 'return;');
    } else if (ts.isNumericLiteral(node)) add(node, String(Number(node.text) + 1));
    ts.forEachChild(node, visit);
  }

  visit(tree);
  return found;
}

/** The source with the change made. */
export function apply(source: string, { start, end, replacement }: Mutant): string {
  return source.slice(0, start) + replacement + source.slice(end);
}
