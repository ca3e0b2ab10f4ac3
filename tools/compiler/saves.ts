/**
 * `save()`, as programs for the Web IDE end: there it makes a program stay. What is flashed stays anyway, and beside it
 * the firmware saves nothing but throws (Espruino src/jswrap_interactive.c:194). So a statement of the top level that is
 * nothing but that is left out, and told; any other is told and stays.
 */
import { type AnyNode, parse } from 'acorn';
import { analyze } from 'eslint-scope';
import MagicString from 'magic-string';

export interface WithoutSaves {
  readonly code: string;
  readonly map: string;
  readonly warnings: readonly { readonly offset: number; readonly text: string }[];
}

const LEFT_OUT = 'save() is left out: what is flashed runs at every power-on without it';
const THROWS =
  'save() throws: beside a program that is flashed Espruino saves nothing. Use the module Storage for data';

const isSave = (node: AnyNode): boolean =>
  node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'save';

/** @returns undefined where there is none */
export function withoutSaves(code: string): WithoutSaves | undefined {
  if (!/\bsave\s*\(/.test(code)) return undefined;
  const program = parse(code, {
    ecmaVersion: 'latest',
    ranges: true,
    allowReturnOutsideFunction: true,
    allowHashBang: true,
  });
  const { scopes } = analyze(program, { ecmaVersion: 2022, sourceType: 'script' });
  if (scopes[0]!.set.has('save')) return undefined;
  const text = new MagicString(code);
  const statements = new Set<AnyNode>();
  for (const node of program.body)
    if (node.type === 'ExpressionStatement' && isSave(node.expression)) {
      statements.add(node.expression);
      text.overwrite(node.start, node.end, ';');
    }
  const warnings: { offset: number; text: string }[] = [];
  const free = scopes.flatMap(({ references }) => references).filter(({ resolved }) => !resolved);
  for (const { identifier } of free) {
    if ((identifier as { name?: string }).name !== 'save' || !/^\s*\(/.test(code.slice(identifier.end)))
      continue;
    const left = [...statements].some(({ start }) => start === identifier.start);
    warnings.push({ offset: identifier.start, text: left ? LEFT_OUT : THROWS });
  }
  if (!warnings.length) return undefined;
  return {
    code: text.toString(),
    map: text.generateMap({ hires: true, includeContent: true }).toString(),
    warnings,
  };
}
