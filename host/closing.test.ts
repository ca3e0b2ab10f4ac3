/**
 * Brokers that close: on one publication or subscription, just after CONNACK,
 * or for no reason that has to do with what was sent. All that is good arrives,
 * in order, and nothing good is ever put aside.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostBench } from '../tools/test-doubles/host-bench';
import { Flash, char, powerUp, running, word } from '../tools/test-doubles/host-bench';
import { Type } from '../shared/messages';
import { Flag, PacketType } from '../shared/mqtt';
import { Status } from '../shared/status';
import { createRandom } from '../tools/simulation/random';
import type { MQTTLink } from './mqttlink';
import { CALM, TRIES } from './suspects';

/** A broker that closes on some topics and filters; it takes what is sent in order, and nothing behind what it closes on. */
class Broker {
  constructor(
    private readonly bench: HostBench,
    private readonly bad: RegExp,
    private readonly session = true,
    private readonly before: () => void = () => {},
  ) {}
  /** Payloads, in order, each once. */
  readonly got: string[] = [];
  readonly filters: string[] = [];
  /** Milliseconds at which each connection began, and what was sent on it. */
  readonly connections: { at: number; sent: string[]; first: number }[] = [];

  /** Serves for so long, or until `done`. */
  async serve(ms: number, done: () => boolean = () => false): Promise<void> {
    const end = this.bench.now + ms;
    while (this.bench.now < end && !done()) {
      this.work();
      await this.bench.pass(100);
    }
  }

  private work(): void {
    const { bench } = this;
    for (let batch = bench.take(); batch.length; batch = bench.take()) {
      for (const one of batch) {
        const [kind, topic = '', payload = '', , id] = one.split(' ');
        if (kind === 'CONNECT') {
          this.connections.push({ at: bench.now, sent: [], first: 0 });
          bench.connack(this.session);
          continue;
        }
        const connection = this.connections.at(-1);
        if (kind === 'PUBLISH' || kind === 'SUBSCRIBE') {
          connection?.sent.push(topic);
          if (connection) connection.first ||= bench.now;
          if (this.bad.test(topic)) {
            bench.take();
            this.before();
            bench.drop();
            break;
          }
        }
        if (kind === 'PUBLISH') {
          if (!this.got.includes(payload)) this.got.push(payload);
          if (Number(id)) bench.acknowledge(Number(id));
        } else if (kind === 'SUBSCRIBE') {
          this.filters.push(topic);
          bench.suback(Number(one.split(' ').at(-1)));
        } else if (kind === 'UNSUBSCRIBE') bench.unsuback(Number(one.split(' ').at(-1)));
      }
    }
  }
}

function listen(link: MQTTLink, ...wanted: Status[]): string[] {
  const told: string[] = [];
  link.statusHandler((_link, status, detail) => {
    if (wanted.includes(status)) told.push(detail);
  });
  return told;
}

test('a publication that the broker closes on is put aside after so many tries, and all others arrive in order', async () => {
  for (const places of [[0], [3], [5], [11], [0, 1], [2, 3, 4, 5, 6], [0, 4, 8, 11], [...Array(12).keys()]]) {
    const { bench, link } = await running({ netTimeout: 0 }, { cleanSession: false });
    const aside = listen(link, Status.PUB_FAIL);
    const done: (boolean | undefined)[] = [];
    const broker = new Broker(bench, /^bad/);
    for (let i = 0; i < 12; i++) {
      const topic = places.includes(i) ? 'bad/' + i : 'good';
      link.publish(topic, 'n' + i, false, 1, (delivered) => {
        assert.equal(done[i], undefined, 'once');
        done[i] = delivered;
      });
    }
    await broker.serve(4e6, () => !link.pubqLen());
    const good = Array.from({ length: 12 }, (_, i) => i).filter((i) => !places.includes(i));
    assert.deepEqual(
      broker.got,
      good.map((i) => 'n' + i),
      places.join(),
    );
    assert.deepEqual(
      aside,
      places.map((i) => 'bad/' + i),
      places.join(),
    );
    assert.deepEqual(
      done,
      Array.from({ length: 12 }, (_, i) => !places.includes(i)),
    );
    assert.equal(link.counts().refused, places.length);
    assert.equal(bench.levels.length, 2, 'no reason to reset the target');
    // It is sent no more, and others go as ever.
    link.publish('good', 'after', false, 1);
    await broker.serve(70000);
    assert.equal(broker.got.at(-1), 'after');
  }
});

test('the culprit is found also where each connection is to be left for want of room when the broker closes it', async () => {
  const { bench, link } = await running({ netTimeout: 0 }, { cleanSession: false });
  const aside = listen(link, Status.PUB_FAIL);
  const broker = new Broker(bench, /^bad/, true, () => {
    bench.deliver('in', 'x', Flag.QOS1, 7);
    bench.message(char(Type.FULL, PacketType.PUBLISH | Flag.QOS1) + word(8));
    assert.ok(bench.take().includes('LEAVE'));
  });
  link.subscribe('in', () => {}, 1);
  for (let i = 0; i < 4; i++) link.publish(i ? 'good' : 'bad', 'n' + i, false, 1);
  await broker.serve(4e6, () => !link.pubqLen());
  assert.deepEqual([aside, broker.got], [['bad'], ['n1', 'n2', 'n3']]);
});

test('while it looks for the culprit it sends one at a time, on connections that are calm', async () => {
  const { bench, link } = await running({ netTimeout: 0 }, { cleanSession: false });
  const broker = new Broker(bench, /^bad/);
  for (let i = 0; i < 4; i++) link.publish(i ? 'good' : 'bad', 'n' + i, false, 1);
  await broker.serve(60000, () => !link.pubqLen());
  // The first connection was there before this broker.
  const alone = broker.connections.slice(1, 1 + TRIES);
  assert.equal(alone.length, TRIES);
  for (const { at, sent, first } of alone) {
    assert.deepEqual(sent.slice(0, 1), ['bad']);
    assert.ok(first - at >= CALM * 1000 - 1000, `${first - at} ms`);
  }
  for (const { sent } of alone.slice(0, -1)) assert.equal(sent.length, 1);
});

test('with persist its record is erased, and it does not come back after a restart', async () => {
  const storage = new Flash();
  const first = powerUp({ persist: true, netTimeout: 0 }, { cleanSession: false }, storage);
  first.link.publish('bad', 'n0', false, 1);
  first.link.publish('good', 'n1', false, 1);
  await first.bench.pass(100);
  first.bench.leave();
  assert.equal(storage.files.size, 1);
  const { bench, link } = await running({ persist: true, netTimeout: 0 }, { cleanSession: false }, storage);
  assert.equal(link.pubqLen(), 2);
  bench.outage(1);
  bench.take();
  await bench.reach(true);
  const broker = new Broker(bench, /^bad/);
  await broker.serve(200000, () => !link.pubqLen());
  await bench.pass(10000);
  assert.deepEqual([broker.got, link.counts().refused], [['n1'], 1]);
  assert.equal(storage.files.size, 0);
});

test('a subscription that the broker closes on is put aside, and the others stand', async () => {
  for (const place of [0, 1, 2]) {
    const { bench, link } = await running({ netTimeout: 0 }, { cleanSession: false });
    const aside = listen(link, Status.SUB_FAIL);
    const broker = new Broker(bench, /^bad/);
    for (let i = 0; i < 3; i++) link.subscribe(i === place ? 'bad/#' : 'good/' + i, () => {});
    link.publish('t', 'n', false, 1);
    await broker.serve(100000, () => broker.got.length > 0 && aside.length > 0);
    await broker.serve(5000);
    assert.deepEqual([aside, broker.got], [['bad/#'], ['n']]);
    assert.deepEqual(
      new Set(broker.filters),
      new Set([0, 1, 2].filter((i) => i !== place).map((i) => 'good/' + i)),
    );
    assert.ok(link.running());
    // On the next connection it is not asked for, until it is set anew.
    bench.drop();
    await broker.serve(70000);
    assert.ok(!broker.connections.at(-1)?.sent.includes('bad/#'));
    link.subscribe('bad/#', () => {});
    await broker.serve(1000);
    assert.ok(
      broker.connections.at(-2)?.sent.includes('bad/#') || broker.connections.at(-1)?.sent.includes('bad/#'),
    );
  }
});

test('several bad subscriptions among good ones: each is found, wherever it stands', async () => {
  const { bench, link } = await running({ netTimeout: 0 }, { cleanSession: false });
  const aside = listen(link, Status.SUB_FAIL, Status.PUB_FAIL);
  const broker = new Broker(bench, /^bad/);
  for (let i = 0; i < 10; i++) link.subscribe([2, 3, 7, 9].includes(i) ? 'bad/' + i : 'good/' + i, () => {});
  link.publish('t', 'n', false, 1);
  await broker.serve(4e6, () => broker.got.length > 0);
  assert.deepEqual([aside, broker.got], [['bad/2', 'bad/3', 'bad/7', 'bad/9'], ['n']]);
  // Good ones are told together again.
  await broker.serve(20000);
  bench.drop();
  await broker.serve(70000);
  const last = broker.connections.at(-1);
  assert.equal(last?.sent.length, 6);
  assert.equal(last.first, last.at);
});

test('connections that end with another subscription alone in flight each time put none aside', async () => {
  const { bench, link } = await running({ netTimeout: 0 }, { cleanSession: false });
  const aside = listen(link, Status.SUB_FAIL);
  for (let i = 0; i < 6; i++) link.subscribe('good/' + i, () => {});
  bench.take();
  bench.drop();
  await bench.connect(true);
  bench.take();
  bench.drop();
  for (let i = 0; i < 6; i++) {
    await bench.connect(true);
    await bench.pass(5000);
    for (let k = 0; k < i; k++) bench.suback(bench.ids('SUBSCRIBE').at(-1) ?? 0);
    assert.equal(bench.take().length, i + 1, 'one after the other');
    bench.drop();
  }
  assert.deepEqual(aside, []);
});

test('a network that fails at any time, for hours, has no subscription and no publication put aside', async () => {
  const random = createRandom(3);
  const { bench, link } = await running({ netTimeout: 0 }, { cleanSession: false });
  const aside = listen(link, Status.SUB_FAIL, Status.PUB_FAIL);
  const broker = new Broker(bench, /^bad/);
  for (let i = 0; i < 5; i++) link.subscribe('good/' + i, () => {});
  let n = 0;
  for (let i = 0; i < 400; i++) {
    for (let k = 0; k < 2; k++) if (link.pubqLen() < 90) link.publish('good', 'n' + n++, false, 1);
    // What is in flight at the time is lost with it.
    if (random() < 0.5) bench.take();
    bench.drop();
    await broker.serve(random() * 90000);
  }
  await broker.serve(200000, () => !link.pubqLen());
  assert.deepEqual(aside, []);
  assert.deepEqual(
    broker.got,
    Array.from({ length: n }, (_, i) => 'n' + i),
  );
});

test('never is a good one put aside: Wi-Fi that flaps, ends before it was calm, ends for want of an answer', async () => {
  const ends: ((bench: HostBench) => Promise<void> | void)[] = [
    (bench) => {
      bench.status(Status.WIFI_DOWN, 'home');
      bench.drop();
      bench.status(Status.WIFI_UP, 'home');
    },
    async (bench) => {
      await bench.pass(5000);
      bench.status(Status.WIFI_DOWN, 'home');
      bench.drop();
      bench.status(Status.WIFI_UP, 'home');
    },
    // With what was sent at once when it connected.
    (bench) => bench.drop(),
    async (bench) => {
      await bench.pass(9000);
      bench.drop('no PINGRESP');
    },
    async (bench) => {
      await bench.pass(5000);
      bench.drop('no PINGRESP');
    },
    async (bench) => {
      await bench.pass(11500);
      assert.ok(bench.take().includes('LEAVE'));
      bench.drop('no room');
    },
  ];
  for (const [i, end] of ends.entries()) {
    const { bench, link } = await running({ netTimeout: 0 }, { cleanSession: false });
    const aside = listen(link, Status.PUB_FAIL, Status.SUB_FAIL);
    link.subscribe('in', () => {});
    for (let n = 0; n < 6; n++) link.publish('t', 'n' + n, false, 1);
    for (let n = 0; n < 30; n++) {
      await end(bench);
      await bench.asked();
      bench.connack(true);
      bench.sent.splice(0);
    }
    assert.deepEqual([aside, link.pubqLen()], [[], 6], `end ${i}`);
    // And when the network is good again all of them go.
    bench.drop('no PINGRESP');
    const broker = new Broker(bench, /^bad/);
    await broker.serve(100000, () => !link.pubqLen());
    assert.deepEqual(broker.got, ['n0', 'n1', 'n2', 'n3', 'n4', 'n5'], `end ${i}`);
  }
});

test('a broker that closes just after CONNACK for ever: pauses grow, NO_NET comes, and a hint', async () => {
  const { bench, link } = await running({ netTimeout: 120 });
  await bench.pass(20000);
  const told: [number, number, string][] = [];
  link.statusHandler((_link, status, detail) => {
    if (status === Status.NO_NET || status === Status.BROKER_FAIL) told.push([status, bench.now, detail]);
  });
  bench.drop();
  const pauses: number[] = [];
  for (let i = 0; i < 12; i++) {
    pauses.push(Math.round((await bench.asked()) / 1000));
    bench.connack();
    assert.ok(link.running());
    bench.drop();
  }
  assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60]);
  assert.ok(told.filter(([status]) => status === Status.NO_NET).length >= 2);
  const details = told.filter(([status]) => status === Status.BROKER_FAIL).map(([, , detail]) => detail);
  assert.deepEqual(details.slice(0, 5), [
    'connection closed',
    'connection closed',
    'connection closed',
    'connection closed: closed 3 times just after CONNACK: another client with this id?',
    'connection closed: closed 4 times just after CONNACK: another client with this id?',
  ]);
  // One that stands, but for no longer than the pause that it cost, is not good yet.
  await bench.asked();
  bench.connack();
  await bench.pass(20000);
  bench.drop();
  assert.equal(Math.round((await bench.asked()) / 1000), 60);
  bench.connack();
  await bench.pass(31000);
  bench.drop();
  assert.equal(Math.round((await bench.asked()) / 1000), 1);
});

test('pauses differ from board to board, by a quarter at most', async () => {
  for (const [random, seconds] of [
    [0, 0.75],
    [0.999, 1.25],
  ] as const) {
    const { bench } = await running();
    (bench.board as { _random: () => number })._random = () => random;
    await bench.pass(20000);
    bench.drop();
    assert.ok(Math.abs((await bench.asked()) / 1000 - seconds) <= 0.1);
  }
});

test('a list of brokers: the next one after a second, pauses between rounds, the first again after a good one', async () => {
  const { bench, link } = powerUp({ netTimeout: 0 }, { broker: ['one', 'two:1884', 'three'] });
  const asked: string[] = [];
  const failed: string[] = [];
  link.statusHandler((_link, status, detail) => {
    if (status === Status.BROKER_CHECK) asked.push(detail);
    if (status === Status.BROKER_FAIL) failed.push(detail);
  });
  await bench.begin();
  bench.status(Status.WIFI_UP, 'home');
  const pauses: number[] = [];
  for (let i = 0; i < 7; i++) {
    pauses.push(Math.round((await bench.asked()) / 1000));
    bench.drop('connection refused');
  }
  assert.deepEqual(asked, ['one', 'two', 'three', 'one', 'two', 'three', 'one']);
  assert.deepEqual(pauses, [0, 1, 1, 1, 1, 1, 2]);
  await bench.connect(false);
  assert.deepEqual(asked.splice(7), ['two']);
  await bench.pass(15000);
  bench.drop();
  await bench.connect(false);
  assert.deepEqual(asked.splice(7), ['one'], 'the first again');
  await bench.pass(3000);
  bench.drop();
  await bench.connect(false);
  assert.deepEqual(asked.splice(7), ['two'], 'one that was not good counts as failed');
  // One that refuses is one that failed.
  await bench.pass(100);
  bench.drop();
  await bench.asked();
  bench.connack(false, 3);
  bench.drop();
  await bench.asked();
  assert.deepEqual(asked.splice(7), ['three', 'one']);
});

test('QoS 0 that a broker closes on is gone with the connection, and stops nothing', async () => {
  const { bench, link } = await running({ netTimeout: 0 }, { cleanSession: false });
  const aside = listen(link, Status.PUB_FAIL);
  const broker = new Broker(bench, /^bad/);
  for (let i = 0; i < 8; i++) link.publish(i % 2 ? 'bad' : 'good', 'n' + i, false, i % 2 ? 0 : 1);
  await broker.serve(300000, () => !link.pubqLen());
  assert.deepEqual(broker.got, ['n0', 'n2', 'n4', 'n6']);
  assert.deepEqual(aside, []);
});

test('QoS 1 behind QoS 0 that a broker closes on is not taken for the culprit', async () => {
  const { bench, link } = await running({ netTimeout: 0 }, { cleanSession: false });
  const aside = listen(link, Status.PUB_FAIL);
  const broker = new Broker(bench, /^bad/);
  for (let i = 0; i < 40; i++) {
    link.publish('bad', 'x' + i);
    link.publish('good', 'n' + i, false, 1);
  }
  await broker.serve(4e6, () => !link.pubqLen());
  assert.deepEqual(aside, []);
  assert.deepEqual(
    broker.got,
    Array.from({ length: 40 }, (_, i) => 'n' + i),
  );
});
