/**
 * Takes the body of a generator or async function apart into the cases of its state, statement by statement. What does not
 * stop stays as it is.
 */
import type { Label } from './cases';
import { Expressions } from './stops';
import {
  type Node,
  array,
  assign,
  contains,
  at,
  binary,
  block,
  call,
  copyNode,
  ifThen,
  isFunctionNode,
  isLoop,
  literalNode,
  member,
  nothing,
  namesOfPattern,
  replaceChildren,
  statementNode,
  stops,
} from './tree';

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

export class Emitter extends Expressions {
  /** Functions that are there from the start. */
  readonly functions: Node[] = [];
  private readonly targets: Target[] = [];
  private attempts: Attempt[] = [];

  /** The loop that runs the cases. */
  run(body: readonly Node[]): Node {
    // Only what has a `try` needs to note those around.
    if (body.some((item) => contains(item, ({ type }) => type === 'TryStatement', false)))
      for (const name of ['t', 'f']) this.emit(statementNode(assign(this.field(name), array([]))));
    this.list(body);
    if (!this.endsAway()) this.emit(this.leave(null));
    return this.assemble();
  }

  protected list(body: readonly Node[]): void {
    for (const item of body) this.statement(item);
  }

  /** Whether a statement can stay as it is. */
  protected isWhole(node: Node): boolean {
    if (stops(node)) return false;
    const check = (
      item: Node,
      breakable: boolean,
      continuable: boolean,
      labels: readonly string[],
    ): boolean => {
      if (isFunctionNode(item)) return true;
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
  protected endReturns(node: Node): void {
    replaceChildren(node, (child) => {
      if (isFunctionNode(child)) return child;
      this.endReturns(child);
      return child.type === 'ReturnStatement' ? at(child, this.leave(child.argument)) : child;
    });
  }

  protected statement(node: Node, labels: readonly string[] = []): void {
    if (node.type === 'VariableDeclaration') return this.declaration(node);
    if (node.type === 'FunctionDeclaration') {
      this.functions.push(node);
      return;
    }
    if (node.type === 'ClassDeclaration') {
      this.names.add(node.id.name);
      this.emit(
        statementNode(at(node, assign(copyNode(node.id), { ...node, type: 'ClassExpression', id: null }))),
      );
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

  protected declaration(node: Node): void {
    for (const { id: name, init } of node.declarations as Node[]) {
      for (const one of namesOfPattern(name)) this.names.add(one.name);
      if (init) this.effect(at(name, assign(name, init)));
      // Each turn of a loop begins without a value.
      else if (node.kind !== 'var' && this.targets.length)
        this.emit(statementNode(assign(copyNode(name), nothing())));
    }
  }

  protected return(node: Node): void {
    const value = node.argument ? this.value(node.argument) : null;
    this.unwind(value, node);
  }

  /** Leaves the function through each `finally` around. */
  protected unwind(value: Node | null, place?: Node): void {
    const { attempts } = this;
    const index = attempts.map(({ finalizer }) => !!finalizer).lastIndexOf(true);
    if (index < 0) {
      this.emit(at(place, this.leave(value)));
      return;
    }
    // The value is worked out while the handlers stand.
    this.emit(
      statementNode(call(member(this.field('f'), 'push'), [array([literalNode(2), value ?? nothing()])])),
    );
    this.popTo(index);
    for (const item of this.goTo(attempts[index].finalizer!)) this.emit(item);
  }

  /** Takes down the handlers down to that of an attempt, which goes too. */
  protected popTo(index: number): void {
    for (let n = this.attempts.length; n > index; n--)
      this.emit(statementNode(call(member(this.field('t'), 'pop'))));
  }

  protected leap(node: Node): void {
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
  protected pass(to: Label, depth: number): void {
    const index = this.attempts.map(({ finalizer }, n) => n >= depth && !!finalizer).lastIndexOf(true);
    if (index < 0) {
      this.popTo(depth);
      for (const item of this.goTo(to)) this.emit(item);
      return;
    }
    const attempt = this.attempts[index];
    if (!attempt.passing.some((item) => item.to === to)) attempt.passing.push({ to, depth });
    this.emit(
      statementNode(call(member(this.field('f'), 'push'), [array([literalNode(3), this.number(to)])])),
    );
    this.popTo(index);
    for (const item of this.goTo(attempt.finalizer!)) this.emit(item);
  }

  protected if(node: Node): void {
    const otherwise = this.label();
    const end = this.label();
    this.jumpUnless(this.value(node.test), otherwise);
    this.statement(node.consequent);
    if (node.alternate) this.jump(end);
    this.mark(otherwise);
    if (node.alternate) this.statement(node.alternate);
    this.mark(end);
  }

  protected labelled(node: Node, labels: readonly string[]): void {
    const all = [...labels, node.label.name as string];
    if (isLoop(node.body) || node.body.type === 'LabeledStatement') return this.statement(node.body, all);
    const leave = this.label();
    this.targets.push({ labels: all, leave, plain: false, depth: this.attempts.length });
    this.statement(node.body);
    this.targets.pop();
    this.mark(leave);
  }

  protected loop(node: Node, labels: readonly string[]): void {
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
  protected forEach(node: Node, labels: readonly string[]): void {
    const start = this.label();
    const proceed = this.label();
    const leave = this.label();
    const list = this.hold(null);
    const index = this.hold(null);
    let source = this.value(node.right);
    if (node.type === 'ForInStatement') {
      source = call(this.context.helper('keysOf'), [source]);
    }
    this.emit(statementNode(assign(copyNode(list), source)));
    this.emit(statementNode(assign(copyNode(index), literalNode(0))));
    this.mark(start);
    this.jumpUnless(binary('<', copyNode(index), member(copyNode(list), 'length')), leave);
    const element = member(copyNode(list), {
      type: 'UpdateExpression',
      operator: '++',
      prefix: false,
      argument: copyNode(index),
    });
    const name =
      node.left.type === 'VariableDeclaration' ? (node.left.declarations[0].id as Node) : (node.left as Node);
    if (node.left.type === 'VariableDeclaration') this.names.add(name.name);
    this.emit(statementNode(at(node.left, assign(copyNode(name), element))));
    this.targets.push({ labels, leave, proceed, plain: true, depth: this.attempts.length });
    this.statement(node.body);
    this.targets.pop();
    this.mark(proceed);
    this.jump(start);
    this.mark(leave);
  }

  protected switch(node: Node, labels: readonly string[]): void {
    const leave = this.label();
    const value = this.hold(this.value(node.discriminant));
    const places = (node.cases as Node[]).map(() => this.label());
    (node.cases as Node[]).forEach((item, index) => {
      if (item.test) this.jumpIf(binary('===', copyNode(value), this.value(item.test)), places[index]);
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

  protected try(node: Node): void {
    const { handler, finalizer } = node;
    const caught = handler ? this.label() : undefined;
    const last = finalizer ? this.label() : undefined;
    const end = this.label();
    const outer = this.attempts;
    const push = (): void => {
      const pair = array([
        caught ? this.number(caught) : literalNode(0),
        last ? this.number(last) : literalNode(0),
      ]);
      this.emit(statementNode(call(member(this.field('t'), 'push'), [pair])));
    };
    const attempt: Attempt = { finalizer: last, passing: [] };
    const depart = (): void => {
      if (this.endsAway()) return;
      this.emit(statementNode(call(member(this.field('t'), 'pop'))));
      if (last) {
        this.emit(statementNode(call(member(this.field('f'), 'push'), [array([literalNode(0)])])));
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
        this.emit(statementNode(assign(copyNode(handler.param), this.field('s'))));
      }
      this.statement(handler.body);
      if (last) depart();
      else this.jump(end);
      this.attempts = outer;
    }
    if (finalizer) this.finalizer(finalizer, last!, attempt);
    this.mark(end);
  }

  protected finalizer(node: Node, last: Label, attempt: Attempt): void {
    this.mark(last);
    this.statement(node);
    if (this.endsAway()) return;
    const how = this.hold(call(member(this.field('f'), 'pop')));
    const kind = (): Node => member(copyNode(how), literalNode(0));
    const value = (): Node => member(copyNode(how), literalNode(1));
    this.emit(ifThen(binary('===', kind(), literalNode(1)), { type: 'ThrowStatement', argument: value() }));
    const past = this.label();
    this.jumpUnless(binary('===', kind(), literalNode(2)), past);
    this.unwind(value());
    this.mark(past);
    for (const { to, depth } of attempt.passing) {
      const other = this.label();
      this.jumpUnless(binary('===', value(), this.number(to)), other);
      this.pass(to, depth);
      this.mark(other);
    }
  }
}
