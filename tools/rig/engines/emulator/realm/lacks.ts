/**
 * What Espruino has of the language's library, name by name, as the symbol
 * tables of an ESP8266 build of 2v29 list it; everything else is removed from
 * the realm, so that using it throws as it does on a board.
 * It must run before any program and must leave alone what the engine itself needs.
 */

const words = (text: string): string[] => text.split(' ');

/** Global names that stay; the rest of the module adds Espruino's own. */
const GLOBALS = words(
  'Array ArrayBuffer Boolean DataView Date Error Float32Array Float64Array Function Infinity Int16Array Int32Array ' +
    'Int8Array JSON Math NaN Number Object Promise ReferenceError RegExp String SyntaxError TypeError Uint16Array ' +
    'Uint32Array Uint8Array Uint8ClampedArray decodeURIComponent encodeURIComponent eval globalThis isFinite isNaN ' +
    'parseFloat parseInt undefined',
);

const OBJECTS: Record<string, string[]> = {
  Object: words(
    'assign create defineProperties defineProperty entries fromEntries getOwnPropertyDescriptor ' +
      'getOwnPropertyDescriptors getOwnPropertyNames getPrototypeOf keys setPrototypeOf values',
  ),
  'Object.prototype': words('hasOwnProperty toString valueOf __proto__'),
  'Function.prototype': words('apply bind call toString'),
  Array: words('isArray'),
  'Array.prototype': words(
    'concat every fill filter find findIndex forEach includes indexOf join map pop push reduce reverse shift ' +
      'slice some sort splice toString unshift',
  ),
  ArrayBuffer: [],
  'ArrayBuffer.prototype': words('byteLength'),
  'DataView.prototype': words(
    'buffer byteLength byteOffset getFloat32 getFloat64 getInt16 getInt32 getInt8 getUint16 getUint32 getUint8 ' +
      'setFloat32 setFloat64 setInt16 setInt32 setInt8 setUint16 setUint32 setUint8',
  ),
  'Error.prototype': words('toString name message'),
  Error: words('stackTraceLimit'),
  Math: words(
    'E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos asin atan atan2 ceil cos exp floor log max min pow ' +
      'random round sign sin sqrt tan',
  ),
  Number: words('MAX_VALUE MIN_VALUE NEGATIVE_INFINITY NaN POSITIVE_INFINITY'),
  'Number.prototype': words('toFixed toString valueOf'),
  Promise: words('all reject resolve'),
  'Promise.prototype': words('catch then'),
  RegExp: [],
  String: words('fromCharCode'),
  'String.prototype': words(
    'charAt charCodeAt concat endsWith includes indexOf lastIndexOf match padEnd padStart repeat replace replaceAll ' +
      'slice split startsWith substr substring toLowerCase toUpperCase trim toString valueOf',
  ),
};

const TYPED_ARRAY = words(
  'buffer byteLength byteOffset every fill filter find findIndex forEach includes indexOf join length map reduce ' +
    'reverse set slice some sort subarray toString',
);

/** Never removed: the engine's own parts look these up. */
const ALWAYS = words('constructor prototype length name');

const { deleteProperty } = Reflect;

function prune(object: object, keep: readonly string[]): void {
  for (const name of Object.getOwnPropertyNames(object)) {
    // Constants of Number cannot be deleted; they harm nobody.
    if (!keep.includes(name) && !ALWAYS.includes(name)) deleteProperty(object, name);
  }
}

export function removeWhatEspruinoLacks(): void {
  const typedArray = Object.getPrototypeOf(Uint8Array) as { prototype: object };
  prune(typedArray, []);
  prune(typedArray.prototype, TYPED_ARRAY);
  const realm = globalThis as unknown as Record<string, Record<string, object>>;
  for (const path of Object.keys(OBJECTS)) {
    const [name = '', part] = path.split('.');
    const object = part === undefined ? realm[name] : realm[name]?.[part];
    if (object !== undefined) prune(object, OBJECTS[path] ?? []);
  }
  for (const name of Object.getOwnPropertyNames(realm)) {
    if (!GLOBALS.includes(name)) deleteProperty(realm, name);
  }
}
