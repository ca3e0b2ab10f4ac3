/**
 * The cases of a function of a state (`generators.ts`): their order, their numbers, and jumps between them. It knows nothing
 * of what the statements in them mean.
 */
import type { LoweringContext } from './context';
import {
  type Node,
  assign,
  at,
  block,
  contains,
  give,
  id,
  ifThen,
  literalNode,
  member,
  not,
  nothing,
  sequence,
  statementNode,
} from './tree';

/** A place in the cases; its number is known when it has been reached. */
export interface Label {
  number?: number;
  used: boolean;
}

type Item = Node | { label: Label };

export class Cases {
  /** Variables of the function. */
  readonly names = new Set<string>();
  protected readonly items: Item[] = [];
  /** Numbers that are put in when all are known. */
  protected readonly numbers: { node: Node; label: Label }[] = [];

  constructor(
    protected readonly context: LoweringContext,
    protected readonly state: string,
    /** Stops for `await` have to be told from those for `yield`. */
    protected readonly told: boolean,
  ) {}

  protected assemble(): Node {
    const cases: Node[] = [{ type: 'SwitchCase', test: literalNode(0), consequent: [] }];
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
      cases.push({ type: 'SwitchCase', test: literalNode(next++), consequent: [] });
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

  protected field(name: string): Node {
    return member(this.state, name);
  }

  protected emit(node: Node): void {
    this.items.push(node);
  }

  protected label(): Label {
    return { used: false };
  }

  protected mark(label: Label): void {
    this.items.push({ label });
  }

  protected number(label: Label): Node {
    label.used = true;
    const node = literalNode(0);
    this.numbers.push({ node, label });
    return node;
  }

  protected endsAway(): boolean {
    const last = this.items[this.items.length - 1];
    return !!last && 'type' in last && /^(Return|Continue|Throw)Statement$/.test((last as Node).type);
  }

  /** Statements that go on elsewhere. */
  protected goTo(label: Label): Node[] {
    return [
      statementNode(assign(this.field('n'), this.number(label))),
      { type: 'ContinueStatement', label: null, ours: true },
    ];
  }

  protected jump(label: Label): void {
    if (this.endsAway()) return;
    for (const item of this.goTo(label)) this.emit(item);
  }

  protected jumpUnless(test: Node, label: Label): void {
    this.emit(at(test, ifThen(not(test), block(this.goTo(label)))));
  }

  protected jumpIf(test: Node, label: Label): void {
    this.emit(at(test, ifThen(test, block(this.goTo(label)))));
  }

  protected hold(value: Node | null): Node {
    const name = this.context.fresh('$held');
    this.names.add(name);
    if (value) this.emit(statementNode(at(value, assign(name, value))));
    return at(value ?? undefined, id(name));
  }

  /** The end of all, with a value. */
  protected leave(value: Node | null): Node {
    const end = assign(this.field('d'), literalNode(true));
    return at(value ?? undefined, give(sequence([end, value ?? nothing()])));
  }
}
