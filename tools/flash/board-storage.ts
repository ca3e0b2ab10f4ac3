/**
 * The Storage of a board, by its console: files written and compared there. A
 * file that did not arrive whole must not be left behind as if it had.
 */
import { crc32 } from '../simulation/crc32';
import { START, quote } from './board-console';
import type { BoardConsole } from './board-console';
import type { BoardInfo, RemoteBoard } from './board';

export interface FileCheck {
  readonly length: number;
  readonly crc: number;
}

/** Bytes that Storage takes for a file beside its contents, and to which it rounds up (Espruino src/jsflash.h). */
const HEADER = 32;
const WORD = 4;

/** Bytes that Storage takes for a file. */
export function roomFor(bytes: number): number {
  return HEADER + Math.ceil(bytes / WORD) * WORD;
}

/**
 * Whether a board's Storage must never be compacted. Firmware does that when a file finds no room behind the last one,
 * by way of a buffer of 4 KB on the stack where the stack has room (Espruino src/jsflash.c:603). An ESP8266 takes its
 * stack for endless (src/jsutils.c:965); it has some 5 KB in all, so it would reset half-way, or worse.
 */
export function isFragile(info: BoardInfo): boolean {
  return info.name.startsWith('ESP8266');
}

/** Bytes behind the last file: what a file may take without Storage being compacted. */
export async function freeBytes(board: Pick<RemoteBoard, 'evaluate'>): Promise<number> {
  return Number(await board.evaluate('require("Storage").getFree()'));
}

/** Bytes of a file in one line of code: what a board has memory for, whatever else it holds. */
const CHUNK = 512;

/** CRC-32 of a string's bytes. */
export function crcOf(bytes: string): number {
  return crc32(Buffer.from(bytes, 'latin1'));
}

export function createStorage(
  console: BoardConsole,
  info: BoardInfo,
): Pick<RemoteBoard, 'writeFile' | 'checkFile'> {
  /** @returns whether all arrived. */
  async function writeOnce(
    file: string,
    bytes: string,
    progress: ((done: number) => void) | undefined,
  ): Promise<boolean> {
    const storage = 'require("Storage")';
    const name = quote(file);
    await console.evaluate(`${storage}.erase(${name})`);
    if (isFragile(info) && (await freeBytes(console)) < roomFor(bytes.length))
      throw new Error(
        `The ESP8266 at ${console.port.name} cannot store ${String(bytes.length)} bytes more without putting its flash in order, ` +
          'for which it has too little memory. "npm run flash -- target" makes room',
      );
    for (let at = 0; at < bytes.length; at += CHUNK) {
      const chunk = bytes.slice(at, at + CHUNK);
      const size = at ? '' : `,${String(bytes.length)}`;
      const place = `${String(at)},${String(chunk.length)}`;
      const answer = await console.ask(
        `(${storage}.write(${name},${quote(chunk)},${String(at)}${size}),E.CRC32(${storage}.read(${name},${place})))`,
        START,
      );
      if (answer?.thrown && !/Syntax|ReferenceError/.test(answer.text))
        throw new Error(`The board cannot store ${String(bytes.length)} bytes more: ${answer.text}`);
      if (answer === undefined || Number(answer.text) >>> 0 !== crcOf(chunk)) return false;
      progress?.(at + chunk.length);
    }
    return true;
  }

  async function checkFile(file: string): Promise<FileCheck | undefined> {
    const found = await console.evaluate(
      `(function(f){return f===undefined?0:[f.length,E.CRC32(f)]})(require("Storage").read(${quote(file)}))`,
      START,
    );
    if (!Array.isArray(found)) return undefined;
    return { length: Number(found[0]), crc: Number(found[1]) >>> 0 };
  }

  async function writeFile(file: string, bytes: string, progress?: (done: number) => void): Promise<void> {
    for (const careful of [false, true]) {
      await console.setCareful(careful);
      if (!(await writeOnce(file, bytes, progress))) continue;
      const there = await checkFile(file);
      if (there?.length === bytes.length && there.crc === crcOf(bytes)) return;
    }
    throw new Error(
      `What is sent to ${console.port.name} arrives damaged: try a shorter cable or a lower baud rate`,
    );
  }

  return { writeFile, checkFile };
}
