/**
 * The promises of the README under random faults, and that the simulator would
 * notice if one of the guards that hold them were missing.
 *
 * SEED=n starts elsewhere, SCHEDULES=n runs more or fewer.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCampaign, runShare } from './campaign';
import { FAULTS } from './faults';
import { GUARDS } from './mutations';
import { runSchedule } from './schedule';

const SEED = Number(process.env['SEED'] ?? 1);
const SCHEDULES = Number(process.env['SCHEDULES'] ?? 600);

/** Schedules within which a missing guard has to show. */
const PATIENCE = 1000;

test(`${SCHEDULES} schedules of faults from seed ${SEED} on break no promise`, async () => {
  const { violations, faults, totals } = await runCampaign(SEED, SCHEDULES, 2, () => {});
  assert.deepEqual(violations, []);
  // Else it would prove nothing.
  for (const kind of [...Object.keys(FAULTS), 'queue full', 'bit flips'])
    assert.ok(faults[kind] > SCHEDULES / 100, `${kind}: ${faults[kind]}`);
  assert.ok(totals.out > 5 * SCHEDULES && totals.in > 5 * SCHEDULES);
  assert.ok(totals.doubledOut > 0 && totals.doubledIn > 0);
});

test('the same seed gives the same events', () => {
  const [one, two] = [0, 1].map(() => {
    const events: string[] = [];
    runSchedule({ seed: SEED, trace: (line) => events.push(line) });
    return events;
  });
  assert.ok(one.length > 20);
  assert.deepEqual(one, two);
});

for (const guard of GUARDS) {
  test(`noticed when missing: ${guard.name}`, () => {
    const { violations, schedules } = runShare({
      seed: 1,
      schedules: PATIENCE,
      mutation: guard,
      ...(guard.favour && { favour: guard.favour }),
      first: true,
    });
    assert.equal(violations.length, 1, `not within ${PATIENCE} schedules`);
    console.log(`${guard.name}: schedule ${schedules}: ${violations[0].text.slice(0, 100)}`);
  });
}
