/** The plan of a soak: every kind that can be had comes, and none that cannot. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestChance } from '../../test-doubles/testing';
import { SOAK_KINDS, plan } from './faults';
import type { SoakScene } from './faults';

/** Faults are only planned here, not done. */
const SCENE = { pair: {}, accessPoint: {}, broker: {}, most: 10 } as unknown as SoakScene;
const ABLE: SoakScene = {
  ...SCENE,
  broker: { ...SCENE.broker, kill: () => Promise.resolve() },
  double: () => undefined,
};

test('each kind comes once before any comes again; without the means, all but kill and double', () => {
  for (const [scene, expected] of [
    [ABLE, [...SOAK_KINDS]],
    [SCENE, SOAK_KINDS.filter((kind) => kind !== 'kill' && kind !== 'double')],
  ] as const) {
    const faults = plan(scene, createTestChance('plan'));
    for (let round = 0; round < 3; round++) {
      const kinds = expected.map(() => faults.next().value.kind);
      assert.deepEqual(kinds.sort(), [...expected].sort());
    }
  }
});

test('no kind that can be had: an error that names those wanted', () => {
  assert.throws(
    () => plan(SCENE, createTestChance('plan'), ['double', 'kill']),
    /\[double, kill\], of which this broker/,
  );
  assert.throws(() => plan(ABLE, createTestChance('plan'), []), /No fault is left to choose from: \[\]/);
  assert.equal(plan(ABLE, createTestChance('plan'), ['kill']).next().value.kind, 'kill');
});
