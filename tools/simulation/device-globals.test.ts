/** The stand-ins for Espruino's native functions against the interpreter itself, expression by expression. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import './device-globals';
import { findEspruino } from '../rig/engines/espruino/find';

/** Each gives a number or an array of them. */
const expressions = [
  'E.CRC32("")',
  'E.CRC32("123456789")',
  'E.CRC32("\\xff\\xff\\xff\\xff")',
  'E.CRC32(new Uint8Array([0,1,2,253,254,255]))',
  'E.CRC32([255,0,128,1])',
  'E.CRC32("123456789")^0xaa',
  'E.CRC32(new Uint8Array([160,0,1]).slice(0,3))&0x7fff',
  '[].slice.call(E.toUint8Array("a\\xff\\0",1,255,256,-1))',
  '[].slice.call(E.toUint8Array("",[1,2],new Uint8Array([3,4]),5))',
  'E.toString("ab",[0,255],new Uint8Array([128,7])).split("").map(function(c){return c.charCodeAt(0)})',
  'E.toString(new Uint8Array([1,2,3,4,5]).slice(0,1)).length',
];

const espruino = findEspruino();
const skip = espruino ? false : 'no Espruino interpreter: put it on the PATH as espruino-linux';

test('E does what the interpreter does', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'globals-'));
  try {
    const file = join(folder, 'test.js');
    const prints = expressions.map((expression) => `print("="+JSON.stringify(${expression}));`);
    writeFileSync(file, [...prints, 'quit();', ''].join('\n'));
    // The interpreter ignores a polite end, and keeps its Storage in the working directory.
    const { stdout } = spawnSync(espruino ?? '', [file], {
      cwd: folder,
      encoding: 'latin1',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
      killSignal: 'SIGKILL',
    });
    const theirs = stdout.match(/(?<==).*?(?=\r?\n)/g)?.map((line): unknown => JSON.parse(line));
    const ours = expressions.map((expression): unknown => new Function(`return ${expression}`)());
    assert.deepEqual(ours, theirs);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
