/** The parser against mqtt-packet as oracle: the stream cut anywhere, packets that are too long, bytes at random. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { Flag, PacketType } from '../shared/mqtt';
import { acknowledge, publish, topicOf, withId, wrong as wrongWith } from '../shared/packets';
import { createParser } from './mqtt-packets';
import { toBroker, wholePacket } from '../tools/test-doubles/client-bench';
import { createTestChance } from '../tools/test-doubles/testing';

const puback = (id: number) => toBroker(acknowledge(PacketType.PUBACK, id));
const bare = (type: number) => wholePacket(type, '');
const room = () => true;

const random = createTestChance('packet.test.ts');

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

interface Seen {
  type: number;
  body: string;
  length: number;
}

/** What our parser makes of chunks. */
function parse(chunks: string[], maxBody = 4096): { packets: Seen[]; wrong: string | undefined } {
  const packets: Seen[] = [];
  const parser = createParser({ maxBody, room });
  for (const chunk of chunks) {
    parser.unread += chunk;
    while (parser.next())
      packets.push({
        type: parser.packet.charCodeAt(0),
        body: parser.packet.slice(1),
        length: parser.remainingLength,
      });
  }
  return { packets, wrong: parser.wrong };
}

type Message = [topic: string, payload: string, qos: number, retain: boolean, dup: boolean, id: number];

/** PUBLISH of its parts, with the flags one by one. */
function publishOf(...[topic, payload, qos, retain, dup, id]: Message): string {
  const made = publish((qos << 1) | (retain ? 1 : 0), topic, payload);
  return toBroker(qos ? withId(made, id, dup) : made);
}

/** What the host reads of a PUBLISH: all of it, or topic and identifier of one that was too long to be kept. */
function read(seen: Seen): { message?: Message; cut?: [string, number] } {
  const { type, body, length } = seen;
  const wordAt = (at: number): number => (body.charCodeAt(at) << 8) | body.charCodeAt(at + 1);
  const qos = (type & Flag.QOS) >> 1;
  if (body.length < length) {
    const end = qos ? body.length - 2 : body.length;
    return { cut: [body.substring(2, end), qos ? wordAt(end) : 0] };
  }
  const passed = String.fromCharCode(type) + body;
  if (wrongWith(passed)) return {};
  const topic = topicOf(passed);
  const at = 2 + topic.length;
  const id = qos ? wordAt(at) : 0;
  return { message: [topic, body.slice(qos ? at + 2 : at), qos, !!(type & 1), !!(type & 8), id] };
}

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
    assert.equal(wrong, undefined);
    assert.deepEqual(read(packets[0] as Seen), { message });
  }
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
          assert.equal(wrong, undefined);
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
            assert.equal(cut?.[0], topic.slice(0, 95));
          }
        }
      }
});

test('a long packet that claims more topic than it has is an error, not a hang', () => {
  const packet = '\x32\xc8\x01' + '\xff\xff' + 'x'.repeat(198);
  const { packets, wrong } = parse([packet + puback(5)], 100);
  assert.equal(wrong, undefined);
  assert.equal(packets.length, 2);
  assert.ok((packets[0] as Seen).body.length <= 100);
});

test('remaining length: up to four bytes, also when fewer would do; a fifth is an error', () => {
  assert.deepEqual(parse(['\xd0\x80\x80\x80\x00']).packets, [{ type: 0xd0, body: '', length: 0 }]);
  assert.equal(parse(['\x30\xff\xff\xff\x7f' + 'x'.repeat(1000)]).wrong, undefined);
  for (const bytes of ['\xd0\x80\x80\x80\x80', '\xd0\xff\xff\xff\xff\x01'])
    for (const chunks of [[bytes], bytes.split('')]) {
      const { packets, wrong } = parse(chunks);
      assert.equal(wrong, 'remaining length');
      assert.deepEqual(packets, []);
    }
  // 268435455, the most there is, counted to the byte without keeping it.
  const parser = createParser({ maxBody: 8, room });
  parser.unread = '\x90\xff\xff\xff\x7f';
  const chunk = 'x'.repeat(5 << 20);
  for (let left = 268435455; left > 0; left -= chunk.length) {
    assert.equal(parser.next(), false);
    parser.unread += chunk.slice(0, left);
  }
  assert.equal(parser.next(), true);
  assert.deepEqual([parser.packet.charCodeAt(0), parser.remainingLength], [0x90, 268435455]);
});

test('the parser finds no more in a stream that is wrong, until it is told that another begins', () => {
  const parser = createParser({ maxBody: 100, room });
  parser.unread = '\xd0\x00\xff\xff\xff\xff\xff\xd0\x00';
  assert.equal(parser.next(), true);
  assert.equal(parser.next(), false);
  assert.equal(parser.wrong, 'remaining length');
  assert.equal(parser.next(), false);
  parser.reset();
  parser.unread += '\xd0\x00';
  assert.equal(parser.next(), true);
  assert.equal(parser.wrong, undefined);
});

test('what may be held can change while a stream goes on', () => {
  const limits = { maxBody: 100, room };
  const parser = createParser(limits);
  parser.unread = publishOf('t', 'x'.repeat(60), 1, false, false, 7);
  assert.equal(parser.next(), true);
  assert.equal(parser.packet.length, 66);
  limits.maxBody = 20;
  parser.unread += publishOf('t', 'x'.repeat(60), 1, false, false, 7);
  assert.equal(parser.next(), true);
  assert.equal(parser.packet, '\x32\0\x01t\0\x07');
  assert.equal(parser.remainingLength, 65);
});

test('what was read of the stream is not kept', () => {
  const parser = createParser({ maxBody: 100, room });
  for (let i = 0; i < 1000; i++) {
    parser.unread += '\xd0\0\xd0';
    assert.equal(parser.next(), true);
    assert.ok(parser.unread.length <= 1);
    parser.unread += '\0';
    assert.equal(parser.next(), true);
    assert.equal(parser.unread, '');
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
