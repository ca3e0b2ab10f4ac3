/**
 * Classes, with what Espruino has of them left as it is: constructors, methods, accessors, `super(...)`. Fields, private
 * names, statics that need code, and calls through `super` are written out. Nothing in here may evaluate anything twice.
 */
import { HIDDEN } from './accessors';
import type { LoweringContext } from './context';
import {
  type Node,
  assign,
  at,
  binary,
  call,
  contains,
  copyNode,
  declare,
  func,
  give,
  id,
  isClass,
  isFunctionNode,
  isPlain,
  literalNode,
  member,
  namesOfPattern,
  property,
  replaceChildren,
  sequence,
  statementNode,
  keyName,
  walk,
} from './tree';

const ERRORS = /^(Error|TypeError|RangeError|SyntaxError|ReferenceError|EvalError|URIError)$/;

/** Built-ins of whose constructors Espruino makes no use for another object. */
const BUILT_INS =
  /^(Array|ArrayBuffer|DataView|Date|Function|Object|Promise|RegExp|String|Number|Boolean|[A-Z]\w*Array)$/;

/** Arguments that reach a base class by `super(...list)`. */
const MOST = 8;

/** Member names that the parser takes for something else in a class. */
const RESERVED =
  /^(break|case|catch|class|const|continue|debugger|default|delete|do|else|extends|false|finally|for|function|if|in|instanceof|let|new|null|of|return|static|super|switch|this|throw|true|try|typeof|undefined|var|void|while)$/;

const isPlainKey = (key: Node): boolean => key.type === 'Identifier' && !RESERVED.test(key.name);

const key = (node: Node): Node => {
  if (node.type === 'PrivateIdentifier') return literalNode(HIDDEN + node.name);
  return node.type === 'Identifier' ? literalNode(node.name) : node;
};

const target = (object: Node, item: Node): Node => {
  if (item.key.type === 'PrivateIdentifier') return member(object, literalNode(HIDDEN + item.key.name));
  const name = keyName(item.key, item.computed);
  return name === undefined ? member(object, item.key) : member(object, name);
};

/** Statements that define a class, in place of its declaration; or, for a class expression, an expression. */
export function lowerClass(context: LoweringContext, node: Node): Node | Node[] {
  const { before, after, name } = takeApart(context, node);
  node.taken = true;
  if (node.type === 'ClassDeclaration')
    return before.length + after.length ? [...before, node, ...after] : node;
  if (!before.length && !after.length && !node.id) return node;
  node.type = 'ClassDeclaration';
  node.id ??= id(name);
  return at(
    node,
    call({
      ...func([], [...before, node, ...after, give(id(node.id.name))]),
      type: 'ArrowFunctionExpression',
    }),
  );
}

interface Parts {
  before: Node[];
  after: Node[];
  name: string;
  /** Accessors that are defined behind the class. */
  accessors: { name: string; isStatic: boolean; descriptor: Node }[];
}

function takeApart(context: LoweringContext, node: Node): Parts {
  const parts: Parts = { before: [], after: [], name: node.id?.name ?? '', accessors: [] };
  if (node.taken) return parts;
  const members = node.body.body as Node[];
  const needsName =
    members.some((item) => item.static || item.type === 'StaticBlock' || !isPlainKey(item.key)) ||
    node.superClass;
  if (!parts.name && needsName) parts.name = context.fresh('$Class');
  const base = takeBase(context, node, parts);
  const isError = base !== undefined && context.isGlobal(base, base.name) && ERRORS.test(base.name);
  if (base) replaceSuper(context, node, base, isError);
  hidePrivate(node);
  const fields = members.filter((item) => item.type === 'PropertyDefinition' && !item.static);
  const statics: Node[] = [];
  node.body.body = members.filter((item) => {
    if (item.type === 'StaticBlock') {
      statics.push(statementNode(call(member(func([], item.body), 'call'), [id(parts.name)])));
      return false;
    }
    if (item.type === 'PropertyDefinition') {
      if (item.static) statics.push(staticField(item, parts.name));
      return false;
    }
    if (item.kind === 'constructor') return true;
    return keepMember(item, parts);
  });
  const computed = takeKeys(context, members);
  if (fields.length) addFields(context, node, fields, base, isError);
  if (base && !isError && mayHaveStatics(context, base))
    parts.after.unshift(statementNode(call(context.helper('statics'), [id(parts.name), copyNode(base)])));
  if (base && isError) extendError(context, node, base, parts);
  if (context.members.has('name') && parts.name[0] !== '$' && parts.name && readsConstructorName(context))
    parts.after.unshift(
      statementNode(assign({ ...member(parts.name, 'name'), kept: true }, literalNode(parts.name))),
    );
  parts.after.push(...statics);
  parts.before.push(...computed);
  for (const item of [...parts.before, ...parts.after]) at(node, item);
  return parts;
}

const readsConstructorName = (context: LoweringContext): boolean =>
  /constructor\s*\??\.\s*name\b|new\.target\.name\b/.test(context.source);

/** The class that another extends, as a name. */
function takeBase(context: LoweringContext, node: Node, parts: Parts): Node | undefined {
  const { superClass } = node;
  if (!superClass) return undefined;
  if (superClass.type === 'Literal') {
    context.error(superClass, 'extends null does not work on Espruino: leave it out');
    return undefined;
  }
  if (superClass.type === 'Identifier') {
    if (!context.declared.has(superClass.name) && BUILT_INS.test(superClass.name)) {
      context.error(
        superClass,
        `a class that extends ${superClass.name} does not work on Espruino: keep one in a field and call its methods`,
      );
      return undefined;
    }
    const shadowed = contains(node.body, (item) => declares(item, superClass.name));
    if (!shadowed) return superClass;
  }
  const name = context.fresh('$Base');
  parts.before.push(declare('const', name, superClass));
  node.superClass = id(name);
  return id(name);
}

function declares(node: Node, name: string): boolean {
  if (node.type === 'VariableDeclarator') return namesOfPattern(node.id).some((item) => item.name === name);
  if (isFunctionNode(node))
    return (node.params as Node[]).flatMap(namesOfPattern).some((item) => item.name === name);
  return false;
}

/** Members that Espruino would misread are put on the prototype by themselves. */
function keepMember(item: Node, parts: Parts): boolean {
  // An accessor of the class itself would only be read.
  const accesses = item.static && /^[gs]et$/.test(item.kind);
  if (isPlainKey(item.key) && !item.computed && !accesses) return true;
  const holder = item.static ? id(parts.name) : member(parts.name, 'prototype');
  if (item.kind === 'method') {
    parts.after.push(statementNode(at(item, assign(target(holder, item), item.value))));
    return false;
  }
  const name = item.computed ? item.key : key(item.key);
  // Both accessors of a name are defined at once: the second would replace the first.
  const same = item.computed && name.type === 'Identifier' ? `[${name.name}]` : (name.value as unknown);
  const known = parts.accessors.find((one) => one.isStatic === item.static && one.name === same);
  const half = property(id(item.kind), item.value);
  if (known) {
    known.descriptor.properties.push(half);
    return false;
  }
  const descriptor: Node = { type: 'ObjectExpression', properties: [half] };
  if (typeof same === 'string')
    parts.accessors.push({ name: same, isStatic: item.static as boolean, descriptor });
  parts.after.push(
    statementNode(at(item, call(member('Object', 'defineProperty'), [holder, name, descriptor]))),
  );
  return false;
}

/** Keys that are worked out, once and before the class is there. */
function takeKeys(context: LoweringContext, members: Node[]): Node[] {
  const taken: Node[] = [];
  for (const item of members) {
    if (!item.computed || item.type !== 'PropertyDefinition') continue;
    const { key: worked } = item;
    if (worked.type === 'Literal') continue;
    const name = context.fresh('$key');
    taken.push(declare('const', name, { ...worked }));
    // The node may have been put elsewhere already, so it is changed in its place.
    for (const field of Object.keys(worked)) delete worked[field];
    Object.assign(worked, id(name));
  }
  return taken;
}

function staticField(item: Node, name: string): Node {
  const value = item.value
    ? replaceThis(item.value, name)
    : { type: 'UnaryExpression', operator: 'void', prefix: true, argument: literalNode(0) };
  return statementNode(at(item, assign(target(id(name), item), value)));
}

function replaceThis(node: Node, name: string): Node {
  if (node.type === 'ThisExpression') return at(node, id(name));
  if (isClass(node) || (isFunctionNode(node) && node.type !== 'ArrowFunctionExpression')) return node;
  replaceChildren(node, (child) => replaceThis(child, name));
  return node;
}

/** `#name` as a property that nothing lists. */
function hidePrivate(node: Node): void {
  walk(node, (item) => {
    if (item.type === 'MemberExpression' && item.property.type === 'PrivateIdentifier') {
      item.property = literalNode(HIDDEN + item.property.name);
      item.computed = true;
    }
    if (item.type === 'BinaryExpression' && item.left.type === 'PrivateIdentifier')
      item.left = literalNode(HIDDEN + item.left.name);
    return true;
  });
}

/** Fields as assignments in the constructor. */
function addFields(
  context: LoweringContext,
  node: Node,
  fields: Node[],
  base: Node | undefined,
  isError: boolean,
): void {
  const self = (): Node => ({ type: 'ThisExpression' });
  const assignments = (): Node[] =>
    fields.map((item) =>
      at(
        item,
        assign(
          target(self(), item),
          item.value ?? { type: 'UnaryExpression', operator: 'void', prefix: true, argument: literalNode(0) },
        ),
      ),
    );
  const members = node.body.body as Node[];
  let constructor = members.find((item) => item.kind === 'constructor');
  if (!constructor) {
    constructor = makeConstructor(context, base, isError);
    members.unshift(constructor);
  }
  const { value } = constructor;
  // A field's initial value does not see what the constructor declares.
  const local = new Set<string>(
    (value.params as Node[]).flatMap(namesOfPattern).map((item) => item.name as string),
  );
  walk(value.body, (item) => {
    if (item.type === 'VariableDeclarator') for (const { name } of namesOfPattern(item.id)) local.add(name);
    return !isFunctionNode(item);
  });
  const clash = fields.some(
    (item) =>
      item.value && contains(item.value, (inner) => inner.type === 'Identifier' && local.has(inner.name)),
  );
  let made = assignments();
  if (clash) {
    const name = context.fresh('$fields');
    members.push({
      type: 'MethodDefinition',
      kind: 'method',
      static: false,
      computed: false,
      key: id(name),
      value: func([], made.map(statementNode)),
    });
    made = [call(member(self(), name))];
  }
  if (!base) {
    value.body.body.unshift(...made.map(statementNode));
    return;
  }
  const body = value.body.body as Node[];
  const isBaseCall = (item: Node): boolean => item.baseCall;
  const index = body.findIndex((item) => item.type === 'ExpressionStatement' && isBaseCall(item.expression));
  if (index >= 0) body.splice(index + 1, 0, ...made.map(statementNode));
  else
    replaceIn(value.body, isBaseCall, (item) => ({
      type: 'SequenceExpression',
      expressions: [item, ...made, self()],
    }));
}

function replaceIn(node: Node, wanted: (node: Node) => boolean, make: (node: Node) => Node): void {
  replaceChildren(node, (child) => {
    if (wanted(child)) return make(child);
    replaceIn(child, wanted, make);
    return child;
  });
}

/** A call of `super` with as many arguments as a list has. */
function superOf(list: string): Node {
  const some = (count: number): Node =>
    call(
      { type: 'Super' },
      Array.from({ length: count }, (_, n) => member(list, literalNode(n))),
    );
  let made = some(MOST);
  for (let count = MOST - 1; count >= 0; count--) {
    const test: Node = {
      type: 'BinaryExpression',
      operator: '<',
      left: member(list, 'length'),
      right: literalNode(count + 1),
    };
    made = { type: 'ConditionalExpression', test, consequent: some(count), alternate: made };
  }
  return { ...made, baseCall: true };
}

function makeConstructor(context: LoweringContext, base: Node | undefined, isError: boolean): Node {
  const body: Node[] = [];
  const params: Node[] = [];
  if (base && isError) {
    params.push(id('message'));
    const cause = id('cause');
    if (context.members.has('cause')) params.push(cause);
    body.push(
      statementNode({
        ...messageOf(context, [id('message'), ...(context.members.has('cause') ? [copyNode(cause)] : [])]),
        baseCall: true,
      }),
    );
  } else if (base) {
    const count = context.classes.get(base.name)?.parameters;
    if (count !== undefined) for (let n = 0; n < count; n++) params.push(id('$' + n));
    const passed =
      count === undefined
        ? superOf('arguments')
        : { ...call({ type: 'Super' }, params.map(copyNode)), baseCall: true };
    body.push(statementNode(passed));
  }
  return {
    type: 'MethodDefinition',
    kind: 'constructor',
    static: false,
    computed: false,
    key: id('constructor'),
    value: func(params, body),
  };
}

/** What is left of the constructor of an error: it keeps the text. */
function messageOf(context: LoweringContext, args: Node[]): Node {
  const text = args.length ? args[0] : literalNode('');
  const value =
    text.type === 'Identifier'
      ? {
          type: 'ConditionalExpression',
          test: {
            type: 'BinaryExpression',
            operator: '===',
            left: copyNode(text),
            right: { type: 'UnaryExpression', operator: 'void', prefix: true, argument: literalNode(0) },
          },
          consequent: literalNode(''),
          alternate: { type: 'BinaryExpression', operator: '+', left: literalNode(''), right: text },
        }
      : text;
  const self = (): Node => ({ type: 'ThisExpression' });
  const steps = [assign(member(self(), 'message'), value)];
  if (args.length > 1) steps.push(call(context.helper('causedBy'), [self(), args[1]!]));
  // Only who reads it pays for it.
  if (context.members.has('stack'))
    steps.push(
      assign(
        member(self(), 'stack'),
        member({ type: 'NewExpression', callee: id('Error'), arguments: [literalNode('')] }, 'stack'),
      ),
    );
  return sequence(steps);
}

/** What goes through `super`, by the base's name: Espruino looks it up anew in each base, and never in statics. */
function replaceSuper(context: LoweringContext, node: Node, base: Node, isError: boolean): void {
  const inherited = (
    how: 'inherited' | 'setInherited',
    name: Node,
    isStatic: boolean,
    ...more: Node[]
  ): Node => {
    const holder = isStatic ? copyNode(base) : member(copyNode(base), 'prototype');
    return call(context.helper(how), [holder, name, { type: 'ThisExpression' }, ...more]);
  };
  const nameIn = (item: Node, isStatic: boolean): Node =>
    item.computed ? go(item.property, isStatic) : literalNode(item.property.name);
  const writeInherited = (item: Node, left: Node, isStatic: boolean): Node => {
    const name = nameIn(left, isStatic);
    const set = (value: Node): Node => inherited('setInherited', name, isStatic, value);
    const { operator } = item;
    if (operator === '=') return set(go(item.right, isStatic));
    if (!isPlain(name)) {
      const worked = 'is worked out: put its name into a constant first';
      context.error(item, `${operator} on a member of super whose name ${worked}`);
    }
    const old = inherited('inherited', copyNode(name), isStatic);
    if (item.type === 'UpdateExpression') {
      const one = (): Node => literalNode(operator === '++' ? -1 : 1);
      const made = set(binary('-', old, one()));
      return item.prefix ? made : binary('+', made, one());
    }
    const bare = operator.slice(0, -1) as string;
    const right = go(item.right, isStatic);
    return /^(&&|\|\||\?\?)$/.test(bare) ? binary(bare, old, set(right)) : set(binary(bare, old, right));
  };
  const go = (item: Node, isStatic: boolean): Node => {
    if (isClass(item) && item !== node) {
      // Its own `super` is its own.
      if (item.superClass) item.superClass = go(item.superClass, isStatic);
      return item;
    }
    if (item.type === 'CallExpression' && item.callee.type === 'Super') {
      const args = (item.arguments as Node[]).map((argument) => go(argument, isStatic));
      if (isError) return at(item, { ...messageOf(context, args), baseCall: true });
      const spread = args.some((argument) => argument.type === 'SpreadElement');
      if (spread) {
        const all = context.fresh('$all');
        node.lists = [...((node.lists as string[] | undefined) ?? []), all];
        const given = assign(all, { type: 'ArrayExpression', elements: args });
        return at(item, { type: 'SequenceExpression', expressions: [given, superOf(all)], baseCall: true });
      }
      item.arguments = args;
      item.baseCall = true;
      return item;
    }
    const { callee } = item;
    if (
      item.type === 'CallExpression' &&
      callee.type === 'MemberExpression' &&
      callee.object.type === 'Super'
    ) {
      callee.object = isStatic ? copyNode(base) : member(copyNode(base), 'prototype');
      item.callee = { ...member(callee, 'call'), optional: item.optional };
      item.optional = false;
      item.arguments = [
        { type: 'ThisExpression' },
        ...item.arguments.map((argument: Node) => go(argument, isStatic)),
      ];
      return item;
    }
    const written = (item.type === 'UpdateExpression' ? item.argument : item.left) as Node | undefined;
    if (
      /^(Assignment|Update)Expression$/.test(item.type) &&
      written?.type === 'MemberExpression' &&
      written.object.type === 'Super'
    )
      return at(item, writeInherited(item, written, isStatic));
    if (item.type === 'MemberExpression' && item.object.type === 'Super')
      return at(item, inherited('inherited', nameIn(item, isStatic), isStatic));
    replaceChildren(item, (child) => go(child, isStatic));
    return item;
  };
  const members = node.body.body as Node[];
  for (const item of members) {
    const isStatic = item.static || item.type === 'StaticBlock';
    replaceChildren(item, (child) => go(child, isStatic));
  }
  const constructor = members.find((item) => item.kind === 'constructor');
  for (const name of (node.lists as string[] | undefined) ?? [])
    constructor!.value.body.body.unshift(declare('let', name));
}

function mayHaveStatics(context: LoweringContext, base: Node): boolean {
  const known = context.classes.get(base.name);
  if (!known) return !context.functions.has(base.name);
  if (known.hasStatics) return true;
  const further = known.node.superClass as Node | null;
  return !!further && (further.type !== 'Identifier' || mayHaveStatics(context, further));
}

function extendError(context: LoweringContext, node: Node, base: Node, parts: Parts): void {
  const members = node.body.body as Node[];
  if (!members.some((item) => item.kind === 'constructor'))
    members.unshift(makeConstructor(context, base, true));
  node.superClass = null;
  const kind =
    base.name === 'Error' || !/^(TypeError|SyntaxError|ReferenceError)$/.test(base.name)
      ? 'Error'
      : base.name;
  parts.after.unshift(statementNode(call(context.helper('extendError'), [id(parts.name), id(kind)])));
}
