/**
 * Finds out what makes a broker close: MQTT 3.1.1 lets it close on a
 * publication or a subscription that it does not want (§3.3.5, §4.8), without
 * a word of which. Numbers and pure functions; there is one such record for
 * publications and one for subscriptions. Nothing that might only have been
 * there when a network failed may be called a culprit.
 *
 * After two connections in a row that ended with something in flight, and
 * nothing acknowledged, one goes at a time, on connections that have stood for
 * `CALM` seconds with nothing of the kind sent. What was then alone in flight at
 * the end of `TRIES` connections in a row is the culprit.
 *
 * A publication that was acknowledged is done with. Subscriptions are made again
 * on each connection, so those before the culprit are acknowledged each time:
 * that says nothing before all of them are.
 */

/** Connections that end before one goes at a time. */
const CLOSES = 2;

/** Connections that end with one alone in flight before that one is put aside. */
export const TRIES = 3;

/** Seconds for which a connection has to stand before a suspect is sent. */
export const CALM = 3;

/** Places in the record. */
const enum Place {
  /** Connections in a row that ended. */
  CLOSES,
  /** How many have to be acknowledged before more than one goes again; 0: as ever. */
  CAREFUL,
  /** Connections in a row that ended with one alone in flight. */
  TRIES,
}

export type Suspects = number[];

/** A record is made when a connection ends, and forgotten when nothing is suspected any more: mostly there is none. */
export function newSuspects(): Suspects {
  return [0, 0, 0];
}

/** One has to go at a time, and not before the connection is calm. */
export function isCareful(suspects: Suspects | undefined): boolean {
  return !!suspects && suspects[Place.CAREFUL] > 0;
}

/**
 * A connection ended that neither end of the link nor Wi-Fi had ended.
 * @param inFlight how many of the kind were
 * @returns the one in flight is the culprit
 */
export function closed(suspects: Suspects, inFlight: number): boolean {
  if (!inFlight) return false;
  if (!suspects[Place.CAREFUL]) {
    if (++suspects[Place.CLOSES] >= CLOSES) suspects[Place.CAREFUL] = inFlight;
    return false;
  }
  if (++suspects[Place.TRIES] < TRIES) return false;
  suspects[Place.TRIES] = 0;
  suspects[Place.CAREFUL]--;
  // Should there be another one, the next end is enough to be careful again.
  suspects[Place.CLOSES] = CLOSES - 1;
  return true;
}

/** What is alone in flight now is another one than when the last connection ended. */
export function changed(suspects: Suspects): void {
  suspects[Place.TRIES] = 0;
}

/**
 * The oldest in flight was acknowledged, and is done with.
 * @returns the record, undefined when nothing is suspected any more
 */
export function acquitted(suspects: Suspects): Suspects | undefined {
  if (suspects[Place.CAREFUL]) suspects[Place.CAREFUL]--;
  else suspects[Place.CLOSES] = 0;
  suspects[Place.TRIES] = 0;
  return suspects[Place.CAREFUL] || suspects[Place.CLOSES] ? suspects : undefined;
}
