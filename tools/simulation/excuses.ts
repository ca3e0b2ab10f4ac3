/**
 * What the boards are excused from for a while, since a fault or the
 * application keeps them from it. Whatever is not written down here they have
 * to keep.
 */

/** Seconds by which a clock may be wrong. */
const OFF = 6;

export class Excuses {
  /** The target did not answer, or the status handler wants its reset: the next one is right. */
  mayReset = true;
  /** Seconds for which the library has waited for the status handler's word so far. */
  waited = 0;
  /** When the target was reset last, but for the start, seconds. */
  resetAt = -Infinity;
  /** Until when there is another reason for a reset. */
  private resetsUntil = 0;
  /** Until when what one board says may reach the other late. */
  private lateUntil = 0;
  /** The target's clock jumped, perhaps between a time server's answer and what the host is told of it. */
  private jumped = false;
  private readonly now: () => number;
  private readonly timeout: number;

  /**
   * @param now seconds
   * @param timeout as in the settings
   */
  constructor(now: () => number, timeout: number) {
    this.now = now;
    this.timeout = timeout;
  }

  /** The target cannot answer for so many seconds. */
  silence(length: number): void {
    this.resetsUntil = Math.max(this.resetsUntil, this.now() + length + this.timeout + 1);
  }

  /** Wires that are cut, or a board that stands still, hold up what is said, for so many seconds. */
  holdUp(length: number): void {
    this.lateUntil = Math.max(this.lateUntil, this.now()) + length + this.timeout;
    // Of a host that stands still, what it does about a silence comes after that.
    if (this.now() <= this.resetsUntil) this.resetsUntil += length;
  }

  /** The status handler's Promise is waited for, so many seconds at the most. */
  wait(length: number): void {
    this.waited += length;
    this.lateUntil = Math.max(this.lateUntil, this.now() + length + this.timeout);
  }

  /** The host decides that the target is to be reset: what excuses that now does so when the reset comes, after its pause. */
  decide(): void {
    this.mayReset ||= this.now() <= this.resetsUntil;
  }

  /** The target is reset; `first`: as a host always does when it starts. @returns whether that is right */
  reset(first: boolean): boolean {
    const right = this.mayReset || first || this.now() <= this.resetsUntil;
    this.mayReset = false;
    if (!first) this.resetAt = this.now();
    return right;
  }

  /** The target's clock was set while it runs, which no firmware does. */
  jump(): void {
    this.jumped = true;
  }

  /** The host's clock is set, and is wrong then by so many seconds. @returns whether it may be: it was right when it was sent */
  mayBeOff(off: number): boolean {
    const { jumped } = this;
    this.jumped = false;
    if (jumped) return true;
    return off <= OFF && (off >= -OFF || this.now() <= this.lateUntil);
  }
}
