/** Which pins a board has, by number and by name, and which of them are the link's. */
import { DRIVEN } from './facts';
import type { HostFacts } from './facts';

/** Pins of an ESP8266. */
const TARGET_PINS = 17;

/** Names that stand for the first of their kind. */
const FIRST = [
  ['LED', 'LED1'],
  ['BTN', 'BTN1'],
] as const;

export interface PinNames {
  /** @throws Error for what is no pin */
  find(pin: unknown): number;
  nameOf(pin: number): string;
  /** Of each pin of the link, whether the host drives it. */
  readonly driven: readonly (boolean | undefined)[];
  /** Pins, buttons and LEDs as globals. */
  readonly globals: Record<string, unknown>;
}

/** @param facts of a host; a target has none */
export function createPinNames(facts: HostFacts | undefined): PinNames {
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

  const globals: Record<string, unknown> = {};
  for (const name of Object.keys(numbers)) if (numbers[name] !== -1) globals[name] = numbers[name];
  if (!facts) globals.LED1 = 0;
  for (const [short, first] of FIRST)
    if (globals[first] !== undefined && facts) globals[short] = globals[first];

  return {
    find(pin) {
      if (typeof pin === 'number' && pin >= 0 && pin < count && pin === (pin | 0)) return pin;
      const found = typeof pin === 'string' && numbers.hasOwnProperty(pin) ? numbers[pin] : undefined;
      if (found !== undefined && found >= 0) return found;
      throw new Error('Invalid pin');
    },
    nameOf: (pin) => names[pin] ?? '',
    driven: names.map((name) => {
      const wire = facts?.link[name];
      return wire === undefined ? undefined : DRIVEN.includes(wire);
    }),
    globals,
  };
}
