/** What TypeScript says of an application, where it is about boards and the link, at the author's line. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CompileError, compileApplication } from '.';

const folder = mkdtempSync(join(tmpdir(), 'boards-'));
after(() => rmSync(folder, { recursive: true }));

/** What is wrong with an application, each with its line. */
async function problems(code: string, board?: string): Promise<string[]> {
  const entry = join(folder, `app${String(code.length)}.ts`);
  writeFileSync(entry, `import { launch } from 'espruino-mqtt-link';\n${code}`);
  try {
    await compileApplication({ entry, ...(board !== undefined && { board }) });
    return [];
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    return error.problems.map(({ line, text }) => `${String(line)} ${text}`);
  }
}

test('a pin, an LED or an object that the board lacks is told in words', async () => {
  assert.deepEqual(
    await problems('launch(() => 0);\nB8.set(); E9.set();\nLED3.set(); NRF.sleep();', 'PICO_R1_3'),
    ['3 PICO_R1_3 has no pin E9', '4 PICO_R1_3 has no LED3', '4 the firmware of PICO_R1_3 has no NRF'],
  );
});

test('what it asks for first by typeof may be missing; any board has all', async () => {
  assert.deepEqual(
    await problems("launch(() => 0); if (typeof LED3 !== 'undefined') LED3.set();", 'PICO_R1_3'),
    [],
  );
  assert.deepEqual(await problems('launch(() => 0); B8.set(); E9.set(); NRF.sleep(); D31.read();'), []);
});

test('the link has one event, and publishes what has a text', async () => {
  const [event, message, ...more] = await problems(
    "launch((link) => {\nlink.on('message', (topic: string) => print(topic));\nlink.publish('t', true); link.publish('t', 21.5); link.on('connect', (kept) => print(!kept)); });",
  );
  assert.match(event ?? '', /^3 .*messages come to the callback of subscribe\(filter, callback\)/);
  assert.match(message ?? '', /^4 .*not assignable to parameter of type 'Message'/);
  assert.deepEqual(more, []);
});
