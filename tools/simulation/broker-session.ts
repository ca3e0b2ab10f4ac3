/**
 * What the model of a broker keeps of one client, with or without a connection:
 * subscriptions, and messages on their way to it and from it.
 */
import type { IPublishPacket } from 'mqtt-packet';
import type { BrokerConnection } from './broker-connection';
import type { Context } from './context';
import type { LedgerEntry } from './ledger';

/** QoS 1 messages on their way to a client, as in mosquitto. */
const WINDOW = 20;

interface Sent {
  /** Undefined: of an earlier program. */
  readonly entry: LedgerEntry | undefined;
  readonly id: number;
  readonly qos: number;
  /** PUBREC came. */
  released: boolean;
}

export class Session {
  readonly clientId: string;
  readonly clean: boolean;
  readonly filters = new Map<string, number>();
  connection: BrokerConnection | undefined;
  /** Identifiers of PUBLISH that wait for the broker's PUBACK, and their payloads. */
  readonly received = new Map<number, string>();
  /** Payloads that came before in this session. */
  readonly known = new Set<string>();
  /** Sent and not acknowledged. */
  readonly inflight: Sent[] = [];
  private readonly waiting: { readonly entry: LedgerEntry; readonly qos: number }[] = [];
  private lastId = 0;
  private readonly context: Context;

  constructor(context: Context, clientId: string, clean: boolean) {
    this.context = context;
    this.clientId = clientId;
    this.clean = clean;
  }

  /** Nothing is on its way to the client. */
  get isIdle(): boolean {
    return !this.inflight.length && !this.waiting.length;
  }

  /** An earlier program got a QoS 2 message with this identifier, and did not yet hear of its release. */
  owesRelease(id: number): void {
    this.lastId = id;
    this.inflight.push({ entry: undefined, id, qos: 2, released: true });
  }

  /** A message for the client, with at most the QoS `limit`. @param old it was retained before */
  offer(entry: LedgerEntry, limit: number, old: boolean): void {
    const qos = Math.min(entry.qos, limit);
    // What is old goes beside the window, with QoS 0: it is only there so that RETAIN is seen to arrive.
    if (!qos || old) this.send(entry, 0, 0, false, old);
    else if (this.connection || !this.clean) {
      this.waiting.push({ entry, qos });
      this.feed();
    }
  }

  /** Sends what waits, as far as the window allows. */
  feed(): void {
    if (!this.connection) return;
    while (this.inflight.length < WINDOW && this.waiting.length) {
      const [{ entry, qos }] = this.waiting.splice(0, 1);
      do this.lastId = this.lastId < 65535 ? this.lastId + 1 : 1;
      while (this.inflight.some(({ id }) => id === this.lastId));
      this.inflight.push({ entry, id: this.lastId, qos, released: false });
      this.send(entry, qos, this.lastId, false, false);
    }
  }

  /** There is a new connection: what was not acknowledged goes out again, then what waits. */
  resume(): void {
    for (const { entry, id, qos, released } of this.inflight) {
      if (!entry || released) this.connection?.answer({ cmd: 'pubrel', messageId: id });
      else this.send(entry, qos, id, true, false);
    }
    this.feed();
  }

  /** It is lost, and the promise with it. */
  excuse(): void {
    for (const { entry } of [...this.inflight, ...this.waiting]) if (entry) entry.excused = true;
  }

  private send(entry: LedgerEntry, qos: number, id: number, dup: boolean, old: boolean): void {
    const packet: IPublishPacket = {
      cmd: 'publish',
      topic: entry.topic,
      payload: Buffer.from(entry.payload, 'latin1'),
      qos: qos as 0 | 1 | 2,
      dup,
      retain: old,
      ...(qos && { messageId: id }),
    };
    this.connection?.answer(packet, () => this.context.moment('broker sends message'));
  }
}
