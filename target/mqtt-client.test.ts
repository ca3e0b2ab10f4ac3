/** The client on a scripted socket with a clock of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import mqttPacket from 'mqtt-packet';
import { Status } from '../shared/status';
import { ACCEPTED, PacketSocket, setUpClient } from '../tools/test-doubles/client-bench';
import { binaryOf } from '../tools/test-doubles/scripted-socket';

test('connects: nothing before the socket stands, then CONNECT, then CONNACK', () => {
  const t = setUpClient();
  t.idle();
  t.client.connect();
  t.client.connect();
  assert.equal(t.sockets.length, 1);
  assert.equal(t.last().sent, '');
  t.open();
  assert.equal(t.client.connected(), false);
  assert.deepEqual(t.last().names(), ['connect']);
  t.client.publish('t', 'too early', 0, false, false, 0);
  assert.equal(t.last().sent, '');
  t.last().emit('data', ACCEPTED.slice(0, 1));
  t.last().emit('data', ACCEPTED.slice(1));
  assert.deepEqual(t.happened(), ['connack 0 0']);
  assert.equal(t.client.connected(), true);
  t.client.connect();
  assert.equal(t.sockets.length, 1);
});

test('tells whether the broker kept the session', () => {
  const t = setUpClient({ _clean: false });
  t.client.connect();
  t.open();
  t.last().emit('data', '\x20\x02\x01\x00');
  assert.deepEqual(t.happened(), ['connack 1 0']);
});

test('what it sends', () => {
  const t = setUpClient();
  t.up();
  t.client.publish('t', 'x', 1, true, true, 7);
  t.client.subscribe(8, 'a/#', 1);
  t.client.unsubscribe(9, 'a/#');
  t.client.puback(10);
  assert.equal(
    t.last().sent,
    '\x3b\x06\x00\x01t\x00\x07x' +
      '\x82\x08\x00\x08\x00\x03a/#\x01' +
      '\xa2\x07\x00\x09\x00\x03a/#' +
      '\x40\x02\x00\x0a',
  );
  t.last().sent = '';
  t.client.disconnect();
  assert.equal(t.last().sent, '\xe0\x00');
  t.idle();
  assert.equal(t.last().ended, 1);
  t.last().emit('close', false);
  assert.deepEqual(t.happened(), [`failed ${Status.BROKER_FAIL} no room`]);
});

test('what it receives', () => {
  const t = setUpClient();
  t.up();
  t.last().emit(
    'data',
    '\x30\x04\x00\x01tx' +
      '\x3b\x06\x00\x01t\x00\x07x' +
      '\x40\x02\x00\x07' +
      '\x90\x03\x00\x08\x01' +
      '\x90\x03\x00\x09\x80' +
      '\xb0\x02\x00\x0a' +
      '\xd0\x00',
  );
  assert.deepEqual(t.happened(), [
    'publish ["t","x",0,false,false,0]',
    'publish ["t","x",1,true,true,7]',
    'puback 7',
    'suback 8 1',
    'suback 9 128',
    'unsuback 10',
  ]);
  // A message is acknowledged when its owner says so, not before.
  assert.equal(t.last().sent, '');
});

test('a message too long is cut, and nothing answers it here', () => {
  const t = setUpClient();
  t.up();
  const long = (qos: number) =>
    binaryOf(
      mqttPacket.generate({
        cmd: 'publish',
        topic: 'some/topic',
        payload: 'x'.repeat(500),
        qos: qos as 0 | 1 | 2,
        retain: false,
        dup: false,
        messageId: 0x1234,
      }),
    );
  for (const qos of [0, 1, 2]) t.last().emit('data', long(qos));
  assert.deepEqual(t.happened(), ['cut 48 some/topic', 'cut 50 some/topic 4660', 'cut 52 some/topic 4660']);
  assert.equal(t.last().sent, '');
});

test('a refusal is passed on, and the connection ended', () => {
  for (let code = 1; code < 7; code++) {
    const t = setUpClient();
    t.client.connect();
    t.open();
    t.last().emit('data', '\x20\x02\x00' + String.fromCharCode(code) + '\xd0\0');
    t.last().emit('close', false);
    assert.deepEqual(t.happened(), [`connack 0 ${code}`, `failed ${Status.BROKER_FAIL} refused`]);
    assert.equal(t.last().ended, 1);
    t.client.publish('t', 'x', 0, false, false, 0);
    t.idle();
  }
});

test('a socket that cannot be had, in every way it may tell', () => {
  for (const [thrown, words] of [
    [new Error('Unable to create socket'), 'Unable to create socket'],
    ['no', 'no'],
  ] as const) {
    const t = setUpClient();
    t.hooks.open = () => {
      throw thrown;
    };
    t.client.connect();
    assert.deepEqual(t.happened(), [`failed ${Status.BROKER_FAIL} ${words}`]);
    t.idle();
    t.hooks.open = undefined;
    t.up();
  }
  for (const [events, words] of [
    [['error', 'end', 'close'], 'connection reset'],
    [['error'], 'connection reset'],
    [['close'], 'connection closed'],
    [['end', 'close'], 'connection closed'],
    [[], 'no connection'],
  ] as const) {
    const t = setUpClient();
    t.client.connect();
    for (const event of events)
      t.last().emit(event, event === 'error' ? { code: -9, message: words } : false);
    t.clock.pass(10);
    assert.deepEqual(t.happened(), [`failed ${Status.BROKER_FAIL} ${words}`]);
    t.idle();
    // The same client again, and nothing of the old socket matters any more.
    const old = t.last();
    t.up();
    for (const event of ['error', 'close', 'drain']) old.emit(event, { message: 'late' });
    old.emit('data', '\xff\xff\xff\xff\xff');
    assert.deepEqual(t.happened(), []);
    assert.equal(t.client.connected(), true);
  }
});

test('an open that comes after all is over is left alone', () => {
  const t = setUpClient();
  t.client.connect();
  const late = t.open;
  t.client.disconnect();
  assert.deepEqual(t.happened(), [`failed ${Status.BROKER_FAIL} no room`]);
  late();
  assert.equal(t.last().sent, '');
  t.idle();
});

test('a broker that answers nothing, or not enough', () => {
  for (const data of ['', '\x20', '\x20\x02\x00']) {
    const t = setUpClient();
    t.client.connect();
    t.clock.pass(6);
    t.open();
    if (data) t.last().emit('data', data);
    t.clock.pass(9.9);
    assert.deepEqual(t.happened(), []);
    t.clock.pass(0.2);
    assert.deepEqual(t.happened(), [
      `failed ${Status.BROKER_FAIL} no ${data ? 'rest of CONNACK' : 'CONNACK'}`,
    ]);
    assert.equal(t.last().ended, 1);
    t.idle();
  }
  const t = setUpClient();
  t.client.connect();
  t.clock.pass(10);
  assert.deepEqual(t.happened(), [`failed ${Status.BROKER_FAIL} no connection`]);
});

test('keep alive: four pings a period, and silence of a whole period ends it', () => {
  const t = setUpClient();
  t.up();
  for (let i = 0; i < 20; i++) {
    t.clock.pass(10);
    assert.deepEqual(t.last().names(), ['pingreq']);
    t.last().emit('data', '\xd0\x00');
  }
  t.happened();
  // Silence.
  t.clock.pass(40);
  assert.deepEqual(t.last().names(), ['pingreq', 'pingreq', 'pingreq', 'pingreq']);
  assert.equal(t.client.connected(), true);
  t.clock.pass(10);
  assert.deepEqual(t.happened(), [`failed ${Status.BROKER_FAIL} no PINGRESP`]);
  assert.equal(t.last().ended, 1);
  t.idle();
  t.clock.pass(100);
  assert.deepEqual(t.happened(), []);
  // What is owed is an answer to a ping, whatever else may come.
  t.up();
  for (let i = 0; i < 5; i++) {
    assert.equal(t.client.connected(), true);
    t.clock.pass(10);
    t.last().emit('data', '\x40\x02\x00\x01');
  }
  assert.equal(t.happened().pop(), `failed ${Status.BROKER_FAIL} no PINGRESP`);
  t.idle();
});

test('keep alive 0: no pings, no end', () => {
  const t = setUpClient({ _keepAlive: 0 });
  t.up();
  t.clock.pass(100000);
  assert.equal(t.last().sent, '');
  assert.equal(t.clock.due().length, 0);
  assert.equal(t.client.connected(), true);
});

test('what is not MQTT 3.1.1 ends the connection, in words', () => {
  const before: [string, string][] = [
    ['HTTP/1.1 400 Bad Request\r\n\r\n', 'no valid CONNACK'],
    ['\xd0\x00', 'no valid CONNACK'],
    ['\x20\x03\x00\x00\x00', 'no valid CONNACK'],
    ['\x20\x00', 'no valid CONNACK'],
    ['\x21\x02\x00\x00', 'no valid CONNACK'],
    ['\x10\x00', 'no valid CONNACK'],
    ['\x20\xff\xff\xff\xff\xff', 'remaining length'],
  ];
  const after: [string, string][] = [
    // They would be messages of the target's own.
    ['\x00\x00', 'packet type 0 or 1'],
    ['\x0a\x02\x0b\x00', 'packet type 0 or 1'],
    ['\x10\x00', 'packet type 0 or 1'],
    ['\x1f\x00', 'packet type 0 or 1'],
    ['\xd0\x80\x80\x80\x80\x00', 'remaining length'],
  ];
  for (const [list, connected] of [
    [before, false],
    [after, true],
  ] as const)
    for (const [data, words] of list) {
      const t = setUpClient();
      if (connected) t.up();
      else {
        t.client.connect();
        t.open();
      }
      // What follows must not be looked at.
      t.last().emit('data', data + '\xd0\x00' + ACCEPTED);
      assert.deepEqual(t.happened(), [`failed ${Status.BAD_BROKER} ${words}`], JSON.stringify(data));
      assert.equal(t.last().ended, 1);
      t.last().emit('data', '\xd0\x00');
      t.last().emit('close', false);
      assert.deepEqual(t.happened(), []);
      t.idle();
      t.up();
    }
});

test('lost while up: by close, by error, by a write that throws', () => {
  for (const [lose, words] of [
    [(s: PacketSocket) => s.emit('close', true), 'connection closed'],
    [(s: PacketSocket) => s.emit('error', { code: -9, message: 'connection reset' }), 'connection reset'],
    [(s: PacketSocket) => (s.closed = true), 'This socket is closed'],
  ] as const) {
    const t = setUpClient();
    t.up();
    lose(t.last());
    t.client.publish('t', 'x', 0, false, false, 0);
    assert.deepEqual(t.happened(), [`failed ${Status.BROKER_FAIL} ${words}`]);
    t.last().emit('close', true);
    assert.deepEqual(t.happened(), []);
    t.idle();
  }
});

test('an owner that ends what is lost already hears so once, and nothing when idle', () => {
  const t = setUpClient();
  t.up();
  t.last().closed = true;
  t.client.disconnect();
  assert.deepEqual(t.happened(), [`failed ${Status.BROKER_FAIL} This socket is closed`]);
  t.client.disconnect();
  assert.deepEqual(t.happened(), []);
  t.idle();
});

test('an owner that ends, or ends and connects again, from within an event', () => {
  const t = setUpClient();
  t.up();
  t.hooks.event = (line) => {
    if (line.startsWith('publish')) t.client.disconnect();
  };
  t.last().emit('data', '\x30\x04\x00\x01tx\x30\x04\x00\x01ty');
  assert.deepEqual(t.happened(), [
    'publish ["t","x",0,false,false,0]',
    `failed ${Status.BROKER_FAIL} no room`,
  ]);
  t.idle();
  t.hooks.event = undefined;
  t.up();
  t.hooks.event = (line) => {
    if (line.startsWith('failed')) t.client.connect();
  };
  t.last().emit('data', '\x00\x00' + ACCEPTED);
  assert.deepEqual(t.happened(), [`failed ${Status.BAD_BROKER} packet type 0 or 1`]);
  t.hooks.event = undefined;
  t.open();
  t.last().emit('data', ACCEPTED);
  assert.deepEqual(t.happened(), ['connack 0 0']);
});

test('an exception of its owner is not caught: it ends this start of the target', () => {
  const t = setUpClient();
  t.up();
  t.hooks.event = (line) => {
    if (line.startsWith('publish')) throw new Error('no memory');
  };
  assert.throws(() => t.last().emit('data', '\x30\x04\x00\x01tx'), /no memory/);
});

test('a connection that is abandoned ends without a goodbye', () => {
  const t = setUpClient();
  t.client.abandon();
  t.idle();
  t.up();
  t.client.abandon();
  t.client.abandon();
  assert.deepEqual(t.happened(), [`failed ${Status.BROKER_FAIL} no way out`]);
  assert.equal(t.last().sent, '');
  assert.equal(t.last().ended, 1);
  t.idle();
});

test('says when too much waits to be sent, and when it has gone', () => {
  const t = setUpClient();
  t.up();
  t.last().emit('drain');
  assert.deepEqual(t.happened(), ['drained']);
  assert.equal(t.client.busy(), false);
  t.client.publish('t', 'x'.repeat(600), 0, false, false, 0);
  assert.equal(t.client.busy(), true);
  t.last().emit('drain');
  assert.equal(t.client.busy(), false);
  t.client.publish('t', 'x'.repeat(600), 0, false, false, 0);
  // A new connection starts with nothing waiting.
  t.last().emit('close');
  assert.equal(t.client.busy(), false);
  t.happened();
  t.up();
  assert.equal(t.client.busy(), false);
});
