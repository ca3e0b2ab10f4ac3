/**
 * The whole system on each engine: built bundles on two boards, five wires, an
 * access point, a broker, and a client on the PC that watches from outside.
 * Nothing here may look inside a board: only what a user sees counts.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';
import type { BoardName } from '../rig/boards';
import { createBroker } from '../rig/network/broker';
import { findEspruino } from '../rig/engines/espruino';
import { ENGINES, startWorld } from '../rig/world';
import type { Address, Engine, World, WorldOptions } from '../rig/world';

/** Milliseconds for what takes a second or two on an idle PC. */
const SOON = 30_000;

/** The host's watchdog in these tests, seconds. */
const TIMEOUT = 4;

interface Line {
  readonly board: BoardName;
  readonly text: string;
}

/** A world with its output, and ways to wait for a line of it. */
interface Watched extends World {
  readonly lines: Line[];
  /** Resolves when a line that matches comes, from now on. */
  next(pattern: RegExp, ms?: number): Promise<string>;
}

function tailOf(lines: readonly Line[]): string {
  return lines
    .slice(-12)
    .map(({ board, text }) => `    ${board}: ${text}`)
    .join('\n');
}

const open: { stop(): Promise<unknown> }[] = [];

async function closeAll(): Promise<void> {
  for (let last = open.pop(); last; last = open.pop()) await last.stop();
}

async function watchWorld(engine: Engine, options: Partial<WorldOptions> = {}): Promise<Watched> {
  const lines: Line[] = [];
  const listeners = new Set<() => void>();
  const world = await startWorld({
    engine,
    app: 'simple',
    ...options,
    net: { interval: 1, timeout: TIMEOUT, ...options.net },
    onLine: (board, text) => {
      lines.push({ board, text });
      for (const listener of listeners) listener();
    },
  });
  const watched: Watched = {
    ...world,
    lines,
    next(pattern, ms = SOON) {
      let from = lines.length;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          listeners.delete(look);
          reject(
            new Error(
              `no line like ${String(pattern)} within ${String(ms)} ms; the last ones:\n${tailOf(lines)}`,
            ),
          );
        }, ms);
        const look = (): void => {
          while (from < lines.length) {
            const { text } = lines[from++] as Line;
            if (!pattern.test(text)) continue;
            clearTimeout(timer);
            listeners.delete(look);
            return resolve(text);
          }
        };
        listeners.add(look);
      });
    },
  };
  open.push(watched);
  return watched;
}

interface Received {
  readonly topic: string;
  readonly payload: Buffer;
}

/** A client on the PC; what it receives can be waited for. */
async function watcher(
  { host, port }: Address,
  filter: string,
): Promise<{
  readonly client: MqttClient;
  readonly received: Received[];
  /** The next message from now on. */
  next(ms?: number): Promise<Received>;
  /** The first message from now on, or from one of those received, that matches. */
  match(pattern: RegExp, from?: number): Promise<void>;
}> {
  const client = await connectAsync(`mqtt://${host}:${String(port)}`, { reconnectPeriod: 200 });
  const received: Received[] = [];
  client.on('message', (topic, payload) => received.push({ topic, payload }));
  client.on('error', () => undefined);
  await client.subscribeAsync(filter, { qos: 1 });
  open.push({ stop: () => client.endAsync(true) });
  return {
    client,
    received,
    async next(ms = SOON) {
      const until = Date.now() + ms;
      const from = received.length;
      while (received.length === from) {
        if (Date.now() > until) throw new Error(`no message on ${filter} within ${String(ms)} ms`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return received[from] as Received;
    },
    async match(pattern, from = received.length) {
      const until = Date.now() + SOON;
      while (!received.slice(from).some(({ payload }) => pattern.test(payload.toString()))) {
        if (Date.now() > until)
          throw new Error(`no ${String(pattern)} on ${filter} within ${String(SOON)} ms`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

function countOf({ payload }: Received): number {
  return Number(payload.toString());
}

/** A server that answers every connection with what it is given. */
async function nonsense(text: string, port = 0): Promise<{ address: Address; stop(): Promise<unknown> }> {
  const sockets = new Set<{ destroy(): void }>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.end(text);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    stop() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

const interpreter = findEspruino();
const mosquitto = spawnSync('mosquitto', ['-h']).error ? undefined : 'mosquitto';

for (const engine of ENGINES) {
  const skip =
    engine === 'espruino' && !interpreter
      ? 'no Espruino interpreter: put it on the PATH as espruino-linux, or name it in ESPRUINO'
      : false;

  describe(`two boards, engine ${engine}`, { skip }, () => {
    after(closeAll);

    test('publishes rising counts and switches an LED', async () => {
      const world = await watchWorld(engine);
      const { client, next } = await watcher(world.address, 'result');
      const first = countOf(await next(10_000));
      const second = countOf(await next());
      assert.equal(second, first + 1);
      const on = world.next(/LED green on/);
      await client.publishAsync('green', 'on', { qos: 1 });
      await on;
      const off = world.next(/LED green off/);
      await client.publishAsync('green', 'off');
      await off;
      const other = world.next(/green is "purple".*on, off/);
      await client.publishAsync('green', 'purple');
      await other;
      await closeAll();
    });

    test('carries every byte value, and topics with commas and UTF-8, both ways', async () => {
      const world = await watchWorld(engine, { app: 'echo' });
      const { client, received } = await watcher(world.address, 'echoed/#');
      const echo = async (topic: string, payload: Buffer | string, qos: 0 | 1): Promise<Buffer> => {
        await client.publishAsync(`echo/${topic}`, payload, { qos });
        for (const until = Date.now() + SOON; Date.now() < until;) {
          const answer = received.find((one) => one.topic === `echoed/${topic}`);
          if (answer) return answer.payload;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        throw new Error(`no answer to ${topic}; the boards' last lines:\n${tailOf(world.lines)}`);
      };
      // Only the answer shows that the broker has handled SUBSCRIBE.
      const probe = setInterval(() => client.publish('echo/probe', ''), 300);
      await echo('probe', '', 1).finally(() => clearInterval(probe));
      // A flood of probes not answered yet may take the room of what has QoS 0; this comes after the last of them.
      await echo('quiet', '', 1);
      const payload = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
      assert.deepEqual(await echo('a,b,,c', payload, 0), payload);
      assert.deepEqual(await echo('gr\u00fcn/\u6e29\u5ea6 \u2603', payload, 1), payload);
      assert.equal((await echo('empty', '', 1)).length, 0);
      const tooLong = world.next(/too long/);
      await client.publishAsync('echo/long', Buffer.alloc(5000), { qos: 1 });
      await tooLong;
      assert.equal(String(await echo('short', 'x', 1)), 'x');
      await closeAll();
    });

    test('a hung target is reset and publishes again within timeout + 5 s', async () => {
      const world = await watchWorld(engine);
      const { client, next, received } = await watcher(world.address, 'result');
      await next();
      world.pair.hangTarget();
      await new Promise((resolve) => setTimeout(resolve, 700));
      const begin = Date.now();
      const before = countOf(received.at(-1) as Received);
      const failed = world.next(/does not answer/);
      // What the target took and had not yet acknowledged may come twice: at least once is what QoS 1 says.
      while (countOf(await next((TIMEOUT + 5) * 1000)) <= before) assert.ok(received.length < 1000);
      await failed;
      assert.ok(Date.now() - begin < (TIMEOUT + 5) * 1000);
      // The broker may handle what comes on two connections in any order: the first messages may precede SUBSCRIBE.
      const on = world.next(/LED green on/);
      const again = setInterval(() => void client.publish('green', 'on', { qos: 1 }), 500);
      await on.finally(() => clearInterval(again));
      const counts = received.map(countOf).filter((count, index, all) => all.indexOf(count) === index);
      assert.deepEqual(
        counts,
        counts.map((_, index) => (counts[0] ?? 0) + index),
        'a count is missing, or out of order',
      );
      await closeAll();
    });

    test('the broker says that the board is there, gone when the target hangs, and there again', async () => {
      const world = await watchWorld(engine);
      const { match, received } = await watcher(world.address, 'state');
      await match(/^here$/, 0);
      const from = received.length;
      world.pair.hangTarget();
      await match(/^gone$/, from);
      await match(
        /^here$/,
        received.findLastIndex(({ payload }) => String(payload) === 'gone'),
      );
      await closeAll();
    });

    test('outages of Wi-Fi and of the broker pass without a reset of the target', async () => {
      const world = await watchWorld(engine);
      const { next } = await watcher(world.address, 'result');
      await next();
      const from = world.lines.length;
      const down = world.next(/Wi-Fi is down/);
      world.pair.setAccessPoint(false);
      await down;
      const up = world.next(/Wi-Fi is up/);
      world.pair.setAccessPoint(true);
      await up;
      await next();
      const lost = world.next(/no connection to the broker/);
      await world.broker?.stop();
      await lost;
      await world.broker?.start();
      await world.next(/connected to the broker/);
      await next();
      assert.deepEqual(
        world.lines.slice(from).filter(({ text }) => /does not answer|reset/.test(text)),
        [],
      );
      await closeAll();
    });

    test('publications that waited in flash go out after a restart of the host, in order and before new ones', async () => {
      const world = await watchWorld(engine, { net: { persist: true } });
      const { next, received } = await watcher(world.address, 'result');
      await next();
      const lost = world.next(/no connection to the broker/);
      await world.broker?.stop();
      await lost;
      const first = received.length + 1;
      // A publication is in flash after 6 s at the latest.
      for (let count = 0; count <= first + 3;) count = Number((await world.next(/^publish/)).slice(8));
      await new Promise((resolve) => setTimeout(resolve, 6500));
      const running = world.next(/running/);
      world.pair.restart('host');
      await world.broker?.start();
      await running;
      while (received.length < first + 4) await next();
      const counts = received.map(countOf).slice(first - 1);
      const again = counts.indexOf(1);
      const saved = again < 0 ? counts : counts.slice(0, again);
      assert.deepEqual(
        saved,
        saved.map((_, index) => first + index),
        'a count is missing, or out of order',
      );
      assert.ok(saved.length >= 4, `${String(saved.length)} came through the restart`);
      await closeAll();
    });

    test('cut and crossed wires are noticed, and mended ones work again', async () => {
      const world = await watchWorld(engine);
      const { next } = await watcher(world.address, 'result');
      await next();
      for (const wire of ['sckout', 'srx'] as const) {
        const failed = world.next(/does not answer/);
        world.pair.cutWire(wire, true);
        await failed;
        world.pair.cutWire(wire, false);
        await world.next(/running/i);
      }
      const failed = world.next(/does not answer/);
      world.pair.swapWires(['stx', 'sckout']);
      await failed;
      world.pair.swapWires(null);
      await world.next(/running/i);
      await next();
      await closeAll();
    });

    test('brokers that are absent, refuse, or talk nonsense are named, and left when the cause is gone', async () => {
      const spare = createBroker();
      await spare.start();
      const address = { host: '127.0.0.1', port: spare.port };
      await spare.stop();
      const world = await watchWorld(engine, { broker: address });
      await world.next(/no connection to the broker/);
      const fake = await nonsense('HTTP/1.1 400 Bad Request\r\n\r\n', address.port);
      open.push(fake);
      await world.next(/does not speak MQTT/);
      await fake.stop();
      const strict = createBroker({ port: address.port, auth: { user: 'somebody', password: 'else' } });
      await strict.start();
      open.push(strict);
      await world.next(/refuses user name or password|does not authorise/);
      await strict.stop();
      await spare.start();
      open.push(spare);
      await world.next(/connected to the broker/, 60_000);
      await closeAll();
    });

    test('without its access point the target says so, and joins when it appears', async () => {
      const world = await watchWorld(engine);
      world.pair.setAccessPoint(false);
      world.pair.restart('target');
      await world.next(/could not be joined/, 60_000);
      world.pair.setAccessPoint(true);
      await world.next(/connected to the broker/, 90_000);
      await closeAll();
    });

    test('the status application reports outages and resets', async () => {
      const world = await watchWorld(engine, { app: 'status' });
      const { received, next, match } = await watcher(world.address, 'result');
      await next();
      assert.match(String(received[0]?.payload), /^\d+ \d+ \d+$/);
      const down = world.next(/Wi-Fi is down/);
      world.pair.setAccessPoint(false);
      await down;
      const then = received.length;
      world.pair.setAccessPoint(true);
      await match(/out time/, then);
      const failed = world.next(/does not answer/);
      world.pair.hangTarget();
      await failed;
      await match(/^\d+ \d+ [1-9]/);
      await closeAll();
    });

    test('the lifecycle application ends its tasks with the run and shows memory', async () => {
      const world = await watchWorld(engine, { app: 'lifecycle' });
      const { next, match } = await watcher(world.address, 'result');
      await Promise.all([next(), world.next(/variables/)]);
      const ends = world.next(/ends|ended|quit/);
      world.pair.hangTarget();
      await ends;
      await match(/ [1-9]\d*$/);
      await closeAll();
    });

    test(
      'works with mosquitto, password and all',
      { skip: mosquitto ? false : 'mosquitto is not installed' },
      async () => {
        const folder = mkdtempSync(join(tmpdir(), 'mosquitto-'));
        const spare = createBroker();
        await spare.start();
        const { port } = spare;
        await spare.stop();
        writeFileSync(join(folder, 'passwords'), '', { mode: 0o600 });
        spawnSync('mosquitto_passwd', ['-b', join(folder, 'passwords'), 'board', 'geheim'], {
          stdio: 'ignore',
        });
        writeFileSync(
          join(folder, 'conf'),
          `listener ${String(port)} 127.0.0.1\nallow_anonymous false\npassword_file ${join(folder, 'passwords')}\nuser root\n`,
        );
        const broker = spawn('mosquitto', ['-c', join(folder, 'conf')], { stdio: 'ignore' });
        open.push({
          async stop() {
            if (broker.exitCode === null) {
              broker.kill('SIGKILL');
              await once(broker, 'exit');
            }
            rmSync(folder, { recursive: true, force: true });
          },
        });
        const world = await watchWorld(engine, {
          broker: { host: '127.0.0.1', port },
          net: { mqttUser: 'board', mqttPassword: 'geheim' },
        });
        await world.next(/connected to the broker/);
        const heard = spawn(
          'mosquitto_sub',
          ['-h', '127.0.0.1', '-p', String(port), '-u', 'board', '-P', 'geheim', '-t', 'result', '-C', '2'],
          { stdio: ['ignore', 'pipe', 'ignore'] },
        );
        let text = '';
        heard.stdout.on('data', (chunk) => (text += String(chunk)));
        await once(heard, 'exit');
        assert.match(text, /^\d+\n\d+\n$/);
        const on = world.next(/LED green on/);
        spawnSync('mosquitto_pub', [
          ...['-h', '127.0.0.1', '-p', String(port), '-u', 'board', '-P', 'geheim'],
          ...['-t', 'green', '-m', 'on', '-q', '1'],
        ]);
        await on;
        assert.ok(!world.lines.some(({ text: line }) => line.includes('geheim')));
        await closeAll();
      },
    );
  });
}
