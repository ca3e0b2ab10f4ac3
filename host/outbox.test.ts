/** The queue of publications: order, window, identifiers, and what is sent again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../tools/simulation/device-globals';
import { Flag } from '../shared/mqtt';
import { idOf, publish } from '../shared/packets';
import { createOutbox } from './outbox';
import type { Outbox } from './outbox';

const make = (): Outbox => createOutbox([0, 0, 0, 0, 0, 0, 0, 0]);
const message = (flags: number, payload: string): string => publish(flags, 't', payload);
const payloadOf = (packet = ''): string => packet.slice(packet.charCodeAt(0) & Flag.QOS1 ? 6 : 4);

/** All that may be sent now, as `payload:id`, with `!` for DUP. */
function flush(outbox: Outbox): string[] {
  const sent: string[] = [];
  for (let packet = outbox._next(false); packet !== undefined; packet = outbox._next(false)) {
    const mark = packet.charCodeAt(0) & Flag.DUP ? '!' : '';
    sent.push(`${payloadOf(packet)}:${idOf(packet)}${mark}`);
  }
  return sent;
}

function filled(...qos: number[]): Outbox {
  const outbox = make();
  qos.forEach((q, i) => outbox._add(message(q * Flag.QOS1, 'abcdefghij'[i]), undefined));
  return outbox;
}

test('QoS 0 is done with when it is sent', () => {
  const outbox = filled(0, 0, 0);
  assert.deepEqual(flush(outbox), ['a:0', 'b:0', 'c:0']);
  assert.equal(outbox._queue.length, 0);
});

test('up to four QoS 1 are in flight, in order', () => {
  const outbox = filled(1, 1, 1, 1, 1, 1);
  assert.deepEqual(flush(outbox), ['a:1', 'b:2', 'c:3', 'd:4']);
  assert.equal(outbox._queue.length, 6);
  outbox._done(2);
  assert.deepEqual(flush(outbox), ['e:5']);
  outbox._done(1);
  outbox._done(3);
  assert.deepEqual(flush(outbox), ['f:6']);
  [4, 5, 6].forEach((id) => outbox._done(id));
  assert.equal(outbox._queue.length, 0);
});

test('order holds across QoS: what is behind a full window waits', () => {
  const outbox = filled(0, 1, 0, 1, 1, 1, 0, 1, 0);
  assert.deepEqual(flush(outbox), ['a:0', 'b:1', 'c:0', 'd:2', 'e:3', 'f:4', 'g:0']);
  outbox._done(1);
  assert.deepEqual(flush(outbox), ['h:5', 'i:0']);
});

test('an unknown acknowledgement does nothing', () => {
  const outbox = filled(1, 1);
  outbox._done(1);
  assert.deepEqual(flush(outbox), ['a:1', 'b:2']);
  outbox._done(7);
  outbox._done(0);
  outbox._done(1);
  outbox._done(1);
  assert.equal(outbox._queue.length, 1);
});

test('after a reconnect all that is not acknowledged is sent again, first and in order', () => {
  const outbox = filled(1, 1, 1, 1, 1, 0, 1);
  flush(outbox);
  outbox._done(2);
  outbox._restart(true);
  assert.deepEqual(flush(outbox), ['a:1!', 'c:3!', 'd:4!', 'e:5', 'f:0']);
  outbox._done(1);
  assert.deepEqual(flush(outbox), ['g:6']);
});

test('without a session they are sent anew, not as duplicates', () => {
  const outbox = filled(1, 1);
  flush(outbox);
  outbox._restart(false);
  assert.deepEqual(flush(outbox), ['a:1', 'b:2']);
});

test('DUP goes again when the next session is a new one', () => {
  const outbox = filled(1, 1);
  flush(outbox);
  outbox._restart(true);
  assert.deepEqual(flush(outbox), ['a:1!', 'b:2!']);
  outbox._restart(false);
  assert.deepEqual(flush(outbox), ['a:1', 'b:2']);
});

test('a second restart before all was sent again loses nothing', () => {
  const outbox = filled(1, 1, 1);
  flush(outbox);
  outbox._restart(true);
  assert.equal(payloadOf(outbox._next(false)), 'a');
  outbox._restart(true);
  assert.deepEqual(flush(outbox), ['a:1!', 'b:2!', 'c:3!']);
});

test('what was never sent gets no identifier and no DUP from a restart', () => {
  const outbox = filled(1, 1);
  outbox._restart(true);
  assert.deepEqual(flush(outbox), ['a:1', 'b:2']);
});

test('identifiers run from 1 to 65535 and around, past those in use', () => {
  const outbox = filled(1, 1, 1);
  assert.deepEqual(flush(outbox), ['a:1', 'b:2', 'c:3']);
  outbox._done(2);
  for (let id = 4; id <= 65535; id++) assert.equal(outbox._newId(), id);
  assert.equal(outbox._newId(), 2);
  assert.equal(outbox._newId(), 4);
});

test('flags, topic and payload of every byte arrive unchanged', () => {
  const all = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');
  const outbox = make();
  const topic = 'a,b/\xc3\xa9';
  outbox._add(publish(Flag.RETAIN | Flag.QOS1, topic, all), undefined);
  assert.equal(outbox._next(false), `\x33\0\x06${topic}\0\x01${all}`);
  outbox._restart(true);
  assert.equal(outbox._next(false), `\x3b\0\x06${topic}\0\x01${all}`);
});

test('bytes are counted in and out, callbacks stay with their messages', () => {
  const outbox = make();
  const calls = ['a', 'b', 'c', 'd'].map((payload, i) => {
    const call = (): void => undefined;
    outbox._add(message(i === 1 ? 0 : Flag.QOS1, payload), i === 3 ? undefined : call);
    return call;
  });
  assert.equal(outbox._bytes, 3 * 7 + 5);
  outbox._next(false);
  outbox._next(false);
  assert.equal(outbox._call, calls[1]);
  assert.equal(outbox._bytes, 3 * 7);
  outbox._next(false);
  outbox._next(false);
  outbox._done(2);
  assert.equal(outbox._call, calls[2]);
  outbox._done(1);
  assert.equal(outbox._call, calls[0]);
  outbox._done(3);
  assert.equal(outbox._call, undefined);
  assert.equal(outbox._bytes, 0);
});

test('one alone: nothing else is in flight, QoS 0 behind it waits too', () => {
  const outbox = filled(1, 0, 1, 0, 0);
  assert.equal(payloadOf(outbox._next(true)), 'a');
  assert.equal(outbox._next(true), undefined);
  outbox._done(1);
  assert.deepEqual(
    [outbox._next(true), outbox._next(true), outbox._next(true)].map((one) => one && payloadOf(one)),
    ['b', 'c', undefined],
  );
  outbox._done(2);
  assert.equal(payloadOf(outbox._next(true)), 'd');
  assert.equal(payloadOf(outbox._next(true)), 'e');
  assert.equal(outbox._queue.length, 0);
});

test('the place of what was acknowledged: 0 is the oldest, -1 is none', () => {
  const outbox = filled(1, 1, 1);
  flush(outbox);
  assert.deepEqual([outbox._done(2), outbox._done(2), outbox._done(3), outbox._done(1)], [1, -1, 1, 0]);
});

test('what is removed is out of everything: queue, flight, bytes, and the watcher hears of its place', () => {
  const outbox = filled(1, 0, 1, 1);
  const gone: number[] = [];
  outbox._watcher = { _added: () => assert.fail(), _gone: (place) => gone.push(place) };
  flush(outbox);
  assert.deepEqual([outbox._sent, outbox._queue.length], [3, 3]);
  assert.equal(payloadOf(outbox._remove(1)), 'c');
  assert.deepEqual([outbox._sent, outbox._queue.length, outbox._bytes], [2, 2, 14]);
  outbox._add(message(0, 'x'), undefined);
  assert.equal(payloadOf(outbox._remove(2)), 'x');
  assert.deepEqual([outbox._done(2), outbox._sent], [-1, 2]);
  assert.deepEqual(gone, [1]);
});

test('counts: sent once each, sent again, acknowledged', () => {
  const counts = [0, 0, 0, 0, 0, 0, 0, 0];
  const outbox = createOutbox(counts);
  for (const qos of [1, 0, 1]) outbox._add(message(qos * Flag.QOS1, 'x'), undefined);
  flush(outbox);
  outbox._done(1);
  outbox._restart(false);
  flush(outbox);
  outbox._done(2);
  assert.deepEqual(counts.slice(0, 3), [3, 2, 1]);
});
