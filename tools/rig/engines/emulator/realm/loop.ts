/**
 * A board's event loop: watched edges, then timers, then queued events, one
 * turn after the other, as Espruino's idle loop does it. Nothing else may call
 * a program's functions, and an exception never gets past `call`.
 */
import type { Natives } from '../natives';
import type { ErrorFlags } from './errors';

type Callback = string | ((...args: never[]) => unknown);

interface Timer {
  time: number;
  /** Undefined for a timeout. */
  interval: number | undefined;
  /** @returns as `Loop.call` */
  readonly run: () => unknown;
}

/** Shortest time to a timer, in ms. */
const SHORTEST = 0.1;

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
  const timers: Record<number, Timer> = {};
  const works: (() => void)[] = [];
  let events: (() => void)[] = [];
  let lastId = 0;
  let scheduled = false;
  // For how long the board stood still from outside, ms.
  let still = 0;
  // The timer whose function runs.
  let running: number | undefined;

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

  /** "Ctrl-C while processing interval - removing it." (Espruino src/jsinteractive.c:2536) */
  function removeCutOff(id: number): void {
    if (timers[id]?.interval !== undefined) errors.raise('CALLBACK');
    delete timers[id];
  }

  function runTimers(): void {
    const now = natives.now();
    const due = Object.keys(timers)
      .map(Number)
      .filter((id) => (timers[id]?.time ?? Infinity) <= now)
      .sort((a, b) => (timers[a]?.time ?? 0) - (timers[b]?.time ?? 0) || a - b);
    for (const id of due) {
      const timer = timers[id];
      if (timer === undefined) continue;
      running = id;
      const whole = timer.run() !== false;
      running = undefined;
      if (!whole && timer.interval !== undefined) {
        removeCutOff(id);
      }
      errors.check();
      // Espruino frees or repeats a timer after its function ran, so that the function may change it.
      if (timers[id] !== timer) continue;
      if (timer.interval === undefined) delete timers[id];
      else timer.time += timer.interval;
    }
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
    runTimers();
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
    let next = Infinity;
    for (const id of Object.keys(timers)) next = Math.min(next, timers[Number(id)]?.time ?? Infinity);
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
      if (running !== undefined) removeCutOff(running);
      running = undefined;
      kick();
    },
    onTurn(work) {
      works.push(work);
    },
    add(ms, interval, run) {
      lastId++;
      timers[lastId] = {
        time: natives.now() + Math.max(ms, SHORTEST),
        interval: interval === undefined ? undefined : Math.max(interval, SHORTEST),
        run,
      };
      arm();
      return lastId;
    },
    remove(id) {
      delete timers[id];
    },
    removeAll() {
      for (const id of Object.keys(timers)) delete timers[Number(id)];
    },
    change(id, ms) {
      const timer = timers[id];
      if (timer === undefined) return false;
      const interval = Math.max(ms, SHORTEST);
      timer.interval = interval;
      timer.time = natives.now() + interval;
      arm();
      return true;
    },
  };
}

/** The timer functions programs see. */
export function timerGlobals(loop: Loop): object {
  function start(name: 'Timeout' | 'Interval', callback: Callback, ms: number, args: unknown[]): number {
    if (typeof callback !== 'function' && typeof callback !== 'string') {
      throw new Error('Function or String not supplied!');
    }
    const time = Number(ms) || 0;
    const id: number = loop.add(time, name === 'Interval' ? time : undefined, () =>
      loop.call(callback, globalThis, args),
    );
    return id;
  }

  function clear(name: string, args: IArguments): void {
    if (args.length === 0) loop.removeAll();
    else if (args[0] === undefined)
      throw new Error(`clear${name}(undefined) not allowed. Use clear${name}() instead`);
    else loop.remove(Number(args[0]));
  }

  return {
    setTimeout(callback: Callback, ms: number, ...args: unknown[]) {
      return start('Timeout', callback, ms, args);
    },
    setInterval(callback: Callback, ms: number, ...args: unknown[]) {
      return start('Interval', callback, ms, args);
    },
    clearTimeout() {
      clear('Timeout', arguments);
    },
    clearInterval() {
      clear('Interval', arguments);
    },
    changeInterval(id: number, ms: number) {
      if (!loop.change(Number(id), Number(ms) || 0)) throw new Error('Unknown Interval');
    },
  };
}
