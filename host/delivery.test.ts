/**
 * Messages from the broker, and what belongs to them: QoS 2, sessions, what
 * is too long or finds no room; and the limits of what is sent.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Flash, char, powerUp, running, word } from '../tools/test-doubles/host-bench';
import { Down } from '../shared/link';
import { Type, encodeHello } from '../shared/messages';
import { Flag, Granted, PacketType } from '../shared/mqtt';
import { Status } from '../shared/status';
import type { MQTTLink } from './mqttlink';

function listen(link: MQTTLink): string[] {
  const told: string[] = [];
  const usual = [Status.BROKER_CHECK, Status.RUNNING, Status.WIFI_UP];
  link.statusHandler((_link, status, detail) => {
    if (!usual.includes(status)) told.push(`${status} ${detail}`);
  });
  return told;
}

const pubrel = (id: number): string => char(PacketType.PUBREL) + word(id);

test('QoS 2: delivered once, acknowledged in two steps, and known over connections and runs of a kept session', async () => {
  const got: string[] = [];
  const { bench, link } = await running({}, { cleanSession: false });
  link.subscribe('a', (_topic, message, _retained, qos) => got.push(message + qos), 1);
  bench.suback(1, 1);
  bench.take();
  bench.deliver('a', 'x', Flag.QOS2, 5);
  assert.deepEqual(bench.take(), ['PUBREC 5']);
  bench.deliver('a', 'x', Flag.QOS2 | Flag.DUP, 5);
  assert.deepEqual(bench.take(), ['PUBREC 5']);
  bench.drop();
  await bench.connect(true);
  bench.take();
  bench.deliver('a', 'x', Flag.QOS2 | Flag.DUP, 5);
  bench.down(Down.SILENT);
  await bench.begin();
  await bench.reach(true);
  bench.take();
  bench.deliver('a', 'x', Flag.QOS2 | Flag.DUP, 5);
  assert.deepEqual([got, link.counts().received], [['x2'], 1]);
  bench.take();
  bench.message(pubrel(5));
  bench.message(pubrel(5));
  assert.deepEqual(bench.take(), ['PUBCOMP 5', 'PUBCOMP 5']);
  bench.deliver('a', 'y', Flag.QOS2, 5);
  assert.deepEqual(got, ['x2', 'y2'], 'the identifier is free again');
  // Only the broker that began it knows of it.
  bench.drop();
  await bench.connect(false);
  bench.deliver('a', 'z', Flag.QOS2, 5);
  assert.deepEqual(got, ['x2', 'y2', 'z2']);
});

test('QoS 2 that nobody has subscribed to is acknowledged in the end, and dropped once', async () => {
  const { bench, link } = await running({}, { cleanSession: false });
  bench.deliver('old', 'x', Flag.QOS2, 6);
  assert.deepEqual(bench.take(), []);
  await bench.pass(6000);
  assert.deepEqual(bench.take(), ['PUBREC 6']);
  bench.deliver('old', 'x', Flag.QOS2 | Flag.DUP, 6);
  assert.deepEqual(bench.take(), ['PUBREC 6']);
  assert.deepEqual([link.counts().dropped, link.counts().received], [1, 0]);
});

test('PUBREC for what an earlier program sent with QoS 2 is answered, and a PUBCOMP is nothing', async () => {
  const { bench, link } = await running({}, { cleanSession: false });
  bench.message(char(PacketType.PUBREC) + word(300));
  assert.deepEqual(bench.take(), ['PUBREL 300']);
  bench.message(char(PacketType.PUBCOMP) + word(300));
  assert.deepEqual(bench.take(), []);
  assert.ok(link.running());
});

test('the listeners of connect are told at each connection, and of a session only where one is kept', async () => {
  const { bench, link } = await running({}, { cleanSession: false });
  const told = listen(link);
  bench.drop();
  await bench.connect(true);
  bench.drop();
  await bench.connect(false);
  assert.deepEqual(bench.connects, [false, true, false]);
  assert.deepEqual(
    told.filter((one) => one.startsWith(Status.BROKER_OK + ' ')),
    [`${Status.BROKER_OK} 1`, `${Status.BROKER_OK} 0`],
  );
});

test('a session that a broker claims to have kept of a clean one is not believed', async () => {
  const { bench, link } = await running();
  const told = listen(link);
  link.subscribe('a', () => {}, 1);
  bench.suback(1, 1);
  link.publish('t', 'x', false, 1);
  bench.deliver('a', 'x', Flag.QOS2, 5);
  bench.drop();
  bench.take();
  await bench.connect(true);
  assert.deepEqual(told.at(-1), `${Status.BROKER_OK} 0`);
  assert.deepEqual(bench.connects, [false, false]);
  assert.deepEqual(bench.take(), ['SUBSCRIBE a 1 3', 'PUBLISH t x 2 2'], 'all anew, nothing as a duplicate');
  bench.deliver('a', 'y', Flag.QOS2, 5);
  assert.equal(link.counts().received, 2);
});

test('CONNACK a second time, and packets before it or without a connection, are for nobody', async () => {
  const { bench, link } = await running();
  link.publish('t', 'x', false, 1);
  bench.take();
  bench.connack();
  assert.deepEqual(bench.take(), []);
  assert.equal(bench.connects.length, 1);
  bench.drop();
  bench.drop();
  bench.acknowledge(1);
  bench.deliver('a', '', Flag.QOS1, 1);
  bench.connack();
  assert.equal(link.running(), false);
  assert.equal(link.pubqLen(), 1);
  assert.deepEqual(bench.take(), []);
});

test('CUT: told with its topic, as far as it came, and acknowledged by its QoS', async () => {
  const { bench, link } = await running();
  const told = listen(link);
  const cut = (flags: number, topic: string, id = '', length = topic.length): void =>
    bench.message(char(Type.CUT, PacketType.PUBLISH | flags) + word(length) + topic + id);
  cut(0, 'zero');
  assert.deepEqual(bench.take(), []);
  cut(Flag.QOS1, 'one', word(258));
  assert.deepEqual(bench.take(), ['PUBACK 258']);
  cut(Flag.QOS2 | Flag.RETAIN, 'two', word(259));
  assert.deepEqual(bench.take(), ['PUBREC 259']);
  bench.message(pubrel(259));
  assert.deepEqual(bench.take(), ['PUBCOMP 259']);
  cut(0, 'not all of it', '', 500);
  cut(Flag.QOS1, '', word(3), 500);
  assert.deepEqual(
    told,
    ['zero', 'one', 'two', 'not all of it', ''].map((topic) => `${Status.TOO_LONG} ${topic}`),
  );
  assert.equal(link.counts().dropped, 5);
});

test('FULL with a clean session: dropped, counted, told, acknowledged, and the connection goes on', async () => {
  const { bench, link } = await running();
  const told = listen(link);
  bench.message(char(Type.FULL, PacketType.PUBLISH | Flag.QOS1) + word(258));
  bench.message(char(Type.FULL, PacketType.PUBLISH | Flag.QOS2) + word(259));
  assert.deepEqual(bench.take(), ['PUBACK 258', 'PUBREC 259']);
  assert.deepEqual(told, [`${Status.DROPPED} 1`, `${Status.DROPPED} 1`]);
  assert.equal(link.counts().dropped, 2);
  assert.ok(link.running());
});

test('FULL with a kept session: a new connection brings it again, at once while messages are taken at all', async () => {
  const { bench, link } = await running({}, { cleanSession: false });
  const told = listen(link);
  link.subscribe('a', () => {}, 1);
  bench.suback(1, 1);
  for (let i = 0; i < 5; i++) {
    bench.take();
    bench.deliver('a', 'x', Flag.QOS1, 7);
    bench.message(char(Type.FULL, PacketType.PUBLISH | Flag.QOS1) + word(8));
    assert.deepEqual(bench.take(), ['PUBACK 7', 'LEAVE'], 'what found no room is not acknowledged');
    // What comes behind it on this connection comes again too.
    bench.deliver('a', 'y', Flag.QOS1, 9);
    assert.deepEqual(bench.take(), []);
    bench.drop('no room');
    assert.ok(told.at(-1)?.startsWith(`${Status.BROKER_FAIL} no room for a message`));
    assert.ok((await bench.asked()) <= 100, 'at once');
    bench.connack(true);
  }
  assert.equal(link.counts().dropped, 0);
  assert.equal(link.counts().received, 5);
  // A target that has room for nothing is given time.
  bench.message(char(Type.FULL, PacketType.PUBLISH | Flag.QOS1) + word(8));
  bench.drop('no room');
  assert.ok((await bench.asked()) >= 1000);
});

// ---- What is sent ----

test('a target that takes less: publish refuses by its limit, and what waits is put aside', async () => {
  const { bench, link } = powerUp();
  const told = listen(link);
  const done: string[] = [];
  const add = (topic: string, length: number, qos: number): void =>
    link.publish(topic, 'x'.repeat(length), false, qos, (delivered) => done.push(`${topic} ${delivered}`));
  add('fits', 190, 1);
  add('long1', 300, 1);
  add('long0', 300, 0);
  add('more', 10, 1);
  link.subscribe('s'.repeat(300), () => {});
  link.subscribe('s', () => {});
  await bench.pass(100);
  bench.up();
  bench.message(encodeHello(200, '\0\x050-1-2'));
  await bench.reach();
  const sent = bench.take().slice(2);
  assert.deepEqual(
    sent.map((one) => one.split(' ').slice(0, 2).join(' ')),
    ['SUBSCRIBE s', 'PUBLISH fits', 'PUBLISH more'],
  );
  assert.deepEqual(
    told.filter((one) => !one.startsWith(Status.BROKER_OK + ' ')),
    [`${Status.SUB_FAIL} ${'s'.repeat(300)}`, `${Status.PUB_FAIL} long1`, `${Status.PUB_FAIL} long0`],
  );
  for (const id of [Number(sent[1]?.split(' ').at(-1)), Number(sent[2]?.split(' ').at(-1))])
    bench.acknowledge(id);
  assert.deepEqual(done, ['long1 false', 'long0 false', 'fits true', 'more true']);
  assert.deepEqual([link.counts().refused, link.pubqLen()], [2, 0]);
  assert.throws(() => add('t', 195, 1), {
    message: 'length of topic and message is 196. Allowed: at most 195 bytes',
  });
  assert.throws(() => link.subscribe('s'.repeat(195), () => {}), {
    message: 'length of filter is 195. Allowed: at most 194 bytes',
  });
  add('t', 194, 1);
  link.subscribe('s'.repeat(194), () => {});
  assert.equal(bench.take().length, 2);
});

test('topics up to the limit, at each QoS, out and in', async () => {
  const { bench, link } = await running();
  const got: [number, number][] = [];
  link.subscribe('#', (topic, message) => got.push([topic.length, message.length]), 1);
  bench.suback(1, 1);
  for (const length of [1016, 1017, 1018, 1019]) {
    const topic = 't'.repeat(length);
    for (const qos of [0, 1]) {
      bench.take();
      link.publish(topic, 'x'.repeat(1019 - length), false, qos);
      const id = bench.ids('PUBLISH')[0] ?? 0;
      assert.deepEqual(bench.take(), [`PUBLISH ${topic} ${'x'.repeat(1019 - length)} ${2 * qos} ${id}`]);
      if (qos) bench.acknowledge(id);
      assert.throws(
        () => link.publish(topic, 'x'.repeat(1020 - length), false, qos),
        /length of topic and message/,
      );
    }
    for (const qos of [0, 1, 2]) bench.deliver(topic, 'x', qos * Flag.QOS1, 3 + length);
  }
  assert.deepEqual(
    got,
    [1016, 1017, 1018, 1019].flatMap((length) => Array<[number, number]>(3).fill([length, 1])),
  );
  assert.throws(() => link.publish('t'.repeat(1020), ''), /length of topic and message is 1020/);
  for (const length of [1017, 1018]) link.subscribe('f'.repeat(length), () => {});
  assert.throws(() => link.subscribe('f'.repeat(1019), () => {}), /length of filter is 1019/);
  assert.equal(link.pubqLen(), 0);
});

test('pubqTopics lists what waits, pubqClear empties it: in flight, in Storage, and behind', async () => {
  const storage = new Flash();
  const { bench, link } = await running({ persist: true }, {}, storage);
  const done: string[] = [];
  await bench.outage(1);
  for (const [topic, qos] of [
    ['a', 1],
    ['b', 0],
    ['c', 1],
    ['a', 1],
  ] as const)
    link.publish(topic, 'x', false, qos, (delivered) => done.push(topic + delivered));
  assert.deepEqual(link.pubqTopics(), ['a', 'b', 'c', 'a']);
  await bench.outage(10000);
  assert.ok(storage.files.size > 0);
  await bench.reach();
  bench.take();
  assert.deepEqual(link.pubqTopics(), ['a', 'c', 'a'], 'QoS 0 is gone when it is sent');
  assert.equal(link.pubqClear(), 3);
  bench.room();
  assert.deepEqual(done.sort(), ['afalse', 'afalse', 'btrue', 'cfalse']);
  assert.deepEqual([link.pubqTopics(), link.pubqLen(), link.pubqClear()], [[], 0, 0]);
  await bench.pass(1000);
  assert.equal(storage.files.size, 0);
  // Acknowledgements that come late are for nobody, and nothing is owed.
  for (const id of [1, 2, 3]) bench.acknowledge(id);
  await bench.pass(30000);
  assert.ok(!bench.take().includes('LEAVE'));
  link.publish('d', '', false, 1);
  assert.deepEqual(link.pubqTopics(), ['d']);
});

test('the bytes of what was cleared are free again', async () => {
  const { link } = powerUp({ maxQueueBytes: 200 });
  for (let i = 0; i < 10; i++) {
    link.publish('t', 'x'.repeat(190), false, 1);
    assert.throws(() => link.publish('t', 'x'.repeat(100)), /bytes wait already/);
    assert.equal(link.pubqClear(), 1);
  }
});

test('shared, queue and exclusive subscriptions get what the broker sends on the topics in them', async () => {
  const { bench, link } = await running();
  const got: string[] = [];
  for (const filter of ['$share/group/a/+', '$queue/b', '$exclusive/c/#'])
    link.subscribe(filter, (topic) => got.push(`${filter} ${topic}`), 1);
  assert.deepEqual(bench.take(), [
    'SUBSCRIBE $share/group/a/+ 1 1',
    'SUBSCRIBE $queue/b 1 2',
    'SUBSCRIBE $exclusive/c/# 1 3',
  ]);
  for (const topic of ['a/x', 'b', 'c', 'c/y', 'group/a/x']) bench.deliver(topic, '', Flag.QOS1, 9);
  assert.deepEqual(got, ['$share/group/a/+ a/x', '$queue/b b', '$exclusive/c/# c', '$exclusive/c/# c/y']);
  assert.equal(link.counts().dropped, 1);
  bench.suback(1, Granted.REFUSED);
  assert.equal(link.unsubscribe('$share/group/a/+'), true);
  assert.deepEqual(bench.take().at(-1), 'UNSUBSCRIBE $share/group/a/+ 4');
});
