/** The level that a pin sees, by all that drives its line. Electrical questions only. */
import {
  DRIVE,
  Drive,
  INVERTED,
  LINK,
  LOOPS,
  NOISE,
  NOISE_STATE,
  RESET_INPUT,
  RESISTOR,
  STUCK_HIGH,
  STUCK_LOW,
  otherBoard,
  wordOf,
} from './line-memory';
import type { BoardIndex } from './line-memory';

// Taken now: a board's realm loses them.
const { load, store } = Atomics;

/** Before any disturbance. */
export function levelOf(words: Int32Array, board: BoardIndex, pin: number): 0 | 1 {
  let own = load(words, wordOf(DRIVE, board, pin));
  const link = load(words, wordOf(LINK, board, pin));
  const loop = load(words, LOOPS + board);
  let far = link >= 0 ? load(words, wordOf(DRIVE, otherBoard(board), link)) : Drive.Float;
  if (loop >> 8 === pin && loop !== 0) far = load(words, wordOf(DRIVE, board, (loop & 255) - 1));
  if ((pin === RESET_INPUT || link === RESET_INPUT) && load(words, INVERTED) !== 0) {
    // The base has a pull-down stronger than any internal resistor, and nothing comes back from the collector.
    if (pin !== RESET_INPUT) return own === Drive.High ? 1 : 0;
    if (far === Drive.High) own = Drive.Low;
    far = Drive.Float;
  }
  if (own === Drive.Low || far === Drive.Low) return 0;
  if (own === Drive.High || far === Drive.High) return 1;
  if (link === STUCK_LOW) return 0;
  if (link === STUCK_HIGH) return 1;
  const board1 = load(words, wordOf(RESISTOR, board, pin));
  const board2 = link >= 0 ? load(words, wordOf(RESISTOR, otherBoard(board), link)) : Drive.Float;
  if (board1 === Drive.WeakLow || board2 === Drive.WeakLow) return 0;
  if (board1 === Drive.WeakHigh || board2 === Drive.WeakHigh) return 1;
  if (own === Drive.WeakLow || far === Drive.WeakLow) return 0;
  return own === Drive.WeakHigh || far === Drive.WeakHigh ? 1 : 0;
}

/** Whether a look is disturbed. @param index of the pin's disturbance */
function disturbed(words: Int32Array, index: number, probability: number): boolean {
  // xorshift32: the state is shared so that a restart of the board goes on with it.
  let x = load(words, index - NOISE + NOISE_STATE);
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  store(words, index - NOISE + NOISE_STATE, x);
  return x >>> 1 < probability;
}

/** With the line's disturbance. */
export function disturbedLevel(words: Int32Array, board: BoardIndex, pin: number): 0 | 1 {
  const index = wordOf(NOISE, board, pin);
  const probability = load(words, index);
  const value = levelOf(words, board, pin);
  return probability !== 0 && disturbed(words, index, probability) ? ((1 - value) as 0 | 1) : value;
}
