/** What a call of the interpreter's own function does to values; what is not known of one gives anything. */
import type { AnyNode } from 'acorn';
import type { FunctionNode } from '../../check/scopes';
import { type Cell, FOREIGN, type Primitive, functionOf, isMade, isOutside } from './cells';
import type { Heap } from './heap';
import { AT_ONCE, DEFINE, resultsOf } from './known';

export type CallNode = Extract<AnyNode, { type: 'CallExpression' | 'NewExpression' }>;

/** Methods of lists: what they give is in them, or a list of it. */
const GIVES_ELEMENT = /^Array#(pop|shift|find|reduce)$/;
const GIVES_LIST = /^Array#(concat|slice|splice|filter|map|sort|reverse|fill)$/;
const TAKES = /^Array#(push|unshift|splice|concat|fill)$/;
const BYTES = /^(Uint8|Int8|Uint16|Int16|Uint32|Int32|Float32|Float64|Uint8Clamped)Array$|^E\.toUint8Array$/;

export class NativeFacts {
  constructor(
    private readonly heap: Heap,
    /** Told of each function that a call runs before it returns. */
    private readonly runs: (node: CallNode, fn: FunctionNode) => void,
  ) {}

  call(node: CallNode, path: string, base: Cell | undefined, args: readonly Cell[], to: Cell): void {
    const { heap } = this;
    const name = path.replace(/^.*[.#]/, '');
    if (/^Function#(call|apply|bind)$/.test(path) && base) return this.#through(node, name, base, args, to);
    if (DEFINE.has(name)) for (const arg of args) arg.flow(heap.anytime);
    if (path === 'Object.assign' || DEFINE.has(name)) {
      for (const arg of args) arg.flow(heap.escaped);
      to.put(FOREIGN);
      return;
    }
    if (AT_ONCE.has(name)) this.#atOnce(node, path, base, args, to);
    else for (const arg of args) this.#keep(path, arg);
    const types = resultsOf(path);
    for (const type of types) to.put(type as Primitive);
    if (TAKES.test(path))
      base?.watch((list) => {
        if (isMade(list)) for (const arg of args) this.#add(arg, list.elements, path.endsWith('concat'));
      });
    if (GIVES_ELEMENT.test(path) || GIVES_LIST.test(path)) return this.#give(node, path, base, args, to);
    if (path === 'String#split' || path === 'Object.keys') {
      const made = heap.made(node, 'array');
      made.elements.put('string');
      return to.put(made);
    }
    if (BYTES.test(path) || (path === 'Array' && node.type === 'NewExpression')) {
      const made = heap.made(node, 'array');
      if (path === 'Array') for (const arg of args) arg.flow(made.elements);
      else made.elements.put('number');
      if (path === 'E.toUint8Array') to.put('undefined');
      return to.put(made);
    }
    if (!types.length) to.put(path.includes('#') ? FOREIGN : heap.native(`${path}()`));
  }

  /** What the interpreter is handed it may call; of an array or a string nothing is kept. */
  #keep(path: string, arg: Cell): void {
    if (!/^(Array|String)#/.test(path)) arg.flow(this.heap.kept);
  }

  #add(arg: Cell, elements: Cell, joins: boolean): void {
    arg.flow(elements);
    if (joins)
      arg.watch((token) => {
        if (isMade(token)) token.elements.flow(elements);
        else if (isOutside(token)) elements.put(FOREIGN);
      });
  }

  #give(node: CallNode, path: string, base: Cell | undefined, args: readonly Cell[], to: Cell): void {
    const { heap } = this;
    if (GIVES_ELEMENT.test(path)) {
      to.put('undefined');
      base?.watch((list) => {
        if (!isMade(list)) return;
        list.elements.flow(to);
        heap.ifEscaped(list, () => to.put(FOREIGN));
      });
      if (path.endsWith('reduce')) args[1]?.flow(to);
    } else if (/(sort|reverse|fill)$/.test(path)) base?.flow(to);
    else {
      const made = heap.made(node, 'array');
      to.put(made);
      for (const arg of args) if (path.endsWith('concat')) this.#add(arg, made.elements, true);
      if (!path.endsWith('map'))
        base?.watch((list) => {
          if (!isMade(list)) return;
          list.elements.flow(made.elements);
          heap.ifEscaped(list, () => made.elements.put(FOREIGN));
        });
    }
  }

  #atOnce(node: CallNode, path: string, base: Cell | undefined, args: readonly Cell[], to: Cell): void {
    const { heap } = this;
    for (const arg of args)
      arg.watch((token) => {
        const called = functionOf(token);
        if (isOutside(token)) {
          // It is someone else's, and given what is in the list.
          base?.flow(heap.escaped);
          heap.escaped.put(heap.made(node, 'array'));
          to.put(FOREIGN);
        }
        if (!called) return;
        this.runs(node, called);
        called.params.forEach((_, n) => {
          const param = heap.param(called, n);
          for (const type of ['number', 'undefined'] as const) param.put(type);
          if (!path.startsWith('Array#')) param.put(FOREIGN);
          base?.watch((list) => {
            param.put(list);
            if (!isMade(list)) return;
            list.elements.flow(param);
            heap.ifEscaped(list, () => param.put(FOREIGN));
          });
          for (const other of args) if (other !== arg) other.flow(param);
          if (/reduce$/.test(path)) heap.part(called, 'result').flow(param);
        });
        heap.part(called, 'this').put(FOREIGN);
        const result = heap.part(called, 'result');
        if (path.endsWith('map')) result.flow(heap.made(node, 'array').elements);
        if (/reduce$/.test(path)) result.flow(to);
        if (!path.startsWith('Array#')) result.flow(heap.kept);
      });
  }

  /** `f.call`, `f.apply`, `f.bind` */
  #through(node: CallNode, name: string, base: Cell, args: readonly Cell[], to: Cell): void {
    const { heap } = this;
    base.watch((token) => {
      const called = functionOf(token);
      if (isOutside(token)) for (const arg of args) arg.flow(heap.escaped);
      to.put(FOREIGN);
      if (!called) return;
      this.runs(node, called);
      args[0]?.flow(heap.part(called, 'this'));
      heap.part(called, 'this').put(FOREIGN);
      called.params.forEach((_, n) => {
        const param = heap.param(called, n);
        param.put('undefined');
        if (name === 'call') args[n + 1]?.flow(param);
        else param.put(FOREIGN);
      });
      heap.part(called, 'result').flow(name === 'call' ? to : heap.escaped);
      // Whoever calls what `bind` gave calls this, and what `apply` is given gets there.
      if (name !== 'call') {
        heap.escaped.put(token);
        for (const arg of args.slice(1)) arg.flow(heap.escaped);
      }
    });
  }
}
