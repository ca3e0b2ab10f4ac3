/**
 * MQTTLink against a scripted target: at the level of messages, with a link
 * and timers that the test drives, and once over two real ends of the link on
 * simulated wires.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../tools/device-globals';
import { Down } from '../shared/link';
import type { Link } from '../shared/link';
import {
  Flag,
  Type,
  decodeInit,
  decodePublication,
  encodeHello,
  encodeId,
  encodeMemory,
  encodePublication,
  encodeStatus,
  encodeTime,
} from '../shared/messages';
import { Status } from '../shared/status';
import { createWorld } from '../tools/wires-harness';
import type { Board } from './board';
import { createMQTTLink, defaultStatusHandler } from './mqttlink';
import type { MQTTLink, MQTTLinkClass, MQTTLinkOptions } from './mqttlink';
import type { Storage } from './persist';

const char = String.fromCharCode;
const PINS = { reset: 4, sckout: 5, stx: 6, srx: 7, sckin: 8 } as never;
const NET = { ssid: 'home', password: 'hidden', broker: 'broker' };

/** What the host said, in words. */
function words(message: string): string {
  const type = message.charCodeAt(0);
  const id = message.charCodeAt(1) * 256 + message.charCodeAt(2);
  const p = decodePublication(message);
  switch (type) {
    case Type.HELLO:
      return 'HELLO';
    case Type.WILL:
      return `WILL ${p?.topic} ${p?.payload} ${p?.flags}`;
    case Type.INIT:
      return 'INIT';
    case Type.PROCEED:
      return 'PROCEED';
    case Type.PUBLISH:
      return `PUBLISH ${p?.topic} ${p?.payload} ${p?.flags} ${p?.id}`;
    case Type.SUBSCRIBE:
      return `SUBSCRIBE ${message.slice(4)} ${message.charCodeAt(3)} ${id}`;
    case Type.UNSUBSCRIBE:
      return `UNSUBSCRIBE ${message.slice(3)} ${id}`;
    case Type.TAKEN:
      return `TAKEN ${id}`;
    case Type.MEM:
      return 'MEM';
    default:
      return `type ${type}`;
  }
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Storage as in Espruino, where writing may fail, or end early as when power fails. */
class Flash implements Storage {
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
class Bench {
  constructor(readonly storage = new Flash()) {}
  readonly sent: string[] = [];
  readonly printed: string[] = [];
  readonly levels: number[] = [];
  readonly clocks: [number, number][] = [];
  readonly timers = new Set<Timer>();
  now = 0;
  /** Messages that the link has not yet handed over. */
  queued = 0;
  leave: () => void = () => assert.fail();
  readonly counts = { sent: 0 };
  /** The link takes everything at once, unless off. */
  drains = true;
  isStarted = false;
  isReady = true;
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
          this.isStarted = true;
          this.starts++;
        },
        stop: () => (this.isStarted = false),
        send: (text: string) => {
          assert.ok(this.isStarted, 'nothing is sent between runs');
          assert.ok(text.length <= 1024);
          this.sent.push(words(text));
          this.raw = text;
          if (this.drains) this.counts.sent++;
          else this.queued++;
        },
        queued: () => this.queued,
        ready: (on: boolean) => (this.isReady = on),
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
    _clock: (seconds, offset) => this.clocks.push([seconds, offset]),
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
      let next: Timer | undefined;
      for (const timer of this.timers) if (timer.at <= end && (!next || timer.at < next.at)) next = timer;
      if (!next) break;
      this.now = next.at;
      this.timers.delete(next);
      next.run();
    }
    this.now = end;
  }

  status(status: Status, detail = ''): void {
    this.message(encodeStatus(status, detail));
  }

  acknowledge(id: number): void {
    this.status(Status.PUBOK, encodeId(id));
  }

  deliver(topic: string, payload: string, flags = 0, id = 0): void {
    this.message(encodePublication(Type.MESSAGE, { flags, id, topic, payload }));
  }

  /** From the reset to INIT. */
  async begin(): Promise<void> {
    await this.pass(100);
    assert.ok(this.isStarted);
    this.up();
    this.message(encodeHello());
    if (this.sent.at(-1)?.startsWith('WILL')) this.status(Status.WILLOK);
  }

  /** From INIT to RUNNING. */
  async reach(session = '0'): Promise<void> {
    this.status(Status.BROKER_CHECK);
    this.connect(session);
    this.status(Status.RUNNING);
    await settle();
  }

  /** The broker is there; what goes out for that is nothing to look at. */
  connect(session: string): void {
    const before = this.sent.length;
    this.status(Status.BROKER_OK, session);
    if (!this.isReady) return;
    assert.equal(
      this.sent.splice(before, 1)[0],
      'PROCEED',
      'said before anything that is for the new connection',
    );
  }

  /** What was sent since the last call. */
  take(): string[] {
    return this.sent.splice(0);
  }

  takePrinted(): string[] {
    return this.printed.splice(0).map((line) => line.replace(/^\d\d:\d\d:\d\d /, ''));
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function powerUp(
  options: MQTTLinkOptions = {},
  net: object = {},
  storage?: Flash,
  prepare: (board: MQTTLinkClass) => void = () => {},
): { bench: Bench; link: MQTTLink } {
  const bench = new Bench(storage);
  const MQTTLink = createMQTTLink(bench.board);
  prepare(MQTTLink);
  const link = new MQTTLink(PINS, { ...NET, ...net }, { verbose: false, ...options });
  return { bench, link };
}

async function running(
  options: MQTTLinkOptions = {},
  net: object = {},
  storage?: Flash,
): Promise<{ bench: Bench; link: MQTTLink }> {
  const { bench, link } = powerUp(options, net, storage);
  await bench.begin();
  await bench.reach();
  assert.ok(link.running());
  bench.take();
  return { bench, link };
}

test('start: reset for 100 ms, HELLO, INIT, statuses, RUNNING, userStart with its arguments', async () => {
  const calls: unknown[][] = [];
  const { bench, link } = powerUp({
    userStart: (...args: unknown[]) => calls.push(args),
    args: [1, ['two']],
  });
  assert.deepEqual(bench.levels, [0]);
  assert.equal(bench.isStarted, false);
  await bench.pass(99);
  assert.deepEqual(bench.levels, [0]);
  await bench.pass(1);
  assert.deepEqual(bench.levels, [0, 1]);
  bench.up();
  assert.deepEqual(bench.take(), ['HELLO']);
  bench.message(encodeHello());
  assert.deepEqual(bench.take(), ['INIT']);
  assert.equal(decodeInit(bench.raw)?.ssid, 'home');
  bench.status(Status.DEFNET);
  assert.equal(link.wifi(), false);
  bench.status(Status.BROKER_CHECK);
  assert.equal(link.wifi(), true);
  bench.status(Status.BROKER_OK, '0');
  assert.equal(link.running(), false);
  assert.deepEqual(calls, []);
  bench.status(Status.RUNNING);
  assert.equal(link.running(), true);
  assert.deepEqual(calls, [[link, 1, ['two']]]);
});

test('the will goes first and is waited for', async () => {
  let MQTTLink: MQTTLinkClass;
  const { bench } = powerUp({}, {}, undefined, (made) => {
    MQTTLink = made;
    MQTTLink.will('last/words', 'gone', true, 1);
  });
  await bench.pass(100);
  bench.up();
  bench.message(encodeHello());
  assert.deepEqual(bench.take(), ['HELLO', 'WILL last/words gone 3']);
  bench.status(Status.WILLOK);
  assert.deepEqual(bench.take(), ['INIT']);
  assert.throws(() => MQTTLink.will('a', 'b'), { message: 'will() has to be called before new MQTTLink()' });
});

test('a will that the link does not carry, or the broker does not take, is refused', () => {
  const refuses = (MQTTLink: MQTTLinkClass): void => {
    assert.throws(() => MQTTLink.will('a/#', 'b'), /no wildcards/);
    assert.throws(() => MQTTLink.will('a', undefined as never), /message is undefined/);
    assert.throws(() => MQTTLink.will('a', 'b'.repeat(1020)), {
      message: 'length of topic and message is 1021. Allowed: at most 1020 bytes',
    });
    MQTTLink.will('a', 'b'.repeat(1019));
  };
  assert.throws(() => powerUp({ maxMessage: 512 }, {}, undefined, refuses), /length of will is 1024/);
});

test('a board has one link: another is refused, unless the first was', () => {
  const bench = new Bench();
  const MQTTLink = createMQTTLink(bench.board);
  assert.throws(() => new MQTTLink(PINS, { ...NET, ssid: '' }), /ssid is ""/);
  const link = new MQTTLink(PINS, NET, { verbose: false });
  assert.throws(() => new MQTTLink(PINS, NET), { message: /there is an MQTTLink already/ });
  assert.equal(link.pubqLen(), 0);
  assert.deepEqual(bench.levels, [0]);
});

test('a flood of messages does not keep publications from going out, nor they the flood from coming in', async () => {
  const { bench, link } = await running();
  let came = 0;
  link.subscribe('in', () => came++);
  bench.take();
  bench.drains = false;
  for (let i = 0; i < 20; i++) link.publish('out', 'n' + i);
  // Each exchange brings a message, unless the host wants none, and takes one along.
  for (let i = 0; i < 50; i++) {
    if (bench.isReady) bench.deliver('in', 'x', Flag.QOS1, i + 1);
    assert.ok(bench.queued <= 5, 'what waits in the link stays short');
    if (!bench.queued) continue;
    bench.queued--;
    bench.counts.sent++;
    bench.room();
  }
  const out = bench.take().filter((text) => text.startsWith('PUBLISH'));
  assert.deepEqual(
    out,
    Array.from({ length: 20 }, (_, i) => `PUBLISH out n${i} 0 0`),
  );
  assert.ok(came >= 20, `${came} came`);
  assert.ok(bench.isReady, 'in the end it listens');
});

test('messages that come before RUNNING, and their answers, do not keep it from coming', async () => {
  const { bench, link } = powerUp(
    { userStart: (one) => one.subscribe('in', () => {}) },
    { cleanSession: false },
  );
  await bench.begin();
  bench.status(Status.BROKER_CHECK);
  bench.connect('1');
  link.subscribe('in', () => {});
  bench.drains = false;
  for (let i = 0; i < 9; i++) if (bench.isReady) bench.deliver('in', 'x', Flag.QOS1, i + 1);
  assert.equal(bench.isReady, false);
  while (bench.queued) {
    bench.queued--;
    bench.counts.sent++;
    bench.room();
  }
  assert.equal(bench.isReady, true);
  bench.status(Status.RUNNING);
  assert.ok(link.running());
});

test('publications wait for the broker, then go out in order', async () => {
  const { bench, link } = powerUp();
  link.publish('a', 'first');
  link.publish('b', 'second', true, 1);
  await bench.begin();
  bench.take();
  link.publish('c', 'third');
  assert.equal(link.pubqLen(), 3);
  assert.deepEqual(bench.take(), []);
  await bench.reach();
  assert.deepEqual(bench.take(), ['PUBLISH a first 0 0', 'PUBLISH b second 3 1', 'PUBLISH c third 0 0']);
  assert.equal(link.pubqLen(), 1);
  bench.acknowledge(1);
  assert.equal(link.pubqLen(), 0);
});

test('no more than four messages wait in the link, and more go when it has room', async () => {
  const { bench, link } = await running();
  bench.drains = false;
  for (let i = 0; i < 10; i++) link.publish('t', '' + i);
  assert.equal(bench.take().length, 4);
  bench.queued = 2;
  bench.room();
  assert.equal(bench.take().length, 2);
  bench.queued = 0;
  bench.room();
  assert.deepEqual(bench.take(), [
    'PUBLISH t 6 0 0',
    'PUBLISH t 7 0 0',
    'PUBLISH t 8 0 0',
    'PUBLISH t 9 0 0',
  ]);
  bench.queued = 0;
  bench.room();
  assert.deepEqual(bench.take(), []);
});

test('a callback tells once what became of a publication', async () => {
  const { bench, link } = await running();
  const told: string[] = [];
  const tell = (name: string) => (delivered: boolean) => {
    told.push(`${name} ${delivered}`);
    throw new Error(name);
  };
  link.publish('t', 'a', false, 1, tell('a'));
  link.publish('t', 'b', false, 1, tell('b'));
  assert.deepEqual(told, []);
  bench.acknowledge(2);
  bench.acknowledge(2);
  assert.deepEqual(told, ['b true']);
  // QoS 0: when the link has carried it, of which it speaks only when asked.
  bench.drains = false;
  link.publish('t', 'c', false, 0, tell('c'));
  link.publish('t', 'd', false, 0);
  link.publish('t', 'e', false, 0, tell('e'));
  await bench.pass(1000);
  assert.deepEqual(told, ['b true']);
  bench.queued = 1;
  bench.counts.sent += 2;
  bench.room();
  assert.deepEqual(told, ['b true', 'c true']);
  // The target is reset with one under way.
  bench.queued = 4;
  link.publish('t', 'f', false, 0, tell('f'));
  bench.down(Down.SILENT);
  assert.deepEqual(told, ['b true', 'c true', 'e false']);
  link.publish('t', 'g', false, 0, tell('g'));
  bench.queued = 0;
  bench.counts.sent = 0;
  bench.drains = true;
  await bench.begin();
  await bench.reach('1');
  bench.acknowledge(1);
  bench.room();
  assert.deepEqual(told.splice(3), ['a true', 'f true', 'g true']);
  assert.equal(bench.takePrinted().length, 6);
  assert.equal(bench.timers.size, 0);
  assert.equal(link.pubqLen(), 0);
  assert.throws(() => link.publish('t', 'x', false, 0, 7 as never), /done is 7. Allowed: a function/);
});

const PERSIST = { persist: true, netTimeout: 0, maxQueue: 1000, maxQueueBytes: 1000000 };

/** Payloads that a host started on this Storage publishes, to the end. */
async function publishedAfterRestart(storage: Flash): Promise<string[]> {
  const { bench, link } = powerUp(PERSIST, {}, storage);
  const all: string[] = [];
  link.publish('t', 'new', false, 1);
  await bench.begin();
  await bench.reach();
  while (link.pubqLen()) {
    const sent = bench.take().filter((one) => one.startsWith('PUBLISH'));
    assert.ok(sent.length);
    for (const one of sent) {
      const [, , payload, flags, id] = one.split(' ');
      assert.equal(Number(flags) & Flag.DUP, 0);
      all.push(payload ?? '');
      bench.acknowledge(Number(id));
    }
  }
  assert.equal(all.pop(), 'new', 'what is new comes last');
  assert.deepEqual([...storage.files.keys()], [], 'nothing is left in flash');
  return all;
}

test('persist: what is acknowledged within seconds never touches flash', async () => {
  const { bench, link } = await running(PERSIST);
  let id = 0;
  for (let i = 0; i < 1000; i++) {
    link.publish('t', '' + i, false, 1);
    if (i >= 4) bench.acknowledge(++id);
    await bench.pass(700);
  }
  while (id < 1000) bench.acknowledge(++id);
  await bench.pass(10000);
  assert.equal(bench.storage.writes, 0);
  assert.equal(bench.timers.size, 0);
});

test('persist: what waits for longer is written once, in batches, and erased when all of a batch is acknowledged', async () => {
  const { bench, link } = await running(PERSIST);
  const { storage } = bench;
  const all = Array.from({ length: 100 }, (_, i) => 'n' + i);
  for (const [i, payload] of all.entries()) {
    link.publish('topic', payload, false, i % 10 ? 1 : 0);
    await bench.pass(100);
  }
  const expected = all.filter((_, i) => i % 10);
  await bench.pass(6000);
  assert.ok(storage.writes >= 3 && storage.writes <= 6, `${storage.writes} files`);
  const written = [...storage.files.values()].join('').length;
  assert.equal(
    written,
    expected.reduce((sum, { length }) => sum + 6 + 1 + 2 + 5 + length, 0),
  );
  await bench.pass(100000);
  assert.ok(storage.writes <= 6);
  const copy = new Flash();
  for (const [name, data] of storage.files) copy.files.set(name, data);
  assert.deepEqual(await publishedAfterRestart(copy), expected);
  // In any order, which no broker has.
  for (let id = 1; link.pubqLen(); id += 4) for (const other of [3, 1, 2, 0]) bench.acknowledge(id + other);
  assert.equal(storage.files.size, 0);
  assert.equal(storage.erasures, storage.writes);
  assert.equal(bench.timers.size, 0);
});

test('persist: a restart that the host asks for loses nothing, not even what is new', async () => {
  const { bench, link } = await running(PERSIST);
  link.publish('t', 'a', false, 1);
  await bench.pass(6000);
  for (const payload of ['b', 'c', 'd']) link.publish('t', payload, false, 1);
  link.publish('t', 'QoS 0');
  bench.acknowledge(3);
  bench.leave();
  bench.leave();
  assert.equal(bench.storage.writes, 2);
  assert.deepEqual(await publishedAfterRestart(bench.storage), ['a', 'b', 'd']);
});

test('persist: a file cut short or damaged anywhere costs no more than what is behind the damage', async () => {
  const { bench, link } = await running(PERSIST);
  const all = ['first', 'second\xff\0\xff!', '', 'fourth'];
  for (const payload of all) link.publish('t', payload, true, 1);
  await bench.pass(6000);
  const [name, data] = [...bench.storage.files][0] ?? ['', ''];
  assert.equal(bench.storage.files.size, 1);
  const ends = all.map((_, i) =>
    all.slice(0, i + 1).reduce((sum, { length }) => sum + 6 + 1 + 3 + length, 0),
  );
  assert.equal(ends.at(-1), data.length);
  for (let at = 0; at <= data.length; at++) {
    const intact = all.slice(0, ends.filter((end) => end <= at).length);
    for (const spoilt of [
      data.slice(0, at) + '\xff'.repeat(data.length - at),
      data.slice(0, at) + '\0'.repeat(data.length - at),
      data.slice(0, at) || '\xff',
      data.slice(0, at) + (at < data.length ? char(data.charCodeAt(at) ^ 16) : '') + data.slice(at + 1),
    ]) {
      const storage = new Flash();
      storage.files.set(name, spoilt);
      storage.files.set('mqttq12', data);
      storage.files.set('mqttq', 'of somebody else').set('mqttq1x', 'too');
      const { link: after, bench: board } = powerUp(PERSIST, {}, storage);
      assert.ok(after.pubqLen() >= intact.length + 4, `at ${at}`);
      await board.begin();
      await board.reach();
      board.take();
      for (let id = 1; after.pubqLen(); id++) board.acknowledge(id);
      assert.equal(storage.files.size, 2, `at ${at}: ${[...storage.files.keys()].join()}`);
    }
    const storage = new Flash();
    storage.files.set(name, data.slice(0, at) + '\xff'.repeat(data.length - at));
    assert.deepEqual(await publishedAfterRestart(storage), intact, `at ${at} of ${data.length}`);
  }
});

test('persist: a Storage that is full is reported once, and tried again', async () => {
  const told: unknown[] = [];
  const { bench, link } = await running(PERSIST);
  link.statusHandler((_link, status, detail) => told.push([status, detail]));
  bench.storage.isFull = true;
  link.publish('t', 'a', false, 1);
  await bench.pass(60000);
  assert.deepEqual(told, [[Status.NOT_SAVED, 'Unable to find or create file']]);
  assert.ok(link.running());
  bench.storage.isFull = false;
  await bench.pass(3000);
  assert.equal(bench.storage.files.size, 1);
  bench.storage.isFull = true;
  link.publish('t', 'b', false, 1);
  await bench.pass(60000);
  assert.equal(told.length, 2);
  bench.acknowledge(1);
  bench.acknowledge(2);
  assert.equal(bench.storage.files.size, 0);
  await bench.pass(3000);
  assert.equal(bench.timers.size, 0);
});

test('persist: through restarts of target and host and a long outage, numbers of files go on, none is lost', async () => {
  const storage = new Flash();
  const acknowledged = new Set<string | undefined>();
  let n = 0;
  for (let round = 0; round < 20; round++) {
    const { bench, link } = powerUp(PERSIST, {}, storage);
    await bench.begin();
    await bench.reach();
    for (let i = 0; i < 30; i++) {
      link.publish('t', 'n' + n++, false, 1);
      await bench.pass(250);
      if (i % 10 === 5) {
        bench.down(Down.SILENT);
        await bench.begin();
        await bench.reach('1');
      }
    }
    await bench.pass(6000);
    bench.take();
    bench.down(Down.SILENT);
    await bench.begin();
    await bench.reach();
    const ids = bench.take().filter((one) => one.startsWith('PUBLISH'));
    for (const one of ids.slice(0, 3)) {
      const [, , payload, , id] = one.split(' ');
      bench.acknowledge(Number(id));
      acknowledged.add(payload);
    }
  }
  const published = await publishedAfterRestart(storage);
  const all = Array.from({ length: n }, (_, i) => 'n' + i);
  const missing = all.filter((one) => !acknowledged.has(one));
  // What was acknowledged of a file that was not yet erased is sent twice.
  assert.deepEqual(published.slice(published.length - missing.length), missing);
  assert.deepEqual(published, all.slice(all.length - published.length));
  assert.ok(missing.length > 500 && missing.length < 600);
});

test('counts', async () => {
  const { bench, link } = await running({ userStart: (one) => one.subscribe('s', () => {}) });
  link.publish('t', 'a', false, 1);
  link.publish('t', 'b');
  bench.acknowledge(2);
  link.publish('t', 'c', false, 1);
  bench.deliver('s', '');
  bench.deliver('s', '', Flag.QOS1, 3);
  bench.deliver('other', '', Flag.QOS1, 4);
  bench.status(Status.DROPPED, '12');
  bench.status(Status.DROPPED, 'many');
  bench.status(Status.TOO_LONG, 'topic');
  bench.down(Down.SILENT);
  await bench.begin();
  await bench.reach();
  assert.deepEqual(link.counts(), {
    sent: 3,
    acknowledged: 1,
    resent: 1,
    received: 2,
    dropped: 14,
    resets: 1,
    reconnects: 1,
  });
});

test('with a kept session a message waits for its subscription, and all behind it', async () => {
  const got: string[] = [];
  const take = (topic: string, message: string): void => void got.push(topic + message);
  const { bench, link } = await running({ netTimeout: 0 }, { cleanSession: false });
  link.subscribe('b', take, 1);
  bench.take();
  bench.deliver('b', '1', Flag.QOS1, 1);
  bench.deliver('a', '2', Flag.QOS1, 2);
  bench.deliver('b', '3', Flag.QOS1, 3);
  bench.deliver('a', '4');
  bench.status(Status.WIFI_DOWN);
  assert.deepEqual(got, ['b1']);
  assert.deepEqual(bench.take(), ['TAKEN 1']);
  assert.equal(bench.isReady, false);
  await bench.pass(4000);
  // Not the one that is missing.
  link.subscribe('c', take, 1);
  await bench.pass(10);
  assert.deepEqual(got, ['b1']);
  link.subscribe('a', take, 1);
  assert.deepEqual(got, ['b1'], 'not from within subscribe');
  await bench.pass(1);
  assert.deepEqual(got, ['b1', 'a2', 'b3', 'a4']);
  assert.deepEqual(
    bench.take().filter((one) => one.startsWith('TAKEN')),
    ['TAKEN 2', 'TAKEN 3'],
  );
  assert.ok(bench.isReady);
  assert.equal(link.wifi(), false);
  // Nobody comes for this one, which some earlier application subscribed to.
  bench.deliver('old', '5', Flag.QOS1, 5);
  bench.deliver('a', '6', Flag.QOS1, 6);
  assert.equal(got.length, 4);
  await bench.pass(1000);
  assert.deepEqual(got.splice(4), ['a6']);
  assert.deepEqual(bench.take(), ['TAKEN 5', 'TAKEN 6']);
  bench.deliver('old', '7', Flag.QOS1, 7);
  assert.deepEqual(bench.take(), ['TAKEN 7']);
  assert.equal(link.counts().dropped, 2);
  assert.equal(bench.timers.size, 0);
});

test('a message that waited for its subscription when the target was reset is left to the broker', async () => {
  const got: string[] = [];
  const { bench, link } = await running({}, { cleanSession: false });
  bench.deliver('a', '1', Flag.QOS1, 1);
  bench.down(Down.SILENT);
  await bench.begin();
  await bench.reach('1');
  link.subscribe('a', (_topic, message) => got.push(message), 1);
  await bench.pass(10000);
  assert.deepEqual(got, []);
  assert.ok(!bench.take().some((one) => one.startsWith('TAKEN')));
  bench.deliver('a', '1', Flag.QOS1 | Flag.DUP, 1);
  assert.deepEqual(got, ['1']);
});

test('the queue is bounded by bytes, and says so', async () => {
  const { bench, link } = powerUp({ maxQueueBytes: 200 });
  link.publish('t', 'x'.repeat(93), false, 1);
  assert.throws(() => link.publish('t', 'x'.repeat(94)), {
    message: 'publish: 100 bytes wait already, and maxQueueBytes is 200',
  });
  link.publish('t', 'x'.repeat(93));
  assert.equal(link.pubqLen(), 2);
  await bench.begin();
  await bench.reach();
  link.publish('t', 'x'.repeat(93));
  bench.acknowledge(1);
  link.publish('t', 'x'.repeat(193));
});

test('the queue is bounded, and says so', async () => {
  const { bench, link } = powerUp({ maxQueue: 3 });
  for (let i = 0; i < 3; i++) link.publish('t', 'x');
  assert.throws(() => link.publish('t', 'x'), {
    message: 'publish: 3 publications wait already, which is maxQueue',
  });
  await bench.begin();
  await bench.reach();
  link.publish('t', 'x');
});

test('broker reconnected: subscriptions first, then what is not acknowledged, as duplicates if the session goes on', async () => {
  const { bench, link } = await running();
  link.subscribe('s/#', () => {}, 1);
  for (const payload of ['a', 'b', 'c']) link.publish('t', payload, false, 1);
  bench.take();
  bench.acknowledge(3);
  bench.status(Status.BROKER_FAIL, 'connection closed');
  assert.equal(link.running(), false);
  link.publish('t', 'd', false, 1);
  assert.deepEqual(bench.take(), []);
  bench.status(Status.BROKER_CHECK);
  bench.connect('1');
  assert.equal(link.running(), true);
  assert.deepEqual(bench.take(), [
    'SUBSCRIBE s/# 1 5',
    'PUBLISH t a 10 2',
    'PUBLISH t c 10 4',
    'PUBLISH t d 2 6',
  ]);
  // The target's own way to have messages sent again: no word of the end of the connection.
  bench.status(Status.BROKER_CHECK);
  assert.equal(link.running(), false);
  bench.connect('0');
  assert.deepEqual(bench.take(), [
    'SUBSCRIBE s/# 1 7',
    'PUBLISH t a 2 2',
    'PUBLISH t c 2 4',
    'PUBLISH t d 2 6',
  ]);
});

test('target restarted: nothing queued is lost, userStart makes no duplicates', async () => {
  const got: string[] = [];
  const { bench, link } = powerUp({
    userStart: (one) => one.subscribe('s', (_topic, message) => got.push(message), 1),
  });
  await bench.begin();
  await bench.reach();
  assert.deepEqual(bench.take().slice(2), ['SUBSCRIBE s 1 1']);
  link.publish('t', 'a', false, 1);
  link.publish('t', 'b', false, 1);
  bench.take();
  bench.down(Down.SILENT);
  assert.equal(link.running(), false);
  assert.deepEqual(bench.levels, [0, 1, 0]);
  link.publish('t', 'c', false, 1);
  await bench.begin();
  await bench.reach('1');
  assert.deepEqual(bench.take(), [
    'HELLO',
    'INIT',
    'SUBSCRIBE s 1 4',
    'PUBLISH t a 10 2',
    'PUBLISH t b 10 3',
    'PUBLISH t c 2 5',
  ]);
  bench.deliver('s', 'once');
  assert.deepEqual(got, ['once']);
});

test('messages reach every matching callback, and QoS 1 is taken after that', async () => {
  const { bench, link } = await running();
  const got: unknown[][] = [];
  link.subscribe('a/+', (...args) => got.push(['+', ...args, bench.take().length]));
  link.subscribe('a/#', (...args) => got.push(['#', ...args]), 1);
  link.subscribe('b', (...args) => got.push(['b', ...args]));
  bench.take();
  bench.deliver('a/x', 'hello', Flag.QOS1 | Flag.RETAIN, 513);
  assert.deepEqual(got, [
    ['+', 'a/x', 'hello', true, 1, 0],
    ['#', 'a/x', 'hello', true, 1],
  ]);
  assert.deepEqual(bench.take(), ['TAKEN 513']);
  bench.deliver('nobody/wants/it', '', Flag.QOS1 | Flag.DUP, 7);
  assert.deepEqual(bench.take(), ['TAKEN 7']);
  bench.deliver('b', '\0\xff');
  assert.deepEqual(got[2], ['b', 'b', '\0\xff', false, 0]);
  assert.deepEqual(bench.take(), []);
});

test('what userStart subscribes goes out before what waited to be published', async () => {
  const { bench, link } = powerUp({
    userStart: (one) => {
      assert.ok(one.running());
      one.subscribe('a', () => {});
      one.publish('t', '2');
      one.subscribe('b', () => {}, 1);
    },
  });
  link.publish('t', '1');
  await bench.begin();
  bench.take();
  await bench.reach();
  assert.deepEqual(bench.take(), [
    'SUBSCRIBE a 0 1',
    'SUBSCRIBE b 1 2',
    'PUBLISH t 1 0 0',
    'PUBLISH t 2 0 0',
  ]);
});

test('what users throw is printed and harms nothing', async () => {
  const { bench, link } = powerUp({
    userStart: () => {
      throw new Error('in start');
    },
  });
  link.statusHandler((_link, status) => {
    if (status === Status.DEFNET) throw new Error('in handler');
    if (status === Status.BROKER_CHECK) return Promise.reject(new Error('in promise'));
    return undefined;
  });
  await bench.begin();
  bench.status(Status.DEFNET);
  await bench.reach();
  await settle();
  assert.deepEqual(bench.takePrinted(), [
    'Uncaught Error: in handler',
    'Uncaught Error: in promise',
    'Uncaught Error: in start',
  ]);
  bench.take();
  const got: string[] = [];
  link.subscribe('a', () => {
    throw new Error('in callback');
  });
  link.subscribe('#', (topic) => got.push(topic));
  bench.take();
  bench.deliver('a', 'x', Flag.QOS1, 9);
  assert.deepEqual(bench.takePrinted(), ['Uncaught Error: in callback']);
  assert.deepEqual(got, ['a']);
  assert.deepEqual(bench.take(), ['TAKEN 9']);
});

test('callbacks may publish, subscribe and unsubscribe', async () => {
  const { bench, link } = await running();
  const got: string[] = [];
  link.subscribe('a', (topic) => {
    got.push('one ' + topic);
    assert.equal(link.unsubscribe('a'), true);
    link.unsubscribe('+');
    link.subscribe('#', () => got.push('late'));
    link.publish('b', 'x');
  });
  link.subscribe('+', () => got.push('gone'));
  bench.take();
  bench.deliver('a', '');
  assert.deepEqual(got, ['one a']);
  assert.deepEqual(bench.take(), [
    'UNSUBSCRIBE a 3',
    'UNSUBSCRIBE + 4',
    'SUBSCRIBE # 0 5',
    'PUBLISH b x 0 0',
  ]);
  bench.deliver('a', '');
  assert.deepEqual(got, ['one a', 'late']);
});

test('the same filter again replaces callback and QoS', async () => {
  const { bench, link } = await running();
  const got: string[] = [];
  link.subscribe('a', () => got.push('old'));
  link.subscribe('a', () => got.push('new'), 1);
  assert.deepEqual(bench.take(), ['SUBSCRIBE a 0 1', 'SUBSCRIBE a 1 2']);
  bench.deliver('a', '');
  assert.deepEqual(got, ['new']);
});

test('unsubscribing while the broker is away is made up for, where the session is kept', async () => {
  const { bench, link } = await running();
  link.subscribe('a', () => {});
  link.subscribe('b', () => {});
  bench.take();
  bench.status(Status.BROKER_FAIL);
  assert.equal(link.unsubscribe('a'), true);
  assert.equal(link.unsubscribe('a'), false);
  assert.equal(link.unsubscribe('never'), false);
  bench.connect('1');
  assert.deepEqual(bench.take(), ['UNSUBSCRIBE a 3', 'SUBSCRIBE b 0 4']);
  // It may not have got there.
  bench.status(Status.BROKER_FAIL);
  bench.connect('1');
  assert.deepEqual(bench.take(), ['UNSUBSCRIBE a 5', 'SUBSCRIBE b 0 6']);
  bench.acknowledge(5);
  bench.status(Status.BROKER_FAIL);
  link.unsubscribe('b');
  bench.connect('0');
  assert.deepEqual(bench.take(), []);
});

test('a subscription that stands in a kept session is not made again, as that would bring all retained messages', async () => {
  const { bench, link } = await running();
  const told: number[] = [];
  link.statusHandler((_link, status) => told.push(status));
  link.subscribe('a', () => {}, 1);
  link.subscribe('b', () => {}, 1);
  bench.take();
  bench.acknowledge(1);
  assert.deepEqual(told, [], 'PUBOK is for publications');
  bench.status(Status.BROKER_FAIL);
  bench.connect('1');
  assert.deepEqual(bench.take(), ['SUBSCRIBE b 1 3']);
  bench.acknowledge(3);
  // An answer that comes late is not for what was asked since.
  link.subscribe('a', () => {}, 0);
  assert.deepEqual(bench.take(), ['SUBSCRIBE a 0 4']);
  bench.acknowledge(1);
  bench.down(Down.SILENT);
  await bench.begin();
  bench.take();
  await bench.reach('1');
  assert.deepEqual(bench.take(), ['SUBSCRIBE a 0 5']);
  bench.status(Status.BROKER_FAIL);
  bench.connect('0');
  assert.deepEqual(bench.take(), ['SUBSCRIBE a 0 6', 'SUBSCRIBE b 1 7']);
});

test('a refused subscription is reported by its filter', async () => {
  const told: unknown[] = [];
  const { bench, link } = await running();
  link.statusHandler((_link, status, detail) => told.push([status, detail]));
  link.subscribe('a', () => {});
  link.subscribe('secret/#', () => {});
  link.publish('t', 'x', false, 1);
  bench.status(Status.SUB_FAIL, encodeId(2));
  bench.acknowledge(3);
  bench.acknowledge(77);
  assert.deepEqual(told, [
    [Status.SUB_FAIL, 'secret/#'],
    [Status.PUBOK, '3'],
  ]);
});

test('SPECNET: the default handler has the settings tried, in an outage after a crash too, and never a reset', async () => {
  const { bench } = await running();
  for (let i = 0; i < 3; i++) {
    bench.down(Down.SILENT);
    await bench.begin();
    bench.take();
    const resets = bench.levels.length;
    bench.status(Status.SPECNET);
    assert.deepEqual(bench.take(), ['PROCEED']);
    for (let j = 0; j < 100; j++) {
      bench.status(Status.WIFI_FAIL, 'no ap found');
      await bench.pass(60000);
    }
    assert.equal(bench.levels.length, resets);
  }
});

test('SPECNET: the handler decides, now or by a Promise', async () => {
  for (const [result, expected] of [
    [1, 'PROCEED'],
    [true, 'PROCEED'],
    [undefined, 'PROCEED'],
    [Promise.resolve(1), 'PROCEED'],
    [Promise.resolve(), 'PROCEED'],
    [0, 'reset'],
    [false, 'reset'],
    [null, 'reset'],
    [Promise.resolve(0), 'reset'],
    [Promise.resolve(false), 'reset'],
    [Promise.resolve(null), 'reset'],
  ]) {
    const { bench, link } = powerUp();
    link.statusHandler((_link, status) => (status === Status.SPECNET ? result : undefined));
    await bench.begin();
    bench.take();
    bench.status(Status.SPECNET);
    await settle();
    assert.deepEqual(bench.take(), expected === 'reset' ? [] : [expected]);
    assert.equal(bench.levels.length, expected === 'reset' ? 3 : 2);
  }
});

test('while a handler is waited for, the target holds back and what still comes waits', async () => {
  const { bench, link } = await running();
  const told: number[] = [];
  let settleHandler: (value: unknown) => void = () => {};
  link.statusHandler((_link, status) => {
    told.push(status);
    return status === Status.WIFI_DOWN ? new Promise((resolve) => (settleHandler = resolve)) : undefined;
  });
  const got: string[] = [];
  link.subscribe('a', (_topic, message) => got.push(message));
  bench.status(Status.WIFI_DOWN);
  assert.equal(bench.isReady, false);
  bench.deliver('a', '1');
  bench.status(Status.WIFI_UP);
  bench.deliver('a', '2');
  await settle();
  assert.deepEqual([told, got], [[Status.WIFI_DOWN], []]);
  settleHandler(0);
  await settle();
  assert.deepEqual(
    [told, got],
    [
      [Status.WIFI_DOWN, Status.WIFI_UP],
      ['1', '2'],
    ],
  );
  assert.equal(bench.isReady, true);
});

test('a handler still waited for when the run ends is forgotten', async () => {
  const { bench, link } = powerUp();
  let settleHandler: (value: unknown) => void = () => {};
  link.statusHandler((_link, status) =>
    status === Status.SPECNET ? new Promise((resolve) => (settleHandler = resolve)) : undefined,
  );
  await bench.begin();
  bench.status(Status.SPECNET);
  bench.message(encodeHello());
  bench.down(Down.SILENT);
  await bench.begin();
  bench.take();
  settleHandler(1);
  await settle();
  assert.deepEqual(bench.take(), []);
  await bench.reach();
  assert.ok(link.running());
});

test('a dead target: ESP_FAIL, the handler is waited for, reset', async () => {
  const { bench, link } = await running();
  const told: unknown[] = [];
  let settleHandler: (value: unknown) => void = () => {};
  link.statusHandler((_link, status, detail) => {
    told.push([status, detail]);
    return status === Status.ESP_FAIL ? new Promise((resolve) => (settleHandler = resolve)) : undefined;
  });
  bench.down(Down.SILENT);
  assert.deepEqual(told, [[Status.ESP_FAIL, 'silent for 10 s']]);
  assert.equal(bench.isStarted, false);
  await bench.pass(60000);
  assert.deepEqual(bench.levels, [0, 1]);
  settleHandler(undefined);
  await settle();
  assert.deepEqual(bench.levels, [0, 1, 0]);
  await bench.begin();
  bench.down(Down.RESTARTED);
  assert.deepEqual(told[1], [Status.ESP_FAIL, 'it restarted']);
});

test('a target that boots longer than it may be silent is not reset meanwhile', async () => {
  const { bench, link } = powerUp({ timeout: 3 });
  const told: number[] = [];
  link.statusHandler((_link, status) => told.push(status));
  await bench.pass(100);
  for (let i = 0; i < 3; i++) bench.down(Down.SILENT);
  assert.deepEqual([told, bench.levels], [[], [0, 1]]);
  bench.down(Down.SILENT);
  assert.deepEqual([told, bench.levels], [[Status.ESP_FAIL], [0, 1, 0]]);
});

test('another protocol version: a status, and a reset no sooner than after 30 s', async () => {
  const { bench, link } = powerUp();
  const told: unknown[] = [];
  link.statusHandler((_link, status, detail) => told.push([status, detail]));
  await bench.pass(100);
  bench.up();
  bench.message(char(Type.HELLO, 9, 1, 2, 3));
  assert.deepEqual(told, [[Status.BAD_VERSION, 'host 5, target 9']]);
  assert.deepEqual(bench.take(), ['HELLO']);
  assert.equal(bench.isStarted, false);
  await bench.pass(29900);
  assert.deepEqual(bench.levels, [0, 1]);
  await bench.pass(200);
  assert.deepEqual(bench.levels, [0, 1, 0, 1]);
  bench.up();
  bench.message(encodeHello());
  await bench.reach();
  assert.ok(link.running());
});

test('no TLS in the firmware: a status, and a reset no sooner than after 30 s', async () => {
  const { bench } = powerUp({}, { tls: true });
  await bench.begin();
  bench.status(Status.NO_TLS);
  await bench.pass(29000);
  assert.deepEqual(bench.levels, [0, 1]);
  await bench.pass(1100);
  assert.deepEqual(bench.levels, [0, 1, 0, 1]);
});

test('NO_NET after netTimeout without the broker, again and again; the handler may have the target reset', async () => {
  const { bench, link } = await running({ netTimeout: 60 });
  const told: unknown[] = [];
  let result: unknown;
  link.statusHandler((_link, status) => {
    if (status === Status.NO_NET) told.push(bench.now);
    return result;
  });
  const since = bench.now;
  await bench.pass(100000);
  assert.deepEqual(told, []);
  bench.status(Status.WIFI_DOWN);
  bench.status(Status.BROKER_FAIL);
  await bench.pass(130000);
  assert.deepEqual(told, [since + 160000, since + 220000]);
  bench.status(Status.WIFI_UP);
  bench.status(Status.BROKER_CHECK);
  bench.status(Status.BROKER_OK, '1');
  await bench.pass(1000000);
  assert.equal(told.length, 2);
  result = 0;
  bench.status(Status.BROKER_FAIL);
  await bench.pass(60000);
  assert.equal(told.length, 3);
  assert.deepEqual(bench.levels, [0, 1, 0]);
});

test('NO_NET: false and null are as 0, nothing is as 1', async () => {
  for (const [result, levels] of [
    [false, [0, 1, 0]],
    [null, [0, 1, 0]],
    [undefined, [0, 1]],
    [true, [0, 1]],
  ] as const) {
    const { bench, link } = await running({ netTimeout: 60 });
    link.statusHandler(() => result);
    bench.status(Status.BROKER_FAIL);
    await bench.pass(60000);
    assert.deepEqual(bench.levels, levels, String(result));
  }
});

test('netTimeout 0: never', async () => {
  const { bench, link } = powerUp({ netTimeout: 0 });
  link.statusHandler(() => assert.fail());
  await bench.begin();
  await bench.pass(10000000);
});

test('refusals and failures of the broker are statuses, and no reason to reset', async () => {
  const { bench, link } = powerUp({ verbose: true });
  await bench.begin();
  for (let status = Status.REFUSED_PROTOCOL; status <= Status.REFUSED_AUTH; status++) bench.status(status);
  bench.status(Status.BAD_BROKER, 'packet type 15');
  bench.status(Status.BROKER_FAIL, 'no CONNACK');
  bench.status(Status.WIFI_FAIL, 'no ap found');
  assert.deepEqual(bench.takePrinted(), [
    'the broker refuses MQTT 3.1.1',
    'the broker refuses the client identifier',
    'the broker is unavailable',
    'the broker refuses user name or password',
    'the broker does not authorise this client',
    'the broker does not speak MQTT 3.1.1: packet type 15',
    'no connection to the broker: no CONNACK',
    'the network could not be joined: no ap found',
  ]);
  assert.deepEqual(bench.levels, [0, 1]);
  await bench.reach();
  assert.ok(link.running());
});

test('the gate ends with the run; a new run has a new one', async () => {
  const { bench, link } = await running();
  const first = link.exitGate;
  assert.equal(link.exitGate, first);
  const sleep = first.sleep(1000000);
  bench.down(Down.SILENT);
  assert.equal(await sleep, false);
  assert.equal(first.ending(), true);
  await bench.begin();
  await bench.reach();
  const second = link.exitGate;
  assert.notEqual(second, first);
  assert.equal(first.ending(), true);
  assert.equal(second.ending(), false);
  const slept = second.sleep(1000);
  await bench.pass(1000);
  assert.equal(await slept, true);
});

test('the time sets the clock; -1 asks for it once only', async () => {
  const { bench, link } = await running({ localTimeOffset: 2 });
  assert.equal(link.rtcSyn(), false);
  bench.message(encodeTime(1795345013));
  assert.deepEqual(bench.clocks, [[1795345013, 2]]);
  assert.equal(link.rtcSyn(), true);
  bench.down(Down.SILENT);
  await bench.begin();
  assert.equal(decodeInit(bench.raw)?.rtcResync, 0);
  assert.equal(link.rtcSyn(), true);
});

test('a period goes on being asked for', async () => {
  const { bench } = await running({}, { rtcResync: 600 });
  bench.message(encodeTime(1795345013));
  bench.down(Down.SILENT);
  await bench.begin();
  assert.equal(decodeInit(bench.raw)?.rtcResync, 600);
});

test('command mem: sent once it runs, printed, passed on', async () => {
  const { bench, link } = powerUp();
  const got: number[][] = [];
  link.command('mem', (used, total) => got.push([used, total]));
  await bench.begin();
  await bench.reach();
  assert.deepEqual(bench.take().slice(2), ['MEM']);
  bench.message(encodeMemory(812, 1600));
  assert.deepEqual(bench.takePrinted(), ['Target memory: 812 of 1600 variables in use']);
  assert.deepEqual(got, [[812, 1600]]);
  assert.throws(() => link.command('reboot'), { message: 'command is "reboot". Allowed: mem' });
  assert.throws(() => link.command('mem', 5 as never), { message: 'done is 5. Allowed: a function' });
});

test('messages that nobody knows are reported and passed over', async () => {
  const { bench, link } = await running();
  const told: unknown[] = [];
  link.statusHandler((_link, status, detail) => told.push([status, detail]));
  bench.message(char(99));
  bench.message(char(Type.MESSAGE, 0, 0, 0, 0, 200) + 'short');
  bench.message(char(Type.TIME, 1));
  bench.message(char(Type.PUBLISH));
  bench.message(char(Type.STATUS));
  bench.message(char(Type.MEMORY, 0, 0, 0, 1));
  assert.deepEqual(
    told,
    [99, Type.MESSAGE, Type.TIME, Type.PUBLISH, Type.STATUS, Type.MEMORY].map((type) => [
      Status.UNKNOWN,
      '' + type,
    ]),
  );
  assert.ok(link.running());
  assert.deepEqual(bench.clocks, []);
});

test('verbose: each status with time in words, never a password', async () => {
  const { bench } = powerUp({ verbose: true }, { mqttUser: 'me', mqttPassword: 'hidden' });
  await bench.begin();
  bench.status(Status.DEFNET);
  await bench.reach('1');
  bench.status(Status.DROPPED, '3');
  assert.ok(bench.printed.every((line) => /^\d\d:\d\d:\d\d /.test(line) && !line.includes('hidden')));
  assert.deepEqual(bench.takePrinted(), [
    'joining the saved network',
    'connecting to the broker',
    'connected to the broker, session kept',
    'running',
    'messages were dropped: 3',
  ]);
});

test('wrong arguments are refused by name, and nothing is queued', async () => {
  const { bench, link } = await running();
  const none = undefined as never;
  const cases: [() => void, RegExp][] = [
    [() => link.publish(none, 'x'), /^topic is undefined\. Allowed: a string$/],
    [() => link.publish('', 'x'), /^topic is ""/],
    [() => link.publish('a/#', 'x'), /^topic is "a\/#"\. Allowed: no wildcards/],
    [() => link.publish('a\0', 'x'), /^topic is "a\\u0000"\. Allowed: UTF-8/],
    [
      () => link.publish('a', none),
      /^message is undefined\. Allowed: a string, a Uint8Array or an ArrayBuffer$/,
    ],
    [() => link.publish('a', 5 as never), /^message is 5\./],
    [() => link.publish('a', 'x', 1 as never), /^retain is 1\. Allowed: true or false$/],
    [() => link.publish('a', 'x', false, 2), /^qos is 2\. Allowed: 0 or 1; QoS 2 is not supported$/],
    [() => link.publish('a', 'x', false, '1' as never), /^qos is "1"\./],
    [
      () => link.publish('a', 'x'.repeat(1018)),
      /^length of topic and message is 1019\. Allowed: at most 1018 bytes$/,
    ],
    [
      () => link.subscribe('a/#/b', () => {}),
      /^filter is "a\/#\/b"\. Allowed: # only alone in the last level$/,
    ],
    [() => link.subscribe('', () => {}), /^filter is ""/],
    [() => link.subscribe('a', none), /^callback is undefined\. Allowed: a function$/],
    [() => link.subscribe('a', () => {}, 2), /QoS 2 is not supported$/],
    [
      () => link.subscribe('a'.repeat(1021), () => {}),
      /^length of filter is 1021\. Allowed: at most 1020 bytes$/,
    ],
    [() => link.unsubscribe('a+'), /^filter is "a\+"/],
    [() => link.statusHandler(none), /^handler is undefined\. Allowed: a function$/],
  ];
  for (const [call, message] of cases) {
    assert.throws(call, (error: Error) => message.test(error.message) || assert.fail(error.message));
  }
  assert.equal(link.pubqLen(), 0);
  assert.deepEqual(bench.take(), []);
  link.publish('a', 'x'.repeat(1017), false, 1);
  link.subscribe('a'.repeat(1020), () => {});
  link.publish('caf\u00e9\u20ac', new Uint8Array([0, 255]));
  assert.match(bench.sent[2], /^PUBLISH cafÃ©â\x82¬ \0\xff 0 0$/);
});

test('thousands of runs leave nothing behind', async () => {
  const { bench, link } = powerUp({ userStart: (one) => one.subscribe('s', () => {}) });
  for (let i = 0; i < 3000; i++) {
    await bench.begin();
    await bench.reach();
    void link.exitGate.sleep(1e9);
    bench.down(i % 2 ? Down.SILENT : Down.RESTARTED);
    assert.equal(bench.timers.size, 1, 'only the reset is pending');
    bench.take();
  }
  await bench.begin();
  await bench.reach();
  assert.equal(bench.take().filter((one) => one.startsWith('SUBSCRIBE')).length, 1);
});

test('over the real link: noise, and a target that dies in the middle', async () => {
  const world = createWorld(7);
  const host = world.host;
  const got: string[] = [];
  const published: string[] = [];
  const printed: string[] = [];
  let next = 0;
  for (const end of [world.host, world.target]) end.settings.dataNoise = 0.0005;

  // The target and its broker: QoS 1 is acknowledged once it is there, messages come back on `back`.
  world.target.onUp = () => world.target.link.send(encodeHello());
  world.target.onMessage = (message) => {
    const say = (status: Status, detail = ''): void => world.target.link.send(encodeStatus(status, detail));
    const p = decodePublication(message);
    if (message.charCodeAt(0) === Type.INIT) {
      say(Status.BROKER_CHECK);
      say(Status.BROKER_OK, '0');
      say(Status.RUNNING);
    } else if (message.charCodeAt(0) === Type.PUBLISH && p) {
      published.push(p.payload);
      // Whoever hears of the acknowledgement has the message: what the target still holds dies with it.
      world.target.link.send(encodePublication(Type.MESSAGE, { ...p, topic: 'back' }));
      say(Status.PUBOK, encodeId(p.id));
    }
  };
  const MQTTLink = createMQTTLink({
    _createLink: (up, message, down, room) => {
      host.onUp = up;
      host.onMessage = message;
      host.onDown = down;
      host.onRoom = room;
      return host.link as Link;
    },
    _open: (pins) => pins.reset,
    _reset: (_pin, level) => (level ? world.target.boot() : world.target.crash()),
    _later: (run, ms) => {
      const timer = { run: run as (() => void) | undefined };
      host.later(ms * 1000, () => timer.run?.());
      return timer;
    },
    _cancel: (timer) => ((timer as { run?: () => void }).run = undefined),
    _clock: () => assert.fail(),
    _print: (line) => printed.push(line),
    _storage: () => assert.fail(),
    _leaving: () => assert.fail(),
  });
  const link = new MQTTLink(PINS, NET, {
    verbose: false,
    timeout: 10,
    userStart: (one) => one.subscribe('back', (_topic, message) => got.push(message)),
  });
  (function publish(): void {
    if (next < 60) link.publish('there', 'n' + next++, false, 1);
    host.later(100000, publish);
  })();
  world.at(3e6, () => world.target.crash());
  assert.ok(
    world.run(60, () => next === 60 && link.pubqLen() === 0),
    'all is published',
  );
  world.run(5);
  const all = Array.from({ length: 60 }, (_, i) => 'n' + i);
  // At least once: what was in flight when the target died may come twice.
  assert.deepEqual([...new Set(published)], all);
  assert.deepEqual([...new Set(got)].sort(), [...all].sort());
  assert.ok(published.length <= 64);
  assert.deepEqual(printed, []);
});

test('the default handler says nothing to other statuses', () => {
  const { link } = powerUp();
  for (let status = 0; status <= 25; status++) {
    if (status !== Status.SPECNET) assert.equal(defaultStatusHandler(link, status, ''), undefined);
  }
});

test('while Wi-Fi is away nothing is handed over; a connection that outlived it goes on', async () => {
  const { bench, link } = await running();
  link.subscribe('s', () => {});
  link.publish('t', 'a', false, 1);
  bench.take();
  bench.status(Status.WIFI_DOWN);
  assert.equal(link.running(), false);
  assert.equal(link.wifi(), false);
  link.publish('t', 'b', false, 1);
  assert.deepEqual(bench.take(), []);
  bench.status(Status.WIFI_UP);
  assert.equal(link.wifi(), true);
  assert.equal(link.running(), true);
  assert.deepEqual(bench.take(), ['PUBLISH t b 2 3']);
  bench.status(Status.WIFI_DOWN);
  bench.status(Status.BROKER_FAIL, 'connection closed');
  bench.status(Status.WIFI_UP);
  assert.equal(link.running(), false);
  bench.status(Status.BROKER_CHECK);
  bench.connect('1');
  assert.deepEqual(bench.take(), ['SUBSCRIBE s 0 4', 'PUBLISH t a 10 2', 'PUBLISH t b 10 3']);
});
