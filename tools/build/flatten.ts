/**
 * Takes apart, in a bundle, what the sources keep together: a factory `createX(options)` that is called once, as a
 * statement of the top level, becomes top-level names and functions, its options what was passed, and the object
 * that it returns its methods. On a board every function in a function costs variables for its scope, and every
 * object for itself and each of its keys. What cannot be taken apart with the same meaning ends the build, unless
 * the call is marked `NOINLINE`, which keeps it as it is.
 *
 * It relies on what the sources keep to: a name with one assignment is not read before that has run.
 */
import type { AnyNode, Program } from 'acorn';
import { staticName } from '../check-bundle/scopes';
import { numberFlags } from './flags';
import { type Inlining, inlineCalls } from './inline';
import {
  type Declaration,
  type Id,
  type Name,
  Refusal,
  type View,
  copy,
  isKept,
  literal,
  look,
  makeNamesUnique,
  print,
  read,
  replace,
  some,
  statement,
  stepsApart,
  undefinedValue,
  variable,
} from './script';

/** By its own name, or by that of a property which became a name. */
const FACTORY = /(^|_)create[A-Z]/;

/** References up to which a built-in's member is written out instead of kept in a variable. */
const WRITTEN_OUT = 3;

/** Bytes that a variable for a built-in, two of the board's, has to save. */
const WORTH = 30;

type Object = Extract<AnyNode, { type: 'ObjectExpression' }>;
type Member = Extract<AnyNode, { type: 'MemberExpression' }>;

/** The call that a statement of the top level consists of, and what becomes of its result. */
interface Site {
  readonly call: Extract<AnyNode, { type: 'CallExpression' }>;
  /** The statement anew, with the result in place of the call; none where nobody takes it. */
  readonly withResult: (value: AnyNode) => AnyNode | undefined;
}

function siteOf(node: AnyNode): Site | undefined {
  if (node.type === 'VariableDeclaration') {
    const [{ id, init }] = node.declarations;
    if (init?.type !== 'CallExpression' || id.type !== 'Identifier') return undefined;
    return { call: init, withResult: (value) => variable(id.name, value, id) };
  }
  if (node.type !== 'ExpressionStatement') return undefined;
  const { expression } = node;
  if (expression.type === 'CallExpression') {
    const pure = (value: AnyNode) =>
      /^(Identifier|Literal|ObjectExpression|UnaryExpression)$/.test(value.type);
    return { call: expression, withResult: (value) => (pure(value) ? undefined : statement(value)) };
  }
  if (expression.type !== 'AssignmentExpression' || expression.operator !== '=') return undefined;
  const { left, right } = expression;
  const plain = left.type === 'MemberExpression' ? left.object.type === 'Identifier' && !left.computed : true;
  if (right.type !== 'CallExpression' || !plain) return undefined;
  return {
    call: right,
    withResult: (value) => statement({ ...expression, right: value } as AnyNode),
  };
}

/** One declaration a statement, so that statements can be put between them. */
function splitDeclarations(program: Program): void {
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
function inlineOne(program: Program, made: Map<string, string>): boolean {
  splitDeclarations(program);
  const view = look(program);
  for (const [index, node] of program.body.entries()) {
    const site = siteOf(node as AnyNode);
    const factory = site && factoryOf(view, site.call);
    if (!site || !factory || isKept(site.call)) continue;
    const { name } = factory.binding;
    const made1 = factory.binding.values[0] as Declaration;
    const refuse = (at: AnyNode, text: string): never => {
      throw new Refusal(at, `${name} ${text}`);
    };
    if (factory.writes.length > 0 || factory.binding.values.length > 1) refuse(site.call, 'is assigned to');
    const other = factory.references.find((item) => item.node !== site.call.callee);
    if (other) refuse(other.node, 'is used more than once');

    const body = [...made1.body.body] as AnyNode[];
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
    some(rest, (at) => !!bad(at) && refuse(at, bad(at)), true);
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
    program.body.splice(index, 1, ...([...before, ...body, ...(result ? [result] : [])] as Program['body']));
    program.body.splice(program.body.indexOf(made1 as never), 1);
    return true;
  }
  return false;
}

/** Puts the body of a function that is called where it stands, as the compiler makes of a class, in the place of its call. */
function unwrapOne(program: Program): boolean {
  splitDeclarations(program);
  for (const [index, node] of program.body.entries()) {
    const site = siteOf(node as AnyNode);
    const made = site?.call.callee;
    if (
      !site ||
      made?.type !== 'FunctionExpression' ||
      made.params.length > 0 ||
      site.call.arguments.length > 0
    )
      continue;
    const body = [...made.body.body] as AnyNode[];
    const end = body.pop();
    const rest = { ...made.body, body } as AnyNode;
    const bound = (at: AnyNode) => /^(ReturnStatement|ThisExpression)$/.test(at.type);
    if (end?.type !== 'ReturnStatement' || !end.argument || some(rest, bound, true)) continue;
    const result = site.withResult(end.argument);
    program.body.splice(index, 1, ...([...body, ...(result ? [result] : [])] as Program['body']));
    return true;
  }
  return false;
}

/** Calls of factories that are neither taken apart nor marked. */
function refuseLeftOver(program: Program): void {
  const view = look(program);
  const visit = (node: AnyNode): boolean => {
    const factory = factoryOf(view, node);
    if (factory && !isKept(node))
      throw new Refusal(
        node,
        `${factory.binding.name} is not called by a statement of its own at the top level: call it there, or mark the call /*@__NOINLINE__*/`,
      );
    return false;
  };
  some(program, visit, false);
}

/** `var x; … x = value;` with no other assignment becomes `… var x = value;`. */
function joinAssignment(view: View, name: Name): boolean {
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

/** The value that a name of the top level has from its declaration on, and which statement that is. */
function constant(view: View, name: Name): { value: AnyNode; at: number } | undefined {
  const [write] = name.writes;
  if (!view.isTop(name) || name.writes.length !== 1 || write.type !== 'VariableDeclarator' || !write.init)
    return undefined;
  if (name.binding.values.some((value) => value.type === 'FunctionDeclaration')) return undefined;
  const at = view.program.body.indexOf(view.parent(write) as never);
  return at < 0 ? undefined : { value: write.init, at };
}

function usesThis(view: View, value: AnyNode): boolean {
  let made = value;
  if (value.type === 'Identifier') {
    made = view.nameOf(value)?.binding.values.find((item) => item.type === 'FunctionDeclaration') ?? value;
  }
  return /^Function/.test(made.type) && some(made, (node) => node.type === 'ThisExpression', true);
}

/** Why an object cannot become one name a property; undefined: it can. */
function whole(view: View, name: Name, object: Object): { node: AnyNode; why: string } | undefined {
  const keys = new Set<string>();
  for (const item of object.properties) {
    const key = item.type === 'Property' ? staticName(item.key, item.computed) : undefined;
    if (item.type !== 'Property' || item.kind !== 'init' || key === undefined || key === '__proto__')
      return { node: item, why: 'has more than plain properties' };
    if (keys.has(key)) return { node: item, why: `has ${key} twice` };
    keys.add(key);
  }
  const methods = new Map<string, AnyNode[]>();
  for (const item of object.properties) {
    if (item.type === 'Property') methods.set(staticName(item.key, item.computed)!, [item.value]);
  }
  const members: Member[] = [];
  for (const { node } of name.references) {
    const member = view.parent(node);
    if (member.type !== 'MemberExpression' || member.object !== node || member.computed)
      return { node, why: 'is used as a whole' };
    if (
      view.parent(member).type === 'UnaryExpression' &&
      (view.parent(member) as { operator: string }).operator === 'delete'
    )
      return { node, why: 'has a property deleted' };
    members.push(member);
    const user = view.parent(member);
    const key = staticName(member.property, false)!;
    if (user.type === 'AssignmentExpression' && user.left === member)
      methods.set(key, [...(methods.get(key) ?? []), user.right]);
  }
  for (const member of members) {
    const key = staticName(member.property, false)!;
    if (!methods.has(key) && key in {})
      return { node: member, why: `is asked for ${key}, which every object has` };
    const user = view.parent(member);
    if (
      user.type === 'CallExpression' &&
      user.callee === member &&
      methods.get(key)?.some((value) => usesThis(view, value))
    )
      return { node: member, why: `is what this means in its method ${key}` };
  }
  return undefined;
}

/** One name a property in place of an object. */
function dissolve(view: View, name: Name, object: Object, at: number): void {
  const { program } = view;
  const spelling = new Map<string, string>();
  const written = new Set<string>();
  const given = new Set<string>();
  for (const { node } of name.references) {
    const member = view.parent(node) as Member;
    const user = view.parent(member);
    const key = staticName(member.property, false)!;
    if (
      (user.type === 'AssignmentExpression' && user.left === member) ||
      user.type === 'UpdateExpression' ||
      (/^For(In|Of)/.test(user.type) && (user as { left: AnyNode }).left === member)
    )
      written.add(key);
  }
  const nameFor = (key: string): string => {
    const known = spelling.get(key) ?? view.fresh(`${name.binding.name}_${key}`);
    spelling.set(key, known);
    return known;
  };
  const made: AnyNode[] = [];
  for (const item of object.properties) {
    if (item.type !== 'Property') continue;
    const key = staticName(item.key, item.computed)!;
    const value = item.value as AnyNode;
    given.add(key);
    if (value.type === 'FunctionExpression' && !value.id && !written.has(key)) {
      const id = { ...item.key, type: 'Identifier', name: nameFor(key) };
      made.push({ ...value, type: 'FunctionDeclaration', id, expression: false } as AnyNode);
    } else made.push(variable(nameFor(key), value, item.key));
  }
  for (const { node } of name.references) {
    const member = view.parent(node) as Member;
    const key = staticName(member.property, false)!;
    if (!given.has(key) && !written.has(key)) replace(view, member, undefinedValue(member));
    else replace(view, member, { ...member.property, name: nameFor(key) } as AnyNode);
  }
  for (const key of written) if (!given.has(key)) made.push(variable(nameFor(key), null, object));
  program.body.splice(at, 1, ...(made as Program['body']));
}

/** What an expression of numbers and booleans comes to. */
function fold(node: AnyNode): number | boolean | undefined {
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
  return node.operator === '/' ? left / right : undefined;
}

/** Names that only stand for another one. */
function resolveAlias(view: View, name: Name, value: AnyNode, at: number): boolean {
  const { program } = view;
  const free = (id: AnyNode) => id.type === 'Identifier' && !view.nameOf(id) && !view.assigned.has(id.name);
  let good = false;
  if (value.type === 'Identifier') {
    const other = view.nameOf(value);
    if (!other) good = free(value) && value.name !== 'undefined';
    else if (other.binding.values.some((item) => item.type === 'FunctionDeclaration'))
      good = other.writes.length === 0 && view.isTop(other);
    else {
      const known = constant(view, other);
      good = !!known && known.at < at;
    }
  } else if (fold(value) !== undefined) {
    good = true;
    value = literal(fold(value)!, value);
  } else if (value.type === 'MemberExpression' && !value.computed && free(value.object))
    good = name.references.length <= WRITTEN_OUT;
  if (!good) return false;
  for (const { node } of name.references) replace(view, node, copy(value));
  program.body.splice(at, 1);
  return true;
}

/** Steps that do not touch each other; false when there is none left. */
function simplify(program: Program): boolean {
  splitDeclarations(program);
  const view = look(program);
  return stepsApart(view, (name) => {
    if (!view.isTop(name)) return false;
    if (joinAssignment(view, name)) return true;
    const known = constant(view, name);
    if (!known) return false;
    if (known.value.type !== 'ObjectExpression' || whole(view, name, known.value))
      return resolveAlias(view, name, known.value, known.at);
    dissolve(view, name, known.value, known.at);
    return true;
  });
}

/** Where a built-in's name is written so often that it costs more than a variable for it, it gets one. */
function nameBuiltIns(program: Program): void {
  const view = look(program);
  const uses = new Map<string, AnyNode[]>();
  for (const { node, binding, probed } of view.scopes.references.values()) {
    const { name } = node as Id;
    if (binding || probed || view.assigned.has(name) || !/^[a-z]/.test(name) || name === 'undefined')
      continue;
    uses.set(name, [...(uses.get(name) ?? []), node]);
  }
  const made: AnyNode[] = [];
  for (const [name, nodes] of uses) {
    const saved = nodes.length * (name.length - 1) - `var a=${name};`.length;
    if (saved < WORTH || view.parent(nodes[0]).type === 'MemberExpression') continue;
    const short = view.fresh(`the_${name}`);
    made.push(variable(short, copy(nodes[0]), nodes[0]));
    for (const node of nodes) (node as Id).name = short;
  }
  program.body.unshift(...(made as Program['body']));
}

/**
 * @param inlining how far calls are replaced by what they call, too; not at all by default
 * @throws Refusal with what cannot be taken apart; SyntaxError
 */
export function flatten(code: string, inlining?: Inlining): { code: string; map: string } {
  const program = read(code);
  const made = new Map<string, string>();
  makeNamesUnique(program);
  // What one of them does may let the other do more.
  while (simplify(program) || inlineOne(program, made) || unwrapOne(program));
  refuseLeftOver(program);

  const view = look(program);
  for (const name of view.names.values()) {
    const what = made.get(name.binding.name);
    const known = what ? constant(view, name) : undefined;
    const reason = known?.value.type === 'ObjectExpression' ? whole(view, name, known.value) : undefined;
    if (reason) throw new Refusal(reason.node, `${what!} ${reason.why}`);
  }
  if (inlining) {
    while (inlineCalls(program, inlining));
    numberFlags(program);
  }
  nameBuiltIns(program);
  return print(program);
}
