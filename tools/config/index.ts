/**
 * The two settings files of a user: read, checked by the very code that the
 * boards run, and turned into what a host's Storage holds. No password may get
 * into a message.
 */
import { existsSync } from 'node:fs';
import { closest, distance } from 'fastest-levenshtein';
import '../simulation/device-globals';
import { takeOptions } from '../../host/net-file';
import { checkSetup } from '../../host/settings';
import type { LinkPins, NetworkSettings } from '../../host/settings';
import { checkDoubts } from './doubts';
import { settingsPath, sharedPath } from './files';
import { parseJsonc } from './jsonc';
import type { Parsed } from './jsonc';
import { PRESET_NAMES, presetByName, presetOfBoard } from './presets';
import type { Preset } from './presets';
import { fromBytes, readText } from './text';

export { SETTINGS_DIRECTORY, createSettings } from './files';

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
  /** The application was written for a board with Wi-Fi: its `Wifi` and `MQTT` go over the link. */
  readonly overLink: boolean;
  /**
   * The files for the Storage of this board, one character a byte.
   * @param board `process.env.BOARD`
   * @throws SettingsError when the pins are those of another board, or none are known for this one.
   */
  filesFor(board: string): { readonly 'pins.json': string; readonly 'net.json': string };
}

/** Text as a board has it: its UTF-8 bytes, one character each. */
function toBytes(value: unknown): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('latin1');
}

/** A file's fields with where each stands. */
interface Origin {
  readonly path: string;
  readonly line: number;
}

interface Read {
  readonly path: string;
  readonly fields: Parsed['fields'];
  readonly origins: Readonly<Record<string, Origin>>;
}

function read(path: string): Read {
  try {
    const { fields, lines } = parseJsonc(readText(path));
    const origins = Object.entries(lines).map(([name, line]) => [name, { path, line }] as const);
    return { path, fields, origins: Object.fromEntries(origins) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new SettingsError(`There is no file ${path}: "mqttlink config" makes it`);
    throw new SettingsError(code ? `${path} cannot be read: ${message}` : `${path}, ${message}`);
  }
}

/** `net.jsonc`, with what all devices share. */
function readNet(directory: string): Read {
  const path = settingsPath(directory, 'net');
  if (!existsSync(sharedPath(directory))) return read(path);
  const shared = read(sharedPath(directory));
  if (!existsSync(path)) return shared;
  const own = read(path);
  return {
    path,
    fields: { ...shared.fields, ...own.fields },
    origins: { ...shared.origins, ...own.origins },
  };
}

/** What the boards' code threw, with the line of the field, and what the user may have meant. */
function explain({ path, origins }: Read, error: unknown): SettingsError {
  // The boards' code sees text as its bytes.
  const message = fromBytes(error instanceof Error ? error.message : String(error));
  const [, unknown, allowed] = /has no field (\S+)\. Allowed: (.*)$/.exec(message) ?? [];
  const field = unknown ?? /^(?:pin )?(\w+)(?:\.\w+)? is/.exec(message)?.[1];
  const origin = field === undefined ? undefined : origins[field];
  const place = origin === undefined ? path : `${origin.path}, line ${String(origin.line)}`;
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
function presetIn({ path, fields, origins }: Read): Preset | typeof AUTO | undefined {
  const { board } = fields;
  if (board === undefined || board === AUTO) return board;
  const preset = typeof board === 'string' ? presetByName(board) : undefined;
  if (preset) return preset;
  const names = [AUTO, ...PRESET_NAMES];
  throw new SettingsError(
    `${path}, line ${String(origins['board']?.line)}: board is ${JSON.stringify(board)}. Allowed: ${names.join(', ')}` +
      meantBy(String(board), names),
  );
}

/**
 * Reads and checks both files.
 * @throws SettingsError
 */
export function readSettings(directory: string): Settings {
  const net = readNet(directory);
  const pins = read(settingsPath(directory, 'pins'));
  const chosen = presetIn(pins);
  const own = { ...pins.fields };
  delete own['board'];

  /** With pins that are right, what remains wrong is in the other file; and the other way round. */
  function check(given: Readonly<Record<string, unknown>>, file: Read): void {
    try {
      const settings = JSON.parse(toBytes(net.fields)) as Record<string, unknown>;
      // The program names them.
      if (settings['compatibility'] === 'wifi')
        for (const name of ['ssid', 'password', 'broker']) settings[name] ||= 'in-the-program';
      const options = takeOptions(settings);
      checkSetup(given as unknown as LinkPins, settings as unknown as NetworkSettings, options);
      checkDoubts(net.fields);
    } catch (error) {
      throw explain(file, error);
    }
  }

  function withPreset(preset: Preset | undefined): Record<string, unknown> {
    return { ...preset?.pins, ...own };
  }

  const any = PRESET_NAMES.map(presetByName)[0];
  check({ ...any?.pins }, net);
  // Which pins "auto" will give is not known yet; names that are no pins of the link are.
  check(withPreset(chosen === AUTO ? any : chosen), pins);

  const netFile = toBytes(net.fields);
  return {
    net: netFile,
    overLink: net.fields['compatibility'] !== undefined,
    filesFor(board) {
      const here = presetOfBoard(board);
      if (chosen !== undefined && chosen !== AUTO && here && here !== chosen)
        throw new SettingsError(
          `${pins.path} has the pins of board ${JSON.stringify(chosen.name)}, but the board that is connected is ` +
            `${JSON.stringify(here.name)}. Set "board" to it, or to "auto"`,
        );
      if (chosen === AUTO && !here && WIRES.some((wire) => !(wire in own)))
        throw new SettingsError(
          `${pins.path}: "auto" knows no pins for the board ${board}. Name all five: ${WIRES.join(', ')}`,
        );
      const given = withPreset(chosen === AUTO ? here : chosen);
      check(given, pins);
      return { 'pins.json': toBytes(given), 'net.json': netFile };
    },
  };
}
