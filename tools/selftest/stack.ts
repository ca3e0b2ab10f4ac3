/**
 * How much C stack a target has: functions nested one deeper at each step,
 * until the board resets. Nothing of it is on the board but in memory; the
 * board must run its saved program afterwards, whatever became of it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { nestedBytes } from '../rig/chip-stack';
import type { BoardBench } from './suite';
import type { Tap } from './tap';

/** Bytes of the deepest chain of calls in the target's bundle, which the build holds it to. */
export const DEEPEST_CHAIN = 4000;

/** Levels that are tried at most: with those of an ESP8266 some five times its stack. */
export const LEVELS = 64;

/** From what the board prints before a step to the step: all of it is out of the board by then. ms */
const AHEAD = 40;

/** From one step to the next, ms. */
const STEP = 100;

/** Without a step more for so long, ms, the board is gone. */
const SILENCE = 3000;

/** For an answer of a board that may just be starting, ms. */
const ANSWER = 1500;

/** For a board to be back after a reset, the hardware's watchdog included, ms. */
const BACK = 20_000;

const REFUSED = /too much recursion/i;

export interface StackFigures {
  /** Levels that the board stood, and what they take on an ESP8266, bytes. */
  readonly levels: number;
  readonly bytes: number;
  /** What the next level did: reset the board, was refused by the interpreter; or it was not tried. */
  readonly end: 'reset' | 'refused' | 'untried';
  /** Of the bundle's deepest chains, so many would have fitted. */
  readonly chains: number;
}

export interface StackOptions {
  /** Default `LEVELS`. */
  readonly levels?: number;
  /** Bytes. Default `DEEPEST_CHAIN`. */
  readonly chain?: number;
  /** Resets a board that hangs. */
  readonly revive?: () => Promise<void>;
}

/**
 * What goes to the board's memory: functions, each of which calls the one before by a statement, the innermost a
 * built-in function; and what runs them one after the other, each in a turn of its own, called by a timer: what is in
 * use then is known.
 */
function ramp(levels: number): string {
  const functions = Array.from({ length: levels }, (_, index) => {
    const inner = index === 0 ? 'getTime()' : `f${String(index)}()`;
    return `global.f${String(index + 1)}=function(){${inner}};`;
  });
  const next =
    'function next(){stackLevel++;var f=global["f"+stackLevel];print("%deep|"+(f?stackLevel:"end"));' +
    `if(f){setTimeout(f,${String(AHEAD)});setTimeout(next,${String(STEP)});}}`;
  return [...functions, 'var stackLevel=0;', next, `setTimeout(next,${String(STEP)});`].join('\n');
}

async function waitUntilBack(board: BoardBench, within: number): Promise<boolean> {
  for (const end = Date.now() + within; Date.now() < end;) {
    const answer = await board.evaluate('1', ANSWER).catch(() => undefined);
    board.goOn();
    if (answer !== undefined) return true;
    // A port that fails at once would otherwise be asked without a pause.
    await sleep(100);
  }
  return false;
}

/** Whether it answers again. It may be back and run its saved program, which hangs: then that is ended. */
async function isBack(board: BoardBench): Promise<boolean> {
  if (await waitUntilBack(board, BACK)) return true;
  const ended = await board.reset().then(
    () => true,
    () => false,
  );
  board.goOn();
  return ended;
}

/**
 * Fills the stack. The board answers again when this resolves, and has forgotten its program.
 * @throws Error, one line, when the board does not come back
 */
export async function measureStack(
  board: BoardBench,
  tap: Tap,
  options: StackOptions = {},
): Promise<StackFigures> {
  const most = options.levels ?? LEVELS;
  const chain = options.chain ?? DEEPEST_CHAIN;
  let begun = 0;
  let end: StackFigures['end'] | undefined;
  let heard = Date.now();
  board.listen((line) => {
    const [, level] = /%deep\|(\w+)$/.exec(line) ?? [];
    if (level !== undefined) heard = Date.now();
    if (end !== undefined) return;
    if (level === 'end') end = 'untried';
    else if (level !== undefined) begun = Number(level);
    else if (REFUSED.test(line)) end = 'refused';
  });
  tap.comment('stack: functions are nested ever deeper now, until the board resets. That is the test.');
  await board.reset();
  await board.runInMemory(ramp(most));
  heard = Date.now();
  while (end === undefined && Date.now() - heard < SILENCE) {
    await sleep(AHEAD);
    board.goOn();
  }
  if (begun === 0)
    throw new Error(`The board at ${board.port} does not run the program that fills its stack`);
  const levels = end === 'untried' ? begun : begun - 1;
  end ??= 'reset';
  if (end === 'reset' && !(await isBack(board))) {
    await options.revive?.();
    if (!options.revive || !(await isBack(board)))
      throw new Error(
        `The board at ${board.port} hangs since its stack was overrun at level ${String(levels + 1)}: press its reset button`,
      );
  }
  board.listen(() => undefined);
  if (end === 'reset' && (await board.evaluate('typeof stackLevel')) !== 'undefined')
    throw new Error(`The board at ${board.port} stopped at level ${String(begun)}, and was not reset`);

  const bytes = levels && nestedBytes(levels);
  const figures = { levels, bytes, end, chains: Math.floor((10 * bytes) / chain) / 10 };
  const stood = `${String(levels)} levels, on an ESP8266 ${String(bytes)} bytes`;
  tap.comment(
    end === 'reset'
      ? `stack: it stood ${stood}; the next one reset the board`
      : end === 'refused'
        ? `stack: it stood ${stood}; the interpreter itself refused the next one`
        : `stack: more than ${stood}, and no reset`,
  );
  tap.comment(
    `stack: ${figures.chains.toFixed(1)} of our deepest chains of ${String(chain)} bytes would have fitted`,
  );
  tap.result(
    'stack: room for the deepest chain of calls',
    bytes >= chain ? undefined : `${String(bytes)} bytes, and it needs ${String(chain)}`,
  );
  return figures;
}
