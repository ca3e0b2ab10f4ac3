/**
 * What the vigil counts, and what it does not: seconds in which the application
 * is waited for, and no others.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostBoard } from './host-board';
import { createChance } from './context';
import type { Context } from './context';
import { createLedger } from './ledger';
import { HANDLER, createVigil } from './vigil';
import type { Vigil } from './vigil';
import { createWorld } from './wires';

const ESP_FAIL = 11;
const SPECNET = 3;

/** Seconds without a word that a vigil with these settings allows. */
const SILENT = 120 + 20 + 5 + 15;

/** A host that is on and never connected. @returns the vigil, and what runs time until it complains */
function watch(): { vigil: Vigil; complains: (seconds: number) => string | undefined } {
  const world = createWorld(1);
  let complaint: string | undefined;
  const context: Context = {
    world,
    chance: createChance(1),
    wires: { longest: Infinity },
    after: (pause, run) => world.at(world.now() + pause * 1e6, run),
    note: undefined,
    fail: (text) => (complaint ??= text),
    fault: () => {},
    moment: () => {},
    calm: false,
  };
  const vigil = createVigil({
    context,
    ledger: createLedger(context),
    host: { isOn: true, link: { running: () => false } } as unknown as HostBoard,
    timeout: 5,
    responseTime: 4,
    keepAlive: 30,
    stands: () => false,
  });
  return {
    vigil,
    complains: (seconds) => {
      world.run(seconds, () => complaint !== undefined);
      return complaint;
    },
  };
}

test('a host that says nothing is stuck', () => {
  const { complains } = watch();
  assert.equal(complains(SILENT + 0.5), undefined);
  assert.match(complains(2) ?? '', /no status for/);
});

test('seconds in which the handler is waited for do not count, all others do', () => {
  const { vigil, complains } = watch();
  vigil.told(SPECNET);
  vigil.waits(HANDLER);
  assert.equal(complains(HANDLER + SILENT - 1), undefined);
  assert.match(complains(3) ?? '', /no status for/);
});

test('a run that is over ends the wait, too', () => {
  const { vigil, complains } = watch();
  vigil.told(SPECNET);
  vigil.waits(HANDLER);
  assert.equal(complains(10), undefined);
  vigil.told(ESP_FAIL);
  assert.match(complains(SILENT + 2) ?? '', /no status for/);
});
