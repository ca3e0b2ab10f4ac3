/** What a schedule is like, but for its faults: the settings and habits of boards, application and broker, drawn from the seed. */
import type { Chance } from './context';
import { FUSSY } from './traffic';
import type { Fussy } from './traffic';
import type { WiredEnds } from './wires';

export interface Plan {
  /** Seconds in which faults begin. */
  readonly duration: number;
  /** Settings of the host, as in `host/settings.ts`. */
  readonly timeout: number;
  readonly clean: boolean;
  readonly persist: boolean;
  readonly responseTime: number;
  readonly hostTimeout: number;
  readonly keepAlive: number;
  readonly resubscribes: boolean;
  readonly will: { readonly topic: string; readonly payload: string } | undefined;
  /** What the broker closes on, as long as it lives. */
  readonly fussy: Fussy;
}

/** @param favour see `ScheduleOptions` */
export function drawPlan(chance: Chance, favour: string | undefined): Plan {
  const duration = chance.spread(4, 45);
  const timeout = chance.pick([1, 2, 3, 5, 10]);
  const clean = chance.is(0.25);
  const persist = chance.is(0.5);
  const responseTime = chance.pick([2, 4, 10]);
  const hostTimeout = chance.pick([timeout, 15, 60]);
  const keepAlive = chance.pick([4, 10, 30, 60]);
  const resubscribes = chance.is(0.7);
  const fussy: Fussy =
    favour && FUSSY.includes(favour as never)
      ? (favour as Fussy)
      : chance.is(0.1)
        ? chance.pick(FUSSY)
        : undefined;
  const will = chance.is(0.3) ? { topic: 'will', payload: 'gone' } : undefined;
  return {
    duration,
    timeout,
    clean,
    persist,
    responseTime,
    hostTimeout,
    keepAlive,
    resubscribes,
    will,
    fussy,
  };
}

/** How fast both boards are, and how good their wires. */
export function drawEnds(world: WiredEnds, chance: Chance, timeout: number): void {
  for (const { settings } of [world.host, world.target]) {
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
}
