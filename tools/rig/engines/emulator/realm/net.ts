/**
 * `require("net")` and `require("dgram")` as the ESP8266 build has them, on
 * real sockets of the thread: ten in all, and those that the firmware loses stay
 * lost. Data are strings, at most 268 bytes a chunk; one chunk a socket and turn
 * of the event loop, and out goes the next one after the acknowledgement of the
 * one before. It must not hold data back from a program that listens, nor drop
 * what one without a listener has not read. Line numbers are those of 2v29,
 * n: `libs/network/esp8266/network_esp8266.c`, s: `libs/network/socketserver.c`.
 */
import type { Natives, TcpHandle, UdpHandle } from '../natives';
import type { ErrorFlags } from './errors';
import type { Loop } from './loop';
import { asString, byteString } from './bytes';
import { emit, listenersOf } from './events';

/** Bytes that a socket takes or gives at once, half a TCP segment (n:739). */
const CHUNK = 268;
/** Until the other end's acknowledgement is back, ms. */
const ACKNOWLEDGED = 3;
/** Until a name server that cannot be reached is given up, ms. */
const NO_NAME = 500;
/** Bytes a stream keeps for `read` before data stay with the socket. */
const KEPT = 512;

const CLOSED = -1;
const NO_ROUTE = -4;
const NOT_FOUND = -6;
const BAD_ARGUMENT = -12;
const UNSENT = -8;

/** Sockets the ESP8266 build holds at once, Telnet's and those of datagrams among them. */
const SOCKETS = 10;

const ADDRESS = /^\d+\.\d+\.\d+\.\d+$/;

const MESSAGES = [
  'connection closed',
  'out of memory',
  'timeout',
  'no route',
  'busy',
  'not found',
  'max sockets',
  'unsent data',
  'connection reset',
  'unknown error',
  'no connection',
  'bad argument',
];

interface Flow {
  readonly socket: object;
  handle: TcpHandle | undefined;
  connected: boolean;
  announced: boolean;
  /** Received, in order, not yet given to the program. */
  readonly received: string[];
  paused: boolean;
  /** For `read`, without a listener. */
  kept: string;
  toSend: string;
  sending: boolean;
  /** It has the number of a socket that is none of its own: what is written fails. */
  readonly borrowed: boolean;
  /** Close when all is sent. */
  ending: boolean;
  endingNow: boolean;
  /** 0 while open, else why it closed. */
  error: number;
  finished: boolean;
}

interface Address {
  host?: string;
  port?: number;
}

type Listener = (...args: never[]) => unknown;

export interface Net {
  readonly modules: Record<string, object>;
  /** For the console's port: takes one of the sockets, `false` when there is none left. */
  take(owner: object): boolean;
  free(owner: object): void;
  /** Hands a stream's kept data to a listener just added. */
  onDataListener(object: object): void;
}

/** What sockets are told of the Wi-Fi, see `wifi.ts`. */
interface Network {
  online(): boolean;
  networked(): boolean;
  connectCode(): number;
}

/** @param wifi undefined on a board without. */
export function createNet(
  natives: Pick<Natives, 'tcp' | 'udp' | 'lookup' | 'crash'>,
  loop: Loop,
  wifi: Network | undefined,
  errors: ErrorFlags,
): Net {
  let flows: Flow[] = [];
  let bound: Datagrams[] = [];
  /** The sockets in use, each with its number; of those that are lost the owner is nobody. */
  const sockets: { id: number; owner: object | undefined }[] = [];
  let lastId = 0;
  const KEY = '#flow';

  function take(owner: object): boolean {
    if (sockets.length >= SOCKETS) return false;
    // Numbers begin at 1, and none is used twice (n:322).
    sockets.push({ id: ++lastId, owner });
    return true;
  }

  function free(owner: object): void {
    const at = sockets.findIndex((socket) => socket.owner === owner);
    if (at >= 0) sockets.splice(at, 1);
  }

  /** s:1060 */
  function noSocket(): Error {
    const error = new Error('Unable to create socket');
    error.name = 'InternalError';
    return error;
  }

  function flowOf(socket: object): Flow {
    const flow = (socket as { [KEY]?: Flow })[KEY];
    if (flow === undefined) throw new Error('Not a socket');
    return flow;
  }

  function Socket(this: object): void {
    // Made by `connect` only, as in Espruino.
  }
  Object.assign(Socket.prototype as object, {
    write(this: object, data: unknown) {
      const flow = flowOf(this);
      if (flow.ending || flow.endingNow || flow.finished) throw new Error('This socket is closed');
      flow.toSend += asString(data);
      loop.kick();
      return false;
    },
    end(this: object, data?: unknown) {
      const flow = flowOf(this);
      if (data !== undefined) (this as { write(data: unknown): void }).write(data);
      if (flow.toSend === '') flow.endingNow = true;
      flow.ending = true;
      loop.kick();
    },
    available(this: object) {
      return flowOf(this).kept.length;
    },
    read(this: object, count = 0) {
      const flow = flowOf(this);
      const size = count > 0 ? count : flow.kept.length;
      const data = flow.kept.slice(0, size);
      flow.kept = flow.kept.slice(size);
      return data;
    },
  });

  function give(flow: Flow, force: boolean): void {
    const chunk = flow.received[0];
    if (chunk === undefined) return;
    const listeners = listenersOf(flow.socket, 'data');
    if (listeners.length > 0) {
      flow.received.shift();
      if (!loop.call(listeners, flow.socket, [chunk])) {
        // src/jswrap_stream.c:80
        (flow.socket as { removeAllListeners(event: string): void }).removeAllListeners('data');
        errors.raise('CALLBACK');
      }
    } else if (force || flow.kept.length + chunk.length <= KEPT) {
      flow.received.shift();
      flow.kept += chunk;
    }
    if (flow.received.length > 0) loop.kick();
    else if (flow.paused) {
      flow.paused = false;
      flow.handle?.resume();
    }
  }

  function send(flow: Flow): void {
    if (!flow.connected || flow.sending || flow.toSend === '') return;
    if (flow.borrowed) {
      flow.error = BAD_ARGUMENT;
      return;
    }
    const chunk = flow.toSend.slice(0, CHUNK);
    flow.sending = true;
    flow.handle?.write(chunk, () => {
      loop.add(ACKNOWLEDGED, undefined, () => {
        flow.sending = false;
        loop.kick();
      });
    });
    // What the vendor's library has is no more of the program's (n:970); `drain` does not wait for the other end (s:325).
    flow.toSend = flow.toSend.slice(chunk.length);
    if (flow.toSend === '' && !flow.ending) emit(loop, flow.socket, 'drain', [flow.socket]);
  }

  function finish(flow: Flow, error: number): void {
    while (flow.received.length > 0) give(flow, true);
    flow.finished = true;
    flow.ending = true;
    flows = flows.filter((one) => one !== flow);
    free(flow);
    flow.handle?.close();
    const reason = error === CLOSED && flow.toSend !== '' ? UNSENT : error;
    const failed = reason < 0 && reason !== CLOSED;
    if (failed)
      emit(loop, flow.socket, 'error', [{ code: reason, message: MESSAGES[-1 - reason] ?? 'unknown error' }]);
    emit(loop, flow.socket, 'end', []);
    emit(loop, flow.socket, 'close', [failed]);
  }

  function serve(flow: Flow): void {
    if (flow.endingNow) {
      finish(flow, 0);
      return;
    }
    if (flow.connected && !flow.announced) {
      flow.announced = true;
      emit(loop, flow.socket, 'connect', [flow.socket]);
      if (flow.toSend === '') emit(loop, flow.socket, 'drain', [flow.socket]);
    }
    give(flow, false);
    send(flow);
    if (flow.error !== 0 && flow.received.length === 0) finish(flow, flow.error);
    else if (flow.error !== 0 && listenersOf(flow.socket, 'data').length === 0) finish(flow, flow.error);
    else if (flow.ending && flow.toSend === '') finish(flow, 0);
  }

  loop.onTurn(() => {
    for (const flow of flows) serve(flow);
  });

  function connect(options: Address | string, callback?: Listener): object {
    const address = typeof options === 'string' ? parseUrl(options) : options;
    if (typeof address !== 'object' || (address as unknown) === null) {
      throw new Error('Expecting Options to be an Object but it was ' + typeof options);
    }
    const socket = Object.create(Socket.prototype as object) as object;
    const host = asString(address.host ?? '127.0.0.1');
    const code = ADDRESS.test(host) ? (wifi?.connectCode() ?? NO_ROUTE) : 0;
    const flow: Flow = {
      socket,
      handle: undefined,
      connected: code > 0,
      announced: false,
      received: [],
      paused: false,
      kept: '',
      toSend: '',
      sending: false,
      borrowed: code > 0,
      ending: false,
      endingNow: false,
      error: 0,
      finished: false,
    };
    Object.defineProperty(socket, KEY, { value: flow });
    if (callback !== undefined)
      (socket as { on(event: string, call: Listener): void }).on('connect', callback);
    // A program without the socket hears no more of it than this.
    if (!take(flow)) throw noSocket();
    if (code !== 0) free(flow);
    if (code < 0) throw noSocket();
    flows.push(flow);
    loop.kick();
    if (code > 0) {
      // Handed on as the number of a socket (n:1168): somebody else's, or one that is not there, which is not looked at
      // before it is used (n:836).
      if (sockets.every(({ id }) => id !== code)) loop.queue(() => natives.crash(), globalThis, []);
      return socket;
    }
    function open(found: string | null): void {
      if (flow.finished) return;
      if (found === null) flow.error = NOT_FOUND;
      else if (wifi?.online()) flow.handle = natives.tcp(found, Number(address.port) | 0, events);
      // Else it is sent into the board's own network, where nobody answers.
      loop.kick();
    }
    const events = {
      connected(): void {
        flow.connected = true;
        loop.kick();
      },
      data(data: string): void {
        for (let i = 0; i < data.length; i += CHUNK) flow.received.push(data.slice(i, i + CHUNK));
        if (!flow.paused) {
          flow.paused = true;
          flow.handle?.pause();
        }
        loop.kick();
      },
      closed(error: number): void {
        flow.error = error === 0 ? CLOSED : error;
        loop.kick();
      },
    };
    if (ADDRESS.test(host)) open(host);
    else if (wifi?.online()) natives.lookup(host, open);
    else loop.add(NO_NAME, undefined, () => open(null));
    return socket;
  }

  interface Datagrams {
    readonly socket: object;
    /** There once it is bound. */
    handle: UdpHandle | undefined;
    port: number;
    readonly toSend: { readonly data: string; readonly port: number; readonly address: string }[];
    closing: boolean;
    closed: boolean;
  }

  function DgramSocket(this: object): void {
    // Made by `createSocket` only, as in Espruino.
  }
  function datagrams(socket: object): Datagrams {
    const found = (socket as { [KEY]?: Datagrams })[KEY];
    if (found === undefined) throw new Error('Not a socket');
    return found;
  }
  function close(udp: Datagrams, error: number): void {
    udp.closed = true;
    bound = bound.filter((one) => one !== udp);
    udp.handle?.close();
    const told = [{ code: error, message: MESSAGES[-1 - error] }];
    // Once as the connection and once as its socket, which are the same (s:594).
    if (error !== 0) for (let i = 0; i < 2; i++) emit(loop, udp.socket, 'error', told);
    emit(loop, udp.socket, 'end', []);
    emit(loop, udp.socket, 'close', [error !== 0]);
  }
  function serveDatagrams(udp: Datagrams): void {
    const next = udp.toSend.shift();
    if (next === undefined) {
      if (udp.closing) {
        close(udp, 0);
        free(udp);
      }
    } else if (wifi?.networked()) {
      // A name stands for 255.255.255.255 (n:1007): nobody there is known by it.
      if (ADDRESS.test(next.address)) udp.handle?.send(next.data, next.port, next.address);
      if (udp.toSend.length > 0 || udp.closing) loop.kick();
    } else {
      // Aborted, whereupon datagrams bring no word that it is over: its socket is not freed before a reset (n:957).
      const mine = sockets.find(({ owner }) => owner === udp);
      if (mine) mine.owner = undefined;
      close(udp, NO_ROUTE);
    }
  }
  Object.assign(DgramSocket.prototype as object, {
    // Either (data, offset, length, port, address) or (data, port, address).
    send(this: object, data: unknown, a: number, b: number | string, c?: number, d?: string) {
      const bytes = typeof data === 'string' ? asString(data) : byteString(data);
      const long = typeof c === 'number';
      const part = long ? bytes.slice(a, a + Number(b)) : bytes;
      const udp = datagrams(this);
      if (udp.closing || udp.closed) throw new Error('This socket is closed');
      udp.toSend.push({ data: part, port: long ? c : a, address: asString(long ? d : b) });
      // Without `bind` the socket is for ever about to connect: it sends nothing, and stays (n:893).
      if (udp.handle === undefined && udp.toSend.length === 1 && !take(udp)) throw noSocket();
      loop.kick();
    },
    bind(this: object, port: number, callback?: Listener) {
      const udp = datagrams(this);
      if (bound.some((one) => one.port === port) || !take(udp)) throw noSocket();
      udp.port = port;
      udp.handle = natives.udp((data, from, address) => {
        // n:683
        if (data.length > CHUNK) return;
        emit(loop, udp.socket, 'message', [data, { address, port: from, size: data.length }]);
      });
      udp.handle.bind(port);
      bound.push(udp);
      if (callback !== undefined) loop.queue(callback, this, [this]);
      return this;
    },
    close(this: object) {
      datagrams(this).closing = true;
      loop.kick();
    },
  });

  loop.onTurn(() => {
    for (const udp of bound) serveDatagrams(udp);
  });

  function createSocket(_type: unknown, callback?: Listener): object {
    const socket = Object.create(DgramSocket.prototype as object) as object;
    const udp: Datagrams = { socket, handle: undefined, port: 0, toSend: [], closing: false, closed: false };
    Object.defineProperty(socket, KEY, { value: udp });
    if (callback !== undefined)
      (socket as { on(event: string, call: Listener): void }).on('connect', callback);
    return socket;
  }

  return {
    modules: { net: { connect }, dgram: { createSocket } },
    take,
    free,
    onDataListener(object) {
      const flow = (object as { [KEY]?: Partial<Flow> })[KEY];
      if (!flow?.kept) return;
      const data = flow.kept;
      flow.kept = '';
      loop.queue(listenersOf(object, 'data'), object, [data]);
    },
  };
}

function parseUrl(text: string): Address {
  const found = /^(?:[a-z]+:\/\/)?([^:/]*)(?::(\d+))?/.exec(text);
  return { host: found?.[1] ?? '', port: Number(found?.[2] ?? 0) };
}
