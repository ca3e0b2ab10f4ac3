/**
 * The promise of host/README.md under random faults.
 *
 * SEED=n starts elsewhere, SCHEDULES=n runs more or fewer.
 */
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { runCampaign } from './campaign';
import { FAULTS } from './faults';
import { runSchedule } from './schedule';

const SEED = Number(process.env['SEED'] ?? 1);
const SCHEDULES = Number(process.env['SCHEDULES'] ?? 600);

/** Other tests run meanwhile. */
const JOBS = Math.ceil(availableParallelism() / 2);

test(`${SCHEDULES} schedules of faults from seed ${SEED} on break no promise`, async () => {
  const { violations, faults, totals } = await runCampaign(SEED, SCHEDULES, JOBS, () => {});
  assert.deepEqual(violations, []);
  // Else it would prove nothing.
  for (const kind of [...Object.keys(FAULTS), 'queue full', 'bit flips'])
    assert.ok(faults[kind] > SCHEDULES / 100, `${kind}: ${faults[kind]}`);
  assert.ok(totals.out > 5 * SCHEDULES && totals.in > 5 * SCHEDULES);
  assert.ok(totals.doubledOut > 0 && totals.doubledIn > 0);
});

/** Schedules of other ranges in which the boards or what is expected of them were once wrong. */
const ONCE: readonly (readonly [seed: number, what: string])[] = [
  [100130, 'a handler is waited for as long as that is promised, and then a turn of the target is lost'],
  [100167, 'the handler takes its time after a hang'],
  [500596, 'a publication follows a subscription on a link that takes its time'],
  [500906, 'the broker closes soon after the recovery from a hang'],
  [501501, 'a flood is on its way while a connection is left'],
  [700338, 'a broker owes everything for ever, and each pause is shorter than a second'],
  [700901, 'the host hangs again before it has seen that the target is gone'],
  [705290, 'the host starts anew between two looks'],
  [903405, 'a target stands still, and is reset when it answers again, after a pause'],
  [904955, 'another client ends the session, and one more keeps a new one'],
  [905524, 'the reset line is held by two'],
  [
    2005152,
    'a broker closes on a publication, on connections that have no room for what waits in the session',
  ],
  [3002627, 'Wi-Fi goes without a word, and what fills the socket keeps the host from asking'],
  [2007219, 'a target that can send nothing takes no question either'],
  [1012111, 'the target stands still for almost too long, and then the host does'],
  [1006653, 'the clock of the target jumps while the time waits to be told'],
  [1009544, 'a long publication of the host while a flood fills the target'],
  [501545, 'the turn that was to read the rest of CONNACK is lost'],
];

for (const [seed, what] of ONCE) {
  test(`schedule ${seed}: ${what}`, () => {
    assert.equal(runSchedule({ seed }).violation, undefined);
  });
}

test('the same seed gives the same events', () => {
  const [one, two] = [0, 1].map(() => {
    const events: string[] = [];
    runSchedule({ seed: SEED, trace: (line) => events.push(line) });
    return events;
  });
  assert.ok(one.length > 20);
  assert.deepEqual(one, two);
});
