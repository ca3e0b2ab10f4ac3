/**
 * `require("Storage")`: a board's flash files. Contents live in the thread's
 * table, changes are told to the tool at once, so that they outlive a reset.
 */
import type { Natives } from '../natives';
import { asString, byteString } from './bytes';

/** Longest file name. */
const LONGEST_NAME = 28;
/** Bytes of a file's header in flash. */
const HEADER = 32;
/** What flash holds where nothing was written. */
const ERASED = '\xff';

/** @param capacity bytes of flash for files. */
export function createStorage(natives: Natives, capacity: number): object {
  const files: Record<string, string> = {};
  for (const name of Object.keys(natives.files)) files[name] = String(natives.files[name]);

  function key(name: unknown): string {
    return asString(name).slice(0, LONGEST_NAME);
  }

  function free(): number {
    let used = 0;
    // Files start at multiples of four, after their header.
    for (const name of Object.keys(files)) used += HEADER + (((files[name]?.length ?? 0) + 3) & ~3);
    return capacity - used;
  }

  function set(name: string, data: string | undefined): void {
    if (data === undefined) delete files[name];
    else files[name] = data;
    natives.fileChanged(name, data);
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
        const before = old;
        if (before !== undefined) delete files[name];
        if (HEADER + size > free()) {
          if (before !== undefined) natives.fileChanged(name, undefined);
          throw new Error('Unable to find or create file');
        }
        old = ERASED.repeat(size);
      }
    }
    if (old === undefined) throw new Error('Unable to find or create file');
    if (start + bytes.length > old.length) throw new Error('Too much data for file size');
    const place = old.slice(start, start + bytes.length);
    if (place !== ERASED.repeat(place.length)) throw new Error('File already written with different data');
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
      if (files[key(name)] !== undefined) set(key(name), undefined);
    },
    eraseAll() {
      for (const name of Object.keys(files)) set(name, undefined);
    },
    list: (filter?: RegExp) => Object.keys(files).filter((name) => filter === undefined || filter.test(name)),
    getFree: free,
    getStats: () => ({ totalBytes: capacity, freeBytes: free(), fileCount: Object.keys(files).length }),
    compact: () => undefined,
    optimise: () => undefined,
  };
}
