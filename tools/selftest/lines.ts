/**
 * Drives each pin of the lines in turn and reads all the others at both ends:
 * what the diagnosis works from. No more than one pin drives at any time.
 */
import type { BoardName, WireName } from '../rig/boards';
import { JUMPERS, WIRE_LINES, diagnose } from './diagnosis';
import type { PinEnd, Level, SeenLevels, Observation, Verdict } from './diagnosis';
import { program, runHelper } from './suite';
import type { BoardBench } from './suite';

/** Host pins by line, as the board names them, and whether a transistor is between `reset` and RST. */
export type HostPins = Readonly<Record<WireName, string>> & { readonly resetInverted?: boolean };

/** Level of the host's reset pin that holds the target. */
function heldAt(pins: HostPins): Level {
  return pins.resetInverted === true ? 1 : 0;
}

const HOST_ORDER: readonly WireName[] = ['reset', 'sckout', 'stx', 'srx', 'sckin'];
const TARGET_ORDER: readonly WireName[] = ['sckout', 'stx', 'srx', 'sckin'];

/** Fixed in the target's bundle. GPIO15 is pulled down on every module, and must not be pulled up. */
const TARGET_PINS = ['D12', 'D13', 'D14', 'D15'];

/** Mode as an input, as an output, and the level before a pin is let go. */
type Mode = readonly [string, string, number];
const PULLED: Mode = ['input_pullup', 'output', 0];
/** By the level that holds the target: RST is pulled up, and never driven high; a transistor's base must not be pulled up. */
const RESET_MODES: readonly Mode[] = [
  ['input_pullup', 'opendrain', 1],
  ['input', 'output', 0],
];
const TARGET_MODES: readonly Mode[] = [PULLED, PULLED, PULLED, ['input', 'output', 0]];

/** Each pin goes low and high so often. */
const ROUNDS = 2;

/** For an answer of a board that may just have been reset, ms. */
const ANSWER = 1500;

/** By which our program is known, a new one each time. */
const MARK = Math.floor(Math.random() * 1e6);

/** For a level to arrive, ms. */
const SETTLE = 40;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

type Boards = Readonly<Partial<Record<BoardName, BoardBench>>>;

const order = (board: BoardName): readonly WireName[] => (board === 'host' ? HOST_ORDER : TARGET_ORDER);

function sendHost(board: BoardBench, pins: HostPins): Promise<void> {
  const names = HOST_ORDER.map((wire) => pins[wire]);
  const modes = [RESET_MODES[heldAt(pins)], PULLED, PULLED, PULLED, PULLED];
  return runHelper(board, program('shared-lines', names, { modes, mark: MARK }), 'look');
}

function sendTarget(board: BoardBench): Promise<void> {
  return runHelper(board, program('shared-lines', TARGET_PINS, { modes: TARGET_MODES, mark: MARK }), 'look');
}

/** Whether the program is ours: what is saved on a board may have names like its own. */
const OURS = `typeof selftest=="object"&&selftest.mark==${String(MARK)}`;

/** Undefined when the board does not answer, or has forgotten the program. */
async function look(board: BoardBench): Promise<number[] | undefined> {
  const seen = await board.evaluate(`${OURS}&&look()`, ANSWER).catch(() => undefined);
  return Array.isArray(seen) ? seen.map(Number) : undefined;
}

/**
 * Whether the program is there still. Asked once: what is saved on a board that restarted may hang, and hears no Ctrl-C
 * where a console's buffer is full of questions.
 */
async function isRunning(board: BoardBench): Promise<boolean> {
  return (await board.evaluate(OURS, ANSWER).catch(() => false)) === true;
}

/** Drives one pin low and high, and brings the target back if that resets it. */
async function survey(boards: Boards, board: BoardName, wire: WireName, held: Level): Promise<Observation> {
  const driving = boards[board];
  if (!driving) throw new Error(`no ${board}`);
  const index = order(board).indexOf(wire);
  const seen: { level: Level; levels: SeenLevels }[] = [];
  let restarted = false;

  async function read(level: Level, pin: number): Promise<void> {
    const levels: SeenLevels = {};
    // The driving board first, since it sets the level.
    for (const name of [board, board === 'host' ? 'target' : 'host'] as const) {
      const bench = boards[name];
      if (name === board) {
        await bench?.evaluate(`drive(${String(pin)},${String(level)})`, ANSWER).catch(() => undefined);
        await pause(SETTLE);
      }
      const found = bench && (await look(bench));
      if (found) order(name).forEach((one, at) => (levels[`${name}.${one}`] = found[at] === 0 ? 0 : 1));
      else if (bench) restarted = true;
    }
    seen.push({ level, levels });
  }

  for (let round = 0; round < ROUNDS && !restarted; round++) {
    if (wire === 'reset') {
      await read(held, index);
      // Let go, it goes to its other level by a resistor.
      await read(held ? 0 : 1, -1);
    } else {
      await read(0, index);
      await read(1, index);
    }
  }
  await driving.evaluate('drive(-1)');
  if (boards.target && (restarted || !(await isRunning(boards.target)))) {
    restarted = true;
    await sendTarget(boards.target);
  }
  return { driver: `${board}.${wire}` as PinEnd, seen, restarted };
}

/** Verdicts on the five lines. @throws Error, one line, when a board does not take part. */
export async function testLines(host: BoardBench, target: BoardBench, pins: HostPins): Promise<Verdict[]> {
  await sendHost(host, pins);
  await sendTarget(target);
  const rows: Observation[] = [];
  const held = heldAt(pins);
  for (const wire of TARGET_ORDER) rows.push(await survey({ host, target }, 'target', wire, held));
  for (const wire of [...HOST_ORDER].reverse()) rows.push(await survey({ host, target }, 'host', wire, held));
  return diagnose(WIRE_LINES, rows);
}

/** Verdicts on jumpers from the host's outputs to its inputs. */
export async function testJumpers(host: BoardBench, pins: HostPins): Promise<Verdict[]> {
  await sendHost(host, pins);
  const rows: Observation[] = [];
  for (const { from } of JUMPERS)
    rows.push(await survey({ host }, 'host', from.split('.')[1] as WireName, heldAt(pins)));
  return diagnose(JUMPERS, rows);
}
