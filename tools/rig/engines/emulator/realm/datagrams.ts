/** `require("dgram")` as the ESP8266 build has it. Line numbers as in `socket-pool.ts`. */
import type { Natives, UdpHandle } from '../natives';
import { asString, byteString } from './bytes';
import { emit } from './events';
import type { Loop } from './loop';
import { CHUNK, IP_ADDRESS, NO_ROUTE, SOCKET_KEY, messageOf, noSocket } from './socket-pool';
import type { WifiState, SocketPool } from './socket-pool';

type Listener = (...args: never[]) => unknown;

/** What is known of one socket. */
interface Datagrams {
  readonly socket: object;
  /** There once it is bound. */
  handle: UdpHandle | undefined;
  port: number;
  readonly toSend: { readonly data: string; readonly port: number; readonly address: string }[];
  closing: boolean;
  closed: boolean;
}

function datagramsOf(socket: object): Datagrams {
  const found = (socket as { [SOCKET_KEY]?: Datagrams })[SOCKET_KEY];
  if (found === undefined) throw new Error('Not a socket');
  return found;
}

/** @returns `require("dgram")` */
export function createDatagrams(
  natives: Pick<Natives, 'udp'>,
  loop: Loop,
  wifi: WifiState | undefined,
  pool: SocketPool,
): object {
  let bound: Datagrams[] = [];

  function close(udp: Datagrams, error: number): void {
    udp.closed = true;
    bound = bound.filter((one) => one !== udp);
    udp.handle?.close();
    const told = [{ code: error, message: messageOf(error) }];
    // Once as the connection and once as its socket, which are the same (s:594).
    if (error !== 0) for (let i = 0; i < 2; i++) emit(loop, udp.socket, 'error', told);
    emit(loop, udp.socket, 'end', []);
    emit(loop, udp.socket, 'close', [error !== 0]);
  }

  function serve(udp: Datagrams): void {
    const next = udp.toSend.shift();
    if (next === undefined) {
      if (udp.closing) {
        close(udp, 0);
        pool.free(udp);
      }
    } else if (wifi?.networked()) {
      // A name stands for 255.255.255.255 (n:1007): nobody there is known by it.
      if (IP_ADDRESS.test(next.address)) udp.handle?.send(next.data, next.port, next.address);
      if (udp.toSend.length > 0 || udp.closing) loop.kick();
    } else {
      // Aborted, whereupon datagrams bring no word that it is over: its socket is not freed before a reset (n:957).
      pool.lose(udp);
      close(udp, NO_ROUTE);
    }
  }

  function DgramSocket(this: object): void {
    // Made by `createSocket` only, as in Espruino.
  }
  Object.assign(DgramSocket.prototype as object, {
    // Either (data, offset, length, port, address) or (data, port, address).
    send(this: object, data: unknown, a: number, b: number | string, c?: number, d?: string) {
      const bytes = typeof data === 'string' ? asString(data) : byteString(data);
      const long = typeof c === 'number';
      const part = long ? bytes.slice(a, a + Number(b)) : bytes;
      const udp = datagramsOf(this);
      if (udp.closing || udp.closed) throw new Error('This socket is closed');
      udp.toSend.push({ data: part, port: long ? c : a, address: asString(long ? d : b) });
      // Without `bind` the socket is for ever about to connect: it sends nothing, and stays (n:893).
      if (udp.handle === undefined && udp.toSend.length === 1 && !pool.take(udp)) throw noSocket();
      loop.kick();
    },
    bind(this: object, port: number, callback?: Listener) {
      const udp = datagramsOf(this);
      if (bound.some((one) => one.port === port) || !pool.take(udp)) throw noSocket();
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
      datagramsOf(this).closing = true;
      loop.kick();
    },
  });

  loop.onTurn(() => {
    for (const udp of bound) serve(udp);
  });

  return {
    createSocket(_type: unknown, callback?: Listener): object {
      const socket = Object.create(DgramSocket.prototype as object) as object;
      const udp: Datagrams = {
        socket,
        handle: undefined,
        port: 0,
        toSend: [],
        closing: false,
        closed: false,
      };
      Object.defineProperty(socket, SOCKET_KEY, { value: udp });
      if (callback !== undefined)
        (socket as { on(event: string, call: Listener): void }).on('connect', callback);
      return socket;
    },
  };
}
