/**
 * What the interpreter's own functions and objects are known to do, for the passes: whatever is not named here may do
 * anything. It must be data only, true of Espruino (`src/jswrap_*.c`) and of a JavaScript engine alike.
 */
import { BOARD_GLOBALS, GLOBALS } from '../../check/names';

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** By these a script reaches what is not written in it, so they stand for nothing that is known. */
const UNKNOWN = words('eval Function global globalThis load');

/**
 * Whether a name that the script does not declare is the interpreter's own. Such a function calls none of the script's
 * before it returns but those of `AT_ONCE`, and changes no object that is handed to it.
 */
export function isInterpreters(name: string): boolean {
  return (GLOBALS.has(name) || BOARD_GLOBALS.test(name)) && !UNKNOWN.has(name);
}

/** Functions that stay what they are for as long as a script gives them no other value, by their globals. */
const FIXED_GLOBALS = words(`
  analogRead analogWrite atob btoa changeInterval clearInterval clearTimeout clearWatch decodeURIComponent digitalPulse
  digitalRead digitalWrite dump encodeURIComponent getPinMode getSerial getTime isFinite isNaN parseFloat parseInt peek16
  peek32 peek8 pinMode poke16 poke32 poke8 print require reset save setBusyIndicator setDeepSleep setInterval
  setSleepIndicator setTime setTimeout setWatch shiftOut trace
`);

const FIXED_MEMBERS: Readonly<Record<string, ReadonlySet<string>>> = {
  E: words(
    'CRC32 clip convolve enableWatchdog fft getErrorFlags getSizeOf getTemperature hwRand kickWatchdog mapInPlace on ' +
      'openFile reboot reverseByte setBootCode setClock setConsole setDST setFlags setTimeZone srand sum toArrayBuffer ' +
      'toString toUint8Array variance',
  ),
  JSON: words('parse stringify'),
  Math: words(
    'abs acos asin atan atan2 ceil clip cos exp floor log max min pow random round sign sin sqrt tan wrap',
  ),
  Object: words('assign create defineProperties defineProperty entries keys values'),
  String: words('fromCharCode'),
  process: words('memory on'),
};

export function isFixedGlobal(name: string): boolean {
  return FIXED_GLOBALS.has(name);
}

/** Functions of an object of the interpreter that do not look at `this`, either. */
export function isFixedMember(object: string, name: string): boolean {
  return Object.hasOwn(FIXED_MEMBERS, object) && FIXED_MEMBERS[object]!.has(name);
}

/** Methods, and a constructor, that call a function handed to them before they return. */
export const AT_ONCE = words('forEach map filter find findIndex some every reduce sort replace Promise');

/** By these a function may come to run without any call of it. */
export const RUN_UNCALLED = words('toString valueOf toJSON then');
export const DEFINE = words('defineProperty defineProperties create setPrototypeOf');

/** What a built-in function gives, by the path that leads to it: a string's methods begin with `String#`. */
const RESULTS: Readonly<Record<string, ReadonlySet<string>>> = {
  string: words(
    'String String.fromCharCode String#charAt String#substr String#substring String#slice String#concat String#trim ' +
      'String#toLowerCase String#toUpperCase String#toString String#repeat String#padStart String#padEnd Array#join ' +
      'Number#toString Number#toFixed Boolean#toString getSerial E.toString|undefined JSON.stringify|undefined atob btoa ' +
      'encodeURIComponent decodeURIComponent',
  ),
  number: words(
    'String#charCodeAt String#indexOf String#lastIndexOf String#length Array#indexOf Array#push Array#unshift Number ' +
      'parseInt parseFloat getTime digitalRead analogRead peek8 peek16 peek32 E.CRC32 E.getSizeOf E.hwRand setTimeout ' +
      'setInterval setWatch Math.abs Math.acos Math.asin Math.atan Math.atan2 Math.ceil Math.clip Math.cos Math.exp ' +
      'Math.floor Math.log Math.max Math.min Math.pow Math.random Math.round Math.sign Math.sin Math.sqrt Math.tan',
  ),
  boolean: words(
    'Boolean isNaN isFinite String#includes String#startsWith String#endsWith Array#includes Array#some Array#every ' +
      'Array.isArray getPinMode|string Object#hasOwnProperty',
  ),
  undefined: words(
    'digitalWrite analogWrite pinMode poke8 poke16 poke32 print clearTimeout clearInterval clearWatch E.on process.on ' +
      'Array#forEach console.log E.srand E.setClock E.setTimeZone E.setDST',
  ),
};

/** The types that a built-in function gives; none: it is not known. */
export function resultsOf(path: string): string[] {
  const found: string[] = [];
  for (const [type, paths] of Object.entries(RESULTS)) {
    if (paths.has(path)) found.push(type);
    for (const other of ['undefined', 'string']) if (paths.has(`${path}|${other}`)) found.push(type, other);
  }
  return found;
}

/** A string's methods that change nothing, and give the same for the same, if what they are given is plain. */
export const PURE_OF_STRINGS = words(
  'charAt charCodeAt concat endsWith includes indexOf lastIndexOf padEnd padStart slice startsWith substr ' +
    'substring toLowerCase toString toUpperCase trim',
);

/** Functions that change nothing, and give the same for the same, if what they are given is plain. */
export const PURE = words('String.fromCharCode E.CRC32');

/** Those that change nothing either, but give what is so now. */
export const LOOKS = words('digitalRead getTime');
