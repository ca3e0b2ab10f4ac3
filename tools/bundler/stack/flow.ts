/**
 * Which functions a call in a script may reach: a points-to analysis after Andersen, with an object for each place that
 * makes one, whatever the order of statements. It errs towards too many; it must know nothing of what calls cost.
 */
import type { AnyNode, Program } from 'acorn';
import {
  type FunctionNode,
  type Scopes,
  children,
  findScopes,
  isFunction,
  staticName,
} from '../check/scopes';
import type { EntryKind } from './costs';
import { AT_ONCE, LATER, SOCKET_EVENTS } from './natives';

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
  readonly fields: Map<string, Cell>;
  readonly protos: Cell;
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
export class Cell {
  readonly values = new Set<Value>();
  readonly #watchers: ((value: Value) => void)[] = [];
  readonly #next = new Set<Cell>();

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

  flow(to: Cell, queue: (() => void)[]): void {
    if (to === this || this.#next.has(to)) return;
    this.#next.add(to);
    for (const value of this.values) queue.push(() => to.add(value, queue));
  }
}

export type CallNode = Extract<AnyNode, { type: 'CallExpression' | 'NewExpression' }>;

/** What one call may do. */
export interface Call {
  readonly node: CallNode;
  /** Functions of the script that it calls itself. */
  readonly functions: ReadonlySet<FunctionNode>;
  /** The interpreter's function that it may call, with its global object, if any: `charCodeAt`, `E.on`. */
  readonly native: string | undefined;
  /** Functions of the script that the native one calls before it returns. */
  readonly atOnce: ReadonlySet<FunctionNode>;
  /** It may call what the user of a module handed to it. */
  readonly application: boolean;
}

export interface Entry {
  readonly node: FunctionNode;
  readonly kind: EntryKind;
}

export interface Flow {
  readonly scopes: Scopes;
  readonly calls: ReadonlyMap<CallNode, Call>;
  readonly entries: readonly Entry[];
  /** Functions of timers that can be cleared, and that hold variables of the function around them. */
  readonly holding: ReadonlySet<FunctionNode>;
}

const ANY = '[]';

/** A global, or a module of the interpreter. */
const OWNER = /^(?!application)\w+$/;
/** What a module's user hands to it, and what is within. */
const APPLICATION = /^application\b/;

/** Methods that put their arguments into an array, and those that give what is in one. */
const TAKING = /^(push|unshift|splice|concat|fill)$/;
const GIVING = /^(pop|shift|splice|concat|slice|filter|find|sort|reverse|fill)$/;

/** Of a whole script. */
export function findFlow(program: Program): Flow {
  const scopes = findScopes(program);
  const queue: (() => void)[] = [];
  const cells = new Map<unknown, Cell>();
  const objects = new Map<AnyNode, ScriptObject>();
  const functions = new Map<FunctionNode, ScriptFunction>();
  const boundOnes = new Map<string, ScriptFunction>();
  const foreigns = new Map<string, Foreign>();
  /** Fields that the script gave to what it did not make. */
  const foreignFields = new Map<string, Cell>();
  const called = new Map<CallNode, Set<Value>>();
  const offered = new Set<ScriptFunction>();
  const entered = new Map<FunctionNode, Set<EntryKind>>();
  /** Lets a call be one of the interpreter's function. */
  const natives = new Map<CallNode, () => void>();
  /** Calls of which nobody takes the result. */
  const dropped = new Set<AnyNode>();
  const holding = new Set<FunctionNode>();
  /** Whether it goes with the timer that calls it, and its scope with it: what a factory returned holds its scope on. */
  const goes = (node: FunctionNode): boolean => {
    const around = scopes.functions.get(node)!.parent!;
    const isMaker = (made: AnyNode): boolean => isFunction(made) || children(made).some(isMaker);
    return (
      around.parent !== undefined && !(node.type === 'FunctionDeclaration' && around.returns.some(isMaker))
    );
  };
  const handedOver = new Map<CallNode, Set<FunctionNode>>();

  const cell = (key: unknown): Cell => {
    const found = cells.get(key) ?? new Cell();
    cells.set(key, found);
    return found;
  };
  const parts = new Map<AnyNode, Map<string, Cell>>();
  const part = (node: AnyNode, name: string): Cell => {
    const of = parts.get(node) ?? new Map<string, Cell>();
    parts.set(node, of);
    const found = of.get(name) ?? new Cell();
    of.set(name, found);
    return found;
  };
  const flow = (from: Cell, to: Cell): void => from.flow(to, queue);
  const put = (value: Value, to: Cell): void => to.add(value, queue);
  const watch = (from: Cell, watcher: (value: Value) => void): void => from.watch(watcher, queue);

  const foreign = (name: string): Foreign => {
    const found = foreigns.get(name) ?? { kind: 'foreign', name };
    foreigns.set(name, found);
    return found;
  };
  const newObject = (array = false): ScriptObject => ({
    kind: 'object',
    fields: new Map(),
    protos: new Cell(),
    array,
  });
  const objectAt = (node: AnyNode, array = false): ScriptObject => {
    const found = objects.get(node) ?? newObject(array);
    objects.set(node, found);
    return found;
  };
  const fieldWatchers = new Map<ScriptObject, ((name: string, field: Cell) => void)[]>();
  const fieldOf = (object: ScriptObject, name: string): Cell => {
    let found = object.fields.get(name);
    if (found) return found;
    found = new Cell();
    object.fields.set(name, found);
    // What is stored under a name that the text does not tell may be any.
    if (name !== ANY && !object.array) flow(fieldOf(object, ANY), found);
    for (const watcher of fieldWatchers.get(object) ?? []) watcher(name, found);
    return found;
  };
  const eachField = (object: ScriptObject, watcher: (name: string, field: Cell) => void): void => {
    fieldWatchers.set(object, [...(fieldWatchers.get(object) ?? []), watcher]);
    for (const [name, field] of object.fields) watcher(name, field);
  };
  const foreignField = (name: string): Cell => {
    const found = foreignFields.get(name) ?? new Cell();
    foreignFields.set(name, found);
    return found;
  };

  /** @param seen objects whose prototypes led here */
  function load(
    object: ScriptObject,
    name: string,
    to: Cell,
    seen: ReadonlySet<ScriptObject> = new Set(),
  ): void {
    if (seen.has(object)) return;
    if (name === ANY) eachField(object, (_name, field) => flow(field, to));
    else flow(fieldOf(object, name), to);
    const now = new Set([...seen, object]);
    watch(object.protos, (proto) => {
      const of = objectOf(proto);
      if (of) load(of, name, to, now);
    });
  }

  const objectOf = (value: Value): ScriptObject | undefined =>
    value.kind === 'object' ? value : value.kind === 'function' ? value.object : undefined;

  function read(base: Cell, name: string, to: Cell): void {
    watch(base, (value) => {
      const object = objectOf(value);
      if (object) return load(object, name, to);
      flow(foreignField(name), to);
      const { name: of } = value as Foreign;
      put(foreign(`${OWNER.test(of) ? of : APPLICATION.test(of) ? 'application' : '?'}.${name}`), to);
    });
  }

  function write(base: Cell, name: string, value: Cell): void {
    watch(base, (of) => {
      const object = objectOf(of);
      if (of.kind === 'foreign' && of.name === 'exports') watch(value, offer);
      flow(value, object ? fieldOf(object, name) : foreignField(name));
    });
  }

  const functionAt = (node: FunctionNode): ScriptFunction => {
    let found = functions.get(node);
    if (found) return found;
    found = { kind: 'function', node, bound: 0, object: newObject() };
    functions.set(node, found);
    const prototype = newObject();
    put(prototype, fieldOf(found.object, 'prototype'));
    put(found, fieldOf(prototype, 'constructor'));
    return found;
  };
  const boundTo = (to: ScriptFunction, more: number): ScriptFunction => {
    const key = `${to.node.start}+${to.bound + more}`;
    const found = boundOnes.get(key) ?? { ...to, bound: to.bound + more };
    boundOnes.set(key, found);
    return found;
  };
  const param = (of: FunctionNode, index: number): Cell => {
    const pattern = of.params[index];
    if (pattern?.type === 'Identifier') return cell(scopes.declarations.get(pattern));
    return part(of, `argument ${index}`);
  };
  const result = (of: FunctionNode): Cell => part(of, 'return');
  const self = (of: FunctionNode): Cell => part(of, 'this');

  function pass(of: ScriptFunction, args: readonly Cell[], from = 0): void {
    args.forEach((arg, index) => {
      flow(arg, param(of.node, from + of.bound + index));
      flow(arg, part(of.node, 'arguments'));
    });
  }

  function enter(value: Value, kind: EntryKind): void {
    if (value.kind !== 'function') return;
    const kinds = entered.get(value.node) ?? new Set();
    entered.set(value.node, kinds.add(kind));
    for (let n = value.bound; n < value.node.params.length; n++) put(foreign('?'), param(value.node, n));
    put(foreign('?'), self(value.node));
  }

  const ownName = (callee: AnyNode): string =>
    callee.type === 'MemberExpression'
      ? (staticName(callee.property, callee.computed) ?? ANY)
      : callee.type === 'Identifier'
        ? callee.name
        : '';

  function hand(node: CallNode, to: ScriptFunction): void {
    handedOver.set(node, (handedOver.get(node) ?? new Set()).add(to.node));
  }

  /** A call of what the interpreter has, or of an application's function. */
  function callNative(node: CallNode, name: string, base: Cell, args: readonly Cell[], to: Cell): void {
    const module = name === 'require' ? node.arguments[0] : undefined;
    put(foreign(module?.type === 'Literal' ? String(module.value) : '?'), to);
    if (GIVING.test(name)) {
      flow(base, to);
      read(base, ANY, to);
    }
    if (name === 'assign' && args[0]) {
      flow(args[0], to);
      copy(args);
    }
    if (TAKING.test(name))
      return watch(base, (value) => {
        if (value.kind === 'object' && value.array) for (const arg of args) flow(arg, fieldOf(value, ANY));
      });
    const atOnce = AT_ONCE.has(name);
    const event = node.arguments[0];
    const later: EntryKind =
      name === 'on' && event?.type === 'Literal' && SOCKET_EVENTS.has(String(event.value))
        ? 'socket'
        : (LATER[name] ?? 'event');
    for (const arg of args) {
      watch(arg, (value) => {
        if (value.kind !== 'function') return;
        if (!atOnce) {
          if (later === 'timer' && !dropped.has(node) && goes(value.node)) holding.add(value.node);
          return enter(value, later);
        }
        hand(node, value);
        for (let n = value.bound; n < value.node.params.length; n++) {
          read(base, ANY, param(value.node, n));
          put(foreign('?'), param(value.node, n));
        }
        const results = objectAt(node, true);
        put(results, to);
        flow(result(value.node), fieldOf(results, ANY));
        flow(result(value.node), to);
      });
    }
  }

  /** A module's export: the application may call it, construct with it, and call the methods of what it gets. */
  function offer(value: Value): void {
    if (value.kind !== 'function' || offered.has(value)) return;
    offered.add(value);
    value.node.params.forEach((_, n) => put(foreign('application'), param(value.node, n)));
    const made = objectAt(value.node.body);
    flow(fieldOf(value.object, 'prototype'), made.protos);
    put(made, self(value.node));
    watch(fieldOf(value.object, 'prototype'), (proto) => {
      const object = objectOf(proto);
      if (!object) return;
      eachField(object, (_name, field) =>
        watch(field, (method) => {
          if (method.kind !== 'function' || method === value) return;
          put(made, self(method.node));
          method.node.params.forEach((_, n) => put(foreign('application'), param(method.node, n)));
        }),
      );
    });
  }

  /** `Object.assign` */
  function copy(args: readonly Cell[]): void {
    const [target, ...sources] = args;
    for (const source of sources)
      watch(source, (value) => {
        const object = objectOf(value);
        if (object) eachField(object, (name, field) => write(target, name, field));
      });
  }

  function callFunction(
    node: CallNode,
    value: ScriptFunction,
    base: Cell | undefined,
    args: readonly Cell[],
    to: Cell,
  ): void {
    called.get(node)!.add(value);
    pass(value, args);
    flow(result(value.node), to);
    if (node.type === 'NewExpression') {
      const made = objectAt(node);
      flow(fieldOf(value.object, 'prototype'), made.protos);
      put(made, self(value.node));
      put(made, to);
    } else if (base) flow(base, self(value.node));
  }

  function call(node: CallNode, to: Cell): void {
    const callee = node.callee as AnyNode;
    const args = node.arguments.map((arg) => expression(arg as AnyNode));
    called.set(node, new Set());
    const base = callee.type === 'MemberExpression' ? expression(callee.object as AnyNode) : undefined;
    const target = expression(callee);
    const name = ownName(callee);
    const ran = new Set<string>();
    // A built-in function may be called by a name that the script gave it.
    const runNative = (known: string): void => {
      if (ran.has(known)) return;
      ran.add(known);
      callNative(node, known, base ?? cell('nothing'), args, to);
    };
    natives.set(node, () => runNative(name));
    watch(target, (value) => {
      if (value.kind === 'function') return callFunction(node, value, base, args, to);
      if (value.kind !== 'foreign') return;
      called.get(node)!.add(value);
      if (!APPLICATION.test(value.name)) runNative(value.name.replace(/^.*\./, ''));
    });
    if (base && /^(call|apply|bind)$/.test(name))
      watch(base, (value) => {
        if (value.kind === 'function') through(node, value, name, args, to);
        else if (value.kind === 'foreign' && APPLICATION.test(value.name)) called.get(node)!.add(value);
      });
  }

  /** `f.call`, `f.apply`, `f.bind` */
  function through(
    node: CallNode,
    value: ScriptFunction,
    name: string,
    args: readonly Cell[],
    to: Cell,
  ): void {
    if (args[0]) flow(args[0], self(value.node));
    if (name === 'bind') {
      pass(value, args.slice(1));
      put(boundTo(value, Math.max(0, args.length - 1)), to);
      return;
    }
    called.get(node)!.add(foreign(name));
    hand(node, value);
    flow(result(value.node), to);
    if (name === 'call') pass(value, args.slice(1));
    else if (args[1])
      for (let n = 0; n < value.node.params.length; n++) read(args[1], ANY, param(value.node, n));
  }

  function assign(target: AnyNode, value: Cell): void {
    if (target.type === 'Identifier') {
      const binding = scopes.references.get(target)?.binding ?? scopes.declarations.get(target);
      flow(value, binding ? cell(binding) : foreignField(target.name));
    } else if (target.type === 'MemberExpression') {
      write(expression(target.object as AnyNode), staticName(target.property, target.computed) ?? ANY, value);
    }
  }

  function identifier(node: AnyNode & { name: string }, to: Cell): void {
    const binding = scopes.references.get(node)?.binding;
    if (binding?.name === 'arguments') {
      const list = objectAt(binding.owner.node, true);
      flow(part(binding.owner.node, 'arguments'), fieldOf(list, ANY));
      return put(list, to);
    }
    if (binding) return flow(cell(binding), to);
    if (node.name === 'undefined') return;
    flow(foreignField(node.name), to);
    put(foreign(node.name), to);
  }

  const owners = new Map<AnyNode, FunctionNode>();

  /** Visits an expression once. @returns what it may be */
  function expression(node: AnyNode): Cell {
    const known = cells.get(node);
    if (known) return known;
    const to = cell(node);
    switch (node.type) {
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
      case 'FunctionDeclaration':
        put(functionAt(node), to);
        if (node.id) flow(to, cell(scopes.declarations.get(node.id)));
        body(node);
        return to;
      case 'Identifier':
        identifier(node, to);
        return to;
      case 'ThisExpression': {
        const owner = owners.get(node);
        if (owner) flow(self(owner), to);
        return to;
      }
      case 'MemberExpression': {
        if (node.computed) expression(node.property as AnyNode);
        read(expression(node.object as AnyNode), staticName(node.property, node.computed) ?? ANY, to);
        return to;
      }
      case 'ObjectExpression': {
        const object = objectAt(node);
        put(object, to);
        for (const item of node.properties)
          if (item.type === 'Property')
            flow(
              expression(item.value as AnyNode),
              fieldOf(object, staticName(item.key, item.computed) ?? ANY),
            );
        return to;
      }
      case 'ArrayExpression': {
        const object = objectAt(node, true);
        put(object, to);
        for (const item of node.elements) if (item) flow(expression(item as AnyNode), fieldOf(object, ANY));
        return to;
      }
      case 'CallExpression':
      case 'NewExpression':
        call(node, to);
        return to;
      case 'AssignmentExpression': {
        const value = expression(node.right);
        expression(node.left);
        assign(node.left, value);
        flow(value, to);
        return to;
      }
      case 'ConditionalExpression':
        expression(node.test);
        flow(expression(node.consequent), to);
        flow(expression(node.alternate), to);
        return to;
      case 'LogicalExpression':
        flow(expression(node.left), to);
        flow(expression(node.right), to);
        return to;
      case 'SequenceExpression':
        node.expressions.forEach((item, index) => {
          const value = expression(item);
          if (index === node.expressions.length - 1) flow(value, to);
        });
        return to;
      default:
        visit(node);
        return to;
    }
  }

  /** Visits what is no expression, and all below it. */
  function visit(node: AnyNode): void {
    for (const child of children(node)) statement(child);
  }

  function drop(node: AnyNode): void {
    if (node.type === 'UnaryExpression' && node.operator === 'void') drop(node.argument);
    else if (node.type === 'SequenceExpression') node.expressions.forEach(drop);
    else dropped.add(node);
  }

  function statement(node: AnyNode): void {
    if (node.type === 'ExpressionStatement') drop(node.expression);
    if (node.type === 'ReturnStatement' && node.argument) {
      const { argument } = node;
      if (argument.type === 'UnaryExpression' && argument.operator === 'void') drop(argument);
    }
    if (node.type === 'VariableDeclarator') {
      if (node.init) assign(node.id as AnyNode, expression(node.init));
    } else if (node.type === 'ReturnStatement') {
      if (!node.argument) return;
      const owner = owners.get(node);
      const value = expression(node.argument);
      if (owner) flow(value, result(owner));
    } else if (/^For(In|Of)Statement$/.test(node.type)) {
      const { left, right, body: loop } = node as Extract<AnyNode, { type: 'ForOfStatement' }>;
      const elements = part(node, 'elements');
      read(expression(right), ANY, elements);
      assign(left.type === 'VariableDeclaration' ? (left.declarations[0].id as AnyNode) : left, elements);
      statement(loop);
    } else if (/Expression$|^Identifier$|^FunctionDeclaration$/.test(node.type)) expression(node);
    else visit(node);
  }

  function body(node: FunctionNode): void {
    const own = (child: AnyNode, owner: FunctionNode): void => {
      owners.set(child, owner);
      if (isFunction(child) && child.type !== 'ArrowFunctionExpression') return;
      for (const below of children(child)) own(below, owner);
    };
    if (node.type !== 'ArrowFunctionExpression' || !owners.has(node.body)) own(node.body, node);
    if (node.type === 'ArrowFunctionExpression') {
      // Its returns are its own, unlike its `this`.
      const returns = (child: AnyNode): void => {
        if (child.type === 'ReturnStatement') owners.set(child, node);
        if (!isFunction(child)) for (const below of children(child)) returns(below);
      };
      returns(node.body);
    }
    if (node.body.type === 'BlockStatement') visit(node.body);
    else flow(expression(node.body), result(node));
  }

  visit(program);
  const settle = (): void => {
    for (let step = queue.pop(); step; step = queue.pop()) step();
  };
  settle();
  // Where no function of the script is reached, as for a string's method or an array's, it is the interpreter's.
  for (let before = -1; before !== natives.size;) {
    before = natives.size;
    for (const [node, run] of natives) {
      if (called.get(node)!.size) continue;
      run();
      natives.delete(node);
    }
    settle();
  }

  const calls = new Map<CallNode, Call>();
  for (const [node, values] of called) {
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
      atOnce: (native && handedOver.get(node)) || new Set(),
      application,
    });
  }
  const entries = [...entered].flatMap(([node, kinds]) => [...kinds].map((kind) => ({ node, kind })));
  return { scopes, calls, entries, holding };
}
