/**
 * What is between the board and a real broker in a soak: it can withhold the
 * broker's acknowledgements, and puts out the board by a second client with
 * the same identifier. Neither may cost a message: the second client takes
 * over the session, and never acknowledges what it gets.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { generate } from 'mqtt-packet';

const LOOPBACK = '127.0.0.1';

/** First byte of a PUBACK. */
const PUBACK = 0x40;

/** Milliseconds before a second client that was put out comes back. */
const AGAIN = 1000;

export interface Relay {
  readonly port: number;
  withhold(on: boolean): void;
  double(on: boolean): void;
  close(): Promise<void>;
}

/** Whole packets at the beginning of some bytes, each as it came. */
function split(bytes: Buffer): { packets: Buffer[]; rest: Buffer } {
  const packets: Buffer[] = [];
  let at = 0;
  for (;;) {
    let length = 0;
    let digit = 0;
    let byte = 128;
    while (byte & 128 && digit < 4) {
      byte = bytes[at + 1 + digit] ?? -1;
      if (byte < 0) return { packets, rest: bytes.subarray(at) };
      length += (byte & 127) * 128 ** digit++;
    }
    const end = at + 1 + digit + length;
    if (end > bytes.length) return { packets, rest: bytes.subarray(at) };
    packets.push(bytes.subarray(at, end));
    at = end;
  }
}

/**
 * @param broker port of the loopback
 * @param clientId of the board
 * @throws Error when there is no port
 */
export async function startRelay(broker: number, clientId: string): Promise<Relay> {
  const sockets = new Set<Socket>();
  let withheld = false;
  let doubled = false;
  let second: Socket | undefined;

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  }

  const server = createServer({ allowHalfOpen: true }, (board) => {
    const far = connect({ host: LOOPBACK, port: broker, allowHalfOpen: true });
    let unread: Buffer = Buffer.alloc(0);
    keep(board);
    keep(far);
    board.on('data', (bytes) => void far.write(bytes));
    far.on('data', (bytes) => {
      const { packets, rest } = split(Buffer.concat([unread, bytes]));
      unread = rest;
      for (const packet of packets) if (!withheld || packet[0] !== PUBACK) board.write(packet);
    });
    board.on('end', () => far.end());
    far.on('end', () => board.end());
    board.on('close', () => far.destroy());
    far.on('close', () => board.destroy());
  });

  function come(): void {
    if (!doubled) return;
    const socket = connect(broker, LOOPBACK);
    second = socket;
    keep(socket);
    socket.write(
      generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clientId,
        clean: false,
        keepalive: 0,
      }),
    );
    socket.resume();
    socket.on('close', () => {
      if (second === socket) setTimeout(come, AGAIN);
    });
  }

  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    withhold: (on) => void (withheld = on),
    double(on) {
      doubled = on;
      const old = second;
      second = undefined;
      old?.destroy();
      if (on) come();
    },
    async close() {
      doubled = false;
      second = undefined;
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
