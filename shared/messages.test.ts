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
  _flags: InitFlag.USE_DEFAULT | InitFlag.FAST | InitFlag.VERBOSE,
  _hostTimeout: 60,
  _rtcResync: -1,
  _ntpPort: 123,
  _ssid: 'net',
  _password: all,
  _ntpServer: 'n',
};

const CONNECT: Connect = {
  _flags: ConnectTo.TLS | ConnectTo.CLEAN_SESSION,
  _limit: 10,
  _keepAlive: 60,
  _port: 8883,
  _address: 'b',
  _tlsOptions: '{}',
  _head: 'head\0\xff',
  _tail: all,
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
    _version: VERSION,
    _max: 1024,
    _serial: 'abc',
    _crash: 'why not',
  });
  assert.deepEqual(decodeHello('\x01\x05'), { _version: 5, _max: 0, _serial: '', _crash: '' });
  assert.equal(longestOf('\x01\x05'), 0);
  assert.equal(longestOf(encodeHello(65531, '')), 65531);
});

test('INIT and CONNECT are read back unchanged', () => {
  assert.deepEqual(decodeInit(encodeInit(INIT)), INIT);
  for (const fields of [
    { _rtcResync: 0 },
    { _rtcResync: 86400 },
    { _rtcResync: 2000000 },
    { _hostTimeout: 65535, _ntpPort: 65535 },
    { _hostTimeout: 0, _ntpPort: 1, _flags: 31 },
    { _ssid: all, _password: '', _ntpServer: '' },
  ])
    assert.deepEqual(decodeInit(encodeInit({ ...INIT, ...fields })), { ...INIT, ...fields });
  assert.deepEqual(decodeConnect(encodeConnect(CONNECT)), CONNECT);
  for (const fields of [
    { _flags: 0, _limit: 1, _keepAlive: 0, _port: 1 },
    { _limit: 65535, _keepAlive: 65535, _port: 65535 },
    { _address: all, _tlsOptions: '', _head: '', _tail: '' },
  ])
    assert.deepEqual(decodeConnect(encodeConnect({ ...CONNECT, ...fields })), { ...CONNECT, ...fields });
});

test('an INIT that wanted the time once no longer wants it', () => {
  assert.deepEqual(decodeInit(withoutTime(encodeInit(INIT))), { ...INIT, _rtcResync: 0 });
  for (const rtcResync of [0, 1, 2000000]) {
    const message = encodeInit({ ...INIT, _rtcResync: rtcResync });
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
  const connect = encodeConnect({ ...CONNECT, _tail: '' });
  for (let length = 1; length < connect.length; length++)
    assert.equal(decodeConnect(connect.slice(0, length)), undefined);
});
