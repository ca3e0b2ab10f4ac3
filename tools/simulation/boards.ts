/**
 * The two boards with all their device code, and what the simulation does to
 * them: power, reset, crashes. They touch the world through what is given to
 * them here and nothing else.
 */
import type { Down, Link } from '../../shared/link';
import type { Board } from '../../host/board';
import type { MQTTLink as Api, MQTTLinkOptions } from '../../host/mqttlink';
import type { NetworkSettings } from '../../host/settings';
import type { GatewayOptions } from '../../target/gateway';
import { CutOff, createModules } from './device-source';
import type { Mutation, Require } from './device-source';
import type { Context } from './context';
import { createFlash } from './flash';
import type { SimulatedFlash } from './flash';
import type { Network } from './network';
import { createPromise } from './promise';
import { createShipped } from './shipped';

const PINS = { reset: 4, sckout: 5, stx: 6, srx: 7, sckin: 8 } as never;

/** The target's serial number. */
const SERIAL = 'simulated';

/** `Down.RESTARTED`. */
const RESTARTED: Down = 1;

/** Variables of an ESP8266, and those that the running bundle takes. */
const VARIABLES = 1600;
const RUNNING = 700;

/** Bytes in a variable, and variables that a message in a queue takes beside them. */
const SIZE = 8;
const EACH = 2;

/** Messages that may wait for the target without anything being wrong. */
const QUEUED = 60;

type HostModule = typeof import('../../host/mqttlink');

/** A board's own chance and Promises. */
function modulesFor(
  context: Context,
  mutation: Mutation | undefined,
  later: (us: number, run: () => void) => unknown,
): Require {
  const { next } = context.chance;
  const modules = createModules({
    grain: 'read',
    ...(mutation && { mutation }),
    globals: {
      Math: Object.create(Math, { random: { value: next } }) as unknown,
      Promise: createPromise((job) => later(0, job)),
    },
  });
  // Wires on which what is long is always damaged.
  const frame = modules<{ decodeBody: (body: Uint8Array) => string | undefined }>('shared/frame');
  const { decodeBody } = frame;
  frame.decodeBody = (body) => (body.length > context.wires.longest ? undefined : decodeBody(body));
  return modules;
}

/** What may befall a program in the middle of a turn. */
export type Mishap =
  /** An exception that nobody expects. */
  | 'throws'
  /** The interpreter breaks the turn off, since there is no memory. */
  | 'is cut off'
  /** A turn that was ordered never comes. */
  | 'loses a turn';

/** Lets it happen once, at a call of the device code into what it was given. */
interface Mishaps {
  next: Mishap | undefined;
  /** Calls that go well before. */
  skip: number;
}

function strike(mishaps: Mishaps, note: ((text: string) => void) | undefined): void {
  const kind = mishaps.next;
  if (!kind || kind === 'loses a turn' || mishaps.skip-- > 0) return;
  mishaps.next = undefined;
  note?.(`the program ${kind}`);
  throw kind === 'throws' ? new Error('on purpose') : new CutOff('MEMORY');
}

export interface TargetBoard {
  /** The reset line: low, then high. */
  hold(): void;
  release(): void;
  /** Stops for good, its lines as they are. */
  hang(): void;
  /** Begins anew by itself. */
  restart(): void;
  /** After so many calls of its code into what it was given. */
  suffer(kind: Mishap, skip: number): void;
  /** Runs, so it should answer. */
  readonly isAlive: boolean;
}

export interface TargetOptions {
  readonly context: Context;
  readonly network: Network;
  readonly mutation: Mutation | undefined;
  /** Seconds from reset to the bundle's start, at most. */
  readonly boot: number;
  /** The target begins anew, for whatever reason. */
  readonly restarted: () => void;
  /** It takes a message of the host. */
  readonly heard: (message: string) => void;
  /** A turn may be lost now. */
  readonly mayLose: () => boolean;
  /** It runs `dist/target.js`, not its sources. */
  readonly isShipped: boolean;
}

export function createTarget(options: TargetOptions): TargetBoard {
  const { context, network } = options;
  const { chance, fail, note } = context;
  const end = context.world.target;
  let life = 0;
  let isAlive = false;
  let queue: number[] = [];
  const mishaps: Mishaps = { next: undefined, skip: 0 };
  let inMessage = false;
  // Why it restarted, in memory that outlives that.
  let crash = '';
  const rtc: number[] = [];

  function memory(): { usage: number; free: number; total: number } {
    while (queue.length > Math.max(0, end.link.queued())) queue.shift();
    const bytes = queue.reduce((sum, one) => sum + one, 0) + network.unsent();
    const usage = RUNNING + queue.length * EACH + Math.ceil(bytes / SIZE);
    if (usage > VARIABLES) fail('the target is out of memory');
    return { usage, free: VARIABLES - usage, total: VARIABLES };
  }

  function send(message: string): void {
    queue.push(message.length);
    end.link.send(message);
    memory();
  }

  function stop(): void {
    life++;
    isAlive = false;
    network.die();
  }

  // What nobody expects, unless it was done on purpose, is a fault of the bundle.
  function judge(thrown: unknown): void {
    const words = thrown instanceof Error ? thrown.message : String(thrown);
    if (thrown instanceof CutOff || words === 'on purpose') return;
    fail(`the target crashes: ${thrown instanceof Error ? thrown.stack : words}`);
  }

  function loses(): boolean {
    if (mishaps.next !== 'loses a turn' || !options.mayLose() || mishaps.skip-- > 0) return false;
    note?.('a turn of the target is lost');
    mishaps.next = undefined;
    options.restarted();
    return true;
  }

  function startShipped(): void {
    life++;
    isAlive = true;
    const mine = life;
    const shipped = createShipped({
      modules: { ...network.boot() },
      serial: SERIAL,
      random: chance.next,
      time: end.time,
      // How much it has queued for the host is its own business.
      memory: () => {
        const usage = RUNNING + Math.ceil(network.unsent() / SIZE) + (chance.is(0.05) ? VARIABLES / 2 : 0);
        return { usage, free: VARIABLES - usage, total: VARIABLES };
      },
      longest: () => context.wires.longest,
      rtc,
      cancel: end.cancel,
      strike: () => mine === life && strike(mishaps, note),
      loses: () => mine === life && loses(),
      reboot: () => board.restart(),
      leaves: options.restarted,
    });
    mishaps.next = undefined;
    note?.('target starts, the shipped bundle');
    end.onThrow = (thrown) => {
      judge(thrown);
      shipped.thrown(thrown);
    };
    end.program = shipped.program;
    end.boot();
  }

  function start(): void {
    if (options.isShipped) return startShipped();
    const modules = modulesFor(context, options.mutation, end.later);
    const { createGateway } = modules<typeof import('../../target/gateway')>('target/gateway');
    const { encodeHello } = modules<typeof import('../../shared/messages')>('shared/messages');
    const { text } = modules<typeof import('../../shared/bytes')>('shared/bytes');
    life++;
    isAlive = true;
    queue = [];
    end.modules = modules;
    end.boot();
    note?.('target starts');
    const firmware: Record<string, unknown> = network.boot();
    mishaps.next = undefined;
    inMessage = false;
    const later = <Args extends unknown[]>(
      run: (...args: Args) => void,
      ms: number,
      ...args: Args
    ): unknown => {
      if (inMessage && !ms && loses()) return {};
      return end.later(Math.max(ms, 0.1) * 1000, () => run(...args));
    };
    const risky =
      <A extends unknown[], R>(call: (...args: A) => R): ((...args: A) => R) =>
      (...args) => {
        strike(mishaps, note);
        return call(...args);
      };
    const bridge: GatewayOptions = {
      send: risky(send),
      queued: risky(end.link.queued),
      ready: risky(end.link.ready),
      patience: risky((seconds: number) => {
        end.settings.timeout = seconds;
        crash = '';
      }),
      max: end.settings.max,
      load: risky((name: string) => firmware[name]),
      later: (...args) => {
        strike(mishaps, note);
        return later(...args);
      },
      cancel: risky(end.cancel),
      time: risky(end.time),
      memory: risky(memory),
      clock: risky(() => {}),
      log: () => {},
    };
    // From here on as in `target/main.ts` and `target/crash.ts`.
    end.settings.timeout = 0;
    end.onUp = () => end.link.send(encodeHello(end.settings.max, text(SERIAL) + crash));
    const { message, stamp, abandon } = createGateway(bridge);
    end.stamp = stamp;
    end.onMessage = (text) => {
      options.heard(text);
      inMessage = true;
      try {
        message(text);
      } finally {
        inMessage = false;
      }
    };
    end.onDown = (why) => {
      abandon();
      options.restarted();
      later(board.restart, why === RESTARTED ? 0 : 1000);
    };
    end.onThrow = (thrown) => {
      judge(thrown);
      crash = (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 32);
      // That a turn was broken off is told in one of the next.
      if (thrown instanceof CutOff) later(board.restart, 0);
      else board.restart();
    };
  }

  function startLater(): void {
    const mine = life;
    context.after(chance.spread(0.1, options.boot), () => mine === life && start());
  }

  const board: TargetBoard = {
    get isAlive() {
      return isAlive;
    },
    hold() {
      stop();
      end.off();
    },
    release: startLater,
    suffer: (kind, skip) => Object.assign(mishaps, { next: kind, skip }),
    hang() {
      stop();
      end.crash();
    },
    restart() {
      note?.('target restarts');
      stop();
      end.off();
      options.restarted();
      startLater();
    },
  };
  return board;
}

export interface HostBoard {
  /** Power-up, or after a reboot. */
  boot(): void;
  /** All that is in RAM is gone: by a loss of power, or because the board restarts by itself and knows it. */
  off(byItself: boolean): void;
  readonly isOn: boolean;
  /** A turn of the library is broken off, after so many calls into the board. */
  cutOff(skip: number): void;
  /** Outlives everything. */
  readonly flash: SimulatedFlash;
  /** To be used only while it is on. */
  readonly link: Api;
}

export interface HostOptions {
  readonly context: Context;
  readonly target: TargetBoard;
  readonly mutation: Mutation | undefined;
  readonly settings: NetworkSettings;
  readonly options: MQTTLinkOptions;
  readonly will: { readonly topic: string; readonly payload: string } | undefined;
  /** The application starts: its modules and the link. */
  readonly begin: (module: HostModule, link: Api) => void;
  /** The host pulls the target's reset; `first`: as it always does when it starts. */
  readonly resets: (first: boolean) => void;
  /** Its flash does not hold this publication any more as it was written. */
  readonly spoilt: (payload: string) => void;
  /** A turn of the library was broken off. */
  readonly cutOff: () => void;
  /** It sends a message to the target. */
  readonly sent: (message: string) => unknown;
  /** It sets its clock, seconds since 1970. */
  readonly clock: (seconds: number) => void;
}

export function createHost(options: HostOptions): HostBoard {
  const { context, target } = options;
  const { chance, fail, note, world } = context;
  const end = world.host;
  let isOn = false;
  let held = false;
  let isStarting = false;
  const flash = createFlash(context);
  let leave: (() => void) | undefined;
  let interrupted: (() => void) | undefined;
  // Only in a turn of the library's own: of one of the application's that is cut off nobody knows what it has done.
  const mishaps: Mishaps = { next: undefined, skip: 0 };
  let isDriver = false;

  function within<A extends unknown[]>(call: (...args: A) => void): (...args: A) => void {
    return (...args) => {
      isDriver = true;
      try {
        call(...args);
      } finally {
        isDriver = false;
      }
    };
  }

  function risk(): void {
    if (isDriver) strike(mishaps, note);
  }
  let link: Api | undefined;

  // As Espruino's: it counts from when it was due, and makes up for what a held board has missed.
  function interval(run: () => void, ms: number): void {
    let due = world.now() + ms * 1000;
    const again = (): void => {
      due += ms * 1000;
      end.later(Math.max(0, due - world.now()), again);
      run();
    };
    end.later(ms * 1000, again);
  }

  function reset(_pin: unknown, level: number): void {
    if (level === +!held) return;
    held = !level;
    note?.(held ? 'host pulls reset' : 'host releases reset');
    if (!held) return target.release();
    options.resets(isStarting);
    context.moment('reset');
    target.hold();
  }

  const api: Board = {
    _open: (pins) => pins.reset,
    _createLink: (up, message, down, room) => {
      end.onUp = up;
      end.onMessage = within(message);
      end.onDown = down;
      end.onRoom = within(room);
      const ready = (on: boolean): void => {
        risk();
        end.link.ready(on);
      };
      const send = (text: string): void => {
        risk();
        options.sent(text);
        end.link.send(text);
        if (end.link.queued() > QUEUED) fail(`${end.link.queued()} messages wait for the target`);
      };
      return { ...end.link, counts: end.link.counts, send, ready } as Link;
    },
    _reset: reset,
    _later: (run, ms) => end.later(Math.max(ms, 0.1) * 1000, run),
    _cancel: end.cancel,
    _clock: (seconds, at) => {
      options.clock(seconds + end.time() - at);
      return true;
    },
    _every: (run, ms) => {
      // As `host/board.ts` has it.
      let last = 0;
      interval(() => {
        const passed = end.time() - last;
        last += passed;
        if (passed < 0 || passed > ms / 2000) within(run)();
      }, ms);
    },
    _idle: () => ++end.beats,
    _interrupted: (run) => (interrupted = run),
    _random: chance.next,
    _emit: (_owner, session) => note?.(`host is connected, ${session ? 'session kept' : 'a new session'}`),
    _print: (line) => {
      note?.(`host prints: ${line}`);
      if (line.includes('Uncaught') && !line.includes('on purpose')) fail(line);
    },
    _leaving: (run) => (leave = run),
    _storage: () => flash,
  };

  return {
    flash,
    get isOn() {
      return isOn;
    },
    get link() {
      return link as Api;
    },
    cutOff: (skip) => Object.assign(mishaps, { next: 'is cut off', skip }),
    boot() {
      const modules = modulesFor(context, options.mutation, end.later);
      const module = modules<HostModule>('host/mqttlink');
      note?.('host starts');
      flash.spoilt().forEach(options.spoilt);
      isOn = true;
      leave = interrupted = mishaps.next = undefined;
      isDriver = false;
      end.modules = modules;
      end.boot();
      end.onThrow = (thrown) => {
        if (!(thrown instanceof CutOff)) throw thrown;
        options.cutOff();
        end.later(100, () => interrupted?.());
      };
      const MQTTLink = module.createMQTTLink(api);
      if (options.will) MQTTLink.will(options.will.topic, options.will.payload, true, 1);
      isStarting = true;
      link = new MQTTLink(PINS, options.settings, options.options);
      isStarting = false;
      options.begin(module, link);
    },
    off(byItself) {
      note?.(byItself ? 'host restarts by itself' : 'host loses power');
      if (byItself) leave?.();
      isOn = false;
      end.off();
      if (held) reset(0, 1);
    },
  };
}
