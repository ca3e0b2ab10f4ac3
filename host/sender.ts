/**
 * What goes to the target, one message after the other as the link has room:
 * subscriptions first, then publications; and what the broker owes for them. It
 * must never take a publication out of the queue before it is done with.
 */
import { byteAt, wordAt } from '../shared/bytes';
import { Link } from '../shared/link';
import { Type, encode, numberOf } from '../shared/messages';
import { Flag, Granted, PacketType } from '../shared/mqtt';
import { topicOf } from '../shared/packets';
import { Status } from '../shared/status';
import { Count } from './counts';
import { DoneCallback, Outbox } from './outbox';
import { Wish } from './settings';
import { Stage, State } from './state';
import { Subscriptions } from './subscriptions';
import { CALM, Suspects, acquitted, changed, closed, isCareful, newSuspects } from './suspects';
import { Teller } from './teller';

/** Messages handed to the link at a time: they take memory twice, and those with QoS 0 may be lost with the target. */
export const AHEAD = 4;

/** Called with variables in use and in all. */
export type MemoryCallback = (used: number, total: number) => void;

export interface SenderOptions {
  readonly _state: State;
  readonly _link: Link;
  readonly _outbox: Outbox;
  readonly _subscriptions: Subscriptions;
  readonly _teller: Teller;
  /** By `Count`. */
  readonly _counts: number[];
  readonly _print: (line: string) => void;
  /** Something was handed to the link: tells the target whether messages may come. */
  readonly _listen: () => void;
}

export interface Sender {
  /** What else there is waits: for subscriptions to come first, or for the next tick. */
  _settling: boolean;
  /** @returns how many messages the link will have carried when it has carried all that it was given */
  _allCarried(): number;
  /** Hands the link what it has room for. */
  _pump(): void;
  /** The broker was connected to. */
  _restart(session: boolean): void;
  /** The run is over. */
  _end(): void;
  /** The broker has the publication with this identifier. @returns it was in flight */
  _acknowledged(id: number): boolean;
  /**
   * The broker answered a SUBSCRIBE or UNSUBSCRIBE.
   * @param code as of `Subscriptions._answer`
   * @returns the status that is to be told, -1 for none
   */
  _answered(id: number, code: number): Status | -1;
  /** A connection ended that the broker may have closed: puts aside what it closes on, when that has been found out. */
  _suspect(): void;
  /** To be asked once a second. @returns what the broker has owed for `responseTime`; '' for nothing */
  _owed(): string;
  /** Empties the queue. @returns how many there were */
  _clear(): number;
  /** Asks the target for its memory, as soon as it runs. */
  _askMemory(done: MemoryCallback | undefined): void;
  /** The target answered that. */
  _memory(message: string): void;
}

export function createSender(options: SenderOptions): Sender {
  const state = options._state;
  const link = options._link;
  const outbox = options._outbox;
  const subscriptions = options._subscriptions;
  const counts = options._counts;
  const teller = options._teller;
  let publications: Suspects | undefined;
  let filters: Suspects | undefined;
  // The last one in flight when a connection ended.
  let lastFilter: string;
  // Seconds for which the oldest publication or subscription in flight has waited since the link carried it. It has
  // carried it when it has carried so many messages.
  let owing = 0;
  let owingFilter = 0;
  let carried = 0;
  let carriedFilter = 0;
  // QoS 0 on its way to the target: how many messages the link will have carried by then, and whom to tell.
  let passing: { _at: number; _call: DoneCallback }[] = [];
  let memoryAsked = false;
  let memoryDone: (MemoryCallback | undefined)[] | undefined;

  function allCarried(): number {
    return link.counts._sent + link.queued();
  }

  // The publication that was taken out of the queue last was refused, by whoever.
  function refused(topic: string): void {
    counts[Count.REFUSED]++;
    if (outbox._call) teller._attempt(outbox._call, [false]);
    teller._tell(Status.PUB_FAIL, topic, undefined);
  }

  // The target takes less than what this board took on.
  function tooLong(packet: string): void {
    const type = byteAt(packet, 0);
    if ((type & 0xf0) !== PacketType.PUBLISH) {
      subscriptions._answer(wordAt(packet, 1), Granted.REFUSED);
      return teller._tell(Status.SUB_FAIL, subscriptions._filter, undefined);
    }
    // With QoS 0 it is out of the queue already.
    if (type & Flag.QOS1) outbox._remove(outbox._sent - 1);
    refused(topicOf(packet));
  }

  // The next packet for the broker, if there is one that may go now.
  function nextPacket(): string | undefined {
    let careful = isCareful(filters);
    let packet: string | undefined;
    if (!careful || state._age >= CALM) packet = subscriptions._next(careful);
    if (packet !== undefined || (careful && subscriptions._owed())) return packet;
    careful = isCareful(publications);
    if (!careful || state._age >= CALM) packet = outbox._next(careful);
    // One with QoS 0 went out while one goes at a time: the next tick comes first.
    if (careful && packet !== undefined && !(byteAt(packet, 0) & Flag.QOS1)) sender._settling = true;
    return packet;
  }

  function nextMessage(): string | undefined {
    if (memoryAsked && state._stage >= Stage.STARTING) {
      memoryAsked = false;
      return encode(Type.MEM, '');
    }
    return state._isRunning() && !sender._settling ? nextPacket() : undefined;
  }

  function pump(): void {
    const mine = state._run;
    let message: string | undefined;
    let flying: number;
    let asked: number;
    while (passing.length && passing[0]._at <= link.counts._sent)
      teller._attempt((passing.shift() as { _call: DoneCallback })._call, [true]);
    while (mine === state._run && link.queued() < AHEAD) {
      outbox._call = undefined;
      flying = outbox._sent;
      asked = subscriptions._owed();
      message = nextMessage();
      if (message === undefined) break;
      if (message.length > state._max) tooLong(message);
      else {
        // Before it is sent: should the turn be cut off there, the end of the run still tells.
        if (outbox._call) passing.push({ _at: allCarried() + 1, _call: outbox._call });
        link.send(message);
        if (!flying) carried = allCarried();
        if (!asked) carriedFilter = allCarried();
      }
    }
    if (mine === state._run) options._listen();
  }

  const sender: Sender = {
    _settling: false,
    _allCarried: allCarried,
    _pump: pump,
    _restart: function (session) {
      owing = owingFilter = 0;
      sender._settling = false;
      outbox._restart(session);
      subscriptions._restart(session, !session || (state._setup._wishes & Wish.RESUBSCRIBE) > 0);
    },
    _end: function () {
      const lost = passing;
      memoryAsked = !!memoryDone;
      passing = [];
      lost.forEach(function (one) {
        teller._attempt(one._call, [false]);
      });
    },
    _acknowledged: function (id) {
      const place = outbox._done(id);
      if (!place) {
        owing = 0;
        carried = allCarried();
        if (publications) publications = acquitted(publications);
      }
      if (place >= 0 && outbox._call) teller._attempt(outbox._call, [true]);
      return place >= 0;
    },
    _answered: function (id, code) {
      const status = subscriptions._answer(id, code);
      owingFilter = 0;
      carriedFilter = allCarried();
      if (subscriptions._settled()) filters = undefined;
      return status;
    },
    _suspect: function () {
      const owed = subscriptions._owed();
      const filter = subscriptions._filter;
      if (owed) {
        filters = filters || newSuspects();
        if (filter !== lastFilter) changed(filters);
        lastFilter = filter;
        if (closed(filters, owed)) {
          subscriptions._setAside();
          teller._tell(Status.SUB_FAIL, filter, undefined);
        }
      }
      if (!outbox._sent) return;
      publications = publications || newSuspects();
      if (closed(publications, outbox._sent)) refused(topicOf(outbox._remove(0)));
    },
    _owed: function () {
      const limit = state._setup._response;
      if (outbox._sent && link.counts._sent >= carried) owing++;
      else owing = 0;
      owingFilter = subscriptions._owed() && link.counts._sent >= carriedFilter ? owingFilter + 1 : 0;
      if (owing >= limit) return 'no PUBACK for ' + topicOf(outbox._queue[0]);
      return owingFilter >= limit ? 'no answer to a subscription' : '';
    },
    _clear: function () {
      const many = outbox._queue.length;
      while (outbox._queue.length) {
        outbox._remove(0);
        if (outbox._call) teller._attempt(outbox._call, [false]);
      }
      return many;
    },
    _askMemory: function (done) {
      memoryAsked = true;
      memoryDone = (memoryDone || []).concat([done]);
      pump();
    },
    _memory: function (message) {
      const used = numberOf(message, 1);
      const total = numberOf(message, 5);
      const known = memoryDone;
      // The connection may have asked as well, and wants no figures.
      if (!known) return;
      options._print('Target memory: ' + used + ' of ' + total + ' variables in use');
      memoryDone = undefined;
      known.forEach(function (done) {
        if (done) teller._attempt(done, [used, total]);
      });
    },
  };
  return sender;
}
