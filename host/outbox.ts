/**
 * Publications on their way to the broker: the queue, the packet identifiers
 * and what is in flight. A pure state machine: it must never send by itself,
 * and never drop what it has taken on.
 *
 * The queue holds whole PUBLISH messages of the link, one string each, because
 * that takes the least memory. Those in flight are its first ones, all QoS 1;
 * an identifier other than 0 marks one that was sent before.
 */
import { byteAt } from '../shared/bytes';
import { Flag, Type, idOf } from '../shared/messages';
import { Count } from './counts';

/** QoS 1 publications that may be in flight at once. */
const WINDOW = 4;

/**
 * Called once for a publication.
 * @param delivered true when the broker has acknowledged it (QoS 1), or the target has it (QoS 0); false when it had
 *   QoS 0 and the target was reset with it under way, so it may be lost
 */
export type DoneCallback = (delivered: boolean) => void;

/** What is told of publications with QoS 1, by their place among those in the queue. */
export interface OutboxWatcher {
  _added(): void;
  /** The broker has it. */
  _gone(index: number): void;
}

export interface Outbox {
  /** Not yet done with, oldest first. To be read only. */
  readonly _queue: string[];
  /** What the queue holds, in bytes. */
  _bytes: number;
  /** Callback of the message that was done with last, if it has one. */
  _call: DoneCallback | undefined;
  _watcher: OutboxWatcher | undefined;
  /** Queues a PUBLISH message with identifier 0. */
  _add(message: string, done: DoneCallback | undefined): void;
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

/** @param counts gets what was sent, and sent again */
export function createOutbox(counts: number[]): Outbox {
  const queue: string[] = [];
  // Beside each message its callback, or 0.
  const calls: (DoneCallback | 0)[] = [];
  // How many are in flight: the first ones of the queue.
  let sent = 0;
  let last = 0;

  function newId(): number {
    let used: number;
    let i = 0;
    last = last < 65535 ? last + 1 : 1;
    // Identifiers are given in the queue's order and stay, so the first 0 is where they end.
    while (i < queue.length && (used = idOf(queue[i], 2))) {
      i++;
      // One that is taken is passed over; those before it are looked at again, since after 65535 comes 1.
      if (used === last) {
        last = last < 65535 ? last + 1 : 1;
        i = 0;
      }
    }
    return last;
  }

  function put(index: number, flags: number, id: number): void {
    queue[index] = String.fromCharCode(Type.PUBLISH, flags, id >> 8, id & 255) + queue[index].substr(4);
  }

  function remove(index: number): string {
    const message = queue.splice(index, 1)[0];
    outbox._bytes -= message.length;
    outbox._call = calls.splice(index, 1)[0] || undefined;
    return message;
  }

  const outbox: Outbox = {
    _queue: queue,
    _bytes: 0,
    _call: undefined,
    _watcher: undefined,
    _add: function (message, done) {
      queue.push(message);
      calls.push(done || 0);
      outbox._bytes += message.length;
      if (outbox._watcher && byteAt(message, 1) & Flag.QOS1) outbox._watcher._added();
    },
    _next: function () {
      if (sent >= queue.length) return undefined;
      const flags = byteAt(queue[sent], 1);
      if (flags & Flag.QOS1) {
        if (sent >= WINDOW) return undefined;
        if (idOf(queue[sent], 2)) counts[Count.RESENT]++;
        else {
          put(sent, flags, newId());
          counts[Count.SENT]++;
        }
        return queue[sent++];
      }
      counts[Count.SENT]++;
      return remove(sent);
    },
    _done: function (id) {
      for (let i = 0; i < sent; i++) {
        if (idOf(queue[i], 2) === id) {
          remove(i);
          sent--;
          counts[Count.ACKNOWLEDGED]++;
          // All that is in flight has QoS 1.
          if (outbox._watcher) outbox._watcher._gone(i);
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
        flags = byteAt(queue[i], 1);
        put(i, session ? flags | Flag.DUP : flags & ~Flag.DUP, id);
      }
    },
    _newId: newId,
  };
  return outbox;
}
