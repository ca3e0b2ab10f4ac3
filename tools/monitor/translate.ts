/**
 * Turns what a board prints of an exception into what its author wrote: file, line and expression, with the calls by the
 * names of the sources. A line at a time; all other lines pass as they are. Pure.
 */
import { placesOf } from './places';
import type { Mapped, Places, SourcePlace } from './places';

/**
 * `    at name (.bootcde:2:260)`, or without a name (Espruino src/jslex.c:1554), behind what a program printed before. What
 * is not in flash has no file.
 */
const FRAME = /^(.*) {4}at (?:(.+?) \()?([^\s():]*):(\d+):(\d+)\)?$/;

/** Older firmware: ` at line 1 col 24 in .bootcde`, `in function "f" called from line 1 col 2`. */
const OLD_FRAME = /^ *(?:in function "?([^"\s]*)"? called from|at) line (\d+) col (\d+)(?: in (\S+))?$/;

/** Marks the place in the line of code that a board shows. */
const CARET = /^ *\^$/;

/** What a board puts in place of the rest of a long line. */
const CUT = '...';

/** What a board runs at power-on. */
const SAVED = '.bootcde';

/** What runs a board's code, in the emulator: no part of the application. */
const ENGINE = /^ {4}at (?:.* \()?(?:espruino|node):/;

/** A name that the build made up, or that says nothing. */
const SHORT = /^\$|^boot code$|^<anonymous>$/;

export interface Translator {
  /** Lines to be shown in place of one that a board has printed, none of which has a line end. */
  translate(line: string): string[];
  /** What was held back until more of it should come. */
  flush(): string[];
}

interface Frame {
  /** What a program printed in the same line. */
  readonly before: string;
  readonly name: string | undefined;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

function frameIn(text: string): Frame | undefined {
  const now = FRAME.exec(text);
  if (now)
    return {
      before: now[1] ?? '',
      name: now[2],
      file: now[3] ?? '',
      line: Number(now[4]),
      column: Number(now[5]),
    };
  const old = OLD_FRAME.exec(text);
  return old
    ? { before: '', name: old[1], file: old[4] ?? '', line: Number(old[2]), column: Number(old[3]) }
    : undefined;
}

/** A line of code as a board shows it, without what stands for its rest. */
function bare(line: string): string {
  return line.slice(line.startsWith(CUT) ? CUT.length : 0, line.endsWith(CUT) ? -CUT.length : undefined);
}

function describe(place: SourcePlace, given: string | undefined): string[] {
  const where = `${place.file}:${String(place.line)}:${String(place.column)}`;
  const name = place.name ?? (given !== undefined && !SHORT.test(given) ? given : undefined);
  const first = name === undefined ? `    at ${where}` : `    at ${name} (${where})`;
  if (place.text === undefined) return [first];
  const indent = /^\s*/.exec(place.text)?.[0].length ?? 0;
  return [
    first,
    `      ${place.text.trim()}`,
    `      ${' '.repeat(Math.max(0, place.column - 1 - indent))}^`,
  ];
}

/** @param mapped what the board has saved; undefined: nothing is known of it, and every line passes */
export function createTranslator(mapped: Mapped | undefined): Translator {
  if (!mapped) return { translate: (line) => [line], flush: () => [] };
  const { code } = mapped;
  let places: Places | undefined;
  /** What comes next may be the line of code of a frame, or the caret below it. */
  let awaited: 'code' | 'caret' | undefined;
  /** Lines of a frame that has no place yet. */
  let held: string[] = [];

  function flush(): string[] {
    const lines = held;
    held = [];
    awaited = undefined;
    return lines;
  }

  function known(): Places {
    places ??= placesOf(mapped as Mapped);
    return places;
  }

  /** Where code is that a board shows with a caret below, if it is there but once. */
  function placeOfText(text: string, caret: number): SourcePlace | undefined {
    const part = bare(text);
    const at = part.length < 2 ? -1 : code.indexOf(part);
    if (at < 0 || code.indexOf(part, at + 1) >= 0) return undefined;
    return known().atOffset(at + caret - (text.startsWith(CUT) ? CUT.length : 0));
  }

  function translate(line: string): string[] {
    if (ENGINE.test(line)) return flush();
    const frame = frameIn(line);
    if (frame) {
      const before = [...flush(), ...(frame.before.trim() ? [frame.before.trimEnd()] : [])];
      const own = line.slice(frame.before.length);
      if (frame.file !== SAVED && frame.file !== '') return [...before, own];
      awaited = 'code';
      // Code in memory is counted from the beginning of its function, so only its text tells where it is.
      const place = frame.file === SAVED ? known().at(frame.line, frame.column) : undefined;
      if (place) return [...before, ...describe(place, frame.name)];
      held = [own];
      return before;
    }
    if (awaited === 'code' && !CARET.test(line) && code.includes(bare(line))) {
      awaited = 'caret';
      if (held.length) held.push(line);
      return [];
    }
    if (awaited === 'caret' && CARET.test(line)) {
      awaited = undefined;
      if (!held.length) return [];
      const [first = '', shown = ''] = held;
      const place = placeOfText(shown, line.length - 1);
      if (!place) return [...flush(), line];
      held = [];
      return describe(place, frameIn(first)?.name);
    }
    return [...flush(), line];
  }

  return { translate, flush };
}
