/**
 * The lines between two boards: what each output drives, and what each input is
 * wired to. They know nothing of time, nor of who looks at them.
 */

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

/** What the ends read: the target's clock and data, the host's clock and data. */
export interface Wiring {
  mckin: Source;
  mrx: Source;
  sckin: Source;
  srx: Source;
}

/** Each board's pins. */
export const LINES = { clockOut: 0, dataOut: 1, clockIn: 2, dataIn: 3 } as const;

export class Lines {
  readonly wiring: Wiring = {
    mckin: Source.SCKOUT,
    mrx: Source.STX,
    sckin: Source.MCKOUT,
    srx: Source.MTX,
  };
  /** Level changes of both clock lines so far. */
  clockEdges = 0;
  /** Is told of each change of an output. */
  changed: (output: Source) => void = () => {};
  private readonly levels = [0, 0, 0, 0];
  private readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
  }

  sourceOf(initiator: boolean, pin: number): Source {
    if (initiator) return pin === LINES.clockIn ? this.wiring.sckin : this.wiring.srx;
    return pin === LINES.clockIn ? this.wiring.mckin : this.wiring.mrx;
  }

  level(source: Source): number {
    if (source <= Source.MTX) return this.levels[source];
    return source === Source.NOISE ? +(this.random() < 0.5) : source - Source.LOW;
  }

  drive(output: Source, level: number): void {
    if (this.levels[output] === level) return;
    this.levels[output] = level;
    if (output === Source.SCKOUT || output === Source.MCKOUT) this.clockEdges++;
    this.changed(output);
  }
}
