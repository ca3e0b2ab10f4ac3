/**
 * The two boards with all their device code, and what the simulation does to
 * them: power, reset, crashes. They touch the world through what is given to
 * them here and nothing else.
 */
import type { Down, Link } from '../../shared/link';
import type { Board } from '../../host/board';
import type { MQTTLink as Api, MQTTLinkOptions } from '../../host/mqttlink';
import type { NetworkSettings } from '../../host/settings';
import type { BridgeOptions } from '../../target/bridge';
import { createModules } from '../device-source';
import type { Mutation, Require } from '../device-source';
import type { Context } from './context';
import { createFlash } from './flash';
import type { SimulatedFlash } from './flash';
import type { Network } from './network';
import { createPromise } from './promise';

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
  return createModules({
    grain: 'read',
    ...(mutation && { mutation }),
    globals: {
      Math: Object.create(Math, { random: { value: next } }) as unknown,
      Promise: createPromise((job) => later(0, job)),
    },
  });
}

export interface TargetBoard {
  /** The reset line: low, then high. */
  hold(): void;
  release(): void;
  /** Stops for good, its lines as they are. */
  hang(): void;
  /** Begins anew by itself. */
  restart(): void;
  /** Runs, so it should answer. */
  readonly isAlive: boolean;
}

export interface TargetOptions {
  readonly context: Context;
  readonly network: Network;
  readonly mutation: Mutation | undefined;
  /** Seconds from reset to the bundle's start, at most. */
  readonly boot: number;
  /** The target began anew, for whatever reason. */
  readonly restarted: () => void;
  /** What its code throws was meant to be. */
  readonly expected: (thrown: unknown) => boolean;
}

export function createTarget(options: TargetOptions): TargetBoard {
  const { context, network } = options;
  const { chance, fail, note } = context;
  const end = context.world.target;
  let life = 0;
  let isAlive = false;
  let queue: number[] = [];
  // Why it restarted, in memory that outlives that.
  let crash = '';

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

  function start(): void {
    const modules = modulesFor(context, options.mutation, end.later);
    const { createBridge } = modules<typeof import('../../target/bridge')>('target/bridge');
    const { encodeHello } = modules<typeof import('../../shared/messages')>('shared/messages');
    const { text } = modules<typeof import('../../shared/bytes')>('shared/bytes');
    life++;
    isAlive = true;
    queue = [];
    end.modules = modules;
    end.boot();
    note?.('target starts');
    const firmware: Record<string, unknown> = network.boot();
    const later = (run: () => void, ms: number): unknown => end.later(Math.max(ms, 0.1) * 1000, run);
    const bridge: BridgeOptions = {
      send,
      queued: end.link.queued,
      ready: end.link.ready,
      patience: (seconds) => {
        end.settings.timeout = seconds;
        crash = '';
      },
      max: end.settings.max,
      load: (name) => firmware[name],
      later,
      cancel: end.cancel,
      memory,
      clock: () => {},
      log: () => {},
    };
    // From here on as in `target/main.ts` and `target/crash.ts`.
    end.settings.timeout = 0;
    end.onUp = () => end.link.send(encodeHello(end.settings.max, text(SERIAL) + crash));
    const { message, abandon } = createBridge(bridge);
    end.onMessage = message;
    end.onDown = (why) => {
      abandon();
      later(board.restart, why === RESTARTED ? 0 : 1000);
    };
    end.onThrow = (thrown) => {
      const words = thrown instanceof Error ? thrown.message : String(thrown);
      if (!options.expected(thrown))
        fail(`the target crashes: ${thrown instanceof Error ? thrown.stack : words}`);
      crash = words.slice(0, 32);
      board.restart();
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
  let link: Api | undefined;

  // As Espruino's: it counts from when it was due, and makes up for what a held board has missed.
  function interval(run: () => void, ms: number): unknown {
    let due = world.now() + ms * 1000;
    const again = (): void => {
      due += ms * 1000;
      end.later(Math.max(0, due - world.now()), again);
      run();
    };
    return end.later(ms * 1000, again);
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
      end.onMessage = message;
      end.onDown = down;
      end.onRoom = room;
      const send = (text: string): void => {
        end.link.send(text);
        if (end.link.queued() > QUEUED) fail(`${end.link.queued()} messages wait for the target`);
      };
      return { ...end.link, counts: end.link.counts, send } as Link;
    },
    _reset: reset,
    _later: (run, ms) => end.later(Math.max(ms, 0.1) * 1000, run),
    _cancel: end.cancel,
    _clock: (seconds, at) => {
      options.clock(seconds + end.time() - at);
      return true;
    },
    _every: (run, ms) => {
      const { spaced } = end.modules<typeof import('../../host/ticks')>('host/ticks');
      return interval(spaced(run, ms, end.time), ms);
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
    boot() {
      const modules = modulesFor(context, options.mutation, end.later);
      const module = modules<HostModule>('host/mqttlink');
      note?.('host starts');
      flash.spoilt().forEach(options.spoilt);
      isOn = true;
      leave = undefined;
      end.modules = modules;
      end.boot();
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
