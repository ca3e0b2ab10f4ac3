/**
 * Functions of the language that Espruino lacks or that give another result there: their uses go to helpers, which
 * leave objects with a method of that name to their own.
 */
import type { LoweringContext } from './context';
import type { HelperName } from './helpers';
import { regExpForm } from './regexps';
import {
  type Node,
  array,
  at,
  binary,
  call,
  copyNode,
  isPlain,
  literalNode,
  member,
  property,
  sequence,
  keyName,
} from './tree';

/** Static members, by object: the helper that stands for each. */
const STATIC: Readonly<Record<string, Readonly<Record<string, HelperName>>>> = {
  Array: { from: 'arrayFrom', of: 'arrayOf' },
  Object: { is: 'objectIs', groupBy: 'groupBy', hasOwn: 'hasOwn', fromEntries: 'fromEntries' },
  Number: {
    isInteger: 'isInteger',
    isSafeInteger: 'isSafeInteger',
    isFinite: 'isFiniteNumber',
    isNaN: 'isNotNumber',
  },
  Math: {
    trunc: 'trunc',
    hypot: 'hypot',
    cbrt: 'cbrt',
    log2: 'log2',
    log10: 'log10',
    log1p: 'log1p',
    expm1: 'expm1',
    sinh: 'sinh',
    cosh: 'cosh',
    tanh: 'tanh',
    fround: 'fround',
    imul: 'imul',
    clz32: 'clz32',
    pow: 'pow',
    round: 'round',
    asinh: 'asinh',
    acosh: 'acosh',
    atanh: 'atanh',
  },
  Promise: { race: 'race', allSettled: 'allSettled', any: 'any' },
  JSON: { stringify: 'stringify' },
  Date: { UTC: 'dateUTC', parse: 'dateParse' },
  ArrayBuffer: { isView: 'isView' },
  String: { fromCodePoint: 'fromCodePoint' },
};

/** Static members whose place another of the same meaning takes. */
const SAME: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  Number: {
    parseInt: 'parseInt',
    parseFloat: 'parseFloat',
    MAX_SAFE_INTEGER: 9007199254740991,
    MIN_SAFE_INTEGER: -9007199254740991,
    EPSILON: 2.220446049250313e-16,
    MIN_VALUE: 5e-324,
  },
};

/** Methods that no built-in of Espruino has, or has otherwise. */
const METHODS: Readonly<Record<string, HelperName>> = {
  toFixed: 'toFixed',
  flat: 'flat',
  flatMap: 'flatMap',
  at: 'at',
  findLast: 'findLast',
  findLastIndex: 'findLastIndex',
  lastIndexOf: 'lastIndexOf',
  reduceRight: 'reduceRight',
  trimStart: 'trimStart',
  trimEnd: 'trimEnd',
  trimLeft: 'trimStart',
  trimRight: 'trimEnd',
  codePointAt: 'codePointAt',
  localeCompare: 'localeCompare',
  search: 'search',
  toSorted: 'toSorted',
  toReversed: 'toReversed',
  with: 'arrayWith',
  toSpliced: 'toSpliced',
  copyWithin: 'copyWithin',
  finally: 'afterwards',
  toPrecision: 'toPrecision',
  toExponential: 'toExponential',
  matchAll: 'matchAll',
  toUTCString: 'utcString',
  toGMTString: 'utcString',
  replaceAll: 'replaceAll',
};

/** Methods of arrays that objects of other kinds have too, so these are asked for with no arguments only. */
const WALKS: Readonly<Record<string, HelperName>> = { keys: 'keys', values: 'values', entries: 'entries' };

/** How many arguments the built-in method takes: with others, it is one of somebody's own. */
const COUNTS: Readonly<Record<string, readonly [number, number]>> = {
  toFixed: [0, 1],
  flat: [0, 1],
  flatMap: [1, 2],
  at: [1, 1],
  findLast: [1, 2],
  findLastIndex: [1, 2],
  lastIndexOf: [1, 2],
  reduceRight: [1, 2],
  trimStart: [0, 0],
  trimEnd: [0, 0],
  trimLeft: [0, 0],
  trimRight: [0, 0],
  codePointAt: [0, 1],
  localeCompare: [1, 3],
  search: [1, 1],
  toSorted: [0, 1],
  toReversed: [0, 0],
  with: [2, 2],
  copyWithin: [1, 3],
  finally: [1, 1],
  toPrecision: [0, 1],
  toExponential: [0, 1],
  matchAll: [1, 1],
  replaceAll: [2, 2],
  toUTCString: [0, 0],
  match: [1, 1],
  sort: [0, 1],
};

const isFunction = (node: Node | undefined): boolean => !!node && /Function/.test(node.type);

/** A literal text in which nothing is replaced by what was found. */
const isPlainText = (node: Node | undefined): boolean =>
  node?.type === 'Literal' && typeof node.value === 'string' && !node.value.includes('$');

function methodHelper(context: LoweringContext, name: string, node: Node): HelperName | undefined {
  const args = node.arguments as Node[];
  const object = node.callee.object as Node;
  const isStatic =
    object.type === 'Identifier' && /^[A-Z]/.test(object.name) && !context.declared.has(object.name);
  if (isStatic) return undefined;
  const [least, most] = Object.hasOwn(COUNTS, name) ? COUNTS[name]! : [0, Infinity];
  const isSpread = args.some(({ type }) => type === 'SpreadElement');
  if (!isSpread && (args.length < least || args.length > most)) return undefined;
  const ofPattern = patternHelper(context, name, args);
  if (ofPattern) return ofPattern;
  if (Object.hasOwn(METHODS, name)) return METHODS[name];
  if (Object.hasOwn(WALKS, name)) return args.length === 0 ? WALKS[name] : undefined;
  switch (name) {
    case 'slice':
      return context.typed ? 'sameKind' : undefined;
    case 'sort':
      return args.length > 0 ? 'sort' : undefined;
    case 'split':
      return args.length > 1 || (args[0]?.regex && /\((?!\?)/.test(args[0].regex.pattern))
        ? 'split'
        : undefined;
    case 'replace': {
      if (args.length < 2 || args[0].regex) return undefined;
      return isPlainText(args[1]) ||
        (args[0].type === 'Literal' &&
          !isFunction(args[1]) &&
          args[1].type === 'Literal' &&
          !/\$/.test(args[1].value))
        ? undefined
        : 'replace';
    }
    case 'filter':
      if (args.length === 2 && args[1]!.type === 'Literal' && args[1]!.value === null) args.pop();
      return context.typed ? 'sameKind' : undefined;
    case 'forEach':
    case 'map':
    case 'some':
    case 'every':
      // `null` is no object for Espruino.
      if (args.length === 2 && args[1].type === 'Literal' && args[1].value === null) args.pop();
      return undefined;
    default:
      return undefined;
  }
}

/** Calls of what a text does by a pattern, where the pattern may be one that Espruino does not run. */
function patternHelper(
  context: LoweringContext,
  name: string,
  args: readonly Node[],
): HelperName | undefined {
  const [pattern, by] = args;
  if (!pattern || pattern.type === 'SpreadElement') return undefined;
  const isText = pattern.type === 'Literal' && typeof pattern.value === 'string';
  const isPlainExpression = !!pattern.regex;
  switch (name) {
    case 'match':
      return isText || (isPlainExpression && !pattern.regex.flags.includes('g')) ? undefined : 'match';
    case 'split':
      return context.ownRegExps && !isText && !isPlainExpression ? 'split' : undefined;
    case 'replace':
      if (isText) return undefined;
      if (context.ownRegExps && !isPlainExpression) return 'replace';
      if (!isPlainExpression || isFunction(by)) return undefined;
      return by?.type === 'Literal' && !/\$[^1-9]/.test(String(by.value)) ? undefined : 'replace';
    default:
      return undefined;
  }
}

/** A regular expression as Espruino runs it. */
export function lowerRegExp(context: LoweringContext, node: Node, pattern: string, flags: string): Node {
  const form = regExpForm(pattern, flags);
  if ('problem' in form) return node;
  if ('native' in form) return { ...node, type: 'Literal', regex: { pattern: form.native, flags } };
  return call(context.helper('regexp'), [
    literalNode(form.program),
    form.names
      ? {
          type: 'ObjectExpression',
          properties: Object.entries(form.names).map(([name, n]) =>
            property(literalNode(name), literalNode(n)),
          ),
        }
      : literalNode(0),
    literalNode(Buffer.from(pattern || '(?:)').toString('latin1')),
    literalNode(flags),
  ]);
}

/** `new RegExp(…)`, which may have been given a text that is known. */
export function lowerNewRegExp(context: LoweringContext, node: Node): Node {
  if (!context.isGlobal(node.callee, 'RegExp')) return node;
  const [pattern, flags] = node.arguments as (Node | undefined)[];
  if (typeof pattern?.value === 'string' && (!flags || typeof flags.value === 'string')) {
    const form = regExpForm(pattern.value, String(flags?.value ?? ''));
    if (!('native' in form)) return lowerRegExp(context, node, pattern.value, String(flags?.value ?? ''));
    return { ...node, arguments: [literalNode(form.native), ...(flags ? [flags] : [])] };
  }
  return call(context.helper('newRegExp'), node.arguments);
}

/** What stands for an expression whose parts have been lowered already. */
export function lowerBuiltIn(context: LoweringContext, node: Node): Node {
  switch (node.type) {
    case 'CallExpression':
      return lowerBuiltInCall(context, node);
    case 'MemberExpression':
      return lowerStatic(context, node);
    case 'BinaryExpression':
      if (node.operator === '**') return power(context, node.left, node.right);
      if (node.operator === 'instanceof' && context.isGlobal(node.right, 'Error')) context.helper('errors');
      if (node.operator === 'instanceof' && context.ownRegExps && context.isGlobal(node.right, 'RegExp'))
        return call(context.helper('isRegExp'), [node.left]);
      return node;
    case 'UnaryExpression':
      return lowerUnary(context, node);
    case 'UpdateExpression': {
      const { argument } = node;
      if (argument.type !== 'MemberExpression' || keyName(argument.property, argument.computed) !== 'length')
        return node;
      const one = binary(node.operator === '++' ? '+' : '-', argument, literalNode(1));
      return call(context.helper('setLength'), [argument.object, { ...one, left: { ...argument } }]);
    }
    case 'Identifier':
      return lowerGlobal(context, node);
    default:
      return node;
  }
}

/** A date of what may be a text, of which Espruino says 1970 where it cannot read it. */
export function lowerDate(context: LoweringContext, node: Node): Node {
  const args = node.arguments as Node[];
  if (!context.isGlobal(node.callee, 'Date')) return node;
  // Without a day it would be the last one of the month before.
  if (args.length === 2) return { ...node, arguments: [...args, literalNode(1)] };
  if (args.length !== 1) return node;
  const [value] = args as [Node];
  const text = value.type === 'Literal' ? value.value : undefined;
  const isRead = typeof text === 'number' || (typeof text === 'string' && ISO.test(text));
  const isNumber =
    value.type === 'BinaryExpression' ||
    value.type === 'UnaryExpression' ||
    (value.type === 'CallExpression' &&
      /^(getTime|now|valueOf|floor|round|dateUTC)$/.test(calledName(value)));
  return isRead || isNumber ? node : call(context.helper('date'), args);
}

const ISO = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/;

const calledName = ({ callee }: Node): string =>
  String((callee.type === 'MemberExpression' ? callee.property.name : callee.name) ?? '').replace(/^\$/, '');

function lowerUnary(context: LoweringContext, node: Node): Node {
  const { argument, operator } = node;
  // Text with blanks around is no number for Espruino.
  if (operator === '+' && /^(Identifier|MemberExpression)$/.test(argument.type))
    return call(context.helper('number'), [argument]);
  return node;
}

const GLOBALS: Readonly<Record<string, HelperName>> = {
  Map: 'Map',
  Set: 'Set',
  WeakMap: 'Map',
  WeakSet: 'Set',
  RangeError: 'RangeError',
  EvalError: 'RangeError',
  URIError: 'RangeError',
  Symbol: 'symbol',
  queueMicrotask: 'soon',
  structuredClone: 'clone',
};

function lowerGlobal(context: LoweringContext, node: Node): Node {
  if (context.declared.has(node.name) || !Object.hasOwn(GLOBALS, node.name)) return node;
  return at(node, context.helper(GLOBALS[node.name]));
}

/** Something of which a method of a prototype can be had: the prototypes themselves show none. */
const INSTANCES: Readonly<Record<string, () => Node>> = {
  Array: () => array([]),
  String: () => literalNode(''),
  Number: () => literalNode(0),
  Function: () => ({ type: 'Identifier', name: 'print' }),
};

function lowerStatic(context: LoweringContext, node: Node): Node {
  const name = keyName(node.property, node.computed);
  const object = node.object as Node;
  if (object.type === 'MemberExpression' && name !== undefined && !context.defines(name)) {
    const holder = object.object as Node;
    if (keyName(object.property, object.computed) === 'prototype' && holder.type === 'Identifier') {
      const instance =
        Object.hasOwn(INSTANCES, holder.name) && !context.declared.has(holder.name) && INSTANCES[holder.name];
      if (instance && name !== 'constructor') return { ...node, object: instance() };
    }
  }
  if (name === undefined || object.type !== 'Identifier' || node.kept) return node;
  if (name === 'name' && context.classes.get(object.name)?.members.includes('name') === false)
    return literalNode(object.name);
  const known = name === 'name' || name === 'length' ? context.named.get(object.name) : undefined;
  if (known && !context.writers.has(object.name))
    return literalNode(name === 'name' ? known.name : known.length);
  if (name === 'prototype' && context.isGlobal(object, 'Error')) context.helper('errors');
  if (name === 'name' && /^(e|ex|err|error|exception|reason)$/i.test(object.name)) context.helper('errors');
  if (context.declared.has(object.name)) return node;
  const helper = Object.hasOwn(STATIC, object.name) && STATIC[object.name];
  if (helper && Object.hasOwn(helper, name)) return context.helper(helper[name]);
  const same = Object.hasOwn(SAME, object.name) && SAME[object.name];
  if (same && Object.hasOwn(same, name)) {
    const value = same[name];
    if (typeof value === 'string') return { type: 'Identifier', name: value };
    return value < 0
      ? { type: 'UnaryExpression', operator: '-', prefix: true, argument: literalNode(-value) }
      : literalNode(value);
  }
  return node;
}

function lowerBuiltInCall(context: LoweringContext, node: Node): Node {
  const { callee } = node;
  const args = node.arguments as Node[];
  if (
    callee.type === 'Identifier' &&
    callee.name === context.helpers.get('stringify') &&
    args.length === 1 &&
    context.getters
  )
    return call(callee, [args[0], context.helper('same')]);
  if (context.isGlobal(callee, 'RegExp')) return lowerNewRegExp(context, node);
  // Of a date it is always true there.
  if (
    context.isGlobal(callee, 'isNaN') &&
    context.dates &&
    /^(Identifier|MemberExpression)$/.test(args[0]?.type ?? '')
  )
    return { ...node, arguments: [call(context.helper('number'), args)] };
  if (context.isGlobal(callee, 'Number') && args.length === 1) return call(context.helper('number'), args);
  if (callee.type !== 'MemberExpression') return node;
  const name = keyName(callee.property, callee.computed);
  if (name === undefined) return node;
  if (name === 'call' && isTagger(context, callee.object)) return call(context.helper('typeTag'), args);
  if (/^getUTC(?!$)/.test(name) && args.length === 0)
    return call(member(call(context.helper('utc'), [callee.object]), name.replace('UTC', '')));
  if (context.isGlobal(callee.object, 'JSON') && name === 'parse' && args.length > 1)
    return call(context.helper('parse'), args);
  if (context.isGlobal(callee.object, 'Object')) {
    if (/^(freeze|seal|preventExtensions)$/.test(name) && args.length === 1) {
      context.warn(node, `Object.${name}() changes nothing on Espruino: the object can still be written to`);
      return args[0];
    }
    if (/^is(Frozen|Sealed)$/.test(name)) return sequence([...args, literalNode(false)]);
    return node;
  }
  if (isTypedArray(context, callee.object) && /^(from|of)$/.test(name))
    return {
      type: 'NewExpression',
      callee: callee.object,
      arguments: [name === 'of' ? array(args) : call(context.helper('arrayFrom'), args)],
    };
  const helper = methodHelper(context, name, node);
  // Typed arrays have one length for good.
  if (node.changing && args.length <= 2 && !args.some(({ type }) => type === 'SpreadElement') && !helper)
    return name === 'reduce'
      ? call(context.helper('reduce'), [callee.object, literalNode(args.length), ...args])
      : call(context.helper('each'), [callee.object, literalNode(name), ...args]);
  if (!helper) return node;
  const named = helper === 'sameKind' ? [literalNode(name)] : [];
  return call(context.helper(helper), [callee.object, ...named, ...args]);
}

const isTypedArray = (context: LoweringContext, node: Node): boolean =>
  node.type === 'Identifier' &&
  /^(Uint8|Int8|Uint8Clamped|Uint16|Int16|Uint24|Uint32|Int32|Float32|Float64)Array$/.test(node.name) &&
  !context.declared.has(node.name);

/** A power; a square of what can be evaluated twice needs no helper. */
export function power(context: LoweringContext, base: Node, exponent: Node): Node {
  const square = exponent.type === 'Literal' && exponent.value === 2 && isPlain(base);
  return square ? binary('*', base, copyNode(base)) : call(context.helper('pow'), [base, exponent]);
}

/** `Object.prototype.toString`, asked what something is. */
function isTagger(context: LoweringContext, node: Node): boolean {
  if (node.type !== 'MemberExpression' || keyName(node.property, node.computed) !== 'toString') return false;
  const { object } = node;
  if (object.type === 'ObjectExpression') return object.properties.length === 0;
  return (
    object.type === 'MemberExpression' &&
    keyName(object.property, object.computed) === 'prototype' &&
    context.isGlobal(object.object, 'Object')
  );
}
