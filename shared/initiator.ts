/**
 * The host's end of the wires (see `wire.ts`). The three inner loops are the
 * hottest of the whole system, so they are unrolled by hand and written for
 * what an interpreter of source text pays for (see `wire.ts`). They must never
 * wait without counting, and never move without having seen the other end move.
 */
import { Digits, Pattern, Wire, WirePins } from './wire';

export function createInitiator(pins: WirePins): Wire {
  const write = pins.write;
  const read = pins.read;
  // Own clock and data, for one call to write both. `reset` makes it: pins may come late.
  let outputs: Pin[];
  // Bits of the byte in hand that are on the wire, the last of them not yet answered. 0: no byte in hand.
  let begun = 0;
  let bits = 0;

  // Ends a loop that has waited for long enough.
  function late(at?: number): void {
    begun = at as number;
    // Nothing needs to know where it comes from, so it is no Error.
    throw 0;
  }

  // What a loop had of the byte in hand.
  function keep(digits: string): void {
    begun = digits.length - Digits.FIRST + 1;
    bits = +digits;
  }

  function send(bytes: Uint8Array, from: number, to: number): number {
    let high: number;
    let low: number;
    let left = pins.spins;
    const set = write;
    const get = read;
    const out = outputs;
    const clock = pins.clockIn;
    try {
      do {
        high = bytes[from];
        low = high & 0x55;
        high |= 0x154;
        set(out, high >> 7);
        while (!get(clock)) if (!--left) late(1);
        set(out, low >> 6);
        while (get(clock)) if (!--left) late(2);
        set(out, high >> 5);
        while (!get(clock)) if (!--left) late(3);
        set(out, low >> 4);
        while (get(clock)) if (!--left) late(4);
        set(out, high >> 3);
        while (!get(clock)) if (!--left) late(5);
        set(out, low >> 2);
        while (get(clock)) if (!--left) late(6);
        set(out, high >> 1);
        while (!get(clock)) if (!--left) late(7);
        set(out, low);
        while (get(clock)) if (!--left) late(8);
      } while (++from < to);
    } catch (e) {
      if (e) throw e;
    }
    return from;
  }

  function receive(bytes: Uint8Array, from: number, to: number): number {
    let digits: string;
    let left = pins.spins;
    const get = read;
    const set = write;
    const clock = pins.clockIn;
    const data = pins.dataIn;
    const out = pins.clockOut;
    try {
      do {
        digits = Digits.NONE;
        set(out, 1);
        while (!get(clock)) if (!--left) late();
        digits += get(data);
        set(out, 0);
        while (get(clock)) if (!--left) late();
        digits += get(data);
        set(out, 1);
        while (!get(clock)) if (!--left) late();
        digits += get(data);
        set(out, 0);
        while (get(clock)) if (!--left) late();
        digits += get(data);
        set(out, 1);
        while (!get(clock)) if (!--left) late();
        digits += get(data);
        set(out, 0);
        while (get(clock)) if (!--left) late();
        digits += get(data);
        set(out, 1);
        while (!get(clock)) if (!--left) late();
        digits += get(data);
        set(out, 0);
        while (get(clock)) if (!--left) late();
        bytes[from] = (digits + get(data)) as never;
      } while (++from < to);
    } catch (e) {
      if (e) throw e;
      keep(digits!);
    }
    return from;
  }

  function both(bytes: Uint8Array, into: Uint8Array, from: number, to: number): number {
    let digits: string;
    let high: number;
    let low: number;
    let left = pins.spins;
    const get = read;
    const set = write;
    const clock = pins.clockIn;
    const data = pins.dataIn;
    const out = outputs;
    try {
      do {
        high = bytes[from];
        low = high & 0x55;
        high |= 0x154;
        digits = Digits.NONE;
        set(out, high >> 7);
        while (!get(clock)) if (!--left) late();
        digits += get(data);
        set(out, low >> 6);
        while (get(clock)) if (!--left) late();
        digits += get(data);
        set(out, high >> 5);
        while (!get(clock)) if (!--left) late();
        digits += get(data);
        set(out, low >> 4);
        while (get(clock)) if (!--left) late();
        digits += get(data);
        set(out, high >> 3);
        while (!get(clock)) if (!--left) late();
        digits += get(data);
        set(out, low >> 2);
        while (get(clock)) if (!--left) late();
        digits += get(data);
        set(out, high >> 1);
        while (!get(clock)) if (!--left) late();
        digits += get(data);
        set(out, low);
        while (get(clock)) if (!--left) late();
        into[from] = (digits + get(data)) as never;
      } while (++from < to);
    } catch (e) {
      if (e) throw e;
      keep(digits!);
    }
    return from;
  }

  // Takes a byte that was left midway to its end, bit by bit. False: the other end still does not move.
  function finish(byte: number): boolean {
    let left = pins.spins;
    for (;;) {
      while (read(pins.clockIn) !== (begun & 1)) if (!--left) return false;
      bits = (bits << 1) | read(pins.dataIn);
      if (begun === 8) {
        begun = 0;
        return true;
      }
      write(outputs, ((~begun & 1) << 1) | ((byte >> (7 - begun)) & 1));
      begun++;
    }
  }

  function run(out: Uint8Array | null, into: Uint8Array | null, from: number, to: number): number {
    if (begun) {
      if (!finish(out ? out[from] : 0)) return from;
      if (into) into[from] = bits;
      if (++from === to) return to;
    }
    bits = 0;
    if (!out) return receive(into as Uint8Array, from, to);
    return into ? both(out, into, from, to) : send(out, from, to);
  }

  function search(): boolean {
    return true;
  }

  function pattern(): Uint8Array {
    return E.toUint8Array(Pattern.ALIGN >> 8, Pattern.ALIGN & 255, 0, 0);
  }

  function rest(want: boolean): boolean {
    return want || read(pins.dataIn) > 0;
  }

  function moved(): boolean {
    return !begun || read(pins.clockIn) === (begun & 1);
  }

  function line(resting: boolean): Pin {
    return resting ? pins.dataIn : pins.clockIn;
  }

  function reset(): void {
    outputs = [pins.clockOut, pins.dataOut];
    begun = 0;
    write(outputs, 0);
  }

  return { run, search, pattern, rest, line, moved, reset };
}
