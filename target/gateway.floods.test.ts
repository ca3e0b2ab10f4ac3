/** The gateway where more comes than it has room for, from the broker or from the host: what is dropped, told and held back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_MESSAGE } from '../shared/link';
import { encodeHello } from '../shared/messages';
import {
  LEAVE,
  arriving,
  connectMessage,
  made,
  packetsIn,
  publication,
  setUpGateway,
} from '../tools/test-doubles/gateway-bench';

/** Free variables beyond which no message is taken: what a publication of the host takes, and room for what is short and owed. */
const FILLED = 130 + (256 + 2 * 1023) / 8 + 40;

test('flood of QoS 0: what there is no memory for is dropped, and counted when the host has caught up', (t) => {
  const s = setUpGateway(t);
  s.run();
  // The bound is memory, not a number of messages.
  s.hear = () => s.queued++;
  for (let i = 0; i < 40; i++) s.last().emit('data', arriving('t', `${i}`));
  assert.deepEqual(
    s.heard(),
    Array.from({ length: 40 }, (_, i) => `PUBLISH 0 0 t ${i}`),
  );
  s.free = 99;
  for (let i = 0; i < 5; i++) s.last().emit('data', arriving('t', `${i}`));
  s.clock.pass(5);
  assert.deepEqual(s.heard(), []);
  s.queued = 0;
  s.clock.pass(3);
  assert.deepEqual(s.heard(), ['DROPPED 5']);
  s.clock.pass(10);
  assert.deepEqual(s.heard(), []);
  assert.deepEqual(s.clock.due(), []);
});

test('memory: garbage does not count, what is really used does', (t) => {
  const s = setUpGateway(t);
  s.run();
  s.free = 20;
  s.garbage = 600;
  s.last().emit('data', arriving('t', 'x'.repeat(397)));
  assert.equal(s.heard().length, 1);
  s.free = FILLED + 99;
  s.last().emit('data', arriving('t', 'x'.repeat(397)));
  assert.deepEqual(s.heard(), [], 'itself and its body for the wires');
  s.free = FILLED + 100;
  s.last().emit('data', arriving('t', 'x'.repeat(397)));
  assert.equal(s.heard().length, 1);
  // The long one may still need its body when a short one comes.
  s.queued = 1;
  s.free = FILLED + 49;
  s.last().emit('data', arriving('t', 'x'));
  assert.deepEqual(s.heard(), []);
  s.queued = 0;
  s.last().emit('data', arriving('t', 'x'));
  assert.equal(s.heard().length, 1);
});

test('memory: it is asked for before a message comes whole, and what finds none is not kept', (t) => {
  const s = setUpGateway(t);
  s.run();
  const message = arriving('t', 'x'.repeat(900), 7);
  s.free = FILLED;
  s.last().emit('data', message.slice(0, 3));
  s.free = 1000;
  s.last().emit('data', message.slice(3));
  assert.deepEqual(s.heard(), ['FULL 50 7']);
});

test('flood of QoS 1 and 2: the first without room is told, and none that comes behind it overtakes it', (t) => {
  const s = setUpGateway(t);
  s.run({}, { _clean: false });
  s.free = FILLED;
  s.last().emit('data', arriving('t', 'a', 0x1234) + arriving('t', 'b', 2));
  assert.deepEqual(s.heard(), ['FULL 50 4660']);
  s.free = 1000;
  s.last().emit(
    'data',
    arriving('t', 'c', 3) + arriving('t', 'd') + '\x34\x05\0\x01t\0\x09' + '\x40\x02\0\x05',
  );
  assert.deepEqual(s.heard(), ['PUBLISH 0 0 t d', 'PUBACK 5']);
  assert.equal(s.last().take(), '', 'nobody acknowledges them');
  s.say(LEAVE);
  s.heard();
  s.say(connectMessage({}, { _clean: false }));
  s.accept(true, arriving('t', 'a', 0x1234));
  assert.deepEqual(s.heard(), ['CONNACK 1 0', 'PUBLISH 2 4660 t a']);
});

test('flood of QoS 1 with a clean session: each is told, as none comes again', (t) => {
  const s = setUpGateway(t);
  s.run();
  s.free = FILLED;
  s.last().emit('data', arriving('t', 'a', 1) + arriving('t', 'b', 2));
  s.free = 1000;
  s.last().emit('data', arriving('t', 'c', 3));
  assert.deepEqual(s.heard(), ['FULL 50 1', 'FULL 50 2', 'PUBLISH 2 3 t c']);
});

test('a broker that goes on with QoS 1 while nobody takes what is told of it: left', (t) => {
  const s = setUpGateway(t);
  s.run();
  s.hear = () => (s.free -= 3);
  s.free = FILLED;
  for (let i = 1; i < 500 && !s.last().ended; i++) s.last().emit('data', arriving('t', 'a', i));
  assert.equal(s.last().ended, 1);
  assert.ok(s.free > 250, `${s.free} free`);
  assert.equal(s.heard().pop(), 'BROKER_FAIL no room');
});

test('flood that lasts: the host hears of it every 3 s, before what waits, and all in all of each', (t) => {
  const s = setUpGateway(t);
  s.run();
  s.queued = 60;
  s.free = FILLED;
  let told = 0;
  s.hear = (line, urgent) => {
    assert.match(line, /^DROPPED /);
    assert.equal(urgent, true);
    told += Number(line.slice(8));
    s.free -= 3;
  };
  for (let second = 1; second <= 9; second++) {
    for (let i = 0; i < 20; i++) s.last().emit('data', arriving('t', `${i}`));
    s.clock.pass(1);
    assert.equal(s.heard().length, second % 3 ? 0 : 1, `second ${second}`);
  }
  assert.equal(told, 180);
});

test('flood while the host takes nothing: what is said of it takes no memory that others need', (t) => {
  const s = setUpGateway(t);
  s.run();
  s.queued = 60;
  s.free = FILLED;
  s.hear = () => (s.free -= 3);
  for (let second = 0; second < 600; second++) {
    s.last().emit('data', arriving('t', 'x'));
    s.clock.pass(1);
  }
  assert.ok(s.free > 430, `${s.free} free`);
  // An answer that the broker owes is still taken.
  s.heard();
  s.last().emit('data', '\x40\x02\0\x01');
  assert.deepEqual(s.heard(), ['PUBACK 1']);
});

test('flood: a publication of the host as long as any finds its room, of a host of short ones less is kept', (t) => {
  const left = [MAX_MESSAGE, 256].map((most) => {
    const s = setUpGateway(t);
    s.say(encodeHello(most, ''));
    s.run();
    s.hear = () => {
      s.queued++;
      s.free -= 4;
    };
    for (let i = 0; i < 400; i++) s.last().emit('data', arriving('t', `${i}`));
    s.say(publication('t', 'x'.repeat(most - 10)));
    assert.equal(packetsIn(s.last().take()).length, 1);
    return s.free;
  });
  // 256 bytes and a message in the socket, the same message whole, and what works on it: see the gateway's `WORK`.
  const need = [(256 + 2 * 1024) / 8, (256 + 2 * 256) / 8];
  for (const [i, free] of left.entries())
    assert.ok(free > (need[i] ?? 0) + 130 && free < (need[i] ?? 0) + 190, `${free} free`);
});

test('what passes to the socket is never copied whole', (t) => {
  const s = setUpGateway(t);
  s.run();
  const writes: number[] = [];
  const socket = s.last();
  const write = socket.write.bind(socket);
  socket.write = (data) => {
    writes.push(data.length);
    return write(data);
  };
  s.say(publication('t', 'x'.repeat(1000)));
  assert.ok(Math.max(...writes) <= 64, writes.join());
  const [packet] = packetsIn(socket.take());
  assert.ok(packet?.cmd === 'publish' && packet.payload.length === 1000);
});

test('a message that is too long and finds no room is dropped at QoS 0, else told, or the connection is left', (t) => {
  for (const [qos, free] of [
    [0, FILLED],
    [1, FILLED],
    [2, FILLED],
    [1, 200],
  ] as const) {
    const s = setUpGateway(t);
    s.run();
    s.free = free;
    s.last().emit(
      'data',
      made({
        cmd: 'publish',
        topic: 't',
        qos,
        dup: false,
        retain: false,
        messageId: 7,
        payload: Buffer.alloc(2000),
      }),
    );
    assert.deepEqual(
      s.heard(),
      !qos ? [] : [free === 200 ? 'BROKER_FAIL no room' : `FULL ${48 + 2 * qos} 7`],
    );
    s.clock.pass(3);
    assert.deepEqual(s.heard(), qos ? [] : ['DROPPED 1']);
  }
});

test('a broker that floods with what nobody asked for: bounded, then left', (t) => {
  const s = setUpGateway(t);
  s.run();
  s.hear = () => {
    s.queued++;
    s.free -= 4;
  };
  for (let i = 0; i < 1000 && !s.last().ended; i++) s.last().emit('data', '\x40\x02\0\x01');
  assert.equal(s.last().ended, 1);
  assert.ok(s.free >= 0, `${s.free} free`);
  assert.equal(s.heard().pop(), 'BROKER_FAIL no room');
});

test('too much waits to be sent to the broker: the host is asked to hold back until it is gone', (t) => {
  const s = setUpGateway(t);
  s.run();
  s.say(publication('t', 'x'.repeat(200)));
  assert.ok(!s.readies.includes(false));
  s.say(publication('t', 'x'.repeat(600)));
  assert.deepEqual(s.readies.slice(-1), [false]);
  // What was on its way already is sent all the same.
  s.say(publication('t', 'y'.repeat(600)));
  assert.equal(packetsIn(s.last().take()).length, 3);
  s.last().emit('drain');
  assert.deepEqual(s.readies.slice(-1), [true]);
  s.say(publication('t', 'x'.repeat(600)));
  assert.deepEqual(s.readies.slice(-1), [false]);
  // It never will be.
  s.last().emit('close', false);
  assert.deepEqual(s.readies.slice(-1), [true]);
});
