/**
 * I2C and SPI (Espruino src/jswrap_spi_i2c.c): what a program sends goes to what is connected, byte by byte as it is;
 * pins, clocks and the time that it takes are not there. A select pin is written, as on a board.
 */
import { byteList, byteString } from '../bytes';
import type { Bench } from './bench';
import { makeClass, pinsOf, toArray } from './bench';

/** Which bus an object is: `I2C1`, or one in software by its data pin. */
interface Bus {
  bus?: string;
  ready?: boolean;
}

const KEY = '#bus';

function busOf(object: object): Bus {
  const holder = object as { [KEY]?: Bus };
  if (holder[KEY] === undefined) Object.defineProperty(holder, KEY, { value: {}, enumerable: false });
  return holder[KEY] ?? {};
}

/** Each class has its own, whose prototype it gets. */
function constructor(): (this: object) => void {
  return function (this: object) {
    busOf(this);
  };
}

/** `{address, stop}` or a number. */
function addressOf(given: unknown): number {
  const value = typeof given === 'object' && given !== null ? (given as { address: unknown }).address : given;
  return Number(value) & 127;
}

function createI2C(bench: Bench): Record<string, unknown> {
  function silent(bus: Bus): Error {
    // Of built-in buses, `jshI2CWrite` of targets/stm32/jshardware.c:2621; of one in software, src/jsi2c.c.
    return new InternalFault(bus.ready ? 'I2C got NACK' : 'I2C not set up');
  }

  function write(self: object, given: unknown, bytes: string): void {
    const bus = busOf(self);
    const question = { kind: 'i2cWrite', bus: bus.bus ?? '', address: addressOf(given), bytes } as const;
    bench.tell({ kind: 'i2c', bus: question.bus, address: question.address, bytes });
    if (!bus.ready || bench.ask(question).bytes === undefined) throw silent(bus);
  }

  function read(self: object, given: unknown, quantity: unknown): Uint8Array | undefined {
    const bus = busOf(self);
    const count = Number(quantity) | 0;
    if (count <= 0) return undefined;
    const { bytes } = bus.ready
      ? bench.ask({ kind: 'i2cRead', bus: bus.bus ?? '', address: addressOf(given), count })
      : {};
    if (bytes === undefined) throw silent(bus);
    return toArray(bytes);
  }

  const I2C = makeClass('I2C', constructor(), {
    setup(this: object, options?: unknown) {
      const bus = busOf(this);
      const found = pinsOf(bench, options, ['scl', 'sda'], 'makes it I2C');
      bus.bus ??= found.sda === undefined ? 'I2C' : bench.pins.nameOf(found.sda);
      bus.ready = true;
    },
    writeTo(this: object, address: unknown, ...data: unknown[]) {
      const bytes = byteString(...data);
      if (bytes !== '') write(this, address, bytes);
    },
    readFrom(this: object, address: unknown, quantity: unknown) {
      return read(this, address, quantity);
    },
    readReg(this: object, address: unknown, register: unknown, quantity: unknown) {
      write(this, address, String.fromCharCode(Number(register) & 255));
      return read(this, address, quantity);
    },
  });
  return named(I2C, 'I2C', bench.facts.i2c);
}

/** A fault of the firmware itself. */
class InternalFault extends Error {
  override readonly name = 'InternalError';
}

/** The class, and the buses that the board has built in. */
function named(
  made: { new (...args: never[]): object; prototype: object },
  name: string,
  count: number,
): Record<string, unknown> {
  const globals: Record<string, unknown> = { [name]: made };
  for (let i = 1; i <= count; i++) {
    const object = Object.create(made.prototype) as object;
    busOf(object).bus = name + String(i);
    globals[name + String(i)] = object;
  }
  return globals;
}

function createSPI(bench: Bench): Record<string, unknown> {
  const { pins } = bench;

  /** What comes back, as many bytes as were sent. */
  function exchange(self: object, bytes: string, select: unknown): string {
    const bus = busOf(self);
    const pin = select === undefined ? undefined : pins.find(select);
    if (bus.bus === undefined) throw new Error('SPI not set up');
    if (pin !== undefined) pins.write(pin, 0);
    const which = { bus: bus.bus, bytes, ...(pin !== undefined && { select: pins.nameOf(pin) }) };
    bench.tell({ kind: 'spi', ...which });
    const { bytes: answer } = bench.ask({ kind: 'spi', ...which });
    if (pin !== undefined) pins.write(pin, 1);
    // Nobody drives the line.
    return (answer ?? '').padEnd(bytes.length, '\xff').slice(0, bytes.length);
  }

  /** Each bit as a pattern of bits (src/jswrap_spi_i2c.c, `jsspiSend4bit`, `jsspiSend8bit`). */
  function stretched(data: unknown, width: 4 | 8, zero: number, one: number): string {
    let text = '';
    for (const byte of byteList([data])) {
      let bits = 0;
      let count = 0;
      for (let i = 7; i >= 0; i--) {
        bits = (bits << width) | ((byte >> i) & 1 ? one : zero);
        count += width;
        if (count === 8) {
          text += String.fromCharCode(bits & 255);
          bits = count = 0;
        }
      }
    }
    return text;
  }

  function sendPattern(
    self: object,
    width: 4 | 8,
    data: unknown,
    zero: unknown,
    one: unknown,
    select: unknown,
  ): void {
    if (!/^SPI\d/.test(busOf(self).bus ?? ''))
      throw new Error(`SPI.send${String(width)}bit only works on hardware SPI`);
    const mask = width === 4 ? 15 : 255;
    const none = !zero && !one;
    const low = none ? (width === 4 ? 1 : 3) : Number(zero) & mask;
    const high = none ? (width === 4 ? 3 : 15) : Number(one) & mask;
    exchange(self, stretched(data, width, low, high), select);
  }

  const SPI = makeClass('SPI', constructor(), {
    setup(this: object, options?: unknown) {
      const found = pinsOf(bench, options, ['sck', 'miso', 'mosi'], 'makes it SPI');
      busOf(this).bus ??= bench.pins.nameOf(found.mosi ?? found.miso ?? found.sck ?? -1) || 'SPI';
    },
    send(this: object, data: unknown, select?: unknown) {
      const bytes = byteString(data);
      const answer = exchange(this, bytes, select);
      if (typeof data === 'number') return answer.charCodeAt(0);
      return typeof data === 'string' ? answer : toArray(answer);
    },
    write(this: object, ...data: unknown[]) {
      // The last one is the select pin if it is a pin, which here is a number: behind what is no number, it is taken for one.
      const isPin =
        data.length > 1 && typeof data[data.length - 1] === 'number' && typeof data[0] === 'object';
      const select = isPin ? data.pop() : undefined;
      exchange(this, byteString(...data), select);
    },
    send4bit(this: object, data: unknown, zero: unknown, one: unknown, select?: unknown) {
      sendPattern(this, 4, data, zero, one, select);
    },
    send8bit(this: object, data: unknown, zero: unknown, one: unknown, select?: unknown) {
      sendPattern(this, 8, data, zero, one, select);
    },
  });
  return named(SPI, 'SPI', bench.facts.spi);
}

export function createBuses(bench: Bench): Record<string, unknown> {
  return { ...createI2C(bench), ...createSPI(bench) };
}
