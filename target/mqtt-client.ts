/**
 * One MQTT 3.1.1 connection to a broker: opens, keeps alive, passes packets on,
 * closes. It must never store a message nor try again by itself, nor look at
 * what a packet says beyond CONNACK and PINGRESP: the host speaks MQTT.
 */
import { byteAt } from '../shared/bytes';
import { PacketType } from '../shared/mqtt';
import { Status } from '../shared/status';
import { ParserLimits, createParser, fixedHeader } from './mqtt-packets';

/** Pings a keep alive period; one that passes without any answered ends the connection, whatever else may come. */
const PINGS = 4;

/** Bytes that may wait in the socket before `busy` says so. They take memory that messages need too. */
export const BACKLOG = 256;

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

/** Each is called in a turn of the client's own, not within a call of `Client`. */
export interface ClientEvents {
  /** A packet came whole, but for PINGRESP: its first byte, and what follows its remaining length. The first is CONNACK. */
  received(packet: string): void;
  /**
   * A packet longer than `maxBody` came, or one for which there was no `room`, and of it only what `createParser` keeps.
   * @param packet its first byte, a topic, which may end early whatever its length says, and, with QoS 1 and 2, the identifier
   * @param full there was no room: the topic is two bytes of no use
   */
  cut(packet: string, full: boolean): void;
  /**
   * The connection is over and the client idle; once for each `connect`. `detail` says why, in words.
   * `BROKER_FAIL`: not reached, refused, or lost. `BAD_BROKER`: what it sent is not MQTT.
   */
  failed(status: Status, detail: string): void;
  /** All that was to be sent is sent: a client that was busy is so no more. */
  drained(): void;
}

export interface ClientOptions extends ClientEvents, ParserLimits {
  /**
   * Opens a socket to the broker, calls `onOpen` with it as `this` once it stands (not before returning). May throw.
   */
  readonly open: (onOpen: (this: Socket) => void) => Socket;
  /** The CONNECT packet; forgotten with CONNACK. This and the next two may change between connections. */
  hello: string | undefined;
  /** Seconds for the broker to be reached, and again for its CONNACK. */
  limit: number;
  /** Seconds, as in CONNECT; 0: off. */
  keepAlive: number;
  /** May change between connections, too. */
  maxBody: number;
  /** `setTimeout` of the board, milliseconds. */
  readonly later: (run: () => void, ms: number) => unknown;
  /** Undoes `later`. */
  readonly cancel: (timer: unknown) => void;
}

/** What sends does nothing while not connected. */
export interface Client {
  /** Opens the connection, to end in `failed`; does nothing while there is one, or one has failed without its event yet. */
  connect(): void;
  /** Says goodbye, so that the broker drops the will, and closes, unless idle. */
  disconnect(): void;
  /** Closes without a goodbye, so that the broker publishes the will, unless idle. */
  abandon(): void;
  /** So much waits to be sent that a packet more should not be added. */
  busy(): boolean;
  /** Sends a packet, or a piece of one. */
  send(data: string): void;
}

/**
 * A socket's listener begins on a third of an ESP8266's stack already used. So listeners only note what came; `read` and
 * `report` do the rest, in turns of their own.
 */
export function createClient(options: ClientOptions): Client {
  const parser = createParser(options);
  // Undefined when idle.
  let socket: Socket | undefined;
  // CONNACK came.
  let up = false;
  // What the broker owes, for the report that it did not come.
  let awaited = '';
  let timer: unknown;
  // Pings in a row that were not answered.
  let unanswered: number;
  // Bytes written since the socket last said that it has sent all.
  let unsent: number;
  // `read` is to come.
  let reading = false;
  // `report` is to come, to end this socket and to say this.
  let failing = false;
  let given: Socket | undefined;
  let failure: Status;
  let reason: unknown;
  // The socket closed; what came before is to be read first.
  let closed: string | undefined;

  /** What is due next, and in how many seconds; 0: no limit. */
  function expect(packet: string, seconds: number): void {
    awaited = packet;
    if (timer) options.cancel(timer);
    timer = seconds ? options.later(late, seconds * 1000) : 0;
  }

  // Only notes it: what fails may be deep in the stack.
  function fail(status: Status, why: unknown): void {
    if (socket) given = socket;
    socket = undefined;
    up = false;
    unsent = 0;
    failure = status;
    reason = why;
    if (!failing) options.later(report, 0);
    failing = true;
  }

  function report(): void {
    const detail = (reason as Error).message || '' + reason;
    const old = given;
    given = undefined;
    failing = false;
    parser.reset();
    expect('', 0);
    if (old) old.end();
    options.failed(failure, detail);
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
    if (!socket) return;
    if (up && unanswered++ < PINGS) {
      expect('PINGRESP', options.keepAlive / PINGS);
      send(fixedHeader(PacketType.PINGREQ, 0));
    } else fail(Status.BROKER_FAIL, 'no ' + awaited);
  }

  function takeConnack(): void {
    const valid = byteAt(parser.packet, 0) === PacketType.CONNACK && parser.remainingLength === 2;
    let code = 1;
    options.hello = undefined;
    if (!valid) parser.wrong = 'no valid CONNACK';
    if (valid) {
      code = byteAt(parser.packet, 2);
      options.received(parser.packet);
    }
    if (valid && code) fail(Status.BROKER_FAIL, 'refused');
    if (!code) {
      up = true;
      expect('PINGRESP', options.keepAlive / PINGS);
    }
  }

  function read(): void {
    let more = socket !== undefined;
    let connected: boolean;
    let whole: boolean;
    let type: number;
    reading = false;
    // What is no broker may claim a length that it never sends, so it is judged by its first byte.
    if (more && parser.unread && awaited === 'CONNACK' && byteAt(parser.unread, 0) !== PacketType.CONNACK)
      parser.wrong = 'no valid CONNACK';
    if (more && parser.unread && !up) awaited = 'rest of CONNACK';
    // Behind what ended the connection there is none.
    while (more && socket && !parser.wrong) {
      more = parser.next();
      type = byteAt(parser.packet, 0);
      // To the host they would be the target's own messages.
      if (more && type < PacketType.CONNACK) {
        parser.wrong = 'packet type 0 or 1';
        more = false;
      }
      connected = up;
      whole = more && connected && type !== PacketType.PINGRESP;
      if (more && connected && !whole) unanswered = 0;
      if (more && !connected) takeConnack();
      if (whole && (parser.full || parser.packet.length <= parser.remainingLength))
        options.cut(parser.packet, parser.full);
      else if (whole) options.received(parser.packet);
    }
    if (socket && parser.wrong) fail(Status.BAD_BROKER, parser.wrong);
    if (socket && closed) fail(Status.BROKER_FAIL, closed);
  }

  function wake(): void {
    if (!reading) options.later(read, 0);
    reading = true;
  }

  // Handlers look at `this` because a socket speaks on after it was given up. One set of them serves all sockets,
  // as functions are what takes most memory.

  function onOpen(this: Socket): void {
    if (this !== socket || up) return;
    expect('CONNACK', options.limit);
    send(options.hello as string);
  }

  function onData(this: Socket, chunk: string): void {
    if (this !== socket) return;
    parser.unread += chunk;
    wake();
  }

  function onDrain(this: Socket): void {
    if (this !== socket) return;
    unsent = 0;
    options.drained();
  }

  function onEnd(this: Socket, error: Error | boolean | undefined): void {
    if (this !== socket) return;
    const words = error && (error as Error).message;
    if (!closed) closed = words || 'connection closed';
    wake();
  }

  return {
    connect: function () {
      if (socket || failing) return;
      unanswered = unsent = 0;
      closed = undefined;
      // Its turn may have been lost, and nothing would ever be read again.
      reading = false;
      parser.reset();
      expect('connection', options.limit);
      try {
        socket = options.open(onOpen);
        socket.on('data', onData);
        socket.on('drain', onDrain);
        socket.on('error', onEnd);
        socket.on('close', onEnd);
      } catch (e) {
        fail(Status.BROKER_FAIL, e);
      }
    },
    // Why is told only where the target leaves by itself: else the host has a reason of its own.
    disconnect: function () {
      send(fixedHeader(PacketType.DISCONNECT, 0));
      // Sending may have failed, and said so.
      if (socket) fail(Status.BROKER_FAIL, 'no room');
    },
    abandon: function () {
      if (socket) fail(Status.BROKER_FAIL, 'no way out');
    },
    busy: function () {
      return unsent >= BACKLOG;
    },
    send: send,
  };
}
