/**
 * A shipped bundle, for running it in one thread with the other board: what
 * looks at the wires pauses there, so that the other end can take any number of
 * steps in between. Nothing here may change what the bundle does, but for these
 * pauses and for turns that are broken off.
 */
import { readFileSync } from 'node:fs';
import type {
  AnyNode,
  AssignmentExpression,
  CallExpression as Call,
  FunctionDeclaration,
  Program,
} from 'acorn';
import { parse } from 'acorn';
import MagicString from 'magic-string';
import { children } from '../bundler/check/scopes';
import { CutOff } from './device-source';

/** The firmware's function that reads pins. */
const READ = 'digitalRead';

/** The name of `CutOff` in a bundle. */
const CUT_OFF = 'CutOff__';

const isFunction = ({ type }: AnyNode): boolean => /Function/.test(type);

/** All nodes of a function's own, or of the program, but for those of functions within it. */
function own(node: AnyNode, visit: (node: AnyNode) => void): void {
  for (const child of children(node)) {
    visit(child);
    if (!isFunction(child)) own(child, visit);
  }
}

/** The variables that a function declares itself, and what each begins with. */
function localsOf(made: FunctionDeclaration): Map<string, AnyNode | undefined> {
  const locals = new Map<string, AnyNode | undefined>();
  for (const param of made.params) if (param.type === 'Identifier') locals.set(param.name, undefined);
  own(made.body, (node) => {
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier')
      locals.set(node.id.name, node.init ?? undefined);
    if (node.type === 'FunctionDeclaration' && node.id) locals.set(node.id.name, undefined);
  });
  return locals;
}

interface Known {
  readonly made: FunctionDeclaration;
  readonly locals: Map<string, AnyNode | undefined>;
}

/** What the names of the bundle's top level stand for, as far as the wires are concerned. */
class Names {
  /** Names of `digitalRead`. */
  readonly reads = new Set([READ]);
  /** Functions that pause. */
  readonly pausing = new Set<string>();
  /** Variables that may hold one of those. */
  readonly holders = new Set<string>();
  private readonly functions = new Map<string, Known>();

  constructor(private readonly program: Program) {
    for (const node of program.body) {
      if (node.type === 'FunctionDeclaration')
        this.functions.set(node.id.name, { made: node, locals: localsOf(node) });
      if (node.type !== 'VariableDeclaration') continue;
      for (const { id, init } of node.declarations)
        if (id.type === 'Identifier' && init?.type === 'Identifier' && init.name === READ)
          this.reads.add(id.name);
    }
    let size: number;
    do {
      size = this.pausing.size + this.holders.size;
      this.grow();
    } while (this.pausing.size + this.holders.size > size);
  }

  private grow(): void {
    const hold = (node: AnyNode): void => {
      if (node.type !== 'AssignmentExpression' || node.left.type !== 'Identifier') return;
      const values =
        node.right.type === 'ConditionalExpression'
          ? [node.right.consequent, node.right.alternate]
          : [node.right];
      for (const value of values)
        if (value.type === 'Identifier' && this.pausing.has(value.name)) this.holders.add(node.left.name);
    };
    const everywhere = (node: AnyNode): void => {
      hold(node);
      children(node).forEach(everywhere);
    };
    everywhere(this.program);
    for (const [name, known] of this.functions)
      own(known.made.body, (node) => {
        if (node.type === 'CallExpression' && (this.isRead(node, known) || this.isPause(node, known)))
          this.pausing.add(name);
      });
  }

  isRead(call: Call, { locals }: Known): boolean {
    const { callee } = call;
    if (callee.type !== 'Identifier') return false;
    if (!locals.has(callee.name)) return this.reads.has(callee.name);
    const value = locals.get(callee.name);
    return value?.type === 'Identifier' && !locals.has(value.name) && this.reads.has(value.name);
  }

  isPause(call: Call, { locals }: Known): boolean {
    const { callee } = call;
    if (callee.type !== 'Identifier' || locals.has(callee.name)) return false;
    return this.pausing.has(callee.name) || this.holders.has(callee.name);
  }

  /** Variables to which reads are added. */
  sumsOf(known: Known): Set<string> {
    const sums = new Set<string>();
    own(known.made.body, (node) => {
      if (node.type !== 'AssignmentExpression' || node.operator !== '+=') return;
      const { left, right } = node;
      if (left.type === 'Identifier' && right.type === 'CallExpression' && this.isRead(right, known))
        sums.add(left.name);
    });
    return sums;
  }

  all(): Known[] {
    return [...this.functions.values()];
  }
}

/**
 * `a[b]=c`, where `c` has got what reads gave, `c+=d(e)`: a text of digits that the typed array makes a number. It is
 * made one before, as in `device-source.ts`.
 */
function isByteOfDigits(node: AnyNode, sums: ReadonlySet<string>): node is AssignmentExpression {
  if (node.type !== 'AssignmentExpression' || node.operator !== '=') return false;
  const { left, right } = node;
  return (
    left.type === 'MemberExpression' && left.computed && right.type === 'Identifier' && sums.has(right.name)
  );
}

/** @throws Error where what pauses is called by what cannot */
function withPauses(code: string): string {
  const program = parse(code, { ecmaVersion: 'latest', allowReturnOutsideFunction: true });
  const text = new MagicString(code);
  const names = new Names(program);
  const covered = new Set<AnyNode>();
  for (const known of names.all()) {
    if (!names.pausing.has(known.made.id.name)) continue;
    text.appendLeft(known.made.start + 'function'.length, '*');
    const sums = names.sumsOf(known);
    own(known.made.body, (node) => {
      if (isByteOfDigits(node, sums)) text.appendLeft(node.right.start, '+');
      if (node.type !== 'CallExpression') return;
      covered.add(node);
      if (names.isRead(node, known)) text.appendLeft(node.start, '(yield,').appendRight(node.end, ')');
      else if (names.isPause(node, known)) text.appendLeft(node.start, '(yield ').appendRight(node.end, ')');
    });
  }
  const visit = (node: AnyNode): void => {
    if (node.type === 'CallExpression' && !covered.has(node) && node.callee.type === 'Identifier') {
      // A name may be another one within a function: then it is one of its own.
      const { name } = node.callee;
      const known = names.all().find(({ made }) => made.start < node.start && node.end < made.end);
      if (names.pausing.has(name) && !known?.locals.has(name))
        throw new Error(`${code.slice(node.start, node.end)} pauses where it cannot`);
    }
    if (node.type === 'CatchClause' && node.param?.type === 'Identifier') {
      const { name } = node.param;
      text.appendLeft(node.body.start + 1, `if(${name} instanceof ${CUT_OFF})throw ${name};`);
    }
    children(node).forEach(visit);
  };
  visit(program);
  return text.toString();
}

type Start = (...globals: unknown[]) => void;

const programs = new Map<string, Start>();

/** Starts a bundle of `dist/` with these globals, as a board does at power-up. */
export function startBundle(name: string, globals: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(globals);
  const key = [name, ...names].join('\n');
  let program = programs.get(key);
  if (!program) {
    const code = readFileSync(new URL(`../../dist/${name}.js`, import.meta.url), 'latin1');
    program = new Function(CUT_OFF, ...names, withPauses(code)) as Start;
    programs.set(key, program);
  }
  program(CutOff, ...Object.values(globals));
}
