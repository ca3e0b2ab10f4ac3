/**
 * Which lines of sources ran, from what V8 counted in the code that was made of them. Node 20's own report takes the
 * places in that code for places in the sources, so its lines are wrong. Nothing here may run anything.
 */
import { SourceMap } from 'node:module';
import type { SourceMapPayload } from 'node:module';

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/** A file that Node writes to the folder that `NODE_V8_COVERAGE` names, one for each process and thread. */
export interface V8Report {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly functionName: string; readonly ranges: readonly Range[] }[];
  }[];
  readonly 'source-map-cache'?: Readonly<
    Record<string, { readonly lineLengths: readonly number[]; readonly data: SourceMapPayload | null }>
  >;
}

/** Of one source file. */
export interface Coverage {
  /** Lines that have code, and those of them of which nothing ran, or not all; from 1. */
  readonly lines: readonly number[];
  readonly missed: readonly number[];
  readonly partly: readonly number[];
}

/** A line that says nothing: nobody wants to know whether a brace ran. */
const CLOSING = /^[\s(){}[\];,]*$/;

/** What is known of one source: for each character of the code its line, from 1, or 0; and whether it ran. */
interface Known {
  readonly line: Int32Array;
  readonly ran: Uint8Array;
}

function linesOf(lengths: readonly number[], payload: SourceMapPayload): Int32Array {
  const map = new SourceMap(payload);
  const source = payload.sourcesContent[0]?.split('\n') ?? [];
  const size = lengths.reduce((sum, length) => sum + length + 1, 0);
  const line = new Int32Array(size);
  let at = 0;
  lengths.forEach((length, row) => {
    for (let column = 0; column < length; column++) {
      const entry = map.findEntry(row, column);
      if (!('originalLine' in entry) || entry.generatedLine !== row) continue;
      if (!CLOSING.test(source[entry.originalLine] ?? '')) line[at + column] = entry.originalLine + 1;
    }
    at += length + 1;
  });
  return line;
}

/** What ran of a script: a range within another one has the last word. */
function paint(ran: Uint8Array, ranges: readonly Range[]): void {
  const now = new Uint8Array(ran.length);
  const outerFirst = [...ranges].sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  for (const { startOffset, endOffset, count } of outerFirst) now.fill(count ? 1 : 0, startOffset, endOffset);
  now.forEach((value, at) => {
    if (value) ran[at] = 1;
  });
}

/**
 * What ran, of all reports together.
 * @param wanted whether a source is to be told of, by its URL
 */
export function coverageOf(
  reports: readonly V8Report[],
  wanted: (url: string) => boolean,
): Map<string, Coverage> {
  const known = new Map<string, Known>();
  for (const report of reports) {
    for (const { url, functions } of report.result) {
      const source = url.replace(/\?.*/, '');
      if (!wanted(source)) continue;
      const made = report['source-map-cache']?.[url];
      let entry = known.get(source);
      if (!entry && made?.data) {
        const line = linesOf(made.lineLengths, made.data);
        entry = { line, ran: new Uint8Array(line.length) };
        known.set(source, entry);
      }
      if (entry)
        paint(
          entry.ran,
          functions.flatMap(({ ranges }) => ranges),
        );
    }
  }
  return new Map([...known].map(([source, entry]) => [source, summary(entry)]));
}

function summary({ line, ran }: Known): Coverage {
  const some = new Map<number, { yes: boolean; no: boolean }>();
  line.forEach((number, at) => {
    if (!number) return;
    const seen = some.get(number) ?? { yes: false, no: false };
    if (ran[at]) seen.yes = true;
    else seen.no = true;
    some.set(number, seen);
  });
  const lines = [...some.keys()].sort((a, b) => a - b);
  return {
    lines,
    missed: lines.filter((number) => !some.get(number)?.yes),
    partly: lines.filter((number) => some.get(number)?.yes && some.get(number)?.no),
  };
}

/** Numbers as a person writes them: `3, 7-9`. */
export function spans(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < numbers.length;) {
    let end = i;
    while (numbers[end + 1] === (numbers[end] ?? 0) + 1) end++;
    parts.push(end > i ? `${String(numbers[i])}-${String(numbers[end])}` : String(numbers[i]));
    i = end + 1;
  }
  return parts.join(', ');
}
