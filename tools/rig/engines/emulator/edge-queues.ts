/**
 * Edges of watched pins that wait for a board: a queue as long as the ESP8266's for each who may write to it, so that a
 * writer that is ended half-way leaves no lock. What does not fit is lost, as on the chip.
 */
import { QUEUE, QUEUE_LENGTH, QUEUE_WORDS, TIMES, WORDS } from './line-memory';
import type { BoardIndex, EdgeSource } from './line-memory';

/** One edge of a watched pin. */
export interface Edge {
  readonly pin: number;
  readonly state: boolean;
  /** Milliseconds, on the clock given to `createWires`. */
  readonly time: number;
}

// Taken now: a board's realm loses them.
const { load, store } = Atomics;

export class EdgeQueues {
  readonly #words: Int32Array;
  readonly #times: Float64Array;

  /** @param source the queue that this thread writes */
  constructor(
    memory: SharedArrayBuffer,
    private readonly source: EdgeSource,
  ) {
    this.#words = new Int32Array(memory, 0, WORDS);
    this.#times = new Float64Array(memory, TIMES, 4 * QUEUE_LENGTH);
  }

  /** @returns whether there was room */
  push(board: BoardIndex, { pin, state, time }: Edge): boolean {
    const words = this.#words;
    const queue = QUEUE + (board * 2 + this.source) * QUEUE_WORDS;
    const written = load(words, queue);
    if (written - load(words, queue + 1) >= QUEUE_LENGTH) return false;
    const slot = written & (QUEUE_LENGTH - 1);
    words[queue + 2 + slot] = pin * 2 + (state ? 1 : 0);
    this.#times[(board * 2 + this.source) * QUEUE_LENGTH + slot] = time;
    store(words, queue, (written + 1) | 0);
    return true;
  }

  /** The oldest edge that waits for a board. */
  next(board: BoardIndex): Edge | undefined {
    const words = this.#words;
    for (let from = 0; from < 2; from++) {
      const queue = QUEUE + (board * 2 + from) * QUEUE_WORDS;
      const read = load(words, queue + 1);
      if (read === load(words, queue)) continue;
      const slot = read & (QUEUE_LENGTH - 1);
      const edge = words[queue + 2 + slot] ?? 0;
      const time = this.#times[(board * 2 + from) * QUEUE_LENGTH + slot] ?? 0;
      store(words, queue + 1, (read + 1) | 0);
      return { pin: edge >> 1, state: (edge & 1) === 1, time };
    }
    return undefined;
  }

  forget(board: BoardIndex): void {
    for (let from = 0; from < 2; from++) {
      const queue = QUEUE + (board * 2 + from) * QUEUE_WORDS;
      store(this.#words, queue + 1, load(this.#words, queue));
    }
  }
}
