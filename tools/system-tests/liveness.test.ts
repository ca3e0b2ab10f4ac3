/**
 * Brokers that misbehave, and what the system owes its user all the same: that
 * it notices, says what is wrong, and goes on. On emulated boards that run the
 * shipped bundles; most of the time is waiting, so several go beside each other.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { Status } from '../../shared/status';
import { createBroker } from '../rig/network/broker';
import {
  claimsSession,
  closesAtOnce,
  closesOnFilter,
  closesOnTopic,
  connectOf,
  drips,
  owes,
  resumesQos2,
  startHostileBroker,
  subscribed,
} from '../rig/network/hostile-broker';
import type { Habit, HostileBroker } from '../rig/network/hostile-broker';
import { WITHIN, startBench, until } from './liveness';
import type { LivenessBench } from './liveness';
import { createMosquitto, findMosquitto } from '../rig/network/brokers/mosquitto';
import type { Mosquitto } from '../rig/network/brokers/mosquitto';
import type { WorldOptions } from '../rig/world';

const noMosquitto = findMosquitto() ? false : 'mosquitto is not installed';

/** Seconds in `responseTime`, and what it may take beyond that to be told: a tick, the way, a busy PC. */
const RESPONSE = 2;
const SLACK = 6;

async function bench(t: TestContext, options: Partial<WorldOptions>): Promise<LivenessBench> {
  const started = await startBench(options);
  t.after(() => started.stop());
  return started;
}

async function hostile(t: TestContext, habit?: Habit): Promise<HostileBroker> {
  const broker = await startHostileBroker(habit);
  t.after(() => broker.stop());
  return broker;
}

async function mosquitto(t: TestContext, settings?: string[]): Promise<Mosquitto> {
  const broker = await createMosquitto(settings);
  t.after(() => broker.close());
  await broker.start();
  return broker;
}

/** A client on the PC and all that it hears on a filter, as topics. */
async function listener(t: TestContext, { port }: { readonly port: number }, filter: string) {
  const client = await connectAsync(`mqtt://127.0.0.1:${String(port)}`, { reconnectPeriod: 200 });
  const topics: string[] = [];
  client.on('error', () => undefined);
  client.on('message', (topic) => void topics.push(topic));
  await client.subscribeAsync(filter, { qos: 1 });
  t.after(() => client.endAsync(true));
  return { client, topics };
}

function at({ port }: { readonly port: number }): { host: string; port: number } {
  return { host: '127.0.0.1', port };
}

/** Connected, running, and subscribed to what the application wants. */
async function settled(world: LivenessBench): Promise<void> {
  await world.status(Status.RUNNING, undefined, WITHIN, 0);
}

describe('a broker that misbehaves', { concurrency: 4 }, () => {
  test('closes just after CONNACK for ever: pauses grow, and it is told what it may be', async (t) => {
    const broker = await hostile(t, closesAtOnce);
    const world = await bench(t, { broker, net: { netTimeout: 8 } });
    await until('a connection', () => broker.visits.length);
    const offline = world.status(Status.NO_NET, undefined, 30_000, 0);
    const hint = world.status(Status.BROKER_FAIL, /another client with this id/, 30_000, 0);
    await sleep(30_000);
    // Pauses of 1, 2, 4, 8 and 16 s, each a quarter more or less.
    assert.ok(broker.visits.length <= 8, `${String(broker.visits.length)} connections in 30 s`);
    assert.ok(broker.visits.length >= 4, `${String(broker.visits.length)} connections in 30 s`);
    const gaps = broker.visits.slice(1).map(({ begin }, i) => begin - (broker.visits[i]?.begin ?? 0));
    assert.ok((gaps.at(-1) ?? 0) > 2 * (gaps[0] ?? 0), `pauses of ${gaps.join(', ')} ms`);
    await Promise.all([offline, hint]);
    broker.habit = undefined;
    world.order("publish('good/1','x',1)");
    await world.next(/^done good\/1 true/);
    assert.equal(await world.ask('link.running()'), true);
  });

  test(
    'mosquitto closes on what is longer than it takes: that is put aside, also in flash, all else flows in order',
    { skip: noMosquitto },
    async (t) => {
      const broker = await mosquitto(t, ['max_packet_size 200']);
      const { topics } = await listener(t, broker, 'out/#');
      const world = await bench(t, { broker: at(broker), net: { persist: true } });
      await settled(world);
      for (const n of [1, 2]) world.order(`publish('out/${String(n)}','good',1)`);
      // 301 bytes of payload.
      world.order("publish('out/long',new Array(302).join('x'),1)");
      for (const n of [3, 4, 5, 6, 7, 8]) world.order(`publish('out/${String(n)}','good',1)`);
      await world.status(Status.PUB_FAIL, /out\/long$/, 2 * WITHIN, 0);
      await world.next(/^done out\/8 true/, 2 * WITHIN, 0);
      assert.equal(world.all(/^done out\/long false/).length, 1);
      assert.equal(world.all(/^status 29/).length, 1);
      assert.deepEqual(
        [...new Set(topics)],
        [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `out/${String(n)}`),
      );
      const counts = (await world.ask('link.counts()')) as { refused: number };
      assert.equal(counts.refused, 1);
      // It takes flash some seconds to follow.
      const contents = async (): Promise<string> => {
        const files = await world.pair.storage('host');
        return Object.entries(files)
          .filter(([name]) => name !== '.bootcde' && name !== 'mqttlink')
          .map(([, data]) => data)
          .join('\n');
      };
      await until('flash without it', async () => !(await contents()).includes('xxxxxxxx'), 15_000);
      const from = world.lines.length;
      world.pair.restart('host');
      await world.status(Status.RUNNING, undefined, WITHIN, from);
      assert.deepEqual(await world.ask('link.pubqTopics()'), []);
      world.order("publish('out/9','good',1)");
      await world.next(/^done out\/9 true/);
      assert.equal(world.lines.slice(from).filter(({ text }) => /^status (8|29) /.test(text)).length, 0);
    },
  );

  test('closes on one topic: that publication is put aside and named, all else flows in order', async (t) => {
    const broker = await hostile(t, closesOnTopic('out/3'));
    const world = await bench(t, { broker, net: { filters: ['in/#'] } });
    await settled(world);
    for (let n = 1; n <= 12; n++) world.order(`publish('out/${String(n)}','x',1)`);
    await world.status(Status.PUB_FAIL, /out\/3$/, 2 * WITHIN, 0);
    await world.next(/^done out\/12 true/, 2 * WITHIN, 0);
    assert.deepEqual(
      broker.topics('out'),
      Array.from({ length: 12 }, (_, n) => `out/${String(n + 1)}`),
    );
    assert.deepEqual(
      world.all(/^done /).map(({ text }) => text),
      // Put aside only when it was alone, so before those behind it.
      Array.from({ length: 12 }, (_, n) => `done out/${String(n + 1)} ${String(n !== 2)}`),
    );
    assert.equal(((await world.ask('link.counts()')) as { refused: number }).refused, 1);
    broker.publish('in/1', 'still', 0);
    await world.next(/^got in\/1/, WITHIN, 0);
  });

  test('closes on one subscription: that is put aside and named, all else flows', async (t) => {
    const broker = await hostile(t, closesOnFilter('bad/#'));
    const world = await bench(t, { broker, net: { filters: ['one/#', 'bad/#', 'two/#'] } });
    await settled(world);
    for (let n = 1; n <= 8; n++) world.order(`publish('out/${String(n)}','x',1)`);
    await world.status(Status.SUB_FAIL, /bad\/#$/, 2 * WITHIN, 0);
    await world.next(/^done out\/8 true/, 2 * WITHIN, 0);
    assert.deepEqual(
      world.all(/^done /).map(({ text }) => text),
      Array.from({ length: 8 }, (_, n) => `done out/${String(n + 1)} true`),
    );
    assert.equal(world.all(/^status 29 /).length, 0, 'a publication was blamed');
    broker.publish('one/1', 'x', 0);
    broker.publish('two/1', 'x', 0);
    await Promise.all([world.next(/^got one\/1/, WITHIN, 0), world.next(/^got two\/1/, WITHIN, 0)]);
  });

  test('answers pings and owes PUBACKs, SUBACK or UNSUBACK: it is left, with what it owes, and told again', async (t) => {
    const broker = await hostile(t);
    const world = await bench(t, {
      broker,
      net: { responseTime: RESPONSE, filters: ['in/#'], keepAlive: 8 },
    });
    await settled(world);
    const cases: [what: string, habit: Habit, orders: string[], detail: RegExp, after: RegExp | undefined][] =
      [
        ['all PUBACKs', owes('publish'), ["publish('a/1','x',1)"], /no PUBACK for a\/1/, /^done a\/1 true/],
        [
          'one PUBACK of four',
          owes('publish', 'b/3'),
          [1, 2, 3, 4].map((n) => `publish('b/${String(n)}','x',1)`),
          /no PUBACK for b\/3/,
          /^done b\/3 true/,
        ],
        [
          'SUBACK',
          owes('subscribe'),
          ["link.subscribe('c/#',heard,1)"],
          /no answer to a subscription/,
          undefined,
        ],
        [
          'UNSUBACK',
          owes('unsubscribe'),
          ["link.unsubscribe('c/#')"],
          /no answer to a subscription/,
          undefined,
        ],
      ];
    for (const [what, habit, orders, detail, after] of cases) {
      const visits = broker.visits.length;
      const from = world.lines.length;
      const begin = Date.now();
      broker.habit = habit;
      for (const order of orders) world.order(order);
      const { at: told } = await world.status(Status.BROKER_FAIL, detail, WITHIN, from);
      assert.ok(told - begin < (RESPONSE + SLACK) * 1000, `${what}: told after ${String(told - begin)} ms`);
      broker.habit = undefined;
      await until(`${what}: a new connection`, () => broker.visits.length > visits);
      const visit = broker.visits.at(-1);
      if (after) await world.next(after, WITHIN, from);
      if (what === 'SUBACK') await until('subscribed', () => visit?.filters.has('c/#'));
      // With a clean session the broker has forgotten it: what counts is that it is not there again.
      if (what === 'UNSUBACK') {
        await until('subscribed', () => visit?.filters.has('in/#'));
        assert.ok(!subscribed(visit).includes('c/#'));
      }
      assert.equal(
        world.lines.slice(from).filter(({ text }) => /^status (11|27) /.test(text)).length,
        0,
        what,
      );
    }
  });

  test('answers no ping while a byte a second comes: it is left', async (t) => {
    const broker = await hostile(t, drips());
    const world = await bench(t, { broker, net: { keepAlive: 4 } });
    await until('a ping', () => broker.visits[0]?.packets.some(({ cmd }) => cmd === 'pingreq'));
    const begin = Date.now();
    const { at: told } = await world.status(Status.BROKER_FAIL, /no PINGRESP/, WITHIN, 0);
    assert.ok(told - begin < (4 * 1.5 + 4) * 1000, `after ${String(told - begin)} ms`);
    broker.habit = undefined;
    await until('a new connection', () => broker.visits.length > 1);
    world.order("publish('out/1','x',1)");
    await world.next(/^done out\/1 true/);
  });

  test('has sent with QoS 2 to an earlier program with this identifier: each comes once', async (t) => {
    const broker = await hostile(t, resumesQos2(77, 'old/topic', 'once', 78));
    const net = { cleanSession: false, clientId: 'board', filters: ['old/#'] };
    const world = await bench(t, { broker, net });
    await world.next(/^got old\/topic 2 4 once/, WITHIN, 0);
    await until('both released', () => {
      const done = (broker.visits[0]?.packets ?? []).flatMap((p) =>
        p.cmd === 'pubcomp' ? [p.messageId] : [],
      );
      return done.includes(77) && done.includes(78);
    });
    broker.publish('old/last', 'x', 1);
    await world.next(/^got old\/last/, WITHIN, 0);
    assert.equal(world.all(/^got old\/topic/).length, 1);
    assert.equal(broker.visits.length, 1);
  });

  test('says "session present" and has forgotten the subscription, or was asked for a clean one', async (t) => {
    for (const cleanSession of [false, true]) {
      const broker = await hostile(t);
      const world = await bench(t, { broker, net: { cleanSession, clientId: 'board', filters: ['in/#'] } });
      await settled(world);
      await until('subscribed', () => broker.visits[0]?.filters.has('in/#'));
      broker.habit = claimsSession;
      const from = world.lines.length;
      broker.visits[0]?.close();
      await world.status(Status.BROKER_OK, cleanSession ? /0$/ : /1$/, WITHIN, from);
      await until('subscribed again', () => broker.visits[1]?.filters.has('in/#'));
      broker.publish('in/1', 'x', 1);
      await world.next(/^got in\/1/, WITHIN, 0);
      assert.equal(connectOf(broker.visits[1])?.clean, cleanSession);
      assert.equal(broker.visits.length, 2);
    }
  });

  test('of two brokers the first is dead, then the second: each time the other one serves', async (t) => {
    const [first, second] = [createBroker(), createBroker()];
    await first.start();
    await second.start();
    t.after(() => Promise.all([first.stop(), second.stop()]));
    await first.stop();
    const world = await bench(t, {
      broker: at(second),
      net: { broker: [first, second].map(({ port }) => `127.0.0.1:${String(port)}`) },
    });
    await settled(world);
    const heard = await listener(t, second, 'out/#');
    world.order("publish('out/1','x',1)");
    await until('at the second', () => heard.topics.includes('out/1'));
    const from = world.lines.length;
    await first.start();
    const other = await listener(t, first, 'out/#');
    await second.stop();
    await world.status(Status.BROKER_OK, undefined, WITHIN, from);
    world.order("publish('out/2','x',1)");
    await until('at the first', () => other.topics.includes('out/2'));
  });

  test('sends retained messages in a burst: all arrive; and a flood is accounted for', async (t) => {
    // A target that a busy PC holds up must not be reset: it would forget how many it has dropped.
    const timeout = 20;
    const broker = createBroker();
    await broker.start();
    t.after(() => broker.stop());
    const { client } = await listener(t, broker, 'nothing');
    for (const many of [10, 40])
      for (let n = 0; n < many; n++)
        await client.publishAsync(`kept${String(many)}/${String(n)}`, 'eleven byte', { retain: true });
    const world = await bench(t, {
      broker: at(broker),
      net: { filters: ['kept10/#', 'kept40/#', 'flood'], timeout },
    });
    await settled(world);
    for (const many of [10, 40])
      await until(
        `${String(many)} retained messages`,
        () => world.all(new RegExp(`^got kept${String(many)}/`)).length >= many,
      ).catch((error: Error) => {
        const came = world.all(new RegExp(`^got kept${String(many)}/`)).length;
        throw new Error(`${error.message}; ${String(came)} came`);
      });
    assert.equal(world.all(/^got kept/).length, 50);
    const flood = 200;
    for (let n = 0; n < flood; n++) client.publish('flood', Buffer.alloc(40, n & 255));
    await client.publishAsync('flood', 'end', { qos: 1 });
    let counts = { received: 0, dropped: 0 };
    await until('all accounted for', async () => {
      await sleep(1000);
      counts = (await world.ask('link.counts()')) as typeof counts;
      return counts.received + counts.dropped >= 50 + flood + 1;
    }).catch((error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify(counts)}`);
    });
    assert.equal(counts.received + counts.dropped, 50 + flood + 1);
    assert.deepEqual(
      world.all(/^status (8|11|27) /).map(({ text }) => text),
      [],
      'the connection or the target was lost',
    );
  });

  test('messages as long as the link carries pass, both ways; with `maxMessage` 512 longer ones are named', async (t) => {
    const broker = createBroker();
    await broker.start();
    t.after(() => broker.stop());
    const { client, topics } = await listener(t, broker, 'out/#');
    const world = await bench(t, { broker: at(broker), net: { filters: ['in/#'] } });
    await settled(world);
    const small = await bench(t, {
      broker: at(broker),
      net: { filters: ['in/#'], maxMessage: 512, clientId: 'small' },
    });
    await settled(small);
    // Topic and payload, which is what host/README.md counts.
    for (const length of [1017, 1018]) {
      const topic = `out/${String(length)}`;
      world.order(`publish('${topic}',new Array(${String(length - topic.length + 1)}).join('y'),1)`);
      await world.next(new RegExp(`^done ${topic} true`), WITHIN, 0);
      assert.ok(topics.includes(topic));
      const inward = `in/${String(length)}`;
      const tooLong = small.status(Status.TOO_LONG, new RegExp(inward), WITHIN, 0);
      await client.publishAsync(inward, Buffer.alloc(length - inward.length, 'z'), { qos: 1 });
      await world.next(new RegExp(`^got ${inward} 1 ${String(length - inward.length)} `), WITHIN, 0);
      await tooLong;
    }
    small.order("publish('out/small',new Array(499).join('y'),1)");
    small.order("publish('out/small2',new Array(509).join('y'),1)");
    await small.next(/^done out\/small true/, WITHIN, 0);
    await small.next(/^refused out\/small2 .*508|^refused out\/small2 .*507/, WITHIN, 0);
    await client.publishAsync('in/500', Buffer.alloc(494, 'z'), { qos: 1 });
    await small.next(/^got in\/500 1 494 /, WITHIN, 0);
    assert.equal(small.all(/^status (8|11|27) /).length, 0);
    assert.equal(world.all(/^status (8|11|27) /).length, 0);
  });

  test(
    'mosquitto shares a subscription: its messages reach the callback',
    { skip: noMosquitto },
    async (t) => {
      const broker = await mosquitto(t);
      const { client } = await listener(t, broker, 'nothing');
      const world = await bench(t, { broker: at(broker), net: { filters: ['$share/group/job/+', 'ready'] } });
      await settled(world);
      const probe = setInterval(() => void client.publish('ready', ''), 300);
      await world.next(/^got ready/, WITHIN, 0).finally(() => clearInterval(probe));
      for (const n of [1, 2, 3]) await client.publishAsync(`job/${String(n)}`, 'x', { qos: 1 });
      await world.next(/^got job\/3/, WITHIN, 0);
      assert.deepEqual(
        world.all(/^got job/).map(({ text }) => text.slice(0, 9)),
        ['got job/1', 'got job/2', 'got job/3'],
      );
    },
  );
});
