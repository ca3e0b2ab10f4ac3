/**
 * Where in the sources a place of a bundle is. Pure. A board names the last token that it read, V8 the beginning of what
 * it was doing: both come to the same expression here, in whatever the source map says of it.
 */
import { SourceMap } from 'node:module';
import type { SourceMapPayload } from 'node:module';
import { parse } from 'acorn';
import type { AnyNode } from 'acorn';

/** What a board runs, and the map of it (JSON text). */
export interface Mapped {
  readonly code: string;
  readonly map: string;
}

export interface SourcePlace {
  /** As the map has it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The line's text, where the map has the source. */
  readonly text?: string;
  /** The function around it by its name in the source, if it has one. */
  readonly name?: string;
}

export interface Places {
  /** Of a place of the code, both numbers from 1; undefined when no source has it. */
  at(line: number, column: number): SourcePlace | undefined;
  /** Offset of a place of the code. */
  offsetOf(line: number, column: number): number;
  /** Of an offset of the code. */
  atOffset(offset: number): SourcePlace | undefined;
}

/** A function with the name by which the code knows it. */
interface Named {
  readonly start: number;
  readonly end: number;
  /** Offset of its name. */
  readonly at: number | undefined;
  readonly name: string | undefined;
}

function children(node: AnyNode): AnyNode[] {
  return Object.values(node)
    .flat()
    .filter((value): value is AnyNode => typeof (value as { type?: unknown } | null)?.type === 'string');
}

/** Where the callee of a call is named, which is what a person looks for. */
function calleeStart(node: AnyNode): number {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return node.start;
  const { callee } = node;
  if (node.type === 'NewExpression') return node.start;
  return callee.type === 'MemberExpression' ? callee.property.start : callee.start;
}

/** Of each call, the end with its beginning; and all functions. */
function survey(code: string): { calls: Map<number, number>; functions: Named[] } {
  const calls = new Map<number, number>();
  const functions: Named[] = [];
  const walk = (node: AnyNode, name: AnyNode | undefined): void => {
    // The innermost of those that end together is what the board was at last.
    if ((node.type === 'CallExpression' || node.type === 'NewExpression') && !calls.has(node.end))
      calls.set(node.end, calleeStart(node));
    if (/Function/.test(node.type)) {
      const own = 'id' in node && node.id ? (node.id as AnyNode) : name;
      const text = own && code.slice(own.start, own.end);
      functions.push({ start: node.start, end: node.end, at: own?.start, name: text });
    }
    for (const child of children(node)) walk(child, nameOf(node, child));
  };
  walk(parse(code, { ecmaVersion: 'latest', allowReturnOutsideFunction: true }), undefined);
  // The narrowest first.
  functions.sort((a, b) => a.end - a.start - (b.end - b.start));
  return { calls, functions };
}

/** What a function is called that stands on the right of something. */
function nameOf(node: AnyNode, child: AnyNode): AnyNode | undefined {
  if (node.type === 'VariableDeclarator' && node.init === child) return node.id;
  if (node.type === 'AssignmentExpression' && node.right === child)
    return node.left.type === 'MemberExpression' ? node.left.property : node.left;
  if (node.type === 'Property' && node.value === child) return node.key;
  return undefined;
}

/** What stands before an expression, for which minifiers keep no place. */
const KEYWORD = /^(?:(?:throw|return|new|typeof|delete|void)\s+)+/;
const LONGEST_KEYWORD = 20;

interface Entry {
  readonly originalSource?: string;
  readonly originalLine?: number;
  readonly originalColumn?: number;
  readonly name?: string;
}

export function placesOf({ code, map }: Mapped): Places {
  const payload = JSON.parse(map) as SourceMapPayload;
  const sourceMap = new SourceMap(payload);
  const starts = [0];
  for (let at = code.indexOf('\n'); at >= 0; at = code.indexOf('\n', at + 1)) starts.push(at + 1);
  const sources = new Map(payload.sources.map((name, index) => [name, payload.sourcesContent?.[index]]));
  // Only once there is something to look for.
  let surveyed: ReturnType<typeof survey> | undefined;

  function find(offset: number): Entry {
    let line = starts.findLastIndex((start) => start <= offset);
    if (line < 0) line = 0;
    return sourceMap.findEntry(line, offset - (starts[line] ?? 0)) as Entry;
  }

  /** From the last token read to the beginning of the expression, and there to what a map has a place for. */
  function beginningOf(offset: number): number {
    const begin =
      code[offset] === ')'
        ? (surveyed?.calls.get(offset + 1) ?? offset)
        : code[offset] === '.'
          ? offset + 1
          : offset;
    return begin + (KEYWORD.exec(code.slice(begin, begin + LONGEST_KEYWORD))?.[0].length ?? 0);
  }

  function functionAt(offset: number): string | undefined {
    const inner = surveyed?.functions.find(({ start, end }) => start <= offset && offset < end);
    if (inner?.at === undefined) return undefined;
    return find(inner.at).name ?? inner.name;
  }

  function atOffset(offset: number): SourcePlace | undefined {
    surveyed ??= survey(code);
    const { originalSource: file, originalLine, originalColumn } = find(beginningOf(offset));
    if (file === undefined || originalLine === undefined) return undefined;
    const text = sources.get(file)?.split('\n')[originalLine];
    const name = functionAt(offset);
    return {
      file,
      line: originalLine + 1,
      column: (originalColumn ?? 0) + 1,
      ...(text !== undefined && { text }),
      ...(name !== undefined && { name }),
    };
  }

  const offsetOf = (line: number, column: number): number => (starts[line - 1] ?? code.length) + column - 1;
  return { at: (line, column) => atOffset(offsetOf(line, column)), offsetOf, atOffset };
}
