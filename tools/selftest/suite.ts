/**
 * Sends a self-test's bundle to a board and turns what it prints into TAP. What
 * is saved on the board stays. The bundle goes to memory; where that is small,
 * to a file of Storage from which it runs, until the test is over. It must end
 * whatever the board does: hangs, restarts, runs out of memory.
 */
import { readFileSync } from 'node:fs';
import { inPackage } from '../package';
import type { BoardName } from '../rig/boards';
import { connectBoard } from '../flash/board';
import type { RemoteBoard } from '../flash/board';
import type { Tap } from './tap';

/** Without a line of the board for so long, ms, it has stopped. */
const SILENCE = 30_000;

/** Bytes of a bundle for which a variable must be free to run it from memory: it is there as text, and taken apart. */
const BYTES_PER_VARIABLE = 4;

/** Where a bundle is meanwhile that does not fit in memory. */
const FILE = '.selftest';

/** Saved code that also runs after `reset()`. */
const UNENDING = '.bootrst';

/** Until it runs, ms. */
const SOON = 50;

/** A board with what it prints. When the test is stopped, whatever waits for the board is rejected. */
export interface BoardBench extends RemoteBoard {
  /** Hears every line; one at a time. */
  listen(listener: (line: string) => void): void;
  /** The board itself, which a stop does not concern: for putting it back. */
  readonly board: RemoteBoard;
  /** @throws Error when the test has been stopped. */
  goOn(): void;
}

/** What a stopped test says. */
export const STOPPED = 'Stopped';

/** @throws Error, one line, as `connectBoard`. */
export async function openBench(port: string, baud?: number, stop?: AbortSignal): Promise<BoardBench> {
  let hear: (line: string) => void = () => undefined;
  const board = await connectBoard(port, { ...(baud && { baud }), onLine: (line) => hear(line) });
  const stopped = new Promise<never>((_, reject) =>
    stop?.addEventListener('abort', () => reject(new Error(STOPPED)), { once: true }),
  );
  stopped.catch(() => undefined);
  const goOn = (): void => {
    if (stop?.aborted) throw new Error(STOPPED);
  };
  const guard =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      goOn();
      return Promise.race([work(...args), stopped]);
    };
  return {
    ...board,
    evaluate: guard(board.evaluate),
    writeFile: guard(board.writeFile),
    checkFile: guard(board.checkFile),
    reset: guard(board.reset),
    runInMemory: guard(board.runInMemory),
    load: guard(board.load),
    runSaved: guard(board.runSaved),
    nextLine: guard(board.nextLine),
    board,
    goOn,
    listen(listener) {
      hear = listener;
    },
  };
}

/** A self-test: its bundle, and what it is told. */
export interface Selftest {
  readonly code: string;
  readonly setup: string;
}

/** Names of pins stay names, all else of what the bundle is told is JSON. */
export function program(bundle: string, pins: readonly string[], setup: object): Selftest {
  const fields = Object.entries(setup).map(([name, value]) => `${name}:${toAscii(JSON.stringify(value))}`);
  return {
    code: readFileSync(inPackage('dist', 'selftest', `${bundle}.js`), 'latin1'),
    setup: `global.selftest={${[`pins:[${pins.join()}]`, ...fields].join()}}`,
  };
}

/** JSON of text as a board holds it, its UTF-8 bytes, in plain ASCII. */
function toAscii(json: string): string {
  return Buffer.from(json)
    .toString('latin1')
    .replace(/[^ -~]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** What the interpreter says when the program fails. That a connection failed the program is told, too. */
const FAILURE =
  /^[>\s]*(Uncaught|OUT OF MEMORY|Execution Interrupted|New interpreter error|Got |ERROR(?!: Connect))/;

const NO_ROOM = /OUT OF MEMORY|LOW_MEMORY|\bMEMORY\b/;

/** Why a board that ought to run our code does not. */
async function explain(board: BoardBench, failures: readonly string[]): Promise<Error> {
  if (failures.some((line) => NO_ROOM.test(line)))
    return new Error(
      `The self-test does not fit in the memory of the board at ${board.port} (${board.info.name})`,
    );
  const there = await board.evaluate('typeof selftest', 5000).catch(() => 'nothing');
  if (there === 'undefined')
    return new Error(
      `The board at ${board.port} restarted in the middle of the self-test. A host that runs its application resets a target that is silent: name its port too, with --host-port`,
    );
  if (failures.length > 0) return new Error(`The board at ${board.port} says: ${failures[0] ?? ''}`);
  return new Error(`The board at ${board.port} does not answer any more`);
}

/**
 * Ends what runs on a board, so that nothing but the test does.
 * @throws Error, one line, where it does not end.
 */
export async function silence(board: BoardBench): Promise<void> {
  await board.reset();
  // Run by firmware even after `reset()` (Espruino src/jsflash.c:1403).
  if ((await board.evaluate(`require("Storage").read("${UNENDING}")!==undefined`)) === true)
    throw new Error(
      `The board at ${board.port} has a program that nothing ends, the file ${UNENDING} in its Storage, which would run beside the test. ` +
        `Save what you need of it, then: require("Storage").erase("${UNENDING}")`,
    );
}

/** Slower, and what arrived is compared. */
async function runFromFile(board: BoardBench, { code, setup }: Selftest): Promise<void> {
  await board.writeFile(FILE, code);
  // What the bundle is told stays out of flash: there are passwords in it.
  await board.evaluate(`(${setup},1)`);
  // In a turn of its own and at the top level, where most of an ESP8266's stack is free.
  await board.evaluate(`(setTimeout('eval(require("Storage").read("${FILE}"))',${String(SOON)}),1)`);
  await new Promise((resolve) => setTimeout(resolve, 2 * SOON));
  await board.evaluate('1', SILENCE);
}

/**
 * Sends a program, from a file where there is no room or its text arrived damaged.
 * @param failures what the board complained of since the program was sent
 * @param works whether the program is there and runs
 */
async function run(
  board: BoardBench,
  program: Selftest,
  failures: string[],
  works: () => Promise<boolean>,
): Promise<boolean> {
  await silence(board);
  // What the program that ran there before said of its end is none of ours.
  failures.length = 0;
  const free = Number(await board.evaluate('process.memory().free'));
  if (free * BYTES_PER_VARIABLE >= program.code.length) {
    await board.runInMemory(`${program.setup};\n${program.code}`);
    if (await works()) return true;
    if (failures.length === 0 || failures.some((line) => NO_ROOM.test(line))) return false;
    await silence(board);
    failures.length = 0;
  }
  await runFromFile(board, program);
  return works();
}

/** Removes what a test left in Storage. */
export async function clean(board: RemoteBoard): Promise<void> {
  await board.evaluate(`require("Storage").erase("${FILE}")`);
}

/**
 * Leaves the board running what is saved on it, and no trace.
 * @param revive resets a board that does not answer, where there is a way
 * @throws Error, one line, when it does not answer.
 */
export async function leave(bench: BoardBench, revive?: () => Promise<unknown>): Promise<void> {
  const { board } = bench;
  bench.listen(() => undefined);
  // What was sent last may still have it busy, or have been cut short.
  await board.reset().catch(async (error: unknown) => {
    if (!revive) throw error;
    await revive();
    await board.reset();
  });
  await clean(board);
  await board.runSaved();
}

/**
 * Leaves both boards. The host comes last: its application resets the target, which would lose what is said to it.
 * @param told whether a board runs what is saved on it; else why not
 */
export async function leaveAll(
  boards: Readonly<Partial<Record<BoardName, BoardBench>>>,
  told: (role: BoardName, failure?: string) => void,
  revive?: () => Promise<unknown>,
): Promise<void> {
  await boards.host?.board.reset().catch(() => undefined);
  for (const role of ['target', 'host'] as const) {
    const bench = boards[role];
    if (!bench) continue;
    await leave(bench, role === 'target' ? revive : undefined).then(
      () => told(role),
      (error: unknown) => told(role, `${(error as Error).message}: power it off and on`),
    );
  }
}

/**
 * Runs a suite to its end.
 * @throws Error, one line, when the board does not get there.
 */
export async function runSuite(board: BoardBench, suite: Selftest, tap: Tap): Promise<void> {
  const failures: string[] = [];
  let begun = false;
  let ended = false;
  let heard = Date.now();
  board.listen((line) => {
    const [, kind, rest = ''] = /%(ok|no|skip|say|end)\|(.*)$/.exec(line) ?? [];
    const [name = '', ...why] = rest.split('|');
    heard = Date.now();
    if (kind) begun = true;
    if (kind === 'ok') tap.result(name);
    else if (kind === 'no') tap.result(name, why.join('|'));
    else if (kind === 'skip') tap.skip(name, why.join('|'));
    else if (kind === 'say') tap.comment(rest);
    else if (kind === 'end') ended = true;
    else if (FAILURE.test(line)) failures.push(line);
  });
  const until = async (happened: () => boolean): Promise<void> => {
    while (!happened() && failures.length === 0 && Date.now() - heard < SILENCE) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      board.goOn();
    }
  };
  await run(board, suite, failures, async () => {
    await until(() => begun);
    return begun;
  });
  await until(() => ended);
  if (!ended) throw await explain(board, failures);
}

/** Sends what is then spoken to by `evaluate`. @throws Error, one line, when it does not run there. */
export async function runHelper(board: BoardBench, helper: Selftest, probe: string): Promise<void> {
  const failures: string[] = [];
  board.listen((line) => {
    if (FAILURE.test(line)) failures.push(line);
  });
  const works = await run(
    board,
    helper,
    failures,
    async () => failures.length === 0 && (await board.evaluate(`typeof ${probe}`)) === 'function',
  );
  if (!works) throw await explain(board, failures);
}
