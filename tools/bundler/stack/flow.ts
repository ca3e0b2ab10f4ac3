/**
 * Which functions a call in a script may reach: a points-to analysis after Andersen, with an object for each place that
 * makes one, whatever the order of statements. Here the syntax is walked once; what it says of objects and calls goes to
 * `objects.ts` and `calls.ts`. It errs towards too many; it must know nothing of what calls cost.
 */
import type { AnyNode, Program } from 'acorn';
import {
  type FunctionNode,
  type Scopes,
  children,
  findScopes,
  isFunction,
  staticName,
} from '../check/scopes';
import { type Call, type FlowCallNode, Calls, type EntryPoint } from './calls';
import { ANY, Objects } from './objects';
import { type FlowCell, Flows } from './points';

export interface Flow {
  readonly scopes: Scopes;
  readonly calls: ReadonlyMap<FlowCallNode, Call>;
  readonly entries: readonly EntryPoint[];
  /** Functions of timers that can be cleared, and that hold variables of the function around them. */
  readonly holding: ReadonlySet<FunctionNode>;
}

/** Functions around what says `this`, and around each `return`. */
class Owners {
  readonly #owners = new Map<AnyNode, FunctionNode>();

  of(node: AnyNode): FunctionNode | undefined {
    return this.#owners.get(node);
  }

  /** All that is within a function. */
  add(node: FunctionNode): void {
    if (node.type !== 'ArrowFunctionExpression' || !this.#owners.has(node.body)) this.#own(node.body, node);
    // Its returns are its own, unlike its `this`.
    if (node.type === 'ArrowFunctionExpression') this.#ownReturns(node.body, node);
  }

  #own(child: AnyNode, owner: FunctionNode): void {
    this.#owners.set(child, owner);
    if (isFunction(child) && child.type !== 'ArrowFunctionExpression') return;
    for (const below of children(child)) this.#own(below, owner);
  }

  #ownReturns(child: AnyNode, owner: FunctionNode): void {
    if (child.type === 'ReturnStatement') this.#owners.set(child, owner);
    if (!isFunction(child)) for (const below of children(child)) this.#ownReturns(below, owner);
  }
}

class Visitor {
  readonly #scopes: Scopes;
  readonly #flows: Flows;
  readonly #objects: Objects;
  readonly #calls: Calls;
  readonly #owners = new Owners();

  constructor(scopes: Scopes, flows: Flows, objects: Objects, calls: Calls) {
    this.#scopes = scopes;
    this.#flows = flows;
    this.#objects = objects;
    this.#calls = calls;
  }

  /** Visits what is no expression, and all below it. */
  visit(node: AnyNode): void {
    for (const child of children(node)) this.#statement(child);
  }

  #statement(node: AnyNode): void {
    if (node.type === 'ExpressionStatement') this.#calls.drop(node.expression);
    if (node.type === 'ReturnStatement') this.#return(node);
    else if (node.type === 'VariableDeclarator') {
      if (node.init) this.#assign(node.id as AnyNode, this.#expression(node.init));
    } else if (/^For(In|Of)Statement$/.test(node.type)) {
      const { left, right, body } = node as Extract<AnyNode, { type: 'ForOfStatement' }>;
      const elements = this.#objects.part(node, 'elements');
      this.#objects.read(this.#expression(right), ANY, elements);
      const target = left.type === 'VariableDeclaration' ? (left.declarations[0].id as AnyNode) : left;
      this.#assign(target, elements);
      this.#statement(body);
    } else if (/Expression$|^Identifier$|^FunctionDeclaration$/.test(node.type)) this.#expression(node);
    else this.visit(node);
  }

  #return(node: Extract<AnyNode, { type: 'ReturnStatement' }>): void {
    const { argument } = node;
    if (!argument) return;
    if (argument.type === 'UnaryExpression' && argument.operator === 'void') this.#calls.drop(argument);
    const owner = this.#owners.of(node);
    const value = this.#expression(argument);
    if (owner) this.#flows.flow(value, this.#objects.result(owner));
  }

  #body(node: FunctionNode): void {
    this.#owners.add(node);
    if (node.body.type === 'BlockStatement') this.visit(node.body);
    else this.#flows.flow(this.#expression(node.body), this.#objects.result(node));
  }

  #assign(target: AnyNode, value: FlowCell): void {
    if (target.type === 'Identifier') {
      const binding = this.#scopes.references.get(target)?.binding ?? this.#scopes.declarations.get(target);
      this.#flows.flow(
        value,
        binding ? this.#objects.cell(binding) : this.#objects.foreignField(target.name),
      );
    } else if (target.type === 'MemberExpression') {
      const name = staticName(target.property, target.computed) ?? ANY;
      this.#calls.write(this.#expression(target.object as AnyNode), name, value);
    }
  }

  /** Visits an expression once. @returns what it may be */
  #expression(node: AnyNode): FlowCell {
    const known = this.#objects.known(node);
    if (known) return known;
    const to = this.#objects.cell(node);
    switch (node.type) {
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
      case 'FunctionDeclaration':
        this.#function(node, to);
        break;
      case 'Identifier':
        this.#identifier(node, to);
        break;
      case 'ThisExpression': {
        const owner = this.#owners.of(node);
        if (owner) this.#flows.flow(this.#objects.self(owner), to);
        break;
      }
      case 'MemberExpression': {
        if (node.computed) this.#expression(node.property as AnyNode);
        const name = staticName(node.property, node.computed) ?? ANY;
        this.#objects.read(this.#expression(node.object as AnyNode), name, to);
        break;
      }
      case 'ObjectExpression':
        this.#object(node, to);
        break;
      case 'ArrayExpression': {
        const object = this.#objects.objectAt(node, true);
        this.#flows.put(object, to);
        for (const item of node.elements)
          if (item) this.#flows.flow(this.#expression(item as AnyNode), this.#objects.fieldOf(object, ANY));
        break;
      }
      case 'CallExpression':
      case 'NewExpression':
        this.#call(node, to);
        break;
      case 'AssignmentExpression': {
        const value = this.#expression(node.right);
        this.#expression(node.left);
        this.#assign(node.left, value);
        this.#flows.flow(value, to);
        break;
      }
      case 'ConditionalExpression':
        this.#expression(node.test);
        this.#flows.flow(this.#expression(node.consequent), to);
        this.#flows.flow(this.#expression(node.alternate), to);
        break;
      case 'LogicalExpression':
        this.#flows.flow(this.#expression(node.left), to);
        this.#flows.flow(this.#expression(node.right), to);
        break;
      case 'SequenceExpression':
        node.expressions.forEach((item, index) => {
          const value = this.#expression(item);
          if (index === node.expressions.length - 1) this.#flows.flow(value, to);
        });
        break;
      default:
        this.visit(node);
    }
    return to;
  }

  #function(node: FunctionNode, to: FlowCell): void {
    this.#flows.put(this.#objects.functionAt(node), to);
    if (node.id) this.#flows.flow(to, this.#objects.cell(this.#scopes.declarations.get(node.id)));
    this.#body(node);
  }

  #identifier(node: AnyNode & { name: string }, to: FlowCell): void {
    const objects = this.#objects;
    const binding = this.#scopes.references.get(node)?.binding;
    if (binding?.name === 'arguments') {
      const list = objects.objectAt(binding.owner.node, true);
      this.#flows.flow(objects.part(binding.owner.node, 'arguments'), objects.fieldOf(list, ANY));
      return this.#flows.put(list, to);
    }
    if (binding) return this.#flows.flow(objects.cell(binding), to);
    if (node.name === 'undefined') return;
    this.#flows.flow(objects.foreignField(node.name), to);
    this.#flows.put(objects.foreign(node.name), to);
  }

  #object(node: Extract<AnyNode, { type: 'ObjectExpression' }>, to: FlowCell): void {
    const object = this.#objects.objectAt(node);
    this.#flows.put(object, to);
    for (const item of node.properties) {
      if (item.type !== 'Property') continue;
      const value = this.#expression(item.value as AnyNode);
      this.#flows.flow(value, this.#objects.fieldOf(object, staticName(item.key, item.computed) ?? ANY));
    }
  }

  #call(node: FlowCallNode, to: FlowCell): void {
    const callee = node.callee as AnyNode;
    const args = node.arguments.map((arg) => this.#expression(arg as AnyNode));
    this.#calls.begin(node);
    const base = callee.type === 'MemberExpression' ? this.#expression(callee.object as AnyNode) : undefined;
    this.#calls.add({ node, base, target: this.#expression(callee), args, to });
  }
}

/** Of a whole script. */
export function findFlow(program: Program): Flow {
  const scopes = findScopes(program);
  const flows = new Flows();
  const objects = new Objects(flows, scopes);
  const calls = new Calls(flows, objects, scopes);
  new Visitor(scopes, flows, objects, calls).visit(program);
  flows.settle();
  calls.settle();
  return { scopes, calls: calls.found(), entries: calls.entries(), holding: calls.holding };
}
