/**
 * Notices when a program holds its board's event loop for a good part of the time: meanwhile nothing else runs, and the
 * link stands still, which nobody would see. Said once in a while.
 */

/** The share is taken over so long, ms. */
const WINDOW = 10_000;

/** A turn of the loop that is longer is the program's: the link's own are some 10 ms. */
const LONG = 100;

/** From this share on it is said. */
const SHARE = 0.3;

/** It is not said again before, ms. */
const PAUSE = 60_000;

/** @returns is given how long each turn of the loop took, ms */
export function createHeldNotice(now: () => number, say: (text: string) => void): (turn: number) => void {
  let since = now();
  let held = 0;
  let longest = 0;
  let said = -Infinity;
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);

  return (turn) => {
    if (turn >= LONG) {
      held += turn;
      longest = Math.max(longest, turn);
    }
    const time = now();
    const all = time - since;
    if (all < WINDOW) return;
    if (held > all * SHARE && time - said > PAUSE) {
      said = time;
      say(
        `the application held its board for ${seconds(held)} of ${seconds(all)} s, up to ${seconds(longest)} s at a time: ` +
          'the link stands still meanwhile, messages wait, and more than it has room for are lost. Do less at a time',
      );
    }
    since = time;
    held = longest = 0;
  };
}
