/** What a change of a line does: to its level, and to whoever watches a pin at one of its ends. */
import type { Edge, EdgeQueues } from './edge-queues';
import { levelOf } from './levels';
import { DRIVE, LINK, LOOPS, RESET_INPUT, SIGNAL, WATCHED, otherBoard, wordOf } from './line-memory';
import type { BoardIndex, Drive } from './line-memory';
import type { Looks } from './looks';

/** Who hears of changes that this thread made. */
export interface Told {
  /** Milliseconds, the same clock for all threads. */
  now(): number;
  /** The level of the target's reset input changed. */
  onReset(level: 0 | 1): void;
  /** An edge that a board made on a watched pin of its own. */
  onOwnEdge(board: BoardIndex, edge: Edge): void;
}

// Taken now: a board's realm loses them.
const { load, store, add, notify } = Atomics;

export class LineChanges {
  readonly #told: Told;

  constructor(
    private readonly words: Int32Array,
    private readonly edges: EdgeQueues,
    private readonly looks: Looks,
    told: Told,
  ) {
    this.#told = told;
  }

  /** Wakes a board's event loop. */
  wake(board: BoardIndex): void {
    add(this.words, SIGNAL + board, 1);
    notify(this.words, SIGNAL + board);
  }

  #isWatched(board: BoardIndex, pin: number): boolean {
    return load(this.words, wordOf(WATCHED, board, pin)) !== 0;
  }

  /** Changes the lines by `change` and reports what that did to one pin. */
  #observing(board: BoardIndex, pin: number, change: () => void, own: boolean): void {
    const before = levelOf(this.words, board, pin);
    change();
    const after = levelOf(this.words, board, pin);
    if (before === after) return;
    if (pin === RESET_INPUT) this.#told.onReset(after);
    else if (own) this.#told.onOwnEdge(board, { pin, state: after === 1, time: this.#told.now() });
    else if (this.edges.push(board, { pin, state: after === 1, time: this.#told.now() })) this.wake(board);
  }

  drive(board: BoardIndex, pin: number, value: Drive): void {
    const index = wordOf(DRIVE, board, pin);
    if (load(this.words, index) === value) return;
    const link = load(this.words, wordOf(LINK, board, pin));
    const farEnd = otherBoard(board);
    const farMatters = link >= 0 && (link === RESET_INPUT || this.#isWatched(farEnd, link));
    const ownMatters = pin === RESET_INPUT || this.#isWatched(board, pin);
    const loop = load(this.words, LOOPS + board);
    const loopMatters = (loop & 255) === pin + 1 && this.#isWatched(board, loop >> 8);
    if (!farMatters && !ownMatters && !loopMatters) {
      store(this.words, index, value);
      this.looks.changed();
      return;
    }
    let change = (): void => void store(this.words, index, value);
    if (ownMatters) {
      const inner = change;
      change = () => this.#observing(board, pin, inner, true);
    }
    if (loopMatters) {
      const inner = change;
      change = () => this.#observing(board, loop >> 8, inner, true);
    }
    if (farMatters) this.#observing(farEnd, link, change, false);
    else change();
    this.looks.changed();
  }

  setLink(board: BoardIndex, pin: number, link: number): void {
    const change = (): void => void store(this.words, wordOf(LINK, board, pin), link);
    if (pin === RESET_INPUT || this.#isWatched(board, pin)) this.#observing(board, pin, change, false);
    else change();
  }
}
