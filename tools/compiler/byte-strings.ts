/**
 * Text of an application as the bytes that a board has for it: outside ASCII, the escapes of its UTF-8. It must leave
 * everything else as it was written, names too.
 */
import { tokenizer, tokTypes } from 'acorn';
import MagicString from 'magic-string';
import { toByteEscapes } from '../bundler/byte-text';

const TEXTS: ReadonlySet<unknown> = new Set([tokTypes.string, tokTypes.template, tokTypes.regexp]);

export interface InBytes {
  readonly code: string;
  readonly map: string;
  /** Names outside ASCII, which Espruino cannot read. */
  readonly names: readonly { readonly offset: number; readonly name: string }[];
}

/** @returns undefined where there is nothing but ASCII */
export function inBytes(code: string): InBytes | undefined {
  if (/^[\0-\x7f]*$/.test(code)) return undefined;
  const text = new MagicString(code);
  const names: { offset: number; name: string }[] = [];
  for (const { type, start, end } of tokenizer(code, {
    ecmaVersion: 'latest',
    sourceType: 'module',
    allowHashBang: true,
  })) {
    const part = code.slice(start, end);
    const bytes = toByteEscapes(part);
    if (bytes === part) continue;
    if (TEXTS.has(type)) text.overwrite(start, end, bytes);
    else names.push({ offset: start, name: part });
  }
  return {
    code: text.toString(),
    map: text.generateMap({ hires: true, includeContent: true }).toString(),
    names,
  };
}
