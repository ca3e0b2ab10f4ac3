/**
 * Text of values as Espruino prints them, and its reports of uncaught
 * exceptions. It must leave the values alone: no getter or method of a
 * program's object is run, except `toString` of an error.
 */

const { toPrecision } = Number.prototype;

/** Types that do not make an array or object take several lines. */
const SIMPLE = ['number', 'boolean', 'undefined'];

function number(value: number): string {
  if (!isFinite(value) || Number(value.toFixed(0)) === value) return String(value);
  return String(Number(toPrecision.call(value, 12)));
}

function quoted(text: string): string {
  let out = '"';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i) & 255;
    const char = String.fromCharCode(code);
    if (char === '"' || char === '\\') out += '\\' + char;
    else if (char === '\n') out += '\\n';
    else if (char === '\r') out += '\\r';
    else if (char === '\t') out += '\\t';
    else if (char === '\b') out += '\\b';
    else if (char === '\f') out += '\\f';
    else if (char === '\v') out += '\\v';
    else if (code === 0) out += '\\0';
    else if (code < 32 || code >= 127)
      out += '\\x' + (code < 16 ? '0' : '') + code.toString(16).toUpperCase();
    else out += char;
  }
  return out + '"';
}

function isTyped(value: object): value is Uint8Array {
  return value instanceof (Object.getPrototypeOf(Uint8Array) as FunctionConstructor);
}

function name(value: object): string {
  const maker = (value as { constructor?: { name?: string } }).constructor;
  return maker?.name && maker.name !== 'Object' ? maker.name + ': ' : '';
}

interface Item {
  readonly text: string;
  /** Strings and structures get a line of their own. */
  readonly breaks: boolean;
}

/** Values of an object that are printed before a new line starts. */
const PER_LINE = 4;

function list(open: string, close: string, items: readonly Item[], perLine: number, indent: string): string {
  let out = open + ' ';
  let broken = false;
  let onLine = 0;
  items.forEach((item, index) => {
    onLine++;
    if (index > 0) out += ', ';
    if (broken || item.breaks || onLine > perLine) {
      out += `\n${indent}  `;
      onLine = 0;
    }
    out += item.text;
    broken = item.breaks;
  });
  if (broken) out += '\n' + indent;
  return `${out} ${close}`;
}

function breaks(value: unknown): boolean {
  return value !== null && !SIMPLE.includes(typeof value);
}

function structure(value: object, indent: string, seen: readonly object[]): string {
  if (seen.includes(value)) return ' ... ';
  const inside = seen.concat([value]);
  const deeper = indent + '  ';
  if (isTyped(value)) {
    const type = name(value).slice(0, -2);
    const zero = Object.values(value).every((item) => item === 0);
    return `new ${type}(${zero ? String(value.length) : `[${Object.values(value).join(', ')}]`})`;
  }
  if (value instanceof ArrayBuffer) {
    const bytes = Object.values(new Uint8Array(value));
    return bytes.every((item) => item === 0)
      ? `new ArrayBuffer(${String(bytes.length)})`
      : `new Uint8Array([${bytes.join(', ')}]).buffer`;
  }
  if (value instanceof Error) return `${value.constructor.name}: ${String(value)}`;
  if (value instanceof Date) return 'Date: ' + value.toString();
  if (value instanceof RegExp) return String(value);
  if (Array.isArray(value)) {
    const items = (value as unknown[]).map((item) => ({
      text: text(item, deeper, inside),
      breaks: breaks(item),
    }));
    return list('[', ']', items, Infinity, indent);
  }
  const fields = value as Record<string, unknown>;
  const items = Object.keys(value).map((key) => ({
    text: `${quoted(key)}: ${text(fields[key], deeper, inside)}`,
    breaks: breaks(fields[key]),
  }));
  return name(value) + list('{', '}', items, PER_LINE, indent);
}

function text(value: unknown, indent: string, seen: readonly object[]): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return number(value);
  if (typeof value === 'function') return String(value);
  if (typeof value === 'object' && value !== null) return structure(value, indent, seen);
  return String(value);
}

/** What `print` writes for its arguments, without the line end. */
export function printed(values: readonly unknown[]): string {
  return values.map((value) => (typeof value === 'string' ? value : text(value, '', []))).join(' ');
}

/** What the console writes after `=`. */
export function printedResult(value: unknown): string {
  return text(value, '', []);
}

/** A call of the program in the engine's stack: what is called, and the place. The engine's own files are no part of it. */
const CALL =
  /^ {4}at (?:(?:new |async )?(?:[^ (]*\.)?([^ (.]+)(?: \[as [^\]]+\])? \()?((?!espruino:|node:)[^()\s:]+:\d+:\d+)\)?$/;

/** The calls that led to an error, as firmware writes them (Espruino src/jslex.c:1554), but for the lines of code. */
function place(thrown: unknown): string {
  if (!(thrown instanceof Error) || typeof thrown.stack !== 'string') return '';
  return thrown.stack
    .split('\n')
    .map((line) => CALL.exec(line))
    .filter((found) => found !== null)
    .map(([, name, where]) => `\n    at ${name === undefined ? where : `${name} (${where})`}`)
    .join('');
}

/** A value as text, whatever it is. */
function plain(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '[object Object]';
  }
}

/** As `uncaught`, for a promise. */
export function rejected(reason: unknown): string {
  return `Uncaught Error: Unhandled promise rejection: ${plain(reason)}${place(reason)}`;
}

/** Espruino's report of an exception that nothing caught. */
export function uncaught(thrown: unknown): string {
  return `Uncaught ${plain(thrown)}${place(thrown)}`;
}
