/**
 * Measures what an application that holds its board does to its own timers and to its messages: a sampler every 10 ms
 * beside a display, with the link at work all the time. The samples are timed by the board, messages by a client at the
 * broker.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import type { Address } from '../rig/world';
import { startWorld } from '../rig/world';
import { buildDevice } from './bundle';
import type { HeldCase } from './held-link';
import type { MeasuredBoards } from './machine';

export interface DisplayFigures extends HeldCase {
  /** How often each gap between two samples came, by its length in ms. */
  readonly gaps: readonly (readonly [gap: number, count: number])[];
  /** Publications a second that reached the client. */
  readonly rate: number;
  /** Milliseconds from the client through both boards and back; messages that were asked. */
  readonly delays: readonly number[];
  readonly asked: number;
}

/** Between two questions, ms. */
const ASK_EVERY = 250;

/** For the boards to start, and for what is under way at the end, ms. */
const START = 60_000;
const LEFT = 10_000;

export async function measureDisplay(
  wiring: MeasuredBoards,
  { busy, pieces, hold }: HeldCase,
  seconds: number,
  broker?: Address,
): Promise<DisplayFigures> {
  let running = false;
  let gaps: number[] | undefined;
  const world = await startWorld({
    engine: wiring.engine,
    nativeWires: wiring.native,
    app: 'display',
    hostBundle: await buildDevice('display-host', 'host'),
    hostFiles: { 'bench.json': JSON.stringify({ busy, pieces }) },
    net: { verbose: true, hold, rtcResync: 0 },
    ...(broker && { broker }),
    onLine(board, line) {
      if (process.env['BENCHMARK_VERBOSE']) console.error(board, line);
      if (board !== 'host') return;
      if (/\brunning$/.test(line)) running = true;
      if (line.startsWith('BENCH ')) gaps = JSON.parse(line.slice(6)) as number[];
    },
  });
  const until = async (within: number, done: () => boolean): Promise<boolean> => {
    for (const end = performance.now() + within; !done() && performance.now() < end;) await sleep(20);
    return done();
  };
  const client = await connectAsync(`mqtt://${world.address.host}:${String(world.address.port)}`);
  try {
    const delays: number[] = [];
    let arrived = 0;
    let asked = 0;
    client.on('message', (topic, payload) => {
      if (topic === 'bench/sink') arrived++;
      else delays.push(performance.now() - Number(payload.toString()));
    });
    await client.subscribeAsync(['bench/sink', 'bench/answer'], { qos: 1 });
    if (!(await until(START, () => running))) throw new Error('the boards did not reach the broker');
    // A subscription follows "running" over the link.
    await sleep(1000);
    await client.publishAsync('bench/begin', '');
    if (!(await until(START, () => arrived > 0))) throw new Error('the host did not begin');
    const before = arrived;
    const begun = performance.now();
    for (const end = begun + seconds * 1000; performance.now() < end; asked++) {
      client.publish('bench/ask', String(performance.now()), { qos: 1 });
      await sleep(ASK_EVERY);
    }
    const rate = ((arrived - before) * 1000) / (performance.now() - begun);
    await client.publishAsync('bench/end', '', { qos: 1 });
    if (!(await until(START, () => gaps !== undefined))) throw new Error('the host did not end');
    await until(LEFT, () => delays.length >= asked);
    const pairs = (gaps ?? []).flatMap((gap, i, all) => (i % 2 ? [] : [[gap, all[i + 1] ?? 0] as const]));
    return { busy, pieces, hold, gaps: pairs, rate, delays, asked };
  } finally {
    await client.endAsync(true);
    await world.stop();
  }
}

/** The gap that a share of the samples does not exceed, ms. */
function gapAt(gaps: DisplayFigures['gaps'], share: number): number {
  const all = gaps.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [gap, count] of gaps) if ((seen += count) >= all * share) return gap;
  return 0;
}

/** A row for each case, as Markdown. */
export function displayTable(figures: readonly DisplayFigures[]): string {
  const rows = figures.map(({ busy, pieces, hold, gaps, rate, delays, asked }) => {
    const sorted = delays.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    const display = busy ? (pieces === 1 ? 'at once' : `in ${String(pieces)} pieces`) : 'none';
    const cells = [
      display,
      String(hold),
      [0.5, 0.95, 0.99, 1].map((share) => String(gapAt(gaps, share))).join(', '),
      rate.toFixed(1),
      `${median.toFixed(0)}, ${(sorted.at(-1) ?? 0).toFixed(0)}`,
      `${String(delays.length)} of ${String(asked)}`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| display, 200 ms a second | `hold` | ms between samples: median, 95 %, 99 %, longest | publications a second | there and back, ms: median, longest | answered |',
    '| --- | ---: | --- | ---: | --- | --- |',
    ...rows,
  ].join('\n');
}
