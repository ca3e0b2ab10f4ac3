/**
 * More messages than a busy host takes: whoever runs `npm start` reads of it while it lasts, and what to do. On real
 * interpreters, for only a target with the memory of an ESP8266 has no room; the emulator's memory is an estimate.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { inPackage } from '../package';
import { findEspruino } from '../rig/engines/espruino';

/** The target says it every 3 s while it lasts. ms */
const WITHIN = 10_000;

/** For the boards to start, on a PC that has much else to do. ms */
const STARTED = 60_000;

/** ms between two messages, and how long the host is busy with one. */
const EVERY = 15;
const BUSY = 300;

/** A build with an ESP8266's memory, for the target. */
const SMALL = 'espruino-linux-1600';
const small =
  process.env['ESPRUINO_TARGET'] ??
  spawnSync('/bin/sh', ['-c', `command -v ${SMALL}`], { encoding: 'utf8' }).stdout.trim();
const skip = !findEspruino()
  ? 'there is no interpreter for Linux'
  : !small && `there is no interpreter with an ESP8266's memory, ${SMALL}`;

const APPLICATION = `import { launch } from 'espruino-mqtt-link';
launch((link) => {
  link.subscribe('flood', () => {
    const end = Date.now() + ${String(BUSY)};
    while (Date.now() < end);
  });
});
`;

test('a flood that a busy host does not take is told within 10 s, with what to do', { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flood-'));
  const app = join(folder, 'busy.ts');
  writeFileSync(app, APPLICATION);
  const words = ['tools/cli/mqttlink.ts', 'start', '--engine', 'espruino', '--app', app];
  const child = spawn(process.execPath, ['--import', 'tsx', ...words], {
    cwd: inPackage(),
    env: { ...process.env, ESPRUINO_TARGET: small },
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (text += data.toString()));

  async function reads(
    pattern: RegExp,
    ms: number,
    meanwhile: () => void = () => undefined,
  ): Promise<string> {
    for (const end = Date.now() + ms; Date.now() < end && !pattern.test(text); await sleep(EVERY))
      meanwhile();
    return pattern.exec(text)?.[1] ?? assert.fail(`no ${String(pattern)} in\n${text}`);
  }

  try {
    const client = await connectAsync(await reads(/broker (mqtt:\S+)\. /, STARTED));
    try {
      await reads(/ (running)\n/, STARTED);
      const flood = (): void => void client.publish('flood', Buffer.alloc(40, 'x'));
      await reads(/ messages were dropped: (\d+)\n/, WITHIN, flood);
      const advice = await reads(/ (\d+ messages? (?:was|were) lost so far: .*)\n/, 1000);
      assert.match(advice, / Let callbacks return sooner, have fewer sent, /);
    } finally {
      await client.endAsync(true);
    }
  } finally {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true });
  }
});
