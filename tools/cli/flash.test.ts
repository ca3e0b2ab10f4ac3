/**
 * The command `flash` with what a person has in folders of his own: applications by path, devices with settings they
 * share, and a way back to what a board had.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { VERSION } from '../../shared/messages';
import { build, readBundle } from '../compiler/built';
import { connectBoard } from '../flash/board';
import { inPackage } from '../package';
import { startVirtualBoards } from '../rig/virtual';
import type { VirtualBoards } from '../rig/virtual';

/** For one command, on a PC that has much else to do. ms */
const WITHIN = 120_000;

const folder = mkdtempSync(join(tmpdir(), 'flash-'));
const PASSWORD = 'not-for-anybody';
let boards: VirtualBoards;

before(async () => {
  boards = await startVirtualBoards({ engine: 'emulator', wifi: { ssid: 'garden', password: PASSWORD } });
  write('devices/shared.jsonc', JSON.stringify({ ...boards.net, mqttUser: 'x', mqttPassword: PASSWORD }));
});
after(async () => {
  await boards.stop();
  rmSync(folder, { recursive: true });
});

/** Types a command in the person's folder, and ends it when something was printed. */
function mqttlink(words: string, until?: RegExp): Promise<{ code: number | null; text: string }> {
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), inPackage('tools/cli/mqttlink.ts'), ...words.split(' ')],
    { cwd: folder, env: { ...process.env, MQTTLINK_STATE: join(folder, 'state') } },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      text += data.toString();
      if (until?.test(text)) child.kill('SIGTERM');
    });
  const timer = setTimeout(() => child.kill('SIGKILL'), WITHIN);
  return new Promise((resolve) =>
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, text });
    }),
  );
}

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const app = (what: string): string => `import { launch } from 'espruino-mqtt-link';
launch(() => {
  print('${what}');
});
${what === 'broken' ? `setTimeout(() => {\n  throw new Error('in the shed');\n}, 50);\n` : ''}`;

test('a device gets an application by its path, says by its source what is wrong, and gets the old one back', async () => {
  write('devices/shed/pins.jsonc', '{ "board": "auto" }');
  write('devices/shed/device.jsonc', JSON.stringify({ app: 'src/shed.ts', port: boards.ports.host }));
  write('src/shed.ts', app('first'));
  const first = await mqttlink('flash host --device shed');
  assert.equal(first.code, 0, first.text);
  assert.match(first.text, /host at tcp:\S+: runs espruino-mqtt-link \S+ host-shed, \d+ bytes/);
  const { '.bootcde': before, 'net.json': net } = await boards.pair.storage('host');
  assert.match(before ?? '', /print\("first"\)/);
  assert.equal((JSON.parse(net ?? '{}') as { ssid: string }).ssid, 'garden');

  write('src/other.ts', app('broken'));
  const broken = await mqttlink('flash host --device shed --app src/other.ts --verbose');
  assert.equal(broken.code, 1, broken.text);
  assert.match(
    broken.text,
    /> Uncaught Error: in the shed\n.*> {5}at src\/other\.ts:6:\d+\n.*> {7}throw new Error\('in the shed'\);\n/,
  );
  assert.match(broken.text, /The host says: Uncaught Error: in the shed\./);

  const listed = await mqttlink('devices');
  assert.match(
    listed.text,
    /^shed: is to run src\/shed\.ts\n {2}host at tcp:\S+: runs \S+ \S+ host-other, .*: not what the sources are now\n$/m,
  );
  const told = await mqttlink('info --device shed');
  assert.equal(told.code, 0, told.text);
  assert.match(told.text, /^runs {6}\S+ \S+ host-other, \d+ bytes, CRC-32 \w+, put there from here on /m);
  assert.match(told.text, /^net\.json {2}\{"ssid":"garden","password":"\(secret\)",/m);
  assert.match(told.text, /^link {6}(?:not )?connected.*, \d+ publications wait; sent \d+, /m);
  // Its exceptions are told by the sources, which are known from the upload.
  const watched = await mqttlink('monitor --device shed --reset', /throw new Error/);
  assert.match(watched.text, / host {3}Uncaught Error: in the shed\n.* host {7}at src\/other\.ts:6:\d+\n/);

  const back = await mqttlink('flash host --device shed --previous');
  assert.equal(back.code, 0, back.text);
  assert.match(
    back.text,
    /goes back to host-shed of 20\d\d-\d\d-\d\d \d\d:\d\d UTC, with the settings it has/,
  );
  assert.equal((await boards.pair.storage('host'))['.bootcde'], before);
  for (const name of readdirSync(join(folder, 'state')))
    assert.ok(!readFileSync(join(folder, 'state', name), 'utf8').includes(PASSWORD));
});

/** The target's bundle of an earlier version: it greets with another number. */
async function olderTarget(): Promise<string> {
  await build(['target']);
  const bundle = readBundle('target');
  const greeting = new RegExp(`\\b(\\w+\\(1,)${String(VERSION)}(?=\\)\\+)`, 'g');
  assert.equal(bundle.match(greeting)?.length, 1);
  return bundle.replace(/^(\/\/\S+) \S+/, '$1 0.0.1').replace(greeting, `$1${String(VERSION - 1)}`);
}

test('an older target beside a newer host is named by every command that sees it, with what to do', async () => {
  const { host, target } = boards.ports;
  write('devices/attic/pins.jsonc', '{ "board": "auto" }');
  write(
    'devices/attic/device.jsonc',
    JSON.stringify({ app: 'src/attic.ts', port: host, targetPort: target }),
  );
  write('src/attic.ts', app('up there'));
  const board = await connectBoard(target);
  await board.writeFile('.bootcde', await olderTarget());
  await board.load();
  board.close();

  const advice = `the target has an older version of this library than the host, so that no message passes: flash it too, with "mqttlink flash target"`;
  const flashed = await mqttlink('flash host --device attic');
  assert.equal(flashed.code, 1, flashed.text);
  assert.ok(flashed.text.endsWith(`\n${host}: ${advice}.\n`), flashed.text);
  // As if the library had changed since, without another version.
  const kept = readdirSync(join(folder, 'state'))
    .filter((name) => name.endsWith('.json'))
    .sort()
    .at(-1);
  const path = join('state', kept ?? assert.fail('no upload'));
  const upload = JSON.parse(readFileSync(join(folder, path), 'utf8')) as { library: number };
  write(path, JSON.stringify({ ...upload, library: upload.library + 1 }));
  const watched = await mqttlink('monitor --device attic --reset', /older version/);
  assert.match(
    watched.text,
    /^host at \S+: this host got its library on .*: .*"mqttlink flash host" puts theirs there$/m,
  );
  assert.match(
    watched.text,
    /^target at \S+: this is not the target's bundle of these tools, .*: "mqttlink flash target" puts theirs there$/m,
  );
  assert.match(
    watched.text,
    / host {3}.*different versions: .*\n\S+ host {3}the target has an older version /,
  );
  const listed = await mqttlink('devices');
  assert.match(
    listed.text,
    /^ {2}target at \S+: runs \S+ \S+ target, .*; this is not the target's bundle of these tools, /m,
  );
  assert.match(
    listed.text,
    /^ {2}host at .*; this host got its library on 20\d\d-\d\d-\d\d \d\d:\d\d UTC, /m,
  );
  const mended = await mqttlink('flash target --device attic');
  assert.equal(mended.code, 0, mended.text);
  assert.match(
    mended.text,
    /had version 0\.0\.1 before: where the host has it still, "mqttlink flash host" is next$/m,
  );
  assert.match(
    mended.text,
    /^target at \S+: the host at tcp:\S+ got its program on .*: "mqttlink flash host" is next, /m,
  );
  const told = await mqttlink(`info --port ${target}`);
  assert.doesNotMatch(told.text, /^note/m);
  assert.match((await mqttlink(`info --port ${host}`)).text, /^note {6}this host got its library on /m);
});

test('what is wrong with names and ports is one line, before anything is sent', async () => {
  const refused = async (words: string, message: RegExp): Promise<void> => {
    const { code, text } = await mqttlink(words);
    assert.equal(code, 1, text);
    assert.match(text, message);
    assert.equal(text.trim().split('\n').length, 1, text);
  };
  const { host } = boards.ports;
  await refused(
    'flash host --device shedd',
    /^There is no device shedd in devices\/.* Did you mean shed\?$/m,
  );
  await refused('flash host', /^Name the port by --port PORT; "mqttlink ports" lists/);
  await refused(
    'flash target --device shed',
    /^Name the port by --port PORT, or "targetPort" in devices\/shed\//,
  );
  await refused(`flash both --device shed --target-port ${host}`, /^Both boards are said to be at tcp:/);
  await refused(
    'flash host --device shed --app src/none.ts',
    /^There is no application src\/none\.ts: no such file$/m,
  );
  await refused('start --app simpel', /^There is no application simpel: .*\. Did you mean simple\?$/m);
  write('src/wrong.ts', 'const valve: number = "open";\nprint(valve);\n');
  await refused(
    'start --app src/wrong.ts',
    /^src\/wrong\.ts:1:7: Type 'string' is not assignable to type 'number'\.$/m,
  );
});
