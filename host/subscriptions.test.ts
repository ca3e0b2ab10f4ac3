/** Subscriptions: what the broker is told and when, what its answers do, and whom a message is for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Granted } from '../shared/mqtt';
import { Status } from '../shared/status';
import { createSubscriptions } from './subscriptions';
import type { Subscriptions } from './subscriptions';

const none = (): void => {};

function make(isKept = false): Subscriptions {
  let last = 0;
  const subscriptions = createSubscriptions(() => ++last);
  subscriptions._kept = isKept;
  return subscriptions;
}

/** All that is due now, in words: `+` or `-`, filter, QoS, and identifier. */
function flush(subscriptions: Subscriptions, alone = false): string[] {
  const told: string[] = [];
  for (;;) {
    const packet = subscriptions._next(alone);
    if (packet === undefined) return told;
    const [type, , id, , length] = [...packet].map((one) => one.charCodeAt(0)) as [
      number,
      0,
      number,
      0,
      number,
    ];
    const rest = packet.slice(5);
    assert.ok(type === 0x82 || type === 0xa2);
    assert.equal(rest.length, length + (type === 0x82 ? 1 : 0));
    told.push(
      type === 0x82
        ? `+${rest.slice(0, -1)} ${rest.charCodeAt(length)}:${id}`
        : `-${rest.slice(0, length)}:${id}`,
    );
  }
}

test('each is told once, in order, and again when it changes', () => {
  const subscriptions = make();
  assert.equal(subscriptions._set('a', none, 0), false);
  assert.equal(subscriptions._set('b', none, 1), false);
  assert.deepEqual(flush(subscriptions), ['+a 0:1', '+b 1:2']);
  assert.equal(subscriptions._owed(), 2);
  assert.deepEqual(flush(subscriptions), []);
  assert.equal(subscriptions._set('a', none, 1), true);
  assert.equal(subscriptions._owed(), 1, 'what was asked before is not waited for');
  assert.deepEqual(flush(subscriptions), ['+a 1:3']);
});

test('all is settled when each has its answer', () => {
  const subscriptions = make();
  assert.equal(subscriptions._settled(), true);
  subscriptions._set('a', none, 0);
  subscriptions._set('b', none, 0);
  assert.equal(subscriptions._settled(), false);
  flush(subscriptions);
  subscriptions._answer(1, 0);
  assert.equal(subscriptions._settled(), false);
  subscriptions._answer(2, Granted.REFUSED);
  assert.equal(subscriptions._settled(), true);
});

test('one alone waits for all others', () => {
  const subscriptions = make();
  subscriptions._set('a', none, 0);
  subscriptions._set('b', none, 0);
  assert.deepEqual(flush(subscriptions, true), ['+a 0:1']);
  subscriptions._answer(1, 0);
  assert.deepEqual(flush(subscriptions, true), ['+b 0:2']);
});

test('answers: granted, for less, refused, and those that are for nobody', () => {
  const subscriptions = make();
  const ask = (qos: number): number => {
    subscriptions._set('f', none, qos);
    return Number(flush(subscriptions)[0]?.split(':')[1]);
  };
  assert.equal(subscriptions._answer(ask(0), 0), -1);
  assert.equal(subscriptions._answer(ask(1), 1), -1);
  assert.equal(subscriptions._answer(ask(0), 1), -1, 'more is no less');
  assert.equal(subscriptions._answer(ask(1), 0), Status.SUB_LESS);
  assert.equal(subscriptions._filter, 'f');
  const id = ask(1);
  assert.equal(subscriptions._answer(id + 1, Granted.REFUSED), -1);
  assert.equal(subscriptions._owed(), 1);
  assert.equal(subscriptions._answer(id, Granted.REFUSED), Status.SUB_FAIL);
  assert.equal(subscriptions._answer(id, Granted.REFUSED), -1, 'only once');
  assert.equal(subscriptions._owed(), 0);
});

test('what is unsubscribed is gone with the answer, and gets no messages before', () => {
  const subscriptions = make();
  subscriptions._set('a', () => assert.fail(), 0);
  flush(subscriptions);
  assert.equal(subscriptions._set('a', undefined, 0), true);
  assert.equal(subscriptions._set('a', undefined, 0), false);
  assert.equal(
    subscriptions._each('a', (call) => call('', '', false, 0)),
    false,
  );
  assert.deepEqual(flush(subscriptions), ['-a:2']);
  assert.equal(subscriptions._answer(2, NaN), -1);
  subscriptions._restart(true, true);
  assert.deepEqual(flush(subscriptions), []);
});

test('a filter that was never subscribed to is unsubscribed where the session is kept, once', () => {
  const clean = make();
  assert.equal(clean._set('a', undefined, 0), false);
  assert.deepEqual(flush(clean), []);
  const kept = make(true);
  assert.equal(kept._set('a', undefined, 0), false);
  assert.deepEqual(flush(kept), ['-a:1']);
  kept._restart(true, true);
  assert.deepEqual(flush(kept), ['-a:2'], 'it may not have got there');
  kept._answer(2, NaN);
  kept._restart(true, true);
  assert.deepEqual(flush(kept), []);
  kept._set('a', undefined, 0);
  kept._restart(false, true);
  assert.deepEqual(flush(kept), [], 'a new session has none');
});

test('a new connection: what is due again, all or what was not answered', () => {
  for (const isAll of [true, false]) {
    const subscriptions = make();
    for (const filter of ['answered', 'asked', 'refused', 'new']) subscriptions._set(filter, none, 1);
    for (let i = 0; i < 3; i++) subscriptions._next(false);
    subscriptions._answer(1, 1);
    subscriptions._answer(3, Granted.REFUSED);
    subscriptions._restart(true, isAll);
    assert.deepEqual(
      flush(subscriptions).map((one) => one.replace(/ .*/, '')),
      isAll ? ['+answered', '+asked', '+refused', '+new'] : ['+asked', '+new'],
    );
  }
});

test('what was put aside is not told again before it is set anew, and the others are', () => {
  const subscriptions = make();
  subscriptions._set('bad', none, 0);
  subscriptions._set('good', none, 0);
  subscriptions._next(true);
  assert.equal(subscriptions._owed(), 1);
  assert.equal(subscriptions._filter, 'bad');
  assert.equal(subscriptions._settled(), false);
  subscriptions._setAside();
  assert.equal(subscriptions._owed(), 0);
  for (const isSession of [true, false]) {
    subscriptions._restart(isSession, true);
    assert.deepEqual(
      flush(subscriptions).map((one) => one.replace(/ .*/, '')),
      ['+good'],
    );
  }
  subscriptions._set('bad', none, 0);
  assert.deepEqual(
    flush(subscriptions).map((one) => one.replace(/ .*/, '')),
    ['+bad'],
  );
});

test('filters with a prefix for the broker match what comes after it; other $-topics as they are', () => {
  const cases: [filter: string, topic: string, expected: boolean][] = [
    ['$share/group/a/+', 'a/b', true],
    ['$share/group/#', 'a/b', true],
    ['$share/group/a', 'group/a', false],
    ['$queue/a/b', 'a/b', true],
    ['$queue/a/b', '$queue/a/b', false],
    ['$exclusive/a/#', 'a', true],
    ['$exclusive/a', 'exclusive/a', false],
    ['$SYS/#', '$SYS/uptime', true],
    ['$SYS/uptime', 'uptime', false],
    ['$shared/a/b', 'b', false],
    ['share/group/a', 'a', false],
    ['#', '$SYS/uptime', false],
    ['$share/group/#', '$SYS/uptime', false],
  ];
  for (const [filter, topic, expected] of cases) {
    const subscriptions = make();
    let calls = 0;
    subscriptions._set(filter, none, 0);
    const isFound = subscriptions._each(topic, () => calls++);
    assert.deepEqual([isFound, calls], [expected, expected ? 1 : 0], `${filter} and ${topic}`);
    assert.deepEqual(flush(subscriptions), [`+${filter} 0:1`], 'the broker gets all of it');
  }
});
