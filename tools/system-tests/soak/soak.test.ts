/** Short soaks: a handful of faults on each engine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findEspruino } from '../../rig/engines/espruino';
import { findMosquitto } from '../../rig/network/brokers/mosquitto';
import { createTestChance } from '../../test-doubles/testing';
import { ENGINES } from '../../rig/world';
import type { SoakKind } from './faults';
import { soakTable } from './report';
import { soak } from './run';

/** Kinds that take little time. */
const SHORT: readonly SoakKind[] = ['crash', 'hang', 'tcp', 'broker', 'noise', 'flood', 'power'];

/** Seconds. */
const LENGTH = 20;

const seed = createTestChance('soak')(1e6);

for (const engine of ENGINES) {
  const skip =
    engine === 'espruino' && !findEspruino()
      ? 'no Espruino interpreter: put it on the PATH as espruino-linux, or name it in ESPRUINO'
      : false;

  test(`nothing is lost or out of order in a short soak, engine ${engine}`, { skip }, async (t) => {
    const lines: string[] = [];
    const report = await soak({
      engine,
      broker: engine === 'espruino' && findMosquitto() ? 'mosquitto' : 'embedded',
      seconds: LENGTH,
      seed,
      kinds: SHORT,
      say: (text) => void lines.push(text),
      onLine: (board, text) => void lines.push(`${board}: ${text}`),
    });
    t.diagnostic(soakTable(report));
    const what = `${soakTable(report)}\n${lines.slice(-60).join('\n')}`;
    for (const { sent, received, disordered, damaged } of [report.out, report.in]) {
      assert.ok(sent > 10, what);
      assert.deepEqual([received, disordered, damaged], [sent, 0, 0], what);
    }
    assert.deepEqual(report.failures, [], what);
    assert.ok(Object.values(report.faults).reduce((sum, count) => sum + count, 0) >= 2, what);
  });
}
