/**
 * Publications on their way to the broker: the queue, the packet identifiers
 * and what is in flight. A pure state machine: it must never send by itself,
 * and never drop what it has taken on unless it is told to.
 *
 * The queue holds whole PUBLISH packets, one string each, because that takes
 * the least memory. Those in flight are its first ones, all QoS 1; an
 * identifier other than 0 marks one that was sent before.
 */
import { byteAt } from '../shared/bytes';
import { Flag } from '../shared/mqtt';
import { Count } from './counts';
import { idOf, withId } from '../shared/packets';

/** QoS 1 publications that may be in flight at once. */
const WINDOW = 4;

/**
 * Called once for a publication.
 * @param delivered true when the broker has acknowledged it (QoS 1), or the target has it (QoS 0). False when it had
 *   QoS 0 and the target was reset with it under way, so it may be lost; when the broker closed on it again and again,
 *   and it was put aside; and when the queue was emptied
 */
export type DoneCallback = (delivered: boolean) => void;

/** What is told of publications with QoS 1, by their place among those in the queue. */
export interface OutboxWatcher {
  _added(): void;
  /** It is done with. */
  _gone(index: number): void;
}

export interface Outbox {
  /** Not yet done with, oldest first. To be read only. */
  readonly _queue: string[];
  /** What the queue holds, in bytes. */
  _bytes: number;
  /** How many are in flight: the first ones of the queue. To be read only. */
  _sent: number;
  /** Callback of the message that was done with last, if it has one. */
  _call: DoneCallback | undefined;
  _watcher: OutboxWatcher | undefined;
  /** Queues a PUBLISH with identifier 0. */
  _add(packet: string, done: DoneCallback | undefined): void;
  /**
   * The next packet that may be sent, if any, counted as sent. One with QoS 0 is done with that.
   * @param alone nothing else may be in flight
   */
  _next(alone: boolean): string | undefined;
  /**
   * The broker has the publication with this identifier.
   * @returns its place among those in flight, -1 when there is none
   */
  _done(id: number): number;
  /** Takes one out of the queue, whatever its state. */
  _remove(index: number): string;
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
  let last = 0;

  function newId(): number {
    let used: number;
    let i = 0;
    last = last < 65535 ? last + 1 : 1;
    // Identifiers are given in the queue's order and stay, so the first 0 is where they end.
    while (i < queue.length && (used = idOf(queue[i]))) {
      i++;
      // One that is taken is passed over; those before it are looked at again, since after 65535 comes 1.
      if (used === last) {
        last = last < 65535 ? last + 1 : 1;
        i = 0;
      }
    }
    return last;
  }

  const outbox: Outbox = {
    _queue: queue,
    _bytes: 0,
    _sent: 0,
    _call: undefined,
    _watcher: undefined,
    _add: function (packet, done) {
      calls.push(done || 0);
      queue.push(packet);
      outbox._bytes += packet.length;
      if (outbox._watcher && byteAt(packet, 0) & Flag.QOS1) outbox._watcher._added();
    },
    _next: function (alone) {
      const sent = outbox._sent;
      if (sent >= queue.length || (alone && sent)) return undefined;
      if (byteAt(queue[sent], 0) & Flag.QOS1) {
        if (sent >= WINDOW) return undefined;
        if (idOf(queue[sent])) counts[Count.RESENT]++;
        else {
          queue[sent] = withId(queue[sent], newId(), false);
          counts[Count.SENT]++;
        }
        outbox._sent++;
        return queue[sent];
      }
      counts[Count.SENT]++;
      return outbox._remove(sent);
    },
    _done: function (id) {
      for (let i = 0; i < outbox._sent; i++) {
        if (idOf(queue[i]) === id) {
          outbox._remove(i);
          counts[Count.ACKNOWLEDGED]++;
          return i;
        }
      }
      return -1;
    },
    _remove: function (index) {
      const packet = queue[index];
      let place = 0;
      for (let i = 0; i < index; i++) if (byteAt(queue[i], 0) & Flag.QOS1) place++;
      queue.splice(index, 1);
      outbox._call = calls.splice(index, 1)[0] || undefined;
      outbox._bytes -= packet.length;
      if (index < outbox._sent) outbox._sent--;
      if (outbox._watcher && byteAt(packet, 0) & Flag.QOS1) outbox._watcher._gone(place);
      return packet;
    },
    _restart: function (session) {
      let id: number;
      outbox._sent = 0;
      for (let i = 0; i < queue.length && (id = idOf(queue[i])); i++)
        queue[i] = withId(queue[i], id, session);
    },
    _newId: newId,
  };
  return outbox;
}
