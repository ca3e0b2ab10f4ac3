/** What ran of a source is told by the source's own lines, whatever was made of it before it ran. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { coverageOf, spans } from './lines';
import type { V8Report } from './lines';

const SOURCE = `/** A comment has no code. */
interface Nor {
  a: number;
}
export function half(value: number): number {
  if (value > 100) {
    return 50;
  }
  return value > 10 ? 5 : value / 2;
}
function never(): void {
  console.log('no');
}
const nor: Nor = { a: half(Number(process.argv[2])) };
if (nor.a < 0) never();
`;

function run(...values: number[]): V8Report[] {
  const folder = mkdtempSync(join(tmpdir(), 'coverage-'));
  const file = join(folder, 'half.mts');
  writeFileSync(file, SOURCE);
  for (const value of values) {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), file, String(value)],
      { env: { ...process.env, NODE_V8_COVERAGE: join(folder, 'v8') }, encoding: 'utf8' },
    );
    assert.equal(status, 0, stderr);
  }
  const reports = readdirSync(join(folder, 'v8')).map(
    (name) => JSON.parse(readFileSync(join(folder, 'v8', name), 'utf8')) as V8Report,
  );
  rmSync(folder, { recursive: true });
  return reports;
}

const wanted = (url: string): boolean => url.endsWith('/half.mts');

test('lines without code do not count, and lines are the source’s own', () => {
  const [found] = coverageOf(run(4), wanted).values();
  assert.ok(found);
  assert.ok(!found.lines.includes(1) && !found.lines.includes(3));
  assert.ok(found.lines.includes(9) && found.lines.includes(14));
  assert.deepEqual(found.missed, [7, 12]);
  assert.deepEqual(
    [9, 15].filter((line) => found.partly.includes(line)),
    [9, 15],
  );
});

test('what ran in any process ran', () => {
  const [found] = coverageOf(run(4, 400), wanted).values();
  assert.deepEqual(found?.missed, [12]);
});

test('runs of lines are told as such', () => {
  assert.equal(spans([3, 7, 8, 9, 12]), '3, 7-9, 12');
  assert.equal(spans([]), '');
});
