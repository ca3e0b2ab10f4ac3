/** The command `dev`: what is saved runs, on boards on this PC and on one at a port, and what is wrong stops nothing. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { inPackage } from '../package';
import { startVirtualBoards } from '../rig/virtual';

/** For one thing to happen, on a PC that has much else to do. ms */
const WITHIN = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'dev-'));
after(() => rmSync(folder, { recursive: true }));

function save(text: string): void {
  writeFileSync(join(folder, 'app.ts'), text);
}

const app = (version: string): string => `import { launch } from 'espruino-mqtt-link';
import { words } from './words';
print('version ${version}' + words);
launch(() => undefined);
`;

async function developed(...options: string[]): Promise<void> {
  writeFileSync(join(folder, 'words.ts'), "export const words = ' old';\n");
  save(app('one'));
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), inPackage('tools/cli/mqttlink.ts'), 'dev', 'app.ts', ...options],
    { cwd: folder, env: { ...process.env, MQTTLINK_STATE: join(folder, 'state') } },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (text += data.toString()));
  const until = async (pattern: RegExp): Promise<void> => {
    for (const end = Date.now() + WITHIN; !pattern.test(text);) {
      assert.ok(Date.now() < end && child.exitCode === null, `no ${String(pattern)} in\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  try {
    await until(/version one old\n[^]*first line after/);
    save('const valve: number = "open";\n');
    await until(/app\.ts:1:7: Type 'string' is not assignable to type 'number'/);
    save(app('two'));
    await until(/version two old\n[^]*compiled in \d+ ms, [^\n]*, first line after \d+ ms\n/);
    // A module of it counts as well.
    writeFileSync(join(folder, 'words.ts'), "export const words = ' new';\n");
    await until(/version two new\n/);
  } finally {
    const ended = new Promise((resolve) => child.on('close', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
  }
  assert.equal(child.exitCode, 0);
}

test('on boards on this PC', () => developed());

test('on a board at a port', async () => {
  const boards = await startVirtualBoards({ engine: 'emulator' });
  try {
    writeFileSync(join(folder, 'net.jsonc'), JSON.stringify(boards.net));
    writeFileSync(join(folder, 'pins.jsonc'), '{ "board": "auto" }');
    await developed('--port', boards.ports.host, '--settings', '.');
  } finally {
    await boards.stop();
  }
});
