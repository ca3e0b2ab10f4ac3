/**
 * The last bytes of a minified bundle: the names of the top level that are used most get one letter, which a minifier gives to
 * those that come first, and what is written at length is written short. It saves no variables, but some 600 bytes, without
 * which the target's bundle does not keep to its limit. It must not take a value for another one's type: `===` goes only
 * where both sides are proven to be of types that `==` does not mix.
 */
import type { AnyNode, Program } from 'acorn';
import MagicString from 'magic-string';
import { type FunctionInfo, children } from '../check/scopes';
import { onceFinder } from './factories';
import { type Token, isMade } from './facts/cells';
import { findOrder } from './facts/order';
import { type Values, findValues } from './facts/values';
import { afterDirectives, read } from './script';

type Id = AnyNode & { name: string };

/** What is no name, or none that works: before `of` Espruino's loops go wrong. */
const WORDS =
  `break case catch class const continue debugger default delete do else enum export extends false finally for function if
  import in instanceof let new null of return static super switch this throw true try typeof var void while with yield
  await eval arguments undefined NaN Infinity`.split(/\s+/);

/** Whether `==` says the same of two values as `===` does. */
function isAlike(a: Token, b: Token): boolean {
  const isKnown = (token: Token) => typeof token === 'string' || isMade(token);
  if (!isKnown(a) || !isKnown(b)) return false;
  if (a === b || (isMade(a) && isMade(b))) return true;
  const isNothing = (token: Token) => token === 'undefined' || token === 'null';
  return isNothing(a) !== isNothing(b);
}

function isComparable(values: Values, a: AnyNode, b: AnyNode): boolean {
  const left = values.tokens(a);
  const right = values.tokens(b);
  if (!left?.size || !right?.size) return false;
  return [...left].every((one) => [...right].every((other) => isAlike(one, other)));
}

/** What is proven of values, with what is known of the order in which they come about. */
function valuesOf(program: Program): Values {
  const first = findValues(program);
  const order = findOrder(program, first, onceFinder(first));
  // Names are those of `first`, so they are told by who declares them, and where.
  const early = new Set<AnyNode>();
  for (const [id, binding] of first.scopes.declarations) if (order.isEarly(binding)) early.add(id);
  return findValues(program, (_binding, ids) => ids.some((id) => early.has(id)));
}

/** Where an operator stands between its operands, with nothing but parentheses and spaces around it. */
function operatorAt(code: string, from: number, to: number, operator: string): number | undefined {
  const match = /^([\s)]*)([!=]==)[\s(]*$/.exec(code.slice(from, to));
  return match?.[2] === operator ? from + match[1]!.length : undefined;
}

/** @param name the n-th short name, most wanted first; it gives none that a board's firmware has */
export function shorten(code: string, name: (n: number) => string): { code: string; map: string } {
  const program = read(code);
  const values = valuesOf(program);
  const { declarations, references, functions } = values.scopes;
  const top = functions.get(program);
  const text = new MagicString(code);

  /** What no name of the top level may be: the interpreter's own, and what has been given. */
  const taken = new Set<string>(WORDS);
  const names = new Map<string, { readonly ids: Id[]; readonly hidden: Set<string> }>();
  const locals = new Map<FunctionInfo, Set<string>>();

  function entry(id: Id): { ids: Id[]; hidden: Set<string> } {
    const found = names.get(id.name) ?? { ids: [], hidden: new Set() };
    names.set(id.name, found);
    found.ids.push(id);
    return found;
  }

  for (const [node, { owner, name: local }] of declarations) {
    if (owner === top) entry(node as Id);
    else locals.set(owner, (locals.get(owner) ?? new Set()).add(local));
  }
  for (const [node, { binding, inside }] of references) {
    if (!binding) taken.add((node as Id).name);
    else if (binding.owner === top) {
      const { hidden } = entry(node as Id);
      for (let at: FunctionInfo | undefined = inside; at && at !== top; at = at.parent)
        for (const local of locals.get(at) ?? []) hidden.add(local);
    }
  }

  /** The shortest that is not taken and means nothing else where it is used. */
  function free(hidden: ReadonlySet<string>): string {
    let n = 0;
    while (taken.has(name(n)) || hidden.has(name(n))) n++;
    taken.add(name(n));
    return name(n);
  }

  // For nothing, a name that is never assigned: shorter, and the same.
  const nothing: AnyNode[] = [];
  /** Numbers that terser writes shorter than Espruino keeps them. */
  const value = (node: AnyNode): string | undefined =>
    node.type === 'Literal' && /^\d+e\d$/.test(node.raw ?? '') ? String(node.value) : undefined;
  const find = (node: AnyNode, parent: AnyNode): void => {
    if (node.type === 'BinaryExpression' && /^[!=]==$/.test(node.operator)) {
      const { left, right } = node;
      const at = operatorAt(code, left.end, right.start, node.operator);
      if (at !== undefined && isComparable(values, left as AnyNode, right))
        text.remove(at, at + 1).update(at + 1, at + 3, `${node.operator[0]!}=`);
    }
    // The space is for HTML, in which `<!--` would begin a comment.
    if (
      node.type === 'UnaryExpression' &&
      node.operator === '!' &&
      node.argument.type === 'UpdateExpression'
    ) {
      const { start } = node.argument;
      if (code.slice(node.start, start + 2) === '! --' && code[node.start - 1] !== '<')
        text.remove(node.start + 1, start);
    }
    if (node.type === 'UnaryExpression' && node.operator === 'void' && node.argument.type === 'Literal')
      nothing.push(node);
    const number = value(node);
    if (number !== undefined && !(parent.type === 'MemberExpression' && parent.object === node))
      text.update(node.start, node.end, number);
    else for (const child of children(node)) find(child, node);
  };
  find(program, program);
  if (nothing.length > 3) {
    const everywhere = new Set([...locals.values()].flatMap((some) => [...some]));
    const unassigned = free(everywhere);
    text.appendLeft(afterDirectives(program), `var ${unassigned};`);
    for (const { start, end } of nothing) text.update(start, end, unassigned);
  }
  for (const { ids, hidden } of [...names.values()].sort((a, b) => b.ids.length - a.ids.length)) {
    const short = free(hidden);
    for (const { start, end } of ids) if (code.slice(start, end) !== short) text.update(start, end, short);
  }
  return { code: text.toString(), map: text.generateMap({ hires: true }).toString() };
}
