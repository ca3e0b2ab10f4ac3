/** The built bundles, made anew when a source has changed since. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HAS_SOURCES, ROOT, inPackage } from '../package';

const SOURCES = ['host', 'target', 'shared', 'tools/bundler'];
const OTHERS = ['rollup.config.js', 'tools/selftest/rollup.config.js', 'package.json'];

function newest(): number {
  const inFolders = SOURCES.flatMap((folder) =>
    readdirSync(inPackage(folder), { recursive: true })
      .map((name) => join(folder, String(name)))
      .filter((path) => /\.[tj]s$/.test(path) && !path.endsWith('.test.ts')),
  );
  return Math.max(...[...inFolders, ...OTHERS].map((path) => statSync(inPackage(path)).mtimeMs));
}

/** Whether files are there, and newer than all that goes into bundles. */
export function areFresh(paths: readonly string[]): boolean {
  const since = newest();
  return paths.every((path) => existsSync(inPackage(path)) && statSync(inPackage(path)).mtimeMs > since);
}

/**
 * @param names of the bundles that are needed
 * @returns what the build printed when it failed
 */
export function build(names: readonly string[]): string | undefined {
  if (!HAS_SOURCES || areFresh(names.map((name) => `dist/${name}.js`))) return undefined;
  console.log('building the bundles');
  const { status, stderr } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? undefined : stderr.trim() || 'The build failed; "npm run build" says why';
}
