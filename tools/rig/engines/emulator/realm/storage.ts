/**
 * `require("Storage")`: a board's flash files, one behind the other as Espruino's
 * src/jsflash.c lays them. What was erased keeps its place until all is erased
 * or compacted. Contents live in the thread's table, changes are told to the
 * tool at once, so that they outlive a reset.
 */
import type { Natives } from '../natives';
import { asString, byteString } from './bytes';

/** Longest file name. */
const LONGEST_NAME = 28;
/** Bytes of a file's header in flash. */
const HEADER = 32;
/** What flash holds where nothing was written. */
const ERASED = '\xff';
/** Bytes that are erased at a time. */
const PAGE = 4096;

/** @param capacity bytes of flash for files. */
export function createEmulatedStorage(natives: Natives, capacity: number): object {
  const files: Record<string, string> = {};
  for (const name of Object.keys(natives.files)) files[name] = String(natives.files[name]);

  function key(name: unknown): string {
    return asString(name).slice(0, LONGEST_NAME);
  }

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

  /** What lies behind the last file, live or erased: `jsfGetStorageStats` (src/jsflash.c:390). */
  function free(): number {
    return capacity - live() - trash;
  }

  function set(name: string, data: string | undefined): void {
    if (data === undefined) delete files[name];
    else files[name] = data;
    natives.fileChanged(name, data);
  }

  /** `jsfEraseFileInternal` (src/jsflash.c:280): its name is overwritten, nothing more. */
  function drop(name: string): void {
    const { length } = files[name] ?? '';
    trash += place(length);
    trashSizes += length;
    natives.trashChanged(trash, trashSizes);
    set(name, undefined);
  }

  /**
   * `jsfBankCompact` (src/jsflash.c:572): moves the live files together by way of a buffer as large as they are, a page
   * and a header at most. On an ESP8266 that is always on the stack, since its free stack is said to be endless.
   */
  function compact(): boolean {
    if (trash === 0) return false;
    natives.line('Compacting... ');
    natives.compacting(Math.min(live(), PAGE + HEADER));
    trash = trashSizes = 0;
    natives.trashChanged(trash, trashSizes);
    return true;
  }

  /** `_jsfCreateFile` (src/jsflash.c:687). @returns whether there is room. */
  function create(size: number): boolean {
    const required = place(size);
    if (free() >= required) return true;
    // The firmware counts what is free anew from each page on.
    let space = trashSizes;
    for (let at = capacity - free(); at < capacity; at = (Math.floor(at / PAGE) + 1) * PAGE)
      space += capacity - at;
    return required < space && compact() && free() >= required;
  }

  function write(nameOf: unknown, data: unknown, offset = 0, sizeOf = 0): boolean {
    const name = key(nameOf);
    const plain =
      typeof data === 'object' && data !== null && !Array.isArray(data) && !('byteLength' in data);
    const bytes = plain ? JSON.stringify(data) : byteString(data);
    const start = plain ? 0 : Number(offset) | 0;
    const size = (plain ? 0 : Number(sizeOf) | 0) || bytes.length;
    if (start < 0 || size < 0) return false;
    if (size === 0) throw new Error("Can't create zero length file");
    let old = files[name];
    if (start === 0) {
      if (old === bytes && size === old.length) return true;
      const isErased = old !== undefined && old.length === size && old === ERASED.repeat(size);
      if (!isErased) {
        if (old !== undefined) drop(name);
        if (!create(size)) throw new Error('Unable to find or create file');
        old = ERASED.repeat(size);
      }
    }
    if (old === undefined) throw new Error('Unable to find or create file');
    if (start + bytes.length > old.length) {
      // The file has been made by then, and stays.
      set(name, old);
      throw new Error('Too much data for file size');
    }
    const before = old.slice(start, start + bytes.length);
    if (before !== ERASED.repeat(before.length)) throw new Error('File already written with different data');
    set(name, old.slice(0, start) + bytes + old.slice(start + bytes.length));
    return true;
  }

  function read(name: unknown, offset = 0, length = 0): string | undefined {
    const data = files[key(name)];
    if (data === undefined || (offset === 0 && length === 0)) return data;
    return length > 0 ? data.slice(offset, offset + length) : data.slice(offset);
  }

  return {
    write,
    writeJSON: (name: unknown, data: unknown) => write(name, JSON.stringify(data)),
    read,
    readJSON(name: unknown, quiet?: boolean): unknown {
      const data = read(name);
      if (data === undefined) return undefined;
      try {
        return JSON.parse(data);
      } catch (error) {
        if (quiet) return undefined;
        throw error;
      }
    },
    readArrayBuffer(name: unknown): ArrayBuffer | undefined {
      const data = read(name);
      if (data === undefined) return undefined;
      const bytes = new Uint8Array(data.length);
      for (let i = 0; i < data.length; i++) bytes[i] = data.charCodeAt(i);
      return bytes.buffer;
    },
    erase(name: unknown) {
      if (files[key(name)] !== undefined) drop(key(name));
    },
    eraseAll() {
      for (const name of Object.keys(files)) set(name, undefined);
      trash = trashSizes = 0;
      natives.trashChanged(trash, trashSizes);
    },
    list: (filter?: RegExp) => Object.keys(files).filter((name) => filter === undefined || filter.test(name)),
    getFree: free,
    getStats: () => ({
      totalBytes: capacity,
      freeBytes: free(),
      fileBytes: live(),
      fileCount: Object.keys(files).length,
      trashBytes: trash,
    }),
    compact: () => void compact(),
    optimise: () => undefined,
  };
}
