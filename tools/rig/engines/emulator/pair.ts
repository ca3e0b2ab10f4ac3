/**
 * The emulated pair: two boards in threads of their own, joined by lines in
 * shared memory. This side owns what outlives a board's reset: its Storage,
 * the wiring, the access point.
 */
import type { BoardName, BoardPair } from '../../boards';
import { createEquipment } from '../../inputs/equipment';
import type { Output, Peripherals, Question } from '../../inputs/peripherals';
import { createAnswers, giveAnswer } from './answers';
import { EmulatedBoard } from './board';
import type { PairStart } from './board';
import { NAMES, factsFor } from './options';
import type { EmulatedOptions } from './options';
import type { HostFacts } from './realm/facts';
import { savedNetworkFile } from './realm/wifi';
import { PairWiring } from './wiring';
import {
  Drive,
  EdgeSource,
  HOST_INDEX,
  RESET_INPUT,
  RunState,
  TARGET_INDEX,
  createMemory,
} from './line-memory';
import { createWires } from './wires';
import type { BoardIndex } from './line-memory';

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

/** What the two boards have around them: the devices of a test, and where answers to the boards' questions go. */
class TestDevices {
  readonly equipment = createEquipment();
  readonly answers = createAnswers();

  constructor(private readonly event: (text: string) => void) {}

  hear(outputs: readonly Output[]): void {
    for (const output of outputs)
      if (output.kind === 'linkPin')
        this.event(
          `the application ${output.doing}: ${output.pin}, but that pin is the link's ${output.wire}. Give one of the two another pin`,
        );
    this.equipment.heard(outputs);
  }

  /** A device of a test may throw: the board that waits must go on. */
  answer(question: Question): void {
    let answer: unknown = {};
    try {
      answer = this.equipment.answer(question);
    } finally {
      giveAnswer(this.answers, JSON.stringify(answer));
    }
  }
}

/** What a board's thread is started with, but for what is the board's own. */
function startOf(
  board: BoardIndex,
  options: EmulatedOptions,
  facts: HostFacts,
  shared: Pick<PairStart, 'memory' | 'answers'>,
): PairStart {
  return {
    ...shared,
    ssid: options.wifi.ssid,
    password: options.wifi.password,
    console: options.onConsole !== undefined,
    inject: options.inject?.[NAMES[board] ?? 'host'],
    telnet: board === TARGET_INDEX ? (options.telnet ?? 0) : 0,
    facts: board === HOST_INDEX ? JSON.stringify(facts) : undefined,
  };
}

export function createEmulatedPair(options: EmulatedOptions): EmulatedPair {
  const memory = createMemory();
  let running = false;
  let held = false;
  const wires = createWires(
    memory,
    EdgeSource.Tool,
    () => Number(process.hrtime.bigint()) / 1e6,
    resetLine,
    () => undefined,
  );
  const event = (text: string): void => options.onEvent?.(text);
  const facts = factsFor(options);
  const wiring = new PairWiring(wires, facts, options);
  const bench = new TestDevices(event);

  function board(index: BoardIndex): EmulatedBoard {
    return new EmulatedBoard(index, options.storage[NAMES[index] ?? 'host'], {
      wires,
      onLine: options.onLine,
      onConsole: options.onConsole,
      start: startOf(index, options, facts, { memory, answers: bench.answers }),
      isOn: () => running,
      isHeld: () => index === TARGET_INDEX && held,
      event,
      resetLine,
      outputs: (json) => bench.hear(JSON.parse(json) as Output[]),
      ask: (json) => bench.answer(JSON.parse(json) as Question),
    });
  }

  const host = board(HOST_INDEX);
  const target = board(TARGET_INDEX);
  const both = [host, target];
  const named = (name: BoardName): EmulatedBoard => (name === 'host' ? host : target);

  function resetLine(level: 0 | 1): void {
    if (!running) return;
    if (level === 0) {
      if (!held) event('target held in reset');
      held = true;
      target.forgetTyped();
      target.halt();
    } else if (held) {
      held = false;
      event('target starts');
      target.boot('reset pin').catch(() => undefined);
    }
  }

  wires.setRadio(true);
  if (options.savedNetwork) {
    const [name, data] = savedNetworkFile(options.wifi);
    target.files[name] = data;
  }

  return {
    peripherals: {
      ...bench.equipment,
      level: (pin, level) => wiring.setLevel(pin, level),
      analog: (pin, value) => wiring.setAnalog(pin, value),
      serial: (port, bytes) => host.send({ kind: 'serial', port, bytes }),
    },
    async start() {
      if (running) return;
      running = true;
      await Promise.all(both.map((of) => of.boot('power on')));
    },
    async stop() {
      running = false;
      for (const of of both) of.halt();
      await Promise.all(both.map((of) => of.ended));
    },
    hangTarget() {
      event('target hangs');
      wires.setRun(TARGET_INDEX, RunState.Hung);
    },
    crashTarget() {
      if (held) return;
      event('target crashes');
      target.restart('exception');
    },
    holdReset: (low) => wires.drive(TARGET_INDEX, RESET_INPUT, low ? Drive.Low : Drive.Float),
    freeze(name, frozen) {
      const { board } = named(name);
      if (wires.run(board) === (frozen ? RunState.Yes : RunState.Frozen))
        wires.setRun(board, frozen ? RunState.Frozen : RunState.Yes);
    },
    restart(name) {
      event(`${name} power cycled`);
      if (name === 'target') held = wires.level(TARGET_INDEX, RESET_INPUT) === 0;
      named(name).restart('power on');
    },
    type(name, bytes) {
      if (running && !(name === 'target' && held)) named(name).type(bytes);
    },
    setAccessPoint(on) {
      wires.setRadio(on);
      options.accessPoint?.setOn(on);
      wires.wake(TARGET_INDEX);
    },
    cutWire: (wire, isCut, stuck = 0) => wiring.cut(wire, isCut, stuck),
    swapWires: (pair) => wiring.swap(pair),
    storage: (name) => Promise.resolve({ ...named(name).files }),
    disturb: (wire, probability, seed = 1) => wiring.disturb(wire, probability, seed),
    flashWrites: (name) => named(name).writes,
    offered: () => target.offered,
    compactions: (name) => named(name).compactions,
    loopBack: (on) => wiring.loopBack(on),
    modeChanges: (name) => wires.modeCount(named(name).board),
  };
}
