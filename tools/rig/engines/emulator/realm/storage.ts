/** `require("Storage")`: the functions for files in flash that a program has. */
import type { Natives } from '../natives';
import { asString, byteString } from './bytes';
import { createFlashFiles } from './flash-files';

/** Longest file name. */
const LONGEST_NAME = 28;
/** What flash holds where nothing was written. */
const ERASED = '\xff';

export type EmulatedStorage = ReturnType<typeof createEmulatedStorage>;

function key(name: unknown): string {
  return asString(name).slice(0, LONGEST_NAME);
}

/** @param capacity bytes of flash for files. */
export function createEmulatedStorage(natives: Natives, capacity: number) {
  const flash = createFlashFiles(natives, capacity);

  function write(nameOf: unknown, data: unknown, offset = 0, sizeOf = 0): boolean {
    const name = key(nameOf);
    const plain =
      typeof data === 'object' && data !== null && !Array.isArray(data) && !('byteLength' in data);
    const bytes = plain ? JSON.stringify(data) : byteString(data);
    const start = plain ? 0 : Number(offset) | 0;
    const size = (plain ? 0 : Number(sizeOf) | 0) || bytes.length;
    if (start < 0 || size < 0) return false;
    if (size === 0) throw new Error("Can't create zero length file");
    let old = flash.get(name);
    if (start === 0) {
      if (old === bytes && size === old.length) return true;
      const isErased = old !== undefined && old.length === size && old === ERASED.repeat(size);
      if (!isErased) {
        if (old !== undefined) flash.drop(name);
        if (!flash.create(size)) throw new Error('Unable to find or create file');
        old = ERASED.repeat(size);
      }
    }
    if (old === undefined) throw new Error('Unable to find or create file');
    if (start + bytes.length > old.length) {
      // The file has been made by then, and stays.
      flash.set(name, old);
      throw new Error('Too much data for file size');
    }
    const before = old.slice(start, start + bytes.length);
    if (before !== ERASED.repeat(before.length)) throw new Error('File already written with different data');
    flash.set(name, old.slice(0, start) + bytes + old.slice(start + bytes.length));
    return true;
  }

  function read(name: unknown, offset = 0, length = 0): string | undefined {
    const data = flash.get(key(name));
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
      if (flash.get(key(name)) !== undefined) flash.drop(key(name));
    },
    eraseAll() {
      flash.eraseAll();
    },
    list: (filter?: RegExp) => flash.names().filter((name) => filter === undefined || filter.test(name)),
    getFree: () => flash.free(),
    getStats: () => ({
      totalBytes: capacity,
      freeBytes: flash.free(),
      fileBytes: flash.live(),
      fileCount: flash.names().length,
      trashBytes: flash.trash(),
    }),
    compact: () => void flash.compact(),
    optimise: () => undefined,
  };
}
