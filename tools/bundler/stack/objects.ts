/**
 * The objects and functions of a script as the points-to analysis has them, one
 * for each place that makes one, with their properties, parameters and results;
 * and of what the interpreter makes as much as is known, a name.
 */
import type { AnyNode } from 'acorn';
import type { FunctionNode, Scopes } from '../check/scopes';
import { FlowCell, objectOf } from './points';
import type { Flows, Foreign, ScriptFunction, ScriptObject } from './points';

/** The name of a property whose name the text does not tell, and of an array's elements. */
export const ANY = '[]';

/** A global, or a module of the interpreter. */
const OWNER = /^(?!application)\w+$/;
/** What a module's user hands to it, and what is within. */
export const APPLICATION = /^application\b/;

export class Objects {
  readonly #flows: Flows;
  readonly #scopes: Scopes;
  readonly #cells = new Map<unknown, FlowCell>();
  readonly #parts = new Map<AnyNode, Map<string, FlowCell>>();
  readonly #objects = new Map<AnyNode, ScriptObject>();
  readonly #functions = new Map<FunctionNode, ScriptFunction>();
  readonly #bound = new Map<string, ScriptFunction>();
  readonly #foreigns = new Map<string, Foreign>();
  /** Fields that the script gave to what it did not make. */
  readonly #foreignFields = new Map<string, FlowCell>();
  readonly #fieldWatchers = new Map<ScriptObject, ((name: string, field: FlowCell) => void)[]>();

  constructor(flows: Flows, scopes: Scopes) {
    this.#flows = flows;
    this.#scopes = scopes;
  }

  /** The cell of an expression or a binding, if it was asked for. */
  known(key: unknown): FlowCell | undefined {
    return this.#cells.get(key);
  }

  cell(key: unknown): FlowCell {
    const found = this.#cells.get(key) ?? new FlowCell();
    this.#cells.set(key, found);
    return found;
  }

  /** Something of a node beside its value. */
  part(node: AnyNode, name: string): FlowCell {
    const of = this.#parts.get(node) ?? new Map<string, FlowCell>();
    this.#parts.set(node, of);
    const found = of.get(name) ?? new FlowCell();
    of.set(name, found);
    return found;
  }

  foreign(name: string): Foreign {
    const found = this.#foreigns.get(name) ?? { kind: 'foreign', name };
    this.#foreigns.set(name, found);
    return found;
  }

  /** A field of that name of anything that the script did not make. */
  foreignField(name: string): FlowCell {
    const found = this.#foreignFields.get(name) ?? new FlowCell();
    this.#foreignFields.set(name, found);
    return found;
  }

  objectAt(node: AnyNode, array = false): ScriptObject {
    const found = this.#objects.get(node) ?? newObject(array);
    this.#objects.set(node, found);
    return found;
  }

  fieldOf(object: ScriptObject, name: string): FlowCell {
    let found = object.fields.get(name);
    if (found) return found;
    found = new FlowCell();
    object.fields.set(name, found);
    // What is stored under a name that the text does not tell may be any.
    if (name !== ANY && !object.array) this.#flows.flow(this.fieldOf(object, ANY), found);
    for (const watcher of this.#fieldWatchers.get(object) ?? []) watcher(name, found);
    return found;
  }

  /** Calls once for each field, now and later. */
  eachField(object: ScriptObject, watcher: (name: string, field: FlowCell) => void): void {
    this.#fieldWatchers.set(object, [...(this.#fieldWatchers.get(object) ?? []), watcher]);
    for (const [name, field] of object.fields) watcher(name, field);
  }

  read(base: FlowCell, name: string, to: FlowCell): void {
    this.#flows.watch(base, (value) => {
      const object = objectOf(value);
      if (object) return this.#load(object, name, to, new Set());
      this.#flows.flow(this.foreignField(name), to);
      const { name: of } = value as Foreign;
      const owner = OWNER.test(of) ? of : APPLICATION.test(of) ? 'application' : '?';
      this.#flows.put(this.foreign(`${owner}.${name}`), to);
    });
  }

  /** @param exported gets what becomes an export */
  write(base: FlowCell, name: string, value: FlowCell, exported: (value: FlowCell) => void): void {
    this.#flows.watch(base, (of) => {
      const object = objectOf(of);
      if (of.kind === 'foreign' && of.name === 'exports') exported(value);
      this.#flows.flow(value, object ? this.fieldOf(object, name) : this.foreignField(name));
    });
  }

  functionAt(node: FunctionNode): ScriptFunction {
    let found = this.#functions.get(node);
    if (found) return found;
    found = { kind: 'function', node, bound: 0, object: newObject() };
    this.#functions.set(node, found);
    const prototype = newObject();
    this.#flows.put(prototype, this.fieldOf(found.object, 'prototype'));
    this.#flows.put(found, this.fieldOf(prototype, 'constructor'));
    return found;
  }

  /** What `bind` makes of it with so many more arguments. */
  boundTo(to: ScriptFunction, more: number): ScriptFunction {
    const key = `${to.node.start}+${to.bound + more}`;
    const found = this.#bound.get(key) ?? { ...to, bound: to.bound + more };
    this.#bound.set(key, found);
    return found;
  }

  param(of: FunctionNode, index: number): FlowCell {
    const pattern = of.params[index];
    if (pattern?.type === 'Identifier') return this.cell(this.#scopes.declarations.get(pattern));
    return this.part(of, `argument ${index}`);
  }

  result(of: FunctionNode): FlowCell {
    return this.part(of, 'return');
  }

  self(of: FunctionNode): FlowCell {
    return this.part(of, 'this');
  }

  /** @param seen objects whose prototypes led here */
  #load(object: ScriptObject, name: string, to: FlowCell, seen: ReadonlySet<ScriptObject>): void {
    if (seen.has(object)) return;
    if (name === ANY) this.eachField(object, (_name, field) => this.#flows.flow(field, to));
    else this.#flows.flow(this.fieldOf(object, name), to);
    const now = new Set([...seen, object]);
    this.#flows.watch(object.protos, (proto) => {
      const of = objectOf(proto);
      if (of) this.#load(of, name, to, now);
    });
  }
}

function newObject(array = false): ScriptObject {
  return { kind: 'object', fields: new Map(), protos: new FlowCell(), array };
}
