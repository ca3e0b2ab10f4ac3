/**
 * How much C stack a target has: functions nested one deeper at each step,
 * until the board resets. Nothing of it is on the board but in memory; the
 * board must run its saved program afterwards, whatever became of it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { nestedBytes } from '../chip-stack';
import type { Bench } from './suite';
import type { Tap } from './tap';

/** Bytes of the deepest chain of calls in the target's bundle, which the build holds it to. */
export const DEEPEST_CHAIN = 4000;

/** Levels that are tried at most: with those of an ESP8266 some five times its stack. */
export const LEVELS = 64;

/** From the answer that a step is ordered to the step: all of it is out of the board by then. ms */
const AHEAD = 30;

/** From the step to the question whether it is over, ms. */
const AFTER = 60;

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

/** The levels that are over on the board, undefined when it has forgotten all or does not answer. */
async function levelsDone(board: Bench, within: number): Promise<number | undefined> {
  const done = await board.evaluate('typeof deep=="object"?deep.done:-1', within).catch(() => undefined);
  board.goOn();
  return typeof done === 'number' && done >= 0 ? done : undefined;
}

async function waitUntilBack(board: Bench, within: number): Promise<boolean> {
  for (const end = Date.now() + within; Date.now() < end;) {
    const answer = await board.evaluate('1', ANSWER).catch(() => undefined);
    board.goOn();
    if (answer !== undefined) return true;
    // A port that fails at once would otherwise be asked without a pause.
    await sleep(100);
  }
  return false;
}

/**
 * Fills the stack. The board answers again when this resolves, and has forgotten its program.
 * @throws Error, one line, when the board does not come back
 */
export async function measureStack(
  board: Bench,
  tap: Tap,
  options: StackOptions = {},
): Promise<StackFigures> {
  const most = options.levels ?? LEVELS;
  const chain = options.chain ?? DEEPEST_CHAIN;
  let refused = false;
  board.listen((line) => {
    if (REFUSED.test(line)) refused = true;
  });
  tap.comment('stack: functions are nested ever deeper now, until the board resets. That is the test.');
  await board.reset();
  await board.evaluate('(global.deep={done:0},1)');

  let levels = 0;
  let end: StackFigures['end'] = 'untried';
  for (let next = 1; next <= most; next++) {
    // Each calls the one before by a statement, the innermost a built-in function.
    const name = `f${String(next)}`;
    const inner = next === 1 ? 'getTime()' : `f${String(next - 1)}()`;
    await board.evaluate(`(global.${name}=function(){${inner}},1)`);
    // In a turn of its own, called by a timer: what is in use then is known. Another turn notes that it is over.
    await board.evaluate(
      `(setTimeout(${name},${String(AHEAD)}),setTimeout(function(){deep.done=${String(next)}},${String(AHEAD + AFTER / 2)}),1)`,
    );
    await sleep(AHEAD + AFTER);
    let done = await levelsDone(board, ANSWER);
    // A slow board may not be there yet.
    for (let looks = 0; done !== undefined && done < next && looks < 20; looks++) {
      await sleep(AFTER);
      done = await levelsDone(board, ANSWER);
    }
    if (refused || done !== next) {
      end = refused ? 'refused' : 'reset';
      break;
    }
    levels = next;
  }
  if (end === 'reset' && !(await waitUntilBack(board, BACK))) {
    await options.revive?.();
    if (!options.revive || !(await waitUntilBack(board, BACK)))
      throw new Error(
        `The board at ${board.port} hangs since its stack was overrun at level ${String(levels + 1)}: press its reset button`,
      );
  }
  board.listen(() => undefined);

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
