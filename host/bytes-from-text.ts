/**
 * What users hand over as text or bytes becomes a binary string, one character
 * a byte. It must never change a string that is one already.
 */
import { refuse } from './argument-errors';

/**
 * A string holds one byte a character, as strings do in Espruino; one that
 * holds a character above 255 is text, and becomes UTF-8.
 * @param what name of the argument, for the exception
 * @param binary a number, a Uint8Array or an ArrayBuffer will do, too; the topic that they are for, or true
 * @throws Error for anything else, and where memory does not suffice
 */
export function toBytes(what: string, value: unknown, binary?: boolean | string): string {
  // Within this function it takes memory only while it is needed.
  function utf8(text: string): string {
    const char = String.fromCharCode;
    let bytes = '';
    for (let i = 0; i < text.length; i++) {
      let code = text.charCodeAt(i);
      const low = text.charCodeAt(i + 1);
      if (code >= 0xd800 && code < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code & 1023) << 10) + (low & 1023);
        i++;
      }
      // Half a pair stands for nothing: U+FFFD replaces it (Unicode 3.9).
      if (code >= 0xd800 && code < 0xe000) code = 0xfffd;
      if (code < 128) bytes += char(code);
      else if (code < 0x800) bytes += char(0xc0 | (code >> 6), 0x80 | (code & 63));
      else if (code < 0x10000)
        bytes += char(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      else {
        bytes += char(
          0xf0 | (code >> 18),
          0x80 | ((code >> 12) & 63),
          0x80 | ((code >> 6) & 63),
          0x80 | (code & 63),
        );
      }
    }
    return bytes;
  }

  const data = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
  let bytes: string | undefined;
  if (typeof data === 'string') {
    // On most boards no character can be above 255, and looking at each would take long.
    if (String.fromCharCode(256).charCodeAt(0)) {
      for (let i = 0; i < data.length; i++) if (data.charCodeAt(i) > 255) return utf8(data);
    }
    return data;
  }
  // What a sensor measures goes out as its text. NaN is no measurement.
  if (binary && typeof data === 'number' && isFinite(data)) return '' + data;
  if (!binary || !(data instanceof Uint8Array)) {
    return refuse(
      binary && binary !== true ? what + ' for ' + binary : what,
      value,
      'a string' + (binary ? ', a finite number, a Uint8Array or an ArrayBuffer' : ''),
    );
  }
  bytes = E.toString(data);
  if (bytes === undefined) throw new Error(what + ': not enough memory');
  return bytes;
}
