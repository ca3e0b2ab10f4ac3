/**
 * Publications with QoS 1 that wait for long, in the board's Storage, so that
 * they outlive a restart of the host. It must never write flash for what the
 * broker acknowledges within seconds, and never let a full or a damaged
 * Storage stop anything.
 *
 * Files `mqttq0`, `mqttq1`, … hold a batch of publications each, in order. A
 * file is written once, whole, and erased when the broker has acknowledged all
 * of it: no file is ever changed, so that a power cut can spoil only the one
 * that is being written, and of that only what was not yet there.
 *
 *     record   length of the rest (2 bytes) | its CRC-32 ^ MARK (4) | flags (1) | topic and payload as in PUBLISH
 */
import { byteAt, char, word, wordAt } from '../shared/bytes';
import { Flag } from '../shared/mqtt';
import { Outbox, OutboxWatcher } from './outbox';
import { publish, topicOf } from '../shared/packets';

/** Milliseconds between looks: what is there at two of them in a row is written. */
const AGE = 3000;

/** Bytes after which a file is closed. The firmware needs as much of its stack to write one. */
const BATCH = 512;

/** Bytes of a record before its flags. */
const FIELDS = 6;

/** What the check is mixed with: that of four bytes 255, as flash has them where nothing was written, is just that. */
const MARK = 0xaa;

/** Bytes of flags, the length of a topic, and a topic. */
const SHORTEST = 4;

/** What is used of Espruino's module `Storage`. */
export interface Storage {
  /** Throws when there is no room. */
  write(name: string, data: string): boolean;
  read(name: string): string | undefined;
  erase(name: string): void;
  list(filter: RegExp): string[];
}

export interface PersistOptions {
  readonly _storage: Storage;
  /** `setTimeout`, milliseconds. */
  readonly _later: (run: () => void, ms: number) => unknown;
  /** The outbox's. */
  readonly _queue: Outbox['_queue'];
  /** The outbox's. */
  readonly _add: Outbox['_add'];
  /** Has the outbox tell of its publications. */
  readonly _watch: (watcher: OutboxWatcher) => void;
  /** Longest message of the link. */
  readonly _max: number;
  /** Storage took nothing; said once until it does again. */
  readonly _failed: (reason: string) => void;
}

/** What a record holds of a PUBLISH with QoS 1. */
function toBody(packet: string): string {
  const at = 3 + topicOf(packet).length;
  return (
    char(byteAt(packet, 0) & (Flag.RETAIN | Flag.QOS1)) + packet.substring(1, at) + packet.substr(at + 2)
  );
}

/** The PUBLISH, not sent yet, that a record holds. */
function toPacket(body: string): string {
  const topic = topicOf(body);
  return publish(byteAt(body, 0), topic, body.substr(3 + topic.length));
}

/**
 * Puts what Storage holds in front of everything else in the queue, and looks after the queue from then on.
 * @returns what writes all that waits, before the board restarts
 */
export function keepInStorage(options: PersistOptions): () => void {
  const storage = options._storage;
  // Name of a file, before its number.
  const NAME = 'mqttq';
  const queue = options._queue;
  // Numbers of the files, oldest first, and how many publications of each are in the queue still.
  let files: number[] = [];
  const left: number[] = [];
  let next = 0;
  // Of the queue's publications with QoS 1 the first ones are in files, and those behind were there at the last look.
  let saved = 0;
  let aged = 0;
  let ticking = false;
  let failing = false;

  function check(body: string): string {
    const sum = E.CRC32(body) ^ MARK;
    return word(sum >> 16) + word(sum);
  }

  function erase(file: number): void {
    try {
      storage.erase(NAME + file);
    } catch (e) {
      // It is read again at the next start, and sent twice.
    }
  }

  // How many of the publications in a file go into the queue. What comes behind damage cannot be told.
  function load(file: number): number {
    const data = storage.read(NAME + file) || '';
    let at = 0;
    let count = 0;
    while (at + FIELDS < data.length) {
      const body = data.substr(at + FIELDS, wordAt(data, at));
      if (
        body.length < SHORTEST ||
        body.length !== wordAt(data, at) ||
        data.substr(at + 2, 4) !== check(body)
      )
        break;
      at += FIELDS + body.length;
      // The settings may have changed.
      if (body.length > options._max - 2) continue;
      options._add(toPacket(body), undefined);
      count++;
    }
    return count;
  }

  // Writes so many publications more, the oldest that are in no file.
  function save(many: number): void {
    let skip = saved;
    let i = 0;
    let data: string;
    let count: number;
    try {
      while (many > 0) {
        data = '';
        count = 0;
        for (; i < queue.length && count < many && data.length < BATCH; i++) {
          if (byteAt(queue[i], 0) & Flag.QOS1 && --skip < 0) {
            const body = toBody(queue[i]);
            data += word(body.length) + check(body) + body;
            count++;
          }
        }
        if (!count) break;
        storage.write(NAME + next, data);
        files.push(next++);
        left.push(count);
        saved += count;
        many -= count;
      }
      failing = false;
    } catch (e) {
      if (!failing) options._failed((e as Error).message || '' + e);
      failing = true;
    }
  }

  function waiting(): number {
    let count = 0;
    for (let i = 0; i < queue.length; i++) if (byteAt(queue[i], 0) & Flag.QOS1) count++;
    return count - saved;
  }

  function tick(): void {
    ticking = false;
    save(aged);
    aged = waiting();
    if (aged) added();
  }

  function added(): void {
    if (ticking) return;
    ticking = true;
    options._later(tick, AGE);
  }

  function gone(index: number): void {
    if (index >= saved) {
      if (index < saved + aged) aged--;
      return;
    }
    let k = 0;
    while (index >= left[k]) index -= left[k++];
    saved--;
    if (--left[k]) return;
    erase(files[k]);
    files.splice(k, 1);
    left.splice(k, 1);
  }

  try {
    files = storage
      .list(/^mqttq\d+$/)
      .map(function (name) {
        return +name.substr(NAME.length);
      })
      .sort(function (a, b) {
        return a - b;
      });
    if (files.length) next = files[files.length - 1] + 1;
    files = files.filter(function (file) {
      const count = load(file);
      if (count) left.push(count);
      else erase(file);
      saved += count;
      return !!count;
    });
  } catch (e) {
    options._failed((e as Error).message || '' + e);
  }
  options._watch({ _added: added, _gone: gone });

  return function () {
    save(waiting());
    aged = 0;
  };
}
