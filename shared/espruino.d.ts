/**
 * What every Espruino board has, in firmware 2v29: pins, timers, the console and the objects `E`, `process` and `Modules`,
 * and of the language what `lib.es5` does not know. Only what the boards' firmware really offers may be declared
 * here, since device code and applications may use whatever this file names. Buses and displays are in
 * peripherals.d.ts; a board's own pins come from tools/config/boards.
 */
/* eslint-disable @typescript-eslint/no-explicit-any -- what a callback gets is what the caller hands over */

// ----- pins -----

type PinMode =
  | 'analog'
  | 'input'
  | 'input_pullup'
  | 'input_pulldown'
  | 'output'
  | 'opendrain'
  | 'opendrain_pullup'
  | 'af_output'
  | 'af_opendrain';

interface AnalogOptions {
  /** Hz. */
  freq?: number;
  soft?: boolean;
  forceSoft?: boolean;
}

/** A pin, such as `D5`: a number to `typeof`. */
interface Pin {
  read(): boolean;
  write(value: boolean | number): void;
  set(): void;
  reset(): void;
  /** Gives the level after it. */
  toggle(): boolean;
  mode(mode?: PinMode | 'auto', automatic?: boolean): void;
  getMode(): PinMode;
  getInfo(): any;
  /** ms, or several for a square wave. */
  pulse(value: boolean | number, time: number | number[]): void;
  analog(): number;
  pwm(value: number, options?: AnalogOptions): void;
}

/** What a function that wants a pin takes: also its number, and its name as text. */
type PinLike = Pin | number | string;

declare const Pin: {
  new (pin: PinLike): Pin;
  (pin: PinLike): Pin;
  prototype: Pin;
};

declare const HIGH: 1;
declare const LOW: 0;

interface WatchEvent {
  state: boolean;
  /** Seconds; at the first edge there is none before. */
  time: number;
  lastTime: number;
  pin: Pin;
  /** The level of the pin that `options.data` names. */
  data?: boolean;
}

interface WatchOptions {
  repeat?: boolean;
  edge?: 'rising' | 'falling' | 'both' | -1 | 0 | 1;
  /** ms. */
  debounce?: number;
  irq?: boolean;
  data?: Pin;
  hispeed?: boolean;
}

/** 0 to 1. */
declare function analogRead(pin: PinLike): number;
/** @param value 0 to 1 */
declare function analogWrite(pin: PinLike, value: number, options?: AnalogOptions): void;
/** @param time ms, or several for a square wave */
declare function digitalPulse(pin: PinLike, value: boolean | number, time: number | number[]): void;
/** `[a, b]`: bit 0 of the value goes to `b`, which is written first. */
declare function digitalWrite(
  pins: PinLike | PinLike[] | { write(value: any): unknown },
  value: number | boolean,
): void;
/** `[a, b]`: `a << 1 | b`. */
declare function digitalRead(pins: PinLike | PinLike[] | { read(): unknown }): number;
declare function pinMode(pin: PinLike, mode?: PinMode | 'auto', automatic?: boolean): void;
declare function getPinMode(pin: PinLike): PinMode;
/** Bits of each item to the pins, the last one lowest, with a pulse of the clock after each. */
declare function shiftOut(
  pins: PinLike | PinLike[],
  options: { clk?: PinLike; clkPol?: boolean | number; repeat?: number },
  data: Bytes,
): void;
/** Gives the number that `clearWatch` takes. */
declare function setWatch(
  callback: ((event: WatchEvent) => void) | string,
  pin: PinLike,
  options?: WatchOptions | boolean,
): number;
declare function clearWatch(id?: any): void;

/** What functions that send bytes take. */
type Bytes =
  | number
  | string
  | ArrayBuffer
  | ArrayBufferView
  | ArrayLike<number>
  | readonly Bytes[]
  | { data: Bytes; count?: number }
  | { callback: () => Bytes };

// ----- time -----

/** Without a time it runs in the next turn. */
declare function setTimeout(
  callback: ((...args: any[]) => void) | string,
  ms?: number,
  ...args: any[]
): number;
declare function setInterval(
  callback: ((...args: any[]) => void) | string,
  ms?: number,
  ...args: any[]
): number;
declare function clearTimeout(id?: any): void;
declare function clearInterval(id?: any): void;
declare function changeInterval(id: any, ms: number): void;
/** Seconds since 1970, or since the start where nothing set the clock. */
declare function getTime(): number;
declare function setTime(seconds: number): void;

// ----- the console -----

declare function print(...args: any[]): void;
declare const console: {
  log(...args: any[]): void;
  debug(...args: any[]): void;
  info(...args: any[]): void;
  warn(...args: any[]): void;
  error(...args: any[]): void;
  trace(...args: any[]): void;
};
declare function echo(on: boolean | number): void;
declare function dump(): void;
declare function trace(root?: any): void;
declare function edit(name: any): void;

// ----- the board -----

declare const global: any;
/** Modules of the firmware, or saved in Storage under their name. Throws when there is none. */
declare function require(name: string): any;
declare const Modules: {
  getCached(): string[];
  /** Forgets a module; the firmware's own can be had again. */
  removeCached(name: string): void;
  removeAllCached(): void;
  addCached(name: string, code: any): void;
};

declare function load(file?: string): void;
declare function save(): void;
declare function reset(clear?: boolean | number): void;
declare function getSerial(): string;
declare function setDeepSleep(on: boolean | number): void;
declare function setBusyIndicator(pin?: PinLike): void;
declare function setSleepIndicator(pin?: PinLike): void;
declare function atob(text: string): string;
declare function btoa(text: string | ArrayBufferView | ArrayBuffer): string;
/** What stands at an address of memory, or in a chip's register. On a PC it may end the interpreter. */
declare function peek8(address: number): number;
declare function peek8(address: number, count: number): Uint8Array;
declare function peek16(address: number): number;
declare function peek16(address: number, count: number): Uint16Array;
declare function peek32(address: number): number;
declare function peek32(address: number, count: number): Uint32Array;
declare function poke8(address: number, value: number | number[]): void;
declare function poke16(address: number, value: number | number[]): void;
declare function poke32(address: number, value: number | number[]): void;

declare namespace E {
  /** CRC-32 (IEEE 802.3) of a string's or an array's bytes. */
  function CRC32(data: string | ArrayLike<number> | ArrayBuffer): number;
  /** The processor's clock. On an ESP8266 80 or 160, MHz. */
  function setClock(frequency: any): number;
  function getClock(): any;
  /** One character a byte; `undefined` when the result does not fit in memory as one flat string. */
  function toString(...data: Bytes[]): string | undefined;
  function toUint8Array(...data: Bytes[]): Uint8Array;
  /** Of a string that is in one piece the bytes themselves, else `undefined` or a copy. */
  function toArrayBuffer(text: string): ArrayBuffer;
  function toFlatString(...data: Bytes[]): string | undefined;
  function toJS(value: any): string;
  function fromUTF8(text: string): string;
  function asUTF8(text: string): string;
  function isUTF8(text: any): boolean;
  /** Zone and daylight saving time, 12 numbers. Small builds lack it. */
  const setDST: ((...rule: number[]) => void) | undefined;
  /** Hours ahead of UTC. */
  function setTimeZone(hours: number): void;
  function on(event: 'init' | 'kill', callback: () => void): void;
  /** Flags that were not set before, after the turn that set them. `MEMORY`: variables ran out, and the turn was broken off. */
  function on(event: 'errorFlag', callback: (flags: string[]) => void): void;
  function on(event: 'touch' | 'packet' | 'packetUpload', callback: (...args: any[]) => void): void;
  /** All that are set, and clears them. */
  function getErrorFlags(): string[];
  function getFlags(): any;
  function setFlags(flags: any): void;
  /** Begins the sequence of `Math.random` anew. @param seed 32 bits; of 0 all numbers are 0 */
  function srand(seed: number): void;
  function hwRand(): number;
  /** °C, of the chip; NaN where it cannot tell. */
  function getTemperature(): number;
  /** Volts. */
  function getAnalogVRef(): number;
  function clip(x: number, min: number, max: number): number;
  function sum(data: string | ArrayLike<number>): number;
  function variance(data: string | ArrayLike<number>, mean: number): number;
  function convolve(a: ArrayLike<number>, b: ArrayLike<number>, offset: number): number;
  function FFT(real: ArrayLike<number>, imaginary?: ArrayLike<number>, inverse?: boolean): void;
  function mapInPlace(from: ArrayLike<number>, to: ArrayLike<number>, map?: any, bits?: number): void;
  function reverseByte(byte: number): number;
  function HSBtoRGB(hue: number, saturation: number, brightness: number): number;
  function HSBtoRGB(hue: number, saturation: number, brightness: number, format: number): any;
  function enableWatchdog(seconds: number, automatic?: boolean): void;
  function kickWatchdog(): void;
  function setBootCode(code?: string, always?: boolean): void;
  function setConsole(device: any, options?: { force?: boolean }): void;
  function getConsole(): string | null;
  function setPassword(password?: string): void;
  function lockConsole(): void;
  function getSizeOf(value: any, depth?: number): any;
  function getAddressOf(value: any, flat?: boolean): number;
  function memoryArea(address: number, length: number): string;
  function pipe(source: any, destination: any, options?: any): void;
  function defrag(): void;
  function dumpStr(): string;
  function reboot(): void;
  function stopEventPropagation(): void;
}

declare const process: {
  readonly version: string;
  readonly env: {
    readonly VERSION: string;
    readonly BOARD: string;
    readonly SERIAL: string;
    readonly CONSOLE: string;
    readonly MODULES: string;
    readonly [name: string]: any;
  };
  /** An exception that nobody caught; with a listener it is not printed. */
  on(event: 'uncaughtException', callback: (exception: any) => void): void;
  /** Variables in use and in all; collects garbage first. */
  memory(gc?: boolean): {
    free: number;
    usage: number;
    total: number;
    history: number;
    gc: number;
    gctime: number;
    blocksize: number;
  };
};
// ----- the language -----

/** Events, which every object has. */
interface Object {
  on(event: string, listener: (...args: any[]) => void): void;
  addListener(event: string, listener: (...args: any[]) => void): void;
  prependListener(event: string, listener: (...args: any[]) => void): void;
  emit(event: string, ...args: any[]): void;
  removeListener(event: string, listener: (...args: any[]) => void): void;
  removeAllListeners(event?: string): void;
}

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
