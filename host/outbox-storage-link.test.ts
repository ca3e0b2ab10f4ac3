/** Publications that outlive the host's restart: what is written to Storage, and when, and what is read from it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Flash, char, powerUp, running } from '../tools/test-doubles/host-bench';
import { Down } from '../shared/link';
import { Flag } from '../shared/mqtt';
import { Status } from '../shared/status';

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
  await bench.outage(1);
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
  await bench.outage(100000);
  assert.ok(storage.writes <= 6);
  const copy = new Flash();
  for (const [name, data] of storage.files) copy.files.set(name, data);
  assert.deepEqual(await publishedAfterRestart(copy), expected);
  await bench.reach();
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
  await bench.outage(1);
  told.length = 0;
  link.publish('t', 'a', false, 1);
  await bench.pass(60000);
  assert.deepEqual(told, [[Status.NOT_SAVED, 'Unable to find or create file']]);
  bench.storage.isFull = false;
  await bench.pass(3000);
  assert.equal(bench.storage.files.size, 1);
  bench.storage.isFull = true;
  link.publish('t', 'b', false, 1);
  await bench.pass(50000);
  assert.equal(told.length, 2);
  await bench.reach();
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
        await bench.reach(true);
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
