/**
 * What each expression of a script may come to, and what each call may reach: a points-to analysis after Andersen, with
 * an object for each place that makes one, whatever the order of statements. It errs towards too much: what comes from
 * outside may be anything, and so may all that gets there.
 */
import type { AnyNode, Program } from 'acorn';
import {
  type Binding,
  type FunctionNode,
  type Scopes,
  children,
  findScopes,
  isFunction,
  staticName,
} from '../../check/scopes';
import { type Cell, FOREIGN, type Token, functionOf, isMade, isNative, isOutside } from './cells';
import { findDefinite } from './definite';
import { Heap } from './heap';
import { isInterpreters } from './known';
import { type CallNode, NativeFacts } from './natives';

/** What a call may do. */
export interface Reached {
  readonly functions: Set<FunctionNode>;
  /** Whatever is outside the script may be called, which may call all that got there. */
  unknown: boolean;
}

export interface Values {
  readonly scopes: Scopes;
  readonly calls: ReadonlyMap<AnyNode, Reached>;
  /** Functions that got out of the script, and those that may be run without any call. */
  readonly escaped: ReadonlySet<FunctionNode>;
  readonly anytime: ReadonlySet<FunctionNode>;
  /** What an expression may come to; undefined: it was none of this script. */
  tokens(node: AnyNode): ReadonlySet<Token> | undefined;
  /** What is kept under a name in the object that a literal makes. */
  fields(literal: AnyNode): ReadonlyMap<string, ReadonlySet<Token>>;
  /** Whether the script gives something of the interpreter's another value, by its path. */
  isReplaced(path: string): boolean;
}

const NUMERIC = /^(?:-|\*|\/|%|\||&|\^|<<|>>>?|\*\*)$/;

export function endsAlways(body: AnyNode | null | undefined): boolean {
  if (!body) return false;
  if (body.type === 'BlockStatement') return endsAlways(body.body[body.body.length - 1]);
  if (body.type === 'IfStatement') return endsAlways(body.consequent) && endsAlways(body.alternate);
  return /^(Return|Throw)Statement$/.test(body.type);
}

/**
 * @param startsEmpty whether a name may be read before it has a value; all may, by default
 * @param scopes where they are known
 */
export function findValues(
  program: Program,
  startsEmpty?: (binding: Binding, ids: readonly AnyNode[]) => boolean,
  scopes = findScopes(program),
): Values {
  return new Finder(program, scopes, startsEmpty).run();
}

class Finder {
  readonly #heap = new Heap();
  readonly #calls = new Map<AnyNode, Reached>();
  readonly #owners = new Map<AnyNode, FunctionNode>();
  readonly #done = new Map<AnyNode, Cell>();
  readonly #natives: NativeFacts;

  constructor(
    private readonly program: Program,
    private readonly scopes: Scopes,
    private readonly startsEmpty?: (binding: Binding, ids: readonly AnyNode[]) => boolean,
  ) {
    this.#heap.param = (node, n) => this.#param(node, n);
    this.#natives = new NativeFacts(this.#heap, (node, fn) => {
      this.#calls.get(node)!.functions.add(fn);
    });
  }

  run(): Values {
    const heap = this.#heap;
    const definite = findDefinite(this.program, this.scopes);
    const ids = new Map<Binding, AnyNode[]>();
    for (const [id, binding] of this.scopes.declarations) ids.set(binding, [...(ids.get(binding) ?? []), id]);
    const empty = (binding: Binding): boolean =>
      binding.owner.node === this.program
        ? (this.startsEmpty?.(binding, ids.get(binding)!) ?? true)
        : !definite.has(binding);
    for (const binding of new Set(this.scopes.declarations.values()))
      if (!binding.fromStart && !binding.values.some(({ type }) => type === 'FunctionDeclaration'))
        if (empty(binding)) heap.of(binding).put('undefined');
    for (const statement of this.program.body) this.#visit(statement);
    heap.settle();
    const functions = (cell: Cell): Set<FunctionNode> =>
      new Set([...cell.tokens].map(functionOf).filter((node) => node !== undefined));
    return {
      scopes: this.scopes,
      calls: this.#calls,
      escaped: new Set([...functions(heap.escaped), ...functions(heap.kept)]),
      anytime: functions(heap.anytime),
      tokens: (node) => {
        const binding = this.scopes.declarations.get(node);
        return binding ? heap.of(binding).tokens : this.#done.get(node)?.tokens;
      },
      isReplaced: (path) => heap.isReplaced(path),
      fields: (literal) => {
        const made = heap.made(literal, 'object');
        const escaped = heap.escaped.tokens.has(made);
        return new Map(
          [...made.fields].map(([name, { tokens }]) => [
            name,
            escaped ? new Set([...tokens, FOREIGN]) : tokens,
          ]),
        );
      },
    };
  }

  #param(of: FunctionNode, n: number): Cell {
    const pattern = of.params[n] as AnyNode | undefined;
    if (pattern?.type === 'Identifier') return this.#heap.of(this.scopes.declarations.get(pattern));
    return this.#heap.part(of, `argument ${String(n)}`);
  }

  #read(base: Cell, name: string | undefined, key: Cell | undefined, to: Cell): void {
    const heap = this.#heap;
    base.watch((token) => {
      if (isOutside(token)) {
        to.put(FOREIGN);
        if (isNative(token)) heap.nativeField(`${token.path}.${name ?? ''}`).flow(to);
        return;
      }
      if (token === 'undefined' || token === 'null') return;
      if (name === undefined) return this.#readAny(token, key!, to);
      if (name === 'constructor') to.put(FOREIGN);
      if (isMade(token)) {
        if (name === 'length' && token.kind !== 'object') to.put('number');
        heap.load(token, name, to);
        if (!(token.kind === 'object' && this.#isGiven(token.node, name))) to.put('undefined');
        const from = { array: [], function: () => undefined, object: {} }[token.kind];
        if (name in from)
          to.put(
            heap.native(`${name in {} ? 'Object' : token.kind === 'array' ? 'Array' : 'Function'}#${name}`),
          );
      } else if (isNative(token)) {
        to.put(heap.native(`${token.path}.${name}`));
        heap.nativeField(`${token.path}.${name}`).flow(to);
      } else if (token === 'string' && name === 'length') to.put('number');
      else {
        const type = String(token);
        to.put(heap.native(`${type[0]!.toUpperCase()}${type.slice(1)}#${name}`));
      }
    });
  }

  #isGiven(literal: AnyNode, name: string): boolean {
    return (
      literal.type === 'ObjectExpression' &&
      literal.properties.some(
        (item) => item.type === 'Property' && staticName(item.key, item.computed) === name,
      )
    );
  }

  #readAny(token: Token, key: Cell, to: Cell): void {
    to.put('undefined');
    if (token === 'string') to.put('string');
    if (isNative(token)) to.put(FOREIGN);
    if (!isMade(token)) return;
    token.elements.flow(to);
    this.#heap.ifEscaped(token, () => to.put(FOREIGN));
    key.watch((kind) => {
      // A number is the name of no property.
      if (kind === 'number') return;
      to.put(FOREIGN);
      this.#heap.eachField(token, (_name, field) => field.flow(to));
    });
  }

  #write(target: AnyNode, value: Cell): void {
    const heap = this.#heap;
    if (target.type === 'Identifier') {
      const binding = this.scopes.references.get(target)?.binding ?? this.scopes.declarations.get(target);
      if (binding) value.flow(heap.of(binding));
      else {
        value.flow(heap.escaped);
        value.flow(heap.nativeField(target.name));
      }
      return;
    }
    if (target.type !== 'MemberExpression') return;
    const name = staticName(target.property, target.computed);
    const key = target.computed ? this.#expression(target.property as AnyNode) : undefined;
    this.#expression(target.object as AnyNode).watch((token) => {
      if (isMade(token)) {
        if (name === 'prototype' && token.kind === 'function') value.flow(heap.field(token, name));
        else if (name !== undefined) value.flow(heap.field(token, name));
        else {
          value.flow(token.elements);
          key!.watch((kind) => {
            if (kind !== 'number') heap.eachField(token, (_name, field) => token.elements.flow(field));
          });
        }
      } else if (isOutside(token)) value.flow(heap.escaped);
      else if (isNative(token)) {
        value.flow(heap.kept);
        value.flow(heap.nativeField(`${token.path}.${name ?? ''}`));
        if (name === undefined) value.flow(heap.escaped);
      }
    });
  }

  #call(node: CallNode, to: Cell): void {
    const heap = this.#heap;
    const callee = node.callee as AnyNode;
    const args = node.arguments.map((arg) => this.#expression(arg as AnyNode));
    const base = callee.type === 'MemberExpression' ? this.#expression(callee.object as AnyNode) : undefined;
    const reached: Reached = { functions: new Set(), unknown: false };
    this.#calls.set(node, reached);
    this.#expression(callee).watch((token) => {
      const called = functionOf(token);
      if (called) {
        reached.functions.add(called);
        this.#pass(called, args);
        const result = heap.part(called, 'result');
        if (node.type === 'NewExpression') {
          const made = heap.made(node, 'object');
          heap.load(heap.made(called, 'function'), 'prototype', made.protos);
          heap.part(called, 'this').put(made);
          to.put(made);
        } else if (base) base.flow(heap.part(called, 'this'));
        else heap.part(called, 'this').put(FOREIGN);
        result.flow(to);
      } else if (isOutside(token)) {
        reached.unknown = true;
        to.put(FOREIGN);
        for (const arg of args) arg.flow(heap.escaped);
        // A global function expects no object.
        if (!isNative(token)) base?.flow(heap.escaped);
      } else if (isNative(token)) this.#natives.call(node, token.path, base, args, to);
    });
  }

  #pass(called: FunctionNode, args: readonly Cell[]): void {
    const heap = this.#heap;
    for (const [n, arg] of args.entries()) {
      arg.flow(this.#param(called, n));
      arg.flow(heap.part(called, 'arguments'));
    }
    for (let n = args.length; n < called.params.length; n++) this.#param(called, n).put('undefined');
  }

  #function(node: FunctionNode): Cell {
    const heap = this.#heap;
    const to = heap.of(node);
    const made = heap.made(node, 'function');
    to.put(made);
    const prototype = heap.made(node.body, 'object');
    heap.field(made, 'prototype').put(prototype);
    heap.field(prototype, 'constructor').put(made);
    if (node.id) to.flow(heap.of(this.scopes.declarations.get(node.id)));
    const own = (child: AnyNode): void => {
      this.#owners.set(child, node);
      if (!isFunction(child)) for (const below of children(child)) own(below);
    };
    own(node.body);
    if (node.type === 'ArrowFunctionExpression') heap.part(node, 'this').put(FOREIGN);
    if (node.body.type !== 'BlockStatement') this.#expression(node.body).flow(heap.part(node, 'result'));
    else {
      if (!endsAlways(node.body)) heap.part(node, 'result').put('undefined');
      this.#visit(node.body);
    }
    return to;
  }

  #identifier(node: AnyNode & { name: string }, to: Cell): void {
    const heap = this.#heap;
    const binding = this.scopes.references.get(node)?.binding;
    if (!binding) {
      if (node.name === 'undefined') return to.put('undefined');
      if (/^(NaN|Infinity)$/.test(node.name)) return to.put('number');
      heap.nativeField(node.name).flow(to);
      return to.put(heap.native(isInterpreters(node.name) ? node.name : `?${node.name}`));
    }
    if (binding.name === 'arguments' && !this.scopes.declarations.has(node) && !binding.values.length) {
      // What is written to it is written to the parameters.
      const of = binding.owner.node as FunctionNode;
      of.params.forEach((_, n) => this.#param(of, n).put(FOREIGN));
      heap.part(of, 'arguments').flow(heap.escaped);
      to.put(FOREIGN);
    } else heap.of(binding).flow(to);
  }

  /** Of `+`: a string where one side is none of the other types. */
  #plus(left: Cell, right: Cell, to: Cell): void {
    const isPlain = (token: Token) => /^(boolean|null|number|undefined)$/.test(String(token));
    const sums = (): void => {
      if ([...left.tokens].some((a) => a !== 'string') && [...right.tokens].some((b) => b !== 'string'))
        to.put('number');
    };
    for (const side of [left, right])
      side.watch((token) => {
        if (!isPlain(token)) to.put('string');
        sums();
      });
  }

  #expression(node: AnyNode): Cell {
    const known = this.#done.get(node);
    if (known) return known;
    const heap = this.#heap;
    if (isFunction(node)) {
      const made = heap.of(node);
      this.#done.set(node, made);
      return this.#function(node);
    }
    const to = heap.cell();
    this.#done.set(node, to);
    switch (node.type) {
      case 'Identifier':
        this.#identifier(node, to);
        break;
      case 'Literal':
        if (node.value === null && !('regex' in node && node.regex)) to.put('null');
        else if (typeof node.value === 'object') to.put(heap.made(node, 'object'));
        else to.put(typeof node.value as 'number');
        break;
      case 'ThisExpression': {
        const owner = this.#owners.get(node);
        if (owner) heap.part(owner, 'this').flow(to);
        else to.put(FOREIGN);
        break;
      }
      case 'MemberExpression': {
        const name = staticName(node.property, node.computed);
        const key = node.computed ? this.#expression(node.property as AnyNode) : undefined;
        this.#read(this.#expression(node.object as AnyNode), name, key, to);
        break;
      }
      case 'ObjectExpression':
        this.#object(node, to);
        break;
      case 'ArrayExpression': {
        const made = heap.made(node, 'array');
        to.put(made);
        for (const item of node.elements) {
          if (item) this.#expression(item as AnyNode).flow(made.elements);
        }
        break;
      }
      case 'CallExpression':
      case 'NewExpression':
        this.#call(node, to);
        break;
      default:
        this.#operator(node, to);
    }
    return to;
  }

  #object(node: Extract<AnyNode, { type: 'ObjectExpression' }>, to: Cell): void {
    const heap = this.#heap;
    const made = heap.made(node, 'object');
    to.put(made);
    for (const item of node.properties) {
      if (item.type !== 'Property') continue;
      const name = staticName(item.key, item.computed);
      if (item.computed) this.#expression(item.key as AnyNode);
      const value = this.#expression(item.value as AnyNode);
      const field = name === undefined ? made.elements : heap.field(made, name);
      value.flow(item.kind === 'init' ? field : heap.anytime);
      if (item.kind !== 'init') field.put(FOREIGN);
    }
  }

  #operator(node: AnyNode, to: Cell): void {
    switch (node.type) {
      case 'UnaryExpression':
        this.#expression(node.argument);
        if (node.operator === 'typeof') return to.put('string');
        if (node.operator === 'void') return to.put('undefined');
        return to.put(/^(!|delete)$/.test(node.operator) ? 'boolean' : 'number');
      case 'UpdateExpression':
        this.#expression(node.argument as AnyNode);
        to.put('number');
        return this.#write(node.argument as AnyNode, to);
      case 'BinaryExpression': {
        const left = this.#expression(node.left as AnyNode);
        const right = this.#expression(node.right);
        if (node.operator === '+') return this.#plus(left, right, to);
        return to.put(NUMERIC.test(node.operator) ? 'number' : 'boolean');
      }
      case 'AssignmentExpression': {
        const left = this.#expression(node.left as AnyNode);
        const value = this.#expression(node.right);
        if (node.operator === '=') value.flow(to);
        else if (node.operator === '+=') this.#plus(left, value, to);
        else to.put(NUMERIC.test(node.operator.slice(0, -1)) ? 'number' : FOREIGN);
        return this.#write(node.left as AnyNode, to);
      }
      case 'ConditionalExpression':
        this.#expression(node.test);
        this.#expression(node.consequent).flow(to);
        return this.#expression(node.alternate).flow(to);
      case 'LogicalExpression':
        // Who is always true is not what `&&` comes to at once, nor is nothing what `||` does.
        this.#expression(node.left).watch((token) => {
          const skipped = node.operator === '&&' ? isMade(token) : token === 'undefined' || token === 'null';
          if (!skipped) to.put(token);
        });
        return this.#expression(node.right).flow(to);
      case 'SequenceExpression':
        for (const item of node.expressions) this.#expression(item);
        return this.#expression(node.expressions[node.expressions.length - 1]).flow(to);
      case 'TemplateLiteral':
        for (const item of node.expressions) this.#expression(item);
        return to.put('string');
      default:
        to.put(FOREIGN);
        for (const child of children(node)) this.#visit(child);
    }
  }

  #visit(node: AnyNode): void {
    const heap = this.#heap;
    switch (node.type) {
      case 'VariableDeclarator':
        if (node.init) this.#write(node.id as AnyNode, this.#expression(node.init));
        return;
      case 'ReturnStatement': {
        const owner = this.#owners.get(node);
        const value = node.argument && this.#expression(node.argument);
        if (owner && value) value.flow(heap.part(owner, 'result'));
        else if (owner) heap.part(owner, 'result').put('undefined');
        return;
      }
      case 'ThrowStatement':
        return this.#expression(node.argument).flow(heap.escaped);
      case 'ForInStatement':
      case 'ForOfStatement': {
        const { left, right, body } = node;
        const given = heap.cell();
        if (node.type === 'ForInStatement') given.put('string');
        const all = this.#expression(right);
        if (node.type === 'ForOfStatement') this.#read(all, undefined, heap.cell(), given);
        const target = left.type === 'VariableDeclaration' ? (left.declarations[0].id as AnyNode) : left;
        this.#write(target as AnyNode, given);
        return this.#visit(body);
      }
      case 'CatchClause':
        if (node.param?.type === 'Identifier') heap.of(this.scopes.declarations.get(node.param)).put(FOREIGN);
        return this.#visit(node.body);
      case 'LabeledStatement':
        return this.#visit(node.body);
      case 'BreakStatement':
      case 'ContinueStatement':
        return;
      default:
        if (/Expression$|^Identifier$|^Literal$|^TemplateLiteral$|^FunctionDeclaration$/.test(node.type))
          this.#expression(node);
        else for (const child of children(node)) this.#visit(child);
    }
  }
}
