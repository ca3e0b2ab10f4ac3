/**
 * Boards and wires that misbehave: what stands still, hangs, crashes, or lets
 * nothing through, with what the user is told and what goes on by itself. On
 * emulated boards that run the shipped bundles, several pairs beside each other.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { Status } from '../../shared/status';
import { createBroker } from '../rig/network/broker';
import type { Broker } from '../rig/network/broker';
import type { EmulatedPair } from '../rig/engines/emulator';
import { WITHIN, startBench, until } from './liveness';
import type { LivenessBench } from './liveness';
import type { WorldOptions } from '../rig/world';

async function bench(t: TestContext, options: Partial<WorldOptions> = {}): Promise<LivenessBench> {
  const started = await startBench(options);
  t.after(() => started.stop());
  await started.status(Status.RUNNING, undefined, WITHIN, 0);
  return started;
}

/** A broker of the test's own, which outlives the boards. */
async function brokerOf(
  t: TestContext,
): Promise<{ broker: Broker; address: { host: string; port: number } }> {
  const broker = createBroker();
  await broker.start();
  t.after(() => broker.stop());
  return { broker, address: { host: '127.0.0.1', port: broker.port } };
}

/** Loose contacts: each wire is there for a moment, and is not, never all at once. @returns ends it */
function wobble(world: LivenessBench, wires: readonly ('sckout' | 'stx' | 'srx' | 'sckin')[]): () => void {
  let count = 0;
  const timer = setInterval(() => {
    wires.forEach((wire, i) => world.pair.cutWire(wire, count % wires.length !== i));
    count++;
  }, 7);
  return () => {
    clearInterval(timer);
    for (const wire of wires) world.pair.cutWire(wire, false);
  };
}

type Wreck = readonly [what: string, wreck: (world: LivenessBench) => () => void, load: boolean];

const WRECKS: readonly Wreck[] = [
  [
    'sckin is open and noisy',
    ({ pair }) => {
      pair.cutWire('sckin', true);
      pair.disturb('sckin', 0.5, 11);
      return () => {
        pair.disturb('sckin', 0);
        pair.cutWire('sckin', false);
      };
    },
    false,
  ],
  [
    'mckin is open and noisy',
    ({ pair }) => {
      pair.cutWire('sckout', true);
      pair.disturb('sckout', 0.5, 12);
      return () => {
        pair.disturb('sckout', 0);
        pair.cutWire('sckout', false);
      };
    },
    false,
  ],
  [
    "sckin is on the host's own sckout",
    ({ pair }) => {
      (pair as EmulatedPair).loopBack(true);
      return () => (pair as EmulatedPair).loopBack(false);
    },
    false,
  ],
  ['loose contacts', (world) => wobble(world, ['sckout', 'stx', 'srx', 'sckin']), false],
  [
    'long messages are damaged while short ones pass',
    ({ pair }) => {
      pair.disturb('stx', 1 / 700, 13);
      return () => pair.disturb('stx', 0);
    },
    true,
  ],
];

describe('boards and wires that misbehave', { concurrency: 4 }, () => {
  for (const [what, wreck, load] of WRECKS)
    test(`${what}: it is told where to look, pauses grow, and mended wires work again`, async (t) => {
      const world = await bench(t, { net: { timeout: 2 } });
      const from = world.lines.length;
      const mend = wreck(world);
      t.after(mend);
      if (load) world.order("publish('out/long',new Array(1000).join('x'),1)");
      await until('two failures', () => world.all(/^status 11 /).length >= 2, 2 * WITHIN);
      const failures = world.all(/^status 11 /);
      for (const { text } of failures) {
        assert.match(text, /^status 11 false /);
        assert.match(text, /wires|silent for 2 s|no HELLO/, 'what it says');
      }
      assert.ok(
        failures.some(({ text }) => /wires/.test(text)),
        `nothing says where to look: ${failures.map(({ text }) => text).join('; ')}`,
      );
      // From the failure to the reset: at once at first, then after a second, then two.
      const waits = failures.map(({ at }) => {
        const reset = world.lines.find((line) => line.at >= at && line.text === 'target held in reset');
        return reset ? reset.at - at : Infinity;
      });
      assert.ok((waits[1] ?? 0) > (waits[0] ?? 0) + 500, `pauses of ${waits.join(', ')} ms`);
      mend();
      await world.status(Status.RUNNING, undefined, 2 * WITHIN, Math.max(from, world.lines.length));
      world.order("publish('out/1','x',1)");
      await world.next(/^done out\/1 true/);
    });

  test('the host stands still while Wi-Fi and broker come and go: nothing is reset, and all goes on', async (t) => {
    const { broker, address } = await brokerOf(t);
    const world = await bench(t, { broker: address, net: { filters: ['in'] } });
    const from = world.lines.length;
    world.pair.freeze('host', true);
    for (let i = 0; i < 12; i++) {
      world.pair.setAccessPoint(false);
      await sleep(300);
      if (i % 4 === 1) await broker.stop();
      world.pair.setAccessPoint(true);
      await sleep(900);
      if (i % 4 === 1) await broker.start();
    }
    world.pair.freeze('host', false);
    world.order("publish('out/1','x',1)");
    await world.next(/^done out\/1 true/, WITHIN, from);
    assert.deepEqual(
      world.lines
        .slice(from)
        .filter(({ board, text }) =>
          board ? /^status (11|27) /.test(text) : /^target (held|starts)/.test(text),
        ),
      [],
    );
    // The news of what came and went does not pile up in the target.
    const told = world.lines.slice(from).filter(({ text }) => /^status (9|10) /.test(text));
    assert.ok(told.length <= 12, `${String(told.length)} statuses of Wi-Fi had piled up`);
  });

  test('the host hangs for good: the broker gets the will', async (t) => {
    const { address } = await brokerOf(t);
    const client = await connectAsync(`mqtt://127.0.0.1:${String(address.port)}`);
    t.after(() => client.endAsync(true));
    const heard: string[] = [];
    client.on('message', (topic, payload) => void heard.push(`${topic} ${String(payload)}`));
    await client.subscribeAsync('will', { qos: 1 });
    const HOST_TIMEOUT = 5;
    const world = await bench(t, { broker: address, net: { hostTimeout: HOST_TIMEOUT } });
    world.order("publish('out/1','x',1)");
    await world.next(/^done/, WITHIN, 0);
    assert.deepEqual(heard, []);
    world.pair.freeze('host', true);
    const begin = Date.now();
    await until('the will', () => heard.length);
    assert.deepEqual(heard, ['will gone']);
    const after = Date.now() - begin;
    assert.ok(after < (HOST_TIMEOUT + 5) * 1000, `after ${String(after)} ms`);
    assert.ok(after > (HOST_TIMEOUT - 2) * 1000, `already after ${String(after)} ms`);
  });

  test('a target hangs under an application that holds the board: it is reset in time that was free', async (t) => {
    const TIMEOUT = 2;
    const world = await bench(t, { net: { timeout: TIMEOUT } });
    // Busy for a second, free for a half.
    world.order(
      'var held=0;function hold(){var t=getTime();while(getTime()<t+1);held+=getTime()-t;setTimeout(hold,500)}hold()',
    );
    await sleep(4000);
    assert.equal(world.all(/^status 11 /).length, 0, 'it was reset without a cause');
    const from = world.lines.length;
    world.order('var hung=getTime();held=0');
    await sleep(1500);
    world.pair.hangTarget();
    world.order(
      "link.statusHandler(function(l,s,d){if(s===11)print('free',getTime()-hung-held);return mqttlink.defaultStatusHandler(l,s,d)})",
    );
    const { text } = await world.next(/^free /, WITHIN, from);
    assert.ok(Number(text.slice(5)) < TIMEOUT + 5, text);
    await until('started again', () => world.lines.slice(from).some((line) => line.text === 'target starts'));
    world.order("publish('out/1','x',1)");
    await world.next(/^done out\/1 true/, WITHIN, from);
  });

  test('what nobody catches in the target ends its start, the host hears why, and all goes on', async (t) => {
    const world = await bench(t, { net: { filters: ['in'] } });
    const from = world.lines.length;
    world.pair.type('target', "setTimeout(function(){throw new Error('nobody caught this')},10)\n");
    await world.status(Status.CRASHED, /nobody caught this/, WITHIN, from);
    await world.status(Status.RUNNING, undefined, WITHIN, from);
    world.order("publish('out/1','x',1)");
    await world.next(/^done out\/1 true/, WITHIN, from);
  });
});
