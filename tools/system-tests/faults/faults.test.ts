/**
 * One fault a conversation, at calls of both shipped bundles drawn by the day:
 * messages must pass again by themselves, and none may be lost. All faults:
 * `npm run faults`.
 *
 * SEED=n draws others, FAULTS=n seconds for them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeFault, faultsOf, runFaults } from './campaign';
import { converseUnderFault, sitesOf } from './conversation';
import { createTestChance } from '../../test-doubles/testing';

/** Seconds within which conversations are begun. */
const SECONDS = Number(process.env['FAULTS'] ?? 40);

const DAY = 86_400_000;
process.env['SEED'] ??= String(Math.floor(Date.now() / DAY));
const chance = createTestChance('faults');

/** The call that makes a function when it is called (tools/bundler/passes/seldom.ts): it stands beside the one of that. */
const MAKES = /^\$?\w+\(\d+\)$/;

const DEAD = 'throw new Error("dead")';

test('the conversation notices boards that do nothing', async () => {
  const { outcome, missing } = await converseUnderFault(undefined, { target: DEAD }, 4000);
  assert.equal(outcome, 'stuck');
  assert.deepEqual(missing, [1]);
});

test('an exception or a turn cut off, at any call of both bundles: messages pass again, and none is lost', async () => {
  const still = await converseUnderFault(undefined);
  assert.equal(still.outcome, 'whole', still.lines.join('\n'));
  const faults = faultsOf(still.counts);
  // Most of both programs takes part.
  for (const board of ['host', 'target'] as const) {
    const calls = [...sitesOf(board).entries()].filter(([, { text }]) => !MAKES.test(text));
    const come = calls.filter(([site]) => (still.counts[board][site] ?? 0) > 0).length;
    assert.ok(come > calls.length / 2, `${board}: ${String(come)} of ${String(calls.length)}`);
  }
  const drawn = [];
  while (faults.length) drawn.push(...faults.splice(chance(faults.length), 1));
  const bad: string[] = [];
  let reached = 0;
  await runFaults(drawn, 2, Date.now() + SECONDS * 1000, (fault, { outcome, missing, lines }) => {
    if (outcome !== 'unreached') reached++;
    if (outcome === 'lost' || outcome === 'stuck')
      bad.push(
        `${outcome} ${missing.join(',')}: ${describeFault(fault)}\n  ${lines.slice(-12).join('\n  ')}`,
      );
  });
  assert.deepEqual(bad, []);
  assert.ok(reached > 2, `only ${String(reached)} reached`);
});
