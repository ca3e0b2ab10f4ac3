/**
 * The lines between the two emulated boards, in memory that both boards'
 * threads and the tool share: who drives which pin, what a pin reads, and the
 * edges a watched pin has seen. It decides electrical questions only; it must
 * never call a board's code and never wait, except where a board is stopped for good.
 */
import { EdgeQueues } from './edge-queues';
import type { Edge } from './edge-queues';
import { disturbedLevel, levelOf } from './levels';
import { LineChanges } from './line-changes';
import {
  ANALOG,
  Drive,
  HOST_INDEX,
  INVERTED,
  LOOKING,
  LOOPS,
  MODES,
  NOISE,
  NOISE_STATE,
  PIN_SLOTS,
  RADIO,
  RESET_INPUT,
  RESISTOR,
  RunState,
  SIGNAL,
  STUCK_HIGH,
  STUCK_LOW,
  TARGET_INDEX,
  UNCONNECTED,
  WATCHED,
  WORDS,
  wordOf,
} from './line-memory';
import type { BoardIndex, EdgeSource } from './line-memory';
import { Looks } from './looks';

export interface Wires {
  /** Sets what a board's own output stage does; wakes watchers at both ends of the line. */
  drive(board: BoardIndex, pin: number, drive: Drive): void;
  /** The logic level a board's pin sees, before any disturbance. */
  level(board: BoardIndex, pin: number): 0 | 1;
  /**
   * To be called once before each look of a board at its lines, see `looks.ts`.
   * @param pins a bit for each that is looked at.
   */
  look(board: BoardIndex, pins: number): void;
  /** As `level`, with the line's disturbance. */
  read(board: BoardIndex, pin: number): 0 | 1;
  /** All of a board's outputs float, as in reset. */
  floatAll(board: BoardIndex): void;
  watch(board: BoardIndex, pin: number, on: boolean): void;
  /** The oldest edge waiting for a board, or undefined. */
  nextEdge(board: BoardIndex): Edge | undefined;
  /** Forgets edges and watches of a board, as its reset does. */
  forget(board: BoardIndex): void;
  /** Joins a pin of the host and a pin of the target. */
  connect(hostPin: number, targetPin: number): void;
  /** Joins a pin to another one of the same board, instead of the line: what `from` drives `pin` sees; or with none to it no more. */
  loop(board: BoardIndex, pin: number, from: number | undefined): void;
  /** Opens a pin's line at this end; with a level the pin sees just that. */
  disconnect(board: BoardIndex, pin: number, stuck?: 0 | 1): void;
  /** A resistor on the board itself; it beats the chip's internal ones. */
  resistor(board: BoardIndex, pin: number, to: Drive.WeakLow | Drive.WeakHigh): void;
  /** Flips what a pin reads, with this probability (0..1) each time. */
  disturb(board: BoardIndex, pin: number, probability: number, seed: number): void;
  /** Puts a voltage on a pin, 0 to 1 of the supply; NaN takes it away. */
  setAnalog(board: BoardIndex, pin: number, value: number): void;
  /** The voltage put on a pin; NaN: none. */
  analog(board: BoardIndex, pin: number): number;
  setRun(board: BoardIndex, run: RunState): void;
  run(board: BoardIndex): RunState;
  /** Returns when the board may run: at once, later, or never. */
  stopIfStill(board: BoardIndex): void;
  /** A pin's mode was set, by a program or by the firmware. */
  countMode(board: BoardIndex): void;
  /** How often that was, since the memory was made. */
  modeCount(board: BoardIndex): number;
  /** A transistor between the host's pin and the target's reset input: high pulls it low, low and open let go of it. */
  invertReset(on: boolean): void;
  setRadio(on: boolean): void;
  radio(): boolean;
  /** Wakes a board's event loop. */
  wake(board: BoardIndex): void;
  /** Resolves (or says at once) that the board was woken since `seen`, a value of `wakeCount`. */
  whenWoken(board: BoardIndex, seen: number): Promise<unknown> | undefined;
  wakeCount(board: BoardIndex): number;
}

// Taken now: a board's realm loses them. waitAsync is missing from the ES2022 library, present in Node 20.
const { load, store, add, notify, wait } = Atomics;
const { waitAsync } = Atomics as unknown as {
  waitAsync(a: Int32Array, i: number, v: number): { async: boolean; value: Promise<unknown> };
};

/**
 * The view of one thread on the lines.
 * @param source the queue this thread writes: boards `Wire`, the tool `Tool`.
 * @param now milliseconds, the same clock for all threads.
 * @param onReset called when this thread changed the level of the target's reset input.
 * @param onOwnEdge called for an edge this board made on a watched pin of its own.
 */
export function createWires(
  memory: SharedArrayBuffer,
  source: EdgeSource,
  now: () => number,
  onReset: (level: 0 | 1) => void,
  onOwnEdge: (board: BoardIndex, edge: Edge) => void,
): Wires {
  const words = new Int32Array(memory, 0, WORDS);
  const voltages = new Float64Array(memory, ANALOG, 2 * PIN_SLOTS);
  const edges = new EdgeQueues(memory, source);
  const looks = new Looks(words);

  const changes = new LineChanges(words, edges, looks, { now, onReset, onOwnEdge });

  return {
    drive: (board, pin, drive) => changes.drive(board, pin, drive),
    level: (board, pin) => levelOf(words, board, pin),
    look: (board, pins) => looks.look(board, pins),
    read: (board, pin) => disturbedLevel(words, board, pin),
    floatAll(board) {
      for (let pin = 0; pin < RESET_INPUT; pin++) changes.drive(board, pin, Drive.Float);
    },
    watch(board, pin, on) {
      store(words, wordOf(WATCHED, board, pin), on ? 1 : 0);
    },
    nextEdge: (board) => edges.next(board),
    forget(board) {
      store(words, LOOKING + board, 0);
      for (let pin = 0; pin < PIN_SLOTS; pin++) store(words, wordOf(WATCHED, board, pin), 0);
      edges.forget(board);
    },
    connect(hostPin, targetPin) {
      changes.setLink(HOST_INDEX, hostPin, targetPin);
      changes.setLink(TARGET_INDEX, targetPin, hostPin);
    },
    loop(board, pin, from) {
      store(words, LOOPS + board, from === undefined ? 0 : pin * 256 + from + 1);
      looks.changed();
    },
    disconnect(board, pin, stuck) {
      changes.setLink(board, pin, stuck === undefined ? UNCONNECTED : stuck === 0 ? STUCK_LOW : STUCK_HIGH);
    },
    resistor(board, pin, to) {
      store(words, wordOf(RESISTOR, board, pin), to);
    },
    disturb(board, pin, probability, seed) {
      store(words, wordOf(NOISE_STATE, board, pin), seed | 0 || 1);
      store(words, wordOf(NOISE, board, pin), Math.round(probability * 0x7fffffff));
    },
    setAnalog(board, pin, value) {
      voltages[board * PIN_SLOTS + pin] = value;
    },
    analog(board, pin) {
      return voltages[board * PIN_SLOTS + pin] ?? NaN;
    },
    setRun(board, run) {
      store(words, board, run);
      notify(words, board);
      changes.wake(board);
    },
    run(board) {
      return load(words, board) as RunState;
    },
    stopIfStill(board) {
      // A wait rather than a spin: seen from outside it is the same hung board, and it takes no processor time.
      for (let now = load(words, board); now !== RunState.Yes; now = load(words, board))
        wait(words, board, now);
    },
    countMode(board) {
      add(words, MODES + board, 1);
    },
    modeCount(board) {
      return load(words, MODES + board);
    },
    invertReset(on) {
      store(words, INVERTED, on ? 1 : 0);
    },
    setRadio(on) {
      store(words, RADIO, on ? 1 : 0);
    },
    radio() {
      return load(words, RADIO) === 1;
    },
    wake: (board) => changes.wake(board),
    wakeCount(board) {
      return load(words, SIGNAL + board);
    },
    whenWoken(board, seen) {
      const result = waitAsync(words, SIGNAL + board, seen);
      return result.async ? result.value : undefined;
    },
  };
}
