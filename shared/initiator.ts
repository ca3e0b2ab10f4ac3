/**
 * The host's end of the wires (see `wire.ts`). The three inner loops are the
 * hottest of the whole system, so they are unrolled by hand: per bit one
 * native write, one native read, and nothing else while the other end keeps
 * up; with bits both ways, what comes next is worked out while the other end
 * is at work. They must never wait without counting, and never call anything.
 */
import { Pattern, Wire, WirePins } from './wire';

export function createInitiator(pins: WirePins): Wire {
  const write = pins.write;
  const read = pins.read;
  // Own clock and data, and the other end's, for one call to read or write both. `reset` makes them: pins may come late.
  let outputs: Pin[];
  let inputs: Pin[];
  let spins = 0;
  // Bits of the byte in hand that are on the wire, the last of them not yet answered. 0: no byte in hand.
  let begun = 0;
  let bits = 0;

  function send(bytes: Uint8Array, from: number, to: number): number {
    const set = write;
    const get = read;
    const out = outputs;
    const clock = pins.clockIn;
    let left = spins;
    let byte: number;
    while (from < to) {
      byte = bytes[from];
      set(out, 2 | (byte >> 7));
      while (!get(clock)) if (!--left) return ((begun = 1), from);
      set(out, (byte >> 6) & 1);
      while (get(clock)) if (!--left) return ((begun = 2), from);
      set(out, 2 | (byte >> 5));
      while (!get(clock)) if (!--left) return ((begun = 3), from);
      set(out, (byte >> 4) & 1);
      while (get(clock)) if (!--left) return ((begun = 4), from);
      set(out, 2 | (byte >> 3));
      while (!get(clock)) if (!--left) return ((begun = 5), from);
      set(out, (byte >> 2) & 1);
      while (get(clock)) if (!--left) return ((begun = 6), from);
      set(out, 2 | (byte >> 1));
      while (!get(clock)) if (!--left) return ((begun = 7), from);
      set(out, byte & 1);
      while (get(clock)) if (!--left) return ((begun = 8), from);
      from++;
    }
    return from;
  }

  function receive(bytes: Uint8Array, from: number, to: number): number {
    const set = write;
    const get = read;
    const clock = pins.clockOut;
    const input = inputs;
    let left = spins;
    let got: number;
    let byte = 0;
    while (from < to) {
      set(clock, 1);
      while ((got = get(input)) < 2) if (!--left) return ((begun = 1), from);
      byte = got & 1;
      set(clock, 0);
      while ((got = get(input)) > 1) if (!--left) return ((begun = 2), (bits = byte), from);
      byte = (byte << 1) | got;
      set(clock, 1);
      while ((got = get(input)) < 2) if (!--left) return ((begun = 3), (bits = byte), from);
      byte = (byte << 1) | (got & 1);
      set(clock, 0);
      while ((got = get(input)) > 1) if (!--left) return ((begun = 4), (bits = byte), from);
      byte = (byte << 1) | got;
      set(clock, 1);
      while ((got = get(input)) < 2) if (!--left) return ((begun = 5), (bits = byte), from);
      byte = (byte << 1) | (got & 1);
      set(clock, 0);
      while ((got = get(input)) > 1) if (!--left) return ((begun = 6), (bits = byte), from);
      byte = (byte << 1) | got;
      set(clock, 1);
      while ((got = get(input)) < 2) if (!--left) return ((begun = 7), (bits = byte), from);
      byte = (byte << 1) | (got & 1);
      set(clock, 0);
      while ((got = get(input)) > 1) if (!--left) return ((begun = 8), (bits = byte), from);
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
      set(out, 2 | (byte >> 7));
      next = (byte >> 6) & 1;
      while ((got = get(input)) < 2) if (!--left) return ((begun = 1), from);
      set(out, next);
      taken = got & 1;
      next = 2 | (byte >> 5);
      while ((got = get(input)) > 1) if (!--left) return ((begun = 2), (bits = taken), from);
      set(out, next);
      taken = (taken << 1) | got;
      next = (byte >> 4) & 1;
      while ((got = get(input)) < 2) if (!--left) return ((begun = 3), (bits = taken), from);
      set(out, next);
      taken = (taken << 1) | (got & 1);
      next = 2 | (byte >> 3);
      while ((got = get(input)) > 1) if (!--left) return ((begun = 4), (bits = taken), from);
      set(out, next);
      taken = (taken << 1) | got;
      next = (byte >> 2) & 1;
      while ((got = get(input)) < 2) if (!--left) return ((begun = 5), (bits = taken), from);
      set(out, next);
      taken = (taken << 1) | (got & 1);
      next = 2 | (byte >> 1);
      while ((got = get(input)) > 1) if (!--left) return ((begun = 6), (bits = taken), from);
      set(out, next);
      taken = (taken << 1) | got;
      next = byte & 1;
      while ((got = get(input)) < 2) if (!--left) return ((begun = 7), (bits = taken), from);
      set(out, next);
      taken = (taken << 1) | (got & 1);
      while ((got = get(input)) > 1) if (!--left) return ((begun = 8), (bits = taken), from);
      into[from++] = (taken << 1) | got;
    }
    return from;
  }

  // Takes a byte that was left midway to its end, bit by bit. False: the other end still does not move.
  function finish(byte: number): boolean {
    let left = spins;
    let got: number;
    for (;;) {
      while ((got = read(inputs)) >> 1 !== (begun & 1)) if (!--left) return false;
      bits = (bits << 1) | (got & 1);
      if (begun === 8) {
        begun = 0;
        return true;
      }
      write(outputs, ((~begun & 1) << 1) | ((byte >> (7 - begun)) & 1));
      begun++;
    }
  }

  function run(out: Uint8Array | null, into: Uint8Array | null, from: number, to: number): number {
    spins = pins.spins;
    if (begun) {
      if (!finish(out ? out[from] : 0)) return from;
      if (into) into[from] = bits;
      from++;
    }
    bits = 0;
    if (!out) return receive(into as Uint8Array, from, to);
    if (into) return both(out, into, from, to);
    return send(out, from, to);
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
    inputs = [pins.clockIn, pins.dataIn];
    begun = 0;
    write(outputs, 0);
  }

  return { run, search, pattern, rest, line, moved, reset };
}
