/**
 * The host with all its device code, and what the simulation does to it: power,
 * restarts, turns that are cut off. It touches the world through what is given
 * to it here and nothing else.
 */
import type { Link } from '../../shared/link';
import type { Board } from '../../host/board';
import type { MQTTLink as Api, MQTTLinkOptions } from '../../host/mqttlink';
import type { NetworkSettings } from '../../host/settings';
import { modulesFor } from './board-modules';
import type { Context } from './context';
import { CutOff } from './device-source';
import type { Mutation } from './device-source';
import type { WireEnd } from './end';
import { createFlash } from './flash';
import type { SimulatedFlash } from './flash';
import { Mishaps } from './mishaps';
import type { TargetBoard } from './target-board';

const PINS = { reset: 4, sckout: 5, stx: 6, srx: 7, sckin: 8 } as never;

/** Messages that may wait for the target without anything being wrong. */
const QUEUED = 60;

type HostModule = typeof import('../../host/mqttlink');

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

export class HostBoard {
  isOn = false;
  /** Outlives everything. */
  readonly flash: SimulatedFlash;
  private readonly options: HostOptions;
  private readonly context: Context;
  private readonly end: WireEnd;
  private readonly mishaps: Mishaps;
  private readonly api: Board;
  private current: Api | undefined;
  /** It holds the target in reset. */
  private holds = false;
  private isStarting = false;
  private leave: (() => void) | undefined;
  private interrupted: (() => void) | undefined;
  /**
   * A turn of the library's own is under way, which may be cut off: of one of the application's nobody knows what it
   * has done.
   */
  private isDriver = false;

  constructor(options: HostOptions) {
    this.options = options;
    this.context = options.context;
    this.end = options.context.world.host;
    this.flash = createFlash(options.context);
    this.mishaps = new Mishaps(options.context);
    this.api = this.createApi();
  }

  /** To be used only while it is on. */
  get link(): Api {
    return this.current as Api;
  }

  /** A turn of the library is broken off, after so many calls into the board. */
  cutOff(skip: number): void {
    this.mishaps.order('is cut off', skip);
  }

  /** Power-up, or after a reboot. */
  boot(): void {
    const { end, options } = this;
    const modules = modulesFor(this.context, options.mutation, end.later);
    const module = modules<HostModule>('host/mqttlink');
    this.context.note?.('host starts');
    this.flash.spoilt().forEach(options.spoilt);
    this.isOn = true;
    this.leave = this.interrupted = undefined;
    this.mishaps.clear();
    this.isDriver = false;
    end.modules = modules;
    end.boot();
    end.onThrow = (thrown) => {
      if (!(thrown instanceof CutOff)) throw thrown;
      options.cutOff();
      end.later(100, () => this.interrupted?.());
    };
    const MQTTLink = module.createMQTTLink(this.api);
    if (options.will) MQTTLink.will(options.will.topic, options.will.payload, true, 1);
    this.isStarting = true;
    this.current = new MQTTLink(PINS, options.settings, options.options);
    this.isStarting = false;
    options.begin(module, this.current);
  }

  /** All that is in RAM is gone: by a loss of power, or because the board restarts by itself and knows it. */
  off(byItself: boolean): void {
    this.context.note?.(byItself ? 'host restarts by itself' : 'host loses power');
    if (byItself) this.leave?.();
    this.isOn = false;
    this.end.off();
    if (this.holds) this.reset(1);
  }

  private within<A extends unknown[]>(call: (...args: A) => void): (...args: A) => void {
    return (...args) => {
      this.isDriver = true;
      try {
        call(...args);
      } finally {
        this.isDriver = false;
      }
    };
  }

  private risk(): void {
    if (this.isDriver) this.mishaps.strike();
  }

  // As Espruino's: it counts from when it was due, and makes up for what a held board has missed.
  private interval(run: () => void, ms: number): void {
    const { world } = this.context;
    let due = world.now() + ms * 1000;
    const again = (): void => {
      due += ms * 1000;
      this.end.later(Math.max(0, due - world.now()), again);
      run();
    };
    this.end.later(ms * 1000, again);
  }

  private reset(level: number): void {
    const { note, moment } = this.context;
    const { target } = this.options;
    if (level === +!this.holds) return;
    this.holds = !level;
    note?.(this.holds ? 'host pulls reset' : 'host releases reset');
    if (!this.holds) return target.release();
    this.options.resets(this.isStarting);
    moment('reset');
    target.hold();
  }

  private createLink(...[up, message, down, room]: Parameters<Board['_createLink']>): Link {
    const { end, options } = this;
    end.onUp = up;
    end.onMessage = this.within(message);
    end.onDown = down;
    end.onRoom = this.within(room);
    const ready = (on: boolean): void => {
      this.risk();
      end.link.ready(on);
    };
    const send = (text: string): void => {
      this.risk();
      options.sent(text);
      end.link.send(text);
      if (end.link.queued() > QUEUED) this.context.fail(`${end.link.queued()} messages wait for the target`);
    };
    return { ...end.link, counts: end.link.counts, send, ready } as Link;
  }

  private createApi(): Board {
    return {
      _open: (pins) => pins.reset,
      _createLink: (...args) => this.createLink(...args),
      _reset: (_pin, level) => this.reset(level),
      _later: (run, ms) => this.end.later(Math.max(ms, 0.1) * 1000, run),
      _cancel: this.end.cancel,
      _clock: (seconds, at) => {
        this.options.clock(seconds + this.end.time() - at);
        return true;
      },
      _createTicks: (tick, interrupted) => () => {
        this.interrupted = interrupted;
        // As `host/board.ts` has it.
        let last = 0;
        this.interval(() => {
          const passed = this.end.time() - last;
          last += passed;
          if (passed < 0 || passed > 0.5) this.within(tick)();
        }, 1000);
      },
      _idle: () => ++this.end.beats,
      _random: this.context.chance.next,
      _emit: (_owner, session) =>
        this.context.note?.(`host is connected, ${session ? 'session kept' : 'a new session'}`),
      _print: (line) => {
        this.context.note?.(`host prints: ${line}`);
        if (line.includes('Uncaught') && !line.includes('on purpose')) this.context.fail(line);
      },
      _leaving: (run) => (this.leave = run),
      _storage: () => this.flash,
    };
  }
}
