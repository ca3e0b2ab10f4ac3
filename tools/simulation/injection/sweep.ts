/**
 * Every call of both bundles, each of which goes wrong once: the first time it
 * is made, and once at a time by chance; as an exception and as a turn that is
 * broken off; before it has done anything, and after.
 */
import { createChance } from '../context';
import { runInjection, type Bundles } from './conversation';
import type { InjectedFault, FaultKind } from './fault';

/** What went wrong, and what came of it. */
export interface Failure {
  readonly fault: InjectedFault;
  readonly call: string;
  readonly wrong: string;
}

/**
 * All faults there are, in an order of chance.
 * @param seed of the chance
 */
export function listFaults(bundles: Bundles, seed: number): InjectedFault[] {
  const { wrong, counts } = runInjection(bundles);
  if (wrong) throw new Error(`without any fault: ${wrong}`);
  const chance = createChance(seed);
  const faults: InjectedFault[] = [];
  for (const board of ['host', 'target'] as const)
    counts[board].forEach((made, site) => {
      // The call of an application's own function: one that throws is printed, and nothing of ours goes wrong.
      if (bundles[board].sites[site]?.text.includes('.apply(void 0')) return;
      const kinds: FaultKind[] = bundles[board].sites[site]?.throws ? ['exception', 'cut'] : ['cut'];
      for (const kind of kinds)
        for (const after of [false, true])
          for (const time of made > 1 ? [1, 2 + chance.below(made - 1)] : [1])
            faults.push({ board, site, time, kind, after });
    });
  for (let i = faults.length - 1; i > 0; i--) {
    const j = chance.below(i + 1);
    [faults[i], faults[j]] = [faults[j] as InjectedFault, faults[i] as InjectedFault];
  }
  return faults;
}

/**
 * Has each of them happen in a conversation of its own.
 * @param failed told at once what is not well again
 */
export function sweep(
  bundles: Bundles,
  faults: readonly InjectedFault[],
  until: () => boolean = () => false,
  failed: (failure: Failure) => void = () => {},
): { done: number; fired: number; worst: number; failures: Failure[] } {
  const failures: Failure[] = [];
  let done = 0;
  let fired = 0;
  let worst = 0;
  for (const fault of faults) {
    if (until()) break;
    const result = runInjection(bundles, fault);
    done++;
    fired += +result.fired;
    worst = Math.max(worst, result.seconds);
    if (!result.wrong) continue;
    const call = bundles[fault.board].sites[fault.site]?.text ?? '';
    failures.push({ fault, call, wrong: result.wrong });
    failed(failures[failures.length - 1] as Failure);
  }
  return { done, fired, worst, failures };
}
