/** The gateway where more comes than it has room for, from the broker or from the host: what is dropped, told and held back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  LEAVE,
  arriving,
  connectMessage,
  made,
  packetsIn,
  publication,
  setUpGateway,
} from '../tools/test-doubles/gateway-bench';

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
  s.clock.pass(1);
  assert.deepEqual(s.heard(), ['DROPPED 5']);
  s.clock.pass(10);
  assert.deepEqual(s.heard(), []);
  assert.deepEqual(s.clock.due(), []);
});

test('memory: garbage does not count, what is really used does', (t) => {
  const s = setUpGateway(t);
  s.run();
  s.free = 20;
  s.garbage = 500;
  s.last().emit('data', arriving('t', 'x'.repeat(400)));
  assert.equal(s.heard().length, 1);
  s.free = 250;
  s.last().emit('data', arriving('t', 'x'.repeat(401)));
  assert.deepEqual(s.heard(), [], 'three copies of it, and some to work with');
  s.free = 252;
  s.last().emit('data', arriving('t', 'x'.repeat(401)));
  assert.equal(s.heard().length, 1);
});

test('flood of QoS 1 and 2: the first without room is told, and none that comes behind it overtakes it', (t) => {
  const s = setUpGateway(t);
  s.run({}, { _clean: false });
  s.free = 99;
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
  s.free = 99;
  s.last().emit('data', arriving('t', 'a', 1) + arriving('t', 'b', 2));
  s.free = 1000;
  s.last().emit('data', arriving('t', 'c', 3));
  assert.deepEqual(s.heard(), ['FULL 50 1', 'FULL 50 2', 'PUBLISH 2 3 t c']);
});

test('a message that is too long and finds no room is dropped at QoS 0, else the connection is left', (t) => {
  for (const qos of [0, 1, 2] as const) {
    const s = setUpGateway(t);
    s.run();
    s.free = 50;
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
    assert.deepEqual(s.heard(), qos ? ['BROKER_FAIL no room'] : []);
    s.clock.pass(2);
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
  s.say(publication('t', 'x'.repeat(400)));
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
