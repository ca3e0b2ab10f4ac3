/**
 * The self-tests on boards that are right, whatever is saved on them and
 * whatever they are doing: the result is that they are right, and afterwards
 * all is saved that was, and runs.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BoardName } from '../rig/boards';
import { VIRTUAL } from '../config/presets';
import { findEspruino } from '../rig/engines/espruino';
import { connectBoard } from '../flash/board';
import { buildForFlash } from '../flash/build';
import { startVirtualBoards } from '../rig/virtual';
import type { VirtualBoards } from '../rig/virtual';
import { ENGINES, readBundle } from '../rig/world';
import type { Engine } from '../rig/world';
import { testHost, testLink, testStack, testTarget } from '.';
import type { TargetNetwork } from '.';
import { buildSelftests } from './build';

const SMALL = 'espruino-linux-1600';
const small = spawnSync('/bin/sh', ['-c', `command -v ${SMALL}`], { encoding: 'utf8' }).stdout.trim();

const NONE = 'no Espruino interpreter: put it on the PATH as espruino-linux, or name it in ESPRUINO';
const BOARDS: readonly BoardName[] = ['host', 'target'];

/** What a saved program says when it starts. */
const RUNS = 'the saved program runs';

/** A bundle that says so. Its first line, its name, stays the first. */
function announced(bundle: string): string {
  return bundle.replace('\n', `\nprint(${JSON.stringify(RUNS)});`);
}

function program(...statements: string[]): string {
  return announced(`//somebody else's\n${statements.join('')}`);
}

const ours = (role: BoardName): string => announced(readBundle(role === 'host' ? 'host-simple' : 'target'));

/** Says HELLO as a release before did. */
function older(): string {
  const bundle = ours('target');
  const old = bundle.replace(/([\w$]+)\(1,6\)/, '$1(1,5)');
  assert.notEqual(old, bundle, 'the version is found in the bundle');
  return old;
}

/** Drives all pins of the lines, has names like a self-test's, and prints all the time. */
function stranger(pins: string): string {
  return program(
    'function look(){return [1,1,1,1,1]}function drive(){}function progress(){return [9,9,9,9,9,9,9,9,9]}function go(){}',
    'var n=0,selftest={mark:0,seeds:[1,2]};',
    `setInterval(function(){n++;digitalWrite(${pins},n);print("%ok|not yours "+n);if(n%9==0)print("Uncaught Error: mine")},40);`,
  );
}

const HUNG = program('while(true);');
const HANGING = program('setInterval(function(){while(true);},50);');

/** Pairs of emulated boards that are tested at a time. */
const AT_ONCE = 3;

type Files = Readonly<Record<BoardName, string | undefined>>;

interface State {
  readonly files: () => Files;
  /** A transistor is at the reset line. */
  readonly inverted?: boolean;
  /** Each board alone is tested too: where its saved program would get in the way. */
  readonly alone?: boolean;
}

const flashed = (): Files => ({ host: ours('host'), target: ours('target') });

const STATES: Readonly<Record<string, State>> = {
  fresh: { files: () => ({ host: undefined, target: undefined }) },
  flashed: { files: flashed, alone: true },
  'flashed, with a transistor at the reset line': { files: flashed, inverted: true },
  'flashed, the target with an older version': { files: () => ({ host: ours('host'), target: older() }) },
  'host flashed, target blank': { files: () => ({ host: ours('host'), target: undefined }), alone: true },
  'target flashed, host blank': { files: () => ({ host: undefined, target: ours('target') }) },
  hung: { files: () => ({ host: HUNG, target: HUNG }), alone: true },
  'host flashed, target hangs again and again': { files: () => ({ host: ours('host'), target: HANGING }) },
  'with somebody else’s programs, which use the pins and print all the time': {
    files: () => ({ host: stranger('[D4,D5,D6,D7,D8]'), target: stranger('[D12,D13,D14,D15]') }),
    alone: true,
  },
};

/** All of a board's Storage but what its firmware keeps there by itself. */
async function stored(boards: VirtualBoards, role: BoardName): Promise<Record<string, string>> {
  const files = await boards.pair.storage(role);
  delete files['.wificfg'];
  return files;
}

/** A board may take long to start. @returns whether it happened in time */
async function until(happened: () => boolean): Promise<boolean> {
  for (const end = Date.now() + 20_000; !happened() && Date.now() < end; await sleep(50));
  return happened();
}

/** Boards in a state: flashed when blank, then switched on anew. */
async function boardsIn(
  engine: Engine,
  files: Files,
  inverted: boolean,
  onConsole: (board: BoardName, bytes: string) => void,
): Promise<VirtualBoards> {
  if (engine === 'espruino' && small) process.env['ESPRUINO_TARGET'] ??= small;
  const boards = await startVirtualBoards({ engine, onConsole, ...(inverted && { resetInverted: true }) });
  for (const role of BOARDS) {
    const saved = files[role];
    if (saved === undefined) continue;
    const board = await connectBoard(boards.ports[role]);
    if (role === 'host') {
      await board.writeFile(
        'pins.json',
        JSON.stringify({ ...VIRTUAL.pins, ...(inverted && { resetInverted: true }) }),
      );
      await board.writeFile('net.json', JSON.stringify(boards.net));
    }
    await board.writeFile('.bootcde', saved);
    board.close();
  }
  for (const role of [...BOARDS].reverse()) boards.pair.restart(role);
  return boards;
}

before(() => {
  buildSelftests();
  assert.equal(buildForFlash(['target', 'host-simple']), undefined);
});

for (const engine of ENGINES)
  describe(
    `self-tests, engine ${engine}, on boards`,
    {
      skip: engine === 'espruino' && !findEspruino() && NONE,
      // Emulated boards wait most of the time; interpreters keep a processor busy.
      concurrency: engine === 'emulator' ? AT_ONCE : 1,
    },
    () => {
      for (const [name, { files: filesOf, inverted = false, alone = false }] of Object.entries(STATES))
        test(name, async () => {
          const files = filesOf();
          const shown = { host: '', target: '' };
          const boards = await boardsIn(engine, files, inverted, (role, bytes) => (shown[role] += bytes));
          try {
            const { ports } = boards;
            const before = { host: await stored(boards, 'host'), target: await stored(boards, 'target') };
            const pins = { ...VIRTUAL.pins, ...(inverted && { resetInverted: true }) };
            const pass = async (
              what: string,
              roles: readonly BoardName[],
              start: (write: (line: string) => void) => Promise<boolean>,
            ): Promise<void> => {
              const lines: string[] = [];
              const passed = await start((line) => {
                lines.push(line);
                if (/^(not )?ok /.test(line)) for (const role of BOARDS) shown[role] = '';
              });
              assert.ok(passed, `${what}:\n${lines.join('\n')}`);
              for (const role of BOARDS)
                assert.deepEqual(
                  await stored(boards, role),
                  before[role],
                  `${what}: what the ${role} has saved`,
                );
              for (const role of roles)
                if (files[role] !== undefined)
                  assert.ok(
                    await until(() => shown[role].includes(RUNS)),
                    `${what}: the ${role} does not run what is saved:\n${shown[role].slice(-500)}`,
                  );
            };
            const network = boards.net as unknown as TargetNetwork;
            // Few, since interpreters that poll files on a busy machine are slow.
            const frames = { frames: engine === 'emulator' ? 50 : 5, seconds: 60 };
            await pass('link', BOARDS, (write) => testLink(ports, () => pins, frames, { write }));
            if (!alone) return;
            await pass('host', ['host'], (write) => testHost(ports.host, undefined, { write }));
            await pass('target', BOARDS, (write) => testTarget(ports.target, network, ports.host, { write }));
            await pass('stack', BOARDS, (write) =>
              testStack(ports.target, ports.host, { levels: 14 }, { write }),
            );
          } finally {
            await boards.stop();
          }
        });

      test('that run code even after reset() are left alone, and told what to do', async () => {
        // The emulator has no such file.
        if (engine === 'emulator') return;
        const boards = await startVirtualBoards({ engine });
        try {
          const board = await connectBoard(boards.ports.host);
          await board.writeFile('.bootrst', 'setInterval(function(){digitalWrite(D4,0)},50)');
          board.close();
          await assert.rejects(
            testHost(boards.ports.host, undefined, { write: () => undefined }),
            /^Error: The board at tcp:\S+ has a program that nothing ends, the file \.bootrst in its Storage[^\n]*erase\("\.bootrst"\)$/,
          );
        } finally {
          await boards.stop();
        }
      });
    },
  );

test('what ends a program is said again to a board that was just starting', async () => {
  let boards: VirtualBoards | undefined;
  try {
    boards = await boardsIn(
      'emulator',
      { host: undefined, target: program('var saved=1;') },
      false,
      () => undefined,
    );
    const { pair } = boards;
    const board = await connectBoard(boards.ports.target);
    pair.holdReset(true);
    setTimeout(() => pair.holdReset(false), 200);
    await board.reset();
    assert.equal(await board.evaluate('typeof saved'), 'undefined');
    // Nor does it take long to have it run again, or to have it hang.
    await board.writeFile('.bootcde', HUNG);
    const heard = board.nextLine(new RegExp(RUNS), 10_000);
    await board.runSaved();
    await heard;
    assert.equal(await board.evaluate('1', 500).catch(() => 'hangs'), 'hangs');
    await board.reset();
    assert.equal(await board.evaluate('1'), 1);
    board.close();
  } finally {
    await boards?.stop();
  }
});
