/** What the board's parts add to the firmware's functions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBoard } from './board';

type Names = 'setInterval' | 'getTime' | 'digitalWrite' | 'digitalRead' | 'clearWatch' | 'setTime' | 'print';

/** The globals of a board, whose clock is the test's. */
function asBoard(time: () => number, interval: (run: () => void) => void): ReturnType<typeof createBoard> {
  const none = (): number => 0;
  const names: Record<Names, unknown> = {
    setInterval: (run: () => void) => interval(run),
    getTime: time,
    digitalWrite: none,
    digitalRead: none,
    clearWatch: none,
    setTime: none,
    print: none,
  };
  Object.assign(globalThis, names);
  return createBoard();
}

test('ticks that the interpreter makes up for are none, and the first one after they stood still is one', () => {
  const setInterval = globalThis.setInterval;
  let now = 1000;
  let tick: () => void = () => assert.fail();
  let ticks = 0;
  const count = (times: number, seconds: number): number => {
    ticks = 0;
    for (let i = 0; i < times; i++) {
      now += seconds;
      tick();
    }
    return ticks;
  };
  try {
    asBoard(
      () => now,
      (run) => (tick = run),
    )._every(() => ticks++, 1000);
    assert.equal(count(10, 1), 10);
    // A little late, and a little early after that.
    assert.deepEqual([count(1, 1.3), count(1, 0.7), count(5, 1)], [1, 1, 5]);
    // Held for a minute: sixty calls at once.
    now += 60;
    assert.equal(count(60, 0.001), 1);
    assert.equal(count(10, 1), 10);
    // The clock is set: ahead by years, and back.
    assert.equal((now += 1e9) && count(5, 1), 5);
    assert.equal((now -= 1e9) && count(5, 1), 5);
  } finally {
    globalThis.setInterval = setInterval;
  }
});
