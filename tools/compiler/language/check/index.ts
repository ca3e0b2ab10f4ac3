/**
 * What cannot work on Espruino, at the place where it is written and with what to write instead. Refused is only what the
 * interpreter was seen to fail at (`check.test.ts`); of what cannot be known, or seldom matters, there is a warning.
 */
import type { LoweringContext } from '../context';
import { regExpForm } from '../regexps';
import { type Node, isClass, isFunctionNode, keyName, walk } from '../tree';
import { checkNames } from './names';
import { checkOrder } from './order';

/** Methods of built-ins that Espruino has none of, and no helper stands for. */
const MISSING =
  /^(normalize|toLocaleString|toLocaleDateString|toLocaleTimeString|toDateString|toTimeString|isPrototypeOf|propertyIsEnumerable|isWellFormed|toWellFormed|setUTC(Date|FullYear|Hours|Milliseconds|Minutes|Month|Seconds)|__defineGetter__|__lookupGetter__)$/;

/** Static functions, likewise. */
const MISSING_STATIC: Readonly<Record<string, RegExp>> = {
  Object: /^(getOwnPropertySymbols|isExtensible)$/,
  Array: /^fromAsync$/,
  Promise: /^(try|withResolvers)$/,
};

export function checkApplication(context: LoweringContext, board: string | undefined): void {
  const inside: Node[] = [];
  const visit = (node: Node, parent: Node | undefined): void => {
    inspect(context, node, parent, inside);
    const opens = isFunctionNode(node) || isClass(node) || node.type === 'ObjectExpression';
    if (opens) inside.push(node);
    walkChildren(node, (child) => visit(child, node));
    if (opens) inside.pop();
  };
  visit(context.program, undefined);
  checkNames(context, board);
  checkOrder(context);
}

function walkChildren(node: Node, go: (child: Node) => void): void {
  let first = true;
  walk(node, () => {
    if (!first) return false;
    first = false;
    return true;
  });
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value)) {
      for (const item of value) if (item && typeof (item as Node).type === 'string') go(item as Node);
    } else if (value && typeof (value as Node).type === 'string') go(value as Node);
  }
}

function inspect(
  context: LoweringContext,
  node: Node,
  parent: Node | undefined,
  inside: readonly Node[],
): void {
  switch (node.type) {
    case 'WithStatement':
      return context.error(node, 'with does not work on Espruino: name the object each time');
    case 'ImportExpression':
      return context.error(
        node,
        'import() does not work on Espruino: use require("…"), or an import at the top',
      );
    case 'Super':
      if (
        [...inside].reverse().find((item) => isClass(item) || item.type === 'ObjectExpression')?.type ===
        'ObjectExpression'
      )
        context.error(node, 'super in an object does not work on Espruino: name the other object');
      return;
    case 'MetaProperty':
      if (!targetOf(inside))
        context.error(node, 'new.target works in classes and functions that have a name only');
      return;
    case 'Literal':
      return inspectLiteral(context, node);
    case 'TemplateElement':
      return inspectText(context, node, node.value.cooked ?? '');
    case 'ObjectExpression':
      return inspectKeys(context, node);
    case 'AssignmentExpression':
      return inspectArguments(context, node.left, inside);
    case 'UpdateExpression':
      return inspectArguments(context, node.argument, inside);
    case 'Identifier':
      if (context.isGlobal(node, 'Uint8ClampedArray'))
        context.once(
          'clamped',
          node,
          'Uint8ClampedArray cuts fractions off on Espruino, where elsewhere it rounds: put Math.round() around what has any',
        );
      return;
    case 'BinaryExpression':
      if (
        node.operator === 'instanceof' &&
        ['TypeError', 'RangeError'].some((name) => context.isGlobal(node.right, name))
      )
        context.warn(
          node,
          `an error of the interpreter itself is an Error on Espruino, never a ${node.right.name}`,
        );
      return;
    case 'MethodDefinition':
      if (!node.static && node.key.type === 'Literal' && typeof node.key.value === 'number')
        context.error(node.key, 'a method named by a number is not found on Espruino: name it by a word');
      return;
    case 'CallExpression':
      inspectRegExp(context, node);
      return inspectCall(context, node);
    case 'MemberExpression': {
      const name = keyName(node.property, node.computed);
      if (context.isGlobal(node.object, 'arguments') && name === 'callee')
        context.error(node, 'arguments.callee does not exist on Espruino: give the function a name');
      if (
        context.isGlobal(node.object, 'Symbol') &&
        name &&
        !/^(iterator|asyncIterator|prototype)$/.test(name)
      )
        context.error(
          node,
          `Symbol.${name} does not work on Espruino: ${name === 'toPrimitive' ? 'give the object valueOf() and toString()' : 'name what is meant by a text'}`,
        );
      return;
    }
    case 'NewExpression':
      return inspectRegExp(context, node);
    default:
      void parent;
  }
}

/** Of what is written to `arguments`, a parameter knows nothing; elsewhere it does, unless the code is strict. */
function inspectArguments(context: LoweringContext, written: Node, inside: readonly Node[]): void {
  if (written.type !== 'MemberExpression' || !context.isGlobal(written.object, 'arguments')) return;
  const owner = [...inside]
    .reverse()
    .find((item) => isFunctionNode(item) && item.type !== 'ArrowFunctionExpression');
  if (!owner || inside.some(isClass)) return;
  const params = owner.params as Node[];
  const isStrict = (owner.body.body as Node[]).some(({ directive }) => directive === 'use strict');
  if (isStrict || params.some(({ type }) => type !== 'Identifier')) return;
  const place = keyName(written.property, written.computed);
  const meant =
    place === undefined || written.property.type !== 'Literal' ? params : params.slice(+place, +place + 1);
  if (meant.length === 0) return;
  const names = meant.map(({ name }) => String(name)).join(', ');
  context.warn(
    written,
    `arguments and parameters are apart on Espruino, as in a module: ${names} stays as it is, so assign to it by its name`,
  );
}

/** The class or named function that `new.target` would be, or undefined. */
export function targetOf(inside: readonly Node[]): Node | undefined {
  for (const item of [...inside].reverse()) {
    if (item.type === 'ArrowFunctionExpression' || item.type === 'ObjectExpression') continue;
    if (isClass(item)) return item;
    if (item.id) return item;
    // A constructor is a function of its class.
    if (!isClass(inside[inside.indexOf(item) - 1] ?? item)) return undefined;
  }
  return undefined;
}

function inspectLiteral(context: LoweringContext, node: Node): void {
  if (node.bigint)
    return context.error(node, 'Espruino has no BigInt: a number is exact up to 9007199254740991');
  if (node.regex) return inspectPattern(context, node, node.regex.pattern, node.regex.flags);
  if (typeof node.value === 'string') inspectText(context, node, node.value);
}

function inspectPattern(context: LoweringContext, node: Node, pattern: string, flags: string): void {
  const form = regExpForm(pattern, flags);
  if ('problem' in form)
    context.error(node, `this regular expression does not work on Espruino: ${form.problem}`);
  if (!('native' in form)) context.ownRegExps = true;
}

/** A pattern that is a text: what nobody knows before it runs is left to the helper that reads patterns. */
function inspectRegExp(context: LoweringContext, node: Node): void {
  if (!context.isGlobal(node.callee, 'RegExp')) return;
  const [pattern, flags] = node.arguments as (Node | undefined)[];
  if (typeof pattern?.value === 'string' && (!flags || typeof flags.value === 'string'))
    inspectPattern(context, node, pattern.value, String(flags?.value ?? ''));
  else context.ownRegExps = true;
}

function inspectText(context: LoweringContext, node: Node, text: string): void {
  if (!/[^\0-\xff]/.test(text) && !/[^\0-\x7f]/.test(context.source.slice(node.start, node.end))) return;
  context.once(
    'bytes',
    node,
    'a character of Espruino is a byte: text beyond ASCII is UTF-8 there, and its length counts bytes',
  );
}

/** Keys that are numbers come first, and in order, in the language. */
function inspectKeys(context: LoweringContext, node: Node): void {
  let last = -1;
  let named = false;
  for (const item of node.properties as Node[]) {
    const name = item.key && keyName(item.key, item.computed);
    if (name === undefined) continue;
    if (!/^(0|[1-9]\d*)$/.test(name)) {
      named = true;
      continue;
    }
    if (named || +name < last) {
      context.warn(
        item.key,
        'keys that are numbers keep their places on Espruino, where elsewhere they come first and in order',
      );
      return;
    }
    last = +name;
  }
}

function inspectCall(context: LoweringContext, node: Node): void {
  const { callee } = node;
  const args = node.arguments as Node[];
  if (context.isGlobal(callee, 'Symbol'))
    return context.warn(node, 'a Symbol becomes a text that no other equals; typeof says string of it');
  if (context.isGlobal(callee, 'setTimeout') && args[1]?.value === 0 && context.waits)
    context.once('soon', node, 'on Espruino a timer of 0 ms may run before what waits for a promise');
  if (callee.type !== 'MemberExpression') return;
  const name = keyName(callee.property, callee.computed);
  if (name === undefined) return;
  const { object } = callee;
  if (
    object.type === 'Identifier' &&
    !context.declared.has(object.name) &&
    Object.hasOwn(MISSING_STATIC, object.name)
  ) {
    if (MISSING_STATIC[object.name].test(name))
      context.error(callee, `Espruino has no ${object.name}.${name}()`);
    return;
  }
  if (MISSING.test(name) && !context.defines(name))
    context.warn(callee.property, `nothing that is built into Espruino has .${name}()`);
  if (name === 'sort' && args.length === 1 && isFunctionNode(args[0]) && givesTruth(args[0]))
    context.warn(
      args[0],
      'a function for sort() gives a number, less than 0 for what comes first: a truth value sorts otherwise on each engine',
    );
}

/** Whether a function of one expression gives a comparison's result. */
function givesTruth(node: Node): boolean {
  const { body } = node;
  const value =
    body.type !== 'BlockStatement'
      ? body
      : body.body.length === 1 && body.body[0].type === 'ReturnStatement'
        ? body.body[0].argument
        : null;
  return value?.type === 'BinaryExpression' && /^[<>]=?$|^[!=]==?$/.test(value.operator);
}
