/** One thing that goes wrong at one call of one board, once. */

export type FaultKind =
  /** The call throws. */
  | 'exception'
  /** The interpreter breaks the turn off, as it does when variables run out. */
  | 'cut';

export interface InjectedFault {
  readonly board: 'host' | 'target';
  /** The number of the call in the bundle. */
  readonly site: number;
  /** It goes wrong when it is made for so many times, from 1. */
  readonly time: number;
  readonly kind: FaultKind;
  /** The call has done what it does. */
  readonly after: boolean;
}

/** What is thrown where a turn is broken off. */
export const CUT = Object.freeze({ what: 'the turn is broken off' });

/** A board's hooks: they count its calls, and let one of them fail. */
export class Injector {
  readonly counts: number[] = [];
  /** It has happened. */
  fired = false;
  /** The turn under way is being broken off. */
  private isCut = false;

  constructor(private readonly fault: InjectedFault | undefined) {}

  private fire(): void {
    const { kind, site, time } = this.fault as InjectedFault;
    this.fired = true;
    if (kind === 'exception') throw new Error(`injected at call ${site}, time ${time}`);
    this.isCut = true;
    throw CUT;
  }

  private isDue(site: number, after: boolean): boolean {
    const { fault } = this;
    return (
      !!fault &&
      !this.fired &&
      fault.site === site &&
      fault.after === after &&
      fault.time === this.counts[site]
    );
  }

  readonly before = (site: number): void => {
    this.counts[site] = (this.counts[site] ?? 0) + 1;
    if (this.isDue(site, false)) this.fire();
  };

  readonly after = (site: number, value: unknown): unknown => {
    if (this.isDue(site, true)) this.fire();
    return value;
  };

  readonly leave = (): void => {
    if (this.isCut) throw CUT;
  };

  /** A turn begins. */
  begin(): void {
    this.isCut = false;
  }
}
