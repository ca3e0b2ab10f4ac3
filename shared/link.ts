/**
 * The link: whole messages, each way, in order but for urgent ones, none lost and none doubled
 * while both ends stay up. One copy of this file runs at each end, over its
 * end of the wires (`wire.ts`). It must never wait: it works in slices and
 * gives the event loop back, whatever the other end does.
 *
 * **Exchange.** Both ends send a header at the same time, a byte each way.
 * From the two headers both know what follows: nothing, one body, or both
 * bodies, which then flow at the same time as far as both are long. The next
 * header tells whether a body was taken. It follows at once when either end
 * said that more waits; else the wires rest, and the initiator leaves it for
 * a while, since an answer may come that can go along. So a message costs its
 * own bytes one way, 4 for its CRC-32, and one header of 5 bytes, two where
 * nothing else is said soon.
 *
 * **Header** (layout in `frame.ts`): state, ready, sequence, acknowledge, role,
 * length. `sequence` numbers the message offered, modulo 4; `acknowledge` is
 * the number that this end expects next; `ready` off means: send me no body
 * now. A body flows exactly when both ends are UP, its receiver is ready and
 * expects its number. After a body its sender trusts it to have arrived and
 * offers the next one; when `acknowledge` shows that it had not, no body
 * flows, and the one before is offered again. So a damaged body is sent
 * again, and one that was taken is never taken twice.
 *
 * **State.** DOWN, INIT, UP: an end is UP when it hears and is heard. A peer
 * that says DOWN to an end that is UP has restarted: everything starts anew
 * from number 0, and `down` tells the owner. Bodies flow only between ends
 * that are both UP. MORE is UP of an end that has another message to offer.
 *
 * **Noise.** A damaged header means that the ends may disagree on where a byte
 * begins: they align (see `wire.ts`) and go on. The other end may still be in
 * the middle of a body, so alignment is tried at full speed for as long as the
 * longest body takes, then now and then: wrong wiring must not hog the board.
 * A damaged body means nothing but sending it again.
 *
 * **Quiet.** At rest nothing is clocked. The initiator begins an exchange
 * when it has something to send, when the responder asks, and once a
 * `heartbeat`; the responder asks when it has something to send. An end that
 * has heard nothing valid for `timeout` tells its owner through `down`.
 *
 * **Clock.** Durations are sums of short differences of `time()`, each at most
 * `STEP` seconds, so neither a clock set by NTP nor an application that held
 * the event loop for a minute looks like a dead peer.
 */
import { Next, createExchange } from './exchange';
import { HEADER, LinkState } from './frame';
import { Pattern, Wire } from './wire';

/** Longest message by default, in bytes. */
export const MAX_MESSAGE = 1024;

/**
 * Bytes exchanged between two looks at the clock, at most: doubled while that takes less than an eighth of `hold`,
 * halved when it takes more than a quarter, since boards differ by a factor of a hundred.
 */
const CHUNK = 64;

/** Seconds: the most that one look at the clock may add to a duration. */
const STEP = 0.3;

/** Exchanges that the initiator makes sure of within `timeout`, or 10 s where there is none. */
const BEATS = 4;

/** Milliseconds for which the initiator leaves a header that would only acknowledge, or ask: a broker's answer may come. */
const PATIENCE = 300;

/** The same after a message that has, with its check, `SHORT` bytes at most: it costs little to keep, and is an answer. */
const LONG_PATIENCE = 2000;
const SHORT = 24;

/** Milliseconds between looks at a resting line that cannot be watched. */
const POLL = 10;

/** Edges missed in a row after which a line counts as one that cannot be watched. */
const MOST_MISSED_EDGES = 4;

/** Milliseconds between looks at a line that is watched, so the cost of a lost edge; also between alignments in vain. */
const GUARD = 250;

/** Seconds that a byte may take, at the most, beside `timeout`, for the first message of the queue to get through. */
const SLOWEST = 0.01;

/** A peer that asks for no message may do so for so many times `timeout`. */
const REFUSAL = 6;

/** Milliseconds: the most between looks at a peer that stopped in the middle. */
const LONGEST_PAUSE = 25;

/** When a turn that ends has the next one begin, beside a number of milliseconds. */
const enum Wait {
  /** Not yet: this turn goes on. */
  NONE = -2,
  /** When there is something to do: the wires rest. */
  REST = -1,
}

/** Why a link went down. */
export const enum Down {
  /** Nothing valid was heard for `timeout`. */
  SILENT = 0,
  /** The other end restarted. */
  RESTARTED = 1,
  /** The ends hear each other, but a message that waits does not get through. */
  STUCK = 2,
}

/** `timeout`, `hold`, `max` and the wire's pins may change until `start`. */
export interface LinkEndOptions {
  /** This end of the wires. */
  readonly wire: Wire;
  /** The initiator sends heartbeats; the responder answers. */
  readonly initiator: boolean;
  /** Seconds with a fraction, as `getTime`; it may jump. */
  readonly time: () => number;
  /** `setTimeout` of the board, milliseconds. */
  readonly later: (run: () => void, ms: number) => unknown;
  /** Undoes `later`. */
  readonly cancel: (timer: unknown) => void;
  /**
   * Calls `run` once at the next edge of a pin; returns what `unwatch` takes. Absent, or undefined returned, where
   * pins cannot be watched: the line is polled.
   */
  readonly watch?: (pin: Pin, run: () => void) => unknown;
  /** Ends a watch that has called nobody yet. */
  readonly unwatch: (watch: never) => void;
  /**
   * Seconds of silence after which the peer counts as dead, and for which a message may wait to get through, 0.5 and up;
   * 0: never (an end that can do nothing about it). It may change at any time.
   */
  readonly timeout: number;
  /** Milliseconds for which the event loop may be held at a time: more is faster, less is smoother. */
  readonly hold: number;
  /** Longest message either way, bytes, up to 65531. Must be the same at both ends. */
  readonly max: number;
  /**
   * Both ends are there. This callback and the next three may call any function of the link, and may throw: each is
   * the last thing that a turn does, when the next turn is already certain.
   */
  readonly up: () => void;
  /** A message arrived (a binary string). */
  readonly message: (message: string) => void;
  /**
   * Gives a message as it is to go out, in the same length: asked each time that an exchange begins that offers it. So a
   * message can tell the time: both ends begin an exchange at the same moment.
   */
  readonly stamp?: (message: string) => string;
  /** The peer has taken a message, so the queue has become shorter. */
  readonly room?: () => void;
  /**
   * The peer is gone; what was queued is forgotten. The link goes on trying. After `SILENT` it says so again after each
   * further `timeout`, whether or not it was up.
   */
  readonly down: (why: Down) => void;
}

/** What went over the wires since `start`, for tests and diagnosis. */
export interface WireCounts {
  /** Exchanges, that is headers in each direction. */
  _exchanges: number;
  /** Messages acknowledged by the peer. */
  _sent: number;
  /** Messages handed to the owner. */
  _received: number;
  /** Bodies sent more than once. */
  _resent: number;
  /** Headers and bodies that did not arrive intact. */
  _damaged: number;
}

export interface Link {
  /** Begins anew: forgets all messages and finds the other end. */
  start(): void;
  /** Leaves the wires alone until `start`. */
  stop(): void;
  /**
   * Queues a message (a binary string, 1 to `max` bytes); it is forgotten if the link is not up.
   * @param urgent it overtakes all that wait but those that may be on their way
   * @throws in words, no Error, for one that is empty or too long
   */
  send(message: string, urgent?: boolean): void;
  /** Messages queued and not yet acknowledged; -1 while the ends are not both there. */
  queued(): number;
  /** With `false` the peer is asked to send no message until `true`; one that is under way still arrives. */
  ready(on: boolean): void;
  /** What `time` gave when the last exchange began; within `message` the one that brought the message. */
  began(): number;
  /** Counters, live. */
  counts: WireCounts;
}

export function createLink(options: LinkEndOptions): Link {
  const wire = options.wire;
  const time = options.time;
  const counts: WireCounts = { _exchanges: 0, _sent: 0, _received: 0, _resent: 0, _damaged: 0 };
  const exchange = createExchange(options, counts);
  let chunk = 8;
  // What has no value here gets it in `start`, or before it is used.
  // What is to be done on the wires when all bytes up to `end` have flowed: one of `search`, `aligned`, `rest`, `begin`,
  // `onHeader`, `carry`, `onBody`.
  let step: () => void;
  // Milliseconds for which a header that is due can wait.
  let patience: number;
  // The bytes that flow now: from `position` to `end` of these, either of which may be null.
  let out: Uint8Array | null;
  let into: Uint8Array | null;
  let position: number;
  let end: number;
  let silence: number;
  let last: number;
  // Looks in vain, in a row, at the other end's next step.
  let idlePolls: number;
  // Attempts to align, to which the other end moved, since the last intact header.
  let tries: number;
  // The next turn; none while the link is stopped.
  let timer: unknown;
  let watch: unknown;
  // Times in a row that the other end's first step showed in no edge: some boards take a watch and never call it.
  let missedEdges = 0;
  // `Wait`, or milliseconds; `waited` is that of the turn before, and 0 when the next turn is to come at once.
  let wait: number;
  let waited: number;
  // Why the owner is to be told at the end of the turn that the other end is gone.
  let lost: Down | -1;
  let beginning: number;

  function lose(why: Down): void {
    exchange._lose();
    silence = patience = 0;
    lost = why;
    wait = 0;
  }

  function wanted(): boolean {
    return (
      (exchange._due && patience <= 0) ||
      (exchange._queue.length > exchange._ahead && !exchange._refused) ||
      (options.initiator && silence > (options.timeout || 10) / BEATS)
    );
  }

  // The other end is elsewhere: look again soon, then less and less often, lest the ends oversleep each other.
  function stall(): void {
    if (idlePolls < LONGEST_PAUSE * 4) idlePolls++;
    wait = idlePolls >> 2;
  }

  // Looks for the other end's byte boundaries.
  function search(): void {
    const found = wire.search();
    if (found) {
      out = wire.pattern();
      into = options.initiator ? new Uint8Array(out.length) : null;
      position = 0;
      end = out.length;
      step = aligned;
    } else if (wire.moved()) missed();
    else stall();
  }

  // Alignment is tried at once for as long as any body may still take to end, with attempts of 4 bytes and more.
  function missed(): void {
    wait = ++tries > options.max / 4 + 20 ? GUARD : 0;
  }

  function aligned(): void {
    const answer = into;
    step = begin;
    if (answer && ((answer[2] << 8) | answer[3]) !== Pattern.ALIGNED) {
      step = search;
      missed();
    }
  }

  // Nothing is under way.
  function rest(): void {
    const want = wanted();
    const agreed = wire.rest(want);
    if (agreed) step = begin;
    else wait = Wait.REST;
  }

  function begin(): void {
    beginning = time();
    exchange._speak();
    out = exchange._own;
    into = exchange._other;
    position = 0;
    end = HEADER;
    step = onHeader;
  }

  function onHeader(): void {
    const next = exchange._hear();
    step = search;
    if (next === Next.DAMAGED) return;
    silence = patience = tries = position = end = 0;
    if (next === Next.BODIES) step = carry;
    else if (next !== Next.NO_ROOM) step = rest;
    if (next === Next.RESTARTED) lose(Down.RESTARTED);
    if (exchange._arrived) wait = 0;
  }

  // Chooses the bytes of the bodies that flow next: both ways first, what is longer goes on alone.
  function carry(): void {
    const length = exchange._length;
    const shared = exchange._shared;
    out = exchange._sending;
    into = exchange._receiving;
    end = position + chunk;
    if (position >= shared) {
      if (out && out.length === length) into = null;
      else out = null;
      if (end > length) end = length;
      if (position === length) step = onBody;
    } else if (end > shared) end = shared;
  }

  function onBody(): void {
    const asks = exchange._sending || exchange._length > SHORT;
    step = exchange._more ? begin : rest;
    exchange._finish();
    if (exchange._inbox !== undefined) wait = 0;
    // The initiator acknowledges, and asks whether its own was taken. What was damaged is due at once.
    if (options.initiator && !exchange._due) {
      exchange._due = true;
      patience = asks ? PATIENCE : LONG_PATIENCE;
    }
  }

  // Works on the wires until they wait for the other end, or the owner for news, or `hold` is over.
  function work(until: number): void {
    let left = options.hold;
    let spent = 0;
    let before: number;
    while (wait === Wait.NONE) {
      if (position === end) step();
      // The next bytes would take as long as the last ones did. The clock may have been set meanwhile.
      else if (left < spent || left > 1000) wait = 0;
      else {
        before = position;
        position = wire.run(out, into, before, end);
        if (position === before) stall();
        else {
          idlePolls = 0;
          // A long body over slow wires must not pass for silence, and it can be no longer than announced.
          if (exchange._length) silence = 0;
          spent = left;
          left = (until - time()) * 1000;
          spent -= left;
          if (position - before === chunk) {
            if (spent * 2 > options.hold) chunk = chunk >> 1 || 1;
            else if (spent * 4 < options.hold && chunk < CHUNK) chunk <<= 1;
          }
        }
      }
    }
  }

  // Espruino shows an edge also to a watch that the callback of the one before has set: setting one must wait.
  function edge(): void {
    watch = undefined;
    missedEdges = 0;
    wake();
  }

  // Sees to it that there is a next turn.
  function arm(): void {
    let want: boolean;
    if (wait && wait < GUARD) {
      if (options.watch && missedEdges < MOST_MISSED_EDGES) watch = options.watch(wire.line(wait < 0), edge);
      if (wait < 0) {
        wait = POLL;
        if (watch !== undefined) {
          // What came between the last look and the watch shows in no edge.
          want = wanted();
          wait = patience > 0 && patience < GUARD ? patience : GUARD;
          if (wire.rest(want)) wait = 0;
        }
      }
    }
    waited = wait;
    timer = options.later(turn, wait);
  }

  function turn(): void {
    const now = time();
    let passed = now - last;
    const exchanges = counts._exchanges;
    let quiet = watch !== undefined && waited === GUARD && step === rest;
    if (waited > 0) patience -= waited;
    if (watch !== undefined) options.unwatch(watch as never);
    watch = undefined;
    waited = 0;
    last = now;
    // The other end may be long in coming: it is there when the first byte flows.
    if (step === onHeader && !position) beginning = now;
    if (passed < 0 || passed > STEP) passed = STEP;
    silence += passed;
    if (exchange._refused) passed = options.initiator ? passed / REFUSAL : 0;
    // But for the time in which bodies flow, the first time that it is sent: nobody is too slow.
    if (exchange._length && !exchange._again) passed = 0;
    exchange._stuck = exchange._queue.length ? exchange._stuck + passed : 0;
    if (quiet) quiet = !wanted();
    wait = exchange._inbox === undefined ? Wait.NONE : 0;
    if (
      options.timeout &&
      (silence > options.timeout ||
        (exchange._stuck > options.timeout &&
          exchange._stuck > options.timeout + exchange._queue[0].length * SLOWEST))
    ) {
      // A byte may be in hand: alignment copes with what is left of it.
      step = search;
      position = end = exchange._length = tries = 0;
      // Whoever is heard is heard more often. What died with a message on its way has been silent for almost as long.
      lose(silence * 2 > options.timeout ? Down.SILENT : Down.STUCK);
    } else if (idlePolls && step !== rest) {
      if (wire.moved()) idlePolls = 0;
      else stall();
    }
    work(now + options.hold / 1000);
    if (quiet && (counts._exchanges !== exchanges || step !== rest)) missedEdges++;
    // Should `room` throw, the message is told in the next turn.
    if (exchange._inbox !== undefined) wait = 0;
    arm();
    // Only now, as the last thing, so that neither an exception nor a turn that is cut off ends the link.
    tell();
  }

  // One after the other, not one instead of the other, which would nest them: whoever starts or stops the link takes
  // back what is still to be told.
  function tell(): void {
    const why = lost;
    let message: string;
    lost = -1;
    if (why >= 0) options.down(why as Down);
    if (exchange._arrived) {
      exchange._arrived = false;
      options.up();
    }
    if (exchange._roomy) {
      exchange._roomy = false;
      if (options.room) options.room();
    }
    if (exchange._inbox !== undefined) {
      message = exchange._inbox;
      exchange._inbox = undefined;
      options.message(message);
    }
  }

  // At rest the wires are looked at only now and then; what is new goes out at once.
  function wake(): void {
    if (!waited || step !== rest) return;
    waited = 0;
    options.cancel(timer);
    timer = options.later(turn, 0);
  }

  function stop(): void {
    if (watch !== undefined) options.unwatch(watch as never);
    if (timer !== undefined) options.cancel(timer);
    watch = timer = exchange._inbox = undefined;
    exchange._arrived = exchange._roomy = false;
    waited = 0;
    lost = -1;
  }

  function start(): void {
    stop();
    wire.reset();
    counts._exchanges = counts._sent = counts._received = counts._resent = counts._damaged = 0;
    exchange._lose();
    exchange._refused = exchange._more = false;
    exchange._sending = exchange._receiving = null;
    exchange._length = position = end = idlePolls = tries = silence = patience = 0;
    step = search;
    last = time();
    timer = options.later(turn, 0);
  }

  function send(message: string, urgent?: boolean): void {
    const size = message.length;
    let words = 'Message of ';
    if (!size || size > options.max) {
      words += size;
      words += ' bytes: the link carries 1 to ';
      words += options.max;
      // No Error: to make one takes more of a target's stack than is left where this is called.
      throw words;
    }
    if (exchange._state !== LinkState.UP) return;
    if (urgent) exchange._queue.splice(exchange._ahead + 1, 0, message);
    else exchange._queue.push(message);
    // As `wake`, but in place: this is where a target is deepest in its stack.
    if (!waited || step !== rest) return;
    waited = 0;
    options.cancel(timer);
    timer = options.later(turn, 0);
  }

  function queued(): number {
    return exchange._state === LinkState.UP ? exchange._queue.length : -1;
  }

  function ready(on: boolean): void {
    if (on && !exchange._accepting) {
      exchange._due = true;
      patience = 0;
      wake();
    }
    exchange._accepting = on;
  }

  function began(): number {
    return beginning;
  }

  return { start, stop, send, queued, ready, began, counts };
}
