/**
 * The chips' own business on emulated boards with the built bundles: pins that are set up once, a processor's clock, a
 * reset line with a transistor. What is asked of the board is asked on its console, as by a person.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PairOptions } from '../../boards';
import { HOST_PINS } from '../../boards';
import { NETWORK, readBundle, startSurroundings } from '../../world';
import { createEmulatedPair } from './pair';
import type { EmulatedPair } from './pair';

/** Milliseconds for what takes a second or two on an idle PC. */
const SOON = 30_000;

interface Running {
  readonly pair: EmulatedPair;
  /** Resolves when the board has printed such a line since the start, or `after` that many characters. */
  printed(what: RegExp, after?: number, within?: number): Promise<void>;
  /** How much has been printed. */
  length(): number;
}

async function run(
  fields: { readonly pins?: object; readonly net?: object; readonly pair?: Partial<PairOptions> },
  body: (running: Running) => Promise<void>,
): Promise<void> {
  const around = await startSurroundings({});
  const pins = Object.fromEntries(Object.entries(HOST_PINS).map(([wire, pin]) => [wire, `D${String(pin)}`]));
  let all = '';
  const pair = createEmulatedPair({
    storage: {
      host: {
        '.bootcde': readBundle('host-simple'),
        'pins.json': JSON.stringify({ ...pins, ...fields.pins }),
        'net.json': JSON.stringify({ ...around.net, interval: 1, ...fields.net }),
      },
      target: { '.bootcde': readBundle('target') },
    },
    wifi: NETWORK,
    accessPoint: around.accessPoint,
    onLine: (board, line) => (all += `${board}: ${line}\n`),
    onConsole: () => undefined,
    ...fields.pair,
  });
  const printed = async (what: RegExp, after = 0, within = SOON): Promise<void> => {
    for (const end = Date.now() + within; !what.test(all.slice(after)); await sleep(20))
      assert.ok(Date.now() < end, `no ${String(what)} in:\n${all.slice(after)}`);
  };
  try {
    await pair.start();
    await body({ pair, printed, length: () => all.length });
  } finally {
    await pair.stop();
    await around.stop();
  }
}

test('the pins of the link and the LED are set up at the start, not at each write', async () => {
  await run({}, async ({ pair, printed }) => {
    await printed(/host: .*publish 2/);
    const before = [pair.modeChanges('host'), pair.modeChanges('target')];
    // Five for the lines of the host, five for the target's with its LED, and a watch now and then.
    await printed(/host: .*publish 4/);
    assert.deepEqual([pair.modeChanges('host'), pair.modeChanges('target')], before);
    assert.ok(
      before.every((changes) => changes < 20),
      before.join(),
    );
  });
});

test('the target runs at 160 MHz, and at 80 where it is not to be fast', async () => {
  for (const [net, clock] of [
    [{}, 160],
    [{ fast: true }, 160],
    [{ fast: false }, 80],
  ] as const)
    await run({ net }, async ({ pair, printed }) => {
      await printed(/host: .*publish 1/);
      pair.type('target', 'print("MHz", require("ESP8266").getState().cpuFrequency)\n');
      await printed(new RegExp(`target: .*MHz ${String(clock)}$`, 'm'));
    });
});

/** With a host that soon takes a silent target for a hung one. */
const IMPATIENT = { timeout: 1 };

test('a transistor at the reset line: the target is reset by a high level, and runs', async () => {
  const fields = { pins: { resetInverted: true }, net: IMPATIENT, pair: { resetInverted: true } };
  await run(fields, async ({ pair, printed, length }) => {
    await printed(/host: .*publish 1$/m);
    const before = length();
    pair.hangTarget();
    await printed(/host: .*silent for 1 s[^]*host: .*running[^]*host: publish/, before);
  });
});

test('with a transistor of which the settings do not say, a hung target stays hung', async () => {
  await run({ net: IMPATIENT, pair: { resetInverted: true } }, async ({ pair, printed, length }) => {
    await printed(/host: .*publish 1$/m);
    const before = length();
    pair.hangTarget();
    await printed(/host: .*silent for 1 s[^]*host: .*no HELLO/, before);
    await assert.rejects(printed(/host: .*running/, before, 3000));
  });
});
