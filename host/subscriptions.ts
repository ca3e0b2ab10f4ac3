/**
 * The subscriptions that an application holds: what has to be told to the
 * broker, again after each reconnect, and whom a message is for. It must never
 * send by itself.
 */
import { Granted } from '../shared/mqtt';
import { Status } from '../shared/status';
import { subscribe, unsubscribe } from '../shared/packets';
import { matches } from './topics';

/**
 * Receives a message. Topic and message are binary strings, one character a byte.
 * @param retained the broker had kept it from before the subscription (MQTT 3.1.1 §3.3.1.3)
 * @param qos 0 or 1; 2 of a message that an earlier program with this client identifier had subscribed to so
 */
export interface MessageCallback {
  (topic: string, message: string, retained: boolean, qos: number): void;
  /**
   * Called each time that the broker has granted a subscription with this callback; it must not throw. A callback that
   * has it is one listener, whatever its filters: it gets a message once that several of them in a row match.
   */
  granted?: () => void;
}

const enum State {
  /** The broker has to be told. */
  DUE,
  /** It was told. */
  TOLD,
  /** It has agreed, or refused. */
  STANDS,
  /** It closed on it: not told again before it is set anew. */
  ASIDE,
}

interface Entry {
  readonly _filter: string;
  /** Undefined: to be unsubscribed. */
  _call: MessageCallback | undefined;
  _qos: number;
  /** Packet identifier last used, for the answer. */
  _id: number;
  _state: State;
}

export interface Subscriptions {
  /** The broker may know filters of an earlier program. */
  _kept: boolean;
  /**
   * Adds one, or changes the one with the same filter, or without a callback ends it.
   * @returns there was one with this filter
   */
  _set(filter: string, call: MessageCallback | undefined, qos: number): boolean;
  /**
   * The next SUBSCRIBE or UNSUBSCRIBE that is due, if any, counted as sent.
   * @param alone no other may be on its way
   */
  _next(alone: boolean): string | undefined;
  /** How many were told to the broker and not answered. */
  _owed(): number;
  /** None is due, and none is owed. */
  _settled(): boolean;
  /**
   * The broker was connected to anew, so what it was told and did not answer is due again.
   * @param session it kept the session, so what is unwanted by now has to be unsubscribed
   * @param all what it had agreed to is due too, lest it has forgotten (it brings all retained messages again, MQTT
   *   3.1.1 §3.8.4)
   */
  _restart(session: boolean, all: boolean): void;
  /**
   * Calls `run` with the callback of each filter that matches; with one that has `granted`, once for filters in a row.
   * @returns there was one
   */
  _each(topic: string, run: (call: MessageCallback) => void): boolean;
  /** Filter of the last `_answer`, or of the last one of `_owed`. */
  _filter: string;
  /**
   * The broker answered the SUBSCRIBE or UNSUBSCRIBE with this packet identifier.
   * @param code what it granted, `Granted.REFUSED`, or NaN of an UNSUBACK
   * @returns `SUB_FAIL` or `SUB_LESS` when that is not what was asked for, else -1
   */
  _answer(id: number, code: number): Status | -1;
  /** Puts aside what the broker closes on: the one that is on its way. */
  _setAside(): void;
}

/** A filter without what brokers take for something else than a part of topics: `$share/group/`, `$queue/`. */
function topicsOf(filter: string): string {
  let at = 0;
  if (filter.startsWith('$share/')) at = filter.indexOf('/', 7) + 1;
  else if (filter.startsWith('$queue/') || filter.startsWith('$exclusive/')) at = filter.indexOf('/') + 1;
  return filter.substr(at);
}

/** @param newId gives a packet identifier that is not in use */
export function createSubscriptions(newId: () => number): Subscriptions {
  // Replaced, not changed, when an entry comes or goes: callbacks may do that while a message is handed out.
  let entries: Entry[] = [];

  const subscriptions: Subscriptions = {
    _kept: false,
    _filter: '',
    _set: function (filter, call, qos) {
      const entry = entries.find(function (one) {
        return one._filter === filter;
      });
      const known = !!entry && !!entry._call;
      if (entry) {
        entry._call = call;
        entry._qos = qos;
        entry._state = State.DUE;
      } else if (call || subscriptions._kept)
        entries = entries.concat([{ _filter: filter, _call: call, _qos: qos, _id: 0, _state: State.DUE }]);
      return known;
    },
    _next: function (alone) {
      if (alone && subscriptions._owed()) return undefined;
      const entry = entries.find(function (one) {
        return !one._state;
      });
      if (!entry) return undefined;
      entry._state = State.TOLD;
      entry._id = newId();
      return entry._call
        ? subscribe(entry._id, entry._filter, entry._qos)
        : unsubscribe(entry._id, entry._filter);
    },
    _owed: function () {
      let owed = 0;
      entries.forEach(function (one) {
        if (one._state !== State.TOLD) return;
        owed++;
        subscriptions._filter = one._filter;
      });
      return owed;
    },
    _settled: function () {
      return !entries.find(function (one) {
        return one._state < State.STANDS;
      });
    },
    _restart: function (session, all) {
      entries = entries.filter(function (one) {
        if (one._state < (all ? State.ASIDE : State.STANDS)) one._state = State.DUE;
        return session || one._call;
      });
    },
    _each: function (topic, run) {
      let found: MessageCallback | undefined;
      entries.forEach(function (one) {
        if (!one._call || !matches(topicsOf(one._filter), topic)) return;
        if (one._call === found && found.granted) return;
        found = one._call;
        run(found);
      });
      return !!found;
    },
    _answer: function (id, code) {
      let status: Status | -1 = -1;
      entries = entries.filter(function (one) {
        const answered = one._id === id && one._state === State.TOLD;
        if (answered) {
          one._state = State.STANDS;
          subscriptions._filter = one._filter;
          if (one._call && one._call.granted && code !== Granted.REFUSED) one._call.granted();
          if (one._call && code === Granted.REFUSED) status = Status.SUB_FAIL;
          else if (one._call && code < one._qos) status = Status.SUB_LESS;
        }
        return !answered || one._call;
      });
      return status;
    },
    _setAside: function () {
      entries.forEach(function (one) {
        if (one._state === State.TOLD) one._state = State.ASIDE;
      });
    },
  };
  return subscriptions;
}
