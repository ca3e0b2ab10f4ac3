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
import { byteAt, char, wordAt } from '../shared/bytes';
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
import { ClientOptions, Socket, createClient } from './mqtt-client';
import { packet } from './mqtt-packets';
import { createSync } from './sync';
import { createWifi } from './wifi';

/** Messages on their way to the host beyond which nothing is added that can be said later. */
const QUEUE = 8;

/**
 * Variables that must be free for a message from the broker to be taken: some to work with, and room for three copies
 * (the packet, the message made of it, its body for the wires), each a variable for 8 bytes.
 */
const RESERVE = 100;
const COPIES = 3 / 8;

/** Free variables below which a broker that sends more acknowledgements than it can owe is left. */
const FLOOR = 50;

/** Milliseconds between looks at whether the host has caught up. */
const CATCH_UP = 1000;

/** What the gateway is made of: the board's real things, or a test's. */
export interface GatewayOptions {
  /** To the host. */
  readonly send: (message: string) => void;
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
  const wifiModule = options.load('Wifi');

  function catchUpLater(): void {
    if (!behind) options.later(catchUp, CATCH_UP);
    behind = true;
  }

  function catchUp(): void {
    const clear = options.queued() < QUEUE;
    behind = false;
    if (!clear) catchUpLater();
    if (clear && late) send(late);
    if (clear) late = undefined;
    if (clear && dropped) {
      status(Status.DROPPED, '' + dropped);
      dropped = 0;
    }
  }

  function status(code: Status, detail: string): void {
    const message = encodeStatus(code, detail);
    const clear = options.queued() < QUEUE;
    const ofWifi = code === Status.WIFI_UP || code === Status.WIFI_DOWN || code === Status.WIFI_FAIL;
    // To print takes as much stack as two calls.
    if (verbose) options.later(options.log, 0, 'status ' + code + ' ' + detail);
    // While the host stands still, networks come and go. What waits to be said of them must not follow what is newer.
    if (ofWifi) late = clear ? undefined : message;
    if (clear || !ofWifi) send(message);
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

  // The host acknowledges it, where no new connection brings it again, or leaves this one when it has caught up.
  function full(type: number, body: string): void {
    const at = 2 + wordAt(body, 0);
    const id = body.substr(at, 2);
    if (!overrun) send(char(Type.FULL, type) + id);
    overrun = !clean;
  }

  function received(type: number, body: string): void {
    const publish = (type & 0xf0) === PacketType.PUBLISH;
    const qos = publish ? type & Flag.QOS : 0;
    let room = !qos || !overrun;
    if (room && publish) room = isFree(RESERVE + body.length * COPIES);
    if (!publish && options.queued() > QUEUE) room = isFree(FLOOR);
    if (room) send(char(type) + body);
    if (!room && qos) full(type, body);
    if (!room && publish && !qos) drop();
    if (!room && !publish) options.later(client.disconnect, 0);
  }

  function cut(type: number, body: string): void {
    const room = isFree(RESERVE + body.length * COPIES);
    if (room) send(char(Type.CUT, type) + body);
    // Left unacknowledged, it would take a place at the broker for as long as the connection stands.
    if (!room && type & Flag.QOS) options.later(client.disconnect, 0);
    if (!room && !(type & Flag.QOS)) drop();
  }

  function failed(code: Status, detail: string): void {
    options.ready(true);
    wifi.check();
    status(code, detail);
  }

  function drained(): void {
    options.ready(true);
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
  function begin(): void {
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
    calls.hello = packet(PacketType.CONNECT, to._head, to._tail);
    will = '';
    client.connect();
  }

  function tellMemory(): void {
    const memory = options.memory();
    send(encodeMemory(memory.usage, memory.total));
  }

  function pass(text: string): void {
    const type = byteAt(text, 0);
    const body = text.substr(1);
    const bytes = packet(type, '', body);
    client.send(bytes);
    const busy = client.busy();
    if (busy) options.ready(false);
  }

  function message(text: string): void {
    const type = byteAt(text, 0);
    if (type >= Type.PACKET) pass(text);
    if (type === Type.HELLO) calls.maxBody = Math.min(longestOf(text) - 1, calls.maxBody);
    if (type === Type.WILL) {
      will = text.substr(1);
      status(Status.WILLOK, '');
    }
    if (type === Type.INIT && !begun) {
      init = text;
      options.later(begin, 0);
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
