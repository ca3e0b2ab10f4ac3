/** What Espruino's `Math` has beyond the language's, and its own random numbers. */
import { CHANCE_RANGE } from './chance';
import type { RandomSource } from './chance';

export function adaptMath(chance: RandomSource): void {
  Object.assign(Math, {
    clip: (x: number, low: number, high: number) => Math.min(high, Math.max(low, x)),
    wrap: (x: number, size: number) => ((x % size) + size) % size,
    random: () => chance.draw() / CHANCE_RANGE,
    // As generated from src/jswrap_math.c:363.
    randInt: (range = 0) => (range > 0 ? chance.draw() % range : chance.draw() ^ (chance.draw() << 1)),
  });
}
