/** When a message came last, and the waits for messages and for the boards. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Seconds without a message after which nothing more is waited for. */
export const RECOVERY = 90;

/** @throws Error when it does not come in time */
export async function waitUntil(what: string, seconds: number, test: () => boolean): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !test(); await sleep(20))
    if (Date.now() > end) throw new Error(`${what}: not within ${String(seconds)} s`);
}

export class Pulse {
  #heard = Date.now();
  #silence = 0;

  /** A message came. */
  beat(): void {
    const now = Date.now();
    this.#silence = Math.max(this.#silence, now - this.#heard);
    this.#heard = now;
  }

  /** From now on silence is measured anew. */
  begin(): void {
    this.#silence = 0;
    this.#heard = Date.now();
  }

  /** The longest time without any message, ms. */
  get silence(): number {
    return this.#silence;
  }

  /** Time since the last message, ms. */
  get quiet(): number {
    return Date.now() - this.#heard;
  }

  /** Waits for as long as messages come. @returns whether it came to what is waited for */
  async drained(test: () => boolean): Promise<boolean> {
    for (this.#heard = Date.now(); !test(); await sleep(50)) if (this.quiet > RECOVERY * 1000) return false;
    return true;
  }
}
