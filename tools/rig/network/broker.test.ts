import assert from 'node:assert/strict';
import { test } from 'node:test';
import mqtt from 'mqtt';
import { createBroker } from './broker';

const OPTIONS = { reconnectPeriod: 0, connectTimeout: 3000 };

test(
  'starts on a free port, breaks its connections when stopped, and starts again on the same port',
  { timeout: 20_000 },
  async () => {
    const broker = createBroker();
    assert.equal(broker.port, 0);
    await broker.start();
    await broker.start();
    const { port, url } = broker;
    try {
      const client = await mqtt.connectAsync(url, OPTIONS);
      const closed = new Promise((resolve) => client.once('close', () => resolve(undefined)));
      await broker.stop();
      await closed;
      await client.endAsync(true);
      assert.ok(!broker.isRunning);
      await assert.rejects(mqtt.connectAsync(url, OPTIONS));
      await broker.start();
      assert.equal(broker.port, port);
      const again = await mqtt.connectAsync(url, OPTIONS);
      const received = new Promise((resolve) =>
        again.once('message', (_topic, payload) => resolve(payload.toString())),
      );
      await again.subscribeAsync('a/b', { qos: 1 });
      await again.publishAsync('a/b', 'hello', { qos: 1 });
      assert.equal(await received, 'hello');
      await again.endAsync();
    } finally {
      await broker.stop();
      await broker.stop();
    }
  },
);

test('lets in only the user and password it was given', { timeout: 20_000 }, async () => {
  const broker = createBroker({ auth: { user: 'ann', password: 'secret' } });
  await broker.start();
  try {
    await assert.rejects(mqtt.connectAsync(broker.url, OPTIONS));
    await assert.rejects(mqtt.connectAsync(broker.url, { ...OPTIONS, username: 'ann', password: 'wrong' }));
    const client = await mqtt.connectAsync(broker.url, { ...OPTIONS, username: 'ann', password: 'secret' });
    await client.endAsync();
  } finally {
    await broker.stop();
  }
});

test('says so when its port is taken', { timeout: 20_000 }, async () => {
  const broker = createBroker();
  await broker.start();
  try {
    await assert.rejects(createBroker({ port: broker.port }).start(), /EADDRINUSE/);
  } finally {
    await broker.stop();
  }
});

test('keeps sessions over a stop when asked to', { timeout: 20_000 }, async () => {
  const broker = createBroker({ keepSessions: true });
  await broker.start();
  try {
    const asleep = { ...OPTIONS, clientId: 'asleep', clean: false };
    const sleeper = await mqtt.connectAsync(broker.url, asleep);
    await sleeper.subscribeAsync('news', { qos: 1 });
    await sleeper.endAsync();
    for (const text of ['one', 'two']) {
      const client = await mqtt.connectAsync(broker.url, OPTIONS);
      await client.publishAsync('news', text, { qos: 1 });
      await client.endAsync();
      await broker.stop();
      await broker.start();
    }
    const heard: string[] = [];
    const awake = mqtt.connect(broker.url, asleep);
    await new Promise<void>((resolve) => {
      awake.on('message', (_topic, payload) => {
        if (heard.push(String(payload)) === 2) resolve();
      });
    });
    assert.deepEqual(heard, ['one', 'two']);
    await awake.endAsync();
  } finally {
    await broker.stop();
  }
});
