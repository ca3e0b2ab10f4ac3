/**
 * Estimates of a board's memory, in variables: what `process.memory` and `E.getSizeOf` say. Good for seeing a leak, not
 * for sizing a board.
 */
import type { Natives } from '../natives';

/** Bytes of one variable on the boards this stands for. */
const BLOCK = 12;
/**
 * Bytes of the engine's heap counted as one variable. Far more than one takes
 * here: what the engine learns about functions, some 50 KB as a program warms
 * up, is in the same heap and must not look like a leak.
 */
const BYTES_PER_VARIABLE = 1000;
/** Milliseconds for which `process.memory(false)` gives the same figures. */
const FRESH = 500;
/** Bytes of saved code a variable is counted for: a 6.2 KB program running from flash takes some 250. */
const CODE_PER_VARIABLE = 25;

/** Estimate of the variables a value takes: what `E.getSizeOf` is used for. */
export function sizeOf(value: unknown, seen: readonly object[] = []): number {
  if (typeof value === 'string') return 1 + Math.ceil(Math.max(0, value.length - 4) / BLOCK);
  if (typeof value !== 'object' || value === null || seen.includes(value)) return 1;
  if ('byteLength' in value) return 1 + Math.ceil(Number(value.byteLength) / BLOCK);
  const inside = seen.concat([value]);
  const fields = value as Record<string, unknown>;
  let size = 1;
  for (const key of Object.keys(fields))
    size += 1 + Math.max(0, Math.ceil((key.length - 4) / BLOCK)) + sizeOf(fields[key], inside);
  return size;
}

/**
 * @returns `process.memory`: what the saved code takes by rule of thumb, plus the growth of the engine's heap since the
 * first call
 * @param variables that the board has
 * @param codeSize bytes of the boot files
 */
export function createMemoryGauge(
  natives: Pick<Natives, 'now' | 'heapUsed'>,
  variables: number,
  codeSize: number,
): (collect?: boolean) => object {
  let base: number | undefined;
  let used = 0;
  let measured = -Infinity;

  return (collect?: boolean) => {
    // Without a collection a figure not much older serves: here, unlike on a board, garbage would count.
    if (collect !== false || natives.now() - measured > FRESH) {
      used = natives.heapUsed();
      measured = natives.now();
    }
    base ??= used;
    const estimate = Math.round(codeSize / CODE_PER_VARIABLE + (used - base) / BYTES_PER_VARIABLE);
    const usage = Math.min(variables, Math.max(1, estimate));
    return {
      free: variables - usage,
      usage,
      total: variables,
      history: 0,
      gc: 0,
      gctime: 1,
      blocksize: BLOCK,
    };
  };
}
