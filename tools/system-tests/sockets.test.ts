/**
 * The target's bundle on an emulated board that has no socket left, and in a
 * network that comes and goes while it asks for the time.
 */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { test } from 'node:test';
import { startWorld } from '../rig/world';
import type { World, WorldOptions } from '../rig/world';

/** For what takes seconds on an idle PC, ms. */
const SOON = 60_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function withWorld(
  options: Partial<WorldOptions>,
  body: (world: World, until: (done: () => boolean) => Promise<void>) => Promise<void>,
): Promise<void> {
  const world = await startWorld({
    engine: 'emulator',
    app: 'simple',
    onLine: () => undefined,
    ...options,
    net: { interval: 1, timeout: 10, targetVerbose: true, ...options.net },
  });
  try {
    await body(world, async (done) => {
      for (const end = Date.now() + SOON; !done(); await pause(10)) assert.ok(Date.now() < end, 'too late');
    });
  } finally {
    await world.stop();
  }
}

test('no socket left: the broker is tried again with growing pauses, and reached when there is one', async () => {
  // All ten are taken before the bundle starts, and given back after a while.
  const held = `(function () {
    var held = [];
    for (var i = 0; i < 10; i++) { held.push(require("dgram").createSocket("udp4")); held[i].bind(6000 + i); }
    setTimeout(function () { held.forEach(function (u) { u.close(); }); }, 8000);
  })();`;
  const failures: number[] = [];
  let running = 0;
  await withWorld(
    {
      targetFiles: { '.boot1': held },
      onLine(board, line) {
        if (board === 'host' && line.includes('connected to the broker')) running = Date.now();
        if (board !== 'target') return;
        if (/^status \d+ Unable to create socket$/.test(line)) failures.push(Date.now());
        if (/^Uncaught/.test(line)) failures.push(NaN);
      },
    },
    async (_world, until) => until(() => running > 0),
  );
  const gaps = failures.slice(1).map((at, i) => at - (failures[i] ?? 0));
  assert.ok(gaps.length >= 2, failures.join());
  for (const [i, gap] of gaps.entries()) assert.ok(i === 0 || gap > (gaps[i - 1] ?? 0), gaps.join());
});

test('asking for the time while the network is away costs no socket', async () => {
  const clock = createSocket('udp4');
  let asked = 0;
  clock.on('message', () => asked++);
  await new Promise<void>((resolve) => clock.bind(0, '127.0.0.1', resolve));
  // The bundle's own clock, so much faster that a minute between two questions takes a moment; it counts what it opens.
  const fast = `(function () {
    var opened = 0, dgram = require("dgram"), later = setTimeout;
    require("Wifi").stopAP();
    Modules.addCached("dgram", { createSocket: function (t) { print("opened", ++opened); return dgram.createSocket(t); } });
    setTimeout = function (f, ms, a) { return later(f, ms >= 60000 ? 200 : ms === 5000 ? 100 : ms, a); };
  })();`;
  let opened = 0;
  try {
    await withWorld(
      {
        targetFiles: { '.boot1': fast },
        net: { ntpServer: '127.0.0.1', ntpPort: clock.address().port, rtcResync: 60 },
        onLine(_board, line) {
          opened = Number(/^opened (\d+)$/.exec(line)?.[1] ?? opened);
        },
      },
      async (world, until) => {
        await until(() => asked >= 3);
        world.pair.setAccessPoint(false);
        await pause(5000);
        const before = asked;
        world.pair.setAccessPoint(true);
        await until(() => asked >= before + 3);
        assert.equal(opened, 1);
      },
    );
  } finally {
    clock.close();
  }
});
