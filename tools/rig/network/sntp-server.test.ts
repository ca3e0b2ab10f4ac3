/** The time server of the tests: right, and wrong in each way that it is asked to be. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { startSntpServer } from './sntp-server';
import type { Behaviour, SntpServer } from './sntp-server';

const QUESTION = '12345678';

function secondsAt(answer: Buffer, at: number): number {
  return answer.readUInt32BE(at) - 2_208_988_800 + answer.readUInt32BE(at + 4) / 2 ** 32;
}

function ask(socket: Socket, server: SntpServer): void {
  const query = Buffer.alloc(48);
  query[0] = 0x23;
  query.write(QUESTION, 40, 'latin1');
  socket.send(query, server.port, '127.0.0.1');
}

async function withServer(
  first: number | Partial<Behaviour>,
  body: (server: SntpServer, socket: Socket) => Promise<void>,
): Promise<void> {
  const server = await startSntpServer(first);
  const socket = createSocket('udp4');
  try {
    await body(server, socket);
  } finally {
    socket.close();
    await server.stop();
  }
}

test('answers with the clock plus the offset, and leaves other datagrams alone', { timeout: 20_000 }, () =>
  withServer(-60_000, async (server, socket) => {
    socket.send('short', server.port, '127.0.0.1');
    ask(socket, server);
    const [answer] = (await once(socket, 'message')) as [Buffer];
    assert.equal(answer.length, 48);
    assert.equal(answer[0], 0x24);
    assert.equal(answer.toString('latin1', 24, 32), QUESTION);
    assert.ok(Math.abs(secondsAt(answer, 40) - (Date.now() / 1000 - 60)) < 5);
    assert.ok(secondsAt(answer, 32) <= secondsAt(answer, 40));
    assert.equal(server.queries, 1);
  }),
);

test('is wrong in each of the ways', { timeout: 20_000 }, () =>
  withServer({}, async (server, socket) => {
    const wrong: [Partial<Behaviour>, (answer: Buffer, from: RemoteInfo) => boolean][] = [
      [{ stratum: 0 }, (answer) => answer[1] === 0 && answer.toString('latin1', 12, 16) === 'RATE'],
      [{ stratum: 16 }, (answer) => answer[1] === 16],
      [{ leap: 3 }, (answer) => (answer[0] ?? 0) >> 6 === 3],
      [{ size: 20 }, (answer) => answer.length === 20],
      [{ size: 68 }, (answer) => answer.length === 68],
      [{ otherQuestion: true }, (answer) => answer.toString('latin1', 24, 32) !== QUESTION],
      [{ otherPort: true }, (_answer, from) => from.port !== server.port],
      [{ late: 80 }, (answer) => secondsAt(answer, 40) - secondsAt(answer, 32) > 0.07],
      [{ there: 80 }, (answer) => secondsAt(answer, 40) - secondsAt(answer, 32) < 0.05],
      [{ back: 80 }, (answer) => Date.now() / 1000 - secondsAt(answer, 40) > 0.07],
    ];
    const right = {
      stratum: 1,
      leap: 0,
      size: 48,
      otherQuestion: false,
      otherPort: false,
      late: 0,
      there: 0,
      back: 0,
    };
    for (const [behaviour, shows] of wrong) {
      server.set({ ...right, ...behaviour });
      ask(socket, server);
      const [answer, from] = (await once(socket, 'message')) as [Buffer, RemoteInfo];
      assert.ok(shows(answer, from), JSON.stringify(behaviour));
    }
    server.set({ ...right, silent: true });
    ask(socket, server);
    const heard = await Promise.race([
      once(socket, 'message').then(() => true),
      new Promise((resolve) => void setTimeout(resolve, 150, false)),
    ]);
    assert.equal(heard, false);
    assert.equal(server.queries, wrong.length + 1);
  }),
);
