/**
 * Names of the top level that hold nothing but `true` and `false` hold 1 and 0 instead, which saves one variable each: on a
 * board a whole number takes no room beside its name, unlike `true`. Who reads such a name as a value still gets a
 * boolean; one that anybody may read before it is either is left as it is.
 */
import type { AnyNode, Program } from 'acorn';
import { type Facts, findFacts } from './facts';
import { packFlags } from './pack';
import { type Id, type Name, type View, literal, look, replace } from './script';

type Flags = ReadonlySet<Name>;

function unary(operator: string, argument: AnyNode): AnyNode {
  const { start, end, loc } = argument;
  return { type: 'UnaryExpression', operator, prefix: true, argument, start, end, loc } as unknown as AnyNode;
}

function isFlag(view: View, node: AnyNode, flags: Flags): boolean {
  const name = node.type === 'Identifier' ? view.nameOf(node) : undefined;
  return !!name && flags.has(name);
}

/** What is given to a name by a declaration or an assignment; undefined where it is something else that changes it. */
function given(write: AnyNode): AnyNode | null | undefined {
  if (write.type === 'VariableDeclarator') return write.init ?? null;
  return write.type === 'AssignmentExpression' && write.operator === '=' ? write.right : undefined;
}

/** Whether nobody wants more of a name than whether it counts as true. */
function isOnlyAsked(view: View, name: Name): boolean {
  const written = name.writes.map((write) => (write as { left?: AnyNode }).left);
  return name.references.every(({ node }) => written.includes(node) || isAsked(view, node));
}

/** Only booleans, from the first time on that anybody can read it. */
function holdsBooleans(view: View, facts: Facts, name: Name, flags: Flags): boolean {
  const isDeclared = name.binding.values.every((value) => !/^(Function|Class)/.test(value.type));
  if (!view.isTop(name) || !isDeclared || name.writes.length === 0) return false;
  // Nothing counts as false, too, for who asks for no more.
  if (facts.isEarly(name.binding.name) && !isOnlyAsked(view, name)) return false;
  return name.writes.every((write) => {
    const value = given(write);
    if (!value || !(isFlag(view, value, flags) || facts.types.is(value, 'boolean'))) return false;
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

/**
 * @param program whose names have one meaning each
 * @param packed whether they become bits of one name
 */
export function numberFlags(
  program: Program,
  isLeft: (node: AnyNode) => boolean = () => false,
  packed = false,
): void {
  const facts = findFacts(program);
  const view = look(program);
  const nodesOf = (name: Name): AnyNode[] => [...name.ids, ...name.references.map(({ node }) => node)];
  const own = [...view.names.values()].filter(
    (name) => !nodesOf(name).some((node) => isLeft(view.top(node))),
  );
  let flags = new Set(own);
  // Those that are given another one's value are flags only if that is.
  for (let before = -1; before !== flags.size;) {
    before = flags.size;
    flags = new Set([...flags].filter((name) => holdsBooleans(view, facts, name, flags)));
  }
  // The others are looked for anew: what they are given may be something else now.
  if (packed && packFlags(view, (node) => isAsked(view, node), flags)) return numberFlags(program, isLeft);
  for (const name of flags) {
    const written = name.writes.map((write) => (write as { left?: AnyNode }).left);
    for (const { node } of name.references) {
      const user = view.parent(node);
      if (written.includes(node) || isAsked(view, node)) continue;
      if (user.type === 'AssignmentExpression' && isFlag(view, user.left as AnyNode, flags)) continue;
      if (user.type === 'VariableDeclarator' && isFlag(view, user.id as AnyNode, flags)) continue;
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
