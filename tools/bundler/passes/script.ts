/**
 * A script as a tree that the build's transforms change: read, looked up, printed. It must print what it read, but
 * for what the transforms did, and keep every place's origin for the source map.
 */
import { GenMapping, addMapping, toEncodedMap } from '@jridgewell/gen-mapping';
import { type AnyNode, type Program, parse } from 'acorn';
import { type Generator, GENERATOR, generate } from 'astring';
import { type Binding, type Reference, type Scopes, children, findScopes, isFunction } from '../check/scopes';

export type Id = AnyNode & { type: 'Identifier'; name: string };
export type Declaration = Extract<AnyNode, { type: 'FunctionDeclaration' }>;

/** What a comment in front of a call says of it to the minifier: it is the call's own, and so its copies'. */
interface Marked {
  marks?: string[];
}

const marked = (node: AnyNode): Marked => node as unknown as Marked;

/** A call that is to stay a call. */
export function isKept(call: AnyNode): boolean {
  return !!marked(call).marks?.includes('NOINLINE');
}

/** What the transforms refuse, with the node that they refuse. */
export class Refusal extends Error {
  constructor(
    readonly node: AnyNode,
    text: string,
  ) {
    super(text);
  }
}

/**
 * @throws SyntaxError with `pos`
 * @throws Refusal of a mark that is no call's
 */
export function read(code: string): Program {
  const marks = new Map<number, { words: string[]; comment: AnyNode }>();
  const program = parse(code, {
    ecmaVersion: 'latest',
    locations: true,
    onComment: (_block, text, start, end) => {
      const word = /[@#]__(NOINLINE|INLINE|PURE)__/.exec(text)?.[1];
      if (!word) return;
      const after = end + /^(?:\s|\/\*[^]*?\*\/|\/\/.*)*/.exec(code.slice(end))![0].length;
      const words = [...(marks.get(after)?.words ?? []), word];
      marks.set(after, { words, comment: { type: 'EmptyStatement', start, end } });
    },
  });
  const found = new Set<number>();
  const mark = (node: AnyNode): void => {
    const isCall = node.type === 'CallExpression' || node.type === 'NewExpression';
    const words = isCall && marks.get(node.start)?.words;
    if (words) marked(node).marks = words;
    if (words) found.add(node.start);
    // Its name may come to stand for something else.
    if (node.type === 'Property') (node as unknown as { shorthand: boolean }).shorthand = false;
    for (const child of children(node)) mark(child);
  };
  mark(program);
  for (const [at, { words, comment }] of marks)
    if (!found.has(at) && words.includes('NOINLINE'))
      throw new Refusal(comment, 'a mark NOINLINE stands before no call');
  return program;
}

// The printer knows no comments between nodes; terser wants these in front of a call. A point behind a number is the
// number's, unless that is in parentheses.
const printer: Generator = {
  ...GENERATOR,
  CallExpression(node, state) {
    writeMarks(node as AnyNode, state);
    GENERATOR.CallExpression(node, state);
  },
  NewExpression(node, state) {
    writeMarks(node as AnyNode, state);
    GENERATOR.NewExpression(node, state);
  },
  MemberExpression(node, state) {
    const object = node.object as AnyNode;
    if (object.type !== 'Literal' || typeof object.value !== 'number')
      return GENERATOR.MemberExpression(node, state);
    const writers = this as unknown as Record<string, (node: unknown, state: unknown) => void>;
    state.write('(');
    writers[object.type]!(object, state);
    state.write(node.computed ? ')[' : ').');
    writers[node.property.type]!(node.property, state);
    if (node.computed) state.write(']');
  },
};

function writeMarks(node: AnyNode, state: { write(text: string): void }): void {
  for (const mark of marked(node).marks ?? []) state.write(`/*@__${mark}__*/ `);
}

/** @returns the text, and its map to the text that was read */
export function print(program: Program): { code: string; map: string } {
  const map = new GenMapping({ file: 'bundle' });
  const code = generate(program, {
    generator: printer,
    // What the printer calls, of the class that it was made for.
    sourceMap: {
      file: 'bundle',
      addMapping: (item: { generated: Place; original: Place | null; name?: string }) => {
        if (item.original) addMapping(map, { ...item, original: item.original, source: 'bundle' } as never);
      },
    } as never,
  });
  return { code, map: JSON.stringify(toEncodedMap(map)) };
}

interface Place {
  line: number;
  column: number;
}

/** What is known of one name. */
export interface Name {
  readonly binding: Binding;
  /** The identifiers that declare it. */
  readonly ids: Id[];
  /** Those that read or write it. */
  readonly references: Reference[];
  /** Nodes that give it a value: declarators with one, assignments, updates, loops. Not function declarations. */
  readonly writes: AnyNode[];
}

/** Names and relations of a program as it is now. */
export interface View {
  readonly program: Program;
  readonly scopes: Scopes;
  readonly names: ReadonlyMap<Binding, Name>;
  /** Unbound names that are written. */
  readonly assigned: ReadonlySet<string>;
  parent(node: AnyNode): AnyNode;
  /** The name that an identifier stands for, unless it is a global of the interpreter. */
  nameOf(id: AnyNode): Name | undefined;
  /** Declared at the top level. */
  isTop(name: Name): boolean;
  /** The statement of the top level that a node stands in. */
  top(node: AnyNode): AnyNode;
  /** The function, or the program, that a node stands in. */
  functionOf(node: AnyNode): AnyNode;
  /** A name that nothing has yet, nor was given by this view before. */
  fresh(wish: string): string;
}

/** A node keeps the one above it itself, since a map of all nodes takes several times as long to make. */
const PARENT = Symbol('parent');
type Related = AnyNode & { [PARENT]?: AnyNode };

/** Views that were made before are of no use afterwards. */
export function look(program: Program): View {
  const scopes = findScopes(program);
  const relate = (node: Related): void => {
    for (const child of children(node)) {
      (child as Related)[PARENT] = node;
      relate(child);
    }
  };
  relate(program);
  const parentOf = (node: Related): AnyNode => node[PARENT]!;

  const names = new Map<Binding, Name>();
  const of = (binding: Binding): Name => {
    const name = names.get(binding) ?? { binding, ids: [], references: [], writes: [] };
    names.set(binding, name);
    return name;
  };
  const assigned = new Set<string>();
  for (const [id, binding] of scopes.declarations) {
    const name = of(binding);
    const parent = parentOf(id);
    name.ids.push(id as Id);
    if (parent.type !== 'VariableDeclarator') continue;
    const loop = parentOf(parentOf(parent));
    if (
      parent.init ||
      (/^For(In|Of)/.test(loop.type) && (loop as { left?: AnyNode }).left === parentOf(parent))
    )
      name.writes.push(parent);
  }
  for (const reference of scopes.references.values()) {
    const parent = parentOf(reference.node);
    const written =
      parent.type === 'UpdateExpression' ||
      ((parent.type === 'AssignmentExpression' || /^For(In|Of)/.test(parent.type)) &&
        (parent as { left: AnyNode }).left === reference.node);
    if (reference.binding) {
      const name = of(reference.binding);
      name.references.push(reference);
      if (written) name.writes.push(parent);
    } else if (written) assigned.add((reference.node as Id).name);
  }

  let taken: Set<string> | undefined;
  const topOf = (node: AnyNode): AnyNode => {
    let top = node;
    while (parentOf(top).type !== 'Program') top = parentOf(top);
    return top;
  };

  return {
    program,
    scopes,
    names,
    assigned,
    parent: parentOf,
    top: topOf,
    functionOf(node) {
      let at = parentOf(node);
      while (!isFunction(at) && at.type !== 'Program') at = parentOf(at);
      return at;
    },
    nameOf(id) {
      const binding = scopes.declarations.get(id) ?? scopes.references.get(id)?.binding;
      return binding && of(binding);
    },
    isTop: (name) => name.binding.owner.node === program,
    fresh(wish) {
      taken ??= new Set(
        [...scopes.references.keys(), ...scopes.declarations.keys()].map((id) => (id as Id).name),
      );
      let name = wish;
      for (let n = 1; taken.has(name); n++) name = `${wish}$${n}`;
      taken.add(name);
      return name;
    },
  };
}

/**
 * Takes a step for each name that `step` takes one for, but for those of which the view is no longer true: whose
 * statements of the top level an earlier step has changed.
 * @returns false when there was none
 */
export function stepsApart(view: View, step: (name: Name) => boolean): boolean {
  const changed = new Set<AnyNode>();
  for (const name of view.names.values()) {
    const tops = [...name.ids, ...name.references.map(({ node }) => node)].map(view.top);
    if (tops.some((top) => changed.has(top)) || !step(name)) continue;
    for (const top of tops) changed.add(top);
  }
  return changed.size > 0;
}

/**
 * Gives every name of a program a spelling of its own, so that code may move anywhere and still mean the same.
 * @param isLeft which statements of the top level are not to be changed: no name there is
 */
export function makeNamesUnique(
  program: Program,
  isLeft: (statement: AnyNode) => boolean = () => false,
): void {
  const view = look(program);
  const { scopes, names } = view;
  const taken = new Set(['arguments']);
  for (const { node, binding } of scopes.references.values()) {
    if (binding) continue;
    const { name } = node as Id;
    taken.add(name);
    // What is asked of `global` by its name is what a name of the top level would be.
    const user = view.parent(node);
    if (
      /^global(This)?$/.test(name) &&
      user.type === 'MemberExpression' &&
      user.property.type === 'Identifier'
    )
      taken.add(user.property.name);
  }
  const spell = ({ binding, ids, references }: Name, spelling: string): void => {
    for (const id of ids) id.name = spelling;
    for (const { node } of references) (node as Id).name = spelling;
    (binding as { name: string }).name = spelling;
  };
  const left = new Set<Name>();
  for (const name of names.values()) {
    const nodes = [...name.ids, ...name.references.map(({ node }) => node)];
    if (!nodes.some((node) => isLeft(view.top(node)))) continue;
    left.add(name);
    taken.add(name.binding.name);
  }
  for (const name of names.values()) {
    if (name.binding.name === 'arguments' || left.has(name)) continue;
    let spelling = name.binding.name;
    for (let n = 1; taken.has(spelling); n++) spelling = `${name.binding.name}$${n}`;
    taken.add(spelling);
    spell(name, spelling);
  }
}

/** Puts nodes in the place of another. */
export function replace(view: View, node: AnyNode, ...by: AnyNode[]): void {
  const parent = view.parent(node) as unknown as Record<string, unknown>;
  for (const [key, value] of Object.entries(parent)) {
    if (value === node) {
      parent[key] = by[0];
      return;
    }
    if (!Array.isArray(value)) continue;
    const at = (value as unknown[]).indexOf(node);
    if (at >= 0) {
      (value as unknown[]).splice(at, 1, ...by);
      return;
    }
  }
  throw new Error('not where it was');
}

const place = (from: AnyNode) => ({ start: from.start, end: from.end, loc: from.loc });

/** A new identifier; `from` is where it comes from. */
export function identifier(name: string, from: AnyNode): Id {
  return { type: 'Identifier', name, ...place(from) } as Id;
}

export function undefinedValue(from: AnyNode): AnyNode {
  const zero = { type: 'Literal', value: 0, raw: '0', ...place(from) };
  return {
    type: 'UnaryExpression',
    operator: 'void',
    prefix: true,
    argument: zero,
    ...place(from),
  } as AnyNode;
}

export function literal(value: number | boolean, from: AnyNode): AnyNode {
  return { type: 'Literal', value, raw: String(value), ...place(from) } as AnyNode;
}

export function variable(name: string, init: AnyNode | null, from: AnyNode): AnyNode {
  return {
    type: 'VariableDeclaration',
    kind: 'var',
    declarations: [{ type: 'VariableDeclarator', id: identifier(name, from), init, ...place(from) }],
    ...place(from),
  } as unknown as AnyNode;
}

export function statement(expression: AnyNode): AnyNode {
  return { type: 'ExpressionStatement', expression, ...place(expression) } as unknown as AnyNode;
}

export function copy(node: AnyNode): AnyNode {
  return structuredClone(node);
}

/** Whether anything of a tree is so; `own` leaves out functions within it. */
export function some(node: AnyNode, wanted: (node: AnyNode) => boolean, own: boolean): boolean {
  return children(node).some(
    (child) =>
      wanted(child) ||
      (!(own && (child.type === 'FunctionDeclaration' || child.type === 'FunctionExpression')) &&
        some(child, wanted, own)),
  );
}

/** Where the first statement begins that is no directive. */
export function afterDirectives({ body }: Program): number {
  const last = body.filter((node) => 'directive' in node).at(-1);
  return last ? last.end : 0;
}
