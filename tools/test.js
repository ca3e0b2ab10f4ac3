// Runs every *.test.ts, or those whose path holds one of the words given: Node 20 finds no TypeScript by itself.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const words = process.argv.slice(2);
const found = ['tools', 'shared', 'target', 'host']
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))))
  .filter(
    (file) => file.endsWith('.test.ts') && (words.length === 0 || words.some((word) => file.includes(word))),
  );
// Interpreters spin while they wait for each other: of the files that start some no two should run at a time, so others
// go between them.
/** @param {string} file */
const isHeavy = (file) =>
  /\b(ENGINES|findSmall|createEspruinoPair|startWorld)\b/.test(readFileSync(file, 'utf8'));
const heavy = found.filter(isHeavy);
const light = found.filter((file) => !heavy.includes(file));
const share = Math.ceil(light.length / (heavy.length || 1));
const files = heavy.flatMap((file, i) => [file, ...light.slice(i * share, (i + 1) * share)]);
if (heavy.length === 0) files.push(...light);

if (files.length === 0) {
  console.error('no test file matches');
  process.exit(1);
}
// Most of the time goes into waiting for boards, but each pair of interpreters wants a processor.
const atOnce = Math.min(2, availableParallelism());
const run = spawnSync(
  process.execPath,
  [
    '--import',
    'tsx',
    '--test',
    `--test-concurrency=${atOnce}`,
    '--test-timeout=400000',
    '--test-reporter=spec',
    ...files,
  ],
  { stdio: 'inherit' },
);
process.exit(run.status ?? 1);
