/** The messages between the boards, byte by byte against the table in `messages.ts`, both ways. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../tools/device-globals';
import {
  Flag,
  InitFlag,
  Type,
  VERSION,
  decodeInit,
  decodePublication,
  encode,
  encodeHello,
  encodeId,
  encodeInit,
  encodeMemory,
  encodeNumbered,
  encodePublication,
  encodeStatus,
  encodeSubscribe,
  encodeTime,
  encodeWill,
  idOf,
  numberOf,
  restOf,
  typeOf,
  withoutTime,
} from './messages';
import type { Init } from './messages';
import { Status } from './status';

const all = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');

const INIT: Init = {
  flags: InitFlag.USE_DEFAULT | InitFlag.FAST | InitFlag.VERBOSE,
  port: 1883,
  keepAlive: 60,
  rtcResync: -1,
  ntpPort: 123,
  ssid: 'net',
  password: '',
  broker: 'b',
  user: all,
  mqttPassword: 'p,\0',
  clientId: '',
  ntpServer: 'n',
  tlsOptions: '{}',
};

const PUBLICATION = { flags: Flag.DUP | Flag.QOS1 | Flag.RETAIN, id: 0x1234, topic: 'a,b', payload: all };

const BYTES: [what: string, message: string, bytes: string][] = [
  ['HELLO', encodeHello(), '\x01' + String.fromCharCode(VERSION)],
  ['WILL', encodeWill(Flag.QOS1, 'ab', 'gone'), '\x02\x02\0\x02abgone'],
  ['WILL with an empty payload', encodeWill(0, 'a', ''), '\x02\0\0\x01a'],
  [
    'INIT',
    encodeInit(INIT),
    '\x03\x15\x07\x5b\0\x3c\xff\xff\xff\xff\0\x7b\0\x03net\0\0\0\x01b\x01\0' +
      all +
      '\0\x03p,\0\0\0\0\x01n\0\x02{}',
  ],
  ['PROCEED', encode(Type.PROCEED, ''), '\x04'],
  ['PUBLISH', encodePublication(Type.PUBLISH, PUBLICATION), '\x05\x0b\x12\x34\0\x03a,b' + all],
  ['SUBSCRIBE', encodeSubscribe(0xfffe, 1, 'a/#'), '\x06\xff\xfe\x01a/#'],
  ['UNSUBSCRIBE', encodeNumbered(Type.UNSUBSCRIBE, 256, '+'), '\x07\x01\0+'],
  ['TAKEN', encodeNumbered(Type.TAKEN, 65535, ''), '\x08\xff\xff'],
  ['MEM', encode(Type.MEM, ''), '\x09'],
  ['STATUS', encodeStatus(Status.BROKER_FAIL, 'why'), '\x0a\x08why'],
  ['PUBOK', encodeStatus(Status.PUBOK, encodeId(513)), '\x0a\x04\x02\x01'],
  [
    'MESSAGE',
    encodePublication(Type.MESSAGE, { ...PUBLICATION, flags: 0, id: 0 }),
    '\x0b\0\0\0\0\x03a,b' + all,
  ],
  ['TIME', encodeTime(0xfedcba98), '\x0c\xfe\xdc\xba\x98'],
  ['MEMORY', encodeMemory(812, 0x10640), '\x0d\0\0\x03\x2c\0\x01\x06\x40'],
];

for (const [what, message, bytes] of BYTES) {
  test(`${what} is encoded as documented`, () => {
    assert.equal(message, bytes);
    assert.equal(typeOf(message), bytes.charCodeAt(0));
  });
}

test('publications and wills are read back unchanged, all 256 byte values in topic and payload', () => {
  for (const type of [Type.PUBLISH, Type.MESSAGE] as const) {
    for (const p of [
      PUBLICATION,
      { flags: 0, id: 0, topic: all, payload: '' },
      { ...PUBLICATION, topic: 't', payload: '\0' },
    ]) {
      assert.deepEqual(decodePublication(encodePublication(type, p)), p);
    }
  }
  assert.deepEqual(decodePublication(encodeWill(3, 't', all)), { flags: 3, id: 0, topic: 't', payload: all });
});

test('the longest that the link carries', () => {
  const p = { flags: 0, id: 1, topic: 'x'.repeat(1000), payload: 'y'.repeat(18) };
  const message = encodePublication(Type.PUBLISH, p);
  assert.equal(message.length, 1024);
  assert.deepEqual(decodePublication(message), p);
});

test('INIT is read back unchanged', () => {
  assert.deepEqual(decodeInit(encodeInit(INIT)), INIT);
  for (const fields of [
    { rtcResync: 0 },
    { rtcResync: 86400 },
    { rtcResync: 2000000 },
    { port: 65535, keepAlive: 65535, ntpPort: 65535 },
    { port: 1, keepAlive: 0, ntpPort: 1, flags: 31 },
    { ssid: all, tlsOptions: '' },
  ]) {
    assert.deepEqual(decodeInit(encodeInit({ ...INIT, ...fields })), { ...INIT, ...fields });
  }
});

test('an INIT that wanted the time once no longer wants it', () => {
  assert.deepEqual(decodeInit(withoutTime(encodeInit(INIT))), { ...INIT, rtcResync: 0 });
  for (const rtcResync of [0, 1, 2000000]) {
    const message = encodeInit({ ...INIT, rtcResync });
    assert.equal(withoutTime(message), message);
  }
});

test('numbers and rests', () => {
  assert.equal(numberOf(encodeTime(0), 1), 0);
  assert.equal(numberOf(encodeTime(1795345013), 1), 1795345013);
  assert.equal(numberOf(encodeTime(0xffffffff), 1), 0xffffffff);
  assert.equal(numberOf(encodeMemory(812, 1600), 1), 812);
  assert.equal(numberOf(encodeMemory(812, 1600), 5), 1600);
  assert.equal(idOf(encodeSubscribe(40000, 0, 'a'), 1), 40000);
  assert.equal(idOf(encodeStatus(Status.PUBOK, encodeId(65535)), 2), 65535);
  assert.equal(idOf(encodeStatus(Status.PUBOK, ''), 2), 0);
  assert.equal(restOf(encodeSubscribe(1, 1, all), 4), all);
  assert.equal(restOf(encodeNumbered(Type.UNSUBSCRIBE, 1, all), 3), all);
  assert.equal(restOf(encodeStatus(Status.TOO_LONG, all), 2), all);
});

test('publications cut short anywhere before the payload are malformed, as are those without topic', () => {
  for (const message of [encodePublication(Type.PUBLISH, PUBLICATION), encodeWill(0, 'abc', all)]) {
    const whole = message.length - all.length;
    for (let length = 1; length < whole; length++)
      assert.equal(decodePublication(message.slice(0, length)), undefined);
    assert.ok(decodePublication(message.slice(0, whole)));
  }
  assert.equal(decodePublication(encodePublication(Type.MESSAGE, { ...PUBLICATION, topic: '' })), undefined);
  assert.equal(decodePublication('\x0b\0\0\0\xff\xffabc'), undefined);
});

test('an INIT that is cut short, or goes on, is malformed', () => {
  const message = encodeInit(INIT);
  for (let length = 1; length < message.length; length++)
    assert.equal(decodeInit(message.slice(0, length)), undefined);
  assert.equal(decodeInit(message + '\0'), undefined);
});
