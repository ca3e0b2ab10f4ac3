/**
 * The self-tests on boards that are right, and on boards whose wires are not,
 * on both engines; where there is one, with a target of an ESP8266's memory.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WireName } from '../rig/boards';
import { VIRTUAL } from '../config/presets';
import { findEspruino } from '../rig/engines/espruino';
import { connectBoard } from '../flash/board';
import { inPackage } from '../package';
import { startVirtualBoards } from '../rig/virtual';
import type { VirtualBoards } from '../rig/virtual';
import { ENGINES, NETWORK } from '../rig/world';
import { testHost, testLink, testStack, testTarget } from '.';
import type { TargetNetwork, PinsFor } from '.';
import { buildSelftests } from './build';
import { leave, openBench, runHelper } from './suite';

const SMALL = 'espruino-linux-1600';
const small = spawnSync('/bin/sh', ['-c', `command -v ${SMALL}`], { encoding: 'utf8' }).stdout.trim();

const pinsFor = () => VIRTUAL.pins;

/** A board may take long to start, and is left alone meanwhile. */
async function until(happened: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !happened() && Date.now() < end; await sleep(50));
}

/** Saved on the target: shows that it runs, and works as jumpers from the host's outputs to its inputs. */
const MIRROR =
  "print('saved');setInterval(function(){digitalWrite([D15,D14],digitalRead(D12)<<1|digitalRead(D13))},2);";

before(buildSelftests);

for (const engine of ENGINES) {
  const skip =
    engine === 'espruino' && !findEspruino()
      ? 'no Espruino interpreter: put it on the PATH as espruino-linux, or name it in ESPRUINO'
      : false;

  describe(`self-tests, engine ${engine}`, { skip }, () => {
    let boards: VirtualBoards;
    let shown = '';
    /** Runs a test. @returns whether it passed, and its TAP. */
    const run = async (start: (write: (line: string) => void) => Promise<boolean>) => {
      const lines: string[] = [];
      const passed = await start((line) => lines.push(line));
      return { passed, tap: lines.join('\n') };
    };
    const link = (frames: number, seconds?: number) =>
      run((write) => testLink(boards.ports, pinsFor, { frames, ...(seconds && { seconds }) }, { write }));

    before(async () => {
      if (engine === 'espruino' && small) process.env['ESPRUINO_TARGET'] ??= small;
      boards = await startVirtualBoards({ engine, onConsole: (_board, bytes) => (shown += bytes) });
      const target = await connectBoard(boards.ports.target);
      await target.writeFile('.bootcde', MIRROR);
      target.close();
    });
    after(() => boards.stop());

    test('the host alone passes', async () => {
      const { passed, tap } = await run((write) => testHost(boards.ports.host, undefined, { write }));
      assert.ok(passed, tap);
      assert.match(tap, /^TAP version 14\n/);
      assert.match(tap, /\n1\.\.24$/);
    });

    test('the target alone passes, shows no password, and then runs what is saved', async () => {
      shown = '';
      const { passed, tap } = await run((write) =>
        testTarget(boards.ports.target, boards.net as unknown as TargetNetwork, undefined, { write }),
      );
      assert.ok(passed, tap);
      assert.match(tap, /ok 13 - time server: ask/);
      // A new board is open, and told of once: what closes it keeps.
      assert.match(tap, /^# the board was an access point, ESP_\w+, open to all around; now closed$/m);
      assert.match(tap, /^# each start opens a console without password on port 23/m);
      assert.match(tap, /^# port 88, for new firmware, is open/m);
      assert.match(
        tap,
        /^ok 7 - access point is closed\n(#.*\n)*ok 8 - Telnet is off\nok 9 - radio is always on$/m,
      );
      assert.ok(!tap.includes(NETWORK.password));
      assert.ok(!shown.includes(NETWORK.password));
      await until(() => shown.includes('saved'));
      assert.match(shown, /saved/);
      assert.deepEqual(Object.keys(await boards.pair.storage('target')), ['.bootcde']);
    });

    test('the target alone says at which step it fails', async () => {
      const wrong = { ...(boards.net as unknown as TargetNetwork), port: 1 };
      const { passed, tap } = await run((write) =>
        testTarget(boards.ports.target, wrong, undefined, { write }),
      );
      assert.ok(!passed);
      assert.match(tap, /^not ok 11 - broker: connect$/m);
      assert.ok(!/was an access point/.test(tap), tap);
      assert.match(tap, /^ok 12 - broker: publish and receive # SKIP/m);
    });

    test('the target’s stack is filled until the chip’s would be full, and the board runs what is saved', async () => {
      shown = '';
      const levels = 14;
      const { passed, tap } = await run((write) =>
        testStack(boards.ports.target, boards.ports.host, { levels }, { write }),
      );
      assert.ok(passed, tap);
      // It says so before it happens.
      assert.match(tap, /^TAP version 14\n# stack: .*until the board resets/);
      if (engine === 'emulator')
        assert.match(tap, /it stood 10 levels, on an ESP8266 5120 bytes; the next one reset the board/);
      // A PC's stack has no end there.
      else assert.match(tap, /more than 14 levels, on an ESP8266 6720 bytes, and no reset/);
      assert.match(tap, /[\d.]+ of our deepest chains of 4000 bytes would have fitted/);
      await until(() => shown.lastIndexOf('saved') > shown.lastIndexOf('%deep|'));
      assert.ok(shown.lastIndexOf('saved') > shown.lastIndexOf('%deep|'), shown.slice(-400));
      assert.deepEqual(
        Object.keys(await boards.pair.storage('target')).filter((name) => name !== '.wificfg'),
        ['.bootcde'],
      );
    });

    test('the link passes, and counts', async () => {
      // Few, since interpreters that poll files on a busy machine are slow.
      const { passed, tap } = await link(engine === 'emulator' ? 200 : 8, 40);
      assert.ok(passed, tap);
      assert.match(tap, /messages to the target at \d+ bytes\/s/);
      assert.match(tap, /exchanges, \d+ damaged, \d+ sent again/);
    });

    test('swapped wires and a cut one fail, and are named', async () => {
      boards.pair.swapWires(['stx', 'sckout']);
      const swapped = await link(1);
      boards.pair.swapWires(null);
      assert.ok(!swapped.passed);
      assert.match(swapped.tap, /not ok \d - line stx\n.*\n.*"swapped with sckout"/);
      assert.match(swapped.tap, /not ok \d - line sckout\n.*\n.*"swapped with stx"/);
      assert.equal(swapped.tap.match(/^not ok/gm)?.length, 2, swapped.tap);
      const wires: WireName[] = engine === 'emulator' ? ['reset', 'sckin'] : ['srx'];
      for (const wire of wires) {
        boards.pair.cutWire(wire, true);
        const cut = await link(1);
        boards.pair.cutWire(wire, false);
        assert.ok(!cut.passed);
        assert.match(cut.tap, new RegExp(`not ok \\d - line ${wire}\\n.*\\n.*"dead: .*cut`));
        assert.equal(cut.tap.match(/^not ok/gm)?.length, 1, cut.tap);
      }
    });

    test('the wrong board and a busy console are one line', async () => {
      const write = () => undefined;
      if (engine === 'emulator')
        await assert.rejects(
          testTarget(boards.ports.host, boards.net as unknown as TargetNetwork, undefined, { write }),
          /^Error: The board at tcp:\S+ is EMULATOR, which is no target: it has no Wi-Fi$/,
        );
      const other = await connectBoard(boards.ports.host);
      await assert.rejects(testHost(boards.ports.host, undefined, { write }), /^Error: [^\n]*in use[^\n]*$/);
      other.close();
    });

    // Once is enough: here the engines differ in nothing.
    if (engine === 'espruino') return;

    test('a program that arrives damaged is sent again, by way of a file', async () => {
      const bench = await openBench(boards.ports.host);
      const damaging = {
        ...bench,
        runInMemory: (code: string) => bench.runInMemory(code.replace('11', '11 1')),
      };
      await runHelper(damaging, { code: 'function look() { return 11; }', setup: '0' }, 'look');
      assert.equal(await bench.evaluate('look()'), 11);
      await leave(bench);
      bench.close();
    });

    test('jumpers in place of the target are right, and swapped ones are named', async () => {
      const jumpers = () => run((write) => testHost(boards.ports.host, pinsFor, { write }));
      const right = await jumpers();
      assert.ok(right.passed, right.tap);
      assert.match(right.tap, /ok 26 - jumper from stx to srx/);
      boards.pair.swapWires(['srx', 'sckin']);
      const { passed, tap } = await jumpers();
      boards.pair.swapWires(null);
      assert.ok(!passed);
      assert.match(tap, /not ok 26 - jumper from stx to srx\n.*\n.*"swapped with sckout to sckin"/);
    });
  });
}

test('with a transistor at the reset line all is right, and a cut wire is named', async () => {
  const boards = await startVirtualBoards({ engine: 'emulator', resetInverted: true });
  const run = async (pins: ReturnType<PinsFor>, frames: number) => {
    const lines: string[] = [];
    const write = (line: string): unknown => lines.push(line);
    const passed = await testLink(boards.ports, () => pins, { frames }, { write });
    return { passed, tap: lines.join('\n') };
  };
  try {
    const pins = { ...VIRTUAL.pins, resetInverted: true };
    const right = await run(pins, 50);
    assert.ok(right.passed, right.tap);
    assert.match(right.tap, /ok 1 - line reset/);
    boards.pair.cutWire('reset', true);
    const cut = await run(pins, 1);
    boards.pair.cutWire('reset', false);
    assert.match(cut.tap, /not ok 1 - line reset\n.*\n.*"dead: /);
    assert.equal(cut.tap.match(/^not ok/gm)?.length, 1, cut.tap);
    // Nor does it work where the settings do not say.
    const untold = await run(VIRTUAL.pins, 1);
    assert.match(untold.tap, /not ok 1 - line reset/);
  } finally {
    await boards.stop();
  }
});

test('the command says in one line what keeps it from testing, with exit code 1', () => {
  const folder = mkdtempSync(join(tmpdir(), 'devices-'));
  after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'devices', 'garden'), { recursive: true });
  writeFileSync(join(folder, 'devices', 'garden', 'device.jsonc'), '{ "port": "tcp://127.0.0.1:1" }');
  const selftest = (...words: string[]) =>
    spawnSync(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), inPackage('tools/cli/mqttlink.ts'), 'selftest', ...words],
      { cwd: folder, encoding: 'utf8' },
    );
  const nobody = selftest('host', '--port', 'tcp://127.0.0.1:1');
  assert.equal(nobody.status, 1);
  assert.match(nobody.stderr, /^Nothing listens at tcp:\/\/127\.0\.0\.1:1\n$/);
  const unnamed = selftest('link', '--host-port', 'tcp://127.0.0.1:1');
  assert.equal(unnamed.status, 1);
  assert.match(unnamed.stderr, /^Name the port by --target-port PORT; [^\n]*\n$/);
  const ofDevice = selftest('host', '--device', 'garden');
  assert.equal(ofDevice.status, 1);
  assert.match(ofDevice.stderr, /^Nothing listens at tcp:\/\/127\.0\.0\.1:1\n$/);
  const half = selftest('link', '--device', 'garden');
  assert.equal(half.status, 1);
  assert.match(
    half.stderr,
    /^Name the port by --target-port PORT, or "targetPort" in devices\/garden\/device\.jsonc; /,
  );
});
