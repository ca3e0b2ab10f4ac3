/**
 * What a name, a property or an expression of a script may be, and how that
 * flows from one to the other: the constraints of a points-to analysis after
 * Andersen, and the queue that solves them. It knows nothing of syntax.
 */
import type { FunctionNode } from '../check/scopes';

/** A function of the script, or one made of it by `bind`. */
export interface ScriptFunction {
  readonly kind: 'function';
  readonly node: FunctionNode;
  /** Arguments that `bind` gave already. */
  readonly bound: number;
  readonly object: ScriptObject;
}

/** Something that the script makes: what a literal, `new` or a function is as an object. */
export interface ScriptObject {
  readonly kind: 'object';
  readonly fields: Map<string, FlowCell>;
  readonly protos: FlowCell;
  /** Its elements have no names. */
  readonly array: boolean;
}

/** What comes from the interpreter, or from an application that the script does not contain. */
export interface Foreign {
  readonly kind: 'foreign';
  /** As far as known: `E.on`, `require`, `?.write`. */
  readonly name: string;
}

export type Value = ScriptFunction | ScriptObject | Foreign;

/** Everything that a name, a property or an expression may be. */
export class FlowCell {
  readonly values = new Set<Value>();
  readonly #watchers: ((value: Value) => void)[] = [];
  readonly #next = new Set<FlowCell>();

  add(value: Value, queue: (() => void)[]): void {
    if (this.values.has(value)) return;
    this.values.add(value);
    for (const watcher of this.#watchers) queue.push(() => watcher(value));
    for (const cell of this.#next) queue.push(() => cell.add(value, queue));
  }

  /** Calls once for each value, now and later. */
  watch(watcher: (value: Value) => void, queue: (() => void)[]): void {
    this.#watchers.push(watcher);
    for (const value of this.values) queue.push(() => watcher(value));
  }

  flow(to: FlowCell, queue: (() => void)[]): void {
    if (to === this || this.#next.has(to)) return;
    this.#next.add(to);
    for (const value of this.values) queue.push(() => to.add(value, queue));
  }
}

/** The constraints that are still to be looked at. */
export class Flows {
  readonly #queue: (() => void)[] = [];

  /** What `from` may be, `to` may be. */
  flow(from: FlowCell, to: FlowCell): void {
    from.flow(to, this.#queue);
  }

  put(value: Value, to: FlowCell): void {
    to.add(value, this.#queue);
  }

  /** Calls once for each value, now and later. */
  watch(from: FlowCell, watcher: (value: Value) => void): void {
    from.watch(watcher, this.#queue);
  }

  /** Until nothing changes any more. */
  settle(): void {
    for (let step = this.#queue.pop(); step; step = this.#queue.pop()) step();
  }
}

export function objectOf(value: Value): ScriptObject | undefined {
  return value.kind === 'object' ? value : value.kind === 'function' ? value.object : undefined;
}
