/**
 * The target with all its device code, the shipped bundle or its sources, and
 * what the simulation does to it: reset, hangs, crashes. It touches the world
 * through what is given to it here and nothing else.
 */
import type { Down } from '../../shared/link';
import type { GatewayOptions } from '../../target/gateway';
import { modulesFor } from './board-modules';
import type { Context } from './context';
import { CutOff } from './device-source';
import type { Mutation } from './device-source';
import type { WireEnd } from './end';
import { Mishaps } from './mishaps';
import type { Mishap } from './mishaps';
import type { SimulatedNetwork } from './network';
import { createShipped } from './shipped';

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

interface Memory {
  readonly usage: number;
  readonly free: number;
  readonly total: number;
}

export interface TargetOptions {
  readonly context: Context;
  readonly network: SimulatedNetwork;
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

export class TargetBoard {
  /** Runs, so it should answer. */
  isAlive = false;
  private readonly options: TargetOptions;
  private readonly context: Context;
  private readonly end: WireEnd;
  private readonly mishaps: Mishaps;
  private life = 0;
  private holders = 0;
  /** Lengths of the messages for the host that wait. */
  private queue: number[] = [];
  private inMessage = false;
  /** Bytes of the message of the host that is being taken: as it came, and as text. */
  private taking = 0;
  /** Why it restarted, in memory that outlives that. */
  private crash = '';
  private readonly rtc: number[] = [];

  constructor(options: TargetOptions) {
    this.options = options;
    this.context = options.context;
    this.end = options.context.world.target;
    this.mishaps = new Mishaps(options.context);
  }

  /** Somebody pulls the reset line low. */
  hold(): void {
    this.holders++;
    this.stop();
    this.end.off();
  }

  /** Somebody lets go of it: it goes high when nobody else holds it. */
  release(): void {
    if (--this.holders === 0) this.startLater();
  }

  /** Stops for good, its lines as they are. */
  hang(): void {
    this.stop();
    this.end.crash();
  }

  /** Begins anew by itself. */
  restart(): void {
    this.context.note?.('target restarts');
    this.stop();
    this.end.off();
    this.options.restarted();
    this.startLater();
  }

  /** After so many calls of its code into what it was given. */
  suffer(kind: Mishap, skip: number): void {
    this.mishaps.order(kind, skip);
  }

  private stop(): void {
    this.life++;
    this.isAlive = false;
    this.options.network.die();
  }

  private startLater(): void {
    const { chance, after } = this.context;
    const mine = this.life;
    after(chance.spread(0.1, this.options.boot), () => {
      if (mine !== this.life) return;
      // Held down by somebody, it does not start.
      if (this.holders > 0) return;
      this.life++;
      this.isAlive = true;
      if (this.options.isShipped) this.startShipped();
      else this.startSources();
    });
  }

  private startShipped(): void {
    const { context, end, mishaps, life } = this;
    const { chance, note } = context;
    const { network } = this.options;
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
      rtc: this.rtc,
      cancel: end.cancel,
      strike: () => {
        if (life === this.life) mishaps.strike();
      },
      loses: () => life === this.life && this.loses(),
      reboot: () => this.restart(),
      leaves: this.options.restarted,
    });
    mishaps.clear();
    note?.('target starts, the shipped bundle');
    end.onThrow = (thrown) => {
      this.judge(thrown);
      shipped.thrown(thrown);
    };
    end.program = shipped.program;
    end.boot();
  }

  private startSources(): void {
    const { context, end, mishaps } = this;
    const modules = modulesFor(context, this.options.mutation, end.later);
    const { createGateway } = modules<typeof import('../../target/gateway')>('target/gateway');
    const { encodeHello } = modules<typeof import('../../shared/messages')>('shared/messages');
    const { text } = modules<typeof import('../../shared/bytes')>('shared/bytes');
    this.queue = [];
    end.modules = modules;
    end.boot();
    context.note?.('target starts');
    const firmware: Record<string, unknown> = this.options.network.boot();
    mishaps.clear();
    this.inMessage = false;
    // From here on as in `target/main.ts` and `target/crash.ts`.
    end.settings.timeout = 0;
    end.onUp = () => end.link.send(encodeHello(end.settings.max, text(SERIAL) + this.crash));
    const { message, stamp, abandon } = createGateway(this.gatewayOptions(firmware));
    end.stamp = stamp;
    end.onMessage = (text) => {
      this.options.heard(text);
      this.inMessage = true;
      this.taking = 2 * text.length;
      this.memory();
      try {
        message(text);
      } finally {
        this.inMessage = false;
        this.taking = 0;
      }
    };
    end.onDown = (why) => {
      abandon();
      this.options.restarted();
      this.later(() => this.restart(), why === RESTARTED ? 0 : 1000);
    };
    end.onThrow = (thrown) => {
      this.judge(thrown);
      this.crash = (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 32);
      // That a turn was broken off is told in one of the next.
      if (thrown instanceof CutOff) this.later(() => this.restart(), 0);
      else this.restart();
    };
  }

  private gatewayOptions(firmware: Record<string, unknown>): GatewayOptions {
    const { end, mishaps } = this;
    const risky =
      <A extends unknown[], R>(call: (...args: A) => R): ((...args: A) => R) =>
      (...args) => {
        mishaps.strike();
        return call(...args);
      };
    return {
      send: risky((message: string) => this.send(message)),
      queued: risky(end.link.queued),
      ready: risky(end.link.ready),
      patience: risky((seconds: number) => {
        end.settings.timeout = seconds;
        this.crash = '';
      }),
      max: end.settings.max,
      load: risky((name: string) => firmware[name]),
      later: (...args) => {
        mishaps.strike();
        return this.later(...args);
      },
      cancel: risky(end.cancel),
      time: risky(end.time),
      memory: risky(() => this.memory()),
      clock: risky(() => {}),
      log: () => {},
    };
  }

  private later<Args extends unknown[]>(run: (...args: Args) => void, ms: number, ...args: Args): unknown {
    if (this.inMessage && !ms && this.loses()) return {};
    return this.end.later(Math.max(ms, 0.1) * 1000, () => run(...args));
  }

  private loses(): boolean {
    const lost = this.mishaps.loses(this.options.mayLose);
    if (lost) this.options.restarted();
    return lost;
  }

  private memory(): Memory {
    const { end, queue } = this;
    while (queue.length > Math.max(0, end.link.queued())) queue.shift();
    const bytes = queue.reduce((sum, one) => sum + one, 0) + this.options.network.unsent() + this.taking;
    const usage = RUNNING + queue.length * EACH + Math.ceil(bytes / SIZE);
    if (usage > VARIABLES) this.context.fail('the target is out of memory');
    return { usage, free: VARIABLES - usage, total: VARIABLES };
  }

  private send(message: string): void {
    this.queue.push(message.length);
    this.end.link.send(message);
    this.memory();
  }

  // What nobody expects, unless it was done on purpose, is a fault of the bundle.
  private judge(thrown: unknown): void {
    const words = thrown instanceof Error ? thrown.message : String(thrown);
    if (thrown instanceof CutOff || words === 'on purpose') return;
    this.context.fail(`the target crashes: ${thrown instanceof Error ? thrown.stack : words}`);
  }
}
