/** What the board's parts add to the firmware's functions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBoard } from './board';

type Names = 'setInterval' | 'getTime' | 'digitalWrite' | 'digitalRead' | 'clearWatch' | 'setTime' | 'print';

/** The globals of a board, whose clock is the test's. */
function asBoard(time: () => number, interval: (run: () => void) => unknown): ReturnType<typeof createBoard> {
  const none = (): number => 0;
  const names: Record<Names, unknown> = {
    // Its number is how many there are.
    setInterval: (run: (own: unknown) => void, _ms: number, own: unknown) => interval(() => run(own)),
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
  const { setInterval, E } = globalThis as typeof globalThis & { E: unknown };
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
    const board = asBoard(
      () => now,
      (run) => (tick = run),
    );
    Object.assign(globalThis, { E: { on: () => undefined } });
    const start = board._createTicks(
      () => ticks++,
      () => assert.fail(),
    );
    start();
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
    Object.assign(globalThis, { setInterval, E });
  }
});

test('the tick goes on when one of its turns was broken off, after which the interpreter removes its interval', () => {
  const { setInterval, clearInterval, E } = globalThis as typeof globalThis & { E: unknown };
  const intervals: (() => void)[] = [];
  const cleared: unknown[] = [];
  let flagged: (flags: string[]) => void = () => assert.fail();
  let now = 1000;
  let ticks = 0;
  let told = 0;
  try {
    const board = asBoard(
      () => ++now,
      (run) => intervals.push(run),
    );
    Object.assign(globalThis, {
      clearInterval: (id: unknown) => cleared.push(id),
      E: {
        on: (event: string, listener: typeof flagged) => event === 'errorFlag' && (flagged = listener),
        getErrorFlags: () => [],
      },
    });
    const start = board._createTicks(
      () => ticks++,
      () => told++,
    );
    start();
    const [first] = intervals;
    first?.();
    flagged(['MEMORY']);
    assert.deepEqual([intervals.length, ticks, told], [1, 1, 1]);
    flagged(['CALLBACK', 'MEMORY']);
    assert.deepEqual([intervals.length, told], [2, 2]);
    intervals[1]?.();
    assert.equal(ticks, 2);
    // Another interval than this one was removed: there are two now, of which one ticks, and the other ends.
    first?.();
    assert.deepEqual([ticks, cleared], [2, [1]]);
  } finally {
    Object.assign(globalThis, { setInterval, clearInterval, E });
  }
});
