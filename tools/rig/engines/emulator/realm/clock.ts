/** The board's clock: milliseconds since it was powered up, until a program sets the time. */
import type { Natives } from '../natives';

export interface WallClock {
  /** Milliseconds since 1970 by this board's idea, at a moment of the threads' clock. */
  at(now: number): number;
  now(): number;
  readonly globals: Record<string, unknown>;
}

export function createWallClock(natives: Pick<Natives, 'now'>): WallClock {
  const powerUp = natives.now();
  /** Milliseconds to add to the time since power-up: what `setTime` changes. */
  let offset = 0;
  const at = (now: number): number => now - powerUp + offset;
  return {
    at,
    now: () => at(natives.now()),
    globals: {
      getTime: () => at(natives.now()) / 1000,
      setTime(seconds: number) {
        offset += Number(seconds) * 1000 - at(natives.now());
      },
    },
  };
}
