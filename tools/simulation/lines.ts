/**
 * The lines between two boards: what each output drives, and what each input is
 * wired to. They know nothing of time, nor of who looks at them.
 */

/** What a line's reader sees: one of the four outputs, or a line nobody drives. */
export enum LineSource {
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
export interface LineWiring {
  mckin: LineSource;
  mrx: LineSource;
  sckin: LineSource;
  srx: LineSource;
}

/** Each board's pins. */
export const BOARD_LINES = { clockOut: 0, dataOut: 1, clockIn: 2, dataIn: 3 } as const;

export class Lines {
  readonly wiring: LineWiring = {
    mckin: LineSource.SCKOUT,
    mrx: LineSource.STX,
    sckin: LineSource.MCKOUT,
    srx: LineSource.MTX,
  };
  /** Level changes of both clock lines so far. */
  clockEdges = 0;
  /** Is told of each change of an output. */
  changed: (output: LineSource) => void = () => {};
  private readonly levels = [0, 0, 0, 0];
  private readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
  }

  sourceOf(initiator: boolean, pin: number): LineSource {
    if (initiator) return pin === BOARD_LINES.clockIn ? this.wiring.sckin : this.wiring.srx;
    return pin === BOARD_LINES.clockIn ? this.wiring.mckin : this.wiring.mrx;
  }

  level(source: LineSource): number {
    if (source <= LineSource.MTX) return this.levels[source];
    return source === LineSource.NOISE ? +(this.random() < 0.5) : source - LineSource.LOW;
  }

  drive(output: LineSource, level: number): void {
    if (this.levels[output] === level) return;
    this.levels[output] = level;
    if (output === LineSource.SCKOUT || output === LineSource.MCKOUT) this.clockEdges++;
    this.changed(output);
  }
}
