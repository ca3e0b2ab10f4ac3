/**
 * `require("net")` as the ESP8266 build has it, on real sockets of the thread. Data are strings, at most 268 bytes a chunk;
 * one chunk a socket and turn of the event loop, and out goes the next one after the acknowledgement of the one before.
 * It must not hold data back from a program that listens, nor drop what one without a listener has not read. Line
 * numbers as in `socket-pool.ts`.
 */
import type { Natives, TcpHandle } from '../natives';
import { asString } from './bytes';
import type { ErrorFlags } from './errors';
import { emit, listenersOf } from './events';
import type { Loop } from './loop';
import {
  BAD_ARGUMENT,
  CHUNK,
  CLOSED,
  IP_ADDRESS,
  NOT_FOUND,
  NO_ROUTE,
  SOCKET_KEY,
  UNSENT,
  messageOf,
  noSocket,
} from './socket-pool';
import type { WifiState, SocketPool } from './socket-pool';

/** Until the other end's acknowledgement is back, ms. */
const ACKNOWLEDGED = 3;
/** Until a name server that cannot be reached is given up, ms. */
const NO_NAME = 500;
/** Bytes a stream keeps for `read` before data stay with the socket. */
const KEPT = 512;

interface Address {
  host?: string;
  port?: number;
}

type Listener = (...args: never[]) => unknown;

/** What a connection tells, and whom. */
interface Around {
  readonly loop: Loop;
  readonly errors: ErrorFlags;
  finished(flow: Flow): void;
}

/** One connection, from `connect` to its end. */
class Flow {
  connected: boolean;
  /** 0 while open, else why it closed. */
  error = 0;
  finished = false;
  handle: TcpHandle | undefined;
  /** For `read`, without a listener. */
  kept = '';
  #announced = false;
  /** Received, in order, not yet given to the program. */
  readonly #received: string[] = [];
  #paused = false;
  #toSend = '';
  #sending = false;
  /** Close when all is sent. */
  #ending = false;
  #endingNow = false;
  readonly #around: Around;

  /** @param borrowed it has the number of a socket that is none of its own: what is written fails */
  constructor(
    readonly socket: object,
    private readonly borrowed: boolean,
    around: Around,
  ) {
    this.connected = borrowed;
    this.#around = around;
  }

  write(data: string): void {
    if (this.#ending || this.#endingNow || this.finished) throw new Error('This socket is closed');
    this.#toSend += data;
    this.#around.loop.kick();
  }

  /** Closes once all is sent. */
  end(): void {
    if (this.#toSend === '') this.#endingNow = true;
    this.#ending = true;
    this.#around.loop.kick();
  }

  /** @param count 0: all */
  read(count: number): string {
    const size = count > 0 ? count : this.kept.length;
    const data = this.kept.slice(0, size);
    this.kept = this.kept.slice(size);
    return data;
  }

  receive(data: string): void {
    for (let i = 0; i < data.length; i += CHUNK) this.#received.push(data.slice(i, i + CHUNK));
    if (!this.#paused) {
      this.#paused = true;
      this.handle?.pause();
    }
    this.#around.loop.kick();
  }

  /** Its part in a turn of the event loop. */
  serve(): void {
    const { loop } = this.#around;
    if (this.#endingNow) {
      this.#finish(0);
      return;
    }
    if (this.connected && !this.#announced) {
      this.#announced = true;
      emit(loop, this.socket, 'connect', [this.socket]);
      if (this.#toSend === '') emit(loop, this.socket, 'drain', [this.socket]);
    }
    this.#give(false);
    this.#send();
    if (this.error !== 0 && !this.#isHeard()) this.#finish(this.error);
    else if (this.#ending && this.#toSend === '') this.#finish(0);
  }

  /** Something that was received waits for a listener's turn. */
  #isHeard(): boolean {
    return this.#received.length > 0 && listenersOf(this.socket, 'data').length > 0;
  }

  #give(force: boolean): void {
    const { loop, errors } = this.#around;
    const chunk = this.#received[0];
    if (chunk === undefined) return;
    const listeners = listenersOf(this.socket, 'data');
    if (listeners.length > 0) {
      this.#received.shift();
      if (!loop.call(listeners, this.socket, [chunk])) {
        // src/jswrap_stream.c:80
        (this.socket as { removeAllListeners(event: string): void }).removeAllListeners('data');
        errors.raise('CALLBACK');
      }
    } else if (force || this.kept.length + chunk.length <= KEPT) {
      this.#received.shift();
      this.kept += chunk;
    }
    if (this.#received.length > 0) loop.kick();
    else if (this.#paused) {
      this.#paused = false;
      this.handle?.resume();
    }
  }

  #send(): void {
    const { loop } = this.#around;
    if (!this.connected || this.#sending || this.#toSend === '') return;
    if (this.borrowed) {
      this.error = BAD_ARGUMENT;
      return;
    }
    const chunk = this.#toSend.slice(0, CHUNK);
    this.#sending = true;
    this.handle?.write(chunk, () => {
      loop.add(ACKNOWLEDGED, undefined, () => {
        this.#sending = false;
        loop.kick();
      });
    });
    // What the vendor's library has is no more of the program's (n:970); `drain` does not wait for the other end (s:325).
    this.#toSend = this.#toSend.slice(chunk.length);
    if (this.#toSend === '' && !this.#ending) emit(loop, this.socket, 'drain', [this.socket]);
  }

  #finish(error: number): void {
    const { loop, finished } = this.#around;
    while (this.#received.length > 0) this.#give(true);
    this.finished = true;
    this.#ending = true;
    finished(this);
    this.handle?.close();
    const reason = error === CLOSED && this.#toSend !== '' ? UNSENT : error;
    const failed = reason < 0 && reason !== CLOSED;
    if (failed)
      emit(loop, this.socket, 'error', [{ code: reason, message: messageOf(reason) ?? 'unknown error' }]);
    emit(loop, this.socket, 'end', []);
    emit(loop, this.socket, 'close', [failed]);
  }
}

function flowOf(socket: object): Flow {
  const flow = (socket as { [SOCKET_KEY]?: Flow })[SOCKET_KEY];
  if (flow === undefined) throw new Error('Not a socket');
  return flow;
}

function parseUrl(text: string): Address {
  const found = /^(?:[a-z]+:\/\/)?([^:/]*)(?::(\d+))?/.exec(text);
  return { host: found?.[1] ?? '', port: Number(found?.[2] ?? 0) };
}

/** The class of sockets. They are made by `connect` only, as in Espruino. */
function socketClass(): { readonly prototype: object } {
  function Socket(this: object): void {
    // Nothing is to be done here.
  }
  Object.assign(Socket.prototype as object, {
    write(this: object, data: unknown) {
      flowOf(this).write(asString(data));
      return false;
    },
    end(this: object, data?: unknown) {
      if (data !== undefined) (this as { write(data: unknown): void }).write(data);
      flowOf(this).end();
    },
    available(this: object) {
      return flowOf(this).kept.length;
    },
    read(this: object, count = 0) {
      return flowOf(this).read(count);
    },
  });
  return Socket as unknown as { prototype: object };
}

export interface Tcp {
  /** `require("net")`. */
  readonly module: object;
  /** Hands a stream's kept data to a listener just added. */
  onDataListener(object: object): void;
}

/** @param wifi undefined on a board without. */
export function createTcp(
  natives: Pick<Natives, 'tcp' | 'lookup' | 'crash'>,
  loop: Loop,
  wifi: WifiState | undefined,
  errors: ErrorFlags,
  pool: SocketPool,
): Tcp {
  const Socket = socketClass();
  let flows: Flow[] = [];
  const around: Around = {
    loop,
    errors,
    finished(flow) {
      flows = flows.filter((one) => one !== flow);
      pool.free(flow);
    },
  };

  loop.onTurn(() => {
    for (const flow of flows) flow.serve();
  });

  function open(flow: Flow, found: string | null, port: number): void {
    if (flow.finished) return;
    if (found === null) flow.error = NOT_FOUND;
    else if (wifi?.online())
      flow.handle = natives.tcp(found, port, {
        connected() {
          flow.connected = true;
          loop.kick();
        },
        data: (data) => flow.receive(data),
        closed(error) {
          flow.error = error === 0 ? CLOSED : error;
          loop.kick();
        },
      });
    // Else it is sent into the board's own network, where nobody answers.
    loop.kick();
  }

  function connect(options: Address | string, callback?: Listener): object {
    const address = typeof options === 'string' ? parseUrl(options) : options;
    if (typeof address !== 'object' || (address as unknown) === null) {
      throw new Error('Expecting Options to be an Object but it was ' + typeof options);
    }
    const socket = Object.create(Socket.prototype) as object;
    const host = asString(address.host ?? '127.0.0.1');
    const code = IP_ADDRESS.test(host) ? (wifi?.connectCode() ?? NO_ROUTE) : 0;
    const flow = new Flow(socket, code > 0, around);
    Object.defineProperty(socket, SOCKET_KEY, { value: flow });
    if (callback !== undefined)
      (socket as { on(event: string, call: Listener): void }).on('connect', callback);
    // A program without the socket hears no more of it than this.
    if (!pool.take(flow)) throw noSocket();
    if (code !== 0) pool.free(flow);
    if (code < 0) throw noSocket();
    flows.push(flow);
    loop.kick();
    if (code > 0) {
      // Handed on as the number of a socket (n:1168): somebody else's, or one that is not there, which is not looked at
      // before it is used (n:836).
      if (!pool.isUsed(code)) loop.queue(() => natives.crash(), globalThis, []);
      return socket;
    }
    const port = Number(address.port) | 0;
    if (IP_ADDRESS.test(host)) open(flow, host, port);
    else if (wifi?.online()) natives.lookup(host, (found) => open(flow, found, port));
    else loop.add(NO_NAME, undefined, () => open(flow, null, port));
    return socket;
  }

  return {
    module: { connect },
    onDataListener(object) {
      const flow = (object as { [SOCKET_KEY]?: Partial<Flow> })[SOCKET_KEY];
      if (!flow?.kept) return;
      const data = flow.kept;
      flow.kept = '';
      loop.queue(listenersOf(object, 'data'), object, [data]);
    },
  };
}
