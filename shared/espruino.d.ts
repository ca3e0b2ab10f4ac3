/**
 * What Espruino 2v29 has and `espruino-types` lacks or gets wrong: those types describe firmware 1.95. Only what
 * the boards' firmware really offers may be declared here, since device code may use whatever this file names.
 */

declare function setTimeout<A extends unknown[]>(
  callback: (...args: A) => void,
  ms: number,
  ...args: A
): number;
declare function setInterval<A extends unknown[]>(
  callback: (...args: A) => void,
  ms: number,
  ...args: A
): number;

/** Modules of the firmware, or saved in Storage under their name. Throws when there is none. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each caller names the type it expects
declare function require(name: string): any;

declare function print(...args: unknown[]): void;
declare const console: { log(...args: unknown[]): void };

/** `[a, b]`: bit 0 of the value goes to `b`, which is written first. */
declare function digitalWrite(pins: Pin | Pin[], value: number): void;
/** `[a, b]`: `a << 1 | b`. */
declare function digitalRead(pins: Pin | Pin[]): number;
declare function pinMode(pin: Pin, mode: 'input' | 'input_pullup' | 'output' | 'opendrain' | 'auto'): void;

/** Gives the number that `clearWatch` takes. */
declare function setWatch(
  callback: (event: { state: boolean; time: number; lastTime: number }) => void,
  pin: Pin,
  options: { repeat?: boolean; edge?: 'rising' | 'falling' | 'both'; debounce?: number },
): number;

/** The 32 bits of memory, or of a chip's register, at an address. On a PC it may end the interpreter. */
declare function peek32(address: number): number;
/** Sets them. On a PC it may end the interpreter. */
declare function poke32(address: number, value: number): void;

declare const Modules: {
  /** Forgets a module; the firmware's own can be had again. */
  removeCached(name: string): void;
};

declare namespace E {
  /** CRC-32 (IEEE 802.3) of a string's or an array's bytes. */
  function CRC32(data: string | Uint8Array | number[]): number;
  /** The processor's clock. On an ESP8266 80 or 160, MHz. */
  function setClock(frequency: number): number;
  /** One character a byte; `undefined` when the result does not fit in memory as one flat string. */
  function toString(...data: (string | number | number[] | Uint8Array)[]): string | undefined;
  function toUint8Array(...data: (string | number | ArrayLike<number>)[]): Uint8Array;
  /** Zone and daylight saving time, 12 numbers. Small builds lack it. */
  const setDST: ((...rule: number[]) => void) | undefined;
  function on(event: 'init' | 'kill', callback: () => void): void;
  /** Flags that were not set before, after the turn that set them. `MEMORY`: variables ran out, and the turn was broken off. */
  function on(event: 'errorFlag', callback: (flags: string[]) => void): void;
  /** All that are set, and clears them. */
  function getErrorFlags(): string[];
  /** Begins the sequence of `Math.random` anew. @param seed 32 bits; of 0 all numbers are 0 */
  function srand(seed: number): void;
}

declare const process: {
  readonly version: string;
  readonly env: { readonly VERSION: string; readonly BOARD: string };
  /** An exception that nobody caught; with a listener it is not printed. */
  on(event: 'uncaughtException', callback: (exception: unknown) => void): void;
  /** Variables in use and in all; collects garbage first. */
  memory(gc?: boolean): { free: number; usage: number; total: number; history: number };
};

declare const LED1: Pin;
declare const LED2: Pin;
declare const LED3: Pin;
declare const BTN1: Pin;

interface ObjectConstructor {
  assign<T extends object, S>(target: T, source: S): T & S;
  entries<T>(value: { [name: string]: T }): [string, T][];
  values<T>(value: { [name: string]: T }): T[];
}

interface Array<T> {
  fill(value: T, start?: number, end?: number): this;
  find(test: (value: T, index: number) => unknown): T | undefined;
  findIndex(test: (value: T, index: number) => unknown): number;
  includes(value: T): boolean;
}

interface String {
  padStart(length: number, fill?: string): string;
  padEnd(length: number, fill?: string): string;
  startsWith(search: string): boolean;
  endsWith(search: string): boolean;
  includes(search: string): boolean;
  repeat(count: number): string;
}

interface Uint8Array {
  slice(start?: number, end?: number): Uint8Array;
  fill(value: number, start?: number, end?: number): this;
  indexOf(value: number, from?: number): number;
}
