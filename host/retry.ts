/**
 * When and where the broker is tried again. A pure state machine on seconds
 * that others count: it must neither keep time nor connect.
 */

/** Seconds before the next attempt: the first pause, doubled with each failure, and the longest. */
const PAUSE = 1;
const LONGEST_PAUSE = 60;

/** Seconds that a connection has to stand, at the least, before it counts as good: no shorter than the pause it cost. */
const GOOD = 10;

/** Connections that ended just after CONNACK, in a row, from which on their number is told. */
const TOLD = 3;

export interface Retry {
  /** Which of the brokers in the settings is next. */
  _at: number;
  /**
   * A connection, or an attempt, is over.
   * @param age seconds since CONNACK, -1 when there was none
   * @param brokers how many there are
   * @returns seconds until the next attempt
   */
  _lost(age: number, brokers: number): number;
  /** @returns the connection has shown itself good, after so many seconds */
  _isGood(age: number): boolean;
  /** What the last ends have in common, for a status; '' for nothing. */
  _hint(): string;
}

export function createRetry(): Retry {
  let pause = PAUSE;
  // Connections in a row that ended just after CONNACK.
  let early = 0;

  const retry: Retry = {
    _at: 0,
    _lost: function (age, brokers) {
      let wait = pause;
      const good = retry._isGood(age);
      early = good || age < 0 ? 0 : early + 1;
      // A connection that was good may be had again where it was looked for first.
      retry._at = good ? 0 : (retry._at + 1) % brokers;
      if (good) wait = PAUSE;
      if (retry._at) return PAUSE;
      pause = Math.min(wait * 2, LONGEST_PAUSE);
      return wait;
    },
    _isGood: function (age) {
      return age >= GOOD && age >= pause / 2;
    },
    _hint: function () {
      return early < TOLD
        ? ''
        : 'closed ' + early + ' times just after CONNACK: another client with this id?';
    },
  };
  return retry;
}
