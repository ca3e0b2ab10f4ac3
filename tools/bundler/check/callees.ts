/**
 * Which functions of a script a call runs, as far as the text tells: by what its names may hold, and by the names of
 * methods, which may be any function that is stored under that name. It knows nothing of the order of statements.
 */
import type { AnyNode } from 'acorn';
import { type FunctionInfo, type Scopes, isFunction, staticName } from './scopes';

/** What calls these later, from the event loop. */
const LATER = /^(setTimeout|setInterval|setWatch|on|once|then|catch)$/;

export class Callees {
  readonly #scopes: Scopes;
  readonly #found = new Map<FunctionInfo, ReadonlySet<FunctionInfo>>();

  constructor(scopes: Scopes) {
    this.#scopes = scopes;
  }

  /** The functions that an expression may yield. */
  functionsOf(node: AnyNode, seen = new Set<AnyNode>()): FunctionInfo[] {
    if (seen.has(node)) return [];
    seen.add(node);
    const all = (nodes: readonly AnyNode[]) => nodes.flatMap((item) => this.functionsOf(item, seen));
    if (isFunction(node)) return [this.#scopes.functions.get(node)!];
    switch (node.type) {
      case 'Identifier':
        return all(this.#scopes.references.get(node)?.binding?.values ?? []);
      case 'ClassDeclaration':
      case 'ClassExpression':
        return all(
          node.body.body.flatMap((item) =>
            item.type === 'MethodDefinition' && item.kind === 'constructor' ? [item.value] : [],
          ),
        );
      case 'MemberExpression': {
        const name = staticName(node.property, node.computed);
        if (name && /^(bind|call|apply)$/.test(name)) return this.functionsOf(node.object, seen);
        return all((name !== undefined && this.#scopes.members.get(name)) || []);
      }
      case 'ConditionalExpression':
        return all([node.consequent, node.alternate]);
      case 'LogicalExpression':
        return all([node.left, node.right] as AnyNode[]);
      case 'AssignmentExpression':
        return this.functionsOf(node.right, seen);
      case 'ParenthesizedExpression':
        return this.functionsOf(node.expression, seen);
      case 'SequenceExpression':
        return all(node.expressions.slice(-1));
      case 'CallExpression':
      case 'NewExpression': {
        const callee = node.callee as AnyNode;
        const bound =
          callee.type === 'MemberExpression' && staticName(callee.property, callee.computed) === 'bind';
        const called = this.functionsOf(callee, new Set(seen));
        return bound ? called : all(called.flatMap((info) => info.returns));
      }
      default:
        return [];
    }
  }

  /** The functions that a call runs before it returns: its own, and those handed over. */
  calledBy(call: AnyNode): { own: FunctionInfo[]; handed: FunctionInfo[] } {
    if (call.type !== 'CallExpression' && call.type !== 'NewExpression') return { own: [], handed: [] };
    const callee = call.callee as AnyNode;
    const name =
      callee.type === 'MemberExpression'
        ? staticName(callee.property, callee.computed)
        : callee.type === 'Identifier'
          ? callee.name
          : undefined;
    const handed = name !== undefined && LATER.test(name) ? [] : (call.arguments as AnyNode[]);
    return { own: this.functionsOf(callee), handed: handed.flatMap((node) => this.functionsOf(node)) };
  }

  /** All that a function calls. */
  of(info: FunctionInfo): ReadonlySet<FunctionInfo> {
    let found = this.#found.get(info);
    if (!found) {
      const called = info.calls.map((call) => this.calledBy(call));
      found = new Set(called.flatMap(({ own, handed }) => [...own, ...handed]));
      this.#found.set(info, found);
    }
    return found;
  }
}
