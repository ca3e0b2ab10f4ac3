/** The gateway between a host that is a script and a broker that is one too, with a clock of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_MESSAGE } from '../shared/link';
import { ConnectTo, InitFlag, encodeHello, encodeInit, encodeWill } from '../shared/messages';
import { Flag, PacketType } from '../shared/mqtt';
import { acknowledge, subscribe, unsubscribe } from '../shared/packets';
import { createTestChance } from '../tools/test-doubles/testing';
import {
  INIT_GIVEN,
  LEAVE,
  MEM,
  PROCEED,
  arriving,
  connectMessage,
  made,
  packetsIn,
  publication,
  setUpGateway,
} from '../tools/test-doubles/gateway-bench';
import { binaryOf } from '../tools/test-doubles/scripted-socket';

const random = createTestChance('gateway.test.ts');

test('HELLO of the host: nothing in answer, at any time', (t) => {
  const s = setUpGateway(t);
  s.say(encodeHello(1024, ''));
  s.run();
  s.say(encodeHello(1024, ''));
  assert.deepEqual(s.heard(), []);
});

test('from WILL to CONNACK, each step after the one before', (t) => {
  const s = setUpGateway(t, { saved: { ssid: 'home', password: 'old secret' } });
  s.say(encodeWill('last/will', 'gone\0\xff'));
  assert.deepEqual(s.heard(), ['WILLOK']);
  s.init({ _flags: InitFlag.USE_DEFAULT, _hostTimeout: 77 });
  assert.equal(s.patience, 77);
  assert.deepEqual(s.heard(), ['SPECNET given']);
  s.clock.pass(1000);
  assert.deepEqual(s.radio.connects, []);
  s.say(PROCEED);
  assert.deepEqual(s.radio.connects, ['given secret']);
  s.heard();
  s.radio.join();
  s.clock.pass(0);
  assert.deepEqual(s.heard(), ['WIFI_UP given']);
  assert.equal(s.sockets.length, 0);
  s.say(connectMessage({}, { _clean: false, _user: 'u', _password: 'p', _keepAlive: 77, _will: 3 }));
  assert.deepEqual(s.last().where, { host: 'broker.lan', port: 1883 });
  assert.equal(s.last().sent, '');
  const connect = s.accept(true);
  assert.deepEqual(s.heard(), ['CONNACK 1 0']);
  assert.equal(connect.clientId, 'me');
  assert.equal(connect.clean, false);
  assert.equal(connect.keepalive, 77);
  assert.equal(connect.username, 'u');
  assert.equal(String(connect.password), 'p');
  assert.equal(connect.will?.topic, 'last/will');
  assert.equal(binaryOf(connect.will?.payload as Buffer), 'gone\0\xff');
  assert.equal(connect.will?.qos, 1);
  assert.equal(connect.will?.retain, true);
  assert.deepEqual(s.frequencies, [80]);
  assert.deepEqual(s.printed, []);
});

test('a will is for the next CONNECT only, the last one given', (t) => {
  const s = setUpGateway(t);
  s.say(encodeWill('first', '1'));
  s.say(encodeWill('second', ''));
  assert.deepEqual(s.heard(), ['WILLOK', 'WILLOK']);
  assert.equal(s.run({}, { _will: 0 }).will?.topic, 'second');
  s.last().emit('close', false);
  assert.deepEqual(s.heard(), ['BROKER_FAIL connection closed']);
  s.say(connectMessage());
  assert.equal(s.accept().will, undefined);
});

test('not fast is 80 MHz, and nothing else changes the clock; printed is what is asked for, and no secret', (t) => {
  const s = setUpGateway(t);
  s.join({ _flags: InitFlag.FAST | InitFlag.VERBOSE });
  assert.deepEqual(s.frequencies, [], 'a board starts fast');
  assert.ok(s.printed.length >= 2);
  assert.ok(!/secret/.test(s.printed.join()));
  const slow = setUpGateway(t);
  slow.join();
  assert.deepEqual(slow.frequencies, [80]);
});

test('TLS: with its options where the firmware has it, else NO_TLS; the next connection may be without', (t) => {
  const s = setUpGateway(t);
  s.run({ _flags: ConnectTo.TLS, _port: 8883, _tlsOptions: '{"ca":"CA","host":"elsewhere"}' });
  assert.deepEqual(s.last().where, { ca: 'CA', host: 'broker.lan', port: 8883 });
  assert.ok(!s.loaded.includes('net'));
  const without = setUpGateway(t, { noTls: true });
  without.join();
  without.say(connectMessage({ _flags: ConnectTo.TLS, _tlsOptions: '{}' }));
  assert.deepEqual(without.heard(), ['NO_TLS']);
  without.say(publication('t', 'x'));
  without.clock.pass(1000);
  assert.deepEqual(without.heard(), []);
  without.say(connectMessage());
  without.accept();
  assert.deepEqual(without.heard(), ['CONNACK 0 0']);
});

test('MEM at any time', (t) => {
  const s = setUpGateway(t);
  s.say(MEM);
  assert.deepEqual(s.heard(), ['MEMORY 600 1600']);
  s.run();
  s.free = 900;
  s.garbage = 50;
  s.say(MEM);
  assert.deepEqual(s.heard(), ['MEMORY 650 1600']);
});

test('what is unknown is UNKNOWN, what is malformed too; what is out of turn has no effect', (t) => {
  const init = encodeInit(INIT_GIVEN);
  const unknown: [number, string][] = [
    [8, '\x08'],
    [10, '\x0a\x05'],
    [11, '\x0b\x30\0\x01t'],
    [13, '\x0d\0\0\0\0\0\0'],
    [31, '\x1f'],
    [3, init.slice(0, 12)],
    [3, init.slice(0, -1)],
    [3, init + '\0'],
  ];
  const s = setUpGateway(t);
  for (const early of [PROCEED, connectMessage(), LEAVE, publication('t', 'x'), '\x20\0\0', '\xff'])
    s.say(early);
  assert.deepEqual(s.heard(), []);
  assert.deepEqual(s.sockets, []);
  for (const [type, message] of unknown) {
    s.say(message);
    assert.deepEqual(s.heard(), [`UNKNOWN ${type}`], JSON.stringify(message));
  }
  s.join();
  s.say(connectMessage().slice(0, 20));
  assert.deepEqual(s.heard(), ['UNKNOWN 5']);
  s.say(init);
  s.say(encodeInit({ ...INIT_GIVEN, _ssid: 'other' }));
  s.clock.pass(100);
  assert.deepEqual(s.heard(), []);
  assert.deepEqual(s.radio.connects, ['given secret']);
  s.say(connectMessage());
  s.accept();
  // One connection at a time.
  s.say(connectMessage({ _address: 'other.lan' }));
  assert.equal(s.sockets.length, 1);
  assert.deepEqual(s.heard(), ['CONNACK 0 0']);
});

test('packets go to the broker as they are, and what it says to the host, but for PINGRESP', (t) => {
  const s = setUpGateway(t);
  s.run({}, { _keepAlive: 60 });
  const all = binaryOf(Uint8Array.from({ length: 256 }, (_, i) => i));
  s.say(publication('a,b', all));
  s.say(publication('c', 'retained', Flag.RETAIN));
  s.say(publication('d', 'QoS 1', Flag.QOS1, 0x1234));
  s.say(publication('e', '', Flag.QOS1 | Flag.DUP | Flag.RETAIN, 65535));
  s.say(subscribe(1, 'x/+', 0));
  s.say(subscribe(2, '#', 1));
  s.say(unsubscribe(3, 'x/+'));
  s.say(acknowledge(PacketType.PUBACK, 7));
  s.say(acknowledge(PacketType.PUBREC, 8));
  s.say(acknowledge(PacketType.PUBCOMP, 8));
  const common = { cmd: 'publish', qos: 0, dup: false, retain: false } as const;
  assert.equal(
    s.last().take(),
    made({ ...common, topic: 'a,b', payload: Buffer.from(all, 'latin1') }) +
      made({ ...common, topic: 'c', payload: 'retained', retain: true }) +
      made({ ...common, topic: 'd', payload: 'QoS 1', qos: 1, messageId: 0x1234 }) +
      made({ ...common, topic: 'e', payload: '', qos: 1, dup: true, retain: true, messageId: 65535 }) +
      made({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'x/+', qos: 0 }] }) +
      made({ cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: '#', qos: 1 }] }) +
      made({ cmd: 'unsubscribe', messageId: 3, unsubscriptions: ['x/+'] }) +
      made({ cmd: 'puback', messageId: 7 }) +
      made({ cmd: 'pubrec', messageId: 8 }) +
      made({ cmd: 'pubcomp', messageId: 8 }),
  );
  s.last().emit('drain');
  assert.deepEqual(s.heard(), []);
  s.last().emit(
    'data',
    '\x40\x02\x12\x34' + '\x90\x03\0\x01\0' + '\x90\x03\0\x02\x80' + '\xb0\x02\0\x03\x62\x02\0\x09',
  );
  assert.deepEqual(s.heard(), ['PUBACK 4660', 'SUBACK 1 0', 'SUBACK 2 128', 'UNSUBACK 3', 'PUBREL 9']);
  s.clock.pass(15);
  assert.equal(s.last().take(), '\xc0\0');
  s.last().emit('data', '\xd0\0');
  assert.deepEqual(s.heard(), []);
  s.last().emit('data', '\x31\x07\0\x03a,btx' + '\x3b\x08\0\x01t\0\x07x\0\xff' + '\x34\x05\0\x01t\xff\xfe');
  assert.deepEqual(s.heard(), ['PUBLISH 1 0 a,b tx', 'PUBLISH 11 7 t x\0\xff', 'PUBLISH 4 65534 t']);
  s.clock.pass(1);
  // Nobody acknowledges but the host.
  assert.equal(s.last().take(), '');
});

test('lengths around the limit, at each QoS: whole up to it, one byte more is cut', (t) => {
  for (const most of [MAX_MESSAGE, 300]) {
    const s = setUpGateway(t);
    s.say(encodeHello(most, ''));
    s.run();
    for (const qos of [0, 1, 2] as const)
      for (let length = most - 10; length < most + 10; length++) {
        const packet = {
          cmd: 'publish',
          topic: 't',
          qos,
          dup: false,
          retain: false,
          messageId: 0x102,
        } as const;
        s.last().emit('data', made({ ...packet, payload: Buffer.alloc(length, 'x') }));
        const [line] = s.heard();
        // First byte, length of the topic, topic, identifier.
        const size = 1 + 2 + 1 + (qos ? 2 : 0) + length;
        const flags = qos << 1;
        if (size <= most) assert.equal(line, `PUBLISH ${flags} ${qos ? 0x102 : 0} t ${'x'.repeat(length)}`);
        else assert.equal(line, `CUT ${0x30 | flags} t${qos ? '\x01\x02' : ''}`);
      }
    s.last().emit('data', arriving('t'.repeat(3000), 'x', 0x102));
    assert.match(s.heard()[0] ?? '', /^CUT 50 t{98}\x01\x02$/);
    assert.equal(s.last().ended, 0);
  }
  // What `publish` takes at most fits, either way.
  const s = setUpGateway(t);
  s.run();
  s.last().emit('data', arriving('t', 'x'.repeat(1018), 1));
  assert.match(s.heard()[0] ?? '', /^PUBLISH 2 1 t x{1018}$/);
});

test('each CONNECT ends in one status that says why, and nothing is tried again here', (t) => {
  const ways: [string, (s: ReturnType<typeof setUpGateway>) => void, string[]][] = [
    ['BROKER_FAIL connection reset', (s) => s.last().emit('error', { message: 'connection reset' }), []],
    ['BROKER_FAIL no connection', (s) => s.clock.pass(10), []],
    ['BROKER_FAIL connection closed', (s) => s.last().emit('close', false), []],
    ['BROKER_FAIL no CONNACK', (s) => (s.last().opened(), s.clock.pass(10)), []],
    [
      'BROKER_FAIL refused',
      (s) => (s.last().opened(), s.last().emit('data', '\x20\x02\0\x05')),
      ['CONNACK 0 5'],
    ],
    [
      'BAD_BROKER no valid CONNACK',
      (s) => (s.last().opened(), s.last().emit('data', 'HTTP/1.1 400 Bad Request\r\n\r\n')),
      [],
    ],
    ['BROKER_FAIL no room', (s) => s.say(LEAVE), []],
    ['BROKER_FAIL no way out', (s) => s.abandon(), []],
  ];
  const s = setUpGateway(t);
  s.join();
  for (const [line, fail, before] of ways) {
    s.say(connectMessage());
    fail(s);
    s.say(LEAVE);
    assert.deepEqual(s.heard(), [...before, line]);
    assert.equal(s.last().ended, 1);
    s.last().emit('close', false);
    s.clock.pass(1000);
    s.say(LEAVE);
    assert.deepEqual(s.heard(), []);
    assert.deepEqual(s.clock.due(), []);
  }
  assert.equal(s.sockets.length, ways.length);
  s.say(connectMessage({ _limit: 3 }));
  s.clock.pass(3);
  assert.deepEqual(s.heard(), ['BROKER_FAIL no connection']);
});

test('what the host sends while there is no connection is neither kept nor complained about', (t) => {
  const s = setUpGateway(t);
  s.run();
  s.last().emit('close', false);
  s.heard();
  const messages = [publication('t', 'x', 2, 1), publication('t', 'x'), subscribe(1, 't', 0), PROCEED];
  messages.forEach(s.say);
  s.say(connectMessage());
  messages.forEach(s.say);
  s.accept();
  assert.deepEqual(s.heard(), ['CONNACK 0 0']);
  assert.equal(s.last().sent, '');
  assert.ok(!s.readies.includes(false));
});

test('LEAVE says goodbye, so that the will is not published; a host that is gone does not', (t) => {
  const s = setUpGateway(t);
  s.run();
  s.say(LEAVE);
  assert.equal(s.last().take(), '\xe0\0');
  s.say(connectMessage());
  s.accept();
  s.abandon();
  assert.equal(s.last().take(), '');
  assert.equal(s.last().ended, 1);
});

test('Wi-Fi comes and goes: told by its name, and a connection goes on if it can', (t) => {
  const s = setUpGateway(t);
  s.run();
  s.radio.leave();
  s.radio.leave();
  assert.deepEqual(s.heard(), ['WIFI_DOWN given']);
  s.radio.join();
  s.clock.pass(0);
  assert.deepEqual(s.heard(), ['WIFI_UP given']);
  s.clock.pass(5);
  s.last().emit('data', arriving('t', 'x'));
  assert.deepEqual(s.heard(), ['PUBLISH 0 0 t x']);
});

test('a broker that cannot be reached has Wi-Fi looked at, which may be gone without a word', (t) => {
  const s = setUpGateway(t);
  s.run();
  s.clock.pass(5);
  s.radio.lose();
  s.last().emit('close', false);
  s.clock.pass(0);
  assert.deepEqual(s.heard(), ['BROKER_FAIL connection closed', 'WIFI_DOWN given']);
  assert.deepEqual(s.radio.connects, ['given secret', 'given secret']);
});

test('a socket that gets rid of nothing for connectTimeout ends the connection; one that does, however late, does not', (t) => {
  const s = setUpGateway(t);
  s.run();
  const limit = 10;
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 4; i++) s.say(publication('t', 'x'.repeat(100), Flag.QOS1, i + 1));
    assert.equal(s.readies.at(-1), false);
    s.clock.pass(limit - 0.1);
    assert.deepEqual(s.heard(), []);
    s.last().emit('drain');
    assert.equal(s.readies.at(-1), true);
    s.clock.pass(limit);
    assert.deepEqual(s.heard(), []);
  }
  for (let i = 0; i < 4; i++) s.say(publication('t', 'x'.repeat(100), Flag.QOS1, i + 1));
  s.radio.lose();
  s.last().take();
  s.clock.pass(limit);
  assert.deepEqual(s.heard(), ['BROKER_FAIL no way out', 'WIFI_DOWN given']);
  assert.equal(s.readies.at(-1), true);
  assert.equal(s.last().take(), '', 'the will is to be published');
});

test('the host stands still while Wi-Fi flaps: it hears the last of it, and no more', (t) => {
  const s = setUpGateway(t);
  s.run();
  s.queued = 50;
  for (let i = 0; i < 1000; i++) {
    s.radio.leave();
    s.clock.pass(1);
    s.radio.join();
    s.clock.pass(1);
  }
  s.radio.leave();
  s.clock.pass(10);
  assert.deepEqual(s.heard(), []);
  s.queued = 2;
  s.clock.pass(3);
  assert.deepEqual(s.heard(), ['WIFI_DOWN given']);
  s.clock.pass(5);
  assert.deepEqual(s.heard(), []);
});

test('what is held back of Wi-Fi is not told after what is newer', (t) => {
  const s = setUpGateway(t);
  s.run();
  s.queued = 50;
  s.radio.leave();
  s.queued = 2;
  s.radio.join();
  s.clock.pass(5);
  assert.deepEqual(s.heard(), ['WIFI_UP given']);
});

test('random messages: never an exception, never a message that the link would not carry', (t) => {
  let packets = 0;
  const valid = (): string[] => [
    encodeHello(128 + random(2000), ''),
    encodeWill('will', 'gone'),
    encodeInit({ ...INIT_GIVEN, _flags: random(32) }),
    PROCEED,
    connectMessage({ _flags: random(2) << 1 }),
    LEAVE,
    MEM,
    publication('t', 'x'.repeat(random(1000)), random(2) * 2, random(2) * 5),
    subscribe(1 + random(3), '#', random(2)),
    unsubscribe(1, '#'),
    acknowledge(PacketType.PUBACK, 1 + random(9)),
    String.fromCharCode(8 + random(24)) + 'x'.repeat(random(20)),
  ];
  for (let round = 0; round < 200; round++) {
    const s = setUpGateway(t, { noTls: !random(4), saved: { ssid: random(2) ? 'home' : '', password: 'p' } });
    if (round % 2) s.run();
    for (let i = 0; i < 100; i++) {
      const list = valid();
      s.say(list[random(list.length)] as string);
      if (!random(5)) s.clock.pass(random(40));
      if (!random(10)) s.radio.join();
      if (!random(20)) s.radio.leave();
      if (!random(20)) s.queued = random(10);
      if (!random(20)) s.free = random(800);
      const socket = s.sockets[s.sockets.length - 1];
      if (!socket || random(3)) continue;
      packets += packetsIn(socket.take()).length;
      if (!random(3)) socket.opened();
      if (!random(3)) socket.emit('drain');
      if (!random(3)) socket.emit('data', '\x20\x02\0\0');
      if (!random(3)) socket.emit('data', arriving('t', 'x', random(3)));
    }
    s.heard();
    s.free = 1000;
    s.queued = 0;
    s.say(MEM);
    assert.ok(s.heard().some((line) => line.startsWith('MEMORY')));
  }
  assert.ok(packets > 100, `${packets} packets`);
});
