/** Messages through the embedded broker to somebody who answers well, or not so well. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';
import { createBroker } from '../../rig/network/broker';
import { createRoundTrips, delaysOf } from './exchange';
import type { RoundTrips } from './exchange';

const broker = createBroker();
let far: MqttClient;
let near: MqttClient;
let exchange: RoundTrips;
/** What comes back for a message. */
let answer: (number: number, payload: Buffer) => Buffer[];

before(async () => {
  await broker.start();
  far = await connectAsync(broker.url);
  near = await connectAsync(broker.url);
  far.on('message', (_topic, payload) => {
    for (const one of answer(parseInt(payload.toString('latin1')), payload))
      far.publish('t/out', one, { qos: 1 });
  });
  exchange = await createRoundTrips(near, 't', () => undefined);
});
after(async () => {
  await near.endAsync(true);
  await far.endAsync(true);
  await broker.stop();
});

const echo = (_number: number, payload: Buffer): Buffer[] => [payload];

test('it knocks until there is somebody', async () => {
  answer = echo;
  assert.equal(await exchange.knock(300), false);
  await far.subscribeAsync('t/in', { qos: 1 });
  assert.equal(await exchange.knock(5000), true);
});

test('messages that all come back', async () => {
  answer = echo;
  const counts: number[] = [];
  const account = await exchange.run({
    messages: 20,
    window: 5,
    patience: 5000,
    answered: (count) => counts.push(count),
  });
  assert.equal(account.answered, 20);
  assert.deepEqual([account.sent, account.doubled, account.disordered, account.damaged], [20, 0, 0, 0]);
  assert.ok(account.delays && account.delays.least <= account.delays.median);
  assert.equal(counts.at(-1), 20);
  assert.equal(exchange.last, 20);
});

test('one that is lost, one that comes twice, one that is changed', async () => {
  const first = exchange.last;
  answer = (number, payload) => {
    const changed = Buffer.from(payload);
    changed[payload.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    if (number === first + 2) return [payload, payload];
    if (number === first + 3) return [];
    return [number === first + 4 ? changed : payload];
  };
  const account = await exchange.run({ messages: 6, window: 3, patience: 700 });
  assert.deepEqual(
    [account.sent, account.answered, account.doubled, account.disordered, account.damaged],
    [6, 4, 1, 0, 1],
  );
});

test('nothing that comes back ends the run', async () => {
  answer = () => [];
  const account = await exchange.run({ messages: 5, window: 2, patience: 300 });
  assert.deepEqual([account.sent, account.answered, account.delays], [2, 0, undefined]);
});

test('delays', () => {
  assert.deepEqual(delaysOf(Array.from({ length: 100 }, (_, i) => 100 - i)), {
    least: 1,
    median: 51,
    p95: 96,
    most: 100,
  });
  assert.equal(delaysOf([]), undefined);
});
