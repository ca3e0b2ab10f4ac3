/** What may befall a board's program in the middle of a turn, once each time that it is asked for. */
import type { Context } from './context';
import { CutOff } from './device-source';

export type Mishap =
  /** An exception that nobody expects. */
  | 'throws'
  /** The interpreter breaks the turn off, since there is no memory. */
  | 'is cut off'
  /** A turn that was ordered never comes. */
  | 'loses a turn';

export class Mishaps {
  readonly #note: Context['note'];
  #next: Mishap | undefined;
  /** Calls that go well before. */
  #skip = 0;

  constructor(context: Context) {
    this.#note = context.note;
  }

  /** It happens after so many more calls of the program into what it was given. */
  order(kind: Mishap, skip: number): void {
    this.#next = kind;
    this.#skip = skip;
  }

  /** None is to happen any more. */
  clear(): void {
    this.#next = undefined;
  }

  /** The program makes such a call. */
  strike(): void {
    const kind = this.#next;
    if (!kind || kind === 'loses a turn' || this.#skip-- > 0) return;
    this.#next = undefined;
    this.#note?.(`the program ${kind}`);
    throw kind === 'throws' ? new Error('on purpose') : new CutOff('MEMORY');
  }

  /** The program orders a turn. @param may whether one may be lost now. @returns whether it is lost */
  loses(may: () => boolean): boolean {
    if (this.#next !== 'loses a turn' || !may() || this.#skip-- > 0) return false;
    this.#note?.('a turn of the target is lost');
    this.#next = undefined;
    return true;
  }
}
