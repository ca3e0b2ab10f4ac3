/** Several devices: what they share stands once, git gets no password, and what is wrong is told by its file and line. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { readSettings } from '.';
import { deviceNames, makeDevice, readDevice } from './devices';
import { protectSettings } from './files';

const home = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'devices-'));
before(() => process.chdir(folder));
after(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

const SHARED = '{ "ssid": "home",\n "password": "hidden-one",\n "broker": "10.0.0.2" }';

test('a new device has its files, for its owner alone, and the first one those of all', () => {
  assert.deepEqual(makeDevice('shed'), [
    'devices/shared.jsonc',
    'devices/shed/net.jsonc',
    'devices/shed/pins.jsonc',
    'devices/shed/device.jsonc',
  ]);
  assert.deepEqual(makeDevice('attic').length, 3);
  assert.deepEqual(makeDevice('attic'), []);
  assert.deepEqual(deviceNames(), ['attic', 'shed']);
  for (const path of ['devices/shared.jsonc', 'devices/shed/net.jsonc'])
    assert.equal(statSync(path).mode & 0o777, 0o600, path);
  // Of a new one, what all share is still to be filled in.
  const lines = readFileSync('devices/shared.jsonc', 'utf8').split('\n');
  const line = lines.findIndex((text) => text.includes('"ssid"')) + 1;
  assert.throws(
    () => readSettings('devices/shed'),
    new RegExp(`^Error: devices/shared\\.jsonc, line ${String(line)}: ssid is ""`),
  );
  assert.throws(() => makeDevice('../shed'), /^Error: A device's name is that of a folder: [^\n]*$/);
});

test('a device has what all share, and its own in place of it', () => {
  writeFileSync('devices/shared.jsonc', SHARED);
  writeFileSync('devices/attic/net.jsonc', '{ "broker": "10.0.0.3", "clientId": "attic" }');
  const net = (name: string): unknown => JSON.parse(readSettings(`devices/${name}`).net);
  assert.deepEqual(net('shed'), { ssid: 'home', password: 'hidden-one', broker: '10.0.0.2' });
  assert.deepEqual(net('attic'), {
    ssid: 'home',
    password: 'hidden-one',
    broker: '10.0.0.3',
    clientId: 'attic',
  });
  writeFileSync('devices/attic/net.jsonc', '{\n "brokr": "10.0.0.3" }');
  assert.throws(
    () => net('attic'),
    /^Error: devices\/attic\/net\.jsonc, line 2: settings has no field brokr/,
  );
  writeFileSync('devices/shared.jsonc', SHARED.replace('home', 'home'.repeat(9)));
  assert.throws(() => net('shed'), /^Error: devices\/shared\.jsonc, line 1: ssid is /);
  writeFileSync('devices/shared.jsonc', SHARED);
});

test('a device says what it runs, and a mistake in that is told', () => {
  writeFileSync('devices/shed/device.jsonc', '{ "app": "garden.ts", "port": "COM3" }');
  assert.deepEqual(readDevice('shed'), {
    name: 'shed',
    directory: join('devices', 'shed'),
    app: 'garden.ts',
    port: 'COM3',
  });
  writeFileSync('devices/shed/device.jsonc', '{\n "ap": "garden.ts" }');
  assert.throws(
    () => readDevice('shed'),
    /device\.jsonc, line 2: a device has no field ap\. Allowed: app, port, targetPort$/,
  );
  writeFileSync('devices/shed/device.jsonc', '{ "port": 3 }');
  assert.throws(() => readDevice('shed'), /device\.jsonc, line 1: port is 3\. Allowed: a string$/);
  assert.throws(
    () => readDevice('shedd'),
    /^Error: There is no device shedd in devices\/, there are attic, shed; .*\. Did you mean shed\?$/,
  );
});

const noGit = spawnSync('git', ['--version']).error !== undefined;

test('git takes no password along', { skip: noGit && 'there is no git' }, () => {
  const git = (...args: string[]) => spawnSync('git', args, { encoding: 'utf8' });
  assert.equal(git('init', '-q').status, 0);
  assert.deepEqual(protectSettings('devices/shed'), [
    'wrote devices/shed/.gitignore, since git would have taken net.jsonc and its passwords along',
    'wrote devices/.gitignore, since git would have taken shared.jsonc and its passwords along',
  ]);
  assert.deepEqual(protectSettings('devices/shed'), []);
  git('add', '-A');
  assert.deepEqual(
    git('ls-files')
      .stdout.split('\n')
      .filter((name) => /shed|shared/.test(name)),
    ['devices/shed/.gitignore', 'devices/shed/device.jsonc', 'devices/shed/pins.jsonc'],
  );
  // The attic's was taken before anybody looked.
  assert.throws(
    () => protectSettings('devices/attic'),
    /^Error: git has devices\/attic\/net\.jsonc, which is for passwords: take it out by "git rm --cached /,
  );
  mkdirSync('open');
  writeFileSync('open/net.jsonc', SHARED, { mode: 0o644 });
  writeFileSync('open/.gitignore', '*.log');
  protectSettings('open');
  assert.equal(statSync('open/net.jsonc').mode & 0o777, 0o600);
  assert.equal(readFileSync('open/.gitignore', 'utf8'), '*.log\nnet.jsonc\n');
});
