/** The queue of publications: order, window, identifiers, and what is sent again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../tools/device-globals';
import { Flag, Type, decodePublication, encodePublication } from '../shared/messages';
import { createOutbox } from './outbox';
import type { Outbox } from './outbox';

const make = (): Outbox => createOutbox([0, 0, 0, 0, 0, 0, 0]);
const message = (flags: number, payload: string): string =>
  encodePublication(Type.PUBLISH, { flags, id: 0, topic: 't', payload });

/** All that may be sent now, as `payload:id`, with `!` for DUP. */
function flush(outbox: Outbox): string[] {
  const sent: string[] = [];
  for (let message = outbox._next(); message !== undefined; message = outbox._next()) {
    const p = decodePublication(message);
    assert.ok(p);
    sent.push(p.payload + ':' + p.id + (p.flags & Flag.DUP ? '!' : ''));
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
  assert.equal(decodePublication(outbox._next() ?? '')?.payload, 'a');
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
  outbox._add(
    encodePublication(Type.PUBLISH, {
      flags: Flag.RETAIN | Flag.QOS1,
      id: 0,
      topic: 'a,b/\xc3\xa9',
      payload: all,
    }),
    undefined,
  );
  const expected = { flags: Flag.RETAIN | Flag.QOS1, id: 1, topic: 'a,b/\xc3\xa9', payload: all };
  assert.deepEqual(decodePublication(outbox._next() ?? ''), expected);
  outbox._restart(true);
  assert.deepEqual(decodePublication(outbox._next() ?? ''), {
    ...expected,
    flags: expected.flags | Flag.DUP,
  });
});

test('bytes are counted in and out, callbacks stay with their messages', () => {
  const outbox = make();
  const calls = ['a', 'b', 'c', 'd'].map((payload, i) => {
    const call = (): void => undefined;
    outbox._add(message(i === 1 ? 0 : Flag.QOS1, payload), i === 3 ? undefined : call);
    return call;
  });
  assert.equal(outbox._bytes, 4 * 8);
  outbox._next();
  outbox._next();
  assert.equal(outbox._call, calls[1]);
  assert.equal(outbox._bytes, 3 * 8);
  outbox._next();
  outbox._next();
  outbox._done(2);
  assert.equal(outbox._call, calls[2]);
  outbox._done(1);
  assert.equal(outbox._call, calls[0]);
  outbox._done(3);
  assert.equal(outbox._call, undefined);
  assert.equal(outbox._bytes, 0);
});
