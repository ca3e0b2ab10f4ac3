/**
 * Many pairs of emulated boards on a cluster of three nodes that are restarted
 * one after the other: for how long the worst of them gets nothing
 * acknowledged. The boards share the processors of this PC, so a part of it is
 * the PC's.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createNatsCluster } from '../rig/network/brokers/nats';
import { startWorld } from '../rig/world';
import type { World } from '../rig/world';

export interface Cluster {
  readonly pairs: number;
  /** Those that had publications acknowledged after the last restart. */
  readonly served: number;
  /** Publications acknowledged in all. */
  readonly acknowledged: number;
  /** Milliseconds without an acknowledgement, of each pair the longest: their median, and the longest of all. */
  readonly rest: { readonly median: number; readonly longest: number };
  readonly restarts: { readonly median: number; readonly longest: number };
  /** Seconds that the rolling restart took. */
  readonly seconds: number;
}

/** Until all pairs must run, and must be served again, ms. */
const START = 300_000;
const AGAIN = 120_000;

/** Of undisturbed operation, and of rest after a node is back, ms. */
const REST = 15_000;
const BREATH = 10_000;

/** How long a node is away, ms. */
const AWAY = 3000;

/** One pair, as its host's printed lines tell. */
interface Seen {
  running: boolean;
  last: number;
  longest: number;
  acknowledged: number;
}

function figures(all: readonly Seen[], now: number): { median: number; longest: number } {
  const longest = all.map((one) => Math.max(one.longest, now - one.last)).sort((a, b) => a - b);
  return { median: longest[Math.floor(longest.length / 2)] ?? 0, longest: longest.at(-1) ?? 0 };
}

/** Each pair publishes once a second with QoS 1. */
export async function measureCluster(pairs: number): Promise<Cluster> {
  const cluster = await createNatsCluster();
  const worlds: World[] = [];
  const seen: Seen[] = Array.from({ length: pairs }, () => ({
    running: false,
    last: 0,
    longest: 0,
    acknowledged: 0,
  }));
  const reset = (): void => {
    for (const one of seen) {
      one.last = performance.now();
      one.longest = 0;
    }
  };
  try {
    await cluster.start();
    let next = 0;
    const starting = async (): Promise<void> => {
      for (let mine = next++; mine < pairs; mine = next++) {
        const one = seen[mine] as Seen;
        // Each node is the first one of a third of them.
        const addresses = cluster.addresses.map((_, index, all) => all[(index + mine) % all.length]);
        worlds.push(
          await startWorld({
            engine: 'emulator',
            app: 'simple',
            broker: { host: '127.0.0.1', port: cluster.nodes[0]?.port ?? 0 },
            net: {
              broker: addresses,
              clientId: `pair${String(mine)}`,
              interval: 1,
              cleanSession: false,
              rtcResync: 0,
              timeout: 30,
            },
            onLine(board, line) {
              if (board !== 'host') return;
              if (/\brunning$/.test(line)) one.running = true;
              if (!/publication acknowledged/.test(line)) return;
              const now = performance.now();
              one.longest = Math.max(one.longest, now - one.last);
              one.last = now;
              one.acknowledged++;
            },
          }),
        );
      }
    };
    // A few at a time: every board is a thread.
    await Promise.all([starting(), starting(), starting(), starting()]);
    for (const end = Date.now() + START; !seen.every(({ running }) => running); await sleep(50))
      if (Date.now() > end) throw new Error('not all pairs have reached the cluster');
    await sleep(BREATH);
    reset();
    await sleep(REST);
    const rest = figures(seen, performance.now());
    reset();
    const begun = performance.now();
    for (const node of cluster.nodes) {
      await node.stop();
      await sleep(AWAY);
      await node.start();
      await cluster.caughtUp();
      await sleep(BREATH);
    }
    const over = performance.now();
    const isServed = ({ last }: Seen): boolean => last > over;
    for (const end = Date.now() + AGAIN; !seen.every(isServed) && Date.now() < end;) await sleep(50);
    return {
      pairs,
      served: seen.filter(isServed).length,
      acknowledged: seen.reduce((sum, one) => sum + one.acknowledged, 0),
      rest,
      restarts: figures(seen, performance.now()),
      seconds: (over - begun) / 1000,
    };
  } finally {
    await Promise.all(worlds.map((world) => world.stop()));
    await cluster.close();
  }
}

export function clusterTable(figures: Cluster): string {
  const { pairs, served, acknowledged, rest, restarts, seconds } = figures;
  const show = ({ median, longest }: Cluster['rest']): string =>
    `${(median / 1000).toFixed(1)} / ${(longest / 1000).toFixed(1)} s`;
  return [
    `${String(pairs)} emulated pairs, three nodes of NATS with JetStream, a publication with QoS 1 a second`,
    `longest time without an acknowledgement at rest, median of the pairs / longest   ${show(rest)}`,
    `the same over a rolling restart of ${seconds.toFixed(0)} s                                       ${show(restarts)}`,
    `pairs served again ${String(served)} of ${String(pairs)}; publications acknowledged ${String(acknowledged)}`,
  ].join('\n');
}
