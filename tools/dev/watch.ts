/**
 * Tells when a file of an application was saved. Folders are watched, not files: many editors write a new file and give
 * it the old one's name.
 */
import { statSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { basename, dirname, resolve, sep } from 'node:path';
import { ROOT } from '../package';

/** Saving takes several steps, which are over by then. ms */
const QUIET = 40;

export interface Watch {
  /** These belong to the application too. */
  also(paths: readonly string[]): void;
  close(): void;
}

function timeOf(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

/** Files of an application that its author may save: none of packages, this one or others. */
function isOwn(path: string): boolean {
  const inLibrary = ['host', 'shared', 'dist'].some(
    (folder) => path.startsWith(ROOT + sep + folder + sep) && !path.includes(`${sep}apps${sep}`),
  );
  return !inLibrary && !path.includes(`${sep}node_modules${sep}`);
}

/** @param entry of the application @param onSave called once for each time that something was saved */
export function watchSources(entry: string, onSave: () => void): Watch {
  const times = new Map<string, number>();
  const folders = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    let saved = false;
    for (const [path, before] of times) {
      const now = timeOf(path);
      // Between the old file and the new one there is none.
      if (now === 0 || now === before) continue;
      times.set(path, now);
      saved = true;
    }
    if (saved) onSave();
  }

  function add(given: string): void {
    const path = resolve(given);
    if (times.has(path) || timeOf(path) === 0 || !isOwn(path)) return;
    times.set(path, timeOf(path));
    const folder = dirname(path);
    if (folders.has(folder)) return;
    folders.set(
      folder,
      watch(folder, (_event, name) => {
        if (name !== null && ![...times.keys()].some((one) => basename(one) === name)) return;
        clearTimeout(timer);
        timer = setTimeout(look, QUIET);
      }),
    );
  }

  add(entry);
  return {
    also: (paths) => paths.forEach(add),
    close() {
      clearTimeout(timer);
      for (const folder of folders.values()) folder.close();
    },
  };
}
