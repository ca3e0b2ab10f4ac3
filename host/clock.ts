/**
 * Brings the board's clock to the time that the target tells. An error of a
 * second and more is put right at once, and so is a clock that is late. One
 * that is early by less is held back, a little at a time, so that nobody who
 * looks at it ever sees an earlier time than before. The application may set
 * the clock itself at any time; then what was under way is dropped.
 *
 * Espruino can only set its clock. To hold it back is to keep the processor for
 * a moment and to set the clock to the moment's beginning: whoever looks at it
 * looks before or after.
 */

/** Seconds: an error up to this is none. Half a turn of the target's link, which is what a reply may wait for, is more. */
const RIGHT = 0.01;

/** Seconds: an early clock is set back by this and more, and held back by less. */
const STEP = 1;

/** Seconds for which it is held back at a time, which is as long as the link holds the event loop; and milliseconds between. */
const MOMENT = 0.01;
const PAUSE = 200;

/** Seconds: the most that a message of the target takes. If the clock says more, it was set meanwhile. */
const LONGEST = 30;

export interface ClockOptions {
  /** `getTime`: seconds. */
  readonly _now: () => number;
  /** `setTime`. */
  readonly _set: (seconds: number) => void;
  /** `setTimeout`, milliseconds. */
  readonly _later: (run: (then: number) => void, ms: number, then: number) => unknown;
}

/**
 * @returns what is told the time: `seconds` since 1970 UTC, when the board's own clock showed `at`. It returns whether
 *   the clock was found wrong.
 */
export function createClock(options: ClockOptions): (seconds: number, at: number) => boolean {
  const now = options._now;
  // Seconds by which the clock is early; a look is to come, which is given what the clock showed at the one before.
  let early = 0;
  let waiting = false;

  function wasSet(then: number, least: number, most: number): boolean {
    const passed = now() - then;
    return !(passed >= least && passed < most);
  }

  function wait(): void {
    waiting = true;
    options._later(hold, PAUSE, now());
  }

  function hold(last: number): void {
    let begin: number;
    let spent = 0;
    waiting = false;
    // Also where the application has held the event loop for so long: the next time told will put it right.
    if (early <= 0 || wasSet(last, PAUSE / 1300, PAUSE / 500)) {
      early = 0;
      return;
    }
    begin = now();
    while (spent >= 0 && spent < early && spent < MOMENT) spent = now() - begin;
    options._set(begin);
    early -= spent;
    wait();
  }

  return function (seconds, at) {
    // What it showed tells nothing of a clock that was set meanwhile.
    const error = seconds - (wasSet(at, 0, LONGEST) ? now() : at);
    early = 0;
    if (error <= RIGHT && error >= -RIGHT) return false;
    if (error > 0 || error <= -STEP) options._set(now() + error);
    else {
      early = -error;
      if (!waiting) wait();
    }
    return true;
  };
}
