/**
 * Whether a board can be what it is to be, found out before anything on it is
 * changed. Each refusal is one line that says what the board lacks.
 */
import type { BoardName } from '../boards';
import type { RemoteBoard } from './board';

/**
 * Firmware before that lacks something the bundles or this tool use: 2v05 brought E.CRC32, parts of Storage files and
 * load(file), 2v10 Promises that go on after they are settled, 2v11 an error of Storage.readJSON that can be caught.
 */
const OLDEST = [2, 11] as const;

/** Variables a bundle needs beside the firmware's own, with messages on their way. */
const MEMORY: Readonly<Record<BoardName, number>> = { target: 1300, host: 1200 };

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

function checkVersion({ info, port }: RemoteBoard): void {
  const [, major, minor] = /^(\d+)v(\d+)/.exec(info.version) ?? [];
  const [needMajor, needMinor] = OLDEST;
  if (Number(major) > needMajor || (Number(major) === needMajor && Number(minor) >= needMinor)) return;
  throw new Error(
    `The board at ${port} has Espruino ${info.version}. Needed: ${String(needMajor)}v${String(needMinor)} or newer, ` +
      'from https://www.espruino.com/Download',
  );
}

/**
 * Looks without changing anything; the board's program goes on.
 * @throws Error, one line.
 */
export async function checkRole(board: RemoteBoard, role: BoardName): Promise<void> {
  const { port, info } = board;
  checkVersion(board);
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
  const total = Number(await board.evaluate('process.memory().total'));
  if (total < MEMORY[role])
    throw new Error(
      `The board at ${port} (${info.name}) has ${String(total)} variables. The ${role}’s bundle needs ${String(MEMORY[role])}`,
    );
}

/** @throws Error naming the first that is no pin of the board. */
export async function checkPins(board: RemoteBoard, pins: Readonly<Record<string, unknown>>): Promise<void> {
  const wires = Object.keys(pins);
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
