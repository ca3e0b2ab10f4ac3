// Runs every *.test.ts, or those whose path holds one of the words given: Node 20 finds no TypeScript by itself. Each
// file is a process, in a process group of its own, of which nothing stays when it is over.
import { spawn } from 'node:child_process';
import { accessSync, constants, readFileSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';

/** Milliseconds after which a file is ended. */
const LIMIT = 400_000;

/** What ends a file that took too long, and leaves it time to clean up, ms. */
const LEAVE = 5000;

/** How many of those that took longest are shown. */
const SHOWN = 12;

/**
 * Files that take long, longest first since they are begun in this order: the share of a processor that each keeps
 * busy. Most wait for boards most of the time. What is not here is short.
 * @type {Readonly<Record<string, number>>}
 */
const LONG = {
  'tools/simulation/simulate.test.ts': 0.9,
  'tools/selftest/states.test.ts': 0.5,
  'tools/system-tests/brokers.test.ts': 0.6,
  'tools/system-tests/time.test.ts': 0.2,
  'tools/system-tests/end-to-end.test.ts': 0.2,
  'tools/selftest/selftest.test.ts': 0.3,
  'tools/selftest/acceptance/acceptance.test.ts': 0.2,
  'tools/system-tests/liveness.test.ts': 0.4,
  'tools/benchmark/benchmark.test.ts': 0.4,
  'tools/system-tests/faults/faults.test.ts': 0.3,
  'tools/flash/flash.test.ts': 0.4,
  'tools/system-tests/liveness-boards.test.ts': 0.6,
  'tools/system-tests/cluster.test.ts': 0.2,
  'tools/system-tests/soak/soak.test.ts': 0.5,
  'shared/link.test.ts': 0.9,
  'tools/simulation/guards.test.ts': 0.9,
  'tools/simulation/injection/injection.test.ts': 1.1,
  'tools/system-tests/statuses.test.ts': 0.3,
  'tools/simulation/mutants/mutants.test.ts': 0.5,
  'tools/system-tests/sockets.test.ts': 0.1,
  'tools/rig/engines/emulator/board.test.ts': 0.2,
  'tools/release/package.test.ts': 0.5,
  'tools/cli/flash.test.ts': 0.5,
  'tools/system-tests/examples.test.ts': 0.3,
  'host/closing.test.ts': 0.2,
  'tools/flash/upload.test.ts': 0.3,
  'tools/bundler/build.test.ts': 1.1,
  'tools/rig/engines/emulator/network.test.ts': 0.3,
  'tools/rig/engines/emulator/pair.test.ts': 0.3,
};

const words = process.argv.slice(2);
const found = ['tools', 'shared', 'target', 'host']
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))))
  .filter(
    (file) => file.endsWith('.test.ts') && (words.length === 0 || words.some((word) => file.includes(word))),
  );
if (found.length === 0) {
  console.error('no test file matches');
  process.exit(1);
}
const long = Object.keys(LONG);
/** @param {string} file */
const rank = (file) => (long.includes(file) ? long.indexOf(file) : long.length);
const waiting = found.sort((a, b) => rank(a) - rank(b));

// Interpreters spin while they wait for each other: where there are any, no two files that start some run at a time.
const interpreters =
  Boolean(process.env['ESPRUINO']) ||
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'espruino-linux'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
const spinning = new Set(
  interpreters
    ? found.filter((file) =>
        /\b(ENGINES|findSmall|createEspruinoPair|startWorld)\b/.test(readFileSync(file, 'utf8')),
      )
    : [],
);

/** @typedef {{ readonly file: string, readonly seconds: number, readonly passed: boolean }} Result */

/** @type {Result[]} */
const results = [];
/** @type {Map<string, number>} the process of each file that runs */
const running = new Map();
/** Of all files, as their reports count. */
const sums = { tests: 0, pass: 0, fail: 0, cancelled: 0, skipped: 0, todo: 0 };

/**
 * Ends a process group, also one whose first process is over.
 * @param {number} group
 * @param {NodeJS.Signals} signal
 */
function endGroup(group, signal) {
  try {
    process.kill(-group, signal);
  } catch {
    // Nothing of it is left.
  }
}

/**
 * @param {string} file
 * @returns {Promise<void>}
 */
function run(file) {
  return new Promise((resolve) => {
    const begun = Date.now();
    const child = spawn(process.execPath, ['--import', 'tsx', '--test-reporter=spec', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const group = child.pid ?? 0;
    running.set(file, group);
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part) => (text += String(part)));
    const timer = setTimeout(() => {
      text += `\n${file} did not end within ${String(LIMIT / 1000)} s\n`;
      endGroup(group, 'SIGTERM');
      setTimeout(() => endGroup(group, 'SIGKILL'), LEAVE).unref();
    }, LIMIT);
    child.on('exit', () => endGroup(group, 'SIGKILL'));
    // When nobody holds its output any more.
    child.on('close', (code) => {
      clearTimeout(timer);
      running.delete(file);
      const seconds = (Date.now() - begun) / 1000;
      const passed = code === 0;
      results.push({ file, seconds, passed });
      for (const [, name, count] of text.matchAll(/^\S (\w+) (\d+)$/gm))
        if (name && name in sums) sums[/** @type {keyof typeof sums} */ (name)] += Number(count);
      console.log(`\n${passed ? 'passed' : 'FAILED'} ${file}, ${seconds.toFixed(1)} s`);
      console.log(passed ? brief(text) : text.trimEnd());
      resolve();
    });
  });
}

/**
 * Without what is the same in every report of a file that passed.
 * @param {string} text
 */
function brief(text) {
  return text
    .replace(/^\S (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$\n?/gm, '')
    .trimEnd();
}

/** @param {string} file */
function load(file) {
  return LONG[file] ?? 0.9;
}

/** The first that there is room for. */
function next() {
  const busy = [...running.keys()];
  const loads = busy.reduce((sum, file) => sum + load(file), 0);
  const spins = busy.some((file) => spinning.has(file));
  const index = waiting.findIndex(
    (file) =>
      busy.length === 0 ||
      (loads + load(file) <= availableParallelism() + 0.01 && !(spins && spinning.has(file))),
  );
  return index < 0 ? undefined : waiting.splice(index, 1)[0];
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => {
    for (const group of running.values()) endGroup(group, 'SIGTERM');
    setTimeout(() => {
      for (const group of running.values()) endGroup(group, 'SIGKILL');
      process.exit(1);
    }, LEAVE);
  });

const begun = Date.now();
/** @type {Set<Promise<void>>} */
const under = new Set();
for (;;) {
  for (let file = next(); file !== undefined; file = next()) {
    const one = run(file).then(() => {
      under.delete(one);
    });
    under.add(one);
  }
  if (under.size === 0) break;
  await Promise.race(under);
}

console.log(
  `\nlongest of ${String(results.length)} files, in ${((Date.now() - begun) / 1000).toFixed(0)} s:`,
);
for (const { file, seconds } of [...results].sort((a, b) => b.seconds - a.seconds).slice(0, SHOWN))
  console.log(`${seconds.toFixed(1).padStart(8)} s  ${file}`);
console.log(
  Object.entries(sums)
    .map(([name, count]) => `${name} ${String(count)}`)
    .join(', '),
);
const failed = results.filter(({ passed }) => !passed);
for (const { file } of failed) console.log(`FAILED ${file}`);
process.exit(failed.length ? 1 : 0);
