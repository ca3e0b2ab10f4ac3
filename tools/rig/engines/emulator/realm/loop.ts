/**
 * A board's event loop: watched edges, then timers, then queued events, one
 * turn after the other, as Espruino's idle loop does it. Nothing else may call
 * a program's functions, and an exception never gets past `call`.
 */
import type { Natives } from '../natives';
import type { ErrorFlags } from './errors';
import { Timers } from './timers';

export interface Loop {
  /**
   * Calls a function, a string of code or an array of them; prints what they throw.
   * @returns `false` when it was cut off: what would call it again is then removed
   */
  call(callback: unknown, self: unknown, args: readonly unknown[]): boolean;
  /** As `call`, from the event loop. */
  queue(callback: unknown, self: unknown, args: readonly unknown[]): void;
  /** Runs a turn of the loop soon. */
  kick(): void;
  /** What was running has been ended from outside, and this loop with it. */
  interrupted(): void;
  /** Adds work to the start of every turn. */
  onTurn(work: () => void): void;
  /** A timer of the board's own; `undefined` interval for once. */
  add(ms: number, interval: number | undefined, run: () => unknown): number;
  remove(id: number): void;
  removeAll(): void;
  change(id: number, ms: number): boolean;
}

/** @param turned given how long each turn took, ms */
export function createLoop(
  natives: Natives,
  stopIfStill: () => void,
  report: (thrown: unknown) => boolean,
  errors: ErrorFlags,
  turned: (ms: number) => void,
): Loop {
  const timers = new Timers(() => natives.now(), errors);
  const works: (() => void)[] = [];
  let events: (() => void)[] = [];
  let scheduled = false;
  /** For how long the board stood still from outside, ms. */
  let still = 0;

  function standStill(): void {
    const begin = natives.now();
    stopIfStill();
    still += natives.now() - begin;
  }

  function call(callback: unknown, self: unknown, args: readonly unknown[]): boolean {
    if (Array.isArray(callback)) return callback.slice().every((one) => call(one, self, args));
    standStill();
    try {
      if (typeof callback === 'function')
        (callback as (...all: unknown[]) => unknown).apply(self, args as unknown[]);
      else natives.run(String(callback), 'event');
    } catch (thrown) {
      return report(thrown);
    }
    return true;
  }

  function turn(): void {
    scheduled = false;
    standStill();
    const begin = natives.now();
    still = 0;
    for (const work of works) {
      work();
      errors.check();
    }
    timers.run();
    while (events.length > 0) {
      const batch = events;
      events = [];
      for (const event of batch) {
        event();
        errors.check();
      }
    }
    arm();
    turned(natives.now() - begin - still);
  }

  function kick(): void {
    if (scheduled) return;
    scheduled = true;
    natives.soon(turn);
  }

  function arm(): void {
    if (scheduled) return;
    const next = timers.next();
    if (next < Infinity) natives.later(Math.max(0, next - natives.now()), kick);
  }

  natives.onWake(kick);
  return {
    call,
    queue(callback, self, args) {
      events.push(() => call(callback, self, args));
      kick();
    },
    kick,
    interrupted() {
      timers.interrupted();
      kick();
    },
    onTurn(work) {
      works.push(work);
    },
    add(ms, interval, run) {
      const id = timers.add(ms, interval, run);
      arm();
      return id;
    },
    remove: (id) => timers.remove(id),
    removeAll: () => timers.removeAll(),
    change(id, ms) {
      const known = timers.change(id, ms);
      if (known) arm();
      return known;
    },
  };
}
