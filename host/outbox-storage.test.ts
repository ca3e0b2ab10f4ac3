/**
 * What is kept in Storage, against a Storage that fails wherever it can: each
 * of its calls, each byte and bit that it holds, each byte of a write that
 * power may cut short.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../tools/simulation/device-globals';
import { crc32 } from '../tools/simulation/crc32';
import { PacketType } from '../shared/mqtt';
import { idOf, publish, topicOf } from '../shared/packets';
import { keepInStorage } from './outbox-storage';
import type { Storage } from './outbox-storage';
import type { OutboxWatcher } from './outbox';

const char = String.fromCharCode;
const QOS1 = 2;
const RETAIN = 1;

/** The format in flash, written down a second time: what is in the field has to be read. */
function record(payload: string, topic = 't', flags = QOS1): string {
  const body = char(flags, topic.length >> 8, topic.length & 255) + topic + payload;
  const sum = (crc32(Buffer.from(body, 'latin1')) ^ 0xaa) >>> 0;
  const length = char(body.length >> 8, body.length & 255);
  return length + char(sum >>> 24, (sum >>> 16) & 255, (sum >>> 8) & 255, sum & 255) + body;
}

/** The queue's format. */
function toEntry(payload: string, topic: string, flags: number): string {
  return publish(flags, topic, payload);
}
function fromEntry(packet: string): { payload: string; topic: string; flags: number } {
  const flags = packet.charCodeAt(0) ^ PacketType.PUBLISH;
  const topic = topicOf(packet);
  assert.ok(flags < 4 && idOf(packet) === 0, 'not sent yet');
  return { flags, topic, payload: packet.slice(3 + topic.length + (flags & QOS1)) };
}

/** How a call fails: without doing anything, having done it, or with a wrong answer. */
type Mode = 'throws' | 'throws late' | 'false' | 'undefined' | 'half';
const MODES: readonly Mode[] = ['throws', 'throws late', 'false', 'undefined', 'half'];

/** Espruino's Storage, whose calls fail as `fault` says. */
class Flash implements Storage {
  constructor(files: Record<string, string> = {}) {
    for (const name of Object.keys(files)) this.files.set(name, files[name] ?? '');
  }
  readonly files = new Map<string, string>();
  /** What was there and is gone because another file was written in its place. */
  readonly overwritten: string[] = [];
  readonly log: string[] = [];
  fault: (call: string) => Mode | undefined = () => undefined;

  #call<T>(call: string, act: () => T, half: () => T): T {
    this.log.push(call);
    const mode = this.fault(call);
    if (mode === 'throws') throw new Error(call + ' failed');
    if (mode === 'false') return false as T;
    if (mode === 'undefined') return undefined as T;
    if (mode === 'half') return half();
    const result = act();
    if (mode === 'throws late') throw new Error(call + ' failed afterwards');
    return result;
  }

  #put(name: string, data: string): boolean {
    const before = this.files.get(name);
    if (before !== undefined && before !== data) this.overwritten.push(name);
    return !!this.files.set(name, data);
  }

  write(name: string, data: string): boolean {
    assert.ok(data.length > 0 && name.length <= 28);
    return this.#call(
      `write ${name}`,
      () => this.#put(name, data),
      () => this.#put(name, cut(data, data.length >> 1)),
    );
  }
  read(name: string): string | undefined {
    const data = this.files.get(name);
    return this.#call(
      `read ${name}`,
      () => data,
      () => data?.slice(0, data.length >> 1),
    );
  }
  erase(name: string): void {
    this.#call(
      `erase ${name}`,
      () => void this.files.delete(name),
      () => undefined,
    );
  }
  list(filter: RegExp): string[] {
    const names = [...this.files.keys()].reverse().filter((name) => filter.test(name));
    return this.#call(
      'list',
      () => names,
      () => names.slice(0, names.length >> 1),
    );
  }
  get names(): string[] {
    return [...this.files.keys()];
  }
}

/** What flash holds when power fails after so many bytes of a write. */
function cut(data: string, at: number): string {
  return data.slice(0, at) + '\xff'.repeat(data.length - at);
}

/** A host from its start to its end. */
class Life {
  constructor(
    readonly flash: Flash,
    max = 1024,
  ) {
    this.leave = keepInStorage({
      _storage: flash,
      _later: (run, ms) => this.#timers.push({ at: this.#now + ms, run }),
      _queue: this.queue,
      _add: this.#add,
      _watch: (watcher) => (this.#watcher = watcher),
      _max: max,
      _failed: (reason) => this.told.push(reason),
      _lost: (count) => (this.lost += count),
    });
  }
  readonly queue: string[] = [];
  readonly told: string[] = [];
  lost = 0;
  readonly leave: () => void;
  #timers: { at: number; run: () => void }[] = [];
  #now = 0;
  #watcher: OutboxWatcher | undefined;

  readonly #add = (entry: string): void => {
    this.queue.push(entry);
    if (fromEntry(entry).flags & QOS1) this.#watcher?._added();
  };

  publish(payload: string, topic = 't', flags = QOS1): void {
    this.#add(toEntry(payload, topic, flags));
  }
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#now = next.at;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      next.run();
    }
    this.#now = end;
  }
  /** The broker acknowledges the oldest ones. */
  deliver(count = Infinity): string[] {
    const payloads: string[] = [];
    while (this.queue.length && payloads.length < count) {
      const { payload, flags } = fromEntry(this.queue.shift() as string);
      payloads.push(payload);
      if (flags & QOS1) this.#watcher?._gone(0);
    }
    return payloads;
  }
  get isIdle(): boolean {
    return !this.#timers.length;
  }
}

/** All that a host started on this flash publishes, to the end. */
function delivered(flash: Flash): string[] {
  const life = new Life(flash);
  const all = life.deliver();
  for (let i = 0; i < 10; i++) {
    life.pass(3000);
    all.push(...life.deliver());
  }
  assert.ok(life.isIdle);
  return all;
}

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `n${from + i}`);

test('the format in flash is read and written as it is in the field', () => {
  const field = Buffer.from('000645584c1d030001746869000546a3ea30020001747a', 'hex').toString('latin1');
  assert.equal(field.length, 6 + 6 + 6 + 5);
  assert.equal(field, record('hi', 't', QOS1 | RETAIN) + record('z'));
  const flash = new Flash({ mqttq4: field });
  const life = new Life(flash);
  assert.deepEqual(life.queue, [toEntry('hi', 't', QOS1 | RETAIN), toEntry('z', 't', QOS1)]);
  life.deliver();
  assert.deepEqual(flash.names, []);
  life.publish('hi', 't', QOS1 | RETAIN);
  life.publish('QoS 0', 't', 0);
  life.publish('z');
  life.pass(6000);
  assert.deepEqual([...flash.files], [['mqttq5', field]]);
});

/** Two files of publications of all kinds of lengths, and what is in them. */
const FIRST = ['a', '', 'third', 'x'.repeat(20), 'fifth'];
const SECOND = ['\xff\xff\0\0', 'b', 'c'.repeat(26), 'last'];
const BOTH = [...FIRST, ...SECOND];
const file = (payloads: string[]): string => payloads.map((payload) => record(payload)).join('');

/** Starts it twice, then has all acknowledged one by one, and looks after each what is in flash. */
function checkDamaged(files: Record<string, string>, intact: string[], label: string): Life {
  const flash = new Flash(files);
  const first = new Life(flash);
  assert.deepEqual(
    first.queue.map((entry) => fromEntry(entry).payload),
    intact,
    label,
  );
  const names = flash.names;
  const life = new Life(flash);
  assert.deepEqual(flash.names, names, 'nothing is erased before it is acknowledged');
  first.pass(1);
  const all: string[] = [];
  while (life.queue.length) {
    const left = life.queue.length;
    all.push(...life.deliver(1));
    const fromSecond = intact.filter((payload) => SECOND.includes(payload)).length;
    if (left > fromSecond + 1) assert.ok(flash.files.has('mqttq7'), label);
    if (left > 1 && fromSecond) assert.ok(flash.files.has('mqttq10'), label);
  }
  assert.deepEqual(all, intact, label);
  assert.deepEqual(flash.names, [], label);
  assert.deepEqual(flash.overwritten, []);
  assert.deepEqual(delivered(flash), []);
  return first;
}

test('a bit flipped anywhere costs the publication that it is in, which is counted and told', () => {
  const files: Record<string, string> = { mqttq7: file(FIRST), mqttq10: file(SECOND) };
  assert.deepEqual(checkDamaged(files, BOTH, 'intact').told, []);
  for (const [name, payloads] of [
    ['mqttq7', FIRST],
    ['mqttq10', SECOND],
  ] as const) {
    const data = files[name] ?? '';
    const ends = payloads.map((_, i) => file(payloads.slice(0, i + 1)).length);
    for (let at = 0; at < data.length; at++) {
      const hit = payloads[ends.findIndex((end) => at < end)];
      for (let bit = 0; bit < 8; bit++) {
        const spoilt = data.slice(0, at) + char(data.charCodeAt(at) ^ (1 << bit)) + data.slice(at + 1);
        const intact = BOTH.filter((payload) => payload !== hit);
        const life = checkDamaged({ ...files, [name]: spoilt }, intact, `bit ${bit} of ${at} in ${name}`);
        assert.equal(life.lost, 1);
        assert.deepEqual(life.told, [`${name}: at least 1 publication could not be read`]);
      }
    }
  }
});

test('damage in several places, and bits that have only gone from 1 to 0', () => {
  let seed = 1;
  const below = (n: number): number => (seed = (seed * 48271) % 0x7fffffff) % n;
  for (let round = 0; round < 2000; round++) {
    const intact: string[] = [];
    const places: number[] = [];
    const spoil = (payloads: string[]): string =>
      payloads
        .map((payload) => {
          const bytes = [...record(payload)].map((one) => one.charCodeAt(0));
          const before = char(...bytes);
          for (let n = below(3) ? 0 : 1 + below(4); n > 0; n--) {
            const at = below(bytes.length);
            bytes[at] = (bytes[at] ?? 0) & ~(1 << below(8));
          }
          const after = char(...bytes);
          if (after === before) intact.push(payload);
          places.push(+(after !== before));
          return after;
        })
        .join('');
    const life = checkDamaged({ mqttq7: spoil(FIRST), mqttq10: spoil(SECOND) }, intact, `round ${round}`);
    const gone = BOTH.length - intact.length;
    assert.ok(gone ? life.lost >= 1 && life.lost <= gone : !life.lost, `${life.lost} of ${gone}`);
    assert.equal(life.told.length, +places.slice(0, 5).includes(1) + +places.slice(5).includes(1));
  }
});

test('bytes of any kind in a file end no start, and never come out as a publication', () => {
  let seed = 7;
  const byte = (): number => (seed = (seed * 48271) % 0x7fffffff) & 255;
  for (let round = 0; round < 300; round++) {
    const fill = [() => 0, () => 255, () => byte() & 3, byte][round % 4] ?? byte;
    const noise = char(...Array.from({ length: 1 + ((round * 7) % 800) }, fill));
    const flash = new Flash({ mqttq0: noise, mqttq1: noise + record('in between') + noise });
    const life = new Life(flash);
    assert.deepEqual(flash.names, ['mqttq1'], 'what holds nothing that can be read is erased');
    assert.deepEqual(life.deliver(), ['in between']);
    assert.equal(life.lost, 3);
    life.pass(1);
    assert.deepEqual(life.told, [
      'mqttq0: at least 1 publication could not be read',
      'mqttq1: at least 2 publications could not be read',
    ]);
  }
});

test('power that fails at any byte of a write costs only what was being written', () => {
  const all = [...FIRST, ...SECOND, 'd'.repeat(300)];
  const sizes = (flash: Flash): number[] => [...flash.files.values()].map(({ length }) => length);
  const whole = new Flash({ mqttq3: file(['old']) });
  let life = new Life(whole);
  for (const payload of [...all, ...all]) life.publish(payload);
  life.pass(6000);
  assert.equal(sizes(whole).length, 3);
  for (const target of [1, 2]) {
    for (let at = 0; at <= (sizes(whole)[target] ?? 0); at++) {
      const flash = new Flash({ mqttq3: file(['old']) });
      life = new Life(flash);
      for (const payload of [...all, ...all]) life.publish(payload);
      let writes = 0;
      let isOff = false;
      flash.fault = (call) => {
        // From there on nothing is done any more.
        if (!isOff && call.startsWith('write') && ++writes === target) {
          isOff = true;
          const name = call.slice(6);
          flash.files.set(name, cut(whole.files.get(name) ?? '', at));
        }
        return isOff ? 'throws' : undefined;
      };
      life.pass(6000);
      flash.fault = () => undefined;
      const kept = ['old'];
      for (const data of [...flash.files.values()].slice(1)) {
        let end = 0;
        while (end < data.length && data.charCodeAt(end) !== 255) {
          end += 6 + data.charCodeAt(end) * 256 + data.charCodeAt(end + 1);
          const payload = [...all, ...all][kept.length - 1] ?? '';
          if (end <= data.length && data.slice(0, end).endsWith(record(payload))) kept.push(payload);
        }
      }
      assert.ok(target === 1 ? at > 0 || kept.length === 1 : kept.length > 10);
      // Twice, and what is new comes behind and overwrites nothing.
      const second = new Life(flash);
      assert.deepEqual(
        second.queue.map((entry) => fromEntry(entry).payload),
        kept,
        `cut at ${at}`,
      );
      assert.ok(second.lost === +(at < (sizes(whole)[target] ?? 0)), `cut at ${at}: ${second.lost}`);
      second.publish('new');
      second.leave();
      assert.deepEqual(delivered(flash), [...kept, 'new']);
      assert.deepEqual(flash.names, []);
      assert.deepEqual(flash.overwritten, []);
    }
  }
});

test('any one call of Storage that fails loses nothing, and changes no order', () => {
  const old = numbered(0, 12);
  const during = numbered(12, 40);
  const late = numbered(40, 45);
  function files(): Record<string, string> {
    return { mqttq8: file(old.slice(0, 5)), mqttq9: file(old.slice(5, 6)), mqttq10: file(old.slice(6)) };
  }
  /** An outage, of which some is acknowledged, a restart that the host asks for, and one that it does not. */
  function live(fault: (index: number, call: string) => Mode | undefined): {
    calls: string[];
    seen: string[];
    told: string[];
    silent: string | undefined;
  } {
    const flash = new Flash(files());
    let silent: string | undefined;
    flash.fault = (call) => {
      const mode = fault(flash.log.length - 1, call);
      if (mode && call.startsWith('erase') && mode !== 'throws' && mode !== 'throws late') silent = call;
      return mode;
    };
    const seen: string[] = [];
    const life = new Life(flash);
    for (const payload of during.slice(0, 14)) life.publish(payload.padEnd(50, '.'));
    life.pass(9000);
    seen.push(...life.deliver(8));
    for (const payload of during.slice(14)) life.publish(payload.padEnd(50, '.'));
    life.pass(9000);
    seen.push(...life.deliver(1));
    life.pass(3000);
    for (const payload of late) life.publish(payload);
    life.leave();
    const second = new Life(flash);
    second.publish('last');
    second.pass(9000);
    const third = new Life(flash);
    seen.push(...third.deliver());
    third.pass(9000);
    seen.push(...third.deliver());
    third.pass(3000);
    assert.ok(third.isIdle);
    assert.deepEqual(flash.overwritten, []);
    if (!silent) assert.deepEqual(flash.names, []);
    assert.equal(life.lost + second.lost + third.lost, 0);
    seen.push(...delivered(flash));
    assert.deepEqual(flash.names, []);
    return {
      calls: [...flash.log],
      seen: seen.map((one) => one.replace(/\.+$/, '')),
      told: life.told,
      silent,
    };
  }

  const all = [...old, ...during, ...late, 'last'];
  // What was acknowledged of a file that was not yet erased comes again.
  const again = [...all.slice(0, 9), ...all.slice(6)];
  const { calls, seen, told } = live(() => undefined);
  assert.deepEqual(seen, again);
  assert.deepEqual(told, []);
  assert.ok(calls.length > 50);
  for (const mode of MODES) {
    for (let k = 0; k < calls.length; k++) {
      const label = `call ${k}, ${calls[k]}, ${mode}`;
      const one = live((index) => (index === k ? mode : undefined));
      const first = one.seen.filter((payload, i) => one.seen.indexOf(payload) === i);
      assert.deepEqual(first, all, label);
      // A Storage that does not erase and says nothing cannot be helped.
      if (!one.silent) assert.deepEqual(one.seen, again, label);
    }
  }
});

test('while Storage cannot be listed nothing is written, which is said once; then all comes', () => {
  for (const answer of ['throws', 'false', 'undefined'] as const) {
    const flash = new Flash({ mqttq0: file(['a', 'b']), mqttq1: file(['c']) });
    flash.fault = (call) => (call === 'list' ? answer : undefined);
    const life = new Life(flash);
    life.pass(1);
    assert.deepEqual(life.told, ['Storage cannot be listed, which is tried again']);
    life.publish('d');
    life.pass(60000);
    assert.ok(!flash.log.some((call) => call.startsWith('write')));
    // Nor at the end. The next start finds what was there.
    life.leave();
    assert.deepEqual(new Life(new Flash(Object.fromEntries(flash.files))).deliver(), ['a', 'b', 'c']);
    flash.fault = () => undefined;
    life.pass(3000);
    life.publish('e');
    life.pass(6000);
    assert.deepEqual(life.told, ['Storage cannot be listed, which is tried again']);
    // In the order in which they became known, of which none is in flash twice.
    const order = ['d', 'e', 'a', 'b', 'c'];
    const copy = new Flash(Object.fromEntries(flash.files));
    assert.deepEqual([...delivered(copy)].sort(), [...order].sort());
    assert.deepEqual([...life.deliver()].sort(), [...order].sort());
    life.pass(3000);
    assert.ok(life.isIdle);
    assert.deepEqual(flash.names, []);
    assert.deepEqual(flash.overwritten, []);
    // It is said again when it is true again.
    flash.fault = (call) => (call.startsWith('write') ? 'throws' : undefined);
    life.publish('f');
    life.pass(9000);
    assert.equal(life.told.length, 2);
  }
});

test('a file that cannot be read is left alone, and comes when it can be read', () => {
  for (const answer of ['throws', 'false', 'undefined'] as const) {
    const flash = new Flash({ mqttq0: file(['a']), mqttq1: file(['b', 'c']), mqttq2: file(['d']) });
    flash.fault = (call) => (call === 'read mqttq1' ? answer : undefined);
    const life = new Life(flash);
    life.publish('e');
    life.pass(60000);
    assert.deepEqual(life.told, ['mqttq1 cannot be read, which is tried again']);
    assert.deepEqual(life.deliver(), ['a', 'd', 'e']);
    assert.deepEqual(flash.names, ['mqttq1']);
    // It keeps nothing young from being acknowledged before it is written.
    const writes = flash.log.filter((call) => call.startsWith('write')).length;
    for (let i = 0; i < 40; i++) {
      life.publish('young');
      life.pass(1000);
      life.deliver();
    }
    assert.equal(flash.log.filter((call) => call.startsWith('write')).length, writes);
    life.publish('f');
    flash.fault = () => undefined;
    life.pass(9000);
    assert.deepEqual(life.deliver(), ['f', 'b', 'c']);
    life.pass(3000);
    assert.ok(life.isIdle);
    assert.deepEqual(flash.names, []);
    assert.deepEqual(flash.overwritten, []);
    assert.equal(life.lost, 0);
  }
});

test('a Storage of which every call fails stops nothing', () => {
  for (const mode of MODES) {
    for (const which of ['', 'list', 'read', 'write', 'erase']) {
      const flash = new Flash({ mqttq0: file(['a', 'b']), mqttq1: file(['c']) });
      flash.fault = (call) => (call.startsWith(which) ? mode : undefined);
      const life = new Life(flash);
      life.pass(10000);
      for (const payload of numbered(0, 50)) life.publish(payload);
      life.pass(10000);
      const seen = life.deliver(30);
      life.pass(10000);
      seen.push(...life.deliver());
      assert.deepEqual(
        seen.filter((one) => one.startsWith('n')),
        numbered(0, 50),
        `${which} ${mode}`,
      );
      life.publish('more');
      life.leave();
      assert.ok(life.told.length <= 4, `${which} ${mode}: ${life.told.join()}`);
    }
  }
  const always = new Flash();
  always.read = () => 'there';
  const life = new Life(always);
  life.publish('a');
  life.pass(60000);
  assert.deepEqual(life.told, ['there is a file of every name']);
  assert.deepEqual(always.names, []);
});

test('what was written is looked at, and written anew unless it is there', () => {
  for (const mode of ['false', 'half', 'flipped'] as const) {
    const flash = new Flash();
    const life = new Life(flash);
    life.publish('a');
    life.publish('b');
    flash.fault = (call) => {
      if (!call.startsWith('write')) return undefined;
      if (mode !== 'flipped') return mode;
      flash.files.set(call.slice(6), 'something else');
      return 'undefined';
    };
    life.pass(9000);
    assert.deepEqual(flash.names, []);
    assert.equal(life.told.length, 1);
    assert.match(life.told[0] ?? '', /^mqttq\d is not what was written$/);
    flash.fault = () => undefined;
    life.pass(3000);
    assert.deepEqual([...flash.files.values()], [file(['a', 'b'])]);
    assert.deepEqual(delivered(flash), ['a', 'b']);
  }
});

test('what could not be erased is erased later, and no file in its place', () => {
  const flash = new Flash({ mqttq0: file(['a']) });
  const life = new Life(flash);
  flash.fault = (call) => (call.startsWith('erase') ? 'throws' : undefined);
  assert.deepEqual(life.deliver(), ['a']);
  life.pass(30000);
  assert.deepEqual(flash.names, ['mqttq0']);
  life.publish('b');
  life.pass(6000);
  flash.fault = () => undefined;
  life.pass(3000);
  assert.deepEqual([...flash.files.values()], [file(['b'])]);
  life.pass(3000);
  assert.ok(life.isIdle);
});

test('names with zeros in front and with too many digits are files of their own, others are somebody else’s', () => {
  const flash = new Flash({
    mqttq: 'x',
    mqttq7x: file(['no']),
    xmqttq7: file(['no']),
    'mqttq-1': file(['no']),
    'mqttq1.5': file(['no']),
    mqttq1e3: file(['no']),
    mqttq999999999: file(['f']),
    mqttq7: file(['d']),
    mqttq10: file(['e']),
    mqttq007: file(['a']),
    mqttq99999999999: file(['c']),
    mqttq1000000000: file(['b']),
  });
  const life = new Life(flash);
  life.publish('g');
  life.pass(6000);
  assert.deepEqual(flash.overwritten, []);
  assert.ok(flash.files.has('mqttq1000000001'));
  const copy = new Flash(Object.fromEntries(flash.files));
  assert.equal(delivered(copy).length, 7);
  for (const name of ['mqttq007', 'mqttq1000000000', 'mqttq99999999999', 'mqttq7', 'mqttq10']) {
    assert.ok(flash.files.has(name));
    life.deliver(1);
    assert.ok(!flash.files.has(name), name);
  }
  assert.deepEqual(life.deliver(), ['f', 'g']);
  assert.equal(flash.names.length, 6);
});

test('two files of one name are read one after the other; two with the same publications both', () => {
  const flash = new Flash({ mqttq0: file(['a', 'b']), mqttq1: file(['a', 'b']), mqttq2: file(['c']) });
  // As when a bit has changed in a name: the firmware finds the first one only, and the other when that is erased.
  const hidden = file(['hidden']);
  const { list, erase } = flash;
  flash.list = (filter) => [...list.call(flash, filter), ...(flash.files.has('mqttq2') ? ['mqttq2'] : [])];
  flash.erase = (name) => {
    erase.call(flash, name);
    if (name === 'mqttq2') flash.files.set(name, hidden);
  };
  const life = new Life(flash);
  assert.deepEqual(life.deliver(), ['a', 'b', 'a', 'b', 'c']);
  life.publish('d');
  life.pass(6000);
  assert.deepEqual(flash.overwritten, []);
  flash.list = list;
  flash.erase = erase;
  assert.deepEqual(delivered(flash), ['hidden', 'd']);
});

test('what is longer than the link carries now is kept in flash by itself, and comes when it fits again', () => {
  const big = 'y'.repeat(300);
  const other = 'z'.repeat(290);
  const start = { mqttq0: file(['a', big, 'b']) + record(other, 'long/topic'), mqttq1: file(['c']) };
  for (const mode of [undefined, ...MODES]) {
    let faults = 0;
    const flash = new Flash(start);
    let life = new Life(flash, 256);
    life.pass(1);
    assert.deepEqual(life.told, [
      'mqttq0: longer than maxMessage allows, and kept: t',
      'mqttq0: longer than maxMessage allows, and kept: long/topic',
    ]);
    assert.equal(life.lost, 0);
    flash.fault = (call) => (mode && call.startsWith('write') && !faults++ ? mode : undefined);
    assert.deepEqual(life.deliver(2), ['a', 'b']);
    life.pass(3000);
    const moved = record(big) + record(other, 'long/topic');
    assert.deepEqual([...flash.files.values()].sort(), [file(['c']), faults ? start.mqttq0 : moved].sort());
    life.pass(3000);
    assert.deepEqual([...flash.files.values()].sort(), [file(['c']), moved].sort());
    assert.deepEqual(life.deliver(), ['c']);
    assert.equal(flash.names.length, 1);
    for (let start = 0; start < 2; start++) {
      life = new Life(flash, 256);
      life.pass(1);
      assert.equal(life.told.length, 2);
      assert.deepEqual(life.deliver(), []);
      life.publish('new');
      life.pass(9000);
      life.deliver();
    }
    assert.deepEqual([...flash.files.values()], [record(big) + record(other, 'long/topic')]);
    assert.deepEqual(delivered(flash), [big, other]);
    assert.deepEqual(flash.names, []);
  }
});

test('damage beside what is too long: all that can be read is kept', () => {
  const big = 'y'.repeat(300);
  const flash = new Flash({ mqttq0: file(['a']) + '\0' + file([big]) + '\0', mqttq1: '\0' + file([big]) });
  const life = new Life(flash, 256);
  assert.equal(life.lost, 3);
  assert.deepEqual(life.deliver(), ['a']);
  life.leave();
  assert.deepEqual(delivered(flash), [big, big]);
});

test('no publication that a broker would not take is sent, and none behind it waits for it', () => {
  const bad = [
    record('', ''),
    record('no topic', ''),
    record('x', 'a/#'),
    record('x', '+/b'),
    record('x', 'a\0b'),
    record('x', '\xc3('),
    record('QoS 0', 't', 0),
    record('QoS 0', 't', RETAIN),
    record('QoS 2', 't', 4),
    record('QoS 3', 't', 6),
    record('DUP', 't', 10),
    record('more', 't', 0x82),
  ];
  // The length of its topic goes beyond its end.
  for (const length of [3, 4, 300, 0xffff]) {
    const body = char(QOS1, length >> 8, length & 255) + 'to';
    const sum = (crc32(Buffer.from(body, 'latin1')) ^ 0xaa) >>> 0;
    bad.push(char(0, body.length, sum >>> 24, (sum >>> 16) & 255, (sum >>> 8) & 255, sum & 255) + body);
  }
  for (const one of bad) {
    const flash = new Flash({ mqttq0: file(['a']) + one + file(['b']), mqttq1: one });
    const life = new Life(flash);
    assert.deepEqual(flash.names, ['mqttq0']);
    assert.equal(life.lost, 2);
    assert.deepEqual(life.deliver(), ['a', 'b']);
    assert.deepEqual(flash.names, []);
  }
  // A topic to the end is one, with an empty payload.
  assert.deepEqual(new Life(new Flash({ mqttq0: record('', 'topic') })).queue, [toEntry('', 'topic', QOS1)]);
});

test('calls that fail at random, through many lives: what had time to be written is never lost', () => {
  let seed = 3;
  const chance = (): number => (seed = (seed * 48271) % 0x7fffffff) / 0x7fffffff;
  for (let round = 0; round < 100; round++) {
    const flash = new Flash();
    const seen: string[] = [];
    let n = 0;
    for (let lives = 0; lives < 5; lives++) {
      const rate = chance() * 0.6;
      // The same wrong answer twice in a row is believed.
      flash.fault = (call) => {
        if (chance() > rate) return undefined;
        return MODES[Math.floor(chance() * (call.startsWith('write') ? 5 : 4))];
      };
      const life = new Life(flash);
      for (let i = 0; i < 20; i++) {
        life.publish(`n${n++}`.padEnd(Math.floor(chance() * 200), '.'));
        life.pass(chance() * 2000);
        if (chance() < 0.2) seen.push(...life.deliver(1));
      }
      // Two ticks on which everything works, and the power fails.
      flash.fault = () => undefined;
      life.pass(12000);
    }
    seen.push(...delivered(flash));
    const arrived = new Set(seen.map((one) => one.replace(/\.+$/, '')));
    assert.deepEqual(
      numbered(0, n).filter((one) => !arrived.has(one)),
      [],
      `round ${round}`,
    );
    assert.deepEqual(flash.overwritten, []);
    assert.deepEqual(flash.names, []);
  }
});
