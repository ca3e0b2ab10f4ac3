/**
 * The faults of a schedule: which of them strike when, drawn from the seed, what
 * is under way, and what each must be answered with in time.
 */
import { MOMENTS } from './context';
import type { Context, Observed } from './context';
import type { Excuses } from './excuses';
import { COMBINED, FAULTS } from './faults';
import type { Scene } from './faults';

/** Seconds from a hang to running again, beside the timeout. */
const RECOVER = 5;

/** Number of the status that a target runs, once from one reset to the next, as in `shared/status.ts`. */
const RUNNING = 5;

/** Seconds after a reset of the target until a connection has surely shown itself good. */
const LATELY = 40;

export interface StrikesOptions {
  readonly observed: Observed;
  readonly scene: Scene;
  readonly excuses: Excuses;
  /** Whether the host has a will. */
  readonly will: boolean;
  /** How often the application was told each status. */
  readonly statuses: Readonly<Record<number, number>>;
}

export class Strikes {
  /** Faults that last, and what follows from them. */
  private active = 0;
  /** Faults so far: a recovery that is disturbed may take longer. */
  private disturbances = 0;
  private readonly options: StrikesOptions;
  private readonly context: Context;

  constructor(options: StrikesOptions) {
    this.options = options;
    this.context = options.observed.context;
  }

  /** Something is, or may be, under way. */
  get isBusy(): boolean {
    return this.active > 0;
  }

  /** For so many seconds something is under way. */
  keepBusy(seconds: number): void {
    this.active++;
    this.context.after(seconds, () => this.active--);
  }

  /** Draws which faults strike within so many seconds, and when. @param favour one that does for certain */
  draw(duration: number, favour: string | undefined): void {
    const { chance, world } = this.context;
    const kinds = Object.keys(FAULTS);
    const some = [...Array(1 + chance.below(4))].map(() => chance.pick(kinds));
    const count = chance.is(0.1) ? 0 : Math.round(chance.spread(1, 10));
    if (favour && (favour in FAULTS || favour in COMBINED))
      world.at(chance.next() * duration * 1e6, () => this.strike(favour));
    for (let i = 0; i < count; i++) {
      const kind = chance.pick(some);
      if (chance.is(0.5)) world.at(chance.next() * duration * 1e6, () => this.strikeOften(kind));
      else this.strikeAtMoment(kind);
    }
  }

  // At the n-th time that something happens, and a little later.
  private strikeAtMoment(kind: string): void {
    const { chance, after } = this.context;
    const { atMoment } = this.options.observed;
    const moment = chance.pick(MOMENTS);
    const pause = chance.is(0.3) ? 0 : chance.spread(0.0001, 0.5);
    for (let skip = chance.below(10); skip > 0; skip--) atMoment(moment, () => {});
    atMoment(moment, () => after(pause, () => this.strikeOften(kind)));
  }

  // Trouble seldom comes alone.
  private strikeOften(kind: string): void {
    const { chance, after } = this.context;
    this.strike(kind);
    for (let more = chance.is(0.3) ? chance.below(4) : 0; more > 0; more--) {
      after(chance.spread(0.01, 4), () => this.strike(kind));
    }
  }

  private strike(kind: string): void {
    const { context } = this;
    const { scene, excuses } = this.options;
    const { host, broker, timeout } = scene;
    if (context.calm) return;
    // Both boards are well, and nothing else is under way. A host that stood still may not know yet what became of the target.
    const well = host.isOn && host.link.running() && broker.isConnected() && !this.active;
    const { wills } = broker;
    context.note?.(`FAULT ${kind}`);
    context.fault(kind);
    this.disturbances++;
    const lasts = (FAULTS[kind] ?? COMBINED[kind])(scene);
    if (/stall|noise|wire|stands|hangs for/.test(kind)) excuses.holdUp(lasts);
    if (lasts) context.after(lasts, () => this.disturbances++);
    if (kind.startsWith('target')) excuses.mayReset ||= !/stalls$/.test(kind);
    // A target that was reset lately is left alone for a pause that grows with each time.
    if (kind === 'target hangs' && well && context.world.now() / 1e6 - excuses.resetAt > LATELY)
      this.expectRecovery();
    if (kind.startsWith('host hangs') && lasts && well) this.expectLeave(wills);
    this.keepBusy(Math.max(lasts, timeout + RECOVER));
  }

  private runs(): number {
    return this.options.statuses[RUNNING] ?? 0;
  }

  /** The target hangs: soon it has to run again, unless something else goes wrong. */
  private expectRecovery(): void {
    const { context, disturbances } = this;
    const { excuses, scene } = this.options;
    const { host, timeout } = scene;
    const before = excuses.waited;
    const runs = this.runs();
    const judge = (excused: number): void => {
      // It ran again. What a broker has done to it since is not the hang's.
      if (this.runs() > runs) return;
      if (disturbances !== this.disturbances || (host.isOn && host.link.running())) return;
      const took = excuses.waited - before;
      // The application may take its time, and no more than that.
      if (took > excused) context.after(took - excused, () => judge(took));
      else context.fail(`not running ${timeout + RECOVER + took} s after the target hung`);
    };
    context.after(timeout + RECOVER, () => judge(0));
  }

  /**
   * The host hangs: until the next heartbeat both have still been heard; then the target takes its leave, and the
   * network its time.
   * @param wills that were published before
   */
  private expectLeave(wills: number): void {
    const { context, disturbances } = this;
    const { broker, hostTimeout, timeout } = this.options.scene;
    context.after(hostTimeout + timeout / 4 + 5, () => {
      if (disturbances !== this.disturbances) return;
      if (broker.isConnected()) context.fail('the host hangs, and the target has not left the broker');
      if (this.options.will && broker.wills === wills)
        context.fail('the host hangs, and the broker has not published the will');
    });
  }
}
