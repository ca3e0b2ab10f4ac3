/**
 * A broker that misbehaves as it is told, one small habit at a time, over real
 * sockets. Without a habit it is a decent one that knows no sessions. It must
 * keep to the letter of what a habit says, and note all that it gets.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { generate, parser as createParser } from 'mqtt-packet';
import type { IConnectPacket, IPublishPacket, ISubscribePacket, Packet } from 'mqtt-packet';

const LOOPBACK = '127.0.0.1';

/** One connection of a client. */
export interface Visit {
  /** From 1 for the first one. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly begin: number;
  /** All that came, in order. */
  readonly packets: Packet[];
  /** What was subscribed and not unsubscribed on this connection. */
  readonly filters: Set<string>;
  send(packet: Packet): void;
  /** For what is no packet. */
  sendBytes(bytes: Buffer): void;
  close(): void;
  readonly isOpen: boolean;
}

/**
 * What a broker does other than it should.
 * @returns true when that is all it does about this packet
 */
export type Habit = (packet: Packet, visit: Visit) => boolean;

export interface HostileBroker {
  readonly host: string;
  readonly port: number;
  /** May be changed at any time. */
  habit: Habit | undefined;
  readonly visits: readonly Visit[];
  /** The topics of all PUBLISH packets with this first level, each that came again left out, in order. */
  topics(level: string): string[];
  /** Sends a message to whoever has subscribed, with a packet identifier of 1000. */
  publish(topic: string, payload: Buffer | string, qos: 0 | 1 | 2): void;
  stop(): Promise<void>;
}

/** Swallows what should be acknowledged, and answers all else. */
export function owes(cmd: 'publish' | 'subscribe' | 'unsubscribe', only?: string): Habit {
  return (packet) => packet.cmd === cmd && (only === undefined || (packet as IPublishPacket).topic === only);
}

/** Closes without a word on a publication to this topic. */
export function closesOnTopic(topic: string): Habit {
  return (packet, visit) => {
    if (packet.cmd !== 'publish' || packet.topic !== topic) return false;
    visit.close();
    return true;
  };
}

/** Closes without a word on a subscription to this filter. */
export function closesOnFilter(filter: string): Habit {
  return (packet, visit) => {
    if (packet.cmd !== 'subscribe' || packet.subscriptions.every((one) => one.topic !== filter)) return false;
    visit.close();
    return true;
  };
}

/** Closes just after CONNACK, as brokers do when another client has the same identifier. */
export const closesAtOnce: Habit = (packet, visit) => {
  if (packet.cmd !== 'connect') return false;
  visit.send({ cmd: 'connack', returnCode: 0, sessionPresent: false });
  setTimeout(() => visit.close(), 20);
  return true;
};

/** Says that it kept the session, whatever was asked for; it has kept nothing. */
export const claimsSession: Habit = (packet, visit) => {
  if (packet.cmd !== 'connect') return false;
  visit.send({ cmd: 'connack', returnCode: 0, sessionPresent: true });
  return true;
};

/** Kept a session with QoS 2: says so, releases what it had sent in an earlier life, and sends more, one of it twice. */
export function resumesQos2(released: number, topic: string, payload: string, id: number): Habit {
  return (packet, visit) => {
    const publish = { cmd: 'publish', topic, payload, qos: 2, messageId: id, retain: false } as const;
    if (packet.cmd === 'connect') {
      claimsSession(packet, visit);
      visit.send({ cmd: 'pubrel', messageId: released });
      visit.send({ ...publish, dup: false });
      return true;
    }
    // As when PUBREC was lost with the connection, but on the same one: the harder case.
    if (packet.cmd !== 'pubrec' || visit.packets.filter(({ cmd }) => cmd === 'pubrec').length > 1)
      return false;
    visit.send({ ...publish, dup: true });
    return true;
  };
}

/** Answers no ping; from the first one on it sends an endless packet, a byte a second. */
export function drips(): Habit {
  return (packet, visit) => {
    if (packet.cmd !== 'pingreq') return false;
    if (visit.packets.filter(({ cmd }) => cmd === 'pingreq').length > 1) return true;
    // PUBLISH with QoS 0 of 120 bytes, with the topic `drip`.
    const bytes = Buffer.concat([Buffer.from([0x30, 120, 0, 4]), Buffer.from('drip'.padEnd(118, '.'))]);
    let at = 0;
    const timer = setInterval(() => {
      if (visit.isOpen && at < bytes.length) visit.sendBytes(bytes.subarray(at, ++at));
      else clearInterval(timer);
    }, 1000);
    return true;
  };
}

function matches(filter: string, topic: string): boolean {
  return filter === topic || (filter.endsWith('/#') && topic.startsWith(filter.slice(0, -1)));
}

/** What a decent broker does. */
function behave(packet: Packet, visit: Visit): void {
  const { messageId } = packet;
  const id = messageId === undefined ? {} : { messageId };
  switch (packet.cmd) {
    case 'connect':
      return visit.send({ cmd: 'connack', returnCode: 0, sessionPresent: false });
    case 'publish':
      if (packet.qos === 1) visit.send({ cmd: 'puback', ...id });
      return;
    case 'subscribe':
      for (const { topic } of packet.subscriptions) visit.filters.add(topic);
      return visit.send({ cmd: 'suback', ...id, granted: packet.subscriptions.map(({ qos }) => qos) });
    case 'unsubscribe':
      for (const topic of packet.unsubscriptions) visit.filters.delete(topic);
      return visit.send({ cmd: 'unsuback', ...id, granted: [] });
    case 'pubrec':
      return visit.send({ cmd: 'pubrel', ...id });
    case 'pingreq':
      return visit.send({ cmd: 'pingresp' });
    case 'disconnect':
      return visit.close();
    default:
  }
}

/** @throws Error when the port is taken. */
export async function startHostileBroker(habit?: Habit): Promise<HostileBroker> {
  const visits: Visit[] = [];
  const sockets = new Set<Socket>();

  function welcome(socket: Socket): void {
    const parser = createParser();
    const visit: Visit = {
      number: visits.length + 1,
      begin: Date.now(),
      packets: [],
      filters: new Set(),
      send: (packet) => visit.sendBytes(generate(packet)),
      sendBytes: (bytes) => void (visit.isOpen && socket.write(bytes)),
      close: () => void socket.destroy(),
      get isOpen() {
        return !socket.destroyed && socket.writable;
      },
    };
    sockets.add(socket);
    visits.push(visit);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (bytes) => parser.parse(bytes));
    parser.on('error', () => socket.destroy());
    parser.on('packet', (packet: Packet) => {
      // What came behind that on which it closed was never read.
      if (!visit.isOpen) return;
      visit.packets.push(packet);
      if (!broker.habit?.(packet, visit)) behave(packet, visit);
    });
  }

  const server = createServer(welcome);
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  const broker: HostileBroker = {
    host: LOOPBACK,
    port: (server.address() as AddressInfo).port,
    habit,
    visits,
    topics: (level) => [
      ...new Set(
        visits
          .flatMap(({ packets }) => packets)
          .flatMap((packet) => (packet.cmd === 'publish' ? [packet.topic] : []))
          .filter((topic) => topic.startsWith(`${level}/`)),
      ),
    ],
    publish(topic, payload, qos) {
      for (const visit of visits)
        if ([...visit.filters].some((filter) => matches(filter, topic)))
          visit.send({
            cmd: 'publish',
            topic,
            payload,
            qos,
            dup: false,
            retain: false,
            ...(qos && { messageId: 1000 }),
          });
    },
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
  return broker;
}

/** CONNECT of a visit. */
export function connectOf(visit: Visit | undefined): IConnectPacket | undefined {
  return visit?.packets.find((packet): packet is IConnectPacket => packet.cmd === 'connect');
}

/** Filters of the SUBSCRIBE packets of a visit, in order. */
export function subscribed(visit: Visit | undefined): string[] {
  return (visit?.packets ?? [])
    .filter((packet): packet is ISubscribePacket => packet.cmd === 'subscribe')
    .flatMap(({ subscriptions }) => subscriptions.map(({ topic }) => topic));
}
