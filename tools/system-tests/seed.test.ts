/**
 * Chance on a target: its numbers must differ from start to start, although the
 * firmware's generator begins with the same ones every time.
 */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { test } from 'node:test';
import { findEspruino } from '../rig/engines/espruino';
import { ENGINES, startWorld } from '../rig/world';
import type { Engine } from '../rig/world';

/** For what takes seconds on an idle PC, ms. */
const SOON = 60_000;

/** What a target that has just started asks a time server. */
async function ask(engine: Engine): Promise<string> {
  const server = createSocket('udp4');
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  try {
    const asked = new Promise<string>((resolve, reject) => {
      server.once('message', (data) => resolve(data.subarray(40).toString('hex')));
      setTimeout(() => reject(new Error('no question')), SOON).unref();
    });
    const world = await startWorld({
      engine,
      app: 'simple',
      net: { ntpServer: '127.0.0.1', ntpPort: server.address().port, interval: 1, timeout: 10 },
      onLine: () => undefined,
    });
    try {
      return await asked;
    } finally {
      await world.stop();
    }
  } finally {
    server.close();
  }
}

for (const engine of ENGINES)
  test(
    `two starts, two questions to the time server, on ${engine}`,
    { skip: engine === 'espruino' && !findEspruino() ? 'no Espruino interpreter' : false },
    async () => {
      assert.notEqual(await ask(engine), await ask(engine));
    },
  );
