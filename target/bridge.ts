/**
 * The target's command loop: what the host says becomes Wi-Fi, MQTT and NTP,
 * and what comes of it becomes messages to the host. It owns the policy, when
 * to connect again and what to drop, and must never keep a message for longer
 * than the link takes to carry it: the host holds what is not yet delivered,
 * the broker what the host has not yet taken.
 *
 *     WILL       kept; WILLOK
 *     INIT       DEFNET / SPECNET / ... of Wi-Fi, then BROKER_CHECK, BROKER_OK, RUNNING
 *     later      PUBLISH, SUBSCRIBE, UNSUBSCRIBE, TAKEN, MEM as the host likes
 *
 * The broker is tried for ever, with growing pauses, while Wi-Fi is there.
 * What the host said before it heard of a new connection, with PROCEED as the
 * sign that it has, was meant for the old one: a publication would overtake
 * those that are sent again, a TAKEN acknowledge another message.
 */
import { byteAt, wordAt } from '../shared/bytes';
import {
  Init,
  InitFlag,
  Publication,
  Type,
  decodeInit,
  decodePublication,
  encodeMemory,
  encodeStatus,
  encodeTime,
} from '../shared/messages';
import { Status } from '../shared/status';
import { ClientOptions, Connection, Socket, createClient } from './client';
import { Ntp, createNtp } from './ntp';
import { Granted, PacketType, QOS, connectPacket } from './packet';
import { toMessage, toPacket } from './translate';
import { createWifi } from './wifi';

/** Seconds before the broker is tried again: the first pause, doubled after each failure, and the longest. */
const PAUSE = 1;
const LONGEST_PAUSE = 60;

/** Seconds before a time server that did not answer is asked again. */
const NTP_RETRY = 60;

/** Messages on their way to the host beyond which those are dropped that no broker would send again. */
const QUEUE = 8;

/**
 * Variables that must be free for a message from the broker to be taken: some to work with, and room for three copies
 * (the packet, the message made of it, its body for the wires), each a variable for 8 bytes.
 */
const RESERVE = 100;
const COPIES = 3 / 8;

/** Free variables below which a broker that sends more acknowledgements than it can owe is left. */
const FLOOR = 50;

const NO_ROOM = 'no room for a message';

/** Milliseconds between looks at what has to drain. */
const DRAIN = 50;

/** Looks after which a connection is left on which no message found room, although the way to the host is not clear. */
const PATIENCE = 600;

/** Bytes that MESSAGE needs beside what an MQTT PUBLISH body holds. */
const OVERHEAD = 4;

/** What the bridge is made of: the board's real things, or a test's. */
export interface BridgeOptions {
  /** To the host. */
  readonly send: (message: string) => void;
  /** Messages on their way to the host. */
  readonly queued: () => number;
  /** Asks the host to hold back, or not. */
  readonly ready: (on: boolean) => void;
  /** Longest message to the host, bytes. */
  readonly max: number;
  /** `require`: gives the firmware's modules Wifi, net, dgram, ESP8266, and tls where there is one. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as the firmware's own
  readonly load: (module: string) => any;
  /** `setTimeout`, milliseconds. */
  readonly later: (run: () => void, ms: number) => unknown;
  readonly cancel: (timer: unknown) => void;
  /** 0 up to, but not including, 1. */
  readonly random: () => number;
  /** A name for the broker that no other board has. */
  readonly serial: () => string;
  /** Variables in use, free, and in all; with false, garbage counts as used. */
  readonly memory: (collect?: boolean) => { usage: number; free: number; total: number };
  /** `E.setClock`, MHz: 80 or 160. The board starts at 160 (Espruino targets/esp8266/user_main.c:306). */
  readonly clock: (frequency: number) => unknown;
  /** Prints, where the host asked for it. */
  readonly log: (text: string) => void;
}

/** @returns what takes the messages of the host, but for HELLO */
export function createBridge(options: BridgeOptions): (message: string) => void {
  const send = options.send;
  // The message WILL, until it has become part of the CONNECT packet.
  let will = '';
  // The message INIT, until the target does as it says; then what it says was understood, and has begun.
  let init = '';
  let told = false;
  let begun = false;
  // Bits of `InitFlag`.
  let verbose = 0;
  let clean = 0;
  // Seconds, as in `Init`.
  let resync: number;
  let ntpServer: string;
  let ntpPort: number;
  // The module that opens sockets, and what it is told.
  let net = 'net';
  let where: { host?: string; port?: number };
  let ntp: Ntp | undefined;
  // Wi-Fi is there.
  let online = false;
  let running = false;
  let pause = PAUSE;
  let timer: unknown;
  let dropped = 0;
  // A QoS 1 message found no room. It and those behind it are not acknowledged, and the broker has to send them again, on
  // a new connection; but not before the host has taken what it was given, or nothing would ever get on.
  // Counts looks.
  let overrun = 0;
  // QoS 1 messages of this connection that the host has not taken, and whether it has taken any.
  let owed = 0;
  let taken = false;
  // Connections of which the host has yet to say that it has heard: one that was short may still be news to it.
  let stale = 0;
  let draining = false;
  const wifiModule = options.load('Wifi');

  function status(code: Status, detail: string): void {
    if (code === Status.WIFI_DOWN) online = false;
    const message = encodeStatus(code, detail);
    // To print takes as much stack as two calls.
    if (verbose)
      options.later(function () {
        options.log('status ' + code + ' ' + detail);
      }, 0);
    send(message);
  }

  function wait(seconds: number): void {
    if (timer) options.cancel(timer);
    // Boards that lost the same broker must not all come back at the same moment.
    timer = options.later(connect, seconds * (750 + 500 * options.random()));
  }

  function connect(): void {
    timer = undefined;
    // A connection may outlive an outage of Wi-Fi.
    if (!online || client.state() !== Connection.NONE) return;
    status(Status.BROKER_CHECK, '');
    client.connect();
  }

  function failed(code: Status, detail: string): void {
    overrun = 0;
    status(code, detail);
    wait(pause);
    pause = Math.min(pause * 2 || PAUSE, LONGEST_PAUSE);
  }

  function leave(): void {
    client.disconnect(NO_ROOM);
  }

  function drainLater(): void {
    if (!draining) options.later(drain, 0);
    draining = true;
  }

  // Looks after what waits for something to drain, until nothing does.
  function drain(): void {
    const held = client.state() === Connection.BUSY;
    options.ready(!held);
    const clear = !options.queued();
    if (clear) {
      if (dropped) status(Status.DROPPED, '' + dropped);
      dropped = 0;
    }
    // While the host publishes, the way to it may never be clear.
    if (overrun && !owed && (taken || clear || overrun++ > PATIENCE)) {
      // The host has caught up, and nothing has failed.
      if (taken) pause = 0;
      leave();
    }
    draining = held || dropped > 0 || overrun > 0;
    if (draining) options.later(drain, DRAIN);
  }

  function connected(session: boolean): void {
    pause = PAUSE;
    owed = 0;
    taken = false;
    stale++;
    status(Status.BROKER_OK, session ? '1' : '0');
    if (!running) status(Status.RUNNING, '');
    if (!running && resync) options.later(syncTime, 0);
    running = true;
  }

  function isFree(variables: number): boolean {
    let memory = options.memory(false);
    if (memory.free < variables) memory = options.memory();
    return memory.free >= variables;
  }

  function answered(type: number, body: string): void {
    let room = options.queued() <= QUEUE;
    let code = Status.PUBOK;
    let id = '';
    if (!room) room = isFree(FLOOR);
    if (type === PacketType.SUBACK && byteAt(body, 2) === Granted.REFUSED) code = Status.SUB_FAIL;
    if (room) {
      id = body.substr(0, 2);
      send(encodeStatus(code, id));
    } else options.later(leave, 0);
  }

  function published(type: number, body: string): void {
    const qos = type & QOS;
    let room = qos ? !overrun : options.queued() < QUEUE;
    let message = '';
    let at: number;
    if (room) room = isFree(RESERVE + body.length * COPIES);
    if (room) {
      if (qos) owed++;
      message = toMessage(type, body);
      send(message);
    } else if (qos && !clean) {
      overrun = overrun || 1;
      drainLater();
    } else {
      dropped++;
      // No new connection brings it again. Left unacknowledged, it would keep others from being sent.
      if (qos) {
        at = 2 + wordAt(body, 0);
        message = body.substr(at, 2);
        client.acknowledge(message);
      }
      drainLater();
    }
  }

  function tooLong(topic: string): void {
    let room = options.queued() < QUEUE;
    if (room) room = isFree(RESERVE);
    if (room) status(Status.TOO_LONG, topic);
    else {
      dropped++;
      drainLater();
    }
  }

  function syncTime(): void {
    if (!ntp)
      ntp = /*@__NOINLINE__*/ createNtp({
        load: options.load,
        wifi: wifiModule,
        later: options.later,
        cancel: options.cancel,
      });
    ntp.query(ntpServer, ntpPort, function (seconds) {
      const message = encodeTime(seconds);
      if (seconds) send(message);
      if (seconds && resync < 0) {
        (ntp as Ntp).close();
        ntp = undefined;
      } else options.later(syncTime, (seconds ? resync : NTP_RETRY) * 1000);
    });
  }

  function joined(): void {
    online = true;
    wait(0);
  }

  function open(opened: () => void): Socket {
    return options.load(net).connect(where, opened);
  }

  const calls: ClientOptions = {
    open: open,
    hello: '',
    keepAlive: 0,
    maxBody: options.max - OVERHEAD,
    later: options.later,
    cancel: options.cancel,
    connected: connected,
    failed: failed,
    published: published,
    tooLong: tooLong,
    answered: answered,
  };
  const client = createClient(calls);
  const wifi = createWifi({
    wifi: wifiModule,
    later: options.later,
    cancel: options.cancel,
    status: status,
    joined: joined,
  });

  // Keeps what INIT says. May throw, and then nothing has changed.
  function learn(settings: Init): void {
    where = settings.tlsOptions ? JSON.parse(settings.tlsOptions) : {};
    where.host = settings.broker;
    where.port = settings.port;
    told = true;
    resync = settings.rtcResync;
    ntpServer = settings.ntpServer;
    ntpPort = settings.ntpPort;
    verbose = settings.flags & InitFlag.VERBOSE;
    clean = settings.flags & InitFlag.CLEAN_SESSION;
    calls.keepAlive = settings.keepAlive;
  }

  // Does what INIT says: not within `message`, as less deep in the stack more can be done.
  function begin(): void {
    let settings: Init | undefined;
    let last: Publication | undefined;
    try {
      settings = decodeInit(init);
      if (settings) learn(settings);
    } catch (e) {
      settings = undefined;
    }
    init = '';
    if (!settings) return status(Status.UNKNOWN, '' + Type.INIT);
    try {
      if (settings.flags & InitFlag.TLS) options.load((net = 'tls'));
    } catch (e) {
      return status(Status.NO_TLS, '');
    }
    if (!(settings.flags & InitFlag.FAST)) options.clock(80);
    if (!settings.clientId) settings.clientId = 'esp' + options.serial();
    if (will) last = decodePublication(will);
    calls.hello = connectPacket({
      clientId: settings.clientId,
      user: settings.user,
      password: settings.mqttPassword,
      keepAlive: settings.keepAlive,
      cleanSession: !!clean,
      will: last,
    });
    will = '';
    begun = true;
    wifi.start(settings.ssid, settings.password, !!(settings.flags & InitFlag.USE_DEFAULT));
  }

  function tellMemory(): void {
    const memory = options.memory();
    send(encodeMemory(memory.usage, memory.total));
  }

  function pass(type: Type, asked: string): void {
    if (type === Type.TAKEN && owed) {
      owed--;
      taken = true;
    }
    client.send(asked);
    if (client.state() === Connection.BUSY) drainLater();
  }

  function message(text: string): void {
    const type = byteAt(text, 0);
    let asked = '';
    // The host compares the versions in HELLO: it has someone to tell.
    let known = type === Type.HELLO;
    let last: Publication | undefined;
    try {
      if (begun) asked = toPacket(text);
      if (type === Type.MEM) {
        // In a turn of its own, so that what this one takes does not count.
        options.later(tellMemory, 0);
        known = true;
      }
      if (type === Type.WILL && !told) last = decodePublication(text);
      if (type === Type.INIT && !told && !init) {
        init = text;
        options.later(begin, 0);
        known = true;
      }
      if (type === Type.PROCEED && begun) {
        if (stale) stale--;
        known = true;
        wifi.proceed();
      }
    } catch (e) {
      // The link would print it, and nobody would hear of it.
      known = false;
    }
    if (asked && !stale) pass(type, asked);
    if (last) {
      will = text;
      status(Status.WILLOK, '');
    }
    if (!known && !asked && !last) status(Status.UNKNOWN, '' + type);
  }

  return message;
}
