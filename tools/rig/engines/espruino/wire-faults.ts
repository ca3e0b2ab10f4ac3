/** The wiring as a test has it: which wires are cut, crossed or disturbed. */
import type { WireName } from '../../boards';
import type { Wiring } from './wiring';

export class WireFaults implements Wiring {
  readonly cut = new Map<WireName, 0 | 1>();
  readonly noise = new Map<WireName, number>();
  swapped: readonly [WireName, WireName] | null = null;

  get any(): boolean {
    return this.cut.size > 0 || this.noise.size > 0 || this.swapped !== null;
  }

  setCut(wire: WireName, isCut: boolean, stuck: 0 | 1): void {
    if (isCut) this.cut.set(wire, stuck);
    else this.cut.delete(wire);
  }

  setNoise(wire: WireName, probability: number): void {
    if (probability) this.noise.set(wire, probability);
    else this.noise.delete(wire);
  }
}
