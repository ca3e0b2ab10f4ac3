/** Many conversations, each with another fault, several at a time. */
import type { BoardName } from '../../rig/boards';
import { converse, sitesOf } from './conversation';
import type { Conversation, Fault } from './conversation';

export const BOARDS: readonly BoardName[] = ['host', 'target'];

/**
 * All faults that a conversation like this one comes by: at each site the first time, which is at the start, and one in
 * the middle.
 */
export function faultsOf(counts: Conversation['counts']): Fault[] {
  return BOARDS.flatMap((board) =>
    [...counts[board]].flatMap((count, site) => {
      const times = count > 2 ? [1, Math.ceil(count / 2)] : count ? [1] : [];
      return times.flatMap((nth) => [false, true].map((cut) => ({ board, site, nth, cut })));
    }),
  );
}

export function describe({ board, site, nth, cut }: Fault): string {
  const { offset = 0, text = '' } = sitesOf(board)[site] ?? {};
  const what = cut ? 'cut off' : 'exception';
  return `${what} ${board}:${String(site)}:${String(nth)} at ${String(offset)}: ${text.replace(/\s+/g, ' ')}`;
}

/** @param until no conversation is begun after it, as in `Date.now()` */
export async function runFaults(
  faults: readonly Fault[],
  jobs: number,
  until: number,
  done: (fault: Fault, conversation: Conversation, count: number) => void,
): Promise<void> {
  let next = 0;
  let count = 0;
  const work = async (): Promise<void> => {
    for (let fault = faults[next++]; fault && Date.now() < until; fault = faults[next++])
      done(fault, await converse(fault), ++count);
  };
  await Promise.all([...Array(jobs)].map(work));
}
