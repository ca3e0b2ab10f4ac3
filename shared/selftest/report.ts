/**
 * How a self-test on a board tells its results: a line each, which the tool
 * on the PC turns into TAP. A check must never take the others with it, so
 * whatever it throws is its result.
 *
 *     %ok|name    %no|name|why    %skip|name|why    %say|remark    %end|
 *
 * Self-tests are sent to a board's memory statement by statement, and each
 * check runs as it arrives, so that its code takes memory only meanwhile.
 */

/** What the tool tells the suites: a global that it sets before it sends them. */
export interface SelftestSetup {
  /** Pins of this end of the lines, in the order reset, clock out, data out, data in, clock in, as far as it has them. */
  readonly pins: Pin[];
}

declare const global: { readonly selftest: unknown };

export function setup<T extends SelftestSetup>(): T {
  return global.selftest as T;
}

type Kind = 'ok' | 'no' | 'skip' | 'say' | 'end';

export function report(kind: Kind, text: string): void {
  print('%' + kind + '|' + text);
}

// Checks that have begun and not reported; one more until all have begun.
let pending = 1;

function over(): void {
  if (!--pending) report('end', '');
}

function why(thrown: unknown): string {
  return '' + ((thrown as Error).message || thrown);
}

/** Reports a check: `wrong` in words, or nothing. */
export function result(name: string, wrong: string | undefined): void {
  report(wrong === undefined ? 'ok' : 'no', wrong === undefined ? name : name + '|' + wrong);
}

/** Runs a check at once. It returns in words what is wrong, or nothing; it may throw. */
export function check(name: string, body: () => string | undefined): void {
  let wrong: string | undefined;
  try {
    wrong = body();
  } catch (e) {
    wrong = why(e);
  }
  result(name, wrong);
}

/** As `check`, of values that JSON can tell apart. */
export function equal(name: string, body: () => unknown, expected: unknown): void {
  check(name, function () {
    const got = JSON.stringify(body());
    const wanted = JSON.stringify(expected);
    return got === wanted ? undefined : 'got ' + got + ' in place of ' + wanted;
  });
}

/**
 * Begins a check that takes time: it is over when `done` is called, with what is wrong or nothing, and fails after
 * `limit` milliseconds.
 */
export function wait(name: string, limit: number, body: (done: (wrong?: string) => void) => void): void {
  let timer: unknown;
  let open = true;
  function done(wrong?: string): void {
    if (!open) return;
    open = false;
    if (timer) clearTimeout(timer as never);
    result(name, wrong);
    over();
  }
  pending++;
  timer = setTimeout(function () {
    timer = undefined;
    done('nothing within ' + limit / 1000 + ' s');
  }, limit);
  try {
    body(done);
  } catch (e) {
    done(why(e));
  }
}

/** All checks have begun. */
export function end(): void {
  over();
}
