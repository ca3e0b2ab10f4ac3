/**
 * What the link has done since the board started, for applications to read. An
 * array of numbers where it is counted, since that takes the least memory; an
 * object only when it is asked for.
 */

/** Places in the array. */
export const enum Count {
  SENT,
  ACKNOWLEDGED,
  RESENT,
  RECEIVED,
  DROPPED,
  RESETS,
  RECONNECTS,
  REFUSED,
}

/** Since the board started. */
export interface LinkCounts {
  /** Publications handed to the target, each counted once. */
  sent: number;
  /** Publications with QoS 1 that the broker has acknowledged. */
  acknowledged: number;
  /** Publications with QoS 1 handed over again, after a loss of target or broker. */
  resent: number;
  /** Messages from the broker that reached a callback. */
  received: number;
  /**
   * Messages from the broker that did not: too fast, too long, or nobody had subscribed. And publications that the host's
   * Storage had kept, and of which bits had changed: as many as that, at least.
   */
  dropped: number;
  /** Resets of the target after the one at the start. */
  resets: number;
  /** Connections to the broker after the first. */
  reconnects: number;
  /** Publications with QoS 1 that the broker closed on each time, so that they were put aside. */
  refused: number;
}
