/**
 * Refuses bundles that Espruino cannot run: what it does not parse, lacks, or needs declared earlier. It must
 * judge the text that reaches the board, after minification, and never change it.
 */
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { type AnyNode, parse } from 'acorn';
import type { Plugin } from 'rollup';
import { findNameProblems } from './names';
import { findOrderProblems } from './order';
import { children, findScopes } from './scopes';
import { forbiddenSyntax } from './syntax';

/** Something in a bundle that Espruino cannot run. */
export interface ScriptProblem {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** What it is, in words. */
  readonly construct: string;
}

/**
 * All that keeps a script from running in Espruino, in the order of the text.
 * @param isModule it is a module, for which `exports` is there
 * @param known globals beside Espruino's
 */
export function checkScript(
  source: string,
  isModule = false,
  known: readonly string[] = [],
): ScriptProblem[] {
  const place = (offset: number) => {
    const before = source.slice(0, offset).split('\n');
    return { line: before.length, column: before[before.length - 1].length + 1 };
  };

  let program;
  try {
    program = parse(source, { ecmaVersion: 'latest' });
  } catch (error) {
    const { message, pos } = error as SyntaxError & { pos: number };
    return [{ ...place(pos), construct: `syntax error: ${message.replace(/ \(\d+:\d+\)$/, '')}` }];
  }

  const scopes = findScopes(program);
  const nodes: AnyNode[] = [];
  const found: { node: AnyNode; construct: string }[] = [];
  const walk = (node: AnyNode, parent: AnyNode) => {
    nodes.push(node);
    const construct = forbiddenSyntax(node, parent, source, scopes);
    if (construct) found.push({ node, construct });
    for (const child of children(node)) walk(child, node);
  };
  walk(program, program);
  found.push(...findNameProblems(scopes, nodes, isModule, new Set(known)), ...findOrderProblems(scopes));
  return found
    .sort((a, b) => a.node.start - b.node.start)
    .map(({ node, construct }) => ({ ...place(node.start), construct }));
}

/**
 * Fails the build with every problem of every bundle, each with its place in the bundle and in the source.
 * @param known globals beside Espruino's
 */
export function checkBundle(known: readonly string[] = []): Plugin {
  return {
    name: 'check-bundle',
    generateBundle({ file: output = '', format }, bundle) {
      const lines: string[] = [];
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue;
        const map = file.map && new SourceMap(file.map as unknown as SourceMapPayload);
        for (const { line, column, construct } of checkScript(file.code, format === 'cjs', known)) {
          const entry = map?.findEntry(line - 1, column - 1);
          const origin =
            entry && 'originalSource' in entry
              ? ` (${relative('', resolve(dirname(output), entry.originalSource))}:${entry.originalLine + 1}:${entry.originalColumn + 1})`
              : '';
          lines.push(`${file.fileName}:${line}:${column}${origin}: ${construct}`);
        }
      }
      if (lines.length > 0)
        this.error({ message: `Espruino cannot run this:\n${lines.join('\n')}`, stack: '' });
    },
  };
}
