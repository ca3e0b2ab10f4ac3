/**
 * A file of a person's as text, whatever his editor made of it: UTF-8, or one line that says what it is instead. What is
 * misread would only show on a board, as a network that is not found.
 */
import { readFileSync } from 'node:fs';

const NEW_LINE = 0x0a;

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Line of the first byte that is no UTF-8, from 1. */
function wrongLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; ; line++) {
    const end = bytes.indexOf(NEW_LINE, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
}

/** @throws Error that begins with the line where the encoding is wrong, or has what the system says */
export function readText(path: string): string {
  const bytes = readFileSync(path);
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    throw new Error('line 1: this is UTF-16 text: save the file as UTF-8');
  if (!isUtf8(bytes))
    throw new Error(
      `line ${String(wrongLine(bytes))}: a letter here is not UTF-8, as in a file in Latin-1 or "ANSI": save the file as UTF-8`,
    );
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

/** What a board prints, one character a byte, as text: UTF-8 where it is that. */
export function fromBytes(bytes: string): string {
  const given = Buffer.from(bytes, 'latin1');
  // What has other characters was text already.
  return given.toString('latin1') === bytes && isUtf8(given) ? given.toString('utf8') : bytes;
}
