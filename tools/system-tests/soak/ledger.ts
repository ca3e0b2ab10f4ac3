/**
 * What was sent and what arrived in one direction, by number. Pure. It must
 * not take a message that came twice for one that came late: QoS 1 may double,
 * but what comes first must come in order within its topic.
 */

/** Figures of one direction. */
export interface Account {
  readonly sent: number;
  /** Numbers that arrived, each counted once. */
  readonly received: number;
  /** Numbers that did not arrive. */
  readonly lost: number;
  /** Arrivals beyond the first. */
  readonly doubled: number;
  /** First arrivals after that of a later number of the same topic. */
  readonly disordered: number;
  /** Arrivals whose contents or topic were not those of their number. */
  readonly damaged: number;
}

export interface SoakLedger {
  /** The next number, from 1, counted as sent. */
  send(): number;
  /** All numbers up to this one are known to be sent. */
  sentUpTo(number: number): void;
  /**
   * A message arrived.
   * @param intact its contents and topic are those of its number
   * @returns it is the first with this number
   */
  receive(topic: string, number: number, intact: boolean): boolean;
  /** Sent and not yet arrived. */
  outstanding(): number;
  /** The lowest numbers not yet arrived, at most `most`. */
  missing(most: number): number[];
  account(): Account;
}

export function createSoakLedger(): SoakLedger {
  const arrived = new Set<number>();
  const highest = new Map<string, number>();
  let sent = 0;
  let doubled = 0;
  let disordered = 0;
  let damaged = 0;

  function missing(most: number): number[] {
    const found: number[] = [];
    for (let number = 1; number <= sent && found.length < most; number++)
      if (!arrived.has(number)) found.push(number);
    return found;
  }

  return {
    send: () => ++sent,
    sentUpTo(number) {
      sent = Math.max(sent, number);
    },
    receive(topic, number, intact) {
      if (!intact || !Number.isInteger(number) || number < 1) {
        damaged++;
        return false;
      }
      if (arrived.has(number)) {
        doubled++;
        return false;
      }
      arrived.add(number);
      sent = Math.max(sent, number);
      if (number < (highest.get(topic) ?? 0)) disordered++;
      else highest.set(topic, number);
      return true;
    },
    outstanding: () => sent - arrived.size,
    missing,
    account: () => ({
      sent,
      received: arrived.size,
      lost: sent - arrived.size,
      doubled,
      disordered,
      damaged,
    }),
  };
}
