/**
 * MQTT 3.1.1 control packets as binary strings: made from their parts, found
 * in a stream, taken apart. Pure: knows neither socket nor time nor the state
 * of a connection, and must never hold more of a packet than it was allowed.
 */

import { byteAt, char, text, word, wordAt } from '../shared/bytes';

/** First byte of a packet: its type (§2.2.1) with the flags that are fixed (§2.2.2). */
export const enum PacketType {
  /** §3.1, to the broker. */
  CONNECT = 0x10,
  /** §3.2, from the broker. */
  CONNACK = 0x20,
  /** §3.3, both ways; its flags are DUP, QoS and RETAIN. */
  PUBLISH = 0x30,
  /** §3.4, both ways. */
  PUBACK = 0x40,
  /** §3.8, to the broker. */
  SUBSCRIBE = 0x82,
  /** §3.9, from the broker. */
  SUBACK = 0x90,
  /** §3.10, to the broker. */
  UNSUBSCRIBE = 0xa2,
  /** §3.11, from the broker. */
  UNSUBACK = 0xb0,
  /** §3.12, to the broker. */
  PINGREQ = 0xc0,
  /** §3.13, from the broker. */
  PINGRESP = 0xd0,
  /** §3.14, to the broker. */
  DISCONNECT = 0xe0,
}

/** The QoS among the flags of a PUBLISH, §3.3.1.2. */
export const QOS = 6;

/** §3.1.2.3 */
const enum ConnectFlag {
  CLEAN_SESSION = 2,
  WILL = 4,
  WILL_RETAIN = 0x20,
  PASSWORD = 0x40,
  USER = 0x80,
}

/** SUBACK's return code: the QoS granted, or this, §3.9.3. */
export const enum Granted {
  REFUSED = 0x80,
}

export interface ConnectOptions {
  /** May be empty only with `cleanSession`, §3.1.3.1. */
  readonly clientId: string;
  /** Empty or absent: none, and then no password either, §3.1.2.9. */
  readonly user?: string;
  /** Empty or absent: none. */
  readonly password?: string;
  /** Seconds, 0 to 65535; 0 turns it off. */
  readonly keepAlive: number;
  readonly cleanSession: boolean;
  /** A message for the broker to publish when the connection is lost, §3.1.2.5; `flags` as in PUBLISH. */
  readonly will?: { readonly flags: number; readonly topic: string; readonly payload: string };
}

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

/** CONNECT, §3.1. */
export function connectPacket(options: ConnectOptions): string {
  const will = options.will;
  let flags = options.cleanSession ? ConnectFlag.CLEAN_SESSION : 0;
  let payload = text(options.clientId);
  if (will) {
    flags |= ConnectFlag.WILL | ((will.flags & QOS) << 2) | (will.flags & 1 ? ConnectFlag.WILL_RETAIN : 0);
    payload += text(will.topic) + text(will.payload);
  }
  if (options.user) {
    flags |= ConnectFlag.USER;
    payload += text(options.user);
    if (options.password) {
      flags |= ConnectFlag.PASSWORD;
      payload += text(options.password);
    }
  }
  return packet(PacketType.CONNECT, text('MQTT') + char(4, flags) + word(options.keepAlive), payload);
}

/** Finds packets in a stream, however it is split. What it holds is to be read only, but for `unread`. */
export interface Parser {
  /** Bytes of the stream that came and are not looked at yet: the owner appends to it. */
  unread: string;
  /** Of the packet found last: its first byte, what was kept of its body, and the body's true length (§2.2.3). */
  type: number;
  body: string;
  remainingLength: number;
  /** What is wrong with the stream, in words; it is of no use from then on. '' for nothing. */
  wrong: string;
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
 * @param maxBody what may be held of a packet after its fixed header, bytes, 8 and up. Of a longer one only
 *   what `checkPublish` needs is kept, the rest is dropped as it comes.
 */
export function createParser(maxBody: number): Parser {
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
    let end = length;
    let keep = true;
    if (length > maxBody) {
      const topicEnd = seen < 2 ? 2 : 2 + wordAt(parser.body, 0);
      const room = Math.min(topicEnd, maxBody - 2);
      const idEnd = type & QOS ? topicEnd + 2 : topicEnd;
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
    if (at >= parser.unread.length) {
      parser.unread = '';
      at = 0;
    }
    return expect === Expect.END;
  }

  function reset(): void {
    expect = Expect.END;
    parser.unread = parser.body = parser.wrong = '';
    at = 0;
  }

  const parser: Parser = {
    unread: '',
    type: 0,
    body: '',
    remainingLength: 0,
    wrong: '',
    next: next,
    reset: reset,
  };
  return parser;
}

/**
 * Reads a CONNACK, §3.2.
 * @returns the return code, 0 to 5, plus 256 if the broker kept the session; -1 for a malformed packet
 */
export function readConnack(type: number, body: string, length: number): number {
  const value = wordAt(body, 0);
  const code = value & 255;
  // A refusal keeps no session: [MQTT-3.2.2-4].
  return type !== PacketType.CONNACK || length !== 2 || code > 5 || value > (code ? 255 : 256) ? -1 : value;
}

/**
 * Reads the packet identifier of PUBACK (§3.4), UNSUBACK (§3.11), SUBACK (§3.9).
 * @param size what the body's length must be: 2, with SUBACK for one topic filter 3
 * @returns 1 to 65535; 0 for a malformed packet
 */
export function readAck(type: number, body: string, length: number, size: number): number {
  return type & 15 || length !== size ? 0 : wordAt(body, 0);
}

/**
 * Checks a PUBLISH, §3.3. QoS 2 counts as an error: nothing is subscribed with it.
 * @returns in words what is wrong, or nothing
 */
export function checkPublish(type: number, body: string, length: number): string {
  const qos = (type & QOS) >> 1;
  const idSize = qos ? 2 : 0;
  const end = 2 + wordAt(body, 0);
  const topicEnd = body.length === length ? end : body.length - idSize;
  const topic = body.substring(2, topicEnd);
  if (qos > 1) return 'QoS ' + qos;
  if (length < 2 || end + idSize > length) return 'length of PUBLISH';
  if (qos && !wordAt(body, topicEnd)) return 'packet identifier 0';
  // [MQTT-4.7.3-1], [MQTT-3.3.2-2], [MQTT-4.7.3-2]
  return !topic || /[#+\0]/.test(topic) ? 'topic of PUBLISH' : '';
}
