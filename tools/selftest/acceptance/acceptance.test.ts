/**
 * The acceptance test on boards that are right, and on boards with which
 * something is wrong: on both engines, as its user runs it.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { VIRTUAL } from '../../config/presets';
import { findEspruino } from '../../rig/engines/espruino';
import { startVirtualBoards } from '../../rig/virtual';
import type { VirtualBoards } from '../../rig/virtual';
import { ENGINES, readBundle } from '../../rig/world';
import type { Engine } from '../../rig/world';
import { buildSelftests } from '../build';
import { testAcceptance } from '.';
import type { AcceptanceOptions } from '.';
import { tableRow } from './report';
import type { AcceptanceReport } from './report';

/** For one run, on a PC that has much else to do. ms */
const WITHIN = 300_000;

/** For a board to start. ms */
const SOON = 20_000;

/** The last that a host prints whose saved program runs: here it finds no settings. */
const SAVED = /pins\.json: missing/;

/** Must be in no report, and on no console but the passwords that a program prints. */
const WIFI = { ssid: 'cellar', password: 'wifi-is-hidden' };
const AUTH = { user: 'gardener', password: 'mqtt-is-hidden' };

const small = spawnSync('/bin/sh', ['-c', 'command -v espruino-linux-1600'], {
  encoding: 'utf8',
}).stdout.trim();

const scratch = mkdtempSync(join(tmpdir(), 'acceptance-'));
const stops: (() => unknown)[] = [() => rmSync(scratch, { recursive: true })];
after(async () => {
  for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
});

interface Outcome {
  readonly code: number | null;
  readonly text: string;
  readonly report: AcceptanceReport;
  readonly markdown: string;
}

/** Flashed boards, settings, and what the boards print. */
async function desk(engine: Engine) {
  if (engine === 'espruino' && small) process.env['ESPRUINO_TARGET'] ??= small;
  const place = mkdtempSync(join(scratch, `${engine}-`));
  const state = join(place, 'state');
  for (const [board, bundle] of [
    ['host', 'host-simple'],
    ['target', 'target'],
  ] as const) {
    mkdirSync(join(state, board), { recursive: true });
    writeFileSync(join(state, board, '.bootcde'), readBundle(bundle), 'latin1');
  }
  let printed = '';
  const boards: VirtualBoards = await startVirtualBoards({
    engine,
    state,
    wifi: WIFI,
    auth: AUTH,
    onConsole: (_board, bytes) => (printed += bytes),
  });
  stops.push(() => boards.stop());
  writeFileSync(join(place, 'pins.jsonc'), '{ "board": "auto" }');
  const login = { mqttUser: AUTH.user, mqttPassword: AUTH.password };
  const settings = { ...boards.net, ...login, interval: 1, timeout: engine === 'emulator' ? 1 : 5 };
  writeFileSync(join(place, 'net.jsonc'), JSON.stringify(settings));

  function reportIn(output: string, code: number | null, text: string): Outcome {
    const name = ['emulator', 'linux', 'unknown'].find((one) =>
      existsSync(join(output, `acceptance-${one}.json`)),
    );
    if (name === undefined) throw new Error(`no report, exit code ${String(code)}:\n${text}`);
    const read = (ending: string): string =>
      readFileSync(join(output, `acceptance-${name}.${ending}`), 'utf8');
    return { code, text, report: JSON.parse(read('json')) as AcceptanceReport, markdown: read('md') };
  }

  async function run(options: Partial<AcceptanceOptions> = {}): Promise<Outcome> {
    const output = mkdtempSync(join(place, 'report-'));
    const network = { ...settings, ssid: WIFI.ssid, password: WIFI.password, broker: '127.0.0.1' };
    let text = '';
    const { passed } = await testAcceptance(boards.ports, () => VIRTUAL.pins, network, {
      frames: 5,
      seconds: 40,
      messages: 4,
      outage: 1,
      broker: 'own',
      output,
      write: (line) => (text += `${line}\n`),
      ...options,
    });
    return reportIn(output, passed ? 0 : 1, text);
  }

  /** As its user runs it, until something is printed, at which Ctrl-C is pressed. */
  function interrupt(stopAt: RegExp): Promise<Outcome> {
    const output = mkdtempSync(join(place, 'report-'));
    const words =
      `acceptance --host-port ${boards.ports.host} --target-port ${boards.ports.target} --settings ${place} ` +
      `--output ${output}`;
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'tools/cli/mqttlink.ts', 'selftest', ...words.split(' ')],
      // A group of its own, as a terminal makes one for a command.
      { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
    );
    let text = '';
    let pressed = false;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => {
        text += data.toString();
        if (pressed || !stopAt.test(text) || !child.pid) return;
        pressed = true;
        process.kill(-child.pid, 'SIGINT');
      });
    const timer = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), WITHIN);
    return new Promise((resolve, reject) =>
      child.on('close', (code) => {
        clearTimeout(timer);
        try {
          resolve(reportIn(output, code, text));
        } catch (error) {
          reject(error as Error);
        }
      }),
    );
  }

  /** Until a board has printed something, and little since: it may take long to start. */
  async function shows(what: RegExp): Promise<void> {
    for (const end = Date.now() + SOON; !what.test(printed.slice(-1000)) && Date.now() < end;)
      await sleep(20);
    assert.match(printed.slice(-1000), what);
  }

  return { boards, run, interrupt, shows, printed: () => printed, clear: () => (printed = '') };
}

/** Nothing of the settings is in the files; nothing but what the boards had is in Storage. */
async function assertClean(boards: VirtualBoards, { report, markdown }: Outcome): Promise<void> {
  for (const text of [JSON.stringify(report), markdown]) {
    for (const secret of [WIFI.ssid, WIFI.password, AUTH.user, AUTH.password, '127.0.0.1'])
      assert.ok(!text.includes(secret), `${secret} in ${text}`);
  }
  assert.deepEqual(Object.keys(await boards.pair.storage('host')), ['.bootcde']);
  // The target itself saves the network that it joined.
  const files = Object.keys(await boards.pair.storage('target')).filter((name) => name !== '.wificfg');
  assert.deepEqual(files, ['.bootcde']);
  assert.equal((await boards.pair.storage('target'))['.bootcde'], readBundle('target'));
}

function failures({ report }: Outcome): string[] {
  return report.checks
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ name, message }) => `${name}: ${message ?? ''}`);
}

before(buildSelftests);

for (const engine of ENGINES) {
  const skip =
    engine === 'espruino' && !findEspruino()
      ? 'no Espruino interpreter: put it on the PATH as espruino-linux, or name it in ESPRUINO'
      : false;

  describe(`acceptance, engine ${engine}`, { skip }, () => {
    let at: Awaited<ReturnType<typeof desk>>;
    before(async () => {
      at = await desk(engine);
    });

    test('boards that are right pass, with a report and no secrets, and then run what is saved', async () => {
      const count = engine === 'emulator' ? 12 : 4;
      at.clear();
      const outcome = await at.run({ frames: 2 * count, messages: count, idle: 1 });
      assert.deepEqual(failures(outcome), []);
      assert.equal(outcome.code, 0, outcome.text);
      assert.deepEqual(
        outcome.report.checks.filter(({ outcome: one }) => one === 'skipped'),
        [],
      );
      const { figures } = outcome.report;
      assert.equal(figures.messages?.sent, count);
      assert.equal(figures.messages.answered, count);
      // Both ways late.
      assert.ok((figures.slow?.delays?.least ?? 0) >= 800, JSON.stringify(figures.slow));
      assert.equal(figures.broken?.cuts, 3);
      assert.equal(figures.reset?.resets, 1);
      assert.ok(figures.reset.again > figures.reset.noticed);
      assert.equal(figures.outage?.answered, 3);
      assert.ok((figures.frames?.toHost.received ?? 0) > 0);
      assert.equal(figures.idle?.resets, 0);
      assert.ok((figures.memory?.target ?? 0) > 0);
      if (engine === 'emulator') assert.deepEqual([figures.stack?.levels, figures.stack?.end], [10, 'reset']);
      for (const part of ['lines and link', 'target alone', 'reset', 'outage'])
        assert.ok(outcome.markdown.includes(`### ${part}\n`), outcome.markdown);
      assert.match(outcome.markdown, /- ok: Wi-Fi: join <SSID>\n/);
      await assertClean(at.boards, outcome);
      assert.ok(!at.printed().includes(WIFI.password));
      assert.ok(!at.printed().includes(AUTH.password));
      await at.shows(SAVED);
    });

    // Once is enough: here the engines differ in nothing.
    if (engine === 'espruino') return;

    test('Ctrl-C leaves the boards as they were, and a report of what was done', async () => {
      at.clear();
      // On its way to the target is a program that does not fit in its memory, and goes to Storage.
      const outcome = await at.interrupt(/line sckin/);
      assert.equal(outcome.code, 130, outcome.text);
      assert.ok(
        outcome.report.checks.some(({ message }) => message === 'stopped by a person'),
        outcome.text,
      );
      assert.doesNotMatch(outcome.text, /\n +at /);
      await assertClean(at.boards, outcome);
      await at.shows(SAVED);
      assert.match(outcome.text, /# target: runs what is saved on it/);
    });

    test('a cut wire, no broker and a board without a program are in the report', async () => {
      at.boards.pair.cutWire('stx', true);
      await at.boards.broker?.stop();
      at.clear();
      at.boards.pair.type('host', '\x10reset(true)\n');
      await at.shows(/Espruino 2v29[^]*>/);
      const outcome = await at.run();
      at.boards.pair.cutWire('stx', false);
      await at.boards.broker?.start();
      assert.equal(outcome.code, 1);
      const failed = failures(outcome);
      assert.equal(
        failed[0],
        'host: has a program of this project, as built: there is no saved program: npm run flash -- host',
      );
      assert.match(failed[1] ?? '', /^line stx: dead/);
      assert.match(
        failed[2] ?? '',
        /^broker: reached from this PC: The broker cannot be reached from this PC/,
      );
      assert.match(failed[3] ?? '', /^broker: connect: /);
      assert.equal(failed.length, 4, failed.join('\n'));
      assert.ok(
        outcome.report.checks.some(
          ({ part, message }) => part === 'messages' && message === 'the lines are not right',
        ),
      );
      assert.match(
        tableRow(outcome.report),
        /^\| EMULATOR 2v29 \| ESP8266_4MB 2v29 \| – \| – \| – \| – \| 5120 \|$/,
      );
    });

    test('a target that is silent is in the report, and what was found before', async () => {
      at.boards.pair.freeze('target', true);
      const outcome = await at.run();
      at.boards.pair.freeze('target', false);
      assert.equal(outcome.code, 1);
      assert.deepEqual(
        outcome.report.checks.slice(0, 2).map(({ outcome: one }) => one),
        ['passed', 'failed'],
      );
      assert.match(outcome.report.checks[1]?.message ?? '', /^Nothing answers at <port of the target>/);
      assert.ok(outcome.report.checks.slice(2).every(({ outcome: one }) => one === 'skipped'));
    });
  });
}
