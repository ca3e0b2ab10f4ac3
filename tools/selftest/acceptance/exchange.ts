/**
 * Numbered messages with QoS 1 from this PC through the broker to the host and
 * back, and what became of them. It knows nothing of boards: what answers is
 * whoever sends back what it gets.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import { createSoakLedger } from '../../system-tests/soak/ledger';

/** Bytes of a message, its number included. */
const LENGTH = 16;

/** Between looks whether there is something to do, ms. */
const LOOK = 5;

/** Between two of those that do not count, ms. */
const KNOCK = 2000;

/** There and back, ms. */
export interface Delays {
  readonly least: number;
  readonly median: number;
  /** Of a hundred, the fifth from the longest. */
  readonly p95: number;
  readonly most: number;
}

export interface RoundTripAccount {
  readonly sent: number;
  /** Came back, each counted once. */
  readonly answered: number;
  readonly doubled: number;
  readonly disordered: number;
  readonly damaged: number;
  /** From the first that was sent to the last that came back. */
  readonly seconds: number;
  readonly delays: Delays | undefined;
}

export interface RoundTripRun {
  readonly messages: number;
  /** On their way at a time. */
  readonly window: number;
  /** With none coming back for so long nothing more is waited for, ms. */
  readonly patience: number;
  /** Told after each answer how many there are. */
  readonly answered?: (count: number) => void;
}

export interface RoundTrips {
  /**
   * Sends a message that does not count, again and again until one comes back: a broker forgets what comes before
   * somebody has subscribed.
   * @param within ms
   * @returns whether it did
   */
  knock(within: number): Promise<boolean>;
  /** Resolves when all have come back, or none has for too long. */
  run(run: RoundTripRun): Promise<RoundTripAccount>;
  /** Number of the message sent last. */
  readonly last: number;
}

export function delaysOf(times: readonly number[]): Delays | undefined {
  if (times.length === 0) return undefined;
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { least: at(0), median: at(0.5), p95: at(0.95), most: at(1) };
}

/** Number, then bytes of all values. */
function payloadOf(number: number): Buffer {
  const head = `${String(number)}:`;
  const rest = Array.from(
    { length: Math.max(0, LENGTH - head.length) },
    (_, i) => (number * 37 + i * 53) & 255,
  );
  return Buffer.concat([Buffer.from(head), Buffer.from(rest)]);
}

/**
 * @param topic `topic`/in is sent to, `topic`/out is listened to
 * @param goOn throws when the test has been stopped
 */
export async function createRoundTrips(
  client: MqttClient,
  topic: string,
  goOn: () => void,
): Promise<RoundTrips> {
  let last = 0;
  let current: { receive(number: number, payload: Buffer): void } | undefined;

  client.on('message', (_topic, payload) => {
    current?.receive(Number(/^\d+(?=:)/.exec(payload.toString('latin1', 0, 12))?.[0]), payload);
  });
  await client.subscribeAsync(`${topic}/out`, { qos: 1 });

  async function run({ messages, window, patience, answered }: RoundTripRun): Promise<RoundTripAccount> {
    const ledger = createSoakLedger();
    const first = last;
    const begun = new Map<number, number>();
    const times: number[] = [];
    const begin = Date.now();
    let heard = begin;
    current = {
      receive(number, payload) {
        const mine = number - first;
        // An answer doubled by what went wrong in an earlier run.
        if (mine < 1) return;
        heard = Date.now();
        if (!ledger.receive(topic, mine, payload.equals(payloadOf(number)))) return;
        times.push(heard - (begun.get(number) ?? heard));
        answered?.(ledger.account().received);
      },
    };
    while (ledger.account().received < messages && Date.now() - heard < patience) {
      goOn();
      if (ledger.account().sent < messages && ledger.outstanding() < window) {
        const number = first + ledger.send();
        last = number;
        begun.set(number, Date.now());
        // Its acknowledgement is not waited for: what counts is the answer.
        client.publish(`${topic}/in`, payloadOf(number), { qos: 1 });
      } else await sleep(LOOK);
    }
    current = undefined;
    const { sent, received, doubled, disordered, damaged } = ledger.account();
    const seconds = (heard - begin) / 1000;
    return { sent, answered: received, doubled, disordered, damaged, seconds, delays: delaysOf(times) };
  }

  async function knock(within: number): Promise<boolean> {
    let heard = false;
    current = {
      receive(number) {
        if (number === 0) heard = true;
      },
    };
    const begin = Date.now();
    for (let next = begin; !heard && Date.now() < begin + within; await sleep(LOOK)) {
      goOn();
      if (Date.now() < next) continue;
      client.publish(`${topic}/in`, payloadOf(0), { qos: 1 });
      next = Date.now() + KNOCK;
    }
    current = undefined;
    return heard;
  }

  return {
    knock,
    run,
    get last() {
      return last;
    },
  };
}
