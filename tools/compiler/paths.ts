/** Where this package is, and where what it makes is kept. */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's own folder. */
export const ROOT = resolve(fileURLToPath(new URL('../..', import.meta.url)));

let folder: string | undefined;

/** A folder that only this user's runs share: beside the packages, or where those may not be written. */
export function cacheFolder(): string {
  if (folder !== undefined) return folder;
  const packages = ROOT.includes(`${sep}node_modules${sep}`)
    ? ROOT.slice(0, ROOT.lastIndexOf(`${sep}node_modules${sep}`))
    : ROOT;
  for (const path of [
    join(packages, 'node_modules/.cache/espruino-mqtt-link'),
    join(tmpdir(), `espruino-mqtt-link-${String(process.getuid?.() ?? '')}`),
  ])
    try {
      mkdirSync(path, { recursive: true });
      accessSync(path, constants.W_OK);
      return (folder = path);
    } catch {
      // The next one.
    }
  throw new Error(`There is no place to keep what is built: ${tmpdir()} may not be written`);
}
