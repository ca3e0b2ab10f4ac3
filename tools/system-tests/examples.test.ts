/** Each of the examples does what its first lines say, on emulated boards with a broker; and each is short. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';
import { inPackage } from '../package';
import { startWorld } from '../rig/world';
import type { World } from '../rig/world';

/** For one message, on a PC that has much else to do. ms */
const WITHIN = 30_000;

const EXAMPLES = ['weather', 'homeassistant', 'display', 'battery', 'remote'];

interface Bench {
  readonly client: MqttClient;
  /** All lines of the host. */
  readonly lines: string[];
  /** Resolves with the message on a topic that satisfies. */
  message(topic: string, isIt?: (text: string) => boolean): Promise<string>;
  line(pattern: RegExp): Promise<void>;
}

async function withExample(app: string, use: (bench: Bench) => Promise<void>): Promise<void> {
  const lines: string[] = [];
  const heard: [topic: string, text: string][] = [];
  const world: World = await startWorld({
    engine: 'emulator',
    app,
    net: { interval: 1 },
    onLine: (board, line) => void (board === 'host' && lines.push(line)),
  });
  const client = await connectAsync(`mqtt://${world.address.host}:${String(world.address.port)}`);
  client.on('message', (topic, payload) => heard.push([topic, payload.toString()]));
  await client.subscribeAsync('#', { qos: 1 });
  async function until<T>(what: string, find: () => T | undefined): Promise<T> {
    for (const end = Date.now() + WITHIN; Date.now() < end;) {
      const found = find();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return assert.fail(`no ${what}; ${JSON.stringify(heard.slice(-5))}\n${lines.slice(-10).join('\n')}`);
  }
  try {
    await use({
      client,
      lines,
      message: (topic, isIt = () => true) =>
        until(topic, () => heard.find(([on, text]) => on === topic && isIt(text))?.[1]),
      line: async (pattern) => {
        await until(String(pattern), () => lines.find((line) => pattern.test(line)));
      },
    });
  } finally {
    await client.endAsync(true);
    await world.stop();
  }
}

for (const app of EXAMPLES)
  test(`${app} is shorter than 80 lines`, () => {
    const text = readFileSync(inPackage('host', 'apps', `${app}.ts`), 'utf8');
    assert.ok(text.trimEnd().split('\n').length < 80);
  });

test('the weather station reports all three', () =>
  withExample('weather', async ({ message }) => {
    const weather = JSON.parse(await message('weather')) as Record<string, number>;
    assert.deepEqual(Object.keys(weather), ['temperature', 'pressure', 'humidity']);
    for (const value of Object.values(weather)) assert.ok(Number.isFinite(value));
  }));

test('Home Assistant is told of sensor and switch, of what they are, and again when it has started anew', () =>
  withExample('homeassistant', async ({ client, message }) => {
    const config = JSON.parse(await message('homeassistant/switch/garden/pump/config')) as Record<
      string,
      string
    >;
    assert.equal(await message(config['availability_topic'] ?? ''), 'online');
    assert.equal(await message(config['state_topic'] ?? ''), 'OFF');
    await client.publishAsync(config['command_topic'] ?? '', 'ON', { qos: 1 });
    await message(config['state_topic'] ?? '', (text) => text === 'ON');
    const sensor = JSON.parse(await message('homeassistant/sensor/garden/temperature/config')) as Record<
      string,
      string
    >;
    assert.equal(sensor['unit_of_measurement'], '°C');
    // A board without a thermometer has no number.
    assert.match(await message(sensor['state_topic'] ?? ''), /^(?:-?\d+\.\d|NaN)$/);
  }));

test('the display shows its lines, and says which it has not', () =>
  withExample('display', async ({ client, line }) => {
    await line(/^ \|  \|  \| $/);
    await client.publishAsync('display/2', 'hello', { qos: 1 });
    await line(/^ \| hello \|  \| $/);
    await client.publishAsync('display/9', 'x', { qos: 1 });
    await line(/^There is no line 9, but 1 to 4$/);
  }));

test('the battery’s sensor reports what it measured, at the pace that is set', () =>
  withExample('battery', async ({ client, message, line }) => {
    const [first] = JSON.parse(await message('battery')) as [number, number][];
    assert.ok(first && Number.isFinite(first[1]));
    await client.publishAsync('battery/minutes', '0.005', { qos: 1, retain: true });
    await message('battery', (text) => (JSON.parse(text) as [number, number][])[0]?.[0] !== first[0]);
    await client.publishAsync('battery/minutes', 'often', { qos: 1 });
    await line(/^battery\/minutes is NaN\. Allowed: more than 0, up to 1440$/);
  }));

test('retained messages set the device, and what it refuses is said', () =>
  withExample('remote', async ({ client, message }) => {
    await client.publishAsync('remote/set/interval', '1', { qos: 1, retain: true });
    await client.publishAsync('remote/set/low', '100', { qos: 1, retain: true });
    await message('remote/is', (text) => /"interval":1,.*"low":100/.test(text));
    assert.equal(await message('remote/value'), '100.0');
    await client.publishAsync('remote/set/intervall', '1', { qos: 1 });
    assert.match(await message('remote/error'), /^there is no intervall, but interval, topic, low, high$/);
  }));
