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
  InitFlag,
  Type,
  decodePublication,
  encode,
  encodeHello,
  encodeInit,
  encodeNumbered,
  encodePublication,
  encodeSubscribe,
  encodeWill,
  idOf,
  numberOf,
  restOf,
  typeOf,
  type Init,
} from '../shared/messages';
import { Status } from '../shared/status';
import { createChance, createClock } from '../tools/testing';
import { createBridge } from './bridge';

const random = createChance('bridge.test.ts');

const NAMES: Record<number, string> = {
  [Status.BROKER_OK]: 'BROKER_OK',
  [Status.BROKER_CHECK]: 'BROKER_CHECK',
  [Status.DEFNET]: 'DEFNET',
  [Status.SPECNET]: 'SPECNET',
  [Status.PUBOK]: 'PUBOK',
  [Status.RUNNING]: 'RUNNING',
  [Status.UNKNOWN]: 'UNKNOWN',
  [Status.WILLOK]: 'WILLOK',
  [Status.BROKER_FAIL]: 'BROKER_FAIL',
  [Status.WIFI_UP]: 'WIFI_UP',
  [Status.WIFI_DOWN]: 'WIFI_DOWN',
  [Status.NO_TLS]: 'NO_TLS',
  [Status.REFUSED_PROTOCOL]: 'REFUSED_PROTOCOL',
  [Status.REFUSED_ID]: 'REFUSED_ID',
  [Status.REFUSED_SERVER]: 'REFUSED_SERVER',
  [Status.REFUSED_LOGIN]: 'REFUSED_LOGIN',
  [Status.REFUSED_AUTH]: 'REFUSED_AUTH',
  [Status.BAD_BROKER]: 'BAD_BROKER',
  [Status.WIFI_FAIL]: 'WIFI_FAIL',
  [Status.SUB_FAIL]: 'SUB_FAIL',
  [Status.TOO_LONG]: 'TOO_LONG',
  [Status.DROPPED]: 'DROPPED',
};

/** A message to the host as a line. */
function lineOf(message: string): string {
  const type = typeOf(message);
  if (type === Type.STATUS) {
    const status = message.charCodeAt(1);
    const name = NAMES[status];
    assert.ok(name, `status ${status}`);
    if (status !== Status.PUBOK && status !== Status.SUB_FAIL) return `${name} ${restOf(message, 2)}`.trim();
    assert.equal(message.length, 4);
    return `${name} ${idOf(message, 2)}`;
  }
  if (type === Type.MESSAGE) {
    const p = decodePublication(message);
    assert.ok(p);
    return `MESSAGE ${p.flags} ${p.id} ${p.topic} ${p.payload}`.trim();
  }
  if (type === Type.HELLO) return `HELLO ${message.charCodeAt(1)}`;
  if (type === Type.TIME) return `TIME ${numberOf(message, 1)}`;
  if (type === Type.MEMORY) return `MEMORY ${numberOf(message, 1)} ${numberOf(message, 5)}`;
  assert.fail(`type ${type}`);
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
    readonly opened: () => void,
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
  flags: InitFlag.CLEAN_SESSION,
  port: 1883,
  keepAlive: 0,
  rtcResync: 0,
  ntpPort: 123,
  ssid: 'given',
  password: 'secret',
  broker: 'broker.lan',
  user: '',
  mqttPassword: '',
  clientId: '',
  ntpServer: 'time.lan',
  tlsOptions: '',
};

interface Given {
  /** Saved in flash. */
  readonly saved?: { ssid: string; password: string };
  /** In place of scripted sockets. */
  readonly connect?: (where: Record<string, unknown>, opened: () => void) => unknown;
  readonly noTls?: boolean;
}

/** A bridge, and all that is around it. */
function setUp(t: TestContext, given: Given = {}) {
  const clock = createClock();
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
    random: 0,
    /** Gets each line for the host. */
    hear: (_line: string) => {},
    say: (message: string) => {
      bridge(message);
      clock.pass(0);
    },
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
      // The host has heard of it.
      bridge(PROCEED);
      return connect;
    },
    /** All the way to RUNNING. */
    run: (over: Partial<Init> = {}) => {
      s.init(over);
      s.say(encode(Type.PROCEED, ''));
      radio.join();
      clock.pass(0);
      const connect = s.accept();
      assert.deepEqual(s.heard(), ['SPECNET', 'BROKER_CHECK', 'BROKER_OK 0', 'RUNNING']);
      return connect;
    },
  };
  function connect(where: Record<string, unknown>, opened: () => void): unknown {
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
  const bridge = createBridge({
    send: (message) => {
      assert.ok(message.length > 0 && message.length <= MAX_MESSAGE, `a message of ${message.length} bytes`);
      lines.push(lineOf(message));
      all.push(lineOf(message));
      s.hear(lineOf(message));
      // What a host does that is not part of a script.
      if (given.connect && lineOf(message).startsWith('BROKER_OK')) bridge(PROCEED);
    },
    queued: () => s.queued,
    ready: (on) => {
      if (on !== (readies.length ? readies[readies.length - 1] : true)) readies.push(on);
    },
    max: MAX_MESSAGE,
    clock: (mhz) => frequencies.push(mhz),
    load: (name) => {
      loaded.push(name);
      if (!modules[name]) throw new Error(`Module ${name} not found`);
      return modules[name];
    },
    later: clock.later,
    cancel: clock.cancel,
    random: () => s.random,
    serial: () => '0123-ab',
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
const MEM = encode(Type.MEM, '');

function publication(topic: string, payload: string, flags = 0, id = 0): string {
  return encodePublication(Type.PUBLISH, { flags, id, topic, payload });
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
  s.say(encodeHello());
  s.run();
  s.say(encodeHello());
  assert.deepEqual(s.heard(), []);
});

test('from WILL to RUNNING, each step after the one before', (t) => {
  const s = setUp(t, { saved: { ssid: 'home', password: 'old secret' } });
  s.say(encodeWill(3, 'last/will', 'gone\0\xff'));
  assert.deepEqual(s.heard(), ['WILLOK']);
  s.init({ flags: InitFlag.USE_DEFAULT, clientId: 'me', user: 'u', mqttPassword: 'p', keepAlive: 77 });
  assert.deepEqual(s.heard(), ['DEFNET']);
  s.say(PROCEED);
  s.clock.pass(14.9);
  assert.deepEqual(s.heard(), []);
  s.clock.pass(0.2);
  assert.deepEqual(s.heard(), ['SPECNET']);
  s.clock.pass(1000);
  assert.deepEqual(s.radio.connects, []);
  s.say(PROCEED);
  assert.deepEqual(s.radio.connects, ['given secret']);
  assert.deepEqual(s.heard(), []);
  s.radio.refuse('bad_password');
  assert.deepEqual(s.heard(), ['WIFI_FAIL bad_password']);
  s.clock.pass(5);
  s.radio.join();
  assert.equal(s.sockets.length, 0);
  s.clock.pass(0);
  assert.deepEqual(s.heard(), ['BROKER_CHECK']);
  assert.deepEqual(s.last().where, { host: 'broker.lan', port: 1883 });
  assert.equal(s.last().sent, '');
  const connect = s.accept(true);
  assert.deepEqual(s.heard(), ['BROKER_OK 1', 'RUNNING']);
  assert.equal(connect.clientId, 'me');
  assert.equal(connect.clean, false);
  assert.equal(connect.keepalive, 77);
  assert.equal(connect.username, 'u');
  assert.equal(String(connect.password), 'p');
  assert.equal(connect.will?.topic, 'last/will');
  assert.equal(binary(connect.will?.payload as Buffer), 'gone\0\xff');
  assert.equal(connect.will?.qos, 1);
  assert.equal(connect.will?.retain, true);
  assert.equal(s.radio.connects.length, 2);
  assert.deepEqual(s.frequencies, [80]);
  assert.deepEqual(s.printed, []);
});

test('the will is in every CONNECT, the last one given; without one there is none', (t) => {
  const s = setUp(t);
  s.say(encodeWill(2, 'first', '1'));
  s.say(encodeWill(0, 'second', ''));
  assert.deepEqual(s.heard(), ['WILLOK', 'WILLOK']);
  for (const connect of [s.run(), (s.last().emit('close'), s.clock.pass(1), s.accept())]) {
    assert.equal(connect.will?.topic, 'second');
    assert.equal(connect.will?.qos, 0);
    assert.equal(connect.will?.retain, false);
  }
  assert.equal(setUp(t).run().will, undefined);
});

test('the saved network is there already; nothing in the settings that need not be', (t) => {
  const s = setUp(t, { saved: { ssid: 'home', password: 'old secret' } });
  s.radio.join();
  s.init({ flags: InitFlag.USE_DEFAULT | InitFlag.FAST | InitFlag.CLEAN_SESSION | InitFlag.VERBOSE });
  s.clock.pass(0);
  const connect = s.accept();
  assert.deepEqual(s.heard(), ['DEFNET', 'BROKER_CHECK', 'BROKER_OK 0', 'RUNNING']);
  assert.equal(connect.clientId, 'esp0123-ab');
  assert.equal(connect.clean, true);
  assert.equal(connect.username, undefined);
  assert.equal(connect.password, undefined);
  assert.deepEqual(s.frequencies, [], 'a board starts fast');
  assert.deepEqual(s.radio.connects, []);
  assert.equal(s.printed.length, 4);
  assert.ok(!/secret/.test(s.printed.join()));
});

test('not fast is 80 MHz, and nothing else changes the clock', (t) => {
  const s = setUp(t);
  s.run({ flags: InitFlag.CLEAN_SESSION });
  assert.deepEqual(s.frequencies, [80]);
});

test('TLS: with its options where the firmware has it, else NO_TLS and nothing more', (t) => {
  const s = setUp(t);
  s.run({
    flags: InitFlag.TLS | InitFlag.CLEAN_SESSION,
    port: 8883,
    tlsOptions: '{"ca":"CA","host":"elsewhere"}',
  });
  assert.deepEqual(s.last().where, { ca: 'CA', host: 'broker.lan', port: 8883 });
  assert.ok(!s.loaded.includes('net'));
  const without = setUp(t, { noTls: true });
  without.init({ flags: InitFlag.TLS });
  assert.deepEqual(without.heard(), ['NO_TLS']);
  without.say(PROCEED);
  without.say(publication('t', 'x'));
  without.init();
  assert.deepEqual(without.heard(), ['UNKNOWN 4', 'UNKNOWN 5', 'UNKNOWN 3']);
  without.clock.pass(1000);
  assert.deepEqual(without.heard(), []);
  assert.deepEqual(without.loaded, ['Wifi', 'tls']);
  // Whoever does not ask for it needs none.
  setUp(t, { noTls: true }).run();
});

test('MEM at any time', (t) => {
  const s = setUp(t);
  s.say(MEM);
  s.clock.pass(0);
  assert.deepEqual(s.heard(), ['MEMORY 600 1600']);
  s.run();
  s.free = 900;
  s.garbage = 50;
  s.say(MEM);
  s.clock.pass(0);
  assert.deepEqual(s.heard(), ['MEMORY 650 1600']);
});

test('what is malformed, unknown or out of turn is UNKNOWN, and has no effect', (t) => {
  const init = encodeInit(INIT);
  const always: [number, string][] = [
    [0, '\0'],
    [0, '\0\0\0'],
    [255, '\xff\xff\xff\xff'],
    [15, '\x0f'],
    // What only a target says.
    [10, '\x0a\x05'],
    [11, encodePublication(Type.MESSAGE, { flags: 0, id: 0, topic: 't', payload: '' })],
    [12, '\x0c\0\0\0\0'],
    [14, '\x0e'],
    [2, '\x02'],
    [2, '\x02\x03\0'],
    [2, '\x02\x03\0\0payload'],
    [2, '\x02\x03\0\x05gone'],
    [3, '\x03'],
    [3, init.slice(0, 12)],
    [3, init.slice(0, -1)],
    [3, init + '\0'],
    [5, '\x05'],
    [5, '\x05\0\0\0\0'],
    [5, '\x05\0\0\0\0\0payload'],
    [5, '\x05\0\0\0\0\x05tpic'],
    [5, publication('t', 'DUP and two bits for QoS', 0x0f, 1)],
    [5, publication('t', 'QoS 2', 4, 1)],
    [5, publication('t', 'another packet type', 0xc0)],
    [5, publication('t', 'QoS 1 without identifier', 2, 0)],
    [6, '\x06'],
    [6, '\x06\0\x01\0'],
    [6, encodeSubscribe(0, 1, 'without/identifier')],
    [6, encodeSubscribe(1, 2, 'qos/2')],
    [6, encodeSubscribe(1, 128, 'qos/128')],
    [7, '\x07\0\x01'],
    [7, encodeNumbered(Type.UNSUBSCRIBE, 0, 'without/identifier')],
    [8, '\x08'],
    [8, '\x08\0'],
    [8, encodeNumbered(Type.TAKEN, 0, '')],
  ];
  const early: [number, string][] = [
    [4, PROCEED],
    [5, publication('t', 'x')],
    [6, encodeSubscribe(1, 0, 't')],
    [7, encodeNumbered(Type.UNSUBSCRIBE, 1, 't')],
    [8, encodeNumbered(Type.TAKEN, 1, '')],
    // Options for TLS that are none.
    ...['{', 'null', '5', '"text"', 'undefined'].map((tlsOptions): [number, string] => [
      3,
      encodeInit({ ...INIT, tlsOptions }),
    ]),
  ];
  const late: [number, string][] = [
    [2, encodeWill(0, 'too', 'late')],
    [3, init],
    [3, encodeInit({ ...INIT, ssid: 'other' })],
  ];
  const s = setUp(t);
  for (const [type, message] of [...always, ...early]) {
    s.say(message);
    assert.deepEqual(s.heard(), [`UNKNOWN ${type}`], JSON.stringify(message));
  }
  s.run();
  for (const [type, message] of [...always, ...late]) {
    s.say(message);
    assert.deepEqual(s.heard(), [`UNKNOWN ${type}`], JSON.stringify(message));
  }
  assert.equal(s.last().sent, '');
  assert.equal(s.sockets.length, 1);
  assert.equal(s.radio.connects.length, 1);
  assert.deepEqual(s.clock.due(), []);
});

test('PUBLISH, SUBSCRIBE, UNSUBSCRIBE go to the broker, what it says of them to the host', (t) => {
  const s = setUp(t);
  s.run({ keepAlive: 60 });
  const all = binary(Uint8Array.from({ length: 256 }, (_, i) => i));
  s.say(publication('a,b', all));
  s.say(publication('c', 'retained', 1));
  s.say(publication('d', 'QoS 1', 2, 0x1234));
  s.say(publication('e', '', 2 | 8 | 1, 65535));
  s.say(encodeSubscribe(1, 0, 'x/+'));
  s.say(encodeSubscribe(2, 1, '#'));
  s.say(encodeNumbered(Type.UNSUBSCRIBE, 3, 'x/+'));
  const common = { cmd: 'publish', qos: 0, dup: false, retain: false } as const;
  assert.equal(
    s.last().take(),
    made({ ...common, topic: 'a,b', payload: Buffer.from(all, 'latin1') }) +
      made({ ...common, topic: 'c', payload: 'retained', retain: true }) +
      made({ ...common, topic: 'd', payload: 'QoS 1', qos: 1, messageId: 0x1234 }) +
      made({ ...common, topic: 'e', payload: '', qos: 1, dup: true, retain: true, messageId: 65535 }) +
      made({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'x/+', qos: 0 }] }) +
      made({ cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: '#', qos: 1 }] }) +
      made({ cmd: 'unsubscribe', messageId: 3, unsubscriptions: ['x/+'] }),
  );
  assert.deepEqual(s.heard(), []);
  s.last().emit('data', '\x40\x02\x12\x34' + '\x40\x02\xff\xff');
  assert.deepEqual(s.heard(), ['PUBOK 4660', 'PUBOK 65535']);
  s.last().emit('data', '\x90\x03\0\x01\0' + '\x90\x03\0\x02\x80' + '\x90\x03\0\x02\x01' + '\xb0\x02\0\x03');
  assert.deepEqual(s.heard(), ['PUBOK 1', 'SUB_FAIL 2', 'PUBOK 2', 'PUBOK 3']);
  s.clock.pass(15);
  assert.equal(s.last().take(), '\xc0\0');
  s.last().emit('data', '\xd0\0');
  assert.deepEqual(s.heard(), []);
});

test('messages of the broker go to the host as they are; PUBACK only when the host has taken one', (t) => {
  const s = setUp(t);
  s.run();
  s.last().emit('data', '\x31\x07\0\x03a,btx' + '\x3b\x08\0\x01t\0\x07x\0\xff' + '\x32\x05\0\x01t\xff\xfe');
  assert.deepEqual(s.heard(), ['MESSAGE 1 0 a,b tx', 'MESSAGE 11 7 t x\0\xff', 'MESSAGE 2 65534 t']);
  s.clock.pass(1000);
  assert.equal(s.last().sent, '');
  s.say(encodeNumbered(Type.TAKEN, 7, ''));
  assert.equal(s.last().take(), '\x40\x02\0\x07');
  s.say(encodeNumbered(Type.TAKEN, 65534, ''));
  assert.equal(s.last().take(), '\x40\x02\xff\xfe');
  assert.deepEqual(s.heard(), []);
});

test('a message that fills the link goes through, one byte more is TOO_LONG', (t) => {
  const s = setUp(t);
  s.run();
  const room = MAX_MESSAGE - 6 - 't'.length;
  s.last().emit('data', arriving('t', 'x'.repeat(room)));
  assert.deepEqual(s.heard(), [`MESSAGE 0 0 t ${'x'.repeat(room)}`]);
  s.last().emit('data', arriving('t', 'x'.repeat(room + 1)));
  assert.deepEqual(s.heard(), ['TOO_LONG t']);
  s.last().emit('data', arriving('q', 'x'.repeat(50000), 0x0102) + arriving('next', 'y'));
  assert.deepEqual(s.heard(), ['TOO_LONG q', 'MESSAGE 0 0 next y']);
  // It would come for ever.
  assert.equal(s.last().take(), '\x40\x02\x01\x02');
  s.last().emit('data', arriving('t'.repeat(3000), 'x'));
  const [line] = s.heard();
  assert.match(line ?? '', /^TOO_LONG t{1000,1022}$/);
  assert.equal(s.last().ended, 0);
});

test('refused or not reached: each for its own reason, and tried again with growing pauses', (t) => {
  for (const chance of [0, 0.999]) {
    const s = setUp(t);
    s.random = chance;
    s.init();
    s.say(PROCEED);
    s.radio.join();
    s.clock.pass(0);
    assert.deepEqual(s.heard(), ['SPECNET', 'BROKER_CHECK']);
    const ways: [string, () => void][] = [
      ...['PROTOCOL', 'ID', 'SERVER', 'LOGIN', 'AUTH'].map((name, i): [string, () => void] => [
        `REFUSED_${name}`,
        () => {
          s.last().opened();
          s.last().emit('data', '\x20\x02\0' + String.fromCharCode(i + 1));
        },
      ]),
      ['BROKER_FAIL connection reset', () => s.last().emit('error', { message: 'connection reset' })],
      ['BROKER_FAIL no connection', () => s.clock.pass(10)],
      [
        'BAD_BROKER no valid CONNACK',
        () => {
          s.last().opened();
          s.last().emit('data', 'HTTP/1.1 400 Bad Request\r\n\r\n');
        },
      ],
      ['BROKER_FAIL connection closed', () => s.last().emit('close', false)],
    ];
    function fails(way: number, pause: number): void {
      const [line, fail] = ways[way % ways.length] as (typeof ways)[0];
      fail();
      assert.deepEqual(s.heard(), [line]);
      assert.equal(s.last().ended, 1);
      const ms = pause * (750 + 500 * chance);
      assert.deepEqual(s.clock.due(), [ms]);
      s.last().emit('close', false);
      s.clock.pass((ms - 1) / 1000);
      assert.deepEqual(s.heard(), []);
      s.clock.pass(0.001);
      assert.deepEqual(s.heard(), ['BROKER_CHECK']);
    }
    [1, 2, 4, 8, 16, 32, 60, 60, 60, 60].forEach((pause, i) => fails(i, pause));
    s.accept();
    assert.deepEqual(s.heard(), ['BROKER_OK 0', 'RUNNING']);
    assert.deepEqual(s.clock.due(), []);
    // Once connected, the pauses are short again.
    fails(8, 1);
    [2, 4, 8, 16, 32, 60].forEach((pause, i) => fails(i, pause));
    s.accept(true);
    assert.deepEqual(s.heard(), ['BROKER_OK 1']);
  }
});

test('a connection that is lost is made again, without a second RUNNING', (t) => {
  const s = setUp(t);
  s.run({ keepAlive: 40 });
  for (const [lose, words] of [
    [() => s.last().emit('close', true), 'connection closed'],
    [() => s.last().emit('error', { code: -9, message: 'connection reset' }), 'connection reset'],
    [() => s.clock.pass(50), 'no PINGRESP'],
    [() => s.last().emit('data', '\x34\x05\0\x01t\0\x01'), 'QoS 2'],
  ] as const) {
    lose();
    assert.deepEqual(s.heard(), [`${words === 'QoS 2' ? 'BAD_BROKER' : 'BROKER_FAIL'} ${words}`]);
    s.clock.pass(0.75);
    assert.deepEqual(s.heard(), ['BROKER_CHECK']);
    s.accept();
    assert.deepEqual(s.heard(), ['BROKER_OK 0']);
  }
  assert.equal(s.all.filter((line) => line === 'RUNNING').length, 1);
});

test('what the host sends while there is no broker is neither kept nor complained about', (t) => {
  const s = setUp(t);
  s.run();
  s.last().emit('close', false);
  s.heard();
  const messages = [
    publication('t', 'x', 2, 1),
    publication('t', 'x'),
    encodeSubscribe(1, 0, 't'),
    encodeNumbered(Type.UNSUBSCRIBE, 1, 't'),
    encodeNumbered(Type.TAKEN, 1, ''),
    PROCEED,
  ];
  messages.forEach(s.say);
  s.clock.pass(1);
  messages.forEach(s.say);
  s.accept();
  assert.deepEqual(s.heard(), ['BROKER_CHECK', 'BROKER_OK 0']);
  assert.equal(s.last().sent, '');
  assert.deepEqual(s.readies, []);
});

test('Wi-Fi that goes away stops the attempts, and coming back resumes them at once', (t) => {
  const s = setUp(t);
  s.run();
  s.radio.leave();
  s.radio.leave();
  assert.deepEqual(s.heard(), ['WIFI_DOWN']);
  s.last().emit('error', { message: 'timeout' });
  assert.deepEqual(s.heard(), ['BROKER_FAIL timeout']);
  // Its own attempts to rejoin are the Wi-Fi module's affair.
  s.clock.pass(1000);
  assert.deepEqual(s.heard(), []);
  assert.equal(s.sockets.length, 1);
  s.radio.join();
  s.clock.pass(0);
  assert.deepEqual(s.heard(), ['WIFI_UP', 'BROKER_CHECK']);
  s.last().emit('close', false);
  assert.deepEqual(s.heard(), ['BROKER_FAIL connection closed']);
  // In a pause: no waiting for its end, nor a second attempt at it.
  s.radio.leave();
  s.radio.join();
  s.clock.pass(0);
  assert.deepEqual(s.heard(), ['WIFI_DOWN', 'WIFI_UP', 'BROKER_CHECK']);
  s.clock.pass(9);
  assert.equal(s.sockets.length, 3);
  s.accept(true);
  assert.deepEqual(s.heard(), ['BROKER_OK 1']);
  s.clock.pass(1000);
  assert.equal(s.sockets.length, 3);
});

test('Wi-Fi goes away during an attempt', (t) => {
  const s = setUp(t);
  s.init();
  s.say(PROCEED);
  s.radio.join();
  s.radio.leave();
  s.clock.pass(10);
  assert.deepEqual(s.heard(), ['SPECNET', 'WIFI_DOWN']);
  s.radio.join();
  s.clock.pass(0);
  assert.deepEqual(s.heard(), ['WIFI_UP', 'BROKER_CHECK']);
  s.radio.leave();
  s.clock.pass(10);
  assert.deepEqual(s.heard(), ['WIFI_DOWN', 'BROKER_FAIL no connection']);
  s.clock.pass(100);
  assert.equal(s.sockets.length, 1);
  s.radio.join();
  s.clock.pass(0);
  s.accept();
  assert.deepEqual(s.heard(), ['WIFI_UP', 'BROKER_CHECK', 'BROKER_OK 0', 'RUNNING']);
});

test('a connection that outlives an outage of Wi-Fi goes on', (t) => {
  const s = setUp(t);
  s.run();
  s.radio.leave();
  s.clock.pass(5);
  s.radio.join();
  s.clock.pass(0);
  assert.deepEqual(s.heard(), ['WIFI_DOWN', 'WIFI_UP']);
  assert.equal(s.sockets.length, 1);
  s.say(publication('t', 'x'));
  assert.equal(packetsIn(s.last().take())[0]?.cmd, 'publish');
  assert.deepEqual(s.clock.due(), []);
});

test('time: never, once, or again and again', (t) => {
  const never = setUp(t);
  never.run({ rtcResync: 0 });
  never.clock.pass(1e6);
  assert.equal(never.udp.sockets, 0);

  const s = setUp(t);
  s.run({ rtcResync: -1 });
  assert.deepEqual(s.radio.lookups, ['time.lan']);
  assert.match(s.udp.sent[0] as string, /^192\.0\.2\.1:123 /);
  s.clock.pass(1);
  s.udp.answer(1709208000.75);
  assert.deepEqual(s.heard(), ['TIME 1709208000']);
  s.udp.answer(1709208001);
  s.clock.pass(1e6);
  assert.deepEqual(s.heard(), []);
  assert.equal(s.udp.sent.length, 1);
  assert.deepEqual(s.clock.due(), []);

  const often = setUp(t);
  often.run({ rtcResync: 300, ntpPort: 1123 });
  often.clock.pass(0);
  for (let i = 0; i < 10; i++) {
    assert.equal(often.udp.sent.length, i + 1);
    often.udp.answer(4294967295 - i);
    assert.deepEqual(often.heard(), [`TIME ${4294967295 - i}`]);
    // Losing the broker does not begin it a second time.
    often.last().emit('close', false);
    often.clock.pass(1);
    often.accept();
    often.heard();
    often.clock.pass(298.9);
    assert.equal(often.udp.sent.length, i + 1);
    often.clock.pass(0.2);
  }
  assert.match(often.udp.sent[0] as string, /^192\.0\.2\.1:1123 /);
  assert.equal(often.udp.sockets, 1);
});

test('time: a server that is not found, does not answer, or cannot be asked is asked again after a minute', (t) => {
  for (const rtcResync of [-1, 1000]) {
    const s = setUp(t);
    s.udp.broken = true;
    s.run({ rtcResync });
    s.clock.pass(0);
    assert.equal(s.radio.lookups.length, 1);
    assert.deepEqual(s.clock.due(), [60000]);
    s.udp.broken = false;
    s.radio.address = null;
    s.clock.pass(60);
    assert.equal(s.radio.lookups.length, 2);
    assert.deepEqual(s.clock.due(), [60000]);
    s.radio.address = '192.0.2.1';
    s.clock.pass(60);
    assert.equal(s.udp.sent.length, 1);
    s.clock.pass(64.9);
    assert.equal(s.udp.sent.length, 1);
    s.clock.pass(0.2);
    assert.equal(s.udp.sent.length, 2);
    assert.deepEqual(s.heard(), []);
    s.udp.answer(1709208000);
    assert.deepEqual(s.heard(), ['TIME 1709208000']);
    assert.deepEqual(s.clock.due(), rtcResync > 0 ? [1000000] : []);
  }
});

test('flood of QoS 0: what the host cannot take in time is dropped, and counted when the rest has gone', (t) => {
  const s = setUp(t);
  s.run();
  s.queued = 7;
  s.last().emit('data', arriving('t', '1'));
  s.queued = 8;
  s.last().emit('data', arriving('t', '2') + arriving('t', '3'));
  s.last().emit('data', arriving('t', '4') + arriving('q', '5', 5));
  assert.deepEqual(s.heard(), ['MESSAGE 0 0 t 1', 'MESSAGE 2 5 q 5']);
  s.clock.pass(10);
  s.queued = 1;
  s.clock.pass(10);
  s.last().emit('data', arriving('t', '6'));
  assert.deepEqual(s.heard(), ['MESSAGE 0 0 t 6']);
  s.queued = 0;
  s.clock.pass(0.05);
  assert.deepEqual(s.heard(), ['DROPPED 3']);
  s.clock.pass(10);
  assert.deepEqual(s.heard(), []);
  assert.deepEqual(s.clock.due(), []);
  assert.equal(s.last().ended, 0);
  assert.deepEqual(s.readies, []);
});

test('memory: garbage does not count, what is really used does', (t) => {
  const s = setUp(t);
  s.run();
  s.queued = 1;
  s.free = 100;
  s.garbage = 800;
  s.last().emit('data', arriving('t', '1'));
  assert.equal(s.free, 900);
  s.free = 90;
  s.last().emit('data', arriving('t', '2') + arriving('t', '3'));
  s.free = 900;
  s.last().emit('data', arriving('t', '4'));
  s.queued = 0;
  s.clock.pass(0.05);
  assert.deepEqual(s.heard(), ['MESSAGE 0 0 t 1', 'MESSAGE 0 0 t 4', 'DROPPED 2']);
  // With nothing on its way to the host there is nothing to wait for.
  s.free = 90;
  s.last().emit('data', arriving('t', '5'));
  s.clock.pass(1);
  assert.deepEqual(s.heard(), ['DROPPED 1']);
  assert.deepEqual(s.clock.due(), []);
});

test('flood of QoS 1: what found no room is asked for again when the host has caught up', (t) => {
  const s = setUp(t);
  s.run({ flags: 0 });
  s.queued = 8;
  s.last().emit('data', arriving('a', '1', 1));
  s.free = 90;
  s.last().emit('data', arriving('b', '2') + arriving('a', '3', 2) + arriving('a', '4', 3));
  assert.deepEqual(s.heard(), ['MESSAGE 2 1 a 1']);
  // Nor what follows, or the broker would send it before what it sends again.
  s.free = 1000;
  s.last().emit('data', arriving('a', '5', 4));
  s.clock.pass(100);
  assert.deepEqual(s.heard(), []);
  // What the host takes meanwhile is acknowledged: that is what makes it less each time.
  s.say(encodeNumbered(Type.TAKEN, 1, ''));
  assert.equal(s.last().take(), '\x40\x02\0\x01');
  s.queued = 0;
  s.clock.pass(0.05);
  // Nothing has failed: no pause.
  assert.deepEqual(s.heard(), ['DROPPED 1', 'BROKER_FAIL no room for a message', 'BROKER_CHECK']);
  const old = s.sockets[s.sockets.length - 2] as ScriptedSocket;
  // A goodbye, so that it is not taken for the end of which the will tells; and no further PUBACK.
  assert.equal(old.take(), '\xe0\0');
  assert.equal(old.ended, 1);
  old.emit('close', false);
  s.accept(true, arriving('a', '3', 2));
  assert.deepEqual(s.heard(), ['BROKER_OK 1', 'MESSAGE 2 2 a 3']);
  s.clock.pass(0.05);
  assert.deepEqual(s.clock.due(), []);
});

test('flood of QoS 1: however long the host takes, the connection stands until it has taken all', (t) => {
  const s = setUp(t);
  s.run({ flags: 0 });
  s.last().emit('data', arriving('a', '1', 1) + arriving('a', '2', 2));
  s.free = 90;
  s.last().emit('data', arriving('a', '3', 3));
  s.free = 1000;
  s.clock.pass(600);
  s.say(encodeNumbered(Type.TAKEN, 1, ''));
  s.clock.pass(600);
  assert.deepEqual(s.heard(), ['MESSAGE 2 1 a 1', 'MESSAGE 2 2 a 2']);
  s.say(encodeNumbered(Type.TAKEN, 2, ''));
  s.clock.pass(0.05);
  assert.equal(s.sockets[0]?.take(), '\x40\x02\0\x01\x40\x02\0\x02\xe0\0');
  assert.deepEqual(s.heard(), ['BROKER_FAIL no room for a message', 'BROKER_CHECK']);
});

test('flood of QoS 1 while the host publishes on and on, so that the way to it is never clear', (t) => {
  const s = setUp(t);
  s.run({ flags: 0 });
  s.queued = 2;
  s.last().emit('data', arriving('a', '1', 1));
  s.free = 90;
  s.last().emit('data', arriving('a', '2', 2));
  s.free = 1000;
  s.clock.pass(60);
  assert.deepEqual(s.heard(), ['MESSAGE 2 1 a 1']);
  s.say(encodeNumbered(Type.TAKEN, 1, ''));
  s.clock.pass(0.05);
  assert.deepEqual(s.heard(), ['BROKER_FAIL no room for a message', 'BROKER_CHECK']);
  // Where the host was given nothing, it has nothing to take.
  s.free = 90;
  s.accept(true, arriving('a', '2', 2));
  s.clock.pass(20);
  assert.deepEqual(s.heard(), ['BROKER_OK 1']);
  s.clock.pass(20);
  assert.deepEqual(s.heard(), ['BROKER_FAIL no room for a message', 'BROKER_CHECK']);
});

test('what the host said before it knew of a connection does not go out on it', (t) => {
  const s = setUp(t);
  s.run({ flags: 0 });
  s.last().emit('data', arriving('a', '1', 1));
  s.last().emit('close', false);
  s.clock.pass(1);
  s.last().opened();
  s.last().take();
  // A new session: this 1 is another message.
  s.last().emit('data', '\x20\x02\0\0' + arriving('a', '2', 1));
  assert.deepEqual(s.heard().slice(-2), ['BROKER_OK 0', 'MESSAGE 2 1 a 2']);
  s.say(encodeNumbered(Type.TAKEN, 1, ''));
  s.say(publication('t', 'second', 2, 6));
  s.say(encodeSubscribe(7, 1, 'a'));
  assert.equal(s.last().take(), '');
  s.say(PROCEED);
  s.say(publication('t', 'first', 2 | 8, 5));
  s.say(encodeNumbered(Type.TAKEN, 1, ''));
  assert.deepEqual(
    packetsIn(s.last().take()).map(({ cmd }) => cmd),
    ['publish', 'puback'],
  );
  assert.deepEqual(s.heard(), []);
});

test('the host hears late of a connection that is over: that is no leave for the next one', (t) => {
  const s = setUp(t);
  s.run({ flags: 0 });
  for (let i = 0; i < 2; i++) {
    s.last().emit('close', false);
    s.clock.pass(1);
    s.last().opened();
    s.last().take();
    s.last().emit('data', '\x20\x02\x01\0');
  }
  s.say(PROCEED);
  s.say(publication('t', 'too early', 2, 5));
  assert.equal(s.last().take(), '');
  s.say(PROCEED);
  s.say(publication('t', 'again', 2 | 8, 5));
  assert.deepEqual(
    packetsIn(s.last().take()).map((packet) => packet.cmd === 'publish' && String(packet.payload)),
    ['again'],
  );
  s.heard();
});

test('a broker that floods with what nobody asked for: bounded, then left', (t) => {
  for (const packets of [
    '\x40\x02\0\x07',
    '\x90\x03\0\x07\x80',
    '\xb0\x02\0\x07',
    arriving('t', 'x'.repeat(2000)),
  ]) {
    const s = setUp(t);
    s.run();
    s.hear = () => {
      s.queued++;
      s.free -= 5;
    };
    for (let i = 0; i < 1000; i++) s.last().emit('data', packets);
    assert.ok(s.free >= 40, `${packets.slice(0, 4)} leaves ${s.free} variables`);
    if (packets.length > 5) assert.equal(s.last().ended, 0);
    else assert.equal(s.heard().pop(), 'BROKER_FAIL no room for a message');
  }
});

test('flood of QoS 1 and Wi-Fi that goes away before the host has caught up', (t) => {
  const s = setUp(t);
  s.run({ flags: 0 });
  s.queued = 5;
  s.free = 90;
  s.last().emit('data', arriving('a', '1', 1));
  s.radio.leave();
  s.radio.join();
  s.clock.pass(10);
  assert.deepEqual(s.heard(), ['WIFI_DOWN', 'WIFI_UP']);
  s.radio.leave();
  s.queued = 0;
  s.free = 1000;
  s.clock.pass(100);
  assert.deepEqual(s.heard(), ['WIFI_DOWN', 'BROKER_FAIL no room for a message']);
  assert.equal(s.sockets.length, 1);
  s.radio.join();
  s.clock.pass(0);
  assert.deepEqual(s.heard(), ['WIFI_UP', 'BROKER_CHECK']);
  s.accept(true, arriving('a', '1', 1));
  assert.deepEqual(s.heard(), ['BROKER_OK 1', 'MESSAGE 2 1 a 1']);
  assert.deepEqual(s.clock.due(), []);
});

test('flood of QoS 1 with a clean session: dropped, counted and acknowledged, as no broker sends it again', (t) => {
  const s = setUp(t);
  s.run();
  s.last().take();
  s.free = 90;
  s.last().emit('data', arriving('a', '1', 7) + arriving('a', '2', 8));
  assert.equal(s.last().take(), '\x40\x02\0\x07\x40\x02\0\x08');
  s.clock.pass(5);
  assert.deepEqual(s.heard(), ['DROPPED 2']);
  assert.equal(s.last().ended, 0);
  s.free = 1000;
  s.last().emit('data', arriving('a', '3', 9));
  assert.deepEqual(s.heard(), ['MESSAGE 2 9 a 3']);
});

test('flood of QoS 1 with memory that does not come back: no more than an attempt a second', (t) => {
  const s = setUp(t);
  s.run({ flags: 0 });
  s.free = 90;
  s.last().emit('data', arriving('a', '1', 1));
  for (let i = 0; i < 5; i++) {
    assert.deepEqual(s.heard(), ['BROKER_FAIL no room for a message']);
    s.clock.pass(0.7);
    assert.deepEqual(s.heard(), []);
    s.clock.pass(0.1);
    assert.deepEqual(s.heard(), ['BROKER_CHECK']);
    s.queued = 1;
    s.accept(true, arriving('a', '1', 1) + arriving('a', '2', 2));
    assert.deepEqual(s.heard(), ['BROKER_OK 1']);
    s.queued = 0;
    if (i < 4) s.clock.pass(0.05);
  }
  // A connection that ends meanwhile settles it as well.
  s.last().emit('close', false);
  assert.deepEqual(s.heard(), ['BROKER_FAIL connection closed']);
  s.free = 1000;
  s.clock.pass(1);
  assert.deepEqual(s.heard(), ['BROKER_CHECK']);
  s.accept(true, arriving('a', '1', 1));
  assert.deepEqual(s.heard(), ['BROKER_OK 1', 'MESSAGE 2 1 a 1']);
});

test('too much waits to be sent to the broker: the host is asked to hold back until it is gone', (t) => {
  const s = setUp(t);
  s.run();
  s.last().emit('drain');
  s.say(publication('t', 'x'.repeat(100)));
  assert.deepEqual(s.readies, []);
  s.say(publication('t', 'x'.repeat(600)));
  assert.deepEqual(s.readies, [false]);
  // What was on its way already is sent all the same.
  s.say(publication('t', 'y'.repeat(600)));
  s.clock.pass(5);
  assert.deepEqual(s.readies, [false]);
  assert.equal(packetsIn(s.last().take()).length, 3);
  s.last().emit('drain');
  s.clock.pass(0.05);
  assert.deepEqual(s.readies, [false, true]);
  assert.deepEqual(s.clock.due(), []);
  s.say(publication('t', 'x'.repeat(600)));
  assert.deepEqual(s.readies, [false, true, false]);
  // It never will be.
  s.last().emit('close', false);
  s.clock.pass(0.05);
  assert.deepEqual(s.readies, [false, true, false, true]);
  s.clock.pass(1);
  s.accept();
  s.say(publication('t', 'x'.repeat(100)));
  assert.deepEqual(s.readies, [false, true, false, true]);
  assert.deepEqual(s.clock.due(), []);
});

/** Bytes that look like a message more often than not. */
function randomMessage(): string {
  const valid = [
    encodeHello(),
    encodeWill(random(16), 'will', 'gone'),
    encodeInit({ ...INIT, tlsOptions: ['', '{}', '{"a":'][random(3)] as string, flags: random(32) }),
    PROCEED,
    publication('t', 'x'.repeat(random(1000)), random(16), random(3)),
    encodeSubscribe(random(3), random(4), '#'),
    encodeNumbered(Type.UNSUBSCRIBE, random(3), '#'),
    encodeNumbered(Type.TAKEN, random(3), ''),
    MEM,
  ];
  let bytes = random(2) ? (valid[random(valid.length)] as string) : '';
  // One that is left as it is, shortened, lengthened, or has bytes changed; or bytes at random behind a type.
  if (!bytes) {
    bytes = String.fromCharCode(random(4) ? random(16) : random(256));
    const length = random(4) ? random(20) : random(MAX_MESSAGE);
    while (bytes.length < length) bytes += String.fromCharCode(random(4) ? random(256) : random(3));
  }
  if (!random(4)) bytes = bytes.slice(0, 1 + random(bytes.length));
  for (let i = random(4); i > 1; i--) {
    const at = 1 + random(bytes.length);
    bytes = bytes.slice(0, at) + String.fromCharCode(random(256)) + bytes.slice(at + 1);
  }
  return bytes.slice(0, MAX_MESSAGE);
}

test('20,000 random messages: never an exception, never a message that the link would not carry', (t) => {
  let unknown = 0;
  let packets = 0;
  for (let round = 0; round < 200; round++) {
    const s = setUp(t, { noTls: !random(4), saved: { ssid: random(2) ? 'home' : '', password: 'p' } });
    if (round % 2) s.run({ rtcResync: random(3) - 1 });
    for (let i = 0; i < 100; i++) {
      const message = randomMessage();
      assert.doesNotThrow(() => s.say(message), JSON.stringify(message));
      if (!random(5)) s.clock.pass(random(40));
      if (!random(10)) s.radio.join();
      if (!random(20)) s.radio.leave();
      if (!random(20)) s.queued = random(10);
      if (!random(20)) s.free = random(800);
      const socket = s.sockets[s.sockets.length - 1];
      if (socket && !random(3)) {
        const sent = socket.take();
        // Whatever it was, the broker gets packets that are whole.
        packets += packetsIn(sent).length;
        if (!random(3)) socket.opened();
        if (!random(3)) socket.emit('drain');
        if (!random(3)) socket.emit('data', '\x20\x02\0\0');
        if (!random(3)) socket.emit('data', arriving('t', 'x', random(3)));
      }
    }
    unknown += s.all.filter((line) => line.startsWith('UNKNOWN')).length;
    s.heard();
    s.say(MEM);
    s.clock.pass(0);
    assert.ok(s.heard().some((line) => line.startsWith('MEMORY')));
  }
  // It was neither all rubbish nor all fine.
  assert.ok(unknown > 5000 && unknown < 15000, `${unknown} unknown`);
  assert.ok(packets > 100, `${packets} packets`);
});

// ---------------------------------------------------------------------------------------------------------------

/** A broker on a free port, and a bridge that is connected to it. */
async function withBroker(t: TestContext, over: Partial<Init> = {}) {
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
  s.init({ broker: '127.0.0.1', port, ...over });
  s.say(PROCEED);
  s.radio.join();
  function emit(topic: string, payload: string, qos: 0 | 1): void {
    broker.publish(
      { cmd: 'publish', topic, payload: Buffer.from(payload, 'latin1'), qos, retain: false, dup: false },
      () => {},
    );
  }
  return { ...s, state: s, broker, until, emit };
}

test('aedes: publications and subscriptions both ways, a refused one too', async (t) => {
  const { say, until, broker, emit, all } = await withBroker(t);
  broker.authorizeSubscribe = (_client, subscription, done) =>
    done(null, subscription.topic === 'secret' ? null : subscription);
  await until('RUNNING');
  assert.deepEqual(all, ['SPECNET', 'BROKER_CHECK', 'BROKER_OK 0', 'RUNNING']);
  const bytes = binary(Uint8Array.from({ length: 256 }, (_, i) => i));
  const published: string[] = [];
  broker.on('publish', (packet, from) => {
    if (from) published.push(`${packet.topic} ${binary(packet.payload as Buffer)}`);
  });
  say(encodeSubscribe(1, 1, 'in/+'));
  say(encodeSubscribe(2, 0, 'secret'));
  assert.equal(await until('SUB_FAIL'), 'SUB_FAIL 2');
  say(publication('in/a,b', bytes));
  assert.equal(await until('MESSAGE'), `MESSAGE 0 0 in/a,b ${bytes}`);
  say(publication('out', bytes, 2, 300));
  assert.equal(await until('PUBOK'), 'PUBOK 300');
  assert.deepEqual(published, [`in/a,b ${bytes}`, `out ${bytes}`]);
  emit('in/x', '1', 1);
  const [, flags, id] = (await until('MESSAGE')).split(' ');
  assert.equal(flags, '2');
  const taken = once(broker, 'ack');
  let early = true;
  void taken.then(() => assert.ok(!early, 'acknowledged before the host had it'));
  await sleep(50);
  early = false;
  say(encodeNumbered(Type.TAKEN, Number(id), ''));
  await taken;
  say(encodeNumbered(Type.UNSUBSCRIBE, 3, 'in/+'));
  await once(broker, 'unsubscribe');
  emit('in/x', '2', 0);
  emit('in/x', '3', 0);
  await sleep(50);
  assert.ok(!all.some((line) => /in\/x [23]/.test(line)));
});

test('aedes: refusals, then a login, then a loss with the session kept', async (t) => {
  const s = await withBroker(t, { flags: 0, clientId: 'me', user: 'me', mqttPassword: 'secret' });
  const { until, broker, say, all } = s;
  let code = 4;
  broker.authenticate = (_client, user, password, done) => {
    if (!code) done(null, user === 'me' && String(password) === 'secret');
    else done(Object.assign(new Error('refused'), { returnCode: code }) as never, false);
  };
  await until('REFUSED_LOGIN');
  code = 5;
  await until('REFUSED_AUTH');
  code = 0;
  await until('RUNNING');
  say(encodeSubscribe(1, 1, 'q'));
  await once(broker, 'subscribe');
  s.emit('q', 'untaken', 1);
  await until('MESSAGE');
  const connections = (broker as unknown as { clients: Record<string, BrokerClient> }).clients;
  connections['me']?.conn.destroy();
  await until('BROKER_FAIL');
  assert.equal(await until('BROKER_'), 'BROKER_CHECK');
  assert.equal(await until('BROKER_'), 'BROKER_OK 1');
  // The host had not said that it has it.
  assert.match(await until('MESSAGE'), / q untaken$/);
  assert.equal(all.filter((line) => line === 'RUNNING').length, 1);
});

test('aedes: a flood of QoS 1 on too little memory reaches the host whole all the same', async (t) => {
  const { state: s, until, broker, say, emit, all } = await withBroker(t, { flags: 0, clientId: 'me' });
  await until('RUNNING');
  say(encodeSubscribe(1, 1, 'q'));
  await once(broker, 'subscribe');
  const got = new Set<string>();
  let seen = 0;
  // A host that takes what it has heard now and then; until then each message takes memory.
  const host = () => {
    for (; seen < all.length; seen++) {
      const [type, , id, , payload] = (all[seen] as string).split(' ');
      if (type !== 'MESSAGE') continue;
      got.add(payload as string);
      say(encodeNumbered(Type.TAKEN, Number(id), ''));
    }
    s.free = 1000;
    s.queued = 0;
  };
  s.hear = (line) => {
    if (line.startsWith('MESSAGE')) s.queued++;
    s.free = s.queued > 5 ? 90 : 1000;
  };
  for (let i = 0; i < 60; i++) {
    emit('q', `${i}`, 1);
    if (i % 5 === 4) await sleep(3);
  }
  const limit = Date.now() + 20000;
  while (got.size < 60 && Date.now() < limit) {
    for (let i = 0; i < 10; i++) {
      s.clock.pass(0.01);
      await sleep(2);
    }
    host();
  }
  assert.equal(got.size, 60);
  assert.ok(all.includes('BROKER_FAIL no room for a message'));
  assert.equal(all.filter((line) => line === 'RUNNING').length, 1);
});
