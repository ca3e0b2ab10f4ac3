/** The self-tests' bundles, made anew when a source has changed since: tests that run at a time would read half of one. */
import { buildNow } from '../compiler/built';
import { SELFTEST_BUNDLES } from '../compiler/device-bundles';

/** @throws Error with what the build said. */
export function buildSelftests(): void {
  try {
    buildNow(SELFTEST_BUNDLES);
  } catch (error) {
    throw new Error(`The self-tests could not be built:\n${(error as Error).message}`);
  }
}
