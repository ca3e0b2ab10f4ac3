/**
 * Uses of a name before its declaration ran. Espruino does not hoist: a function exists once its declaration has
 * run, and so does a `var`, which until then is a global. It errs towards reporting: a function handed to another
 * counts as called at once, and a method call may reach every function stored under that name.
 */
import type { AnyNode } from 'acorn';
import {
  type Binding,
  type FunctionInfo,
  type Scopes,
  children,
  isFunction,
  patternNames,
  staticName,
} from './scopes';

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

/** Declarations that have run at some point, or null where no execution gets to. */
type Live = ReadonlySet<Binding> | null;

interface Exits {
  readonly breaks: Live[];
  /** None: a `switch`, which `continue` passes through. */
  readonly continues: Live[] | undefined;
}

/** What calls these later, from the event loop. */
const LATER = /^(setTimeout|setInterval|setWatch|on|once|then|catch)$/;

function merge(states: readonly Live[]): Live {
  const reached = states.filter((state) => state !== null);
  const [first, ...rest] = reached;
  return first ? new Set([...first].filter((item) => rest.every((other) => other.has(item)))) : null;
}

export function findOrderProblems(scopes: Scopes): OrderProblem[] {
  const problems: OrderProblem[] = [];
  const valued = findValued(scopes);
  const reported = new Set<string>();
  const calleesOf = new Map<FunctionInfo, ReadonlySet<FunctionInfo>>();

  /** The functions that an expression may yield. */
  function functionsOf(node: AnyNode, seen = new Set<AnyNode>()): FunctionInfo[] {
    if (seen.has(node)) return [];
    seen.add(node);
    const all = (nodes: readonly AnyNode[]) => nodes.flatMap((item) => functionsOf(item, seen));
    if (isFunction(node)) return [scopes.functions.get(node)!];
    switch (node.type) {
      case 'Identifier':
        return all(scopes.references.get(node)?.binding?.values ?? []);
      case 'ClassDeclaration':
      case 'ClassExpression':
        return all(
          node.body.body.flatMap((item) =>
            item.type === 'MethodDefinition' && item.kind === 'constructor' ? [item.value] : [],
          ),
        );
      case 'MemberExpression': {
        const name = staticName(node.property, node.computed);
        if (name && /^(bind|call|apply)$/.test(name)) return functionsOf(node.object, seen);
        return all((name !== undefined && scopes.members.get(name)) || []);
      }
      case 'ConditionalExpression':
        return all([node.consequent, node.alternate]);
      case 'LogicalExpression':
        return all([node.left, node.right] as AnyNode[]);
      case 'AssignmentExpression':
        return functionsOf(node.right, seen);
      case 'ParenthesizedExpression':
        return functionsOf(node.expression, seen);
      case 'SequenceExpression':
        return all(node.expressions.slice(-1));
      case 'CallExpression':
      case 'NewExpression': {
        const callee = node.callee as AnyNode;
        const bound =
          callee.type === 'MemberExpression' && staticName(callee.property, callee.computed) === 'bind';
        const called = functionsOf(callee, new Set(seen));
        return bound ? called : all(called.flatMap((info) => info.returns));
      }
      default:
        return [];
    }
  }

  /** The functions that a call runs before it returns, as far as the text tells: its own, and those handed over. */
  function calledBy(call: AnyNode): { own: FunctionInfo[]; handed: FunctionInfo[] } {
    if (call.type !== 'CallExpression' && call.type !== 'NewExpression') return { own: [], handed: [] };
    const callee = call.callee as AnyNode;
    const name =
      callee.type === 'MemberExpression'
        ? staticName(callee.property, callee.computed)
        : callee.type === 'Identifier'
          ? callee.name
          : undefined;
    const handed = name !== undefined && LATER.test(name) ? [] : (call.arguments as AnyNode[]);
    return { own: functionsOf(callee), handed: handed.flatMap((node) => functionsOf(node)) };
  }

  function callees(info: FunctionInfo): ReadonlySet<FunctionInfo> {
    let found = calleesOf.get(info);
    if (!found) {
      found = new Set(info.calls.map(calledBy).flatMap(({ own, handed }) => [...own, ...handed]));
      calleesOf.set(info, found);
    }
    return found;
  }

  function report(node: AnyNode, binding: Binding, construct: string): void {
    const key = `${binding.name} ${node.start}`;
    if (!reported.has(key)) problems.push({ node, construct });
    reported.add(key);
  }

  function checkFunction(info: FunctionInfo): void {
    const declared = new Set<Binding>();
    const exits: Exits[] = [];
    let live: Live = new Set();
    let initialised: readonly (Binding | undefined)[] = [];

    const late = (binding: Binding | undefined): binding is Binding =>
      binding?.owner === info && !binding.fromStart && live !== null && !live.has(binding);

    function declare(id: AnyNode | null): void {
      const binding = id && scopes.declarations.get(id);
      if (!binding || live === null) return;
      declared.add(binding);
      live = new Set(live).add(binding);
    }

    function checkCall(call: AnyNode): void {
      const { own, handed } = calledBy(call);
      checkCalled(call, own, []);
      // In `var socket = connect(function () { socket.write() })` the function is called later, or nobody could
      // write it.
      checkCalled(call, handed, initialised);
    }

    function checkCalled(
      call: AnyNode,
      called: FunctionInfo[],
      spared: readonly (Binding | undefined)[],
    ): void {
      // Called again, this function has names of its own.
      const seen = new Set([info]);
      const waiting = [...called];
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        if (seen.has(next)) continue;
        seen.add(next);
        for (const { binding, probed } of next.references) {
          if (!probed && late(binding) && !spared.includes(binding)) {
            report(call, binding, `call of a function that uses ${binding.name} before its declaration ran`);
          }
        }
        waiting.push(...callees(next));
      }
    }

    /** Declarations are statements, so within an expression nothing comes into force. */
    function expression(node: AnyNode | null | undefined): void {
      if (!node || isFunction(node)) return;
      const reference = scopes.references.get(node);
      if (reference && !reference.probed && late(reference.binding)) {
        report(node, reference.binding, `use of ${reference.binding.name} before its declaration ran`);
      }
      for (const child of children(node)) expression(child);
      if (node.type === 'CallExpression' || node.type === 'NewExpression') checkCall(node);
    }

    /** @param given by the loop that it is the head of */
    function declaration(node: AnyNode, given = false): void {
      if (node.type !== 'VariableDeclaration') return expression(node);
      for (const item of node.declarations) {
        const ids = patternNames(item.id);
        initialised = ids.map((id) => scopes.declarations.get(id));
        expression(item.init);
        initialised = [];
        // `var a;` at the top of a bundle only says that there will be an `a`, where another declaration gives it a value.
        const bare = !item.init && valued.has(scopes.declarations.get(item.id as AnyNode) as Binding);
        if (!bare || given) for (const id of ids) declare(id);
      }
    }

    function loop(body: AnyNode, before: () => boolean, after: () => void, atLeastOnce: boolean): void {
      const exit = { breaks: [] as Live[], continues: [] as Live[] };
      const endless = !atLeastOnce && before();
      const skipped = live;
      exits.push(exit);
      statement(body);
      exits.pop();
      live = merge([live, ...exit.continues]);
      after();
      const ended = atLeastOnce ? live : endless ? null : skipped;
      live = merge([ended, ...exit.breaks]);
    }

    function isTrue(test: AnyNode | null | undefined): boolean {
      expression(test);
      const negated = test?.type === 'UnaryExpression' && test.operator === '!';
      const value = negated ? test.argument : test;
      return !value || (value.type === 'Literal' && !!value.value !== negated);
    }

    function branches(...runs: (() => void)[]): void {
      const before = live;
      const ends = runs.map((run) => {
        live = before;
        run();
        return live;
      });
      live = merge(ends);
    }

    function statement(node: AnyNode): void {
      switch (node.type) {
        case 'FunctionDeclaration':
          return declare(node.id);
        case 'ClassDeclaration':
          expression(node.superClass);
          expression(node.body);
          return declare(node.id);
        case 'VariableDeclaration':
          return declaration(node);
        case 'BlockStatement':
        case 'StaticBlock':
          return node.body.forEach(statement);
        case 'LabeledStatement':
          return statement(node.body);
        case 'IfStatement':
          expression(node.test);
          return branches(
            () => statement(node.consequent),
            () => node.alternate && statement(node.alternate),
          );
        case 'ForStatement':
          if (node.init) declaration(node.init);
          return loop(
            node.body,
            () => isTrue(node.test),
            () => expression(node.update),
            false,
          );
        case 'WhileStatement':
          return loop(
            node.body,
            () => isTrue(node.test),
            () => {},
            false,
          );
        case 'DoWhileStatement':
          return loop(
            node.body,
            () => false,
            () => expression(node.test),
            true,
          );
        case 'ForInStatement':
        case 'ForOfStatement':
          expression(node.right);
          declaration(node.left, true);
          return loop(
            node.body,
            () => false,
            () => {},
            false,
          );
        case 'SwitchStatement': {
          expression(node.discriminant);
          const before: Live = live;
          const exit = { breaks: [] as Live[], continues: undefined };
          exits.push(exit);
          live = null;
          for (const item of node.cases) {
            live = merge([live, before]);
            expression(item.test);
            item.consequent.forEach(statement);
          }
          exits.pop();
          const none = node.cases.some((item) => item.test === null) ? null : before;
          live = merge([live, none, ...exit.breaks]);
          return;
        }
        case 'TryStatement': {
          const { block, handler, finalizer } = node;
          const before: Live = live;
          branches(
            () => statement(block),
            () => (handler ? statement(handler.body) : (live = null)),
          );
          if (finalizer) {
            const end: Live = live;
            // It also runs on the way out, when little of the above has.
            live = before;
            statement(finalizer);
            live = end && new Set([...end, ...(live ?? [])]);
          }
          return;
        }
        case 'BreakStatement':
          exits.at(-1)?.breaks.push(live);
          live = null;
          return;
        case 'ContinueStatement':
          exits.findLast((exit) => exit.continues)?.continues?.push(live);
          live = null;
          return;
        case 'ReturnStatement':
        case 'ThrowStatement':
          expression(node.argument);
          live = null;
          return;
        default:
          return expression(node);
      }
    }

    const { node } = info;
    if (node.type === 'Program') node.body.forEach(statement);
    else if (node.body.type === 'BlockStatement') statement(node.body);
    else expression(node.body);

    for (const { node: use, binding } of scopes.references.values()) {
      if (binding?.owner === info && !binding.fromStart && !declared.has(binding)) {
        report(use, binding, `use of ${binding.name}, whose declaration never runs`);
      }
    }
  }

  for (const info of scopes.functions.values()) checkFunction(info);
  return problems;
}
