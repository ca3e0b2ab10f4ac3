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

/**
 * Each is called in a turn of the client's own, not within a call of `Client`. None may throw: the connection would be
 * taken for broken.
 */
export interface ClientEvents {
  /** CONNACK came. `session`: the broker kept the session, so subscriptions stand. */
  connected(session: boolean): void;
  /**
   * The connection is over and the client idle. `detail` says why, in words.
   * `BROKER_FAIL`: not reached, or lost. `BAD_BROKER`: what it sent is not MQTT 3.1.1. `REFUSED_*`: it said no.
   */
  failed(status: Status, detail: string): void;
  /**
   * A PUBLISH with QoS 0 or 1 came whole. One with QoS 1 is the broker's until PUBACK is sent.
   * @param type its first byte
   */
  published(type: number, body: string): void;
  /**
   * A PUBLISH longer than `maxBody` was dropped. With QoS 1 it is acknowledged, or it would come for ever.
   * @param topic may end early
   */
  tooLong(topic: string): void;
  /** A PUBACK, SUBACK or UNSUBACK came; `type` is its first byte. */
  answered(type: number, body: string): void;
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

/** What sends does nothing while not connected. */
export interface Client {
  /** Opens the connection, unless one is open, opening, or has failed without its event yet: ends in `connected` or `failed`. */
  connect(): void;
  /** Says goodbye, so that the broker drops the will, and closes: ends in `failed` with `reason`, unless idle. */
  disconnect(reason: string): void;
  /** How far the connection is, now. */
  state(): Connection;
  /** Sends a packet made by `packet.ts`. */
  send(packet: string): void;
  /** Within an event: sends PUBACK for the two bytes of a packet identifier, when all that came has been read. */
  acknowledge(id: string): void;
}

/**
 * A socket's listener begins on a third of an ESP8266's stack already used. So listeners only note what came; `read` and
 * `report` do the rest, in turns of their own.
 */
export function createClient(options: ClientOptions): Client {
  const parser = createParser(options.maxBody);
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
  // `read` is to come.
  let reading = false;
  // `report` is to come, to end this socket and to say this.
  let failing = false;
  let given: Socket | undefined;
  let failure: Status;
  let reason: unknown;
  // What `read` is to send at its end.
  let answers = '';
  // The socket closed; what came before is to be read first.
  let closed = '';

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
    if (up && unheard++ < PINGS) {
      expect('PINGRESP', options.keepAlive / PINGS);
      send(packet(PacketType.PINGREQ, '', ''));
    } else fail(Status.BROKER_FAIL, 'no ' + awaited);
  }

  function acknowledge(id: string): void {
    const ack = packet(PacketType.PUBACK, id, '');
    answers += ack;
  }

  function takeConnack(): void {
    const code = readConnack(parser.type, parser.body, parser.remainingLength);
    const refusal = code < 0 ? 0 : code & 255;
    if (code < 0) parser.wrong = 'no valid CONNACK';
    if (refusal) fail(Status.REFUSED_PROTOCOL - 1 + refusal, '');
    if (code >= 0 && !refusal) {
      up = true;
      expect('PINGRESP', options.keepAlive / PINGS);
      options.connected(!!code);
    }
  }

  function takePublish(): void {
    const body = parser.body;
    const whole = body.length === parser.remainingLength;
    let end = body.length;
    let text = '';
    parser.wrong = checkPublish(parser.type, body, parser.remainingLength);
    if (!parser.wrong && whole) options.published(parser.type, body);
    if (!parser.wrong && !whole) {
      if (parser.type & QOS) {
        end -= 2;
        text = body.substr(end);
        acknowledge(text);
      }
      text = body.substring(2, end);
      options.tooLong(text);
    }
  }

  function takeAnswer(): void {
    const type = parser.type;
    const size = type === PacketType.SUBACK ? 3 : 2;
    const code = byteAt(parser.body, 2);
    const id = readAck(type, parser.body, parser.remainingLength, size);
    if (type === PacketType.PINGRESP && !parser.remainingLength) return;
    if (
      id &&
      (type === PacketType.PUBACK ||
        type === PacketType.UNSUBACK ||
        (type === PacketType.SUBACK && (code < 3 || code === Granted.REFUSED)))
    )
      options.answered(type, parser.body);
    else parser.wrong = 'packet type ' + (type >> 4);
  }

  // One condition behind the other: each that stands within another takes 100 bytes of stack.
  function take(): void {
    const connected = up;
    const publish = (parser.type & 0xf0) === PacketType.PUBLISH;
    if (!connected) takeConnack();
    if (connected && publish) takePublish();
    if (connected && !publish) takeAnswer();
  }

  function read(): void {
    let more = socket !== undefined && parser.unread !== '';
    reading = false;
    try {
      if (more) {
        unheard = 0;
        // What is no broker may claim a length that it never sends, so it is judged by its first byte.
        if (awaited === 'CONNACK' && byteAt(parser.unread, 0) !== PacketType.CONNACK)
          parser.wrong = 'no valid CONNACK';
        else if (!up) awaited = 'rest of CONNACK';
      }
      // Behind one that ended the connection there is none.
      while (more && socket && !parser.wrong) {
        more = parser.next();
        if (more) take();
      }
      if (answers) send(answers);
      answers = '';
      if (socket && parser.wrong) fail(Status.BAD_BROKER, parser.wrong);
      if (socket && closed) fail(Status.BROKER_FAIL, closed);
    } catch (e) {
      // Out of memory, most likely. With the rest of what came gone, the stream makes no sense any more.
      fail(Status.BROKER_FAIL, e);
    }
  }

  function wake(): void {
    if (!reading) options.later(read, 0);
    reading = true;
  }

  // Handlers look at `this` because a socket speaks on after it was given up. One set of them serves all sockets,
  // as functions are what takes most memory.

  function onData(this: Socket, chunk: string): void {
    if (this !== socket) return;
    parser.unread += chunk;
    wake();
  }

  function onDrain(this: Socket): void {
    if (this === socket) unsent = 0;
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
      unheard = unsent = 0;
      closed = answers = '';
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
    disconnect: function (why) {
      send(packet(PacketType.DISCONNECT, '', ''));
      // Sending may have failed, and said so.
      if (socket) fail(Status.BROKER_FAIL, why);
    },
    state: function () {
      return !up ? Connection.NONE : unsent < BACKLOG ? Connection.READY : Connection.BUSY;
    },
    send: send,
    acknowledge: acknowledge,
  };
}
