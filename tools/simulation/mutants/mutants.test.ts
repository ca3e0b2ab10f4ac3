/** The mutation runner on a module of a few lines: what must die, what must survive, and what stays as it was. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { apply, mutantsOf } from './mutate';
import { runMutants } from './run';
import type { Equivalent } from './run';

const MODULE = `export function clip(n: number): number {
  if (n < 10) return n;
  return 10;
}
export function count(to: number): number {
  let n = 0;
  while (n < to) n++;
  return n;
}
`;

const TEST = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clip, count } from './toy';
test('clip', () => {
  assert.equal(clip(3), 3);
  assert.equal(clip(30), 10);
  assert.equal(count(2), 2);
});
`;

const root = mkdtempSync(join(tmpdir(), 'mutants-toy-'));
after(() => rmSync(root, { recursive: true, force: true }));
mkdirSync(join(root, 'shared'));
writeFileSync(join(root, 'package.json'), '{"type":"module"}');
writeFileSync(join(root, 'shared/toy.ts'), MODULE);
writeFileSync(join(root, 'shared/toy.test.ts'), TEST);
symlinkSync(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(root, 'node_modules'));

function run(equivalents: readonly Equivalent[], limit = Infinity) {
  return runMutants({
    root,
    files: ['shared/toy.ts'],
    jobs: 2,
    limit,
    // The first ones stay.
    chance: (below) => below - 1,
    schedules: 0,
    equivalents,
    patience: { times: 3, seconds: 10 },
    tell: (text) => assert.fail(text),
    done: () => undefined,
  });
}

const EQUIVALENT = {
  file: 'shared/toy.ts',
  line: 'if (n < 10) return n;',
  text: '<',
  replacement: '<=',
  reason: '10 is 10',
};

test('what its test can notice dies, what hangs counts as dead, and only what it cannot notice survives', async () => {
  const results = await run([]);
  // Two run at a time, so which one ends first is chance.
  const sorted = (list: unknown[][]) => list.map((one) => JSON.stringify(one)).sort();
  const outcomes = results.map(({ line, text, replacement, outcome }) => [line, text, replacement, outcome]);
  assert.deepEqual(
    sorted(outcomes),
    sorted([
      [2, 'n < 10', 'true', 'killed'],
      [2, 'n < 10', 'false', 'killed'],
      [2, '<', '<=', 'survived'],
      // It takes 10 for 11, which is none of the test's numbers.
      [2, '10', '11', 'survived'],
      [2, 'return n;', 'return;', 'killed'],
      [3, 'return 10;', 'return;', 'killed'],
      [3, '10', '11', 'killed'],
      [6, '0', '1', 'survived'],
      [7, 'n < to', 'false', 'killed'],
      [7, 'n < to', '!(n < to)', 'killed'],
      [7, '<', '<=', 'killed'],
      [7, 'n++;', ';', 'hung'],
      [8, 'return n;', 'return;', 'killed'],
    ]),
  );
  assert.equal(readFileSync(join(root, 'shared/toy.ts'), 'utf8'), MODULE);
});

test('what cannot be noticed is not tried, and an entry for a mutant that is not there is an error', async () => {
  const results = await run([EQUIVALENT], 3);
  assert.equal(results.find(({ text }) => text === '<')?.outcome, 'equivalent');
  await assert.rejects(run([{ ...EQUIVALENT, text: '>' }]), /no such mutant: shared\/toy\.ts/);
});

test('a test that fails unchanged proves nothing', async () => {
  writeFileSync(join(root, 'shared/toy.test.ts'), TEST.replace('30), 10', '30), 11'));
  const told: string[] = [];
  await assert.rejects(
    runMutants({
      root,
      files: ['shared/toy.ts'],
      jobs: 1,
      limit: 1,
      chance: () => 0,
      schedules: 0,
      equivalents: [],
      patience: { times: 3, seconds: 10 },
      tell: (text) => told.push(text),
      done: () => undefined,
    }),
    /nothing that passes can notice/,
  );
  assert.deepEqual(told, ['shared/toy.test.ts failed without any change, and is left out']);
});

test('types, imports and members of enumerations are left alone; && and || take the place of each other', () => {
  const source = `import { x } from './x';
enum A { B = 3 }
type C = 5 | 6;
const d: 7 | boolean = x && A.B;
`;
  const mutants = mutantsOf('a.ts', source);
  assert.deepEqual(
    mutants.map((mutant) => apply(source, mutant).split('\n')[3]),
    ['const d: 7 | boolean = x || A.B;'],
  );
});
