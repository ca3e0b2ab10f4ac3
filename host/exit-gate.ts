/**
 * Lets what an application starts in one run of the target end with that run:
 * it asks `ending()` and sleeps through the gate. It must keep neither timers
 * nor callers of a run that is over.
 */

/** One run of the target. */
export interface ExitGate {
  /** True once the run is over, for ever: what was started in it has to end. */
  ending(): boolean;
  /**
   * Sleeps for `ms` milliseconds.
   * @returns a Promise: true when the time has passed; false, and at once, when the run ends
   */
  sleep(ms: number): Promise<boolean>;
  /** @internal For the supervisor: the run is over. */
  _end(): void;
}

/**
 * @param later `setTimeout` of the board, milliseconds
 * @param cancel undoes `later`
 */
export function newGate(
  later: (run: () => void, ms: number) => unknown,
  cancel: (timer: unknown) => void,
): ExitGate {
  let sleepers: { _timer: unknown; _wake: (slept: boolean) => void }[] | undefined = [];

  return {
    ending: function () {
      return !sleepers;
    },
    sleep: function (ms) {
      return new Promise(function (wake) {
        if (!sleepers) return wake(false);
        const sleeper = {
          _timer: later(function () {
            if (sleepers) sleepers.splice(sleepers.indexOf(sleeper), 1);
            wake(true);
          }, ms),
          _wake: wake,
        };
        sleepers.push(sleeper);
      });
    },
    _end: function () {
      const left = sleepers || [];
      sleepers = undefined;
      left.forEach(function (sleeper) {
        cancel(sleeper._timer);
        sleeper._wake(false);
      });
    },
  };
}
