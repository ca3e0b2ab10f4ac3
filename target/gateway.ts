/**
 * The target's command loop: a gateway between the link and the network. What
 * the host says becomes Wi-Fi, a connection to a broker and the time; packets
 * pass both ways as they are. It must never decide what the host can, nor keep
 * a message for longer than the link takes to carry it: the host holds what is
 * not yet delivered, the broker what the host has not yet acknowledged.
 *
 *     WILL       kept for the next CONNECT; WILLOK
 *     INIT       Wi-Fi: DEFNET, SPECNET, WIFI_UP, ...; and then TIME
 *     CONNECT    a connection to the broker; one BROKER_FAIL or BAD_BROKER ends it
 *     packets    to the broker and from it, while there is a connection
 *
 * Nothing here expects an exception, but for what the firmware throws by
 * custom: whatever else goes wrong ends this start (`crash.ts`).
 */
import { byteAt, char } from '../shared/bytes';
import {
  ConnectTo,
  InitFlag,
  Type,
  decodeConnect,
  decodeInit,
  encodeMemory,
  encodeStatus,
  longestOf,
} from '../shared/messages';
import { Flag, PacketType } from '../shared/mqtt';
import { Status } from '../shared/status';
import { BACKLOG, ClientOptions, Socket, createClient } from './mqtt-client';
import { LONGEST_TOPIC, fixedHeader } from './mqtt-packets';
import { createSync } from './sync';
import { createWifi } from './wifi';

/** Messages on their way to the host beyond which nothing is added that can be said later. */
const QUEUE = 8;

/**
 * Variables that must stay free for what cannot be put off: to call functions, and for two chunks of the socket, of 268
 * bytes at most (Espruino libs/network/esp8266/network_esp8266.c:766): a socket that is not read to its end is read all
 * the same (libs/network/socketserver.c:676), so nothing but dropping what came holds a broker back.
 */
const WORK = 130;

/** Bytes in a variable of a string. */
const SIZE = 8;

/** Bytes of a message that are handed to the socket at a time: the whole of it would be one copy more. */
const PIECE = 64;

/** Variables that what is short, and owed, may take when there is no room for messages any more. */
const SHORT = 40;

/** Milliseconds between looks at whether the host has caught up, and from one word of what was dropped to the next. */
const CATCH_UP = 3000;

/** What the gateway is made of: the board's real things, or a test's. */
export interface GatewayOptions {
  /** To the host, see `Link`. */
  readonly send: (message: string, urgent?: boolean) => void;
  /** Messages on their way to the host. */
  readonly queued: () => number;
  /** Asks the host to hold back, or not. */
  readonly ready: (on: boolean) => void;
  /** INIT came: seconds of silence after which the host counts as gone, 0: never. */
  readonly patience: (seconds: number) => void;
  /** Longest message to the host, bytes, unless the host takes less. */
  readonly max: number;
  /** `require`: gives the firmware's modules Wifi, net, dgram, and tls where there is one. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as the firmware's own
  readonly load: (module: string) => any;
  /** `setTimeout`, milliseconds, and what `run` gets. */
  readonly later: <Args extends unknown[]>(
    run: (...args: Args) => void,
    ms: number,
    ...args: Args
  ) => unknown;
  readonly cancel: (timer: unknown) => void;
  /** `getTime`: seconds. */
  readonly time: () => number;
  /** Variables in use, free, and in all; with false, garbage counts as used. */
  readonly memory: (collect?: boolean) => { usage: number; free: number; total: number };
  /** `E.setClock`, MHz: 80 or 160. The board starts at 160 (Espruino targets/esp8266/user_main.c:306). */
  readonly clock: (frequency: number) => unknown;
  /** Prints, where the host asked for it. */
  readonly log: (text: string) => void;
}

export interface Gateway {
  /** Takes a message of the host. */
  message(text: string): void;
  /** A message to the host, as it is to go out now: see `LinkOptions.stamp`. */
  stamp(text: string): string;
  /** The host is gone: leaves the broker so that it publishes the will. */
  abandon(): void;
}

function sparedFor(body: number): number {
  return (WORK + (BACKLOG + 2 * body) / SIZE) | 0;
}

export function createGateway(options: GatewayOptions): Gateway {
  const send = options.send;
  // The message WILL, until it has become part of a CONNECT packet.
  let will = '';
  // The messages INIT and CONNECT, until turns of their own do what they say. Undefined takes less memory than ''.
  let init: string | undefined;
  let asked: string | undefined;
  // INIT has been understood.
  let begun = false;
  // Bits of `InitFlag`.
  let verbose = 0;
  // Of the connection: whether it is encrypted, where it goes, until it is opened, and a bit of `ConnectTo`.
  let secure = false;
  let where: { host?: string; port?: number } | undefined;
  let clean = 0;
  // A message found no room, and this connection brings it no more. Those behind it must not overtake it.
  let overrun = false;
  // What could not be said, since the host was too far behind: the last of Wi-Fi, and how many messages were dropped.
  let late: string | undefined;
  let dropped = 0;
  let behind = false;
  // Looks whether the socket has got rid of what the host waits for.
  let jam: unknown;
  // Bytes of the longest message that may be on its way to the host.
  let longest = 0;
  // Variables that must stay free. A message of the host, of which there are two copies when the socket takes it, is taken
  // whatever the broker sends: the host cannot be asked to hold back for want of memory, as it holds the target back while
  // its own acknowledgements wait, and neither would move again.
  let spare = sparedFor(options.max - 1);
  const wifiModule = options.load('Wifi');

  function catchUpLater(): void {
    if (!behind) options.later(catchUp, CATCH_UP);
    behind = true;
  }

  function catchUp(): void {
    const clear = options.queued() < QUEUE;
    behind = false;
    if (clear && late) send(late);
    if (clear) late = undefined;
    // While a flood lasts the host is never clear, and must hear of it all the same.
    if (dropped && (clear || isFree(spare + SHORT / 2))) {
      status(Status.DROPPED, '' + dropped);
      dropped = 0;
    }
    if (!clear || dropped) catchUpLater();
  }

  function status(code: Status, detail: string): void {
    const message = encodeStatus(code, detail);
    const clear = options.queued() < QUEUE;
    const ofWifi = code === Status.WIFI_UP || code === Status.WIFI_DOWN || code === Status.WIFI_FAIL;
    // To print takes as much stack as two calls.
    if (verbose) options.later(options.log, 0, 'status ' + code + ' ' + detail);
    // While the host stands still, networks come and go. What waits to be said of them must not follow what is newer.
    if (ofWifi) late = clear ? undefined : message;
    // If DROPPED waited for its turn, the host would hear of a flood when that is over.
    if (clear || !ofWifi) send(message, code === Status.DROPPED);
    else catchUpLater();
  }

  function isFree(variables: number): boolean {
    let memory = options.memory(false);
    if (memory.free < variables) memory = options.memory();
    return memory.free >= variables;
  }

  function drop(): void {
    dropped++;
    catchUpLater();
  }

  function room(type: number, length: number): boolean {
    const size = length > calls.maxBody ? LONGEST_TOPIC : length;
    const publish = (type & 0xf0) === PacketType.PUBLISH;
    let free = !publish;
    if (!options.queued()) longest = 0;
    const most = Math.max(longest, size);
    // Itself, and for the wires the body of the longest that waits.
    if (publish && !(type & Flag.QOS && overrun)) free = isFree(spare + SHORT + (size + most) / SIZE);
    if (publish && free) longest = most;
    return free;
  }

  function received(message: string): void {
    const publish = (byteAt(message, 0) & 0xf0) === PacketType.PUBLISH;
    let free = true;
    // By now a message of the host may have taken half of what is spared for it.
    if (!publish && options.queued() > QUEUE) free = isFree(WORK + calls.maxBody / SIZE);
    if (free) send(message);
    else options.later(client.disconnect, 0);
  }

  // With QoS 1 the host acknowledges what found no room, where no new connection brings it again, or leaves this one when it
  // has caught up.
  function cut(message: string, full: boolean): void {
    const type = byteAt(message, 0);
    const qos = type & Flag.QOS;
    let free = true;
    if (full && qos) free = isFree(WORK + calls.maxBody / SIZE);
    if (!full) send(char(Type.CUT) + message);
    else if (!qos) drop();
    else if (!free) options.later(client.disconnect, 0);
    else if (!overrun) send(char(Type.FULL, type) + message.substr(3, 2));
    if (full && qos) overrun = !clean;
  }

  function drained(): void {
    if (jam) options.cancel(jam);
    jam = undefined;
    options.ready(true);
  }

  // Wi-Fi may go away without a word, and until the target takes messages the host cannot even have the broker left.
  function jammed(): void {
    jam = undefined;
    client.abandon();
  }

  function failed(code: Status, detail: string): void {
    drained();
    wifi.check();
    status(code, detail);
  }

  function open(opened: (this: Socket) => void): Socket {
    const to = where;
    where = undefined;
    return options.load(secure ? 'tls' : 'net').connect(to, opened);
  }

  const calls: ClientOptions = {
    open: open,
    hello: undefined,
    limit: 0,
    keepAlive: 0,
    maxBody: options.max - 1,
    later: options.later,
    cancel: options.cancel,
    received: received,
    cut: cut,
    room: room,
    failed: failed,
    drained: drained,
  };
  const client = createClient(calls);
  const sync = createSync({
    load: options.load,
    wifi: wifiModule,
    time: options.time,
    later: options.later,
    cancel: options.cancel,
    send: send,
    status: status,
  });
  const wifi = createWifi({
    wifi: wifiModule,
    later: options.later,
    cancel: options.cancel,
    status: status,
    joined: sync.joined,
  });

  // Does what INIT says: not within `message`, as less deep in the stack more can be done.
  function initialise(): void {
    const settings = decodeInit(init || '');
    init = undefined;
    if (!settings) return status(Status.UNKNOWN, '' + Type.INIT);
    begun = true;
    sync.settings(settings._ntpServer, settings._ntpPort, settings._rtcResync);
    verbose = settings._flags & InitFlag.VERBOSE;
    options.patience(settings._hostTimeout);
    if (!(settings._flags & InitFlag.FAST)) options.clock(80);
    wifi.start(settings._ssid, settings._password, !!(settings._flags & InitFlag.USE_DEFAULT));
  }

  // Does what CONNECT says.
  function connect(): void {
    const to = decodeConnect(asked || '');
    asked = undefined;
    if (!to) return status(Status.UNKNOWN, '' + Type.CONNECT);
    secure = !!(to._flags & ConnectTo.TLS);
    try {
      if (secure) options.load('tls');
    } catch (e) {
      return status(Status.NO_TLS, '');
    }
    const address: { host?: string; port?: number } = to._tlsOptions ? JSON.parse(to._tlsOptions) : {};
    address.host = to._address;
    address.port = to._port;
    where = address;
    clean = to._flags & ConnectTo.CLEAN_SESSION;
    overrun = false;
    calls.limit = to._limit;
    calls.keepAlive = to._keepAlive;
    to._head += will;
    calls.hello = fixedHeader(PacketType.CONNECT, to._head.length + to._tail.length) + to._head + to._tail;
    will = '';
    client.connect();
  }

  function tellMemory(): void {
    const memory = options.memory();
    send(encodeMemory(memory.usage, memory.total));
  }

  function pass(text: string): void {
    const size = text.length;
    let at = 1;
    let piece = fixedHeader(byteAt(text, 0), size - 1);
    client.send(piece);
    while (at < size) {
      piece = text.substr(at, PIECE);
      client.send(piece);
      at += PIECE;
    }
    const busy = client.busy();
    if (busy) options.ready(false);
    if (busy && !jam) jam = options.later(jammed, calls.limit * 1000);
  }

  function message(text: string): void {
    const type = byteAt(text, 0);
    if (type >= Type.PACKET) pass(text);
    if (type === Type.HELLO) {
      calls.maxBody = Math.min(longestOf(text) - 1, calls.maxBody);
      spare = sparedFor(calls.maxBody);
    }
    if (type === Type.WILL) {
      will = text.substr(1);
      status(Status.WILLOK, '');
    }
    if (type === Type.INIT && !begun) {
      init = text;
      options.later(initialise, 0);
    }
    if (type === Type.PROCEED && begun) wifi.proceed(text.length > 1);
    if (type === Type.CONNECT && begun) {
      asked = text;
      options.later(connect, 0);
    }
    if (type === Type.LEAVE) client.disconnect();
    // In a turn of its own, so that what this one takes does not count.
    if (type === Type.MEM) options.later(tellMemory, 0);
    if (type > Type.MEM && type < Type.PACKET) status(Status.UNKNOWN, '' + type);
  }

  return { message: message, stamp: sync.stamp, abandon: client.abandon };
}
