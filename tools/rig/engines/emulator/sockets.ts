/**
 * The real sockets of a board's thread, for its realm's `net` and `dgram`.
 * Bytes cross as strings; errors as Espruino's numbers.
 */
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { ConsolePort, ConsolePortEvents, TcpEvents, TcpHandle, UdpHandle } from './natives';

const ERRORS: Record<string, number> = {
  ETIMEDOUT: -3,
  EHOSTUNREACH: -4,
  ENETUNREACH: -4,
  ENOTFOUND: -6,
  EAI_AGAIN: -6,
  ECONNREFUSED: -9,
  ECONNRESET: -9,
  EPIPE: -9,
};

export function openTcp(host: string, port: number, events: TcpEvents): TcpHandle {
  let error = 0;
  // Half open, as a board's stack: it goes on reading what the other end sent before it closed.
  const socket = connect({ host, port, family: 4, noDelay: true });
  socket.setEncoding('latin1');
  socket.on('connect', () => events.connected());
  socket.on('data', (data) => events.data(String(data)));
  socket.on('error', (reason: NodeJS.ErrnoException) => {
    error = ERRORS[reason.code ?? ''] ?? -10;
  });
  socket.on('close', () => events.closed(error));
  return {
    write(data, sent) {
      socket.write(data, 'latin1', (failed) => {
        if (!failed) sent();
      });
    },
    close() {
      socket.resume();
      socket.end();
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
  };
}

export function openUdp(message: (data: string, port: number, address: string) => void): UdpHandle {
  const socket = createSocket('udp4');
  socket.on('message', (data, from) => message(data.toString('latin1'), from.port, from.address));
  // A datagram that cannot be delivered is lost without a word.
  socket.on('error', () => undefined);
  return {
    send: (data, port, address) => socket.send(Buffer.from(data, 'latin1'), port, address, () => undefined),
    bind: (port) => void socket.bind(port),
    close: () => void socket.close(),
  };
}

/** Before a port that the board held until just now is tried again, ms. */
const PORT_RETRY = 20;

/** @param port of the loopback */
export function openConsolePort(port: number): ConsolePort {
  let server: Server | undefined;
  let visitor: Socket | undefined;

  function accept(socket: Socket, events: ConsolePortEvents): void {
    const last = visitor;
    visitor = socket;
    last?.destroy();
    socket.setEncoding('latin1');
    socket.on('data', (data) => {
      if (visitor === socket) events.typed(String(data));
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (visitor !== socket) return;
      visitor = undefined;
      events.left();
    });
    events.came();
  }

  return {
    open(events) {
      const opened = createServer((socket) => accept(socket, events));
      server = opened;
      opened.on('error', () => {
        setTimeout(() => {
          if (server === opened) opened.listen(port, '127.0.0.1');
        }, PORT_RETRY);
      });
      opened.listen(port, '127.0.0.1');
    },
    close() {
      server?.close();
      server = undefined;
      visitor?.destroy();
      visitor = undefined;
    },
    write: (bytes) => void visitor?.write(bytes, 'latin1'),
  };
}

export function resolveName(name: string, found: (address: string | null) => void): void {
  lookup(name, { family: 4 }, (error, address) => found(error ? null : address));
}
