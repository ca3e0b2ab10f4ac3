/** Packet identifiers as they come round: one that is in use is given to nobody else, whatever its neighbours. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../tools/simulation/device-globals';
import { Flag } from '../shared/mqtt';
import { idOf, publish } from '../shared/packets';
import { createOutbox } from './outbox';

const LAST = 65535;

test('those that the broker does not acknowledge are passed over, at the end of the numbers too', () => {
  const outbox = createOutbox([0, 0, 0, 0, 0, 0, 0, 0]);
  const give = (): number => {
    outbox._add(publish(Flag.QOS1, 't', ''), undefined);
    return idOf(outbox._next(false) ?? assert.fail('nothing to send'));
  };
  // The first and the last stay for ever, and 1 is in front of the last in the queue.
  assert.equal(give(), 1);
  for (let id = 2; id < LAST; id++) {
    assert.equal(give(), id);
    outbox._done(id);
  }
  assert.equal(give(), LAST);
  for (let round = 0; round < 2; round++)
    for (let id = 2; id < LAST; id++) {
      const given = give();
      if (given !== id) assert.fail(`${given} in place of ${id}, round ${round}`);
      outbox._done(id);
    }
  assert.deepEqual(outbox._queue.map(idOf), [1, LAST]);
});
