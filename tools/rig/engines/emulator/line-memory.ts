/**
 * What lies where in the memory that both boards' threads and the tool share: of each pin what drives it, what it is joined
 * to and whether it is watched; queues of edges; and of each board what it does now.
 */

/** Index of a board in the shared memory. */
export const HOST_INDEX = 0;
export const TARGET_INDEX = 1;
export type BoardIndex = typeof HOST_INDEX | typeof TARGET_INDEX;

/** What an output stage does to its line. */
export const enum Drive {
  Float,
  Low,
  High,
  /** Internal resistors, some 40 kΩ. */
  WeakLow,
  WeakHigh,
}

/** What a board runs, in the word every pin access looks at. */
export const enum RunState {
  Yes,
  /** Held in reset: its outputs float and nothing it still does may show. */
  Reset,
  /** Hung: its outputs stay as they are. */
  Hung,
  /** As hung, until it may go on. */
  Frozen,
}

/** Who puts an edge into a board's queue; one writer each, so a writer ended half-way leaves no lock. */
export const enum EdgeSource {
  Wire,
  Tool,
}

/** As many pins as a board may have, then the reset input, which the target alone has. */
export const PIN_SLOTS = 193;
export const RESET_INPUT = 192;

/** The ESP8266's event queue; further edges are lost. */
export const QUEUE_LENGTH = 16;

/** Link values other than a pin of the other board. */
export const UNCONNECTED = -1;
export const STUCK_LOW = -2;
export const STUCK_HIGH = -3;

export const SIGNAL = 2;
export const RADIO = 5;
export const CHANGES = 6;
export const INVERTED = 7;
export const LOOKING = 8;
export const MODES = 10;
/** Of each board 0, or a pin that drives another one of its own, plus 1, and that other one times 256. */
export const LOOPS = 12;
export const DRIVE = 16;
export const RESISTOR = DRIVE + 2 * PIN_SLOTS;
export const LINK = RESISTOR + 2 * PIN_SLOTS;
export const WATCHED = LINK + 2 * PIN_SLOTS;
export const NOISE = WATCHED + 2 * PIN_SLOTS;
export const NOISE_STATE = NOISE + 2 * PIN_SLOTS;
export const QUEUE = NOISE_STATE + 2 * PIN_SLOTS;
/** Written and read counters, then the edges, for each source of each board. */
export const QUEUE_WORDS = 2 + QUEUE_LENGTH;
export const WORDS = QUEUE + 4 * QUEUE_WORDS;
export const TIMES = Math.ceil(WORDS / 2) * 8;
/** Of each pin what voltage is put on it from outside. */
export const ANALOG = TIMES + 4 * QUEUE_LENGTH * 8;
const BYTES = ANALOG + 2 * PIN_SLOTS * 8;

/** The word of a table that is a pin's. */
export function wordOf(table: number, board: BoardIndex, pin: number): number {
  return table + board * PIN_SLOTS + pin;
}

export function otherBoard(board: BoardIndex): BoardIndex {
  return (1 - board) as BoardIndex;
}

/** Memory for one pair of boards, all lines open. */
export function createMemory(): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(BYTES);
  new Int32Array(memory, 0, WORDS).fill(UNCONNECTED, LINK, LINK + 2 * PIN_SLOTS);
  new Float64Array(memory, ANALOG, 2 * PIN_SLOTS).fill(NaN);
  return memory;
}
