/**
 * Good pins for the five lines on boards that people have: next to each other,
 * free after start, and `srx` and `sckin` can be watched at the same time. Tests
 * hold this table to the firmware's board files, and that of host/README.md to this one.
 */
import type { WireName } from '../rig/boards';
import { HOST_PINS } from '../rig/boards';

export type PresetPins = Readonly<Record<WireName, string>>;

export interface Preset {
  /** As the settings file names it. */
  readonly name: string;
  /** What such boards call themselves, `process.env.BOARD`. */
  readonly boards: readonly string[];
  readonly pins: PresetPins;
}

function pins(reset: string, sckout: string, stx: string, srx: string, sckin: string): PresetPins {
  return { reset, sckout, stx, srx, sckin };
}

/** Boards that can be had. */
export const PRESETS: readonly Preset[] = [
  { name: 'Espruino Pico', boards: ['PICO_R1_3'], pins: pins('B10', 'B13', 'B14', 'B15', 'B1') },
  { name: 'Espruino (original)', boards: ['ESPRUINOBOARD'], pins: pins('C0', 'C1', 'C2', 'C3', 'A0') },
  { name: 'Pixl.js', boards: ['PIXLJS'], pins: pins('D2', 'D3', 'D4', 'D5', 'D6') },
  { name: 'MDBT42Q breakout', boards: ['MDBT42Q'], pins: pins('D14', 'D15', 'D16', 'D17', 'D18') },
  { name: 'micro:bit 2', boards: ['MICROBIT2'], pins: pins('D12', 'D13', 'D14', 'D15', 'D2') },
  { name: 'STM32F4 Discovery', boards: ['STM32F4DISCOVERY'], pins: pins('E7', 'E8', 'E9', 'E10', 'E11') },
  { name: 'ESP32', boards: ['ESP32'], pins: pins('D32', 'D33', 'D25', 'D26', 'D27') },
];

/** The host of `npm run boards`, on either engine. */
export const VIRTUAL: Preset = {
  name: 'npm run boards',
  boards: ['EMULATOR', 'LINUX'],
  pins: Object.fromEntries(
    Object.entries(HOST_PINS).map(([wire, pin]) => [wire, `D${String(pin)}`]),
  ) as PresetPins,
};

const ALL = [...PRESETS, VIRTUAL];

/** The names a settings file may use. */
export const PRESET_NAMES: readonly string[] = ALL.map(({ name }) => name);

export function presetByName(name: string): Preset | undefined {
  return ALL.find((preset) => preset.name === name);
}

/** @param board `process.env.BOARD` of a board */
export function presetOfBoard(board: string): Preset | undefined {
  return ALL.find(({ boards }) => boards.includes(board));
}
