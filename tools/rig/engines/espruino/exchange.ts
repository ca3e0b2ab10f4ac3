/**
 * The files through which the boards see each other's levels, and the tool
 * and the boards tell each other things. No reader must ever find a file half
 * written.
 */
import {
  accessSync,
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BoardName } from '../../boards';
import type { Levels } from './wiring';

export interface LevelFiles {
  readonly directory: string;
  /** A board's working directory. */
  home(board: BoardName): string;
  levels(board: BoardName): Levels;
  setLevels(board: BoardName, levels: Levels): void;
  /**
   * What a board noted since the last call, one character each: `B` it begins
   * to boot, `R` it asks to be restarted, `H` to resolve the host name in its
   * file `name` into `address`; `0` and `1` the level of its reset line.
   */
  notes(board: BoardName): string;
  /** Writes a file below the directory, at one stroke; not for levels and notes, which stay open. */
  write(name: string, contents: string | Buffer): void;
  remove(): void;
}

function memoryFileSystem(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}

export function createLevelFiles(): LevelFiles {
  const directory = mkdtempSync(join(memoryFileSystem(), 'espruino-boards-'));
  const home = (board: BoardName): string => join(directory, board);
  const open = (board: BoardName): { levels: number; log: number } => {
    mkdirSync(home(board));
    return {
      levels: openSync(join(directory, `${board}.levels`), 'w+'),
      log: openSync(join(directory, `${board}.log`), 'w+'),
    };
  };
  const files = { host: open('host'), target: open('target') };
  const buffer = Buffer.alloc(256);

  function levels(board: BoardName): Levels {
    const length = readSync(files[board].levels, buffer, 0, 1, 0);
    return (length ? buffer[0]! & 3 : 0) as Levels;
  }

  function setLevels(board: BoardName, now: Levels): void {
    writeSync(files[board].levels, String(now), 0);
  }

  function notes(board: BoardName): string {
    return buffer.toString('latin1', 0, readSync(files[board].log, buffer));
  }

  function write(name: string, contents: string | Buffer): void {
    const path = join(directory, name);
    writeFileSync(`${path}~`, contents);
    renameSync(`${path}~`, path);
  }

  function remove(): void {
    for (const { levels, log } of Object.values(files)) {
      closeSync(levels);
      closeSync(log);
    }
    rmSync(directory, { recursive: true, force: true });
  }

  return { directory, home, levels, setLevels, notes, write, remove };
}
