/**
 * Many pairs of emulated boards on one broker: whether they disturb each
 * other, and how long a message takes then. The wires are emulated and the
 * processors shared, so this is about the broker's side, not about speed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { startWorld, type World } from '../rig/world';
import { createBroker } from '../rig/network/broker';

export interface Scale {
  readonly pairs: number;
  /** Messages sent to all pairs and returned by them, a message each. */
  readonly sent: number;
  readonly returned: number;
  /** Milliseconds from the broker through a pair and back, median and longest. */
  readonly median: number;
  readonly longest: number;
}

/** Until all pairs must have reached the broker, ms. */
const START = 120_000;

/** For a message to come back, ms. */
const RETURN = 60_000;

export async function measureScale(pairs: number): Promise<Scale> {
  const broker = createBroker();
  await broker.start();
  const worlds: World[] = [];
  const delays: number[] = [];
  let running = 0;
  const client = await connectAsync(broker.url);
  try {
    let next = 0;
    const starting = async (): Promise<void> => {
      for (let mine = next++; mine < pairs; mine = next++) {
        worlds.push(
          await startWorld({
            engine: 'emulator',
            app: 'echo',
            broker: { host: '127.0.0.1', port: broker.port },
            net: { clientId: `pair${String(mine)}`, rtcResync: 0 },
            onLine: (board, line) => {
              if (board === 'host' && /\brunning\b/.test(line)) running++;
            },
          }),
        );
      }
    };
    // A few at a time: every board is a thread.
    await Promise.all([starting(), starting(), starting(), starting()]);
    for (const end = Date.now() + START; running < pairs && Date.now() < end;) await sleep(50);
    // A subscription follows "running" over the link.
    await sleep(2000);
    await client.subscribeAsync('echoed/#', { qos: 1 });
    const begun = performance.now();
    client.on('message', () => delays.push(performance.now() - begun));
    // All pairs have subscribed to it: one message, as many answers as there are pairs.
    await client.publishAsync('echo/all', 'one for all', { qos: 1 });
    for (const end = Date.now() + RETURN; delays.length < pairs && Date.now() < end;) await sleep(20);
  } finally {
    await client.endAsync(true);
    await Promise.all(worlds.map((world) => world.stop()));
    await broker.stop();
  }
  return {
    pairs,
    sent: pairs,
    returned: delays.length,
    median: delays[Math.floor(delays.length / 2)] ?? 0,
    longest: delays.at(-1) ?? 0,
  };
}
