/**
 * What an application that holds its host does to its own timers and to the link, on a virtual clock: both ends of the
 * link at the pace of boards, on simulated wires, so that the figures are those of the code and the same on every PC. The
 * target, its Wi-Fi and the broker are no part of it: the wires are what is slow.
 */
import { createWorld } from '../simulation/wires';

/** Microseconds that a pin access takes, with what belongs to it: so the wires carry some 200 bytes a second each way. */
const PACE = 150;

/** A publication of 16 bytes with its topic, as it crosses the wires. */
const MESSAGE = 40;

/** Messages that wait at the host: the link never rests. */
const WAITING = 2;

/** Of the sampler, and what a sample takes. ms */
const SAMPLE = 10;
const SAMPLE_TAKES = 0.5;

/** Between two questions of the target. ms */
const ASK_EVERY = 2000;

/** What begins a question, and its answer. */
const QUESTION = '?';

/** What the application does in each second, and how the link is set. */
export interface HeldCase {
  /** Milliseconds that its display takes, and in how many pieces. */
  readonly busy: number;
  readonly pieces: number;
  readonly hold: number;
}

export interface HeldFigures extends HeldCase {
  readonly seconds: number;
  /** Milliseconds between two samples, sorted. */
  readonly gaps: readonly number[];
  /** Messages a second that reached the target. */
  readonly rate: number;
  /** Milliseconds from the target's question to the host's answer, sorted. */
  readonly delays: readonly number[];
}

export const HELD_CASES: readonly HeldCase[] = [3, 10, 50].flatMap((hold) => [
  { busy: 0, pieces: 1, hold },
  { busy: 200, pieces: 1, hold },
  { busy: 200, pieces: 20, hold },
]);

/** @param seconds of virtual time */
export function measureHeldLink({ busy, pieces, hold }: HeldCase, seconds: number): HeldFigures {
  const world = createWorld(1, { pace: PACE, hold, watch: true }, 'read');
  const { host, target } = world;
  const gaps: number[] = [];
  const delays: number[] = [];
  const asked: number[] = [];
  let arrived = 0;

  /**
   * As `setInterval` of the board: an idle pass calls it once, and counts on from when it was due; the link's own timer has
   * its turn in the same pass (Espruino src/jsinteractive.c:2478).
   */
  function every(ms: number, run: () => void): void {
    let due = world.now() + ms * 1000;
    const again = (): void => {
      due += ms * 1000;
      run();
      host.later(Math.max(0, due - world.now()), again);
    };
    host.later(ms * 1000, again);
  }

  function fill(): void {
    while (host.link.isUp() && host.link.queued() < WAITING) host.link.send('m'.repeat(MESSAGE));
  }

  host.onUp = host.onRoom = fill;
  host.onMessage = (message) => host.link.send(message);
  target.onMessage = (message) => {
    if (message.startsWith(QUESTION)) delays.push((world.now() - (asked.shift() ?? 0)) / 1000);
    else arrived++;
  };
  host.boot();
  target.boot();
  if (!world.run(30, () => host.link.isUp() && target.link.isUp()))
    throw new Error('the link does not come up');

  let last = host.time();
  every(SAMPLE, () => {
    const now = host.time();
    gaps.push(Math.round((now - last) * 10_000) / 10);
    last = now;
    host.loop.free += SAMPLE_TAKES * 1000;
    fill();
  });
  if (busy) every(1000 / pieces, () => (host.loop.free += (busy / pieces) * 1000));
  const ask = (): void => {
    asked.push(world.now());
    target.link.send(QUESTION.padEnd(MESSAGE));
    target.later(ASK_EVERY * 1000, ask);
  };
  target.later(0, ask);
  arrived = 0;
  world.run(seconds);
  const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
  return { busy, pieces, hold, seconds, gaps: sorted(gaps), rate: arrived / seconds, delays: sorted(delays) };
}

function at(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0);
}

/** A row for each case, as Markdown. */
export function heldTable(figures: readonly HeldFigures[]): string {
  const rows = figures.map(({ busy, pieces, hold, seconds, gaps, rate, delays }) => {
    const display = busy ? (pieces === 1 ? 'at once' : `in ${String(pieces)} pieces`) : 'none';
    const cells = [
      display,
      String(hold),
      `${((gaps.length * SAMPLE) / (seconds * 10)).toFixed(0)} %`,
      [0.5, 0.95, 0.99, 1].map((share) => at(gaps, share)).join(', '),
      rate.toFixed(1),
      `${at(delays, 0.5)}, ${at(delays, 1)}`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| display | `hold` | samples taken | ms between samples: median, 95 %, 99 %, longest | messages a second | answered after ms: median, longest |',
    '| --- | ---: | ---: | --- | ---: | --- |',
    ...rows,
  ].join('\n');
}
