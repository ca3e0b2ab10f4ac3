/**
 * What an expression does when it is evaluated, step by step, and which of two can be evaluated first without anybody
 * noticing. It errs towards noticing: what is not known to do nothing may do anything.
 */
import type { AnyNode } from 'acorn';
import { children, isFunction, staticName } from '../../check/scopes';
import type { Name, View } from '../script';
import { FOREIGN, type Token, isOutside } from './cells';
import { LOOKS, PURE, isInterpreters } from './known';
import type { Types } from './types';

/** One thing that evaluation does, or all that it does. */
export interface Doing {
  readonly reads: ReadonlySet<Name>;
  readonly writes: ReadonlySet<Name>;
  /** It depends on what is in objects, or on the world. */
  readonly looks: boolean;
  /** It may change what is in objects, or anything else that a call may change. */
  readonly acts: boolean;
  readonly throws: boolean;
  /** It comes to another value each time. */
  readonly varies: boolean;
}

export interface EffectStep extends Doing {
  /** A parameter that the step is the use of, and what for. */
  readonly use?: { readonly name: Name; readonly as: 'callee' | 'operand' | 'value' };
  /** It may be left out. */
  readonly conditional: boolean;
}

export interface EffectContext {
  readonly view: View;
  readonly types: Types;
  /** Names of the top level that may be read before their first value is there. */
  readonly isEarly: (name: string) => boolean;
  /** Properties that a function may stand behind. */
  readonly accessors: ReadonlySet<string> | 'all';
  /** An object of the script says itself what it is as a string or a number. */
  readonly converts: boolean;
}

const NONE: ReadonlySet<Name> = new Set();
const NOTHING: Doing = { reads: NONE, writes: NONE, looks: false, acts: false, throws: false, varies: false };
const ANYTHING: Partial<Doing> = { looks: true, acts: true, throws: true, varies: true };

/** Properties that some code of a script may have made functions of. */
export function accessorsOf(view: View): ReadonlySet<string> | 'all' {
  const found = new Set<string>();
  let all = false;
  const visit = (node: AnyNode): void => {
    if (node.type === 'Property' && node.kind !== 'init') {
      const name = staticName(node.key, node.computed);
      if (name === undefined) all = true;
      else found.add(name);
    }
    if (node.type === 'CallExpression') {
      const callee = node.callee as AnyNode;
      const name = callee.type === 'MemberExpression' ? staticName(callee.property, callee.computed) : '';
      if (name === 'defineProperty') {
        const key = node.arguments[1] as AnyNode | undefined;
        if (key?.type === 'Literal') found.add(String(key.value));
        else all = true;
      } else if (name === 'defineProperties' || name === 'create') all = true;
    }
    for (const child of children(node)) visit(child);
  };
  visit(view.program);
  return all ? 'all' : found;
}

/** Goes through an expression in the order in which it is evaluated. */
class Evaluation {
  readonly steps: EffectStep[] = [];
  readonly #around: EffectContext;
  readonly #view: View;
  readonly #types: Types;
  /** Uses of these are steps of their own. */
  readonly #params: ReadonlySet<Name>;

  constructor(around: EffectContext, params: ReadonlySet<Name>) {
    this.#around = around;
    this.#view = around.view;
    this.#types = around.types;
    this.#params = params;
  }

  /** @param conditional it may be left out */
  visit(at: AnyNode, conditional: boolean): void {
    if (isFunction(at)) return this.#step(conditional, { varies: true });
    switch (at.type) {
      case 'Literal':
        if (typeof at.value === 'object' && at.value) this.#step(conditional, { varies: true });
        return;
      case 'ThisExpression':
        return;
      case 'Identifier':
        return this.#identifier(at, conditional, 'value');
      case 'MemberExpression':
        return this.#member(at, conditional);
      case 'CallExpression':
        return this.#call(at, conditional);
      case 'AssignmentExpression': {
        const done = this.#write(at.left as AnyNode, conditional, at.operator !== '=');
        this.visit(at.right, conditional);
        return done?.();
      }
      case 'UpdateExpression':
        return this.#write(at.argument as AnyNode, conditional, true)?.();
      case 'UnaryExpression':
        if (at.argument.type === 'Identifier' && /^(typeof|delete)$/.test(at.operator))
          this.#identifier(at.argument, conditional, 'operand');
        else this.visit(at.argument, conditional);
        if (at.operator === 'delete') this.#step(conditional, ANYTHING);
        else if (/^[-+~]$/.test(at.operator)) this.#convert(conditional, at.argument);
        return;
      case 'LogicalExpression':
        this.visit(at.left, conditional);
        return this.visit(at.right, true);
      case 'ConditionalExpression':
        this.visit(at.test, conditional);
        this.visit(at.consequent, true);
        return this.visit(at.alternate, true);
      case 'BinaryExpression':
        this.visit(at.left as AnyNode, conditional);
        this.visit(at.right, conditional);
        if (/^(in|instanceof)$/.test(at.operator)) this.#step(conditional, ANYTHING);
        else if (!/^[!=]==$/.test(at.operator)) this.#convert(conditional, at.left as AnyNode, at.right);
        return;
      case 'SequenceExpression':
      case 'TemplateLiteral':
        for (const item of at.expressions) this.visit(item, conditional);
        if (at.type === 'TemplateLiteral') this.#convert(conditional, ...at.expressions);
        return;
      case 'ArrayExpression':
      case 'ObjectExpression':
      case 'Property':
        for (const child of children(at)) {
          if (at.type !== 'Property' || at.computed || child !== at.key) this.visit(child, conditional);
        }
        if (at.type !== 'Property') this.#step(conditional, { varies: true });
        return;
      default:
        for (const child of children(at)) this.visit(child, conditional);
        this.#step(conditional, ANYTHING);
    }
  }

  #step(conditional: boolean, doing: Partial<EffectStep>): void {
    this.steps.push({ ...NOTHING, ...doing, conditional });
  }

  #identifier(id: AnyNode & { name: string }, conditional: boolean, as: 'callee' | 'operand' | 'value') {
    const name = this.#view.nameOf(id);
    if (name && this.#params.has(name)) return this.#step(conditional, { use: { name, as } });
    if (name) return this.#step(conditional, { reads: new Set([name]) });
    if (/^(undefined|NaN|Infinity)$/.test(id.name)) return;
    if (isInterpreters(id.name) && !this.#view.assigned.has(id.name)) return;
    this.#step(conditional, { looks: true, acts: true, throws: as !== 'operand', varies: true });
  }

  #member(of: AnyNode & { type: 'MemberExpression' }, conditional: boolean): void {
    const object = of.object as AnyNode;
    this.visit(object, conditional);
    if (of.computed) this.visit(of.property as AnyNode, conditional);
    const name = staticName(of.property, of.computed);
    if (
      this.#types.path(of) !== undefined &&
      !this.#view.assigned.has((object as { name?: string }).name ?? '')
    )
      return;
    if (
      this.#types.is(object, 'string') &&
      (name === 'length' || this.#types.is(of.property as AnyNode, 'number'))
    )
      return;
    const { accessors } = this.#around;
    const any = accessors === 'all' || (name === undefined ? accessors.size > 0 : accessors.has(name));
    const tame = this.#types.isThing(object);
    const outside = this.#isOutsider(object, name);
    const made = object.type === 'Identifier' && !this.#view.nameOf(object);
    this.#step(conditional, {
      looks: true,
      throws: !tame || any,
      acts: any || outside,
      varies: any || outside || made,
    });
  }

  /** What comes from outside may have a function behind each property, but a length is a text's, or a list's. */
  #isOutsider(object: AnyNode, name?: string): boolean {
    if (object.type === 'MemberExpression') return this.#isOutsider(object.object as AnyNode);
    if (object.type !== 'Identifier') return !this.#types.isThing(object) && !this.#types.isText(object);
    const tokens = this.#types.of(object);
    const isAny = (token: Token) => isOutside(token) && !(name === 'length' && token === FOREIGN);
    if (this.#view.nameOf(object)) return !tokens || [...tokens].some(isAny);
    return !isInterpreters(object.name) || this.#view.assigned.has(object.name);
  }

  #call(of: AnyNode & { type: 'CallExpression' }, conditional: boolean): void {
    const callee = of.callee as AnyNode;
    const path = this.#types.path(callee);
    if (callee.type === 'MemberExpression') {
      if (path?.startsWith('String#')) {
        this.visit(callee.object as AnyNode, conditional);
        if (!this.#types.is(callee.object as AnyNode, 'string')) this.#step(conditional, { throws: true });
      } else this.#member(callee, conditional);
    } else if (callee.type === 'Identifier') this.#identifier(callee, conditional, 'callee');
    else this.visit(callee, conditional);
    const given = of.arguments as AnyNode[];
    for (const one of given) this.visit(one, conditional);
    const plain = !this.#around.converts || given.every((one) => this.#types.isPrimitive(one));
    if (path !== undefined && plain && (path.startsWith('String#') || PURE.has(path))) return;
    if (path !== undefined && LOOKS.has(path)) return this.#step(conditional, { looks: true, varies: true });
    // The sum of a list's bytes, say.
    if (path === 'E.CRC32') return this.#step(conditional, { looks: true });
    this.#step(conditional, ANYTHING);
  }

  #write(target: AnyNode, conditional: boolean, reads: boolean): (() => void) | void {
    if (target.type === 'Identifier') {
      const name = this.#view.nameOf(target);
      if (!name) return () => this.#step(conditional, ANYTHING);
      if (reads) this.#step(conditional, { reads: new Set([name]) });
      return () => this.#step(conditional, { writes: new Set([name]) });
    }
    if (target.type === 'MemberExpression') {
      this.visit(target.object as AnyNode, conditional);
      if (target.computed) this.visit(target.property as AnyNode, conditional);
    }
    return () => this.#step(conditional, ANYTHING);
  }

  /** What an operator makes of an object, that may say itself. */
  #convert(conditional: boolean, ...operands: AnyNode[]): void {
    if (this.#around.converts && !operands.every((one) => this.#types.isPrimitive(one)))
      this.#step(conditional, ANYTHING);
  }
}

/** What an expression does, in order. @param params uses of which are steps of their own */
export function stepsOf(
  node: AnyNode,
  around: EffectContext,
  params: ReadonlySet<Name> = NONE,
): EffectStep[] {
  const evaluation = new Evaluation(around, params);
  evaluation.visit(node, false);
  return evaluation.steps;
}

export function allOf(steps: readonly Doing[]): Doing {
  return {
    reads: new Set(steps.flatMap(({ reads }) => [...reads])),
    writes: new Set(steps.flatMap(({ writes }) => [...writes])),
    looks: steps.some(({ looks }) => looks),
    acts: steps.some(({ acts }) => acts),
    throws: steps.some(({ throws }) => throws),
    varies: steps.some(({ varies }) => varies),
  };
}

/** Whether a call of whatever function may give a name another value. */
function mayChange(name: Name, { view, isEarly }: EffectContext): boolean {
  const { binding, writes } = name;
  if (binding.values.some(({ type }) => type === 'FunctionDeclaration'))
    return writes.length > 0 || binding.values.length > 1;
  if (view.isTop(name))
    return (
      writes.length > 1 ||
      isEarly(binding.name) ||
      (writes.length === 1 && writes[0]!.type !== 'VariableDeclarator')
    );
  return writes.some((write) => view.functionOf(write) !== binding.owner.node);
}

const disjoint = (a: ReadonlySet<Name>, b: ReadonlySet<Name>): boolean => ![...a].some((name) => b.has(name));

function passes(a: Doing, b: Doing, around: EffectContext): boolean {
  if (!disjoint(a.writes, b.reads) || !disjoint(a.writes, b.writes)) return false;
  if (a.throws && (b.throws || b.acts || b.writes.size > 0)) return false;
  if (a.looks && a.varies && b.looks && b.varies) return false;
  if (!a.acts) return true;
  return (
    !b.acts &&
    !b.looks &&
    !b.throws &&
    b.writes.size === 0 &&
    ![...b.reads].some((name) => mayChange(name, around))
  );
}

/** Whether nobody can tell which of two was first. */
export function commute(a: Doing, b: Doing, around: EffectContext): boolean {
  return passes(a, b, around) && passes(b, a, around);
}
