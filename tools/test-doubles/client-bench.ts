/** The MQTT client of a target on sockets that a test plays, with a clock of its own, and what happened to it as lines. */
import assert from 'node:assert/strict';
import mqttPacket from 'mqtt-packet';
import { Flag, PacketType } from '../../shared/mqtt';
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
} from '../../shared/packets';
import { createTimers } from './testing';
import {
  createClient,
  type Client,
  type ClientEvents,
  type ClientOptions,
  type Socket,
} from '../../target/mqtt-client';
import { fixedHeader } from '../../target/mqtt-packets';
import { ScriptedSocket } from './scripted-socket';

export type ClientMessage = [
  topic: string,
  payload: string,
  qos: number,
  retain: boolean,
  dup: boolean,
  id: number,
];

/** A packet of its first byte and its body, §2.2. */
export const wholePacket = (type: number, body: string): string => fixedHeader(type, body.length) + body;

/** A packet that passed over the link, as it goes to the broker. */
export const toBroker = (passed: string): string => wholePacket(passed.charCodeAt(0), passed.slice(1));

/** A client with a method for each packet that its owner may send. */
export function withPackets(client: Client) {
  const send = (passed: string) => client.send(toBroker(passed));
  return Object.assign(client, {
    publish: (...[topic, payload, qos, retain, dup, id]: ClientMessage) => {
      const made = publish((qos << 1) | (retain ? 1 : 0), topic, payload);
      send(qos ? withId(made, id, dup) : made);
    },
    subscribe: (id: number, filter: string, qos: number) => send(subscribe(id, filter, qos)),
    unsubscribe: (id: number, filter: string) => send(unsubscribe(id, filter)),
    puback: (id: number) => send(acknowledge(PacketType.PUBACK, id)),
  });
}

/** What came as one line, and a message as its parts too. */
export function eventOf(passed: string): [line: string, message?: ClientMessage] {
  const type = passed.charCodeAt(0);
  const body = passed.slice(1);
  const id = (body.charCodeAt(0) << 8) | body.charCodeAt(1);
  if (type === PacketType.CONNACK) return [`connack ${body.charCodeAt(0)} ${body.charCodeAt(1)}`];
  if (type === PacketType.PUBACK) return [`puback ${id}`];
  if (type === PacketType.SUBACK) return [`suback ${id} ${body.charCodeAt(2)}`];
  if (type === PacketType.UNSUBACK) return [`unsuback ${id}`];
  if ((type & 0xf0) !== PacketType.PUBLISH) return [`packet ${type} ${JSON.stringify(body)}`];
  const topic = topicOf(passed);
  const at = 2 + topic.length;
  const qos = (type & Flag.QOS) >> 1;
  const own = qos ? (body.charCodeAt(at) << 8) | body.charCodeAt(at + 1) : 0;
  const message: ClientMessage = [topic, body.slice(qos ? at + 2 : at), qos, !!(type & 1), !!(type & 8), own];
  return [`publish ${JSON.stringify(message)}`, message];
}

/** What is left of a packet that is too long. */
export function cutOf(passed: string): string {
  const type = passed.charCodeAt(0);
  const body = passed.slice(1);
  const end = type & Flag.QOS ? body.length - 2 : body.length;
  return `cut ${type} ${body.slice(2, end)}${type & Flag.QOS ? ` ${body.charCodeAt(end) * 256 + body.charCodeAt(end + 1)}` : ''}`;
}

/** A socket, and the names of the packets that are sent by it. */
export class PacketSocket extends ScriptedSocket {
  /** What was sent since last asked, by type. */
  names(): string[] {
    const names: string[] = [];
    const parser = mqttPacket.parser({ protocolVersion: 4 });
    parser.on('packet', (packet) => names.push(packet.cmd));
    parser.parse(Buffer.from(this.take(), 'latin1'));
    return names;
  }
}

export type ClientSettings = Login & Pick<ClientOptions, 'maxBody'> & { willPart?: string };

export const clientSettings: ClientSettings = {
  _clientId: 'c',
  _user: '',
  _password: '',
  _keepAlive: 40,
  _clean: true,
  _will: undefined,
  maxBody: 100,
};

/** The client's options that come of its settings. */
export function clientOptions(given: ClientSettings) {
  const { _keepAlive: keepAlive, maxBody } = given;
  const head = connectHead(given) + (given.willPart ?? '');
  return { hello: wholePacket(PacketType.CONNECT, head + connectTail(given)), limit: 10, keepAlive, maxBody };
}

export const ACCEPTED = '\x20\x02\x00\x00';

/** A client with what happened to it as lines. */
export function setUpClient(over: Partial<ClientSettings> = {}) {
  const clock = createTimers();
  const log: string[] = [];
  const sockets: PacketSocket[] = [];
  const opens: (() => void)[] = [];
  const hooks: { open: (() => void) | undefined; event: ((line: string) => void) | undefined } = {
    open: undefined,
    event: undefined,
  };
  const note = (line: string) => {
    log.push(line);
    hooks.event?.(line);
  };
  let up = false;
  const events: ClientEvents = {
    received: (packet) => {
      if (packet.charCodeAt(0) === PacketType.CONNACK) up = !packet.charCodeAt(2);
      note(eventOf(packet)[0]);
    },
    cut: (packet, full) => note(full ? `full ${packet.charCodeAt(0)}` : cutOf(packet)),
    failed: (status, detail) => {
      up = false;
      note(`failed ${status} ${detail}`);
    },
    drained: () => note('drained'),
  };
  const options: ClientOptions = {
    open: (onOpen) => {
      hooks.open?.();
      const socket = new PacketSocket();
      socket.settle = () => clock.pass(0);
      sockets.push(socket);
      opens.push(() => onOpen.call(socket as unknown as Socket));
      return socket;
    },
    ...clientOptions({ ...clientSettings, ...over }),
    room: () => true,
    later: clock.later,
    cancel: clock.cancel,
    ...events,
  };
  const { hello } = options;
  const made = withPackets(createClient(options));
  const client = Object.assign(made, {
    connected: () => up,
    /** As its owner does: the packet is forgotten with each connection. */
    connect: ((connect) => () => {
      options.hello = hello;
      connect();
    })(made.connect),
  });
  const last = () => sockets[sockets.length - 1] as PacketSocket;
  return {
    clock,
    client,
    hooks,
    sockets,
    last,
    open: () => opens[opens.length - 1]?.(),
    /** What happened since last asked. */
    happened: () => {
      clock.pass(0);
      return log.splice(0);
    },
    /** Up to CONNACK. */
    up: () => {
      client.connect();
      opens[opens.length - 1]?.();
      last().emit('data', ACCEPTED);
      assert.deepEqual(log.splice(0), ['connack 0 0']);
      assert.deepEqual(last().names(), ['connect']);
    },
    idle: () => {
      clock.pass(0);
      assert.equal(client.connected(), false);
      assert.equal(client.busy(), false);
      assert.equal(clock.due().length, 0, 'a timer is left');
    },
  };
}
