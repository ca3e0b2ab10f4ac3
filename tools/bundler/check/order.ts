/**
 * Uses of a name before its declaration ran. Espruino does not hoist: a function exists once its declaration has
 * run, and so does a `var`, which until then is a global. It errs towards reporting: a function handed to another
 * counts as called at once, and a method call may reach every function stored under that name.
 */
import type { AnyNode } from 'acorn';
import { Callees } from './callees';
import { Execution } from './execution';
import { type Binding, type Scopes, children } from './scopes';

export interface OrderProblem {
  readonly node: AnyNode;
  readonly construct: string;
}

/** Names that a declaration gives a value. */
function findValued(scopes: Scopes): ReadonlySet<Binding> {
  const found = new Set<Binding>();
  const walk = (node: AnyNode): void => {
    const binding =
      node.type === 'VariableDeclarator' && node.init && scopes.declarations.get(node.id as AnyNode);
    if (binding) found.add(binding);
    for (const child of children(node)) walk(child);
  };
  for (const node of scopes.functions.keys()) if (node.type === 'Program') walk(node);
  return found;
}

export function findOrderProblems(scopes: Scopes): OrderProblem[] {
  const problems: OrderProblem[] = [];
  const reported = new Set<string>();
  const shared = {
    scopes,
    callees: new Callees(scopes),
    valued: findValued(scopes),
    report: (node: AnyNode, binding: Binding, construct: string): void => {
      const key = `${binding.name} ${node.start}`;
      if (!reported.has(key)) problems.push({ node, construct });
      reported.add(key);
    },
  };
  for (const info of scopes.functions.values()) new Execution(shared, info).check();
  return problems;
}
