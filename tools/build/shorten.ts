/**
 * The last bytes of a minified bundle: the names of the top level that are used most get one letter, which a
 * minifier gives to those that come first. On the board a variable that holds a whole number takes no room beside
 * its name, unlike one that holds `true` or `5e3`, so it makes numbers of those. A program that asks whether a
 * value is `true`, rather than whether it counts as such, is none for it.
 */
import type { AnyNode } from 'acorn';
import MagicString from 'magic-string';
import { type FunctionInfo, children, findScopes } from '../check-bundle/scopes';
import { read } from './script';

type Id = AnyNode & { name: string };

/** Of two letters; before `of` Espruino's loops go wrong. */
const WORDS = ['do', 'if', 'in', 'of'];

/** @param name the n-th short name, most wanted first; it gives none that a board's firmware has */
export function shorten(code: string, name: (n: number) => string): { code: string; map: string } {
  const program = read(code);
  const { declarations, references, functions } = findScopes(program);
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
  const value = (node: AnyNode): string | undefined => {
    if (node.type === 'UnaryExpression' && node.operator === '!' && node.argument.type === 'Literal')
      return node.argument.value ? '0' : '1';
    return node.type === 'Literal' && /^\d+e\d$/.test(node.raw ?? '') ? String(node.value) : undefined;
  };
  const isLiteral = (node: AnyNode): boolean =>
    node.type === 'Literal' && /number|string/.test(typeof node.value);
  const find = (node: AnyNode): void => {
    // The compiler has seen to it that like is compared with like.
    if (node.type === 'BinaryExpression' && /^[!=]==$/.test(node.operator)) {
      const { left, right } = node;
      const at = code.indexOf(node.operator, left.end);
      if (isLiteral(left) || isLiteral(right))
        text.remove(at, at + 1).update(at + 1, at + 3, `${node.operator[0]!}=`);
    }
    if (node.type === 'UnaryExpression' && node.operator === 'void' && node.argument.type === 'Literal')
      nothing.push(node);
    const number = value(node);
    if (number !== undefined) {
      const joins = /\w/.test(code[node.start - 1] ?? '') ? ' ' : '';
      text.update(node.start, node.end, joins + number);
    } else for (const child of children(node)) find(child);
  };
  find(program);
  if (nothing.length > 3) {
    const everywhere = new Set([...locals.values()].flatMap((some) => [...some]));
    const unassigned = free(everywhere);
    text.prepend(`var ${unassigned};`);
    for (const { start, end } of nothing) text.update(start, end, unassigned);
  }
  for (const { ids, hidden } of [...names.values()].sort((a, b) => b.ids.length - a.ids.length)) {
    const short = free(hidden);
    for (const { start, end } of ids) if (code.slice(start, end) !== short) text.update(start, end, short);
  }
  // The space is for HTML, in which `<!--` would begin a comment.
  for (const { index } of code.matchAll(/(?<=! )--/g))
    if (code[index - 3] !== '<') text.remove(index - 1, index);
  return { code: text.toString(), map: text.generateMap({ hires: true }).toString() };
}
