/**
 * A broker that sends what it should not, to the target's parser, client and
 * bridge: nothing may escape, memory must suffice, what goes to the host and
 * back to the broker must be well formed, and a good broker is served again.
 */
import { generate, parser as createParser } from 'mqtt-packet';
import type { Packet } from 'mqtt-packet';
import '../device-globals';
import { ConnectTo, Type, encode, encodeConnect, encodeInit, typeOf } from '../../../shared/messages';
import { Flag, PacketType } from '../../../shared/mqtt';
import { acknowledge, connectHead, topicOf, wrong as faultOf } from '../../../shared/packets';
import { Status } from '../../../shared/status';
import { createGateway } from '../../../target/gateway';
import { createChance } from '../context';
import { createClock } from '../../test-doubles/testing';
import { mutate, randomBytes } from './mutate';

const MAX = 1024;
const VARIABLES = 1600;
const RUNNING = 900;

function packets(): string[] {
  const list: Packet[] = [
    { cmd: 'connack', returnCode: 0, sessionPresent: false },
    { cmd: 'connack', returnCode: 5, sessionPresent: false },
    { cmd: 'puback', messageId: 1 },
    { cmd: 'suback', messageId: 2, granted: [1] },
    { cmd: 'suback', messageId: 2, granted: [128] },
    { cmd: 'unsuback', messageId: 3 } as Packet,
    { cmd: 'pingresp' },
    { cmd: 'pubrec', messageId: 4 },
    { cmd: 'disconnect' } as Packet,
    { cmd: 'subscribe', messageId: 6, subscriptions: [{ topic: 'a/b', qos: 1 }] },
  ];
  for (const qos of [0, 1, 2] as const) {
    for (const length of [0, 1, 100, 990, 1100, 3000]) {
      for (const topic of ['a', 'some/topic/here', 'x'.repeat(500)]) {
        const id = qos && { messageId: 7 + qos };
        list.push({
          cmd: 'publish',
          topic,
          payload: 'p'.repeat(length),
          qos,
          dup: false,
          retain: false,
          ...id,
        });
      }
    }
  }
  return list.map((packet) => generate(packet).toString('latin1'));
}

const CORPUS = packets();
const CONNACK = CORPUS[0];

type Listener = (this: unknown, value?: unknown) => void;

export function fuzzPackets(seed: number, cases: number): void {
  const chance = createChance(seed);
  const clock = createClock();
  let listeners: Record<string, Listener[]> = {};
  let socket: unknown;
  let opened: (() => void) | undefined;
  const toHost: string[] = [];
  let good: string | undefined;
  let isGood = false;
  // To be thrown outside of the code that is fuzzed, which may catch it.
  let wrong: string | undefined;

  function connect(_where: unknown, open: () => void): unknown {
    const own: Record<string, Listener[]> = {};
    const stream = createParser({ protocolVersion: 4 });
    stream.on('error', (error: Error) => (wrong ??= `the target sent what is not MQTT: ${error.message}`));
    const made = {
      write(data: string): boolean {
        stream.parse(Buffer.from(data, 'latin1'));
        return chance.is(0.5);
      },
      end: () => {
        if (socket === made) socket = undefined;
      },
      on: (event: string, listener: Listener) => (own[event] ??= []).push(listener),
    };
    socket = made;
    listeners = own;
    opened = open;
    return made;
  }

  function memory(): { usage: number; free: number; total: number } {
    const bytes = toHost.reduce((sum, one) => sum + one.length, 0);
    const usage = RUNNING + Math.ceil(bytes / 8);
    if (usage > VARIABLES) wrong ??= 'the target is out of memory';
    return { usage, free: VARIABLES - usage, total: VARIABLES };
  }

  const wifi = {
    connect: (_ssid: string, _options: unknown, done: (error: null) => void) =>
      clock.later(() => done(null), 1),
    save: () => {},
    getDetails: () => ({ status: 'connected', ssid: 's', password: 'p' }),
    getIP: () => ({ ip: '192.0.2.7' }),
    on: () => {},
  };
  const firmware: Record<string, unknown> = {
    Wifi: wifi,
    net: { connect },
  };
  const { message: tell } = createGateway({
    send(message) {
      toHost.push(message);
      memory();
      if (message.length > MAX) wrong ??= `${message.length} bytes for the link`;
    },
    queued: () => toHost.length,
    ready: () => {},
    time: () => 0,
    max: MAX,
    load: (name) => firmware[name],
    later: clock.later,
    cancel: clock.cancel,
    patience: () => {},
    memory,
    clock: () => {},
    log: () => {},
  });

  const login = { clientId: 'c', user: '', password: '', keepAlive: 60, clean: true, will: undefined };
  const asked = encodeConnect({
    flags: chance.is(0.5) ? ConnectTo.CLEAN_SESSION : 0,
    limit: 10,
    keepAlive: 60,
    port: 1883,
    address: 'b',
    tlsOptions: '',
    head: connectHead(login),
    tail: '',
  });
  // Connections asked for and not over.
  let open = 0;

  function connectAgain(): void {
    open++;
    tell(asked);
  }

  function hear(status: Status, detail: string): void {
    if (status === Status.SPECNET) tell(encode(Type.PROCEED, ''));
    else if (status === Status.WIFI_UP) connectAgain();
    else if (status === Status.BROKER_FAIL || status === Status.BAD_BROKER) {
      if (--open) throw new Error('a connection ended that was not asked for');
      connectAgain();
    } else if (status === Status.UNKNOWN) throw new Error(`the target does not know type ${detail}`);
    else if (status !== Status.DROPPED) throw new Error(`status ${status} ${detail}`);
  }

  // As the host does: what is no MQTT is left, what came is acknowledged.
  function takePacket(packet: string): void {
    const type = packet.charCodeAt(0);
    if (faultOf(packet)) return tell(encode(Type.LEAVE, ''));
    if ((type & 0xf0) !== PacketType.PUBLISH) return;
    const qos = type & Flag.QOS;
    const at = 3 + topicOf(packet).length;
    const id = packet.charCodeAt(at) * 256 + packet.charCodeAt(at + 1);
    if (packet.slice(qos ? at + 2 : at) === good) isGood = true;
    if (qos) tell(acknowledge(qos === Flag.QOS1 ? PacketType.PUBACK : PacketType.PUBREC, id));
  }

  /** The host takes some of what came. */
  function drain(count: number): void {
    for (const message of toHost.splice(0, count)) {
      const type = typeOf(message);
      if (type >= Type.PACKET) takePacket(message);
      else if (type === Type.STATUS) hear(message.charCodeAt(1), message.slice(2));
      else if (type === Type.FULL) {
        if (message.length > 4) throw new Error(`malformed FULL ${JSON.stringify(message)}`);
        tell(encode(Type.LEAVE, ''));
      } else if (type !== Type.CUT || message.length < 2)
        throw new Error(`message of type ${type} for the host`);
    }
  }

  function give(bytes: string): void {
    let rest = bytes;
    while (rest && socket) {
      const count = chance.is(0.5)
        ? Math.min(rest.length, 536)
        : 1 + chance.below(Math.min(rest.length, 536));
      const chunk = rest.slice(0, count);
      rest = rest.slice(count);
      for (const listener of listeners['data'] ?? []) listener.call(socket, chunk);
      // What came is read in a turn of its own, with or without the next piece.
      if (chance.is(0.7)) clock.pass(0);
    }
    clock.pass(0);
  }

  /** Until there is a connection; true when it is through with CONNACK. */
  function reach(fair: boolean): boolean {
    if (socket) return true;
    for (let tries = 0; !socket && tries < 200; tries++) {
      drain(Infinity);
      clock.pass(1);
    }
    if (!socket) throw new Error('the target does not connect any more');
    const stands = opened;
    opened = undefined;
    stands?.();
    if (!fair && chance.is(0.2)) return false;
    give(CONNACK);
    drain(Infinity);
    return true;
  }

  tell(
    encodeInit({
      flags: 0,
      hostTimeout: 60,
      rtcResync: 0,
      ntpPort: 123,
      ssid: 's',
      password: 'p',
      ntpServer: 'n',
    }),
  );
  for (let i = 0; i < cases; i++) {
    reach(false);
    let bytes = '';
    for (let count = chance.below(3); count >= 0; count--) {
      bytes += chance.is(0.02) ? randomBytes(chance, chance.below(300)) : mutate(chance, CORPUS);
    }
    give(bytes);
    if (chance.is(0.3)) drain(chance.below(20));
    if (chance.is(0.1)) clock.pass(chance.spread(0.01, 30));
    if (chance.is(0.1) && socket) {
      // A new connection: what is left of a packet is gone with the old one.
      const event = chance.pick(['close', 'error']);
      for (const listener of listeners[event] ?? []) listener.call(socket);
    }
    if (wrong !== undefined) throw new Error(wrong);
    if (chance.is(0.02)) {
      if (socket) for (const listener of listeners['close'] ?? []) listener.call(socket);
      socket = undefined;
      reach(true);
      good = `good ${i}`;
      isGood = false;
      give(
        generate({
          cmd: 'publish',
          topic: 't',
          payload: good,
          qos: 1,
          messageId: 9,
          dup: false,
          retain: false,
        }).toString('latin1'),
      );
      drain(Infinity);
      if (!isGood) throw new Error('a good broker is not served any more');
    }
  }
}
