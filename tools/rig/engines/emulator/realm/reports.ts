/**
 * What a board prints, and to whom it reports what nothing caught. A line goes to all that look at it: the board's
 * console, a visitor at Telnet, the tool.
 */
import { TYPED } from '../natives';
import type { Natives } from '../natives';
import { createConsole } from './console';
import type { Console, ConsoleBoard } from './console';
import { createErrorFlags } from './errors';
import type { ErrorFlags } from './errors';
import { listenersOf } from './events';
import type { Injection } from './injection';
import type { Loop } from './loop';
import { uncaught } from './print';
import type { Telnet } from './telnet';

export interface Reports {
  print(text: string): void;
  /** @returns whether it is an exception and not the end of a turn that was cut off */
  report(thrown: unknown): boolean;
  readonly errors: ErrorFlags;
  /** The board's console, if anybody looks at it. */
  readonly terminal: Console | undefined;
  /** What every console is made of, but for where it writes. */
  readonly typing: Omit<ConsoleBoard, 'write'>;
  /** From now on a visitor there sees what is printed. */
  showAt(telnet: Telnet | undefined): void;
}

/** The board that reports; what is a function here is made later than the reports. */
export interface Reporting {
  readonly name: string;
  readonly injection: Injection;
  loop(): Loop;
  global(name: 'E' | 'process'): object;
  leaving(): boolean;
}

export function createReports(natives: Pick<Natives, 'line' | 'console' | 'run'>, board: Reporting): Reports {
  const { injection, loop } = board;
  let telnet: Telnet | undefined;

  function print(text: string): void {
    for (const line of text.split('\n')) {
      terminal?.line(line);
      telnet?.console?.line(line);
      natives.line(line);
    }
  }

  /** As `jsiCheckErrors` (Espruino src/jsinteractive.c:1283): who listens is told, else it is printed. */
  function tell(thrown: unknown): void {
    const process = board.global('process');
    const listeners = listenersOf(process, 'uncaughtException');
    if (!listeners.length) return print(uncaught(thrown));
    for (const listener of listeners) {
      try {
        (listener as (thrown: unknown) => void).call(process, thrown);
      } catch (again) {
        print(uncaught(again));
      }
    }
  }

  function report(thrown: unknown): boolean {
    if (!injection.over()) {
      tell(thrown);
      return true;
    }
    print('Execution Interrupted');
    errors.raise('MEMORY');
    return false;
  }

  const errors = createErrorFlags((fresh) => {
    const E = board.global('E');
    loop().call(listenersOf(E, 'errorFlag'), E, [fresh]);
    print(`New interpreter error: ${String(fresh)}`);
  });
  const typing = {
    run: (code: string) => natives.run(code, TYPED),
    report,
    leaving: () => board.leaving(),
    name: `2v29 ${board.name}`,
  };
  const terminal = natives.console && createConsole({ ...typing, write: natives.console });
  return {
    print,
    report,
    errors,
    terminal,
    typing,
    showAt(visited) {
      telnet = visited;
    },
  };
}
