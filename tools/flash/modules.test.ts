/** The library as a module on a blank board, put there by the command, and used by a program that comes afterwards. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, describe, test } from 'node:test';
import { findEspruino } from '../rig/engines/espruino';
import { startVirtualBoards } from '../rig/virtual';
import { ENGINES, readBundle } from '../rig/world';
import { connectBoard } from './board';
import { modulesToPut } from './modules';

const stops: (() => unknown)[] = [];
after(async () => {
  for (const stop of stops.reverse()) await stop();
});

/** Runs the command as a shell does; both outputs together. */
function flashModule(line: string): Promise<{ code: number | null; text: string }> {
  const child = spawn('/bin/sh', ['-c', `exec npm run --silent flash -- module ${line}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (text += String(data)));
  const timer = setTimeout(() => child.kill('SIGKILL'), 120_000);
  return new Promise((resolve) =>
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, text });
    }),
  );
}

for (const engine of ENGINES) {
  const skip = engine === 'espruino' && !findEspruino() ? 'no Espruino interpreter' : false;

  describe(`on ${engine}`, { skip }, () => {
    test('the module arrives, is read back, is not sent twice, and a program has it', async () => {
      const { pair, ports, stop } = await startVirtualBoards({ engine, onConsole: () => undefined });
      stops.push(stop);
      const first = await flashModule(`--port ${ports.host}`);
      assert.equal(first.code, 0, first.text);
      const library = readBundle('mqttlink');
      assert.match(
        first.text,
        new RegExp(`has the module mqttlink, ${String(library.length)} bytes, read back`),
      );
      assert.deepEqual(await pair.storage('host'), { mqttlink: library });

      const again = await flashModule(`--port ${ports.host} --wifi`);
      assert.equal(again.code, 0, again.text);
      assert.doesNotMatch(again.text, /module mqttlink/);
      assert.match(again.text, /has the module MQTT, \d+ bytes, read back/);
      assert.deepEqual(await pair.storage('host'), modulesToPut(library, true));

      const board = await connectBoard(ports.host);
      stops.push(() => board.close());
      assert.equal(await board.evaluate('typeof require("mqttlink").MQTTLink'), 'function');
      assert.equal(await board.evaluate('require("MQTT").create("b").port'), 1883);
      board.close();

      if (engine === 'espruino') return;
      const wrong = await flashModule(`--port ${ports.target}`);
      assert.equal(wrong.code, 1);
      assert.match(wrong.text, /^The board at .* is an ESP8266: .*\. Is that port the target’s\?\n$/);
    });
  });
}
