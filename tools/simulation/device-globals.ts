/**
 * The few native functions of Espruino that device code calls by their global
 * names, for running that code in Node: in unit tests and in the tools. Importing
 * this file defines `E`. It must do what the interpreter does, byte for byte;
 * `device-globals.test.ts` compares the two.
 */
import { crc32 } from './crc32';

type Bytes = string | number | ArrayLike<number>;

function bytesOf(part: Bytes): ArrayLike<number> {
  if (typeof part === 'number') return [part];
  return typeof part === 'string' ? Buffer.from(part, 'latin1') : part;
}

export const deviceE = {
  CRC32: (data: Bytes): number => crc32(bytesOf(data)),
  toString: (...parts: Bytes[]): string =>
    parts.map((part) => Buffer.from(deviceE.toUint8Array(part)).toString('latin1')).join(''),
  toUint8Array: (...parts: Bytes[]): Uint8Array => {
    const all = parts.map(bytesOf);
    const bytes = new Uint8Array(all.reduce((sum, one) => sum + one.length, 0));
    let at = 0;
    for (const one of all) {
      bytes.set(one, at);
      at += one.length;
    }
    return bytes;
  },
};

(globalThis as unknown as { E: typeof deviceE }).E = deviceE;
