/**
 * Uses of built-in names that Espruino lacks. Globals are allowed one by one; members are refused one by one,
 * since what an expression's type is cannot be told: a method that the script itself defines is never refused.
 */
import type { AnyNode } from 'acorn';
import { type Scopes, staticName } from './scopes';

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** Globals of the language, and those of every board. */
export const GLOBALS = words(`
  Array ArrayBuffer Boolean DataView Date E Error Float32Array Float64Array Function Infinity Int16Array Int32Array
  Int8Array InternalError JSON Math Modules NaN Number Object Pin Promise ReferenceError RegExp String SyntaxError
  TypeError Uint16Array Uint32Array Uint8Array Uint8ClampedArray analogRead analogWrite atob btoa changeInterval
  clearInterval clearTimeout clearWatch console decodeURIComponent digitalPulse digitalRead digitalWrite dump echo
  encodeURIComponent eval getPinMode getSerial getTime global globalThis isFinite isNaN load parseFloat parseInt
  peek16 peek32 peek8 pinMode poke16 poke32 poke8 print process require reset save setBusyIndicator setDeepSleep
  setInterval setSleepIndicator setTime setTimeout setWatch shiftOut trace undefined
`);

/** Globals of some boards: pins, LEDs, buttons, ports, and objects named after the board. */
export const BOARD_GLOBALS =
  /^([A-K]\d+|V\d+|LED\d*|BTN\w?|(Serial|SPI|I2C)\d|USB|Bluetooth|Terminal|Telnet|Loopback[AB]|NRF|Puck|Pixl|Badge|Jolt|Bangle|Microbit|ESP8266|ESP32|Nucleo)$/;

/** What a module has beside those. */
const MODULE_GLOBALS = words('exports module');

/** By global: its members in ECMAScript 2024 that Espruino lacks. */
const MISSING: Readonly<Record<string, ReadonlySet<string>>> = {
  Object: words(
    'freeze getOwnPropertySymbols groupBy hasOwn is isExtensible isFrozen isSealed preventExtensions seal',
  ),
  Array: words('from fromAsync of'),
  String: words('fromCodePoint raw'),
  Number: words(
    'EPSILON MAX_SAFE_INTEGER MIN_SAFE_INTEGER isFinite isInteger isNaN isSafeInteger parseFloat parseInt',
  ),
  Math: words('acosh asinh atanh cbrt clz32 cosh expm1 fround hypot imul log10 log1p log2 sinh tanh trunc'),
  Promise: words('allSettled any race try withResolvers'),
  Date: words('UTC'),
  ArrayBuffer: words('isView'),
  Error: words('captureStackTrace'),
  Uint8Array: words('BYTES_PER_ELEMENT from of'),
};

/** Methods that no built-in of Espruino has, whatever their object. */
const MISSING_METHODS = words(`
  at codePointAt copyWithin entries finally findLast findLastIndex flat flatMap getYear isPrototypeOf isWellFormed keys
  localeCompare matchAll normalize propertyIsEnumerable reduceRight search setUTCDate setUTCFullYear setUTCHours
  setUTCMilliseconds setUTCMinutes setUTCMonth setUTCSeconds toDateString toExponential toLocaleDateString
  toLocaleLowerCase toLocaleString toLocaleTimeString toLocaleUpperCase toPrecision toReversed toSorted toSpliced
  toTimeString toWellFormed trimEnd trimLeft trimRight trimStart values
`);

/** Reading a method off these prototypes gives undefined. */
const HOLLOW_PROTOTYPES = words('Array String Number Function Date RegExp Promise Uint8Array');

export interface NameProblem {
  readonly node: AnyNode;
  readonly construct: string;
}

export function findNameProblems(
  scopes: Scopes,
  nodes: readonly AnyNode[],
  isModule: boolean,
  known: ReadonlySet<string>,
): NameProblem[] {
  const problems: NameProblem[] = [];
  const isGlobal = (name: string): boolean =>
    GLOBALS.has(name) ||
    BOARD_GLOBALS.test(name) ||
    known.has(name) ||
    (isModule && MODULE_GLOBALS.has(name));

  for (const { node, binding, probed } of scopes.references.values()) {
    if (node.type !== 'Identifier' || binding || probed) continue;
    if (!isGlobal(node.name)) {
      problems.push({ node, construct: `${node.name}, which is neither declared nor a global of Espruino` });
    }
  }

  const globalName = (node: AnyNode): string =>
    node.type === 'Identifier' && !scopes.references.get(node)?.binding ? node.name : '';
  const written = new Set(
    nodes.flatMap((node) => (node.type === 'AssignmentExpression' ? [node.left as AnyNode] : [])),
  );

  const ownLength = nodes.some(
    (node) => node.type === 'Property' && staticName(node.key, node.computed) === 'length',
  );

  for (const node of nodes) {
    if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
      const { object, property, computed } = node.callee;
      const name = staticName(property, computed);
      if (name && MISSING_METHODS.has(name) && !scopes.members.has(name) && globalName(object) !== 'Object') {
        problems.push({ node: property, construct: `.${name}(), which no built-in of Espruino has` });
      }
    }
    if (node.type !== 'MemberExpression') continue;
    const name = staticName(node.property, node.computed);
    if (name === undefined) continue;
    if (MISSING[globalName(node.object)]?.has(name)) {
      problems.push({ node, construct: `${globalName(node.object)}.${name}, which Espruino lacks` });
    }
    const { object } = node;
    if (object.type === 'MemberExpression' && staticName(object.property, object.computed) === 'prototype') {
      const builtIn = globalName(object.object);
      if (HOLLOW_PROTOTYPES.has(builtIn) && !written.has(node)) {
        problems.push({
          node,
          construct: `${builtIn}.prototype.${name}, which Espruino does not show; [].${name} it does`,
        });
      }
    }
    if (name === 'length' && written.has(node) && !ownLength) {
      problems.push({ node, construct: 'assignment to length, which Espruino keeps constant' });
    }
  }
  return problems;
}
