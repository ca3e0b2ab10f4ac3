/**
 * The target's end of the wires (see `wire.ts`): the mirror of
 * `initiator.ts`. Each unrolled step waits for the other clock, reads, and
 * answers. It must never flip its clock without having seen the other one flip.
 */
import { Pattern, Wire, WirePins } from './wire';

export function createResponder(pins: WirePins): Wire {
  const write = pins.write;
  const read = pins.read;
  const clockOut = pins.clockOut;
  const clockIn = pins.clockIn;
  const outputs = [clockOut, pins.dataOut];
  const inputs = [clockIn, pins.dataIn];
  let spins: number;
  // Bits of the byte in hand that are exchanged. 0: no byte in hand.
  let begun: number;
  let bits: number;
  let asked = false;
  // Own clock while looking for the call, which may end at any bit.
  let clock: number;

  function send(bytes: Uint8Array, from: number, to: number): number {
    const set = write;
    const get = read;
    const out = outputs;
    const clock = clockIn;
    let left = spins;
    let byte: number;
    while (from < to) {
      byte = bytes[from];
      while (!get(clock)) if (!--left) return from;
      set(out, 2 | (byte >> 7));
      while (get(clock)) if (!--left) return ((begun = 1), from);
      set(out, (byte >> 6) & 1);
      while (!get(clock)) if (!--left) return ((begun = 2), from);
      set(out, 2 | (byte >> 5));
      while (get(clock)) if (!--left) return ((begun = 3), from);
      set(out, (byte >> 4) & 1);
      while (!get(clock)) if (!--left) return ((begun = 4), from);
      set(out, 2 | (byte >> 3));
      while (get(clock)) if (!--left) return ((begun = 5), from);
      set(out, (byte >> 2) & 1);
      while (!get(clock)) if (!--left) return ((begun = 6), from);
      set(out, 2 | (byte >> 1));
      while (get(clock)) if (!--left) return ((begun = 7), from);
      set(out, byte & 1);
      from++;
    }
    return from;
  }

  function receive(bytes: Uint8Array, from: number, to: number): number {
    const set = write;
    const get = read;
    const clock = clockOut;
    const input = inputs;
    let left = spins;
    let got: number;
    let byte: number;
    while (from < to) {
      while ((got = get(input)) < 2) if (!--left) return from;
      set(clock, 1);
      byte = got & 1;
      while ((got = get(input)) > 1) if (!--left) return ((begun = 1), (bits = byte), from);
      set(clock, 0);
      byte = (byte << 1) | got;
      while ((got = get(input)) < 2) if (!--left) return ((begun = 2), (bits = byte), from);
      set(clock, 1);
      byte = (byte << 1) | (got & 1);
      while ((got = get(input)) > 1) if (!--left) return ((begun = 3), (bits = byte), from);
      set(clock, 0);
      byte = (byte << 1) | got;
      while ((got = get(input)) < 2) if (!--left) return ((begun = 4), (bits = byte), from);
      set(clock, 1);
      byte = (byte << 1) | (got & 1);
      while ((got = get(input)) > 1) if (!--left) return ((begun = 5), (bits = byte), from);
      set(clock, 0);
      byte = (byte << 1) | got;
      while ((got = get(input)) < 2) if (!--left) return ((begun = 6), (bits = byte), from);
      set(clock, 1);
      byte = (byte << 1) | (got & 1);
      while ((got = get(input)) > 1) if (!--left) return ((begun = 7), (bits = byte), from);
      set(clock, 0);
      bytes[from++] = (byte << 1) | got;
    }
    return from;
  }

  function both(bytes: Uint8Array, into: Uint8Array, from: number, to: number): number {
    const set = write;
    const get = read;
    const out = outputs;
    const input = inputs;
    let left = spins;
    let got: number;
    let byte: number;
    let taken: number;
    let next: number;
    while (from < to) {
      byte = bytes[from];
      next = 2 | (byte >> 7);
      while ((got = get(input)) < 2) if (!--left) return from;
      set(out, next);
      taken = got & 1;
      next = (byte >> 6) & 1;
      while ((got = get(input)) > 1) if (!--left) return ((begun = 1), (bits = taken), from);
      set(out, next);
      taken = (taken << 1) | got;
      next = 2 | (byte >> 5);
      while ((got = get(input)) < 2) if (!--left) return ((begun = 2), (bits = taken), from);
      set(out, next);
      taken = (taken << 1) | (got & 1);
      next = (byte >> 4) & 1;
      while ((got = get(input)) > 1) if (!--left) return ((begun = 3), (bits = taken), from);
      set(out, next);
      taken = (taken << 1) | got;
      next = 2 | (byte >> 3);
      while ((got = get(input)) < 2) if (!--left) return ((begun = 4), (bits = taken), from);
      set(out, next);
      taken = (taken << 1) | (got & 1);
      next = (byte >> 2) & 1;
      while ((got = get(input)) > 1) if (!--left) return ((begun = 5), (bits = taken), from);
      set(out, next);
      taken = (taken << 1) | got;
      next = 2 | (byte >> 1);
      while ((got = get(input)) < 2) if (!--left) return ((begun = 6), (bits = taken), from);
      set(out, next);
      taken = (taken << 1) | (got & 1);
      next = byte & 1;
      while ((got = get(input)) > 1) if (!--left) return ((begun = 7), (bits = taken), from);
      set(out, next);
      into[from++] = (taken << 1) | got;
    }
    return from;
  }

  // Takes a byte that was left midway to its end, bit by bit. False: the other end still does not move.
  function finish(byte: number): boolean {
    let left = spins;
    let got: number;
    while (begun < 8) {
      while ((got = read(inputs)) >> 1 === (begun & 1)) if (!--left) return false;
      write(outputs, ((~begun & 1) << 1) | ((byte >> (7 - begun)) & 1));
      bits = (bits << 1) | (got & 1);
      begun++;
    }
    begun = 0;
    return true;
  }

  function run(out: Uint8Array | null, into: Uint8Array | null, from: number, to: number): number {
    spins = pins.spins;
    if (begun) {
      if (!finish(out ? out[from] : 0)) return from;
      if (into) into[from] = bits;
      from++;
    }
    bits = 0;
    if (!out) return /*@__NOINLINE__*/ receive(into as Uint8Array, from, to);
    return into ? /*@__NOINLINE__*/ both(out, into, from, to) : /*@__NOINLINE__*/ send(out, from, to);
  }

  function search(): boolean {
    let left = pins.spins;
    // The initiator may call for long while this end keeps misreading it.
    let budget = 64;
    let got: number;
    if (begun) clock = begun & 1;
    begun = 0;
    write(pins.dataOut, 1);
    while (budget--) {
      while ((got = read(inputs)) >> 1 === clock) if (!--left) return false;
      clock = 1 - clock;
      bits = ((bits << 1) | (got & 1)) & 0xffff;
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
