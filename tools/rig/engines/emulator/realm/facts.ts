/**
 * What a host's realm is told of the board that it is to be. Data only, taken from the tables of boards on the tools' side;
 * a target has none of this.
 */
import type { BoardTable } from '../../../../config/boards';
import type { Natives } from '../natives';

export interface HostFacts extends Omit<BoardTable, 'name'> {
  /** `process.env.BOARD`. */
  readonly board: string;
  /** Objects of single boards, `NRF`, `Pixl`…, and what they have; of ports nothing. */
  readonly objects: Readonly<Record<string, readonly string[]>>;
  /** Pins of the link, by name, and which of its lines each is. */
  readonly link: Readonly<Record<string, string>>;
}

/** Lines of the link that the host drives. */
export const DRIVEN: readonly string[] = ['reset', 'sckout', 'stx'];

let facts: HostFacts | undefined;

export function factsOf(natives: Natives): HostFacts | undefined {
  return natives.facts === undefined ? undefined : (facts ??= JSON.parse(natives.facts) as HostFacts);
}
