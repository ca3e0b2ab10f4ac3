/**
 * `Date` on the board's own clock and time zone. The engine's Date serves for
 * calendar arithmetic in UTC only: the PC's clock and zone must not show.
 */

import type { Zone } from './zone';

export interface BoardClock {
  /** Milliseconds since 1970, by this board's idea. */
  now(): number;
  readonly zone: Zone;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function two(value: number): string {
  return (value < 10 ? '0' : '') + String(value);
}

/** +0130, or +01:30 with a separator. */
function offset(minutes: number, separator: string): string {
  const size = Math.abs(minutes);
  return (minutes < 0 ? '-' : '+') + two(Math.floor(size / 60)) + separator + two(size % 60);
}

type Part = 'FullYear' | 'Month' | 'Date' | 'Day' | 'Hours' | 'Minutes' | 'Seconds' | 'Milliseconds';
const PARTS: Part[] = ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'];

type Real = Date;

/** Makes the realm's Date. */
export function createDate(clock: BoardClock): unknown {
  const RealDate = Date;

  function text(real: Real, zone: string, pad: boolean): string {
    const day = pad ? two(real.getUTCDate()) : String(real.getUTCDate());
    return (
      `${DAYS[real.getUTCDay()] ?? ''}, ${day} ${MONTHS[real.getUTCMonth()] ?? ''} ${String(real.getUTCFullYear())} ` +
      `${two(real.getUTCHours())}:${two(real.getUTCMinutes())}:${two(real.getUTCSeconds())} ${zone}`
    );
  }

  function parse(source: string): number {
    // A time without a zone is local, a date alone too in Espruino.
    const hasZone = /Z|GMT|UTC|[+-]\d\d:?\d\d$/.test(source);
    const value = RealDate.parse(
      hasZone ? source : source + (/^\d+-\d+-\d+$/.test(source) ? 'T00:00:00Z' : 'Z'),
    );
    return isNaN(value) ? 0 : hasZone ? value : fromWall(value);
  }

  interface Board {
    ms: number;
  }

  /** What a clock on the wall shows, ms, as UTC. */
  function fromWall(ms: number): number {
    return ms - clock.zone.minutes(ms, true) * 60000;
  }

  function zoneOf({ ms }: Board): number {
    return clock.zone.minutes(ms, false);
  }

  function BoardDate(this: Board | undefined, ...args: unknown[]): unknown {
    const self: Board =
      this instanceof BoardDate ? this : (Object.create(BoardDate.prototype as object) as Board);
    const [first] = args;
    let ms: number;
    if (args.length === 0) ms = clock.now();
    else if (args.length > 1) {
      const [year = 0, month = 0, ...rest] = args.map((value) => Number(value) || 0);
      ms = fromWall(RealDate.UTC(year, month, ...rest));
    } else if (typeof first === 'number' || typeof first === 'boolean') ms = Number(first);
    else if (typeof first === 'string') ms = parse(first);
    else throw new TypeError('Variables of type Object are not supported in date constructor');
    Object.defineProperty(self, 'ms', { value: ms, writable: true });
    return self;
  }
  const proto = BoardDate.prototype as Record<string, unknown>;

  function local(date: Board): Real {
    return new RealDate(date.ms + zoneOf(date) * 60000);
  }

  function method(name: string, value: (this: Board, ...args: number[]) => unknown): void {
    Object.defineProperty(proto, name, { value, configurable: true, writable: true });
  }

  for (const part of PARTS) {
    method('get' + part, function () {
      return local(this)[`getUTC${part}`]();
    });
    method('getUTC' + part, function () {
      return new RealDate(this.ms)[`getUTC${part}`]();
    });
    if (part === 'Day') continue;
    method('set' + part, function (...args) {
      const real = local(this);
      (real[`setUTC${part}`] as (...values: number[]) => number).apply(real, args);
      this.ms = fromWall(real.getTime());
      return this.ms;
    });
  }
  for (const name of ['getTime', 'valueOf']) {
    method(name, function () {
      return this.ms;
    });
  }
  method('setTime', function (ms = 0) {
    this.ms = ms;
    return ms;
  });
  method('getTimezoneOffset', function () {
    return -zoneOf(this);
  });
  method('getIsDST', function () {
    return clock.zone.isSummer(this.ms) ? 1 : 0;
  });
  for (const name of ['toISOString', 'toJSON']) {
    method(name, function () {
      return new RealDate(this.ms).toISOString();
    });
  }
  method('toLocalISOString', function () {
    return local(this)
      .toISOString()
      .replace('Z', offset(zoneOf(this), ''));
  });
  method('toUTCString', function () {
    return text(new RealDate(this.ms), 'GMT', false);
  });
  method('toString', function () {
    const real = local(this);
    return (
      `${DAYS[real.getUTCDay()] ?? ''} ${MONTHS[real.getUTCMonth()] ?? ''} ${String(real.getUTCDate())} ` +
      `${String(real.getUTCFullYear())} ${two(real.getUTCHours())}:${two(real.getUTCMinutes())}:` +
      `${two(real.getUTCSeconds())} GMT${offset(zoneOf(this), '')}`
    );
  });
  Object.defineProperty(BoardDate, 'name', { value: 'Date' });
  return Object.assign(BoardDate, { now: () => clock.now(), parse });
}
