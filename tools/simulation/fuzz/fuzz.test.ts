/** A small run of `npm run fuzz`. SEED=n starts elsewhere, CASES=n runs more or fewer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SUBJECTS, SUBJECT_NAMES, fuzz } from './';

const SEED = Number(process.env['SEED'] ?? 1);
const CASES = Number(process.env['CASES'] ?? 100000);

for (const name of SUBJECT_NAMES) {
  test(`${SUBJECTS[name].what}: nothing escapes, and all goes on`, () => {
    const { done, crash } = fuzz(name, SEED, CASES);
    if (crash) console.log(`again: npm run fuzz -- --only ${name} --seed ${crash.seed} --cases 1`);
    if (crash) throw crash.error;
    assert.ok(done >= CASES * SUBJECTS[name].share);
  });
}
