/** Bytes that are almost right: what a fuzzer makes of good examples. Pure but for the chance it is given. */
import type { Chance } from '../context';

const char = String.fromCharCode;

/** Lengths and flags like to be wrong in these. */
const EDGES = [0, 1, 2, 3, 4, 0x7f, 0x80, 0x81, 0xfe, 0xff];

export function randomBytes(chance: Chance, length: number): string {
  let bytes = '';
  while (bytes.length < length) bytes += char(chance.below(256));
  return bytes;
}

function change(chance: Chance, bytes: string, corpus: readonly string[]): string {
  const at = chance.below(bytes.length + 1);
  const end = at + chance.below(bytes.length - at + 1);
  const put = (by: string): string => bytes.slice(0, at) + by + bytes.slice(at + by.length);
  switch (chance.below(9)) {
    case 0:
      return put(char((bytes.charCodeAt(at) || 0) ^ (1 << chance.below(8))));
    case 1:
      return put(char(chance.pick(EDGES)));
    case 2:
      return bytes.slice(0, at);
    case 3:
      return bytes.slice(0, at) + randomBytes(chance, 1 + chance.below(8)) + bytes.slice(at);
    case 4:
      return bytes.slice(0, at) + bytes.slice(end);
    case 5:
      return bytes.slice(0, end) + bytes.slice(at);
    case 6:
      // The second byte is a length in MQTT, the first two of a text also.
      return bytes.slice(0, 1) + char(chance.pick(EDGES)) + bytes.slice(2);
    case 7:
      return put(char(chance.below(256), chance.pick(EDGES)));
    default: {
      const other = chance.pick(corpus);
      return bytes.slice(0, at) + other.slice(chance.below(other.length + 1));
    }
  }
}

/** A text of the corpus, changed in up to four places. */
export function mutate(chance: Chance, corpus: readonly string[]): string {
  let bytes = chance.pick(corpus);
  for (let left = chance.below(5); left > 0; left--) bytes = change(chance, bytes, corpus);
  return bytes;
}
