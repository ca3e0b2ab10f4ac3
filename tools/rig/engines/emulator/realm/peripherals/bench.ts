/**
 * What all peripherals of an emulated host share: the pins, what is told to the tool, what is asked of it. What the board
 * does is told in batches, one a turn of the loop, since a program may write pins thousands of times in one.
 */
import type { PeripheralAnswer, Output, Question } from '../../../../inputs/peripherals';
import type { Natives } from '../../natives';
import type { Wires } from '../../wires';
import type { Loop } from '../loop';
import type { HostFacts } from '../facts';
import type { PinReports } from '../pin-stages';
import type { EmulatedPins } from '../pins';

/** Told at once, before the turn ends. */
const BATCH = 500;

export interface Bench {
  readonly natives: Natives;
  readonly facts: HostFacts;
  readonly pins: EmulatedPins;
  readonly wires: Wires;
  readonly loop: Loop;
  /** A line on the console. */
  print(text: string): void;
  tell(output: Output): void;
  ask(question: Question): PeripheralAnswer;
}

/** Collects what the board does. */
export function createPinTeller(natives: Natives): (output: Output) => void {
  let waiting: Output[] = [];
  function send(): void {
    if (waiting.length === 0) return;
    natives.outputs(JSON.stringify(waiting));
    waiting = [];
  }
  return (output) => {
    waiting.push(output);
    if (waiting.length === 1) natives.soon(send);
    else if (waiting.length >= BATCH) send();
  };
}

/** Tells what a program does at the host's pins: levels, and that it uses a pin of the link, once of each. */
export function createPinReports(
  facts: HostFacts,
  nameOf: (pin: number) => string,
  tell: (output: Output) => void,
): PinReports {
  const told: string[] = [];
  return {
    wrote: (pin, level) => tell({ kind: 'level', pin: nameOf(pin), level }),
    used(pin, doing) {
      const name = nameOf(pin);
      if (told.includes(name)) return;
      told.push(name);
      tell({ kind: 'linkPin', pin: name, wire: facts.link[name] ?? '', doing });
    },
  };
}

export function asker(natives: Natives): (question: Question) => PeripheralAnswer {
  return (question) => JSON.parse(natives.ask(JSON.stringify(question))) as PeripheralAnswer;
}

/** One character a byte as a program's own typed array. */
export function toArray(bytes: string): Uint8Array {
  const array = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) array[i] = bytes.charCodeAt(i);
  return array;
}

export function fromArray(bytes: ArrayLike<number>): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode((bytes[i] ?? 0) & 255);
  return text;
}

/** Pins that a `setup` names, if any; the rest of the options is the bus's own. */
export function pinsOf(
  { pins }: Bench,
  options: unknown,
  names: readonly string[],
  doing: string,
): Record<string, number> {
  const found: Record<string, number> = {};
  if (options === undefined || options === null) return found;
  if (typeof options !== 'object') throw new Error(`Expecting Object, got ${typeof options}`);
  const given = options as Record<string, unknown>;
  for (const name of names) {
    if (given[name] === undefined || given[name] === null) continue;
    const pin = pins.find(given[name]);
    found[name] = pin;
    pins.claim(pin, doing);
  }
  return found;
}

/** A constructor with methods, as Espruino's built-in classes are. */
export function makeClass(
  name: string,
  construct: (this: object, ...args: never[]) => void,
  methods: Record<string, (this: never, ...args: never[]) => unknown>,
): { new (...args: never[]): object; prototype: object } {
  const made = construct as unknown as { new (...args: never[]): object; prototype: object };
  Object.defineProperty(made, 'name', { value: name });
  for (const method of Object.keys(methods))
    Object.defineProperty(made.prototype, method, {
      value: methods[method],
      enumerable: false,
      configurable: true,
      writable: true,
    });
  return made;
}
