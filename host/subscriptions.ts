/**
 * The subscriptions that an application holds: what has to be told to the
 * broker, again after each reconnect, and whom a message is for. It must never
 * send by itself.
 */
import { Type, encodeNumbered, encodeSubscribe } from '../shared/messages';
import { matches } from './topics';

/**
 * Receives a message. Topic and message are binary strings, one character a byte.
 * @param retained the broker had kept it from before the subscription (MQTT 3.1.1 §3.3.1.3)
 * @param qos 0 or 1
 */
export type MessageCallback = (topic: string, message: string, retained: boolean, qos: number) => void;

const enum State {
  /** The broker has to be told. */
  DUE,
  /** It was told. */
  TOLD,
  /** It has agreed. */
  STANDS,
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
  /**
   * Adds one, or changes the one with the same filter, or without a callback ends it.
   * @returns there was one with this filter
   */
  _set(filter: string, call: MessageCallback | undefined, qos: number): boolean;
  /** The next SUBSCRIBE or UNSUBSCRIBE that is due, if any, counted as sent. */
  _next(): string | undefined;
  /**
   * The broker was connected to anew: everything is due again.
   * @param session it kept the session: what it had agreed to stands, as to subscribe again would bring all retained
   *   messages again (MQTT 3.1.1 §3.8.4), and what is unwanted by now has to be unsubscribed
   */
  _restart(session: boolean): void;
  /**
   * Calls `run` with the callback of each filter that matches.
   * @returns there was one
   */
  _each(topic: string, run: (call: MessageCallback) => void): boolean;
  /** Filter of the SUBSCRIBE with this packet identifier, '' when unknown. */
  _filterOf(id: number): string;
  /** The broker agreed to the SUBSCRIBE or UNSUBSCRIBE with this packet identifier. */
  _stands(id: number): void;
}

/** @param newId gives a packet identifier that is not in use */
export function createSubscriptions(newId: () => number): Subscriptions {
  // Replaced, not changed, when an entry comes or goes: callbacks may do that while a message is handed out.
  let entries: Entry[] = [];

  return {
    _set: function (filter, call, qos) {
      const entry = entries.find(function (one) {
        return one._filter === filter;
      });
      const known = !!entry && !!entry._call;
      if (entry && (call || known)) {
        entry._call = call;
        entry._qos = qos;
        entry._state = State.DUE;
      } else if (call)
        entries = entries.concat([{ _filter: filter, _call: call, _qos: qos, _id: 0, _state: State.DUE }]);
      return known;
    },
    _next: function () {
      const entry = entries.find(function (one) {
        return !one._state;
      });
      if (!entry) return undefined;
      entry._state = State.TOLD;
      entry._id = newId();
      return entry._call
        ? encodeSubscribe(entry._id, entry._qos, entry._filter)
        : encodeNumbered(Type.UNSUBSCRIBE, entry._id, entry._filter);
    },
    _restart: function (session) {
      entries = entries.filter(function (one) {
        if (!session || one._state < State.STANDS) one._state = State.DUE;
        return session || one._call;
      });
    },
    _each: function (topic, run) {
      let found = false;
      entries.forEach(function (one) {
        if (!one._call || !matches(one._filter, topic)) return;
        found = true;
        run(one._call);
      });
      return found;
    },
    _filterOf: function (id) {
      const entry = entries.find(function (one) {
        return one._id === id;
      });
      return entry ? entry._filter : '';
    },
    _stands: function (id) {
      entries = entries.filter(function (one) {
        const answered = one._id === id && one._state === State.TOLD;
        if (answered) one._state = State.STANDS;
        return !answered || one._call;
      });
    },
  };
}
