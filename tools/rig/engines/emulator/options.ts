/** What an emulated pair can be started with, and what its host is by that. */
import { EMULATED, boardOf, objectsOf } from '../../../config/boards';
import { HOST_PINS } from '../../boards';
import type { BoardName, PairOptions, WireName } from '../../boards';
import type { Inject } from './natives';
import type { HostFacts } from './realm/facts';

/** In the order of the boards' indices in the shared memory. */
export const NAMES: readonly BoardName[] = ['host', 'target'];
export const WIRES: readonly WireName[] = ['reset', 'sckout', 'stx', 'srx', 'sckin'];

/** What an emulated pair can be started with beyond what every engine can. */
export interface EmulatedOptions extends PairOptions {
  /** Faults of the boards' programs. */
  readonly inject?: Readonly<Partial<Record<BoardName, Inject>>>;
  /** The board that the host is, as `process.env.BOARD` names it: it has that board's pins, and no others. */
  readonly hostBoard?: string;
  /** The host's pins that the wires go to. Default: D4 to D8. */
  readonly hostPins?: Readonly<Record<WireName, string>>;
}

/** @throws Error where the board, or a pin of it, is not known. */
export function factsFor({ hostBoard = EMULATED, hostPins }: EmulatedOptions): HostFacts {
  const board = boardOf(hostBoard);
  if (!board) throw new Error(`The emulator does not know the board ${hostBoard}`);
  const link = Object.fromEntries(
    WIRES.map((wire) => [hostPins?.[wire] ?? `D${String(HOST_PINS[wire])}`, wire]),
  );
  for (const [pin, wire] of Object.entries(link))
    if (!board.pins.includes(pin)) throw new Error(`${wire}: ${pin} is no pin of ${hostBoard}`);
  return { ...board, board: hostBoard, objects: objectsOf(hostBoard), link };
}
