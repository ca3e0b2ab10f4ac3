/** What a broker closes on is found out, and nothing else is ever called so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../tools/simulation/random';
import { TRIES, acquitted, changed, closed, isCareful, newSuspects } from './suspects';

test('two connections that ended with something in flight, then three with one alone: that is the culprit', () => {
  const suspects = newSuspects();
  assert.equal(closed(suspects, 4), false);
  assert.equal(isCareful(suspects), false);
  assert.equal(closed(suspects, 4), false);
  assert.equal(isCareful(suspects), true);
  const verdicts = Array.from({ length: TRIES }, () => closed(suspects, 1));
  assert.deepEqual(verdicts, [false, false, true]);
});

test('an end with nothing in flight says nothing', () => {
  const suspects = newSuspects();
  for (let i = 0; i < 100; i++) assert.equal(closed(suspects, 0), false);
  assert.equal(isCareful(suspects), false);
  closed(suspects, 1);
  for (let i = 0; i < 100; i++) closed(suspects, 0);
  assert.equal(isCareful(suspects), false);
  closed(suspects, 1);
  for (let i = 0; i < 100; i++) assert.equal(closed(suspects, 0), false);
});

test('an acknowledgement clears those before it, and its own', () => {
  const suspects = newSuspects();
  closed(suspects, 2);
  acquitted(suspects);
  closed(suspects, 2);
  assert.equal(isCareful(suspects), false, 'not two in a row');
  closed(suspects, 2);
  assert.equal(isCareful(suspects), true);
  closed(suspects, 1);
  closed(suspects, 1);
  acquitted(suspects);
  assert.equal(isCareful(suspects), true, 'one of the two is left');
  assert.deepEqual([closed(suspects, 1), closed(suspects, 1), closed(suspects, 1)], [false, false, true]);
  assert.equal(isCareful(suspects), false);
});

test('after a culprit the next end is enough to be careful again, unless an acknowledgement came', () => {
  for (const isGood of [false, true]) {
    const suspects = newSuspects();
    for (let i = 0; i < 2 + TRIES; i++) closed(suspects, 1);
    if (isGood) acquitted(suspects);
    closed(suspects, 4);
    assert.equal(isCareful(suspects), !isGood);
  }
});

test('tries of another one do not count', () => {
  const suspects = newSuspects();
  for (let i = 0; i < 2; i++) closed(suspects, 3);
  for (let i = 0; i < 10; i++) {
    assert.equal(closed(suspects, 1), false);
    assert.equal(closed(suspects, 1), false);
    changed(suspects);
  }
  assert.equal(isCareful(suspects), true);
});

test('the record is forgotten when nothing is suspected any more, and none suspects nothing', () => {
  assert.equal(isCareful(undefined), false);
  const suspects = newSuspects();
  closed(suspects, 1);
  assert.equal(acquitted(suspects), undefined);
  for (let i = 0; i < 2; i++) closed(suspects, 2);
  assert.equal(acquitted(suspects), suspects, 'one of the two is left');
  assert.equal(acquitted(suspects), suspects, 'the next end is enough');
  assert.equal(acquitted(suspects), undefined);
});

/** A queue and a broker that closes on some, as the sender plays it. @returns those put aside, and connections it took */
function play(bad: (item: number) => boolean, items: number, chance: () => boolean): [number[], number] {
  const suspects = newSuspects();
  const queue = Array.from({ length: items }, (_, i) => i);
  const aside: number[] = [];
  let connections = 0;
  while (queue.length && ++connections < 10000) {
    let isOpen = true;
    while (isOpen && queue.length) {
      const sent = queue.slice(0, isCareful(suspects) ? 1 : 4);
      // A network that fails takes down what is in flight, whatever it is.
      if (chance()) isOpen = false;
      for (const item of isOpen ? sent : []) {
        isOpen = !bad(item);
        if (!isOpen) break;
        queue.shift();
        acquitted(suspects);
      }
      if (!isOpen && closed(suspects, Math.min(queue.length, sent.length)))
        aside.push(queue.shift() as number);
    }
  }
  assert.equal(queue.length, 0, 'it comes to an end');
  return [aside, connections];
}

test('whatever mix of good and bad ones: the bad ones are put aside, all of them and no other', () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = createRandom(seed);
    const share = random();
    const mix = Array.from({ length: 30 }, () => random() < share);
    const [aside, connections] = play(
      (item) => mix[item] as boolean,
      30,
      () => false,
    );
    const bad = mix.flatMap((isBad, i) => (isBad ? [i] : []));
    assert.deepEqual(aside, bad, `seed ${seed}`);
    assert.ok(connections <= 1 + bad.length * (2 + TRIES), `${connections} for ${bad.length}`);
  }
});

test('connections that end by themselves, now and then, put nothing aside that is good', () => {
  let wrong = 0;
  for (let seed = 0; seed < 300; seed++) {
    const random = createRandom(seed);
    wrong += play(
      () => false,
      200,
      () => random() < 0.02,
    )[0].length;
  }
  assert.equal(wrong, 0);
});
