/**
 * Asks a time server (SNTP version 4, RFC 4330 and RFC 5905). It must never
 * take the time from a reply that does not answer its own question, open a
 * second socket, or send without a network.
 */
import { byteAt, char, wordAt } from '../shared/bytes';

/** Milliseconds for the reply. */
const LIMIT = 5000;

/** Bytes of a request, and of a reply without extensions. */
const SIZE = 48;

/** Seconds from 1900, where NTP's first era begins, to 1970. */
const UNIX_EPOCH = 2208988800;

/** What is used of Espruino's `dgram.Socket`; strings are binary. */
export interface UdpSocket {
  bind(port: number): unknown;
  /** Throws when the socket is closed, as one may be without being asked: on Linux an empty datagram does it. */
  send(data: string, port: number, address: string): void;
  on(event: 'message', listener: (data: string) => void): void;
  close(): void;
}

/** What is used of Espruino's module `Wifi`. */
export interface Names {
  /**
   * Looks a name up and calls back with an address, or null. An ESP8266's UDP socket takes any name for the
   * broadcast address; where sockets do know names, this may hand the name back.
   */
  getHostByName(name: string, done: (address: string | null) => void): void;
  /** `status` is `connected` while there is a network with an address. */
  getDetails(): { status: string };
}

export interface NtpOptions {
  /** `require`: gives the firmware's module dgram. Opening a socket may throw. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as the firmware's own
  readonly load: (module: string) => any;
  readonly wifi: Names;
  /** Seconds with a fraction, as `getTime`. */
  readonly time: () => number;
  /** `setTimeout` of the board, milliseconds, and what `run` gets. */
  readonly later: <Args extends unknown[]>(
    run: (...args: Args) => void,
    ms: number,
    ...args: Args
  ) => unknown;
  /** Undoes `later`. */
  readonly cancel: (timer: unknown) => void;
}

export interface Ntp {
  /**
   * Asks once; does nothing while a question is open.
   * @param server name or IPv4 address
   * @param port usually 123
   * @param done gets Unix seconds with a fraction, as of this very moment; or 0 and why no valid reply came within 5 s,
   *   in words: '' where it is for want of a network. May be called before `query` returns.
   */
  query(server: string, port: number, done: (seconds: number, why: string) => void): void;
  /** Gives the socket back, when no more is to be asked. */
  close(): void;
}

/** What `readReply` makes of a server that says that it does not know the time. */
const TIMELESS = -1;

/** A timestamp of NTP (RFC 5905 §6) as seconds; of its fraction what a board's clock can show. */
function stampAt(reply: string, at: number): number {
  return wordAt(reply, at) * 65536 + wordAt(reply, at + 2) + wordAt(reply, at + 4) / 65536;
}

/**
 * Reads a reply, RFC 4330 §5.
 * @param nonce the 8 bytes sent as transmit timestamp
 * @param elapsed seconds since the question was sent
 * @returns Unix seconds with a fraction, as of now; 0 for a reply that is malformed or not to us; `TIMELESS`
 */
export function readReply(reply: string, nonce: string, elapsed: number): number {
  const first = byteAt(reply, 0);
  const stratum = byteAt(reply, 1);
  const left = /*@__NOINLINE__*/ stampAt(reply, 40);
  let busy = /*@__NOINLINE__*/ stampAt(reply, 32);
  busy = left - busy;
  // Mode 4 is a server's.
  if (reply.length !== SIZE || (first & 7) !== 4 || reply.substr(24, 8) !== nonce) return 0;
  // Leap indicator 3 is a clock that was never set, stratum 0 a kiss of death, 16 and above an unsynchronised server.
  if (first >> 6 === 3 || stratum < 1 || stratum > 15 || !left) return TIMELESS;
  // Without a plausible time of arrival it took none of the time.
  if (!(busy >= 0 && busy <= elapsed)) busy = 0;
  // Numbers without the top bit belong to the era that begins in 2036. Both ways are taken to be equally long.
  return left - UNIX_EPOCH + (left < 0x80000000 ? 0x100000000 : 0) + (elapsed - busy) / 2;
}

export function createNtp(options: NtpOptions): Ntp {
  // Kept from query to query: the ESP8266's firmware loses some memory with every UDP socket it closes.
  let socket: UdpSocket | undefined;
  // Undefined when no question is open.
  let answer: ((seconds: number, why: string) => void) | undefined;
  let nonce = '';
  // When the question was sent.
  let asked = 0;
  let why: string;
  let timer: unknown;

  function finish(seconds?: number): void {
    const details = options.wifi.getDetails();
    const done = answer;
    // Then it is not the server's fault.
    if (details.status !== 'connected') why = '';
    answer = undefined;
    nonce = '';
    options.cancel(timer);
    if (done) done(seconds || 0, why);
  }

  function take(reply: string): void {
    const elapsed = options.time() - asked;
    const seconds = readReply(reply, nonce, elapsed);
    if (!answer) return;
    why = '';
    // It may come from anyone: wait on for the right one.
    if (!seconds) why = 'nonsense';
    if (seconds < 0) why = 'it has no time';
    if (seconds) finish(Math.max(seconds, 0));
  }

  return {
    query: function (server, port, done) {
      if (answer) return;
      answer = done;
      why = 'no such name';
      // Leap indicator 0, version 4, mode 3 make the character 0x23.
      let request = '#';
      while (request.length < SIZE - 8) request += '\0';
      // A transmit timestamp made of chance is what a forger would have to guess.
      nonce = '';
      while (nonce.length < 8) nonce += char(Math.random() * 256);
      timer = options.later(finish, LIMIT);
      options.wifi.getHostByName(server, function (address) {
        // Without a network the datagram would take its socket with it, of which the ESP8266 has ten and never gets
        // one back (libs/network/esp8266/network_esp8266.c:957). An event may be late, so the firmware is asked.
        const details = options.wifi.getDetails();
        let sent = !!address;
        if (answer !== done) return;
        if (details.status !== 'connected') sent = false;
        try {
          if (sent && !socket) {
            socket = options.load('dgram').createSocket('udp4') as UdpSocket;
            socket.on('message', take);
            // An unbound socket of the ESP8266 never sends, and port 0 stays 0 there.
            socket.bind(49152 + ((Math.random() * 16384) | 0));
          }
          if (sent) {
            why = 'no answer';
            asked = options.time();
            (socket as UdpSocket).send(request + nonce, port, address as string);
          }
        } catch (e) {
          socket = undefined;
          sent = false;
        }
        if (!sent) finish();
      });
    },
    close: function () {
      if (socket) socket.close();
      socket = undefined;
    },
  };
}
