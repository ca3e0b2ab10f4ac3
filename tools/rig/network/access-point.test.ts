import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { test } from 'node:test';
import { createAccessPoint } from './access-point';
import type { AccessPoint } from './access-point';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function withEcho(
  body: (point: AccessPoint, port: number, server: Server, accepted: Socket[]) => Promise<void>,
): Promise<void> {
  const accepted: Socket[] = [];
  const server = createServer((socket) => {
    accepted.push(socket);
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const point = createAccessPoint();
  try {
    await body(
      point,
      await point.listenTcp('127.0.0.1', (server.address() as AddressInfo).port),
      server,
      accepted,
    );
  } finally {
    await point.close();
    for (const socket of accepted) socket.destroy();
    server.close();
  }
}

function client(port: number): { readonly socket: Socket; text(): string; ended(): string } {
  let text = '';
  let ended = '';
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('latin1');
  socket.on('data', (data) => (text += String(data)));
  socket.on('error', (error: NodeJS.ErrnoException) => (ended = error.code ?? ''));
  socket.on('close', () => (ended = ended || 'close'));
  return { socket, text: () => text, ended: () => ended };
}

test('passes bytes and the end of a connection both ways', { timeout: 20_000 }, async () => {
  await withEcho(async (point, port) => {
    const { socket, text, ended } = client(port);
    const big = 'x'.repeat(300_000);
    socket.end(big);
    while (!ended()) await pause(10);
    assert.equal(text().length, big.length);
    assert.equal(ended(), 'close');
    assert.ok(point.isOn);
  });
});

test('to a board come pieces of at most 268 bytes, each after the acknowledgement of the last', async () => {
  const all = Buffer.alloc(2000, 'x');
  const server = createServer((socket) => socket.end(all));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const point = createAccessPoint();
  const port = await point.listenTcp('127.0.0.1', (server.address() as AddressInfo).port);
  try {
    const socket = connect(port, '127.0.0.1');
    const sizes: number[] = [];
    let first = 0;
    socket.on('data', (data) => {
      first ||= Date.now();
      sizes.push(data.length);
    });
    await once(socket, 'close');
    const took = Date.now() - first;
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      all.length,
    );
    assert.equal(sizes[0], 268);
    // Seven more, with 2 ms between each and the next; a busy PC may join some.
    assert.ok(took >= 12, `${String(took)} ms`);
    assert.ok(sizes.length >= 4, sizes.join());
  } finally {
    await point.close();
    server.close();
  }
});

test(
  'while off nothing passes and new connections wait; afterwards all goes on',
  { timeout: 20_000 },
  async () => {
    await withEcho(async (point, port, _server, accepted) => {
      const first = client(port);
      first.socket.write('a');
      while (first.text() !== 'a') await pause(5);
      point.setOn(false);
      first.socket.write('b');
      const second = client(port);
      second.socket.write('c');
      await pause(100);
      assert.equal(first.text() + second.text(), 'a');
      assert.equal(accepted.length, 1);
      point.setOn(true);
      while (first.text() !== 'ab' || second.text() !== 'c') await pause(5);
      assert.equal(first.ended() + second.ended(), '');
      point.cut();
      while (!first.ended() || !second.ended()) await pause(5);
      assert.equal(first.ended(), 'ECONNRESET');
    });
  },
);

test('a server that is not there resets the connection', { timeout: 20_000 }, async () => {
  await withEcho(async (point, port, server, accepted) => {
    await new Promise((resolve) => {
      server.close(resolve);
      for (const socket of accepted) socket.destroy();
    });
    const { ended } = client(port);
    while (!ended()) await pause(5);
    assert.equal(ended(), 'ECONNRESET');
    assert.ok(point.isOn);
  });
});

test('closing ends connections that wait, too', { timeout: 20_000 }, async () => {
  await withEcho(async (point, port) => {
    point.setOn(false);
    const { ended } = client(port);
    await pause(50);
    await point.close();
    while (!ended()) await pause(5);
    assert.ok(!point.isOn);
  });
});
