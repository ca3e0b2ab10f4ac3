/** The wait for both boards to begin their boot code. */
import type { BoardName } from '../../boards';

/** How long the boards may take, ms. */
const BOOT_WITHIN = 20_000;

export class Start {
  readonly #waiting: Set<BoardName>;
  readonly #up: Promise<void>;
  #end: (error?: Error) => void = () => undefined;

  constructor(boards: readonly BoardName[]) {
    this.#waiting = new Set(boards);
    this.#up = new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => this.fail('the Espruino interpreter did not boot'), BOOT_WITHIN);
      this.#end = (error) => {
        clearTimeout(late);
        if (error) reject(error);
        else resolve();
      };
    });
  }

  /** Rejects where they do not come up. */
  get up(): Promise<void> {
    return this.#up;
  }

  booted(board: BoardName): void {
    this.#waiting.delete(board);
    if (!this.#waiting.size) this.#end();
  }

  fail(why: string): void {
    this.#end(new Error(why));
  }
}
