/** Stops of the boards in the middle of a pin access: short ones now and then by themselves, long ones that are asked for. */
import type { Context } from './context';

export interface Stalls {
  /** Microseconds for which a board stops at its next pin access. */
  host: number;
  target: number;
  /** Until when one of them does, seconds. */
  until: number;
  /** For how long in all the host, or its Storage, did nothing, seconds. */
  stood: number;
}

/** Lets both boards stop from now on. */
export function createStalls(context: Context): Stalls {
  const { world, chance } = context;
  const stalls: Stalls = { host: 0, target: 0, until: 0, stood: 0 };
  for (const name of ['host', 'target'] as const) {
    const every = chance.spread(300, 30000);
    let left = every;
    world[name].settings.stall = () => {
      if (stalls[name]) {
        const long = stalls[name];
        stalls[name] = 0;
        return long;
      }
      if (--left > 0) return 0;
      left = every * 2 * chance.next();
      return context.calm ? 0 : chance.spread(1, 20000);
    };
  }
  return stalls;
}
