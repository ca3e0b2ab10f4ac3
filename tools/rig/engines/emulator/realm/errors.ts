/**
 * Error flags of the interpreter, and who is told of them, as `jsiCheckErrors`
 * does it (Espruino src/jsinteractive.c:1347). A flag is told of once, until
 * `E.getErrorFlags` has taken it.
 */

/** In the order in which they are listed (src/jswrap_espruino.c:836). */
const FLAGS = ['CALLBACK', 'MEMORY'] as const;
export type ErrorFlag = (typeof FLAGS)[number];

export interface ErrorFlags {
  raise(flag: ErrorFlag): void;
  /** `E.getErrorFlags` */
  take(): ErrorFlag[];
  /** After every call of the program: tells what is new. */
  check(): void;
}

export function createErrorFlags(tell: (fresh: ErrorFlag[]) => void): ErrorFlags {
  let flags: ErrorFlag[] = [];
  let told: ErrorFlag[] = [];

  function listed(wanted: (flag: ErrorFlag) => boolean): ErrorFlag[] {
    return FLAGS.filter(wanted);
  }

  return {
    raise(flag) {
      if (!flags.includes(flag)) flags.push(flag);
    },
    take() {
      const taken = flags;
      flags = [];
      return listed((flag) => taken.includes(flag));
    },
    check() {
      const fresh = listed((flag) => flags.includes(flag) && !told.includes(flag));
      if (fresh.length > 0) tell(fresh);
      told = flags.slice();
    },
  };
}
