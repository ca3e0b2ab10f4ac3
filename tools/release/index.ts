/**
 * Puts together what a release carries: the bundles that do not depend on an application, the library's types, a package
 * for npm, the notes, and the sums of all of these. It must need no network, and leave no file of an earlier release.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { NOTES, notesOf } from './notes';

/** What the build has made for everybody. */
export const BUILT = ['target.js', 'mqttlink.js', 'mqttlink.d.ts'];

/** The sums, as `sha256sum --check` reads them. */
export const SUMS = 'SHA256SUMS';

function sum(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/**
 * @param root of the repository, with its `dist/` made
 * @param folder where the release goes; what is there is lost
 * @returns names of its files
 * @throws Error, one line, when something of the release is not there
 */
export function makeRelease(root: string, folder: string): string[] {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const notes = notesOf(readFileSync(join(root, NOTES), 'utf8'), version);
  for (const name of BUILT)
    if (!existsSync(join(root, 'dist', name)))
      throw new Error(`dist/${name} is missing: npm run build makes it`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of BUILT) copyFileSync(join(root, 'dist', name), join(folder, name));
  writeFileSync(join(folder, 'release-notes.md'), notes);
  const pack = spawnSync(
    'npm',
    ['pack', '--offline', '--ignore-scripts', '--silent', '--pack-destination', folder],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  if (pack.status !== 0) throw new Error(`npm pack: ${pack.error?.message ?? pack.stderr.trim()}`);
  const names = readdirSync(folder).sort();
  writeFileSync(join(folder, SUMS), names.map((name) => `${sum(join(folder, name))}  ${name}\n`).join(''));
  return [...names, SUMS];
}
