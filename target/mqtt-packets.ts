/**
 * MQTT 3.1.1 control packets in a stream: made from their parts, and found,
 * however the stream is split. Pure: knows neither socket nor time nor what is
 * in a packet, and must never hold more of one than it was allowed.
 */

import { byteAt, char, wordAt } from '../shared/bytes';
import { Flag } from '../shared/mqtt';

/**
 * A packet of its first byte and its body, §2.2. The body comes in two parts because a payload should be copied once
 * only.
 */
export function packet(type: number, header: string, payload: string): string {
  let length = header.length + payload.length;
  let bytes = char(type);
  do {
    bytes += char(length > 127 ? (length & 127) | 128 : length);
    length >>= 7;
  } while (length);
  return bytes + header + payload;
}

/** Finds packets in a stream, however it is split. What it holds is to be read only, but for `unread`. */
export interface Parser {
  /** Bytes of the stream that came and are not looked at yet: the owner appends to it. */
  unread: string;
  /** Of the packet found last: its first byte, what was kept of its body, and the body's true length (§2.2.3). */
  type: number;
  body: string;
  remainingLength: number;
  /** What is wrong with the stream, in words; it is of no use from then on. */
  wrong: string | undefined;
  /** Looks for the end of the next packet. @returns false when the stream has to go on first, or is wrong */
  next(): boolean;
  /** A new stream begins. */
  reset(): void;
}

const enum Expect {
  TYPE,
  LENGTH,
  BODY,
  /** The packet is whole: another one follows. */
  END,
}

/**
 * @param limits `maxBody`: what may be held of a packet after its fixed header, bytes, 8 and up; it may change. Of a
 *   longer one only a topic and an identifier are kept, the topic perhaps not whole; the rest is dropped as it comes.
 */
export function createParser(limits: { readonly maxBody: number }): Parser {
  let expect = Expect.END;
  let factor: number;
  // Where `unread` is looked at next.
  let at = 0;
  // Bytes of the body seen, kept or not.
  let seen: number;

  // Takes what belongs to the body and is there.
  function take(): void {
    const type = parser.type;
    const length = parser.remainingLength;
    const maxBody = limits.maxBody;
    let end = length;
    let keep = true;
    if (length > maxBody) {
      const topicEnd = seen < 2 ? 2 : 2 + wordAt(parser.body, 0);
      // One byte less than may be held, for what says that it is cut.
      const room = Math.min(topicEnd, maxBody - 3);
      const idEnd = type & Flag.QOS ? topicEnd + 2 : topicEnd;
      keep = seen < room || (seen >= topicEnd && seen < idEnd);
      end = Math.min(length, seen < room ? room : seen < topicEnd ? topicEnd : keep ? idEnd : length);
    }
    const count = Math.min(end - seen, parser.unread.length - at) | 0;
    // Appended at once, not collected and joined: Espruino does that in place.
    if (keep) parser.body += parser.unread.substr(at, count);
    at += count;
    seen += count;
  }

  // Takes a byte of the fixed header.
  function takeByte(): void {
    const byte = byteAt(parser.unread, at++);
    if (expect === Expect.TYPE) {
      parser.type = byte;
      parser.remainingLength = seen = 0;
      factor = 1;
      expect = Expect.LENGTH;
    } else {
      parser.remainingLength += (byte & 127) * factor;
      factor *= 128;
      if (byte < 128) expect = Expect.BODY;
      // A fourth byte announced a fifth.
      else if (factor > 0x200000) parser.wrong = 'remaining length';
    }
  }

  function next(): boolean {
    if (expect === Expect.END) {
      parser.body = '';
      expect = Expect.TYPE;
    }
    while (expect !== Expect.END && !parser.wrong && at < parser.unread.length) {
      if (expect === Expect.BODY) take();
      else takeByte();
      if (expect === Expect.BODY && seen === parser.remainingLength) expect = Expect.END;
    }
    parser.unread = parser.unread.substr(at);
    at = 0;
    return expect === Expect.END;
  }

  function reset(): void {
    expect = Expect.END;
    parser.unread = parser.body = '';
    parser.wrong = undefined;
    at = 0;
  }

  const parser: Parser = {
    unread: '',
    type: 0,
    body: '',
    remainingLength: 0,
    wrong: undefined,
    next: next,
    reset: reset,
  };
  return parser;
}
