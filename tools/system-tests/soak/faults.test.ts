/** The plan of a soak: every kind that can be had comes, and none that cannot. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChance } from '../../test-doubles/testing';
import { KINDS, plan } from './faults';
import type { Scene } from './faults';

/** Faults are only planned here, not done. */
const SCENE = { pair: {}, accessPoint: {}, broker: {}, most: 10 } as unknown as Scene;
const ABLE: Scene = {
  ...SCENE,
  broker: { ...SCENE.broker, kill: () => Promise.resolve() },
  double: () => undefined,
};

test('each kind comes once before any comes again; without the means, all but kill and double', () => {
  for (const [scene, expected] of [
    [ABLE, [...KINDS]],
    [SCENE, KINDS.filter((kind) => kind !== 'kill' && kind !== 'double')],
  ] as const) {
    const faults = plan(scene, createChance('plan'));
    for (let round = 0; round < 3; round++) {
      const kinds = expected.map(() => faults.next().value.kind);
      assert.deepEqual(kinds.sort(), [...expected].sort());
    }
  }
});

test('no kind that can be had: an error that names those wanted', () => {
  assert.throws(
    () => plan(SCENE, createChance('plan'), ['double', 'kill']),
    /\[double, kill\], of which this broker/,
  );
  assert.throws(() => plan(ABLE, createChance('plan'), []), /No fault is left to choose from: \[\]/);
  assert.equal(plan(ABLE, createChance('plan'), ['kill']).next().value.kind, 'kill');
});
