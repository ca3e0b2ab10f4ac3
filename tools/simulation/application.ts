/**
 * The application on the host, what others publish, and what the broker closes
 * on: all traffic of a schedule, and what must be true of each word that the
 * library says to the application.
 */
import type { MQTTLink } from '../../host/mqttlink';
import { Type } from '../../shared/messages';
import type { World } from './wires';
import type { Broker } from './broker';
import type { Context } from './context';
import type { Ledger } from './ledger';
import { HANDLER } from './vigil';
import type { Vigil } from './vigil';

/** Payloads, bytes, that a broker may close on. */
const BIG = 600;

/** Numbers of statuses, as in `shared/status.ts`. */
const BROKER_FAIL = 8;
const SUB_FAIL = 22;
const PUB_FAIL = 29;

/** Of what kind that is which the broker closes on. */
export const FUSSY = ['topic', 'size', 'filter'] as const;
export type Fussy = (typeof FUSSY)[number] | undefined;

/** What the host subscribes, and with which QoS. */
export const FILTERS: readonly (readonly [string, number])[] = [
  ['in/a/+', 1],
  ['in/b', 1],
  ['in/c/#', 0],
];

interface Publication {
  /** Seconds since the beginning. */
  readonly at: number;
  readonly topic: string;
  readonly qos: number;
  readonly size: number;
  readonly retain: boolean;
}

export interface ApplicationOptions {
  readonly context: Context;
  readonly ledger: Ledger;
  readonly broker: Broker;
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
}

export interface Application {
  /** The host has started. */
  begin(module: typeof import('../../host/mqttlink'), link: MQTTLink): void;
  /** To be called in `userStart`. */
  subscribe(link: MQTTLink): void;
  /** The host's memory is gone. */
  forget(): void;
  /** Draws all that is published. */
  draw(): void;
  /** Everything has been handed over. */
  isDone(): boolean;
  /** One more each way. */
  more(): void;
  /** Somebody else publishes so many. */
  flood(count: number): void;
  /** The next handler whose word is waited for never answers; or, off, it does. */
  pend(on: boolean): void;
  /** The target has got a message of the host's; the host has handed one to the link. */
  heard(message: string): void;
  sent(message: string): void;
  /** The host is on, and all has settled: what was put aside is counted and named. */
  check(link: MQTTLink): void;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

export function createApplication(options: ApplicationOptions): Application {
  const { context, ledger, broker, duration, responseTime, fussy, statuses } = options;
  const { chance, fail, note } = context;
  const world: World = context.world;
  const topics = [
    { topic: 'in/a/1', qos: 1 },
    { topic: 'in/a/2', qos: 1 },
    { topic: 'in/b', qos: 1 },
    { topic: 'in/a/q0', qos: 0 },
    { topic: 'in/c/d/e', qos: 0 },
  ];
  // The application publishes what is due, and waits while the queue is full.
  const plan: Publication[] = [];
  let next = 0;
  // Changes when the host reboots: no callback of an earlier life may come.
  let lives = 0;
  // The host has left the broker, and the target has had none of its publications for as long as it gives the broker.
  let blamed = false;
  // The next handler that is waited for never answers; and when the last one that did not is given up.
  let pends = false;
  let pendsUntil = 0;
  // What was put aside, with its name.
  let named = 0;

  const seconds = (): number => world.now() / 1e6;

  function isCulprit(topic: string, qos: number, length: number): boolean {
    return !!qos && (fussy === 'topic' ? topic === 'out/bad' : fussy === 'size' && length >= BIG);
  }

  broker.closesOn = (packet) => {
    if (packet.cmd === 'subscribe') return fussy === 'filter' && packet.subscriptions[0].topic === 'in/bad';
    return packet.cmd === 'publish' && isCulprit(packet.topic, packet.qos, packet.payload.length);
  };

  // An earlier program had subscribed to everything.
  if (!options.clean && chance.is(0.4)) {
    broker.remember('in/#');
    topics.push({ topic: 'in/a/two', qos: 2 });
  }

  function subscribe(link: MQTTLink): void {
    if (fussy === 'filter') link.subscribe('in/bad', () => fail('a message for what is not subscribed'), 1);
    for (const [filter, qos] of FILTERS) {
      link.subscribe(
        filter,
        (topic, message, retained, got) => {
          note?.(`host got ${topic} ${message.slice(0, 20)}`);
          ledger.called(filter, topic, message, retained, got);
          options.vigil().arrived();
          context.moment('host has message');
          if (chance.is(0.02)) throw new Error('on purpose');
        },
        qos,
      );
    }
  }

  function publishDue(link: MQTTLink): void {
    const life = lives;
    let pause = 0.5;
    while (next < plan.length) {
      const one = plan[next];
      if (one.at > seconds()) {
        pause = one.at - seconds();
        break;
      }
      const entry = ledger.create(false, one.topic, one.qos, one.retain, one.size);
      entry.culprit = isCulprit(one.topic, one.qos, entry.payload.length);
      try {
        link.publish(
          one.topic,
          one.qos || chance.is(0.5) ? entry.payload : bytesOf(entry.payload),
          one.retain,
          one.qos,
          (delivered) => {
            if (life !== lives) fail('a callback outlived the host');
            ledger.done(entry, delivered);
            if (one.qos) options.vigil().acknowledged();
          },
        );
      } catch (error) {
        if (!/wait already/.test(String(error))) fail(`publish: ${String(error)}`);
        options.full();
        break;
      }
      note?.(`host publishes ${entry.topic} ${entry.payload.slice(0, 20)}`);
      ledger.accepted(entry);
      context.moment('publish');
      next++;
    }
    // Now and then something is unsubscribed.
    if (chance.is(0.05)) {
      if (!link.unsubscribe('in/x')) link.subscribe('in/x', () => {}, 1);
    }
    world.host.later(Math.max(pause, 0.01) * 1e6, () => publishDue(link));
  }

  function judge(status: number, detail: string): void {
    note?.(`status ${status} ${detail}`);
    statuses[status] = (statuses[status] ?? 0) + 1;
    options.vigil().told(status);
    if (status === BROKER_FAIL && blamed && detail.startsWith('no PUBACK'))
      fail('the broker is blamed for what it has not got');
    if (status === PUB_FAIL) {
      named++;
      if (fussy === 'topic' ? detail !== 'out/bad' : fussy !== 'size') fail(`put aside: ${detail}`);
    }
    if (status === SUB_FAIL && (fussy !== 'filter' || detail !== 'in/bad')) fail(`put aside: ${detail}`);
  }

  // The library asks only for what it waits for: most statuses are told and no more.
  function neverAnswer(): void {
    pends = false;
    pendsUntil = seconds() + HANDLER + 1;
    options.waits(HANDLER + 1);
    note?.('this handler never answers');
  }

  function size(): number {
    return chance.is(0.05) ? Math.round(chance.spread(800, 990)) : Math.round(chance.spread(1, 200));
  }

  function injectOne(topic = chance.pick(topics)): void {
    broker.publish(ledger.create(true, topic.topic, topic.qos, chance.is(0.02), size()));
  }

  function drawTraffic(): void {
    const burst = chance.is(0.5);
    const out = Math.round(chance.spread(2, 40));
    const outTopics = [
      { topic: 'out/a', qos: 1 },
      { topic: 'out/b', qos: 1 },
      { topic: 'out/q0', qos: 0 },
    ];
    for (let i = fussy === 'topic' ? 2 : 0; i > 0; i--)
      plan.push({ at: chance.next() * duration, topic: 'out/bad', qos: 1, size: size(), retain: false });
    for (let i = 0; i < out; i++) {
      const at = burst ? Math.floor(chance.next() * 4) * (duration / 4) : chance.next() * duration;
      plan.push({ at, ...chance.pick(outTopics), size: size(), retain: chance.is(0.1) });
    }
    plan.sort((a, b) => a.at - b.at);
    const count = Math.round(chance.spread(2, 40));
    for (let i = 0; i < count; i++) {
      world.at(chance.next() * duration * 1e6, () => broker.isUp && injectOne());
    }
  }

  return {
    begin(module, link) {
      const slow = chance.is(0.2);
      link.statusHandler((one, status, detail) => {
        judge(status, detail);
        if (pends) return { then: neverAnswer };
        const result = module.defaultStatusHandler(one, status, detail);
        if (!slow || !chance.is(0.3)) return result;
        const ms = chance.spread(1, 3000);
        const answer = one.exitGate.sleep(ms).then(() => result);
        return {
          then: (...react: Parameters<typeof answer.then>) => {
            options.waits(ms / 1000);
            return answer.then(...react);
          },
        };
      });
      world.host.later(1000, () => publishDue(link));
    },
    subscribe,
    forget: () => lives++,
    draw: drawTraffic,
    // What the broker closes on is found out when all else has long been said.
    isDone: () => next === plan.length && (fussy !== 'filter' || !!statuses[SUB_FAIL]),
    more() {
      plan.push({ at: 0, topic: 'out/a', qos: 1, size: 20, retain: false });
      injectOne(topics[0]);
    },
    flood(count) {
      const qos = chance.pick([0, 1, 2]);
      const some = topics.filter((one) => qos === 2 || one.qos === qos);
      for (let i = 0; i < count; i++) if (broker.isUp) injectOne(chance.pick(some));
    },
    pend: (on) => (pends = on && seconds() > pendsUntil),
    heard(message) {
      const first = message.charCodeAt(0);
      if (first === Type.CONNECT) for (const entry of ledger.unheard()) entry.reached = 0;
      if (first >> 4 !== 3 || !(first & 6)) return;
      const entry = ledger.find(message.slice(5 + message.charCodeAt(1) * 256 + message.charCodeAt(2)));
      if (entry && !entry.reached) entry.reached = world.now();
    },
    sent(message) {
      if (message.charCodeAt(0) !== Type.LEAVE) return;
      const since = Math.min(...ledger.unheard().map(({ reached }) => reached || Infinity));
      // What a former life of the host published is not among these.
      blamed = !lives && since + (responseTime - 2) * 1e6 > world.now();
    },
    check(link) {
      const { refused } = link.counts();
      if (!lives && refused !== named) fail(`${refused} put aside are counted, and ${named} named`);
      if (fussy === 'filter' && !statuses[SUB_FAIL]) fail('nobody names what the broker closes on');
    },
  };
}
