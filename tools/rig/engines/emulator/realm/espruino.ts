/**
 * `E`, `process`, `console` and the other small globals of a board. It must
 * not offer what an ESP8266 build lacks: a program relying on that would only
 * run here.
 */
import { TARGET_INDEX } from '../line-memory';
import type { Zone } from './zone';
import type { Natives } from '../natives';
import type { RandomSource } from './chance';
import { bootSize } from './boot';
import { byteList, byteString, crc32OfValue } from './bytes';
import type { Ending } from './ending';
import type { ErrorFlags } from './errors';
import { factsOf } from './facts';
import { createMemoryGauge, sizeOf } from './memory';
import { printed } from './print';
import type { EmulatedStorage } from './storage';

/** The ESP8266's register of random numbers. */
const NOISE = 0x3ff20e44;

/** Where the memory of an ESP8266's clock begins. */
const RTC = 0x60001100;
export interface BoardIdentity {
  readonly name: string;
  /** Variables of 12 bytes. */
  readonly variables: number;
  /** Bytes of Storage. */
  readonly storage: number;
}

export function identityOf(natives: Natives): BoardIdentity {
  return natives.board === TARGET_INDEX
    ? { name: 'ESP8266_4MB', variables: 1600, storage: 192 * 1024 }
    : {
        name: factsOf(natives)?.board ?? 'EMULATOR',
        variables: factsOf(natives)?.variables ?? 5000,
        storage: 256 * 1024,
      };
}

/** What the small globals are made of. */
export interface BoardParts {
  readonly natives: Natives;
  readonly storage: EmulatedStorage;
  readonly chance: RandomSource;
  readonly zone: Zone;
  readonly ending: Ending;
  readonly errors: ErrorFlags;
  /** Writes text and a line end. */
  print(text: string): void;
  echo(on: boolean): void;
}

const nothing = (): void => undefined;

/** `E` */
function interpreterGlobal({ natives, storage, chance, zone, ending, errors }: BoardParts): object {
  return {
    CRC32: crc32OfValue,
    toString: byteString,
    toUint8Array: (...values: unknown[]) => new Uint8Array(byteList(values)),
    toArrayBuffer: (text: unknown) => new Uint8Array(byteList([text])).buffer,
    toJS: (value: unknown) => JSON.stringify(value),
    getErrorFlags: () => errors.take(),
    getFlags: () => ({}),
    setFlags: nothing,
    setTimeZone: zone.setTimeZone,
    setDST: zone.setDST,
    getSizeOf: (value: unknown) => sizeOf(value),
    // targets/esp8266/jshardware.c:1268
    hwRand: chance.draw,
    srand: (seed: unknown) => chance.seed(Number(seed) | 0),
    clip: (x: number, low: number, high: number) => Math.min(high, Math.max(low, x)),
    sum: (list: ArrayLike<number>) =>
      Object.values(list as object).reduce((a: number, b) => a + Number(b), 0),
    reverseByte: (byte: number) => {
      let out = 0;
      for (let i = 0; i < 8; i++) out = (out << 1) | ((byte >> i) & 1);
      return out;
    },
    getTemperature: () => NaN,
    getAnalogVRef: () => 3.3,
    getClock: () => undefined,
    setClock: (frequency: unknown) => (natives.board === TARGET_INDEX ? setClock(frequency) : 0),
    setConsole: nothing,
    getConsole: () => 'Serial1',
    lockConsole: nothing,
    setPassword: nothing,
    enableWatchdog: nothing,
    kickWatchdog: nothing,
    defrag: nothing,
    reboot: () => ending.reboot(),
    setBootCode(code: unknown, always?: boolean) {
      const name = always ? '.bootrst' : '.bootcde';
      if (typeof code === 'string' && code !== '') storage.write(name, code);
      else for (const one of ['.bootcde', '.bootrst']) storage.erase(one);
    },
  };
}

export function espruinoGlobals(parts: BoardParts): object {
  const { natives, storage, ending, print } = parts;
  const board = identityOf(natives);
  const write = (...values: unknown[]): void => print(printed(values));

  return {
    print: write,
    console: { log: write, debug: write, info: write, warn: write, error: write, trace: nothing },
    process: {
      version: '2v29',
      env: {
        VERSION: '2v29',
        GIT_COMMIT: 'emulator',
        BOARD: board.name,
        FLASH: board.storage,
        STORAGE: board.storage,
        SERIAL: natives.board === TARGET_INDEX ? '5ccf7fa0-b1c2' : '00000000-0001',
        // Tools wait between bytes for a serial port's sake.
        CONSOLE: natives.console === undefined ? 'Serial1' : 'Telnet',
        MODULES:
          natives.board === TARGET_INDEX
            ? 'Flash,Storage,net,dgram,TelnetServer,Wifi,ESP8266'
            : (factsOf(natives)?.modules ?? ['Flash', 'Storage']).join(','),
        EXPTR: 0,
      },
      memory: createMemoryGauge(natives, board.variables, bootSize(storage)),
    },
    E: interpreterGlobal(parts),
    reset(clear?: boolean) {
      if (clear) {
        print('Erasing saved code.\nDone!');
        for (const one of ['.bootcde', '.bootrst']) storage.erase(one);
      }
      ending.start({ kind: 'reset' });
    },
    load(name?: unknown) {
      ending.start(name === undefined ? { kind: 'saved' } : { kind: 'file', name: String(name) });
    },
    save() {
      if (storage.read('.bootcde') !== undefined)
        throw new Error('Cannot save: .bootcde file already exists. Please remove it first.');
      throw new Error('The emulator cannot save its memory. Use E.setBootCode');
    },
    // Nothing but the register of the chip's random numbers and the memory of its clock is to be found here.
    peek32: (address: unknown) =>
      Number(address) === NOISE ? natives.noise() : (natives.rtc[(Number(address) - RTC) / 4] ?? 0),
    poke32(address: unknown, value: unknown) {
      const at = (Number(address) - RTC) / 4;
      if (at in natives.rtc) natives.rtc[at] = Number(value);
    },
    getSerial: () => (natives.board === TARGET_INDEX ? '5ccf7fa0-b1c2' : '00000000-0001'),
    echo: (on: unknown) => parts.echo(Boolean(on)),
    dump: nothing,
    trace: nothing,
    setBusyIndicator: nothing,
    setSleepIndicator: nothing,
  };
}

/** MHz; the firmware starts the chip at 160 (Espruino targets/esp8266/user_main.c:306). A realm is a start. */
let clock = 160;

/** `jshSetSystemClock` (Espruino targets/esp8266/jshardware.c:1451). @returns Hz */
function setClock(frequency: unknown): number {
  const wanted = Number(frequency) | 0;
  if (wanted !== 80 && wanted !== 160) throw new Error('Invalid frequency value, must be 80 or 160');
  clock = wanted;
  return clock * 1e6;
}

/** `require("ESP8266")`. */
export function esp8266Module(natives: Natives, resetReason: string): object {
  return {
    reboot: () => natives.reboot(),
    getResetInfo: () => ({
      reason: resetReason,
      exccause: 0,
      epc1: 0,
      epc2: 0,
      epc3: 0,
      excvaddr: 0,
      depc: 0,
    }),
    getState: () => ({
      sdkVersion: '2.2.1(6ab97e9)',
      cpuFrequency: clock,
      freeHeap: 12000,
      maxCon: 10,
      flashMap: '4MB:1024/1024',
      flashKB: 4096,
      flashChip: '0xEF 0x4016',
    }),
    setCPUFreq: (frequency: unknown) => void setClock(frequency),
    logDebug: () => undefined,
    setLog: () => undefined,
    crc32: (data: unknown) => crc32OfValue(data) | 0,
  };
}
