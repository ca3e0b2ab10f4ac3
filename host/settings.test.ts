/** Defaults of all settings and options, and what is said about wrong ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../tools/simulation/device-globals';
import { InitFlag, decodeInit, encodeConnect } from '../shared/messages';
import { type Login, connectHead, connectTail } from '../shared/packets';
import { Head, Wish, checkSetup, forgetFirst } from './settings';
import type { LinkPins, NetworkSettings } from './settings';

type Fields = Record<string, unknown>;

/** Daylight saving time of Central Europe. */
const EUROPE = [60, 60, 4, 0, 2, 0, 120, 4, 0, 9, 0, 180];

const PINS: Fields = { reset: 4, sckout: 5, stx: 6, srx: 7, sckin: 8 };
const NET: Fields = { ssid: 'home', password: 'hidden-one', broker: '192.168.0.9' };

const LOGIN: Login = {
  _clientId: 'id',
  _user: 'me',
  _password: 'mine',
  _keepAlive: 60,
  _clean: true,
  _will: undefined,
};

function check(net: Fields = {}, options: Fields | undefined = {}, pins: Fields = PINS) {
  return checkSetup(pins as unknown as LinkPins, { ...NET, ...net } as unknown as NetworkSettings, options);
}

function init(net: Fields = {}) {
  return decodeInit(check(net)._init);
}

test('defaults', () => {
  assert.deepEqual(init(), {
    _flags: InitFlag.USE_DEFAULT | InitFlag.FAST,
    _hostTimeout: 60,
    _rtcResync: -1,
    _ntpPort: 123,
    _ssid: 'home',
    _password: 'hidden-one',
    _ntpServer: 'pool.ntp.org',
  });
  const { _init, ...rest } = check({}, undefined);
  assert.ok(_init);
  assert.deepEqual(rest, {
    _wishes: Wish.VERBOSE | Wish.RESUBSCRIBE,
    _timeout: 10,
    _hold: 10,
    _max: 1024,
    _queue: 100,
    _bytes: 8192,
    _persist: false,
    _net: 300,
    _brokers: '192.168.0.9:1883',
    _head: connectHead({ ...LOGIN, _clientId: '', _user: '', _password: '' }),
    _connect: 10,
    _response: 10,
  });
});

test('every field reaches the target, in INIT or in CONNECT', () => {
  const given = {
    port: 1884,
    mqttUser: 'me',
    mqttPassword: 'mine',
    tls: true,
    tlsOptions: { ca: 'x' },
    useDefault: false,
    fast: false,
    rtcResync: 3600,
    keepAlive: 0,
    cleanSession: false,
    connectTimeout: 20,
    responseTime: 30,
    resubscribe: false,
    hostTimeout: 0,
    clientId: 'id,1',
    ntpServer: 'time.example.org',
    ntpPort: 1123,
    targetVerbose: true,
  };
  assert.deepEqual(init(given), {
    _flags: InitFlag.VERBOSE,
    _hostTimeout: 0,
    _rtcResync: 3600,
    _ntpPort: 1123,
    _ssid: 'home',
    _password: 'hidden-one',
    _ntpServer: 'time.example.org',
  });
  const { _brokers, _head, _tail, _tls, _connect, _response, _wishes } = check(given);
  const login = { ...LOGIN, _clientId: 'id,1', _keepAlive: 0, _clean: false };
  assert.deepEqual(
    { _brokers, _head, _tail, _tls, _connect, _response, _wishes },
    {
      _brokers: '192.168.0.9:1884',
      _head: connectHead(login),
      _tail: connectTail(login),
      _tls: '{"ca":"x"}',
      _connect: 20,
      _response: 30,
      _wishes: Wish.VERBOSE | Wish.KEEP,
    },
  );
  assert.equal(_head.charCodeAt(Head.KEEP_ALIVE + 1), 0);
  assert.equal(check({ keepAlive: 258 })._head.substr(Head.KEEP_ALIVE, 2), '\x01\x02');
  assert.equal(check()._head.length, Head.EMPTY);
  assert.equal(_head.substr(Head.ID), '\0\x04id,1');
  assert.equal(check({ tlsOptions: { ca: 'x' } })._tls, undefined, 'options for TLS are none without it');
});

test('a last will is in the flags of CONNECT', () => {
  const { _head } = checkSetup(PINS as never, NET as never, {}, 3);
  assert.equal(_head, connectHead({ ...LOGIN, _clientId: '', _user: '', _password: '', _will: 3 }));
  assert.notEqual(_head, check()._head);
});

test('what is needed at the start alone is gone after it', () => {
  const setup = check({}, { hold: 5, persist: true, localTimeOffset: 1 });
  assert.deepEqual([setup._hold, setup._persist, setup._offset], [5, true, 1]);
  forgetFirst(setup);
  for (const name of ['_hold', '_persist', '_offset', '_dst']) assert.ok(!(name in setup), name);
});

test('a list of brokers, some with ports of their own', () => {
  const addresses = (broker: unknown, net: Fields = {}) =>
    check({ broker, ...net })
      ._brokers.split(' ')
      .map((one) => one.replace(':', ' '));
  assert.deepEqual(addresses('a:1'), ['a 1']);
  assert.deepEqual(addresses(['one', 'two.example.org:65535', '10.0.0.1:1884']), [
    'one 1883',
    'two.example.org 65535',
    '10.0.0.1 1884',
  ]);
  assert.deepEqual(addresses(['one', 'two:1884'], { tls: true }), ['one 8883', 'two 1884']);
  assert.deepEqual(addresses(['one', 'two:1884'], { port: 99 }), ['one 99', 'two 1884']);
  const eight = Array.from({ length: 8 }, (_, i) => 'b' + i);
  assert.equal(addresses(eight).length, 8);
  const { broker } = { broker: eight };
  check({ broker });
  assert.deepEqual(broker, eight, 'what is passed in stays as it is');
});

test('hostTimeout is no shorter than timeout, 60 s unless that is too short', () => {
  assert.equal(init({ hostTimeout: 10 })?._hostTimeout, 10);
  assert.equal(decodeInit(check({}, { timeout: 100 })._init)?._hostTimeout, 100);
  assert.equal(decodeInit(check({ hostTimeout: 0 }, { timeout: 100 })._init)?._hostTimeout, 0);
  assert.throws(() => check({ hostTimeout: 99 }, { timeout: 100 }), {
    message: 'hostTimeout is 99. Allowed: 0, or no less than timeout, which is 100',
  });
});

test('port 0 depends on TLS; an open network has an empty password; text becomes UTF-8', () => {
  assert.equal(check({ tls: true })._brokers, '192.168.0.9:8883');
  assert.equal(check({ port: 0 })._brokers, '192.168.0.9:1883');
  assert.equal(init({ password: '' })?._password, '');
  assert.equal(init({ ssid: 'caf\u00e9 \u20ac' })?._ssid, Buffer.from('café €').toString('latin1'));
});

test('options are taken over', () => {
  const userStart = () => {};
  const setup = check(
    {},
    { userStart, args: [1], localTimeOffset: 5.5, verbose: false, timeout: 20, hold: 5, maxQueue: 3 },
  );
  assert.equal(setup._start, userStart);
  assert.deepEqual(setup._args, [1]);
  assert.deepEqual(
    [setup._offset, setup._wishes, setup._timeout, setup._hold, setup._queue],
    [5.5, Wish.RESUBSCRIBE, 20, 5, 3],
  );
});

const NOT_WHOLE = [-2, 1.5, 65536, '5', null, NaN, Infinity];

const BROKER = 'a host name or IPv4 address, which a colon and a port, 1 to 65535, may follow';

const BAD_NET: [fields: Fields, message: string][] = [
  [{ ssid: '' }, 'ssid is "". Allowed: a string of 1 to 31 bytes'],
  [{ ssid: undefined }, 'ssid is undefined. Allowed: a string of 1 to 31 bytes'],
  [{ ssid: 5 }, 'ssid is 5. Allowed: a string of 1 to 31 bytes'],
  [{ ssid: 'x'.repeat(32) }, `ssid is "${'x'.repeat(32)}". Allowed: a string of 1 to 31 bytes`],
  [{ ssid: '\u20ac'.repeat(11) }, `ssid is "${'\u20ac'.repeat(11)}". Allowed: a string of 1 to 31 bytes`],
  [{ password: 'x'.repeat(64) }, 'password is "(secret)". Allowed: a string of 0 to 63 bytes'],
  [{ broker: '' }, 'broker is "". Allowed: a string of 1 to 255 bytes'],
  [{ broker: undefined }, 'broker is undefined. Allowed: a string of 1 to 255 bytes'],
  [{ broker: 'mqtt://host' }, `broker is "mqtt://host". Allowed: ${BROKER}`],
  [{ broker: 'host:0' }, `broker is "host:0". Allowed: ${BROKER}`],
  [{ broker: 'host:65536' }, `broker is "host:65536". Allowed: ${BROKER}`],
  [{ broker: 'host:' }, `broker is "host:". Allowed: ${BROKER}`],
  [{ broker: 'host:1.5' }, `broker is "host:1.5". Allowed: ${BROKER}`],
  [{ broker: 'host:18 83' }, `broker is "host:18 83". Allowed: ${BROKER}`],
  [{ broker: 'host:0x10' }, `broker is "host:0x10". Allowed: ${BROKER}`],
  [{ broker: 'fe80::1' }, `broker is "fe80::1". Allowed: ${BROKER}`],
  [{ broker: 'a b' }, 'broker is "a b". Allowed: a host name or IPv4 address, without protocol and port'],
  [
    { broker: ['a', 'b c'] },
    'broker is "b c". Allowed: a host name or IPv4 address, without protocol and port',
  ],
  [{ broker: ['a', 5] }, 'broker is 5. Allowed: a string of 1 to 255 bytes'],
  [{ broker: ':1883' }, 'broker is "". Allowed: a string of 1 to 255 bytes'],
  [{ broker: [] }, 'broker is []. Allowed: an address, or a list of 1 to 8'],
  [
    { broker: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
    'broker is [1,2,3,4,5,6,7,8,9]. Allowed: an address, or a list of 1 to 8',
  ],
  [
    { mqttUser: 'me', mqttPassword: 'x'.repeat(601) },
    'mqttPassword is "(secret)". Allowed: a string of 0 to 600 bytes',
  ],
  [{ mqttUser: 'x'.repeat(256) }, `mqttUser is "${'x'.repeat(59)}.... Allowed: a string of 0 to 255 bytes`],
  [{ resubscribe: 0 }, 'resubscribe is 0. Allowed: true or false'],
  [{ connectTimeout: 0 }, 'connectTimeout is 0. Allowed: a whole number, 1 to 600'],
  [{ connectTimeout: 601 }, 'connectTimeout is 601. Allowed: a whole number, 1 to 600'],
  [{ responseTime: 0 }, 'responseTime is 0. Allowed: a whole number, 1 to 600'],
  [{ responseTime: 601 }, 'responseTime is 601. Allowed: a whole number, 1 to 600'],
  [{ hostTimeout: 9 }, 'hostTimeout is 9. Allowed: 0, or no less than timeout, which is 10'],
  [
    { ntpServer: 'a b' },
    'ntpServer is "a b". Allowed: a host name or IPv4 address, without protocol and port',
  ],
  [{ port: 65536 }, 'port is 65536. Allowed: a whole number, 0 to 65535'],
  [{ port: '1883' }, 'port is "1883". Allowed: a whole number, 0 to 65535'],
  [{ rtcResync: -2 }, 'rtcResync is -2. Allowed: a whole number, -1 to 2000000'],
  [{ tls: 1 }, 'tls is 1. Allowed: true or false'],
  [{ useDefault: 'yes' }, 'useDefault is "yes". Allowed: true or false'],
  [{ tlsOptions: 'x' }, 'tlsOptions is "x". Allowed: an object'],
  [{ mqttPassword: 'hidden-two' }, 'mqttUser is "". Allowed: a name, since there is an mqttPassword'],
  [{ clientId: 'a\0' }, 'clientId is "a\\u0000". Allowed: UTF-8 without control characters; byte 1 is not'],
  [
    { pasword: 'hidden-two' },
    'settings has no field pasword. Allowed: ssid, password, broker, port, mqttUser, ' +
      'mqttPassword, tls, tlsOptions, useDefault, fast, rtcResync, keepAlive, connectTimeout, responseTime, ' +
      'resubscribe, hostTimeout, cleanSession, clientId, ntpServer, ntpPort, targetVerbose',
  ],
];

for (const [fields, message] of BAD_NET) {
  test(`refused: ${message.slice(0, 60)}`, () => assert.throws(() => check(fields), { message }));
}

for (const name of [
  'port',
  'keepAlive',
  'rtcResync',
  'ntpPort',
  'connectTimeout',
  'responseTime',
  'hostTimeout',
]) {
  for (const value of NOT_WHOLE.filter((one) => one !== 65536 || name !== 'rtcResync')) {
    test(`refused: ${name} ${value}`, () => {
      assert.throws(
        () => check({ [name]: value }),
        new RegExp(`^Error: ${name} is .*Allowed: a whole number, -?\\d+ to \\d+$`),
      );
    });
  }
}

test('passwords are never shown', () => {
  const secrets: Fields[] = [
    { password: 'hidden-two'.repeat(10) },
    { password: { hidden: 1 } },
    { mqttUser: 'me', mqttPassword: 'hidden-two'.repeat(61) },
    { mqttUser: 'm'.repeat(255), clientId: 'c'.repeat(255), mqttPassword: 'hidden-two'.repeat(60) },
    { password: 'hidden-two'.repeat(6), ssid: '' },
    { tls: true, tlsOptions: { ca: 'hidden-two'.repeat(120) } },
  ];
  for (const fields of secrets) {
    assert.throws(
      () => check(fields),
      (error: Error) => /Allowed|too long/.test(error.message) && !/hidden/.test(error.message),
    );
  }
  assert.throws(() => check({ password: undefined }), {
    message: 'password is undefined. Allowed: a string of 0 to 63 bytes',
  });
});

const BAD_OPTIONS: [fields: Fields, message: string][] = [
  [{ timeout: 0 }, 'timeout is 0. Allowed: a whole number, 1 to 3600'],
  [{ hold: 0 }, 'hold is 0. Allowed: a whole number, 1 to 1000'],
  [{ maxQueue: 0 }, 'maxQueue is 0. Allowed: a whole number, 1 to 10000'],
  [{ maxMessage: 127 }, 'maxMessage is 127. Allowed: a whole number, 128 to 65531'],
  [{ netTimeout: -1 }, 'netTimeout is -1. Allowed: a whole number, 0 to 86400'],
  [{ localTimeOffset: 15 }, 'localTimeOffset is 15. Allowed: a number, -12 to 14'],
  [{ localTimeOffset: '1' }, 'localTimeOffset is "1". Allowed: a number, -12 to 14'],
  [{ localTimeOffset: null }, 'localTimeOffset is null. Allowed: a number, -12 to 14'],
  [{ dst: true }, 'dst is true. Allowed: the 12 numbers that E.setDST takes, in an array'],
  [{ dst: null }, 'dst is null. Allowed: the 12 numbers that E.setDST takes, in an array'],
  [
    { dst: EUROPE.slice(1) },
    'dst is [60,4,0,2,0,120,4,0,9,0,180]. Allowed: the 12 numbers that E.setDST takes, in an array',
  ],
  [
    { dst: EUROPE, localTimeOffset: 1 },
    'localTimeOffset is 1. Allowed: nothing beside dst, which has the zone as its second number',
  ],
  [
    { dst: [0, ...EUROPE.slice(1)] },
    'dst.dstOffset is 0. Allowed: minutes, but 0; localTimeOffset is for a zone alone',
  ],
  [{ verbose: 1 }, 'verbose is 1. Allowed: true or false'],
  [{ userStart: 5 }, 'userStart is 5. Allowed: a function'],
  [{ args: {} }, 'args is {}. Allowed: an array'],
  [
    { user_start: 1 },
    'options has no field user_start. Allowed: userStart, args, localTimeOffset, dst, verbose, timeout, hold, ' +
      'maxMessage, maxQueue, maxQueueBytes, persist, netTimeout, link',
  ],
];

for (const [fields, message] of BAD_OPTIONS) {
  test(`refused: ${message.slice(0, 60)}`, () => assert.throws(() => check({}, fields), { message }));
}

test('a rule for daylight saving time is taken as it is, and each of its numbers checked', () => {
  assert.deepEqual(check({}, { dst: EUROPE })._dst, EUROPE);
  const names =
    'dstOffset timezone startDowNumber startDow startMonth startDayOffset startTimeOfDay endDowNumber endDow endMonth ' +
    'endDayOffset endTimeOfDay';
  const limits = [
    [-120, 120],
    [-720, 840],
    ...[0, 1].flatMap(() => [
      [0, 4],
      [0, 6],
      [0, 11],
      [-31, 31],
      [0, 1440],
    ]),
  ];
  names.split(' ').forEach((name, index) => {
    const [from = NaN, to = NaN] = limits[index] ?? [];
    const having = (value: unknown) => ({ dst: EUROPE.map((one, at) => (at === index ? value : one)) });
    for (const value of [from, to]) check({}, having(value));
    for (const value of [from - 1, to + 1, 0.5, '1', null, undefined, NaN])
      assert.throws(() => check({}, having(value)), {
        message: new RegExp(
          `^dst\\.${name} is .*\\. Allowed: a whole number, ${String(from)} to ${String(to)}$`,
        ),
      });
  });
});

test('pins are all there, known, and each its own', () => {
  assert.throws(() => check({}, {}, { ...PINS, srx: undefined }), { message: 'pin srx is missing' });
  assert.throws(() => check({}, {}, { ...PINS, srx: 5 }), {
    message: 'pin srx is 5. Allowed: a pin of its own; this is sckout too',
  });
  assert.throws(() => check({}, {}, { ...PINS, miso: 9 }), {
    message: 'pins has no field miso. Allowed: reset, sckout, stx, srx, sckin, resetInverted',
  });
  assert.throws(() => checkSetup(undefined as never, NET as never, {}), {
    message:
      'pins is undefined. Allowed: an object with the fields reset, sckout, stx, srx, sckin, resetInverted',
  });
});

test('settings that do not fit in a message are refused: INIT, and CONNECT with the longest address', () => {
  const most = (net: Fields, options: Fields, field: string, up: number): number => {
    let length = up;
    for (; length >= 0; length--) {
      try {
        check({ ...net, [field]: 'x'.repeat(length) }, options);
        return length;
      } catch (e) {
        assert.match((e as Error).message, /^settings are too long in all: \d+ bytes\. Allowed: \d+$/);
      }
    }
    return length;
  };
  const long = 'b'.repeat(255);
  for (const maxMessage of [128, 300, 1024, 5000]) {
    for (const net of [
      { mqttUser: 'me' },
      { mqttUser: 'me', clientId: 'i' },
      { mqttUser: 'me', broker: ['a', 'bbbbbbbbb:1', 'cc'] },
      { mqttUser: 'me', tls: true, tlsOptions: { ca: 'c'.repeat(20) } },
      { mqttUser: 'u'.repeat(250), clientId: 'i'.repeat(200), broker: ['a', long] },
    ]) {
      const length = most(net, { maxMessage }, 'mqttPassword', 600);
      if (length < 0) continue;
      const setup = check({ ...net, mqttPassword: 'x'.repeat(length) }, { maxMessage });
      const limit = Math.min(maxMessage, 1024);
      const longest = Math.max(
        ...setup._brokers.split(' ').map((one) => {
          const [address = '', port] = one.split(':');
          let head = setup._head;
          if (head.length === Head.EMPTY) head = head.substr(0, Head.ID) + '\0\x10esp01020304-0506';
          return encodeConnect({
            _flags: 0,
            _limit: setup._connect,
            _keepAlive: 60,
            _port: Number(port),
            _address: address,
            _tlsOptions: setup._tls ?? '',
            _head: head,
            _tail: setup._tail ?? '',
          }).length;
        }),
      );
      assert.ok(longest <= limit, `${longest} of ${limit}`);
      assert.ok(length === 600 || longest === limit, `${longest} of ${limit}: not a byte is given away`);
    }
  }
  assert.throws(() => check({ ntpServer: 'n'.repeat(100) }, { maxMessage: 128 }), {
    message: 'settings are too long in all: 130 bytes. Allowed: 128',
  });
});

test('a transistor at the reset line is there or not', () => {
  check({}, {}, { ...PINS, resetInverted: true });
  check({}, {}, { ...PINS, resetInverted: false });
  assert.throws(() => check({}, {}, { ...PINS, resetInverted: 1 }), {
    message: 'resetInverted is 1. Allowed: true or false',
  });
});
