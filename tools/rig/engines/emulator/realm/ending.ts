/**
 * How a program ends its own board: `reset`, `load` and `E.reboot`. A program may hear of the end that it brings about,
 * but not of the reset pin, nor of `ESP8266.reboot`.
 */
import type { BootProgram, Natives } from '../natives';

export interface Ending {
  /** The board is about to start anew: once it has nothing more to do. */
  leaving(): boolean;
  /** Starts the board anew, once what runs now has ended. */
  start(program: BootProgram): void;
  /** Starts it anew now, where it is about to. @param typed what is on the console's line for the board that starts */
  leave(typed: string): void;
  /** Starts it anew now. */
  reboot(): never;
}

/**
 * @param kill tells the program
 * @param kick runs a turn of the event loop
 */
export function createEnding(
  natives: Pick<Natives, 'restart' | 'reboot'>,
  kill: () => void,
  kick: () => void,
): Ending {
  let next: BootProgram | undefined;
  return {
    leaving: () => next !== undefined,
    start(program) {
      next = program;
      kick();
    },
    leave(typed) {
      if (next === undefined) return;
      kill();
      natives.restart(next, typed);
    },
    reboot() {
      kill();
      return natives.reboot();
    },
  };
}
