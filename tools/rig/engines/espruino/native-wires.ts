/**
 * Wires that the interpreters drive by themselves. The interpreter for Linux
 * has no GPIO; a build may lend it some, for which this is the contract:
 *
 *     ESPRUINO_WIRES  a file of 4096 bytes, mapped shared; byte n is the level of line n, 0 or 1
 *     ESPRUINO_PINS   this board's pins and their lines: 5:0,6:1 is D5 on line 0 and D6 on line 1
 *
 * `digitalWrite` stores, `digitalRead` loads, `setWatch` tells of edges that another process causes.
 */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOST_PINS, TARGET_PINS, type BoardName } from '../../boards';

const SIZE = 4096;

/** Lines, by the host's name of the wire. */
const LINES = { sckout: 0, stx: 1, srx: 2, sckin: 3, reset: 4 } as const;

const PINS: Readonly<Record<BoardName, string>> = {
  host: Object.entries(LINES)
    .map(([wire, line]) => `${String(HOST_PINS[wire as keyof typeof LINES])}:${String(line)}`)
    .join(),
  target: Object.entries(TARGET_PINS)
    .map(([wire, pin]) => `${String(pin)}:${String(LINES[wire as keyof typeof TARGET_PINS])}`)
    .join(),
};

/** What each board drives, and the level there when it is off, but for the reset line. */
const DRIVEN: Readonly<Record<BoardName, readonly (readonly [number, 0 | 1])[]>> = {
  host: [
    [LINES.sckout, 0],
    [LINES.stx, 0],
  ],
  target: [
    [LINES.srx, 0],
    [LINES.sckin, 0],
  ],
};

export interface NativeWires {
  /** Makes the wires, all at rest. */
  open(directory: string): void;
  close(): void;
  /** For the process of a board. */
  environment(board: BoardName): Record<string, string>;
  /** The board is off: its lines go to their levels at rest. */
  release(board: BoardName): void;
  /** Level of the reset line. */
  resetLevel(): number;
}

/** @param idle level of the reset line while nothing drives it */
export function createNativeWires(idle: 0 | 1): NativeWires {
  const buffer = Buffer.alloc(1);
  let path = '';
  let file: number | undefined;

  function release(board: BoardName): void {
    const reset = [LINES.reset, idle] as const;
    for (const [line, level] of board === 'host' ? [...DRIVEN[board], reset] : DRIVEN[board])
      if (file) writeSync(file, Buffer.of(level), 0, 1, line);
  }

  return {
    open(directory) {
      path = join(directory, 'wires');
      writeFileSync(path, Buffer.alloc(SIZE));
      file = openSync(path, 'r+');
      release('host');
      release('target');
    },
    close() {
      if (file) closeSync(file);
      file = undefined;
    },
    environment: (board) => ({ ESPRUINO_WIRES: path, ESPRUINO_PINS: PINS[board] }),
    release,
    resetLevel() {
      if (file) readSync(file, buffer, 0, 1, LINES.reset);
      return buffer[0] ?? idle;
    },
  };
}

const known = new Map<string, boolean>();

/** Whether an interpreter has such wires: tried out. */
export function hasNativeWires(interpreter: string): boolean {
  const before = known.get(interpreter);
  if (before !== undefined) return before;
  const directory = mkdtempSync(join(tmpdir(), 'espruino-wires-'));
  try {
    const wires = join(directory, 'wires');
    const program = join(directory, 'try.js');
    writeFileSync(wires, Buffer.alloc(SIZE));
    writeFileSync(program, 'digitalWrite(D1,1);quit();');
    spawnSync(interpreter, [program], {
      env: { ...process.env, ESPRUINO_WIRES: wires, ESPRUINO_PINS: '1:3' },
      timeout: 10_000,
      killSignal: 'SIGKILL',
    });
    const has = readFileSync(wires)[3] === 1;
    known.set(interpreter, has);
    return has;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
