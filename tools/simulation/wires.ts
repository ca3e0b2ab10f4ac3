/**
 * Two ends of the link on simulated wires, in one thread and on a virtual
 * clock, for tests and simulations that must be repeatable: with the same seed
 * every step of both ends happens in the same order. Nothing here may read the
 * real clock or a random number that the seed does not give.
 *
 * The device code is what runs, paused at its pin accesses, so that the other
 * end can take any number of steps there: see `device-source.ts`.
 */
import type { Down, Link, LinkOptions } from '../../shared/link';
import type { Wire, WirePins } from '../../shared/wire';
import { Task, createModules } from './device-source';
import type { Grain, Require, Steps } from './device-source';

type Stepwise = (...args: never[]) => Steps;

/** The exports of `shared/link`, `shared/initiator` and `shared/responder`, as rewritten. */
interface LinkModule {
  createLink(options: unknown): Record<keyof Link, Stepwise> & Pick<Link, 'counts'>;
}
interface WireModule {
  createInitiator(pins: unknown): Wire;
  createResponder(pins: unknown): Wire;
}

/** Numbers from 0 to below 1, always the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** What a line's reader sees: one of the four outputs, or a line nobody drives. */
export enum Source {
  SCKOUT,
  STX,
  MCKOUT,
  MTX,
  LOW,
  HIGH,
  /** Open, picking up noise. */
  NOISE,
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

/** One end of the wires: a board that runs the link, or a whole program. */
export interface End {
  readonly settings: EndSettings;
  /** Message contents that arrived since the last boot. */
  readonly received: string[];
  /** Whatever the owner was told: `up`, `silent`, `restarted`, `stuck`. */
  readonly told: string[];
  /** Called after the fact was noted; may call the link. */
  onUp: () => void;
  onMessage: (message: string) => void;
  /** What becomes of a message that goes out. */
  stamp: (message: string) => string;
  onDown: (why: Down) => void;
  onRoom: () => void;
  /** Gets what a turn throws, which is then over. By default it ends the simulation. */
  onThrow: (thrown: unknown) => void;
  /** Times that the program asked since the link last ordered a turn of its own. */
  beats: number;
  /** The link, its functions made plain. To be called only where the board's program could: between two turns. */
  link: Pick<Link, 'start' | 'stop' | 'send' | 'ready' | 'queued' | 'began' | 'counts'> & { isUp(): boolean };
  /** Power-up, or restart in the middle of anything: lines low, a new link, started. */
  boot(): void;
  /** What `boot` starts in place of a link: that is the program's own then, and `link` shows nothing of it. */
  program: ((firmware: Firmware) => void) | undefined;
  /** The modules of the device code that `boot` makes the link of. */
  modules: Require;
  /** Stops the board in the middle of whatever it does, its lines as they are. */
  crash(): void;
  /** The same, and nobody drives its lines. */
  off(): void;
  /** Runs `run` on the board: after `us` microseconds, as soon as no turn is under way. Lost when it restarts. */
  later(us: number, run: () => void): unknown;
  /** Undoes `later`. */
  cancel(timer: unknown): void;
  /** The board's clock, seconds. */
  time(): number;
  /** Lets the clock jump, seconds. */
  setClock(by: number): void;
  /** Whether a turn is under way. */
  busy(): boolean;
  /** Timers and watches of the link that wait. */
  waiting(): number;
  /** Pin reads so far, and how many levels were misread. */
  reads: number;
  flips: number;
  /** Longest turn since it was last set: reads, and microseconds without stalls. */
  worstReads: number;
  worstTurn: number;
}

/** Two ends and the wires between them. */
export interface World {
  readonly host: End;
  readonly target: End;
  readonly random: () => number;
  /** What the ends read: the target's clock and data, the host's clock and data. */
  readonly wiring: { mckin: Source; mrx: Source; sckin: Source; srx: Source };
  /** Level changes of both clock lines so far. */
  edges(): number;
  /** Virtual time, microseconds. */
  now(): number;
  /** Calls `run`, which is not part of any board, at a virtual time, microseconds. */
  at(time: number, run: () => void): void;
  /** Lets time pass until `done`, asked between turns, or for some seconds. True: it is done. */
  run(seconds: number, done?: () => boolean): boolean;
}

interface Due {
  at: number;
  /** Returns the steps of a turn, or nothing: then it was none of the link's. */
  run: () => unknown;
  /** Not the link's own. */
  foreign?: boolean;
}

interface Board extends End {
  /** Until when it is busy, microseconds. */
  free: number;
  task: Task | undefined;
  /** A step of the task is being taken, so what is called comes from its callbacks. */
  inStep: boolean;
  timers: Due[];
  watches: { pin: number; run: () => unknown; from: number }[];
  /** Edges of watched pins not yet shown to the program. */
  edges: { at: number; pin: number }[];
  /** The edge whose watches are being called, and how many were. */
  shown: number;
  calls: number;
  firstRead: number;
  started: number;
  stalled: number;
  /** What the last read gave, and whether it was what the one before gave. */
  seen: number;
  vain: boolean;
}

/** Each board's lines. */
export const LINES = { clockOut: 0, dataOut: 1, clockIn: 2, dataIn: 3 } as const;
const CLOCK_IN = LINES.clockIn;
const DATA_IN = LINES.dataIn;

/** Why a link went down, by `Down`. */
const WHY = ['silent', 'restarted', 'stuck'];

/** The ESP8266's event queue. */
const QUEUE = 16;

const plainModules: Partial<Record<Grain, Require>> = {};

/** The modules as they are, without a state of their own. */
function modulesOf(grain: Grain): Require {
  return (plainModules[grain] ??= createModules({ grain }));
}

export function createWorld(
  seed: number,
  settings: Partial<EndSettings> = {},
  grain: Grain = 'access',
): World {
  const random = createRandom(seed);
  const levels = [0, 0, 0, 0];
  const wiring = { mckin: Source.SCKOUT, mrx: Source.STX, sckin: Source.MCKOUT, srx: Source.MTX };
  const errands: Due[] = [];
  let clockEdges = 0;
  // The board whose turn it is not has got something to do sooner than was known.
  let woken = false;
  let now = 0;

  function sourceOf(initiator: boolean, pin: number): Source {
    if (initiator) return pin === CLOCK_IN ? wiring.sckin : wiring.srx;
    return pin === CLOCK_IN ? wiring.mckin : wiring.mrx;
  }

  function createBoard(initiator: boolean): Board {
    const first = initiator ? 0 : 2;
    let jump = 0;
    let held = 0;
    // A turn in which the board is started anew may end with a new timer.
    let life = 0;
    let actual: ReturnType<LinkModule['createLink']>;

    function plain(
      name: 'start' | 'stop' | 'send' | 'ready' | 'queued' | 'began',
    ): (...args: unknown[]) => unknown {
      return (...args) => {
        if (board.program && name === 'queued') return 0;
        if (board.task && !board.inStep && name !== 'queued')
          throw new Error('called in the middle of a turn');
        if (board.free < now) board.free = now;
        const task = new Task((actual[name] as (...args: unknown[]) => Steps)(...args));
        while (!task.step());
        return task.result;
      };
    }

    const board: Board = {
      settings: {
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
        ...settings,
      },
      received: [],
      told: [],
      onUp: () => {},
      onMessage: () => {},
      stamp: (message) => message,
      onDown: () => {},
      onRoom: () => {},
      onThrow: (thrown) => {
        throw thrown;
      },
      beats: 0,
      link: {
        start: plain('start') as Link['start'],
        stop: plain('stop') as Link['stop'],
        send: plain('send') as Link['send'],
        ready: plain('ready') as Link['ready'],
        queued: plain('queued') as Link['queued'],
        began: plain('began') as Link['began'],
        isUp: () => (plain('queued') as Link['queued'])() >= 0,
        get counts() {
          return actual.counts;
        },
      },
      program: undefined,
      modules: modulesOf(grain),
      boot,
      crash,
      off,
      later: (us, call) => {
        const timer = { at: Math.max(now, board.free) + us, run: call, foreign: true };
        woken = true;
        board.timers.push(timer);
        return timer;
      },
      cancel: (timer) => {
        const index = board.timers.indexOf(timer as Due);
        if (index >= 0) board.timers.splice(index, 1);
      },
      time: () => board.free / 1e6 + jump,
      setClock: (by) => (jump += by),
      busy: () => board.task !== undefined,
      waiting: () => board.timers.filter((timer) => !timer.foreign).length + board.watches.length,
      reads: 0,
      flips: 0,
      worstReads: 0,
      worstTurn: 0,
      free: 0,
      task: undefined,
      inStep: false,
      timers: [],
      watches: [],
      edges: [],
      shown: -1,
      calls: 0,
      firstRead: 0,
      started: 0,
      stalled: 0,
      seen: -1,
      vain: false,
    };

    function sample(pin: number): number {
      const source = sourceOf(initiator, pin);
      const level =
        source <= Source.MTX
          ? levels[source]
          : source === Source.NOISE
            ? +(random() < 0.5)
            : source - Source.LOW;
      const noise = pin === CLOCK_IN ? board.settings.clockNoise : board.settings.dataNoise;
      if (!noise || random() >= noise) return level;
      board.flips++;
      return 1 - level;
    }

    // A native array read takes the pins from first to last, a write sets them from last to first.
    function read(pins: number | number[]): number {
      if (grain === 'access') return typeof pins === 'number' ? sample(pins) : (held << 1) | sample(pins[1]);
      board.reads++;
      const value = typeof pins === 'number' ? sample(pins) : (sample(pins[0]) << 1) | sample(pins[1]);
      board.vain = value === board.seen;
      board.seen = value;
      return value;
    }
    read.begin = (pins: number | number[]): void => {
      board.reads++;
      if (typeof pins !== 'number') held = sample(pins[0]);
    };
    function write(pins: number | number[], value: number): void {
      if (grain === 'read') {
        board.free += board.settings.pace;
        write.begin(pins, value);
      }
      if (typeof pins === 'number') drive(first + pins, value & 1);
      else drive(first + pins[0], (value >> 1) & 1);
    }
    write.begin = (pins: number | number[], value: number): void => {
      if (typeof pins !== 'number') drive(first + pins[1], value & 1);
    };

    function watch(pin: number, run: () => unknown): (() => void) | undefined {
      if (!board.settings.watch) return undefined;
      // Setting a watch takes its time, and what happens meanwhile is not seen.
      board.free += 10 * board.settings.pace;
      const entry = { pin, run, from: board.free };
      board.watches.push(entry);
      return () => {
        const index = board.watches.indexOf(entry);
        if (index < 0) throw new Error('Unknown Watch');
        board.watches.splice(index, 1);
      };
    }

    function create(): ReturnType<LinkModule['createLink']> {
      const { createLink } = board.modules<LinkModule>('shared/link');
      const wires = initiator ? 'shared/initiator' : 'shared/responder';
      const { createInitiator, createResponder } = board.modules<WireModule>(wires);
      const pins = {
        clockOut: 0,
        dataOut: 1,
        clockIn: CLOCK_IN,
        dataIn: DATA_IN,
        read,
        write,
        spins: board.settings.spins,
      } satisfies Record<keyof WirePins, unknown>;
      const mine = life;
      return createLink({
        wire: initiator ? createInitiator(pins) : createResponder(pins),
        initiator,
        time: board.time,
        later: (run: () => unknown, ms: number) => {
          const timer = {
            at: board.free + Math.max(ms, 0.1) * 1000 + random() * board.settings.latency,
            run,
          };
          board.beats = 0;
          if (mine === life) board.timers.push(timer);
          return timer;
        },
        cancel: board.cancel,
        watch: (pin: number, run: () => unknown) => (mine === life ? watch(pin, run) : undefined),
        unwatch: (end: () => void) => end(),
        get timeout() {
          return board.settings.timeout;
        },
        hold: board.settings.hold,
        max: board.settings.max,
        up: () => {
          board.told.push('up');
          board.onUp();
        },
        message: (message: string) => {
          board.received.push(message);
          board.onMessage(message);
        },
        stamp: (message: string) => board.stamp(message),
        room: () => board.onRoom(),
        down: (why: Down) => {
          board.told.push(WHY[why]);
          board.onDown(why);
        },
      } satisfies Record<keyof LinkOptions, unknown>);
    }

    function startProgram(program: (firmware: Firmware) => void): void {
      const mine = life;
      program({
        read,
        write,
        watch: (pin, run) => (mine === life ? watch(pin, run) : undefined),
        later: (run, ms) => {
          const at = Math.max(now, board.free) + Math.max(ms, 0.1) * 1000 + random() * board.settings.latency;
          const timer = { at, run };
          woken = true;
          if (mine === life) board.timers.push(timer);
          return timer;
        },
      });
    }

    function crash(): void {
      life++;
      // Whatever held it up is over.
      board.free = now;
      board.task = undefined;
      board.shown = -1;
      board.timers = [];
      board.watches = [];
      board.edges = [];
    }

    function off(): void {
      crash();
      drive(first, 0);
      drive(first + 1, 0);
    }

    function boot(): void {
      off();
      board.received.length = board.told.length = 0;
      if (board.program) return startProgram(board.program);
      actual = create();
      board.link.start();
    }

    actual = create();
    return board;
  }

  const host = createBoard(true);
  const target = createBoard(false);

  function drive(line: number, level: number): void {
    if (levels[line] === level) return;
    levels[line] = level;
    if (line === Source.SCKOUT || line === Source.MCKOUT) clockEdges++;
    if (!host.watches.length && !target.watches.length) return;
    for (const board of [host, target]) {
      for (const pin of [CLOCK_IN, DATA_IN]) {
        if (
          sourceOf(board === host, pin) !== line ||
          !board.watches.some((watch) => watch.pin === pin && watch.from <= now)
        )
          continue;
        if (board.edges.length >= QUEUE || (board.settings.missed && random() < board.settings.missed))
          continue;
        woken = true;
        board.edges.push({ at: now + random() * board.settings.latency, pin });
      }
    }
  }

  function nextOf(board: Board): number {
    if (board.task || board.shown >= 0) return board.free;
    let at = board.edges.length ? board.edges[0].at : Infinity;
    for (const timer of board.timers) if (timer.at < at) at = timer.at;
    return at > board.free ? at : board.free;
  }

  // Espruino shows an edge to every watch of the pin in turn, even to one that was set by the callback before.
  function showEdge(board: Board): boolean {
    const index = board.watches.findIndex((watch) => watch.pin === board.shown);
    if (index < 0) {
      board.shown = -1;
      return false;
    }
    if (++board.calls > 20) throw new Error('a watch that is set by its own callback holds the event loop');
    enter(board, board.watches.splice(index, 1)[0].run);
    return true;
  }

  function enter(board: Board, run: () => unknown): void {
    board.started = board.free;
    board.firstRead = board.reads;
    board.stalled = 0;
    try {
      const steps = run() as Steps | undefined;
      board.task = steps && new Task(steps);
    } catch (thrown) {
      board.onThrow(thrown);
    }
  }

  function begin(board: Board): void {
    if (board.shown >= 0 && showEdge(board)) return;
    if (board.edges.length && board.edges[0].at <= now) {
      board.shown = (board.edges.shift() as { pin: number }).pin;
      board.calls = 0;
      return;
    }
    let next: Due | undefined;
    for (const timer of board.timers) if (!next || timer.at < next.at) next = timer;
    if (!next || next.at > now) return;
    board.timers.splice(board.timers.indexOf(next), 1);
    enter(board, next.run);
  }

  function step(board: Board): boolean {
    const task = board.task as Task;
    const settings = board.settings;
    board.inStep = true;
    let done: boolean;
    try {
      done = task.step();
    } catch (thrown) {
      // As on a board: the turn is over, everything else goes on.
      board.task = undefined;
      board.inStep = false;
      board.onThrow(thrown);
      return true;
    } finally {
      board.inStep = false;
    }
    // The callbacks of the turn may have started the board anew.
    if (board.task !== task) return true;
    if (!done) {
      const stall = settings.stall();
      board.stalled += stall;
      board.free += settings.pace * (0.75 + 0.5 * random()) + stall;
      return false;
    }
    board.task = undefined;
    board.worstReads = Math.max(board.worstReads, board.reads - board.firstRead);
    board.worstTurn = Math.max(board.worstTurn, board.free - board.started - board.stalled);
    return true;
  }

  /** A board that looks in vain and again in vain goes on where the other one has moved, if that is soon. */
  function skip(board: Board, other: number): void {
    const { spins, pace } = board.settings;
    if (board.vain && other > board.free && other < board.free + (spins * pace) / 2)
      board.free = other + 0.01;
  }

  function run(seconds: number, done?: () => boolean): boolean {
    const end = now + seconds * 1e6;
    for (;;) {
      const hostAt = host.task ? host.free : nextOf(host);
      const targetAt = target.task ? target.free : nextOf(target);
      const board = hostAt <= targetAt ? host : target;
      const other = board === host ? targetAt : hostAt;
      const errand = errands.length ? errands[0].at : Infinity;
      const mine = board === host ? hostAt : targetAt;
      const at = errand < mine ? errand : mine;
      if (at > end) {
        now = end;
        return false;
      }
      now = at;
      if (errand <= at) {
        (errands.shift() as Due).run();
        if (done && done()) return true;
        continue;
      }
      board.free = at;
      if (!board.task) {
        begin(board);
        if (!board.task && done && done()) return true;
        continue;
      }
      const until = other < errand ? (other < end ? other : end) : errand < end ? errand : end;
      woken = false;
      do {
        now = board.free;
        if (step(board)) {
          if (done && done()) return true;
          break;
        }
        if (grain === 'read') skip(board, other);
      } while (board.free <= until && !woken);
    }
  }

  return {
    host,
    target,
    random,
    wiring,
    edges: () => clockEdges,
    now: () => now,
    at: (time, errand) => {
      woken = true;
      let index = errands.length;
      while (index > 0 && errands[index - 1].at > time) index--;
      errands.splice(index, 0, { at: time, run: errand });
    },
    run,
  };
}
