/** Which resets of the target are consequences of a fault of boards or wires: those during one and shortly after it. */
import type { SoakFault, SoakKind } from './faults';
import { TIMEOUT } from './timeout';

/** Seconds after such a fault in which a reset may be its consequence. */
const AFTERMATH = 3 * TIMEOUT + 10;

/** Faults that no reset is excused by. */
const HARMLESS: readonly SoakKind[] = ['wifi', 'tcp', 'broker', 'kill', 'flood', 'owe', 'double'];

export class ResetExcuses {
  #excused = -Infinity;
  #active: SoakFault | undefined;

  /** What the test does to the boards itself, until then, ms since 1970. */
  excuse(until: number): void {
    this.#excused = until;
  }

  /** A fault is about to begin. */
  begin({ kind, ms }: SoakFault): void {
    if (!HARMLESS.includes(kind)) this.#excused = Date.now() + ms;
  }

  /** It lasts until `end` is called. */
  last(fault: SoakFault): void {
    this.#active = fault;
  }

  end({ kind }: SoakFault): void {
    this.#active = undefined;
    if (!HARMLESS.includes(kind)) this.#excused = Date.now();
  }

  isExcused(): boolean {
    if (this.#active && !HARMLESS.includes(this.#active.kind)) return true;
    return Date.now() - this.#excused <= AFTERMATH * 1000;
  }
}
