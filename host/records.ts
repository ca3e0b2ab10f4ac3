/**
 * Publications as a file in flash holds them, one record behind the other. Pure
 * functions, which must take any bytes for what they may be: the remains of a
 * write that power cut short, or a record of which a bit has changed.
 *
 *     record   length of the rest (2 bytes) | its CRC-32 ^ MARK (4) | flags (1) | topic and payload as in PUBLISH
 */
import { byteAt, wordAt } from '../shared/bytes';
import { Flag } from '../shared/mqtt';
import { topicOf } from '../shared/packets';
import { toTopic } from './topics';

/** Bytes of a record before its flags, and from there on before the topic's characters. */
const FIELDS = 6;
const HEAD = 3;

/** What the check is mixed with: that of four bytes 255, as flash has them where nothing was written, is just that. */
export const MARK = 0xaa;

/**
 * Finds the records in a file.
 * @param found called for each that is as it was written and that brokers accept, in order; gets what is in it, and itself
 * @returns places where there is none: at each at least one is gone
 */
export function readRecords(data: string, found: (body: string, record: string) => void): number {
  // Flags, topic and payload of the record that begins at a place; '' when none does. Cheap checks come first, since
  // behind damage every place is tried.
  function bodyAt(at: number): string {
    const length = wordAt(data, at);
    const topic = wordAt(data, at + FIELDS + 1);
    const body = data.substr(at + FIELDS, length);
    if (body.length !== length || !topic || HEAD + topic > length) return '';
    // Nothing else is ever kept: QoS 0 is not, and DUP belongs to a session.
    if ((byteAt(body, 0) & ~Flag.RETAIN) !== Flag.QOS1) return '';
    if ((E.CRC32(body) ^ MARK) !== ((wordAt(data, at + 2) << 16) | wordAt(data, at + 4))) return '';
    try {
      toTopic('topic', topicOf(body));
    } catch (e) {
      // A broker would close the connection, again and again.
      return '';
    }
    return body;
  }

  let at = 0;
  let places = 0;
  let damaged = false;
  while (at < data.length) {
    const body = bodyAt(at);
    const size = body ? FIELDS + body.length : 1;
    if (body) found(body, data.substr(at, size));
    else if (!damaged) places++;
    damaged = !body;
    at += size;
  }
  return places;
}
