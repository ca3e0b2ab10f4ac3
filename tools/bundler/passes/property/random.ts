/** Numbers that look random and are the same again for the same seed. */
export interface Random {
  /** From 0 up to, not including, `end`. */
  below(end: number): number;
  /** Whether a chance of one in `n` came true. */
  one(n: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
}

export function createProgramRandom(seed: number): Random {
  let state = (seed * 2654435761) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return { below, one: (n) => below(n) === 0, pick: (items) => items[below(items.length)]! };
}
