/**
 * A model of an MQTT 3.1.1 broker on virtual time: sessions, retained messages,
 * wills, QoS 0 and 1, a window, and every freedom that the standard gives to a
 * broker in when it answers. It checks what it gets, and must itself never
 * break the standard.
 */
import { parser as createParser } from 'mqtt-packet';
import type { IConnectPacket, IPublishPacket, ISubscribePacket, Packet } from 'mqtt-packet';
import { BrokerConnection, describePacket } from './broker-connection';
import type { BrokerLine, Manners } from './broker-connection';
import { Session } from './broker-session';
import type { Context } from './context';
import type { LedgerEntry, Ledger } from './ledger';

/** What the network tells the broker of a connection. */
export interface Served {
  data(bytes: Buffer): void;
  closed(): void;
}

export interface SimulatedBrokerOptions {
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

export class SimulatedBroker implements Manners {
  patience = 0.05;
  readonly owes = new Set<string>();
  /** CONNACK code for those who come; 0: welcome. */
  refusal = 0;
  /** It closes on such a packet, without a word. */
  closesOn: (packet: Packet) => boolean = () => false;
  /** It says that it kept a session, also when it did not. */
  lies = false;
  /** Wills published so far. */
  wills = 0;
  isUp = true;
  private readonly context: Context;
  private readonly ledger: Ledger;
  private readonly expected: SimulatedBrokerOptions['expected'];
  private readonly sessions = new Map<string, Session>();
  private readonly retained = new Map<string, LedgerEntry>();
  private readonly connections = new Set<BrokerConnection>();

  constructor(options: SimulatedBrokerOptions) {
    this.context = options.context;
    this.ledger = options.ledger;
    this.expected = options.expected;
  }

  /** @returns undefined while it is down */
  accept(line: BrokerLine): Served | undefined {
    if (!this.isUp) return undefined;
    const { context } = this;
    const connection = new BrokerConnection(context, this, line);
    const drop = (): void => this.drop(connection, false);
    this.connections.add(connection);
    const stream = createParser({ protocolVersion: 4 });
    stream.on('packet', (packet: Packet) => this.take(connection, packet));
    stream.on('error', (error: Error) => context.fail(`the broker got what is not MQTT: ${error.message}`));
    context.after(1, () => connection.watch(drop));
    return {
      data(bytes) {
        if (!connection.open) return;
        connection.heard = context.world.now() / 1e6;
        if (connection.deaf) return;
        stream.parse(bytes);
      },
      closed: drop,
    };
  }

  /** Ends all connections. Without `keep`, sessions and retained messages are lost. */
  stop(keep: boolean): void {
    this.isUp = false;
    this.dropAll();
    if (keep) return;
    for (const session of [...this.sessions.values()]) this.discard(session);
    this.retained.clear();
  }

  start(): void {
    this.isUp = true;
  }

  /** Somebody else connects with the same client identifier, for the same session or a clean one. */
  intrude(clean: boolean): void {
    const session = this.sessions.get(this.expected.clientId);
    if (!session || !this.isUp) return;
    this.context.note?.('broker: somebody else with this client identifier');
    if (session.connection) this.drop(session.connection, false);
    if (clean && this.sessions.has(this.expected.clientId)) this.discard(session);
  }

  /** Ends the connections, and forgets what they have subscribed but not the sessions. */
  forget(): void {
    this.dropAll();
    for (const session of this.sessions.values()) session.filters.clear();
  }

  /** Listens no more to those who are connected, and sends one byte of an endless message each `every` seconds. */
  trickle(every: number): void {
    for (const connection of this.connections)
      if (connection.session && !connection.deaf) connection.trickle(every);
  }

  /** A session of an earlier program, which subscribed with QoS 2, got a message and did not yet hear of its release. */
  remember(filter: string): void {
    const session = new Session(this.context, this.expected.clientId, false);
    session.filters.set(filter, 2);
    session.owesRelease(7);
    this.sessions.set(session.clientId, session);
  }

  /** The client is connected. */
  isConnected(): boolean {
    return [...this.sessions.values()].some((one) => one.connection);
  }

  /** Somebody else publishes. */
  publish(entry: LedgerEntry): void {
    this.ledger.accepted(entry);
    let wanted = false;
    if (entry.retain) this.retained.set(entry.topic, entry);
    for (const session of this.sessions.values()) {
      const limits = [...session.filters].filter(([filter]) => matches(filter, entry.topic));
      if (!limits.length) continue;
      const limit = Math.max(...limits.map(([, qos]) => qos));
      if (limit && entry.qos && (session.connection || !session.clean)) wanted = true;
      session.offer(entry, limit, false);
    }
    // Nobody has subscribed with QoS 1, so nobody is owed anything.
    if (!wanted) entry.excused = true;
  }

  /** QoS of the subscription with this filter of the client that is connected; -1: none. */
  granted(filter: string): number {
    return [...this.sessions.values()].find((one) => one.connection)?.filters.get(filter) ?? -1;
  }

  /** All that was sent or waits is acknowledged. */
  isIdle(): boolean {
    return [...this.sessions.values()].every((one) => one.isIdle);
  }

  private dropAll(): void {
    for (const connection of [...this.connections]) this.drop(connection, false);
  }

  private drop(connection: BrokerConnection, graceful: boolean): void {
    if (!connection.open) return;
    connection.open = false;
    this.connections.delete(connection);
    const { session, will } = connection;
    if (session?.connection === connection) {
      session.connection = undefined;
      if (session.clean) this.discard(session);
    }
    if (will && !graceful) {
      this.context.note?.(`broker publishes the will of ${connection.line.number}`);
      this.wills++;
    }
    connection.line.close();
  }

  private discard(session: Session): void {
    this.sessions.delete(session.clientId);
    session.excuse();
  }

  private connect(connection: BrokerConnection, packet: IConnectPacket): void {
    const { context, expected } = this;
    const { will } = packet;
    const asked = will && { topic: will.topic, payload: will.payload.toString('latin1') };
    if (packet.clientId !== expected.clientId || JSON.stringify(asked) !== JSON.stringify(expected.will)) {
      return context.fail(`CONNECT of ${packet.clientId} with will ${JSON.stringify(asked)}`);
    }
    connection.keepAlive = packet.keepalive ?? 0;
    context.moment('connect');
    if (this.refusal) {
      connection.answer({ cmd: 'connack', returnCode: this.refusal, sessionPresent: false }, () =>
        context.after(0.001, () => this.drop(connection, true)),
      );
      return;
    }
    let session = this.sessions.get(packet.clientId);
    if (session?.connection) {
      context.note?.('broker: the client is here already');
      this.drop(session.connection, false);
    }
    const clean = packet.clean === true;
    if (session && (clean || session.clean)) {
      this.discard(session);
      session = undefined;
    }
    const present = !!session;
    session ??= new Session(context, packet.clientId, clean);
    this.sessions.set(packet.clientId, session);
    // What the broker owed an acknowledgement died with the connection: the client sends it again.
    session.received.clear();
    connection.session = session;
    connection.will = will;
    session.connection = connection;
    connection.answer({ cmd: 'connack', returnCode: 0, sessionPresent: present || this.lies });
    session.resume();
  }

  private published(connection: BrokerConnection, session: Session, packet: IPublishPacket): void {
    const { context, ledger } = this;
    const payload = packet.payload.toString('latin1');
    const id = packet.messageId ?? 0;
    const entry = ledger.arrived(connection.line.number, packet.topic, payload, packet.qos, packet.retain);
    context.moment('broker has publication');
    if (!entry || !packet.qos) return;
    const other = session.received.get(id);
    if (other !== undefined) return context.fail(`packet identifier ${id} is used again before its PUBACK`);
    // A host that has restarted does not know what it had sent.
    if (session.known.has(payload) && !packet.dup && !entry.outlived) {
      return context.fail(`sent again in one session without DUP: message ${entry.number} on ${entry.topic}`);
    }
    session.known.add(payload);
    session.received.set(id, payload);
    connection.answer({ cmd: 'puback', messageId: id }, () => {
      session.received.delete(id);
      context.moment('broker acknowledges');
    });
  }

  private acknowledged(connection: BrokerConnection, session: Session, packet: Packet): void {
    const { context, ledger } = this;
    const id = packet.messageId ?? 0;
    const index = session.inflight.findIndex((sent) => sent.id === id);
    context.moment('broker has acknowledgement');
    if (index < 0) return context.note?.(`broker: nothing to acknowledge with ${id}`);
    const sent = session.inflight[index];
    if ((packet.cmd === 'puback') !== (sent.qos === 1))
      return context.fail(`${packet.cmd} for QoS ${sent.qos}`);
    if (packet.cmd === 'pubcomp' && !sent.released) return context.fail(`PUBCOMP ${id} before PUBREL`);
    if (sent.entry && !sent.released) ledger.acknowledged(sent.entry, session.clean);
    if (packet.cmd === 'pubrec') {
      sent.released = true;
      return connection.answer({ cmd: 'pubrel', messageId: id });
    }
    session.inflight.splice(index, 1);
    session.feed();
  }

  private subscribed(connection: BrokerConnection, session: Session, packet: ISubscribePacket): void {
    const [{ topic, qos }] = packet.subscriptions;
    session.filters.set(topic, qos);
    this.context.moment('subscribe');
    connection.answer({ cmd: 'suback', messageId: packet.messageId ?? 0, granted: [qos] });
    for (const entry of this.retained.values())
      if (matches(topic, entry.topic)) session.offer(entry, qos, true);
  }

  private take(connection: BrokerConnection, packet: Packet): void {
    const { note, fail } = this.context;
    const session = connection.session;
    note?.(`broker ← ${connection.line.number}: ${describePacket(packet)}`);
    if (packet.cmd === 'connect') {
      if (session) fail('a second CONNECT on one connection');
      else this.connect(connection, packet);
    } else if (!session) {
      if (!this.refusal) fail(`${packet.cmd} before CONNECT`);
    } else if (this.closesOn(packet)) {
      note?.(`broker closes on it`);
      this.drop(connection, false);
    } else if (packet.cmd === 'publish') this.published(connection, session, packet);
    else if (packet.cmd === 'puback' || packet.cmd === 'pubrec' || packet.cmd === 'pubcomp')
      this.acknowledged(connection, session, packet);
    else if (packet.cmd === 'pingreq') connection.answer({ cmd: 'pingresp' });
    else if (packet.cmd === 'disconnect') this.drop(connection, true);
    else if (packet.cmd === 'subscribe') this.subscribed(connection, session, packet);
    else if (packet.cmd === 'unsubscribe') {
      for (const topic of packet.unsubscriptions) session.filters.delete(topic);
      connection.answer({ cmd: 'unsuback', messageId: packet.messageId ?? 0 } as Packet);
    } else fail(`the broker got a ${packet.cmd}`);
  }
}
