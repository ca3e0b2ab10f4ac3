/** Many conversations, each with another fault, several at a time. */
import type { BoardName } from '../../rig/boards';
import { converseUnderFault, sitesOf } from './conversation';
import type { FaultConversation, SiteFault } from './conversation';

export const FAULTY_BOARDS: readonly BoardName[] = ['host', 'target'];

/**
 * All faults that a conversation like this one comes by: at each site the first time, which is at the start, and one in
 * the middle.
 */
export function faultsOf(counts: FaultConversation['counts']): SiteFault[] {
  return FAULTY_BOARDS.flatMap((board) =>
    [...counts[board]].flatMap((count, site) => {
      const times = count > 2 ? [1, Math.ceil(count / 2)] : count ? [1] : [];
      return times.flatMap((nth) => [false, true].map((cut) => ({ board, site, nth, cut })));
    }),
  );
}

export function describeFault({ board, site, nth, cut }: SiteFault): string {
  const { offset = 0, text = '' } = sitesOf(board)[site] ?? {};
  const what = cut ? 'cut off' : 'exception';
  return `${what} ${board}:${String(site)}:${String(nth)} at ${String(offset)}: ${text.replace(/\s+/g, ' ')}`;
}

/** @param until no conversation is begun after it, as in `Date.now()` */
export async function runFaults(
  faults: readonly SiteFault[],
  jobs: number,
  until: number,
  done: (fault: SiteFault, conversation: FaultConversation, count: number) => void,
): Promise<void> {
  let next = 0;
  let count = 0;
  const work = async (): Promise<void> => {
    for (let fault = faults[next++]; fault && Date.now() < until; fault = faults[next++])
      done(fault, await converseUnderFault(fault), ++count);
  };
  await Promise.all([...Array(jobs)].map(work));
}
