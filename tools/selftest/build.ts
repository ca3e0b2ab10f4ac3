/** The self-tests' bundles, made anew when a source has changed since: tests that run at a time would read half of one. */
import { spawnSync } from 'node:child_process';
import { areFresh } from '../flash/build';
import { HAS_SOURCES, ROOT } from '../package';

// What the configuration lists, and is to be looked for without loading the compiler.
const BUNDLES = [
  'host-board',
  'target-board',
  'shared-lines',
  'host-frames',
  'target-frames',
  'host-acceptance',
] as const;

/** @throws Error with what the build said. */
export function buildSelftests(): void {
  if (!HAS_SOURCES || areFresh(BUNDLES.map((name) => `dist/selftest/${name}.js`))) return;
  const { status, stderr } = spawnSync(
    'npx',
    ['rollup', '-c', 'tools/selftest/rollup.config.js', '--silent'],
    { cwd: ROOT, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`The self-tests could not be built:\n${stderr}`);
}
