/**
 * Two ends of the link on simulated wires, in one thread and on a virtual
 * clock, for tests and simulations that must be repeatable: with the same seed
 * every step of both ends happens in the same order. Nothing here may read the
 * real clock or a random number that the seed does not give.
 *
 * The device code is what runs, but each of its functions that touches a pin
 * is turned into a generator that pauses in the middle of every pin access, so
 * that the other end can take any number of steps there. The rewriting only
 * adds `function*` and `yield`; see `stepwise`.
 */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import type { Down, Link, LinkOptions } from '../shared/link';
import type { Wire, WirePins } from '../shared/wire';
import './device-globals';

type Steps = Generator<undefined, unknown, undefined>;
type Stepwise = (...args: never[]) => Steps;

/** Names by which the device code calls `digitalRead` and `digitalWrite`. */
const ACCESS = ['read', 'write', 'get', 'set'];

/**
 * Rewrites a module of the link: the inner functions of its factory become
 * generators, a call of one of them or of the wire `yield*`, and `read(pin)`
 * becomes `(read.begin(pin), yield, read(pin))`.
 */
function stepwise(context: ts.TransformationContext): (file: ts.SourceFile) => ts.SourceFile {
  const f = context.factory;
  return (file) => {
    const inner = new Set<string>();
    for (const factory of file.statements) {
      if (!ts.isFunctionDeclaration(factory)) continue;
      for (const one of factory.body?.statements ?? []) {
        if (ts.isFunctionDeclaration(one) && one.name) inner.add(one.name.text);
      }
    }
    function visitCall(node: ts.CallExpression): ts.Expression {
      const callee = node.expression;
      if (ts.isIdentifier(callee) && ACCESS.includes(callee.text)) {
        const begin = f.createCallExpression(
          f.createPropertyAccessExpression(callee, 'begin'),
          undefined,
          node.arguments,
        );
        const parts = [begin, f.createYieldExpression(undefined, undefined), node];
        return f.createParenthesizedExpression(f.createCommaListExpression(parts));
      }
      const ofWire = ts.isPropertyAccessExpression(callee) && callee.expression.getText(file) === 'wire';
      if (!ofWire && !(ts.isIdentifier(callee) && inner.has(callee.text))) return node;
      return f.createParenthesizedExpression(
        f.createYieldExpression(f.createToken(ts.SyntaxKind.AsteriskToken), node),
      );
    }
    function visitInner(node: ts.Node): ts.Node {
      const visited = ts.visitEachChild(node, visitInner, context);
      return ts.isCallExpression(visited) ? visitCall(visited) : visited;
    }
    function visit(node: ts.Node): ts.Node {
      if (!ts.isFunctionDeclaration(node) || !node.name || !inner.has(node.name.text)) {
        return ts.visitEachChild(node, visit, context);
      }
      const star = f.createToken(ts.SyntaxKind.AsteriskToken);
      const body = node.body && ts.visitEachChild(node.body, visitInner, context);
      return f.updateFunctionDeclaration(
        node,
        undefined,
        star,
        node.name,
        undefined,
        node.parameters,
        undefined,
        body,
      );
    }
    return ts.visitEachChild(file, visit, context);
  };
}

const modules: Record<string, Record<string, unknown>> = {};

function load(name: string): Record<string, unknown> {
  const known = modules[name];
  if (known) return known;
  const exported: Record<string, unknown> = (modules[name] = {});
  const source = readFileSync(new URL(`../shared/${name}.ts`, import.meta.url), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
    transformers: name === 'frame' || name === 'wire' ? {} : { before: [stepwise] },
  });
  const run = new Function('exports', 'require', outputText);
  run(exported, (path: string) => load(path.replace('./', '')));
  return exported;
}

const createLink = load('link').createLink as (
  options: unknown,
) => Record<keyof Link, Stepwise> & Pick<Link, 'counts'>;
const createInitiator = load('initiator').createInitiator as (pins: unknown) => Wire;
const createResponder = load('responder').createResponder as (pins: unknown) => Wire;

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
  /** Seconds of silence until the peer counts as dead. */
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

/** One end of the wires: a board that runs the link and nothing else. */
export interface End {
  readonly settings: EndSettings;
  /** Message contents that arrived since the last boot. */
  readonly received: string[];
  /** Whatever the owner was told: `up`, `silent`, `restarted`. */
  readonly told: string[];
  /** Called after the fact was noted; may call the link. */
  onUp: () => void;
  onMessage: (message: string) => void;
  onDown: (why: Down) => void;
  /** The link, its functions made plain. To be called only where the board's program could: between two turns. */
  link: Pick<Link, 'start' | 'stop' | 'send' | 'ready' | 'queued' | 'counts'> & { isUp(): boolean };
  /** Power-up, or restart in the middle of anything: lines low, a new link, started. */
  boot(): void;
  /** Stops the board in the middle of whatever it does, its lines as they are. */
  crash(): void;
  /** Runs `run` on the board: after `us` microseconds, as soon as no turn is under way. Lost when it restarts. */
  later(us: number, run: () => void): void;
  /** Lets the clock jump, seconds. */
  setClock(by: number): void;
  /** Whether a turn is under way. */
  busy(): boolean;
  /** Timers and watches of the link that wait. */
  waiting(): number;
  /** Pin reads so far. */
  reads: number;
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
  task: Steps | undefined;
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
}

// Inputs of each board; its outputs are 0, clock, and 1, data.
const CLOCK_IN = 2;
const DATA_IN = 3;

/** The ESP8266's event queue. */
const QUEUE = 16;

export function createWorld(seed: number, settings: Partial<EndSettings> = {}): World {
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
    let actual: ReturnType<typeof createLink>;

    function plain(name: 'start' | 'stop' | 'send' | 'ready' | 'queued'): (...args: unknown[]) => unknown {
      return (...args) => {
        if (board.task && !board.inStep && name !== 'queued')
          throw new Error('called in the middle of a turn');
        if (board.free < now) board.free = now;
        const steps = (actual[name] as (...args: unknown[]) => Steps)(...args);
        let step = steps.next();
        while (!step.done) step = steps.next();
        return step.value;
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
      onDown: () => {},
      link: {
        start: plain('start') as Link['start'],
        stop: plain('stop') as Link['stop'],
        send: plain('send') as Link['send'],
        ready: plain('ready') as Link['ready'],
        queued: plain('queued') as Link['queued'],
        isUp: () => (plain('queued') as Link['queued'])() >= 0,
        get counts() {
          return actual.counts;
        },
      },
      boot,
      crash,
      later: (us, call) => {
        woken = true;
        board.timers.push({ at: now + us, run: call, foreign: true });
      },
      setClock: (by) => (jump += by),
      busy: () => board.task !== undefined,
      waiting: () => board.timers.filter((timer) => !timer.foreign).length + board.watches.length,
      reads: 0,
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
      return noise && random() < noise ? 1 - level : level;
    }

    // A native array read takes the pins from first to last, a write sets them from last to first.
    function read(pins: number | number[]): number {
      return typeof pins === 'number' ? sample(pins) : (held << 1) | sample(pins[1]);
    }
    read.begin = (pins: number | number[]): void => {
      board.reads++;
      if (typeof pins !== 'number') held = sample(pins[0]);
    };
    function write(pins: number | number[], value: number): void {
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

    function create(): ReturnType<typeof createLink> {
      const pins = {
        clockOut: 0,
        dataOut: 1,
        clockIn: CLOCK_IN,
        dataIn: DATA_IN,
        read,
        write,
        spins: board.settings.spins,
      } satisfies Record<keyof WirePins, unknown>;
      return createLink({
        wire: initiator ? createInitiator(pins) : createResponder(pins),
        initiator,
        time: () => board.free / 1e6 + jump,
        later: (run: () => unknown, ms: number) => {
          const timer = {
            at: board.free + Math.max(ms, 0.1) * 1000 + random() * board.settings.latency,
            run,
          };
          board.timers.push(timer);
          return timer;
        },
        cancel: (timer: Due) => {
          const index = board.timers.indexOf(timer);
          if (index >= 0) board.timers.splice(index, 1);
        },
        watch,
        timeout: board.settings.timeout,
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
        down: (why: Down) => {
          board.told.push(why ? 'restarted' : 'silent');
          board.onDown(why);
        },
      } satisfies Record<keyof LinkOptions, unknown>);
    }

    function crash(): void {
      board.task = undefined;
      board.shown = -1;
      board.timers = [];
      board.watches = [];
      board.edges = [];
    }

    function boot(): void {
      crash();
      drive(first, 0);
      drive(first + 1, 0);
      board.received.length = board.told.length = 0;
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
    board.task = (run() as Steps | undefined) ?? undefined;
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
    const task = board.task as Steps;
    const settings = board.settings;
    board.inStep = true;
    let done: boolean | undefined;
    try {
      done = task.next().done;
    } catch (error) {
      // As on a board: the turn is over, everything else goes on.
      board.task = undefined;
      throw error;
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

  function run(seconds: number, done?: () => boolean): boolean {
    const end = now + seconds * 1e6;
    for (;;) {
      const hostAt = nextOf(host);
      const targetAt = nextOf(target);
      const board = hostAt <= targetAt ? host : target;
      const other = board === host ? targetAt : hostAt;
      const errand = errands.length ? errands[0].at : Infinity;
      const at = Math.min(hostAt, targetAt, errand);
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
      const until = Math.min(other, errand, end);
      woken = false;
      do {
        now = board.free;
        if (step(board)) {
          if (done && done()) return true;
          break;
        }
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
      errands.push({ at: time, run: errand });
      errands.sort((a, b) => a.at - b.at);
    },
    run,
  };
}
