/**
 * A board for tests of the host's library: `MQTTLink` on a link whose other end
 * is the test, at the level of messages, with timers that pass when told. It
 * must never look at the real time, and must refuse what no target would take.
 */
import assert from 'node:assert/strict';
import '../simulation/device-globals';
import type { Board } from '../../host/board';
import { createMQTTLink } from '../../host/mqttlink';
import type { MQTTLink, MQTTLinkClass, MQTTLinkOptions } from '../../host/mqttlink';
import type { Storage } from '../../host/outbox-storage';
import { char, word } from '../../shared/bytes';
import { Down } from '../../shared/link';
import type { Link } from '../../shared/link';
import { Type, decodeConnect, encodeHello, encodeMemory, encodeStatus } from '../../shared/messages';
import { Flag, PacketType } from '../../shared/mqtt';
import { idOf, publish, topicOf } from '../../shared/packets';
import { Status } from '../../shared/status';

export { char, word };

export const PINS = { reset: 4, sckout: 5, stx: 6, srx: 7, sckin: 8 } as never;
export const NET = { ssid: 'home', password: 'hidden', broker: 'broker' };

/** HELLO of a target. */
export const HELLO = encodeHello(1024, '\0\x050-1-2');

/** What the host said, in words. */
export function words(message: string): string {
  const type = message.charCodeAt(0);
  const wordAt = (at: number): number => message.charCodeAt(at) * 256 + message.charCodeAt(at + 1);
  const id = wordAt(1);
  if ((type & 0xf0) === PacketType.PUBLISH) {
    const at = 3 + id + (type & Flag.QOS1 ? 2 : 0);
    return `PUBLISH ${topicOf(message)} ${message.slice(at)} ${type & 15} ${idOf(message)}`;
  }
  switch (type as number) {
    case Type.HELLO:
      return 'HELLO';
    case Type.WILL:
      return `WILL ${message.slice(3, 3 + id)} ${message.slice(5 + id)}`;
    case Type.INIT:
      return 'INIT';
    case Type.PROCEED:
      return message.length > 1 ? 'PROCEED no' : 'PROCEED';
    case Type.CONNECT:
      return `CONNECT ${decodeConnect(message)?._address}`;
    case Type.LEAVE:
      return 'LEAVE';
    case Type.MEM:
      return 'MEM';
    case PacketType.SUBSCRIBE:
      assert.equal(wordAt(3), message.length - 6);
      return `SUBSCRIBE ${message.slice(5, -1)} ${message.charCodeAt(message.length - 1)} ${id}`;
    case PacketType.UNSUBSCRIBE:
      assert.equal(wordAt(3), message.length - 5);
      return `UNSUBSCRIBE ${message.slice(5)} ${id}`;
    case PacketType.PUBACK:
      return `PUBACK ${id}`;
    case PacketType.PUBREC:
      return `PUBREC ${id}`;
    case PacketType.PUBREL:
      return `PUBREL ${id}`;
    case PacketType.PUBCOMP:
      return `PUBCOMP ${id}`;
    default:
      return `type ${type}`;
  }
}

export interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Storage as in Espruino, where writing may fail, or end early as when power fails. */
export class Flash implements Storage {
  readonly files = new Map<string, string>();
  writes = 0;
  erasures = 0;
  isFull = false;
  write(name: string, data: string): boolean {
    if (this.isFull) throw new Error('Unable to find or create file');
    assert.ok(!this.files.has(name), 'no file is written twice');
    assert.ok(name.length <= 28 && data.length > 0);
    this.writes++;
    this.files.set(name, data);
    return true;
  }
  read(name: string): string | undefined {
    return this.files.get(name);
  }
  erase(name: string): void {
    assert.ok(this.files.delete(name), 'only what is there is erased');
    this.erasures++;
  }
  list(filter: RegExp): string[] {
    return [...this.files.keys()].reverse().filter((name) => filter.test(name));
  }
}

/** A board whose link is the test's. */
export class HostBench {
  constructor(readonly storage = new Flash()) {}
  readonly sent: string[] = [];
  readonly printed: string[] = [];
  readonly levels: number[] = [];
  readonly clocks: [number, number][] = [];
  readonly timers = new Set<Timer>();
  /** What is called again and again. */
  readonly intervals: { at: number; readonly every: number; readonly run: () => void }[] = [];
  /** What the listeners of `connect` were told. */
  readonly connects: boolean[] = [];
  /** Turns that the link owes, as the supervisor counts them. */
  idle = 0;
  interrupt: () => void = () => assert.fail();
  now = 0;
  /** Messages that the link has not yet handed over. */
  queued = 0;
  leave: () => void = () => assert.fail();
  readonly counts = { _sent: 0 };
  /** The link takes everything at once, unless off. */
  drains = true;
  isStarted = false;
  private isAwake = false;
  isReady = true;
  /** The target has nothing else to say, so that it answers MEM at once; that is nothing to look at. */
  answers = true;
  /** The target has told that it joined Wi-Fi. */
  isJoined = false;
  starts = 0;
  up!: () => void;
  message!: (message: string) => void;
  down!: (why: Down) => void;
  room!: () => void;

  readonly board: Board = {
    _open: (pins) => {
      assert.equal(pins, PINS);
      return 4 as never;
    },
    _createLink: (up, message, down, room) => {
      this.up = up;
      this.message = message;
      this.down = down;
      this.room = room;
      return {
        start: () => {
          assert.ok(this.isReady);
          this.isAwake = false;
          this.isStarted = true;
          this.counts._sent = this.queued = 0;
          this.starts++;
        },
        stop: () => (this.isStarted = false),
        send: (text: string) => {
          assert.ok(this.isStarted, 'nothing is sent between runs');
          assert.ok(text.length <= 1024);
          if (text === char(Type.MEM) && this.answers) return this.message(encodeMemory(600, 1600));
          this.sent.push(words(text));
          this.raw = text;
          if (this.drains) this.counts._sent++;
          else this.queued++;
        },
        queued: () => this.queued,
        ready: (on: boolean) => {
          // It would begin to work.
          if (on && !this.isReady && !this.isStarted) this.isAwake = true;
          this.isReady = on;
        },
        began: () => this.now / 1000,
        counts: this.counts as Link['counts'],
      } as Link;
    },
    _reset: (pin, level) => {
      assert.equal(pin, 4);
      this.levels.push(level);
    },
    _later: (run, ms) => {
      const timer = { at: this.now + ms, run };
      this.timers.add(timer);
      return timer;
    },
    _cancel: (timer) => assert.ok(this.timers.delete(timer as Timer), 'only a pending timer is cancelled'),
    _createTicks: (tick, interrupted) => () => {
      this.interrupt = interrupted;
      this.intervals.push({ at: this.now + 1000, every: 1000, run: tick });
    },
    _idle: () => this.idle,
    _random: () => 0.5,
    _emit: (_owner, session) => void this.connects.push(session),
    _clock: (seconds, at) => this.clocks.push([seconds, at]) > 0,
    _print: (line) => this.printed.push(line),
    _storage: () => this.storage,
    _leaving: (run) => (this.leave = run),
  };
  raw = '';

  /** Lets time pass, and what is pending of Promises. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      await settle();
      assert.ok(!this.isAwake, 'a link that is stopped is left alone');
      let next: Timer | undefined;
      for (const timer of this.timers) if (timer.at <= end && (!next || timer.at < next.at)) next = timer;
      const interval = this.intervals.find((one) => one.at <= end && (!next || one.at < next.at));
      if (interval) {
        this.now = interval.at;
        interval.at += interval.every;
        interval.run();
        continue;
      }
      if (!next) break;
      this.now = next.at;
      this.timers.delete(next);
      next.run();
    }
    this.now = end;
  }

  /** An application that does not return for so long: what was due meanwhile comes late, and no tick twice. */
  hold(ms: number): void {
    this.now += ms;
    for (const one of this.intervals) while (one.at + one.every <= this.now) one.at += one.every;
  }

  status(status: Status, detail = ''): void {
    if (status === Status.WIFI_UP) this.isJoined = true;
    if (status === Status.WIFI_DOWN) this.isJoined = false;
    this.message(encodeStatus(status, detail));
  }

  acknowledge(id: number): void {
    this.message(char(PacketType.PUBACK) + word(id));
  }

  /** @param code what was granted */
  suback(id: number, code = 0): void {
    this.message(char(PacketType.SUBACK) + word(id) + char(code));
  }

  unsuback(id: number): void {
    this.message(char(PacketType.UNSUBACK) + word(id));
  }

  connack(session = false, code = 0): void {
    this.message(char(PacketType.CONNACK, session ? 1 : 0, code));
  }

  deliver(topic: string, payload: string, flags = 0, id = 0): void {
    const packet = publish(flags & ~Flag.QOS, topic, '');
    this.message(
      char(packet.charCodeAt(0) | flags) + packet.slice(1) + (flags & Flag.QOS ? word(id) : '') + payload,
    );
  }

  /** The target says that the connection is over. */
  drop(detail = 'connection closed', status = Status.BROKER_FAIL): void {
    this.status(status, detail);
  }

  /** Wi-Fi goes, and the connection with it; the target goes on trying, and says so. */
  async outage(ms: number): Promise<void> {
    if (this.isJoined) {
      this.status(Status.WIFI_DOWN, 'home');
      this.drop();
    }
    for (let left = ms; left > 0; left -= 60000) {
      this.status(Status.WIFI_FAIL, 'home: no_ap_found');
      await this.pass(Math.min(left, 60000));
    }
  }

  /** From the reset to INIT. */
  async begin(): Promise<void> {
    this.isJoined = false;
    await this.pass(100);
    // Runs that failed cost a pause.
    for (let i = 0; i < 700 && !this.isStarted; i++) await this.pass(100);
    assert.ok(this.isStarted);
    this.up();
    this.message(HELLO);
    if (this.sent.at(-1)?.startsWith('WILL')) this.status(Status.WILLOK);
  }

  /** From INIT to RUNNING. */
  async reach(session = false): Promise<void> {
    this.status(Status.WIFI_UP, 'home');
    await this.connect(session);
  }

  /** The broker is there as soon as the host asks for it; that it asks is nothing to look at. */
  async connect(session: boolean, code = 0): Promise<void> {
    await this.asked();
    this.connack(session, code);
    await settle();
  }

  /** Until the host has asked for a connection. @returns milliseconds that it took */
  async asked(): Promise<number> {
    const since = this.now;
    const find = (): number => this.sent.findIndex((one) => one.startsWith('CONNECT'));
    await settle();
    for (let i = 0; i < 1000 && find() < 0; i++) await this.pass(100);
    assert.ok(find() >= 0, 'it asks for a connection');
    this.sent.splice(find(), 1);
    return this.now - since;
  }

  /** Identifiers in what was sent since the last `take`, of packets that begin so in words. */
  ids(kind: string): number[] {
    return this.sent.filter((one) => one.startsWith(kind)).map((one) => Number(one.split(' ').at(-1)));
  }

  /** What was sent since the last call. */
  take(): string[] {
    return this.sent.splice(0);
  }

  takePrinted(): string[] {
    return this.printed.splice(0).map((line) => line.replace(/^\d\d:\d\d:\d\d /, ''));
  }
}

export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function powerUp(
  options: MQTTLinkOptions = {},
  net: object = {},
  storage?: Flash,
  prepare: (board: MQTTLinkClass) => void = () => {},
): { bench: HostBench; link: MQTTLink } {
  const bench = new HostBench(storage);
  const MQTTLink = createMQTTLink(bench.board);
  prepare(MQTTLink);
  const link = new MQTTLink(PINS, { ...NET, ...net }, { verbose: false, ...options });
  return { bench, link };
}

export async function running(
  options: MQTTLinkOptions = {},
  net: object = {},
  storage?: Flash,
): Promise<{ bench: HostBench; link: MQTTLink }> {
  const { bench, link } = powerUp(options, net, storage);
  await bench.begin();
  await bench.reach();
  assert.ok(link.running());
  bench.take();
  return { bench, link };
}
