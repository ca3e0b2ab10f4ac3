/**
 * The package as its user has it: packed, put into a folder that knows nothing of the repository, and used there from the
 * first command to an application of his own on two boards. What npm would fetch is lent from here, so that no network
 * is needed.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { inPackage } from '../package';
import { startVirtualBoards } from '../rig/virtual';
import { loadLibrary } from '../compiler/library';
import { PROGRAM, buildProgram, writeTypes } from './program';

/** For one command, on a PC that has much else to do. ms */
const WITHIN = 100_000;

const NAME = 'espruino-mqtt-link';

const folder = mkdtempSync(join(tmpdir(), 'package-'));
after(() => rmSync(folder, { recursive: true }));

const about = JSON.parse(readFileSync(inPackage('package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  bin: { mqttlink: string };
};

function install(): void {
  const pack = spawnSync(
    'npm',
    ['pack', '--offline', '--ignore-scripts', '--silent', '--pack-destination', folder],
    {
      cwd: inPackage(),
      encoding: 'utf8',
    },
  );
  assert.equal(pack.status, 0, pack.stderr);
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  const place = join(folder, 'node_modules', NAME);
  mkdirSync(place, { recursive: true });
  const tar = spawnSync('tar', ['-xzf', join(folder, tarball), '-C', place, '--strip-components=1']);
  assert.equal(tar.status, 0);
  for (const name of Object.keys(about.dependencies)) {
    const to = join(folder, 'node_modules', name);
    mkdirSync(dirname(to), { recursive: true });
    symlinkSync(inPackage('node_modules', name), to);
  }
}

/** Types a command of the installed program, and ends it when something was printed. */
function mqttlink(
  words: string,
  cwd: string,
  until?: RegExp,
): Promise<{ code: number | null; text: string; ms: number }> {
  const begun = Date.now();
  const child = spawn(
    process.execPath,
    [join(folder, 'node_modules', NAME, about.bin.mqttlink), ...words.split(' ')],
    {
      cwd,
      env: { PATH: process.env['PATH'], MQTTLINK_STATE: join(folder, 'state') },
    },
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
      resolve({ code, text, ms: Date.now() - begun });
    }),
  );
}

test('npm pack makes all of it first: nothing keeps npm from the script that does', () => {
  const { scripts } = JSON.parse(readFileSync(inPackage('package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  assert.match(scripts['prepack'] ?? '', /npm run --silent package$/);
  // With it npm packs what is there, and in a fresh clone that is no program.
  const settings = inPackage('.npmrc');
  assert.ok(!existsSync(settings) || !/^\s*ignore-scripts/m.test(readFileSync(settings, 'utf8')));
});

describe('an installed package', () => {
  const garden = join(folder, 'garden');
  before(async () => {
    await loadLibrary();
    writeTypes(inPackage('dist/types'));
    await buildProgram(inPackage(PROGRAM));
    install();
  });

  test('holds no path of the machine where it was made, and no file with passwords', () => {
    const place = join(folder, 'node_modules', NAME);
    const files = readdirSync(place, { recursive: true }).map(String);
    for (const file of files.filter((name) => /\.(js|cjs|json|ts)$/.test(name)))
      assert.ok(!readFileSync(join(place, file), 'utf8').includes(inPackage()), file);
    assert.ok(!files.some((name) => /(net|pins|shared)\.jsonc$/.test(name)));
    assert.ok(!files.some((name) => name.endsWith('.test.ts')));
  });

  test('shows its help at once', async () => {
    const { code, text, ms } = await mqttlink('help', folder);
    assert.equal(code, 0, text);
    assert.match(text, /^Usage: mqttlink /);
    assert.ok(ms < 3000, `${String(ms)} ms`);
  });

  test('makes a project, whose types are right and whose application sends messages', async () => {
    const made = await mqttlink('new garden', folder);
    assert.equal(made.code, 0, made.text);
    assert.ok(existsSync(join(garden, 'settings', 'net.jsonc')));
    const { devDependencies } = JSON.parse(readFileSync(join(garden, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    assert.match(devDependencies[NAME] ?? '', /^file:\.\.\/espruino-mqtt-link-\S+\.tgz$/);
    symlinkSync('../node_modules', join(garden, 'node_modules'));
    const checked = spawnSync(
      process.execPath,
      [inPackage('node_modules/typescript/bin/tsc'), '-p', garden],
      {
        encoding: 'utf8',
      },
    );
    assert.equal(checked.status, 0, checked.stdout);
    const { code, text } = await mqttlink('start --seconds 6', garden);
    assert.equal(code, 0, text);
    assert.match(text, /host {3}count 1\n/);
    const twice = await mqttlink('new garden', folder);
    assert.equal(twice.code, 1);
    assert.equal(twice.text, 'garden is there already, and not empty: choose another name\n');
    const js = await mqttlink('new shed --js', folder);
    assert.equal(js.code, 0, js.text);
    assert.ok(existsSync(join(folder, 'shed', 'shed.js')));
  });

  test('runs an application of its own where there is no project', async () => {
    const { code, text } = await mqttlink('start --seconds 6', folder);
    assert.equal(code, 0, text);
    assert.match(text, /host {3}publish 1\n/);
  });

  test('flashes boards from the project, and shows what they print', async () => {
    const boards = await startVirtualBoards({ engine: 'emulator' });
    try {
      const settings = join(garden, 'settings', 'net.jsonc');
      writeFileSync(settings, JSON.stringify({ ...boards.net, interval: 1 }));
      const { code, text } = await mqttlink(
        `flash both --target-port ${boards.ports.target} --host-port ${boards.ports.host}`,
        garden,
      );
      assert.equal(code, 0, text);
      assert.match(text, /: runs espruino-mqtt-link \S+ target, /);
      assert.match(text, /: runs espruino-mqtt-link \S+ host-garden, /);
      const watched = await mqttlink(
        `monitor --target-port ${boards.ports.target} --port ${boards.ports.host} --reset`,
        garden,
        / host {3}count 1\n/,
      );
      assert.equal(watched.code, 0, watched.text);
      assert.match(watched.text, /^host at \S+: EMULATOR, runs espruino-mqtt-link \S+ host-garden$/m);
    } finally {
      await boards.stop();
    }
  });
});
