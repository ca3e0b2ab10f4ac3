/**
 * The program of a board, by its console: ended, which the board has to confirm,
 * and started, from memory or from Storage.
 */
import { ANSWER, FIRST, SETTLE, SLOW, START, pause, quote } from './board-console';
import type { BoardConsole } from './board-console';
import type { RemoteBoard } from './board';

/** From the end of a program to the word that it is over, once the console has read what was typed. ms */
const LEAVING = 600;

export function createProgram(
  console: BoardConsole,
): Pick<RemoteBoard, 'reset' | 'runSaved' | 'load' | 'runInMemory'> {
  /**
   * Types what ends the program, and waits for its end. What is typed on a board that is just starting is lost, and it
   * runs its saved code as if nothing had been said; only a program that `reset()` or `load()` ends gets the event
   * "kill", not one that is cut off by the reset pin (Espruino src/jsinteractive.c:786).
   */
  async function end(by: 'reset()' | 'load()'): Promise<boolean> {
    const mark = `ended${String(console.newId())}`;
    const told = console.nextLine(new RegExp(`<<<${mark}>>>`), FIRST + LEAVING).then(
      () => true,
      () => false,
    );
    if (console.isClosed) throw console.lost();
    // Cut in two, so that an echo is never taken for it.
    console.port.write(`\x10E.on("kill",function(){print("<<"+"<${mark}>>>")});${by}\n`);
    return told;
  }

  /** @throws Error when nothing ends the program. */
  async function endSurely(by: 'reset()' | 'load()'): Promise<void> {
    for (const until = Date.now() + START; Date.now() < until;) {
      if (await end(by)) return;
      // It may hang, so that Ctrl-C has to come first; or it has no memory left even for being asked.
      await console.interrupt();
      if (await end(by)) return;
      await console.interrupt();
      console.port.write('\x10reset()\n');
      await pause(SETTLE);
    }
    throw new Error(
      `The program of the board at ${console.port.name} cannot be ended: power the board off and on`,
    );
  }

  async function reset(): Promise<void> {
    await endSurely('reset()');
    await console.settle();
  }

  async function runSaved(): Promise<void> {
    await endSurely('load()');
    // A port that is closed may take a board along that has only just begun.
    await pause(SETTLE);
  }

  async function load(file?: string): Promise<void> {
    console.port.write(`\x10load(${file === undefined ? '' : quote(file)})\n`);
    await console.settle();
  }

  async function runInMemory(code: string): Promise<void> {
    for (const careful of [false, true]) {
      await console.setCareful(careful);
      await reset();
      console.port.write((await console.port.lines(code)) + '\n');
      if (await console.ask('1', ANSWER + (code.length / SLOW) * 500)) return;
    }
    throw new Error(`The board at ${console.port.name} did not take the program`);
  }

  return { reset, runSaved, load, runInMemory };
}
