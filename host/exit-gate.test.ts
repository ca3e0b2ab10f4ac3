/** The gate by which applications end with a run of the target. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newGate } from './exit-gate';

function setup() {
  const timers = new Map<number, { run: () => void; ms: number }>();
  let last = 0;
  const gate = newGate(
    (run, ms) => {
      timers.set(++last, { run, ms });
      return last;
    },
    (timer) => assert.ok(timers.delete(timer as number), 'only a pending timer is cancelled'),
  );
  function fire(id: number): void {
    const timer = timers.get(id);
    timers.delete(id);
    timer?.run();
  }
  return { gate, timers, fire };
}

test('sleep ends true when the time has passed', async () => {
  const { gate, timers, fire } = setup();
  const slept = gate.sleep(1500);
  assert.equal(timers.get(1)?.ms, 1500);
  fire(1);
  assert.equal(await slept, true);
  assert.equal(gate.ending(), false);
});

test('the end of the run wakes all sleepers with false and clears their timers', async () => {
  const { gate, timers, fire } = setup();
  const sleeps = [gate.sleep(10), gate.sleep(20), gate.sleep(30)];
  fire(2);
  gate._end();
  assert.deepEqual(await Promise.all(sleeps), [false, true, false]);
  assert.equal(timers.size, 0);
  assert.equal(gate.ending(), true);
});

test('after the end sleep does not sleep, for ever', async () => {
  const { gate, timers } = setup();
  gate._end();
  gate._end();
  assert.equal(await gate.sleep(5), false);
  assert.equal(gate.ending(), true);
  assert.equal(timers.size, 0);
});
