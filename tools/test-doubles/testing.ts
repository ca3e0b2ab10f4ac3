/**
 * What several unit tests need: a clock that passes when told, and chance that
 * can be repeated. Must never look at the real time.
 */

/**
 * `setTimeout` whose time passes when told. Espruino gives the number of a timer that is over to a new one, so that
 * to cancel an old one would end somebody else's.
 */
export function createTimers() {
  let now = 0;
  let last = 0;
  let running = 0;
  let timers: { at: number; id: number; run: () => void }[] = [];
  const stale: number[] = [];
  const clock = {
    stale,
    later: <Args extends unknown[]>(run: (...args: Args) => void, ms: number, ...args: Args): unknown => {
      timers.push({ at: now + ms, id: ++last, run: () => run(...args) });
      return last;
    },
    cancel: (id: unknown) => {
      if (id !== running && !timers.some((timer) => timer.id === id)) stale.push(id as number);
      timers = timers.filter((timer) => timer.id !== id);
    },
    pass: (seconds: number) => {
      const end = now + seconds * 1000;
      for (;;) {
        const due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.id - b.id)[0];
        if (!due) break;
        now = due.at;
        timers = timers.filter((other) => other !== due);
        running = due.id;
        due.run();
        running = 0;
      }
      now = end;
    },
    /** Milliseconds to each timer. */
    due: () => timers.map(({ at }) => at - now).sort((a, b) => a - b),
  };
  return clock;
}

/**
 * Chance from a seed that is printed, and that the variable SEED repeats.
 * @param name of the test file
 * @returns a whole number, 0 up to but not including `below`
 */
export function createTestChance(name: string): (below: number) => number {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
  console.log(`${name}: SEED=${String(seed)}`);
  return chanceFrom(seed);
}

/** Chance from a seed: the same seed, the same whole numbers, each 0 up to but not including `below`. */
export function chanceFrom(seed: number): (below: number) => number {
  // Mulberry32.
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}
