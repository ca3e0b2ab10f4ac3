/**
 * Measures the whole way: an application on the host, the link, the target,
 * the broker, and back. The boards take the times; what they publish is
 * counted, and timed, by a client at the broker.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { startWorld, type Address } from '../rig/world';
import { buildDevice } from './bundle';
import type { MeasuredBoards } from './machine';

/** Messages a second, by QoS and payload size. */
export interface Rate {
  readonly qos: number;
  readonly size: number;
  readonly rate: number;
}

export interface BridgeFigures {
  /** Milliseconds from `publish` to the host's own callback, by QoS, with all at rest before. */
  readonly echo: readonly {
    readonly qos: number;
    readonly size: number;
    readonly delays: readonly number[];
  }[];
  readonly published: readonly Rate[];
  /** Variables in use before and after so many messages and broken connections more; 0 messages: not measured. */
  readonly growth: {
    readonly messages: number;
    readonly reconnects: number;
    readonly before: PeerMemory;
    readonly after: PeerMemory;
  };
}

export interface PeerMemory {
  readonly host: number;
  readonly target: number;
}

export interface BridgePlan {
  /** Round trips a QoS. */
  readonly samples: number;
  /** Publications a measurement, at QoS 0 and 1. */
  readonly count: number;
  readonly sizes: readonly number[];
  /** Messages between two looks at the memory, and after how many the connection breaks; 0: none. */
  readonly messages: number;
  readonly breaking: number;
  /** Broker to use; absent: the embedded one. */
  readonly broker?: Address;
}

/** For all of it, ms. */
const LIMIT = 600_000;

export async function measureBridge(wiring: MeasuredBoards, plan: BridgePlan): Promise<BridgeFigures> {
  const steps: { kind: string; qos: number; size: number; count: number }[] = [];
  for (const qos of [0, 1]) steps.push({ kind: 'echo', qos, size: 16, count: plan.samples });
  for (const size of plan.sizes)
    for (const qos of [0, 1]) steps.push({ kind: 'publish', qos, size, count: plan.count });
  const growing = plan.messages > 0;
  if (growing) {
    steps.push({ kind: 'memory', qos: 0, size: 0, count: 0 });
    steps.push({ kind: 'publish', qos: 1, size: 16, count: plan.messages });
    steps.push({ kind: 'memory', qos: 0, size: 0, count: 0 });
  }

  const echo: { qos: number; size: number; delays: number[] }[] = [];
  const published: Rate[] = [];
  const memory: PeerMemory[] = [];
  // By QoS and size, since a board's lines come another way than its messages do.
  const arrived = new Map<string, { count: number; first: number }>();
  let growth = 0;
  let reconnects = 0;
  let done: (error?: Error) => void = () => undefined;
  const finished = new Promise<void>((resolve, reject) => {
    done = (error) => (error ? reject(error) : resolve());
  });
  // What is reported before there is a client waits for it.
  let client: Awaited<ReturnType<typeof connectAsync>> | undefined;

  function heed(
    result: { kind: string; qos: number; size: number; count: number } & Record<string, unknown>,
  ): void {
    if (result.kind === 'echo') echo.push(result as never);
    else if (result.kind === 'memory') memory.push(result as never);
    else if (result.kind === 'end') done();
  }

  const world = await startWorld({
    engine: wiring.engine,
    nativeWires: wiring.native,
    app: 'echo',
    hostBundle: await buildDevice('bridge-host', 'host'),
    hostFiles: { 'bench.json': JSON.stringify({ steps }) },
    net: { verbose: false, maxQueue: 200 },
    ...(plan.broker && { broker: plan.broker }),
    onLine: (board, line) => {
      if (process.env['BENCHMARK_VERBOSE']) console.error(board, line);
      if (/Uncaught|FIFO_FULL|MEMORY/.test(line)) done(new Error(`the ${board} said: ${line}`));
      else if (line.startsWith('BENCH ')) heed(JSON.parse(line.slice(6)) as never);
    },
  });
  const late = setTimeout(() => done(new Error('the boards took too long')), LIMIT);
  try {
    client = await connectAsync(`mqtt://${world.address.host}:${String(world.address.port)}`);
    client.on('message', (_topic, { length: size }, { qos }) => {
      const now = performance.now();
      const key = `${String(qos)} ${String(size)}`;
      const { count, first } = arrived.get(key) ?? { count: 0, first: now };
      arrived.set(key, { count: count + 1, first });
      // The rate at the broker, not that at which the host hands over.
      if (count + 1 === plan.count) published.push({ qos, size, rate: (count * 1000) / (now - first) });
      if (memory.length !== 1 || ++growth % plan.breaking) return;
      world.accessPoint.cut();
      reconnects++;
    });
    await client.subscribeAsync('bench/sink', { qos: 1 });
    await finished;
    // The last ones may be on their way to this client.
    for (const end = Date.now() + 5000; published.length < plan.sizes.length * 2 && Date.now() < end;)
      await sleep(20);
    if (published.length < plan.sizes.length * 2)
      throw new Error(`not all publications arrived: ${JSON.stringify([...arrived])}`);
  } finally {
    clearTimeout(late);
    await client?.endAsync(true);
    await world.stop();
  }
  return {
    echo,
    published,
    growth: {
      messages: plan.messages,
      reconnects,
      before: memory[0] ?? { host: 0, target: 0 },
      after: memory[1] ?? { host: 0, target: 0 },
    },
  };
}
