/**
 * The parts of the test, one after the other. What one throws is a result of its own; once nothing more can be tested, the
 * parts that follow are skipped, with the reason.
 */
import { STOPPED } from '../suite';
import type { Tap } from '../tap';

export class TestParts {
  /** Why nothing more can be tested. */
  over: string | undefined;

  /**
   * @param begin results belong to this part from now on
   * @param silent the first board that is silent, in words
   */
  constructor(
    private readonly tap: Tap,
    private readonly begin: (name: string) => void,
    private readonly silent: () => Promise<string | undefined>,
    private readonly stop: AbortSignal | undefined,
  ) {}

  /** Runs a part. @returns whether it got to its end */
  async run(name: string, work: () => Promise<void>): Promise<boolean> {
    this.begin(name);
    if (this.stop?.aborted) this.over = 'stopped by a person';
    if (this.over !== undefined) {
      this.tap.skip(name, this.over);
      return false;
    }
    try {
      await work();
      return true;
    } catch (error) {
      const { message } = error as Error;
      if (message === STOPPED) this.over = 'stopped by a person';
      this.tap.result(name, this.over ?? message);
      this.over ??= await this.silent();
      return false;
    }
  }
}
