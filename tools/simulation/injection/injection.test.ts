/**
 * One call of a shipped bundle goes wrong, a sample of all: the boards have to
 * be at work again within the bound, with nothing lost. `npm run injection`
 * tries them all.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAULT_BOUND, runInjection, readBundles } from './conversation';
import { listFaults, sweep } from './sweep';

/** Milliseconds for the sample. */
const TIME = 30_000;

test('a board that cannot mend itself is found out', () => {
  const bundles = readBundles();
  const { code } = bundles.host;
  const tick = /\bsetInterval\b/g;
  assert.match(code, tick);
  // A host whose tick never comes.
  const dead = { ...bundles, host: { ...bundles.host, code: code.replace(tick, '(function(){})') } };
  const faults = listFaults(bundles, 1).filter(({ board, kind }) => board === 'host' && kind === 'exception');
  const end = Date.now() + 4 * TIME;
  let found = false;
  for (const fault of faults) {
    found = runInjection(dead, fault).wrong !== '';
    if (found || Date.now() > end) break;
  }
  assert.ok(found);
});

test(`one call goes wrong: at work again within ${FAULT_BOUND} s, and nothing lost`, (t) => {
  const bundles = readBundles();
  const seed = Math.floor(Date.now() / 1000);
  const faults = listFaults(bundles, seed);
  const end = Date.now() + TIME;
  const { done, fired, worst, failures } = sweep(bundles, faults, () => Date.now() > end);
  t.diagnostic(
    `seed ${seed}: ${done} of ${faults.length} faults, ${fired} came to pass, worst ${worst.toFixed(1)} s`,
  );
  assert.deepEqual(failures, []);
  assert.ok(fired > done / 2);
});
