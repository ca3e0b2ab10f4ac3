/**
 * Promises whose reactions run when the simulation says so, in place of Node's,
 * which wait for the real event loop. Only what device code uses.
 */

type Reaction = (value: unknown) => unknown;

/**
 * @param later runs a job in a turn of its own
 * @param uncaught gets what is rejected and not handled
 */
export function createPromise(later: (job: () => void) => void): unknown {
  class SimulatedPromise {
    private state: 'pending' | 'kept' | 'broken' = 'pending';
    private value: unknown;
    private waiting: (() => void)[] = [];

    constructor(run: (resolve: Reaction, reject: Reaction) => void) {
      const reject = (reason: unknown): void => this.settle('broken', reason);
      try {
        run((value) => this.resolve(value), reject);
      } catch (error) {
        reject(error);
      }
    }

    private resolve(value: unknown): void {
      if (value && typeof (value as SimulatedPromise).then === 'function') {
        (value as SimulatedPromise).then(
          (inner) => this.resolve(inner),
          (reason) => this.settle('broken', reason),
        );
      } else this.settle('kept', value);
    }

    private settle(state: 'kept' | 'broken', value: unknown): void {
      if (this.state !== 'pending') return;
      this.state = state;
      this.value = value;
      for (const job of this.waiting.splice(0)) later(job);
    }

    then(kept?: Reaction, broken?: Reaction): SimulatedPromise {
      return new SimulatedPromise((resolve, reject) => {
        const job = (): void => {
          const react = this.state === 'kept' ? kept : broken;
          if (!react) return void (this.state === 'kept' ? resolve : reject)(this.value);
          try {
            resolve(react(this.value));
          } catch (error) {
            reject(error);
          }
        };
        if (this.state === 'pending') this.waiting.push(job);
        else later(job);
      });
    }

    catch(broken: Reaction): SimulatedPromise {
      return this.then(undefined, broken);
    }

    static resolve(value: unknown): SimulatedPromise {
      return new SimulatedPromise((resolve) => resolve(value));
    }
  }
  return SimulatedPromise;
}
