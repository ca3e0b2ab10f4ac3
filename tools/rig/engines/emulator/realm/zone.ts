/**
 * A board's time zone: `E.setTimeZone` and `E.setDST`, as Espruino has them
 * (src/jswrap_espruino.c:2237 and :2316, src/jswrap_date.c:87 to :155), the
 * rule's oddities included.
 */

const MINUTES_A_DAY = 1440;

/** Numbers of a rule. */
const RULE = 12;

export interface Zone {
  /** Hours. */
  setTimeZone(hours: unknown): void;
  setDST(...rule: unknown[]): void;
  /** Minutes east of Greenwich at a moment, ms since 1970; `local`: as a clock on the wall counts them. */
  minutes(ms: number, local: boolean): number;
  /** Whether daylight saving time is on then. */
  isSummer(ms: number): boolean;
}

export function createZone(): Zone {
  // A board's program gets a Date of its own.
  const RealDate = Date;
  let fixed = 0;
  let rule: Int16Array | undefined;

  /** Seconds of UTC, or of the wall, at which the time changes in a year; `at` of its five numbers in the rule. */
  function change(year: number, of: Int16Array, at: number, local: boolean): number {
    const [week = 0, weekday = 0, month = 0, later = 0, minute = 0] = of.subarray(at, at + 5);
    // 4 is the last: it is counted back from the first of the next month.
    const first = RealDate.UTC(year, month + (week === 4 ? 1 : 0), 1) / 86_400_000;
    const days = ((14 - ((first + 4) % 7) + weekday) % 7) + (week === 4 ? -7 : 7 * week);
    const minutes = (first + days + later) * MINUTES_A_DAY + minute;
    const [summer = 0, zone = 0] = of;
    return 60 * (local ? minutes : minutes - zone - (at === 2 ? 0 : summer));
  }

  function summer(ms: number, local: boolean): boolean {
    if (!rule?.[0]) return false;
    const seconds = ms / 1000;
    const year = new RealDate(((seconds / 86_400) | 0) * 86_400_000).getUTCFullYear();
    const start = change(year, rule, 2, local);
    const end = change(year, rule, 7, local);
    return start < end ? seconds >= start && seconds < end : seconds < end || seconds >= start;
  }

  return {
    setTimeZone(hours) {
      rule = undefined;
      fixed = (Number(hours) * 60) | 0;
    },
    setDST(...numbers) {
      if (numbers.length !== RULE) throw new Error('Unexpected arguments');
      fixed = 0;
      rule = new Int16Array(numbers.map(Number));
    },
    minutes(ms, local) {
      if (!rule?.[0]) return fixed;
      return (rule[1] ?? 0) + (summer(ms, local) ? rule[0] : 0);
    },
    isSummer: (ms) => summer(ms, false),
  };
}
