/**
 * Storage of virtual boards in a directory, a file each, so that it outlives
 * them. It must never leave a file half written.
 */
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BoardName } from '../boards';

type Files = Readonly<Record<string, string>>;

/** Being written. */
const PARTIAL = '~';

/** Any name of Storage as one of a file; a name of dots alone would be a directory. */
function fileName(name: string): string {
  return /^\.+$/.test(name) ? name.replaceAll('.', '%2E') : encodeURIComponent(name);
}

/** @throws Error when the directory cannot be made or read. */
export function loadState(directory: string, board: BoardName): Record<string, string> {
  const place = join(directory, board);
  mkdirSync(place, { recursive: true });
  return Object.fromEntries(
    readdirSync(place)
      .filter((name) => !name.endsWith(PARTIAL))
      .map((name) => [decodeURIComponent(name), readFileSync(join(place, name), 'latin1')]),
  );
}

export function saveState(directory: string, board: BoardName, before: Files, now: Files): void {
  const place = join(directory, board);
  for (const [name, text] of Object.entries(now)) {
    if (before[name] === text) continue;
    const path = join(place, fileName(name));
    writeFileSync(path + PARTIAL, text, 'latin1');
    renameSync(path + PARTIAL, path);
  }
  for (const name of Object.keys(before))
    if (!(name in now)) rmSync(join(place, fileName(name)), { force: true });
}
