/**
 * Calls the application: its callbacks, and its status handler, for whose word
 * it waits. What an application throws is printed and must get no further, and
 * a Promise of its must not be waited for for ever.
 *
 * What is to be done after a status may depend on what the handler returns, now
 * or later. So it is noted, and done by whoever calls `_act` when all else is
 * done: a status that follows from another is then no call within a call, and
 * the stack that is needed has a bound.
 */
import { Status } from '../shared/status';
import { Wish } from './settings';
import { State } from './state';
import { statusText } from './status-text';

/** Seconds for which a handler's Promise is waited for. */
export const PATIENCE = 300;

/** The user's status handler; `owner` is the MQTTLink. */
export type Handler = (owner: never, status: Status, detail: string) => unknown;

/** Gets what the handler returned, or its Promise came to. */
export type Act = (result: unknown) => void;

export interface TellerOptions {
  readonly _state: State;
  readonly _print: (line: string) => void;
  /** What happens while there is no handler. */
  readonly _preset: Handler;
  /** A Promise is waited for: nothing is to come in. */
  readonly _hold: () => void;
  /** A Promise is settled, in a turn of its own: what waited goes on. */
  readonly _wake: () => void;
}

export interface Teller {
  /** What the application's callbacks get. */
  _owner: unknown;
  _handler: Handler | undefined;
  /** Seconds for which a Promise of the handler may still take, 0 when there is none. To be read only, as is the next one. */
  _waiting: number;
  /** What is to be done when the handler has returned, or its Promise is settled. */
  _next: Act | undefined;
  /** Calls the application. @returns what it returns; undefined when it throws */
  _attempt(call: (...args: never[]) => unknown, args: unknown[]): unknown;
  /** Prints, with the time, if the settings want that. */
  _say(text: string): void;
  /**
   * Tells the handler.
   * @param act to be done then. Undefined: this is only to be known, and nothing waits for the handler's word
   */
  _tell(status: Status, detail: string, act: Act | undefined): void;
  /** Does what is noted. To be called while there is such, and no waiting. */
  _act(): void;
  /** Once a second. */
  _tick(): void;
  /** The run is over, and with it what was to be done. */
  _end(): void;
}

/** An exception in words, whatever was thrown. */
export function wordsOf(thrown: unknown): string {
  try {
    return '' + ((thrown && (thrown as Error).message) || thrown);
  } catch (e) {
    return 'an exception that has no text';
  }
}

export function createTeller(options: TellerOptions): Teller {
  const state = options._state;
  // Counts the statuses, so that a Promise is known by its own: one may come late, or twice.
  let told = 0;
  let outcome: unknown;
  // The handler's Promise is just being asked, and may call back at once.
  let asking = false;

  function printed(thrown: unknown): void {
    options._print('Uncaught ' + wordsOf(thrown));
  }

  function attempt(call: (...args: never[]) => unknown, args: unknown[]): unknown {
    try {
      return call.apply(undefined, args as never);
    } catch (e) {
      printed(e);
    }
    return undefined;
  }

  function say(text: string): void {
    if (state._setup._wishes & Wish.VERBOSE) options._print(Date().toString().split(' ')[4] + ' ' + text);
  }

  function settled(mine: number, value: unknown): void {
    if (mine !== told || !teller._waiting) return;
    teller._waiting = 0;
    outcome = value;
    if (!asking) options._wake();
  }

  function wait(promise: Promise<unknown>): void {
    const mine = told;
    teller._waiting = PATIENCE;
    options._hold();
    promise.then(
      function (value) {
        settled(mine, value);
      },
      function (e: unknown) {
        printed(e);
        settled(mine, undefined);
      },
    );
  }

  const teller: Teller = {
    _owner: undefined,
    _handler: undefined,
    _waiting: 0,
    _next: undefined,
    _attempt: attempt,
    _say: say,
    _tell: function (status, detail, act) {
      let result: unknown;
      say(statusText(status, detail));
      if (act) {
        told++;
        teller._next = act;
        outcome = undefined;
      }
      result = attempt(teller._handler || options._preset, [teller._owner, status, detail]);
      if (!act) return;
      asking = true;
      try {
        // What is no object is not asked: on a board that would make a prototype of its kind, which stays.
        if (result && typeof result === 'object' && typeof (result as Promise<unknown>).then === 'function')
          wait(result as Promise<unknown>);
        else outcome = result;
      } catch (e) {
        printed(e);
        teller._waiting = 0;
      }
      asking = false;
    },
    _act: function () {
      const act = teller._next as Act;
      teller._next = undefined;
      act(outcome);
    },
    _tick: function () {
      if (teller._waiting) teller._waiting--;
    },
    _end: function () {
      teller._waiting = 0;
      teller._next = undefined;
    },
  };
  return teller;
}
