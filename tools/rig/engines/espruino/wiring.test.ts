import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WireName } from '../../boards';
import { resetLevel, tables, type Wiring } from './wiring';

const wiring = (cut: WireName[], swapped: Wiring['swapped'] = null, stuck: 0 | 1 = 0): Wiring => ({
  cut: new Map(cut.map((wire) => [wire, stuck])),
  swapped,
  noise: new Map(),
});

test('all wires right: each board sees the other', () => {
  assert.deepEqual(tables(wiring([])), { host: '0123', target: '0123' });
});

test('a cut wire is low at its reader and nowhere else', () => {
  assert.deepEqual(tables(wiring(['sckout'])), { host: '0123', target: '0101' });
  assert.deepEqual(tables(wiring(['stx'])), { host: '0123', target: '0022' });
  assert.deepEqual(tables(wiring(['sckin'])), { host: '0101', target: '0123' });
  assert.deepEqual(tables(wiring(['srx'])), { host: '0022', target: '0123' });
  assert.deepEqual(tables(wiring(['srx', 'sckin', 'stx', 'sckout'])), { host: '0000', target: '0000' });
  assert.deepEqual(tables(wiring(['sckout', 'srx'], null, 1)), { host: '1133', target: '2323' });
});

test('crossed wires of one direction change places', () => {
  assert.deepEqual(tables(wiring([], ['sckout', 'stx'])), { host: '0123', target: '0213' });
  assert.deepEqual(tables(wiring([], ['srx', 'sckin'])), { host: '0213', target: '0123' });
  assert.deepEqual(tables(wiring(['stx'], ['sckout', 'stx'])), { host: '0123', target: '0011' });
  assert.deepEqual(tables(wiring(['srx'], ['srx', 'sckin'])), { host: '0202', target: '0123' });
});

test('an output on an output leaves both inputs without a driver', () => {
  assert.deepEqual(tables(wiring([], ['sckout', 'sckin'])), { host: '0101', target: '0101' });
  assert.deepEqual(tables(wiring([], ['stx', 'sckin'])), { host: '0101', target: '0022' });
});

test('noise is at the reader of a wire', () => {
  const disturbed = (wire: WireName, swapped: Wiring['swapped'] = null) =>
    tables({ ...wiring([], swapped), noise: new Map([[wire, 0.25]]) });
  assert.deepEqual(disturbed('stx'), { host: '0123', target: '0123,0,0.25' });
  assert.deepEqual(disturbed('sckin'), { host: '0123,0.25,0', target: '0123' });
  assert.deepEqual(disturbed('stx', ['sckout', 'stx']), { host: '0123', target: '0213,0.25,0' });
});

test('the reset pin follows whatever wire it is on, and is high without one', () => {
  assert.equal(resetLevel(wiring([]), 0, 3), 0);
  assert.equal(resetLevel(wiring([]), 1, 0), 1);
  assert.equal(resetLevel(wiring(['reset']), 0, 0), 1);
  assert.equal(resetLevel(wiring(['stx'], ['reset', 'stx']), 0, 0), 1);
  assert.equal(resetLevel(wiring([], ['reset', 'stx']), 0, 1), 1);
  assert.equal(resetLevel(wiring([], ['reset', 'stx']), 1, 2), 0);
  assert.equal(resetLevel(wiring([], ['reset', 'sckout']), 0, 2), 1);
  assert.equal(resetLevel(wiring([], ['reset', 'srx']), 0, 0), 1);
  // On the other end of that crossing the idle reset line is high.
  assert.deepEqual(tables(wiring([], ['reset', 'stx'])), { host: '0123', target: '1133' });
  assert.deepEqual(tables(wiring([], ['reset', 'srx'])), { host: '1133', target: '0123' });
});
