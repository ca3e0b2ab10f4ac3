/**
 * What host and target say to each other: every message as bytes (a binary
 * string), encoded and decoded by pure functions. The link carries each whole
 * and unchanged, so nothing here is escaped and any topic and payload pass.
 * Nothing here may depend on time or a board.
 *
 * MQTT packets pass both ways as they are (`mqtt.ts`): the first byte, from
 * CONNACK's 0x20 up, then what follows the remaining length. The host speaks
 * MQTT, the target passes it on. Everything else is a message of this table:
 * its type (1 byte, below 0x20) and its fields in a fixed order. Numbers are big
 * endian; `text` is its length (2 bytes) and its bytes; `rest` goes to the end.
 *
 * | type    | from   | fields                                                            |
 * | ------- | ------ | ----------------------------------------------------------------- |
 * | HELLO   | both   | version 1, longest message 2; the target: serial text, crash rest |
 * | WILL    | host   | topic text, payload text (for the next CONNECT)                   |
 * | INIT    | host   | see `Init`                                                        |
 * | PROCEED | host   | the answer to SPECNET: nothing, or any byte to refuse             |
 * | CONNECT | host   | see `Connect`                                                     |
 * | LEAVE   | host   | – (DISCONNECT, and close)                                         |
 * | MEM     | host   | – (asks for the target's memory)                                  |
 * | STATUS  | target | status 1, detail rest                                             |
 * | CUT     | target | a PUBLISH that is too long: first byte, topic text, identifier    |
 * | FULL    | target | a PUBLISH found no room: first byte, identifier 2                 |
 * | TIME    | target | seconds since 1970 UTC 4, and a fraction 2                        |
 * | MEMORY  | target | variables in use 4, in all 4                                      |
 *
 * Each CONNECT is answered by one CONNACK at most, and in the end by exactly
 * one status BROKER_FAIL, BAD_BROKER or NO_TLS; what the host says between
 * that and its next CONNECT is for nobody. So neither end mistakes what belongs
 * to one connection for another's. In CUT the topic may end early, whatever its
 * length says; the identifier is there with QoS 1 and 2.
 *
 * HELLO is the first message each way after the link came up, and will keep
 * the layout of its first byte for ever: that is how two versions find out.
 */
import { byteAt, char, text, word, wordAt } from './bytes';

/**
 * Version of this table and of the frames below it. Boards whose versions differ do not talk. There was no 3 and no 4: the
 * body of their HELLO ends in a bit that version 2 does not take for 0, so it would never have heard which it is.
 */
export const VERSION = 6;

export const enum Type {
  HELLO = 1,
  WILL = 2,
  INIT = 3,
  PROCEED = 4,
  CONNECT = 5,
  LEAVE = 6,
  MEM = 7,
  STATUS = 10,
  CUT = 11,
  FULL = 12,
  TIME = 13,
  MEMORY = 14,
  /** From here on it is an MQTT packet. */
  PACKET = 0x20,
}

/** Switches in `Init._flags`. */
export const enum InitFlag {
  /** The network saved in the target's flash will do where the given one cannot be joined. */
  USE_DEFAULT = 1,
  /** Clock the ESP8266 at 160 MHz. */
  FAST = 4,
  /** The target prints what it does on its own console. */
  VERBOSE = 16,
}

/** What the target needs to know to join a network and to tell the time. Strings are binary. */
export interface Init {
  _flags: number;
  /** Seconds without a word of the host after which the broker is left, 0: never. */
  _hostTimeout: number;
  /** Seconds between NTP queries; 0: none; -1: until one has succeeded. */
  _rtcResync: number;
  /** UDP port of the NTP server. */
  _ntpPort: number;
  _ssid: string;
  _password: string;
  _ntpServer: string;
}

/** Switches in `Connect._flags`. */
export const enum ConnectTo {
  TLS = 1,
  /** Nothing comes again: what finds no room is acknowledged all the same. */
  CLEAN_SESSION = 2,
}

/** One connection to a broker. Strings are binary. */
export interface Connect {
  _flags: number;
  /** Seconds for the connection, and again for CONNACK. */
  _limit: number;
  /** Seconds, as in the packet; 0: none. */
  _keepAlive: number;
  _port: number;
  /** Host name or IPv4 address. */
  _address: string;
  /** JSON of the options for `tls.connect`, '' for none. */
  _tlsOptions: string;
  /** The CONNECT packet without its fixed header: what comes before the will, and what comes behind it. */
  _head: string;
  _tail: string;
}

/** What HELLO says of its sender. `_serial` and `_crash` are the target's. */
export interface Hello {
  _version: number;
  /** Longest message that it takes, bytes. */
  _max: number;
  _serial: string;
  /** Why it started anew when last it ran, in words; '' when it did not. */
  _crash: string;
}

function long(value: number): string {
  return word(value >> 16) + word(value);
}

/** 0 to 4294967295. */
function longAt(message: string, at: number): number {
  return wordAt(message, at) * 65536 + wordAt(message, at + 2);
}

// Where `takeText` goes on: the calls of one decoder follow each other.
let cursor = 0;

function takeText(message: string): string {
  const start = cursor + 2;
  cursor = start + wordAt(message, cursor);
  return message.substring(start, cursor);
}

/** A message without fields, or with fields already encoded in `rest`. */
export function encode(type: Type, rest: string): string {
  return char(type) + rest;
}

/** HELLO. `rest`: the target's serial as `text`, and its crash. */
export function encodeHello(max: number, rest: string): string {
  return char(Type.HELLO, VERSION) + word(max) + rest;
}

/** The longest message of the sender of a HELLO; 0 from versions that did not say. */
export function longestOf(hello: string): number {
  return wordAt(hello, 2);
}

/** Fields of HELLO, as far as they are there. */
export function decodeHello(message: string): Hello {
  cursor = 4;
  const serial = takeText(message);
  return {
    _version: byteAt(message, 1),
    _max: longestOf(message),
    _serial: serial,
    _crash: message.substr(cursor),
  };
}

/** WILL. */
export function encodeWill(topic: string, payload: string): string {
  return char(Type.WILL) + text(topic) + text(payload);
}

/** STATUS. */
export function encodeStatus(status: number, detail: string): string {
  return char(Type.STATUS, status) + detail;
}

/** TIME. */
export function encodeTime(seconds: number): string {
  return char(Type.TIME) + long(seconds) + word((seconds % 1) * 65536);
}

/** Seconds of TIME, with a fraction. */
export function decodeTime(message: string): number {
  return longAt(message, 1) + wordAt(message, 5) / 65536;
}

/** MEMORY. */
export function encodeMemory(used: number, total: number): string {
  return char(Type.MEMORY) + long(used) + long(total);
}

/** Numbers of MEMORY, `at` 1 and 5. */
export function numberOf(message: string, at: number): number {
  return longAt(message, at);
}

/** INIT. */
export function encodeInit(init: Init): string {
  return (
    char(Type.INIT, init._flags) +
    word(init._hostTimeout) +
    long(init._rtcResync) +
    word(init._ntpPort) +
    text(init._ssid) +
    text(init._password) +
    text(init._ntpServer)
  );
}

/** INIT as it is sent once the clock is set: an `rtcResync` of -1 becomes 0. */
export function withoutTime(init: string): string {
  return longAt(init, 4) < 0xffffffff ? init : init.substr(0, 4) + long(0) + init.substr(8);
}

/** Fields of INIT. Undefined when the message is malformed. */
export function decodeInit(message: string): Init | undefined {
  // A call within a literal takes more of an ESP8266's stack than one in a statement.
  const init: Init = {
    _flags: byteAt(message, 1),
    _hostTimeout: wordAt(message, 2),
    // Signed, unlike the other numbers.
    _rtcResync: (wordAt(message, 4) << 16) | wordAt(message, 6),
    _ntpPort: wordAt(message, 8),
    _ssid: '',
    _password: '',
    _ntpServer: '',
  };
  cursor = 10;
  init._ssid = takeText(message);
  init._password = takeText(message);
  init._ntpServer = takeText(message);
  return cursor === message.length ? init : undefined;
}

/** CONNECT. */
export function encodeConnect(connect: Connect): string {
  return (
    char(Type.CONNECT, connect._flags) +
    word(connect._limit) +
    word(connect._keepAlive) +
    word(connect._port) +
    text(connect._address) +
    text(connect._tlsOptions) +
    text(connect._head) +
    connect._tail
  );
}

/** Fields of CONNECT. Undefined when the message is malformed. */
export function decodeConnect(message: string): Connect | undefined {
  const connect: Connect = {
    _flags: byteAt(message, 1),
    _limit: wordAt(message, 2),
    _keepAlive: wordAt(message, 4),
    _port: wordAt(message, 6),
    _address: '',
    _tlsOptions: '',
    _head: '',
    _tail: '',
  };
  cursor = 8;
  connect._address = takeText(message);
  connect._tlsOptions = takeText(message);
  connect._head = takeText(message);
  connect._tail = message.substr(cursor);
  return cursor <= message.length ? connect : undefined;
}

/** Type of a message; of an MQTT packet its first byte. */
export function typeOf(message: string): number {
  return byteAt(message, 0);
}

/** What follows the type, or from `at`. */
export function restOf(message: string, at: number): string {
  return message.substr(at);
}
