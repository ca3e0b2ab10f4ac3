/**
 * Nobody else gets in: the target's bundle on boards as they are sold, with an
 * open access point and a console for everyone, and a stranger who knocks all
 * the time.
 */
import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { createEmulatedPair } from '../rig/engines/emulator';
import type { EmulatedPair } from '../rig/engines/emulator';
import { findEspruino } from '../rig/engines/espruino';
import { ENGINES, NETWORK, readBundle, startWorld } from '../rig/world';

/** The interpreter's own port for Telnet, which cannot be chosen. */
const TELNET = 2323;

/** For what takes seconds on an idle PC, ms. */
const SOON = 60_000;

/** The stranger stays for so long after all is up, ms. */
const STAYS = 500;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** @param port 0: any. @returns a port that nobody has, or undefined */
function freePort(port: number): Promise<number | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.on('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const found = (server.address() as AddressInfo).port;
      server.close(() => resolve(found));
    });
  });
}

/** Whether a connection is taken. */
function knock(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** Somebody who knocks until he is stopped, and is then told how often he was let in. */
function stranger(port: number): { knocks(): number; stop(): Promise<number> } {
  let knocks = 0;
  let entered = 0;
  let stays = true;
  const all = (async () => {
    for (; stays; await pause(2)) {
      if (await knock(port)) entered++;
      knocks++;
    }
  })();
  return {
    knocks: () => knocks,
    async stop() {
      stays = false;
      await all;
      return entered;
    },
  };
}

interface Saved {
  readonly ssid: string;
  readonly mode: number;
  readonly sleepType: number;
}

async function savedNetwork(pair: Pick<EmulatedPair, 'storage'>): Promise<Saved | undefined> {
  const text = (await pair.storage('target'))['.wificfg'];
  // An interpreter writes the names of fields without quotes.
  return text === undefined ? undefined : (JSON.parse(text.replace(/([{,])(\w+):/g, '$1"$2":')) as Saved);
}

for (const engine of ENGINES) {
  const missing = engine === 'espruino' && !findEspruino() ? 'no Espruino interpreter' : false;

  describe(`on ${engine}`, { skip: missing }, () => {
    test('a new board: no console from the first moment on, and no access point', async (t) => {
      const port = await freePort(engine === 'espruino' ? TELNET : 0);
      if (port === undefined) return t.skip(`port ${String(TELNET)} is taken`);
      const lines: string[] = [];
      const until = async (pattern: RegExp, from: number): Promise<void> => {
        const end = Date.now() + SOON;
        while (!lines.slice(from).some((line) => pattern.test(line))) {
          assert.ok(Date.now() < end, `no ${String(pattern)} but: ${lines.slice(-8).join(' | ')}`);
          await pause(20);
        }
      };
      const someone = stranger(port);
      let entered = 0;
      let saved: object | undefined;
      const world = await startWorld({
        engine,
        app: 'simple',
        telnet: port,
        net: { interval: 1, timeout: 10 },
        onLine: (board, line) => lines.push(`${board}: ${line}`),
      }).catch(async (error: unknown) => {
        await someone.stop();
        throw error;
      });
      try {
        await until(/acknowledged/, 0);
        await pause(STAYS);
        // A network is saved when it has stood for a second.
        for (let i = 0; i < 100 && !saved; i++) {
          await pause(100);
          saved = pick(await savedNetwork(world.pair));
        }
        world.pair.crashTarget();
        await until(/acknowledged/, lines.length);
        await pause(STAYS);
      } finally {
        entered = await someone.stop();
        await world.stop();
      }
      // The network was joined, and saved as that of a station alone, with its radio always on.
      assert.deepEqual(
        { entered, saved },
        { entered: 0, saved: { ssid: NETWORK.ssid, mode: 1, sleepType: 0 } },
      );
      assert.ok(someone.knocks() > 50);
    });
  });
}

function pick(saved: Saved | undefined): object | undefined {
  return saved && { ssid: saved.ssid, mode: saved.mode, sleepType: saved.sleepType };
}

/** The target alone, with its bundle and saved settings, once it has run for a while; `then` may go on with it. */
async function alone(
  settings: object | undefined,
  then: (pair: EmulatedPair) => Promise<void>,
): Promise<void> {
  const pair = createEmulatedPair({
    storage: {
      host: { '.bootcde': 'undefined' },
      target: {
        '.bootcde': readBundle('target'),
        ...(settings && { '.wificfg': JSON.stringify(settings) }),
      },
    },
    wifi: NETWORK,
    onLine: () => undefined,
  });
  await pair.start();
  try {
    await pause(STAYS);
    await then(pair);
  } finally {
    await pair.stop();
  }
}

test('an access point is closed by the first turn, long before a host says anything, and stays so', async () => {
  await alone(undefined, async (pair) => {
    assert.equal(pair.offered(), undefined);
    assert.equal(await savedNetwork(pair), undefined);
    assert.equal(pair.flashWrites('target'), 1);
    pair.restart('target');
    await pause(STAYS);
    assert.equal(pair.offered(), undefined);
    // What is closed is not closed again.
    assert.equal(pair.flashWrites('target'), 1);
  });
});

test('one that is saved is closed too, and taken out of what is saved; the network there stays', async () => {
  const settings = { ssid: NETWORK.ssid, password: NETWORK.password, mode: 3, sleepType: 2, ssidAP: 'mine' };
  await alone(settings, async (pair) => {
    assert.equal(pair.offered(), undefined);
    assert.deepEqual(pick(await savedNetwork(pair)), { ssid: NETWORK.ssid, mode: 1, sleepType: 0 });
    const writes = pair.flashWrites('target');
    pair.restart('target');
    await pause(STAYS);
    assert.equal(pair.offered(), undefined);
    assert.equal(pair.flashWrites('target'), writes);
  });
});

test('a station’s saved settings are not written anew', async () => {
  const settings = { ssid: NETWORK.ssid, password: NETWORK.password, mode: 1, sleepType: 2 };
  await alone(settings, async (pair) => {
    assert.equal(pair.offered(), undefined);
    assert.deepEqual(await savedNetwork(pair), settings);
    assert.equal(pair.flashWrites('target'), 0);
  });
});
