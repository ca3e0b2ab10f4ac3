/**
 * The few native functions of Espruino that device code calls by their global
 * names, for running that code in Node: in unit tests and in the tools. Importing
 * this file defines `E`. It must do what the interpreter does, byte for byte;
 * `device-globals.test.ts` compares the two.
 */
import { crc32 } from './crc32';

type Bytes = string | number | ArrayLike<number>;

function bytesOf(parts: readonly Bytes[]): number[] {
  const bytes: number[] = [];
  for (const part of parts) {
    if (typeof part === 'number') bytes.push(part & 255);
    else if (typeof part === 'string')
      for (let i = 0; i < part.length; i++) bytes.push(part.charCodeAt(i) & 255);
    else for (let i = 0; i < part.length; i++) bytes.push(part[i] & 255);
  }
  return bytes;
}

export const deviceE = {
  CRC32: (data: Bytes): number => crc32(bytesOf([data])),
  toString: (...parts: Bytes[]): string => {
    const bytes = bytesOf(parts);
    let text = '';
    for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]);
    return text;
  },
  toUint8Array: (...parts: Bytes[]): Uint8Array => Uint8Array.from(bytesOf(parts)),
};

(globalThis as unknown as { E: typeof deviceE }).E = deviceE;
