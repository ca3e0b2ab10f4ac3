/**
 * What a look at the lines costs. A board that looks in a loop gets what a real one's slow reads cost: without this it
 * would keep a processor busy for the other board's answer and, on a PC with fewer free processors than boards, keep it
 * from answering. Whoever looks at one pin after the other waits for nothing: only a second look at one, with nothing
 * changed since the first, is such a loop.
 */
import { CHANGES, HOST_INDEX, LOOKING, TARGET_INDEX } from './line-memory';
import type { BoardIndex } from './line-memory';

/**
 * Turns of the loop in which a look at unchanged lines waits for a change
 * before it sleeps: some 100 µs while that pays, hardly any while the other
 * board's thread does not get a processor anyway; one look in `TRY` finds out
 * whether it would pay again.
 */
const SHORTEST_SPIN = 100;
const LONGEST_SPIN = 40000;
const TRY = 32;
/** Longest sleep of a look, ms; the system makes it some 0.15. */
const NAP = 0.05;

// Taken now: a board's realm loses them.
const { load, store, add, notify, wait } = Atomics;

export class Looks {
  #seenChanges = 0;
  /** Pins that were looked at since then. */
  #looked = 0;
  #spin = LONGEST_SPIN;
  #looks = 0;

  constructor(private readonly words: Int32Array) {}

  /** @param pins a bit for each that is looked at. */
  look(board: BoardIndex, pins: number): void {
    const { words } = this;
    const last = this.#seenChanges;
    const known = this.#looked & pins;
    this.#looked |= pins;
    const turns = !known ? 1 : ++this.#looks % TRY === 0 ? LONGEST_SPIN : this.#spin;
    for (let i = 0; i < turns; i++) {
      const now = load(words, CHANGES);
      if (now === last) continue;
      this.#seenChanges = now;
      this.#looked = pins;
      if (i > SHORTEST_SPIN) this.#spin = LONGEST_SPIN;
      return;
    }
    if (!known) return;
    this.#spin = Math.max(SHORTEST_SPIN, this.#spin >> 1);
    store(words, LOOKING + board, 1);
    wait(words, CHANGES, last, NAP);
    store(words, LOOKING + board, 0);
  }

  /** The lines have changed: whoever looks at them goes on. */
  changed(): void {
    const { words } = this;
    add(words, CHANGES, 1);
    if (load(words, LOOKING + HOST_INDEX) !== 0 || load(words, LOOKING + TARGET_INDEX) !== 0)
      notify(words, CHANGES);
  }
}
