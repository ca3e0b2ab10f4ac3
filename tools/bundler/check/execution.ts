/**
 * One function as it runs from its first statement to its end: which of its declarations have run at each point, on
 * all ways that lead there, and what is used before. It must know nothing of what other functions declare.
 */
import type { AnyNode } from 'acorn';
import type { Callees } from './callees';
import { type Binding, type FunctionInfo, type Scopes, children, isFunction, patternNames } from './scopes';

/** Declarations that have run at some point, or null where no execution gets to. */
type Live = ReadonlySet<Binding> | null;

interface Exits {
  readonly breaks: Live[];
  /** None: a `switch`, which `continue` passes through. */
  readonly continues: Live[] | undefined;
}

type Of<Type extends AnyNode['type']> = Extract<AnyNode, { type: Type }>;

/** What is the same for all functions of a script. */
export interface ExecutionContext {
  readonly scopes: Scopes;
  readonly callees: Callees;
  /** Names that a declaration gives a value. */
  readonly valued: ReadonlySet<Binding>;
  readonly report: (node: AnyNode, binding: Binding, construct: string) => void;
}

function merge(states: readonly Live[]): Live {
  const reached = states.filter((state) => state !== null);
  const [first, ...rest] = reached;
  return first ? new Set([...first].filter((item) => rest.every((other) => other.has(item)))) : null;
}

export class Execution {
  readonly #around: ExecutionContext;
  readonly #info: FunctionInfo;
  /** Declarations that run somewhere. */
  readonly #declared = new Set<Binding>();
  /** Of the loops and switches around. */
  readonly #exits: Exits[] = [];
  #live: Live = new Set();
  /** What the declaration that is being looked at declares. */
  #initialised: readonly (Binding | undefined)[] = [];

  constructor(around: ExecutionContext, info: FunctionInfo) {
    this.#around = around;
    this.#info = info;
  }

  check(): void {
    const { scopes, report } = this.#around;
    const { node } = this.#info;
    if (node.type === 'Program') this.#statements(node.body);
    else if (node.body.type === 'BlockStatement') this.#statement(node.body);
    else this.#expression(node.body);
    for (const { node: use, binding } of scopes.references.values()) {
      if (binding?.owner === this.#info && !binding.fromStart && !this.#declared.has(binding)) {
        report(use, binding, `use of ${binding.name}, whose declaration never runs`);
      }
    }
  }

  #late(binding: Binding | undefined): binding is Binding {
    return (
      binding?.owner === this.#info && !binding.fromStart && this.#live !== null && !this.#live.has(binding)
    );
  }

  #declare(id: AnyNode | null): void {
    const binding = id && this.#around.scopes.declarations.get(id);
    if (!binding || this.#live === null) return;
    this.#declared.add(binding);
    this.#live = new Set(this.#live).add(binding);
  }

  #checkCall(call: AnyNode): void {
    const { own, handed } = this.#around.callees.calledBy(call);
    this.#checkCalled(call, own, []);
    // In `var socket = connect(function () { socket.write() })` the function is called later, or nobody could
    // write it.
    this.#checkCalled(call, handed, this.#initialised);
  }

  #checkCalled(call: AnyNode, called: FunctionInfo[], spared: readonly (Binding | undefined)[]): void {
    const { callees, report } = this.#around;
    // Called again, this function has names of its own.
    const seen = new Set([this.#info]);
    const waiting = [...called];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      for (const { binding, probed } of next.references) {
        if (!probed && this.#late(binding) && !spared.includes(binding)) {
          report(call, binding, `call of a function that uses ${binding.name} before its declaration ran`);
        }
      }
      waiting.push(...callees.of(next));
    }
  }

  /** Declarations are statements, so within an expression nothing comes into force. */
  #expression(node: AnyNode | null | undefined): void {
    if (!node || isFunction(node)) return;
    const reference = this.#around.scopes.references.get(node);
    if (reference && !reference.probed && this.#late(reference.binding)) {
      const { binding } = reference;
      this.#around.report(node, binding, `use of ${binding.name} before its declaration ran`);
    }
    for (const child of children(node)) this.#expression(child);
    if (node.type === 'CallExpression' || node.type === 'NewExpression') this.#checkCall(node);
  }

  /** @param given by the loop that it is the head of */
  #declaration(node: AnyNode, given = false): void {
    const { scopes, valued } = this.#around;
    if (node.type !== 'VariableDeclaration') return this.#expression(node);
    for (const item of node.declarations) {
      const ids = patternNames(item.id);
      this.#initialised = ids.map((id) => scopes.declarations.get(id));
      this.#expression(item.init);
      this.#initialised = [];
      // `var a;` at the top of a bundle only says that there will be an `a`, where another declaration gives it a value.
      const bare = !item.init && valued.has(scopes.declarations.get(item.id as AnyNode) as Binding);
      if (!bare || given) for (const id of ids) this.#declare(id);
    }
  }

  /** @param endless whether it ends by `break` only, as far as the test before each round tells */
  #loop(body: AnyNode, endless: boolean, after?: AnyNode | null): void {
    const skipped = this.#live;
    this.#round(body, after);
    this.#leave(endless ? null : skipped);
  }

  /** One round, after which what comes after the body is looked at. Its exits are still to be taken. */
  #round(body: AnyNode, after: AnyNode | null | undefined): void {
    const exit: Exits = { breaks: [], continues: [] };
    this.#exits.push(exit);
    this.#statement(body);
    this.#live = merge([this.#live, ...(exit.continues ?? [])]);
    this.#expression(after);
  }

  /** A loop or a switch is over. @param ended what is there where no `break` led out of it */
  #leave(ended: Live): void {
    this.#live = merge([ended, ...(this.#exits.pop()?.breaks ?? [])]);
  }

  #isTrue(test: AnyNode | null | undefined): boolean {
    this.#expression(test);
    const negated = test?.type === 'UnaryExpression' && test.operator === '!';
    const value = negated ? test.argument : test;
    return !value || (value.type === 'Literal' && !!value.value !== negated);
  }

  #branches(...runs: (() => void)[]): void {
    const before = this.#live;
    const ends = runs.map((run) => {
      this.#live = before;
      run();
      return this.#live;
    });
    this.#live = merge(ends);
  }

  #switch(node: Of<'SwitchStatement'>): void {
    this.#expression(node.discriminant);
    const before = this.#live;
    this.#exits.push({ breaks: [], continues: undefined });
    this.#live = null;
    for (const item of node.cases) {
      this.#live = merge([this.#live, before]);
      this.#expression(item.test);
      this.#statements(item.consequent);
    }
    const none = node.cases.some((item) => item.test === null) ? null : before;
    this.#leave(merge([this.#live, none]));
  }

  #try({ block, handler, finalizer }: Of<'TryStatement'>): void {
    const before = this.#live;
    this.#branches(
      () => this.#statement(block),
      () => (handler ? this.#statement(handler.body) : (this.#live = null)),
    );
    if (!finalizer) return;
    const end = this.#live;
    // It also runs on the way out, when little of the above has.
    this.#live = before;
    this.#statement(finalizer);
    this.#live = end && new Set([...end, ...(this.#live ?? [])]);
  }

  #statements(nodes: readonly AnyNode[]): void {
    for (const node of nodes) this.#statement(node);
  }

  #statement(node: AnyNode): void {
    switch (node.type) {
      case 'FunctionDeclaration':
        return this.#declare(node.id);
      case 'ClassDeclaration':
        this.#expression(node.superClass);
        this.#expression(node.body);
        return this.#declare(node.id);
      case 'VariableDeclaration':
        return this.#declaration(node);
      case 'BlockStatement':
      case 'StaticBlock':
        return this.#statements(node.body);
      case 'LabeledStatement':
        return this.#statement(node.body);
      case 'IfStatement':
        this.#expression(node.test);
        return this.#branches(
          () => this.#statement(node.consequent),
          () => node.alternate && this.#statement(node.alternate),
        );
      case 'ForStatement':
        if (node.init) this.#declaration(node.init);
        return this.#loop(node.body, this.#isTrue(node.test), node.update);
      case 'WhileStatement':
        return this.#loop(node.body, this.#isTrue(node.test));
      case 'DoWhileStatement':
        this.#round(node.body, node.test);
        return this.#leave(this.#live);
      case 'ForInStatement':
      case 'ForOfStatement':
        this.#expression(node.right);
        this.#declaration(node.left, true);
        return this.#loop(node.body, false);
      case 'SwitchStatement':
        return this.#switch(node);
      case 'TryStatement':
        return this.#try(node);
      case 'BreakStatement':
        this.#exits.at(-1)?.breaks.push(this.#live);
        this.#live = null;
        return;
      case 'ContinueStatement':
        this.#exits.findLast((exit) => exit.continues)?.continues?.push(this.#live);
        this.#live = null;
        return;
      case 'ReturnStatement':
      case 'ThrowStatement':
        this.#expression(node.argument);
        this.#live = null;
        return;
      default:
        return this.#expression(node);
    }
  }
}
