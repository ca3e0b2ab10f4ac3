/**
 * MQTT 3.1.1 control packets in a stream: made from their parts, and found,
 * however the stream is split. Pure: knows neither socket nor time nor what is
 * in a packet, and must never hold more of one than it was allowed.
 */

import { byteAt, char, wordAt } from '../shared/bytes';
import { Flag } from '../shared/mqtt';

/** What a packet begins with, §2.2: its first byte, and how many bytes follow. */
export function fixedHeader(type: number, length: number): string {
  let bytes = char(type);
  do {
    bytes += char(length > 127 ? (length & 127) | 128 : length);
    length >>= 7;
  } while (length);
  return bytes;
}

/** Bytes of the topic that are kept of a packet that is too long, its length included. */
export const LONGEST_TOPIC = 100;

/** Finds packets in a stream, however it is split. What it holds is to be read only, but for `unread`. */
export interface Parser {
  /** Bytes of the stream that came and are not looked at yet: the owner appends to it. */
  unread: string;
  /** The packet found last as it passes over the link: its first byte, and what was kept of its body. */
  packet: string;
  /** The true length of its body (§2.2.3). */
  remainingLength: number;
  /** There was no room for it, so nothing was kept but the length of its topic and its identifier. */
  full: boolean;
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

export interface ParserLimits {
  /**
   * What may be held of a packet after its fixed header, bytes, 8 and up; it may change. Of a longer one only a topic and
   * an identifier are kept, the topic perhaps not whole; the rest is dropped as it comes.
   */
  readonly maxBody: number;
  /**
   * Whether there is memory for a packet with such a first byte and remaining length. Asked before any of its body is
   * taken: when a long one has come it is too late to say that there is not.
   */
  readonly room: (type: number, length: number) => boolean;
}

export function createParser(limits: ParserLimits): Parser {
  let expect = Expect.END;
  let factor: number;
  // Where `unread` is looked at next.
  let at = 0;
  // Bytes of the body seen, kept or not.
  let seen: number;

  // Takes what belongs to the body and is there.
  function take(): void {
    const type = byteAt(parser.packet, 0);
    const length = parser.remainingLength;
    const maxBody = limits.maxBody;
    let end = length;
    let keep = true;
    if (length > maxBody || parser.full) {
      const topicEnd = seen < 2 ? 2 : 2 + wordAt(parser.packet, 1);
      // One byte less than may be held, for what says that it is cut.
      const room = parser.full ? 2 : Math.min(topicEnd, maxBody - 3, LONGEST_TOPIC);
      const idEnd = type & Flag.QOS ? topicEnd + 2 : topicEnd;
      keep = seen < room || (seen >= topicEnd && seen < idEnd);
      end = Math.min(length, seen < room ? room : seen < topicEnd ? topicEnd : keep ? idEnd : length);
    }
    const count = Math.min(end - seen, parser.unread.length - at) | 0;
    // Appended at once, not collected and joined: Espruino does that in place.
    if (keep) parser.packet += parser.unread.substr(at, count);
    at += count;
    seen += count;
  }

  // Takes a byte of the fixed header.
  function takeByte(): void {
    const byte = byteAt(parser.unread, at++);
    if (expect === Expect.TYPE) {
      // The link's queue holds it as it is built here: a message is not copied.
      parser.packet = char(byte);
      parser.remainingLength = seen = 0;
      factor = 1;
      expect = Expect.LENGTH;
    } else {
      parser.remainingLength += (byte & 127) * factor;
      factor *= 128;
      if (byte < 128) {
        expect = Expect.BODY;
        const room = limits.room(byteAt(parser.packet, 0), parser.remainingLength);
        parser.full = !room;
      }
      // A fourth byte announced a fifth.
      else if (factor > 0x200000) parser.wrong = 'remaining length';
    }
  }

  function next(): boolean {
    if (expect === Expect.END) {
      parser.packet = '';
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
    parser.unread = parser.packet = '';
    parser.wrong = undefined;
    at = 0;
  }

  const parser: Parser = {
    unread: '',
    remainingLength: 0,
    packet: '',
    full: false,
    wrong: undefined,
    next: next,
    reset: reset,
  };
  return parser;
}
