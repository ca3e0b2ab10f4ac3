/**
 * The sockets of an ESP8266 build: ten in all, Telnet's and those of datagrams among them, each with a number. Those that
 * the firmware loses stay lost. Line numbers are those of 2v29, n: `libs/network/esp8266/network_esp8266.c`,
 * s: `libs/network/socketserver.c`.
 */

/** Bytes that a socket takes or gives at once, half a TCP segment (n:739). */
export const CHUNK = 268;

export const CLOSED = -1;
export const NO_ROUTE = -4;
export const NOT_FOUND = -6;
export const UNSENT = -8;
export const BAD_ARGUMENT = -12;

/** An address, which no name server is asked for. */
export const IP_ADDRESS = /^\d+\.\d+\.\d+\.\d+$/;

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

/** What sockets are told of the Wi-Fi, see `wifi.ts`. */
export interface WifiState {
  online(): boolean;
  networked(): boolean;
  connectCode(): number;
}

/** Where a socket keeps what is known of it. */
export const SOCKET_KEY = '#flow';

export function messageOf(error: number): string | undefined {
  return MESSAGES[-1 - error];
}

/** s:1060 */
export function noSocket(): Error {
  const error = new Error('Unable to create socket');
  error.name = 'InternalError';
  return error;
}

export class SocketPool {
  /** In use; of those that are lost the owner is nobody. */
  readonly #sockets: { id: number; owner: object | undefined }[] = [];
  #lastId = 0;

  /** @returns whether there was one left */
  take(owner: object): boolean {
    if (this.#sockets.length >= SOCKETS) return false;
    // Numbers begin at 1, and none is used twice (n:322).
    this.#sockets.push({ id: ++this.#lastId, owner });
    return true;
  }

  free(owner: object): void {
    const at = this.#sockets.findIndex((socket) => socket.owner === owner);
    if (at >= 0) this.#sockets.splice(at, 1);
  }

  /** It stays in use, and nobody can free it before a reset. */
  lose(owner: object): void {
    const mine = this.#sockets.find((socket) => socket.owner === owner);
    if (mine) mine.owner = undefined;
  }

  isUsed(id: number): boolean {
    return this.#sockets.some((socket) => socket.id === id);
  }
}
