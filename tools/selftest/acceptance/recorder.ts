/**
 * Results of a test in parts, told as TAP while they come and kept for the
 * report. Whatever was not written here goes through the mask on its way in.
 */
import { createTap } from '../tap';
import type { Tap } from '../tap';
import type { Check, CheckOutcome } from './report';

export interface Recorder {
  /** Takes results of the part that is on. */
  readonly tap: Tap;
  /** Results belong to this part from now on. */
  begin(part: string): void;
  readonly checks: readonly Check[];
  readonly remarks: readonly { readonly part: string; readonly text: string }[];
}

/** @param mask takes secrets out of text; TAP keeps them, since it is the owner's terminal */
export function createRecorder(write: (line: string) => void, mask: (text: string) => string): Recorder {
  const inner = createTap(write);
  const checks: Check[] = [];
  const remarks: { part: string; text: string }[] = [];
  let part = '';

  function keep(name: string, outcome: CheckOutcome, message?: string): void {
    checks.push({
      part,
      name: mask(name),
      outcome,
      ...(message !== undefined && { message: mask(message) }),
    });
  }

  return {
    tap: {
      result(name, wrong) {
        keep(name, wrong === undefined ? 'passed' : 'failed', wrong);
        inner.result(name, wrong);
      },
      skip(name, why) {
        keep(name, 'skipped', why);
        inner.skip(name, why);
      },
      comment(text) {
        remarks.push({ part, text: mask(text) });
        inner.comment(text);
      },
      bailOut(why) {
        keep('the test', 'failed', why);
        inner.bailOut(why);
      },
      end: () => inner.end(),
    },
    begin(name) {
      part = name;
      // Not a result, and nothing for the report.
      write(`# ${name}`);
    },
    checks,
    remarks,
  };
}
