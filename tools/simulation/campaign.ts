/**
 * Many schedules, in this process or in several, and the sum of what they saw.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Mutation } from './device-source';
import type { Totals } from './ledger';
import { isShipped, runSchedule } from './schedule';

/** Schedules that a process takes on at a time. */
const SHARE = 50;

/** After so many broken promises there is nothing to be learnt from more. */
const ENOUGH = 10;

export interface Violation {
  readonly seed: number;
  readonly text: string;
}

export interface Summary {
  schedules: number;
  /** In how many of them the target was the shipped bundle. */
  shipped: number;
  /** Virtual time. */
  seconds: number;
  readonly faults: Record<string, number>;
  readonly statuses: Record<string, number>;
  readonly totals: Totals;
  readonly violations: Violation[];
}

/** Schedules from one seed on, one after the other. */
export interface Share {
  readonly seed: number;
  readonly schedules: number;
  readonly mutation?: Mutation;
  /** See `ScheduleOptions`. */
  readonly favour?: string;
  /** Stop at the first violation. */
  readonly first?: boolean;
}

export function emptySummary(): Summary {
  return {
    schedules: 0,
    shipped: 0,
    seconds: 0,
    faults: {},
    statuses: {},
    totals: { out: 0, in: 0, doubledOut: 0, doubledIn: 0 },
    violations: [],
  };
}

function add<T extends object>(to: T, more: Readonly<T>): void {
  const sums = to as Record<string, number>;
  for (const [name, count] of Object.entries(more)) sums[name] = (sums[name] ?? 0) + (count as number);
}

function merge(to: Summary, more: Summary): void {
  to.schedules += more.schedules;
  to.shipped += more.shipped;
  to.seconds += more.seconds;
  add(to.faults, more.faults);
  add(to.statuses, more.statuses);
  add(to.totals, more.totals);
  to.violations.push(...more.violations);
}

export function runShare(share: Share): Summary {
  const summary = emptySummary();
  for (let i = 0; i < share.schedules; i++) {
    const seed = share.seed + i;
    const result = runSchedule({
      seed,
      ...(share.mutation && { mutation: share.mutation }),
      ...(share.favour && { favour: share.favour }),
    });
    const { violation, ...sums } = result;
    merge(summary, {
      ...emptySummary(),
      ...sums,
      schedules: 1,
      shipped: +isShipped({ seed, ...(share.mutation && { mutation: share.mutation }) }),
      violations: violation === undefined ? [] : [{ seed, text: violation }],
    });
    if (share.first && violation !== undefined) break;
  }
  return summary;
}

/**
 * Runs schedules with the seeds `seed`, `seed` + 1 and so on.
 * @param jobs processes, 1: this one
 * @param progress told after each share
 */
export async function runCampaign(
  seed: number,
  schedules: number,
  jobs: number,
  progress: (summary: Summary) => void,
): Promise<Summary> {
  const summary = emptySummary();
  let next = 0;

  function take(): Share | undefined {
    if (next >= schedules || summary.violations.length >= ENOUGH) return undefined;
    const share = { seed: seed + next, schedules: Math.min(SHARE, schedules - next) };
    next += share.schedules;
    return share;
  }

  function put(part: Summary): void {
    merge(summary, part);
    progress(summary);
  }

  if (jobs === 1) {
    for (let share = take(); share; share = take()) {
      put(runShare(share));
      // For signals.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return summary;
  }
  const work = async (): Promise<void> => {
    const child = fork(fileURLToPath(new URL('worker.ts', import.meta.url)));
    try {
      for (let share = take(); share; share = take()) {
        child.send(share);
        put(
          await new Promise<Summary>((resolve, reject) => {
            child.once('message', (part) => resolve(part as Summary));
            child.once('exit', (code) =>
              reject(new Error(`A process of the simulation ended, code ${code}`)),
            );
          }),
        );
        child.removeAllListeners('exit');
      }
    } finally {
      child.kill('SIGKILL');
    }
  };
  await Promise.all([...Array(Math.min(jobs, Math.ceil(schedules / SHARE)))].map(work));
  summary.violations.sort((a, b) => a.seed - b.seed);
  return summary;
}
