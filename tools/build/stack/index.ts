/** A static bound of a bundle's C stack, for the build. */
import type { Costs } from './costs';
import { type Bound, type Chain, findBound } from './chain';
import { type Namer, namer } from './names';

export { Recursion, findBound } from './chain';
export { LX106 } from './costs';
export type { Bound, Chain, Costs };

/** `onData > parse > take` */
export function chainText(chain: Chain, names: Namer): string {
  return chain.links.map(({ node, native }) => native ?? names.name(node)).join(' > ');
}

export interface Report {
  readonly depth: number;
  readonly text: string;
  readonly bound: Bound;
  readonly names: Namer;
}

export function analyse(code: string, map: unknown, costs: Costs): Report {
  const bound = findBound(code, costs);
  const names = namer(bound.program, code, map);
  const [deepest] = bound.chains;
  return { depth: deepest!.depth, text: chainText(deepest!, names), bound, names };
}
