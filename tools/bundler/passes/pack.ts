/**
 * Flags of the top level as bits of one name, since each name takes a variable on a board. Who reads one still gets what it
 * stood for. One that a chain gives more than `true` or `false`, or that begins so, keeps a name of its own.
 */
import type { AnyNode } from 'acorn';
import { type Id, type Name, type View, identifier, literal, replace, statement, variable } from './script';

/** Bits of a number: the sign is none, and a number with it takes no less. */
const MOST = 30;

type Assignment = Extract<AnyNode, { type: 'AssignmentExpression' }>;

interface Packed {
  readonly name: string;
  readonly bit: number;
}

const at = ({ start, end, loc }: AnyNode) => ({ start, end, loc });
const node = (type: string, from: AnyNode, fields: object): AnyNode =>
  ({ type, ...at(from), ...fields }) as unknown as AnyNode;
const binary = (operator: string, left: AnyNode, right: AnyNode, from: AnyNode): AnyNode =>
  node('BinaryExpression', from, { operator, left, right });
const unary = (operator: string, argument: AnyNode): AnyNode =>
  node('UnaryExpression', argument, { operator, prefix: true, argument });
const isBoolean = (value: AnyNode | null | undefined): value is Extract<AnyNode, { type: 'Literal' }> =>
  value?.type === 'Literal' && typeof value.value === 'boolean';

/** The statement of the top level that declares a name and nothing else. */
function declarationOf(view: View, { ids }: Name): AnyNode | undefined {
  const [id] = ids;
  const declarator = id && view.parent(id);
  if (ids.length !== 1 || declarator?.type !== 'VariableDeclarator') return undefined;
  const declaration = view.parent(declarator) as Extract<AnyNode, { type: 'VariableDeclaration' }>;
  const isOwn = declaration.declarations.length === 1 && view.program.body.includes(declaration as never);
  return isOwn && (!declarator.init || isBoolean(declarator.init)) ? declaration : undefined;
}

/** The assignments of a statement such as `a = b = true`, the outermost first; those of another kind are none. */
function chain(view: View, write: AnyNode): Assignment[] {
  let outer = write;
  while (view.parent(outer).type === 'AssignmentExpression') outer = view.parent(outer);
  const found: Assignment[] = [];
  for (let one = outer; one.type === 'AssignmentExpression'; one = one.right) found.push(one);
  return found;
}

const linksOf = (view: View, write: AnyNode): Assignment[] =>
  write.type === 'AssignmentExpression' ? chain(view, write) : [];

function canPack(view: View, name: Name): boolean {
  if (!declarationOf(view, name)) return false;
  return name.writes.every((write) => {
    const all = linksOf(view, write);
    return all.length < 2 || isBoolean(all[all.length - 1]!.right);
  });
}

const bitsOf = ({ name, bit }: Packed, from: AnyNode): AnyNode =>
  binary('&', identifier(name, from), literal(bit, from), from);

/** `P |= bit` or `P &= ~bit`, which takes no look at what was there before by its name twice. */
function setBits({ name, bit }: Packed, on: boolean, from: AnyNode): AnyNode {
  const value = on ? literal(bit, from) : unary('-', literal(bit + 1, from));
  return node('AssignmentExpression', from, {
    operator: on ? '|=' : '&=',
    left: identifier(name, from),
    right: value,
  });
}

/** What a statement that gives all of a chain the same value becomes; several names at once where there are so many flags. */
function writeChain(view: View, all: readonly Assignment[], packed: ReadonlyMap<Name, Packed>): void {
  const [outer] = all;
  const { right } = all[all.length - 1]!;
  const bits = new Map<string, number>();
  for (const { left } of all) {
    const { name, bit } = packed.get(view.nameOf(left)!)!;
    bits.set(name, (bits.get(name) ?? 0) | bit);
  }
  const on = (right as { value?: unknown }).value === true;
  const expressions = [...bits].map(([name, bit]) => setBits({ name, bit }, on, outer!));
  const [only] = expressions;
  const by = expressions.length > 1 ? node('SequenceExpression', outer!, { expressions }) : (only as AnyNode);
  replace(view, outer!, by);
}

function write(view: View, one: Assignment, known: Packed): void {
  const { right } = one;
  if (isBoolean(right)) return replace(view, one, setBits(known, right.value === true, one));
  const { name, bit } = known;
  const here = (): Id => identifier(name, right);
  one.right = node('ConditionalExpression', right, {
    test: { ...right },
    consequent: binary('|', here(), literal(bit, right), right),
    alternate: binary('&', here(), unary('-', literal(bit + 1, right)), right),
  }) as never;
  one.left = here() as never;
}

/** What a name begins with is given to it where it was declared: somebody may have changed it by then. */
function declare(view: View, name: Name, known: Packed): void {
  const { body } = view.program;
  const declaration = declarationOf(view, name)!;
  const { init } = view.parent(name.ids[0]!) as Extract<AnyNode, { type: 'VariableDeclarator' }>;
  const place = body.indexOf(declaration as never);
  if (isBoolean(init)) body[place] = statement(setBits(known, init.value === true, declaration)) as never;
  else body.splice(place, 1);
}

/**
 * @param flags names that hold nothing but `true` and `false`
 * @returns whether any are bits now; then all that was known of the program is out of date
 */
export function packFlags(
  view: View,
  isAsked: (node: AnyNode) => boolean,
  flags: ReadonlySet<Name>,
): boolean {
  let wanted = [...flags].filter((name) => canPack(view, name));
  // Of a chain all are bits, or none.
  for (let before = -1; before !== wanted.length;) {
    before = wanted.length;
    const now = new Set(wanted);
    wanted = wanted.filter(({ writes }) =>
      writes.every((write) => linksOf(view, write).every(({ left }) => now.has(view.nameOf(left)!))),
    );
  }
  if (!wanted.length) return false;
  const { body } = view.program;
  const packed = new Map<Name, Packed>();
  const names: string[] = [];
  wanted.forEach((one, n) => {
    if (n % MOST === 0) names.push(view.fresh('flags'));
    packed.set(one, { name: names[names.length - 1]!, bit: 2 ** (n % MOST) });
  });

  const reads: { of: Packed; id: AnyNode; isTested: boolean }[] = [];
  for (const [one, of] of packed) {
    const lefts = one.writes.map((each) => (each as { left?: AnyNode }).left);
    for (const { node: id } of one.references) {
      if (lefts.includes(id)) continue;
      const user = view.parent(id);
      const target =
        user.type === 'AssignmentExpression'
          ? view.nameOf(user.left as AnyNode)
          : user.type === 'VariableDeclarator'
            ? view.nameOf(user.id as AnyNode)
            : undefined;
      const isTested = isAsked(id) || (!!target && packed.has(target));
      reads.push({ of, id, isTested });
    }
  }
  for (const { of, id, isTested } of reads) {
    const bits = bitsOf(of, id);
    replace(view, id, isTested ? bits : unary('!', unary('!', bits)));
  }
  const done = new Set<AnyNode>();
  for (const [one, known] of packed) {
    for (const each of one.writes) {
      if (each.type !== 'AssignmentExpression' || done.has(each)) continue;
      const all = chain(view, each);
      all.forEach((link) => done.add(link));
      if (all.length > 1) writeChain(view, all, packed);
      else write(view, each, known);
    }
  }
  for (const [one, known] of packed) declare(view, one, known);
  const [first] = wanted;
  const from = first!.ids[0]!;
  const place = body.findIndex((one) => !('directive' in one));
  body.splice(place, 0, ...(names.map((name) => variable(name, literal(0, from), from)) as never[]));
  return true;
}
