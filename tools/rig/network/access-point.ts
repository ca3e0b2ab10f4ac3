/**
 * The network side of the emulated access point, for both engines: a relay
 * between what a board connects to and the real server. While the point is off
 * nothing passes in either direction and nothing is closed, as with a radio out
 * of reach; when it is on again, what TCP held goes on, what UDP sent is lost.
 * To a board TCP's bytes come in pieces as small as an ESP8266 takes them, each
 * when the one before may be acknowledged. It must not look into what it passes
 * on.
 */
import type { Socket as UdpSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { relayDatagrams } from './datagrams';
import { Pieces } from './pieces';

const LOOPBACK = '127.0.0.1';

export interface AccessPoint {
  /** A TCP port of the loopback, `at` or a free one, whose connections reach `host:port`. */
  listenTcp(host: string, port: number, at?: number): Promise<number>;
  /** A UDP port of the loopback, `at` or a free one, whose datagrams reach `host:port`; answers come back. */
  listenUdp(host: string, port: number, at?: number): Promise<number>;
  setOn(on: boolean): void;
  readonly isOn: boolean;
  /** Breaks all connections at once, as a restarted router does. */
  cut(): void;
  /** Ends everything; resolves when the ports are free. */
  close(): Promise<void>;
}

interface Link {
  readonly board: Socket;
  /** Undefined until the point was on for the first time. */
  server: Socket | undefined;
  open(): void;
  /** Goes on with the pieces that were held back. */
  pieces(): void;
}

export function createAccessPoint(): AccessPoint {
  const servers: Server[] = [];
  const datagrams: UdpSocket[] = [];
  const links = new Set<Link>();
  let on = true;

  /** Bytes and the end of `from` go to `to`, while the point is on. */
  function relay(from: Socket, to: Socket, link: Link, failed: () => void): void {
    from.on('data', (data) => {
      if (!to.write(data)) from.pause();
    });
    to.on('drain', () => {
      if (on) from.resume();
    });
    from.on('end', () => to.end());
    from.on('error', failed);
    from.on('close', () => {
      links.delete(link);
      to.destroy();
    });
  }

  function join(board: Socket, host: string, port: number): void {
    const link: Link = {
      board,
      server: undefined,
      open() {
        const server = connect({ host, port, noDelay: true, allowHalfOpen: true });
        link.server = server;
        // A refused or broken connection reaches the other end as a reset, not as an orderly end.
        relay(board, server, link, () => server.resetAndDestroy());
        const pieces = new Pieces(
          board,
          server,
          () => on,
          () => links.delete(link),
        );
        link.pieces = () => pieces.send();
        board.resume();
      },
      pieces: () => undefined,
    };
    links.add(link);
    board.on('error', () => undefined);
    board.on('close', () => links.delete(link));
    if (on) link.open();
  }

  return {
    listenTcp(host, port, at = 0) {
      const server = createServer({ noDelay: true, pauseOnConnect: true, allowHalfOpen: true }, (board) =>
        join(board, host, port),
      );
      servers.push(server);
      return new Promise((resolve, reject) => {
        server.on('error', reject);
        server.listen(at, LOOPBACK, () => resolve((server.address() as AddressInfo).port));
      });
    },
    listenUdp(host, port, at = 0) {
      const socket = relayDatagrams(host, port, () => on, datagrams);
      return new Promise((resolve, reject) => {
        socket.on('error', reject);
        socket.bind(at, LOOPBACK, () => resolve(socket.address().port));
      });
    },
    setOn(next) {
      if (next === on) return;
      on = next;
      for (const link of links) {
        if (!on) {
          link.board.pause();
          link.server?.pause();
        } else if (link.server === undefined) link.open();
        else {
          link.board.resume();
          link.server.resume();
          link.pieces();
        }
      }
    },
    get isOn() {
      return on;
    },
    cut() {
      for (const link of links) {
        link.board.resetAndDestroy();
        link.server?.resetAndDestroy();
      }
    },
    async close() {
      for (const link of links) {
        link.board.destroy();
        link.server?.destroy();
      }
      links.clear();
      for (const socket of datagrams) socket.close();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}
