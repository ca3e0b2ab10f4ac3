/**
 * The README's chapter on hardware, followed to the letter on blank virtual
 * boards of each engine, with the ports they print in place of a user's. The
 * commands come from the README, so that it cannot say what does not work.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createBroker } from '../rig/network/broker';
import { findEspruino } from '../rig/engines/espruino';
import { startVirtualBoards } from '../rig/virtual';
import type { VirtualBoards } from '../rig/virtual';
import { ENGINES } from '../rig/world';
import { testHost, testTarget } from '../selftest';
import { connectBoard } from './board';

/** What is put on boards here is nothing to go back to. */
const state = mkdtempSync(join(tmpdir(), 'state-'));
process.env['MQTTLINK_STATE'] = state;
after(() => rmSync(state, { recursive: true, force: true }));

/** For one command, on a PC that has much else to do. ms */
const WITHIN = 120_000;

/** Both must be in no output whatever. */
const WIFI = { ssid: 'cellar', password: 'wifi-is-hidden' };
const AUTH = { user: 'gardener', password: 'mqtt-is-hidden' };

/** A build with an ESP8266's memory, for the target. */
const SMALL = 'espruino-linux-1600';
const small = spawnSync('/bin/sh', ['-c', `command -v ${SMALL}`], { encoding: 'utf8' }).stdout.trim();

const hasMosquitto = spawnSync('mosquitto_sub', ['--help']).error === undefined;

/** Commands of the chapter's blocks that are to be typed. */
function chapter(): string[] {
  const readme = readFileSync('README.md', 'utf8');
  const text = /^## On hardware$.*?(?=^## )/ms.exec(readme)?.[0] ?? assert.fail('no chapter on hardware');
  return [...text.matchAll(/^ *```sh\n(.*?)^ *```$/gms)]
    .flatMap(([, block]) => (block ?? '').split('\n'))
    .map((line) => line.trim())
    .filter(Boolean);
}

interface Outcome {
  readonly code: number | null;
  readonly text: string;
}

/** Runs a line as a shell does; both outputs together. */
function type(line: string): Promise<Outcome> {
  const child = spawn('/bin/sh', ['-c', `exec ${line}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (text += data.toString()));
  const timer = setTimeout(() => child.kill('SIGKILL'), WITHIN);
  return new Promise((resolve) =>
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, text });
    }),
  );
}

const stops: (() => unknown)[] = [];
after(async () => {
  for (const stop of stops) await stop();
});

/** A user's desk: two boards, a settings directory, and everything that was ever printed. */
async function desk(engine: (typeof ENGINES)[number]) {
  let printed = '';
  if (engine === 'espruino' && small) process.env['ESPRUINO_TARGET'] ??= small;
  const boards: VirtualBoards = await startVirtualBoards({
    engine,
    wifi: WIFI,
    auth: AUTH,
    onConsole: (_board, bytes) => (printed += bytes),
  });
  const directory = mkdtempSync(join(tmpdir(), 'desk-'));
  stops.push(
    () => boards.stop(),
    () => rmSync(directory, { recursive: true }),
  );
  const write = (more: object): void =>
    writeFileSync(
      join(directory, 'net.jsonc'),
      JSON.stringify(
        { ...boards.net, mqttUser: AUTH.user, mqttPassword: AUTH.password, interval: 1, ...more },
        null,
        1,
      ),
    );

  async function follow(command: string): Promise<Outcome> {
    const login = `-u ${AUTH.user} -P ${AUTH.password}`;
    const line = command
      .replace('TARGET_PORT', boards.ports.target)
      .replace('HOST_PORT', boards.ports.host)
      .replace('-h BROKER -p 1883', `-h 127.0.0.1 -p ${String(boards.net['port'])} ${login}`)
      .replace(/^npm run /, 'npm run --silent ')
      .replace(/(-- (?:settings|both|config))/, `$1 --settings ${directory}`)
      .replace(/(-- (?:both|config) )/, '$1--verbose ');
    const outcome = await type(line);
    printed += outcome.text;
    return outcome;
  }

  return { boards, directory, write, follow, printed: () => printed };
}

for (const engine of ENGINES) {
  const skip = !hasMosquitto
    ? 'mosquitto_sub and mosquitto_pub are not installed'
    : engine === 'espruino' && !findEspruino()
      ? 'no Espruino interpreter'
      : false;

  describe(`on ${engine}`, { skip }, () => {
    test('the README’s chapter ends with messages, and a change of the settings takes effect', async () => {
      const { write, follow, printed, boards } = await desk(engine);
      const other = createBroker({ auth: AUTH });
      await other.start();
      stops.push(() => other.stop());
      for (const command of chapter()) {
        // Installing took place before this test; there is no hardware to list.
        if (/^npm (ci|run ports)$/.test(command)) continue;
        if (/-- settings$/.test(command)) {
          const first = await follow(command);
          assert.equal(first.code, 1);
          assert.match(first.text, /made .*net\.jsonc\n.*ssid is ""/s);
          write({});
        }
        if (/-- config /.test(command)) write({ port: other.port });
        const { code, text } = await follow(command);
        assert.equal(code, 0, `${command}\n${text}`);
        if (command.startsWith('mosquitto_sub')) assert.match(text, /^\d+\n\d+\n\d+\n$/);
        if (command.startsWith('mosquitto_pub')) await until(() => /LED green on/.test(printed()));
        if (/-- both /.test(command)) assert.match(text, /target at .*: runs espruino-mqtt-link .* target, /);
        if (/-- (both|config) /.test(command))
          assert.match(text, /host at .*: runs espruino-mqtt-link .* host-simple, /);
      }
      const moved = `mosquitto_sub -h 127.0.0.1 -p ${String(other.port)} -u ${AUTH.user} -P ${AUTH.password} -t result -C 2`;
      assert.equal((await follow(moved)).code, 0);

      // Power off and on: both come up with what they have.
      boards.pair.restart('target');
      boards.pair.restart('host');
      const again = await follow(moved);
      assert.equal(again.code, 0);
      // The application counts from 1.
      assert.ok(Number(again.text.split('\n')[0]) < 5, again.text);

      write({ brokr: 'b' });
      const misspelt = await follow('npm run flash -- config --port HOST_PORT');
      assert.equal(misspelt.code, 1);
      assert.match(misspelt.text, /no field brokr\..*Did you mean broker\?\n$/);
      assert.equal(misspelt.text.trim().split('\n').length, 1);

      for (const secret of [WIFI.password, AUTH.password]) assert.ok(!printed().includes(secret), secret);
    });
  });
}

async function until(done: () => boolean): Promise<void> {
  for (const end = Date.now() + WITHIN; !done();) {
    assert.ok(Date.now() < end, 'it did not come');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A port at which something listens that is given each connection. @returns its name for the tools */
async function listen(serve: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `tcp://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

/** A port that leads to a board, whose words are changed on the way, or which is cut after some of the tool's bytes. */
function detour(port: string, change: (text: string) => string, limit = Infinity): Promise<string> {
  return listen((socket) => {
    const board = connect(Number(port.split(':').pop()), '127.0.0.1');
    let left = limit;
    board.on('error', () => undefined);
    board.on('data', (data) => socket.write(change(data.toString('latin1')), 'latin1'));
    socket.on('data', (data) => {
      left -= data.length;
      if (left > 0) board.write(data);
      else socket.destroy();
    });
    socket.on('close', () => board.destroy());
  });
}

test('bad input is one line, exit 1, and the board keeps what it had', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'desk-'));
  stops.push(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'net.jsonc'), '{ "ssid": "a", "password": "", "broker": "b" }');
  writeFileSync(join(directory, 'pins.jsonc'), '{ "board": "auto" }');
  const boards = await startVirtualBoards({ engine: 'emulator' });
  stops.push(() => boards.stop());
  const { host, target } = boards.ports;
  const own = 'setInterval(function(){digitalWrite(D20,1)},1000);';
  const board = await connectBoard(host);
  await board.writeFile('.bootcde', own);
  board.close();

  async function refused(command: string, message: RegExp): Promise<void> {
    const { code, text } = await type(`npm run --silent flash -- ${command}`);
    const lines = text
      .trim()
      .split('\n')
      .filter((line) => !/^building|% of \d+ bytes sent$|^host at \S+: \S+, Espruino /.test(line));
    assert.equal(code, 1, text);
    assert.equal(lines.length, 1, text);
    assert.match(lines[0] ?? '', message);
  }
  const toHost = `host --settings ${directory} --port`;

  await Promise.all([
    refused('target --port tcp://127.0.0.1:1', /^Nothing listens at tcp:\/\/127\.0\.0\.1:1\.$/),
    refused('target --port /dev/no-such-port', /^There is no port \/dev\/no-such-port/),
    refused(`${toHost} ${await listen(() => undefined)}`, /^Nothing answers at /),
    refused(
      `${toHost} ${await listen((socket) => socket.on('data', () => socket.write('login: ')))}`,
      /^What answers at \S+ is no Espruino board\.$/,
    ),
  ]);
  await Promise.all([
    refused(
      `target --port ${host}`,
      /has no module Wifi, .*the target must be an ESP8266\. Is that port the host’s\?$/,
    ),
    refused(`${toHost} ${target}`, /is an ESP8266: .* Is that port the target’s\?$/),
  ]);
  await refused(
    `${toHost} ${await detour(host, (text) => text.replace('2v29', '1v99'))}`,
    /has Espruino 1v99\. The host needs 2v11 or newer/,
  );
  // Each a word of the board that is changed on the way.
  const old = (from: string, to: string, port: string): Promise<string> =>
    detour(port, (text) => text.replace(from, to));
  await refused(
    `${toHost} ${await old('2v29', '2v10', host)}`,
    /has Espruino 2v10\. The host needs 2v11 or newer/,
  );
  await refused(
    `target --port ${await old('2v29', '2v19', target)}`,
    /has Espruino 2v19\. The target needs 2v20 or newer/,
  );
  const tiny =
    /firmware for 512 KB of flash, .* must be a board with 4 MB, .* an ESP-01 also lacks the pins\.$/;
  await refused(`target --port ${await old('ESP8266_4MB', 'ESP8266_BOARD', target)}`, tiny);
  await refused(`target --port ${await old('= 1600 =', '= 1700 =', target)}`, tiny);
  const write = (): void => undefined;
  const net = { ssid: 'a', password: '', broker: 'b' };
  await assert.rejects(
    testTarget(await old('2v29', '2v19', target), net, undefined, { write }),
    /^Error: The board at \S+ has Espruino 2v19\. The target needs 2v20 or newer, from \S+$/,
  );
  await assert.rejects(
    testHost(await old('2v29', '2v10', host), undefined, { write }),
    /^Error: The board at \S+ has Espruino 2v10\. The host needs 2v11 or newer, from \S+$/,
  );
  // The self-tests leave a board with its program started anew.
  const busy = await connectBoard(host);
  await refused(`${toHost} ${host}`, /in use/);
  await busy.evaluate('require("Storage").write("big","x",0,require("Storage").getFree()-9000)');
  busy.close();
  await refused(
    `${toHost} ${host}`,
    /needs \d+ bytes of Storage, .* has \d+\. .* runs what it ran before\.$/,
  );
  const tidy = await connectBoard(host);
  await tidy.evaluate('require("Storage").erase("big")');
  tidy.close();
  await refused(
    `${toHost} ${await detour(host, (text) => text, 20_000)}`,
    /^The connection to \S+ is lost.* The host still has the program it had; power it off and on/,
  );
  const after = await connectBoard(host);
  assert.equal((await after.checkFile('.bootcde'))?.length, own.length);
  after.close();
  // What was cut short is made up for by the same command.
  const { code, text } = await type(`npm run --silent flash -- ${toHost} ${host}`);
  assert.equal(code, 0, text);
});

for (const engine of ENGINES)
  test(
    `a target that lets everyone in is told of, once, on ${engine}`,
    { skip: engine === 'espruino' && !findEspruino() ? 'no Espruino interpreter' : false },
    async () => {
      if (engine === 'espruino' && small) process.env['ESPRUINO_TARGET'] ??= small;
      const boards = await startVirtualBoards({ engine });
      try {
        const command = `npm run --silent flash -- target --port ${boards.ports.target}`;
        const first = await type(command);
        assert.equal(first.code, 0, first.text);
        assert.match(
          first.text,
          /: is an access point, ESP_A0B1C2, open to everyone around: the bundle closes it\n.*: has a Telnet console without password in each of its networks: the bundle turns it off\n/,
        );
        const second = await type(command);
        assert.equal(second.code, 0, second.text);
        assert.doesNotMatch(second.text, /access point|Telnet/);
      } finally {
        await boards.stop();
      }
    },
  );
