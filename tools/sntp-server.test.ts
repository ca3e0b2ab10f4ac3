import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { startSntpServer } from './sntp-server';

test(
  'answers with the clock plus the offset, and leaves other datagrams alone',
  { timeout: 20_000 },
  async () => {
    const server = await startSntpServer(-60_000);
    const socket = createSocket('udp4');
    try {
      socket.send('short', server.port, '127.0.0.1');
      const query = Buffer.alloc(48);
      query[0] = 0x23;
      query.write('12345678', 40, 'latin1');
      socket.send(query, server.port, '127.0.0.1');
      const [answer] = (await once(socket, 'message')) as [Buffer];
      assert.equal(answer.length, 48);
      assert.equal(answer[0], 0x24);
      assert.equal(answer.toString('latin1', 24, 32), '12345678');
      const seconds = answer.readUInt32BE(40) - 2_208_988_800 + answer.readUInt32BE(44) / 2 ** 32;
      assert.ok(Math.abs(seconds - (Date.now() / 1000 - 60)) < 5);
      assert.equal(server.queries, 1);
    } finally {
      socket.close();
      await server.stop();
    }
  },
);
