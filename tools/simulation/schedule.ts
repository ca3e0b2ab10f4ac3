/**
 * One simulated life of both boards: what is published and subscribed, what
 * goes wrong and when, all drawn from one seed. While it runs and when it is
 * over the promises are checked. It must be the same each time.
 */
import type { MQTTLink } from '../../host/mqttlink';
import type { Mutation } from './device-source';
import { createWorld } from './wires';
import { FILTERS, FUSSY, createApplication } from './application';
import type { Fussy } from './application';
import { createHost, createTarget } from './boards';
import { createBroker } from './broker';
import { MOMENTS, createChance } from './context';
import type { Context, Moment } from './context';
import { COMBINED, FAULTS } from './faults';
import type { Scene } from './faults';
import { createLedger } from './ledger';
import type { Entry, Totals } from './ledger';
import { hangs } from './mischief';
import { DEAD, createNetwork } from './network';
import { HANDLER, createVigil } from './vigil';

const SSID = 'simulated';
const PASSWORD = 'not a secret';

/** Seconds since 1970 at the beginning. */
const EPOCH = 1790000000;

/** Seconds after the last fault in which everything must have settled: what is left of the longest pauses. */
const SETTLE = 300;

/** The same where the broker closes on some things: each costs five connections, with pauses of up to a minute. */
const SETTLE_FUSSY = 900;

/** Seconds from a hang to running again, beside the timeout. */
const RECOVER = 5;

/** Seconds after a reset of the target until a connection has surely shown itself good. */
const LATELY = 40;

/** Seconds after which a publication that waits is in the host's Storage, with `persist`. */
const AGE = 6.5;

/** Publications that the host lets wait, by seed: with few the boards are in step, with many far apart. */
const QUEUES = [26, 16, 8, 4];

export interface Result {
  /** What promise was broken, if any. */
  readonly violation: string | undefined;
  readonly seconds: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<number, number>>;
  readonly totals: Totals;
}

/** Whether a schedule's target is the shipped bundle: a guard that is taken out of its sources has to be in them. */
export function isShipped({ seed, mutation }: Pick<ScheduleOptions, 'seed' | 'mutation'>): boolean {
  return mutation ? mutation.file.startsWith('host/') : seed % 4 > 0;
}

export interface ScheduleOptions {
  readonly seed: number;
  readonly mutation?: Mutation;
  /** A kind of fault that strikes for certain, or what the broker is fussy about: to look for what else would be rare. */
  readonly favour?: string;
  /** Gets one line an event. */
  readonly trace?: (line: string) => void;
}

export function runSchedule(options: ScheduleOptions): Result {
  const { favour } = options;
  const chance = createChance(options.seed);
  const world = createWorld(chance.below(0x7fffffff), {}, 'read');
  const faults: Record<string, number> = {};
  const statuses: Record<number, number> = {};
  let violation: string | undefined;
  const moments: Partial<Record<Moment, (() => void)[]>> = {};

  const seconds = (): number => world.now() / 1e6;
  const context: Context = {
    world,
    chance,
    wires: { longest: Infinity },
    after: (pause, run) => world.at(world.now() + Math.max(0, pause) * 1e6, run),
    note:
      options.trace &&
      ((text) => options.trace?.(`${seconds().toFixed(6).padStart(12)} ${text.replace(/[^ -~→←]/g, '.')}`)),
    fail: (text) => {
      if (violation !== undefined) return;
      violation = `${text} (at ${seconds().toFixed(3)} s)`;
      context.note?.(`VIOLATION ${text}`);
    },
    fault: (kind) => {
      faults[kind] = (faults[kind] ?? 0) + 1;
    },
    moment: (kind) => {
      const waiting = moments[kind];
      if (waiting?.length) waiting.shift()?.();
    },
  };
  const { note, fail } = context;
  const ledger = createLedger(context);

  const duration = chance.spread(4, 45);
  const timeout = chance.pick([1, 2, 3, 5, 10]);
  const clean = chance.is(0.25);
  const persist = chance.is(0.5);
  const responseTime = chance.pick([2, 4, 10]);
  const hostTimeout = chance.pick([timeout, 15, 60]);
  const keepAlive = chance.pick([4, 10, 30, 60]);
  const resubscribes = chance.is(0.7);
  // What the broker closes on, as long as it lives.
  const fussy: Fussy =
    favour && FUSSY.includes(favour as never)
      ? (favour as Fussy)
      : chance.is(0.1)
        ? chance.pick(FUSSY)
        : undefined;
  const will = chance.is(0.3) ? { topic: 'will', payload: 'gone' } : undefined;

  for (const end of [world.host, world.target]) {
    const { settings } = end;
    settings.pace = chance.spread(2, 40);
    settings.spins = Math.round(chance.spread(20, 200));
    settings.hold = chance.spread(2, 20);
    settings.watch = chance.is(0.85);
    settings.missed = chance.is(0.2) ? chance.spread(0.001, 0.5) : 0;
    settings.latency = chance.spread(10, 3000);
    // 1 in 10,000 exchanges, each of some 500 looks at two lines.
    settings.clockNoise = settings.dataNoise = chance.is(0.5) ? 1e-7 : 0;
  }
  world.host.settings.timeout = timeout;
  world.target.settings.timeout = 0;

  const stalls = { host: 0, target: 0, until: 0, stood: 0 };
  for (const name of ['host', 'target'] as const) {
    const { settings } = world[name];
    const every = chance.spread(300, 30000);
    let left = every;
    settings.stall = () => {
      if (stalls[name]) {
        const long = stalls[name];
        stalls[name] = 0;
        return long;
      }
      if (--left > 0) return 0;
      left = every * 2 * chance.next();
      return calm ? 0 : chance.spread(1, 20000);
    };
  }

  // Whether a reset of the target is right: it did not answer, or the status handler wants it.
  let excused = true;
  // Until when there is another reason, microseconds.
  let excusedUntil = 0;
  // Until when what one board says may reach the other late, seconds.
  let lateUntil = 0;
  // Faults so far: a recovery that is disturbed may take longer.
  let disturbances = 0;
  // When the target was reset last, but for the start.
  let resetAt = -Infinity;
  // Seconds for which the library has waited for the status handler's word.
  let waited = 0;
  // No more faults.
  let calm = false;
  // Faults that last, and what follows from them.
  let active = 0;

  const broker = createBroker({ context, ledger, expected: { clientId: 'sim', will } });
  const network = createNetwork({
    context,
    broker,
    ssid: SSID,
    password: PASSWORD,
    saved: chance.is(0.5),
    clock: () => (chance.is(0.1) ? 0 : EPOCH + seconds()),
  });
  const target = createTarget({
    context,
    network,
    mutation: options.mutation,
    boot: 0.8,
    restarted: () => (excused = true),
    heard: (message) => application.heard(message),
    mayLose: () => !host.link.running(),
    isShipped: isShipped(options),
  });
  const application = createApplication({
    context,
    ledger,
    broker,
    vigil: () => vigil,
    duration,
    clean,
    responseTime,
    fussy,
    statuses,
    full: () => (faults['queue full'] = (faults['queue full'] ?? 0) + 1),
    waits: (length) => {
      vigil.waits(length);
      waited += length;
      lateUntil = Math.max(lateUntil, seconds() + length + timeout);
      if (length < HANDLER) return;
      active++;
      context.after(length, () => active--);
    },
  });
  const host = createHost({
    context,
    target,
    mutation: options.mutation,
    settings: {
      ssid: SSID,
      password: PASSWORD,
      broker: chance.is(0.7) ? 'broker' : chance.is(0.5) ? ['broker', DEAD] : [DEAD, 'broker'],
      clientId: 'sim',
      cleanSession: clean,
      keepAlive,
      responseTime,
      hostTimeout,
      connectTimeout: chance.pick([3, 10]),
      resubscribe: resubscribes,
      useDefault: chance.is(0.6),
      rtcResync: chance.pick([-1, 0, 20]),
    },
    options: {
      verbose: false,
      timeout,
      maxQueue: QUEUES[options.seed % QUEUES.length],
      maxQueueBytes: 20000,
      persist,
      netTimeout: chance.pick([0, 20, 300]),
      userStart: (link: MQTTLink) => application.subscribe(link),
    },
    will,
    begin: (module, link) => application.begin(module, link),
    resets: (first) => {
      // Nor does it take anything while its socket is full, which lasts for as long as the network stands still.
      const full = network.unsent() > 0;
      if (!excused && !first && !full && world.now() > excusedUntil)
        fail('the target is reset although it answers');
      excused = false;
      if (!first) resetAt = seconds();
      stalls.target = 0;
    },
    spoilt: (payload) => {
      const entry = ledger.find(payload);
      if (entry) entry.excused = true;
    },
    cutOff: () => (excused = true),
    // Of a shipped bundle nobody knows what the target has taken from the link.
    sent: (message) => isShipped(options) || application.sent(message),
    clock: (value) => {
      const off = value - EPOCH - seconds();
      // It was right when it was sent, and wires that are cut, or a board that stands still, hold it up.
      if (off > 6 || (off < -6 && seconds() > lateUntil)) fail(`the host's clock is set wrong by ${off} s`);
      world.host.setClock(value - world.host.time());
    },
  });

  const vigil = createVigil({
    context,
    ledger,
    host,
    timeout,
    responseTime,
    keepAlive,
    stands: () => seconds() < stalls.until + 1,
  });

  const scene: Scene = {
    context,
    host,
    target,
    broker,
    network,
    timeout,
    stalls,
    responseTime,
    hostTimeout,
    keepAlive,
    clean,
    resubscribes,
    pend: () => application.pend(true),
    flood: application.flood,
    forget: (byItself) => {
      application.forget();
      // What stands still writes nothing.
      ledger.forgetOut(!persist ? Infinity : byItself ? -1 : AGE + stalls.stood);
    },
    excuse: (length) => (excusedUntil = Math.max(excusedUntil, world.now() + (length + timeout + 1) * 1e6)),
  };

  function strike(kind: string): void {
    if (calm) return;
    const running = host.isOn && host.link.running() && !calm;
    const wills = broker.wills;
    note?.(`FAULT ${kind}`);
    context.fault(kind);
    disturbances++;
    const lasts = (FAULTS[kind] ?? COMBINED[kind])(scene);
    if (/stall|noise|wire|stands|hangs for/.test(kind))
      lateUntil = Math.max(lateUntil, seconds()) + lasts + timeout;
    const mine = disturbances;
    if (lasts) context.after(lasts, () => disturbances++);
    if (kind.startsWith('target')) excused ||= !/stalls$/.test(kind);
    // A target that was reset lately is left alone for a pause that grows with each time.
    if (kind === 'target hangs' && running && !active && seconds() - resetAt > LATELY) {
      const before = waited;
      const judge = (excused: number): void => {
        if (mine !== disturbances || (host.isOn && host.link.running())) return;
        const took = waited - before;
        // The application may take its time, and no more than that.
        if (took > excused) context.after(took - excused, () => judge(took));
        else fail(`not running ${timeout + RECOVER + took} s after the target hung`);
      };
      context.after(timeout + RECOVER, () => judge(0));
    }
    if (lasts === hangs(hostTimeout) && running && !active) {
      // Until the next heartbeat both have still been heard; then the target takes its leave, and the network its time.
      context.after(hostTimeout + timeout / 4 + 5, () => {
        if (mine !== disturbances) return;
        if (broker.isConnected()) fail('the host hangs, and the target has not left the broker');
        if (will && broker.wills === wills) fail('the host hangs, and the broker has not published the will');
      });
    }
    active++;
    context.after(Math.max(lasts, timeout + RECOVER), () => active--);
  }

  // Trouble seldom comes alone.
  function strikeOften(kind: string): void {
    strike(kind);
    for (let more = chance.is(0.3) ? chance.below(4) : 0; more > 0; more--) {
      context.after(chance.spread(0.01, 4), () => strike(kind));
    }
  }

  function drawFaults(): void {
    const kinds = Object.keys(FAULTS);
    const some = [...Array(1 + chance.below(4))].map(() => chance.pick(kinds));
    const count = chance.is(0.1) ? 0 : Math.round(chance.spread(1, 10));
    if (favour && (favour in FAULTS || favour in COMBINED))
      world.at(chance.next() * duration * 1e6, () => strike(favour));
    for (let i = 0; i < count; i++) {
      const kind = chance.pick(some);
      if (chance.is(0.5)) world.at(chance.next() * duration * 1e6, () => strikeOften(kind));
      else {
        // At the n-th time that something happens, and a little later.
        const waiting = (moments[chance.pick(MOMENTS)] ??= []);
        const pause = chance.is(0.3) ? 0 : chance.spread(0.0001, 0.5);
        for (let skip = chance.below(10); skip > 0; skip--) waiting.push(() => {});
        waiting.push(() => context.after(pause, () => strikeOften(kind)));
      }
    }
  }

  /** Lets time pass. Whatever escapes from the device code is a violation. */
  function run(length: number, done?: () => boolean): boolean {
    try {
      return world.run(length, () => violation !== undefined || (!!done && done()));
    } catch (error) {
      fail(`exception: ${error instanceof Error ? error.stack : String(error)}`);
      return true;
    }
  }

  function isSettled(): boolean {
    return (
      host.isOn &&
      host.link.running() &&
      host.link.pubqLen() === 0 &&
      application.isDone() &&
      broker.isIdle() &&
      FILTERS.every(([filter, qos]) => broker.granted(filter) === qos) &&
      world.host.link.queued() === 0 &&
      world.target.link.queued() === 0 &&
      // A link tells its owner at the end of a turn what became of it.
      !world.host.busy() &&
      !world.target.busy()
    );
  }

  function list(entries: Entry[]): string {
    const some = entries.slice(0, 3).map((entry) => `${entry.number} on ${entry.topic}`);
    return `${entries.length} (${some.join(', ')})`;
  }

  function settle(): void {
    const { host: hostEnd, target: targetEnd } = world;
    note?.('CALM');
    calm = true;
    application.pend(false);
    for (const { settings } of [hostEnd, targetEnd])
      settings.clockNoise = settings.dataNoise = settings.missed = 0;
    if (!run(fussy ? SETTLE_FUSSY : SETTLE, isSettled)) {
      const waits = host.isOn
        ? `${host.link.pubqLen()} publications wait, running ${host.link.running()}`
        : 'off';
      fail(`not settled ${SETTLE} s after the last fault: host: ${waits}; broker idle ${broker.isIdle()}`);
    }
  }

  function check(): void {
    const lost = ledger.openIn();
    const kept = ledger.openOut();
    if (kept.length) fail(`publications that did not reach the broker: ${list(kept)}`);
    if (lost.length) fail(`messages that did not reach the host: ${list(lost)}`);
    application.check(host.link);
  }

  application.draw();
  drawFaults();
  host.boot();
  run(duration);
  // What is still under way at the end may last some time more.
  run(700, () => !active && broker.isUp && network.isUp && host.isOn);
  settle();
  if (!violation) check();
  if (!violation) {
    // Nothing is a dead end: one more each way.
    application.more();
    if (!run(SETTLE, isSettled)) fail('one more message each way does not get through');
    check();
  }
  faults['bit flips'] = world.host.flips + world.target.flips;
  return { violation, seconds: seconds(), faults, statuses, totals: ledger.totals };
}
