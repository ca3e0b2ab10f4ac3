/**
 * A board's event loop as Espruino has it: timers, watches and the edges that
 * they are shown, one turn after the other, and how long each takes on virtual
 * time. It knows nothing of what the turns do.
 */
import { Task } from './device-source';
import type { Steps } from './device-source';
import type { EndSettings } from './end';
import { BOARD_LINES } from './lines';
import type { Lines, LineSource } from './lines';

/** Virtual time, which both boards share. */
export interface Time {
  /** Microseconds. */
  now: number;
  /** The board whose turn it is not has got something to do sooner than was known. */
  woken: boolean;
}

export interface Due {
  readonly at: number;
  /** Returns the steps of a turn, or nothing: then it was none of the link's. */
  readonly run: () => unknown;
  /** Not the link's own. */
  readonly foreign?: boolean;
}

interface Watch {
  readonly pin: number;
  readonly run: () => unknown;
  readonly from: number;
}

/** The ESP8266's event queue. */
const QUEUE = 16;

/** Watches of one edge that are set by the callback before, at most. */
const CHAIN = 20;

export interface EventLoopOptions {
  readonly time: Time;
  readonly lines: Lines;
  readonly random: () => number;
  readonly initiator: boolean;
  readonly settings: EndSettings;
}

export class EventLoop {
  /** Until when the board is busy, microseconds. */
  free = 0;
  /** The turn that is under way. */
  task: Task | undefined;
  /** A step of the task is being taken, so what is called comes from its callbacks. */
  inStep = false;
  /** The last read gave what the one before gave. */
  vain = false;
  /** Pin reads of this turn. */
  turnReads = 0;
  /** Longest turn: reads, and microseconds without stalls. */
  worstReads = 0;
  worstTurn = 0;
  onThrow: (thrown: unknown) => void = (thrown) => {
    throw thrown;
  };
  private readonly time: Time;
  private readonly options: EventLoopOptions;
  private timers: Due[] = [];
  private watches: Watch[] = [];
  /** Edges of watched pins not yet shown to the program. */
  private edges: { readonly at: number; readonly pin: number }[] = [];
  /** The edge whose watches are being called, and how many were. */
  private shown = -1;
  private calls = 0;
  private started = 0;
  private stalled = 0;

  constructor(options: EventLoopOptions) {
    this.options = options;
    this.time = options.time;
  }

  /** Whatever was under way or ordered is over. */
  crash(): void {
    this.free = this.time.now;
    this.task = undefined;
    this.shown = -1;
    this.timers = [];
    this.watches = [];
    this.edges = [];
  }

  /** Time goes on for a board that had nothing to do. */
  catchUp(): void {
    if (this.free < this.time.now) this.free = this.time.now;
  }

  /** When it may begin something new, microseconds. */
  soonest(): number {
    return Math.max(this.time.now, this.free);
  }

  /** It may have something to do sooner than was known. */
  wake(): void {
    this.time.woken = true;
  }

  /** Orders a call that is none of the link's, after `us` microseconds. */
  order(us: number, run: () => void): Due {
    const timer = { at: this.soonest() + us, run, foreign: true };
    this.wake();
    this.timers.push(timer);
    return timer;
  }

  /** Orders a turn. @param isWanted else it never comes: who orders it has been started anew */
  orderTurn(timer: Due, isWanted: boolean): Due {
    if (isWanted) this.timers.push(timer);
    return timer;
  }

  cancel(timer: unknown): void {
    const index = this.timers.indexOf(timer as Due);
    if (index >= 0) this.timers.splice(index, 1);
  }

  /** @returns what ends it; undefined where pins cannot be watched */
  watch(pin: number, run: () => unknown): (() => void) | undefined {
    const { settings } = this.options;
    if (!settings.watch) return undefined;
    // Setting a watch takes its time, and what happens meanwhile is not seen.
    this.free += 10 * settings.pace;
    const entry = { pin, run, from: this.free };
    this.watches.push(entry);
    return () => {
      const index = this.watches.indexOf(entry);
      if (index < 0) throw new Error('Unknown Watch');
      this.watches.splice(index, 1);
    };
  }

  /** Timers and watches of the link that wait. */
  waiting(): number {
    return this.timers.filter((timer) => !timer.foreign).length + this.watches.length;
  }

  /** An output has changed: those who watch a pin that is wired to it will hear of it, mostly. */
  notice(output: LineSource): void {
    if (!this.watches.length) return;
    const { lines, random, initiator, settings } = this.options;
    const { time } = this;
    for (const pin of [BOARD_LINES.clockIn, BOARD_LINES.dataIn]) {
      if (lines.sourceOf(initiator, pin) !== output) continue;
      if (!this.watches.some((watch) => watch.pin === pin && watch.from <= time.now)) continue;
      if (this.edges.length >= QUEUE || (settings.missed && random() < settings.missed)) continue;
      this.wake();
      this.edges.push({ at: time.now + random() * settings.latency, pin });
    }
  }

  /** When it has something to do, microseconds. */
  next(): number {
    if (this.task || this.shown >= 0) return this.free;
    let at = this.edges.length ? this.edges[0].at : Infinity;
    for (const timer of this.timers) if (timer.at < at) at = timer.at;
    return at > this.free ? at : this.free;
  }

  /** Begins what is due. */
  begin(): void {
    const { now } = this.time;
    if (this.shown >= 0 && this.showEdge()) return;
    if (this.edges.length && this.edges[0].at <= now) {
      this.shown = (this.edges.shift() as { pin: number }).pin;
      this.calls = 0;
      return;
    }
    let next: Due | undefined;
    for (const timer of this.timers) if (!next || timer.at < next.at) next = timer;
    if (!next || next.at > now) return;
    this.timers.splice(this.timers.indexOf(next), 1);
    this.enter(next.run);
  }

  /** One step of the turn that is under way. @returns whether the turn is over */
  step(): boolean {
    const task = this.task as Task;
    const { settings, random } = this.options;
    this.inStep = true;
    let done: boolean;
    try {
      done = task.step();
    } catch (thrown) {
      // As on a board: the turn is over, everything else goes on.
      this.task = undefined;
      this.inStep = false;
      this.onThrow(thrown);
      return true;
    } finally {
      this.inStep = false;
    }
    // The callbacks of the turn may have started the board anew.
    if (this.task !== task) return true;
    if (!done) {
      const stall = settings.stall();
      this.stalled += stall;
      this.free += settings.pace * (0.75 + 0.5 * random()) + stall;
      return false;
    }
    this.task = undefined;
    this.worstReads = Math.max(this.worstReads, this.turnReads);
    this.worstTurn = Math.max(this.worstTurn, this.free - this.started - this.stalled);
    return true;
  }

  /** A board that looks in vain and again in vain goes on where the other one has moved, if that is soon. */
  skip(other: number): void {
    const { spins, pace } = this.options.settings;
    if (this.vain && other > this.free && other < this.free + (spins * pace) / 2) this.free = other + 0.01;
  }

  // Espruino shows an edge to every watch of the pin in turn, even to one that was set by the callback before.
  private showEdge(): boolean {
    const index = this.watches.findIndex((watch) => watch.pin === this.shown);
    if (index < 0) {
      this.shown = -1;
      return false;
    }
    if (++this.calls > CHAIN) throw new Error('a watch that is set by its own callback holds the event loop');
    this.enter(this.watches.splice(index, 1)[0].run);
    return true;
  }

  private enter(run: () => unknown): void {
    this.started = this.free;
    this.turnReads = 0;
    this.stalled = 0;
    try {
      const steps = run() as Steps | undefined;
      this.task = steps && new Task(steps);
    } catch (thrown) {
      this.onThrow(thrown);
    }
  }
}
