/**
 * What every part of a simulation shares: virtual time, chance, the record of
 * what happened, and the place where a broken promise is reported.
 */
import { createRandom } from './random';
import type { WiredEnds } from './wires';

/** Chance from a seed. */
export interface Chance {
  /** 0 up to, but not including, 1. */
  next(): number;
  /** A whole number, 0 up to, but not including, `limit`. */
  below(limit: number): number;
  /** True with a probability of `p`. */
  is(p: number): boolean;
  /** From `a` to `b`, small numbers as likely as large ones. */
  spread(a: number, b: number): number;
  pick<T>(list: readonly T[]): T;
}

export function createChance(seed: number): Chance {
  const next = createRandom(seed);
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    is: (p) => next() < p,
    spread: (a, b) => a * Math.pow(b / a, next()),
    pick: (list) => list[Math.floor(next() * list.length)],
  };
}

export interface Context {
  readonly world: WiredEnds;
  readonly chance: Chance;
  /** What is longer, in bytes, is always damaged. */
  readonly wires: { longest: number };
  /** Runs `run`, which is no part of a board, after some seconds. */
  after(seconds: number, run: () => void): void;
  /** Absent without a trace, so that no text is made in vain. */
  readonly note: ((text: string) => void) | undefined;
  /** A promise is broken. The first one ends the simulation. */
  fail(text: string): void;
  /** Something went wrong on purpose, by its kind. */
  fault(kind: string): void;
  /** A moment at which faults like to strike, by its kind. */
  moment(kind: Moment): void;
  /** Nothing goes wrong any more. */
  calm: boolean;
}

/** The steps of a message's life, at any of which something may break. */
export type Moment =
  | 'publish'
  | 'connect'
  | 'broker has publication'
  | 'broker acknowledges'
  | 'broker sends message'
  | 'target has bytes'
  | 'host has message'
  | 'broker has acknowledgement'
  | 'subscribe'
  | 'reset';

export const MOMENTS: readonly Moment[] = [
  'publish',
  'connect',
  'broker has publication',
  'broker acknowledges',
  'broker sends message',
  'target has bytes',
  'host has message',
  'broker has acknowledgement',
  'subscribe',
  'reset',
];

/** A context, and what came of it. */
export interface Observed {
  readonly context: Context;
  /** How often each kind of fault was done. */
  readonly faults: Record<string, number>;
  /** The promise that was broken, if any. */
  violation(): string | undefined;
  /** Runs `run` at such a moment, the first one that nobody else has waited for. */
  atMoment(kind: Moment, run: () => void): void;
}

/** @param trace gets one line an event */
export function createContext(
  world: WiredEnds,
  chance: Chance,
  trace: ((line: string) => void) | undefined,
): Observed {
  const faults: Record<string, number> = {};
  const moments: Partial<Record<Moment, (() => void)[]>> = {};
  let violation: string | undefined;

  const seconds = (): number => world.now() / 1e6;
  const context: Context = {
    world,
    chance,
    wires: { longest: Infinity },
    calm: false,
    after: (pause, run) => world.at(world.now() + Math.max(0, pause) * 1e6, run),
    note:
      trace && ((text) => trace(`${seconds().toFixed(6).padStart(12)} ${text.replace(/[^ -~→←]/g, '.')}`)),
    fail: (text) => {
      if (violation !== undefined) return;
      violation = `${text} (at ${seconds().toFixed(3)} s)`;
      context.note?.(`VIOLATION ${text}`);
    },
    fault: (kind) => {
      faults[kind] = (faults[kind] ?? 0) + 1;
    },
    moment: (kind) => moments[kind]?.shift()?.(),
  };
  return {
    context,
    faults,
    violation: () => violation,
    atMoment: (kind, run) => (moments[kind] ??= []).push(run),
  };
}
