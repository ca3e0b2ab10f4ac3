/**
 * What host and target say to each other: every message as bytes (a binary
 * string), encoded and decoded by pure functions. The link carries each whole
 * and unchanged, so nothing here is escaped and any topic and payload pass.
 * Nothing here may depend on time, state or a board.
 *
 * A message is its type (1 byte) and its fields in a fixed order. Numbers are
 * big endian; `text` is its length (2 bytes) and its bytes; `rest` goes to the
 * end. Publications carry their flags as MQTT's fixed header does (MQTT 3.1.1
 * §3.3.1): DUP 8, QoS times 2, RETAIN 1.
 *
 * | type        | from   | fields                                            |
 * | ----------- | ------ | ------------------------------------------------- |
 * | HELLO       | both   | version 1                                         |
 * | WILL        | host   | flags 1, topic text, payload rest                 |
 * | INIT        | host   | see `Init`                                        |
 * | PROCEED     | host   | – (the answer to SPECNET and to BROKER_OK)        |
 * | PUBLISH     | host   | flags 1, identifier 2, topic text, payload rest   |
 * | SUBSCRIBE   | host   | identifier 2, QoS 1, topic filter rest            |
 * | UNSUBSCRIBE | host   | identifier 2, topic filter rest                   |
 * | TAKEN       | host   | identifier 2 of a QoS 1 MESSAGE                   |
 * | MEM         | host   | – (asks for the target's memory)                  |
 * | STATUS      | target | status 1, detail rest (PUBOK: identifier 2)       |
 * | MESSAGE     | target | flags 1, identifier 2, topic text, payload rest   |
 * | TIME        | target | seconds since 1970 UTC 4                          |
 * | MEMORY      | target | variables in use 4, in all 4                      |
 *
 * The target passes on nothing to the broker between BROKER_OK and PROCEED: what
 * was said before was meant for an earlier connection. PUBOK also answers
 * SUBSCRIBE and UNSUBSCRIBE.
 *
 * HELLO is the first message each way after the link came up, and will keep
 * its layout for ever: that is how two versions find out.
 */

import { byteAt, char, text, word, wordAt } from './bytes';

/**
 * Version of this table and of the frames below it. Boards whose versions differ do not talk. There was no 3 and no 4: the
 * body of their HELLO ends in a bit that version 2 does not take for 0, so it would never have heard which it is.
 */
export const VERSION = 5;

export const enum Type {
  HELLO = 1,
  WILL = 2,
  INIT = 3,
  PROCEED = 4,
  PUBLISH = 5,
  SUBSCRIBE = 6,
  UNSUBSCRIBE = 7,
  TAKEN = 8,
  MEM = 9,
  STATUS = 10,
  MESSAGE = 11,
  TIME = 12,
  MEMORY = 13,
}

/** Flags of a publication or a will, as in MQTT's fixed header (MQTT 3.1.1 §3.3.1). */
export const enum Flag {
  RETAIN = 1,
  QOS1 = 2,
  DUP = 8,
}

/** Switches in `Init.flags`. */
export const enum InitFlag {
  /** Try the network saved in the target's flash first. */
  USE_DEFAULT = 1,
  TLS = 2,
  /** Clock the ESP8266 at 160 MHz. */
  FAST = 4,
  CLEAN_SESSION = 8,
  /** The target prints what it does on its own console. */
  VERBOSE = 16,
}

/** What the target needs to know to start. Strings are binary. */
export interface Init {
  flags: number;
  /** TCP port of the broker, 1 to 65535. */
  port: number;
  /** Seconds, 0 to 65535; 0: none. */
  keepAlive: number;
  /** Seconds between NTP queries; 0: none; -1: until one has succeeded. */
  rtcResync: number;
  /** UDP port of the NTP server. */
  ntpPort: number;
  ssid: string;
  password: string;
  broker: string;
  /** '' for none. */
  user: string;
  mqttPassword: string;
  /** '' lets the target make one of its serial number. */
  clientId: string;
  ntpServer: string;
  /** JSON of the options for `tls.connect`, '' for none. */
  tlsOptions: string;
}

/** A publication, either way. `id` is 0 at QoS 0. */
export interface Publication {
  flags: number;
  id: number;
  topic: string;
  payload: string;
}

function long(value: number): string {
  return word(value >> 16) + word(value);
}

/** 0 to 4294967295. */
function longAt(message: string, at: number): number {
  return wordAt(message, at) * 65536 + wordAt(message, at + 2);
}

/** A message without fields, or with one-byte and text fields already encoded in `rest`. */
export function encode(type: Type, rest: string): string {
  return char(type) + rest;
}

/** HELLO. */
export function encodeHello(): string {
  return char(Type.HELLO, VERSION);
}

/** WILL. */
export function encodeWill(flags: number, topic: string, payload: string): string {
  return char(Type.WILL, flags) + text(topic) + payload;
}

/** PUBLISH or MESSAGE. */
export function encodePublication(type: Type.PUBLISH | Type.MESSAGE, p: Publication): string {
  return char(type, p.flags) + word(p.id) + text(p.topic) + p.payload;
}

/** SUBSCRIBE. */
export function encodeSubscribe(id: number, qos: number, filter: string): string {
  return char(Type.SUBSCRIBE) + word(id) + char(qos) + filter;
}

/** UNSUBSCRIBE, or TAKEN with no filter. */
export function encodeNumbered(type: Type.UNSUBSCRIBE | Type.TAKEN, id: number, filter: string): string {
  return char(type) + word(id) + filter;
}

/** STATUS. `detail` is words, or as `Status` says. */
export function encodeStatus(status: number, detail: string): string {
  return char(Type.STATUS, status) + detail;
}

/** The detail of PUBOK: a packet identifier. */
export function encodeId(id: number): string {
  return word(id);
}

/** TIME. */
export function encodeTime(seconds: number): string {
  return char(Type.TIME) + long(seconds);
}

/** MEMORY. */
export function encodeMemory(used: number, total: number): string {
  return char(Type.MEMORY) + long(used) + long(total);
}

/** INIT. */
export function encodeInit(init: Init): string {
  return (
    char(Type.INIT, init.flags) +
    word(init.port) +
    word(init.keepAlive) +
    long(init.rtcResync) +
    word(init.ntpPort) +
    text(init.ssid) +
    text(init.password) +
    text(init.broker) +
    text(init.user) +
    text(init.mqttPassword) +
    text(init.clientId) +
    text(init.ntpServer) +
    text(init.tlsOptions)
  );
}

/** INIT as it is sent once the clock is set: an `rtcResync` of -1 becomes 0. */
export function withoutTime(init: string): string {
  return longAt(init, 6) < 0xffffffff ? init : init.substr(0, 6) + long(0) + init.substr(10);
}

/** Type of a message; of one that nobody sends, a number that no `Type` has. */
export function typeOf(message: string): number {
  return byteAt(message, 0);
}

/** What follows the type, or from `at`. */
export function restOf(message: string, at: number): string {
  return message.substr(at);
}

/** Packet identifier in UNSUBSCRIBE, SUBSCRIBE and TAKEN (at 1), PUBOK (at 2). 0 when it is missing. */
export function idOf(message: string, at: number): number {
  return message.length < at + 2 ? 0 : wordAt(message, at);
}

/** Fields of PUBLISH, MESSAGE; of WILL with `id` 0. Undefined when the message is malformed. */
export function decodePublication(message: string): Publication | undefined {
  const at = byteAt(message, 0) === Type.WILL ? 2 : 4;
  const size = wordAt(message, at);
  const end = at + 2 + size;
  let id = 0;
  if (!size || message.length < end) return undefined;
  if (at === 4) id = wordAt(message, 2);
  return {
    flags: byteAt(message, 1),
    id: id,
    topic: message.substring(at + 2, end),
    payload: message.substr(end),
  };
}

/** Seconds of TIME, or `at` 5, the second number of MEMORY. */
export function numberOf(message: string, at: number): number {
  return longAt(message, at);
}

/** Fields of INIT. Undefined when the message is malformed. */
export function decodeInit(message: string): Init | undefined {
  let at = 12;
  let good = message.length >= at;
  function next(): string {
    const end = at + 2 + wordAt(message, at);
    const value = message.substring(at + 2, end);
    if (message.length < end) good = false;
    at = end;
    return value;
  }
  // A call within a literal takes more of an ESP8266's stack than one in a statement.
  const init: Init = {
    flags: byteAt(message, 1),
    port: wordAt(message, 2),
    keepAlive: wordAt(message, 4),
    // Signed, unlike the other numbers.
    rtcResync: (wordAt(message, 6) << 16) | wordAt(message, 8),
    ntpPort: wordAt(message, 10),
    ssid: '',
    password: '',
    broker: '',
    user: '',
    mqttPassword: '',
    clientId: '',
    ntpServer: '',
    tlsOptions: '',
  };
  init.ssid = next();
  init.password = next();
  init.broker = next();
  init.user = next();
  init.mqttPassword = next();
  init.clientId = next();
  init.ntpServer = next();
  init.tlsOptions = next();
  return good && at === message.length ? init : undefined;
}
