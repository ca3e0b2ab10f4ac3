import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, connectAsync } from 'mqtt';
import { createMosquitto, findMosquitto } from './mosquitto';

const skip = findMosquitto() ? false : 'mosquitto is not installed';

test('what mosquitto has written outlives its death', { skip, timeout: 60_000 }, async () => {
  const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('mosquitto-'));
  const before = folders();
  const broker = await createMosquitto();
  const mine = folders().filter((name) => !before.includes(name));
  try {
    await broker.start();
    await broker.start();
    assert.ok(broker.isRunning);
    const asleep = { clientId: 'asleep', clean: false, reconnectPeriod: 0 };
    const sleeper = await connectAsync(broker.url, asleep);
    await sleeper.subscribeAsync('news', { qos: 1 });
    await sleeper.endAsync();
    const client = await connectAsync(broker.url, { reconnectPeriod: 0 });
    client.on('error', () => undefined);
    await client.publishAsync('news', 'one', { qos: 1 });
    for (const sent = Date.now(); broker.written() <= sent;) await sleep(50);
    await broker.kill();
    assert.ok(!broker.isRunning);
    await broker.start();
    const awake = connect(broker.url, asleep);
    const heard = await new Promise((resolve) => {
      awake.on('message', (_topic, payload) => resolve(String(payload)));
    });
    assert.equal(heard, 'one');
    await awake.endAsync();
  } finally {
    await broker.close();
  }
  assert.ok(mine.length && !mine.some((name) => existsSync(`${tmpdir()}/${name}`)));
});
