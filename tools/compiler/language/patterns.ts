/**
 * Destructuring, default values and rest elements, as assignments one by one: Espruino misreads patterns without a word.
 */
import type { LoweringContext } from './context';
import { lexicalNames, replaceName, usesName, varNames } from './scopes';
import {
  type Node,
  array,
  assign,
  at,
  binary,
  bodyOf,
  call,
  conditional,
  contains,
  copyNode,
  declare,
  directives,
  id,
  ifThen,
  isPlain,
  literalNode,
  member,
  nothing,
  namesOfPattern,
  property,
  statementNode,
  keyName,
  walk,
} from './tree';

/** A target and what it is given, in the order of evaluation. */
export interface PatternStep {
  readonly target: Node;
  readonly value: Node;
}

export const isPattern = (node: Node): boolean => /Pattern$/.test(node.type);

const isUndefined = (node: Node): Node => binary('===', node, nothing());

/** An expression whose value surely is an array. */
export function isArrayValue(node: Node): boolean {
  if (node.type === 'ArrayExpression') return true;
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false;
  const name = keyName(node.callee.property, node.callee.computed);
  const object = node.callee.object as Node;
  if (object.type === 'Identifier' && object.name === 'Object') return /^(keys|entries|values)$/.test(name!);
  return (
    name === 'split' ||
    (name === 'map' && isArrayValue(object)) ||
    (name === 'filter' && isArrayValue(object))
  );
}

/** What an expression walks through, as an array. */
export function asList(context: LoweringContext, node: Node): Node {
  const isSized =
    /^(Call|New)Expression$/.test(node.type) &&
    context.isGlobal(node.callee, 'Array') &&
    node.arguments.length === 1;
  // An array of a length has no elements yet, and these are spread all the same.
  if (isSized)
    return call(context.helper('arrayFrom'), [
      { type: 'ObjectExpression', properties: [property(id('length'), node.arguments[0])] },
    ]);
  return isArrayValue(node) ? node : call(context.helper('list'), [node]);
}

/** Something that can be read more than once, and the expression that is to be evaluated first. */
function held(context: LoweringContext, value: Node): { first: Node; again: () => Node } {
  if (isPlain(value)) return { first: value, again: () => copyNode(value) };
  const temp = context.temp();
  return { first: assign(temp, value), again: () => copyNode(temp) };
}

function withDefault(context: LoweringContext, value: Node, otherwise: Node): Node {
  const { first, again } = held(context, value);
  return conditional(isUndefined(first), otherwise, again());
}

/** The steps that a pattern stands for. */
export function unfold(context: LoweringContext, pattern: Node, value: Node): PatternStep[] {
  switch (pattern.type) {
    case 'AssignmentPattern':
      return unfold(context, pattern.left, withDefault(context, value, pattern.right));
    case 'ObjectPattern':
      return unfoldObject(context, pattern, value);
    case 'ArrayPattern':
      return unfoldArray(context, pattern, value);
    default:
      return [{ target: pattern, value: at(pattern, value) }];
  }
}

function unfoldObject(context: LoweringContext, pattern: Node, value: Node): PatternStep[] {
  const steps: PatternStep[] = [];
  const { first, again } = held(context, value);
  let source: Node | undefined = first;
  const next = (): Node => {
    const use = source ?? again();
    source = undefined;
    return use;
  };
  const taken: Node[] = [];
  for (const item of pattern.properties as Node[]) {
    if (item.type === 'RestElement') {
      steps.push(...unfold(context, item.argument, call(context.helper('omit'), [next(), array(taken)])));
      continue;
    }
    const name = keyName(item.key, item.computed);
    let key: Node = name === undefined ? item.key : literalNode(name);
    if (name === undefined && !isPlain(key)) {
      const temp = context.temp();
      taken.push(copyNode(temp));
      key = assign(temp, key);
    } else taken.push(copyNode(key));
    const read = name === undefined ? member(next(), key) : member(next(), name);
    steps.push(...unfold(context, item.value, at(item, read)));
  }
  // Nothing of it is wanted, yet it is evaluated.
  if (source && !isPlain(source)) steps.push({ target: context.temp(), value: source });
  return steps;
}

function unfoldArray(context: LoweringContext, pattern: Node, value: Node): PatternStep[] {
  const steps: PatternStep[] = [];
  const elements = pattern.elements as (Node | null)[];
  const rest = elements.length > 0 && elements[elements.length - 1]?.type === 'RestElement';
  const listed =
    (context.iterables || rest) && !isArrayValue(value)
      ? call(context.helper('list'), rest ? [value] : [value, literalNode(elements.length)])
      : value;
  const { first, again } = held(context, listed);
  let source: Node | undefined = first;
  const next = (): Node => {
    const use = source ?? again();
    source = undefined;
    return use;
  };
  elements.forEach((item, index) => {
    if (!item) return;
    const read =
      item.type === 'RestElement'
        ? call(member(next(), 'slice'), [literalNode(index)])
        : member(next(), literalNode(index));
    steps.push(...unfold(context, item.type === 'RestElement' ? item.argument : item, at(item, read)));
  });
  if (source && !isPlain(source)) steps.push({ target: context.temp(), value: source });
  return steps;
}

/** A declaration without patterns. */
export function unfoldDeclaration(context: LoweringContext, node: Node): void {
  node.declarations = (node.declarations as Node[]).flatMap((declarator) => {
    if (!isPattern(declarator.id) || !declarator.init) return [declarator];
    const names: Node[] = [];
    let pending: Node[] = [];
    for (const { target, value } of unfold(context, declarator.id, declarator.init)) {
      if (
        target.type === 'Identifier' &&
        target.name[0] === '$' &&
        (context.owner.temps as string[])?.includes(target.name)
      ) {
        pending.push(assign(target, value));
        continue;
      }
      const init = pending.length ? { type: 'SequenceExpression', expressions: [...pending, value] } : value;
      pending = [];
      names.push(at(target, { type: 'VariableDeclarator', id: target, init }));
    }
    if (pending.length)
      names.push({
        type: 'VariableDeclarator',
        id: id(context.fresh('$unused')),
        init: { type: 'SequenceExpression', expressions: pending },
      });
    return names;
  });
}

/** Parameters without defaults, patterns and rest. */
export function unfoldParameters(context: LoweringContext, node: Node): void {
  const params = node.params as Node[];
  if (params.length && node.type !== 'ArrowFunctionExpression' && countsArguments(node))
    return takeFromArguments(context, node);
  if (params.every((param) => param.type === 'Identifier')) return;
  const added: Node[] = [];
  const names = new Set(params.flatMap(namesOfPattern).map((param) => param.name as string));
  if (node.body.type === 'BlockStatement') {
    // What the body declares is not seen from here.
    const declared = [...lexicalNames(node.body.body), ...varNames(node.body)].map(
      (item) => item.name as string,
    );
    for (const name of new Set(declared)) {
      if (names.has(name) || !params.some((param) => param.type !== 'Identifier' && usesName(param, name)))
        continue;
      const other = context.fresh('$' + name);
      replaceName(node.body, name, (use) => at(use, id(other)));
    }
  }
  node.params = params.flatMap((param, index) => {
    if (param.type === 'Identifier') return [param];
    if (param.type === 'RestElement') {
      const rest = call(member(member(array([]), 'slice'), 'call'), [id('arguments'), literalNode(index)]);
      added.push(...declareSteps(context, param.argument, rest, param));
      return [];
    }
    if (param.type === 'AssignmentPattern' && param.left.type === 'Identifier') {
      const { left, right } = param;
      added.push(
        at(
          param,
          ifThen(isUndefined(copyNode(left)), statementNode(at(param, assign(copyNode(left), right)))),
        ),
      );
      return [left];
    }
    const name = id(context.fresh('$' + 'arg'));
    added.push(...declareSteps(context, param, copyNode(name), param));
    return [name];
  });
  const body = bodyOf(node);
  body.splice(directives(body), 0, ...added);
  // Only a function of its own has `arguments`.
  if (node.type === 'ArrowFunctionExpression' && params.some((param) => param.type === 'RestElement'))
    node.ownArguments = true;
}

/** Whether a function asks how many arguments it was given, or hands them on: Espruino counts its parameters too. */
function countsArguments(node: Node): boolean {
  let found = false;
  walk(node.body, (item, parent) => {
    if (item !== node.body && /^Function/.test(item.type)) return false;
    if (item.type === 'Identifier' && item.name === 'arguments')
      found ||= !(parent?.type === 'MemberExpression' && parent.object === item && parent.computed);
    return true;
  });
  return found;
}

/** Parameters as what `arguments` has, so that there are none but those given. */
function takeFromArguments(context: LoweringContext, node: Node): void {
  const params = node.params as Node[];
  const body = bodyOf(node);
  const names = new Set(params.flatMap(namesOfPattern).map((param) => param.name as string));
  if (contains(node.body, (item) => item.type === 'AssignmentExpression' && names.has(item.left.name)))
    context.once(
      'arguments',
      node,
      'arguments keeps what the function was called with, also when a parameter gets another value',
    );
  const added = params.flatMap((param, index) => {
    const isRest = param.type === 'RestElement';
    const given = isRest
      ? call(member(member(array([]), 'slice'), 'call'), [id('arguments'), literalNode(index)])
      : member(id('arguments'), literalNode(index));
    const declaration = at(param, declare('var', isRest ? param.argument : param, given));
    unfoldDeclaration(context, declaration);
    return [declaration];
  });
  node.params = [];
  body.splice(directives(body), 0, ...added);
}

function declareSteps(context: LoweringContext, pattern: Node, value: Node, place: Node): Node[] {
  const declaration = at(place, declare('let', pattern, value));
  unfoldDeclaration(context, declaration);
  return [declaration];
}

/** An assignment to a pattern, as an expression; its own value counts only where it is used. */
export function unfoldAssignment(context: LoweringContext, node: Node, used: boolean): Node {
  const right = node.right as Node;
  const expressions: Node[] = [];
  let value = right;
  if (used || !isPlain(right)) {
    const temp = context.temp();
    expressions.push(assign(temp, right));
    value = temp;
  }
  for (const step of unfold(context, node.left, copyNode(value)))
    expressions.push(at(node, assign(step.target, step.value)));
  if (used) expressions.push(copyNode(value));
  return expressions.length === 1 ? expressions[0] : { type: 'SequenceExpression', expressions };
}

/** Whether a function asks for its own `arguments`. */
export const asksArguments = (node: Node): boolean =>
  contains(node.body, (item) => item.type === 'Identifier' && item.name === 'arguments', false);
