/**
 * The two boards on the Espruino interpreter for Linux. It lends the
 * interpreter what it lacks, pins, reset and Wi-Fi, and must never change a
 * bundle or the interpreter.
 */
import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoardName, BoardPair, PairOptions, WireName } from '../../boards';
import { createInterpreterBoard, type InterpreterBoard } from './board';
import { BoardFlash } from './board-flash';
import { equipment } from './equipment';
import { createLevelFiles, type LevelFiles } from './exchange';
import { findEspruino, findEspruinoTarget } from './find';
import { createNativeWires, hasNativeWires } from './native-wires';
import { ResetLine } from './reset-line';
import { Start } from './start';
import { WireFaults } from './wire-faults';
import { resetLevel, tables } from './wiring';

/** How often the boards' notes are read, ms. The reset line is low for longer. */
const LOOK_EVERY = 20;

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

const BOARDS: readonly BoardName[] = ['host', 'target'];

/** The interpreters of both boards. @throws Error where they are not there, or lack what is asked of them */
function interpreters({ telnet }: PairOptions, native: boolean): Readonly<Record<BoardName, string>> {
  const found = { host: findEspruino() ?? '', target: findEspruinoTarget() ?? '' };
  if (!found.host || !found.target)
    throw new Error('no Espruino interpreter: put espruino-linux on the PATH or name it in ESPRUINO');
  if (native && !haveNativeWires())
    throw new Error('the Espruino interpreter has no wires of its own (ESPRUINO_WIRES, ESPRUINO_PINS)');
  if (telnet && telnet !== TELNET)
    throw new Error(`the Espruino interpreter knows no other port for Telnet than ${String(TELNET)}`);
  return found;
}

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
  return new EspruinoPair(options, native);
}

class EspruinoPair implements BoardPair {
  readonly #interpreter: Readonly<Record<BoardName, string>>;
  readonly #flash: Readonly<Record<BoardName, BoardFlash>>;
  readonly #wires: ReturnType<typeof createNativeWires> | undefined;
  readonly #faults = new WireFaults();
  readonly #reset: ResetLine;
  #hung = false;
  /** What was said of the network last: attempts to join that fail again and again are no news. */
  #toldNetwork = '';
  #exchange: LevelFiles | undefined;
  #boards: Record<BoardName, InterpreterBoard> | undefined;
  #looking: NodeJS.Timeout | undefined;
  #start: Start | undefined;

  constructor(
    private readonly options: PairOptions,
    native: boolean,
  ) {
    this.#interpreter = interpreters(options, native);
    const echo = options.onConsole !== undefined;
    /** Of the host's reset pin, while nothing drives it: a transistor's base is pulled down. */
    const idle = options.resetInverted ? 0 : 1;
    this.#flash = {
      host: new BoardFlash('host', equipment('host', echo, native, idle), options),
      target: new BoardFlash('target', equipment('target', echo, native), options),
    };
    this.#wires = native ? createNativeWires(idle) : undefined;
    this.#reset = new ResetLine(
      idle,
      (level) => resetLevel(this.#faults, level, this.#exchange?.levels('host') ?? 0),
      (holds) => this.#held(holds),
    );
  }

  async start(): Promise<void> {
    if (this.#exchange) return;
    const files = (this.#exchange = createLevelFiles());
    this.#wires?.open(files.directory);
    for (const board of BOARDS) this.#flash[board].write(files);
    files.write(join('target', 'mode'), FRESH_MODE);
    this.#rewire();
    this.#setRadio(true);
    const boards = { host: this.#create('host', files), target: this.#create('target', files) };
    this.#boards = boards;
    this.#start = new Start(BOARDS);
    this.#looking = setInterval(() => this.#look(), LOOK_EVERY);
    for (const board of BOARDS) boards[board].on('power on');
    await this.#start.up;
  }

  async stop(): Promise<void> {
    clearInterval(this.#looking);
    const ending = this.#boards;
    this.#boards = undefined;
    if (ending) await Promise.all(BOARDS.map((board) => ending[board].off()));
    this.#wires?.close();
    this.#exchange?.remove();
    this.#exchange = undefined;
    this.#start?.fail('stopped before the boards were up');
  }

  hangTarget(): void {
    this.#tell('target hangs');
    this.#hung = true;
    this.#boards?.target.freeze(true);
  }

  crashTarget(): void {
    if (this.#reset.holds) return;
    this.#tell('target crashes');
    this.#boards?.target.crash();
  }

  holdReset(held: boolean): void {
    this.#reset.pull(held);
    this.#followReset();
  }

  freeze(board: BoardName, frozen: boolean): void {
    if (board === 'host' || !this.#hung) this.#boards?.[board].freeze(frozen);
  }

  restart(board: BoardName): void {
    this.#tell(`${board} power cycled`);
    if (board === 'host' || !this.#reset.holds) this.#boards?.[board].restart('power on');
  }

  type(board: BoardName, bytes: string): void {
    this.#boards?.[board].type(bytes);
  }

  setAccessPoint(on: boolean): void {
    this.#setRadio(on);
    this.options.accessPoint?.setOn(on);
  }

  cutWire(wire: WireName, isCut: boolean, stuck: 0 | 1 = 0): void {
    this.#faults.setCut(wire, isCut, stuck);
    this.#rewire();
  }

  disturb(wire: WireName, probability: number): void {
    this.#faults.setNoise(wire, probability);
    this.#rewire();
  }

  swapWires(pair: readonly [WireName, WireName] | null): void {
    this.#faults.swapped = pair;
    this.#rewire();
  }

  storage(board: BoardName): Promise<Record<string, string>> {
    return this.#exchange ? this.#flash[board].storage(this.#exchange) : Promise.resolve({});
  }

  #tell(text: string): void {
    this.options.onEvent?.(text);
  }

  #tellNetwork(text: string): void {
    if (text !== this.#toldNetwork) this.#tell(`target ${text}`);
    this.#toldNetwork = text;
  }

  #held(holds: boolean): void {
    this.#tell(holds ? 'target held in reset' : 'target starts');
    if (holds) void this.#boards?.target.off();
    else this.#boards?.target.on('reset pin');
  }

  /** The reset line holds nobody before the boards are there, nor after their end. */
  #followReset(): void {
    if (this.#boards && this.#exchange) this.#reset.follow();
  }

  #rewire(): void {
    if (this.#wires && this.#faults.any) throw new Error('native wires cannot be changed');
    const now = tables(this.#faults);
    for (const board of BOARDS) this.#exchange?.write(`${board}.wiring`, now[board]);
    this.#followReset();
  }

  #setRadio(on: boolean): void {
    this.#exchange?.write(join('target', 'radio'), JSON.stringify({ ...this.options.wifi, on }));
  }

  #look(): void {
    for (const board of BOARDS)
      for (const note of this.#exchange?.notes(board) ?? '') this.#heed(board, note);
    const level = this.#wires?.resetLevel() ?? this.#reset.level;
    if (level !== this.#reset.level) this.#drive(level);
    // With the reset pin on another wire there are no notes of its level.
    if (this.#faults.swapped) this.#followReset();
  }

  #heed(board: BoardName, note: string): void {
    switch (note) {
      case 'B':
        this.#start?.booted(board);
        // Also after reset() and load(), which let all pins go.
        if (board === 'host') this.#reset.letGo();
        this.#followReset();
        break;
      case 'R':
        this.#tell(`${board} restarts itself`);
        this.#boards?.[board].restart('restart');
        break;
      case 'J':
      case 'L':
      case 'N':
      case 'P':
        this.#tellNetwork(NETWORK_NOTES[note]);
        break;
      case 'H':
        if (this.#exchange) this.#resolveName(this.#exchange).catch(() => undefined);
        break;
      default:
        this.#drive(Number(note));
    }
  }

  #drive(level: number): void {
    this.#reset.set(level);
    this.#followReset();
  }

  // The interpreter's sockets resolve names, but do not tell the address. Fails when the boards are stopped meanwhile.
  async #resolveName(files: LevelFiles): Promise<void> {
    const name = await readFile(join(files.home('target'), 'name'), 'latin1');
    const found = await lookup(name, { family: 4 }).catch(() => ({ address: '' }));
    if (files === this.#exchange) files.write(join('target', 'address'), `${name} ${found.address}`);
  }

  #create(board: BoardName, files: LevelFiles): InterpreterBoard {
    const { options } = this;
    return createInterpreterBoard({
      interpreter: this.#interpreter[board],
      ...(board === 'target' && options.telnet && { option: '--telnet' }),
      directory: files.home(board),
      environment: this.#wires?.environment(board) ?? {},
      remains: files.directory,
      onLine: (line) => options.onLine(board, line),
      onConsole: (bytes) => options.onConsole?.(board, bytes),
      onPowerUp: (cause) => {
        files.write(join(board, 'cause'), cause);
        files.write(join(board, 'noise'), String(randomBytes(4).readInt32LE()));
        this.#flash[board].equip(files);
      },
      onDown: (wanted) => this.#down(board, files, wanted),
    });
  }

  #down(board: BoardName, files: LevelFiles, wanted: boolean): void {
    if (!this.#boards) return;
    if (!wanted) this.#tell(`${board}: the interpreter ended by itself`);
    files.setLevels(board, 0);
    this.#wires?.release(board);
    if (board === 'target') {
      this.#hung = false;
      return;
    }
    // Without a driver the line is high, whatever the host noted last.
    files.notes('host');
    this.#reset.letGo();
    this.#followReset();
  }
}
