/**
 * Names that a script uses and nobody declares. What other firmware, modules or the console may define can only be warned
 * of; refused is what cannot be meant otherwise.
 */
import { distance } from 'fastest-levenshtein';
import { BOARD_GLOBALS, GLOBALS } from '../../../bundler/check/names';
import { declarations } from '../../../config/boards';
import type { LoweringContext } from '../context';
import { type Node, walk } from '../tree';

/** Names that helpers stand for, or that are no variables. */
const HELPED =
  /^(Map|Set|WeakMap|WeakSet|Symbol|RangeError|EvalError|URIError|queueMicrotask|structuredClone|arguments|undefined|exports|module|HIGH|LOW|g|onInit|show|Graphics|OneWire|SPI|I2C|Serial|Waveform|Telnet|Wifi|Ethernet|NRF|Bluetooth|Bangle|Terminal|LoopbackA|LoopbackB|jswrap|neopixel|__FILE__|widgets|WIDGETS|Layout)$/;

/** What other engines have, and what does it here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  BigInt: 'numbers are exact up to 9007199254740991',
  BigInt64Array: 'there are no 64-bit integers',
  Proxy: 'use functions',
  Reflect: 'use Object.keys(), in and Function.apply()',
  Intl: 'put texts together yourself',
  WeakRef: 'nothing of that kind is there',
  FinalizationRegistry: 'nothing of that kind is there',
  SharedArrayBuffer: 'nothing of that kind is there',
  Atomics: 'nothing of that kind is there',
  setImmediate: 'use setTimeout(f, 0)',
  performance: 'use getTime() * 1000',
  Buffer: 'use Uint8Array',
  TextEncoder: 'a text is bytes already; use E.toUint8Array()',
  TextDecoder: 'a text is bytes already; use E.toString()',
  document: 'a board has no page',
  window: 'use global',
  localStorage: 'use require("Storage")',
  fetch: 'use require("http")',
  XMLHttpRequest: 'use require("http")',
  alert: 'use print()',
  escape: 'use encodeURIComponent()',
  unescape: 'use decodeURIComponent()',
};

/** By board: the names that its firmware declares. */
const known = new Map<string, ReadonlySet<string>>();

function globalsOf(board: string | undefined): ReadonlySet<string> {
  const key = board ?? '';
  let names = known.get(key);
  if (!names) {
    const text = declarations(board);
    const found = [...text.matchAll(/^declare (?:const|let|var|function|class|namespace) (\w+)/gm)].map(
      (match) => match[1],
    );
    const pins = [...text.matchAll(/\b([A-Z]\w*): (?:Pin|Serial|SPI|I2C)\b/g)].map((match) => match[1]);
    names = new Set([...GLOBALS, ...found, ...pins]);
    known.set(key, names);
  }
  return names;
}

export function checkNames(context: LoweringContext, board: string | undefined): void {
  const globals = globalsOf(board);
  const probed = new Set<string>();
  const given = new Set<string>();
  const uses: Node[] = [];
  walk(context.program, (node, parent) => {
    if (node.type !== 'Identifier' || !parent) return;
    if (parent.type === 'MemberExpression' && parent.property === node && !parent.computed) {
      if (parent.object.type === 'Identifier' && /^(global|globalThis)$/.test(parent.object.name))
        given.add(node.name);
      return;
    }
    if (
      /^(Property|MethodDefinition|PropertyDefinition)$/.test(parent.type) &&
      parent.key === node &&
      !parent.computed
    ) {
      if (!parent.shorthand || parent.value !== node) return;
    }
    if (/^(Labeled|Break|Continue)Statement$/.test(parent.type) || parent.type === 'MetaProperty') return;
    if (parent.type === 'UnaryExpression' && parent.operator === 'typeof') probed.add(node.name);
    if (parent.type === 'AssignmentExpression' && parent.left === node) given.add(node.name);
    if (/^For(In|Of)Statement$/.test(parent.type) && parent.left === node) given.add(node.name);
    uses.push(node);
  });
  const told = new Set<string>();
  for (const node of uses) {
    const name = node.name as string;
    if (told.has(name) || context.declared.has(name) || given.has(name) || probed.has(name)) continue;
    if (name[0] === '$' || globals.has(name) || HELPED.test(name) || BOARD_GLOBALS.test(name)) continue;
    told.add(name);
    const other = Object.hasOwn(ELSEWHERE, name) ? ELSEWHERE[name] : undefined;
    if (other) {
      context.error(node, `Espruino has no ${name}: ${other}`);
      continue;
    }
    const meant = [...globals].find((one) => one.toLowerCase() === name.toLowerCase());
    if (meant) context.error(node, `there is no ${name}: ${meant} is written otherwise`);
    else {
      const near = [...globals, ...context.declared].find(
        (one) => name.length > 4 && one.length > 4 && distance(one, name) === 1,
      );
      const hint = near ? `; is ${near} meant?` : '';
      context.warn(node, `${name} is neither declared here nor known of Espruino${hint}`);
    }
  }
}
