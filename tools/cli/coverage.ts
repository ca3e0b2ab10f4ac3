/**
 * `npm run coverage`: runs the unit tests of the boards' code and of the passes that their bundles go through, and tells
 * which lines they reach. It says so and no more: no figure makes it fail, a test does.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { coverageOf, spans } from '../coverage/lines';
import type { Coverage, V8Report } from '../coverage/lines';
import { endWhenUnread } from './options';

/** Code of the boards, and what may rewrite it. Applications and self-tests run on boards only. */
const FOLDERS = ['host', 'shared', 'target', 'tools/bundler/passes', 'tools/bundler/passes/facts'];

/** What tests the passes with all of them at work. */
const TESTS_OF_PASSES = ['snapshots/snapshots.test.ts', 'property/property.test.ts'].map((name) =>
  join('tools/bundler/passes', name),
);

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

endWhenUnread();
const { lines } = new Command('npm run coverage --')
  .description(
    'Runs the unit tests of host/, shared/, target/ and of the passes, and tells which lines they reach.',
  )
  .option('--lines', 'also which lines they do not reach')
  .parse()
  .opts<{ lines?: true }>();

function filesOf(isWanted: (name: string) => boolean): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter(isWanted)
      .map((name) => join(folder, name)),
  );
}

const percent = (some: number, all: number): string =>
  (all ? ((100 * some) / all).toFixed(1) : '–').padStart(6);

function row(name: string, all: number, missed: number, partly: number): string {
  const whole = percent(all - missed - partly, all);
  return `${name.padEnd(36)}${String(all).padStart(6)}${percent(all - missed, all).padStart(9)}${whole.padStart(9)}`;
}

function tell(found: ReadonlyMap<string, Coverage>): void {
  let all = 0;
  let missed = 0;
  let partly = 0;
  console.log(`${'file'.padEnd(36)}${'lines'.padStart(6)}${'% ran'.padStart(9)}${'% whole'.padStart(9)}`);
  for (const [name, coverage] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) {
    all += coverage.lines.length;
    missed += coverage.missed.length;
    partly += coverage.partly.length;
    console.log(row(name, coverage.lines.length, coverage.missed.length, coverage.partly.length));
    if (lines && coverage.missed.length) console.log(`  not: ${spans(coverage.missed)}`);
  }
  console.log(row('all', all, missed, partly));
}

const folder = mkdtempSync(join(tmpdir(), 'coverage-'));
const tests = [...filesOf((name) => name.endsWith('.test.ts')), ...TESTS_OF_PASSES];
const run = spawnSync(
  process.execPath,
  ['--import', 'tsx', '--test', '--test-concurrency=2', '--test-reporter=dot', ...tests],
  {
    cwd: ROOT,
    env: { ...process.env, SCHEDULES: '10', PROGRAMS: '100', NODE_V8_COVERAGE: folder },
    stdio: ['ignore', 'ignore', 'inherit'],
  },
);
const reports = readdirSync(folder).map(
  (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as V8Report,
);
rmSync(folder, { recursive: true });
const nameOf = (url: string): string =>
  url.startsWith('file:') ? fileURLToPath(url).slice(ROOT.length) : '';
const sources = new Set(filesOf((name) => name.endsWith('.ts') && !/\.(test|d)\.ts$/.test(name)));
const found = coverageOf(reports, (url) => sources.has(nameOf(url)));
tell(new Map([...found].map(([url, coverage]) => [nameOf(url), coverage])));
const unseen = [...sources].filter((name) => ![...found.keys()].some((url) => nameOf(url) === name));
if (unseen.length) console.log(`no unit test loads: ${unseen.sort().join(', ')}`);
if (run.status !== 0) console.log('a unit test failed: npm test says which');
process.exit(run.status ?? 1);
