/**
 * What is published in a schedule, by the application and by others, and which
 * of it the broker closes on. It is drawn from the seed before anything runs.
 */
import type { Packet } from 'mqtt-packet';
import type { SimulatedBroker } from './broker';
import type { Context } from './context';
import type { Ledger } from './ledger';

/** Payloads, bytes, that a broker may close on. */
const BIG = 600;

/** Of what kind that is which the broker closes on. */
export const FUSSY = ['topic', 'size', 'filter'] as const;
export type Fussy = (typeof FUSSY)[number] | undefined;

export interface Publication {
  /** Seconds since the beginning. */
  readonly at: number;
  readonly topic: string;
  readonly qos: number;
  readonly size: number;
  readonly retain: boolean;
}

export interface SimulatedTrafficOptions {
  readonly context: Context;
  readonly ledger: Ledger;
  readonly broker: SimulatedBroker;
  /** Seconds for which the schedule lasts. */
  readonly duration: number;
  readonly fussy: Fussy;
  /** An earlier program has subscribed to everything. */
  readonly legacy: boolean;
}

export class SimulatedTraffic {
  private readonly options: SimulatedTrafficOptions;
  /** What others publish on. */
  private readonly topics: readonly { readonly topic: string; readonly qos: number }[];
  /** What the application publishes, in order, and how much of it has been handed over. */
  private readonly plan: Publication[] = [];
  private next = 0;

  constructor(options: SimulatedTrafficOptions) {
    this.options = options;
    this.topics = [
      { topic: 'in/a/1', qos: 1 },
      { topic: 'in/a/2', qos: 1 },
      { topic: 'in/b', qos: 1 },
      { topic: 'in/a/q0', qos: 0 },
      { topic: 'in/c/d/e', qos: 0 },
      ...(options.legacy ? [{ topic: 'in/a/two', qos: 2 }] : []),
    ];
  }

  draw(): void {
    const { context, broker, duration, fussy } = this.options;
    const { chance, world } = context;
    const burst = chance.is(0.5);
    const out = Math.round(chance.spread(2, 40));
    const outTopics = [
      { topic: 'out/a', qos: 1 },
      { topic: 'out/b', qos: 1 },
      { topic: 'out/q0', qos: 0 },
    ];
    for (let i = fussy === 'topic' ? 2 : 0; i > 0; i--)
      this.plan.push({
        at: chance.next() * duration,
        topic: 'out/bad',
        qos: 1,
        size: this.size(),
        retain: false,
      });
    for (let i = 0; i < out; i++) {
      const at = burst ? Math.floor(chance.next() * 4) * (duration / 4) : chance.next() * duration;
      this.plan.push({ at, ...chance.pick(outTopics), size: this.size(), retain: chance.is(0.1) });
    }
    this.plan.sort((a, b) => a.at - b.at);
    const count = Math.round(chance.spread(2, 40));
    for (let i = 0; i < count; i++) {
      world.at(chance.next() * duration * 1e6, () => broker.isUp && this.inject());
    }
  }

  /** What the application has to publish next; undefined: nothing more. */
  get due(): Publication | undefined {
    return this.plan[this.next];
  }

  /** That one has been handed over. */
  taken(): void {
    this.next++;
  }

  /** One more each way. */
  more(): void {
    this.plan.push({ at: 0, topic: 'out/a', qos: 1, size: 20, retain: false });
    this.inject(this.topics[0]);
  }

  /** Somebody else publishes so many. */
  flood(count: number): void {
    const { chance } = this.options.context;
    const qos = chance.pick([0, 1, 2]);
    const some = this.topics.filter((one) => qos === 2 || one.qos === qos);
    for (let i = 0; i < count; i++) if (this.options.broker.isUp) this.inject(chance.pick(some));
  }

  /** The broker closes on such a publication. */
  isCulprit(topic: string, qos: number, length: number): boolean {
    const { fussy } = this.options;
    return !!qos && (fussy === 'topic' ? topic === 'out/bad' : fussy === 'size' && length >= BIG);
  }

  /** The broker closes on such a packet. */
  offends(packet: Packet): boolean {
    if (packet.cmd === 'subscribe')
      return this.options.fussy === 'filter' && packet.subscriptions[0].topic === 'in/bad';
    return packet.cmd === 'publish' && this.isCulprit(packet.topic, packet.qos, packet.payload.length);
  }

  private size(): number {
    const { chance } = this.options.context;
    return chance.is(0.05) ? Math.round(chance.spread(800, 990)) : Math.round(chance.spread(1, 200));
  }

  private inject(topic = this.options.context.chance.pick(this.topics)): void {
    const { broker, context, ledger } = this.options;
    broker.publish(ledger.create(true, topic.topic, topic.qos, context.chance.is(0.02), this.size()));
  }
}
