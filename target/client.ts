/**
 * One MQTT 3.1.1 connection to a broker: opens, keeps alive, reports, closes.
 * It must never store a message nor try again by itself: whoever owns the
 * messages also owns their packet identifiers and sends them anew, and whoever
 * knows the network decides when to connect again.
 */
import { byteAt } from '../shared/bytes';
import { Status } from '../shared/status';
import { PacketType, Granted, QOS, checkPublish, createParser, packet, readAck, readConnack } from './packet';

/** Seconds for the broker to be reached, and again for its CONNACK. */
const CONNECT_LIMIT = 10;

/** Pings a keep alive period; one that passes without an answer to any ends the connection. */
const PINGS = 4;

/** Bytes that may wait in the socket before `writable` says no. They take memory that messages need too. */
const BACKLOG = 512;

/** What is used of Espruino's `net.Socket` and `tls`' one; strings are binary. */
export interface Socket {
  /** Queues data, also before the connection stands. Throws when the socket is closed. @returns true if nothing waits, as in Node */
  write(data: string): boolean;
  /** Closes once all data is sent. */
  end(): void;
  /**
   * Calls listeners with the socket as `this`: `data` with a chunk; `drain` when all data is sent; `error` with what has a `message`, followed by `close`
   * or not; `close`, also when the connection never stood.
   */
  on(event: string, listener: (value: never) => void): void;
}

/** None of these may throw: the connection would be taken for broken. */
export interface ClientEvents {
  /** CONNACK came. `session`: the broker kept the session, so subscriptions stand. */
  connected(session: boolean): void;
  /**
   * The connection is over and the client idle. `detail` says why, in words.
   * `BROKER_FAIL`: not reached, or lost. `BAD_BROKER`: what it sent is not MQTT 3.1.1. `REFUSED_*`: it said no.
   */
  failed(status: Status, detail: string): void;
  /**
   * A valid packet came: PUBACK, SUBACK, UNSUBACK, PINGRESP, or PUBLISH with QoS 0 or 1. One with QoS 1 is the broker's
   * until PUBACK is sent.
   * @param type its first byte; 0: a PUBLISH longer than `maxBody` was dropped. With QoS 1 it is acknowledged, or it
   *   would come for ever. `body` is its topic, which may end early
   */
  received(type: number, body: string): void;
}

export interface ClientOptions extends ClientEvents {
  /**
   * Opens a socket to the broker, calls `onOpen` once it stands (not before returning). May throw.
   */
  readonly open: (onOpen: () => void) => Socket;
  /** The CONNECT packet; this and the next one may change between connections. */
  hello: string;
  /** Seconds, as in CONNECT; 0: off. */
  keepAlive: number;
  /** Longest packet body that is read, bytes: of longer messages only the topic is reported. */
  readonly maxBody: number;
  /** `setTimeout` of the board, milliseconds. */
  readonly later: (run: () => void, ms: number) => unknown;
  /** Undoes `later`. */
  readonly cancel: (timer: unknown) => void;
}

export const enum Connection {
  /** Idle, or not yet through with CONNACK. */
  NONE,
  /** Connected, but so much waits to be sent that a packet more should not be added. */
  BUSY,
  /** Connected; a packet of any length may be added. */
  READY,
}

/** What sends does nothing while not connected. An event may come before the call that caused it returns. */
export interface Client {
  /** Opens the connection, unless one is open or opening: ends in `connected` or `failed`. */
  connect(): void;
  /** Says goodbye, so that the broker drops the will, and closes: ends in `failed` with `reason`, unless idle. */
  disconnect(reason: string): void;
  /** How far the connection is, now. */
  state(): Connection;
  /** Sends a packet made by `packet.ts`. */
  send(packet: string): void;
}

export function createClient(options: ClientOptions): Client {
  // Undefined when idle.
  let socket: Socket | undefined;
  // CONNACK came.
  let up = false;
  // What the broker owes, for the report that it did not come.
  let awaited = '';
  let timer: unknown;
  // Pings since the broker was last heard.
  let unheard: number;
  // Bytes written since the socket last said that it has sent all.
  let unsent: number;

  /** What is due next, and in how many seconds; 0: no limit. */
  function expect(packet: string, seconds: number): void {
    awaited = packet;
    if (timer) options.cancel(timer);
    timer = seconds ? options.later(late, seconds * 1000) : 0;
  }

  function fail(status: Status, reason: unknown): void {
    const old = socket;
    socket = undefined;
    up = false;
    expect('', 0);
    if (old) old.end();
    options.failed(status, (reason as Error).message || '' + reason);
  }

  // CONNECT is sent before the connection is up, anything else after.
  function send(data: string): void {
    if (!up && data !== options.hello) return;
    try {
      if (!(socket as Socket).write(data)) unsent += data.length;
    } catch (e) {
      // The socket closed, and its event is still to come.
      fail(Status.BROKER_FAIL, e);
    }
  }

  function late(): void {
    // Its number may belong to another timer by now.
    timer = 0;
    if (up && unheard++ < PINGS) {
      expect('PINGRESP', options.keepAlive / PINGS);
      send(packet(PacketType.PINGREQ, '', ''));
    } else fail(Status.BROKER_FAIL, 'no ' + awaited);
  }

  function take(type: number, body: string, length: number): boolean {
    const mine = socket;
    const kind = type & 0xf0;
    let wrong = '';
    if (!up) {
      const code = readConnack(type, body, length);
      if (code < 0) wrong = 'no valid CONNACK';
      else if (code & 255) fail(Status.REFUSED_PROTOCOL - 1 + (code & 255), '');
      else {
        up = true;
        expect('PINGRESP', options.keepAlive / PINGS);
        options.connected(!!code);
      }
    } else if (kind === PacketType.PUBLISH) {
      wrong = checkPublish(type, body, length);
      if (!wrong && body.length === length) options.received(type, body);
      else if (!wrong) {
        const end = type & QOS ? body.length - 2 : body.length;
        if (type & QOS) send(packet(PacketType.PUBACK, body.substr(end), ''));
        options.received(0, body.substring(2, end));
      }
    } else if (
      type === PacketType.PINGRESP
        ? !length
        : readAck(type, body, length, kind === PacketType.SUBACK ? 3 : 2) &&
          (kind === PacketType.PUBACK ||
            kind === PacketType.UNSUBACK ||
            (kind === PacketType.SUBACK && (byteAt(body, 2) < 3 || byteAt(body, 2) === Granted.REFUSED)))
    )
      options.received(type, body);
    else wrong = 'packet type ' + (type >> 4);
    if (wrong) fail(Status.BAD_BROKER, wrong);
    return mine === socket;
  }

  const parser = createParser(options.maxBody, take);

  // Handlers look at `this` because a socket speaks on after it was given up. One set of them serves all sockets,
  // as functions are what takes most memory.

  function onData(this: Socket, chunk: string): void {
    if (this !== socket) return;
    unheard = 0;
    try {
      // What is no broker may claim a length that it never sends, so it is judged by its first byte.
      if (awaited === 'CONNACK' && byteAt(chunk, 0) !== PacketType.CONNACK) take(0, '', 0);
      else {
        if (!up) awaited = 'rest of CONNACK';
        const wrong = parser.parse(chunk);
        if (wrong) fail(Status.BAD_BROKER, wrong);
      }
    } catch (e) {
      // Out of memory, most likely. With the rest of the chunk gone, the stream makes no sense any more.
      fail(Status.BROKER_FAIL, e);
    }
  }

  function onDrain(this: Socket): void {
    if (this === socket) unsent = 0;
  }

  function onEnd(this: Socket, error: unknown): void {
    if (this === socket) fail(Status.BROKER_FAIL, (error && (error as Error).message) || 'connection closed');
  }

  return {
    connect: function () {
      if (socket) return;
      unheard = unsent = 0;
      parser.reset();
      expect('connection', CONNECT_LIMIT);
      try {
        const opened = options.open(function () {
          if (opened !== socket) return;
          expect('CONNACK', CONNECT_LIMIT);
          send(options.hello);
        });
        socket = opened;
        opened.on('data', onData);
        opened.on('drain', onDrain);
        opened.on('error', onEnd);
        opened.on('close', onEnd);
      } catch (e) {
        fail(Status.BROKER_FAIL, e);
      }
    },
    disconnect: function (reason) {
      send(packet(PacketType.DISCONNECT, '', ''));
      // Sending may have failed, and said so.
      if (socket) fail(Status.BROKER_FAIL, reason);
    },
    state: function () {
      return !up ? Connection.NONE : unsent < BACKLOG ? Connection.READY : Connection.BUSY;
    },
    send: send,
  };
}
