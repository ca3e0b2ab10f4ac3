/**
 * The target's shipped bundle on the simulated board: what it finds there under
 * the names of Espruino's globals, and what the firmware does when a turn
 * throws or is broken off.
 */
import { CutOff, type Steps, isSteps } from './device-source';
import { startBundle } from './device-bundle';
import { deviceE } from './device-globals';
import type { Firmware } from './end';
import { BOARD_LINES } from './lines';

/** Pins of an ESP8266 that the target uses, and the lines that they are. The LED's pin is none. */
const PINS: Readonly<Record<number, number>> = {
  15: BOARD_LINES.clockOut,
  14: BOARD_LINES.dataOut,
  12: BOARD_LINES.clockIn,
  13: BOARD_LINES.dataIn,
};

type Callback = (...args: unknown[]) => unknown;

export interface ShippedOptions {
  /** What `require` gives beside `ESP8266`. */
  readonly modules: Readonly<Record<string, unknown>>;
  readonly serial: string;
  readonly random: () => number;
  readonly time: () => number;
  readonly memory: () => { usage: number; free: number; total: number };
  /** Bytes of a body beyond which the wires damage it. */
  readonly longest: () => number;
  /** Memory that outlives a restart. */
  readonly rtc: number[];
  readonly cancel: (timer: unknown) => void;
  /** Comes before each call of the bundle into the firmware, and may throw. */
  readonly strike: () => void;
  /** A turn that is ordered never comes. */
  readonly loses: () => boolean;
  /** `ESP8266.reboot`. */
  readonly reboot: () => void;
  /** It has ordered that for later, and its link is down meanwhile. */
  readonly leaves: () => void;
}

/** Ends the turn in which the board reboots: no `catch` sees it either. */
class Reboot extends CutOff {}

export interface Shipped {
  /** Power-up. */
  readonly program: (firmware: Firmware) => void;
  /** A turn ended so. */
  readonly thrown: (thrown: unknown) => void;
}

/** What a turn comes to, as the harness wants it. */
function turn(run: Callback, args: unknown[]): Steps | undefined {
  const result = run(...args);
  return isSteps(result) ? result : undefined;
}

/** The wires pause in it. */
const isOfWires = (run: Callback): boolean => run.constructor.name === 'GeneratorFunction';

export function createShipped(options: ShippedOptions): Shipped {
  const listeners: Record<string, Callback[]> = {};
  let firmware: Firmware;
  const made = new WeakSet<object>();

  function call(event: string, ...args: unknown[]): void {
    for (const listener of listeners[event] ?? []) {
      try {
        listener(...args);
      } catch (thrown) {
        if (!(thrown instanceof CutOff)) throw thrown;
      }
    }
  }

  const on =
    (object: string) =>
    (event: string, listener: Callback): void =>
      void (listeners[`${object} ${event}`] ??= []).push(listener);

  function risky<A extends unknown[], R>(native: (...args: A) => R): (...args: A) => R {
    return (...args) => {
      options.strike();
      return native(...args);
    };
  }

  function later(run: Callback, ms = 0, ...args: unknown[]): unknown {
    if (run === reboot) options.leaves();
    if (!ms && !isOfWires(run) && options.loses()) return {};
    return firmware.later(() => turn(run, args), ms);
  }

  function every(run: Callback, ms: number): void {
    const again = (): void => {
      firmware.later(again, ms);
      run();
    };
    firmware.later(again, ms);
  }

  function reboot(): never {
    options.reboot();
    throw new Reboot('reboot');
  }

  // Arrays of the bundle's own are bodies that came over the wires.
  function crc32(data: string | ArrayLike<number>): number {
    const came = typeof data === 'object' && !made.has(data);
    return came && data.length > options.longest() ? 0 : deviceE.CRC32(data);
  }

  function toUint8Array(...parts: Parameters<typeof deviceE.toUint8Array>): Uint8Array {
    const array = deviceE.toUint8Array(...parts);
    made.add(array);
    return array;
  }

  function globals(): Record<string, unknown> {
    const { rtc } = options;
    const modules: Record<string, unknown> = { ...options.modules, ESP8266: { reboot } };
    const line = (pin: number): number | undefined => PINS[pin];
    return {
      digitalRead: (pin: number) => firmware.read(line(pin) as number),
      digitalWrite: (pins: number | number[], value: number) => {
        const lines = typeof pins === 'number' ? line(pins) : pins.map((pin) => line(pin) as number);
        if (lines !== undefined) firmware.write(lines, value);
      },
      pinMode: () => undefined,
      setWatch: (run: Callback, pin: number) => {
        const end = firmware.watch(line(pin) as number, () => turn(run, []));
        if (!end) throw new Error('Watches are not available on this pin');
        return end;
      },
      clearWatch: (end: () => void) => end(),
      setTimeout: risky(later),
      clearTimeout: risky(options.cancel),
      setInterval: every,
      getTime: risky(options.time),
      getSerial: () => options.serial,
      peek32: (address: number) => rtc[address] ?? 0,
      poke32: (address: number, value: number) => (rtc[address] = value | 0),
      print: () => undefined,
      require: risky((name: string) => {
        const module = modules[name];
        if (!module) throw new Error(`Module "${name}" not found`);
        return module;
      }),
      Modules: { removeCached: () => undefined },
      Math: Object.create(Math, { random: { value: options.random } }) as unknown,
      process: { memory: risky(options.memory), on: on('process') },
      E: {
        ...deviceE,
        CRC32: crc32,
        toUint8Array,
        on: on('E'),
        srand: () => undefined,
        setClock: risky(() => undefined),
      },
    };
  }

  return {
    program: (given) => {
      firmware = given;
      startBundle('target', globals());
    },
    thrown: (thrown) => {
      if (thrown instanceof Reboot) return;
      // That a turn was broken off is told in one of the next (Espruino src/jsinteractive.c:1272).
      if (thrown instanceof CutOff) firmware.later(() => call('E errorFlag', ['MEMORY']), 0);
      else call('process uncaughtException', thrown);
    },
  };
}
