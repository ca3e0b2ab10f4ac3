/**
 * How many variables the target's bundle, and the library on a host, take on an interpreter with as many, of the
 * same size, as an ESP8266 has. What the engine lends the interpreter, and a board has in its firmware, does not count.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BoardName, BoardPair } from '../rig/boards';
import { createEspruinoPair, findEspruino, findEspruinoTarget } from '../rig/engines/espruino';
import { writeFlash } from '../rig/engines/espruino/flash';
import { NETWORK, readBundle, startWorld } from '../rig/world';
import { buildDevice } from './bundle';

/** Variables of an ESP8266. */
const VARIABLES = 1600;

const BUILD = 'espruino-linux-1600';

/** Looks at the running target's memory. */
const LOOKS = 6;

/** What the interpreter prints when it boots a program that ends by `quit()`. */
function run(interpreter: string, program: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'espruino-'));
  try {
    writeFileSync(join(directory, 'espruino.flash'), writeFlash({ '.bootcde': program }));
    // The end of its input would stop the interpreter's event loop, and SIGTERM does not stop it at all.
    const command = 'mkfifo input && exec "$0" <>input';
    return spawnSync('/bin/sh', ['-c', command, interpreter], {
      cwd: directory,
      encoding: 'latin1',
      timeout: 5000,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).stdout;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The number printed after the word `usage`. */
function usage(printed: string): number {
  return Number(/usage (\d+)/.exec(printed)?.[1]);
}

function variables(interpreter: string): number {
  return Number(/total (\d+)/.exec(run(interpreter, "print('total', process.memory().total); quit();"))?.[1]);
}

/** Path of an interpreter of that size, or what is missing. */
export function findSmall(): { path: string } | { missing: string } {
  const given = findEspruinoTarget();
  const onPath = spawnSync('/bin/sh', ['-c', `command -v ${BUILD}`], { encoding: 'utf8' }).stdout.trim();
  for (const path of [given, onPath]) if (path && variables(path) === VARIABLES) return { path };
  return {
    missing: `no Espruino interpreter of ${String(VARIABLES)} variables: put ${BUILD} on the PATH or name one in ESPRUINO_TARGET`,
  };
}

/** Prints its own memory; the timer that does so is in use as well. */
const look = (after: number, more: string): string =>
  `setTimeout(function () { print('usage', process.memory().usage); ${more} }, ${String(after)});`;

function emptyInterpreter(path: string): number {
  return usage(run(path, look(10, 'quit();')));
}

/** Usage of one board with all that the engine lends, and no bundle. */
async function withoutBundle(board: BoardName): Promise<number> {
  let seen = '';
  const pair: BoardPair = createEspruinoPair({
    storage:
      board === 'host'
        ? { host: { '.bootcde': look(1000, '') }, target: { '.bootcde': ' ' } }
        : {
            host: { '.bootcde': ' ' },
            target: { '.bootcde': `require('Wifi'); require('ESP8266'); ${look(1000, '')}` },
          },
    wifi: NETWORK,
    savedNetwork: true,
    onLine: (from, line) => (seen += from === board ? `${line}\n` : ''),
  });
  try {
    await pair.start();
    for (const end = Date.now() + 5000; !seen.includes('usage') && Date.now() < end;) await sleep(20);
  } finally {
    await pair.stop();
  }
  return usage(seen);
}

/** Usage while an application runs: the least of some looks, since what is on its way at a look comes on top. */
async function running(): Promise<number> {
  const looks: number[] = [];
  const often = readBundle('host-lifecycle').replace(/\b18e5\b/, '500');
  const world = await startWorld({
    engine: 'espruino',
    app: 'lifecycle',
    hostBundle: often,
    net: { interval: 1, timeout: 10 },
    onLine: (_board, line) => {
      const [, used, total] = /Target memory: (\d+) of (\d+)/.exec(line) ?? [];
      if (!used) return;
      assert.equal(Number(total), VARIABLES);
      looks.push(Number(used));
    },
  });
  try {
    for (const end = Date.now() + 60_000; looks.length < LOOKS && Date.now() < end;) await sleep(20);
  } finally {
    await world.stop();
  }
  assert.ok(looks.length, 'the target did not tell its memory');
  return Math.min(...looks);
}

/** Usage of a host that has the library and no application, while all is connected and nothing happens. */
async function idle(): Promise<number> {
  const looks: number[] = [];
  let wrong = '';
  const world = await startWorld({
    engine: 'espruino',
    app: 'echo',
    hostBundle: await buildDevice('idle-host', 'host'),
    onLine: (board, line) => {
      if (/Uncaught|FIFO_FULL|MEMORY/.test(line)) wrong ||= `the ${board} said: ${line}`;
      const used = /^BENCH (\d+)$/.exec(line)?.[1];
      if (used) looks.push(Number(used));
    },
  });
  try {
    for (const end = Date.now() + 60_000; looks.length < LOOKS && !wrong && Date.now() < end;)
      await sleep(20);
  } finally {
    await world.stop();
  }
  assert.equal(wrong, '');
  assert.ok(looks.length >= LOOKS, 'the host did not tell its memory');
  // At the first looks the link was still being made.
  return Math.min(...looks.slice(LOOKS / 2));
}

export interface MemoryFigures {
  /** Variables in use, all counted. */
  readonly used: number;
  /** Of the interpreter with nothing in it. */
  readonly interpreter: number;
  /** Lent by the engine. */
  readonly lent: number;
}

async function onSmall(path: string, board: BoardName, used: () => Promise<number>): Promise<MemoryFigures> {
  const before = { ...process.env };
  process.env['ESPRUINO_TARGET'] = path;
  if (board === 'host' || !findEspruino()) process.env['ESPRUINO'] = path;
  try {
    const interpreter = emptyInterpreter(path);
    const lent = (await withoutBundle(board)) - interpreter;
    return { used: await used(), interpreter, lent };
  } finally {
    for (const name of ['ESPRUINO', 'ESPRUINO_TARGET']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}

/** @param path of an interpreter from `findSmall` */
export function measureTargetMemory(path: string): Promise<MemoryFigures> {
  return onSmall(path, 'target', running);
}

/** @param path of an interpreter from `findSmall` */
export function measureHostMemory(path: string): Promise<MemoryFigures> {
  return onSmall(path, 'host', idle);
}
