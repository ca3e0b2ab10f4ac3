/** The gateway of a target, and all that is around it: a host, Wi-Fi, sockets and a time server that a test plays, with a clock of its own. */
import assert from 'node:assert/strict';
import { type TestContext } from 'node:test';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { MAX_MESSAGE } from '../../shared/link';
import {
  ConnectTo,
  Type,
  decodeTime,
  encode,
  encodeConnect,
  encodeInit,
  numberOf,
  restOf,
  typeOf,
  type Connect,
  type Init,
} from '../../shared/messages';
import { Flag, PacketType } from '../../shared/mqtt';
import { connectHead, connectTail, publish, topicOf, withId, type Login } from '../../shared/packets';
import { Status } from '../../shared/status';
import { createTimers } from './testing';
import { createGateway } from '../../target/gateway';
import { ScriptedSocket, binaryOf } from './scripted-socket';

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

export const made = (packet: Packet) => binaryOf(mqttPacket.generate(packet));

/** What is in a stream, by name. */
export function packetsIn(bytes: string): Packet[] {
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

/** A socket, where it leads to, and what is to be called once it stands. */
class OpenedSocket extends ScriptedSocket {
  constructor(
    readonly where: Record<string, unknown>,
    readonly opened: (this: unknown) => void,
  ) {
    super();
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
      take?.(binaryOf(reply));
    },
  };
  return udp;
}

export const INIT_GIVEN: Init = {
  _flags: 0,
  _hostTimeout: 60,
  _rtcResync: 0,
  _ntpPort: 123,
  _ssid: 'given',
  _password: 'secret',
  _ntpServer: 'time.lan',
};

const LOGIN: Login = {
  _clientId: 'me',
  _user: '',
  _password: '',
  _keepAlive: 0,
  _clean: true,
  _will: undefined,
};

/** CONNECT with what it says of the connection and of the login. */
export function connectMessage(over: Partial<Connect> = {}, login: Partial<Login> = {}): string {
  const all = { ...LOGIN, ...login };
  return encodeConnect({
    _flags: all._clean ? ConnectTo.CLEAN_SESSION : 0,
    _limit: 10,
    _keepAlive: all._keepAlive,
    _port: 1883,
    _address: 'broker.lan',
    _tlsOptions: '',
    _head: connectHead(all),
    _tail: connectTail(all),
    ...over,
  });
}

export interface Given {
  /** Saved in flash. */
  readonly saved?: { ssid: string; password: string };
  /** In place of scripted sockets. */
  readonly connect?: (where: Record<string, unknown>, opened: (this: unknown) => void) => unknown;
  readonly noTls?: boolean;
}

/** A bridge, and all that is around it. */
export function setUpGateway(t: TestContext, given: Given = {}) {
  const clock = createTimers();
  const radio = createRadio({ status: 'off', ssid: '', password: '', ...given.saved });
  const udp = createUdp();
  const sockets: OpenedSocket[] = [];
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
    /** Gets each line for the host, and whether it overtakes what waits. */
    hear: (_line: string, _urgent?: boolean) => {},
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
    last: () => sockets[sockets.length - 1] as OpenedSocket,
    init: (over: Partial<Init> = {}) => s.say(encodeInit({ ...INIT_GIVEN, ...over })),
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
      s.say(connectMessage(over, login));
      const connect = s.accept();
      assert.deepEqual(s.heard(), ['CONNACK 0 0']);
      return connect;
    },
  };
  function connect(where: Record<string, unknown>, opened: (this: unknown) => void): unknown {
    if (given.connect) return given.connect(where, opened);
    sockets.push(new OpenedSocket({ ...where }, opened));
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
    send: (message, urgent) => {
      assert.ok(message.length > 0 && message.length <= MAX_MESSAGE, `a message of ${message.length} bytes`);
      lines.push(lineOf(message));
      all.push(lineOf(message));
      s.hear(lineOf(message), urgent);
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

export const PROCEED = encode(Type.PROCEED, '');
export const LEAVE = encode(Type.LEAVE, '');
export const MEM = encode(Type.MEM, '');

export function publication(topic: string, payload: string, flags = 0, id = 0): string {
  const made = publish(flags & ~Flag.DUP, topic, payload);
  return id ? withId(made, id, !!(flags & Flag.DUP)) : made;
}

/** PUBLISH of the broker. */
export function arriving(topic: string, payload: string, id = 0): string {
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
