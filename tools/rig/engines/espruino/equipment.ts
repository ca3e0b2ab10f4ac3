/**
 * What a board's Storage holds besides the application: the interpreter's
 * lacking hardware as boot code and modules (see `firmware/`). It must never
 * touch the application's own files.
 */
import { readFileSync } from 'node:fs';
import { minify_sync } from 'terser';
import { HOST_PINS, TARGET_PINS, type BoardName } from '../../boards';
import type { Files } from './flash';

/** Where the ESP8266's firmware keeps what `Wifi.save()` saves (Espruino src/jswrap_storage.h). */
export const SAVED_NETWORK = '.wificfg';

/** The settings of `firmware/`. File names are relative to the board's directory. */
interface Settings {
  readonly clockOut: number;
  readonly dataOut: number;
  readonly clockIn: number;
  readonly dataIn: number;
  readonly input: string;
  readonly output: string;
  readonly wiring: string;
  readonly log: string;
  /** The host's pin that is wired to the target's reset. */
  readonly reset?: number;
  /** Storage file with the target's network. */
  readonly saved?: string;
}

const SETTINGS: Readonly<Record<BoardName, Settings>> = {
  host: {
    clockOut: HOST_PINS.sckout,
    dataOut: HOST_PINS.stx,
    clockIn: HOST_PINS.sckin,
    dataIn: HOST_PINS.srx,
    input: '../target.levels',
    output: '../host.levels',
    wiring: '../host.wiring',
    log: '../host.log',
    reset: HOST_PINS.reset,
  },
  target: {
    clockOut: TARGET_PINS.sckin,
    dataOut: TARGET_PINS.srx,
    clockIn: TARGET_PINS.sckout,
    dataIn: TARGET_PINS.stx,
    input: '../host.levels',
    output: '../target.levels',
    wiring: '../target.wiring',
    log: '../target.log',
    saved: SAVED_NETWORK,
  },
};

// Long names and objects of settings cost variables on a board that has few. Nothing may change places, hence no
// compression: Espruino knows a function only once its declaration has run. The names that become global are unlike
// those of a target's bundle and of Espruino; $W is told by name.
const NAMES = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVXYZ';

/** Code for wires that are files, between two marks. */
const FILE_WIRES = /^ *\/\/ FILES\b(?! end)[^]*?\/\/ FILES end\.$/gm;

/**
 * Boot code of a board.
 * @param echo the console echoes and prompts, as on a real board
 * @param native the interpreter has wires of its own
 * @param idle level of the host's reset pin while nothing drives it
 */
export function equipment(board: BoardName, echo: boolean, native: boolean, idle: 0 | 1 = 1): Files {
  const settings: Partial<Record<string, string | number>> = {
    ...SETTINGS[board],
    echo: echo ? 1 : 0,
    idle,
  };
  const text = readFileSync(new URL(`./firmware/${board}.js`, import.meta.url), 'latin1')
    .replace(FILE_WIRES, (part) => (native ? '' : part))
    .replace(/\bBOARD\.(\w+)/g, (_, setting: string) => JSON.stringify(settings[setting]));
  const { code } = minify_sync(text, {
    compress: false,
    mangle: { toplevel: true, reserved: ['$W'], nth_identifier: { get: (n) => `$${NAMES[n] ?? String(n)}` } },
  });
  return { '.boot0': code ?? text };
}
