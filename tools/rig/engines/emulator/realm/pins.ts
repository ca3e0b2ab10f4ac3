/**
 * Pins: modes, reads, writes and watches, on the shared lines. The link's byte
 * exchange spends its time here, so reads and writes do no more than they must.
 */
import { createWires, Drive, RESET_INPUT, EdgeSource, TARGET_INDEX } from '../wires';
import type { BoardIndex, Edge, Wires } from '../wires';
import type { Natives } from '../natives';
import type { ErrorFlags } from './errors';
import { DRIVEN } from './facts';
import type { HostFacts } from './facts';
import type { Loop } from './loop';

const MODES = [
  'input',
  'output',
  'opendrain',
  'opendrain_pullup',
  'input_pullup',
  'input_pulldown',
  'analog',
  'af_output',
  'af_opendrain',
] as const;
type Mode = (typeof MODES)[number];

/** The flash chip's pins on an ESP8266. */
const FLASH_FIRST = 6;
const FLASH_LAST = 11;
/** Pins of an ESP8266. */
const TARGET_PINS = 17;

interface Watch {
  readonly pin: number;
  readonly callback: unknown;
  readonly repeat: boolean;
  /** 1 rising, -1 falling, 0 both. */
  readonly edge: number;
  /** Milliseconds. */
  readonly debounce: number;
  state: boolean;
  lastTime: number | undefined;
  timer: number | undefined;
}

type WatchOptions = boolean | { repeat?: boolean; edge?: string | number; debounce?: number };

interface Readable {
  read(): unknown;
}

interface Writable {
  write(value: number): unknown;
}

/** What else has to hear of what is done to pins. */
export interface PinHooks {
  /** A pin that is not the link's was written. */
  wrote(pin: number, level: 0 | 1): unknown;
  /** What only an application does was done to a pin of the link. */
  used(pin: number, doing: string): void;
}

export interface EmulatedPins {
  readonly wires: Wires;
  /** @throws Error for what is no pin */
  find(pin: unknown): number;
  nameOf(pin: number): string;
  /** As `digitalWrite`, for the board's own buses too. */
  write(pin: number, level: 0 | 1): void;
  read(pin: number): 0 | 1;
  /** Unless a program set it by `pinMode`. */
  setMode(pin: number, mode: string): void;
  /** The link's pins may not be another device's. */
  claim(pin: number, doing: string): void;
  readonly globals: Record<string, unknown>;
  /** Calls the watches for the edges that wait. */
  deliverEdges(): void;
}

export function createPins(
  natives: Natives,
  getLoop: () => Loop,
  seconds: (now: number) => number,
  errors: ErrorFlags,
  facts: HostFacts | undefined,
  hooks: PinHooks,
): EmulatedPins {
  const board: BoardIndex = natives.board;
  const isTarget = board === TARGET_INDEX;
  const names: string[] = [];
  const numbers: Record<string, number> = {};
  for (let i = 0; i < (facts?.pins.length ?? TARGET_PINS); i++) {
    const name = facts?.pins[i] ?? `D${String(i)}`;
    names.push(name);
    numbers[name] = i;
  }
  const count = names.length;
  for (const device of Object.keys(facts?.devices ?? {}))
    numbers[device] ??= numbers[facts?.devices[device] ?? ''] ?? -1;
  /** Of each pin of the link, whether the host drives it. */
  const driven: (boolean | undefined)[] = names.map((name) => {
    const wire = facts?.link[name];
    return wire === undefined ? undefined : DRIVEN.includes(wire);
  });
  const ownEdges: Edge[] = [];
  const wires = createWires(
    natives.memory,
    EdgeSource.Wire,
    () => natives.now(),
    (level) => natives.resetLine(level),
    (_, edge) => {
      if (ownEdges.push(edge) === 1) getLoop().kick();
    },
  );
  /** Per pin: mode, whether `pinMode` set it, output register. */
  const modes: Mode[] = [];
  const manual: boolean[] = [];
  const register: number[] = [];
  for (let i = 0; i < RESET_INPUT; i++) {
    modes.push('input');
    manual.push(false);
    register.push(0);
  }
  let watches: Record<number, Watch> = {};
  let lastWatch = 0;

  function find(pin: unknown): number {
    if (typeof pin === 'number' && pin >= 0 && pin < count && pin === (pin | 0)) return pin;
    const found = typeof pin === 'string' && numbers.hasOwnProperty(pin) ? numbers[pin] : undefined;
    if (found !== undefined && found >= 0) return found;
    throw new Error('Invalid pin');
  }

  function stage(pin: number): Drive {
    const high = register[pin] === 1;
    switch (modes[pin]) {
      case 'output':
      case 'af_output':
        return high ? Drive.High : Drive.Low;
      case 'opendrain':
      case 'af_opendrain':
        return high ? Drive.Float : Drive.Low;
      case 'opendrain_pullup':
        return high ? Drive.WeakHigh : Drive.Low;
      case 'input_pullup':
        return Drive.WeakHigh;
      case 'input_pulldown':
        return Drive.WeakLow;
      default:
        return Drive.Float;
    }
  }

  /**
   * `jshPinSetState`. It sets up the pin each time, also where nothing changes: on a board that is the greater part of
   * a write (Espruino targets/esp8266/jshardware.c:365), and on an STM32F4 the line floats for a moment.
   */
  function setMode(pin: number, mode: Mode): void {
    wires.countMode(board);
    if (modes[pin] === mode) return;
    if (isTarget) {
      if (pin >= FLASH_FIRST && pin <= FLASH_LAST)
        return natives.line('ERROR: Cannot change pins used for flash chip');
      if (pin === 16 && mode !== 'input' && mode !== 'output') {
        return natives.line('ERROR: only output and input are valid for D16');
      }
      if (mode === 'analog' || mode === 'input_pulldown')
        return natives.line('ERROR: Pin state not supported');
    }
    modes[pin] = mode;
    wires.drive(board, pin, stage(pin));
  }

  function look(pins: number): void {
    wires.stopIfStill(board);
    wires.look(board, pins);
  }

  /** `jshPinInput` (src/jspin.c:240). */
  function readPin(pin: number): 0 | 1 {
    if (driven[pin] === true) hooks.used(pin, 'reads it');
    if (!manual[pin]) setMode(pin, 'input');
    return wires.read(board, pin);
  }

  /** `jshPinOutput` (src/jspin.c:257): the level first, then the mode, unless `pinMode` was called. */
  function writePin(pin: number, value: number): void {
    wires.stopIfStill(board);
    register[pin] = value;
    wires.drive(board, pin, stage(pin));
    if (!manual[pin]) setMode(pin, 'output');
    if (driven[pin] === undefined) hooks.wrote(pin, value as 0 | 1);
    else if (!driven[pin]) hooks.used(pin, 'writes to it');
  }

  function digitalRead(pin: unknown): number {
    if (Array.isArray(pin)) {
      let value = 0;
      for (let i = 0; i < pin.length; i++) value |= 1 << find(pin[i]);
      look(value);
      value = 0;
      for (let i = 0; i < pin.length; i++) value = (value << 1) | readPin(find(pin[i]));
      return value;
    }
    if (typeof pin === 'object' && pin !== null) {
      if (typeof (pin as Readable).read !== 'function') throw new Error('Invalid pin');
      return Number((pin as Readable).read()) | 0;
    }
    const found = find(pin);
    look(1 << found);
    return readPin(found);
  }

  function digitalWrite(pin: unknown, value: unknown): void {
    let bits = typeof value === 'boolean' ? (value ? -1 : 0) : Number(value) | 0;
    if (Array.isArray(pin)) {
      for (let i = pin.length - 1; i >= 0; i--) {
        writePin(find(pin[i]), bits & 1);
        bits >>= 1;
      }
    } else if (typeof pin === 'object' && pin !== null) {
      if (typeof (pin as Writable).write !== 'function') throw new Error('Invalid pin');
      (pin as Writable).write(bits);
    } else writePin(find(pin), bits !== 0 ? 1 : 0);
  }

  function pinMode(pin: unknown, mode?: string, automatic?: boolean): void {
    const found = find(pin);
    if (driven[found] !== undefined && !suits(driven[found] === true, mode))
      hooks.used(found, `makes it ${String(mode)}`);
    if (MODES.includes(mode as Mode)) {
      manual[found] = !automatic;
      setMode(found, mode as Mode);
    } else {
      manual[found] = false;
      if (mode !== undefined && mode !== 'auto') throw new Error('Unknown pin mode');
    }
  }

  /** Modes in which the link uses its own pins. */
  function suits(isDriven: boolean, mode: string | undefined): boolean {
    return mode === undefined || (isDriven ? /^(output|opendrain)/ : /^(input|auto)/).test(mode);
  }

  function getPinMode(pin: unknown): string {
    return modes[find(pin)] ?? '';
  }

  function isWatched(pin: number): boolean {
    return Object.values(watches).some((watch) => watch.pin === pin);
  }

  function endWatch(id: number): void {
    const watch = watches[id];
    if (watch === undefined) return;
    delete watches[id];
    if (watch.timer !== undefined) getLoop().remove(watch.timer);
    if (!isWatched(watch.pin)) wires.watch(board, watch.pin, false);
  }

  function setWatch(callback: unknown, pin: unknown, options?: WatchOptions): number | undefined {
    let found: number;
    try {
      found = find(pin);
    } catch {
      natives.line('ERROR: Invalid pin');
      return undefined;
    }
    if (isTarget && found === 16) {
      natives.line(
        'WARNING: Unable to set watch. You may already have a watch on a pin with the same number (eg. A0 and B0),',
      );
      natives.line('or this pin cannot be used with watch');
      return undefined;
    }
    if (typeof callback !== 'function' && typeof callback !== 'string') {
      throw new Error('Function or String not supplied!');
    }
    const given = typeof options === 'object' && options !== null ? options : { repeat: options === true };
    const edge = given.edge;
    if (edge !== undefined && ![-1, 0, 1, 'rising', 'falling', 'both'].includes(edge)) {
      throw new TypeError("'edge' in setWatch should be 1, -1, 0, 'rising', 'falling' or 'both'");
    }
    if (driven[found] === true || (driven[found] === false && isWatched(found)))
      hooks.used(found, 'watches it');
    if (!manual[found]) setMode(found, 'input');
    lastWatch++;
    watches[lastWatch] = {
      pin: found,
      callback,
      repeat: given.repeat === true,
      edge: edge === 'rising' ? 1 : edge === 'falling' ? -1 : typeof edge === 'number' ? edge : 0,
      debounce: Math.max(0, Number(given.debounce) || 0),
      state: wires.level(board, found) === 1,
      lastTime: undefined,
      timer: undefined,
    };
    wires.watch(board, found, true);
    return lastWatch;
  }

  function clearWatch(id?: number): void {
    if (arguments.length === 0) {
      for (const one of Object.keys(watches)) endWatch(Number(one));
      watches = {};
    } else if (id === undefined) {
      throw new Error('clearWatch(undefined) not allowed. Use clearWatch() instead');
    } else if (watches[id] !== undefined) endWatch(id);
    else throw new Error('Unknown Watch');
  }

  function fire(id: number, watch: Watch, state: boolean, time: number): void {
    const at = seconds(time);
    if (watch.edge === 0 || watch.edge > 0 === state) {
      const event = { state, lastTime: watch.lastTime, time: at, pin: watch.pin };
      const whole = getLoop().call(watch.callback, globalThis, [event]);
      // src/jsinteractive.c:2421
      if (!whole && watch.repeat) errors.raise('CALLBACK');
      if (!whole || !watch.repeat) endWatch(id);
    }
    watch.lastTime = at;
  }

  function deliver(edge: Edge): void {
    for (const key of Object.keys(watches)) {
      const id = Number(key);
      const watch = watches[id];
      if (watch === undefined || watch.pin !== edge.pin) continue;
      if (watch.debounce === 0) {
        watch.state = edge.state;
        fire(id, watch, edge.state, edge.time);
        continue;
      }
      if (watch.timer !== undefined) getLoop().remove(watch.timer);
      watch.timer = getLoop().add(watch.debounce, undefined, () => {
        watch.timer = undefined;
        if (watch.state === edge.state) return;
        watch.state = edge.state;
        fire(id, watch, edge.state, edge.time);
      });
    }
  }

  /** Delivers what waits now, and no more: a pin that never rests must not keep timers from running. */
  function deliverEdges(): void {
    const waiting: Edge[] = ownEdges.splice(0);
    for (let edge = wires.nextEdge(board); edge !== undefined; edge = wires.nextEdge(board)) {
      if (waiting.push(edge) >= 2 * 16) break;
    }
    for (const edge of waiting) deliver(edge);
  }

  const globals: Record<string, unknown> = {
    digitalRead,
    digitalWrite,
    pinMode,
    getPinMode,
    setWatch,
    clearWatch,
    LOW: 0,
    HIGH: 1,
    Pin(pin: unknown) {
      return find(pin);
    },
  };
  for (const name of Object.keys(numbers)) if (numbers[name] !== -1) globals[name] = numbers[name];
  if (isTarget) globals.LED1 = 0;
  for (const [short, first] of [
    ['LED', 'LED1'],
    ['BTN', 'BTN1'],
  ] as const)
    if (globals[first] !== undefined && !isTarget) globals[short] = globals[first];

  // A pin is a number to `typeof`, as in Espruino, so its methods are those of numbers.
  const methods: Record<string, (this: number, ...args: never[]) => unknown> = {
    read() {
      const pin = find(Number(this));
      look(1 << pin);
      return readPin(pin) === 1;
    },
    write(value: unknown) {
      writePin(find(Number(this)), value ? 1 : 0);
    },
    set() {
      writePin(find(Number(this)), 1);
    },
    reset() {
      writePin(find(Number(this)), 0);
    },
    toggle() {
      const pin = find(Number(this));
      const next = register[pin] === 1 ? 0 : 1;
      writePin(pin, next);
      return next === 1;
    },
    mode(mode?: string, automatic?: boolean) {
      pinMode(Number(this), mode, automatic);
    },
    getMode() {
      return getPinMode(Number(this));
    },
    getInfo() {
      const pin = find(Number(this));
      return {
        port: names[pin]?.charAt(0),
        num: Number(names[pin]?.slice(1)),
        mode: modes[pin],
        output: register[pin],
        functions: {},
      };
    },
  };
  for (const method of Object.keys(methods)) {
    Object.defineProperty(Number.prototype, method, {
      value: methods[method],
      enumerable: false,
      configurable: true,
    });
  }
  return {
    wires,
    globals,
    deliverEdges,
    find,
    nameOf: (pin) => names[pin] ?? '',
    write: writePin,
    read: readPin,
    setMode(pin, mode) {
      if (!manual[pin]) setMode(pin, mode as Mode);
    },
    claim(pin, doing) {
      if (driven[pin] !== undefined) hooks.used(pin, doing);
    },
  };
}
