/**
 * What each call of a script may reach, and what the interpreter calls by
 * itself: functions handed to timers, events and methods of arrays, and exports
 * of a module. It errs towards too many.
 */
import type { AnyNode } from 'acorn';
import { type FunctionNode, type Scopes, children, isFunction, staticName } from '../check/scopes';
import type { EntryKind } from './costs';
import { CALLS_AT_ONCE, LATER, SOCKET_EVENTS } from './natives';
import { ANY, APPLICATION } from './objects';
import type { Objects } from './objects';
import { type FlowCell, type Flows, type ScriptFunction, type Value, objectOf } from './points';

export type FlowCallNode = Extract<AnyNode, { type: 'CallExpression' | 'NewExpression' }>;

/** What one call may do. */
export interface Call {
  readonly node: FlowCallNode;
  /** Functions of the script that it calls itself. */
  readonly functions: ReadonlySet<FunctionNode>;
  /** The interpreter's function that it may call, with its global object, if any: `charCodeAt`, `E.on`. */
  readonly native: string | undefined;
  /** Functions of the script that the native one calls before it returns. */
  readonly atOnce: ReadonlySet<FunctionNode>;
  /** It may call what the user of a module handed to it. */
  readonly application: boolean;
}

export interface EntryPoint {
  readonly node: FunctionNode;
  readonly kind: EntryKind;
}

/** Methods that put their arguments into an array, and those that give what is in one. */
const TAKING = /^(push|unshift|splice|concat|fill)$/;
const GIVING = /^(pop|shift|splice|concat|slice|filter|find|sort|reverse|fill)$/;

/** A call, its parts looked at. */
export interface Parts {
  readonly node: FlowCallNode;
  /** The object of a method. */
  readonly base: FlowCell | undefined;
  readonly target: FlowCell;
  readonly args: readonly FlowCell[];
  /** What it may give. */
  readonly to: FlowCell;
}

export class Calls {
  /** Functions of timers that can be cleared, and that hold variables of the function around them. */
  readonly holding = new Set<FunctionNode>();
  readonly #flows: Flows;
  readonly #objects: Objects;
  readonly #scopes: Scopes;
  readonly #called = new Map<FlowCallNode, Set<Value>>();
  readonly #offered = new Set<ScriptFunction>();
  readonly #entered = new Map<FunctionNode, Set<EntryKind>>();
  /** Lets a call be one of the interpreter's function. */
  readonly #natives = new Map<FlowCallNode, () => void>();
  /** Calls of which nobody takes the result. */
  readonly #dropped = new Set<AnyNode>();
  readonly #handedOver = new Map<FlowCallNode, Set<FunctionNode>>();

  constructor(flows: Flows, objects: Objects, scopes: Scopes) {
    this.#flows = flows;
    this.#objects = objects;
    this.#scopes = scopes;
  }

  /** Before the parts of a call are looked at. */
  begin(node: FlowCallNode): void {
    this.#called.set(node, new Set());
  }

  add(parts: Parts): void {
    const { node, base, target, args, to } = parts;
    const name = ownName(node.callee as AnyNode);
    const called = this.#called.get(node)!;
    const ran = new Set<string>();
    // A built-in function may be called by a name that the script gave it.
    const runNative = (known: string): void => {
      if (ran.has(known)) return;
      ran.add(known);
      this.#callNative(parts, known, base ?? this.#objects.cell('nothing'));
    };
    this.#natives.set(node, () => runNative(name));
    this.#flows.watch(target, (value) => {
      if (value.kind === 'function') return this.#callFunction(parts, value);
      if (value.kind !== 'foreign') return;
      called.add(value);
      if (!APPLICATION.test(value.name)) runNative(value.name.replace(/^.*\./, ''));
    });
    if (base && /^(call|apply|bind)$/.test(name))
      this.#flows.watch(base, (value) => {
        if (value.kind === 'function') this.#through(node, value, name, args, to);
        else if (value.kind === 'foreign' && APPLICATION.test(value.name)) called.add(value);
      });
  }

  /** Nobody takes the value of this. */
  drop(node: AnyNode): void {
    if (node.type === 'UnaryExpression' && node.operator === 'void') this.drop(node.argument);
    else if (node.type === 'SequenceExpression') node.expressions.forEach((item) => this.drop(item));
    else this.#dropped.add(node);
  }

  /** A module's export: the application may call it, construct with it, and call the methods of what it gets. */
  offer(value: Value): void {
    const objects = this.#objects;
    const flows = this.#flows;
    const application = objects.foreign('application');
    if (value.kind !== 'function' || this.#offered.has(value)) return;
    this.#offered.add(value);
    value.node.params.forEach((_, n) => flows.put(application, objects.param(value.node, n)));
    const made = objects.objectAt(value.node.body);
    flows.flow(objects.fieldOf(value.object, 'prototype'), made.protos);
    flows.put(made, objects.self(value.node));
    flows.watch(objects.fieldOf(value.object, 'prototype'), (proto) => {
      const object = objectOf(proto);
      if (!object) return;
      objects.eachField(object, (_name, field) =>
        flows.watch(field, (method) => {
          if (method.kind !== 'function' || method === value) return;
          flows.put(made, objects.self(method.node));
          method.node.params.forEach((_, n) => flows.put(application, objects.param(method.node, n)));
        }),
      );
    });
  }

  /** Where no function of the script is reached, as for a string's method or an array's, it is the interpreter's. */
  settle(): void {
    for (let before = -1; before !== this.#natives.size;) {
      before = this.#natives.size;
      for (const [node, run] of this.#natives) {
        if (this.#called.get(node)!.size) continue;
        run();
        this.#natives.delete(node);
      }
      this.#flows.settle();
    }
  }

  found(): Map<FlowCallNode, Call> {
    const calls = new Map<FlowCallNode, Call>();
    for (const [node, values] of this.#called) {
      const own = new Set<FunctionNode>();
      let native: string | undefined;
      let application = false;
      for (const value of values) {
        if (value.kind === 'function') own.add(value.node);
        if (value.kind === 'foreign' && APPLICATION.test(value.name)) application = true;
        else if (value.kind === 'foreign') native = value.name;
      }
      const callee = node.callee as AnyNode;
      // A string's method, say, of which nothing is known to flow anywhere.
      if (!own.size && !application && callee.type === 'MemberExpression') native ??= `?.${ownName(callee)}`;
      calls.set(node, {
        node,
        functions: own,
        native,
        atOnce: (native && this.#handedOver.get(node)) || new Set(),
        application,
      });
    }
    return calls;
  }

  entries(): EntryPoint[] {
    return [...this.#entered].flatMap(([node, kinds]) => [...kinds].map((kind) => ({ node, kind })));
  }

  #pass(of: ScriptFunction, args: readonly FlowCell[]): void {
    args.forEach((arg, index) => {
      this.#flows.flow(arg, this.#objects.param(of.node, of.bound + index));
      this.#flows.flow(arg, this.#objects.part(of.node, 'arguments'));
    });
  }

  #enter(value: ScriptFunction, kind: EntryKind): void {
    const unknown = this.#objects.foreign('?');
    const kinds = this.#entered.get(value.node) ?? new Set();
    this.#entered.set(value.node, kinds.add(kind));
    for (let n = value.bound; n < value.node.params.length; n++)
      this.#flows.put(unknown, this.#objects.param(value.node, n));
    this.#flows.put(unknown, this.#objects.self(value.node));
  }

  #hand(node: FlowCallNode, to: ScriptFunction): void {
    this.#handedOver.set(node, (this.#handedOver.get(node) ?? new Set()).add(to.node));
  }

  // Whether it goes with the timer that calls it, and its scope with it: what a factory returned holds its scope on.
  #goes(node: FunctionNode): boolean {
    const around = this.#scopes.functions.get(node)!.parent!;
    const isMaker = (made: AnyNode): boolean => isFunction(made) || children(made).some(isMaker);
    return (
      around.parent !== undefined && !(node.type === 'FunctionDeclaration' && around.returns.some(isMaker))
    );
  }

  /** A call of what the interpreter has, or of an application's function. */
  #callNative({ node, args, to }: Parts, name: string, base: FlowCell): void {
    const flows = this.#flows;
    const module = name === 'require' ? node.arguments[0] : undefined;
    flows.put(this.#objects.foreign(module?.type === 'Literal' ? String(module.value) : '?'), to);
    if (GIVING.test(name)) {
      flows.flow(base, to);
      this.#objects.read(base, ANY, to);
    }
    if (name === 'assign' && args[0]) {
      flows.flow(args[0], to);
      this.#copy(args);
    }
    if (TAKING.test(name))
      return flows.watch(base, (value) => {
        if (value.kind !== 'object' || !value.array) return;
        for (const arg of args) flows.flow(arg, this.#objects.fieldOf(value, ANY));
      });
    const atOnce = CALLS_AT_ONCE.has(name);
    const event = node.arguments[0];
    const later: EntryKind =
      name === 'on' && event?.type === 'Literal' && SOCKET_EVENTS.has(String(event.value))
        ? 'socket'
        : (LATER[name] ?? 'event');
    for (const arg of args) {
      flows.watch(arg, (value) => {
        if (value.kind !== 'function') return;
        if (atOnce) return this.#callAtOnce(node, value, base, to);
        if (later === 'timer' && !this.#dropped.has(node) && this.#goes(value.node))
          this.holding.add(value.node);
        this.#enter(value, later);
      });
    }
  }

  /** An array's method calls it for each element, or a string's for each match. */
  #callAtOnce(node: FlowCallNode, value: ScriptFunction, base: FlowCell, to: FlowCell): void {
    const objects = this.#objects;
    const flows = this.#flows;
    this.#hand(node, value);
    for (let n = value.bound; n < value.node.params.length; n++) {
      objects.read(base, ANY, objects.param(value.node, n));
      flows.put(objects.foreign('?'), objects.param(value.node, n));
    }
    const results = objects.objectAt(node, true);
    flows.put(results, to);
    flows.flow(objects.result(value.node), objects.fieldOf(results, ANY));
    flows.flow(objects.result(value.node), to);
  }

  /** `Object.assign` */
  #copy(args: readonly FlowCell[]): void {
    const [target, ...sources] = args;
    for (const source of sources)
      this.#flows.watch(source, (value) => {
        const object = objectOf(value);
        if (!object) return;
        this.#objects.eachField(object, (name, field) => this.write(target, name, field));
      });
  }

  /** A value becomes a property. */
  write(base: FlowCell, name: string, value: FlowCell): void {
    this.#objects.write(base, name, value, (exported) =>
      this.#flows.watch(exported, (one) => this.offer(one)),
    );
  }

  #callFunction({ node, base, args, to }: Parts, value: ScriptFunction): void {
    const flows = this.#flows;
    const self = this.#objects.self(value.node);
    this.#called.get(node)!.add(value);
    this.#pass(value, args);
    const chosen = chosenResult(value.node, node);
    flows.flow(chosen ? this.#objects.cell(chosen) : this.#objects.result(value.node), to);
    if (node.type === 'NewExpression') {
      const made = this.#objects.objectAt(node);
      flows.flow(this.#objects.fieldOf(value.object, 'prototype'), made.protos);
      flows.put(made, self);
      flows.put(made, to);
    } else if (base) flows.flow(base, self);
  }

  /** `f.call`, `f.apply`, `f.bind` */
  #through(
    node: FlowCallNode,
    value: ScriptFunction,
    name: string,
    args: readonly FlowCell[],
    to: FlowCell,
  ): void {
    const objects = this.#objects;
    if (args[0]) this.#flows.flow(args[0], objects.self(value.node));
    if (name === 'bind') {
      this.#pass(value, args.slice(1));
      this.#flows.put(objects.boundTo(value, Math.max(0, args.length - 1)), to);
      return;
    }
    this.#called.get(node)!.add(objects.foreign(name));
    this.#hand(node, value);
    this.#flows.flow(objects.result(value.node), to);
    if (name === 'call') this.#pass(value, args.slice(1));
    else if (args[1])
      for (let n = 0; n < value.node.params.length; n++)
        objects.read(args[1], ANY, objects.param(value.node, n));
  }
}

/**
 * What a call of a function gives that is one `switch` with a `return` for each number, if the call says which:
 * `passes/seldom.ts` makes such.
 */
function chosenResult(
  { params, body }: FunctionNode,
  { arguments: [wanted] }: FlowCallNode,
): AnyNode | undefined {
  const [only] = body.type === 'BlockStatement' ? body.body : [];
  if (only?.type !== 'SwitchStatement' || only.discriminant.type !== 'Identifier') return undefined;
  const [param] = params;
  if (param?.type !== 'Identifier' || param.name !== only.discriminant.name) return undefined;
  if (wanted?.type !== 'Literal') return undefined;
  const found = only.cases.find(({ test }) => test?.type === 'Literal' && test.value === wanted.value);
  const [first] = found?.consequent ?? [];
  return first?.type === 'ReturnStatement' ? (first.argument ?? undefined) : undefined;
}

/** The name by which a call calls. */
function ownName(callee: AnyNode): string {
  return callee.type === 'MemberExpression'
    ? (staticName(callee.property, callee.computed) ?? ANY)
    : callee.type === 'Identifier'
      ? callee.name
      : '';
}
