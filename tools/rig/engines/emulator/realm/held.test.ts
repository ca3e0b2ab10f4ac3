/** An application that holds its board is told of, a link that works and a board that stands still are not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Natives } from '../natives';
import type { ErrorFlags } from './errors';
import { createHeldNotice } from './held';
import { createLoop } from './loop';

/** Runs a function of some ms once a second on a clock of its own, for a time. */
function holding(ms: number, seconds: number, frozen = 0): string[] {
  const said: string[] = [];
  let now = 0;
  let woken: (() => void) | undefined;
  const soon: (() => void)[] = [];
  const natives = {
    now: () => now,
    soon: (call: () => void) => void soon.push(call),
    later(_ms: number, call: () => void) {
      woken = call;
    },
    onWake: () => undefined,
  } as unknown as Natives;
  let still = frozen;
  const stopIfStill = (): void => {
    now += still;
    still = 0;
  };
  const errors = { check: () => undefined } as unknown as ErrorFlags;
  const notice = createHeldNotice(
    () => now,
    (text) => said.push(text),
  );
  const loop = createLoop(natives, stopIfStill, () => true, errors, notice);
  loop.add(1000, 1000, () =>
    loop.call(
      () => {
        now += ms;
        still = frozen;
      },
      undefined,
      [],
    ),
  );
  while (now < seconds * 1000) {
    now += 10;
    woken?.();
    for (let call = soon.shift(); call; call = soon.shift()) call();
  }
  return said;
}

test('a program that holds its board is told of, once a minute', () => {
  const said = holding(900, 50);
  assert.equal(said.length, 1, said.join('\n'));
  assert.match(
    said[0] ?? '',
    /^the application held its board for \d+\.\d of 1\d\.\d s, up to 0\.9 s at a time: the link /,
  );
  assert.equal(holding(900, 100).length, 2);
});

test('little work, and a board that stands still from outside, are not', () => {
  assert.deepEqual(holding(200, 50), []);
  assert.deepEqual(holding(50, 50, 900), []);
});
