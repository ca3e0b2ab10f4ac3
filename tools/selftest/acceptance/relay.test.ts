/** The relay between a server and a client of this process. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRelay } from './relay';
import type { DelayRelay } from './relay';

let echo: Server;
let relay: DelayRelay;
before(async () => {
  echo = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  relay = await createRelay('127.0.0.1', {
    host: '127.0.0.1',
    port: (echo.address() as AddressInfo).port,
  });
});
after(async () => {
  await relay.shut();
  echo.close();
});

async function client(): Promise<Socket> {
  const socket = connect(relay.port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

async function say(socket: Socket, text: string): Promise<number> {
  const begin = Date.now();
  let heard = '';
  socket.write(text);
  while (heard.length < text.length) heard += String((await once(socket, 'data'))[0]);
  assert.equal(heard, text);
  return Date.now() - begin;
}

test('it passes on, late when told, and in order when it is so no more', async () => {
  const socket = await client();
  await say(socket, 'one');
  relay.delay(150);
  assert.ok((await say(socket, 'two')) >= 300);
  relay.delay(0);
  let heard = '';
  socket.on('data', (data) => (heard += String(data)));
  relay.delay(150);
  socket.write('a');
  await sleep(50);
  relay.delay(0);
  socket.write('bc');
  while (heard.length < 3) await sleep(10);
  assert.equal(heard, 'abc');
  socket.destroy();
});

test('a cut resets those that are there, and takes new ones', async () => {
  const socket = await client();
  await say(socket, 'here');
  const gone = once(socket, 'error');
  relay.cut();
  assert.match(String((await gone)[0]), /ECONNRESET/);
  const next = await client();
  await say(next, 'again');
  next.destroy();
});

test('shut, it refuses; open again, it is at the same port', async () => {
  const { port, taken } = relay;
  const socket = await client();
  await say(socket, 'here');
  const gone = once(socket, 'error');
  await relay.shut();
  await gone;
  await assert.rejects(client(), /ECONNREFUSED/);
  await relay.open();
  assert.equal(relay.port, port);
  const next = await client();
  await say(next, 'again');
  next.destroy();
  assert.equal(relay.taken, taken + 2);
});
