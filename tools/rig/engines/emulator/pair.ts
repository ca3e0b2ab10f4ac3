/**
 * The emulated pair: two boards in threads of their own, joined by lines in
 * shared memory. This side owns what outlives a board's reset: its Storage,
 * the wiring, the access point.
 */
import { Worker } from 'node:worker_threads';
import { EMULATED, boardOf, objectsOf } from '../../../config/boards';
import { HOST_PINS, TARGET_PINS } from '../../boards';
import type { BoardName, BoardPair, PairOptions, WireName } from '../../boards';
import { createEquipment } from '../../inputs/equipment';
import type { Output, Peripherals, Question } from '../../inputs/peripherals';
import { createAnswers, giveAnswer } from './answers';
import { boardCode } from './code';
import type { HostFacts } from './realm/facts';
import { savedNetworkFile } from './realm/wifi';
import { interrupt } from './interrupt';
import type { Inject, BootProgram } from './natives';
import type { BoardMessage, BoardStart, ToBoard } from './worker';
import {
  Drive,
  HOST_INDEX,
  RESET_INPUT,
  RunState,
  EdgeSource,
  TARGET_INDEX,
  createMemory,
  createWires,
} from './wires';
import type { BoardIndex } from './wires';

const NAMES: readonly BoardName[] = ['host', 'target'];
const WIRES: readonly WireName[] = ['reset', 'sckout', 'stx', 'srx', 'sckin'];

const toText = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');

/** Characters typed at a time: the next follow when the board has taken them. */
const KEYS = 1024;

/** For which code may run on before Ctrl-C ends it, ms. */
const BREAK_AFTER = 300;

/** Wi-Fi modes of an ESP8266 that never ran: an access point. */
const FRESH_MODE = 2;

/**
 * Node keeps a stack of what its timers run, and takes down from it in a `finally`, which code that is ended from outside
 * does not come to; it would then end the process, as the stack looks corrupted to it.
 */
const UNCHECKED = '--no-force-async-hooks-checks';

/** Bytes of the memory of the chip's clock. */
const RTC_SIZE = 768;

/** What an emulated pair can be started with beyond what every engine can. */
export interface EmulatedOptions extends PairOptions {
  /** Faults of the boards' programs. */
  readonly inject?: Readonly<Partial<Record<BoardName, Inject>>>;
  /** The board that the host is, as `process.env.BOARD` names it: it has that board's pins, and no others. */
  readonly hostBoard?: string;
  /** The host's pins that the wires go to. Default: D4 to D8. */
  readonly hostPins?: Readonly<Record<WireName, string>>;
}

/** The emulator offers more than every engine can. */
export interface EmulatedPair extends BoardPair {
  /** What is around the host beside the link. */
  readonly peripherals: Peripherals;
  /** The open network that the target offers to everyone around, if any. */
  offered(): string | undefined;
  /** Times a file of the board's flash was written or erased since the start. */
  flashWrites(board: BoardName): number;
  /** Bytes that each compaction of the board's flash took of its stack since the start. */
  compactions(board: BoardName): readonly number[];
  /** Times a pin's mode was set since the start: on a board without `pinMode` that is at every read and write. */
  modeChanges(board: BoardName): number;
  /** Joins the host's `sckin` to its own `sckout`, instead of the target, or puts that right. */
  loopBack(on: boolean): void;
}

interface State {
  readonly board: BoardIndex;
  readonly files: Record<string, string>;
  worker: Worker | undefined;
  /** Resolves when the thread last ended is gone. */
  ending: Promise<unknown>;
  writes: number;
  /** Wi-Fi modes in the vendor's part of flash. */
  mode: number;
  /** Memory of the chip's clock, which a reset leaves as it is. */
  readonly rtc: SharedArrayBuffer;
  offered: string | undefined;
  /** Bytes of flash that erased files take, with their headers and without. */
  trash: readonly [number, number];
  readonly compactions: number[];
  /** Why the board started last. */
  reason: string;
  /** Typed, and not yet given to the thread. */
  typed: string;
  /** The thread has what was typed before, and has not yet taken it. */
  typing: boolean;
}

/** Names that stand for the first of their kind. */
const DEVICE_NAMES: Readonly<Record<string, string>> = { LED: 'LED1', BTN: 'BTN1' };

/** Ports with their lowest and highest pins: `A0-A10 B0-B15`. */
function shownPins({ pins, devices }: HostFacts): string {
  const ports = new Map<string, number[]>();
  for (const pin of pins) ports.set(pin[0] ?? '', [...(ports.get(pin[0] ?? '') ?? []), Number(pin.slice(1))]);
  const ranges = [...ports].map(
    ([port, all]) => `${port}${String(Math.min(...all))} to ${port}${String(Math.max(...all))}`,
  );
  return [...ranges, ...Object.keys(devices)].join(', ');
}

/** @throws Error where the board, or a pin of it, is not known. */
function factsFor({ hostBoard = EMULATED, hostPins }: EmulatedOptions): HostFacts {
  const board = boardOf(hostBoard);
  if (!board) throw new Error(`The emulator does not know the board ${hostBoard}`);
  const link = Object.fromEntries(
    WIRES.map((wire) => [hostPins?.[wire] ?? `D${String(HOST_PINS[wire])}`, wire]),
  );
  for (const [pin, wire] of Object.entries(link))
    if (!board.pins.includes(pin)) throw new Error(`${wire}: ${pin} is no pin of ${hostBoard}`);
  return { ...board, board: hostBoard, objects: objectsOf(hostBoard), link };
}

export function createEmulatedPair(options: EmulatedOptions): EmulatedPair {
  const memory = createMemory();
  const wires = createWires(
    memory,
    EdgeSource.Tool,
    () => Number(process.hrtime.bigint()) / 1e6,
    (level) => resetLine(level),
    () => undefined,
  );
  const boards: readonly State[] = NAMES.map((name, index) => ({
    board: index as BoardIndex,
    files: { ...options.storage[name] },
    worker: undefined,
    ending: Promise.resolve(),
    writes: 0,
    mode: FRESH_MODE,
    rtc: new SharedArrayBuffer(RTC_SIZE),
    offered: undefined,
    trash: [0, 0],
    compactions: [],
    reason: '',
    typed: '',
    typing: true,
  }));
  const facts = factsFor(options);
  const hostPins = Object.fromEntries(
    WIRES.map((wire) => [
      wire,
      facts.pins.indexOf(options.hostPins?.[wire] ?? `D${String(HOST_PINS[wire])}`),
    ]),
  ) as Record<WireName, number>;
  const equipment = createEquipment();
  const answers = createAnswers();
  const cut = new Map<WireName, 0 | 1>();
  let swapped: readonly [WireName, WireName] | null = null;
  let running = false;
  let held = false;

  function state(name: BoardName): State {
    const found = boards[name === 'host' ? HOST_INDEX : TARGET_INDEX];
    if (found === undefined) throw new Error(`no board ${name}`);
    return found;
  }

  const event = (text: string): void => options.onEvent?.(text);

  function hear(of: State, worker: Worker, message: BoardMessage, booted: () => void): void {
    const name = NAMES[of.board] ?? 'host';
    switch (message.kind) {
      case 'line':
        if (running) options.onLine(name, toText(message.text));
        break;
      case 'file':
        of.writes++;
        if (message.data === undefined) delete of.files[message.name];
        else of.files[message.name] = message.data;
        break;
      case 'trash':
        of.trash = message.trash;
        break;
      case 'compacting':
        of.compactions.push(message.stack);
        break;
      case 'reset':
        resetLine(message.level);
        break;
      case 'console':
        if (running) options.onConsole?.(name, message.bytes);
        break;
      case 'reboot':
        if (of.worker !== worker) break;
        event(`${name} ${message.crashed ? 'falls over' : 'restarts itself'}`);
        restart(of, message.crashed ? 'exception' : 'restart');
        break;
      case 'keepMode':
        of.writes++;
        of.mode = message.mode;
        break;
      case 'outputs':
        if (running && of.worker === worker) hearOutputs(JSON.parse(message.json) as Output[]);
        break;
      case 'ask':
        // A device of a test may throw: the board that waits must go on.
        if (of.worker !== worker) break;
        try {
          giveAnswer(answers, JSON.stringify(equipment.answer(JSON.parse(message.json) as Question)));
        } catch (error) {
          giveAnswer(answers, '{}');
          throw error;
        }
        break;
      case 'event':
        if (of.worker === worker) event(toText(message.text));
        break;
      case 'offers':
        if (of.worker === worker) of.offered = message.ssid;
        break;
      case 'overrun':
        if (of.worker !== worker) break;
        event(`${name} overruns its stack`);
        restart(of, 'exception');
        break;
      case 'restart':
        if (of.worker !== worker) break;
        of.typed = message.typed + of.typed;
        halt(of);
        boot(of, of.reason, message.program).catch(() => undefined);
        break;
      case 'typed':
      case 'booted':
        if (of.worker === worker) keepTyping(of, false);
        if (message.kind === 'booted') booted();
        break;
    }
  }

  function hearOutputs(outputs: readonly Output[]): void {
    for (const output of outputs)
      if (output.kind === 'linkPin')
        event(
          `the application ${output.doing}: ${output.pin}, but that pin is the link's ${output.wire}. Give one of the two another pin`,
        );
    equipment.heard(outputs);
  }

  /** @param typing whether the thread has something to take first. */
  function keepTyping(of: State, typing: boolean): void {
    of.typing = typing;
    if (typing || of.typed === '' || of.worker === undefined) return;
    const message: ToBoard = { kind: 'type', bytes: of.typed.slice(0, KEYS) };
    of.typed = of.typed.slice(KEYS);
    of.typing = true;
    of.worker.postMessage(message);
  }

  /** Ctrl-C overtakes what was typed before: code that runs on and on ends. */
  function breakInto(of: State): void {
    const { worker } = of;
    if (worker === undefined || !of.typing || wires.run(of.board) !== RunState.Yes) return;
    interrupt(worker);
    worker.postMessage({ kind: 'interrupted' } satisfies ToBoard);
    // The end of what the thread was doing includes the answer.
    keepTyping(of, false);
  }

  /** Ends a board's thread; its outputs float from now on. */
  function halt(of: State): void {
    wires.setRun(of.board, RunState.Reset);
    wires.floatAll(of.board);
    of.typing = true;
    of.offered = undefined;
    const { worker } = of;
    of.worker = undefined;
    if (worker === undefined) return;
    of.ending = worker.terminate().then(() => {
      // What the thread still did between the flag and its end must not stay on the lines.
      if (of.worker === undefined) {
        wires.floatAll(of.board);
        wires.forget(of.board);
      }
    });
  }

  async function boot(of: State, reason: string, program: BootProgram = { kind: 'saved' }): Promise<void> {
    of.reason = reason;
    let ending: Promise<unknown>;
    do {
      ending = of.ending;
      await ending;
    } while (ending !== of.ending);
    if (!running || of.worker !== undefined || (of.board === TARGET_INDEX && held)) return;
    wires.forget(of.board);
    wires.setRun(of.board, RunState.Yes);
    const code = boardCode();
    const workerData: BoardStart = {
      board: of.board,
      memory,
      files: of.files,
      trash: of.trash,
      realmCode: code.realm,
      ssid: options.wifi.ssid,
      password: options.wifi.password,
      resetReason: reason,
      program,
      console: options.onConsole !== undefined,
      startMode: of.mode,
      rtc: of.rtc,
      inject: options.inject?.[NAMES[of.board] ?? 'host'],
      telnet: of.board === TARGET_INDEX ? (options.telnet ?? 0) : 0,
      facts: of.board === HOST_INDEX ? JSON.stringify(facts) : undefined,
      answers,
    };
    const worker = new Worker(code.worker, {
      eval: true,
      workerData,
      execArgv: [UNCHECKED],
      stdout: false,
      stderr: false,
    });
    of.worker = worker;
    await new Promise<void>((resolve, reject) => {
      worker.on('message', (message: BoardMessage) => hear(of, worker, message, resolve));
      worker.on('error', (error: Error) => {
        // A fault of the emulator, not of the program: those are printed and the board goes on.
        options.onLine(NAMES[of.board] ?? 'host', `the emulator failed: ${error.message}`);
        reject(error);
      });
      worker.on('exit', () => resolve());
    });
  }

  function restart(of: State, reason: string): void {
    if (!running) return;
    of.typed = '';
    halt(of);
    // It has no battery.
    if (reason === 'power on') new Uint8Array(of.rtc).fill(0);
    boot(of, reason).catch(() => undefined);
  }

  function resetLine(level: 0 | 1): void {
    if (!running) return;
    const target = state('target');
    if (level === 0) {
      if (!held) event('target held in reset');
      held = true;
      target.typed = '';
      halt(target);
    } else if (held) {
      held = false;
      event('target starts');
      boot(target, 'reset pin').catch(() => undefined);
    }
  }

  function targetPin(wire: WireName): number {
    return wire === 'reset' ? RESET_INPUT : TARGET_PINS[wire];
  }

  /** The wire whose target end a host line is joined to. */
  function farEnd(wire: WireName): WireName {
    if (swapped === null) return wire;
    const [a, b] = swapped;
    return wire === a ? b : wire === b ? a : wire;
  }

  function rewire(): void {
    for (const wire of WIRES) {
      const stuck = cut.get(wire);
      const far = targetPin(farEnd(wire));
      if (stuck === undefined) wires.connect(hostPins[wire], far);
      else {
        wires.disconnect(HOST_INDEX, hostPins[wire], stuck);
        // A cut reset line leaves the reset input to its pull-up.
        wires.disconnect(TARGET_INDEX, far, far === RESET_INPUT ? undefined : stuck);
      }
    }
  }

  /** The end of a wire that reads. */
  function reader(wire: WireName): [BoardIndex, number] {
    return wire === 'srx' || wire === 'sckin'
      ? [HOST_INDEX, hostPins[wire]]
      : [TARGET_INDEX, targetPin(farEnd(wire))];
  }

  /** Number of a pin of the host, by its name or that of what is on it. */
  function hostPin(name: string): number {
    const found = facts.pins.indexOf(facts.devices[DEVICE_NAMES[name] ?? name] ?? name);
    if (found < 0) throw new Error(`${name} is no pin of ${facts.board}. It has ${shownPins(facts)}`);
    const wire = WIRES.find((one) => hostPins[one] === found);
    if (wire) throw new Error(`${name} is the link's ${wire}: nothing else can be put on it`);
    return found;
  }

  const peripherals: Peripherals = {
    ...equipment,
    level: (pin, level) => wires.disconnect(HOST_INDEX, hostPin(pin), level),
    analog(pin, value) {
      const found = hostPin(pin);
      wires.setAnalog(HOST_INDEX, found, value ?? NaN);
      wires.disconnect(HOST_INDEX, found, value === undefined ? undefined : value >= 0.5 ? 1 : 0);
    },
    serial(port, bytes) {
      state('host').worker?.postMessage({ kind: 'serial', port, bytes } satisfies ToBoard);
    },
  };

  wires.resistor(TARGET_INDEX, RESET_INPUT, Drive.WeakHigh);
  // What every ESP8266 module has, to start at all.
  wires.resistor(TARGET_INDEX, 0, Drive.WeakHigh);
  wires.resistor(TARGET_INDEX, 2, Drive.WeakHigh);
  wires.resistor(TARGET_INDEX, 15, Drive.WeakLow);
  wires.setRadio(true);
  wires.invertReset(options.resetInverted === true);
  rewire();
  if (options.savedNetwork) {
    const [name, data] = savedNetworkFile(options.wifi);
    state('target').files[name] = data;
  }

  return {
    peripherals,
    async start() {
      if (running) return;
      running = true;
      await Promise.all(boards.map((of) => boot(of, 'power on')));
    },
    async stop() {
      running = false;
      for (const of of boards) halt(of);
      await Promise.all(boards.map((of) => of.ending));
    },
    hangTarget() {
      event('target hangs');
      wires.setRun(TARGET_INDEX, RunState.Hung);
    },
    crashTarget() {
      if (held) return;
      event('target crashes');
      restart(state('target'), 'exception');
    },
    holdReset(low) {
      wires.drive(TARGET_INDEX, RESET_INPUT, low ? Drive.Low : Drive.Float);
    },
    freeze(name, frozen) {
      const { board } = state(name);
      if (wires.run(board) === (frozen ? RunState.Yes : RunState.Frozen))
        wires.setRun(board, frozen ? RunState.Frozen : RunState.Yes);
    },
    restart(name) {
      event(`${name} power cycled`);
      if (name === 'target') held = wires.level(TARGET_INDEX, RESET_INPUT) === 0;
      restart(state(name), 'power on');
    },
    type(name, bytes) {
      const of = state(name);
      if (!running || (name === 'target' && held)) return;
      // A board between reset() and its start takes it when it is there.
      of.typed += bytes;
      keepTyping(of, of.typing);
      if (bytes.includes('\x03')) setTimeout(breakInto, BREAK_AFTER, of).unref();
    },
    setAccessPoint(on) {
      wires.setRadio(on);
      options.accessPoint?.setOn(on);
      wires.wake(TARGET_INDEX);
    },
    cutWire(wire, isCut, stuck = 0) {
      if (isCut) cut.set(wire, stuck);
      else cut.delete(wire);
      rewire();
    },
    swapWires(pair) {
      swapped = pair;
      rewire();
    },
    storage: (name) => Promise.resolve({ ...state(name).files }),
    disturb(wire, probability, seed = 1) {
      const [board, pin] = reader(wire);
      wires.disturb(board, pin, probability, seed);
    },
    flashWrites: (name) => state(name).writes,
    offered: () => state('target').offered,
    compactions: (name) => state(name).compactions,
    loopBack(on) {
      if (on) wires.disconnect(HOST_INDEX, hostPins.sckin);
      else rewire();
      wires.loop(HOST_INDEX, hostPins.sckin, on ? hostPins.sckout : undefined);
    },
    modeChanges: (name) => wires.modeCount(state(name).board),
  };
}
