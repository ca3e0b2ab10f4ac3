/**
 * Expressions of which a part stops, in the order in which the language evaluates them: what is evaluated before a stop is
 * held in variables.
 */
import { Cases } from './cases';
import {
  type Node,
  assign,
  at,
  binary,
  call,
  copyNode,
  give,
  isFunctionNode,
  literalNode,
  member,
  nothing,
  replaceChildren,
  statementNode,
  stops,
} from './tree';

export class Expressions extends Cases {
  /** An expression for what it does. */
  protected effect(node: Node): void {
    if (!stops(node)) {
      this.emit(statementNode(node));
      return;
    }
    if (node.type === 'AwaitExpression' || node.type === 'YieldExpression') {
      this.stop(node);
      return;
    }
    if (node.type === 'SequenceExpression') {
      for (const item of node.expressions as Node[]) this.effect(item);
      return;
    }
    const value = this.value(node);
    if (!/^(Identifier|Literal)$/.test(value.type)) this.emit(statementNode(value));
  }

  /** Stops with a value, and goes on where it is sent what comes of it. */
  protected stop(node: Node): Node {
    if (node.type === 'YieldExpression' && node.delegate) return this.delegate(node);
    const value = node.argument ? this.value(node.argument) : null;
    const next = this.label();
    const held = value && this.told ? this.hold(value) : value;
    if (this.told)
      this.emit(statementNode(assign(this.field('w'), literalNode(node.type === 'AwaitExpression'))));
    this.emit(statementNode(assign(this.field('n'), this.number(next))));
    this.emit(at(node, give(held)));
    this.mark(next);
    return at(node, this.field('s'));
  }

  protected delegate(node: Node): Node {
    const inner = this.hold(
      call(this.context.helper(this.told ? 'walkAsync' : 'walk'), [this.value(node.argument)]),
    );
    const turn = this.hold(nothing());
    const sent = this.hold(nothing());
    const start = this.label();
    const end = this.label();
    this.mark(start);
    const next = call(member(copyNode(inner), 'next'), [copyNode(sent)]);
    if (this.told)
      this.emit(
        statementNode(assign(copyNode(turn), this.stop({ type: 'AwaitExpression', argument: next }))),
      );
    else this.emit(statementNode(assign(copyNode(turn), next)));
    this.jumpIf(member(copyNode(turn), 'done'), end);
    const got = this.stop({ type: 'YieldExpression', argument: member(copyNode(turn), 'value') });
    this.emit(statementNode(assign(copyNode(sent), got)));
    this.jump(start);
    this.mark(end);
    return member(copyNode(turn), 'value');
  }

  /** An expression in which nothing stops any more, to be evaluated right here. */
  protected value(node: Node): Node {
    if (!stops(node)) return node;
    switch (node.type) {
      case 'AwaitExpression':
      case 'YieldExpression':
        return this.stop(node);
      case 'SequenceExpression': {
        const list = node.expressions as Node[];
        for (const item of list.slice(0, -1)) this.effect(item);
        return this.value(list[list.length - 1]);
      }
      case 'LogicalExpression':
        return this.logical(node);
      case 'ConditionalExpression':
        return this.conditional(node);
      case 'AssignmentExpression':
        return this.assignment(node);
      case 'CallExpression':
      case 'NewExpression':
        return this.calling(node);
      case 'ArrayExpression':
        return { ...node, elements: this.values(node.elements) };
      case 'TemplateLiteral':
        return { ...node, expressions: this.values(node.expressions) };
      case 'ObjectExpression': {
        const list = this.values((node.properties as Node[]).map((item) => item.value as Node));
        return {
          ...node,
          properties: (node.properties as Node[]).map((item, index) => ({
            ...item,
            value: list[index],
            shorthand: false,
          })),
        };
      }
      case 'BinaryExpression': {
        const [left, right] = this.values([node.left, node.right]);
        return { ...node, left, right };
      }
      case 'MemberExpression': {
        if (!node.computed) return { ...node, object: this.value(node.object) };
        const [object, property] = this.values([node.object, node.property]);
        return { ...node, object, property };
      }
      case 'UnaryExpression':
      case 'UpdateExpression':
        return { ...node, argument: this.value(node.argument) };
      default:
        replaceChildren(node, (child) => this.value(child));
        return node;
    }
  }

  /** Values from left to right; what comes before a stop is held. */
  protected values(nodes: readonly (Node | null)[]): Node[] {
    let last = -1;
    nodes.forEach((item, index) => {
      if (item && stops(item)) last = index;
    });
    return nodes.map((item, index) => {
      if (!item) return item as unknown as Node;
      const value = this.value(item);
      const isFixed = value.type === 'Literal' || isFunctionNode(value) || value.type === 'ThisExpression';
      return index < last && !isFixed ? this.hold(value) : value;
    });
  }

  protected logical(node: Node): Node {
    const result = this.hold(this.value(node.left));
    const end = this.label();
    if (node.operator === '&&') this.jumpUnless(copyNode(result), end);
    else if (node.operator === '||') this.jumpIf(copyNode(result), end);
    else this.jumpIf(binary('!=', copyNode(result), literalNode(null)), end);
    this.emit(statementNode(assign(copyNode(result), this.value(node.right))));
    this.mark(end);
    return result;
  }

  protected conditional(node: Node): Node {
    const otherwise = this.label();
    const end = this.label();
    this.jumpUnless(this.value(node.test), otherwise);
    const result = this.hold(this.value(node.consequent));
    this.jump(end);
    this.mark(otherwise);
    this.emit(statementNode(assign(copyNode(result), this.value(node.alternate))));
    this.mark(end);
    return result;
  }

  protected assignment(node: Node): Node {
    const { left, right } = node;
    if (left.type !== 'MemberExpression') return { ...node, right: this.value(right) };
    const parts = left.computed ? [left.object, left.property, right] : [left.object, right];
    const values = this.values(parts as Node[]);
    const target = { ...left, object: values[0], ...(left.computed && { property: values[1] }) };
    return { ...node, left: target, right: values[values.length - 1] };
  }

  protected calling(node: Node): Node {
    const { callee } = node;
    const args = node.arguments as Node[];
    if (callee.type !== 'MemberExpression' || node.type === 'NewExpression') {
      const values = this.values([callee, ...args]);
      return { ...node, callee: values[0], arguments: values.slice(1) };
    }
    if (callee.object.type === 'Super') return { ...node, arguments: this.values(args) };
    const parts = callee.computed ? [callee.object, callee.property, ...args] : [callee.object, ...args];
    const values = this.values(parts as Node[]);
    const count = callee.computed ? 2 : 1;
    return {
      ...node,
      callee: { ...callee, object: values[0], ...(callee.computed && { property: values[1] }) },
      arguments: values.slice(count),
    };
  }
}
