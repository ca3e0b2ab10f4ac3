/** MQTT packets as they pass between the boards, against `mqtt-packet`, which others wrote. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generate, parser as createParser } from 'mqtt-packet';
import type { Packet } from 'mqtt-packet';
import '../tools/simulation/device-globals';
import { createRandom } from '../tools/simulation/random';
import { text } from './bytes';
import { Flag, Granted, PacketType } from './mqtt';
import {
  PUBLISH_FIELDS,
  SUBSCRIBE_FIELDS,
  acknowledge,
  connectHead,
  connectTail,
  idOf,
  publish,
  subscribe,
  topicOf,
  unsubscribe,
  withId,
  wrong,
} from './packets';

const char = String.fromCharCode;
const ALL = Array.from({ length: 256 }, (_, i) => char(i)).join('');

/** What `mqtt-packet` makes of a packet as it passes between the boards. */
function parse(packet: string): Packet {
  const parser = createParser({ protocolVersion: 4 });
  const found: Packet[] = [];
  const length: number[] = [];
  parser.on('packet', (one) => found.push(one));
  parser.on('error', (error) => {
    throw error;
  });
  for (let left = packet.length - 1; ; left >>= 7) {
    length.push((left & 127) | (left > 127 ? 128 : 0));
    if (left <= 127) break;
  }
  parser.parse(
    Buffer.concat([Buffer.from([packet.charCodeAt(0), ...length]), Buffer.from(packet.slice(1), 'latin1')]),
  );
  assert.equal(found.length, 1);
  return found[0] as Packet;
}

/** The other way. */
function made(packet: Packet): string {
  const bytes = generate(packet, { protocolVersion: 4 }).toString('latin1');
  let at = 1;
  while (bytes.charCodeAt(at) & 128) at++;
  return bytes[0] + bytes.slice(at + 1);
}

const LOGIN = { _clientId: 'id', _user: '', _password: '', _keepAlive: 60, _clean: true, _will: undefined };

test('CONNECT with all that it may say', () => {
  for (const clean of [true, false]) {
    for (const [user, password] of [
      ['', ''],
      ['me', ''],
      ['me', 'p'.repeat(600)],
    ] as const) {
      for (const will of [undefined, 0, Flag.RETAIN, Flag.QOS1, Flag.QOS1 | Flag.RETAIN]) {
        const login = {
          ...LOGIN,
          _clean: clean,
          _user: user,
          _password: password,
          _will: will,
          _keepAlive: 65535,
        };
        const topic = will === undefined ? '' : text('last/words') + text('gone');
        const found = parse(char(PacketType.CONNECT) + connectHead(login) + topic + connectTail(login));
        assert.equal(found.cmd, 'connect');
        if (found.cmd !== 'connect') continue;
        assert.deepEqual(
          [found.protocolId, found.protocolVersion, found.clientId, found.keepalive, found.clean],
          ['MQTT', 4, 'id', 65535, clean],
        );
        assert.equal(found.username, user || undefined);
        assert.equal(found.password?.toString(), password || undefined);
        assert.deepEqual(
          found.will && [found.will.topic, found.will.payload.toString(), found.will.qos, found.will.retain],
          will === undefined
            ? undefined
            : ['last/words', 'gone', will & Flag.QOS1 ? 1 : 0, (will & Flag.RETAIN) > 0],
        );
      }
    }
  }
});

test('PUBLISH: every flag, every byte of payload, a topic in UTF-8; its parts come out again', () => {
  for (const flags of [0, Flag.RETAIN, Flag.QOS1, Flag.QOS1 | Flag.RETAIN]) {
    for (const payload of ['', ALL, 'x'.repeat(1000)]) {
      const topic = Buffer.from('a/é€/\u{1f600}').toString('latin1');
      const queued = publish(flags, topic, payload);
      assert.equal(queued.length, topic.length + payload.length + (flags & Flag.QOS1 ? PUBLISH_FIELDS : 3));
      assert.deepEqual([topicOf(queued), idOf(queued)], [topic, 0]);
      for (const isDup of flags & Flag.QOS1 ? [false, true] : [false]) {
        const packet = flags & Flag.QOS1 ? withId(queued, 0xfffe, isDup) : queued;
        const found = parse(packet);
        assert.equal(found.cmd, 'publish');
        if (found.cmd !== 'publish') continue;
        assert.equal(Buffer.from(found.topic).toString('latin1'), topic);
        assert.equal((found.payload as Buffer).toString('latin1'), payload);
        assert.deepEqual(
          [found.qos, found.retain, found.dup, found.messageId],
          [
            flags & Flag.QOS1 ? 1 : 0,
            (flags & Flag.RETAIN) > 0,
            isDup,
            flags & Flag.QOS1 ? 0xfffe : undefined,
          ],
        );
        assert.deepEqual([topicOf(packet), idOf(packet)], [topic, flags & Flag.QOS1 ? 0xfffe : 0]);
        if (flags & Flag.QOS1) assert.equal(withId(packet, 0, false), queued, 'DUP goes, too');
      }
    }
  }
});

test('the identifier is that of QoS 1 only: with QoS 0 the bytes there are payload', () => {
  assert.equal(idOf(publish(0, 'a', '\x01\x02')), 0);
  assert.equal(idOf(publish(Flag.RETAIN, 'a', '\x01\x02')), 0);
});

test('SUBSCRIBE, UNSUBSCRIBE and acknowledgements', () => {
  const asked = subscribe(258, 'a/+/#', 1);
  assert.equal(asked.length, 5 + SUBSCRIBE_FIELDS);
  const found = parse(asked);
  assert.ok(found.cmd === 'subscribe');
  assert.equal(found.messageId, 258);
  assert.deepEqual(
    found.subscriptions.map(({ topic, qos }) => [topic, qos]),
    [['a/+/#', 1]],
  );
  const ended = parse(unsubscribe(65535, '$share/g/a'));
  assert.ok(ended.cmd === 'unsubscribe');
  assert.deepEqual([ended.messageId, ended.unsubscriptions], [65535, ['$share/g/a']]);
  for (const [type, cmd] of [
    [PacketType.PUBACK, 'puback'],
    [PacketType.PUBREC, 'pubrec'],
    [PacketType.PUBREL, 'pubrel'],
    [PacketType.PUBCOMP, 'pubcomp'],
  ] as const) {
    const { cmd: got, messageId } = parse(acknowledge(type, 513));
    assert.deepEqual([got, messageId], [cmd, 513]);
  }
});

test('what a broker may send is not called wrong', () => {
  const good: Packet[] = [
    { cmd: 'connack', returnCode: 0, sessionPresent: false },
    { cmd: 'connack', returnCode: 0, sessionPresent: true },
    ...[1, 2, 3, 4, 5].map((returnCode): Packet => ({ cmd: 'connack', returnCode, sessionPresent: false })),
    { cmd: 'puback', messageId: 1 },
    { cmd: 'pubrec', messageId: 65535 },
    { cmd: 'pubrel', messageId: 256 },
    { cmd: 'pubcomp', messageId: 255 },
    { cmd: 'unsuback', messageId: 1, granted: [] },
    ...[0, 1, 2, 128].map((code): Packet => ({ cmd: 'suback', messageId: 7, granted: [code] })),
  ];
  for (const qos of [0, 1, 2] as const)
    for (const topic of ['a', '/', '$SYS/x', 'x'.repeat(900)])
      for (const payload of ['', 'x'.repeat(100)])
        for (const retain of [true, false])
          for (const dup of qos ? [true, false] : [false])
            good.push({ cmd: 'publish', topic, payload, qos, retain, dup, messageId: qos ? 3 : undefined });
  for (const packet of good) assert.equal(wrong(made(packet)), '', JSON.stringify(packet));
});

test('what no broker may send is called wrong, in words', () => {
  const packet = (type: number, ...bytes: number[]): string => char(type, ...bytes);
  const cases: [string, string][] = [
    [packet(PacketType.CONNACK), 'no valid CONNACK'],
    [packet(PacketType.CONNACK, 0), 'no valid CONNACK'],
    [packet(PacketType.CONNACK, 0, 0, 0), 'no valid CONNACK'],
    [packet(PacketType.CONNACK, 2, 0), 'no valid CONNACK'],
    [packet(PacketType.CONNACK, 0, 6), 'no valid CONNACK'],
    [packet(PacketType.CONNACK, 1, 5), 'no valid CONNACK'],
    [packet(PacketType.CONNACK | 1, 0, 0), 'packet type 2'],
    [packet(PacketType.PUBLISH), 'length of PUBLISH'],
    [packet(PacketType.PUBLISH, 0), 'length of PUBLISH'],
    [packet(PacketType.PUBLISH, 0, 0), ''],
    [packet(PacketType.PUBLISH, 0, 2, 97), 'length of PUBLISH'],
    [packet(PacketType.PUBLISH, 0, 1, 35), ''],
    [packet(PacketType.PUBLISH, 0, 1, 43), ''],
    [packet(PacketType.PUBLISH, 0, 1, 0), ''],
    [packet(PacketType.PUBLISH | 2, 0, 1, 97, 1), 'length of PUBLISH'],
    [packet(PacketType.PUBLISH | 2, 0, 1, 97, 0, 0), 'packet identifier 0'],
    [packet(PacketType.PUBLISH | 4, 0, 1, 97, 0, 0, 1), 'packet identifier 0'],
    [packet(PacketType.PUBLISH | 6, 0, 1, 97, 0, 1), 'QoS 3'],
    [packet(PacketType.PUBACK, 0, 0), 'packet type 4'],
    [packet(PacketType.PUBACK, 1), 'packet type 4'],
    [packet(PacketType.PUBACK, 0, 1, 0), 'packet type 4'],
    [packet(PacketType.PUBREL & 0xf0, 0, 1), 'packet type 6'],
    [packet(PacketType.PUBREL | 8, 0, 1), 'packet type 6'],
    [packet(PacketType.SUBACK, 0, 1), 'packet type 9'],
    [packet(PacketType.SUBACK, 0, 1, 3), 'packet type 9'],
    [packet(PacketType.SUBACK, 0, 1, 129), 'packet type 9'],
    [packet(PacketType.SUBACK, 0, 1, 0, 0), 'packet type 9'],
    [packet(PacketType.SUBACK, 0, 0, Granted.REFUSED), 'packet type 9'],
    [packet(PacketType.UNSUBACK, 0, 1, 0), 'packet type 11'],
    [packet(PacketType.SUBSCRIBE, 0, 1, 0, 1, 97, 0), 'packet type 8'],
    [packet(PacketType.UNSUBSCRIBE, 0, 1, 0, 1, 97), 'packet type 10'],
    [packet(PacketType.PINGREQ), 'packet type 12'],
    [packet(PacketType.DISCONNECT), 'packet type 14'],
    [packet(0xf0), 'packet type 15'],
  ];
  for (const [bytes, expected] of cases) assert.equal(wrong(bytes), expected, JSON.stringify(bytes));
});

test('whatever bytes come: no exception, and what is called right can be taken apart', () => {
  const random = createRandom(1);
  for (let i = 0; i < 20000; i++) {
    const type = 0x20 + Math.floor(random() * 0xe0);
    const rest = Array.from(
      { length: Math.floor(random() * 8) },
      () => Math.floor(random() * 4) * (random() < 0.1 ? 40 : 1),
    );
    const packet = char(type, ...rest);
    if (wrong(packet)) continue;
    const found = parse(packet);
    if (found.cmd !== 'publish') continue;
    assert.equal(Buffer.from(found.topic).toString('latin1'), topicOf(packet));
    if (found.qos === 1) assert.equal(idOf(packet), found.messageId);
  }
});
