/** What the sources call a bundle's functions, by its source map. It must name everything, if only by its place. */
import { SourceMap, type SourceMapPayload } from 'node:module';
import { basename } from 'node:path';
import type { AnyNode } from 'acorn';
import { children, isFunction, staticName } from '../check/scopes';

export interface Namer {
  /** A function's name in the sources. */
  name(node: AnyNode): string;
  /** `target/mqtt-client.ts:12`, or the place in the bundle. */
  place(node: AnyNode): string;
  /** The file that it comes from, where the map tells. */
  source(node: AnyNode): string | undefined;
}

/** @param map of the text that the tree was read from */
export function namer(program: AnyNode, code: string, map: unknown): Namer {
  const lines = [0];
  for (let at = code.indexOf('\n'); at >= 0; at = code.indexOf('\n', at + 1)) lines.push(at + 1);
  const sources = map ? new SourceMap(map as SourceMapPayload) : undefined;
  const parents = new Map<AnyNode, AnyNode>();
  const relate = (node: AnyNode): void => {
    for (const child of children(node)) {
      parents.set(child, node);
      relate(child);
    }
  };
  relate(program);

  const lineOf = (offset: number): number => {
    let line = lines.length - 1;
    while (lines[line]! > offset) line--;
    return line;
  };
  function original(offset: number): { name?: string; source: string; line: number } | undefined {
    const line = lineOf(offset);
    const entry = sources?.findEntry(line, offset - lines[line]!);
    if (!entry || !('originalSource' in entry)) return undefined;
    const { name } = entry as { name?: string };
    const exact = entry.generatedColumn === offset - lines[line]! && entry.generatedLine === line;
    return { name: exact ? name : undefined, source: entry.originalSource, line: entry.originalLine + 1 };
  }

  /** What a function expression is given to. */
  function holder(node: AnyNode): AnyNode | undefined {
    const parent = parents.get(node);
    if (!parent) return undefined;
    if (parent.type === 'VariableDeclarator') return parent.id as AnyNode;
    if (parent.type === 'Property') return parent.key as AnyNode;
    if (parent.type === 'AssignmentExpression')
      return parent.left.type === 'MemberExpression'
        ? (parent.left.property as AnyNode)
        : (parent.left as AnyNode);
    return undefined;
  }

  function place(node: AnyNode): string {
    const found = original(node.start);
    if (found) return `${basename(found.source)}:${found.line}`;
    const line = lineOf(node.start);
    return `${line + 1}:${node.start - lines[line]! + 1}`;
  }

  function name(node: AnyNode): string {
    if (node.type === 'Program') return 'the script';
    const id = isFunction(node) ? (node.id ?? holder(node)) : undefined;
    if (!id) return `function ${place(node)}`;
    return original(id.start)?.name ?? staticName(id, false) ?? `function ${place(node)}`;
  }
  return { name, place, source: (node) => original(node.start)?.source };
}
