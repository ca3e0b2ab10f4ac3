/**
 * Which names of a script's top level may be read before they have their first value: the statements in the order in
 * which they run, with whatever they may call. It errs towards too early. What is called later, from the event loop, comes
 * after all of them; a script that throws at its top level has ended, and nothing of it is called any more.
 */
import type { AnyNode, Program } from 'acorn';
import { type Binding, type FunctionNode, children, isFunction, staticName } from '../../check/scopes';
import { isMade } from './cells';
import type { Values } from './values';

/** A function that a statement calls, and nobody else, as if its body stood there. */
export type CalledOnce = (statement: AnyNode) => { call: AnyNode; body: FunctionNode } | undefined;

export interface Order {
  /** Whether it may be read while it has no value yet; every name that gets its first one in the middle of something may. */
  isEarly(binding: Binding): boolean;
  /** The same of what an object, by its literal, has under a name. */
  isEarlyField(literal: AnyNode, key: string): boolean;
}

/** Numbers for the places that make objects. */
const numbers = new WeakMap<AnyNode, number>();
let last = 0;
function fieldKey(made: AnyNode, name: string): string {
  const number = numbers.get(made) ?? ++last;
  numbers.set(made, number);
  return `${String(number)} ${name}`;
}

/** When what has a key is read first, and when it is first given a value, as numbers of steps. */
class FirstTimes<Key> {
  readonly #read = new Map<Key, number>();
  readonly #given = new Map<Key, number>();

  read(key: Key, now: number): void {
    if (!this.#read.has(key)) this.#read.set(key, now);
  }

  give(key: Key, now: number): void {
    if (!this.#given.has(key)) this.#given.set(key, now);
  }

  isEarly(key: Key): boolean {
    const at = this.#given.get(key);
    const first = this.#read.get(key);
    return at === undefined || (first !== undefined && first <= at);
  }
}

export function findOrder(program: Program, values: Values, calledOnce: CalledOnce): Order {
  const { scopes, calls } = values;
  const names = new FirstTimes<Binding>();
  const fields = new FirstTimes<string>();
  const ran = new Set<FunctionNode>();
  const there = new Set<FunctionNode>();
  let now = 0;
  /** Something unknown was called where it may be called again. */
  let hostile = false;

  function come(fn: FunctionNode): void {
    if (there.has(fn)) return;
    there.add(fn);
    if (values.anytime.has(fn) || (hostile && values.escaped.has(fn))) run(fn);
  }

  function run(fn: FunctionNode): void {
    if (ran.has(fn)) return;
    ran.add(fn);
    execute(fn.body, true);
  }

  function runEscaped(again: boolean): void {
    if (again) hostile = true;
    for (const fn of [...there]) if (values.escaped.has(fn)) run(fn);
  }

  function refer(node: AnyNode, isWritten: boolean): void {
    const binding = scopes.references.get(node)?.binding;
    if (!binding) return;
    if (!isWritten) names.read(binding, now);
    for (const value of binding.values) if (value.type === 'FunctionDeclaration') come(value);
  }

  /** What a member may be of, with its name. */
  function fieldsOf(node: AnyNode): string[] {
    const name = node.type === 'MemberExpression' ? staticName(node.property, node.computed) : undefined;
    if (name === undefined) return [];
    const of = values.tokens((node as { object: AnyNode }).object) ?? [];
    return [...of].flatMap((token) => (isMade(token) ? [fieldKey(token.node, name)] : []));
  }

  /** @param within a function */
  function execute(node: AnyNode, within: boolean): void {
    if (isFunction(node)) {
      if (node.type !== 'FunctionDeclaration') come(node);
      return;
    }
    if (node.type === 'Identifier') return refer(node, false);
    const target = node.type === 'AssignmentExpression' && node.operator === '=' ? node.left : undefined;
    if (target?.type === 'Identifier') refer(target, true);
    for (const key of fieldsOf(node)) fields.read(key, now);
    for (const child of children(node)) {
      if (child !== target) execute(child, within);
      // What is written is not read.
      else if (child.type === 'MemberExpression')
        for (const below of children(child)) executePart(child, below, within);
    }
    const call = calls.get(node);
    if (!call) return;
    for (const fn of call.functions) {
      come(fn);
      run(fn);
    }
    if (call.unknown) runEscaped(within);
  }

  function executePart(of: AnyNode & { type: 'MemberExpression' }, part: AnyNode, within: boolean): void {
    if (part !== of.property || of.computed) execute(part, within);
  }

  function give(id: AnyNode): void {
    for (const key of fieldsOf(id)) fields.give(key, now);
    const binding = scopes.declarations.get(id) ?? scopes.references.get(id)?.binding;
    if (binding) names.give(binding, now);
  }

  /** What a statement gives a value once it has run. */
  function takers(node: AnyNode): AnyNode[] {
    if (node.type === 'VariableDeclaration')
      return node.declarations.flatMap(({ id, init }) => (init ? [id as AnyNode] : []));
    if (node.type !== 'ExpressionStatement') return [];
    const { expression } = node;
    const plain = expression.type === 'AssignmentExpression' && expression.operator === '=';
    return plain ? [expression.left as AnyNode] : [];
  }

  function visit(node: AnyNode): void {
    now++;
    const once = calledOnce(node);
    if (!once) {
      execute(node, false);
      for (let before = -1; before !== ran.size;) {
        before = ran.size;
        execute(node, false);
      }
    } else {
      for (const arg of (once.call as Extract<AnyNode, { type: 'CallExpression' }>).arguments)
        execute(arg as AnyNode, false);
      for (const param of once.body.params) give(param as AnyNode);
      ran.add(once.body);
      for (const inner of (once.body.body as { body: AnyNode[] }).body) visit(inner);
      now++;
    }
    for (const id of takers(node)) give(id);
  }

  for (const node of program.body) visit(node as AnyNode);

  return {
    isEarly: (binding) => names.isEarly(binding),
    isEarlyField: (literal, key) => fields.isEarly(fieldKey(literal, key)),
  };
}
