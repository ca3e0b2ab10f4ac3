/**
 * Whether a board can be what it is to be, found out before anything on it is
 * changed. Each refusal is one line that says what the board lacks.
 */
import type { BoardName } from '../rig/boards';
import { boardOf } from '../config/boards';
import { linkClashes, pinsNamed, shown } from '../config/boards/named';
import type { RemoteBoard } from './board';

/** A release of the firmware, 2v11. */
type Version = readonly [major: number, minor: number];

/**
 * Firmware before that lacks something the bundles or this tool use: 2v05 brought E.CRC32, parts of Storage files and
 * load(file), 2v10 Promises that go on after they are settled, 2v11 an error of Storage.readJSON that can be caught.
 */
const OLDEST: Version = [2, 11];

/**
 * From 2v17 on a typed array did not fit the variable that describes it where a board has fewer than 2048 of them, as an
 * ESP8266: `new Uint8Array(3)` overwrote what comes next, or reset the board (espruino/Espruino#2426, mended in 2v20).
 */
const OLDEST_SMALL: Version = [2, 20];
const SMALL = 2048;

/** What the firmware for an ESP8266 with 512 KB of flash calls itself, and its variables. */
const TINY = { name: 'ESP8266_BOARD', variables: 1700 };

/** Variables a bundle needs beside the firmware's own, with messages on their way. */
const MEMORY: Readonly<Record<BoardName, number>> = { target: 1300, host: 1500 };

/** Modules that only an ESP8266's firmware has together. */
const TARGET_MODULES = ['Wifi', 'ESP8266', 'net', 'dgram'] as const;

/** Which of the target's modules are missing. */
async function missingModules(board: RemoteBoard): Promise<string[]> {
  const names = JSON.stringify(TARGET_MODULES);
  const missing = await board.evaluate(
    `${names}.filter(function(m){try{require(m)}catch(e){return true}return false})`,
  );
  return missing as string[];
}

/**
 * Whether the board's firmware can be what it is to be.
 * @throws Error, one line.
 */
export async function checkFirmware(
  { info, port, evaluate }: Pick<RemoteBoard, 'info' | 'port' | 'evaluate'>,
  role: BoardName,
): Promise<void> {
  const tiny = `The board at ${port} (${info.name}) has the firmware for 512 KB of flash, which resets when it runs JavaScript. The target must be a board with 4 MB, such as a NodeMCU or WeMos D1 mini, with the firmware that has "esp8266_4mb" in its name; an ESP-01 also lacks the pins`;
  // The less is asked of it, the better.
  if (info.name === TINY.name) throw new Error(tiny);
  const variables = Number(await evaluate('process.memory().total'));
  if (role === 'target' && variables === TINY.variables) throw new Error(tiny);
  const [, major, minor] = /^(\d+)v(\d+)/.exec(info.version) ?? [];
  const [needMajor, needMinor] = role === 'target' || variables < SMALL ? OLDEST_SMALL : OLDEST;
  const isNew = Number(major) > needMajor || (Number(major) === needMajor && Number(minor) >= needMinor);
  if (!isNew)
    throw new Error(
      `The board at ${port} has Espruino ${info.version}. The ${role} needs ${String(needMajor)}v${String(needMinor)} or newer, ` +
        'from https://www.espruino.com/Download',
    );
}

/**
 * Looks without changing anything; the board's program goes on.
 * @throws Error, one line.
 */
export async function checkRole(board: RemoteBoard, role: BoardName): Promise<void> {
  const { port, info } = board;
  if (info.name === TINY.name) return checkFirmware(board, role);
  const missing = await missingModules(board);
  if (role === 'target' && missing.length)
    throw new Error(
      `The board at ${port} (${info.name}) has no module ${missing.join(', ')}: the target must be an ESP8266. ` +
        'Is that port the host’s?',
    );
  if (role === 'host' && !missing.includes('ESP8266'))
    throw new Error(
      `The board at ${port} is an ESP8266: it has too little memory and too few pins for a host. ` +
        'Is that port the target’s?',
    );
  await checkFirmware(board, role);
  const variables = Number(await board.evaluate('process.memory().total'));
  if (variables < MEMORY[role])
    throw new Error(
      `The board at ${port} (${info.name}) has ${String(variables)} variables. The ${role}’s bundle needs ${String(MEMORY[role])}`,
    );
}

/** @throws Error naming the first that is no pin of the board. */
export async function checkPins(board: RemoteBoard, pins: Readonly<Record<string, unknown>>): Promise<void> {
  const wires = Object.keys(pins).filter((name) => name !== 'resetInverted');
  const values = wires.map((wire) => pins[wire]);
  const right = (await board.evaluate(
    `${JSON.stringify(values)}.map(function(p){try{return typeof Pin(p)=="number"}catch(e){return false}})`,
  )) as boolean[];
  const wrong = right.indexOf(false);
  if (wrong >= 0)
    throw new Error(
      `host/pins.jsonc: ${String(wires[wrong])} is ${JSON.stringify(values[wrong])}. ` +
        `Allowed: a pin of the board at ${board.port} (${board.info.name})`,
    );
}

/**
 * Whether the board has the pins that an application names.
 * @param pins of the link, by its lines
 * @returns warnings, of pins that are the link's
 * @throws Error naming each that is no pin of the board, with its place
 */
export async function checkApplicationPins(
  board: RemoteBoard,
  application: { readonly code: string; readonly map?: string },
  pins: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const named = pinsNamed(application);
  if (!named.length) return [];
  const there = (await board.evaluate(
    `${JSON.stringify(named.map(({ name }) => name))}.map(function(n){try{return eval(n)!==undefined}catch(e){return false}})`,
  )) as boolean[];
  const missing = named.filter((_, i) => there[i] !== true);
  if (missing.length)
    throw new Error(
      missing
        .map((pin) => `${shown(pin)}${pin.name} is no pin of the board at ${board.port} (${board.info.name})`)
        .join('\n'),
    );
  return linkClashes(named, pins, boardOf(board.info.name)?.devices ?? {});
}
