/**
 * MQTTLink against a scripted target: at the level of messages, with a link
 * and timers that the test drives, and once over two real ends of the link on
 * simulated wires.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostBench, HELLO, NET, PINS, char, powerUp, running, word } from '../tools/test-doubles/host-bench';
import { Down } from '../shared/link';
import type { Link } from '../shared/link';
import { Type, decodeConnect, decodeInit, encodeMemory, encodeStatus } from '../shared/messages';
import { Flag, Granted, PacketType } from '../shared/mqtt';
import { idOf, publish as packPublish, topicOf } from '../shared/packets';
import { Status } from '../shared/status';
import { createWorld } from '../tools/simulation/wires';
import { createMQTTLink } from './mqttlink';
import type { MQTTLinkClass } from './mqttlink';

test('start: reset for 100 ms, HELLO, INIT, statuses, RUNNING, userStart with its arguments', async () => {
  const calls: unknown[][] = [];
  const { bench, link } = powerUp({
    userStart: (...args: unknown[]) => calls.push(args),
    args: [1, ['two']],
  });
  assert.deepEqual(bench.levels, [0]);
  assert.equal(bench.isStarted, false);
  await bench.pass(99);
  assert.deepEqual(bench.levels, [0]);
  await bench.pass(1);
  assert.deepEqual(bench.levels, [0, 1]);
  bench.up();
  assert.deepEqual(bench.take(), ['HELLO']);
  bench.message(HELLO);
  assert.deepEqual(bench.take(), ['INIT']);
  assert.equal(decodeInit(bench.raw)?._ssid, 'home');
  bench.status(Status.DEFNET, 'home');
  assert.equal(link.wifi(), false);
  bench.status(Status.WIFI_UP, 'home');
  assert.equal(link.wifi(), true);
  await bench.pass(0);
  assert.deepEqual(bench.take(), ['CONNECT broker']);
  const connect = decodeConnect(bench.raw);
  assert.deepEqual(
    [connect?._port, connect?._keepAlive, connect?._limit, connect?._flags],
    [1883, 60, 10, 2],
  );
  assert.equal(connect?._head, '\0\x04MQTT\x04\x02\0\x3c\0\x08esp0-1-2');
  assert.equal(link.running(), false);
  assert.deepEqual(calls, []);
  bench.connack();
  assert.equal(link.running(), true);
  assert.deepEqual(calls, [[link, 1, ['two']]]);
  assert.deepEqual(bench.connects, [false]);
});

test('the will goes first and is waited for', async () => {
  let MQTTLink: MQTTLinkClass;
  const { bench } = powerUp({}, {}, undefined, (made) => {
    MQTTLink = made;
    MQTTLink.will('last/words', 'gone', true, 1);
  });
  await bench.pass(100);
  bench.up();
  bench.message(HELLO);
  assert.deepEqual(bench.take(), ['HELLO', 'WILL last/words gone']);
  bench.status(Status.WILLOK);
  assert.deepEqual(bench.take(), ['INIT']);
  bench.status(Status.WIFI_UP, 'home');
  await bench.pass(0);
  assert.deepEqual(bench.take(), ['CONNECT broker']);
  // Clean session, a will, retained, QoS 1.
  assert.equal(decodeConnect(bench.raw)?._head.charCodeAt(7), 0x2e);
  for (let attempt = 0; attempt < 3; attempt++) {
    bench.status(Status.BROKER_FAIL, 'no CONNACK');
    await bench.pass(6000);
    assert.deepEqual(bench.take(), ['WILL last/words gone', 'CONNECT broker'], 'the target keeps none');
    // Its answer comes when that CONNECT has taken the will already.
    bench.status(Status.WILLOK);
  }
  assert.throws(() => MQTTLink.will('a', 'b'), { message: 'will() has to be called before new MQTTLink()' });
});

test('a will that the link does not carry, or the broker does not take, is refused', () => {
  const refuses = (MQTTLink: MQTTLinkClass): void => {
    assert.throws(() => MQTTLink.will('a/#', 'b'), /no wildcards/);
    assert.throws(() => MQTTLink.will('a', undefined as never), /message for a is undefined/);
    assert.throws(() => MQTTLink.will('a', 'b'.repeat(1020)), {
      message: 'length of topic and message is 1021. Allowed: at most 1019 bytes',
    });
    MQTTLink.will('a', 'b'.repeat(1018));
  };
  assert.throws(() => powerUp({ maxMessage: 512 }, {}, undefined, refuses), /length of will is 1024/);
});

test('a board has one link: another is refused, unless the first was', () => {
  const bench = new HostBench();
  const MQTTLink = createMQTTLink(bench.board);
  assert.throws(() => new MQTTLink(PINS, { ...NET, ssid: '' }), /ssid is ""/);
  const link = new MQTTLink(PINS, NET, { verbose: false });
  assert.throws(() => new MQTTLink(PINS, NET), { message: /there is an MQTTLink already/ });
  assert.equal(link.pubqLen(), 0);
  assert.deepEqual(bench.levels, [0]);
});

test('a flood of messages does not keep publications from going out, nor they the flood from coming in', async () => {
  const { bench, link } = await running();
  let came = 0;
  link.subscribe('in', () => came++);
  bench.take();
  bench.drains = false;
  for (let i = 0; i < 20; i++) link.publish('out', 'n' + i);
  // Each exchange brings a message, unless the host wants none, and takes one along.
  for (let i = 0; i < 50; i++) {
    if (bench.isReady) bench.deliver('in', 'x', Flag.QOS1, i + 1);
    assert.ok(bench.queued <= 5, 'what waits in the link stays short');
    if (!bench.queued) continue;
    bench.queued--;
    bench.counts._sent++;
    bench.room();
  }
  const out = bench.take().filter((text) => text.startsWith('PUBLISH'));
  assert.deepEqual(
    out,
    Array.from({ length: 20 }, (_, i) => `PUBLISH out n${i} 0 0`),
  );
  assert.ok(came >= 20, `${came} came`);
  assert.ok(bench.isReady, 'in the end it listens');
});

test('publications wait for the broker, then go out in order', async () => {
  const { bench, link } = powerUp();
  link.publish('a', 'first');
  link.publish('b', 'second', true, 1);
  await bench.begin();
  bench.take();
  link.publish('c', 'third');
  assert.equal(link.pubqLen(), 3);
  assert.deepEqual(bench.take(), []);
  await bench.reach();
  assert.deepEqual(bench.take(), ['PUBLISH a first 0 0', 'PUBLISH b second 3 1', 'PUBLISH c third 0 0']);
  assert.equal(link.pubqLen(), 1);
  bench.acknowledge(1);
  assert.equal(link.pubqLen(), 0);
});

test('no more than four messages wait in the link, and more go when it has room', async () => {
  const { bench, link } = await running();
  bench.drains = false;
  for (let i = 0; i < 10; i++) link.publish('t', '' + i);
  assert.equal(bench.take().length, 4);
  bench.queued = 2;
  bench.room();
  assert.equal(bench.take().length, 2);
  bench.queued = 0;
  bench.room();
  assert.deepEqual(bench.take(), [
    'PUBLISH t 6 0 0',
    'PUBLISH t 7 0 0',
    'PUBLISH t 8 0 0',
    'PUBLISH t 9 0 0',
  ]);
  bench.queued = 0;
  bench.room();
  assert.deepEqual(bench.take(), []);
});

test('a callback tells once what became of a publication', async () => {
  const { bench, link } = await running();
  const told: string[] = [];
  const tell = (name: string) => (delivered: boolean) => {
    told.push(`${name} ${delivered}`);
    throw new Error(name);
  };
  link.publish('t', 'a', false, 1, tell('a'));
  link.publish('t', 'b', false, 1, tell('b'));
  assert.deepEqual(told, []);
  bench.acknowledge(2);
  bench.acknowledge(2);
  assert.deepEqual(told, ['b true']);
  // QoS 0: when the link has carried it, of which it speaks only when asked.
  bench.drains = false;
  link.publish('t', 'c', false, 0, tell('c'));
  link.publish('t', 'd', false, 0);
  link.publish('t', 'e', false, 0, tell('e'));
  await bench.pass(1000);
  assert.deepEqual(told, ['b true']);
  bench.queued = 1;
  bench.counts._sent += 2;
  bench.room();
  assert.deepEqual(told, ['b true', 'c true']);
  // The target is reset with one under way.
  bench.queued = 4;
  link.publish('t', 'f', false, 0, tell('f'));
  bench.down(Down.SILENT);
  assert.deepEqual(told, ['b true', 'c true', 'e false']);
  link.publish('t', 'g', false, 0, tell('g'));
  bench.queued = 0;
  bench.counts._sent = 0;
  bench.drains = true;
  await bench.begin();
  await bench.reach(true);
  bench.acknowledge(1);
  bench.room();
  assert.deepEqual(told.splice(3), ['a true', 'f true', 'g true']);
  assert.equal(bench.takePrinted().length, 6);
  assert.equal(bench.timers.size, 0);
  assert.equal(link.pubqLen(), 0);
  assert.throws(() => link.publish('t', 'x', false, 0, 7 as never), /done is 7. Allowed: a function/);
});

test('with a kept session a message waits for its subscription, and all behind it', async () => {
  const got: string[] = [];
  const take = (topic: string, message: string): void => void got.push(topic + message);
  const { bench, link } = await running({ netTimeout: 0 }, { cleanSession: false });
  link.subscribe('b', take, 1);
  bench.take();
  bench.deliver('b', '1', Flag.QOS1, 1);
  bench.deliver('a', '2', Flag.QOS1, 2);
  bench.deliver('b', '3', Flag.QOS1, 3);
  bench.deliver('a', '4');
  bench.status(Status.WIFI_DOWN);
  assert.deepEqual(got, ['b1']);
  assert.deepEqual(bench.take(), ['PUBACK 1']);
  assert.equal(bench.isReady, false);
  await bench.pass(4000);
  // Not the one that is missing.
  link.subscribe('c', take, 1);
  await bench.pass(10);
  assert.deepEqual(got, ['b1']);
  link.subscribe('a', take, 1);
  assert.deepEqual(got, ['b1'], 'not from within subscribe');
  await bench.pass(1);
  assert.deepEqual(got, ['b1', 'a2', 'b3', 'a4']);
  assert.deepEqual(
    bench.take().filter((one) => one.startsWith('PUBACK')),
    ['PUBACK 2', 'PUBACK 3'],
  );
  assert.ok(bench.isReady);
  assert.equal(link.wifi(), false);
  // Nobody comes for this one, which some earlier application subscribed to.
  bench.deliver('old', '5', Flag.QOS1, 5);
  bench.deliver('a', '6', Flag.QOS1, 6);
  assert.equal(got.length, 4);
  await bench.pass(1000);
  assert.deepEqual(got.splice(4), ['a6']);
  assert.deepEqual(bench.take(), ['PUBACK 5', 'PUBACK 6']);
  bench.deliver('old', '7', Flag.QOS1, 7);
  assert.deepEqual(bench.take(), ['PUBACK 7']);
  assert.equal(link.counts().dropped, 2);
  assert.equal(bench.timers.size, 0);
});

test('a message that waited for its subscription when the target was reset is left to the broker', async () => {
  const got: string[] = [];
  const { bench, link } = await running({}, { cleanSession: false });
  bench.deliver('a', '1', Flag.QOS1, 1);
  bench.down(Down.SILENT);
  await bench.begin();
  await bench.reach(true);
  link.subscribe('a', (_topic, message) => got.push(message), 1);
  await bench.pass(10000);
  assert.deepEqual(got, []);
  assert.ok(!bench.take().some((one) => one.startsWith('PUBACK')));
  bench.deliver('a', '1', Flag.QOS1 | Flag.DUP, 1);
  assert.deepEqual(got, ['1']);
});

test('the queue is bounded by bytes, and says so', async () => {
  const { bench, link } = powerUp({ maxQueueBytes: 200 });
  link.publish('t', 'x'.repeat(94), false, 1);
  assert.throws(() => link.publish('t', 'x'.repeat(95)), {
    message: 'publish: 100 bytes wait already, and maxQueueBytes is 200',
  });
  link.publish('t', 'x'.repeat(94));
  assert.equal(link.pubqLen(), 2);
  await bench.begin();
  await bench.reach();
  link.publish('t', 'x'.repeat(94));
  bench.acknowledge(1);
  assert.throws(() => link.publish('t', 'x'.repeat(195)), /0 bytes wait already/);
  link.publish('t', 'x'.repeat(194));
});

test('the queue is bounded, and says so', async () => {
  const { bench, link } = powerUp({ maxQueue: 3 });
  for (let i = 0; i < 3; i++) link.publish('t', 'x');
  assert.throws(() => link.publish('t', 'x'), {
    message: 'publish: 3 publications wait already, which is maxQueue',
  });
  await bench.begin();
  await bench.reach();
  link.publish('t', 'x');
});

test('broker reconnected: subscriptions first, then what is not acknowledged, as duplicates if the session goes on', async () => {
  const { bench, link } = await running({}, { cleanSession: false });
  link.subscribe('s/#', () => {}, 1);
  for (const payload of ['a', 'b', 'c']) link.publish('t', payload, false, 1);
  bench.take();
  bench.acknowledge(3);
  bench.drop();
  assert.equal(link.running(), false);
  link.publish('t', 'd', false, 1);
  assert.deepEqual(bench.take(), []);
  await bench.connect(true);
  assert.equal(link.running(), true);
  assert.deepEqual(bench.take(), [
    'SUBSCRIBE s/# 1 5',
    'PUBLISH t a 10 2',
    'PUBLISH t c 10 4',
    'PUBLISH t d 2 6',
  ]);
  await bench.outage(1);
  assert.equal(link.running(), false);
  await bench.reach(false);
  assert.deepEqual(bench.take(), [
    'SUBSCRIBE s/# 1 7',
    'PUBLISH t a 2 2',
    'PUBLISH t c 2 4',
    'PUBLISH t d 2 6',
  ]);
});

test('target restarted: nothing queued is lost, userStart makes no duplicates', async () => {
  const got: string[] = [];
  const { bench, link } = powerUp(
    { userStart: (one) => one.subscribe('s', (_topic, message) => got.push(message), 1) },
    { cleanSession: false },
  );
  await bench.begin();
  await bench.reach();
  assert.deepEqual(bench.take().slice(2), ['SUBSCRIBE s 1 1']);
  link.publish('t', 'a', false, 1);
  link.publish('t', 'b', false, 1);
  bench.take();
  bench.down(Down.SILENT);
  assert.equal(link.running(), false);
  assert.deepEqual(bench.levels, [0, 1, 0]);
  link.publish('t', 'c', false, 1);
  await bench.begin();
  await bench.reach(true);
  assert.deepEqual(bench.take(), [
    'HELLO',
    'INIT',
    'SUBSCRIBE s 1 4',
    'PUBLISH t a 10 2',
    'PUBLISH t b 10 3',
    'PUBLISH t c 2 5',
  ]);
  bench.deliver('s', 'once');
  assert.deepEqual(got, ['once']);
});

test('messages reach every matching callback, and QoS 1 is taken after that', async () => {
  const { bench, link } = await running();
  const got: unknown[][] = [];
  link.subscribe('a/+', (...args) => got.push(['+', ...args, bench.take().length]));
  link.subscribe('a/#', (...args) => got.push(['#', ...args]), 1);
  link.subscribe('b', (...args) => got.push(['b', ...args]));
  bench.take();
  bench.deliver('a/x', 'hello', Flag.QOS1 | Flag.RETAIN, 513);
  assert.deepEqual(got, [
    ['+', 'a/x', 'hello', true, 1, 0],
    ['#', 'a/x', 'hello', true, 1],
  ]);
  assert.deepEqual(bench.take(), ['PUBACK 513']);
  bench.deliver('nobody/wants/it', '', Flag.QOS1 | Flag.DUP, 7);
  assert.deepEqual(bench.take(), ['PUBACK 7']);
  bench.deliver('b', '\0\xff');
  assert.deepEqual(got[2], ['b', 'b', '\0\xff', false, 0]);
  assert.deepEqual(bench.take(), []);
});

test('what userStart subscribes goes out before what waited to be published', async () => {
  const { bench, link } = powerUp({
    userStart: (one) => {
      assert.ok(one.running());
      one.subscribe('a', () => {});
      one.publish('t', '2');
      one.subscribe('b', () => {}, 1);
    },
  });
  link.publish('t', '1');
  await bench.begin();
  bench.take();
  await bench.reach();
  assert.deepEqual(bench.take(), [
    'SUBSCRIBE a 0 1',
    'SUBSCRIBE b 1 2',
    'PUBLISH t 1 0 0',
    'PUBLISH t 2 0 0',
  ]);
});

test('callbacks may publish, subscribe and unsubscribe', async () => {
  const { bench, link } = await running();
  const got: string[] = [];
  link.subscribe('a', (topic) => {
    got.push('one ' + topic);
    assert.equal(link.unsubscribe('a'), true);
    link.unsubscribe('+');
    link.subscribe('#', () => got.push('late'));
    link.publish('b', 'x');
  });
  link.subscribe('+', () => got.push('gone'));
  bench.take();
  bench.deliver('a', '');
  assert.deepEqual(got, ['one a']);
  assert.deepEqual(bench.take(), [
    'UNSUBSCRIBE a 3',
    'UNSUBSCRIBE + 4',
    'SUBSCRIBE # 0 5',
    'PUBLISH b x 0 0',
  ]);
  bench.deliver('a', '');
  assert.deepEqual(got, ['one a', 'late']);
});

test('the same filter again replaces callback and QoS', async () => {
  const { bench, link } = await running();
  const got: string[] = [];
  link.subscribe('a', () => got.push('old'));
  link.subscribe('a', () => got.push('new'), 1);
  assert.deepEqual(bench.take(), ['SUBSCRIBE a 0 1', 'SUBSCRIBE a 1 2']);
  bench.deliver('a', '');
  assert.deepEqual(got, ['new']);
});

test('unsubscribing while the broker is away is made up for, where the session is kept', async () => {
  const { bench, link } = await running({}, { cleanSession: false });
  link.subscribe('a', () => {});
  link.subscribe('b', () => {});
  bench.take();
  bench.drop();
  assert.equal(link.unsubscribe('a'), true);
  assert.equal(link.unsubscribe('a'), false);
  await bench.connect(true);
  assert.deepEqual(bench.take(), ['UNSUBSCRIBE a 3', 'SUBSCRIBE b 0 4']);
  // It may not have got there.
  await bench.outage(1);
  await bench.reach(true);
  assert.deepEqual(bench.take(), ['UNSUBSCRIBE a 5', 'SUBSCRIBE b 0 6']);
  bench.unsuback(5);
  bench.drop();
  link.unsubscribe('b');
  await bench.connect(false);
  assert.deepEqual(bench.take(), [], 'a new session knows none');
});

test('a filter of an earlier program is unsubscribed where the session is kept, and is nothing elsewhere', async () => {
  const kept = await running({}, { cleanSession: false });
  assert.equal(kept.link.unsubscribe('never/#'), false);
  assert.deepEqual(kept.bench.take(), ['UNSUBSCRIBE never/# 1']);
  kept.bench.unsuback(1);
  kept.bench.drop();
  await kept.bench.connect(true);
  assert.deepEqual(kept.bench.take(), []);
  const clean = await running();
  assert.equal(clean.link.unsubscribe('never/#'), false);
  assert.deepEqual(clean.bench.take(), []);
});

test('in a kept session subscriptions are made again, unless that is not wanted', async () => {
  for (const resubscribe of [true, false]) {
    const { bench, link } = await running({}, { cleanSession: false, resubscribe });
    const told: number[] = [];
    link.statusHandler((_link, status) => told.push(status));
    link.subscribe('a', () => {}, 1);
    link.subscribe('b', () => {}, 1);
    bench.take();
    bench.suback(1, 1);
    assert.deepEqual(told, [], 'PUBOK is for publications');
    bench.drop();
    await bench.connect(true);
    assert.deepEqual(
      bench.take(),
      resubscribe ? ['SUBSCRIBE a 1 3', 'SUBSCRIBE b 1 4'] : ['SUBSCRIBE b 1 3'],
    );
    const last = resubscribe ? 4 : 3;
    for (let id = 3; id <= last; id++) bench.suback(id, 1);
    // An answer that comes late is not for what was asked since.
    link.subscribe('a', () => {}, 0);
    assert.deepEqual(bench.take(), [`SUBSCRIBE a 0 ${last + 1}`]);
    bench.suback(1, 1);
    bench.down(Down.SILENT);
    await bench.begin();
    bench.take();
    await bench.reach(true);
    const due = [`SUBSCRIBE a 0 ${last + 2}`, `SUBSCRIBE b 1 ${last + 3}`];
    assert.deepEqual(bench.take(), resubscribe ? due : due.slice(0, 1));
    bench.suback(last + 2);
    bench.drop();
    await bench.connect(false);
    assert.deepEqual(
      bench.take().map((one) => one.replace(/ \d+$/, '')),
      ['SUBSCRIBE a 0', 'SUBSCRIBE b 1'],
      'a new session knows none',
    );
  }
});

test('a subscription that is refused, or granted for less, is reported by its filter', async () => {
  const told: unknown[] = [];
  const { bench, link } = await running();
  link.statusHandler((_link, status, detail) => told.push([status, detail]));
  link.subscribe('a', () => {}, 1);
  link.subscribe('secret/#', () => {});
  link.subscribe('less/#', () => {}, 1);
  link.publish('t', 'x', false, 1);
  bench.suback(1, 1);
  bench.suback(2, Granted.REFUSED);
  bench.suback(3, 0);
  bench.acknowledge(4);
  bench.acknowledge(77);
  bench.suback(78, Granted.REFUSED);
  bench.suback(2, Granted.REFUSED);
  assert.deepEqual(told, [
    [Status.SUB_FAIL, 'secret/#'],
    [Status.SUB_LESS, 'less/#'],
    [Status.PUBOK, '4'],
  ]);
});

test('command mem: sent once it runs, printed, passed on', async () => {
  const { bench, link } = powerUp();
  bench.answers = false;
  const got: number[][] = [];
  link.command('mem', (used, total) => got.push([used, total]));
  await bench.begin();
  await bench.reach();
  assert.deepEqual(bench.take().slice(2), ['MEM']);
  bench.message(encodeMemory(812, 1600));
  assert.deepEqual(bench.takePrinted(), ['Target memory: 812 of 1600 variables in use']);
  assert.deepEqual(got, [[812, 1600]]);
  assert.throws(() => link.command('reboot'), { message: 'command is "reboot". Allowed: mem' });
  assert.throws(() => link.command('mem', 5 as never), { message: 'done is 5. Allowed: a function' });
});

test('wrong arguments are refused by name, and nothing is queued', async () => {
  const { bench, link } = await running();
  const none = undefined as never;
  const cases: [() => void, RegExp][] = [
    [() => link.publish(none, 'x'), /^topic is undefined\. Allowed: a string$/],
    [() => link.publish('', 'x'), /^topic is ""/],
    [() => link.publish('a/#', 'x'), /^topic is "a\/#"\. Allowed: no wildcards/],
    [() => link.publish('a\0', 'x'), /^topic is "a\\u0000"\. Allowed: UTF-8/],
    [
      () => link.publish('a', none),
      /^message for a is undefined\. Allowed: a string, a finite number, a Uint8Array or an ArrayBuffer$/,
    ],
    [() => link.publish('a', NaN), /^message for a is NaN\./],
    [() => link.publish('a', 'x', 1 as never), /^retain is 1\. Allowed: true or false$/],
    [() => link.publish('a', 'x', false, 2), /^qos is 2\. Allowed: 0 or 1; QoS 2 is not supported$/],
    [() => link.publish('a', 'x', false, '1' as never), /^qos is "1"\./],
    [
      () => link.publish('a', 'x'.repeat(1019)),
      /^length of topic and message is 1020\. Allowed: at most 1019 bytes$/,
    ],
    [
      () => link.subscribe('a/#/b', () => {}),
      /^filter is "a\/#\/b"\. Allowed: # only alone in the last level$/,
    ],
    [() => link.subscribe('', () => {}), /^filter is ""/],
    [() => link.subscribe('a', none), /^callback is undefined\. Allowed: a function$/],
    [() => link.subscribe('a', () => {}, 2), /QoS 2 is not supported$/],
    [
      () => link.subscribe('a'.repeat(1019), () => {}),
      /^length of filter is 1019\. Allowed: at most 1018 bytes$/,
    ],
    [() => link.unsubscribe('a+'), /^filter is "a\+"/],
    [() => link.statusHandler(none), /^handler is undefined\. Allowed: a function$/],
  ];
  for (const [call, message] of cases) {
    assert.throws(call, (error: Error) => message.test(error.message) || assert.fail(error.message));
  }
  assert.equal(link.pubqLen(), 0);
  assert.deepEqual(bench.take(), []);
  link.publish('a', 'x'.repeat(1018), false, 1);
  link.subscribe('a'.repeat(1018), () => {});
  link.publish('caf\u00e9\u20ac', new Uint8Array([0, 255]));
  assert.match(bench.sent[2], /^PUBLISH cafÃ©â\x82¬ \0\xff 0 0$/);
});

test('over the real link: noise, and a target that dies in the middle', async () => {
  const world = createWorld(7);
  const host = world.host;
  const got: string[] = [];
  const published: string[] = [];
  const printed: string[] = [];
  let next = 0;
  for (const end of [world.host, world.target]) end.settings.dataNoise = 0.0005;

  // The target and its broker: QoS 1 is acknowledged once it is there, messages come back on `back`.
  world.target.onUp = () => world.target.link.send(HELLO);
  world.target.onMessage = (message) => {
    const type = message.charCodeAt(0);
    const say = (packet: string): void => world.target.link.send(packet);
    if (type === Type.INIT) say(encodeStatus(Status.WIFI_UP, 'home'));
    else if (type === Type.CONNECT) say(char(PacketType.CONNACK, 0, 0));
    else if (type === PacketType.SUBSCRIBE) say(char(PacketType.SUBACK) + message.slice(1, 3) + '\0');
    else if ((type & 0xf0) === PacketType.PUBLISH) {
      assert.equal(topicOf(message), 'there');
      const payload = message.slice(3 + 5 + 2);
      published.push(payload);
      // Whoever hears of the acknowledgement has the message: what the target still holds dies with it.
      say(packPublish(0, 'back', payload));
      say(char(PacketType.PUBACK) + word(idOf(message)));
    }
  };
  const MQTTLink = createMQTTLink({
    _createLink: (up, message, down, room) => {
      host.onUp = up;
      host.onMessage = message;
      host.onDown = down;
      host.onRoom = room;
      return host.link as Link;
    },
    _open: (pins) => pins.reset,
    _reset: (_pin, level) => (level ? world.target.boot() : world.target.crash()),
    _later: (run, ms) => {
      const timer = { run: run as (() => void) | undefined };
      host.later(ms * 1000, () => timer.run?.());
      return timer;
    },
    _cancel: (timer) => ((timer as { run?: () => void }).run = undefined),
    _createTicks: (tick) =>
      function again() {
        host.later(1_000_000, () => {
          tick();
          again();
        });
      },
    _idle: () => 0,
    _random: world.random,
    _emit: () => {},
    _clock: () => assert.fail(),
    _print: (line) => printed.push(line),
    _storage: () => assert.fail(),
    _leaving: () => assert.fail(),
  });
  const link = new MQTTLink(PINS, NET, {
    verbose: false,
    timeout: 10,
    userStart: (one) => one.subscribe('back', (_topic, message) => got.push(message)),
  });
  (function publish(): void {
    if (next < 60) link.publish('there', 'n' + next++, false, 1);
    host.later(100000, publish);
  })();
  world.at(3e6, () => world.target.crash());
  assert.ok(
    world.run(60, () => next === 60 && link.pubqLen() === 0),
    'all is published',
  );
  world.run(5);
  const all = Array.from({ length: 60 }, (_, i) => 'n' + i);
  // At least once: what was in flight when the target died may come twice.
  assert.deepEqual([...new Set(published)], all);
  assert.deepEqual([...new Set(got)].sort(), [...all].sort());
  assert.ok(published.length <= 64);
  assert.deepEqual(printed, []);
});
