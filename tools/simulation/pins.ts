/**
 * A board's pin accesses: what each reads, with noise, and how long a write
 * takes. Device code pauses in the middle of them, see `device-source.ts`.
 */
import type { Grain } from './device-source';
import type { EndSettings } from './end';
import type { EventLoop } from './event-loop';
import { BOARD_LINES } from './lines';
import type { Lines } from './lines';

/** `begin` is what of an access comes before the pause in it. */
interface Read {
  (pins: number | number[]): number;
  begin(pins: number | number[]): void;
}
interface Write {
  (pins: number | number[], value: number): void;
  begin(pins: number | number[], value: number): void;
}

export interface PinsOptions {
  readonly lines: Lines;
  readonly random: () => number;
  readonly grain: Grain;
  readonly initiator: boolean;
  readonly settings: EndSettings;
  readonly loop: EventLoop;
}

export class Pins {
  /** So far. */
  reads = 0;
  /** Levels that were misread. */
  flips = 0;
  readonly read: Read;
  readonly write: Write;
  private readonly options: PinsOptions;
  /** The first of its outputs. */
  private readonly first: number;
  /** The first of two pins that are read at once. */
  private held = 0;
  /** What the last read gave. */
  private seen = -1;

  constructor(options: PinsOptions) {
    this.options = options;
    this.first = options.initiator ? 0 : 2;
    this.read = this.createRead();
    this.write = this.createWrite();
  }

  /** Nobody drives its outputs. */
  release(): void {
    this.options.lines.drive(this.first, 0);
    this.options.lines.drive(this.first + 1, 0);
  }

  private sample(pin: number): number {
    const { lines, initiator, settings, random } = this.options;
    const level = lines.level(lines.sourceOf(initiator, pin));
    const noise = pin === BOARD_LINES.clockIn ? settings.clockNoise : settings.dataNoise;
    if (!noise || random() >= noise) return level;
    this.flips++;
    return 1 - level;
  }

  // A native array read takes the pins from first to last, a write sets them from last to first.
  private createRead(): Read {
    const { grain, loop } = this.options;
    const read = (pins: number | number[]): number => {
      if (grain === 'access')
        return typeof pins === 'number' ? this.sample(pins) : (this.held << 1) | this.sample(pins[1]);
      this.counts();
      const value =
        typeof pins === 'number' ? this.sample(pins) : (this.sample(pins[0]) << 1) | this.sample(pins[1]);
      loop.vain = value === this.seen;
      this.seen = value;
      return value;
    };
    read.begin = (pins: number | number[]): void => {
      this.counts();
      if (typeof pins !== 'number') this.held = this.sample(pins[0]);
    };
    return read;
  }

  private createWrite(): Write {
    const { grain, loop, lines, settings } = this.options;
    const begin = (pins: number | number[], value: number): void => {
      if (typeof pins !== 'number') lines.drive(this.first + pins[1], value & 1);
    };
    const write = (pins: number | number[], value: number): void => {
      if (grain === 'read') {
        loop.free += settings.pace;
        begin(pins, value);
      }
      if (typeof pins === 'number') lines.drive(this.first + pins, value & 1);
      else lines.drive(this.first + pins[0], (value >> 1) & 1);
    };
    write.begin = begin;
    return write;
  }

  private counts(): void {
    this.reads++;
    this.options.loop.turnReads++;
  }
}
