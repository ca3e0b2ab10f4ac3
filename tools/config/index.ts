/**
 * The two settings files of a user: read, checked by the very code that the
 * boards run, and turned into what a host's Storage holds. No password may get
 * into a message.
 */
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { closest, distance } from 'fastest-levenshtein';
import '../simulation/device-globals';
import { takeOptions } from '../../host/net-file';
import { checkSetup } from '../../host/settings';
import type { LinkPins, NetworkSettings } from '../../host/settings';
import { inPackage } from '../package';
import { parseJsonc } from './jsonc';
import type { Parsed } from './jsonc';
import { PRESET_NAMES, presetByName, presetOfBoard } from './presets';
import type { Preset } from './presets';

/** Where the files are, unless it is said otherwise. */
export const SETTINGS_DIRECTORY = 'host';

/** Pins that a file without a preset must name. */
const WIRES = ['reset', 'sckout', 'stx', 'srx', 'sckin'];

/** Takes the pins from the board that is connected. */
const AUTO = 'auto';

/** Letters that a misspelt name may differ by. */
const MISSPELT = 3;

/** What is wrong with a user's file: one line that names file, line and field. */
export class SettingsError extends Error {}

export interface Settings {
  /** `net.json`, which is the same for every board. */
  readonly net: string;
  /**
   * The files for the Storage of this board, one character a byte.
   * @param board `process.env.BOARD`
   * @throws SettingsError when the pins are those of another board, or none are known for this one.
   */
  filesFor(board: string): { readonly 'pins.json': string; readonly 'net.json': string };
}

type Kind = 'net' | 'pins';

function pathOf(directory: string, kind: Kind): string {
  return join(directory, `${kind}.jsonc`);
}

/**
 * Makes the files that are missing, from the examples beside them.
 * @returns the paths of those made.
 */
export function createSettings(directory: string): string[] {
  return (['net', 'pins'] as const)
    .filter((kind) => !existsSync(pathOf(directory, kind)))
    .map((kind) => {
      copyFileSync(inPackage('host', `${kind}.example.jsonc`), pathOf(directory, kind));
      return pathOf(directory, kind);
    });
}

/** Text as a board has it: its UTF-8 bytes, one character each. */
function toBytes(value: unknown): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('latin1');
}

function read(path: string): Parsed {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new SettingsError(`${path} cannot be read: ${(error as Error).message}`);
  }
  try {
    return parseJsonc(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new SettingsError(`${path}, ${(error as Error).message}`);
  }
}

/** What the boards' code threw, with the line of the field, and what the user may have meant. */
function explain(path: string, { lines }: Parsed, error: unknown): SettingsError {
  const message = error instanceof Error ? error.message : String(error);
  const [, unknown, allowed] = /has no field (\S+)\. Allowed: (.*)$/.exec(message) ?? [];
  const field = unknown ?? /^(?:pin )?(\w+)(?:\.\w+)? is/.exec(message)?.[1];
  const line = field === undefined ? undefined : lines[field];
  const place = line === undefined ? path : `${path}, line ${String(line)}`;
  const meant = unknown && allowed ? meantBy(unknown, allowed.split(', ')) : '';
  return new SettingsError(`${place}: ${message}${meant}`);
}

function meantBy(given: string, names: readonly string[]): string {
  const name = closest(
    given.toLowerCase(),
    names.map((one) => one.toLowerCase()),
  );
  const found = names.find((one) => one.toLowerCase() === name);
  return found && distance(given.toLowerCase(), name) <= MISSPELT ? `. Did you mean ${found}?` : '';
}

/** The preset that a pins file names, if any. */
function presetIn(path: string, parsed: Parsed): Preset | typeof AUTO | undefined {
  const { board } = parsed.fields;
  if (board === undefined || board === AUTO) return board;
  const preset = typeof board === 'string' ? presetByName(board) : undefined;
  if (preset) return preset;
  const names = [AUTO, ...PRESET_NAMES];
  throw new SettingsError(
    `${path}, line ${String(parsed.lines['board'])}: board is ${JSON.stringify(board)}. Allowed: ${names.join(', ')}` +
      meantBy(String(board), names),
  );
}

/**
 * Reads and checks both files.
 * @throws SettingsError
 */
export function readSettings(directory: string): Settings {
  const netPath = pathOf(directory, 'net');
  const pinsPath = pathOf(directory, 'pins');
  const net = read(netPath);
  const pins = read(pinsPath);
  const chosen = presetIn(pinsPath, pins);
  const own = { ...pins.fields };
  delete own['board'];

  /** With pins that are right, what remains wrong is in the other file; and the other way round. */
  function check(given: Readonly<Record<string, unknown>>, path: string, parsed: Parsed): void {
    try {
      const settings = JSON.parse(toBytes(net.fields)) as Record<string, unknown>;
      const options = takeOptions(settings);
      checkSetup(given as unknown as LinkPins, settings as unknown as NetworkSettings, options);
    } catch (error) {
      throw explain(path, parsed, error);
    }
  }

  function withPreset(preset: Preset | undefined): Record<string, unknown> {
    return { ...preset?.pins, ...own };
  }

  const any = PRESET_NAMES.map(presetByName)[0];
  check({ ...any?.pins }, netPath, net);
  // Which pins "auto" will give is not known yet; names that are no pins of the link are.
  check(withPreset(chosen === AUTO ? any : chosen), pinsPath, pins);

  const netFile = toBytes(net.fields);
  return {
    net: netFile,
    filesFor(board) {
      const here = presetOfBoard(board);
      if (chosen !== undefined && chosen !== AUTO && here && here !== chosen)
        throw new SettingsError(
          `${pinsPath} has the pins of board ${JSON.stringify(chosen.name)}, but the board that is connected is ` +
            `${JSON.stringify(here.name)}. Set "board" to it, or to "auto"`,
        );
      if (chosen === AUTO && !here && WIRES.some((wire) => !(wire in own)))
        throw new SettingsError(
          `${pinsPath}: "auto" knows no pins for the board ${board}. Name all five: ${WIRES.join(', ')}`,
        );
      const given = withPreset(chosen === AUTO ? here : chosen);
      check(given, pinsPath, pins);
      return { 'pins.json': toBytes(given), 'net.json': netFile };
    },
  };
}
