/**
 * Regular expressions: one that Espruino's own engine runs rightly stays, or is written so that it does; any other becomes
 * a program for the helper that knows them all. Espruino's takes no character for one where `+` follows it and what comes
 * next would do, lets `.` match the end of a line, and knows no `?`, `{n}`, `|` within a group or groups within groups
 * (src/jswrap_regexp.c:109, 231). Nothing of which it gives another result may be left to it.
 */
import { HELPERS } from './helpers';

/** What stands for a pattern. */
export type RegExpForm =
  | { readonly native: string }
  | { readonly program: string; readonly names: Readonly<Record<string, number>> | undefined }
  /** It is no regular expression, or one that nothing here knows. */
  | { readonly problem: string };

type Parse = (
  source: string,
  flags: string,
) => { p: string; names?: Readonly<Record<string, number>> | undefined };

let parse: Parse | undefined;

/** What the board has for texts, made to run here. */
function parser(): Parse {
  parse ??= new Function(`${HELPERS.regexpParse.code}\nreturn $regexpParse;`)() as Parse;
  return parse;
}

const CLASS = /^\[\^?(?:[^\\\]\[/^.]|\\[dwsnrt/.*+?()$^\\|{}-])+\]/;
const PLAIN = /^(?:[^\\[\](){}|^$*+?./]|\\[dwsDWSnrt]|\\[./*+?()[\]{}|^$\\-])/;

/** A pattern that Espruino's engine takes as it is meant, or undefined. */
function nativePattern(pattern: string, flags: string): string | undefined {
  if (/[^gi]/.test(flags)) return undefined;
  let rest = pattern;
  let made = '';
  let least = 0;
  let open = '';
  const isFirst = (): boolean => rest.length === pattern.length;
  while (rest.length) {
    if (rest[0] === '^' && isFirst()) {
      made += '^';
      rest = rest.slice(1);
      continue;
    }
    if (rest === '$') return ends(made + '$');
    const group = /^\((?:\?:)?/.exec(rest);
    if (group && !open) {
      open = group[0];
      if (open === '(') made += '(';
      rest = rest.slice(open.length);
      if (rest[0] === '?' || rest[0] === ')') return undefined;
      continue;
    }
    if (rest[0] === ')' && open) {
      if (open === '(') made += ')';
      open = '';
      rest = rest.slice(1);
      if (/^[*+?{]/.test(rest)) return undefined;
      continue;
    }
    const found = rest[0] === '.' ? '.' : (CLASS.exec(rest)?.[0] ?? PLAIN.exec(rest)?.[0]);
    if (found === undefined) return undefined;
    const atom = found === '.' ? '[^\\n\\r]' : found;
    rest = rest.slice(found.length);
    const [count, low, comma, high] = /^\{(\d+)(,?)(\d*)\}/.exec(rest) ?? [];
    let least1 = 1;
    if (count !== undefined) {
      if (high !== '' || +low! > 12) return undefined;
      least1 = +low!;
      if (!least1 && comma !== ',') return undefined;
      made += atom.repeat(least1) + (comma === ',' ? `${atom}*` : '');
      rest = rest.slice(count.length);
    } else if (rest[0] === '*' || rest[0] === '+') {
      least1 = rest[0] === '*' ? 0 : 1;
      made += least1 ? `${atom}${atom}*` : `${atom}*`;
      rest = rest.slice(1);
    } else made += atom;
    if (/^[*+?{]/.test(rest)) return undefined;
    least += least1;
  }
  return ends(made);

  /** What may match nothing is not found at the end of a text, splits otherwise, and hangs with `g`. */
  function ends(text: string): string | undefined {
    if (open || !least) return undefined;
    return text;
  }
}

export function regExpForm(pattern: string, flags: string): RegExpForm {
  if (/[uv]/.test(flags) && /\\[pP]\{|\\u\{/.test(pattern))
    return { problem: `\\${/\\([pPu])\{/.exec(pattern)![1]}{ }: write the characters themselves` };
  // A character beyond ASCII is as many bytes there; as one among others it would be any of them.
  if (/\[[^\]]*[^\0-\x7f]|[^\0-\x7f][*+?{]/.test(pattern))
    return { problem: 'a character beyond ASCII within [ ], or repeated, is several bytes on Espruino' };
  const native = nativePattern(pattern, flags);
  if (native !== undefined) return { native };
  try {
    const { p, names } = parser()(Buffer.from(pattern).toString('latin1'), flags);
    return { program: p, names };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
