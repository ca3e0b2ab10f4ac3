/**
 * The host board's real pins, timers and clock, for `MQTTLink`: the only file
 * of the library that touches them, so that everything else runs anywhere.
 */
import { createInitiator } from '../shared/initiator';
import { Down, Link, LinkEndOptions, createLink } from '../shared/link';
import { WirePins } from '../shared/wire';
import { createClock } from './clock';
import { Storage } from './outbox-storage';
import { LinkPins, Setup } from './settings';

/** Milliseconds that the link may look for the target's next bit before it lets the event loop run. */
const SPIN = 4;

/** Milliseconds between ticks. */
const TICK = 1000;

/** What the supervisor and its parts need of a board; tests bring their own. */
export interface Board {
  /** The host's end of the link; to be called once, and to be started after `_open`. */
  _createLink(
    up: () => void,
    message: (message: string) => void,
    down: (why: Down) => void,
    room: () => void,
  ): Link;
  /**
   * Sets up the time zone, the lines, and the link as `setup` has it.
   * @returns the reset line, for `_reset`
   * @throws Error for a rule of daylight saving time that the firmware cannot follow; then nothing has changed
   */
  _open(pins: LinkPins, setup: Setup): Pin;
  /** The reset line: 0 holds the target, at 1 it runs. */
  _reset(pin: Pin, level: number): void;
  /** `setTimeout`, milliseconds. */
  readonly _later: (run: () => void, ms: number) => unknown;
  /** Undoes `_later`. */
  readonly _cancel: (timer: unknown) => void;
  /**
   * To be called once.
   * @param tick called once a second, but not for the calls that the interpreter makes up for after a time in which it
   *   could make none (Espruino src/jsinteractive.c:2563): they would count an hour that the board was held as an hour
   * @param interrupted called after a turn that was broken off because the board's memory had run out
   * @returns what begins this
   */
  _createTicks(tick: () => void, interrupted: () => void): () => void;
  /** How many times it was asked since the link last ordered a turn of its own. */
  _idle(): number;
  /** 0 up to, but not including, 1. */
  readonly _random: () => number;
  /** Tells the listeners of `link.on('connect', …)`. */
  _emit(owner: unknown, session: boolean): void;
  /**
   * Brings the clock to what it should show: seconds since 1970 UTC, when it showed `at`.
   * @returns whether it was wrong
   */
  readonly _clock: (seconds: number, at: number) => boolean;
  readonly _print: (line: string) => void;
  /** The module Storage. */
  _storage(): Storage;
  /** Calls `run` before the board restarts by itself. */
  _leaving(run: () => void): void;
}

/** A board's real parts. */
export function createBoard(): Board {
  // Since the link last ordered a turn.
  let beats = 0;
  // The interval, whose number is in it; and when the tick was due.
  let interval: number[] = [];
  let last = 0;
  const calls = {} as { _tick: () => void; _interrupted: () => void };

  function later(run: () => void, ms: number): unknown {
    beats = 0;
    return setTimeout(run, ms);
  }

  const wirePins = { read: digitalRead, write: digitalWrite } as {
    -readonly [Name in keyof WirePins]: WirePins[Name];
  };
  const linkOptions = {
    initiator: true,
    time: getTime,
    later: later,
    cancel: clearTimeout,
    watch: watch,
    unwatch: clearWatch,
  } as unknown as { -readonly [Name in keyof LinkEndOptions]: LinkEndOptions[Name] };
  // Boards that cannot watch one of the pins warn each time that it is tried.
  let watchable = true;

  function watch(pin: Pin, run: () => void): unknown {
    let id: unknown;
    if (!watchable) return undefined;
    try {
      id = setWatch(run, pin, { edge: 'both', repeat: false });
    } catch (e) {
      // Left undefined.
    }
    watchable = id !== undefined;
    return id;
  }

  // Once, at the start: whatever the application does about it later stands.
  function setZone(offset: number | undefined, dst: number[] | undefined): void {
    const rule = E.setDST;
    if (dst && !rule) throw new Error('dst: the firmware of this board has no E.setDST');
    if (dst && rule) rule.apply(E, dst);
    if (offset === undefined) return;
    // `E.setTimeZone` would end a rule that the application has set (Espruino src/jswrap_espruino.c:2239). Where there
    // is one, winter and summer differ.
    if (rule && new Date(2026, 0, 1).getTimezoneOffset() !== new Date(2026, 6, 1).getTimezoneOffset())
      print('localTimeOffset is left aside, since E.setDST has set a rule');
    else E.setTimeZone(offset);
  }

  // What stays after `start` is made here: within it, it would keep all variables of the constructor that it becomes a
  // part of.
  function beat(mine: number[]): void {
    // It was not the one that is gone. Its number is its own while it runs, and may be somebody else's later.
    if (mine !== interval) return clearInterval(mine[0]);
    const passed = getTime() - last;
    last += passed;
    // The clock may have been set back.
    if (passed < 0 || passed > TICK / 2000) calls._tick();
  }

  function begin(): void {
    interval = [];
    interval[0] = setInterval(beat, TICK, interval) as unknown as number;
  }

  function flagged(flags: string[]): void {
    // They are told once, until they are cleared.
    E.getErrorFlags();
    // An interval whose turn was broken off is gone (Espruino src/jsinteractive.c:2534); which one is not told.
    if (flags.includes('CALLBACK')) begin();
    if (flags.includes('MEMORY')) calls._interrupted();
  }

  function start(): void {
    begin();
    E.on('errorFlag', flagged);
  }

  // The factory is called by a statement of its own: the build takes such ones apart (tools/bundler/passes/flatten.ts).
  const clock = createClock({ _now: getTime, _set: setTime, _later: setTimeout });

  return {
    _createLink: function (up, message, down, room) {
      linkOptions.wire = createInitiator(wirePins);
      linkOptions.up = up;
      linkOptions.message = message;
      linkOptions.down = down;
      linkOptions.room = room;
      return createLink(linkOptions);
    },
    _open: function (pins, setup) {
      let left = 100;
      setZone(setup._offset, setup._dst);
      linkOptions.timeout = setup._timeout;
      linkOptions.hold = setup._hold as number;
      linkOptions.max = setup._max;
      wirePins.clockOut = pins.sckout;
      wirePins.dataOut = pins.stx;
      wirePins.clockIn = pins.sckin;
      wirePins.dataIn = pins.srx;
      // The level comes before the mode, since an output shows what its register holds. Without `pinMode` each write
      // would set up its pin anew (Espruino src/jspin.c:262), which takes longer than the write.
      digitalWrite([pins.sckout, pins.stx], 0);
      pinMode(pins.sckout, 'output', false);
      pinMode(pins.stx, 'output', false);
      pinMode(pins.sckin, 'input', false);
      pinMode(pins.srx, 'input', false);
      pinMode(pins.reset, pins.resetInverted ? 'output' : 'opendrain', false);
      // So many looks at a pin as take about SPIN on this board.
      let spent = getTime();
      while (digitalRead(pins.sckin) < 2) if (!--left) break;
      spent = (getTime() - spent) * 1000;
      // A whole number, which takes no room beside its name.
      wirePins.spins = Math.max(20, Math.min(30000, (100 * SPIN) / Math.max(spent, 0.01))) | 0;
      if (!pins.resetInverted) return pins.reset;
      // `digitalWrite` takes what has a `write` for a pin. Only who has a transistor pays for it.
      return {
        write: function (level: number) {
          digitalWrite(pins.reset, level ^ 1);
        },
      } as unknown as Pin;
    },
    _reset: digitalWrite,
    _later: setTimeout,
    _cancel: clearTimeout as (timer: unknown) => void,
    _createTicks: function (tick, interrupted) {
      calls._tick = tick;
      calls._interrupted = interrupted;
      return start;
    },
    _idle: function () {
      return ++beats;
    },
    _random: Math.random,
    _emit: function (owner, session) {
      (owner as { emit(event: string, session: boolean): void }).emit('connect', session);
    },
    _clock: clock,
    _print: print,
    _storage: function () {
      return require('Storage');
    },
    _leaving: function (run) {
      E.on('kill', run);
    },
  };
}
