/**
 * The five lines, bit by bit: what both ends of the link agree on, and the
 * interface through which `link.ts` uses them. Nothing here knows frames.
 *
 *     host (initiator)                     target (responder)
 *       sckout ----------- clock ---------> mckin
 *       stx    ----------- data ----------> mrx
 *       srx    <---------- data ----------- mtx
 *       sckin  <---------- clock ---------- mckout
 *       reset  ---------------------------> reset (not part of the link)
 *
 * **A bit.** Each end owns one clock line and one data line. The initiator may
 * move only while both clocks are equal: it sets its data, then flips its
 * clock. The responder may move only while they differ: it reads the data,
 * sets its own, then flips its clock, which tells the initiator that the bit
 * is taken and the answer stands. So a bit goes each way for one flip of each
 * clock, nobody needs to know how fast the other is, and either end may stop
 * for any time between any two steps. Because exactly one of "equal" and
 * "differ" always holds, one end can always move: no misread clock can make
 * both wait for ever, it only inserts or loses bits, which frames detect.
 *
 * **A byte** is eight bits, most significant first. Both clocks are low
 * between bytes. Where bytes flow one way only, the receiving end flips its
 * clock and leaves its data line alone.
 *
 * **Rest.** Between exchanges the clocks stand still, low. The initiator
 * begins when it likes; the responder asks it to by holding its data line
 * high. A watch on `line()` sees either.
 *
 * **Alignment.** The ends may disagree on where a byte begins: at power-up,
 * after noise, when one end restarted. The initiator then sends the 16 bits of
 * `ALIGN` and clocks 16 more. The responder, looking for them at every bit
 * with its data line held high, answers with the 16 bits of `ALIGNED`; exactly
 * there, and nowhere else, the initiator takes them for agreement.
 */
export interface Wire {
  /**
   * Exchanges bytes `from` to `to - 1`: sends from `send`, stores to
   * `receive`; either may be null, then bytes flow one way (both ends must
   * call it alike). Waits for the other end only as long as its spin count
   * allows, then returns; call again with the result as `from` to go on,
   * within the byte where it stopped.
   * @returns index of the first byte not exchanged whole; `to` when done.
   */
  run(send: Uint8Array | null, receive: Uint8Array | null, from: number, to: number): number;

  /**
   * Alignment, first part: the responder looks for the call, for a bounded time; there is nothing to do for the
   * initiator. True: `pattern` is to flow next. If the call was a misreading, what flows then is no valid header.
   */
  search(): boolean;

  /**
   * Alignment, second part, to be sent by `run`: the initiator's call and the time for its answer, 4 bytes, of which
   * the last two that come back must be `ALIGNED`; the responder's answer, 2 bytes, during which nothing comes.
   */
  pattern(): Uint8Array;

  /**
   * At rest: with `want` the responder asks for an exchange, and waits a little for it the first time.
   * @returns true when an exchange is to begin: the initiator's `want` or the
   * responder's asking, at the initiator; the initiator's first bit, at the responder.
   */
  rest(want: boolean): boolean;

  /** The input on which the other end's next step shows, for `setWatch`. */
  line(resting: boolean): Pin;

  /** One look, no waiting: can this end go on with what it left midway? */
  moved(): boolean;

  /** Forgets a byte in hand and puts the lines in their state of power-up. */
  reset(): void;
}

/**
 * The bits of a byte are gathered as the digits of a number: to append one costs half of what `n << 1 | bit` does. Here
 * is what they begin with: a number from the start.
 */
export const enum Digits {
  NONE = '0b0',
  /** Characters of it. */
  FIRST = 3,
}

/** What an end is made of. Pins are initialised by the caller: outputs low, inputs without pull. */
export interface WirePins {
  /** Own clock, output. */
  readonly clockOut: Pin;
  /** Own data, output. */
  readonly dataOut: Pin;
  /** The other end's clock, input. */
  readonly clockIn: Pin;
  /** The other end's data, input. */
  readonly dataIn: Pin;
  /** `digitalRead`: of an array, the last pin is the lowest bit. */
  readonly read: (pins: Pin | Pin[]) => number;
  /** `digitalWrite`: of an array, the last pin gets the lowest bit and is set first; bits beyond its pins have no effect. */
  readonly write: (pins: Pin | Pin[], value: number) => void;
  /** How many times in vain one call may look at the other end before it returns, 1 and up. */
  readonly spins: number;
}

/** Bit patterns of alignment, sent most significant bit first. */
export const enum Pattern {
  ALIGN = 0x9d5b,
  ALIGNED = 0x5ce9,
}
