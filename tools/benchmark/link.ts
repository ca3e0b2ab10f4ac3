/**
 * Measures the link alone: two boards, the library's own link code on both,
 * no MQTT. Every figure is one the boards took themselves.
 */
import { HOST_PINS } from '../rig/boards';
import { createPair, NETWORK } from '../rig/world';
import { buildDevice } from './bundle';
import type { MeasuredBoards } from './machine';

/** One way (`down`: from the host, `up`: to it) or both, bytes a second, message bytes alone. */
export interface Throughput {
  readonly size: number;
  readonly down: number;
  readonly up: number;
  /** Longest time the host's timers had to wait, ms. */
  readonly held: number;
  readonly resent: number;
  readonly damaged: number;
}

export interface LinkFigures {
  readonly throughput: readonly Throughput[];
  /** Milliseconds from `send` at one end to the callback at the other, with the link at rest before. */
  readonly latency: readonly {
    readonly size: number;
    /** From the host to the target. */
    readonly down: boolean;
    readonly delays: readonly number[];
  }[];
  /** At rest: exchanges a second, and the host's share of a processor (-1: unknown). */
  readonly idle: { readonly exchanges: number; readonly cpu: number };
}

export interface LinkPlan {
  readonly sizes: readonly number[];
  /** Bytes moved per measurement. */
  readonly bytes: number;
  /** Messages for the latency. */
  readonly samples: number;
  /** Seconds at rest. */
  readonly rest: number;
  /** Milliseconds the host's link may hold its event loop. */
  readonly hold: number;
}

/** No step may take longer, ms. */
const LIMIT = 240_000;

export async function measureLink(wiring: MeasuredBoards, plan: LinkPlan): Promise<LinkFigures> {
  const steps: object[] = [];
  for (const size of plan.sizes) {
    const count = Math.max(3, Math.round(plan.bytes / size));
    steps.push({ kind: 'throughput', size, down: count, up: 0 });
    steps.push({ kind: 'throughput', size, down: 0, up: count });
    steps.push({ kind: 'throughput', size, down: count, up: count });
  }
  steps.push({ kind: 'latency', size: 16, down: plan.samples, up: 0 });
  steps.push({ kind: 'latency', size: 16, down: 0, up: plan.samples });
  steps.push({ kind: 'idle', size: 0, down: plan.rest, up: 0 });
  const pins = Object.fromEntries(Object.entries(HOST_PINS).map(([wire, pin]) => [wire, `D${String(pin)}`]));
  const [host, target] = await Promise.all([
    buildDevice('link-host', 'host'),
    buildDevice('link-target', 'target'),
  ]);

  const throughput: Throughput[] = [];
  const latency: LinkFigures['latency'][number][] = [];
  let idle = { exchanges: 0, cpu: -1 };
  let done: (error?: Error) => void = () => undefined;
  const finished = new Promise<void>((resolve, reject) => {
    done = (error) => (error ? reject(error) : resolve());
  });
  const pair = createPair(
    wiring.engine,
    {
      storage: {
        host: {
          '.bootcde': host,
          'bench.json': JSON.stringify({ steps, hold: plan.hold }),
          'pins.json': JSON.stringify(pins),
        },
        target: { '.bootcde': target },
      },
      wifi: NETWORK,
      onLine: (board, line) => {
        if (process.env['BENCHMARK_VERBOSE']) console.error(board, line);
        if (/Uncaught|FIFO_FULL|MEMORY/.test(line)) return done(new Error(`the ${board} said: ${line}`));
        if (!line.startsWith('BENCH ')) return;
        const result = JSON.parse(line.slice(6)) as { kind: string } & Record<string, unknown>;
        if (result.kind === 'throughput') throughput.push(result as never);
        else if (result.kind === 'latency') latency.push(result as never);
        else if (result.kind === 'idle') idle = result as never;
        else if (result.kind === 'down') done(new Error('the link went down'));
        else done();
      },
    },
    wiring.native,
  );
  const late = setTimeout(() => done(new Error('the link took too long')), LIMIT);
  try {
    await pair.start();
    await finished;
  } finally {
    clearTimeout(late);
    await pair.stop();
  }
  // Emulated boards have clocks of their own: at its best a message takes as long there as back.
  const [there, back] = latency.map(({ delays }) => Math.min(...delays)) as [number, number];
  const ahead = wiring.engine === 'emulator' ? (there - back) / 2 : 0;
  return {
    throughput,
    latency: latency.map(({ size, down, delays }) => ({
      size,
      down,
      delays: delays.map((ms) => Math.round((down ? ms - ahead : ms + ahead) * 100) / 100),
    })),
    idle,
  };
}
