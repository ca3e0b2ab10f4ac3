/**
 * What the two ends of the link say to each other: whether they hear each
 * other, which message is offered, which was taken, and which goes again.
 * `link.ts` explains the rules. A pure state machine on headers and bodies: it
 * must know neither wires nor time, and decide about the bodies that flow only
 * from what both headers say, so that both ends decide alike.
 */
import {
  HEADER,
  LinkState,
  TRAILER,
  control,
  decodeBody,
  decodeHeader,
  encodeBody,
  encodeHeader,
} from './frame';

/** What follows from a header of the other end. */
export const enum Next {
  /** It did not arrive intact: the ends have to align. */
  DAMAGED,
  /** There is no memory for what it announces: when the ends have aligned, both bodies flow again. */
  NO_ROOM,
  /** No body flows. */
  NOTHING,
  /** At least one body flows. */
  BODIES,
  /** The other end has begun anew, while this one took it for being there. */
  RESTARTED,
}

export interface ExchangeOptions {
  readonly initiator: boolean;
  /** Longest message either way, bytes. It may change until `_reset`. */
  readonly max: number;
  /** See `LinkOptions`. */
  readonly stamp?: ((message: string) => string) | undefined;
}

/** What went over the wires, see `LinkCounts`. */
export interface ExchangeCounts {
  _exchanges: number;
  _sent: number;
  _received: number;
  _resent: number;
  _damaged: number;
}

/** Fields are to be read only, but where they say otherwise. */
export interface Exchange {
  _state: LinkState;
  /** This end's header, and the other one's. */
  readonly _own: Uint8Array;
  readonly _other: Uint8Array;
  /** Messages of this end that the other one has not acknowledged. */
  _queue: string[];
  /** Number of the first of these, modulo 4; with `_ahead` 1 its body was sent, and the next one is offered on trust. */
  _ahead: number;
  /** May be set: this end asks the other one for messages. */
  _accepting: boolean;
  /** The other end's last header asked for no message. */
  _refused: boolean;
  /** May be set: a header is due although there is no message to send. */
  _due: boolean;
  /** Either end said that another header is to follow the bodies at once. */
  _more: boolean;
  /** The bodies that flow, null for none. */
  _sending: Uint8Array | null;
  _receiving: Uint8Array | null;
  /** How many bytes flow both ways at once, and how many in all; 0 while no body flows. */
  _shared: number;
  _length: number;
  /** May be set: seconds for which the first of the queue has waited. 0 when it is acknowledged. */
  _stuck: number;
  /** The first of the queue was sent in vain. */
  _again: boolean;
  /** May be taken away, when the owner is told: both ends are there; the queue has become shorter; a message came. */
  _arrived: boolean;
  _roomy: boolean;
  _inbox: string | undefined;
  /** Begins anew from number 0; what was queued is forgotten. */
  _lose(): void;
  /** Makes `_own` of what is so now. */
  _speak(): void;
  /** Takes `_other`. */
  _hear(): Next;
  /** The bodies have flowed. */
  _finish(): void;
}

export function createExchange(options: ExchangeOptions, counts: ExchangeCounts): Exchange {
  const own = new Uint8Array(HEADER);
  const other = new Uint8Array(HEADER);
  let sequence: number;
  let expected: number;
  let offer: Uint8Array | undefined;

  // The first of the queue was sent before: whether it was taken.
  function learn(acknowledge: number): void {
    exchange._ahead = 0;
    if (acknowledge === ((sequence + 1) & 3)) {
      sequence = (sequence + 1) & 3;
      counts._sent++;
      exchange._queue.shift();
      exchange._stuck = 0;
      exchange._again = false;
      exchange._roomy = true;
    } else {
      counts._resent++;
      exchange._again = true;
    }
  }

  // An end that is not UP yet hears another one.
  function shakeHands(peer: LinkState): void {
    exchange._due = true;
    if (exchange._state === LinkState.INIT ? peer !== LinkState.DOWN : peer === LinkState.INIT) {
      exchange._state = LinkState.UP;
      exchange._arrived = true;
    } else if (peer === LinkState.DOWN) exchange._state = LinkState.INIT;
  }

  const exchange: Exchange = {
    _state: LinkState.DOWN,
    _own: own,
    _other: other,
    _queue: [],
    _ahead: 0,
    _accepting: true,
    _refused: false,
    _due: true,
    _more: false,
    _sending: null,
    _receiving: null,
    _shared: 0,
    _length: 0,
    _stuck: 0,
    _again: false,
    _arrived: false,
    _roomy: false,
    _inbox: undefined,
    _lose: function () {
      exchange._stuck = sequence = expected = exchange._ahead = 0;
      exchange._state = LinkState.DOWN;
      exchange._queue = [];
      exchange._due = true;
      exchange._roomy = exchange._again = false;
    },
    _speak: function () {
      let next = exchange._state === LinkState.UP ? exchange._queue[exchange._ahead] : undefined;
      const says = next && exchange._queue.length > exchange._ahead + 1 ? LinkState.MORE : exchange._state;
      const number = (sequence + exchange._ahead) & 3;
      const first = control(says, exchange._accepting, number, expected) | (options.initiator ? 0 : 1);
      offer = undefined;
      if (next && options.stamp) next = options.stamp(next);
      if (next) offer = encodeBody(next);
      // Without memory for the body it is offered another time.
      encodeHeader(own, first, next && offer ? next.length : 0);
    },
    _hear: function () {
      const size = decodeHeader(other);
      const said = own[0];
      const heard = other[0];
      const peer: LinkState = heard >> 6;
      const both = exchange._state === LinkState.UP && peer >= LinkState.UP;
      if (size < 0 || size > options.max || (heard & 1) === (options.initiator ? 0 : 1)) {
        counts._damaged++;
        exchange._due = true;
        return Next.DAMAGED;
      }
      counts._exchanges++;
      exchange._more = said >> 6 === LinkState.MORE || peer === LinkState.MORE;
      exchange._length = exchange._shared = 0;
      // Worked out alike at both ends, so only from what the two headers say.
      exchange._sending =
        both && offer && heard & 32 && ((heard >> 1) & 3) === ((said >> 3) & 3) ? offer : null;
      if (exchange._sending) exchange._length = exchange._sending.length;
      exchange._receiving = null;
      if (both && size && said & 32 && ((said >> 1) & 3) === ((heard >> 3) & 3)) {
        exchange._receiving = new Uint8Array(size + TRAILER) as Uint8Array | null;
        exchange._shared = exchange._length;
        if (exchange._length > size + TRAILER) exchange._shared = size + TRAILER;
        else exchange._length = size + TRAILER;
        if (!exchange._receiving) exchange._shared = -1;
      }
      exchange._refused = !(heard & 32);
      // What `ready` changed after this header was made is still to be said.
      exchange._due = exchange._accepting && !(said & 32);
      offer = undefined;
      if (both && exchange._ahead) learn((heard >> 1) & 3);
      if (exchange._state === LinkState.UP && peer === LinkState.DOWN) return Next.RESTARTED;
      if (exchange._state !== LinkState.UP) shakeHands(peer);
      if (exchange._shared < 0) return Next.NO_ROOM;
      return exchange._length ? Next.BODIES : Next.NOTHING;
    },
    _finish: function () {
      const body = exchange._receiving;
      exchange._length = 0;
      if (exchange._sending) exchange._ahead = 1;
      exchange._sending = exchange._receiving = null;
      if (!body) return;
      exchange._inbox = decodeBody(body);
      if (exchange._inbox === undefined) {
        counts._damaged++;
        exchange._due = true;
      } else {
        expected = (expected + 1) & 3;
        counts._received++;
      }
    },
  };
  return exchange;
}
