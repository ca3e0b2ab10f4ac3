/**
 * Messages of the link as no honest board sends them, to either side above it,
 * and settings as nobody should give them: nothing may escape but the one kind
 * of error that says what is wrong, and what is sent in turn must be well
 * formed.
 */
import { parser as createParser } from 'mqtt-packet';
import '../device-globals';
import { createMQTTLink } from '../../../host/mqttlink';
import { checkSetup } from '../../../host/settings';
import {
  Type,
  decodeConnect,
  decodeInit,
  encode,
  encodeConnect,
  encodeHello,
  encodeInit,
  encodeMemory,
  encodeStatus,
  encodeTime,
  encodeWill,
  typeOf,
} from '../../../shared/messages';
import { PacketType } from '../../../shared/mqtt';
import { acknowledge, connectHead, publish, subscribe, unsubscribe, withId } from '../../../shared/packets';
import { Status } from '../../../shared/status';
import { createGateway } from '../../../target/gateway';
import { createChance } from '../context';
import type { Chance } from '../context';
import { createTimers } from '../../test-doubles/testing';
import { mutate, randomBytes } from './mutate';

const MAX = 1024;
export const INIT = encodeInit({
  _flags: 0,
  _hostTimeout: 60,
  _rtcResync: 0,
  _ntpPort: 123,
  _ssid: 's',
  _password: 'p',
  _ntpServer: 'n',
});
const LOGIN = { _clientId: 'c', _user: '', _password: '', _keepAlive: 60, _clean: true, _will: undefined };
export const CONNECT = encodeConnect({
  _flags: 2,
  _limit: 10,
  _keepAlive: 60,
  _port: 1883,
  _address: 'b',
  _tlsOptions: '',
  _head: connectHead(LOGIN),
  _tail: '',
});

const OF_TARGET = [
  encodeHello(1024, '\0\x01s'),
  encodeHello(200, '\0\x01scrashed'),
  ...[...Array(30).keys()].map((status) => encodeStatus(status, '')),
  encodeStatus(Status.WIFI_UP, 'home'),
  encodeStatus(Status.WIFI_UP, 'home'),
  encodeStatus(Status.BROKER_FAIL, 'connection closed'),
  '\x20\0\0',
  '\x20\x01\0',
  '\x20\0\x05',
  publish(0, 'a/b', 'x'),
  withId(publish(2, 'a', 'y'.repeat(1000)), 77, false),
  '\x34\0\x01a\0\x09x',
  acknowledge(PacketType.PUBACK, 1),
  acknowledge(PacketType.PUBREC, 1),
  acknowledge(PacketType.PUBREL, 9),
  acknowledge(PacketType.PUBCOMP, 1),
  acknowledge(PacketType.SUBACK, 1) + '\x01',
  acknowledge(PacketType.UNSUBACK, 2),
  '\x0b\x32\0\x03abc\0\x05',
  '\x0c\x32\0\x05',
  encodeTime(1790000000),
  encodeMemory(900, 1600),
];

/** What honest hosts say. */
export const OF_HOST = [
  encodeHello(1024, ''),
  encodeWill('will', 'gone'),
  INIT,
  CONNECT,
  encode(Type.PROCEED, ''),
  encode(Type.LEAVE, ''),
  encode(Type.MEM, ''),
  publish(0, 'a/b', 'x'),
  withId(publish(3, 'a', 'y'.repeat(1000)), 9, true),
  subscribe(3, 'a/+', 1),
  unsubscribe(4, 'a/+'),
  acknowledge(PacketType.PUBACK, 5),
];

/** Messages of a target to the host. */
export function fuzzHost(seed: number, cases: number): void {
  const chance = createChance(seed);
  const clock = createTimers();
  let queued = 0;
  let isStarted = false;
  let up: () => void = () => {};
  let take: (message: string) => void = () => {};
  let room: () => void = () => {};
  let tick: () => void = () => {};
  const MQTTLink = createMQTTLink({
    _open: (pins) => pins.reset,
    _createLink: (onUp, message, _down, onRoom) => {
      up = onUp;
      take = message;
      room = onRoom;
      return {
        start: () => (isStarted = true),
        stop: () => (isStarted = false),
        send: (text: string) => {
          if (!isStarted) throw new Error('sent while the link is stopped');
          if (!text.length || text.length > MAX) throw new Error(`${text.length} bytes for the link`);
          queued++;
        },
        queued: () => queued,
        ready: () => {},
        began: () => 0,
        counts: { _exchanges: 0, _sent: 0, _received: 0, _resent: 0, _damaged: 0 },
      };
    },
    _reset: () => {},
    _later: clock.later,
    _cancel: clock.cancel,
    _createTicks: (run) => () => (tick = run),
    _idle: () => 0,
    _random: chance.next,
    _emit: () => {},
    _clock: () => true,
    _print: (line) => {
      if (line.startsWith('Uncaught')) throw new Error(line);
    },
    _leaving: () => {},
    _storage: () => {
      throw new Error('nothing is to be kept');
    },
  });
  const link = new MQTTLink(
    { reset: 4, sckout: 5, stx: 6, srx: 7, sckin: 8 } as never,
    { ssid: 's', password: 'p', broker: 'b', cleanSession: chance.is(0.5) },
    { verbose: chance.is(0.1), userStart: (one) => one.subscribe('a/+', () => {}, 1) },
  );
  // What the library catches is a fault of its own.
  link.statusHandler((_link, status, detail) => {
    if (status === Status.ESP_FAIL && detail.startsWith('here')) throw new Error(detail);
    return 1;
  });

  function pass(seconds: number): void {
    for (let left = seconds; left > 0; left--) {
      clock.pass(Math.min(left, 1));
      tick();
    }
  }

  for (let i = 0; i < cases; i++) {
    if (chance.is(0.05)) pass(chance.spread(0.01, 100));
    for (let tries = 0; !isStarted; tries++) {
      if (tries > 400) throw new Error('the host does not begin again');
      pass(1);
    }
    if (chance.is(0.02)) up();
    if (link.pubqLen() < 20 && chance.is(0.1)) link.publish('t', 'm', false, chance.below(2));
    if (isStarted) take(chance.is(0.3) ? chance.pick(OF_TARGET) : mutate(chance, OF_TARGET) || '\0');
    queued = 0;
    if (isStarted) room();
    if (clock.due().length > 50) throw new Error(`${clock.due().length} timers wait`);
  }
}

/** Messages of a host to the target's gateway. */
export function fuzzTarget(seed: number, cases: number): void {
  const chance = createChance(seed);
  let tell: (message: string) => void = () => {};
  let clock = createTimers();
  // To be thrown outside of the code that is fuzzed, which may catch it.
  let wrong: string | undefined;
  let isHonest = true;

  function begin(): void {
    wrong = undefined;
    isHonest = true;
    clock = createTimers();
    const { later, cancel } = clock;
    const firmware: Record<string, unknown> = {
      Wifi: {
        connect: (_ssid: string, _options: unknown, done: (error: null) => void) =>
          later(() => done(null), 1),
        save: () => {},
        getDetails: () => ({ status: 'connected', ssid: 's', password: 'p' }),
        getIP: () => ({ ip: '192.0.2.7' }),
        getHostByName: (_name: string, done: (address: null) => void) => done(null),
        on: () => {},
      },
      dgram: { createSocket: () => ({ bind() {}, send() {}, on() {}, close() {} }) },
      net: {
        connect(_where: unknown, opened: () => void) {
          const stream = createParser({ protocolVersion: 4 });
          stream.on(
            'error',
            (error: Error) => (wrong ??= `the target sent what is not MQTT: ${error.message}`),
          );
          const socket = {
            write: (data: string) => {
              stream.parse(Buffer.from(data, 'latin1'));
              return true;
            },
            end: () => {},
            on(event: string, listener: (this: unknown, data: string) => void) {
              if (event === 'data') later(() => listener.call(socket, '\x20\x02\0\0'), 5);
            },
          };
          later(() => opened.call(socket), 1);
          return socket;
        },
      },
    };
    tell = createGateway({
      send(message) {
        if (!message.length || message.length > MAX) throw new Error(`${message.length} bytes for the link`);
      },
      queued: () => 0,
      ready: () => {},
      time: () => 0,
      max: MAX,
      load: (name) => {
        if (!(name in firmware)) throw new Error('Module not found');
        return firmware[name];
      },
      later,
      cancel,
      patience: () => {},
      memory: () => ({ usage: 900, free: 700, total: 1600 }),
      clock: () => {},
      log: () => {},
    }).message;
    // Half of the time it gets no further than what it makes of nonsense.
    if (chance.is(0.5)) tell(INIT);
    clock.pass(2);
    tell(encode(Type.PROCEED, ''));
  }

  begin();
  for (let i = 0; i < cases; i++) {
    if (chance.is(0.02)) begin();
    const message = mutate(chance, OF_HOST);
    // A packet passes as it is, and the link lets none through that was damaged: what an honest host says is whole.
    if (typeOf(message) === Type.CONNECT || typeOf(message) >= Type.PACKET)
      isHonest &&= OF_HOST.includes(message);
    try {
      if (message) tell(message.slice(0, MAX));
      if (chance.is(0.05)) clock.pass(chance.spread(0.01, 20));
    } catch (error) {
      // Who tells it nonsense has it begin anew.
      if (isHonest) throw error;
      begin();
    }
    const connect = typeOf(message) === Type.CONNECT ? decodeConnect(message) : undefined;
    if (connect && encodeConnect(connect) !== message)
      throw new Error(`CONNECT is read otherwise than it is written: ${JSON.stringify(message)}`);
    const init = typeOf(message) === Type.INIT ? decodeInit(message) : undefined;
    if (init && encodeInit(init) !== message)
      throw new Error(
        `INIT is read otherwise than it is written: ${JSON.stringify([message, init, encodeInit(init)])}`,
      );
    if (isHonest && wrong !== undefined) throw new Error(wrong);
  }
}

const FIELDS = [
  'ssid password broker port mqttUser mqttPassword tls tlsOptions useDefault fast rtcResync keepAlive',
  'cleanSession clientId ntpServer ntpPort targetVerbose nonsense',
]
  .join(' ')
  .split(' ');
const OPTIONS =
  'userStart args localTimeOffset verbose timeout hold maxMessage maxQueue maxQueueBytes netTimeout nonsense'.split(
    ' ',
  );

function anything(chance: Chance): unknown {
  return chance.pick([
    () => undefined,
    () => null,
    () => NaN,
    () => Infinity,
    () => chance.below(100000) - 500,
    () => chance.next() * 100,
    () => chance.is(0.5),
    () => '',
    () => String(chance.below(1000)),
    () => randomBytes(chance, chance.below(400)),
    () => '\u20ac'.repeat(chance.below(100)),
    () => [],
    () => ({}),
    () => ({ toString: null }),
    () => () => {},
    () => new Uint8Array(3),
    () => Object.create(null) as unknown,
  ])();
}

function some(chance: Chance, names: readonly string[], good: object): Record<string, unknown> {
  const value: Record<string, unknown> = { ...good };
  for (let count = chance.below(4); count > 0; count--) value[chance.pick(names)] = anything(chance);
  return value;
}

/** Settings. */
export function fuzzSettings(seed: number, cases: number): void {
  const chance = createChance(seed);
  const pins = { reset: 4, sckout: 5, stx: 6, srx: 7, sckin: 8 };
  for (let i = 0; i < cases; i++) {
    const net = some(chance, FIELDS, { ssid: 's', password: 'hush-hush', broker: 'b' });
    const options = some(chance, OPTIONS, {});
    const wires = some(chance, Object.keys(pins), pins);
    try {
      const { _init: init } = checkSetup(wires as never, net as never, options as never);
      if (!decodeInit(init)) throw new TypeError('settings that pass are not read by the target');
    } catch (error) {
      const { name, message } = error as Error;
      if (name !== 'Error' || /undefined is|Cannot|not a function/.test(message))
        throw new Error(`${name} ${message} for ${JSON.stringify([net, options])}`, { cause: error });
      if (message.includes('hush-hush')) throw new Error('the message shows a password', { cause: error });
    }
  }
}
