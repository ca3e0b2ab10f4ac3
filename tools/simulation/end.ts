/**
 * One end of the wires, a board: either the link alone or a whole program that
 * brings its own. It puts the board's parts together, and is all that tests and
 * models of a board's surroundings see of it.
 */
import type { Down, Link, LinkEndOptions } from '../../shared/link';
import type { Wire, WirePins } from '../../shared/wire';
import { Task, createModules } from './device-source';
import type { Grain, Require, Steps } from './device-source';
import { EventLoop } from './event-loop';
import type { Time } from './event-loop';
import { BOARD_LINES } from './lines';
import type { Lines } from './lines';
import { Pins } from './pins';

type Stepwise = (...args: never[]) => Steps;

/** The exports of `shared/link`, `shared/initiator` and `shared/responder`, as rewritten. */
interface LinkModule {
  createLink(options: unknown): Record<keyof Link, Stepwise> & Pick<Link, 'counts'>;
}
interface WireModule {
  createInitiator(pins: unknown): Wire;
  createResponder(pins: unknown): Wire;
}

/** How an end behaves; everything may be changed while it runs, except what its link was created with. */
export interface EndSettings {
  /** Microseconds that one pin access takes. */
  pace: number;
  /** Vain looks at the other end in one call. */
  spins: number;
  /** Milliseconds for which a turn may last. */
  hold: number;
  /** Seconds of silence until the peer counts as dead, and for which a message may wait to get through. */
  timeout: number;
  /** Longest message. */
  max: number;
  /** Whether inputs can be watched. */
  watch: boolean;
  /** Chance that a watch misses an edge. */
  missed: number;
  /** Microseconds from an edge, or from the time a timer is due, until its callback runs: at most. */
  latency: number;
  /** Chance that one look at the clock reads the wrong level. */
  clockNoise: number;
  /** The same for data. */
  dataNoise: number;
  /** Microseconds that this pin access takes in addition. */
  stall: () => number;
}

/** What a board's firmware does with its lines and timers, for a program that brings its own link. */
export interface Firmware {
  /** Pins are numbered as in `LINES`. */
  read(pins: number | number[]): number;
  write(pins: number | number[], value: number): void;
  /** @returns what ends it; undefined where pins cannot be watched */
  watch(pin: number, run: () => unknown): (() => void) | undefined;
  /** `setTimeout`. @param run may return the steps of a turn */
  later(run: () => unknown, ms: number): unknown;
}

/** The link, its functions made plain. To be called only where the board's program could: between two turns. */
export type PlainLink = Pick<Link, 'start' | 'stop' | 'send' | 'ready' | 'queued' | 'began' | 'counts'> & {
  isUp(): boolean;
};

/** Why a link went down, by `Down`. */
const WHY = ['silent', 'restarted', 'stuck'];

const plainModules: Partial<Record<Grain, Require>> = {};

/** The modules as they are, without a state of their own. */
function modulesOf(grain: Grain): Require {
  return (plainModules[grain] ??= createModules({ grain }));
}

export interface EndOptions {
  readonly time: Time;
  readonly lines: Lines;
  readonly random: () => number;
  readonly grain: Grain;
  /** It drives the host's lines. */
  readonly initiator: boolean;
  readonly settings: Partial<EndSettings>;
}

export class WireEnd {
  readonly settings: EndSettings;
  /** Message contents that arrived since the last boot. */
  readonly received: string[] = [];
  /** Whatever the owner was told: `up`, `silent`, `restarted`, `stuck`. */
  readonly told: string[] = [];
  /** Times that the program asked since the link last ordered a turn of its own. */
  beats = 0;
  /** What `boot` starts in place of a link: that is the program's own then, and `link` shows nothing of it. */
  program: ((firmware: Firmware) => void) | undefined;
  /** The modules of the device code that `boot` makes the link of. */
  modules: Require;
  readonly link: PlainLink;
  readonly loop: EventLoop;
  readonly pins: Pins;
  private readonly random: () => number;
  private readonly initiator: boolean;
  private actual: ReturnType<LinkModule['createLink']>;
  /** Counts power-ups: a turn in which the board is started anew may end with a new timer. */
  private life = 0;
  /** Seconds by which the board's clock is off. */
  private jump = 0;

  constructor(options: EndOptions) {
    const { time, lines, random, grain, initiator } = options;
    this.random = random;
    this.initiator = initiator;
    this.modules = modulesOf(grain);
    this.settings = {
      pace: 20,
      spins: 200,
      hold: 10,
      timeout: initiator ? 10 : 0,
      max: 1024,
      watch: false,
      missed: 0,
      latency: 100,
      clockNoise: 0,
      dataNoise: 0,
      stall: () => 0,
      ...options.settings,
    };
    this.loop = new EventLoop({ time, lines, random, initiator, settings: this.settings });
    this.pins = new Pins({ lines, random, initiator, grain, settings: this.settings, loop: this.loop });
    this.link = this.plainLink();
    this.actual = this.createLink();
  }

  /** Called after the fact was noted; may call the link. */
  onUp: () => void = () => {};
  onMessage: (message: string) => void = () => {};
  /** What becomes of a message that goes out. */
  stamp: (message: string) => string = (message) => message;
  onDown: (why: Down) => void = () => {};
  onRoom: () => void = () => {};

  /** Gets what a turn throws, which is then over. By default it ends the simulation. */
  set onThrow(run: (thrown: unknown) => void) {
    this.loop.onThrow = run;
  }

  /** Power-up, or restart in the middle of anything: lines low, a new link, started. */
  readonly boot = (): void => {
    this.off();
    this.received.length = this.told.length = 0;
    if (this.program) return this.startProgram(this.program);
    this.actual = this.createLink();
    this.link.start();
  };

  /** Stops the board in the middle of whatever it does, its lines as they are. */
  readonly crash = (): void => {
    this.life++;
    this.loop.crash();
  };

  /** The same, and nobody drives its lines. */
  readonly off = (): void => {
    this.crash();
    this.pins.release();
  };

  /** Runs `run` on the board: after `us` microseconds, as soon as no turn is under way. Lost when it restarts. */
  readonly later = (us: number, run: () => void): unknown => this.loop.order(us, run);

  /** Undoes `later`. */
  readonly cancel = (timer: unknown): void => this.loop.cancel(timer);

  /** The board's clock, seconds. */
  readonly time = (): number => this.loop.free / 1e6 + this.jump;

  /** Lets the clock jump, seconds. */
  setClock(by: number): void {
    this.jump += by;
  }

  /** Whether a turn is under way. */
  busy(): boolean {
    return this.loop.task !== undefined;
  }

  /** Timers and watches of the link that wait. */
  waiting(): number {
    return this.loop.waiting();
  }

  /** Pin reads so far, and how many levels were misread. */
  get reads(): number {
    return this.pins.reads;
  }

  get flips(): number {
    return this.pins.flips;
  }

  /** Longest turn: reads, and microseconds without stalls. */
  get worstReads(): number {
    return this.loop.worstReads;
  }

  get worstTurn(): number {
    return this.loop.worstTurn;
  }

  private plain<Name extends keyof PlainLink & keyof Link>(name: Name): PlainLink[Name] {
    const call = (...args: unknown[]): unknown => {
      const { loop } = this;
      if (this.program && name === 'queued') return 0;
      if (loop.task && !loop.inStep && name !== 'queued') throw new Error('called in the middle of a turn');
      loop.catchUp();
      const task = new Task((this.actual[name] as (...args: unknown[]) => Steps)(...args));
      while (!task.step());
      return task.result;
    };
    return call as unknown as PlainLink[Name];
  }

  private plainLink(): PlainLink {
    const counts = (): Link['counts'] => this.actual.counts;
    const queued = this.plain('queued');
    return {
      start: this.plain('start'),
      stop: this.plain('stop'),
      send: this.plain('send'),
      ready: this.plain('ready'),
      queued,
      began: this.plain('began'),
      isUp: () => queued() >= 0,
      get counts() {
        return counts();
      },
    };
  }

  private createWire(): Wire {
    const { createInitiator, createResponder } = this.modules<WireModule>(
      this.initiator ? 'shared/initiator' : 'shared/responder',
    );
    const pins = {
      clockOut: BOARD_LINES.clockOut,
      dataOut: BOARD_LINES.dataOut,
      clockIn: BOARD_LINES.clockIn,
      dataIn: BOARD_LINES.dataIn,
      read: this.pins.read,
      write: this.pins.write,
      spins: this.settings.spins,
    } satisfies Record<keyof WirePins, unknown>;
    return this.initiator ? createInitiator(pins) : createResponder(pins);
  }

  private createLink(): ReturnType<LinkModule['createLink']> {
    const { settings, loop } = this;
    const { createLink } = this.modules<LinkModule>('shared/link');
    const mine = this.life;
    return createLink({
      wire: this.createWire(),
      initiator: this.initiator,
      time: this.time,
      later: (run: () => unknown, ms: number) => {
        const at = loop.free + Math.max(ms, 0.1) * 1000 + this.random() * settings.latency;
        this.beats = 0;
        return loop.orderTurn({ at, run }, mine === this.life);
      },
      cancel: this.cancel,
      watch: (pin: number, run: () => unknown) => (mine === this.life ? loop.watch(pin, run) : undefined),
      unwatch: (end: () => void) => end(),
      get timeout() {
        return settings.timeout;
      },
      hold: settings.hold,
      max: settings.max,
      up: () => {
        this.told.push('up');
        this.onUp();
      },
      message: (message: string) => {
        this.received.push(message);
        this.onMessage(message);
      },
      stamp: (message: string) => this.stamp(message),
      room: () => this.onRoom(),
      down: (why: Down) => {
        this.told.push(WHY[why]);
        this.onDown(why);
      },
    } satisfies Record<keyof LinkEndOptions, unknown>);
  }

  private startProgram(program: (firmware: Firmware) => void): void {
    const { loop } = this;
    const mine = this.life;
    program({
      read: this.pins.read,
      write: this.pins.write,
      watch: (pin, run) => (mine === this.life ? loop.watch(pin, run) : undefined),
      later: (run, ms) => {
        const at = loop.soonest() + Math.max(ms, 0.1) * 1000 + this.random() * this.settings.latency;
        loop.wake();
        return loop.orderTurn({ at, run }, mine === this.life);
      },
    });
  }
}
