/**
 * Names of the top level that hold nothing but `true` and `false` hold 1 and 0 instead: on a board a variable for a
 * whole number takes no room beside its name, unlike one for `true`. Who reads such a name as a value still gets a
 * boolean.
 */
import type { AnyNode, Program } from 'acorn';
import { type Id, type Name, type View, literal, look, replace } from './script';

type Flags = ReadonlySet<Name>;

const COMPARISON = /^(?:[!=]==?|[<>]=?|in|instanceof)$/;

function unary(operator: string, argument: AnyNode): AnyNode {
  const { start, end, loc } = argument;
  return { type: 'UnaryExpression', operator, prefix: true, argument, start, end, loc } as unknown as AnyNode;
}

function isFlag(view: View, node: AnyNode, flags: Flags): boolean {
  const name = node.type === 'Identifier' ? view.nameOf(node) : undefined;
  return !!name && flags.has(name);
}

/** An expression that comes to `true` or `false`, or to a flag. */
function isBoolean(view: View, node: AnyNode, flags: Flags): boolean {
  if (node.type === 'Literal') return typeof node.value === 'boolean';
  if (node.type === 'UnaryExpression') return node.operator === '!';
  if (node.type === 'BinaryExpression') return COMPARISON.test(node.operator);
  if (node.type === 'LogicalExpression')
    return node.operator !== '??' && isBoolean(view, node.left, flags) && isBoolean(view, node.right, flags);
  if (node.type === 'AssignmentExpression') return isFlag(view, node.left as AnyNode, flags);
  return isFlag(view, node, flags);
}

/** What is given to a name by a declaration or an assignment; undefined where it is something else that changes it. */
function given(write: AnyNode): AnyNode | null | undefined {
  if (write.type === 'VariableDeclarator') return write.init ?? null;
  return write.type === 'AssignmentExpression' && write.operator === '=' ? write.right : undefined;
}

function holdsBooleans(view: View, name: Name, flags: Flags): boolean {
  const isDeclared = name.binding.values.every((value) => !/^(Function|Class)/.test(value.type));
  if (!view.isTop(name) || !isDeclared || name.writes.length === 0) return false;
  return name.writes.every((write) => {
    const value = given(write);
    if (!value || !isBoolean(view, value, flags)) return false;
    if (write.type === 'VariableDeclarator') return true;
    const user = view.parent(write);
    const chained = user.type === 'AssignmentExpression' && isFlag(view, user.left as AnyNode, flags);
    return user.type === 'ExpressionStatement' || chained;
  });
}

/** Only whether it counts as true is asked for. */
function isAsked(view: View, node: AnyNode): boolean {
  const user = view.parent(node);
  if (user.type === 'UnaryExpression') return user.operator === '!';
  if (user.type === 'LogicalExpression') return isAsked(view, user);
  return /^(If|While|DoWhile|For)Statement$|^ConditionalExpression$/.test(user.type)
    ? (user as unknown as { test: AnyNode }).test === node
    : false;
}

export function numberFlags(program: Program): void {
  const view = look(program);
  let flags = new Set(view.names.values());
  // Those that are given another one's value are flags only if that is.
  for (let before = -1; before !== flags.size;) {
    before = flags.size;
    flags = new Set([...flags].filter((name) => holdsBooleans(view, name, flags)));
  }
  for (const name of flags) {
    const written = name.writes.map((write) => (write as { left?: AnyNode }).left);
    for (const { node } of name.references) {
      const user = view.parent(node);
      if (written.includes(node) || isAsked(view, node)) continue;
      if (user.type === 'AssignmentExpression' && isFlag(view, user.left as AnyNode, flags)) continue;
      replace(view, node, unary('!', unary('!', { ...node } as Id)));
    }
    for (const write of name.writes) {
      const value = given(write)!;
      if (value.type === 'Literal') replace(view, value, literal(value.value ? 1 : 0, value));
      else if (value.type !== 'AssignmentExpression' && !isFlag(view, value, flags))
        replace(view, value, unary('+', { ...value } as AnyNode));
    }
  }
}
