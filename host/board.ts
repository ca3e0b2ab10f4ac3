/**
 * The host board's real pins, timers and clock, for `MQTTLink`: the only file
 * of the library that touches them, so that everything else runs anywhere.
 */
import { Down, Link, createLink } from '../shared/link';
import { createInitiator } from '../shared/initiator';
import { Storage } from './persist';
import { LinkPins, Setup } from './settings';

/** Milliseconds that the link may look for the target's next bit before it lets the event loop run. */
const SPIN = 4;

/** What the driver needs of a board; tests bring their own. */
export interface Board {
  /** The host's end of the link over these pins, which are set up for it. */
  _link(
    pins: LinkPins,
    setup: Setup,
    up: () => void,
    message: (message: string) => void,
    down: (why: Down) => void,
    room: () => void,
  ): Link;
  /** The reset line: 0 holds the target, at 1 the line floats. */
  _reset(pin: Pin, level: number): void;
  /** `setTimeout`, milliseconds. */
  readonly _later: (run: () => void, ms: number) => unknown;
  /** Undoes `_later`. */
  readonly _cancel: (timer: unknown) => void;
  /** Sets the clock: seconds since 1970 UTC, and hours by which local time is ahead. */
  _clock(seconds: number, offset: number): void;
  readonly _print: (line: string) => void;
  /** The module Storage; `leave` is called before the board restarts by itself. */
  _storage(leave: () => void): Storage;
}

/** A board's real parts. */
export function createBoard(): Board {
  // Boards that cannot watch one of the pins warn each time that it is tried.
  let watchable = true;

  function watch(pin: Pin, run: () => void): (() => void) | undefined {
    let id: unknown;
    let timer: unknown;
    if (!watchable) return undefined;
    try {
      id = setWatch(
        function () {
          id = undefined;
          // Not at once: a watch that is set while another one's event is handled gets that same event.
          timer = setTimeout(function () {
            timer = undefined;
            run();
          }, 0);
        },
        pin,
        { edge: 'both', repeat: false },
      );
    } catch (e) {
      // Left undefined.
    }
    watchable = id !== undefined;
    if (!watchable) return undefined;
    return function () {
      // What has fired is gone, and its number may belong to another by now.
      if (id !== undefined) clearWatch(id);
      if (timer !== undefined) clearTimeout(timer as never);
      id = timer = undefined;
    };
  }

  return {
    _link: function (pins, setup, up, message, down, room) {
      let left = 100;
      pinMode(pins.reset, 'opendrain', false);
      pinMode(pins.sckin, 'input', false);
      pinMode(pins.srx, 'input', false);
      digitalWrite([pins.sckout, pins.stx], 0);
      // So many looks at a pin as take about SPIN on this board.
      let spent = getTime();
      while (digitalRead(pins.sckin) < 2) if (!--left) break;
      spent = (getTime() - spent) * 1000;
      return /*@__NOINLINE__*/ createLink({
        wire: /*@__NOINLINE__*/ createInitiator({
          clockOut: pins.sckout,
          dataOut: pins.stx,
          clockIn: pins.sckin,
          dataIn: pins.srx,
          read: digitalRead,
          write: digitalWrite,
          spins: Math.max(20, Math.min(30000, Math.round((100 * SPIN) / Math.max(spent, 0.01)))),
        }),
        initiator: true,
        time: getTime,
        later: setTimeout,
        cancel: clearTimeout,
        watch: watch,
        timeout: setup._timeout,
        hold: setup._hold,
        max: setup._max,
        up: up,
        message: message,
        down: down,
        room: room,
      });
    },
    _reset: digitalWrite,
    _later: setTimeout,
    _cancel: clearTimeout as (timer: unknown) => void,
    _clock: function (seconds, offset) {
      setTime(seconds);
      E.setTimeZone(offset);
    },
    _print: print,
    _storage: function (leave) {
      E.on('kill', leave);
      return require('Storage');
    },
  };
}
