/** Expressions that Espruino does not parse, or evaluates in another order, as others that it runs. */
import { GLOBALS } from '../../bundler/check/names';
import { readsAfterwards } from './accessors';
import type { LoweringContext } from './context';
import { power } from './builtins';
import { asList } from './patterns';
import {
  type Node,
  array,
  assign,
  at,
  binary,
  call,
  conditional,
  contains,
  copyNode,
  func,
  id,
  isPlain,
  literalNode,
  member,
  nothing,
  property,
  sequence,
  keyName,
} from './tree';

const isSpread = (node: Node | null): boolean => node?.type === 'SpreadElement';

/** Elements with spread among them, as one array that is made for it. */
export function listOf(context: LoweringContext, elements: readonly (Node | null)[]): Node {
  const parts: Node[] = [];
  let plain: (Node | null)[] = [];
  for (const element of elements) {
    if (!isSpread(element)) {
      plain.push(element);
      continue;
    }
    if (plain.length) parts.push(array(plain));
    plain = [];
    parts.push(asList(context, element!.argument));
  }
  if (plain.length) parts.push(array(plain));
  const first = parts[0].type === 'ArrayExpression' ? parts.shift()! : array([]);
  return parts.length ? call(member(first, 'concat'), parts) : first;
}

export function lowerArray(context: LoweringContext, node: Node): Node {
  return node.elements.some(isSpread) ? listOf(context, node.elements) : node;
}

export function lowerCall(context: LoweringContext, node: Node): Node {
  if (!node.arguments.some(isSpread)) return node;
  const { callee } = node;
  // The only thing that is spread is not kept, so it need not be copied.
  const alone = node.arguments.length === 1;
  const list = alone ? asList(context, node.arguments[0].argument) : listOf(context, node.arguments);
  if (callee.type === 'Super') return node;
  if (callee.type !== 'MemberExpression') return call(member(callee, 'apply'), [literalNode(null), list]);
  if (isPlain(callee.object)) return call(member(callee, 'apply'), [copyNode(callee.object), list]);
  const temp = context.temp();
  callee.object = assign(temp, callee.object);
  return call(member(callee, 'apply'), [copyNode(temp), list]);
}

export function lowerNew(context: LoweringContext, node: Node): Node {
  if (context.isGlobal(node.callee, 'Error') && node.arguments.length === 0)
    node.arguments = [literalNode('')];
  const kinds = ['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError'];
  if (node.arguments.length === 2 && kinds.some((name) => context.isGlobal(node.callee, name)))
    return call(context.helper('causedBy'), [{ ...node, arguments: [node.arguments[0]] }, node.arguments[1]]);
  if (!node.arguments.some(isSpread)) return node;
  return call(context.helper('make'), [node.callee, listOf(context, node.arguments)]);
}

export function lowerTagged(context: LoweringContext, node: Node): Node {
  const quasis = node.quasi.quasis as Node[];
  const { tag } = node;
  if (
    tag.type === 'MemberExpression' &&
    context.isGlobal(tag.object, 'String') &&
    keyName(tag.property, tag.computed) === 'raw'
  ) {
    for (const quasi of quasis) quasi.value = { cooked: quasi.value.raw };
    return node.quasi;
  }
  const strings = array(quasis.map((quasi) => literalNode(quasi.value.cooked)));
  const raw = array(quasis.map((quasi) => literalNode(quasi.value.raw)));
  const given = context.members.has('raw') ? call(context.helper('strings'), [strings, raw]) : strings;
  return call(tag, [given, ...node.quasi.expressions]);
}

export function lowerObject(context: LoweringContext, node: Node): Node {
  const properties = node.properties as Node[];
  // These words cannot name an accessor.
  for (const item of properties) {
    if (!/^[gs]et$/.test(item.kind) || !/^(of|static)$/.test(item.key.name)) continue;
    item.computed = true;
    item.key = literalNode(item.key.name);
  }
  if (!properties.some((item) => isSpread(item) || item.computed)) return node;
  // With nothing but spread and plain properties, one call does it.
  if (!properties.some((item) => item.computed)) {
    const parts: Node[] = [];
    let plain: Node[] = [];
    const flush = (): void => {
      if (plain.length) parts.push({ type: 'ObjectExpression', properties: plain });
      plain = [];
    };
    for (const item of properties) {
      if (!isSpread(item)) {
        plain.push(item);
        continue;
      }
      flush();
      parts.push(item.argument);
    }
    flush();
    if (parts[0].type !== 'ObjectExpression') parts.unshift({ type: 'ObjectExpression', properties: [] });
    return call(member('Object', 'assign'), parts);
  }
  const accessors = new Map<string, Node>();
  const at = properties.findIndex((item) => isSpread(item) || item.computed);
  const temp = context.temp();
  const steps: Node[] = [assign(temp, { type: 'ObjectExpression', properties: properties.slice(0, at) })];
  for (const item of properties.slice(at)) {
    if (isSpread(item)) {
      steps.push(call(member('Object', 'assign'), [copyNode(temp), item.argument]));
      continue;
    }
    const name = keyName(item.key, item.computed);
    if (item.kind === 'init') {
      steps.push(
        assign(
          name === undefined ? member(copyNode(temp), item.key) : member(copyNode(temp), name),
          item.value,
        ),
      );
      continue;
    }
    const key = name === undefined ? item.key : literalNode(name);
    // Both accessors of a name are defined at once: the second would replace the first.
    const same = name ?? (item.key.type === 'Identifier' ? `[${item.key.name}]` : undefined);
    const known = same !== undefined && accessors.get(same);
    if (known) {
      known.properties.push(property(id(item.kind), item.value));
      continue;
    }
    const seen = property(id('enumerable'), literalNode(true));
    const descriptor: Node = {
      type: 'ObjectExpression',
      properties: [seen, property(id(item.kind), item.value)],
    };
    if (same !== undefined) accessors.set(same, descriptor);
    steps.push(call(member('Object', 'defineProperty'), [copyNode(temp), key, descriptor]));
  }
  return sequence([...steps, copyNode(temp)]);
}

/**
 * What is called by `(a?.b.c)()`, whose `this` is `a.b` as without the parentheses. Where the chain ends early there is
 * nothing to call, so that reading a member of nothing says the same.
 */
export function methodOfChain(callee: Node): Node {
  if (callee.type !== 'ChainExpression' || callee.expression.type !== 'MemberExpression') return callee;
  const { expression } = callee;
  const object = expression.object as Node;
  return {
    ...expression,
    object: isChain(object) ? at(object, { type: 'ChainExpression', expression: object }) : object,
    optional: false,
  };
}

/** Whether it ends early somewhere, the parts in parentheses left out. */
function isChain(node: Node): boolean {
  if (node.type === 'MemberExpression') return node.optional || isChain(node.object);
  return node.type === 'CallExpression' && (node.optional || isChain(node.callee));
}

/** `a?.b` as a condition; what is tested is held in a variable unless it is one. */
export function lowerChain(context: LoweringContext, node: Node): Node {
  const tests: Node[] = [];
  const guard = (value: Node): Node => {
    if (isPlain(value)) {
      tests.push(binary('==', value, literalNode(null)));
      return copyNode(value);
    }
    const temp = context.temp();
    tests.push(binary('==', assign(temp, value), literalNode(null)));
    return copyNode(temp);
  };
  const go = (item: Node): Node => {
    if (item.type === 'MemberExpression') {
      const object = go(item.object);
      return { ...item, object: item.optional ? guard(object) : object, optional: false };
    }
    if (item.type !== 'CallExpression') return item;
    // In parentheses it ends early all the same, and keeps its object.
    if (item.optional && item.callee.type === 'ChainExpression') item.callee = item.callee.expression;
    else item.callee = methodOfChain(item.callee);
    if (!item.optional) return { ...item, callee: go(item.callee) };
    if (item.callee.type !== 'MemberExpression')
      return { ...item, callee: guard(go(item.callee)), optional: false };
    // The object is called upon, so it is needed too.
    let object = go(item.callee.object);
    if (item.callee.optional) object = guard(object);
    let again = object;
    if (!isPlain(object)) {
      const temp = context.temp();
      object = assign(temp, object);
      again = temp;
    }
    const method = guard({ ...item.callee, object, optional: false });
    return {
      ...item,
      callee: member(method, 'call'),
      arguments: [copyNode(again), ...item.arguments],
      optional: false,
    };
  };
  const result = go(node.expression);
  const test = tests.reduce((all, one) => binary('||', all, one));
  return { ...conditional(test, nothing(), result), start: node.start, end: node.end, loc: node.loc };
}

/** A target that can be read and written, with its parts evaluated once. */
function reference(context: LoweringContext, left: Node): { first: Node; again: Node } {
  if (left.type !== 'MemberExpression') return { first: left, again: copyNode(left) };
  let { object, property } = left;
  let objectAgain = object;
  let propertyAgain = property;
  if (!isPlain(object)) {
    const temp = context.temp();
    object = assign(temp, object);
    objectAgain = temp;
  }
  if (left.computed && !isPlain(property)) {
    const temp = context.temp();
    property = assign(temp, property);
    propertyAgain = temp;
  }
  return {
    first: { ...left, object, property },
    again: { ...left, object: copyNode(objectAgain), property: copyNode(propertyAgain) },
  };
}

/** Functions that change nothing that a script can see. */
const HARMLESS =
  /^(parseInt|parseFloat|Number|String|Boolean|isNaN|analogRead|digitalRead|getTime|readTemp|fromCharCode|charCodeAt|charAt|abs|floor|ceil|round|min|max|pow|sqrt|random|sin|cos|tan|atan2|exp|log|sign|join|slice|substr|substring|indexOf|toString|padStart|padEnd|trim|toUpperCase|toLowerCase|repeat|stringify|toFixed|concat|replace)$/;

/** Whether evaluating an expression may change what another holds. */
function mayWrite(context: LoweringContext, node: Node, target: Node): boolean {
  const writes = (item: Node): boolean => {
    switch (item.type) {
      case 'AwaitExpression':
      case 'YieldExpression':
        return true;
      case 'AssignmentExpression':
      case 'UpdateExpression': {
        const written = (item.type === 'UpdateExpression' ? item.argument : item.left) as Node;
        return target.type !== 'Identifier' || written.type !== 'Identifier' || written.name === target.name;
      }
      case 'CallExpression':
      case 'NewExpression': {
        const { callee } = item;
        const name =
          callee.type === 'MemberExpression' ? keyName(callee.property, callee.computed) : callee.name;
        if (
          name &&
          HARMLESS.test(name) &&
          !item.arguments.some((argument: Node) => /Function/.test(argument.type))
        )
          return false;
        if (target.type !== 'Identifier') return true;
        // Only a function that assigns to it can.
        const writers = context.writers.get(target.name);
        return (
          !context.declared.has(target.name) ||
          [...(writers ?? [])].some((writer) => writer !== context.owner)
        );
      }
      default:
        return false;
    }
  };
  return contains(node, writes, false);
}

export function lowerAssignment(context: LoweringContext, node: Node): Node {
  const { operator, left, right } = node;
  // A function that is built in is no variable, but a field of `global` can hide it.
  if (left.type === 'Identifier' && GLOBALS.has(left.name) && !context.declared.has(left.name))
    return { ...node, left: member('global', left.name) };
  const put = !isLength(left) && readsAfterwards(context.accessors, node);
  if (operator === '=') return put ? putInto(context, left, right) : lengthAssignment(context, node);
  const bare = operator.slice(0, -1) as string;
  if (/^(&&|\|\||\?\?)$/.test(bare)) {
    const { first, again } = reference(context, left);
    const set = put ? putInto(context, again, right) : lengthAssignment(context, assign(again, right));
    return binary(bare, first, set);
  }
  if (bare !== '**' && !put && !isLength(left) && !mayWrite(context, right, left)) return node;
  const { first, again } = reference(context, left);
  // What is written to is evaluated first, so there the parts are taken.
  const value = bare === '**' ? power(context, again, right) : binary(bare, again, right);
  return put ? putInto(context, first, value) : lengthAssignment(context, { ...assign(first, value) });
}

const isLength = (left: Node): boolean =>
  left.type === 'MemberExpression' && keyName(left.property, left.computed) === 'length';

/** An assignment that reads nothing afterwards. */
function putInto(context: LoweringContext, left: Node, value: Node): Node {
  const key = left.computed ? left.property : literalNode(left.property.name);
  return call(context.helper('put'), [left.object, key, value]);
}

/** `++a.b`; of `a.b++` Espruino gives what it has read before. */
export function lowerUpdate(context: LoweringContext, node: Node): Node {
  if (!node.prefix || isLength(node.argument) || !readsAfterwards(context.accessors, node)) return node;
  if (node.unused) return { ...node, prefix: false };
  const { first, again } = reference(context, node.argument);
  const one = literalNode(node.operator === '++' ? -1 : 1);
  return putInto(context, first, binary('-', again, one));
}

/** An array's length is constant in Espruino. */
function lengthAssignment(context: LoweringContext, node: Node): Node {
  const { left, right } = node;
  if (!isLength(left)) return node;
  return call(context.helper('setLength'), [left.object, right]);
}

/** A function of its own around statements, called at once. */
export const atOnce = (body: Node[]): Node => call(func([], body));
