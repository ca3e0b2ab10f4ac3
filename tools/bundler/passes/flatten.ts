/**
 * Takes apart, in a bundle, what the sources keep together: a factory `createX(options)` that is called once, as a
 * statement of the top level, becomes top-level names and functions, its options what was passed, and the object
 * that it returns its methods. On a board every function in a function costs variables for its scope, and every
 * object for itself and each of its keys: what each part of this saves is said where that is done. What cannot be taken
 * apart with the same meaning ends the build, unless the call is marked `NOINLINE`, which keeps it as it is.
 *
 * It must not touch an application's statements, nor what they speak of.
 */
import type { AnyNode, Program } from 'acorn';
import { accept } from './accept';
import { constant, joinAssignment, nameBuiltIns, resolveAlias } from './aliases';
import { inlineFactories, onceFinder, refuseLeftOver, splitDeclarations, unwrapOne } from './factories';
import { type Facts, findFacts } from './facts';
import { numberFlags } from './flags';
import { type Inlining, inlineCalls } from './inline';
import { dissolve, whyWhole } from './objects';
import { type Name, Refusal, type View, look, makeNamesUnique, print, read } from './script';

/** Where a statement of the top level comes from, by its place in the text. */
export type IsApplication = (start: number, end: number) => boolean;

/**
 * Steps that a view of the program as it was allows. A step puts something in the place of a name's uses, and takes apart
 * the statements that declare it: all else stays as the view has it.
 * @returns the view, which still holds, when there was no step left
 */
function simplify(program: Program, facts: Facts, isLeft: (node: AnyNode) => boolean): View | undefined {
  splitDeclarations(program);
  const view = look(program);
  /** Statements of the top level whose nodes are elsewhere now, or gone. */
  const apart = new Set<AnyNode>();
  /** Those in which something has another one in its place, so that what a name is given there is not known. */
  const changed = new Set<AnyNode>();
  /** Names that stand in more places than the view knows. */
  const spread = new Set<Name>();
  for (const name of view.names.values()) {
    if (!view.isTop(name) || spread.has(name) || isShared(view, name, isLeft)) continue;
    const declared = [...name.ids, ...name.writes].map(view.top);
    const used = name.references.map(({ node }) => view.top(node));
    if (declared.some((top) => changed.has(top)) || used.some((top) => apart.has(top))) continue;
    const alias = simplifyOne(view, facts, name);
    if (alias === undefined) continue;
    for (const top of declared) apart.add(top);
    for (const top of [...declared, ...used]) changed.add(top);
    if (alias) spread.add(alias);
  }
  return changed.size > 0 ? undefined : view;
}

/** All that is to be taken apart; what one kind of step does may let the other do more. */
function takeApart(
  program: Program,
  facts: Facts,
  made: Map<string, string>,
  isLeft: (node: AnyNode) => boolean,
): View {
  for (;;) {
    const view = simplify(program, facts, isLeft);
    if (view && !inlineFactories(view, made, isLeft) && !unwrapOne(view, isLeft)) return view;
  }
}

/** @returns the name that stands in its place now, or null where none does; undefined: nothing was done */
function simplifyOne(view: View, facts: Facts, name: Name): Name | null | undefined {
  if (joinAssignment(view, name)) return null;
  const known = constant(view, facts, name);
  if (!known) return undefined;
  const { value, at } = known;
  if (value.type === 'ObjectExpression' && !whyWhole(view, facts, name, value)) {
    dissolve(view, facts, name, value, at);
    return null;
  }
  return resolveAlias(view, facts, name, value, at) ? (view.nameOf(value) ?? null) : undefined;
}

/** Whether a statement that is to be left alone speaks of a name. */
export function isShared(view: View, name: Name, isLeft: (node: AnyNode) => boolean): boolean {
  return [...name.ids, ...name.references.map(({ node }) => node)].some((node) => isLeft(view.top(node)));
}

/** Statements of the top level that are an application's, split or not. */
function leftAlone(program: Program, isApplication?: IsApplication): (node: AnyNode) => boolean {
  if (!isApplication) return () => false;
  const left = new Set(
    (program.body as AnyNode[])
      .filter(({ start, end }) => isApplication(start, end))
      .map(({ start }) => start),
  );
  // Whatever is put there is the library's, and where it comes from is another place.
  return ({ start }) => left.has(start);
}

/**
 * @param inlining how far calls are replaced by what they call, too; not at all by default
 * @param isApplication what is not to be changed
 * @throws Refusal with what cannot be taken apart; SyntaxError
 */
export function flatten(
  code: string,
  inlining?: Inlining,
  isApplication?: IsApplication,
): { code: string; map: string } {
  const program = read(code);
  const isLeft = leftAlone(program, isApplication);
  const made = new Map<string, string>();
  accept(program, (node) => !isLeft(node));
  makeNamesUnique(program, isLeft);
  const facts = findFacts(program, onceFinder);
  const view = takeApart(program, facts, made, isLeft);
  refuseLeftOver(view, isLeft);
  for (const name of view.names.values()) {
    const what = made.get(name.binding.name);
    const known = what ? constant(view, facts, name) : undefined;
    const reason =
      known?.value.type === 'ObjectExpression' ? whyWhole(view, facts, name, known.value) : undefined;
    if (reason) throw new Refusal(reason.node, `${what!} ${reason.why}`);
  }
  if (inlining) {
    inlineCalls(program, inlining, isLeft);
    numberFlags(program, isLeft, inlining.packed);
  }
  nameBuiltIns(program, isLeft, inlining?.named);
  return print(program);
}
