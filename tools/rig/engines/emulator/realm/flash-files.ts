/**
 * A board's flash for files, one behind the other as Espruino's src/jsflash.c lays them. What was erased keeps its place
 * until all is erased or compacted. Contents live in the thread's table, changes are told to the tool at once, so that
 * they outlive a reset.
 */
import type { Natives } from '../natives';

/** Bytes of a file's header in flash. */
const HEADER = 32;
/** Bytes that are erased at a time. */
const PAGE = 4096;

export interface FlashFiles {
  names(): string[];
  get(name: string): string | undefined;
  /** Changes what a file that has its place holds. */
  set(name: string, data: string): void;
  /** `jsfEraseFileInternal` (src/jsflash.c:280): its name is overwritten, nothing more. */
  drop(name: string): void;
  /** `_jsfCreateFile` (src/jsflash.c:687). @returns whether there is room. */
  create(size: number): boolean;
  /**
   * `jsfBankCompact` (src/jsflash.c:572): moves the live files together by way of a buffer as large as they are, a page
   * and a header at most. On an ESP8266 that is always on the stack, since its free stack is said to be endless.
   */
  compact(): boolean;
  eraseAll(): void;
  /** What lies behind the last file, live or erased: `jsfGetStorageStats` (src/jsflash.c:390). */
  free(): number;
  /** Bytes of live files with their headers. */
  live(): number;
  /** Bytes of erased files with their headers. */
  trash(): number;
}

/** @param capacity bytes of flash for files. */
export function createFlashFiles(natives: Natives, capacity: number): FlashFiles {
  const files: Record<string, string> = {};
  for (const name of Object.keys(natives.files)) files[name] = String(natives.files[name]);
  /** Of erased files: their places with headers, and their sizes without. */
  let trash = natives.trash;
  let trashSizes = natives.trashSizes;

  /** Files start at multiples of four, after their header. */
  function place(size: number): number {
    return HEADER + ((size + 3) & ~3);
  }

  function live(): number {
    let bytes = 0;
    for (const name of Object.keys(files)) bytes += place(files[name]?.length ?? 0);
    return bytes;
  }

  function free(): number {
    return capacity - live() - trash;
  }

  function set(name: string, data: string | undefined): void {
    if (data === undefined) delete files[name];
    else files[name] = data;
    natives.fileChanged(name, data);
  }

  function drop(name: string): void {
    const { length } = files[name] ?? '';
    trash += place(length);
    trashSizes += length;
    natives.trashChanged(trash, trashSizes);
    set(name, undefined);
  }

  function compact(): boolean {
    if (trash === 0) return false;
    natives.line('Compacting... ');
    natives.compacting(Math.min(live(), PAGE + HEADER));
    trash = trashSizes = 0;
    natives.trashChanged(trash, trashSizes);
    return true;
  }

  function create(size: number): boolean {
    const required = place(size);
    if (free() >= required) return true;
    // The firmware counts what is free anew from each page on.
    let space = trashSizes;
    for (let at = capacity - free(); at < capacity; at = (Math.floor(at / PAGE) + 1) * PAGE)
      space += capacity - at;
    return required < space && compact() && free() >= required;
  }

  return {
    names: () => Object.keys(files),
    get: (name) => files[name],
    set,
    drop,
    create,
    compact,
    eraseAll() {
      for (const name of Object.keys(files)) set(name, undefined);
      trash = trashSizes = 0;
      natives.trashChanged(trash, trashSizes);
    },
    free,
    live,
    trash: () => trash,
  };
}
