/** Where what was made is kept between runs. Whatever is in there may be deleted at any time. */
import { accessSync, constants, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { ROOT } from '../package';

let folder: string | undefined;

/** Beside the packages of whoever uses this one, or where those may not be written, in a folder of this user's. */
export function cacheFolder(): string {
  if (folder !== undefined) return folder;
  const installed = ROOT.lastIndexOf(`${sep}node_modules${sep}`);
  const packages = installed < 0 ? ROOT : ROOT.slice(0, installed);
  const user = `espruino-mqtt-link-${String(process.getuid?.() ?? '')}`;
  for (const path of [join(packages, 'node_modules/.cache/espruino-mqtt-link'), join(tmpdir(), user)])
    try {
      mkdirSync(path, { recursive: true });
      accessSync(path, constants.W_OK);
      return (folder = path);
    } catch {
      // The next one.
    }
  throw new Error(`What is built has no place: ${tmpdir()} may not be written`);
}

/** Writes a file so that who reads it at the same time finds the old one or the new one whole. */
export function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.${String(process.pid)}.part`;
  writeFileSync(part, text);
  renameSync(part, path);
}

/** What a file holds as JSON; undefined where there is none, or it is damaged. */
export function readKept<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
