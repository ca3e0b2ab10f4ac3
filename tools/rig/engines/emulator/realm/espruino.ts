/**
 * `E`, `process`, `console` and the other small globals of a board. It must
 * not offer what an ESP8266 build lacks: a program relying on that would only
 * run here.
 */
import { TARGET_INDEX } from '../wires';
import type { Zone } from './zone';
import type { Natives, BootProgram } from '../natives';
import type { RandomSource } from './chance';
import { byteList, byteString, crc32OfValue } from './bytes';
import { factsOf } from './facts';
import { printed } from './print';

/** Bytes of one variable on the boards this stands for. */
const BLOCK = 12;
/**
 * Bytes of the engine's heap counted as one variable. Far more than one takes
 * here: what the engine learns about functions, some 50 KB as a program warms
 * up, is in the same heap and must not look like a leak.
 */
const BYTES_PER_VARIABLE = 1000;
/** The ESP8266's register of random numbers. */
const NOISE = 0x3ff20e44;

/** Where the memory of an ESP8266's clock begins. */
const RTC = 0x60001100;
/** Milliseconds for which `process.memory(false)` gives the same figures. */
const FRESH = 500;
/** Bytes of saved code a variable is counted for: a 6.2 KB program running from flash takes some 250. */
const CODE_PER_VARIABLE = 25;

export interface BoardIdentity {
  readonly name: string;
  /** Variables of `BLOCK` bytes. */
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

interface Files {
  read(name: string): string | undefined;
  write(name: string, data: string): boolean;
  erase(name: string): void;
}

/** Estimate of the variables a value takes: what `E.getSizeOf` is used for. */
function sizeOf(value: unknown, seen: readonly object[]): number {
  if (typeof value === 'string') return 1 + Math.ceil(Math.max(0, value.length - 4) / BLOCK);
  if (typeof value !== 'object' || value === null || seen.includes(value)) return 1;
  if ('byteLength' in value) return 1 + Math.ceil(Number(value.byteLength) / BLOCK);
  const inside = seen.concat([value]);
  const fields = value as Record<string, unknown>;
  let size = 1;
  for (const key of Object.keys(fields))
    size += 1 + Math.max(0, Math.ceil((key.length - 4) / BLOCK)) + sizeOf(fields[key], inside);
  return size;
}

/**
 * @param codeSize bytes of the boot files.
 * @param print writes text and a line end.
 * @param start starts the board anew, once what runs now has ended.
 */
export function espruinoGlobals(
  natives: Natives,
  codeSize: number,
  print: (text: string) => void,
  zone: Zone,
  start: (program: BootProgram) => void,
  echo: (on: boolean) => void,
  files: Files,
  chance: RandomSource,
  flags: () => string[],
): object {
  const board = identityOf(natives);
  let base: number | undefined;
  let used = 0;
  let measured = -Infinity;
  const write = (...values: unknown[]): void => print(printed(values));
  const nothing = (): void => undefined;

  /**
   * What the saved code takes by rule of thumb, plus the growth of the engine's
   * heap since the first call. Good for seeing a leak, not for sizing a board.
   */
  function memory(collect?: boolean): object {
    // Without a collection a figure not much older serves: here, unlike on a board, garbage would count.
    if (collect !== false || natives.now() - measured > FRESH) {
      used = natives.heapUsed();
      measured = natives.now();
    }
    base ??= used;
    const estimate = Math.round(codeSize / CODE_PER_VARIABLE + (used - base) / BYTES_PER_VARIABLE);
    const usage = Math.min(board.variables, Math.max(1, estimate));
    return {
      free: board.variables - usage,
      usage,
      total: board.variables,
      history: 0,
      gc: 0,
      gctime: 1,
      blocksize: BLOCK,
    };
  }

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
      memory,
    },
    E: {
      CRC32: crc32OfValue,
      toString: byteString,
      toUint8Array: (...values: unknown[]) => new Uint8Array(byteList(values)),
      toArrayBuffer: (text: unknown) => new Uint8Array(byteList([text])).buffer,
      toJS: (value: unknown) => JSON.stringify(value),
      getErrorFlags: flags,
      getFlags: () => ({}),
      setFlags: nothing,
      setTimeZone: zone.setTimeZone,
      setDST: zone.setDST,
      getSizeOf: (value: unknown) => sizeOf(value, []),
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
      reboot: () => natives.reboot(),
      setBootCode(code: unknown, always?: boolean) {
        const name = always ? '.bootrst' : '.bootcde';
        if (typeof code === 'string' && code !== '') files.write(name, code);
        else for (const one of ['.bootcde', '.bootrst']) files.erase(one);
      },
    },
    reset(clear?: boolean) {
      if (clear) {
        print('Erasing saved code.\nDone!');
        for (const one of ['.bootcde', '.bootrst']) files.erase(one);
      }
      start({ kind: 'reset' });
    },
    load(name?: unknown) {
      start(name === undefined ? { kind: 'saved' } : { kind: 'file', name: String(name) });
    },
    save() {
      if (files.read('.bootcde') !== undefined)
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
    echo: (on: unknown) => echo(Boolean(on)),
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
