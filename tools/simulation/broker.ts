/**
 * A model of an MQTT 3.1.1 broker on virtual time: sessions, retained messages,
 * wills, QoS 0 and 1, a window, and every freedom that the standard gives to a
 * broker in when it answers. It checks what it gets, and must itself never
 * break the standard.
 */
import { generate, parser as createParser } from 'mqtt-packet';
import type { IConnectPacket, IPublishPacket, Packet } from 'mqtt-packet';
import type { Context } from './context';
import type { Entry, Ledger } from './ledger';

/** QoS 1 messages on their way to a client, as in mosquitto. */
const WINDOW = 20;

/** The network as the broker sees it. */
export interface Line {
  readonly number: number;
  send(bytes: Buffer): void;
  close(): void;
}

/** What the network tells the broker of a connection. */
export interface Served {
  data(bytes: Buffer): void;
  closed(): void;
}

export interface Broker {
  /** Undefined while it is down. */
  accept(line: Line): Served | undefined;
  /** Ends all connections. Without `keep`, sessions and retained messages are lost. */
  stop(keep: boolean): void;
  start(): void;
  readonly isUp: boolean;
  /** Seconds that it takes to answer, at most. */
  patience: number;
  /** CONNACK code for those who come; 0: welcome. */
  refusal: number;
  /** Commands that it keeps to itself, such as `puback`. It answers all else. */
  readonly owes: Set<string>;
  /** It closes on such a packet, without a word. */
  closesOn: (packet: Packet) => boolean;
  /** It says that it kept a session, also when it did not. */
  lies: boolean;
  /** Somebody else connects with the same client identifier, for the same session or a clean one. */
  intrude(clean: boolean): void;
  /** Ends the connections, and forgets what they have subscribed but not the sessions. */
  forget(): void;
  /** Listens no more to those who are connected, and sends one byte of an endless message each `every` seconds. */
  trickle(every: number): void;
  /** A session of an earlier program, which subscribed with QoS 2, got a message and did not yet hear of its release. */
  remember(filter: string): void;
  /** The client is connected. */
  isConnected(): boolean;
  /** Wills published so far. */
  wills: number;
  /** Somebody else publishes. */
  publish(entry: Entry): void;
  /** QoS of the subscription with this filter of the client that is connected; -1: none. */
  granted(filter: string): number;
  /** All that was sent or waits is acknowledged. */
  isIdle(): boolean;
}

interface Sent {
  /** Undefined: of an earlier program. */
  readonly entry: Entry | undefined;
  readonly id: number;
  readonly qos: number;
  /** PUBREC came. */
  released: boolean;
}

interface Session {
  readonly clientId: string;
  clean: boolean;
  readonly filters: Map<string, number>;
  /** Sent and not acknowledged. */
  inflight: Sent[];
  waiting: { readonly entry: Entry; readonly qos: number }[];
  lastId: number;
  connection: Connection | undefined;
  /** Identifiers of PUBLISH that wait for the broker's PUBACK, and their payloads. */
  readonly received: Map<number, string>;
  /** Payloads that came before in this session. */
  readonly known: Set<string>;
}

interface Connection {
  readonly line: Line;
  session: Session | undefined;
  will: IConnectPacket['will'];
  keepAlive: number;
  /** When it was last heard. */
  heard: number;
  /** What waits to be sent, and when the last of it leaves. */
  readonly answers: (() => void)[];
  busy: number;
  open: boolean;
  /** It is not listened to any more. */
  deaf: boolean;
}

export interface BrokerOptions {
  readonly context: Context;
  readonly ledger: Ledger;
  /** What CONNECT has to say. */
  readonly expected: {
    readonly clientId: string;
    readonly will: { topic: string; payload: string } | undefined;
  };
}

function matches(filter: string, topic: string): boolean {
  const pattern = filter
    .replace(/[.*?^$()[\]{}|\\]/g, '\\$&')
    .replace(/\+/g, '[^/]*')
    .replace('/#', '(/.*)?');
  return new RegExp(`^${pattern}$`, 's').test(topic);
}

export function createBroker(options: BrokerOptions): Broker {
  const { context, ledger, expected } = options;
  const { chance, fail, note } = context;
  const sessions = new Map<string, Session>();
  const retained = new Map<string, Entry>();
  const connections = new Set<Connection>();
  let isUp = true;

  const now = (): number => context.world.now() / 1e6;

  /** Sends after the broker's pause, everything in its order. */
  function answer(connection: Connection, packet: Packet, then?: () => void): void {
    if (broker.owes.has(packet.cmd)) return note?.(`broker owes ${describe(packet)}`);
    const pause = chance.is(0.5) ? 0 : chance.spread(0.0005, broker.patience);
    connection.busy = Math.max(connection.busy, now() + pause);
    connection.answers.push(() => {
      then?.();
      if (connection.deaf) return;
      note?.(`broker → ${connection.line.number}: ${describe(packet)}`);
      connection.line.send(generate(packet));
    });
    context.after(connection.busy - now(), () => connection.open && connection.answers.shift()?.());
  }

  function describe(packet: Packet): string {
    const id = packet.messageId === undefined ? '' : ` ${packet.messageId}`;
    if (packet.cmd !== 'publish') return packet.cmd + id;
    const text = String(packet.payload)
      .slice(0, 24)
      .replace(/[^ -~]/g, '.');
    return `publish${id} QoS ${packet.qos}${packet.dup ? ' dup' : ''} ${packet.topic} ${text}`;
  }

  function send(
    connection: Connection,
    entry: Entry,
    qos: number,
    id: number,
    dup: boolean,
    old: boolean,
  ): void {
    const packet: IPublishPacket = {
      cmd: 'publish',
      topic: entry.topic,
      payload: Buffer.from(entry.payload, 'latin1'),
      qos: qos as 0 | 1 | 2,
      dup,
      retain: old,
      ...(qos && { messageId: id }),
    };
    answer(connection, packet, () => context.moment('broker sends message'));
  }

  function feed(session: Session): void {
    const connection = session.connection;
    if (!connection) return;
    while (session.inflight.length < WINDOW && session.waiting.length) {
      const [{ entry, qos }] = session.waiting.splice(0, 1);
      do session.lastId = session.lastId < 65535 ? session.lastId + 1 : 1;
      while (session.inflight.some(({ id }) => id === session.lastId));
      session.inflight.push({ entry, id: session.lastId, qos, released: false });
      send(connection, entry, qos, session.lastId, false, false);
    }
  }

  function offer(session: Session, entry: Entry, limit: number, old: boolean): void {
    const qos = Math.min(entry.qos, limit);
    const connection = session.connection;
    if (!qos) {
      if (connection) send(connection, entry, 0, 0, false, old);
    } else if (old) {
      // Of its own, beside the window: only there so that RETAIN is seen to arrive.
      if (connection) send(connection, entry, 0, 0, false, true);
    } else if (connection || !session.clean) {
      session.waiting.push({ entry, qos });
      feed(session);
    }
  }

  function drop(connection: Connection, graceful: boolean): void {
    if (!connection.open) return;
    connection.open = false;
    connections.delete(connection);
    const { session, will } = connection;
    if (session?.connection === connection) {
      session.connection = undefined;
      if (session.clean) discard(session);
    }
    if (will && !graceful) {
      note?.(`broker publishes the will of ${connection.line.number}`);
      broker.wills++;
    }
    connection.line.close();
  }

  function discard(session: Session): void {
    sessions.delete(session.clientId);
    for (const { entry } of [...session.inflight, ...session.waiting]) if (entry) entry.excused = true;
  }

  function newSession(clientId: string, clean: boolean): Session {
    return {
      clientId,
      clean,
      filters: new Map(),
      inflight: [],
      waiting: [],
      lastId: 0,
      connection: undefined,
      received: new Map(),
      known: new Set(),
    };
  }

  function connect(connection: Connection, packet: IConnectPacket): void {
    const { will } = packet;
    const asked = will && { topic: will.topic, payload: will.payload.toString('latin1') };
    if (packet.clientId !== expected.clientId || JSON.stringify(asked) !== JSON.stringify(expected.will)) {
      return fail(`CONNECT of ${packet.clientId} with will ${JSON.stringify(asked)}`);
    }
    connection.keepAlive = packet.keepalive ?? 0;
    context.moment('connect');
    if (broker.refusal) {
      answer(connection, { cmd: 'connack', returnCode: broker.refusal, sessionPresent: false }, () =>
        context.after(0.001, () => drop(connection, true)),
      );
      return;
    }
    let session = sessions.get(packet.clientId);
    if (session?.connection) {
      note?.('broker: the client is here already');
      drop(session.connection, false);
    }
    const clean = packet.clean === true;
    if (session && (clean || session.clean)) {
      discard(session);
      session = undefined;
    }
    const present = !!session;
    session ??= newSession(packet.clientId, clean);
    sessions.set(packet.clientId, session);
    // What the broker owed an acknowledgement died with the connection: the client sends it again.
    session.received.clear();
    connection.session = session;
    connection.will = will;
    session.connection = connection;
    answer(connection, { cmd: 'connack', returnCode: 0, sessionPresent: present || broker.lies });
    for (const { entry, id, qos, released } of session.inflight) {
      if (!entry || released) answer(connection, { cmd: 'pubrel', messageId: id });
      else send(connection, entry, qos, id, true, false);
    }
    feed(session);
  }

  function published(connection: Connection, session: Session, packet: IPublishPacket): void {
    const payload = packet.payload.toString('latin1');
    const id = packet.messageId ?? 0;
    const entry = ledger.arrived(connection.line.number, packet.topic, payload, packet.qos, packet.retain);
    context.moment('broker has publication');
    if (!entry || !packet.qos) return;
    const other = session.received.get(id);
    if (other !== undefined) return fail(`packet identifier ${id} is used again before its PUBACK`);
    // A host that has restarted does not know what it had sent.
    if (session.known.has(payload) && !packet.dup && !entry.outlived) {
      return fail(`sent again in one session without DUP: message ${entry.number} on ${entry.topic}`);
    }
    session.known.add(payload);
    session.received.set(id, payload);
    answer(connection, { cmd: 'puback', messageId: id }, () => {
      session.received.delete(id);
      context.moment('broker acknowledges');
    });
  }

  function acknowledged(connection: Connection, session: Session, packet: Packet): void {
    const id = packet.messageId ?? 0;
    const index = session.inflight.findIndex((sent) => sent.id === id);
    context.moment('broker has acknowledgement');
    if (index < 0) return note?.(`broker: nothing to acknowledge with ${id}`);
    const sent = session.inflight[index];
    if ((packet.cmd === 'puback') !== (sent.qos === 1)) return fail(`${packet.cmd} for QoS ${sent.qos}`);
    if (packet.cmd === 'pubcomp' && !sent.released) return fail(`PUBCOMP ${id} before PUBREL`);
    if (sent.entry && !sent.released) ledger.acknowledged(sent.entry, session.clean);
    if (packet.cmd === 'pubrec') {
      sent.released = true;
      return answer(connection, { cmd: 'pubrel', messageId: id });
    }
    session.inflight.splice(index, 1);
    feed(session);
  }

  function take(connection: Connection, packet: Packet): void {
    const session = connection.session;
    note?.(`broker ← ${connection.line.number}: ${describe(packet)}`);
    if (packet.cmd === 'connect') {
      if (session) fail('a second CONNECT on one connection');
      else connect(connection, packet);
    } else if (!session) {
      if (!broker.refusal) fail(`${packet.cmd} before CONNECT`);
    } else if (broker.closesOn(packet)) {
      note?.(`broker closes on it`);
      drop(connection, false);
    } else if (packet.cmd === 'publish') published(connection, session, packet);
    else if (packet.cmd === 'puback' || packet.cmd === 'pubrec' || packet.cmd === 'pubcomp')
      acknowledged(connection, session, packet);
    else if (packet.cmd === 'pingreq') answer(connection, { cmd: 'pingresp' });
    else if (packet.cmd === 'disconnect') drop(connection, true);
    else if (packet.cmd === 'subscribe') {
      const [{ topic, qos }] = packet.subscriptions;
      session.filters.set(topic, qos);
      context.moment('subscribe');
      answer(connection, { cmd: 'suback', messageId: packet.messageId ?? 0, granted: [qos] });
      for (const entry of retained.values())
        if (matches(topic, entry.topic)) offer(session, entry, qos, true);
    } else if (packet.cmd === 'unsubscribe') {
      for (const topic of packet.unsubscriptions) session.filters.delete(topic);
      answer(connection, { cmd: 'unsuback', messageId: packet.messageId ?? 0 } as Packet);
    } else fail(`the broker got a ${packet.cmd}`);
  }

  // [MQTT-3.1.2-24]
  function watch(connection: Connection): void {
    if (!connection.open) return;
    const limit = connection.keepAlive ? connection.keepAlive * 1.5 : 60;
    const left = connection.heard + limit - now();
    if (left <= 0 && (connection.keepAlive || !connection.session)) {
      note?.(`broker: ${connection.line.number} has been silent for too long`);
      drop(connection, false);
    } else context.after(Math.max(left, 1), () => watch(connection));
  }

  const broker: Broker = {
    get isUp() {
      return isUp;
    },
    patience: 0.05,
    refusal: 0,
    owes: new Set(),
    closesOn: () => false,
    lies: false,
    wills: 0,
    intrude(clean) {
      const session = sessions.get(expected.clientId);
      if (!session || !isUp) return;
      note?.('broker: somebody else with this client identifier');
      if (session.connection) drop(session.connection, false);
      if (clean && sessions.has(expected.clientId)) discard(session);
    },
    forget() {
      for (const connection of [...connections]) drop(connection, false);
      for (const session of sessions.values()) session.filters.clear();
    },
    trickle(every) {
      for (const connection of connections) {
        // A PUBLISH of 268,435,455 bytes.
        const bytes = [0x30, 0xff, 0xff, 0xff, 0x7f];
        if (!connection.session || connection.deaf) continue;
        connection.deaf = true;
        const next = (): void => {
          if (!connection.open) return;
          connection.line.send(Buffer.from([bytes.shift() ?? 0]));
          context.after(every, next);
        };
        next();
      }
    },
    remember(filter) {
      const session = newSession(expected.clientId, false);
      session.filters.set(filter, 2);
      session.lastId = 7;
      session.inflight.push({ entry: undefined, id: 7, qos: 2, released: true });
      sessions.set(expected.clientId, session);
    },
    isConnected: () => [...sessions.values()].some((one) => one.connection),
    accept(line) {
      if (!isUp) return undefined;
      const connection: Connection = {
        line,
        session: undefined,
        will: undefined,
        keepAlive: 0,
        heard: now(),
        answers: [],
        busy: 0,
        open: true,
        deaf: false,
      };
      connections.add(connection);
      const stream = createParser({ protocolVersion: 4 });
      stream.on('packet', (packet: Packet) => take(connection, packet));
      stream.on('error', (error: Error) => fail(`the broker got what is not MQTT: ${error.message}`));
      context.after(1, () => watch(connection));
      return {
        data(bytes) {
          if (!connection.open) return;
          connection.heard = now();
          if (connection.deaf) return;
          stream.parse(bytes);
        },
        closed: () => drop(connection, false),
      };
    },
    stop(keep) {
      isUp = false;
      for (const connection of [...connections]) drop(connection, false);
      if (keep) return;
      for (const session of [...sessions.values()]) discard(session);
      retained.clear();
    },
    start() {
      isUp = true;
    },
    publish(entry) {
      ledger.accepted(entry);
      let wanted = false;
      if (entry.retain) retained.set(entry.topic, entry);
      for (const session of sessions.values()) {
        const limits = [...session.filters].filter(([filter]) => matches(filter, entry.topic));
        if (!limits.length) continue;
        const limit = Math.max(...limits.map(([, qos]) => qos));
        if (limit && entry.qos && (session.connection || !session.clean)) wanted = true;
        offer(session, entry, limit, false);
      }
      // Nobody has subscribed with QoS 1, so nobody is owed anything.
      if (!wanted) entry.excused = true;
    },
    granted: (filter) => [...sessions.values()].find((one) => one.connection)?.filters.get(filter) ?? -1,
    isIdle: () => [...sessions.values()].every((one) => !one.inflight.length && !one.waiting.length),
  };
  return broker;
}
