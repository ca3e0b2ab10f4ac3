/**
 * The reset line, and whether it holds the target: what the host drives, what somebody else pulls low, and what has become of
 * the wire.
 */

export class ResetLine {
  /** What the host drives. */
  #level: number;
  /** Somebody else pulls the line low. */
  #pulled = false;
  #holds = false;

  /**
   * @param idle level of the host's reset pin while nothing drives it
   * @param arrives the level at the target for one that the host drives, 1 being released
   * @param changed the target is held from now on, or let go
   */
  constructor(
    private readonly idle: number,
    private readonly arrives: (level: 0 | 1) => number,
    private readonly changed: (holds: boolean) => void,
  ) {
    this.#level = idle;
  }

  /** The target is in reset. */
  get holds(): boolean {
    return this.#holds;
  }

  get level(): number {
    return this.#level;
  }

  /** What the host drives from now on; as all that is set here, it is heeded when the line is followed. */
  set(level: number): void {
    this.#level = level;
  }

  /** Nothing drives it. */
  letGo(): void {
    this.#level = this.idle;
  }

  pull(low: boolean): void {
    this.#pulled = low;
  }

  /** Heeds what was set, and what has become of the wiring. */
  follow(): void {
    const low = this.#pulled || !this.arrives(this.#level === this.idle ? 1 : 0);
    if (low === this.#holds) return;
    this.#holds = low;
    this.changed(low);
  }
}
