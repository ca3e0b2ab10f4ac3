/**
 * A broker that sends what it should not, to the target's parser, client and
 * bridge: nothing may escape, memory must suffice, what goes to the host and
 * back to the broker must be well formed, and a good broker is served again.
 */
import { generate } from 'mqtt-packet';
import type { Packet } from 'mqtt-packet';
import '../device-globals';
import { ConnectTo, Type, encode, encodeConnect, typeOf } from '../../../shared/messages';
import { Flag, PacketType } from '../../../shared/mqtt';
import { acknowledge, connectHead, topicOf, wrong as faultOf } from '../../../shared/packets';
import { Status } from '../../../shared/status';
import { createGateway } from '../../../target/gateway';
import { createChance } from '../context';
import type { Chance } from '../context';
import { createTimers } from '../../test-doubles/testing';
import { FuzzedNetwork } from './fuzzed-network';
import { INIT } from './messages';
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

/** What the host asks for: the only broker that there is. */
function askFor(clean: boolean): string {
  const login = { _clientId: 'c', _user: '', _password: '', _keepAlive: 60, _clean: true, _will: undefined };
  return encodeConnect({
    _flags: clean ? ConnectTo.CLEAN_SESSION : 0,
    _limit: 10,
    _keepAlive: 60,
    _port: 1883,
    _address: 'b',
    _tlsOptions: '',
    _head: connectHead(login),
    _tail: '',
  });
}

/** The target's gateway, between a broker and a host that are played here. */
class Subject {
  private readonly chance: Chance;
  private readonly clock = createTimers();
  private readonly network: FuzzedNetwork;
  private readonly tell: (message: string) => void;
  private readonly asked: string;
  /** Messages for the host that it has not taken. */
  private readonly toHost: string[] = [];
  /** Connections asked for and not over. */
  private open = 0;
  /** The payload that the host waits for, and whether it has come. */
  private good: string | undefined;
  private isGood = false;
  /** To be thrown outside of the code that is fuzzed, which may catch it. */
  private wrong: string | undefined;

  constructor(chance: Chance) {
    this.chance = chance;
    this.network = new FuzzedNetwork(chance, this.clock, (text) => (this.wrong ??= text));
    this.tell = createGateway({
      send: (message) => {
        this.toHost.push(message);
        this.memory();
        if (message.length > MAX) this.wrong ??= `${message.length} bytes for the link`;
      },
      queued: () => this.toHost.length,
      ready: () => {},
      time: () => 0,
      max: MAX,
      load: (name) => this.network.modules[name],
      later: this.clock.later,
      cancel: this.clock.cancel,
      patience: () => {},
      memory: () => this.memory(),
      clock: () => {},
      log: () => {},
    }).message;
    this.asked = askFor(chance.is(0.5));
  }

  begin(): void {
    this.tell(INIT);
  }

  /** Some packets that no broker should send. */
  offend(): void {
    const { chance, clock, network } = this;
    this.reach(false);
    let bytes = '';
    for (let count = chance.below(3); count >= 0; count--) {
      bytes += chance.is(0.02) ? randomBytes(chance, chance.below(300)) : mutate(chance, CORPUS);
    }
    network.give(bytes);
    if (chance.is(0.3)) this.drain(chance.below(20));
    if (chance.is(0.1)) clock.pass(chance.spread(0.01, 30));
    // A new connection: what is left of a packet is gone with the old one.
    if (chance.is(0.1) && network.isConnected) network.emit(chance.pick(['close', 'error']));
    if (this.wrong !== undefined) throw new Error(this.wrong);
  }

  /** A new connection, to a good broker that sends this. */
  serve(payload: string): void {
    const { network } = this;
    if (network.isConnected) network.emit('close');
    network.forget();
    this.reach(true);
    this.good = payload;
    this.isGood = false;
    const packet: Packet = {
      cmd: 'publish',
      topic: 't',
      payload,
      qos: 1,
      messageId: 9,
      dup: false,
      retain: false,
    };
    network.give(generate(packet).toString('latin1'));
    this.drain(Infinity);
    if (!this.isGood) throw new Error('a good broker is not served any more');
  }

  private memory(): { usage: number; free: number; total: number } {
    const bytes = this.toHost.reduce((sum, one) => sum + one.length, 0);
    const usage = RUNNING + Math.ceil(bytes / 8);
    if (usage > VARIABLES) this.wrong ??= 'the target is out of memory';
    return { usage, free: VARIABLES - usage, total: VARIABLES };
  }

  private connectAgain(): void {
    this.open++;
    this.tell(this.asked);
  }

  private hear(status: Status, detail: string): void {
    if (status === Status.SPECNET) this.tell(encode(Type.PROCEED, ''));
    else if (status === Status.WIFI_UP) this.connectAgain();
    else if (status === Status.BROKER_FAIL || status === Status.BAD_BROKER) {
      if (--this.open) throw new Error('a connection ended that was not asked for');
      this.connectAgain();
    } else if (status === Status.UNKNOWN) throw new Error(`the target does not know type ${detail}`);
    else if (status !== Status.DROPPED) throw new Error(`status ${status} ${detail}`);
  }

  // As the host does: what is no MQTT is left, what came is acknowledged.
  private takePacket(packet: string): void {
    const type = packet.charCodeAt(0);
    if (faultOf(packet)) return this.tell(encode(Type.LEAVE, ''));
    if ((type & 0xf0) !== PacketType.PUBLISH) return;
    const qos = type & Flag.QOS;
    const at = 3 + topicOf(packet).length;
    const id = packet.charCodeAt(at) * 256 + packet.charCodeAt(at + 1);
    if (packet.slice(qos ? at + 2 : at) === this.good) this.isGood = true;
    if (qos) this.tell(acknowledge(qos === Flag.QOS1 ? PacketType.PUBACK : PacketType.PUBREC, id));
  }

  /** The host takes some of what came. */
  private drain(count: number): void {
    for (const message of this.toHost.splice(0, count)) {
      const type = typeOf(message);
      if (type >= Type.PACKET) this.takePacket(message);
      else if (type === Type.STATUS) this.hear(message.charCodeAt(1), message.slice(2));
      else if (type === Type.FULL) {
        if (message.length > 4) throw new Error(`malformed FULL ${JSON.stringify(message)}`);
        this.tell(encode(Type.LEAVE, ''));
      } else if (type !== Type.CUT || message.length < 2)
        throw new Error(`message of type ${type} for the host`);
    }
  }

  /** Waits until there is a connection, and welcomes it, always if it is to be `fair`. */
  private reach(fair: boolean): void {
    const { network } = this;
    if (network.isConnected) return;
    for (let tries = 0; !network.isConnected && tries < 200; tries++) {
      this.drain(Infinity);
      this.clock.pass(1);
    }
    if (!network.isConnected) throw new Error('the target does not connect any more');
    network.accept();
    if (!fair && this.chance.is(0.2)) return;
    network.give(CONNACK);
    this.drain(Infinity);
  }
}

export function fuzzPackets(seed: number, cases: number): void {
  const chance = createChance(seed);
  const subject = new Subject(chance);
  subject.begin();
  for (let i = 0; i < cases; i++) {
    subject.offend();
    if (chance.is(0.02)) subject.serve(`good ${i}`);
  }
}
