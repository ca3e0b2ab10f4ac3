/**
 * Functions that run seldom are made when they are called, and forgotten when they have run: on a board each function
 * that stands ready takes four variables and one a parameter, and calls of these are few. All of them stand in one
 * function, which gives the one that is asked for; finding it takes reading what stands before it, so what runs with
 * every message must not be among them, nor what anybody compares, nor what is kept.
 */
import MagicString from 'magic-string';
import type { AnyNode } from 'acorn';
import { type Name, Refusal, type View, look, read } from './script';

/** What gives the function of a number. */
const MAKER = 'seldom';

/** A name as it was before the build told it from others. */
const written = (name: string): string => name.replace(/\$\d+(?=__|$)/g, '');

interface Found {
  readonly name: Name;
  /** The statement that makes it, and where in that its parameters begin. */
  readonly made: AnyNode;
  readonly from: number;
}

/** A function of the top level that a declaration makes, or a variable holds. */
function findMade(view: View, name: Name): Found | undefined {
  const [id] = name.ids;
  const parent = id && view.isTop(name) ? view.parent(id) : undefined;
  if (parent?.type === 'FunctionDeclaration') return { name, made: parent, from: id.end };
  if (parent?.type !== 'VariableDeclarator' || parent.init?.type !== 'FunctionExpression') return undefined;
  const made = view.parent(parent) as Extract<AnyNode, { type: 'VariableDeclaration' }>;
  const { init } = parent;
  if (made.declarations.length > 1 || init.id) return undefined;
  return { name, made, from: init.start + 'function'.length };
}

/** Why a function cannot be made anew at each use. */
function whyNot(view: View, { name }: Found): { node: AnyNode; text: string } | undefined {
  const [first] = [...name.writes.filter(({ type }) => type !== 'VariableDeclarator'), ...name.ids.slice(1)];
  if (first) return { node: first, text: 'is not one function' };
  for (const { node } of name.references) {
    const user = view.parent(node);
    // An export is kept, and is what it would be.
    const isExported = user.type === 'AssignmentExpression' && user.left.type === 'MemberExpression';
    if (!isExported && user.type !== 'CallExpression' && user.type !== 'LogicalExpression')
      return { node: user, text: 'is kept, compared or changed, and would be another function each time' };
  }
  return undefined;
}

/**
 * @param seldom names of functions of the top level, the one most used first; those that are not there are left out
 * @param all whether one that is not there is a mistake
 * @throws Refusal, SyntaxError
 */
export function setAside(
  code: string,
  seldom: readonly string[],
  all = false,
): { code: string; map: string } {
  const program = read(code);
  const view = look(program);
  const text = new MagicString(code);
  const maker = view.fresh(MAKER);
  const found: Found[] = [];
  for (const wanted of seldom) {
    const same = [...view.names.values()].flatMap((name) =>
      written(name.binding.name) === wanted ? (findMade(view, name) ?? []) : [],
    );
    const [one, another] = same;
    if (another) throw new Refusal(another.made, `there is more than one function ${wanted}`);
    if (one) found.push(one);
    else if (all) throw new Refusal(program, `there is no function ${wanted}`);
  }

  // What is exported comes last.
  const { start = 0 } = program.body[program.body.length - 1] ?? {};
  if (found.length) text.appendLeft(start, `function ${maker}(which) {\n  switch (which) {\n`);
  found.forEach((one, number) => {
    const { name, made, from } = one;
    const reason = whyNot(view, one);
    if (reason) throw new Refusal(reason.node, `${name.binding.name} ${reason.text}`);
    for (const { node } of name.references) text.overwrite(node.start, node.end, `${maker}(${number})`);
    text.overwrite(made.start, from, `case ${number}: return function `);
    text.appendLeft(made.end, number < found.length - 1 ? ';\n' : ';\n  }\n}\n');
    text.move(made.start, made.end, start);
  });
  return { code: text.toString(), map: text.generateMap({ hires: true }).toString() };
}
