/** What is fuzzed, in batches that each begin anew from a seed of their own. */
import { fuzzFrames } from './frames';
import { fuzzHost, fuzzSettings, fuzzTarget } from './messages';
import { fuzzPackets } from './packets';
import { fuzzShipped } from './shipped';
import { fuzzWires } from './wires';

export interface Subject {
  readonly what: string;
  /** Cases of a batch. */
  readonly batch: number;
  /** Part of all cases that this gets. */
  readonly share: number;
  /** @throws Error that says what went wrong */
  readonly run: (seed: number, cases: number) => void;
}

export const SUBJECTS = {
  packets: { what: 'packets of a broker to the target', batch: 1000, share: 1, run: fuzzPackets },
  frames: { what: 'frames of a peer to the link', batch: 1000, share: 1, run: fuzzFrames },
  wires: { what: 'disturbances of the wires', batch: 10, share: 0.001, run: fuzzWires },
  host: { what: 'messages of a target to the host', batch: 1000, share: 0.5, run: fuzzHost },
  target: { what: 'messages of a host to the target', batch: 1000, share: 0.5, run: fuzzTarget },
  shipped: { what: 'the same over wires to dist/target.js', batch: 50, share: 0.002, run: fuzzShipped },
  settings: { what: 'settings', batch: 1000, share: 0.1, run: fuzzSettings },
} as const satisfies Record<string, Subject>;

export type SubjectName = keyof typeof SUBJECTS;

export const SUBJECT_NAMES = Object.keys(SUBJECTS) as SubjectName[];

/** A case went wrong. */
export interface Crash {
  readonly subject: SubjectName;
  /** Of its batch. */
  readonly seed: number;
  readonly error: unknown;
}

/**
 * Runs `cases` cases, times the share of the subject.
 * @returns how many were run, and what went wrong first, if anything
 */
export function fuzz(subject: SubjectName, seed: number, cases: number): { done: number; crash?: Crash } {
  const { batch, share, run }: Subject = SUBJECTS[subject];
  const count = Math.max(1, Math.round((cases * share) / batch));
  for (let i = 0; i < count; i++) {
    try {
      run(seed + i, batch);
    } catch (error) {
      return { done: i * batch, crash: { subject, seed: seed + i, error } };
    }
  }
  return { done: count * batch };
}
