/**
 * What an instrumented program calls at each of its sites, see
 * `injection/instrument.ts`: at one of them an exception is thrown or the turn is cut
 * off, as the interpreter does it when its memory has run out (Espruino
 * src/jsvar.c:658): it only leaves, past `catch` and `finally`. A cut-off
 * must never be mistaken for an exception, nor happen twice.
 */
import { HOOKS } from '../../../../simulation/injection/hooks';
import type { Inject } from '../natives';

/** The message of the exception that is thrown. */
const THROWN = 'injected';

export interface Injection {
  /** The saved program is being run, or has been. */
  boot(running: boolean): void;
  readonly globals: Record<string, (site: number, value: unknown) => unknown>;
  /** Whether the turn that just ended was cut off; from now on it is over. */
  over(): boolean;
}

export function createInjection(inject: Inject | undefined): Injection {
  const token = {};
  let cutting = false;
  let booting = false;

  function leave(): void {
    if (cutting) throw token;
  }

  function strike(one: Inject): void {
    one.early[0] = Number(booting);
    if (!one.cut) throw new Error(THROWN);
    cutting = true;
    leave();
  }

  return {
    boot(running) {
      booting = running;
    },
    globals: inject
      ? {
          [HOOKS.before](site) {
            const count = (inject.counts[site] ?? 0) + 1;
            inject.counts[site] = count;
            if (site === inject.site && count === inject.nth) strike(inject);
          },
          [HOOKS.after]: (_site, value) => value,
          [HOOKS.leave]: leave,
        }
      : {},
    over() {
      const was = cutting;
      cutting = false;
      return was;
    },
  };
}
