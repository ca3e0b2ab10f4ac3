/**
 * What each board sees on its two inputs when wires are cut or crossed, as a
 * table the boards' pins look up. Pure; must never know how levels travel.
 */
import type { WireName } from '../../boards';

/** Levels of a board's two outputs or two inputs: clock in bit 1, data in bit 0. */
export type Levels = 0 | 1 | 2 | 3;

/** The wiring as it stands. */
export interface Wiring {
  /** Cut wires, and what their readers see. */
  readonly cut: ReadonlyMap<WireName, 0 | 1>;
  /** Two wires crossed at the target's end. */
  readonly swapped: readonly [WireName, WireName] | null;
  /** Disturbed wires, and the probability that their reader sees the wrong level. */
  readonly noise: ReadonlyMap<WireName, number>;
}

/**
 * What a board's inputs show for each of the other board's four output levels: a digit each, `0123` when all is well;
 * with noise also the probabilities of a wrong clock and of wrong data: `0123,0,0.001`.
 */
export interface Tables {
  readonly host: string;
  readonly target: string;
}

const ALL: readonly Levels[] = [0, 1, 2, 3];

/** Seen from either side, a crossing leads from a wire to an end and from that end to the wire. */
function across(wire: WireName, { swapped }: Wiring): WireName {
  if (swapped?.[0] === wire) return swapped[1];
  return swapped?.[1] === wire ? swapped[0] : wire;
}

/** Level the host gives a wire: its inputs float, which reads as low, and its idle reset is high. */
function fromHost(wire: WireName, levels: Levels): number {
  if (wire === 'reset') return 1;
  if (wire === 'sckout') return levels >> 1;
  return wire === 'stx' ? levels & 1 : 0;
}

/** Level at one of the target's ends: its inputs float, its reset is pulled up. */
function fromTarget(end: WireName, levels: Levels): number {
  if (end === 'reset') return 1;
  if (end === 'sckin') return levels >> 1;
  return end === 'srx' ? levels & 1 : 0;
}

export function tables(wiring: Wiring): Tables {
  const { cut, noise } = wiring;
  const atTarget = (end: WireName, levels: Levels): number => {
    const wire = across(end, wiring);
    return cut.get(wire) ?? fromHost(wire, levels);
  };
  const atHost = (wire: WireName, levels: Levels): number =>
    cut.get(wire) ?? fromTarget(across(wire, wiring), levels);
  const noisy = (clock: WireName, data: WireName): string => {
    const both = [clock, data].map((wire) => noise.get(wire) ?? 0);
    return both.some(Boolean) ? `,${both.join()}` : '';
  };
  return {
    target:
      ALL.map((levels) => (atTarget('sckout', levels) << 1) | atTarget('stx', levels)).join('') +
      noisy(across('sckout', wiring), across('stx', wiring)),
    host:
      ALL.map((levels) => (atHost('sckin', levels) << 1) | atHost('srx', levels)).join('') +
      noisy('sckin', 'srx'),
  };
}

/**
 * Level at the target's reset pin, 0 or 1. Nothing but an output of the host
 * pulls it low, so a cut reset stays released.
 * @param reset level of the host's reset line
 * @param levels of the host's other outputs
 */
export function resetLevel(wiring: Wiring, reset: number, levels: Levels): number {
  const wire = across('reset', wiring);
  if (wiring.cut.has(wire)) return 1;
  if (wire === 'reset') return reset;
  return wire === 'sckout' || wire === 'stx' ? fromHost(wire, levels) : 1;
}
