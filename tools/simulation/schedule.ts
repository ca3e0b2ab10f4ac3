/**
 * One simulated life of both boards: what is published and subscribed, what
 * goes wrong and when, all drawn from one seed. While it runs and when it is
 * over the promises are checked. It must be the same each time.
 */
import type { MQTTLink } from '../../host/mqttlink';
import type { Mutation } from './device-source';
import { createWorld } from './wires';
import { Application, FILTERS } from './application';
import { SimulatedBroker } from './broker';
import { createChance, createContext } from './context';
import type { Chance, Context, Observed } from './context';
import { Excuses } from './excuses';
import type { Scene } from './faults';
import { HostBoard } from './host-board';
import { createLedger } from './ledger';
import type { LedgerEntry, Ledger, Totals } from './ledger';
import { DEAD, SimulatedNetwork } from './network';
import { drawEnds, drawPlan } from './plan';
import type { Plan } from './plan';
import { createStalls } from './stalls';
import type { Stalls } from './stalls';
import { Strikes } from './strikes';
import { TargetBoard } from './target-board';
import { HANDLER, createVigil } from './vigil';
import type { Vigil } from './vigil';

const SSID = 'simulated';
const PASSWORD = 'not a secret';

/** Seconds since 1970 at the beginning. */
const EPOCH = 1790000000;

/** Seconds after the last fault in which everything must have settled: what is left of the longest pauses. */
const SETTLE = 300;

/** The same for each thing that the broker closes on: it costs five connections, with pauses of up to a minute. */
const SETTLE_FUSSY = 900;

/** Seconds that what is under way at the end may last. */
const LASTS = 700;

/** Seconds after which a publication that waits is in the host's Storage, with `persist`. */
const AGE = 6.5;

/** Publications that the host lets wait, by seed: with few the boards are in step, with many far apart. */
const QUEUES = [26, 16, 8, 4];

export interface ScheduleResult {
  /** What promise was broken, if any. */
  readonly violation: string | undefined;
  readonly seconds: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<number, number>>;
  readonly totals: Totals;
}

/** Whether a schedule's target is the shipped bundle: a guard that is taken out of its sources has to be in them. */
export function isShipped({ seed, mutation }: Pick<ScheduleOptions, 'seed' | 'mutation'>): boolean {
  return (!mutation || mutation.file.startsWith('host/')) && seed % 4 > 0;
}

export interface ScheduleOptions {
  readonly seed: number;
  readonly mutation?: Mutation;
  /** A kind of fault that strikes for certain, or what the broker is fussy about: to look for what else would be rare. */
  readonly favour?: string;
  /** Gets one line an event. */
  readonly trace?: (line: string) => void;
}

/** Both boards and all around them, not yet switched on. */
class Schedule {
  private readonly options: ScheduleOptions;
  private readonly chance: Chance;
  private readonly observed: Observed;
  private readonly context: Context;
  private readonly ledger: Ledger;
  private readonly plan: Plan;
  private readonly stalls: Stalls;
  private readonly excuses: Excuses;
  private readonly statuses: Record<number, number> = {};
  // In the order in which they draw from the seed.
  private readonly broker: SimulatedBroker;
  private readonly network: SimulatedNetwork;
  private readonly target: TargetBoard;
  private readonly application: Application;
  private readonly host: HostBoard;
  private readonly vigil: Vigil;
  private readonly strikes: Strikes;

  constructor(options: ScheduleOptions) {
    this.options = options;
    this.chance = createChance(options.seed);
    const world = createWorld(this.chance.below(0x7fffffff), {}, 'read');
    this.observed = createContext(world, this.chance, options.trace);
    this.context = this.observed.context;
    this.ledger = createLedger(this.context);
    this.plan = drawPlan(this.chance, options.favour);
    drawEnds(world, this.chance, this.plan.timeout);
    this.stalls = createStalls(this.context);
    this.excuses = new Excuses(() => this.seconds(), this.plan.timeout);
    this.broker = new SimulatedBroker({
      context: this.context,
      ledger: this.ledger,
      expected: { clientId: 'sim', will: this.plan.will },
    });
    this.network = this.createNetwork();
    this.target = this.createTarget();
    this.application = this.createApplication();
    this.host = this.createHost();
    this.vigil = createVigil({
      context: this.context,
      ledger: this.ledger,
      host: this.host,
      timeout: this.plan.timeout,
      responseTime: this.plan.responseTime,
      keepAlive: this.plan.keepAlive,
      stands: () => this.seconds() < this.stalls.until + 1,
    });
    this.strikes = new Strikes({
      observed: this.observed,
      scene: this.createScene(),
      excuses: this.excuses,
      will: !!this.plan.will,
      statuses: this.statuses,
    });
  }

  run(): ScheduleResult {
    const { application, broker, context, host, network, observed, plan, strikes } = this;
    application.draw();
    strikes.draw(plan.duration, this.options.favour);
    host.boot();
    this.pass(plan.duration);
    this.pass(LASTS, () => !strikes.isBusy && broker.isUp && network.isUp && host.isOn);
    this.settle();
    if (!observed.violation()) this.check();
    if (!observed.violation()) {
      // Nothing is a dead end: one more each way.
      application.more();
      if (!this.pass(SETTLE, () => this.isSettled()))
        context.fail('one more message each way does not get through');
      this.check();
    }
    const { world } = context;
    observed.faults['bit flips'] = world.host.flips + world.target.flips;
    return {
      violation: observed.violation(),
      seconds: this.seconds(),
      faults: observed.faults,
      statuses: this.statuses,
      totals: this.ledger.totals,
    };
  }

  private seconds(): number {
    return this.context.world.now() / 1e6;
  }

  private createNetwork(): SimulatedNetwork {
    const { context, broker, chance } = this;
    return new SimulatedNetwork({
      context,
      broker,
      ssid: SSID,
      password: PASSWORD,
      saved: chance.is(0.5),
      clock: () => (chance.is(0.1) ? 0 : EPOCH + this.seconds()),
    });
  }

  private createTarget(): TargetBoard {
    return new TargetBoard({
      context: this.context,
      network: this.network,
      mutation: this.options.mutation,
      boot: 0.8,
      restarted: () => (this.excuses.mayReset = true),
      heard: (message) => this.application.heard(message),
      mayLose: () => !this.host.link.running(),
      isShipped: isShipped(this.options),
    });
  }

  private createApplication(): Application {
    const { context, ledger, broker, plan, statuses } = this;
    const { faults } = this.observed;
    return new Application({
      context,
      ledger,
      broker,
      vigil: () => this.vigil,
      duration: plan.duration,
      clean: plan.clean,
      responseTime: plan.responseTime,
      fussy: plan.fussy,
      statuses,
      decided: () => this.excuses.decide(),
      full: () => (faults['queue full'] = (faults['queue full'] ?? 0) + 1),
      waits: (length) => {
        this.vigil.waits(length);
        this.excuses.wait(length);
        if (length > HANDLER) this.strikes.keepBusy(length);
      },
    });
  }

  private createHost(): HostBoard {
    const { chance, context, excuses, network, plan, stalls } = this;
    return new HostBoard({
      context,
      target: this.target,
      mutation: this.options.mutation,
      settings: {
        ssid: SSID,
        password: PASSWORD,
        broker: chance.is(0.7) ? 'broker' : chance.is(0.5) ? ['broker', DEAD] : [DEAD, 'broker'],
        clientId: 'sim',
        cleanSession: plan.clean,
        keepAlive: plan.keepAlive,
        responseTime: plan.responseTime,
        hostTimeout: plan.hostTimeout,
        connectTimeout: chance.pick([3, 10]),
        resubscribe: plan.resubscribes,
        useDefault: chance.is(0.6),
        rtcResync: chance.pick([-1, 0, 20]),
      },
      options: {
        verbose: false,
        timeout: plan.timeout,
        maxQueue: QUEUES[this.options.seed % QUEUES.length],
        maxQueueBytes: 20000,
        persist: plan.persist,
        netTimeout: chance.pick([0, 20, 300]),
        userStart: (link: MQTTLink) => this.application.subscribe(link),
      },
      will: plan.will,
      begin: (module, link) => {
        this.vigil.begins();
        this.application.begin(module, link);
      },
      resets: (first) => {
        // It takes nothing either while its socket is full, which lasts for as long as the network stands still.
        const full = network.unsent() > 0;
        if (!excuses.reset(first) && !full) context.fail('the target is reset although it answers');
        stalls.target = 0;
      },
      spoilt: (payload) => {
        const entry = this.ledger.find(payload);
        if (entry) entry.excused = true;
      },
      cutOff: () => (excuses.mayReset = true),
      // Of a shipped bundle nobody knows what the target has taken from the link.
      sent: (message) => isShipped(this.options) || this.application.sent(message),
      clock: (value) => {
        const { host } = context.world;
        const off = value - EPOCH - this.seconds();
        if (!excuses.mayBeOff(off)) context.fail(`the host's clock is set wrong by ${off} s`);
        host.setClock(value - host.time());
      },
    });
  }

  private createScene(): Scene {
    const { application, broker, context, excuses, host, ledger, network, plan, stalls, target } = this;
    return {
      context,
      host,
      target,
      broker,
      network,
      timeout: plan.timeout,
      stalls,
      responseTime: plan.responseTime,
      hostTimeout: plan.hostTimeout,
      keepAlive: plan.keepAlive,
      clean: plan.clean,
      resubscribes: plan.resubscribes,
      pend: () => application.pend(true),
      flood: (count) => application.flood(count),
      forget: (byItself) => {
        application.forget();
        // What stands still writes nothing.
        ledger.forgetOut(!plan.persist ? Infinity : byItself ? -1 : AGE + stalls.stood);
      },
      jumped: () => excuses.jump(),
      excuse: (length) => excuses.silence(length),
    };
  }

  /** Lets time pass. Whatever escapes from the device code is a violation. @returns whether it is done */
  private pass(length: number, done: () => boolean = () => false): boolean {
    const { context, observed } = this;
    try {
      return context.world.run(length, () => observed.violation() !== undefined || done());
    } catch (error) {
      context.fail(`exception: ${error instanceof Error ? error.stack : String(error)}`);
      return true;
    }
  }

  private isSettled(): boolean {
    const { host, application, broker } = this;
    const { world } = this.context;
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

  private settle(): void {
    const { application, broker, context, host, plan } = this;
    const { world } = context;
    context.note?.('CALM');
    context.calm = true;
    application.pend(false);
    for (const { settings } of [world.host, world.target])
      settings.clockNoise = settings.dataNoise = settings.missed = 0;
    let named: number;
    do {
      named = application.named;
      this.pass(plan.fussy ? SETTLE_FUSSY : SETTLE, () => this.isSettled() || application.named > named);
      if (this.isSettled()) return;
    } while (application.named > named);
    const waits = host.isOn
      ? `${host.link.pubqLen()} publications wait, running ${host.link.running()}`
      : 'off';
    context.fail(
      `not settled ${SETTLE} s after the last fault: host: ${waits}; broker idle ${broker.isIdle()}`,
    );
  }

  private check(): void {
    const { application, context, host, ledger } = this;
    const lost = ledger.openIn();
    const kept = ledger.openOut();
    if (kept.length) context.fail(`publications that did not reach the broker: ${list(kept)}`);
    if (lost.length) context.fail(`messages that did not reach the host: ${list(lost)}`);
    application.check(host.link);
  }
}

function list(entries: LedgerEntry[]): string {
  const some = entries.slice(0, 3).map((entry) => `${entry.number} on ${entry.topic}`);
  return `${entries.length} (${some.join(', ')})`;
}

export function runSchedule(options: ScheduleOptions): ScheduleResult {
  return new Schedule(options).run();
}
