/**
 * That the simulator would notice if one of the guards that hold the promises
 * of the README were missing.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runShare } from './campaign';
import type { Violation } from './campaign';
import { GUARDS } from './mutations';
import type { Guard } from './mutations';

/** Schedules within which a missing guard has to show. */
const PATIENCE = 1000;

/** A schedule that is found so soon need not be known. */
const QUICK = 5;

/** The first schedule from a seed on that breaks a promise without the guard, and none with it. */
function find(guard: Guard, seed: number, schedules: number): Violation | undefined {
  const { favour } = guard;
  const search = { ...(favour && { favour }), first: true };
  for (const end = seed + schedules; seed < end; seed++) {
    const { violations } = runShare({ ...search, mutation: guard, seed, schedules: end - seed });
    const [found] = violations;
    if (!found) return undefined;
    if (!runShare({ ...search, seed: found.seed, schedules: 1 }).violations.length) return found;
    seed = found.seed;
  }
  return undefined;
}

for (const guard of GUARDS) {
  test(`noticed when missing: ${guard.name}`, () => {
    // Which schedule shows it changes with the device code: the one that did is where the search begins, not where it ends.
    const known = guard.seed === undefined ? undefined : find(guard, guard.seed, 1);
    const found = known ?? find(guard, 1, PATIENCE);
    assert.ok(found, `not within ${PATIENCE} schedules`);
    console.log(`${guard.name}: schedule ${found.seed}: ${found.text.slice(0, 100)}`);
    if (!known && found.seed > QUICK) console.log(`found sooner with "seed: ${found.seed}" in mutations.ts`);
  });
}
