/**
 * Test results as TAP version 14 (https://testanything.org/tap-version-14-specification.html),
 * a line as soon as there is one. Knows nothing of what is tested.
 */

export interface Tap {
  /** @param wrong in words; absent: passed */
  result(name: string, wrong?: string): void;
  skip(name: string, why: string): void;
  comment(text: string): void;
  /** Nothing more can be tested. */
  bailOut(why: string): void;
  /** The plan, which comes last. @returns whether all passed, and there was something */
  end(): boolean;
}

/** `#` begins a directive, and a backslash escapes it. */
function escapeName(text: string): string {
  return text.replace(/[\\#]/g, '\\$&').replace(/\s+/g, ' ');
}

export function createTap(write: (line: string) => void): Tap {
  let count = 0;
  let failed = 0;
  let bailed = false;

  write('TAP version 14');
  return {
    result(name, wrong) {
      count++;
      write(`${wrong === undefined ? '' : 'not '}ok ${String(count)} - ${escapeName(name)}`);
      if (wrong === undefined) return;
      failed++;
      // A double-quoted scalar of YAML is what JSON makes of a string.
      write(`  ---\n  message: ${JSON.stringify(wrong)}\n  ...`);
    },
    skip(name, why) {
      count++;
      write(`ok ${String(count)} - ${escapeName(name)} # SKIP ${why}`);
    },
    comment(text) {
      write(`# ${text}`);
    },
    bailOut(why) {
      bailed = true;
      write(`Bail out! ${why}`);
    },
    end() {
      if (!bailed) write(`1..${String(count)}`);
      return !bailed && count > 0 && failed === 0;
    },
  };
}
