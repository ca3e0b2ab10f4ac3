/** Packets against mqtt-packet as oracle, both ways; the stream cut anywhere; everything malformed by table. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import mqttPacket, { type Packet } from 'mqtt-packet';
import {
  Type,
  decodePublication,
  encodeNumbered,
  encodePublication,
  encodeSubscribe,
  type Publication,
} from '../shared/messages';
import {
  PacketType,
  checkPublish,
  connectPacket,
  createParser,
  packet as packetOf,
  readAck,
  readConnack,
  type ConnectOptions,
} from './packet';
import { toMessage, toPacket } from './translate';
import { createChance } from '../tools/testing';

/** Packets as the host asks for them. */
const publish = (p: Publication) => toPacket(encodePublication(Type.PUBLISH, p));
const subscribe = (id: number, filter: string, qos: number) => toPacket(encodeSubscribe(id, qos, filter));
const unsubscribe = (id: number, filter: string) => toPacket(encodeNumbered(Type.UNSUBSCRIBE, id, filter));
const puback = (id: number) => toPacket(encodeNumbered(Type.TAKEN, id, ''));
const bare = (type: number) => packetOf(type, '', '');

const random = createChance('packet.test.ts');

const latin = (text: string) => Buffer.from(text, 'latin1');
const binary = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const utf8 = (text: string) => binary(Buffer.from(text));

/** Text that is UTF-8, as the standard wants it, as a binary string. */
function randomText(least: number, most: number): string {
  const letters = ['a', 'Z', '/', ',', ' ', '"', '\\', 'é', 'ж', '日', '💡', '~'];
  let text = '';
  const length = least + random(most - least + 1);
  while (text.length < length) text += letters[random(letters.length)];
  return utf8(text);
}

function randomBytes(length: number): string {
  let bytes = '';
  while (bytes.length < length) bytes += String.fromCharCode(random(256));
  return bytes;
}

/** What the oracle makes of bytes: exactly one packet. */
function oracle(bytes: string): Packet {
  const packets: Packet[] = [];
  const parser = mqttPacket.parser({ protocolVersion: 4 });
  parser.on('packet', (packet) => packets.push(packet));
  parser.on('error', (error) => assert.fail(error));
  assert.equal(parser.parse(latin(bytes)), 0, 'bytes left over');
  assert.equal(packets.length, 1);
  return packets[0] as Packet;
}

interface Seen {
  type: number;
  body: string;
  length: number;
}

/** What our parser makes of chunks. */
function parse(chunks: string[], maxBody = 4096): { packets: Seen[]; wrong: string } {
  const packets: Seen[] = [];
  const parser = createParser(maxBody);
  for (const chunk of chunks) {
    parser.unread += chunk;
    while (parser.next())
      packets.push({ type: parser.type, body: parser.body, length: parser.remainingLength });
  }
  return { packets, wrong: parser.wrong };
}

type Message = [topic: string, payload: string, qos: number, retain: boolean, dup: boolean, id: number];

/** PUBLISH of its parts, with the flags one by one. */
function publishOf(...[topic, payload, qos, retain, dup, id]: Message): string {
  return publish({ flags: (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0), id, topic, payload });
}

/** What is read of a PUBLISH: all of it, or topic and identifier of one that was too long to be kept. */
function read(seen: Seen): { wrong: string; message?: Message; cut?: [string, number] } {
  const { type, body, length } = seen;
  const wrong = checkPublish(type, body, length);
  if (wrong) return { wrong };
  if (body.length < length) {
    const end = type & 6 ? body.length - 2 : body.length;
    const id = type & 6 ? (body.charCodeAt(end) << 8) | body.charCodeAt(end + 1) : 0;
    return { wrong, cut: [body.substring(2, end), id] };
  }
  const p = decodePublication(toMessage(type, body));
  assert.ok(p, 'the host could not read it');
  return {
    wrong,
    message: [p.topic, p.payload, (p.flags >> 1) & 3, !!(p.flags & 1), !!(p.flags & 8), p.id],
  };
}

test('CONNECT: every combination of its flags, as the oracle reads it', () => {
  for (let bits = 0; bits < 64; bits++) {
    const options: ConnectOptions = {
      clientId: bits & 1 ? utf8('bridge-é') : '',
      cleanSession: !(bits & 1) || !!(bits & 2),
      keepAlive: [0, 1, 60, 65535][random(4)] as number,
      ...(bits & 4 ? { user: utf8('übler, user') } : {}),
      ...(bits & 8 ? { password: 'p\x00\xff' } : {}),
      ...(bits & 16
        ? {
            will: {
              topic: utf8('last/ж'),
              payload: bits & 1 ? '' : 'gone\xff\x00',
              flags: (bits & 32 ? 2 : 0) | (bits & 2 ? 1 : 0),
            },
          }
        : {}),
    };
    const packet = oracle(connectPacket(options));
    assert.equal(packet.cmd, 'connect');
    if (packet.cmd !== 'connect') return;
    assert.equal(packet.protocolId, 'MQTT');
    assert.equal(packet.protocolVersion, 4);
    assert.equal(utf8(packet.clientId), options.clientId);
    assert.equal(packet.clean, options.cleanSession);
    assert.equal(packet.keepalive, options.keepAlive);
    assert.equal(packet.username === undefined ? undefined : utf8(packet.username), options.user);
    // A password needs a user: [MQTT-3.1.2-22].
    assert.equal(
      packet.password ? binary(packet.password) : undefined,
      options.user ? options.password : undefined,
    );
    assert.equal(!!packet.will, !!options.will);
    if (packet.will && options.will) {
      assert.equal(utf8(packet.will.topic), options.will.topic);
      assert.equal(binary(packet.will.payload as Buffer), options.will.payload);
      assert.equal(packet.will.qos, options.will.flags >> 1);
      assert.equal(packet.will.retain, !!(options.will.flags & 1));
    }
  }
});

test('CONNECT: an empty user or password counts as none', () => {
  const base = { clientId: 'x', keepAlive: 1, cleanSession: true };
  assert.equal(connectPacket({ ...base, user: '', password: '' }), connectPacket(base));
  assert.equal(connectPacket({ ...base, user: '', password: 'p' }), connectPacket(base));
  assert.equal(connectPacket({ ...base, user: 'u', password: '' }), connectPacket({ ...base, user: 'u' }));
});

test('the other packets to the broker, byte for byte as the oracle makes them', () => {
  const cases: [string, Packet][] = [
    [puback(1), { cmd: 'puback', messageId: 1 }],
    [puback(65535), { cmd: 'puback', messageId: 65535 }],
    [
      subscribe(10, 'a/+/#', 0),
      { cmd: 'subscribe', messageId: 10, subscriptions: [{ topic: 'a/+/#', qos: 0 }] },
    ],
    [subscribe(256, '#', 1), { cmd: 'subscribe', messageId: 256, subscriptions: [{ topic: '#', qos: 1 }] }],
    [unsubscribe(513, 'a,b'), { cmd: 'unsubscribe', messageId: 513, unsubscriptions: ['a,b'] }],
    [bare(PacketType.PINGREQ), { cmd: 'pingreq' }],
    [bare(PacketType.DISCONNECT), { cmd: 'disconnect' }],
  ];
  for (const [ours, theirs] of cases) assert.equal(ours, binary(mqttPacket.generate(theirs)));
});

test('PUBLISH: random ones byte for byte as the oracle makes them, and read back whole', () => {
  const all = binary(Uint8Array.from({ length: 256 }, (_, i) => i));
  // Lengths around each step of the remaining length, and a few at random.
  const lengths = [0, 1, 100, 120, 127, 128, 129, 16370, 16383, 16384, 16385, 70000];
  for (let i = 0; i < 30; i++) lengths.push(random(2000));
  for (const length of lengths) {
    const qos = random(2);
    const message: Message = [
      randomText(1, 30),
      length === 0 ? all : randomBytes(length),
      qos,
      !!random(2),
      qos ? !!random(2) : false,
      qos ? 1 + random(65535) : 0,
    ];
    const ours = publishOf(...message);
    const theirs = mqttPacket.generate({
      cmd: 'publish',
      topic: latin(message[0]).toString(),
      payload: latin(message[1]),
      qos: qos as 0 | 1,
      retain: message[3],
      dup: message[4],
      ...(qos ? { messageId: message[5] } : {}),
    });
    assert.equal(ours, binary(theirs));
    const { packets, wrong } = parse([ours], 100000);
    assert.equal(wrong, '');
    assert.deepEqual(read(packets[0] as Seen), { wrong: '', message });
  }
});

test('packets from the broker as the oracle makes them', () => {
  const made = (packet: Packet): Seen => {
    const { packets, wrong } = parse([binary(mqttPacket.generate(packet))]);
    assert.equal(wrong, '');
    assert.equal(packets.length, 1);
    return packets[0] as Seen;
  };
  for (let code = 0; code <= 5; code++) {
    const seen = made({ cmd: 'connack', returnCode: code, sessionPresent: false });
    assert.equal(readConnack(seen.type, seen.body, seen.length), code);
  }
  const kept = made({ cmd: 'connack', returnCode: 0, sessionPresent: true });
  assert.equal(readConnack(kept.type, kept.body, kept.length), 256);
  for (const id of [1, 255, 256, 65535]) {
    const ack = made({ cmd: 'puback', messageId: id });
    assert.equal(ack.type, PacketType.PUBACK);
    assert.equal(readAck(ack.type, ack.body, ack.length, 2), id);
    const unsuback = made({ cmd: 'unsuback', messageId: id } as Packet);
    assert.equal(unsuback.type, PacketType.UNSUBACK);
    assert.equal(readAck(unsuback.type, unsuback.body, unsuback.length, 2), id);
    for (const code of [0, 1, 2, 128]) {
      const suback = made({ cmd: 'suback', messageId: id, granted: [code] });
      assert.equal(suback.type, PacketType.SUBACK);
      assert.equal(readAck(suback.type, suback.body, suback.length, 3), id);
      assert.equal(suback.body.charCodeAt(2), code);
    }
  }
  assert.deepEqual(made({ cmd: 'pingresp' }), { type: PacketType.PINGRESP, body: '', length: 0 });
});

/** A stream of packets of many kinds and lengths. */
function stream(): { bytes: string; each: string[] } {
  const each = [
    binary(mqttPacket.generate({ cmd: 'connack', returnCode: 0, sessionPresent: false })),
    bare(PacketType.PINGREQ),
    publishOf('t', '', 0, false, false, 0),
    publishOf('topic/é', randomBytes(130), 1, true, true, 77),
    puback(9),
    publishOf('long', randomBytes(300), 1, false, false, 78),
    binary(mqttPacket.generate({ cmd: 'suback', messageId: 3, granted: [1] })),
    bare(PacketType.PINGREQ),
  ];
  return { bytes: each.join(''), each };
}

test('a stream split at every byte, and at every pair of places', () => {
  for (const maxBody of [4096, 100, 8]) {
    const { bytes, each } = stream();
    const whole = parse([bytes], maxBody);
    assert.equal(whole.packets.length, each.length);
    assert.deepEqual(parse(each, maxBody), whole);
    assert.deepEqual(parse(bytes.split(''), maxBody), whole);
    for (let at = 0; at <= bytes.length; at++)
      assert.deepEqual(parse([bytes.slice(0, at), bytes.slice(at)], maxBody), whole);
    for (let i = 0; i < 500; i++) {
      const chunks: string[] = [];
      for (let at = 0; at < bytes.length;) {
        const next = at + random(40);
        chunks.push(bytes.slice(at, next));
        at = next;
      }
      assert.deepEqual(parse(chunks, maxBody), whole);
    }
  }
});

test('random streams through both parsers', () => {
  for (let round = 0; round < 50; round++) {
    const sent: Message[] = [];
    let bytes = '';
    for (let i = random(6); i >= 0; i--) {
      const qos = random(2);
      const message: Message = [
        randomText(1, 200),
        randomBytes(random(700)),
        qos,
        !!random(2),
        qos ? !!random(2) : false,
        qos ? 1 + random(65535) : 0,
      ];
      sent.push(message);
      bytes += publishOf(...message);
    }
    const chunks: string[] = [];
    for (let at = 0; at < bytes.length; at += 268) chunks.push(bytes.slice(at, at + 268));
    const theirs: Packet[] = [];
    const parser = mqttPacket.parser({ protocolVersion: 4 });
    parser.on('packet', (packet) => theirs.push(packet));
    for (const chunk of chunks) parser.parse(latin(chunk));
    const ours = parse(chunks).packets;
    assert.equal(ours.length, sent.length);
    assert.equal(theirs.length, sent.length);
    ours.forEach((seen, i) => {
      assert.deepEqual(read(seen).message, sent[i]);
      const packet = theirs[i];
      assert.ok(packet?.cmd === 'publish');
      assert.equal(binary(packet.payload as Buffer), sent[i]?.[1]);
    });
  }
});

test('a packet longer than allowed is not kept, and the stream goes on', () => {
  const topics = ['t', 'x'.repeat(60), 'x'.repeat(93), 'x'.repeat(94), 'x'.repeat(95), 'x'.repeat(96)];
  topics.push('y'.repeat(97), 'y'.repeat(98), 'y'.repeat(99), 'y'.repeat(200), 'y'.repeat(65535));
  const maxBody = 100;
  for (const topic of topics)
    for (const qos of [0, 1])
      for (const payload of ['', 'p', 'p'.repeat(98), 'p'.repeat(1000)]) {
        const packet = publishOf(topic, payload, qos, false, false, qos ? 0x1234 : 0);
        for (const step of [1, 7, 268, 100000]) {
          if (step === 1 && topic.length > 1000) continue;
          const bytes = packet + puback(5);
          const chunks: string[] = [];
          for (let at = 0; at < bytes.length; at += step) chunks.push(bytes.slice(at, at + step));
          const { packets, wrong } = parse(chunks, maxBody);
          assert.equal(wrong, '');
          assert.equal(packets.length, 2);
          const [seen, next] = packets as [Seen, Seen];
          assert.deepEqual(next, { type: PacketType.PUBACK, body: '\0\x05', length: 2 });
          assert.equal(seen.length, 2 + topic.length + 2 * qos + payload.length);
          assert.ok(seen.body.length <= maxBody);
          const { message, cut } = read(seen);
          if (seen.length <= maxBody) {
            assert.deepEqual(message, [topic, payload, qos, false, false, qos ? 0x1234 : 0]);
          } else {
            assert.equal(message, undefined);
            assert.equal(cut?.[1], qos ? 0x1234 : 0);
            assert.equal(cut?.[0], topic.slice(0, 96));
          }
        }
      }
});

test('a long packet that claims more topic than it has is an error, not a hang', () => {
  const packet = '\x32\xc8\x01' + '\xff\xff' + 'x'.repeat(198);
  const { packets, wrong } = parse([packet + puback(5)], 100);
  assert.equal(wrong, '');
  assert.equal(packets.length, 2);
  assert.equal(read(packets[0] as Seen).wrong, 'length of PUBLISH');
});

test('remaining length: up to four bytes, also when fewer would do; a fifth is an error', () => {
  assert.deepEqual(parse(['\xd0\x80\x80\x80\x00']).packets, [{ type: 0xd0, body: '', length: 0 }]);
  assert.equal(parse(['\x30\xff\xff\xff\x7f' + 'x'.repeat(1000)]).wrong, '');
  for (const bytes of ['\xd0\x80\x80\x80\x80', '\xd0\xff\xff\xff\xff\x01'])
    for (const chunks of [[bytes], bytes.split('')]) {
      const { packets, wrong } = parse(chunks);
      assert.equal(wrong, 'remaining length');
      assert.deepEqual(packets, []);
    }
  // 268435455, the most there is, counted to the byte without keeping it.
  const parser = createParser(8);
  parser.unread = '\x90\xff\xff\xff\x7f';
  const chunk = 'x'.repeat(5 << 20);
  for (let left = 268435455; left > 0; left -= chunk.length) {
    assert.equal(parser.next(), false);
    parser.unread += chunk.slice(0, left);
  }
  assert.equal(parser.next(), true);
  assert.deepEqual([parser.type, parser.remainingLength], [0x90, 268435455]);
});

test('the parser finds no more in a stream that is wrong, until it is told that another begins', () => {
  const parser = createParser(100);
  parser.unread = '\xd0\x00\xff\xff\xff\xff\xff\xd0\x00';
  assert.equal(parser.next(), true);
  assert.equal(parser.next(), false);
  assert.equal(parser.wrong, 'remaining length');
  assert.equal(parser.next(), false);
  parser.reset();
  parser.unread += '\xd0\x00';
  assert.equal(parser.next(), true);
  assert.equal(parser.wrong, '');
});

test('malformed packets from the broker, by table', () => {
  const seen = (bytes: string): Seen => {
    const { packets, wrong } = parse([bytes], 100);
    assert.equal(wrong, '');
    return packets[0] as Seen;
  };
  for (const [what, bytes] of [
    ['flags', '\x21\x02\x00\x00'],
    ['type', '\xd0\x02\x00\x00'],
    ['too short', '\x20\x01\x00'],
    ['empty', '\x20\x00'],
    ['too long', '\x20\x03\x00\x00\x00'],
    ['much too long', '\x20\xc8\x01' + '\x00'.repeat(200)],
    ['reserved acknowledge flag', '\x20\x02\x02\x00'],
    ['reserved return code', '\x20\x02\x00\x06'],
    ['session kept with a refusal', '\x20\x02\x01\x05'],
  ] as const) {
    const packet = seen(bytes);
    assert.equal(readConnack(packet.type, packet.body, packet.length), -1, what);
  }
  for (const [what, bytes, size] of [
    ['PUBACK flags', '\x42\x02\x00\x01', 2],
    ['PUBACK short', '\x40\x01\x00', 2],
    ['PUBACK long', '\x40\x03\x00\x01\x00', 2],
    ['PUBACK identifier 0', '\x40\x02\x00\x00', 2],
    ['PUBACK empty', '\x40\x00', 2],
    ['SUBACK flags', '\x92\x03\x00\x01\x00', 3],
    ['SUBACK without code', '\x90\x02\x00\x01', 3],
    ['SUBACK of two filters', '\x90\x04\x00\x01\x00\x00', 3],
    ['SUBACK endless', '\x90\xc8\x01\x00\x01' + '\x00'.repeat(198), 3],
    ['UNSUBACK identifier 0', '\xb0\x02\x00\x00', 2],
  ] as const) {
    const packet = seen(bytes);
    assert.equal(readAck(packet.type, packet.body, packet.length, size), 0, what);
  }
  for (const [wrong, bytes] of [
    ['QoS 2', '\x34\x05\x00\x01t\x00\x01'],
    ['QoS 3', '\x36\x05\x00\x01t\x00\x01'],
    ['length of PUBLISH', '\x30\x00'],
    ['length of PUBLISH', '\x30\x01\x00'],
    ['length of PUBLISH', '\x30\x02\x00\x01'],
    ['length of PUBLISH', '\x30\x04\x00\x05ab'],
    ['length of PUBLISH', '\x32\x03\x00\x01t'],
    ['length of PUBLISH', '\x32\x04\x00\x01t\x00'],
    ['packet identifier 0', '\x32\x05\x00\x01t\x00\x00'],
    ['topic of PUBLISH', '\x30\x02\x00\x00'],
    ['topic of PUBLISH', '\x32\x04\x00\x00\x00\x01'],
    ['topic of PUBLISH', '\x30\x05\x00\x03a/+'],
    ['topic of PUBLISH', '\x30\x05\x00\x03a/#'],
    ['topic of PUBLISH', '\x30\x05\x00\x03a\x00b'],
    ['topic of PUBLISH', '\x30\xc8\x01\x00\x01#' + 'p'.repeat(197)],
  ] as const) {
    const result = read(seen(bytes));
    assert.equal(result.wrong, wrong, JSON.stringify(bytes));
    assert.equal(result.message ?? result.cut, undefined);
  }
});

test('random bytes: always an end, never more held than allowed', () => {
  for (let round = 0; round < 300; round++) {
    const bytes = randomBytes(random(600));
    const { packets } = parse(bytes.match(/[^]{1,50}/g) ?? [], 64);
    for (const seen of packets) {
      assert.ok(seen.body.length <= 64);
      assert.ok(seen.body.length <= seen.length);
      read(seen);
    }
  }
});
