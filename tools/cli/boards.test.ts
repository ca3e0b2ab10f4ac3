/** The command `boards` as a person runs it: it tells what its boards do, and ends with the npm that started it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { connectAsync } from 'mqtt';
import { compileApplication } from '../compiler';
import { connectBoard } from '../flash/board';
import { keepUpload } from '../flash/history';
import { inPackage } from '../package';

/** For one thing to happen, on a PC that has much else to do. ms */
const WITHIN = 60_000;

/** Ports that the command takes. */
const PORTS = 4;

const folder = mkdtempSync(join(tmpdir(), 'boards-'));
process.env['MQTTLINK_STATE'] = join(folder, 'state');
after(() => rmSync(folder, { recursive: true }));

const APP = `function water(valve: number): void {
  if (valve > 4) throw new Error('no such valve');
}
print('garden begins');
let on = false;
setInterval(() => {
  on = !on;
  digitalWrite(LED1, on);
}, 300);
// The tool has to be gone from the console by then.
setTimeout(() => {
  print('watering');
  water(7);
}, 1500);
`;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** The first of some ports in a row, below those that the system gives away by itself. */
async function freePorts(): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const all = Array.from({ length: PORTS }, (_, i) => isFree(first + i));
    if (!(await Promise.all(all)).includes(false)) return first;
  }
}

async function until(done: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
  for (const end = Date.now() + WITHIN; !(await done());) {
    assert.ok(Date.now() < end, what());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface Run {
  readonly pid: number;
  until(pattern: RegExp): Promise<void>;
  text(): string;
  /** Ends npm by a signal, and is done when nobody has the output any more. */
  kill(): Promise<void>;
}

function npm(...words: string[]): Run {
  const child = spawn('npm', words, {
    cwd: inPackage('.'),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  let closed = false;
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (text += data.toString()));
  child.on('close', () => (closed = true));
  const { pid } = child;
  assert.ok(pid);
  // Whatever of it a failed test leaves.
  after(() => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Nothing.
    }
  });
  return {
    pid,
    until: (pattern) =>
      until(
        () => pattern.test(text),
        () => `no ${String(pattern)} in\n${text}`,
      ),
    text: () => text,
    async kill() {
      child.kill('SIGTERM');
      await until(
        () => closed,
        () => `runs on:\n${text}`,
      );
    },
  };
}

test('what boards do is told, and a signal to npm ends all', async () => {
  writeFileSync(join(folder, 'garden.ts'), APP);
  const first = await freePorts();
  const [{ code, map }, run] = await Promise.all([
    compileApplication({ entry: join(folder, 'garden.ts') }),
    (async () => {
      const started = npm('run', '--silent', 'boards', '--', '--port', String(first));
      await started.until(/^Keys: /m);
      return started;
    })(),
  ]);

  const port = `tcp://127.0.0.1:${String(first + 1)}`;
  const board = await connectBoard(port);
  await run.until(/^\d\d:\d\d:\d\d host {3}a program is at the console$/m);
  await board.writeFile('.bootcde', code);
  const time = new Date().toISOString();
  keepUpload({
    time,
    role: 'host',
    port,
    serial: '',
    name: 'host-garden',
    code,
    map,
    files: {},
    settings: {},
  });
  await board.load();
  board.close();
  const client = await connectAsync(`mqtt://127.0.0.1:${String(first + 2)}`, { clientId: 'gardener' });
  await client.publishAsync('bed/1', 'dry\n');
  await client.publishAsync('bed/2', Buffer.from([0, 255]));
  await client.publishAsync('bed/3', 'x'.repeat(500));
  await client.endAsync();

  await run.until(/ broker gardener connects$/m);
  await run.until(/ broker bed\/1 dry\\n$/m);
  await run.until(/ broker bed\/2 00 ff$/m);
  await run.until(/ broker bed\/3 x{80}… \(500 bytes\)$/m);
  await run.until(/ broker gardener is gone$/m);
  await run.until(/ host {3}LED1 on$/m);
  await run.until(/ host {3}watering$/m);
  await run.until(/ host {3}Uncaught Error: no such valve$/m);
  await run.until(/ host {5,}at water \(\S*garden\.ts:2:\d+\)$/m);
  // What the tool and the board said to each other is nobody's business.
  assert.doesNotMatch(run.text(), /<<<|writeFile|\.bootcde/);

  await run.kill();
  await until(
    async () =>
      !(await Promise.all(Array.from({ length: PORTS }, (_, i) => isFree(first + i)))).includes(false),
    () => 'a port is still taken',
  );
});

test('a signal to npm ends the command start as well', async () => {
  const run = npm('start', '--silent');
  await run.until(/ host {3}.*running/i);
  await run.kill();
});
