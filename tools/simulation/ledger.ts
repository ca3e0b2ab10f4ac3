/**
 * Every message that was ever handed over, and what became of it: here the
 * promises are checked, at each step that a message takes and at the end. It
 * must know nothing of how the messages travel.
 */
import type { Context } from './context';

/** A message on its way out or in. Its payload is like no other's. */
export interface LedgerEntry {
  readonly topic: string;
  readonly payload: string;
  readonly qos: number;
  readonly retain: boolean;
  /** Its number on its topic. */
  readonly number: number;
  /** Connections on which the broker got it, or times that the host's callback got it. */
  readonly arrivals: number[];
  /** Out: times that `publish` said it was done. In: the broker was told that it was taken. */
  done: number;
  /** The promise does not hold for it any more, for a reason that host/README.md states. */
  excused: boolean;
  /** Out: the host has restarted since it was published, so it may come again, and nobody is called. */
  outlived: boolean;
  /** The host has restarted since it came in, so it may come again also with QoS 2. */
  forgotten: boolean;
  /** The broker closes on it, so it may be given up. */
  culprit: boolean;
  /** When it was accepted, and when the target last had it, microseconds; 0: never. */
  since: number;
  reached: number;
}

export interface Totals {
  out: number;
  in: number;
  doubledOut: number;
  doubledIn: number;
}

export interface Ledger {
  /** Makes a message of `size` bytes that is published by the host, or, `inward`, by somebody else. */
  create(inward: boolean, topic: string, qos: number, retain: boolean, size: number): LedgerEntry;
  /** `publish` has taken it, or the broker has for somebody else. */
  accepted(entry: LedgerEntry): void;
  /** The broker got a PUBLISH of the host's. */
  arrived(
    connection: number,
    topic: string,
    payload: string,
    qos: number,
    retain: boolean,
  ): LedgerEntry | undefined;
  /** `publish` reports what became of it: with QoS 1 that the broker has it, with QoS 0 whether the target had it. */
  done(entry: LedgerEntry, succeeded: boolean): void;
  /** The host's callback got a message. */
  called(filter: string, topic: string, payload: string, retained: boolean, qos: number): void;
  /** The target told the broker that a message was taken. `excusable`: it may have been dropped, with a clean session. */
  acknowledged(entry: LedgerEntry, excusable: boolean): void;
  /** Publications with QoS 1 of which the host, which still has them in mind, has heard nothing yet. */
  unheard(): LedgerEntry[];
  /** Publications that were accepted and of which nothing was heard, or with QoS 1 not by the broker. */
  openOut(): LedgerEntry[];
  /** Messages with QoS 1 that the host's callback has not got. */
  openIn(): LedgerEntry[];
  /** The host's memory is gone: of what was not done only that is left of QoS 1 which is older than so many seconds. */
  forgetOut(seconds: number): void;
  /** All messages, to look up by payload. */
  find(payload: string): LedgerEntry | undefined;
  readonly totals: Totals;
}

/** Of what nothing has become yet. */
const NEW = {
  done: 0,
  excused: false,
  outlived: false,
  forgotten: false,
  culprit: false,
  since: 0,
  reached: 0,
};

export function createLedger(context: Context): Ledger {
  const { chance, fail } = context;
  const entries = new Map<string, LedgerEntry>();
  const out: LedgerEntry[] = [];
  const inward: LedgerEntry[] = [];
  const numbers = new Map<string, number>();
  const latest = new Map<string, number>();
  const totals: Totals = { out: 0, in: 0, doubledOut: 0, doubledIn: 0 };

  function drawPayload(number: number, topic: string, size: number): string {
    let payload = `${number} on ${topic} `;
    const kind = chance.below(4);
    while (payload.length < size) {
      payload += String.fromCharCode(kind === 0 ? 0 : kind === 1 ? 255 : chance.below(256));
    }
    return payload;
  }

  function describe(entry: LedgerEntry): string {
    return `QoS ${entry.qos} message ${entry.number} on ${entry.topic}`;
  }

  function inOrder(entry: LedgerEntry, key: string, what: string): void {
    const last = latest.get(key) ?? 0;
    if (entry.number < last) fail(`${what}: ${describe(entry)} comes after number ${last}`);
    latest.set(key, entry.number);
  }

  return {
    totals,
    create(isInward, topic, qos, retain, size) {
      const number = (numbers.get(topic) ?? 0) + 1;
      return { topic, qos, retain, number, ...NEW, arrivals: [], payload: drawPayload(number, topic, size) };
    },
    accepted(entry) {
      numbers.set(entry.topic, entry.number);
      entries.set(entry.payload, entry);
      entry.since = context.world.now();
      (entry.topic.startsWith('in/') ? inward : out).push(entry);
    },
    arrived(connection, topic, payload, qos, retain) {
      const entry = entries.get(payload);
      if (!entry || entry.topic !== topic || entry.qos !== qos || entry.retain !== retain) {
        fail(
          `the broker got what nobody published: QoS ${qos} on ${topic}, ${JSON.stringify(payload.slice(0, 40))}`,
        );
        return undefined;
      }
      if (!entry.arrivals.length) {
        totals.out++;
        inOrder(entry, `broker ${topic}`, 'the broker got it out of order');
      } else {
        totals.doubledOut++;
        if (!qos) fail(`the broker got it twice: ${describe(entry)}`);
        if (entry.arrivals.includes(connection)) fail(`sent twice on one connection: ${describe(entry)}`);
        if (entry.done && !entry.outlived) fail(`sent again although it was done: ${describe(entry)}`);
      }
      entry.arrivals.push(connection);
      return entry;
    },
    done(entry, succeeded) {
      if (entry.done++) fail(`done twice: ${describe(entry)}`);
      if (entry.qos && !succeeded) {
        if (!entry.culprit) fail(`given up: ${describe(entry)}`);
        entry.excused = true;
      } else if (entry.qos && !entry.arrivals.length)
        fail(`done before the broker had it: ${describe(entry)}`);
    },
    called(filter, topic, payload, retained, qos) {
      const entry = entries.get(payload);
      if (!entry || entry.topic !== topic || qos > entry.qos) {
        fail(
          `the host got what nobody published: QoS ${qos} on ${topic}, ${JSON.stringify(payload.slice(0, 40))}`,
        );
        return;
      }
      if (retained && !entry.retain) fail(`said to be retained: ${describe(entry)}`);
      if (!entry.arrivals.length) {
        totals.in++;
        // A retained message comes whenever a subscription is renewed.
        if (!entry.retain) inOrder(entry, `host ${filter} ${topic}`, 'the host got it out of order');
      } else if (!entry.retain) {
        totals.doubledIn++;
        if (!qos || (qos > 1 && !entry.forgotten)) fail(`the host got it twice: ${describe(entry)}`);
      }
      entry.arrivals.push(0);
    },
    acknowledged(entry, excusable) {
      entry.done++;
      if (entry.arrivals.length) return;
      if (excusable) entry.excused = true;
      else if (!entry.excused)
        fail(`acknowledged to the broker, but the host has not taken it: ${describe(entry)}`);
    },
    unheard: () => out.filter((entry) => entry.qos > 0 && !entry.done && !entry.outlived),
    // What an earlier life of the host published is put aside without anybody to call.
    openOut: () =>
      out.filter(
        (entry) =>
          !entry.excused &&
          !(entry.culprit && entry.outlived) &&
          !((entry.done || entry.outlived) && (!entry.qos || entry.arrivals.length)),
      ),
    openIn: () => inward.filter((entry) => entry.qos && !entry.excused && !entry.arrivals.length),
    forgetOut(seconds) {
      const limit = context.world.now() - seconds * 1e6;
      for (const entry of inward) entry.forgotten = true;
      for (const entry of out) {
        entry.outlived = true;
        if (!entry.done && (!entry.qos || entry.since > limit)) entry.excused = true;
      }
    },
    find: (payload) => entries.get(payload),
  };
}
