/** What an expression of a script may come to, and how that spreads. It must know nothing of the language. */
import type { AnyNode } from 'acorn';
import type { FunctionNode } from '../../check/scopes';

/** An object that the script makes, by the place that makes it; a function is one as well. */
export interface Made {
  readonly kind: 'object' | 'array' | 'function';
  readonly node: AnyNode;
  readonly fields: Map<string, Cell>;
  /** What has no name: a list's elements. */
  readonly elements: Cell;
  readonly protos: Cell;
}

export type Primitive = 'boolean' | 'null' | 'number' | 'string' | 'undefined';

/** Something of the interpreter's own, by the path that leads to it; with a `?` before it, a global that is not known. */
export interface Native {
  readonly kind: 'native';
  readonly path: string;
}

/** From outside: anything, and all of the script that got there. */
export const FOREIGN = { kind: 'foreign' } as const;

export type Token = Made | Primitive | Native | typeof FOREIGN;

/** All that a name, a property or an expression may be, in any run. */
export class Cell {
  readonly tokens = new Set<Token>();
  readonly #watchers: ((token: Token) => void)[] = [];
  readonly #next = new Set<Cell>();

  constructor(private readonly queue: (() => void)[]) {}

  put(token: Token): void {
    if (this.tokens.has(token)) return;
    this.tokens.add(token);
    for (const watcher of this.#watchers) this.queue.push(() => watcher(token));
    for (const cell of this.#next) this.queue.push(() => cell.put(token));
  }

  flow(to: Cell): void {
    if (to === this || this.#next.has(to)) return;
    this.#next.add(to);
    for (const token of this.tokens) to.put(token);
  }

  /** Calls once for each token, now and later. */
  watch(watcher: (token: Token) => void): void {
    this.#watchers.push(watcher);
    for (const token of this.tokens) this.queue.push(() => watcher(token));
  }
}

export function isMade(token: Token): token is Made {
  return typeof token === 'object' && /^(object|array|function)$/.test(token.kind);
}

export function isNative(token: Token): token is Native {
  return typeof token === 'object' && token.kind === 'native';
}

/** It may be anything that is not in the script. */
export function isOutside(token: Token): boolean {
  return token === FOREIGN || (isNative(token) && token.path.startsWith('?'));
}

export function functionOf(token: Token): FunctionNode | undefined {
  return typeof token === 'object' && token.kind === 'function' ? (token.node as FunctionNode) : undefined;
}
