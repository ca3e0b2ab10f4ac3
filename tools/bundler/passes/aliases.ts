/**
 * Names of the top level that only stand for something else, and go: two of a board's variables each, with a value that is
 * no whole number up to four. What is read before it is there, or becomes another, is no such name; a function of the
 * interpreter is one as long as the script puts nothing in its place.
 */
import type { AnyNode, Program } from 'acorn';
import type { Facts } from './facts';
import { isFixedGlobal, isFixedMember, isInterpreters } from './facts/known';
import { type Id, type Name, type View, copy, literal, look, replace, variable } from './script';

/** References up to which a built-in's member is written out instead of kept in a variable. */
const WRITTEN_OUT = 3;

/** Bytes that a variable for a built-in, two of the board's, has to save. */
const WORTH = 30;

/** `var x; … x = value;` with no other assignment becomes `… var x = value;`. */
export function joinAssignment(view: View, name: Name): boolean {
  const { program } = view;
  const [write] = name.writes;
  if (name.writes.length !== 1 || name.ids.length !== 1 || write.type !== 'AssignmentExpression')
    return false;
  if (write.operator !== '=' || write.left.type !== 'Identifier') return false;
  const declarator = view.parent(name.ids[0]);
  const declared = view.parent(declarator);
  const assigned = view.parent(write);
  const at = program.body.indexOf(assigned as never);
  if (declarator.type !== 'VariableDeclarator' || at < 0 || assigned.type !== 'ExpressionStatement')
    return false;
  if (!program.body.includes(declared as never)) return false;
  program.body[at] = variable(name.binding.name, write.right, write.left) as never;
  program.body.splice(program.body.indexOf(declared as never), 1);
  return true;
}

/** The value that a name of the top level has wherever it is read, and which statement that is. */
export function constant(view: View, facts: Facts, name: Name): { value: AnyNode; at: number } | undefined {
  const [write] = name.writes;
  if (!view.isTop(name) || name.writes.length !== 1 || write.type !== 'VariableDeclarator' || !write.init)
    return undefined;
  if (name.binding.values.some((value) => value.type === 'FunctionDeclaration')) return undefined;
  const at = view.program.body.indexOf(view.parent(write) as never);
  return at < 0 || facts.isEarly(name.binding.name) ? undefined : { value: write.init, at };
}

/** What an expression of numbers and booleans comes to. */
export function fold(node: AnyNode): number | boolean | undefined {
  if (node.type === 'Literal')
    return typeof node.value === 'number' || typeof node.value === 'boolean' ? node.value : undefined;
  if (node.type === 'ConditionalExpression') {
    const test = fold(node.test);
    return test === undefined ? undefined : fold(test ? node.consequent : node.alternate);
  }
  if (node.type === 'LogicalExpression') {
    const left = fold(node.left);
    if (left === undefined || node.operator === '??') return undefined;
    return (node.operator === '&&') === !!left ? fold(node.right) : left;
  }
  if (node.type !== 'BinaryExpression' || node.left.type === 'PrivateIdentifier') return undefined;
  const left = fold(node.left);
  const right = fold(node.right);
  if (typeof left !== 'number' || typeof right !== 'number') return undefined;
  if (node.operator === '+') return left + right;
  if (node.operator === '-' && left >= right) return left - right;
  if (node.operator === '*') return left * right;
  return node.operator === '/' && right !== 0 ? left / right : undefined;
}

/** Whether a member of an object of the interpreter is the same wherever it is asked for. */
function isFixed(view: View, facts: Facts, object: string, name: string): boolean {
  if (!isFixedMember(object, name) || facts.isReplaced(`${object}.${name}`)) return false;
  return !view.assigned.has(object) && !view.scopes.members.has(name);
}

/** What is written in place of a name; undefined where it has to stay. */
function meaning(view: View, facts: Facts, name: Name, value: AnyNode, at: number): AnyNode | undefined {
  const isFree = (id: AnyNode): boolean => id.type === 'Identifier' && !view.nameOf(id);
  const number = fold(value);
  if (number !== undefined) return literal(number, value);
  if (value.type === 'Identifier') {
    const other = view.nameOf(value);
    if (!other) {
      const fixed = isInterpreters(value.name) && value.name !== 'undefined';
      return fixed && !view.assigned.has(value.name) && !facts.isReplaced(value.name) ? value : undefined;
    }
    if (other.binding.values.some((item) => item.type === 'FunctionDeclaration'))
      return other.writes.length === 0 && other.binding.values.length === 1 && view.isTop(other)
        ? value
        : undefined;
    const known = constant(view, facts, other);
    return known && known.at < at ? value : undefined;
  }
  if (value.type !== 'MemberExpression' || value.computed || value.property.type !== 'Identifier')
    return undefined;
  const object = value.object as AnyNode;
  const few = name.references.length <= WRITTEN_OUT;
  return few &&
    object.type === 'Identifier' &&
    isFree(object) &&
    isFixed(view, facts, object.name, value.property.name)
    ? value
    : undefined;
}

/** Puts what a name stands for in its place. */
export function resolveAlias(view: View, facts: Facts, name: Name, value: AnyNode, at: number): boolean {
  const put = meaning(view, facts, name, value, at);
  if (!put) return false;
  for (const { node } of name.references) replace(view, node, copy(put));
  view.program.body.splice(at, 1);
  return true;
}

/**
 * Where the name of a function of the interpreter is written so often that it costs more than a variable for it, it gets
 * one. That saves bytes, which the target's bundle needs; of variables it costs two.
 * @param only which of them
 */
export function nameBuiltIns(program: Program, isLeft: (node: AnyNode) => boolean, only?: RegExp): void {
  const view = look(program);
  const uses = new Map<string, AnyNode[]>();
  for (const { node, binding, probed } of view.scopes.references.values()) {
    const { name } = node as Id;
    if (binding || probed || view.assigned.has(name) || !isFixedGlobal(name) || isLeft(view.top(node)))
      continue;
    uses.set(name, [...(uses.get(name) ?? []), node]);
  }
  const made: AnyNode[] = [];
  for (const [name, nodes] of uses) {
    const saved = nodes.length * (name.length - 1) - `var a=${name};`.length;
    if (saved < WORTH || (only && !only.test(name))) continue;
    const short = view.fresh(`the_${name}`);
    made.push(variable(short, copy(nodes[0]), nodes[0]));
    for (const node of nodes) (node as Id).name = short;
  }
  const directives = program.body.findIndex((node) => !('directive' in node));
  program.body.splice(Math.max(directives, 0), 0, ...(made as Program['body']));
}
