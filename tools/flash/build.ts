/** The bundles that are to be flashed, made anew when a source has changed since. */
import { buildNow } from '../compiler/built';

/**
 * @param names of the bundles that are needed
 * @returns what the build printed when it failed
 */
export function buildForFlash(names: readonly string[]): string | undefined {
  try {
    buildNow(names);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
