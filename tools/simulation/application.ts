/**
 * The application on the host: it subscribes, publishes what is due, and holds
 * each word that the library says to it against what is true.
 */
import type { MQTTLink } from '../../host/mqttlink';
import { Type } from '../../shared/messages';
import type { SimulatedBroker } from './broker';
import type { Context } from './context';
import { SimulatedHandler } from './handler';
import type { Ledger } from './ledger';
import { SimulatedTraffic } from './traffic';
import type { Fussy, Publication } from './traffic';
import type { Vigil } from './vigil';

/** What the host subscribes, and with which QoS. */
export const FILTERS: readonly (readonly [string, number])[] = [
  ['in/a/+', 1],
  ['in/b', 1],
  ['in/c/#', 0],
];

export interface ApplicationOptions {
  readonly context: Context;
  readonly ledger: Ledger;
  readonly broker: SimulatedBroker;
  readonly vigil: () => Vigil;
  /** Seconds for which the schedule lasts. */
  readonly duration: number;
  readonly clean: boolean;
  readonly responseTime: number;
  readonly fussy: Fussy;
  /** Counts statuses. */
  readonly statuses: Record<number, number>;
  /** The queue was full. */
  readonly full: () => void;
  /** The library waits for the status handler's Promise, for so many seconds at the most. */
  readonly waits: (seconds: number) => void;
  /** See `StatusHandlerOptions.decided`. */
  readonly decided: () => void;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

export class Application {
  private readonly options: ApplicationOptions;
  private readonly context: Context;
  private readonly traffic: SimulatedTraffic;
  private readonly handler: SimulatedHandler;
  /** Changes when the host reboots: no callback of an earlier life may come. */
  private lives = 0;
  /** See `StatusHandlerOptions.isBlamed`. */
  private blamed = false;

  constructor(options: ApplicationOptions) {
    const { context, ledger, broker, duration, fussy, statuses } = options;
    this.options = options;
    this.context = context;
    // An earlier program had subscribed to everything.
    const legacy = !options.clean && context.chance.is(0.4);
    if (legacy) broker.remember('in/#');
    this.traffic = new SimulatedTraffic({ context, ledger, broker, duration, fussy, legacy });
    broker.closesOn = (packet) => this.traffic.offends(packet);
    this.handler = new SimulatedHandler({
      context,
      vigil: options.vigil,
      fussy,
      statuses,
      waits: options.waits,
      decided: options.decided,
      isBlamed: () => this.blamed,
    });
  }

  /** The host has started. */
  begin(module: typeof import('../../host/mqttlink'), link: MQTTLink): void {
    link.statusHandler(this.handler.create(module.defaultStatusHandler));
    this.context.world.host.later(1000, () => this.publishDue(link));
  }

  /** To be called in `userStart`. */
  subscribe(link: MQTTLink): void {
    const { context } = this;
    const { ledger, vigil, fussy } = this.options;
    if (fussy === 'filter')
      link.subscribe('in/bad', () => context.fail('a message for what is not subscribed'), 1);
    for (const [filter, qos] of FILTERS) {
      link.subscribe(
        filter,
        (topic, message, retained, got) => {
          context.note?.(`host got ${topic} ${message.slice(0, 20)}`);
          ledger.called(filter, topic, message, retained, got);
          vigil().arrived();
          context.moment('host has message');
          if (context.chance.is(0.02)) throw new Error('on purpose');
        },
        qos,
      );
    }
  }

  /** The host's memory is gone. */
  forget(): void {
    this.lives++;
  }

  /** Draws all that is published. */
  draw(): void {
    this.traffic.draw();
  }

  /** How many publications were put aside so far. */
  get named(): number {
    return this.handler.named;
  }

  /** Everything has been handed over. */
  isDone(): boolean {
    // What the broker closes on is found out when all else has long been said.
    return !this.traffic.due && (this.options.fussy !== 'filter' || this.handler.hasNamedFilter);
  }

  /** One more each way. */
  more(): void {
    this.traffic.more();
  }

  /** Somebody else publishes so many. */
  flood(count: number): void {
    this.traffic.flood(count);
  }

  /** The next handler whose word is waited for never answers; or, off, it does. */
  pend(on: boolean): void {
    this.handler.pend(on);
  }

  /** The target has got a message of the host's. */
  heard(message: string): void {
    const { ledger } = this.options;
    const first = message.charCodeAt(0);
    if (first === Type.CONNECT) for (const entry of ledger.unheard()) entry.reached = 0;
    if (first >> 4 !== 3 || !(first & 6)) return;
    const entry = ledger.find(message.slice(5 + message.charCodeAt(1) * 256 + message.charCodeAt(2)));
    if (entry && !entry.reached) entry.reached = this.context.world.now();
  }

  /** The host has handed a message to the link. */
  sent(message: string): void {
    const { ledger, responseTime } = this.options;
    if (message.charCodeAt(0) !== Type.LEAVE) return;
    const since = Math.min(...ledger.unheard().map(({ reached }) => reached || Infinity));
    // What a former life of the host published is not among these.
    this.blamed = !this.lives && since + (responseTime - 2) * 1e6 > this.context.world.now();
  }

  /** The host is on, and all has settled: what was put aside is counted and named. */
  check(link: MQTTLink): void {
    const { fail } = this.context;
    const { refused } = link.counts();
    const { named, hasNamedFilter } = this.handler;
    if (!this.lives && refused !== named) fail(`${refused} put aside are counted, and ${named} named`);
    if (this.options.fussy === 'filter' && !hasNamedFilter) fail('nobody names what the broker closes on');
  }

  // The application publishes what is due, and waits while the queue is full.
  private publishDue(link: MQTTLink): void {
    const { chance, world } = this.context;
    const { traffic } = this;
    let pause = 0.5;
    for (let one = traffic.due; one; one = traffic.due) {
      const left = one.at - world.now() / 1e6;
      if (left > 0) {
        pause = left;
        break;
      }
      if (!this.publish(link, one)) break;
      traffic.taken();
    }
    // Now and then something is unsubscribed.
    if (chance.is(0.05)) {
      if (!link.unsubscribe('in/x')) link.subscribe('in/x', () => {}, 1);
    }
    world.host.later(Math.max(pause, 0.01) * 1e6, () => this.publishDue(link));
  }

  /** @returns whether the library took it */
  private publish(link: MQTTLink, one: Publication): boolean {
    const { chance, fail, moment, note } = this.context;
    const { ledger, full, vigil } = this.options;
    const life = this.lives;
    const entry = ledger.create(false, one.topic, one.qos, one.retain, one.size);
    entry.culprit = this.traffic.isCulprit(one.topic, one.qos, entry.payload.length);
    try {
      link.publish(
        one.topic,
        one.qos || chance.is(0.5) ? entry.payload : bytesOf(entry.payload),
        one.retain,
        one.qos,
        (delivered) => {
          if (life !== this.lives) fail('a callback outlived the host');
          ledger.done(entry, delivered);
          if (one.qos) vigil().acknowledged();
        },
      );
    } catch (error) {
      if (!/wait already/.test(String(error))) fail(`publish: ${String(error)}`);
      full();
      return false;
    }
    note?.(`host publishes ${entry.topic} ${entry.payload.slice(0, 20)}`);
    ledger.accepted(entry);
    moment('publish');
    return true;
  }
}
