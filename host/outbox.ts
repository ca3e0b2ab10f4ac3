/**
 * Publications on their way to the broker: the queue, the packet identifiers
 * and what is in flight. A pure state machine: it must never send by itself,
 * and never drop what it has taken on.
 *
 * The queue holds whole PUBLISH messages of the link, one string each, because
 * that takes the least memory. Those in flight are its first ones, all QoS 1;
 * an identifier other than 0 marks one that was sent before.
 */
import { Flag, Type, encodePublication, idOf } from '../shared/messages';

/** QoS 1 publications that may be in flight at once. */
const WINDOW = 4;

export interface Outbox {
  /** Not yet done with, oldest first. To be read only. */
  readonly _queue: string[];
  /** Queues a publication. `flags` as in `Publication`. */
  _add(flags: number, topic: string, payload: string): void;
  /** The next message that may be sent, if any, counted as sent. One with QoS 0 is done with that. */
  _next(): string | undefined;
  /**
   * The broker has the publication with this identifier.
   * @returns false when there is none
   */
  _done(id: number): boolean;
  /**
   * The broker was connected to anew: all that it did not acknowledge is sent again, in order.
   * @param session the session goes on, so what was sent before is marked DUP (MQTT 3.1.1 §4.4)
   */
  _restart(session: boolean): void;
  /** A packet identifier that is not in use, 1 to 65535. */
  _newId(): number;
}

export function createOutbox(): Outbox {
  const queue: string[] = [];
  // How many are in flight: the first ones of the queue.
  let sent = 0;
  let last = 0;

  function newId(): number {
    let used: number;
    last = last < 65535 ? last + 1 : 1;
    // Identifiers are given in the queue's order and stay, so the first 0 is where they end.
    for (let i = 0; i < queue.length && (used = idOf(queue[i], 2)); i++) {
      if (used === last) return newId();
    }
    return last;
  }

  function put(index: number, flags: number, id: number): void {
    queue[index] = String.fromCharCode(Type.PUBLISH, flags, id >> 8, id & 255) + queue[index].substr(4);
  }

  return {
    _queue: queue,
    _add: function (flags, topic, payload) {
      queue.push(encodePublication(Type.PUBLISH, { flags: flags, id: 0, topic: topic, payload: payload }));
    },
    _next: function () {
      if (sent >= queue.length) return undefined;
      const flags = queue[sent].charCodeAt(1);
      if (!(flags & Flag.QOS1)) return queue.splice(sent, 1)[0];
      if (sent >= WINDOW) return undefined;
      if (!idOf(queue[sent], 2)) put(sent, flags, newId());
      return queue[sent++];
    },
    _done: function (id) {
      for (let i = 0; i < sent; i++) {
        if (idOf(queue[i], 2) === id) {
          queue.splice(i, 1);
          sent--;
          return true;
        }
      }
      return false;
    },
    _restart: function (session) {
      let id: number;
      let flags: number;
      sent = 0;
      for (let i = 0; i < queue.length && (id = idOf(queue[i], 2)); i++) {
        flags = queue[i].charCodeAt(1);
        put(i, session ? flags | Flag.DUP : flags & ~Flag.DUP, id);
      }
    },
    _newId: newId,
  };
}
