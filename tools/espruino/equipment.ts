/**
 * What a board's Storage holds besides the application: the interpreter's
 * lacking hardware as boot code and modules (see `firmware/`). It must never
 * touch the application's own files.
 */
import { readFileSync } from 'node:fs';
import { minify_sync } from 'terser';
import { HOST_PINS, TARGET_PINS, type BoardName } from '../boards';
import type { Files } from './flash';

/** Where the ESP8266's firmware keeps what `Wifi.save()` saves (Espruino src/jswrap_storage.h). */
export const SAVED_NETWORK = '.wificfg';

/** The settings of `firmware/pins.js`. File names are relative to the board's directory. */
interface PinSettings {
  readonly clockOut: number;
  readonly dataOut: number;
  readonly clockIn: number;
  readonly dataIn: number;
  /** The reset line's pin; -1 on the target. */
  readonly reset: number;
  readonly input: string;
  readonly output: string;
  readonly wiring: string;
  readonly log: string;
  /** Global names of pins that real boards have and this interpreter lacks. */
  readonly pins: Readonly<Record<string, number>>;
  /** Pins have methods: for applications, where memory is no question. The target's bundle has no use for them. */
  readonly methods: boolean;
  /** Wi-Fi is joined at power-up if this Storage file exists; empty without Wi-Fi. */
  readonly autoJoin: string;
}

const SETTINGS: Readonly<Record<BoardName, PinSettings>> = {
  host: {
    clockOut: HOST_PINS.sckout,
    dataOut: HOST_PINS.stx,
    clockIn: HOST_PINS.sckin,
    dataIn: HOST_PINS.srx,
    reset: HOST_PINS.reset,
    input: '../target.levels',
    output: '../host.levels',
    wiring: '../host.wiring',
    log: '../host.log',
    methods: true,
    pins: { LED: 1, LED1: 1, LED2: 2, LED3: 3 },
    autoJoin: '',
  },
  target: {
    clockOut: TARGET_PINS.sckin,
    dataOut: TARGET_PINS.srx,
    clockIn: TARGET_PINS.sckout,
    dataIn: TARGET_PINS.stx,
    reset: -1,
    input: '../host.levels',
    output: '../target.levels',
    wiring: '../target.wiring',
    log: '../target.log',
    methods: false,
    pins: { LED1: 0 },
    autoJoin: SAVED_NETWORK,
  },
};

// Long names and objects of settings cost variables on a board that has few. Nothing may change places, hence no
// compression: Espruino knows a function only once its declaration has run.
function firmware(name: string, settings: Readonly<Record<string, unknown>> = {}): string {
  const text = readFileSync(new URL(`./firmware/${name}.js`, import.meta.url), 'latin1').replace(
    /\bBOARD\.(\w+)/g,
    (_, setting: string) => JSON.stringify(settings[setting]),
  );
  return minify_sync(text, { compress: false, mangle: { toplevel: true } }).code ?? text;
}

export function equipment(board: BoardName): Files {
  const files: Files = { '.boot0': firmware('pins', { ...SETTINGS[board] }) };
  return board === 'host' ? files : { ...files, Wifi: firmware('wifi'), ESP8266: firmware('esp8266') };
}
