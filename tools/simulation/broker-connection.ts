/**
 * One connection as the model of a broker has it: who it is, and the answers
 * that wait for their time. Whatever is answered keeps its order.
 */
import { generate } from 'mqtt-packet';
import type { IConnectPacket, Packet } from 'mqtt-packet';
import type { Session } from './broker-session';
import type { Context } from './context';

/** The network as the broker sees it. */
export interface BrokerLine {
  readonly number: number;
  send(bytes: Buffer): void;
  close(): void;
}

/** How a broker answers; it may change. */
export interface Manners {
  /** Seconds that it takes, at most. */
  patience: number;
  /** Commands that it keeps to itself, such as `puback`. It answers all else. */
  readonly owes: Set<string>;
}

/** Seconds of silence after which a connection without CONNECT is closed. */
const PATIENCE = 60;

export function describePacket(packet: Packet): string {
  const id = packet.messageId === undefined ? '' : ` ${packet.messageId}`;
  if (packet.cmd !== 'publish') return packet.cmd + id;
  const text = String(packet.payload)
    .slice(0, 24)
    .replace(/[^ -~]/g, '.');
  return `publish${id} QoS ${packet.qos}${packet.dup ? ' dup' : ''} ${packet.topic} ${text}`;
}

export class BrokerConnection {
  session: Session | undefined;
  will: IConnectPacket['will'];
  keepAlive = 0;
  open = true;
  /** It is not listened to any more. */
  deaf = false;
  /** When it was last heard, seconds. */
  heard: number;
  readonly line: BrokerLine;
  private readonly context: Context;
  private readonly manners: Manners;
  /** What waits to be sent, and when the last of it leaves. */
  private readonly answers: (() => void)[] = [];
  private busy = 0;

  constructor(context: Context, manners: Manners, line: BrokerLine) {
    this.context = context;
    this.manners = manners;
    this.line = line;
    this.heard = this.now();
  }

  /** Sends after the broker's pause, everything in its order. @param then comes just before */
  answer(packet: Packet, then?: () => void): void {
    const { chance, note, after } = this.context;
    const { owes, patience } = this.manners;
    if (owes.has(packet.cmd)) return note?.(`broker owes ${describePacket(packet)}`);
    const pause = chance.is(0.5) ? 0 : chance.spread(0.0005, patience);
    this.busy = Math.max(this.busy, this.now() + pause);
    this.answers.push(() => {
      then?.();
      if (this.deaf) return;
      note?.(`broker → ${this.line.number}: ${describePacket(packet)}`);
      this.line.send(generate(packet));
    });
    after(this.busy - this.now(), () => this.open && this.answers.shift()?.());
  }

  /** Calls `drop` when it has been silent for too long [MQTT-3.1.2-24]. */
  watch(drop: () => void): void {
    if (!this.open) return;
    const limit = this.keepAlive ? this.keepAlive * 1.5 : PATIENCE;
    const left = this.heard + limit - this.now();
    if (left <= 0 && (this.keepAlive || !this.session)) {
      this.context.note?.(`broker: ${this.line.number} has been silent for too long`);
      drop();
    } else this.context.after(Math.max(left, 1), () => this.watch(drop));
  }

  /** Listens no more, and sends one byte of an endless message each `every` seconds. */
  trickle(every: number): void {
    // A PUBLISH of 268,435,455 bytes.
    const bytes = [0x30, 0xff, 0xff, 0xff, 0x7f];
    this.deaf = true;
    const next = (): void => {
      if (!this.open) return;
      this.line.send(Buffer.from([bytes.shift() ?? 0]));
      this.context.after(every, next);
    };
    next();
  }

  private now(): number {
    return this.context.world.now() / 1e6;
  }
}
