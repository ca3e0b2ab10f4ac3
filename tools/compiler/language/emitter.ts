/**
 * Takes the body of a generator or async function apart into the cases of its state. Expressions keep the order in which the
 * language evaluates them: what is evaluated before a stop is held in variables.
 */
import type { Context } from './context';
import {
  type Node,
  array,
  assign,
  at,
  binary,
  block,
  call,
  contains,
  copy,
  give,
  id,
  ifThen,
  isFunction,
  isLoop,
  literal,
  member,
  not,
  nothing,
  patternNames,
  replaceChildren,
  sequence,
  statement,
  stops,
} from './tree';

/** A place in the cases; its number is known when it has been reached. */
interface Label {
  number?: number;
  used: boolean;
}

/** A loop, switch or labelled statement that is taken apart. */
interface Target {
  readonly labels: readonly string[];
  readonly leave: Label;
  readonly proceed?: Label;
  /** Without a label: any `break` is meant. */
  readonly plain: boolean;
  /** How many `try` statements are around it. */
  readonly depth: number;
}

/** A `try` that is taken apart, while its handler stands. */
interface Attempt {
  readonly finalizer?: Label;
  /** Jumps that pass its `finally`. */
  readonly passing: { readonly to: Label; readonly depth: number }[];
}

type Item = Node | { label: Label };

export class Emitter {
  /** Variables of the function. */
  readonly names = new Set<string>();
  /** Functions that are there from the start. */
  readonly functions: Node[] = [];
  private readonly items: Item[] = [];
  private readonly targets: Target[] = [];
  private attempts: Attempt[] = [];
  private readonly free: string[] = [];
  /** Numbers that are put in when all are known. */
  private readonly numbers: { node: Node; label: Label }[] = [];

  constructor(
    private readonly context: Context,
    private readonly state: string,
    /** Stops for `await` have to be told from those for `yield`. */
    private readonly told: boolean,
  ) {}

  /** The loop that runs the cases. */
  run(body: readonly Node[]): Node {
    this.list(body);
    if (!this.endsAway()) this.emit(this.leave(null));
    return this.assemble();
  }

  private assemble(): Node {
    const cases: Node[] = [{ type: 'SwitchCase', test: literal(0), consequent: [] }];
    let next = 1;
    const numbers = new Map<Label, number>();
    for (const item of this.items) {
      if (!('label' in item) || 'type' in item) {
        cases[cases.length - 1].consequent.push(item as Node);
        continue;
      }
      const { label } = item as { label: Label };
      if (!label.used) continue;
      // Two labels at one place are one case.
      if (cases[cases.length - 1].consequent.length === 0 && cases.length > 1) {
        numbers.set(label, cases[cases.length - 1].test.value as number);
        continue;
      }
      numbers.set(label, next);
      cases.push({ type: 'SwitchCase', test: literal(next++), consequent: [] });
    }
    for (const { node, label } of this.numbers) node.value = numbers.get(label) ?? 0;
    const isOne = cases.length === 1;
    if (
      isOne &&
      !contains(block(cases[0].consequent), (item) => item.type === 'ContinueStatement' && item.ours, false)
    )
      return block(cases[0].consequent);
    return {
      type: 'ForStatement',
      init: null,
      test: null,
      update: null,
      body: block([{ type: 'SwitchStatement', discriminant: this.field('n'), cases }]),
    };
  }

  private field(name: string): Node {
    return member(this.state, name);
  }

  private emit(node: Node): void {
    this.items.push(node);
  }

  private label(): Label {
    return { used: false };
  }

  private mark(label: Label): void {
    this.items.push({ label });
  }

  private number(label: Label): Node {
    label.used = true;
    const node = literal(0);
    this.numbers.push({ node, label });
    return node;
  }

  private endsAway(): boolean {
    const last = this.items[this.items.length - 1];
    return !!last && 'type' in last && /^(Return|Continue|Throw)Statement$/.test((last as Node).type);
  }

  /** Statements that go on elsewhere. */
  private goTo(label: Label): Node[] {
    return [
      statement(assign(this.field('n'), this.number(label))),
      { type: 'ContinueStatement', label: null, ours: true },
    ];
  }

  private jump(label: Label): void {
    if (this.endsAway()) return;
    for (const item of this.goTo(label)) this.emit(item);
  }

  private jumpUnless(test: Node, label: Label): void {
    this.emit(at(test, ifThen(not(test), block(this.goTo(label)))));
  }

  private jumpIf(test: Node, label: Label): void {
    this.emit(at(test, ifThen(test, block(this.goTo(label)))));
  }

  private hold(value: Node | null): Node {
    const name = this.free.pop() ?? this.context.fresh('$held');
    this.names.add(name);
    if (value) this.emit(statement(at(value, assign(name, value))));
    return at(value ?? undefined, id(name));
  }

  /** The end of all, with a value. */
  private leave(value: Node | null): Node {
    const end = assign(this.field('d'), literal(true));
    return at(value ?? undefined, give(sequence([end, value ?? nothing()])));
  }

  // Statements

  private list(body: readonly Node[]): void {
    for (const item of body) this.statement(item);
  }

  /** Whether a statement can stay as it is. */
  private isWhole(node: Node): boolean {
    if (stops(node)) return false;
    const check = (
      item: Node,
      breakable: boolean,
      continuable: boolean,
      labels: readonly string[],
    ): boolean => {
      if (isFunction(item)) return true;
      if (item.type === 'BreakStatement') return item.label ? labels.includes(item.label.name) : breakable;
      if (item.type === 'ContinueStatement')
        return item.label ? labels.includes(item.label.name) : continuable;
      if (item.type === 'ReturnStatement') return !this.attempts.some(({ finalizer }) => finalizer) || false;
      const inner = item.type === 'LabeledStatement' ? [...labels, item.label.name as string] : labels;
      let fine = true;
      replaceChildren(item, (child) => {
        if (fine)
          fine = check(
            child,
            breakable || isLoop(item) || item.type === 'SwitchStatement',
            continuable || isLoop(item),
            inner,
          );
        return child;
      });
      return fine;
    };
    return check(node, false, false, []);
  }

  /** Returns within a statement that stays as it is say that all is over. */
  private endReturns(node: Node): void {
    replaceChildren(node, (child) => {
      if (isFunction(child)) return child;
      this.endReturns(child);
      return child.type === 'ReturnStatement' ? at(child, this.leave(child.argument)) : child;
    });
  }

  private statement(node: Node, labels: readonly string[] = []): void {
    if (node.type === 'VariableDeclaration') return this.declaration(node);
    if (node.type === 'FunctionDeclaration') {
      this.functions.push(node);
      return;
    }
    if (node.type === 'ClassDeclaration') {
      this.names.add(node.id.name);
      this.emit(statement(at(node, assign(copy(node.id), { ...node, type: 'ClassExpression', id: null }))));
      return;
    }
    if (node.type === 'ReturnStatement') return this.return(node);
    if (node.type === 'EmptyStatement') return;
    if (this.isWhole(node)) {
      const holder = block([node]);
      this.endReturns(holder);
      this.emit(holder.body[0]);
      return;
    }
    switch (node.type) {
      case 'ExpressionStatement':
        return this.effect(node.expression);
      case 'BlockStatement':
        return this.list(node.body);
      case 'IfStatement':
        return this.if(node);
      case 'LabeledStatement':
        return this.labelled(node, labels);
      case 'ThrowStatement':
        return this.emit(at(node, { type: 'ThrowStatement', argument: this.value(node.argument) }));
      case 'BreakStatement':
      case 'ContinueStatement':
        return this.leap(node);
      case 'TryStatement':
        return this.try(node);
      case 'SwitchStatement':
        return this.switch(node, labels);
      case 'ForInStatement':
      case 'ForOfStatement':
        return this.forEach(node, labels);
      default:
        return this.loop(node, labels);
    }
  }

  private declaration(node: Node): void {
    for (const { id: name, init } of node.declarations as Node[]) {
      for (const one of patternNames(name)) this.names.add(one.name);
      if (init) this.effect(at(name, assign(name, init)));
      // Each turn of a loop begins without a value.
      else if (node.kind !== 'var' && this.targets.length)
        this.emit(statement(assign(copy(name), nothing())));
    }
  }

  private return(node: Node): void {
    const value = node.argument ? this.value(node.argument) : null;
    this.unwind(value, node);
  }

  /** Leaves the function through each `finally` around. */
  private unwind(value: Node | null, place?: Node): void {
    const { attempts } = this;
    const index = attempts.map(({ finalizer }) => !!finalizer).lastIndexOf(true);
    if (index < 0) {
      this.emit(at(place, this.leave(value)));
      return;
    }
    // The value is worked out while the handlers stand.
    this.emit(statement(call(member(this.field('f'), 'push'), [array([literal(2), value ?? nothing()])])));
    this.popTo(index);
    for (const item of this.goTo(attempts[index].finalizer!)) this.emit(item);
  }

  /** Takes down the handlers down to that of an attempt, which goes too. */
  private popTo(index: number): void {
    for (let n = this.attempts.length; n > index; n--)
      this.emit(statement(call(member(this.field('t'), 'pop'))));
  }

  private leap(node: Node): void {
    const { label, type } = node;
    const isBreak = type === 'BreakStatement';
    const target = [...this.targets]
      .reverse()
      .find(
        (item) =>
          (label ? item.labels.includes(label.name) : isBreak ? item.plain : !!item.proceed) &&
          (isBreak || item.proceed),
      )!;
    this.pass(isBreak ? target.leave : target.proceed!, target.depth);
  }

  /** Jumps to where fewer `try` statements are around. */
  private pass(to: Label, depth: number): void {
    const index = this.attempts.map(({ finalizer }, n) => n >= depth && !!finalizer).lastIndexOf(true);
    if (index < 0) {
      this.popTo(depth);
      for (const item of this.goTo(to)) this.emit(item);
      return;
    }
    const attempt = this.attempts[index];
    if (!attempt.passing.some((item) => item.to === to)) attempt.passing.push({ to, depth });
    this.emit(statement(call(member(this.field('f'), 'push'), [array([literal(3), this.number(to)])])));
    this.popTo(index);
    for (const item of this.goTo(attempt.finalizer!)) this.emit(item);
  }

  private if(node: Node): void {
    const otherwise = this.label();
    const end = this.label();
    this.jumpUnless(this.value(node.test), otherwise);
    this.statement(node.consequent);
    if (node.alternate) this.jump(end);
    this.mark(otherwise);
    if (node.alternate) this.statement(node.alternate);
    this.mark(end);
  }

  private labelled(node: Node, labels: readonly string[]): void {
    const all = [...labels, node.label.name as string];
    if (isLoop(node.body) || node.body.type === 'LabeledStatement') return this.statement(node.body, all);
    const leave = this.label();
    this.targets.push({ labels: all, leave, plain: false, depth: this.attempts.length });
    this.statement(node.body);
    this.targets.pop();
    this.mark(leave);
  }

  private loop(node: Node, labels: readonly string[]): void {
    const start = this.label();
    const proceed = this.label();
    const leave = this.label();
    if (node.type === 'ForStatement' && node.init) {
      if (node.init.type === 'VariableDeclaration') this.declaration(node.init);
      else this.effect(node.init);
    }
    this.mark(start);
    if (node.type === 'WhileStatement') this.mark(proceed);
    const isForever = node.test?.type === 'Literal' && node.test.value;
    if (node.type !== 'DoWhileStatement' && node.test && !isForever)
      this.jumpUnless(this.value(node.test), leave);
    this.targets.push({ labels, leave, proceed, plain: true, depth: this.attempts.length });
    this.statement(node.body);
    this.targets.pop();
    if (node.type !== 'WhileStatement') this.mark(proceed);
    if (node.update) this.effect(node.update);
    if (node.type === 'DoWhileStatement') this.jumpIf(this.value(node.test), start);
    else this.jump(node.type === 'WhileStatement' ? proceed : start);
    this.mark(leave);
  }

  /** Over the keys of an object, or the elements of what has a length. */
  private forEach(node: Node, labels: readonly string[]): void {
    const start = this.label();
    const proceed = this.label();
    const leave = this.label();
    const list = this.hold(null);
    const index = this.hold(null);
    let source = this.value(node.right);
    if (node.type === 'ForInStatement') {
      source = call(this.context.helper('keysOf'), [source]);
    }
    this.emit(statement(assign(copy(list), source)));
    this.emit(statement(assign(copy(index), literal(0))));
    this.mark(start);
    this.jumpUnless(binary('<', copy(index), member(copy(list), 'length')), leave);
    const element = member(copy(list), {
      type: 'UpdateExpression',
      operator: '++',
      prefix: false,
      argument: copy(index),
    });
    const name =
      node.left.type === 'VariableDeclaration' ? (node.left.declarations[0].id as Node) : (node.left as Node);
    if (node.left.type === 'VariableDeclaration') this.names.add(name.name);
    this.emit(statement(at(node.left, assign(copy(name), element))));
    this.targets.push({ labels, leave, proceed, plain: true, depth: this.attempts.length });
    this.statement(node.body);
    this.targets.pop();
    this.mark(proceed);
    this.jump(start);
    this.mark(leave);
  }

  private switch(node: Node, labels: readonly string[]): void {
    const leave = this.label();
    const value = this.hold(this.value(node.discriminant));
    const places = (node.cases as Node[]).map(() => this.label());
    (node.cases as Node[]).forEach((item, index) => {
      if (item.test) this.jumpIf(binary('===', copy(value), this.value(item.test)), places[index]);
    });
    const otherwise = (node.cases as Node[]).findIndex((item) => !item.test);
    for (const item of this.goTo(otherwise < 0 ? leave : places[otherwise])) this.emit(item);
    this.targets.push({ labels, leave, plain: true, depth: this.attempts.length });
    (node.cases as Node[]).forEach((item, index) => {
      this.mark(places[index]);
      this.list(item.consequent);
    });
    this.targets.pop();
    this.mark(leave);
  }

  private try(node: Node): void {
    const { handler, finalizer } = node;
    const caught = handler ? this.label() : undefined;
    const last = finalizer ? this.label() : undefined;
    const end = this.label();
    const outer = this.attempts;
    const push = (): void => {
      const pair = array([caught ? this.number(caught) : literal(0), last ? this.number(last) : literal(0)]);
      this.emit(statement(call(member(this.field('t'), 'push'), [pair])));
    };
    const attempt: Attempt = { finalizer: last, passing: [] };
    const depart = (): void => {
      if (this.endsAway()) return;
      this.emit(statement(call(member(this.field('t'), 'pop'))));
      if (last) {
        this.emit(statement(call(member(this.field('f'), 'push'), [array([literal(0)])])));
        this.jump(last);
      } else this.jump(end);
    };
    push();
    this.attempts = [...outer, attempt];
    this.statement(node.block);
    depart();
    this.attempts = outer;
    if (handler) {
      this.mark(caught!);
      // The helper has put up the handler of `finally` again.
      if (last) this.attempts = [...outer, attempt];
      if (handler.param) {
        this.names.add(handler.param.name);
        this.emit(statement(assign(copy(handler.param), this.field('s'))));
      }
      this.statement(handler.body);
      if (last) depart();
      else this.jump(end);
      this.attempts = outer;
    }
    if (finalizer) this.finalizer(finalizer, last!, attempt);
    this.mark(end);
  }

  private finalizer(node: Node, last: Label, attempt: Attempt): void {
    this.mark(last);
    this.statement(node);
    if (this.endsAway()) return;
    const how = this.hold(call(member(this.field('f'), 'pop')));
    const kind = (): Node => member(copy(how), literal(0));
    const value = (): Node => member(copy(how), literal(1));
    this.emit(ifThen(binary('===', kind(), literal(1)), { type: 'ThrowStatement', argument: value() }));
    const past = this.label();
    this.jumpUnless(binary('===', kind(), literal(2)), past);
    this.unwind(value());
    this.mark(past);
    for (const { to, depth } of attempt.passing) {
      const other = this.label();
      this.jumpUnless(binary('===', value(), this.number(to)), other);
      this.pass(to, depth);
      this.mark(other);
    }
  }

  // Expressions

  /** An expression for what it does. */
  private effect(node: Node): void {
    if (!stops(node)) {
      this.emit(statement(node));
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
    if (!/^(Identifier|Literal)$/.test(value.type)) this.emit(statement(value));
  }

  /** Stops with a value, and goes on where it is sent what comes of it. */
  private stop(node: Node): Node {
    if (node.type === 'YieldExpression' && node.delegate) return this.delegate(node);
    const value = node.argument ? this.value(node.argument) : null;
    const next = this.label();
    const held = value && this.told ? this.hold(value) : value;
    if (this.told) this.emit(statement(assign(this.field('w'), literal(node.type === 'AwaitExpression'))));
    this.emit(statement(assign(this.field('n'), this.number(next))));
    this.emit(at(node, give(held)));
    this.mark(next);
    return at(node, this.field('s'));
  }

  private delegate(node: Node): Node {
    const inner = this.hold(
      call(this.context.helper(this.told ? 'walkAsync' : 'walk'), [this.value(node.argument)]),
    );
    const turn = this.hold(nothing());
    const sent = this.hold(nothing());
    const start = this.label();
    const end = this.label();
    this.mark(start);
    const next = call(member(copy(inner), 'next'), [copy(sent)]);
    if (this.told)
      this.emit(statement(assign(copy(turn), this.stop({ type: 'AwaitExpression', argument: next }))));
    else this.emit(statement(assign(copy(turn), next)));
    this.jumpIf(member(copy(turn), 'done'), end);
    const got = this.stop({ type: 'YieldExpression', argument: member(copy(turn), 'value') });
    this.emit(statement(assign(copy(sent), got)));
    this.jump(start);
    this.mark(end);
    return member(copy(turn), 'value');
  }

  /** An expression in which nothing stops any more, to be evaluated right here. */
  private value(node: Node): Node {
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
  private values(nodes: readonly (Node | null)[]): Node[] {
    let last = -1;
    nodes.forEach((item, index) => {
      if (item && stops(item)) last = index;
    });
    return nodes.map((item, index) => {
      if (!item) return item as unknown as Node;
      const value = this.value(item);
      const isFixed = value.type === 'Literal' || isFunction(value) || value.type === 'ThisExpression';
      return index < last && !isFixed ? this.hold(value) : value;
    });
  }

  private logical(node: Node): Node {
    const result = this.hold(this.value(node.left));
    const end = this.label();
    if (node.operator === '&&') this.jumpUnless(copy(result), end);
    else if (node.operator === '||') this.jumpIf(copy(result), end);
    else this.jumpIf(binary('!=', copy(result), literal(null)), end);
    this.emit(statement(assign(copy(result), this.value(node.right))));
    this.mark(end);
    return result;
  }

  private conditional(node: Node): Node {
    const otherwise = this.label();
    const end = this.label();
    this.jumpUnless(this.value(node.test), otherwise);
    const result = this.hold(this.value(node.consequent));
    this.jump(end);
    this.mark(otherwise);
    this.emit(statement(assign(copy(result), this.value(node.alternate))));
    this.mark(end);
    return result;
  }

  private assignment(node: Node): Node {
    const { left, right } = node;
    if (left.type !== 'MemberExpression') return { ...node, right: this.value(right) };
    const parts = left.computed ? [left.object, left.property, right] : [left.object, right];
    const values = this.values(parts as Node[]);
    const target = { ...left, object: values[0], ...(left.computed && { property: values[1] }) };
    return { ...node, left: target, right: values[values.length - 1] };
  }

  private calling(node: Node): Node {
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
