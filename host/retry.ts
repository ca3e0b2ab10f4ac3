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
   * @param left by this end, for a reason of its own
   * @returns seconds until the next attempt
   */
  _lost(age: number, brokers: number, left: boolean): number;
  /** To be asked now and then. @returns the connection has shown itself good, after so many seconds */
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
    _lost: function (age, brokers, left) {
      const wait = pause;
      const good = retry._isGood(age);
      if (age < 0) early = 0;
      else if (!good && !left) early++;
      // A connection that was good may be had again where it was looked for first; not from a broker that is left.
      retry._at = good && !left ? 0 : (retry._at + 1) % brokers;
      if (retry._at) return PAUSE;
      pause = Math.min(pause * 2, LONGEST_PAUSE);
      return good ? PAUSE : wait;
    },
    _isGood: function (age) {
      const good = age >= GOOD && age >= pause / 2;
      if (good) {
        pause = PAUSE;
        early = 0;
      }
      return good;
    },
    _hint: function () {
      return early < TOLD
        ? ''
        : 'closed ' + early + ' times just after CONNACK: another client with this id?';
    },
  };
  return retry;
}
