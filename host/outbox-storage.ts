/**
 * Publications with QoS 1 that wait for long, in the board's Storage, so that
 * they outlive a restart of the host. It must never write flash for what the
 * broker acknowledges within seconds, never lose what can still be read, and
 * never let a full or a damaged Storage stop anything.
 *
 * Files `mqttq0`, `mqttq1`, … hold a batch of publications each, in order. A
 * file is written once, whole, and erased when the broker has acknowledged all
 * of it: no file is ever changed, so that a power cut can spoil only the one
 * that is being written, and of that only what was not yet there.
 *
 * Any call of Storage may fail, and may answer nonsense: to ask it again costs
 * nothing, and to believe it costs what is in the files.
 */
import { byteAt, char, word } from '../shared/bytes';
import { Flag } from '../shared/mqtt';
import { publish, topicOf } from '../shared/packets';
import { Outbox, OutboxWatcher } from './outbox';
import { MARK, readRecords } from './records';

/** Milliseconds between looks: what is there at two of them in a row is written. */
const AGE = 3000;

/** Bytes after which a file is closed. The firmware needs as much of its stack to write one. */
const BATCH = 512;

/** Times that Storage is asked at a start for two equal answers in a row. */
const ASKED = 4;

/** Files that may be in the way of a new one. More of them are no files: Storage answers nonsense. */
const IN_THE_WAY = 99;

/** What follows `mqttq`: a number, or digits that this library would not have written, like 007. */
type File = number | string;

/** What is used of Espruino's module `Storage`. */
export interface Storage {
  /** Throws when there is no room. */
  write(name: string, data: string): boolean;
  read(name: string): string | undefined;
  erase(name: string): void;
  /** Names twice those of which flash holds two files. */
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
  /** Storage took nothing, said once until it does again; or what was wrong with a file. */
  readonly _failed: (reason: string) => void;
  /** So many publications at least are gone, because their bytes are not what was written. */
  readonly _lost: (count: number) => void;
}

/** What a record holds of a PUBLISH with QoS 1: flags, topic and payload. */
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
 * Puts what Storage holds in front of everything else in the queue, and looks after the queue from then on. What Storage
 * does not tell at once comes as soon as it does, behind what is in the queue by then.
 * @returns what writes all that waits, before the board restarts
 */
export function keepInStorage(options: PersistOptions): () => void {
  const storage = options._storage;
  // Name of a file, before its number.
  const NAME = 'mqttq';
  const queue = options._queue;
  // Files, oldest first, and how many publications of each are in the queue still.
  const files: File[] = [];
  const left: number[] = [];
  // Those of them that also hold publications that are too long for now.
  const long: File[] = [];
  // Files that are to be read yet, once they could be listed, and those that are done with and still there.
  let unread: File[] | undefined;
  let spent: File[] = [];
  // What was never seen as a file's number.
  let next = 0;
  // Of the queue's publications with QoS 1 the first ones are in files, and those behind were there at the last look.
  let saved = 0;
  let aged = 0;
  let ticking = false;
  let failing = false;
  let unable = false;

  // In here, where it takes no memory unless publications are kept at all.
  function toRecord(body: string): string {
    const sum = E.CRC32(body) ^ MARK;
    return word(body.length) + word(sum >> 16) + word(sum) + body;
  }

  function waiting(): number {
    let count = 0;
    for (let i = 0; i < queue.length; i++) if (byteAt(queue[i], 0) & Flag.QOS1) count++;
    return count - saved;
  }

  function erase(file: File): void {
    try {
      storage.erase(NAME + file);
    } catch (e) {
      spent.push(file);
      added();
    }
  }

  // Writes a file. A number is used once: what became of a file that could not be written is not known.
  function put(data: string): File {
    let error: unknown;
    for (let i = 0; storage.read(NAME + next) !== undefined; next++)
      if (++i > IN_THE_WAY) throw new Error('there is a file of every name');
    const file = next++;
    try {
      if (storage.write(NAME + file, data) && storage.read(NAME + file) === data) return file;
      error = new Error(NAME + file + ' is not what was written');
    } catch (e) {
      error = e;
    }
    // What there is of it would be sent a second time after a restart.
    if (storage.read(NAME + file) !== undefined) erase(file);
    throw error;
  }

  // Writes so many publications more, the oldest that are in no file.
  function save(many: number): void {
    const again = spent;
    let skip = saved;
    let i = 0;
    let data: string;
    let count: number;
    spent = [];
    again.forEach(function (file) {
      if (long.indexOf(file) < 0) erase(file);
      else load(file);
    });
    // A number might be taken.
    if (!unread) return;
    try {
      while (many > 0) {
        data = '';
        count = 0;
        for (; i < queue.length && count < many && data.length < BATCH; i++) {
          if (byteAt(queue[i], 0) & Flag.QOS1 && --skip < 0) {
            data += toRecord(toBody(queue[i]));
            count++;
          }
        }
        if (!count) break;
        files.push(put(data));
        failing = false;
        left.push(count);
        saved += count;
        many -= count;
      }
    } catch (e) {
      if (!failing) options._failed((e as Error).message || '' + e);
      failing = true;
    }
  }

  // Reads what is to be read yet. With a file that is done with but for what is too long, gives that a file of its own:
  // at the next start the others must not come again. All that is needed for it takes memory only while it runs.
  function load(part?: File): void {
    // Not at once: the application that is to hear it may be about to set its handler.
    function tell(reason: string): void {
      options._later(function () {
        options._failed(reason);
      }, 0);
    }

    // Said once, until all has been read.
    function later(what: string): void {
      if (!unable) tell(what + ', which is tried again');
      unable = true;
    }

    // What Storage says, when it says the same twice in a row: half of a file, or of the names, looks like all of it.
    function ask<T>(call: () => T): T | undefined {
      let answer: T | undefined;
      let before: T | undefined;
      for (let i = 0; i < ASKED; i++) {
        before = answer;
        answer = undefined;
        try {
          answer = call();
        } catch (e) {
          // It is asked again.
        }
        if (answer && '' + answer === '' + before) return answer;
      }
      return undefined;
    }

    // Digits of each file's name, as a number where that says the same on every board.
    function list(): File[] {
      return storage.list(/^mqttq\d+$/).map(function (name) {
        const digits = name.substr(NAME.length);
        return digits.length < 10 && '' + +digits === digits ? +digits : digits;
      });
    }

    // Whether it has to be read again later.
    function read(file: File): boolean {
      const name = NAME + file;
      const packets: string[] = [];
      let rest = '';
      const data = ask(function () {
        return storage.read(name);
      });
      if (typeof data !== 'string') {
        later(name + ' cannot be read');
        return true;
      }
      const lost = readRecords(data, function (body, record) {
        const packet = toPacket(body);
        if (packet.length <= options._max) packets.push(packet);
        else if (part !== undefined) rest += record;
        else {
          rest = name;
          tell(name + ': longer than maxMessage allows, and kept: ' + topicOf(body));
        }
      });
      if (part !== undefined) {
        put(rest);
        long.splice(long.indexOf(file), 1);
        erase(file);
        return false;
      }
      if (lost) {
        options._lost(lost);
        tell(name + ': at least ' + lost + ' publication' + (lost > 1 ? 's' : '') + ' could not be read');
      }
      packets.forEach(function (packet) {
        options._add(packet, undefined);
      });
      saved += packets.length;
      if (packets.length) {
        files.push(file);
        left.push(packets.length);
        if (rest) long.push(file);
      } else if (!rest) erase(file);
      return false;
    }

    if (part !== undefined) {
      try {
        if (!read(part)) return;
      } catch (e) {
        // There is no room for it.
      }
      spent.push(part);
      return;
    }
    if (!unread) {
      unread = ask(list);
      if (!unread) return later('Storage cannot be listed');
      // What is no number comes first, so that what will be written from now on comes behind it. Of two files of one name
      // the firmware reads the first, and the other one when that is erased.
      unread = unread
        .sort(function (a, b) {
          return +(typeof a === 'number') - +(typeof b === 'number') || +a - +b;
        })
        .filter(function (file, i, all) {
          return !i || file !== all[i - 1];
        });
      const last = unread[unread.length - 1];
      if (typeof last === 'number') next = last + 1;
    }
    // Those in files are the first ones of the queue, so nothing that is in no file may be before them.
    if (waiting()) return;
    unread = unread.filter(read);
    if (!unread.length) unable = false;
  }

  function isBehind(): boolean {
    return !unread || unread.length > 0;
  }

  function tick(): void {
    ticking = false;
    // When flash is written anyhow it takes all, so that what is in no file is not before what is to be read yet.
    save(aged && isBehind() ? waiting() : aged);
    if (isBehind()) load();
    aged = waiting();
    if (aged || spent.length || isBehind()) added();
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
    left.splice(k, 1);
    const file = files.splice(k, 1)[0];
    if (long.indexOf(file) < 0) return erase(file);
    // Not from here, where much of the stack is in use.
    spent.push(file);
    added();
  }

  load();
  if (isBehind()) added();
  options._watch({ _added: added, _gone: gone });

  return function () {
    if (!unread) load();
    save(waiting());
    // Nothing, unless that failed: there is no later.
    save(waiting());
    aged = 0;
  };
}
