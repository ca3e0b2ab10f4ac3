/**
 * What a board's pins do to the lines: mode and output register of each. The link's byte exchange spends its time here,
 * so reads and writes do no more than they must.
 */
import { Drive, RESET_INPUT, TARGET_INDEX } from '../line-memory';
import type { Wires } from '../wires';
import type { Natives } from '../natives';
import type { PinNames } from './pin-names';

export const PIN_MODES = [
  'input',
  'output',
  'opendrain',
  'opendrain_pullup',
  'input_pullup',
  'input_pulldown',
  'analog',
  'af_output',
  'af_opendrain',
] as const;
export type PinMode = (typeof PIN_MODES)[number];

/** The flash chip's pins on an ESP8266. */
const FLASH_FIRST = 6;
const FLASH_LAST = 11;

/** Who hears of what is done to a host's pins. */
export interface PinReports {
  /** A pin that is not the link's was written. */
  wrote(pin: number, level: 0 | 1): void;
  /** What only an application does was done to a pin of the link. */
  used(pin: number, doing: string): void;
}

export interface PinStages {
  /** To be called before each look at pins. @param pins a bit for each */
  look(pins: number): void;
  /** `jshPinInput` (Espruino src/jspin.c:240). */
  read(pin: number): 0 | 1;
  /** `jshPinOutput` (src/jspin.c:257): the level first, then the mode, unless `pinMode` was called. */
  write(pin: number, value: number): void;
  /** As the firmware sets it by itself: not where a program has, by `pinMode`. */
  setMode(pin: number, mode: PinMode): void;
  /** By `pinMode`; without a mode the firmware is to set it again. */
  choose(pin: number, mode: PinMode | undefined, automatic: boolean): void;
  mode(pin: number): PinMode | undefined;
  register(pin: number): number | undefined;
}

function driveOf(mode: PinMode | undefined, high: boolean): Drive {
  switch (mode) {
    case 'output':
    case 'af_output':
      return high ? Drive.High : Drive.Low;
    case 'opendrain':
    case 'af_opendrain':
      return high ? Drive.Float : Drive.Low;
    case 'opendrain_pullup':
      return high ? Drive.WeakHigh : Drive.Low;
    case 'input_pullup':
      return Drive.WeakHigh;
    case 'input_pulldown':
      return Drive.WeakLow;
    default:
      return Drive.Float;
  }
}

export function createPinStages(
  natives: Pick<Natives, 'board' | 'line'>,
  wires: Wires,
  { driven }: PinNames,
  reports: PinReports | undefined,
): PinStages {
  const { board } = natives;
  const isTarget = board === TARGET_INDEX;
  const modes: PinMode[] = [];
  /** Whether `pinMode` set it. */
  const manual: boolean[] = [];
  const register: number[] = [];
  for (let i = 0; i < RESET_INPUT; i++) {
    modes.push('input');
    manual.push(false);
    register.push(0);
  }

  /**
   * `jshPinSetState`. It sets up the pin each time, also where nothing changes: on a board that is the greater part of
   * a write (Espruino targets/esp8266/jshardware.c:365), and on an STM32F4 the line floats for a moment.
   */
  function setMode(pin: number, mode: PinMode): void {
    wires.countMode(board);
    if (modes[pin] === mode) return;
    if (isTarget) {
      if (pin >= FLASH_FIRST && pin <= FLASH_LAST)
        return natives.line('ERROR: Cannot change pins used for flash chip');
      if (pin === 16 && mode !== 'input' && mode !== 'output')
        return natives.line('ERROR: only output and input are valid for D16');
      if (mode === 'analog' || mode === 'input_pulldown')
        return natives.line('ERROR: Pin state not supported');
    }
    modes[pin] = mode;
    wires.drive(board, pin, driveOf(mode, register[pin] === 1));
  }

  return {
    look(pins) {
      wires.stopIfStill(board);
      wires.look(board, pins);
    },
    read(pin) {
      if (driven[pin] === true) reports?.used(pin, 'reads it');
      if (!manual[pin]) setMode(pin, 'input');
      return wires.read(board, pin);
    },
    write(pin, value) {
      wires.stopIfStill(board);
      register[pin] = value;
      wires.drive(board, pin, driveOf(modes[pin], value === 1));
      if (!manual[pin]) setMode(pin, 'output');
      if (driven[pin] === undefined) reports?.wrote(pin, value as 0 | 1);
      else if (!driven[pin]) reports?.used(pin, 'writes to it');
    },
    setMode(pin, mode) {
      if (!manual[pin]) setMode(pin, mode);
    },
    choose(pin, mode, automatic) {
      manual[pin] = mode !== undefined && !automatic;
      if (mode !== undefined) setMode(pin, mode);
    },
    mode: (pin) => modes[pin],
    register: (pin) => register[pin],
  };
}
