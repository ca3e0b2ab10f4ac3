import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSoakLedger } from './ledger';

test('what came is accounted for, and what did not', () => {
  const ledger = createSoakLedger();
  for (let i = 1; i <= 4; i++) assert.equal(ledger.send(), i);
  assert.equal(ledger.receive('a', 1, true), true);
  assert.equal(ledger.receive('b', 2, true), true);
  assert.equal(ledger.receive('b', 4, true), true);
  assert.equal(ledger.outstanding(), 1);
  assert.deepEqual(ledger.missing(5), [3]);
  assert.deepEqual(ledger.account(), {
    sent: 4,
    received: 3,
    lost: 1,
    doubled: 0,
    disordered: 0,
    damaged: 0,
  });
});

test('a message that comes again is doubled, not late', () => {
  const ledger = createSoakLedger();
  ledger.sentUpTo(3);
  for (const number of [1, 2, 1, 2, 3]) ledger.receive('a', number, true);
  assert.deepEqual(ledger.account(), {
    sent: 3,
    received: 3,
    lost: 0,
    doubled: 2,
    disordered: 0,
    damaged: 0,
  });
});

test('order counts within a topic', () => {
  const ledger = createSoakLedger();
  ledger.sentUpTo(4);
  for (const [topic, number] of [
    ['a', 3],
    ['b', 2],
    ['b', 4],
    ['a', 1],
  ] as const)
    ledger.receive(topic, number, true);
  assert.equal(ledger.account().disordered, 1);
});

test('a damaged message is none', () => {
  const ledger = createSoakLedger();
  ledger.sentUpTo(2);
  assert.equal(ledger.receive('a', 1, false), false);
  assert.equal(ledger.receive('a', NaN, true), false);
  assert.equal(ledger.account().damaged, 2);
  assert.equal(ledger.account().lost, 2);
});
