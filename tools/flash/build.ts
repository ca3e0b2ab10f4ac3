/** The built bundles, made anew when a source has changed since. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = ['host', 'target', 'shared', 'tools/bundler'];
const OTHERS = ['rollup.config.js', 'tools/selftest/rollup.config.js', 'package.json'];

function newest(): number {
  const inFolders = SOURCES.flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .map((name) => join(folder, String(name)))
      .filter((path) => /\.[tj]s$/.test(path) && !path.endsWith('.test.ts')),
  );
  return Math.max(...[...inFolders, ...OTHERS].map((path) => statSync(path).mtimeMs));
}

/** Whether files are there, and newer than all that goes into bundles. */
export function areFresh(paths: readonly string[]): boolean {
  const since = newest();
  return paths.every((path) => existsSync(path) && statSync(path).mtimeMs > since);
}

/**
 * @param names of the bundles that are needed
 * @returns what the build printed when it failed
 */
export function build(names: readonly string[]): string | undefined {
  if (areFresh(names.map((name) => `dist/${name}.js`))) return undefined;
  console.log('building the bundles');
  const { status, stderr } = spawnSync('npm', ['run', '--silent', 'build'], { encoding: 'utf8' });
  return status === 0 ? undefined : stderr.trim() || 'The build failed; "npm run build" says why';
}
