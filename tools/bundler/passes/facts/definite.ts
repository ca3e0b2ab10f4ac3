/**
 * Which names of functions have a value wherever they are read: a statement gives them one, and all that reads them comes
 * behind it in the same list of statements, or within what does. It must not rely on places, which moved code does not have.
 */
import type { AnyNode } from 'acorn';
import { type Binding, type Scopes, children } from '../../check/scopes';

/** What has its first value from a statement on. */
function givenBy(node: AnyNode): AnyNode[] {
  if (node.type === 'VariableDeclaration')
    return node.declarations.flatMap(({ id, init }) => (init ? [id as AnyNode] : []));
  if (node.type === 'ForStatement') return node.init ? givenBy(node.init) : [];
  if (node.type !== 'ExpressionStatement') return [];
  const { expression } = node;
  const plain = expression.type === 'AssignmentExpression' && expression.operator === '=';
  return plain && expression.left.type === 'Identifier' ? [expression.left] : [];
}

/** @param root the program, of whose own names nothing is said, or a function in it */
export function findDefinite(root: AnyNode, { declarations, references }: Scopes): ReadonlySet<Binding> {
  const bindingOf = (id: AnyNode): Binding | undefined => declarations.get(id) ?? references.get(id)?.binding;
  const uses = new Map<Binding, number>();
  const hoisted = new Set<Binding>();
  const count = (node: AnyNode, into: Map<Binding, number>, within: boolean): void => {
    const binding = node.type === 'Identifier' ? references.get(node)?.binding : undefined;
    if (binding) into.set(binding, (into.get(binding) ?? 0) + 1);
    // A function may be called before the statement in front of it has run.
    if (binding && within) hoisted.add(binding);
    const inside = within || node.type === 'FunctionDeclaration';
    for (const child of children(node)) count(child, into, inside);
  };
  count(root, uses, false);

  const found = new Set<Binding>();
  const visit = (node: AnyNode): void => {
    if (node.type === 'BlockStatement') {
      const list = node.body;
      for (const [n, statement] of list.entries()) {
        for (const id of givenBy(statement)) {
          const binding = bindingOf(id);
          if (!binding || found.has(binding) || hoisted.has(binding)) continue;
          const after = new Map<Binding, number>();
          for (const later of list.slice(n)) count(later, after, false);
          // In the statement itself, only a loop's own body.
          const first = new Map<Binding, number>();
          const inits = statement.type === 'ForStatement' ? statement.init! : statement;
          count(inits, first, false);
          const own = references.has(id) ? 1 : 0;
          if ((after.get(binding) ?? 0) === (uses.get(binding) ?? 0) && (first.get(binding) ?? 0) === own)
            found.add(binding);
        }
      }
    }
    for (const child of children(node)) visit(child);
  };
  visit(root);
  return found;
}
