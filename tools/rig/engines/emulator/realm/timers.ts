/** A board's timers, and the functions by which programs have them. Which are due, and when, is said here; the event loop runs them. */
import type { ErrorFlags } from './errors';
import type { Loop } from './loop';

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

export class Timers {
  readonly #timers: Record<number, Timer> = {};
  #lastId = 0;
  /** The timer whose function runs. */
  #running: number | undefined;

  constructor(
    private readonly now: () => number,
    private readonly errors: ErrorFlags,
  ) {}

  add(ms: number, interval: number | undefined, run: () => unknown): number {
    this.#lastId++;
    this.#timers[this.#lastId] = {
      time: this.now() + Math.max(ms, SHORTEST),
      interval: interval === undefined ? undefined : Math.max(interval, SHORTEST),
      run,
    };
    return this.#lastId;
  }

  remove(id: number): void {
    delete this.#timers[id];
  }

  removeAll(): void {
    for (const id of Object.keys(this.#timers)) delete this.#timers[Number(id)];
  }

  /** @returns whether there is such a timer */
  change(id: number, ms: number): boolean {
    const timer = this.#timers[id];
    if (timer === undefined) return false;
    const interval = Math.max(ms, SHORTEST);
    timer.interval = interval;
    timer.time = this.now() + interval;
    return true;
  }

  /** When the next one is due; Infinity: there is none. */
  next(): number {
    let next = Infinity;
    for (const id of Object.keys(this.#timers))
      next = Math.min(next, this.#timers[Number(id)]?.time ?? Infinity);
    return next;
  }

  run(): void {
    const timers = this.#timers;
    const now = this.now();
    const due = Object.keys(timers)
      .map(Number)
      .filter((id) => (timers[id]?.time ?? Infinity) <= now)
      .sort((a, b) => (timers[a]?.time ?? 0) - (timers[b]?.time ?? 0) || a - b);
    for (const id of due) {
      const timer = timers[id];
      if (timer === undefined) continue;
      this.#running = id;
      const whole = timer.run() !== false;
      this.#running = undefined;
      if (!whole && timer.interval !== undefined) this.#removeCutOff(id);
      this.errors.check();
      // Espruino frees or repeats a timer after its function ran, so that the function may change it.
      if (timers[id] !== timer) continue;
      if (timer.interval === undefined) delete timers[id];
      else timer.time += timer.interval;
    }
  }

  /** What was running has been ended from outside. */
  interrupted(): void {
    if (this.#running !== undefined) this.#removeCutOff(this.#running);
    this.#running = undefined;
  }

  /** "Ctrl-C while processing interval - removing it." (Espruino src/jsinteractive.c:2536) */
  #removeCutOff(id: number): void {
    if (this.#timers[id]?.interval !== undefined) this.errors.raise('CALLBACK');
    delete this.#timers[id];
  }
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
