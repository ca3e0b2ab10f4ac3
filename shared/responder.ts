/**
 * The target's end of the wires (see `wire.ts`): the mirror of
 * `initiator.ts`. Each unrolled step waits for the other clock, reads, and
 * answers. It must never flip its clock without having seen the other one flip.
 */
import { Digits, Pattern, Wire, WirePins } from './wire';

export function createResponder(pins: WirePins): Wire {
  const write = pins.write;
  const read = pins.read;
  const clockOut = pins.clockOut;
  const clockIn = pins.clockIn;
  const dataIn = pins.dataIn;
  const outputs = [clockOut, pins.dataOut];
  // Bits of the byte in hand that are exchanged. 0: no byte in hand.
  let begun: number;
  let bits: number;
  let asked = false;
  // Own clock while looking for the call, which may end at any bit.
  let clock: number;

  // Ends a loop that has waited for long enough.
  function late(at?: number): void {
    begun = at as number;
    // Nothing needs to know where it comes from, so it is no Error.
    throw 0;
  }

  // What a loop had of the byte in hand.
  function keep(digits: string): void {
    begun = digits.length - Digits.FIRST;
    bits = +digits;
  }

  function send(bytes: Uint8Array, from: number, to: number): number {
    let high: number;
    let low: number;
    let left = pins.spins;
    const set = write;
    const get = read;
    const out = outputs;
    const clock = clockIn;
    try {
      do {
        high = bytes[from];
        low = high & 0x55;
        high |= 0x154;
        while (!get(clock)) if (!--left) late(0);
        set(out, high >> 7);
        while (get(clock)) if (!--left) late(1);
        set(out, low >> 6);
        while (!get(clock)) if (!--left) late(2);
        set(out, high >> 5);
        while (get(clock)) if (!--left) late(3);
        set(out, low >> 4);
        while (!get(clock)) if (!--left) late(4);
        set(out, high >> 3);
        while (get(clock)) if (!--left) late(5);
        set(out, low >> 2);
        while (!get(clock)) if (!--left) late(6);
        set(out, high >> 1);
        while (get(clock)) if (!--left) late(7);
        set(out, low);
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
    const clock = clockIn;
    const data = dataIn;
    const out = clockOut;
    try {
      do {
        digits = Digits.NONE;
        while (!get(clock)) if (!--left) late();
        digits += get(data);
        set(out, 1);
        while (get(clock)) if (!--left) late();
        digits += get(data);
        set(out, 0);
        while (!get(clock)) if (!--left) late();
        digits += get(data);
        set(out, 1);
        while (get(clock)) if (!--left) late();
        digits += get(data);
        set(out, 0);
        while (!get(clock)) if (!--left) late();
        digits += get(data);
        set(out, 1);
        while (get(clock)) if (!--left) late();
        digits += get(data);
        set(out, 0);
        while (!get(clock)) if (!--left) late();
        digits += get(data);
        set(out, 1);
        while (get(clock)) if (!--left) late();
        digits += get(data);
        set(out, 0);
        bytes[from] = digits as never;
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
    const clock = clockIn;
    const data = dataIn;
    const out = outputs;
    try {
      do {
        high = bytes[from];
        low = high & 0x55;
        high |= 0x154;
        digits = Digits.NONE;
        while (!get(clock)) if (!--left) late();
        digits += get(data);
        set(out, high >> 7);
        while (get(clock)) if (!--left) late();
        digits += get(data);
        set(out, low >> 6);
        while (!get(clock)) if (!--left) late();
        digits += get(data);
        set(out, high >> 5);
        while (get(clock)) if (!--left) late();
        digits += get(data);
        set(out, low >> 4);
        while (!get(clock)) if (!--left) late();
        digits += get(data);
        set(out, high >> 3);
        while (get(clock)) if (!--left) late();
        digits += get(data);
        set(out, low >> 2);
        while (!get(clock)) if (!--left) late();
        digits += get(data);
        set(out, high >> 1);
        while (get(clock)) if (!--left) late();
        digits += get(data);
        set(out, low);
        into[from] = digits as never;
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
    while (begun < 8) {
      while (read(clockIn) === (begun & 1)) if (!--left) return false;
      bits = (bits << 1) | read(dataIn);
      write(outputs, ((~begun & 1) << 1) | ((byte >> (7 - begun)) & 1));
      begun++;
    }
    begun = 0;
    return true;
  }

  function run(out: Uint8Array | null, into: Uint8Array | null, from: number, to: number): number {
    if (begun) {
      if (!(/*@__NOINLINE__*/ finish(out ? out[from] : 0))) return from;
      if (into) into[from] = bits;
      if (++from === to) return to;
    }
    bits = 0;
    if (!out) return /*@__NOINLINE__*/ receive(into as Uint8Array, from, to);
    return into ? /*@__NOINLINE__*/ both(out, into, from, to) : /*@__NOINLINE__*/ send(out, from, to);
  }

  function search(): boolean {
    let left = pins.spins;
    // The initiator may call for long while this end keeps misreading it.
    let budget = 64;
    if (begun) clock = begun & 1;
    begun = 0;
    write(pins.dataOut, 1);
    while (budget--) {
      while (read(clockIn) === clock) if (!--left) return false;
      clock = 1 - clock;
      bits = ((bits << 1) | read(dataIn)) & 0xffff;
      write(outputs, (clock << 1) | 1);
      if (bits === Pattern.ALIGN && !clock) return true;
    }
    return false;
  }

  function pattern(): Uint8Array {
    return E.toUint8Array(Pattern.ALIGNED >> 8, Pattern.ALIGNED & 255);
  }

  function rest(want: boolean): boolean {
    // An initiator that did not answer at once may be busy for long, or gone.
    let left = want && !asked ? pins.spins : 1;
    asked = want;
    write(pins.dataOut, want ? 1 : 0);
    while (!read(clockIn)) if (!--left) return false;
    asked = false;
    // Twice, lest one misread level make this end wait for the rest of a byte.
    return read(clockIn) > 0;
  }

  function moved(): boolean {
    return read(clockIn) !== (begun ? begun & 1 : clock);
  }

  function line(): Pin {
    return clockIn;
  }

  function reset(): void {
    begun = bits = clock = 0;
    write(outputs, 0);
  }

  return { run, search, pattern, rest, line, moved, reset };
}
