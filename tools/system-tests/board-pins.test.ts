/** A host that is a certain board: the link goes over that board's own pins, and its inputs reach the application. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundleApplication } from '../cli/application';
import { startInputs } from '../rig/inputs';
import { parseInput } from '../rig/inputs/steps';
import { boardOf } from '../config/boards';
import { startWorld } from '../rig/world';

const APPLICATION = `
import { launch } from 'espruino-mqtt-link';
const wire = new OneWire(A5);
launch(function (link) {
  print('level', analogRead(A1), 'chip', I2C1.readReg(0x76, 0xd0, 1)[0], wire.search()[0]);
  setWatch(function () { digitalWrite(LED1, 1); new OneWire(B10); print('pressed'); }, BTN1, { edge: 'rising' });
});
I2C1.setup({ scl: B8, sda: B9 });
`;

test('an application with sensors runs on the pins of the board that is named', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sensors-'));
  const path = join(folder, 'sensors.ts');
  writeFileSync(path, APPLICATION);
  const lines: string[] = [];
  try {
    const { code, name } = await bundleApplication(path, { board: 'PICO_R1_3' });
    const say = (text: string): void => void lines.push(text);
    const world = await startWorld({
      engine: 'emulator',
      app: name,
      hostBundle: code,
      board: 'PICO_R1_3',
      onLine: (board, line) => say(`${board} ${line}`),
      onEvent: say,
    });
    const until = async (what: RegExp): Promise<void> => {
      for (const end = Date.now() + 30_000; !lines.some((line) => what.test(line)); await sleep(20))
        assert.ok(Date.now() < end, `no ${String(what)} in ${lines.join('\n')}`);
    };
    try {
      const input = ['A1=0.25', 'I2C1:0x76@0xd0=0x60', 'OneWire:A5=28ff000000000001:1'].map((one) =>
        parseInput(one),
      );
      const end = await startInputs({ input }, world, boardOf('PICO_R1_3')?.devices ?? {}, (who, text) =>
        say(`${who} ${text}`),
      );
      await until(/^host level 0\.25 chip 96 28ff000000000001$/);
      world.peripherals?.level('BTN1', 1);
      await until(/^host pressed$/);
      await until(/^host LED1 on$/);
      await until(/^the application makes it OneWire: B10, but that pin is the link's reset/);
      end();
    } finally {
      await world.stop();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
