/**
 * Puts the bodies of small functions, and of those with one caller, in the place of their calls. On a board that saves four
 * variables a function and one a parameter, and 400 bytes of stack a call, of which an ESP8266 has 4,000; a body in its
 * place never nests deeper than the call did. It must change neither what is evaluated nor, where anybody could tell, in
 * which order, and leaves every call that is marked `NOINLINE`.
 */
import type { AnyNode, Program } from 'acorn';
import { children } from '../check/scopes';
import { findFacts } from './facts';
import { findDefinite } from './facts/definite';
import { type EffectContext, accessorsOf, stepsOf } from './facts/effects';
import { RUN_UNCALLED } from './facts/known';
import { canStandIn } from './stand-in';
import {
  type Declaration,
  type Id,
  type Name,
  type View,
  copy,
  isKept,
  literal,
  look,
  replace,
  some,
  stepsApart,
  statement,
  undefinedValue,
  variable,
} from './script';

/** Nodes of an argument up to which it may be evaluated more than once. */
const SHORT = 5;

/** How far it goes. */
export interface Inlining {
  /** Nodes up to which a function is small. */
  readonly small: number;
  /** Calls up to which a small function that is no expression is moved to each, in copies. */
  readonly few: number;
  /** A function that is one expression is written out also where not all its calls allow that, so that calls nest less. */
  readonly partly: boolean;
  /** A function that is handed to another one stands there by its own name, so that it can move there in turn. */
  readonly handed?: boolean;
  /** Flags become bits of one name, which saves a variable each and takes more text. */
  readonly packed?: boolean;
  /** Functions of the interpreter that get a short name where they are called often; all, unless this says which. */
  readonly named?: RegExp;
}

type Call = Extract<AnyNode, { type: 'CallExpression' }>;
type Statements = AnyNode[];

function isFunction(node: AnyNode): boolean {
  return /^(Function|ArrowFunction|Class)/.test(node.type);
}

function size(node: AnyNode): number {
  return children(node).reduce((sum, child) => sum + size(child), 1);
}

const at = ({ start, end, loc }: AnyNode) => ({ start, end, loc });

/** The calls of a function of the top level, if calls are all that it is named for. */
function callsOf(view: View, made: Declaration, name: Name): Call[] | undefined {
  if (!view.isTop(name) || name.writes.length > 0 || name.binding.values.length > 1) return undefined;
  const calls: Call[] = [];
  for (const { node } of name.references) {
    const call = view.parent(node);
    if (call.type !== 'CallExpression' || call.callee !== node || isKept(call)) return undefined;
    if (call.arguments.length > made.params.length) return undefined;
    for (let outer: AnyNode = call; outer.type !== 'Program'; outer = view.parent(outer))
      if (outer === made) return undefined;
    calls.push(call);
  }
  return calls.length > 0 ? calls : undefined;
}

/** Uses of what belongs to a function alone, by which it cannot be anywhere else. */
function isBound(made: Declaration): boolean {
  const own = (node: AnyNode) =>
    node.type === 'ThisExpression' ||
    (node.type === 'Identifier' && node.name === 'arguments') ||
    'directive' in node;
  return made.params.some((param) => param.type !== 'Identifier') || some(made.body, own, true);
}

function remove({ program }: View, made: Declaration): void {
  program.body.splice(program.body.indexOf(made as never), 1);
}

/** Puts other nodes in the place of names, but not of properties that are called so. */
function substitute(node: AnyNode, by: (id: Id) => AnyNode): AnyNode {
  if (node.type === 'Identifier') return by(node);
  const fields = node as unknown as Record<string, unknown>;
  for (const [key, value] of Object.entries(fields)) {
    const plain =
      (node.type === 'MemberExpression' && key === 'property') || (node.type === 'Property' && key === 'key');
    if (plain && !node.computed) continue;
    const isNode = (item: unknown): item is AnyNode => typeof (item as AnyNode | null)?.type === 'string';
    if (Array.isArray(value))
      fields[key] = value.map((item: unknown) => (isNode(item) ? substitute(item, by) : item));
    else if (isNode(value)) fields[key] = substitute(value, by);
  }
  return node;
}

/** Whether an expression in the place of a call would be understood as more than its value. */
function isMore(view: View, call: Call, body: AnyNode): boolean {
  const user = view.parent(call);
  // What is called as a member gets its object, and what is deleted or asked for its type need not be there.
  if (user.type === 'CallExpression' && user.callee === call)
    return !/^(Function|Call)Expression$/.test(body.type);
  return user.type === 'UnaryExpression' && /^(delete|typeof)$/.test(user.operator);
}

/** A function that is one expression: written out at every call whose arguments allow it. */
function writeOut(at: EffectContext, made: Declaration, calls: Call[], { small, partly }: Inlining): boolean {
  const { view } = at;
  const [only] = made.body.body as Statements;
  if (made.body.body.length !== 1 || only.type !== 'ReturnStatement' || !only.argument) return false;
  const body = only.argument;
  if ((calls.length > 1 && size(body) > small) || isFunction(body) || some(body, isFunction, false))
    return false;
  const params = made.params.map((param) => view.nameOf(param)!);
  if (params.some(({ writes }) => writes.length > 0)) return false;
  const own = new Set(params);
  const written = calls.filter((call) => {
    const given = params.map((_, n) => (call.arguments[n] ?? undefinedValue(call)) as AnyNode);
    if (isMore(view, call, body)) return false;
    if (given.some((one, n) => params[n].references.length > 1 && size(one) > SHORT)) return false;
    const types = at.types.where(new Map(params.map(({ binding }, n) => [binding.name, given[n]])));
    return canStandIn(at, stepsOf(body, { ...at, types }, own), params, given);
  });
  if (!partly && written.length < calls.length) return false;
  // Those within others first, since what is given is copied.
  for (const call of written.reverse()) {
    const given = new Map(
      params.map(({ binding }, n) => [binding.name, (call.arguments[n] ?? undefinedValue(call)) as AnyNode]),
    );
    const out = substitute(copy(body), (id) => (given.has(id.name) ? copy(given.get(id.name)!) : id));
    replace(view, call, out);
  }
  if (written.length === calls.length) remove(view, made);
  return written.length > 0;
}

const isReturn = (node: AnyNode): boolean => node.type === 'ReturnStatement';
const hasReturn = (nodes: Statements): boolean =>
  nodes.some((node) => isReturn(node) || some(node, isReturn, true));

/** A body without `return;` in its middle: what follows the `if` that it ends goes to that one's `else`. */
function withoutReturns(body: Statements): Statements | undefined {
  const first = body.findIndex((node) => hasReturn([node]));
  if (first < 0) return body;
  const node = body[first];
  if (node.type !== 'IfStatement' || node.alternate) return undefined;
  const then = (
    node.consequent.type === 'BlockStatement' ? [...node.consequent.body] : [node.consequent]
  ) as Statements;
  const last = then.pop();
  if (last?.type !== 'ReturnStatement' || last.argument || hasReturn(then)) return undefined;
  const rest = withoutReturns(body.slice(first + 1));
  if (!rest) return undefined;
  const block = (nodes: Statements) => ({ type: 'BlockStatement', body: nodes, ...at(node) });
  const not = { type: 'UnaryExpression', operator: '!', prefix: true, argument: node.test, ...at(node) };
  const made = then.length
    ? { ...node, consequent: block(then), alternate: rest.length ? block(rest) : null }
    : { ...node, test: not, consequent: block(rest) };
  return [...body.slice(0, first), made as unknown as AnyNode];
}

const asStatements = (node: AnyNode | null | undefined): Statements =>
  !node ? [] : node.type === 'BlockStatement' ? [...(node.body as Statements)] : [node];

/** Whether nothing that follows is run. */
function ends(nodes: Statements): boolean {
  const last = nodes[nodes.length - 1] as AnyNode | undefined;
  if (last?.type === 'IfStatement')
    return ends(asStatements(last.consequent)) && ends(asStatements(last.alternate));
  return !!last && /^(Return|Throw)Statement$/.test(last.type);
}

/**
 * A body with each `return value;` made into what `give` makes of the value, where all of them end the body: what follows
 * an `if` that returns goes to its other branch.
 */
function givingBody(nodes: Statements, give: (value: AnyNode) => AnyNode): Statements | undefined {
  const first = nodes.findIndex((node) => hasReturn([node]));
  // The end of a body without a value is another one.
  if (first < 0) return ends(nodes) ? nodes : undefined;
  const node = nodes[first];
  const before = nodes.slice(0, first);
  if (node.type === 'ReturnStatement') return node.argument ? [...before, give(node.argument)] : undefined;
  if (node.type !== 'IfStatement') return undefined;
  const rest = nodes.slice(first + 1);
  const then = asStatements(node.consequent);
  const otherwise = asStatements(node.alternate);
  // What follows would have to stand in both branches.
  if (!ends(then) && (!ends(otherwise) || rest.length > 0)) return undefined;
  const branches = [
    ends(then) ? then : [...then, ...rest],
    ends(otherwise) ? otherwise : [...otherwise, ...rest],
  ];
  const [consequent, alternate] = branches.map((branch) => {
    const body = givingBody(branch, give);
    return body && { type: 'BlockStatement', body, ...at(node) };
  });
  if (!consequent || !alternate) return undefined;
  return [...before, { ...node, consequent, alternate } as unknown as AnyNode];
}

/** How a statement takes the result of a call that is all it consists of. */
function takerOf(user: AnyNode, call: Call): ((value: AnyNode) => AnyNode) | undefined {
  if (user.type === 'VariableDeclaration') {
    const [{ id, init }] = user.declarations;
    if (user.declarations.length > 1 || init !== call || id.type !== 'Identifier') return undefined;
    const left = { ...id };
    return (right) =>
      statement({
        type: 'AssignmentExpression',
        operator: '=',
        left,
        right,
        ...at(user),
      } as unknown as AnyNode);
  }
  if (user.type !== 'ExpressionStatement') return undefined;
  const { expression } = user;
  if (expression.type !== 'AssignmentExpression' || expression.right !== call) return undefined;
  if (expression.operator !== '=' || expression.left.type !== 'Identifier') return undefined;
  const assign = (value: AnyNode) =>
    ({
      ...user,
      expression: { ...expression, left: copy(expression.left), right: value },
    }) as unknown as AnyNode;
  return assign;
}

/** The statement that a call is, or that takes its result. */
function userOf(view: View, call: Call): AnyNode {
  const user = view.parent(call);
  const above = view.parent(user);
  return takerOf(above, call) ? above : user;
}

/** The declaration that a statement makes, without a value. */
function declarationOf(user: AnyNode & { type: 'VariableDeclaration' }): AnyNode {
  return variable((user.declarations[0].id as Id).name, null, user);
}

/** What a body becomes in the place of the statement that calls it. */
function bodyFor(made: Declaration, user: AnyNode, call: Call): Statements | undefined {
  const body = [...made.body.body] as Statements;
  const taker = takerOf(user, call);
  if (taker) {
    const giving = givingBody(body, taker);
    const declared = user.type === 'VariableDeclaration' ? [declarationOf(user)] : [];
    return giving && [...declared, ...giving];
  }
  if (user.type !== 'ReturnStatement') return withoutReturns(body);
  const last = body[body.length - 1] as AnyNode | undefined;
  return last && /^(Return|Throw)Statement$/.test(last.type) ? body : undefined;
}

function isInLoop(view: View, node: AnyNode): boolean {
  for (let outer = node; outer.type !== 'Program' && !isFunction(outer); outer = view.parent(outer))
    if (/^(For|While|DoWhile)/.test(outer.type)) return true;
  return false;
}

/** It is called by a statement of its own, or for what a statement returns or assigns, and could stand there. */
function isMovable(view: View, made: Declaration, call: Call): boolean {
  const user = userOf(view, call);
  if (!/^(ReturnStatement|ExpressionStatement|VariableDeclaration)$/.test(user.type)) return false;
  const above = view.parent(user);
  // Not the beginning of a loop, nor the top level, whose names are global.
  if (above.type === 'Program' || (above.type === 'ForStatement' && above.init === user)) return false;
  if (/^For(In|Of)Statement$/.test(above.type) && (above as { left?: AnyNode }).left === user) return false;
  if (above.type === 'SwitchCase' || above.type === 'LabeledStatement') return false;
  // A function in it would keep what a loop around it changes.
  return !some(made.body, isFunction, false) && !!bodyFor(made, user, call);
}

/** Names of a function that a body in a loop would still have from the turn before. */
function keptOn(view: View, made: Declaration): string[] {
  const definite = findDefinite(made.body, view.scopes);
  const names = [...view.names.values()].filter(
    ({ binding, ids }) =>
      binding.owner.node === made && ids.some((id) => !(made.params as AnyNode[]).includes(id)),
  );
  return names.filter(({ binding }) => !definite.has(binding)).map(({ binding }) => binding.name);
}

/** A function of the top level, by the name that it always has. */
function isStanding(view: View, node: AnyNode): boolean {
  const name = node.type === 'Identifier' ? view.nameOf(node) : undefined;
  if (!name || !view.isTop(name) || name.writes.length > 0 || name.ids.length !== 1) return false;
  return view.parent(name.ids[0]).type === 'FunctionDeclaration';
}

/** Whether it is asked of a function if there is one: there is. */
function isAskedFor(view: View, node: AnyNode): boolean {
  const user = view.parent(node);
  return user.type === 'IfStatement' && user.test === node && isStanding(view, node);
}

/** `if (f) …` of a function that always is there. */
function answerTests(view: View): boolean {
  const asked = [...view.names.values()].flatMap(({ references }) =>
    references.filter(({ node }) => isAskedFor(view, node)).map(({ node }) => node),
  );
  for (const node of asked) replace(view, node, literal(true, node));
  return asked.length > 0;
}

/** A function with one caller goes there. */
function moveIn(view: View, made: Declaration, call: Call, handed = false): void {
  const user = userOf(view, call);
  const valueOf = (n: number) => (call.arguments[n] ?? undefinedValue(call)) as AnyNode;
  const standing = new Map<string, AnyNode>();
  (made.params as Id[]).forEach((param, n) => {
    if (handed && view.nameOf(param)!.writes.length === 0 && isStanding(view, valueOf(n)))
      standing.set(param.name, valueOf(n));
  });
  if (standing.size > 0)
    made.body = substitute(made.body, (id) => copy(standing.get(id.name) ?? id) as Id) as never;
  const before = (made.params as Id[]).flatMap((param, n) =>
    standing.has(param.name) ? [] : [variable(param.name, valueOf(n), param)],
  );
  const taken = new Set((made.params as Id[]).map(({ name }) => name));
  // A declaration without a value begins anew with each turn of a loop.
  const anew = isInLoop(view, user) ? keptOn(view, made).filter((name) => !taken.has(name)) : [];
  let body = bodyFor(made, user, call)!;
  const bare = (node: AnyNode): boolean =>
    node.type === 'VariableDeclaration' &&
    node.declarations.every(({ id, init }) => !init && anew.includes((id as Id).name));
  body = body.filter((node) => !bare(node));
  const all = [...before, ...anew.map((name) => variable(name, undefinedValue(call), call)), ...body];
  if (view.parent(user).type === 'BlockStatement') replace(view, user, ...all);
  else replace(view, user, { type: 'BlockStatement', body: all, ...at(user) } as unknown as AnyNode);
  remove(view, made);
}

/** Another function of the same for one of the calls, with names of its own. */
function copyFor({ view, types }: EffectContext, made: Declaration, call: Call): void {
  const { body } = view.program;
  const another = copy(made as AnyNode) as Declaration;
  another.id = { ...made.id!, name: view.fresh(made.id!.name) };
  body.splice(body.indexOf(made as never) + 1, 0, another as never);
  const own = new Map<string, string>();
  for (const { binding, ids } of view.names.values())
    if (binding.owner.node === made && ids.length > 0) own.set(binding.name, view.fresh(binding.name));
  for (const [name, fresh] of own) types.add(fresh, name);
  const by = (id: Id): Id => ({ ...id, name: own.get(id.name) ?? id.name });
  another.params = another.params.map((param) => substitute(param as AnyNode, by)) as never;
  another.body = substitute(another.body, by) as never;
  (call.callee as Id).name = another.id.name;
}

/** Steps that do not touch each other; false when there is none left. */
function inlineSome(at: EffectContext, inlining: Inlining, isLeft: (node: AnyNode) => boolean): boolean {
  const { small, few } = inlining;
  const { view } = at;
  return stepsApart(view, (name) => {
    const made = name.binding.values[0] as AnyNode | undefined;
    if (made?.type !== 'FunctionDeclaration' || isBound(made)) return false;
    const calls = callsOf(view, made, name);
    if (!calls || isLeft(made) || calls.some((call) => isLeft(view.top(call)))) return false;
    if (writeOut(at, made, calls, inlining)) return true;
    const worth = calls.length === 1 || (calls.length <= few && size(made.body) <= small);
    if (!worth || !calls.every((call) => isMovable(view, made, call))) return false;
    for (const call of calls.slice(1)) copyFor(at, made, call);
    moveIn(view, made, calls[0], inlining.handed);
    return true;
  });
}

/** @param program whose names have one meaning each */
export function inlineCalls(
  program: Program,
  inlining: Inlining,
  isLeft: (node: AnyNode) => boolean = () => false,
): void {
  const { types, isEarly } = findFacts(program);
  let more = true;
  while (more) {
    let view = look(program);
    if (inlining.handed && answerTests(view)) view = look(program);
    const accessors = accessorsOf(view);
    const { members } = view.scopes;
    const converts = [...RUN_UNCALLED].some((name) => members.has(name));
    more = inlineSome({ view, types, isEarly, accessors, converts }, inlining, isLeft);
  }
}
