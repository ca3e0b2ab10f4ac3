/**
 * Bytes and 8-bit strings as Espruino converts them: `E.toString`,
 * `E.toUint8Array`, `E.CRC32`, and the built-in functions of the language that
 * could otherwise make a character above 255, which a board cannot hold.
 */

type Visit = (byte: number) => void;

interface Repeated {
  data: unknown;
  count: number;
}

/** Visits every byte of strings, numbers, arrays and `{data, count}` as Espruino's iterators do. */
function visit(value: unknown, each: Visit): void {
  if (typeof value === 'number' || typeof value === 'boolean') each(Number(value) & 255);
  else if (typeof value === 'string') {
    for (let i = 0; i < value.length; i++) each(value.charCodeAt(i) & 255);
  } else if (value instanceof ArrayBuffer) visit(new Uint8Array(value), each);
  else if (Array.isArray(value)) {
    for (const item of value as unknown[]) visit(item, each);
  } else if (typeof value === 'object' && value !== null) {
    if ('BYTES_PER_ELEMENT' in value) {
      for (const item of Object.values(value)) each(Number(item) & 255);
    } else if ('data' in value && 'count' in value) {
      const { data, count } = value as Repeated;
      for (let i = 0; i < count; i++) visit(data, each);
    } else {
      throw new TypeError(
        'If specifying an object, it must be of the form {data : ..., count : N} or {callback : fn} - got {  }',
      );
    }
  }
}

export function byteList(values: readonly unknown[]): number[] {
  const bytes: number[] = [];
  for (const value of values) visit(value, (byte) => bytes.push(byte));
  return bytes;
}

export function byteString(...values: unknown[]): string {
  let text = '';
  for (const value of values) visit(value, (byte) => (text += String.fromCharCode(byte)));
  return text;
}

/** What a stream or file takes: any value as text, cut to 8 bits a character. */
export function asString(value: unknown): string {
  return clipped(typeof value === 'string' ? value : String(value));
}

const WIDE = /[^\x00-\xff]/;
const ALL_WIDE = /[^\x00-\xff]/g;

function clipped(text: string): string {
  return WIDE.test(text)
    ? text.replace(ALL_WIDE, (char) => String.fromCharCode(char.charCodeAt(0) & 255))
    : text;
}

const TABLE: number[] = [];
for (let i = 0; i < 256; i++) {
  let c = i;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  TABLE.push(c >>> 0);
}

/** CRC-32 of IEEE 802.3, unsigned. */
export function crc32OfValue(value: unknown): number {
  let crc = 0xffffffff;
  visit(value, (byte) => {
    crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 255] ?? 0);
  });
  return ~crc >>> 0;
}

function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: false, configurable: true, writable: true });
}

/** Replaces what would make wide characters or other results than Espruino's. */
export function adaptBuiltIns(): void {
  const fromCharCode = String.fromCharCode;
  define(String, 'fromCharCode', (...codes: number[]) => {
    let text = '';
    for (const code of codes) text += fromCharCode(code & 255);
    return text;
  });
  define(String.prototype, 'toUpperCase', function (this: string) {
    return String(this).replace(/[a-z]/g, (char) => fromCharCode(char.charCodeAt(0) - 32));
  });
  define(String.prototype, 'toLowerCase', function (this: string) {
    return String(this).replace(/[A-Z]/g, (char) => fromCharCode(char.charCodeAt(0) + 32));
  });

  const { parse, stringify } = JSON;
  define(JSON, 'parse', (text: unknown) => {
    const source = String(text);
    const value: unknown = parse(source);
    return source.includes('\\u') ? narrow(value) : value;
  });
  // Espruino escapes all but printable ASCII, with capitals.
  define(JSON, 'stringify', (...args: Parameters<typeof stringify>) => {
    const text = stringify(...args) as string | undefined;
    return text
      ?.replace(/[\x7f-\uffff]/g, (char) => '\\u' + upperHex(char.charCodeAt(0) & 255))
      .replace(/\\u[0-9a-f]{4}/g, (escape) => '\\u' + escape.slice(2).toUpperCase());
  });
  const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
  // Espruino's is the one of arrays, and gives an array.
  define(typedArray, 'slice', function (this: object, ...range: number[]) {
    return Object.values(this).slice(...range);
  });
  define(typedArray, 'toJSON', function (this: object) {
    return Object.values(this);
  });
  define(globalThis, 'btoa', (data: unknown) => base64(byteList([data])));
  define(globalThis, 'atob', (data: unknown) => unbase64(asString(data)));
}

function upperHex(code: number): string {
  return ('000' + code.toString(16)).slice(-4).toUpperCase();
}

function narrow(value: unknown): unknown {
  if (typeof value === 'string') return clipped(value);
  if (Array.isArray(value)) return (value as unknown[]).map(narrow);
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value))
    result[clipped(key)] = narrow((value as Record<string, unknown>)[key]);
  return result;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64(bytes: readonly number[]): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const used = Math.min(3, bytes.length - i);
    for (let digit = 0; digit < 4; digit++) {
      text += digit <= used ? DIGITS.charAt((group >> (18 - 6 * digit)) & 63) : '=';
    }
  }
  return text;
}

function unbase64(text: string): string {
  let out = '';
  let bits = 0;
  let held = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = DIGITS.indexOf(text.charAt(i));
    if (digit < 0) continue;
    held = ((held << 6) | digit) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += String.fromCharCode((held >> bits) & 255);
    }
  }
  return out;
}
