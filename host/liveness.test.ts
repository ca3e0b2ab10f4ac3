/**
 * Nothing is waited for for ever: every answer that target, broker or handler
 * owe has its time, and what is done when it is over.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostBench } from '../tools/test-doubles/host-bench';
import { HELLO, char, powerUp, running, settle } from '../tools/test-doubles/host-bench';
import { Down } from '../shared/link';
import { encodeMemory, encodeTime } from '../shared/messages';
import { Flag, PacketType } from '../shared/mqtt';
import { Status } from '../shared/status';
import { createMQTTLink } from './mqttlink';
import type { MQTTLink } from './mqttlink';

/** What the handler is told from now on, as `status detail`; nothing that happens all the time. */
function listen(link: MQTTLink): string[] {
  const told: string[] = [];
  const usual = [Status.BROKER_CHECK, Status.BROKER_OK, Status.RUNNING, Status.PUBOK, Status.WIFI_UP];
  link.statusHandler((_link, status, detail) => {
    if (!usual.includes(status)) told.push(`${status} ${detail}`);
  });
  return told;
}

/** Passes time until LEAVE is sent. @returns seconds that it took */
async function untilLeave(bench: HostBench, limit = 60): Promise<number> {
  const since = bench.now;
  while (!bench.sent.includes('LEAVE') && bench.now - since < limit * 1000) await bench.pass(1000);
  return (bench.now - since) / 1000;
}

// ---- What the broker owes ----

test('no PUBACK within responseTime: the connection is left, and what is owed goes again on a new one', async () => {
  for (const responseTime of [1, 10, 30]) {
    const { bench, link } = await running({}, { responseTime, cleanSession: false });
    const told = listen(link);
    link.publish('some/topic', 'x', false, 1);
    assert.equal(await untilLeave(bench), responseTime + 1);
    assert.equal(link.running(), false);
    assert.deepEqual(bench.take(), ['PUBLISH some/topic x 2 1', 'LEAVE']);
    assert.deepEqual(told, [], 'not before the target says that it is over');
    bench.drop('no room');
    assert.deepEqual(told, [`${Status.BROKER_FAIL} no PUBACK for some/topic`]);
    await bench.connect(true);
    assert.deepEqual(bench.take(), ['PUBLISH some/topic x 10 1']);
    bench.acknowledge(1);
    assert.equal(link.pubqLen(), 0);
    assert.deepEqual(bench.levels, [0, 1]);
  }
});

test('one PUBACK of four that is owed is missed, whatever else goes on', async () => {
  const { bench, link } = await running();
  const told = listen(link);
  link.subscribe('in', () => {});
  bench.suback(1);
  link.publish('owed', 'x', false, 1);
  bench.take();
  for (let s = 0; s < 30 && !bench.sent.includes('LEAVE'); s++) {
    for (let i = 0; i < 10; i++) {
      // QoS 1 that is acknowledged, QoS 0, and a flood of messages.
      link.publish('fine', '' + i, false, 1);
      link.publish('none', '' + i);
      for (let n = 0; n < 5; n++) bench.deliver('in', 'x', Flag.QOS1, 1 + n);
      for (const id of bench.ids('PUBLISH fine')) bench.acknowledge(id);
      bench.sent.splice(0, bench.sent.length, ...bench.sent.filter((one) => one === 'LEAVE'));
      await bench.pass(100);
    }
  }
  assert.ok(bench.sent.includes('LEAVE'));
  assert.ok(bench.now < 13000, `after ${bench.now} ms`);
  bench.drop('no room');
  assert.deepEqual(told, [`${Status.BROKER_FAIL} no PUBACK for owed`]);
});

test('time starts anew with each acknowledgement of the oldest', async () => {
  const { bench, link } = await running();
  for (let i = 0; i < 4; i++) link.publish('t' + i, '', false, 1);
  bench.take();
  for (let id = 1; id < 4; id++) {
    await bench.pass(9000);
    bench.acknowledge(id);
  }
  await bench.pass(9000);
  assert.deepEqual(bench.take(), []);
  assert.equal(await untilLeave(bench), 2);
});

test('no SUBACK or no UNSUBACK within responseTime: the connection is left', async () => {
  for (const isUnsubscribe of [false, true]) {
    const { bench, link } = await running({}, { cleanSession: false });
    const told = listen(link);
    link.subscribe('a', () => {});
    link.subscribe('b', () => {});
    bench.suback(1);
    if (isUnsubscribe) {
      bench.suback(2);
      link.unsubscribe('a');
    }
    link.publish('t', 'x', false, 1);
    bench.take();
    for (let s = 0; s < 15; s++) {
      for (const id of [2, 3, 4]) if (!isUnsubscribe || id !== 3) bench.acknowledge(id);
      await bench.pass(1000);
      link.publish('t', '' + s);
    }
    assert.ok(bench.take().includes('LEAVE'), isUnsubscribe ? 'UNSUBACK' : 'SUBACK');
    bench.drop('no room');
    assert.deepEqual(told, [`${Status.BROKER_FAIL} no answer to a subscription`]);
    await bench.connect(true);
    const again = bench.take().map((one) => one.replace(/ \d+$/, ''));
    const rest = isUnsubscribe ? ['UNSUBSCRIBE a', 'SUBSCRIBE b 0'] : ['SUBSCRIBE a 0', 'SUBSCRIBE b 0'];
    assert.deepEqual(again.slice(0, 2), rest);
  }
});

test('what the link has not carried yet is not owed, nor while a handler is waited for', async () => {
  const { bench, link } = await running();
  bench.drains = false;
  link.publish('t', 'x', false, 1);
  link.subscribe('s', () => {});
  await bench.pass(60000);
  assert.deepEqual(bench.take(), ['PUBLISH t x 2 1', 'SUBSCRIBE s 0 2']);
  bench.queued = 0;
  bench.counts._sent += 2;
  bench.room();
  await bench.pass(9000);
  let settleHandler: (value: unknown) => void = () => {};
  link.statusHandler(() => new Promise((resolve) => (settleHandler = resolve)));
  bench.status(Status.DROPPED, '1');
  await bench.pass(100000);
  assert.deepEqual(bench.take(), []);
  settleHandler(undefined);
  await settle();
  assert.ok((await untilLeave(bench)) <= 3);
});

test('a publication that is handed over while a subscription is under way is owed from when it was carried', async () => {
  const { bench, link } = await running({}, { responseTime: 2 });
  link.subscribe('s', () => {});
  bench.drains = false;
  link.publish('t', 'x', false, 1);
  bench.suback(1);
  await bench.pass(20000);
  assert.deepEqual(bench.take(), ['SUBSCRIBE s 0 1', 'PUBLISH t x 2 2']);
  bench.queued = 0;
  bench.counts._sent++;
  bench.room();
  assert.equal(await untilLeave(bench), 3);
});

test('a SUBACK that is owed is missed, although something is always on its way', async () => {
  const { bench, link } = await running({}, { responseTime: 5 });
  const told = listen(link);
  link.subscribe('s', () => {});
  bench.drains = false;
  link.publish('t', '0', false, 1);
  for (let s = 1; s < 30 && !bench.sent.includes('LEAVE'); s++) {
    // The link has carried what is acknowledged, and has the next one already.
    link.publish('t', `${s}`, false, 1);
    bench.counts._sent++;
    bench.queued = 1;
    for (const id of bench.ids(`PUBLISH t ${s - 1}`)) bench.acknowledge(id);
    await bench.pass(1000);
  }
  assert.ok(bench.sent.includes('LEAVE'));
  bench.drop('no room');
  assert.deepEqual(told, [`${Status.BROKER_FAIL} no answer to a subscription`]);
});

test('nor while Wi-Fi is away, nor while a message waits for its subscription', async () => {
  const { bench, link } = await running({}, { cleanSession: false, responseTime: 2 });
  link.publish('t', 'x', false, 1);
  bench.deliver('unknown', 'x', Flag.QOS1, 9);
  bench.acknowledge(1);
  await bench.pass(4000);
  assert.ok(!bench.take().includes('LEAVE'), 'the PUBACK is here, behind the message');
  await bench.pass(2000);
  assert.equal(link.pubqLen(), 0);
  link.publish('t', 'x', false, 1);
  bench.status(Status.WIFI_DOWN, 'home');
  await bench.pass(20000);
  assert.ok(!bench.take().includes('LEAVE'));
  bench.status(Status.WIFI_UP, 'home');
  assert.equal(await untilLeave(bench), 3);
});

test('an answer that stands behind what came before is waited for, as long as that comes', async () => {
  const { bench, link } = await running({}, { responseTime: 10 });
  const told = listen(link);
  link.subscribe('in', () => {});
  bench.suback(1);
  bench.answers = false;
  link.publish('t', 'x', false, 1);
  bench.take();
  for (let s = 0; s < 60; s++) {
    bench.deliver('in', `${s}`);
    await bench.pass(1000);
  }
  assert.deepEqual(bench.take(), ['MEM'], 'it asks once');
  bench.acknowledge(2);
  bench.message(encodeMemory(600, 1600));
  await bench.pass(5000);
  assert.deepEqual([bench.take(), told, link.pubqLen(), bench.takePrinted()], [[], [], 0, []]);
  link.publish('t', 'y', false, 1);
  await bench.pass(11000);
  assert.deepEqual(bench.take(), ['PUBLISH t y 2 3', 'MEM']);
  bench.message(encodeMemory(600, 1600));
  await bench.pass(1000);
  assert.deepEqual(bench.take(), ['LEAVE'], 'all that was said is here, and no answer');
  bench.drop('no room');
  assert.deepEqual(told, [`${Status.BROKER_FAIL} no PUBACK for t`]);
});

test('what the target cannot take yet, as its broker takes nothing, it is not blamed for', async () => {
  for (const asks of [true, false]) {
    const { bench, link } = await running({}, { responseTime: 10 });
    const told = listen(link);
    bench.answers = false;
    link.publish('t', 'x', false, 1);
    await bench.pass(asks ? 9000 : 12000);
    if (!asks) bench.message(encodeMemory(600, 1600));
    bench.take();
    // From here on it asks for no message: its socket is full.
    bench.drains = false;
    await bench.pass(60000);
    assert.deepEqual([bench.take(), told], [[asks ? 'MEM' : 'LEAVE'], []]);
    bench.drains = true;
    bench.counts._sent += bench.queued;
    bench.queued = 0;
    // Now it has its time.
    await bench.pass(14000);
    assert.deepEqual(told, []);
    await bench.pass(2000);
    assert.deepEqual(told, [`${Status.ESP_FAIL} no ${asks ? 'answer to MEM' : 'end of the connection'}`]);
  }
});

// ---- What the target owes ----

const DEADLINES: [
  what: string,
  seconds: number,
  reach: (bench: HostBench, link: MQTTLink) => Promise<void> | void,
][] = [
  ['HELLO: look at all five wires (npm run selftest -- link)', 15, () => {}],
  [
    'answer to WILL',
    15,
    (bench) => {
      bench.up();
      bench.message(HELLO);
    },
  ],
  ['answer to INIT', 15, (bench) => bench.begin()],
  [
    'word of Wi-Fi',
    120,
    async (bench) => {
      await bench.begin();
      bench.status(Status.DEFNET, 'home');
    },
  ],
  [
    'word of Wi-Fi',
    120,
    async (bench) => {
      await bench.begin();
      await bench.reach();
      bench.status(Status.WIFI_DOWN, 'home');
      bench.drop();
    },
  ],
  [
    'word of Wi-Fi',
    120,
    async (bench) => {
      await bench.begin();
      bench.status(Status.WIFI_UP, 'home');
      await bench.asked();
      bench.drop();
      bench.status(Status.WIFI_DOWN, 'home');
    },
  ],
  [
    'answer to CONNECT',
    35,
    async (bench) => {
      await bench.begin();
      bench.status(Status.WIFI_UP, 'home');
      await bench.asked();
    },
  ],
  [
    // It has refused, and is to close.
    'answer to CONNECT',
    35,
    async (bench) => {
      await bench.begin();
      bench.status(Status.WIFI_UP, 'home');
      await bench.connect(false, 5);
    },
  ],
  [
    'answer to MEM',
    15,
    async (bench, link) => {
      await bench.begin();
      await bench.reach();
      bench.answers = false;
      link.publish('t', 'x', false, 1);
      await bench.pass(10000);
      assert.equal(bench.take().at(-1), 'MEM');
    },
  ],
  [
    'end of the connection',
    15,
    async (bench) => {
      await bench.begin();
      await bench.reach();
      bench.message(char(PacketType.PINGREQ));
      assert.equal(bench.take().at(-1), 'LEAVE');
    },
  ],
];

for (const [i, [what, seconds, reach]] of DEADLINES.entries()) {
  test(`no ${what} (${i}): the target is reset after ${seconds} s, and not before`, async () => {
    const hasWill = what === 'answer to WILL';
    const { bench, link } = powerUp({ netTimeout: 0 }, {}, undefined, (MQTTLink) => {
      if (hasWill) MQTTLink.will('a', 'b');
    });
    const told = listen(link);
    await bench.pass(100);
    await reach(bench, link);
    told.length = 0;
    await bench.pass((seconds - 1) * 1000);
    assert.deepEqual([told, bench.levels], [[], [0, 1]]);
    await bench.pass(1000);
    assert.deepEqual(told, [`${Status.ESP_FAIL} no ${what}`]);
    assert.deepEqual(bench.levels.slice(0, 3), [0, 1, 0]);
    if (hasWill) return;
    await bench.begin();
    await bench.reach();
    assert.ok(link.running());
  });
}

test('the end of a connection has time while messages come that were before it', async () => {
  const { bench, link } = await running({ netTimeout: 0 });
  const told = listen(link);
  const got: string[] = [];
  link.subscribe('in', (_topic, message) => void got.push(message));
  bench.message(char(PacketType.PINGREQ));
  assert.equal(bench.take().at(-1), 'LEAVE');
  for (let s = 0; s < 60; s += 10) {
    bench.deliver('in', `${s}`);
    await bench.pass(10000);
  }
  assert.deepEqual([got.length, told, bench.levels], [6, [], [0, 1]]);
  await bench.pass(4000);
  assert.deepEqual(told, []);
  await bench.pass(1000);
  assert.deepEqual(told, [`${Status.ESP_FAIL} no end of the connection`]);
});

test('resets of a target that fails again and again come 1, 2, 4, ... 60 s apart; a good connection makes them quick', async () => {
  const { bench, link } = powerUp({ netTimeout: 0 });
  const pauses: number[] = [];
  for (let i = 0; i < 9; i++) {
    await bench.begin();
    const failed = bench.now;
    bench.down(Down.RESTARTED);
    while (link.counts().resets === i) await bench.pass(1000);
    pauses.push(Math.round((bench.now - failed) / 1000));
  }
  assert.deepEqual(pauses, [0, 1, 2, 4, 8, 16, 32, 60, 60]);
  await bench.begin();
  await bench.reach();
  await bench.pass(11000);
  bench.down(Down.RESTARTED);
  assert.equal(bench.levels.at(-1), 0);
  assert.equal(link.counts().resets, 10);
});

test('a long message that does not get through does not make resets quick again, however long the rest works', async () => {
  const { bench, link } = powerUp({ netTimeout: 0, timeout: 4 });
  link.publish('long', 'x'.repeat(1000), false, 1);
  const pauses: number[] = [];
  for (let i = 0; i < 5; i++) {
    await bench.begin();
    bench.drains = false;
    await bench.reach();
    // Pings pass, and so the connection to the broker stands; what waits in the link is still there.
    bench.queued = 1;
    await bench.pass(14000);
    const failed = bench.now;
    bench.queued = 0;
    bench.drains = true;
    bench.down(Down.STUCK);
    while (link.counts().resets === i) await bench.pass(500);
    pauses.push(Math.round((bench.now - failed) / 1000));
  }
  assert.deepEqual(pauses, [0, 1, 2, 4, 8]);
});

test('a link that orders no turns any more is begun anew', async () => {
  const { bench, link } = await running();
  const told = listen(link);
  bench.idle = 15;
  await bench.pass(10000);
  assert.deepEqual(told, []);
  bench.idle = 16;
  await bench.pass(1000);
  assert.deepEqual(told, [`${Status.ESP_FAIL} the link stood still`]);
  bench.idle = 0;
  await bench.begin();
  await bench.reach();
  assert.ok(link.running());
});

test('a turn cut off for want of memory begins a new run', async () => {
  const { bench, link } = await running();
  const told = listen(link);
  bench.interrupt();
  assert.deepEqual(told, [`${Status.ESP_FAIL} memory ran out here`]);
  assert.deepEqual(bench.levels, [0, 1, 0]);
  // Between two runs there is nothing that it could have left half done but the start, which the tick makes up for.
  bench.interrupt();
  bench.timers.clear();
  assert.equal(told.length, 1);
  await bench.pass(16000);
  await bench.begin();
  await bench.reach();
  assert.ok(link.running());
});

test('turns that never come are made up for by the tick: the reset, and the attempt to connect', async () => {
  const { bench, link } = powerUp();
  bench.timers.clear();
  await bench.pass(16000);
  await bench.begin();
  bench.status(Status.WIFI_UP, 'home');
  bench.timers.clear();
  assert.ok((await bench.asked()) <= 4000);
  bench.drop();
  bench.timers.clear();
  assert.ok((await bench.asked()) <= 6000);
  bench.connack();
  assert.ok(link.running());
});

test('what goes wrong in here ends the run, in words', async () => {
  const { bench, link } = await running();
  const told = listen(link);
  (bench.board as { _clock: unknown })._clock = () => {
    throw new Error('no clock');
  };
  bench.message(encodeTime(1));
  assert.deepEqual(told, [`${Status.ESP_FAIL} here: no clock`]);
  assert.deepEqual(bench.levels, [0, 1, 0]);
});

test('an application that holds the board for a minute costs no connection: ticks that did not come are none', async () => {
  const { bench, link } = await running({ netTimeout: 20 });
  const told = listen(link);
  link.publish('t', 'x', false, 1);
  bench.hold(60000);
  await bench.pass(5000);
  assert.ok(!bench.take().includes('LEAVE'));
  bench.acknowledge(1);
  await bench.outage(1);
  bench.hold(60000);
  await bench.pass(5000);
  assert.deepEqual(told, [
    `${Status.WIFI_DOWN} home`,
    `${Status.BROKER_FAIL} connection closed`,
    `${Status.WIFI_FAIL} home: no_ap_found`,
  ]);
});

// ---- What the application owes ----

test('a handler whose Promise is pending for ever is waited for for 300 s', async () => {
  const { bench, link } = powerUp();
  let asked = 0;
  link.statusHandler((_link, status) => {
    if (status !== Status.DEFNET && status !== Status.ESP_FAIL) return undefined;
    asked++;
    return new Promise(() => {});
  });
  await bench.begin();
  bench.status(Status.DEFNET, 'home');
  bench.status(Status.WIFI_UP, 'home');
  await bench.pass(299000);
  assert.deepEqual([link.wifi(), bench.isReady], [false, false]);
  await bench.pass(1000);
  assert.deepEqual([link.wifi(), bench.isReady], [true, true]);
  await bench.connect(false);
  assert.ok(link.running());
  // The same where the run is over.
  bench.down(Down.SILENT);
  await bench.pass(299000);
  assert.deepEqual(bench.levels, [0, 1]);
  await bench.pass(1000);
  assert.deepEqual(bench.levels.slice(0, 3), [0, 1, 0]);
  assert.equal(asked, 2);
});

test('a Promise that is settled late, twice, or in another run does nothing any more', async () => {
  const { bench, link } = powerUp();
  const settlers: ((value: unknown) => void)[] = [];
  link.statusHandler((_link, status) =>
    status === Status.SPECNET
      ? { then: (done: (value: unknown) => void) => void settlers.push(done) }
      : undefined,
  );
  await bench.begin();
  bench.take();
  bench.status(Status.SPECNET, 'home');
  settlers[0]?.(1);
  settlers[0]?.(0);
  assert.deepEqual(bench.take(), ['PROCEED']);
  bench.status(Status.SPECNET, 'home');
  await bench.pass(300000);
  assert.deepEqual(bench.take(), ['PROCEED']);
  settlers[1]?.(0);
  assert.deepEqual(bench.take(), []);
  // Nor does it speak for another one.
  bench.status(Status.SPECNET, 'home');
  settlers[1]?.(0);
  assert.deepEqual([bench.take(), bench.isReady], [[], false]);
  settlers[2]?.(1);
  assert.deepEqual([bench.take(), bench.isReady], [['PROCEED'], true]);
});

/** What is no Error, and has no text. */
const NAMELESS = {
  toString: () => {
    throw new Error('no text');
  },
};

test('thenables of every bad kind are as good as nothing, and are said', async () => {
  const kinds: [string, () => unknown, printed: string[]][] = [
    [
      'then throws',
      () => ({
        then: () => {
          throw new Error('in then');
        },
      }),
      ['Uncaught in then'],
    ],
    [
      'then settles, and throws',
      () => ({
        then: (done: (value: unknown) => void) => {
          done(1);
          throw new Error('after');
        },
      }),
      ['Uncaught after'],
    ],
    [
      'no then can be had',
      () => ({
        get then(): unknown {
          throw new Error('in getter');
        },
      }),
      ['Uncaught in getter'],
    ],
    ['settles at once', () => ({ then: (done: (value: unknown) => void) => done(1) }), []],
    ['then is none', () => ({ then: 5 }), []],
    ['rejects with nothing', () => Promise.reject(undefined), ['Uncaught undefined']],
    [
      'rejects with what has no text',
      () => Promise.reject(NAMELESS),
      ['Uncaught an exception that has no text'],
    ],
  ];
  for (const [kind, make, printed] of kinds) {
    const { bench, link } = powerUp();
    link.statusHandler((_link, status) => (status === Status.SPECNET ? make() : undefined));
    await bench.begin();
    bench.take();
    bench.takePrinted();
    bench.status(Status.SPECNET, 'home');
    await settle();
    assert.deepEqual(bench.take(), ['PROCEED'], kind);
    assert.deepEqual(bench.takePrinted(), printed, kind);
    assert.ok(bench.isReady, kind);
    await bench.reach();
    assert.ok(link.running(), kind);
  }
});

test('callbacks of every kind may throw what has no text', async () => {
  const fail = (): never => {
    throw NAMELESS;
  };
  const { bench, link } = await running({ userStart: fail });
  link.statusHandler(fail);
  link.subscribe('a', fail, 1);
  link.publish('t', '', false, 0, fail);
  link.publish('t', '', false, 1, fail);
  link.command('mem', fail);
  bench.suback(1, 1);
  bench.acknowledge(2);
  bench.room();
  bench.deliver('a', '');
  bench.message(encodeMemory(1, 2));
  bench.status(Status.WIFI_FAIL, 'x');
  link.publish('t', '', false, 1, fail);
  link.pubqClear();
  const lines = bench.takePrinted();
  assert.ok(lines.length >= 8, lines.join());
  for (const line of lines)
    assert.match(line, /^(Uncaught an exception that has no text|Target memory: .*)$/);
  assert.ok(link.running());
  assert.equal(link.pubqLen(), 0);
});

test('command mem: twice, in any stage from HELLO on, and over a reset', async () => {
  const { bench, link } = powerUp();
  bench.answers = false;
  const got: string[] = [];
  link.command('mem', (used) => got.push('a' + used));
  link.command('mem');
  link.command('mem', (used) => got.push('b' + used));
  await bench.begin();
  assert.deepEqual(bench.take(), ['HELLO', 'INIT'], 'nothing before INIT');
  bench.room();
  assert.deepEqual(bench.take(), ['MEM'], 'once for all');
  bench.down(Down.SILENT);
  await bench.begin();
  bench.room();
  assert.deepEqual(bench.take(), ['HELLO', 'INIT', 'MEM']);
  bench.message(encodeMemory(7, 1600));
  bench.message(encodeMemory(8, 1600));
  assert.deepEqual(got, ['a7', 'b7']);
  link.command('mem', (used) => got.push('c' + used));
  assert.deepEqual(bench.take(), ['MEM'], 'without Wi-Fi too');
  bench.message(encodeMemory(9, 1600));
  assert.deepEqual(got, ['a7', 'b7', 'c9']);
});

test('the library is there for one board, whose ticks are one', () => {
  const { bench } = powerUp();
  assert.equal(bench.intervals.length, 1);
  assert.throws(() => new (createMQTTLink(bench.board))({} as never, {} as never), /pin reset is missing/);
  assert.equal(bench.intervals.length, 1);
});
