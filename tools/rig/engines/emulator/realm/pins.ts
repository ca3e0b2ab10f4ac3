/** The functions for pins that a program has: `digitalRead`, `pinMode`, `setWatch`, `D4.write()` and their kin. */
import { createWires } from '../wires';
import { EdgeSource } from '../line-memory';
import type { Wires } from '../wires';
import type { Natives } from '../natives';
import type { ErrorFlags } from './errors';
import type { HostFacts } from './facts';
import type { Loop } from './loop';
import { createPinNames } from './pin-names';
import type { PinNames } from './pin-names';
import { PIN_MODES, createPinStages } from './pin-stages';
import type { PinMode, PinReports, PinStages } from './pin-stages';
import { createWatches } from './watches';
import type { Watches } from './watches';

interface Readable {
  read(): unknown;
}

interface Writable {
  write(value: number): unknown;
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

/** The functions of the top level that set, ask and tell pins' modes and levels. */
interface PinFunctions {
  digitalRead(pin: unknown): number;
  digitalWrite(pin: unknown, value: unknown): void;
  pinMode(pin: unknown, mode?: string, automatic?: boolean): void;
  getPinMode(pin: unknown): string;
}

/** Modes in which the link uses its own pins. */
function suits(isDriven: boolean, mode: string | undefined): boolean {
  return mode === undefined || (isDriven ? /^(output|opendrain)/ : /^(input|auto)/).test(mode);
}

function pinFunctions(names: PinNames, stages: PinStages, reports: PinReports | undefined): PinFunctions {
  function digitalRead(pin: unknown): number {
    if (Array.isArray(pin)) {
      let value = 0;
      for (let i = 0; i < pin.length; i++) value |= 1 << names.find(pin[i]);
      stages.look(value);
      value = 0;
      for (let i = 0; i < pin.length; i++) value = (value << 1) | stages.read(names.find(pin[i]));
      return value;
    }
    if (typeof pin === 'object' && pin !== null) {
      if (typeof (pin as Readable).read !== 'function') throw new Error('Invalid pin');
      return Number((pin as Readable).read()) | 0;
    }
    const found = names.find(pin);
    stages.look(1 << found);
    return stages.read(found);
  }

  function digitalWrite(pin: unknown, value: unknown): void {
    let bits = typeof value === 'boolean' ? (value ? -1 : 0) : Number(value) | 0;
    if (Array.isArray(pin)) {
      for (let i = pin.length - 1; i >= 0; i--) {
        stages.write(names.find(pin[i]), bits & 1);
        bits >>= 1;
      }
    } else if (typeof pin === 'object' && pin !== null) {
      if (typeof (pin as Writable).write !== 'function') throw new Error('Invalid pin');
      (pin as Writable).write(bits);
    } else stages.write(names.find(pin), bits !== 0 ? 1 : 0);
  }

  function pinMode(pin: unknown, mode?: string, automatic?: boolean): void {
    const found = names.find(pin);
    if (names.driven[found] !== undefined && !suits(names.driven[found] === true, mode))
      reports?.used(found, `makes it ${String(mode)}`);
    const known = PIN_MODES.includes(mode as PinMode);
    stages.choose(found, known ? (mode as PinMode) : undefined, automatic === true);
    if (!known && mode !== undefined && mode !== 'auto') throw new Error('Unknown pin mode');
  }

  function getPinMode(pin: unknown): string {
    return stages.mode(names.find(pin)) ?? '';
  }

  return { digitalRead, digitalWrite, pinMode, getPinMode };
}

/** A pin is a number to `typeof`, as in Espruino, so its methods are those of numbers. */
function pinMethods(
  names: PinNames,
  stages: PinStages,
  api: PinFunctions,
): Record<string, (this: number, ...args: never[]) => unknown> {
  return {
    read() {
      const pin = names.find(Number(this));
      stages.look(1 << pin);
      return stages.read(pin) === 1;
    },
    write(value: unknown) {
      stages.write(names.find(Number(this)), value ? 1 : 0);
    },
    set() {
      stages.write(names.find(Number(this)), 1);
    },
    reset() {
      stages.write(names.find(Number(this)), 0);
    },
    toggle() {
      const pin = names.find(Number(this));
      const next = stages.register(pin) === 1 ? 0 : 1;
      stages.write(pin, next);
      return next === 1;
    },
    mode(mode?: string, automatic?: boolean) {
      api.pinMode(Number(this), mode, automatic);
    },
    getMode() {
      return api.getPinMode(Number(this));
    },
    getInfo() {
      const pin = names.find(Number(this));
      return {
        port: names.nameOf(pin).charAt(0),
        num: Number(names.nameOf(pin).slice(1)),
        mode: stages.mode(pin),
        output: stages.register(pin),
        functions: {},
      };
    },
  };
}

/** What a board's pins are made of. */
export interface PinParts {
  readonly natives: Natives;
  /** Of a host; a target has none. */
  readonly facts: HostFacts | undefined;
  readonly errors: ErrorFlags;
  readonly reports: PinReports | undefined;
  loop(): Loop;
  /** The board's time at a moment of the threads' clock. */
  seconds(now: number): number;
}

export function createPins(parts: PinParts): EmulatedPins {
  const { natives, facts, reports } = parts;
  const names = createPinNames(facts);
  const wires = createWires(
    natives.memory,
    EdgeSource.Wire,
    () => natives.now(),
    (level) => natives.resetLine(level),
    (_, edge) => watches.made(edge),
  );
  const stages = createPinStages(natives, wires, names, reports);
  const watches: Watches = createWatches({ ...parts, wires, names, stages });
  const api = pinFunctions(names, stages, reports);
  const methods = pinMethods(names, stages, api);
  for (const method of Object.keys(methods)) {
    Object.defineProperty(Number.prototype, method, {
      value: methods[method],
      enumerable: false,
      configurable: true,
    });
  }
  return {
    wires,
    globals: {
      ...api,
      ...watches.globals,
      LOW: 0,
      HIGH: 1,
      Pin(pin: unknown) {
        return names.find(pin);
      },
      ...names.globals,
    },
    deliverEdges: () => watches.deliver(),
    find: (pin) => names.find(pin),
    nameOf: (pin) => names.nameOf(pin),
    write: (pin, level) => stages.write(pin, level),
    read: (pin) => stages.read(pin),
    setMode: (pin, mode) => stages.setMode(pin, mode as PinMode),
    claim(pin, doing) {
      if (names.driven[pin] !== undefined) reports?.used(pin, doing);
    },
  };
}
