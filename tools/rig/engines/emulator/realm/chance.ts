/**
 * Espruino's generator of random numbers, src/jsutils.c:969: two multiply-with-
 * carry sequences that begin with the same two numbers at every start, since
 * nothing seeds them but `E.srand`.
 */

/** Numbers it may draw: from 0 up to, but not including, this. */
export const CHANCE_RANGE = 0x80000000;

export interface RandomSource {
  draw(): number;
  seed(seed: number): void;
}

export function createRandomSource(): RandomSource {
  let w = 0xdeadbeef;
  let z = 0xcafebabe;
  return {
    draw() {
      z = (36969 * (z & 65535) + (z >>> 16)) >>> 0;
      w = (18000 * (w & 65535) + (w >>> 16)) >>> 0;
      return ((z << 16) + w) & (CHANCE_RANGE - 1);
    },
    seed(seed) {
      w = ((seed & 0xffff) | (seed << 16)) >>> 0;
      z = ((seed & 0xffff0000) | (seed >>> 16)) >>> 0;
    },
  };
}
