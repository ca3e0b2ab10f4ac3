/** The simulated Storage: what it says is spoilt is just what a start cannot read, whatever fails. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './device-globals';
import { keepInStorage } from '../../host/outbox-storage';
import { publish } from '../../shared/packets';
import { createChance } from './context';
import { createFlash } from './flash';
import type { SimulatedFlash } from './flash';

function start(flash: SimulatedFlash): { queue: string[]; lost: () => number; leave: () => void } {
  const queue: string[] = [];
  let lost = 0;
  const leave = keepInStorage({
    _storage: flash,
    _later: () => {},
    _queue: queue,
    _add: (packet) => void queue.push(packet),
    _watch: () => {},
    _max: 1024,
    _failed: () => {},
    _lost: (count) => (lost += count),
  });
  return { queue, lost: () => lost, leave };
}

test('what is spoilt is what a start cannot read, and calls that fail once change nothing', () => {
  for (let seed = 1; seed < 300; seed++) {
    const chance = createChance(seed);
    const flash = createFlash({ chance, note: undefined });
    const all = Array.from({ length: 1 + chance.below(30) }, (_, i) =>
      `n${i}`.padEnd(chance.below(100), '.'),
    );
    const first = start(flash);
    for (const payload of all) first.queue.push(publish(2, 'out/a', payload));
    if (chance.is(0.3)) flash.throwOnce();
    if (chance.is(0.3)) flash.refuseOnce();
    first.leave();
    // One call that fails is made up for before the end; two that do are not.
    first.leave();
    assert.deepEqual(flash.spoilt(), []);
    for (let flips = chance.below(4); flips > 0; flips--) flash.flip();
    const spoilt = flash.spoilt();
    if (chance.is(0.5)) flash.throwOnce();
    const { queue, lost } = start(flash);
    assert.deepEqual(
      queue,
      all.filter((payload) => !spoilt.includes(payload)).map((payload) => publish(2, 'out/a', payload)),
      `seed ${seed}`,
    );
    assert.equal(lost() > 0, spoilt.length > 0);
  }
});
