/**
 * Puts the body of a factory in the place of its one call, and of a function that is called where it stands. On a board that
 * saves the factory's four variables and one for each of its parameters, its scope, of two, and for each function within it
 * the two by which that knows its scope.
 */
import type { AnyNode, Program } from 'acorn';
import { type FunctionNode, isFunction } from '../check/scopes';
import type { CalledOnce } from './facts/order';
import type { Values } from './facts/values';
import {
  type Declaration,
  type Id,
  type Name,
  Refusal,
  type View,
  isKept,
  some,
  statement,
  undefinedValue,
  variable,
} from './script';

/** By its own name, or by that of a property which became a name. */
const FACTORY = /(^|_)create[A-Z]/;

/** The call that a statement of the top level consists of, and what becomes of its result. */
interface Site {
  readonly call: Extract<AnyNode, { type: 'CallExpression' }>;
  /** The statement anew, with the result in place of the call; none where nobody takes it. */
  readonly withResult: (value: AnyNode) => AnyNode | undefined;
}

/** Whether an expression does nothing but come to something. */
function isIdle(view: View, node: AnyNode): boolean {
  if (node.type === 'Identifier') return !!view.nameOf(node);
  if (node.type === 'Literal' || isFunction(node)) return true;
  if (node.type === 'UnaryExpression') return node.operator !== 'delete' && isIdle(view, node.argument);
  return (
    node.type === 'ObjectExpression' &&
    node.properties.every(
      (item) => item.type === 'Property' && !item.computed && isIdle(view, item.value as AnyNode),
    )
  );
}

function siteOf(view: View, node: AnyNode): Site | undefined {
  if (node.type === 'VariableDeclaration') {
    const [{ id, init }] = node.declarations;
    if (init?.type !== 'CallExpression' || id.type !== 'Identifier') return undefined;
    return { call: init, withResult: (value) => variable(id.name, value, id) };
  }
  if (node.type !== 'ExpressionStatement') return undefined;
  const { expression } = node;
  if (expression.type === 'CallExpression') {
    return { call: expression, withResult: (value) => (isIdle(view, value) ? undefined : statement(value)) };
  }
  if (expression.type !== 'AssignmentExpression' || expression.operator !== '=') return undefined;
  const { left, right } = expression;
  // What comes before the call must be the same behind it.
  const holder = left.type === 'MemberExpression' && !left.computed ? (left.object as AnyNode) : undefined;
  const holds = holder?.type === 'Identifier' ? view.nameOf(holder) : undefined;
  const still = holds
    ? holds.writes.length <= 1
    : !view.assigned.has((holder as { name?: string })?.name ?? '');
  const plain = left.type === 'MemberExpression' ? holder?.type === 'Identifier' && still : true;
  if (right.type !== 'CallExpression' || !plain) return undefined;
  return {
    call: right,
    withResult: (value) => statement({ ...expression, right: value } as AnyNode),
  };
}

/** One declaration a statement, so that statements can be put between them. */
export function splitDeclarations(program: Program): void {
  program.body = program.body.flatMap((node) =>
    node.type === 'VariableDeclaration' && node.declarations.length > 1
      ? node.declarations.map((item) => ({ ...node, declarations: [item] }))
      : [node],
  ) as Program['body'];
}

/** The factory that a call calls. */
function factoryOf(view: View, call: AnyNode): Name | undefined {
  if (call.type !== 'CallExpression' || call.callee.type !== 'Identifier') return undefined;
  const name = FACTORY.test(call.callee.name) ? view.nameOf(call.callee) : undefined;
  return name && view.isTop(name) && name.binding.values[0]?.type === 'FunctionDeclaration'
    ? name
    : undefined;
}

/** Puts the body of one factory in the place of its call. */
function inlineAt(view: View, node: AnyNode, made: Map<string, string>): boolean {
  const { program } = view;
  const site = siteOf(view, node);
  const factory = site && factoryOf(view, site.call);
  if (!site || !factory || isKept(site.call)) return false;
  const { name } = factory.binding;
  const made1 = factory.binding.values[0] as Declaration;
  const refuse = (at: AnyNode, text: string): never => {
    throw new Refusal(at, `${name} ${text}`);
  };
  if (factory.writes.length > 0 || factory.binding.values.length > 1) refuse(site.call, 'is assigned to');
  const other = factory.references.find((item) => item.node !== site.call.callee);
  if (other) refuse(other.node, 'is used more than once');

  const body = [...made1.body.body] as AnyNode[];
  if (body[0] && 'directive' in body[0]) refuse(body[0], 'begins with a directive');
  const last = body[body.length - 1] as AnyNode | undefined;
  const end = last?.type === 'ReturnStatement' ? last : undefined;
  if (end) body.pop();
  const bad = (at: AnyNode) =>
    at.type === 'ReturnStatement'
      ? 'returns before its end'
      : at.type === 'ThisExpression'
        ? 'uses this'
        : '';
  const rest = { ...made1.body, body } as AnyNode;
  const whole = end?.argument
    ? ({ ...made1.body, body: [...body, statement(end.argument)] } as AnyNode)
    : rest;
  some(whole, (at) => !!bad(at) && refuse(at, bad(at)), true);
  const { params } = made1;
  for (const [binding, known] of view.names) {
    if (binding.name === 'arguments' && binding.owner.node === made1 && known.references.length > 0)
      refuse(known.references[0].node, 'uses arguments');
  }

  const given = site.call.arguments as AnyNode[];
  if (given.length > params.length) refuse(given[params.length], 'is given more than it takes');
  const before = params.map((param, at) => {
    if (param.type !== 'Identifier') return refuse(param, 'has a parameter that is no plain name');
    made.set(param.name, `the ${param.name} of ${name}`);
    const value = given[at] ?? undefinedValue(site.call);
    // One that stays what it is may as well be declared, and be known by its name.
    if (value.type === 'FunctionExpression' && !value.id && view.nameOf(param)!.writes.length === 0)
      return { ...value, type: 'FunctionDeclaration', id: param, expression: false } as AnyNode;
    return variable(param.name, value, param);
  });
  const result = site.withResult(end?.argument ?? undefinedValue(site.call));
  if (result?.type === 'VariableDeclaration') {
    made.set((result.declarations[0].id as Id).name, `the object that ${name} returns`);
  }
  program.body.splice(
    program.body.indexOf(node as never),
    1,
    ...([...before, ...body, ...(result ? [result] : [])] as Program['body']),
  );
  program.body.splice(program.body.indexOf(made1 as never), 1);
  return true;
}

/**
 * Puts the bodies of all factories that are called by now in the places of their calls.
 * @param view of a program whose statements declare one name each
 */
export function inlineFactories(
  view: View,
  made: Map<string, string>,
  isLeft: (node: AnyNode) => boolean,
): boolean {
  const { program } = view;
  let some = false;
  for (const node of [...program.body] as AnyNode[])
    if (!isLeft(node) && program.body.includes(node as never) && inlineAt(view, node, made)) some = true;
  return some;
}

/** Whether a function speaks of itself or of what it was given. */
function isBound(view: View, made: FunctionNode): boolean {
  return [...view.names.values()].some(
    ({ binding, references }) =>
      references.length > 0 &&
      binding.owner.node === made &&
      (binding.name === 'arguments' || binding.values.includes(made)),
  );
}

/** The function whose body a statement of the top level runs, if nothing else does. */
export function onceFinder({ calls, escaped, anytime }: Values): CalledOnce {
  const callers = new Map<FunctionNode, number>();
  for (const { functions } of calls.values())
    for (const fn of functions) callers.set(fn, (callers.get(fn) ?? 0) + 1);
  return (node) => {
    const call = callOf(node);
    const reached = call && calls.get(call);
    const [body] = reached?.functions ?? [];
    if (!call || !body || reached!.unknown || reached!.functions.size > 1) return undefined;
    if (callers.get(body) !== 1 || escaped.has(body) || anytime.has(body)) return undefined;
    return body.body.type === 'BlockStatement' ? { call, body } : undefined;
  };
}

/** The call that is all that a statement does. */
function callOf(node: AnyNode): AnyNode | undefined {
  const value =
    node.type === 'VariableDeclaration' && node.declarations.length === 1
      ? node.declarations[0].init
      : node.type === 'ExpressionStatement'
        ? node.expression.type === 'AssignmentExpression'
          ? node.expression.right
          : node.expression
        : node.type === 'ReturnStatement'
          ? node.argument
          : undefined;
  return value?.type === 'CallExpression' ? value : undefined;
}

/**
 * Puts the body of a function that is called where it stands, as the compiler makes of a class, in the place of its call.
 * @param view of a program whose statements declare one name each
 */
export function unwrapOne(view: View, isLeft: (node: AnyNode) => boolean): boolean {
  const { program } = view;
  for (const [index, node] of program.body.entries()) {
    if (isLeft(node as AnyNode)) continue;
    const site = siteOf(view, node as AnyNode);
    const made = site?.call.callee;
    if (
      !site ||
      made?.type !== 'FunctionExpression' ||
      made.params.length > 0 ||
      site.call.arguments.length > 0 ||
      isKept(site.call) ||
      isBound(view, made)
    )
      continue;
    const body = [...made.body.body] as AnyNode[];
    const end = body.pop();
    const rest = { ...made.body, body } as AnyNode;
    const bound = (at: AnyNode) => /^(ReturnStatement|ThisExpression)$/.test(at.type) || 'directive' in at;
    if (end?.type !== 'ReturnStatement' || !end.argument || some(rest, bound, true)) continue;
    const result = site.withResult(end.argument);
    program.body.splice(index, 1, ...([...body, ...(result ? [result] : [])] as Program['body']));
    return true;
  }
  return false;
}

/** Calls of factories that are neither taken apart nor marked. */
export function refuseLeftOver(view: View, isLeft: (node: AnyNode) => boolean): void {
  const visit = (node: AnyNode): boolean => {
    const factory = factoryOf(view, node);
    if (factory && !isKept(node))
      throw new Refusal(
        node,
        `${factory.binding.name} is not called by a statement of its own at the top level: call it there, or mark the call /*@__NOINLINE__*/`,
      );
    return false;
  };
  for (const node of view.program.body as AnyNode[])
    if (!isLeft(node) && !visit(node)) some(node, visit, false);
}
