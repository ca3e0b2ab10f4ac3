/**
 * `require("net")` and `require("dgram")` as the ESP8266 build has them, on
 * real sockets of the thread. Data are strings, at most 536 bytes a chunk; one
 * chunk a socket and turn of the event loop. It must not hold data back from a
 * program that listens, nor drop what one without a listener has not read.
 */
import type { Natives, TcpHandle, UdpHandle } from '../natives';
import type { Loop } from './loop';
import { asString, byteString } from './bytes';
import { emit, listenersOf } from './events';

/** Bytes of a TCP segment on the ESP8266, the most a socket takes or gives at once. */
const CHUNK = 536;
/** Bytes a stream keeps for `read` before data stay with the socket. */
const KEPT = 512;

const CLOSED = -1;
const NO_ROUTE = -4;
const MAX_SOCKETS = -7;
const UNSENT = -8;

/** Sockets the ESP8266 build holds at once. */
const SOCKETS = 10;

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
  /** Hands a stream's kept data to a listener just added. */
  onDataListener(object: object): void;
}

/** @param online whether the Wi-Fi has an address. */
export function createNet(natives: Natives, loop: Loop, online: () => boolean): Net {
  let flows: Flow[] = [];
  const KEY = '#flow';

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
      loop.call(listeners, flow.socket, [chunk]);
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
    const chunk = flow.toSend.slice(0, CHUNK);
    flow.sending = true;
    flow.handle?.write(chunk, () => {
      flow.sending = false;
      flow.toSend = flow.toSend.slice(chunk.length);
      if (flow.toSend === '' && !flow.ending) emit(loop, flow.socket, 'drain', [flow.socket]);
      loop.kick();
    });
  }

  function finish(flow: Flow, error: number): void {
    while (flow.received.length > 0) give(flow, true);
    flow.finished = true;
    flow.ending = true;
    flows = flows.filter((one) => one !== flow);
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
    const flow: Flow = {
      socket,
      handle: undefined,
      connected: false,
      announced: false,
      received: [],
      paused: false,
      kept: '',
      toSend: '',
      sending: false,
      ending: false,
      endingNow: false,
      error: 0,
      finished: false,
    };
    Object.defineProperty(socket, KEY, { value: flow });
    if (callback !== undefined)
      (socket as { on(event: string, call: Listener): void }).on('connect', callback);
    const tooMany = flows.length >= SOCKETS;
    flows.push(flow);
    if (tooMany || !online()) {
      flow.error = tooMany ? MAX_SOCKETS : NO_ROUTE;
      loop.kick();
      return socket;
    }
    flow.handle = natives.tcp(asString(address.host ?? 'localhost'), Number(address.port) | 0, {
      connected() {
        flow.connected = true;
        loop.kick();
      },
      data(data) {
        for (let i = 0; i < data.length; i += CHUNK) flow.received.push(data.slice(i, i + CHUNK));
        if (!flow.paused) {
          flow.paused = true;
          flow.handle?.pause();
        }
        loop.kick();
      },
      closed(error) {
        flow.error = error === 0 ? CLOSED : error;
        loop.kick();
      },
    });
    return socket;
  }

  interface Datagrams {
    readonly socket: object;
    handle: UdpHandle | undefined;
  }

  function DgramSocket(this: object): void {
    // Made by `createSocket` only, as in Espruino.
  }
  function datagrams(socket: object): Datagrams {
    const found = (socket as { [KEY]?: Datagrams })[KEY];
    if (found === undefined) throw new Error('Not a socket');
    return found;
  }
  function handleOf(udp: Datagrams): UdpHandle {
    if (udp.handle === undefined) {
      udp.handle = natives.udp((data, port, address) => {
        emit(loop, udp.socket, 'message', [data, { address, port, size: data.length }]);
      });
      emit(loop, udp.socket, 'connect', [udp.socket]);
    }
    return udp.handle;
  }
  Object.assign(DgramSocket.prototype as object, {
    // Either (data, offset, length, port, address) or (data, port, address).
    send(this: object, data: unknown, a: number, b: number | string, c?: number, d?: string) {
      const bytes = typeof data === 'string' ? asString(data) : byteString(data);
      const long = typeof c === 'number';
      const part = long ? bytes.slice(a, a + Number(b)) : bytes;
      // A datagram without a network is lost without a word.
      if (online()) handleOf(datagrams(this)).send(part, long ? c : a, asString(long ? d : b));
    },
    bind(this: object, port: number, callback?: Listener) {
      handleOf(datagrams(this)).bind(port);
      if (callback !== undefined) loop.queue(callback, this, [this]);
      return this;
    },
    close(this: object) {
      const udp = datagrams(this);
      udp.handle?.close();
      udp.handle = undefined;
      emit(loop, this, 'close', [false]);
    },
  });

  function createSocket(_type: unknown, callback?: Listener): object {
    const socket = Object.create(DgramSocket.prototype as object) as object;
    const udp: Datagrams = { socket, handle: undefined };
    Object.defineProperty(socket, KEY, { value: udp });
    if (callback !== undefined)
      (socket as { on(event: string, call: Listener): void }).on('connect', callback);
    return socket;
  }

  return {
    modules: { net: { connect }, dgram: { createSocket } },
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
