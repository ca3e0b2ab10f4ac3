/** Runs of the target: how they begin and end, what the status handler is told and what its word does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HELLO, char, powerUp, running, settle } from '../tools/test-doubles/host-bench';
import { Down } from '../shared/link';
import { Type, VERSION, decodeInit, encodeTime } from '../shared/messages';
import { Flag, PacketType } from '../shared/mqtt';
import { Status } from '../shared/status';
import { defaultStatusHandler } from './mqttlink';

test('messages that come before RUNNING, and their answers, do not keep it from coming', async () => {
  const { bench, link } = powerUp(
    { userStart: (one) => one.subscribe('in', () => {}) },
    { cleanSession: false },
  );
  await bench.begin();
  let settleHandler: (value: unknown) => void = () => {};
  link.statusHandler((_link, status) =>
    status === Status.RUNNING ? new Promise((resolve) => (settleHandler = resolve)) : undefined,
  );
  await bench.reach(true);
  bench.drains = false;
  for (let i = 0; i < 9; i++) bench.deliver('in', 'x', Flag.QOS1, i + 1);
  assert.equal(bench.isReady, false);
  assert.equal(link.running(), false);
  settleHandler(undefined);
  await settle();
  while (bench.queued) {
    bench.queued--;
    bench.counts._sent++;
    bench.room();
  }
  assert.equal(bench.isReady, true);
  assert.ok(link.running());
});

test('counts', async () => {
  const { bench, link } = await running({ userStart: (one) => one.subscribe('s', () => {}) });
  link.publish('t', 'a', false, 1);
  link.publish('t', 'b');
  bench.acknowledge(2);
  link.publish('t', 'c', false, 1);
  bench.deliver('s', '');
  bench.deliver('s', '', Flag.QOS1, 3);
  bench.deliver('other', '', Flag.QOS1, 4);
  bench.status(Status.DROPPED, '12');
  bench.status(Status.DROPPED, 'many');
  bench.message(char(Type.CUT, PacketType.PUBLISH) + '\0\x05topic');
  bench.down(Down.SILENT);
  await bench.begin();
  await bench.reach();
  assert.deepEqual(link.counts(), {
    sent: 3,
    acknowledged: 1,
    resent: 1,
    received: 2,
    dropped: 14,
    resets: 1,
    reconnects: 1,
    refused: 0,
  });
});

test('what users throw is printed and harms nothing', async () => {
  const { bench, link } = powerUp({
    userStart: () => {
      throw new Error('in start');
    },
  });
  link.statusHandler((_link, status) => {
    if (status === Status.DEFNET) throw new Error('in handler');
    if (status === Status.BROKER_CHECK) return Promise.reject(new Error('in promise'));
    return undefined;
  });
  await bench.begin();
  bench.status(Status.DEFNET);
  await bench.reach();
  await settle();
  assert.deepEqual(bench.takePrinted(), ['Uncaught in handler', 'Uncaught in promise', 'Uncaught in start']);
  bench.take();
  const got: string[] = [];
  link.subscribe('a', () => {
    throw new Error('in callback');
  });
  link.subscribe('#', (topic) => got.push(topic));
  bench.take();
  bench.deliver('a', 'x', Flag.QOS1, 9);
  assert.deepEqual(bench.takePrinted(), ['Uncaught in callback']);
  assert.deepEqual(got, ['a']);
  assert.deepEqual(bench.take(), ['PUBACK 9']);
});

test('SPECNET: the default handler has the settings tried, in an outage after a crash too, and never a reset', async () => {
  const { bench } = await running();
  for (let i = 0; i < 3; i++) {
    bench.down(Down.SILENT);
    await bench.begin();
    bench.take();
    const resets = bench.levels.length;
    bench.status(Status.SPECNET);
    assert.deepEqual(bench.take(), ['PROCEED']);
    for (let j = 0; j < 100; j++) {
      bench.status(Status.WIFI_FAIL, 'no ap found');
      await bench.pass(60000);
    }
    assert.equal(bench.levels.length, resets);
  }
});

test('SPECNET: the handler decides, now or by a Promise', async () => {
  for (const [result, expected] of [
    [1, 'PROCEED'],
    [true, 'PROCEED'],
    [undefined, 'PROCEED'],
    [Promise.resolve(1), 'PROCEED'],
    [Promise.resolve(), 'PROCEED'],
    [0, 'PROCEED no'],
    [false, 'PROCEED no'],
    [null, 'PROCEED no'],
    [Promise.resolve(0), 'PROCEED no'],
    [Promise.resolve(false), 'PROCEED no'],
    [Promise.resolve(null), 'PROCEED no'],
  ]) {
    const { bench, link } = powerUp();
    link.statusHandler((_link, status) => (status === Status.SPECNET ? result : undefined));
    await bench.begin();
    bench.take();
    bench.status(Status.SPECNET);
    await settle();
    assert.deepEqual(bench.take(), [expected]);
    assert.equal(bench.levels.length, 2);
  }
});

test('while a handler is waited for, the target holds back and what still comes waits', async () => {
  const { bench, link } = await running();
  const told: number[] = [];
  let settleHandler: (value: unknown) => void = () => {};
  link.statusHandler((_link, status) => {
    told.push(status);
    return status === Status.WIFI_DOWN ? new Promise((resolve) => (settleHandler = resolve)) : undefined;
  });
  const got: string[] = [];
  link.subscribe('a', (_topic, message) => got.push(message));
  bench.status(Status.WIFI_DOWN);
  assert.equal(bench.isReady, false);
  bench.deliver('a', '1');
  bench.status(Status.WIFI_UP);
  bench.deliver('a', '2');
  await settle();
  assert.deepEqual([told, got], [[Status.WIFI_DOWN], []]);
  settleHandler(0);
  await settle();
  assert.deepEqual(
    [told, got],
    [
      [Status.WIFI_DOWN, Status.WIFI_UP],
      ['1', '2'],
    ],
  );
  assert.equal(bench.isReady, true);
});

test('a handler still waited for when the run ends is forgotten', async () => {
  const { bench, link } = powerUp();
  let settleHandler: (value: unknown) => void = () => {};
  link.statusHandler((_link, status) =>
    status === Status.SPECNET ? new Promise((resolve) => (settleHandler = resolve)) : undefined,
  );
  await bench.begin();
  bench.status(Status.SPECNET);
  bench.message(HELLO);
  bench.down(Down.SILENT);
  await bench.begin();
  bench.take();
  settleHandler(1);
  await settle();
  assert.deepEqual(bench.take(), []);
  await bench.reach();
  assert.ok(link.running());
});

test('a dead target: ESP_FAIL, the handler is waited for, reset', async () => {
  const { bench, link } = await running();
  const told: unknown[] = [];
  let settleHandler: (value: unknown) => void = () => {};
  link.statusHandler((_link, status, detail) => {
    told.push([status, detail]);
    return status === Status.ESP_FAIL ? new Promise((resolve) => (settleHandler = resolve)) : undefined;
  });
  bench.down(Down.SILENT);
  assert.deepEqual(told, [[Status.ESP_FAIL, 'silent for 10 s']]);
  assert.equal(bench.isStarted, false);
  await bench.pass(60000);
  assert.deepEqual(bench.levels, [0, 1]);
  settleHandler(undefined);
  await settle();
  assert.deepEqual(bench.levels, [0, 1, 0]);
  await bench.begin();
  bench.down(Down.RESTARTED);
  assert.deepEqual(told[1], [Status.ESP_FAIL, 'it restarted']);
});

const NO_HELLO = 'no HELLO: look at all five wires (npm run selftest -- link)';

test('a target that boots longer than it may be silent is not reset meanwhile', async () => {
  for (const [timeout, limit] of [
    [3, 15],
    [10, 15],
    [30, 35],
  ] as const) {
    const { bench, link } = powerUp({ timeout });
    const told: unknown[] = [];
    link.statusHandler((_link, status, detail) => told.push([status, detail]));
    await bench.pass(100);
    for (let s = timeout; s < limit; s += timeout) bench.down(Down.SILENT);
    await bench.pass(limit * 1000 - 1000);
    assert.deepEqual([told, bench.levels], [[], [0, 1]]);
    await bench.pass(950);
    assert.deepEqual([told, bench.levels], [[[Status.ESP_FAIL, NO_HELLO]], [0, 1, 0]]);
  }
});

test('another protocol version: a status, and a reset no sooner than after 30 s', async () => {
  const { bench, link } = powerUp();
  const told: unknown[] = [];
  link.statusHandler((_link, status, detail) => told.push([status, detail]));
  await bench.pass(100);
  bench.up();
  bench.message(char(Type.HELLO, VERSION + 3, 1, 2, 3));
  assert.deepEqual(told, [[Status.BAD_VERSION, `host ${VERSION}, target ${VERSION + 3}`]]);
  assert.deepEqual(bench.take(), ['HELLO']);
  assert.equal(bench.isStarted, false);
  await bench.pass(29000);
  assert.deepEqual(bench.levels, [0, 1]);
  await bench.pass(1100);
  assert.deepEqual(bench.levels, [0, 1, 0, 1]);
  bench.up();
  bench.message(HELLO);
  await bench.reach();
  assert.ok(link.running());
});

test('no TLS in the firmware: a status, and a reset no sooner than after 30 s', async () => {
  const { bench } = powerUp({}, { tls: true });
  await bench.begin();
  bench.status(Status.NO_TLS);
  await bench.pass(29000);
  assert.deepEqual(bench.levels, [0, 1]);
  await bench.pass(1100);
  assert.deepEqual(bench.levels, [0, 1, 0, 1]);
});

test('NO_NET after netTimeout without the broker, again and again; the handler may have the target reset', async () => {
  const { bench, link } = await running({ netTimeout: 60 });
  const told: number[] = [];
  let result: unknown;
  link.statusHandler((_link, status) => {
    if (status === Status.NO_NET) told.push(bench.now);
    return result;
  });
  await bench.pass(100000);
  assert.deepEqual(told, []);
  const since = bench.now;
  await bench.outage(130000);
  // It is counted in ticks, the first of which may come at once.
  assert.deepEqual(
    told.map((at) => Math.floor((at - since) / 1000)),
    [60, 121],
  );
  await bench.reach();
  await bench.pass(1000000);
  assert.equal(told.length, 2);
  assert.deepEqual(bench.levels, [0, 1]);
  result = 0;
  await bench.outage(61000);
  assert.equal(told.length, 3);
  assert.deepEqual(bench.levels.slice(0, 3), [0, 1, 0]);
});

test('NO_NET counts on until a connection has shown itself good', async () => {
  const { bench, link } = await running({ netTimeout: 60 });
  const told: number[] = [];
  link.statusHandler((_link, status) => void (status === Status.NO_NET && told.push(bench.now)));
  for (let i = 0; i < 3; i++) {
    await bench.outage(25000);
    await bench.reach();
    await bench.pass(5000);
  }
  assert.equal(told.length, 1, 'connections that last for 5 s are none');
  await bench.pass(10000);
  for (let i = 0; i < 5; i++) {
    await bench.outage(25000);
    await bench.reach();
    await bench.pass(70000);
  }
  assert.equal(told.length, 1);
});

test('NO_NET: false and null are as 0, nothing is as 1', async () => {
  for (const [result, resets] of [
    [false, 1],
    [null, 1],
    [undefined, 0],
    [true, 0],
  ] as const) {
    const { bench, link } = await running({ netTimeout: 60 });
    link.statusHandler(() => result);
    await bench.outage(61000);
    assert.equal(link.counts().resets, resets, String(result));
  }
});

test('netTimeout 0: never', async () => {
  const { bench, link } = powerUp({ netTimeout: 0 });
  link.statusHandler((_link, status) => assert.equal(status, Status.WIFI_FAIL));
  await bench.begin();
  await bench.outage(1000000);
  assert.deepEqual(bench.levels, [0, 1]);
});

test('refusals and failures of the broker are statuses, and no reason to reset', async () => {
  const { bench, link } = powerUp({ verbose: true });
  await bench.begin();
  bench.status(Status.WIFI_FAIL, 'home: no_ap_found');
  bench.status(Status.WIFI_UP, 'home');
  for (let code = 1; code <= 5; code++) {
    await bench.connect(false, code);
    assert.equal(link.running(), false);
    assert.deepEqual(
      bench.takePrinted().slice(code === 1 ? 2 : 1),
      [],
      'not before the end of the connection',
    );
    bench.drop('connection closed');
    assert.deepEqual(bench.takePrinted(), [
      [
        'the broker refuses MQTT 3.1.1',
        'the broker refuses the client identifier',
        'the broker is unavailable',
        'the broker refuses user name or password',
        'the broker does not authorise this client',
      ][code - 1],
    ]);
  }
  await bench.asked();
  bench.drop('packet type 15', Status.BAD_BROKER);
  await bench.asked();
  bench.drop('no CONNACK');
  await bench.asked();
  bench.drop('connection closed');
  assert.deepEqual(
    bench.takePrinted().filter((line) => !line.startsWith('connecting')),
    [
      'the broker does not speak MQTT 3.1.1: packet type 15',
      'no connection to the broker: broker:1883: no CONNACK',
      'no connection to the broker: broker:1883: connection closed before CONNACK: is it for TLS?',
    ],
  );
  assert.deepEqual(bench.levels, [0, 1]);
  await bench.connect(false);
  assert.ok(link.running());
});

test('the gate ends with the run; a new run has a new one', async () => {
  const { bench, link } = await running();
  const first = link.exitGate;
  assert.equal(link.exitGate, first);
  const sleep = first.sleep(1000000);
  bench.down(Down.SILENT);
  assert.equal(await sleep, false);
  assert.equal(first.ending(), true);
  await bench.begin();
  await bench.reach();
  const second = link.exitGate;
  assert.notEqual(second, first);
  assert.equal(first.ending(), true);
  assert.equal(second.ending(), false);
  const slept = second.sleep(1000);
  await bench.pass(1000);
  assert.equal(await slept, true);
});

test('the time sets the clock; -1 asks for it once only', async () => {
  const { bench, link } = await running();
  assert.equal(link.rtcSyn(), false);
  bench.message(encodeTime(1795345013));
  assert.deepEqual(bench.clocks, [[1795345013, bench.now / 1000]]);
  assert.equal(link.rtcSyn(), true);
  bench.down(Down.SILENT);
  await bench.begin();
  assert.equal(decodeInit(bench.raw)?._rtcResync, 0);
  assert.equal(link.rtcSyn(), true);
});

test('a period goes on being asked for', async () => {
  const { bench } = await running({}, { rtcResync: 600 });
  bench.message(encodeTime(1795345013));
  bench.down(Down.SILENT);
  await bench.begin();
  assert.equal(decodeInit(bench.raw)?._rtcResync, 600);
});

test('messages that nobody knows are reported and passed over', async () => {
  const { bench, link } = await running();
  const told: unknown[] = [];
  link.statusHandler((_link, status, detail) => told.push([status, detail]));
  const strange = [char(19), char(Type.TIME, 1), char(Type.STATUS), char(Type.MEMORY, 0, 0, 0, 1), HELLO];
  for (const message of strange) bench.message(message);
  assert.deepEqual(
    told,
    [19, Type.TIME, Type.STATUS, Type.MEMORY, Type.HELLO].map((type) => [Status.UNKNOWN, '' + type]),
  );
  assert.ok(link.running());
  assert.deepEqual(bench.clocks, []);
  assert.deepEqual(bench.printed, []);
});

test('what is no MQTT ends the connection, not the run', async () => {
  for (const [packet, detail] of [
    [char(99, 0, 1), 'packet type 6'],
    [char(PacketType.SUBSCRIBE, 0, 1), 'packet type 8'],
    [char(PacketType.PUBLISH, 0, 200) + 'short', 'length of PUBLISH'],
    [char(PacketType.PUBLISH | 6, 0, 1) + 'a\0\x01', 'QoS 3'],
    [char(PacketType.PUBACK, 0, 0), 'packet type 4'],
    [char(PacketType.CONNACK, 0, 6), 'no valid CONNACK'],
    [char(Type.CUT, PacketType.SUBACK, 0, 1), 'length of packet 9'],
  ] as const) {
    const { bench, link } = await running();
    const told: unknown[] = [];
    link.statusHandler((_link, status, text) => told.push([status, text]));
    bench.message(packet);
    assert.deepEqual(bench.take(), ['LEAVE'], detail);
    assert.equal(link.running(), false);
    // What comes of this connection after that is for nobody.
    bench.message(packet);
    bench.deliver('a', '', Flag.QOS1, 3);
    assert.deepEqual([bench.take(), told], [[], []]);
    bench.drop('no room');
    assert.deepEqual(told, [[Status.BAD_BROKER, detail]]);
    await bench.connect(false);
    assert.ok(link.running());
    assert.deepEqual(bench.levels, [0, 1]);
  }
});

test('verbose: each status with time in words, never a password', async () => {
  const { bench } = powerUp(
    { verbose: true },
    { mqttUser: 'me', mqttPassword: 'hidden', cleanSession: false },
  );
  await bench.begin();
  bench.status(Status.DEFNET);
  await bench.reach(true);
  bench.status(Status.DROPPED, '3');
  assert.ok(bench.printed.every((line) => /^\d\d:\d\d:\d\d /.test(line) && !line.includes('hidden')));
  assert.deepEqual(bench.takePrinted(), [
    'joining the saved network',
    'connecting to the broker: broker',
    'connected to the broker, session kept',
    'running',
    'messages were dropped: 3',
  ]);
});

test('thousands of runs leave nothing behind', async () => {
  const { bench, link } = powerUp({ userStart: (one) => one.subscribe('s', () => {}) });
  for (let i = 0; i < 3000; i++) {
    await bench.begin();
    await bench.reach();
    bench.suback(bench.ids('SUBSCRIBE')[0] ?? 0);
    void link.exitGate.sleep(1e9);
    // A good run, or the next one would have to wait for longer and longer.
    await bench.pass(11000);
    bench.down(i % 2 ? Down.SILENT : Down.RESTARTED);
    assert.equal(bench.timers.size, 1, 'only the reset is pending');
    bench.take();
  }
  await bench.begin();
  await bench.reach();
  assert.equal(bench.take().filter((one) => one.startsWith('SUBSCRIBE')).length, 1);
  assert.equal(bench.intervals.length, 1);
});

test('the default handler says nothing to other statuses', () => {
  const { link } = powerUp();
  for (let status = 0; status <= 25; status++) {
    if (status !== Status.SPECNET) assert.equal(defaultStatusHandler(link, status, ''), undefined);
  }
});

test('while Wi-Fi is away nothing is handed over; a connection that outlived it goes on', async () => {
  const { bench, link } = await running({}, { cleanSession: false });
  link.subscribe('s', () => {});
  link.publish('t', 'a', false, 1);
  bench.take();
  bench.status(Status.WIFI_DOWN);
  assert.equal(link.running(), false);
  assert.equal(link.wifi(), false);
  link.publish('t', 'b', false, 1);
  assert.deepEqual(bench.take(), []);
  bench.status(Status.WIFI_UP);
  assert.equal(link.wifi(), true);
  assert.equal(link.running(), true);
  assert.deepEqual(bench.take(), ['PUBLISH t b 2 3']);
  bench.status(Status.WIFI_DOWN);
  bench.status(Status.BROKER_FAIL, 'connection closed');
  bench.status(Status.WIFI_UP);
  assert.equal(link.running(), false);
  await bench.connect(true);
  assert.deepEqual(bench.take(), ['SUBSCRIBE s 0 4', 'PUBLISH t a 10 2', 'PUBLISH t b 10 3']);
});
