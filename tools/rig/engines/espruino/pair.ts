/**
 * The two boards on the Espruino interpreter for Linux. It lends the
 * interpreter what it lacks, pins, reset and Wi-Fi, and must never change a
 * bundle or the interpreter.
 */
import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoardName, BoardPair, PairOptions, WireName } from '../../boards';
import { createInterpreterBoard, type InterpreterBoard } from './board';
import { equipment, SAVED_NETWORK } from './equipment';
import { createLevelFiles, type LevelFiles } from './exchange';
import { findEspruino, findEspruinoTarget } from './find';
import { readFlash, writeFlash, type Files } from './flash';
import { createNativeWires, hasNativeWires } from './native-wires';
import { resetLevel, tables } from './wiring';

/** How often the boards' notes are read, ms. The reset line is low for longer. */
const LOOK_EVERY = 20;

/** How long the boards may take to begin their boot code, ms. */
const BOOT_WITHIN = 20_000;

/** Wi-Fi modes of an ESP8266 that never ran: an access point. */
const FRESH_MODE = '2';

/** The only port at which the interpreter's Telnet server listens. */
const TELNET = 2323;

/** What the target notes of its network. */
const NETWORK_NOTES = {
  J: 'has joined the network',
  L: 'has left the network: beacon_timeout',
  N: 'does not get into the network: no_ap_found',
  P: 'does not get into the network: bad_password',
} as const;

const FLASH = 'espruino.flash';
const BOARDS: readonly BoardName[] = ['host', 'target'];

/** Whether both interpreters, which have to be there, drive wires by themselves (see `native-wires.ts`). */
export function haveNativeWires(): boolean {
  return [findEspruino(), findEspruinoTarget()].every((path) => path !== undefined && hasNativeWires(path));
}

/**
 * A pair of boards, each a process of the interpreter. Cut or swapped wires
 * and the access point's switch are noticed by the boards within 300 ms;
 * `setWatch` of a wire throws. Needs a POSIX shell, `mkfifo` and `rm`.
 * @param native lets the interpreters drive the wires themselves (see `native-wires.ts`): fast, and watches work, but
 *   wires cannot be cut, crossed or disturbed
 * @throws Error when there is no interpreter, none with such wires, another port for Telnet than it has, or the Storage
 *   files do not fit.
 */
export function createEspruinoPair(options: PairOptions, native = false): BoardPair {
  const interpreter = { host: findEspruino() ?? '', target: findEspruinoTarget() ?? '' };
  if (!interpreter.host || !interpreter.target)
    throw new Error('no Espruino interpreter: put espruino-linux on the PATH or name it in ESPRUINO');
  if (native && !haveNativeWires())
    throw new Error('the Espruino interpreter has no wires of its own (ESPRUINO_WIRES, ESPRUINO_PINS)');
  if (options.telnet && options.telnet !== TELNET)
    throw new Error(`the Espruino interpreter knows no other port for Telnet than ${String(TELNET)}`);
  const echo = options.onConsole !== undefined;
  /** Of the host's reset pin, while nothing drives it: a transistor's base is pulled down. */
  const idle = options.resetInverted ? 0 : 1;
  const own = { host: equipment('host', echo, native, idle), target: equipment('target', echo, native) };
  const flash = { host: image('host'), target: image('target') };

  const cut = new Map<WireName, 0 | 1>();
  let swapped: readonly [WireName, WireName] | null = null;
  const noise = new Map<WireName, number>();
  let resetLine: number = idle;
  // Somebody else pulls the reset line low.
  let pulled = false;
  let inReset = false;
  let toldNetwork = '';
  let hung = false;
  let exchange: LevelFiles | undefined;
  const wires = native ? createNativeWires(idle) : undefined;
  let looking: NodeJS.Timeout | undefined;
  let boards: Record<BoardName, InterpreterBoard> | undefined;
  const waiting = new Set<BoardName>();
  let started: (error?: Error) => void = () => undefined;

  function image(board: BoardName): Buffer {
    const given = options.storage[board];
    const taken = Object.keys(given).find((name) => name in own[board]);
    if (taken) throw new Error(`Storage file "${taken}" of the ${board} is the engine's own`);
    const network = { ssid: options.wifi.ssid, password: options.wifi.password, mode: 1, sleepType: 2 };
    const saved: Files =
      board === 'target' && options.savedNetwork ? { [SAVED_NETWORK]: JSON.stringify(network) } : {};
    return writeFlash({ ...own[board], ...saved, ...given });
  }

  function tell(text: string): void {
    options.onEvent?.(text);
  }

  /** Attempts to join that fail again and again are no news. */
  function tellNetwork(text: string): void {
    if (text !== toldNetwork) tell(`target ${text}`);
    toldNetwork = text;
  }

  function followReset(): void {
    if (!boards || !exchange) return;
    const level = resetLine === idle ? 1 : 0;
    const low = pulled || !resetLevel({ cut, swapped, noise }, level, exchange.levels('host'));
    if (low === inReset) return;
    inReset = low;
    if (low) {
      tell('target held in reset');
      void boards.target.off();
    } else {
      tell('target starts');
      boards.target.on('reset pin');
    }
  }

  function heed(board: BoardName, note: string): void {
    switch (note) {
      case 'B':
        waiting.delete(board);
        if (!waiting.size) started();
        // Also after reset() and load(), which let all pins go.
        if (board === 'host') resetLine = idle;
        followReset();
        break;
      case 'R':
        tell(`${board} restarts itself`);
        boards?.[board].restart('restart');
        break;
      case 'J':
      case 'L':
      case 'N':
      case 'P':
        tellNetwork(NETWORK_NOTES[note]);
        break;
      case 'H':
        if (exchange) resolveName(exchange).catch(() => undefined);
        break;
      default:
        resetLine = Number(note);
        followReset();
    }
  }

  // The interpreter's sockets resolve names, but do not tell the address. Fails when the boards are stopped meanwhile.
  async function resolveName(files: LevelFiles): Promise<void> {
    const name = await readFile(join(files.home('target'), 'name'), 'latin1');
    const found = await lookup(name, { family: 4 }).catch(() => ({ address: '' }));
    if (files === exchange) files.write(join('target', 'address'), `${name} ${found.address}`);
  }

  function look(): void {
    for (const board of BOARDS) for (const note of exchange?.notes(board) ?? '') heed(board, note);
    const level = wires?.resetLevel() ?? resetLine;
    if (level !== resetLine) {
      resetLine = level;
      followReset();
    }
    // With the reset pin on another wire there are no notes of its level.
    if (swapped) followReset();
  }

  /** A real board keeps its hardware when all its Storage is erased. */
  function equip(board: BoardName, files: LevelFiles): void {
    const flash = readFlash(readFileSync(join(files.home(board), FLASH)));
    if (Object.keys(own[board]).every((name) => flash[name] === own[board][name])) return;
    files.write(join(board, FLASH), writeFlash({ ...flash, ...own[board] }));
  }

  function create(board: BoardName, files: LevelFiles): InterpreterBoard {
    return createInterpreterBoard({
      interpreter: interpreter[board],
      ...(board === 'target' && options.telnet && { option: '--telnet' }),
      directory: files.home(board),
      environment: wires?.environment(board) ?? {},
      remains: files.directory,
      onLine: (line) => options.onLine(board, line),
      onConsole: (bytes) => options.onConsole?.(board, bytes),
      onPowerUp: (cause) => {
        files.write(join(board, 'cause'), cause);
        files.write(join(board, 'noise'), String(randomBytes(4).readInt32LE()));
        equip(board, files);
      },
      onDown: (wanted) => {
        if (!boards) return;
        if (!wanted) tell(`${board}: the interpreter ended by itself`);
        files.setLevels(board, 0);
        wires?.release(board);
        if (board === 'target') {
          hung = false;
          return;
        }
        // Without a driver the line is high, whatever the host noted last.
        files.notes('host');
        resetLine = idle;
        followReset();
      },
    });
  }

  function rewire(): void {
    if (wires && (cut.size || swapped || noise.size)) throw new Error('native wires cannot be changed');
    const now = tables({ cut, swapped, noise });
    for (const board of BOARDS) exchange?.write(`${board}.wiring`, now[board]);
    followReset();
  }

  async function start(): Promise<void> {
    if (exchange) return;
    const files = (exchange = createLevelFiles());
    wires?.open(files.directory);
    for (const board of BOARDS) files.write(join(board, FLASH), flash[board]);
    files.write(join('target', 'mode'), FRESH_MODE);
    rewire();
    setRadio(true);
    boards = { host: create('host', files), target: create('target', files) };
    const up = new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => started(new Error('the Espruino interpreter did not boot')), BOOT_WITHIN);
      started = (error) => {
        clearTimeout(late);
        if (error) reject(error);
        else resolve();
      };
    });
    looking = setInterval(look, LOOK_EVERY);
    for (const board of BOARDS) {
      waiting.add(board);
      boards[board].on('power on');
    }
    await up;
  }

  async function stop(): Promise<void> {
    clearInterval(looking);
    const ending = boards;
    boards = undefined;
    if (ending) await Promise.all(BOARDS.map((board) => ending[board].off()));
    wires?.close();
    exchange?.remove();
    exchange = undefined;
    started(new Error('stopped before the boards were up'));
  }

  function hangTarget(): void {
    tell('target hangs');
    hung = true;
    boards?.target.freeze(true);
  }

  function crashTarget(): void {
    if (inReset) return;
    tell('target crashes');
    boards?.target.crash();
  }

  function holdReset(held: boolean): void {
    pulled = held;
    followReset();
  }

  function freeze(board: BoardName, frozen: boolean): void {
    if (board === 'host' || !hung) boards?.[board].freeze(frozen);
  }

  function restart(board: BoardName): void {
    tell(`${board} power cycled`);
    if (board === 'host' || !inReset) boards?.[board].restart('power on');
  }

  function type(board: BoardName, bytes: string): void {
    boards?.[board].type(bytes);
  }

  function setRadio(on: boolean): void {
    exchange?.write(join('target', 'radio'), JSON.stringify({ ...options.wifi, on }));
  }

  function setAccessPoint(on: boolean): void {
    setRadio(on);
    options.accessPoint?.setOn(on);
  }

  function cutWire(wire: WireName, isCut: boolean, stuck: 0 | 1 = 0): void {
    if (isCut) cut.set(wire, stuck);
    else cut.delete(wire);
    rewire();
  }

  function disturb(wire: WireName, probability: number): void {
    if (probability) noise.set(wire, probability);
    else noise.delete(wire);
    rewire();
  }

  function swapWires(pair: readonly [WireName, WireName] | null): void {
    swapped = pair;
    rewire();
  }

  async function storage(board: BoardName): Promise<Record<string, string>> {
    const files: Files = exchange ? readFlash(await readFile(join(exchange.home(board), FLASH))) : {};
    for (const name of Object.keys(own[board])) delete files[name];
    return files;
  }

  return {
    start,
    stop,
    hangTarget,
    crashTarget,
    holdReset,
    freeze,
    restart,
    type,
    setAccessPoint,
    cutWire,
    disturb,
    swapWires,
    storage,
  };
}
