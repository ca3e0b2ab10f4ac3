/**
 * Two ends of the link on simulated wires, in one thread and on a virtual
 * clock, for tests and simulations that must be repeatable: with the same seed
 * every step of both ends happens in the same order. Nothing here may read the
 * real clock or a random number that the seed does not give.
 *
 * The device code is what runs, paused at its pin accesses, so that the other
 * end can take any number of steps there: see `device-source.ts`.
 */
import type { Grain } from './device-source';
import { WireEnd } from './end';
import type { EndSettings } from './end';
import type { Due, EventLoop, Time } from './event-loop';
import { Lines } from './lines';
import type { LineWiring } from './lines';
import { createRandom } from './random';

/** Two ends and the wires between them. */
export interface WiredEnds {
  readonly host: WireEnd;
  readonly target: WireEnd;
  readonly random: () => number;
  readonly wiring: LineWiring;
  /** Level changes of both clock lines so far. */
  edges(): number;
  /** Virtual time, microseconds. */
  now(): number;
  /** Calls `run`, which is not part of any board, at a virtual time, microseconds. */
  at(time: number, run: () => void): void;
  /** Lets time pass until `done`, asked between turns, or for some seconds. True: it is done. */
  run(seconds: number, done?: () => boolean): boolean;
}

export function createWorld(
  seed: number,
  settings: Partial<EndSettings> = {},
  grain: Grain = 'access',
): WiredEnds {
  const random = createRandom(seed);
  const time: Time = { now: 0, woken: false };
  const lines = new Lines(random);
  const errands: Due[] = [];
  const host = new WireEnd({ time, lines, random, grain, initiator: true, settings });
  const target = new WireEnd({ time, lines, random, grain, initiator: false, settings });

  lines.changed = (output) => {
    host.loop.notice(output);
    target.loop.notice(output);
  };

  /** The turn that is under way, up to when the other board or an errand has something to do. */
  function takeSteps(loop: EventLoop, other: number, until: number): void {
    time.woken = false;
    do {
      time.now = loop.free;
      if (loop.step()) return;
      if (grain === 'read') loop.skip(other);
    } while (loop.free <= until && !time.woken);
  }

  function run(seconds: number, done: () => boolean = () => false): boolean {
    const end = time.now + seconds * 1e6;
    for (;;) {
      const hostAt = host.loop.next();
      const targetAt = target.loop.next();
      const first = hostAt <= targetAt;
      const { loop } = first ? host : target;
      const other = first ? targetAt : hostAt;
      const mine = first ? hostAt : targetAt;
      const errand = errands.length ? errands[0].at : Infinity;
      const at = Math.min(errand, mine);
      if (at > end) {
        time.now = end;
        return false;
      }
      time.now = at;
      if (errand <= at) {
        (errands.shift() as Due).run();
        if (done()) return true;
        continue;
      }
      loop.free = at;
      if (loop.task) takeSteps(loop, other, Math.min(other, errand, end));
      else loop.begin();
      if (!loop.task && done()) return true;
    }
  }

  return {
    host,
    target,
    random,
    wiring: lines.wiring,
    edges: () => lines.clockEdges,
    now: () => time.now,
    at: (at, errand) => {
      time.woken = true;
      let index = errands.length;
      while (index > 0 && errands[index - 1].at > at) index--;
      errands.splice(index, 0, { at, run: errand });
    },
    run,
  };
}
