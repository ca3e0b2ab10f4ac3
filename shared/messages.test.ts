/** The messages between the boards, byte by byte against the table in `messages.ts`, both ways. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../tools/simulation/device-globals';
import {
  ConnectTo,
  InitFlag,
  Type,
  VERSION,
  decodeConnect,
  decodeHello,
  decodeInit,
  decodeTime,
  encode,
  encodeConnect,
  encodeHello,
  encodeInit,
  encodeMemory,
  encodeStatus,
  encodeTime,
  encodeWill,
  longestOf,
  numberOf,
  restOf,
  typeOf,
  withoutTime,
} from './messages';
import type { Connect, Init } from './messages';
import { Status } from './status';

const all = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');

const INIT: Init = {
  flags: InitFlag.USE_DEFAULT | InitFlag.FAST | InitFlag.VERBOSE,
  hostTimeout: 60,
  rtcResync: -1,
  ntpPort: 123,
  ssid: 'net',
  password: all,
  ntpServer: 'n',
};

const CONNECT: Connect = {
  flags: ConnectTo.TLS | ConnectTo.CLEAN_SESSION,
  limit: 10,
  keepAlive: 60,
  port: 8883,
  address: 'b',
  tlsOptions: '{}',
  head: 'head\0\xff',
  tail: all,
};

const BYTES: [what: string, message: string, bytes: string][] = [
  ['HELLO of a host', encodeHello(1024, ''), '\x01' + String.fromCharCode(VERSION) + '\x04\0'],
  [
    'HELLO of a target',
    encodeHello(300, '\0\x02snwhy'),
    '\x01' + String.fromCharCode(VERSION) + '\x01\x2c\0\x02snwhy',
  ],
  ['WILL', encodeWill('ab', 'gone'), '\x02\0\x02ab\0\x04gone'],
  ['WILL with an empty payload', encodeWill('a', ''), '\x02\0\x01a\0\0'],
  ['INIT', encodeInit(INIT), '\x03\x15\0\x3c\xff\xff\xff\xff\0\x7b\0\x03net\x01\0' + all + '\0\x01n'],
  ['PROCEED', encode(Type.PROCEED, ''), '\x04'],
  ['CONNECT', encodeConnect(CONNECT), '\x05\x03\0\x0a\0\x3c\x22\xb3\0\x01b\0\x02{}\0\x06head\0\xff' + all],
  ['LEAVE', encode(Type.LEAVE, ''), '\x06'],
  ['MEM', encode(Type.MEM, ''), '\x07'],
  ['STATUS', encodeStatus(Status.BROKER_FAIL, 'why'), '\x0a\x08why'],
  ['TIME', encodeTime(0xfedcba98 + 0.25), '\x0d\xfe\xdc\xba\x98\x40\0'],
  ['MEMORY', encodeMemory(812, 0x10640), '\x0e\0\0\x03\x2c\0\x01\x06\x40'],
];

for (const [what, message, bytes] of BYTES) {
  test(`${what} is encoded as documented`, () => {
    assert.equal(message, bytes);
    assert.equal(typeOf(message), bytes.charCodeAt(0));
    assert.ok(typeOf(message) < Type.PACKET, 'no MQTT packet');
  });
}

test('HELLO is read as far as it goes: there have been shorter ones, and there may be longer ones', () => {
  assert.deepEqual(decodeHello(encodeHello(1024, '\0\x03abcwhy not')), {
    version: VERSION,
    max: 1024,
    serial: 'abc',
    crash: 'why not',
  });
  assert.deepEqual(decodeHello('\x01\x05'), { version: 5, max: 0, serial: '', crash: '' });
  assert.equal(longestOf('\x01\x05'), 0);
  assert.equal(longestOf(encodeHello(65531, '')), 65531);
});

test('INIT and CONNECT are read back unchanged', () => {
  assert.deepEqual(decodeInit(encodeInit(INIT)), INIT);
  for (const fields of [
    { rtcResync: 0 },
    { rtcResync: 86400 },
    { rtcResync: 2000000 },
    { hostTimeout: 65535, ntpPort: 65535 },
    { hostTimeout: 0, ntpPort: 1, flags: 31 },
    { ssid: all, password: '', ntpServer: '' },
  ])
    assert.deepEqual(decodeInit(encodeInit({ ...INIT, ...fields })), { ...INIT, ...fields });
  assert.deepEqual(decodeConnect(encodeConnect(CONNECT)), CONNECT);
  for (const fields of [
    { flags: 0, limit: 1, keepAlive: 0, port: 1 },
    { limit: 65535, keepAlive: 65535, port: 65535 },
    { address: all, tlsOptions: '', head: '', tail: '' },
  ])
    assert.deepEqual(decodeConnect(encodeConnect({ ...CONNECT, ...fields })), { ...CONNECT, ...fields });
});

test('an INIT that wanted the time once no longer wants it', () => {
  assert.deepEqual(decodeInit(withoutTime(encodeInit(INIT))), { ...INIT, rtcResync: 0 });
  for (const rtcResync of [0, 1, 2000000]) {
    const message = encodeInit({ ...INIT, rtcResync });
    assert.equal(withoutTime(message), message);
  }
});

test('numbers and rests', () => {
  for (const seconds of [0, 1795345013, 0xffffffff, 1795345013.5, 1795345013 + 65535 / 65536])
    assert.equal(decodeTime(encodeTime(seconds)), seconds);
  assert.ok(Math.abs(decodeTime(encodeTime(1795345013.123)) - 1795345013.123) < 2e-5);
  assert.equal(numberOf(encodeMemory(812, 1600), 1), 812);
  assert.equal(numberOf(encodeMemory(812, 1600), 5), 1600);
  assert.equal(restOf(encodeStatus(Status.TOO_LONG, all), 2), all);
});

test('an INIT or a CONNECT that is cut short is malformed, and so is an INIT that goes on', () => {
  const init = encodeInit(INIT);
  for (let length = 1; length < init.length; length++)
    assert.equal(decodeInit(init.slice(0, length)), undefined);
  assert.equal(decodeInit(init + '\0'), undefined);
  const connect = encodeConnect({ ...CONNECT, tail: '' });
  for (let length = 1; length < connect.length; length++)
    assert.equal(decodeConnect(connect.slice(0, length)), undefined);
});
