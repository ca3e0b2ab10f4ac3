/** The objects of a script while its values are worked out: what is kept in them, and what leaves the script. */
import type { AnyNode } from 'acorn';
import type { FunctionNode } from '../../check/scopes';
import { Cell, FOREIGN, type Made, type Native, type Token, functionOf, isMade } from './cells';
import { RUN_UNCALLED } from './known';

type FieldWatcher = (name: string, field: Cell) => void;

export class Heap {
  readonly queue: (() => void)[] = [];
  /** What code outside the script may do anything with. */
  readonly escaped = this.cell();
  /** What the interpreter keeps, to call it and no more. */
  readonly kept = this.cell();
  /** What may be run without being called. */
  readonly anytime = this.cell();
  readonly #cells = new Map<unknown, Cell>();
  readonly #made = new Map<AnyNode, Made>();
  readonly #natives = new Map<string, Native>();
  readonly #nativeFields = new Map<string, Cell>();
  readonly #fieldWatchers = new Map<Made, FieldWatcher[]>();
  readonly #parts = new Map<AnyNode, Map<string, Cell>>();

  constructor() {
    this.escaped.watch((token) => {
      if (!isMade(token)) return;
      this.eachField(token, (_name, field) => field.flow(this.escaped));
      token.elements.flow(this.escaped);
      token.protos.flow(this.escaped);
      const node = functionOf(token);
      if (node) this.enter(node, this.escaped);
    });
    this.kept.watch((token) => {
      if (!isMade(token)) return;
      this.eachField(token, (_name, field) => field.flow(this.kept));
      token.elements.flow(this.kept);
      const node = functionOf(token);
      if (node) this.enter(node, this.kept);
    });
    this.anytime.watch((token) => {
      const node = functionOf(token);
      if (node) this.enter(node, this.escaped);
      if (isMade(token)) this.eachField(token, (_name, field) => field.flow(this.anytime));
    });
  }

  cell(): Cell {
    return new Cell(this.queue);
  }

  of(key: unknown): Cell {
    const found = this.#cells.get(key) ?? this.cell();
    this.#cells.set(key, found);
    return found;
  }

  part(node: AnyNode, name: string): Cell {
    const parts = this.#parts.get(node) ?? new Map<string, Cell>();
    this.#parts.set(node, parts);
    const found = parts.get(name) ?? this.cell();
    parts.set(name, found);
    return found;
  }

  made(node: AnyNode, kind: Made['kind']): Made {
    const found = this.#made.get(node);
    if (found) return found;
    const made = { kind, node, fields: new Map<string, Cell>(), elements: this.cell(), protos: this.cell() };
    this.#made.set(node, made);
    return made;
  }

  native(way: string): Native {
    // What is deeper than anyone asks for is not told apart, or there would be no end.
    const [root] = /^[?\w]\w*/.exec(way) ?? [way];
    const path = /\.\*/.test(way) || (way.match(/[.(]/g)?.length ?? 0) > 4 ? `${root}.*` : way;
    const found = this.#natives.get(path) ?? { kind: 'native', path };
    this.#natives.set(path, found);
    return found;
  }

  nativeField(path: string): Cell {
    const found = this.#nativeFields.get(path) ?? this.cell();
    this.#nativeFields.set(path, found);
    return found;
  }

  isReplaced(path: string): boolean {
    const names = path.split('.');
    return names.some((_, n) => {
      const way = names.slice(0, n + 1).join('.');
      const any = `${names.slice(0, n).join('.')}.`;
      return (
        !!this.#nativeFields.get(way)?.tokens.size || (n > 0 && !!this.#nativeFields.get(any)?.tokens.size)
      );
    });
  }

  eachField(made: Made, watcher: FieldWatcher): void {
    this.#fieldWatchers.set(made, [...(this.#fieldWatchers.get(made) ?? []), watcher]);
    for (const [name, field] of made.fields) watcher(name, field);
  }

  field(made: Made, name: string): Cell {
    const found = made.fields.get(name);
    if (found) return found;
    const field = this.cell();
    made.fields.set(name, field);
    // What is kept under a name that the text does not tell may be any.
    made.elements.flow(field);
    if (RUN_UNCALLED.has(name)) field.flow(this.anytime);
    for (const watcher of this.#fieldWatchers.get(made) ?? []) watcher(name, field);
    return field;
  }

  /** Somebody outside the script calls a function. */
  enter(node: FunctionNode, results: Cell): void {
    node.params.forEach((_, n) => this.param(node, n).put(FOREIGN));
    this.part(node, 'this').put(FOREIGN);
    this.part(node, 'result').flow(results);
  }

  /** Set by who knows the names. */
  param: (node: FunctionNode, n: number) => Cell = () => this.cell();

  /** What is under a name in an object or beneath it. */
  load(made: Made, name: string, to: Cell, seen: ReadonlySet<Made> = new Set()): void {
    if (seen.has(made)) return;
    this.field(made, name).flow(to);
    made.protos.watch((proto) => {
      if (isMade(proto)) this.load(proto, name, to, new Set([...seen, made]));
      else to.put(FOREIGN);
    });
    this.ifEscaped(made, () => to.put(FOREIGN));
  }

  ifEscaped(token: Token, run: () => void): void {
    this.escaped.watch((other) => {
      if (other === token) run();
    });
  }

  /** What code outside may have put under a name, anywhere. */
  foreignField(name: string, to: Cell): void {
    this.escaped.watch((token) => {
      if (isMade(token)) this.field(token, name).flow(to);
    });
  }

  settle(): void {
    for (let step = this.queue.pop(); step; step = this.queue.pop()) step();
  }
}
