/** What holds a host shows in its samples and in its messages, on a virtual clock and on emulated boards. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayTable, measureDisplay } from './display';
import { heldTable, measureHeldLink } from './held-link';

const longest = (values: readonly number[]): number => values.at(-1) ?? 0;
const median = (values: readonly number[]): number => values[values.length >> 1] ?? 0;

test('a display that takes 200 ms stops the sampler for as long, one in pieces does not; hold is what the link takes', () => {
  const none = measureHeldLink({ busy: 0, pieces: 1, hold: 10 }, 10);
  const once = measureHeldLink({ busy: 200, pieces: 1, hold: 10 }, 10);
  const parts = measureHeldLink({ busy: 200, pieces: 20, hold: 10 }, 10);
  const held = measureHeldLink({ busy: 0, pieces: 1, hold: 50 }, 10);
  assert.ok(longest(none.gaps) < 40, String(longest(none.gaps)));
  assert.ok(longest(once.gaps) >= 200 && longest(once.gaps) < 240, String(longest(once.gaps)));
  assert.ok(longest(parts.gaps) < 50, String(longest(parts.gaps)));
  assert.ok(median(held.gaps) > 30, String(median(held.gaps)));
  // No message is lost by it, they are slower.
  assert.ok(
    once.rate < none.rate && once.rate > none.rate / 2,
    `${String(once.rate)} of ${String(none.rate)}`,
  );
  assert.ok(none.delays.length >= 4 && once.delays.length >= 4);
  assert.deepEqual(measureHeldLink({ busy: 200, pieces: 1, hold: 10 }, 10), once, 'repeatable');
  assert.equal(heldTable([none, once]).split('\n').length, 4);
});

test('the same is measured on emulated boards', async () => {
  const figures = await measureDisplay(
    { engine: 'emulator', native: false },
    { busy: 200, pieces: 1, hold: 10 },
    2,
  );
  const [gap] = figures.gaps.at(-1) ?? [0];
  assert.ok(gap >= 200, String(gap));
  assert.ok(figures.rate > 0 && figures.asked > 0);
  assert.match(displayTable([figures]), /\n\| at once \| 10 \| /);
});
