/** When and where a broker is tried again: pauses, the list, and what is said of connections that end at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRetry } from './retry';

const times = (count: number, run: () => number): number[] => Array.from({ length: count }, run);

test('pauses double from 1 to 60 s with each attempt that fails, and with each connection that ends at once', () => {
  for (const age of [-1, 0, 9]) {
    const retry = createRetry();
    const pauses = times(9, () => retry._lost(age, 1, false));
    assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60], `after ${age} s`);
    assert.equal(retry._at, 0);
  }
});

test('a connection is good when it stood for 10 s, and for no less than the pause before it', () => {
  const retry = createRetry();
  assert.deepEqual([9, 10, 11].map(retry._isGood), [false, true, true]);
  times(5, () => retry._lost(-1, 1, false));
  // The pause was 16 s.
  assert.deepEqual([15, 16].map(retry._isGood), [false, true]);
  times(8, () => retry._lost(-1, 1, false));
  assert.deepEqual([29, 30].map(retry._isGood), [false, true], 'never longer than half of the longest');
});

test('only a good connection makes the pauses short again', () => {
  const retry = createRetry();
  times(5, () => retry._lost(-1, 1, false));
  assert.equal(retry._lost(15, 1, false), 32);
  assert.equal(retry._lost(30, 1, false), 1);
  assert.equal(retry._lost(-1, 1, false), 2);
  assert.equal(retry._lost(10, 1, false), 1);
});

test('of a list the next one is tried after 1 s; only a whole round doubles the pause', () => {
  const retry = createRetry();
  const tried: string[] = [];
  for (let i = 0; i < 9; i++) tried.push(`${retry._lost(-1, 3, false)} s ${retry._at}`);
  assert.deepEqual(tried, ['1 s 1', '1 s 2', '1 s 0', '1 s 1', '1 s 2', '2 s 0', '1 s 1', '1 s 2', '4 s 0']);
});

test('after a good connection the first of the list is tried, after one that was not the next', () => {
  const retry = createRetry();
  retry._lost(-1, 3, false);
  retry._lost(-1, 3, false);
  assert.equal(retry._at, 2);
  assert.equal(retry._lost(100, 3, false), 1);
  assert.equal(retry._at, 0);
  retry._lost(3, 3, false);
  assert.equal(retry._at, 1);
});

test('three connections in a row that end just after CONNACK are worth a hint, until one is good or there is none', () => {
  const retry = createRetry();
  const hints = [0, 1, 9, 0].map((age) => {
    retry._lost(age, 1, false);
    return retry._hint();
  });
  const text = (count: number): string =>
    `closed ${count} times just after CONNACK: another client with this id?`;
  assert.deepEqual(hints, ['', '', text(3), text(4)]);
  retry._lost(-1, 1, false);
  assert.equal(retry._hint(), '');
  for (let i = 0; i < 3; i++) retry._lost(0, 1, false);
  assert.equal(retry._hint(), text(3));
  retry._lost(60, 1, false);
  assert.equal(retry._hint(), '');
});

test('a broker that is left for a reason of our own is no hint, and the next one is tried', () => {
  const retry = createRetry();
  for (let i = 0; i < 5; i++) retry._lost(3, 1, true);
  assert.equal(retry._hint(), '');
  assert.equal(retry._lost(3, 1, true), 32, 'but its pauses grow');
  const two = createRetry();
  two._isGood(100);
  assert.equal(two._lost(100, 2, true), 1);
  assert.equal(two._at, 1);
});
