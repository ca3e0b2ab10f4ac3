/** The bridge between a host that is a script and a broker that is one too, with a clock of its own; then aedes. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Aedes, type Client as BrokerClient } from 'aedes';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { MAX_MESSAGE } from '../shared/link';
import {
  ConnectTo,
  InitFlag,
  Type,
  decodeTime,
  encode,
  encodeConnect,
  encodeHello,
  encodeInit,
  encodeWill,
  numberOf,
  restOf,
  typeOf,
  type Connect,
  type Init,
} from '../shared/messages';
import { Flag, PacketType } from '../shared/mqtt';
import {
  acknowledge,
  connectHead,
  connectTail,
  publish,
  subscribe,
  topicOf,
  unsubscribe,
  withId,
  type Login,
} from '../shared/packets';
import { Status } from '../shared/status';
import { createTestChance, createTimers } from '../tools/test-doubles/testing';
import { createGateway } from './gateway';

const random = createTestChance('bridge.test.ts');

const NAMES: Record<number, string> = {
  [Status.DEFNET]: 'DEFNET',
  [Status.SPECNET]: 'SPECNET',
  [Status.UNKNOWN]: 'UNKNOWN',
  [Status.WILLOK]: 'WILLOK',
  [Status.BROKER_FAIL]: 'BROKER_FAIL',
  [Status.WIFI_UP]: 'WIFI_UP',
  [Status.WIFI_DOWN]: 'WIFI_DOWN',
  [Status.NO_TLS]: 'NO_TLS',
  [Status.BAD_BROKER]: 'BAD_BROKER',
  [Status.WIFI_FAIL]: 'WIFI_FAIL',
  [Status.DROPPED]: 'DROPPED',
  [Status.NO_TIME]: 'NO_TIME',
};

const wordAt = (text: string, at: number): number => text.charCodeAt(at) * 256 + text.charCodeAt(at + 1);

/** A message to the host as a line. */
function lineOf(message: string): string {
  const type = typeOf(message);
  if ((type & 0xf0) === PacketType.PUBLISH) {
    const at = 3 + topicOf(message).length;
    const qos = type & Flag.QOS;
    return `PUBLISH ${type & 15} ${qos ? wordAt(message, at) : 0} ${topicOf(message)} ${message.slice(qos ? at + 2 : at)}`.trim();
  }
  switch (type as number) {
    case Type.STATUS: {
      const name = NAMES[message.charCodeAt(1)];
      assert.ok(name, `status ${message.charCodeAt(1)}`);
      return `${name} ${restOf(message, 2)}`.trim();
    }
    case Type.CUT:
      return `CUT ${message.charCodeAt(1)} ${message.slice(4)}`;
    case Type.FULL:
      return `FULL ${message.charCodeAt(1)} ${wordAt(message, 2)}`;
    case Type.TIME:
      return `TIME ${decodeTime(message)}`;
    case Type.MEMORY:
      return `MEMORY ${numberOf(message, 1)} ${numberOf(message, 5)}`;
    case PacketType.CONNACK:
      return `CONNACK ${message.charCodeAt(1)} ${message.charCodeAt(2)}`;
    case PacketType.PUBACK:
      return `PUBACK ${wordAt(message, 1)}`;
    case PacketType.PUBREL:
      return `PUBREL ${wordAt(message, 1)}`;
    case PacketType.SUBACK:
      return `SUBACK ${wordAt(message, 1)} ${message.charCodeAt(3)}`;
    case PacketType.UNSUBACK:
      return `UNSUBACK ${wordAt(message, 1)}`;
    default:
      assert.ok(type >= Type.PACKET, `type ${type}`);
      return `packet ${type}`;
  }
}

const binary = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const made = (packet: Packet) => binary(mqttPacket.generate(packet));

/** What is in a stream, by name. */
function packetsIn(bytes: string): Packet[] {
  const packets: Packet[] = [];
  const parser = mqttPacket.parser({ protocolVersion: 4 });
  parser.on('packet', (packet) => packets.push(packet));
  parser.on('error', (error) => assert.fail(error));
  assert.equal(parser.parse(Buffer.from(bytes, 'latin1')), 0, 'bytes left over');
  return packets;
}

/** Espruino's module `Wifi` on an ESP8266. */
function createRadio(details: { status: string; ssid: string; password: string }) {
  const listeners: Record<string, (() => void)[]> = {};
  let callback: ((error: string | null) => void) | undefined;
  const emit = (event: string) => (listeners[event] ?? []).forEach((listener) => listener());
  const end = (error: string | null) => {
    const done = callback;
    callback = undefined;
    done?.(error);
  };
  const radio = {
    connects: [] as string[],
    lookups: [] as string[],
    address: '192.0.2.1' as string | null,
    module: {
      connect: (ssid: string, options: { password: string }, done: (error: string | null) => void) => {
        radio.connects.push(`${ssid} ${options.password}`);
        details = { status: 'connecting', ssid, password: options.password };
        callback = done;
      },
      save: () => undefined,
      getDetails: () => details,
      getIP: () => ({ ip: details.status === 'connected' ? '192.0.2.7' : '0.0.0.0' }),
      disconnect: () => undefined,
      on: (event: string, listener: () => void) => (listeners[event] ??= []).push(listener),
      getHostByName: (name: string, done: (address: string | null) => void) => {
        radio.lookups.push(name);
        done(radio.address);
      },
    },
    join: () => {
      details.status = 'connected';
      end(null);
      emit('connected');
    },
    refuse: (word: string) => {
      details.status = word;
      end(word);
      emit('disconnected');
    },
    /** It is gone, and no event says so. */
    lose: () => (details.status = 'disconnected'),
    leave: () => {
      details.status = 'connecting';
      emit('disconnected');
    },
  };
  return radio;
}

/** A socket with the manners of Espruino's: `write` says false, events name the socket as `this`. */
class ScriptedSocket {
  sent = '';
  ended = 0;
  /** Lets the bridge do what it has put off. */
  settle = () => {};
  private readonly listeners: Record<string, ((value: never) => void)[]> = {};
  constructor(
    readonly where: Record<string, unknown>,
    readonly opened: (this: unknown) => void,
  ) {}
  write(data: string): boolean {
    this.sent += data;
    return false;
  }
  end(): void {
    this.ended++;
  }
  on(event: string, listener: (value: never) => void): void {
    (this.listeners[event] ??= []).push(listener);
  }
  emit(event: string, value?: unknown): void {
    for (const listener of this.listeners[event] ?? []) listener.call(this, value as never);
    this.settle();
  }
  /** What was sent since last asked. */
  take(): string {
    const sent = this.sent;
    this.sent = '';
    return sent;
  }
}

/** What it sends is kept, what it is to receive comes from the test. */
function createUdp() {
  const sent: string[] = [];
  let take: ((reply: string) => void) | undefined;
  const udp = {
    sent,
    sockets: 0,
    broken: false,
    module: {
      createSocket: (kind: string) => {
        assert.equal(kind, 'udp4');
        if (udp.broken) throw new Error('Unable to create socket');
        udp.sockets++;
        return {
          bind: () => undefined,
          send: (data: string, port: number, address: string) => sent.push(`${address}:${port} ${data}`),
          on: (_event: string, listener: (reply: string) => void) => (take = listener),
          close: () => (take = undefined),
        };
      },
    },
    /** Answers the last question with a Unix time. */
    answer: (seconds: number) => {
      const reply = Buffer.alloc(48);
      reply[0] = 0x24;
      reply[1] = 2;
      reply.write((sent[sent.length - 1] as string).slice(-8), 24, 'latin1');
      reply.writeUInt32BE((Math.floor(seconds) + 2208988800) % 2 ** 32, 40);
      reply.writeUInt32BE((seconds % 1) * 2 ** 32, 44);
      take?.(binary(reply));
    },
  };
  return udp;
}

const INIT: Init = {
  flags: 0,
  hostTimeout: 60,
  rtcResync: 0,
  ntpPort: 123,
  ssid: 'given',
  password: 'secret',
  ntpServer: 'time.lan',
};

const LOGIN: Login = { clientId: 'me', user: '', password: '', keepAlive: 0, clean: true, will: undefined };

/** CONNECT with what it says of the connection and of the login. */
function connectOf(over: Partial<Connect> = {}, login: Partial<Login> = {}): string {
  const all = { ...LOGIN, ...login };
  return encodeConnect({
    flags: all.clean ? ConnectTo.CLEAN_SESSION : 0,
    limit: 10,
    keepAlive: all.keepAlive,
    port: 1883,
    address: 'broker.lan',
    tlsOptions: '',
    head: connectHead(all),
    tail: connectTail(all),
    ...over,
  });
}

interface Given {
  /** Saved in flash. */
  readonly saved?: { ssid: string; password: string };
  /** In place of scripted sockets. */
  readonly connect?: (where: Record<string, unknown>, opened: (this: unknown) => void) => unknown;
  readonly noTls?: boolean;
}

/** A bridge, and all that is around it. */
function setUp(t: TestContext, given: Given = {}) {
  const clock = createTimers();
  const radio = createRadio({ status: 'off', ssid: '', password: '', ...given.saved });
  const udp = createUdp();
  const sockets: ScriptedSocket[] = [];
  const lines: string[] = [];
  const all: string[] = [];
  const printed: string[] = [];
  const readies: boolean[] = [];
  const loaded: string[] = [];
  const frequencies: number[] = [];
  const s = {
    clock,
    radio,
    udp,
    sockets,
    lines,
    /** What was said to the host from the beginning. */
    all,
    printed,
    readies,
    loaded,
    frequencies,
    queued: 0,
    free: 1000,
    /** What collecting garbage would free. */
    garbage: 0,
    /** Gets each line for the host. */
    hear: (_line: string) => {},
    say: (message: string) => {
      bridge.message(message);
      clock.pass(0);
    },
    abandon: () => {
      bridge.abandon();
      clock.pass(0);
    },
    patience: -1,
    /** What the host heard since last asked. */
    heard: () => lines.splice(0),
    last: () => sockets[sockets.length - 1] as ScriptedSocket,
    init: (over: Partial<Init> = {}) => s.say(encodeInit({ ...INIT, ...over })),
    /** The broker takes the connection, with what comes at once behind CONNACK. */
    accept: (session = false, more = '') => {
      s.last().opened();
      const [connect] = packetsIn(s.last().take());
      s.last().emit('data', `\x20\x02${session ? '\x01' : '\0'}\0${more}`);
      assert.ok(connect?.cmd === 'connect');
      return connect;
    },
    /** As far as a network. */
    join: (over: Partial<Init> = {}) => {
      s.init(over);
      s.say(encode(Type.PROCEED, ''));
      radio.join();
      clock.pass(0);
      assert.deepEqual(s.heard(), ['SPECNET given', 'WIFI_UP given']);
      clock.pass(2);
    },
    /** As far as a broker. */
    run: (over: Partial<Connect> = {}, login: Partial<Login> = {}) => {
      s.join();
      s.say(connectOf(over, login));
      const connect = s.accept();
      assert.deepEqual(s.heard(), ['CONNACK 0 0']);
      return connect;
    },
  };
  function connect(where: Record<string, unknown>, opened: (this: unknown) => void): unknown {
    if (given.connect) return given.connect(where, opened);
    sockets.push(new ScriptedSocket({ ...where }, opened));
    s.last().settle = () => clock.pass(0);
    return s.last();
  }
  const modules: Record<string, unknown> = {
    Wifi: radio.module,
    net: { connect },
    dgram: udp.module,
    ...(given.noTls ? {} : { tls: { connect } }),
  };
  const bridge = createGateway({
    send: (message) => {
      assert.ok(message.length > 0 && message.length <= MAX_MESSAGE, `a message of ${message.length} bytes`);
      lines.push(lineOf(message));
      all.push(lineOf(message));
      s.hear(lineOf(message));
    },
    patience: (seconds) => (s.patience = seconds),
    queued: () => s.queued,
    ready: (on) => {
      if (on !== (readies.length ? readies[readies.length - 1] : true)) readies.push(on);
    },
    max: MAX_MESSAGE,
    time: () => 0,
    clock: (mhz) => frequencies.push(mhz),
    load: (name) => {
      loaded.push(name);
      if (!modules[name]) throw new Error(`Module ${name} not found`);
      return modules[name];
    },
    later: clock.later,
    cancel: clock.cancel,
    memory: (collect) => {
      if (collect !== false) {
        s.free += s.garbage;
        s.garbage = 0;
      }
      return { usage: 1600 - s.free, free: s.free, total: 1600 };
    },
    log: (text) => printed.push(text),
  });
  t.after(() => assert.deepEqual(clock.stale, [], 'timers cancelled that were over'));
  return s;
}

const PROCEED = encode(Type.PROCEED, '');
const LEAVE = encode(Type.LEAVE, '');
const MEM = encode(Type.MEM, '');

function publication(topic: string, payload: string, flags = 0, id = 0): string {
  const made = publish(flags & ~Flag.DUP, topic, payload);
  return id ? withId(made, id, !!(flags & Flag.DUP)) : made;
}

/** PUBLISH of the broker. */
function arriving(topic: string, payload: string, id = 0): string {
  return made({
    cmd: 'publish',
    topic,
    payload: Buffer.from(payload, 'latin1'),
    qos: id ? 1 : 0,
    dup: false,
    retain: false,
    ...(id ? { messageId: id } : {}),
  });
}

test('HELLO of the host: nothing in answer, at any time', (t) => {
  const s = setUp(t);
  s.say(encodeHello(1024, ''));
  s.run();
  s.say(encodeHello(1024, ''));
  assert.deepEqual(s.heard(), []);
});

test('from WILL to CONNACK, each step after the one before', (t) => {
  const s = setUp(t, { saved: { ssid: 'home', password: 'old secret' } });
  s.say(encodeWill('last/will', 'gone\0\xff'));
  assert.deepEqual(s.heard(), ['WILLOK']);
  s.init({ flags: InitFlag.USE_DEFAULT, hostTimeout: 77 });
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
  s.say(connectOf({}, { clean: false, user: 'u', password: 'p', keepAlive: 77, will: 3 }));
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
  assert.equal(binary(connect.will?.payload as Buffer), 'gone\0\xff');
  assert.equal(connect.will?.qos, 1);
  assert.equal(connect.will?.retain, true);
  assert.deepEqual(s.frequencies, [80]);
  assert.deepEqual(s.printed, []);
});

test('a will is for the next CONNECT only, the last one given', (t) => {
  const s = setUp(t);
  s.say(encodeWill('first', '1'));
  s.say(encodeWill('second', ''));
  assert.deepEqual(s.heard(), ['WILLOK', 'WILLOK']);
  assert.equal(s.run({}, { will: 0 }).will?.topic, 'second');
  s.last().emit('close', false);
  assert.deepEqual(s.heard(), ['BROKER_FAIL connection closed']);
  s.say(connectOf());
  assert.equal(s.accept().will, undefined);
});

test('not fast is 80 MHz, and nothing else changes the clock; printed is what is asked for, and no secret', (t) => {
  const s = setUp(t);
  s.join({ flags: InitFlag.FAST | InitFlag.VERBOSE });
  assert.deepEqual(s.frequencies, [], 'a board starts fast');
  assert.ok(s.printed.length >= 2);
  assert.ok(!/secret/.test(s.printed.join()));
  const slow = setUp(t);
  slow.join();
  assert.deepEqual(slow.frequencies, [80]);
});

test('TLS: with its options where the firmware has it, else NO_TLS; the next connection may be without', (t) => {
  const s = setUp(t);
  s.run({ flags: ConnectTo.TLS, port: 8883, tlsOptions: '{"ca":"CA","host":"elsewhere"}' });
  assert.deepEqual(s.last().where, { ca: 'CA', host: 'broker.lan', port: 8883 });
  assert.ok(!s.loaded.includes('net'));
  const without = setUp(t, { noTls: true });
  without.join();
  without.say(connectOf({ flags: ConnectTo.TLS, tlsOptions: '{}' }));
  assert.deepEqual(without.heard(), ['NO_TLS']);
  without.say(publication('t', 'x'));
  without.clock.pass(1000);
  assert.deepEqual(without.heard(), []);
  without.say(connectOf());
  without.accept();
  assert.deepEqual(without.heard(), ['CONNACK 0 0']);
});

test('MEM at any time', (t) => {
  const s = setUp(t);
  s.say(MEM);
  assert.deepEqual(s.heard(), ['MEMORY 600 1600']);
  s.run();
  s.free = 900;
  s.garbage = 50;
  s.say(MEM);
  assert.deepEqual(s.heard(), ['MEMORY 650 1600']);
});

test('what is unknown is UNKNOWN, what is malformed too; what is out of turn has no effect', (t) => {
  const init = encodeInit(INIT);
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
  const s = setUp(t);
  for (const early of [PROCEED, connectOf(), LEAVE, publication('t', 'x'), '\x20\0\0', '\xff']) s.say(early);
  assert.deepEqual(s.heard(), []);
  assert.deepEqual(s.sockets, []);
  for (const [type, message] of unknown) {
    s.say(message);
    assert.deepEqual(s.heard(), [`UNKNOWN ${type}`], JSON.stringify(message));
  }
  s.join();
  s.say(connectOf().slice(0, 20));
  assert.deepEqual(s.heard(), ['UNKNOWN 5']);
  s.say(init);
  s.say(encodeInit({ ...INIT, ssid: 'other' }));
  s.clock.pass(100);
  assert.deepEqual(s.heard(), []);
  assert.deepEqual(s.radio.connects, ['given secret']);
  s.say(connectOf());
  s.accept();
  // One connection at a time.
  s.say(connectOf({ address: 'other.lan' }));
  assert.equal(s.sockets.length, 1);
  assert.deepEqual(s.heard(), ['CONNACK 0 0']);
});

test('packets go to the broker as they are, and what it says to the host, but for PINGRESP', (t) => {
  const s = setUp(t);
  s.run({}, { keepAlive: 60 });
  const all = binary(Uint8Array.from({ length: 256 }, (_, i) => i));
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
    const s = setUp(t);
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
    assert.match(s.heard()[0] ?? '', new RegExp(`^CUT 50 t{${most - 6}}\x01\x02$`));
    assert.equal(s.last().ended, 0);
  }
  // What `publish` takes at most fits, either way.
  const s = setUp(t);
  s.run();
  s.last().emit('data', arriving('t', 'x'.repeat(1018), 1));
  assert.match(s.heard()[0] ?? '', /^PUBLISH 2 1 t x{1018}$/);
});

test('each CONNECT ends in one status that says why, and nothing is tried again here', (t) => {
  const ways: [string, (s: ReturnType<typeof setUp>) => void, string[]][] = [
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
    ['BROKER_FAIL no room', (s) => s.abandon(), []],
  ];
  const s = setUp(t);
  s.join();
  for (const [line, fail, before] of ways) {
    s.say(connectOf());
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
  s.say(connectOf({ limit: 3 }));
  s.clock.pass(3);
  assert.deepEqual(s.heard(), ['BROKER_FAIL no connection']);
});

test('what the host sends while there is no connection is neither kept nor complained about', (t) => {
  const s = setUp(t);
  s.run();
  s.last().emit('close', false);
  s.heard();
  const messages = [publication('t', 'x', 2, 1), publication('t', 'x'), subscribe(1, 't', 0), PROCEED];
  messages.forEach(s.say);
  s.say(connectOf());
  messages.forEach(s.say);
  s.accept();
  assert.deepEqual(s.heard(), ['CONNACK 0 0']);
  assert.equal(s.last().sent, '');
  assert.ok(!s.readies.includes(false));
});

test('LEAVE says goodbye, so that the will is not published; a host that is gone does not', (t) => {
  const s = setUp(t);
  s.run();
  s.say(LEAVE);
  assert.equal(s.last().take(), '\xe0\0');
  s.say(connectOf());
  s.accept();
  s.abandon();
  assert.equal(s.last().take(), '');
  assert.equal(s.last().ended, 1);
});

test('Wi-Fi comes and goes: told by its name, and a connection goes on if it can', (t) => {
  const s = setUp(t);
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
  const s = setUp(t);
  s.run();
  s.clock.pass(5);
  s.radio.lose();
  s.last().emit('close', false);
  s.clock.pass(0);
  assert.deepEqual(s.heard(), ['BROKER_FAIL connection closed', 'WIFI_DOWN given']);
  assert.deepEqual(s.radio.connects, ['given secret', 'given secret']);
});

test('the host stands still while Wi-Fi flaps: it hears the last of it, and no more', (t) => {
  const s = setUp(t);
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
  s.clock.pass(1);
  assert.deepEqual(s.heard(), ['WIFI_DOWN given']);
  s.clock.pass(5);
  assert.deepEqual(s.heard(), []);
});

test('what is held back of Wi-Fi is not told after what is newer', (t) => {
  const s = setUp(t);
  s.run();
  s.queued = 50;
  s.radio.leave();
  s.queued = 2;
  s.radio.join();
  s.clock.pass(5);
  assert.deepEqual(s.heard(), ['WIFI_UP given']);
});

test('flood of QoS 0: what there is no memory for is dropped, and counted when the host has caught up', (t) => {
  const s = setUp(t);
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
  const s = setUp(t);
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
  const s = setUp(t);
  s.run({}, { clean: false });
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
  s.say(connectOf({}, { clean: false }));
  s.accept(true, arriving('t', 'a', 0x1234));
  assert.deepEqual(s.heard(), ['CONNACK 1 0', 'PUBLISH 2 4660 t a']);
});

test('flood of QoS 1 with a clean session: each is told, as none comes again', (t) => {
  const s = setUp(t);
  s.run();
  s.free = 99;
  s.last().emit('data', arriving('t', 'a', 1) + arriving('t', 'b', 2));
  s.free = 1000;
  s.last().emit('data', arriving('t', 'c', 3));
  assert.deepEqual(s.heard(), ['FULL 50 1', 'FULL 50 2', 'PUBLISH 2 3 t c']);
});

test('a message that is too long and finds no room is dropped at QoS 0, else the connection is left', (t) => {
  for (const qos of [0, 1, 2] as const) {
    const s = setUp(t);
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
  const s = setUp(t);
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
  const s = setUp(t);
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

test('random messages: never an exception, never a message that the link would not carry', (t) => {
  let packets = 0;
  const valid = (): string[] => [
    encodeHello(128 + random(2000), ''),
    encodeWill('will', 'gone'),
    encodeInit({ ...INIT, flags: random(32) }),
    PROCEED,
    connectOf({ flags: random(2) << 1 }),
    LEAVE,
    MEM,
    publication('t', 'x'.repeat(random(1000)), random(2) * 2, random(2) * 5),
    subscribe(1 + random(3), '#', random(2)),
    unsubscribe(1, '#'),
    acknowledge(PacketType.PUBACK, 1 + random(9)),
    String.fromCharCode(8 + random(24)) + 'x'.repeat(random(20)),
  ];
  for (let round = 0; round < 200; round++) {
    const s = setUp(t, { noTls: !random(4), saved: { ssid: random(2) ? 'home' : '', password: 'p' } });
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

// ---------------------------------------------------------------------------------------------------------------

/** A broker on a free port, and a bridge that is connected to it. */
async function withBroker(t: TestContext, login: Partial<Login> = {}) {
  const broker = await Aedes.createBroker({ concurrency: 10 });
  const server = net.createServer(broker.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = (server.address() as net.AddressInfo).port;
  const open = new Set<net.Socket>();
  const s = setUp(t, {
    connect: (where, opened) => {
      const socket = net.connect(where.port as number, where.host as string, opened);
      open.add(socket);
      socket.setEncoding('latin1');
      const write = socket.write.bind(socket) as (data: string, encoding: string) => boolean;
      return Object.assign(socket, { write: (data: string) => write(data, 'latin1') });
    },
  });
  t.after(async () => {
    for (const socket of open) socket.destroy();
    await new Promise<void>((done) => broker.close(() => done()));
    server.close();
  });
  /** Lets time pass until the host hears a line that begins like this; forgets those before it. */
  async function until(start: string): Promise<string> {
    const limit = Date.now() + 10000;
    while (Date.now() < limit) {
      for (let line = s.lines.shift(); line !== undefined; line = s.lines.shift())
        if (line.startsWith(start)) return line;
      s.clock.pass(0.01);
      await sleep(2);
    }
    throw new Error(`no line ${start}`);
  }
  const connect = () => s.say(connectOf({ address: '127.0.0.1', port }, login));
  s.join();
  connect();
  function emit(topic: string, payload: string, qos: 0 | 1): void {
    broker.publish(
      { cmd: 'publish', topic, payload: Buffer.from(payload, 'latin1'), qos, retain: false, dup: false },
      () => {},
    );
  }
  return { ...s, state: s, broker, until, emit, connect };
}

test('aedes: publications and subscriptions both ways, a refused one too', async (t) => {
  const { say, until, broker, emit, all } = await withBroker(t);
  broker.authorizeSubscribe = (_client, subscription, done) =>
    done(null, subscription.topic === 'secret' ? null : subscription);
  await until('CONNACK 0 0');
  const bytes = binary(Uint8Array.from({ length: 256 }, (_, i) => i));
  const published: string[] = [];
  broker.on('publish', (packet, from) => {
    if (from) published.push(`${packet.topic} ${binary(packet.payload as Buffer)}`);
  });
  say(subscribe(1, 'in/+', 1));
  assert.equal(await until('SUBACK'), 'SUBACK 1 1');
  say(subscribe(2, 'secret', 0));
  assert.equal(await until('SUBACK'), 'SUBACK 2 128');
  say(publication('in/a,b', bytes));
  assert.equal(await until('PUBLISH'), `PUBLISH 0 0 in/a,b ${bytes}`);
  say(publication('out', bytes, Flag.QOS1, 300));
  assert.equal(await until('PUBACK'), 'PUBACK 300');
  assert.deepEqual(published, [`in/a,b ${bytes}`, `out ${bytes}`]);
  emit('in/x', '1', 1);
  const [, flags, id] = (await until('PUBLISH')).split(' ');
  assert.equal(flags, '2');
  const taken = once(broker, 'ack');
  let early = true;
  void taken.then(() => assert.ok(!early, 'acknowledged before the host had it'));
  await sleep(50);
  early = false;
  say(acknowledge(PacketType.PUBACK, Number(id)));
  await taken;
  say(unsubscribe(3, 'in/+'));
  assert.equal(await until('UNSUBACK'), 'UNSUBACK 3');
  emit('in/x', '2', 0);
  emit('in/x', '3', 0);
  await sleep(50);
  assert.ok(!all.some((line) => /in\/x [23]/.test(line)));
});

test('aedes: refusals, then a login, then a loss with the session kept', async (t) => {
  const s = await withBroker(t, { clean: false, user: 'me', password: 'secret' });
  const { until, broker, say, connect } = s;
  let code = 4;
  broker.authenticate = (_client, user, password, done) => {
    if (!code) done(null, user === 'me' && String(password) === 'secret');
    else done(Object.assign(new Error('refused'), { returnCode: code }) as never, false);
  };
  for (code of [4, 5]) {
    await until(`CONNACK 0 ${code}`);
    await until('BROKER_FAIL');
    code = code === 4 ? 5 : 0;
    connect();
    if (!code) break;
  }
  await until('CONNACK 0 0');
  say(subscribe(1, 'q', 1));
  await until('SUBACK');
  s.emit('q', 'untaken', 1);
  await until('PUBLISH');
  const connections = (broker as unknown as { clients: Record<string, BrokerClient> }).clients;
  connections['me']?.conn.destroy();
  await until('BROKER_FAIL');
  connect();
  assert.equal(await until('CONNACK'), 'CONNACK 1 0');
  // The host had not said that it has it.
  assert.match(await until('PUBLISH'), / q untaken$/);
});
