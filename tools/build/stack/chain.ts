/**
 * The deepest chain of calls from each entry of a script, in bytes of the board's C stack. It must refuse what has no
 * bound: a function that may call itself.
 */
import type { AnyNode, Program } from 'acorn';
import type { FunctionNode } from '../../check-bundle/scopes';
import type { Costs, EntryKind } from './costs';
import { type Call, type Flow, findFlow } from './flow';
import { readScript } from './script';
import { type Walk, walkFunction } from './walk';

/** A function on a chain, or what stands at its end. */
export interface Link {
  readonly node: AnyNode;
  /** In use where it begins. */
  readonly depth: number;
  /** The interpreter's function, where it is one. */
  readonly native?: string;
}

export interface Chain {
  readonly kind: EntryKind;
  readonly depth: number;
  readonly links: readonly Link[];
}

/** A call of a function that the script does not contain, and that is not the interpreter's. */
export interface Unknown {
  readonly node: AnyNode;
  readonly name: string;
}

export interface Bound {
  readonly program: Program;
  readonly flow: Flow;
  /** By kind of entry and function, the deepest first. */
  readonly chains: readonly Chain[];
}

/** A function that may call itself; there is no bound. */
export class Recursion extends Error {
  constructor(readonly nodes: readonly AnyNode[]) {
    super('a function may call itself, so its stack has no bound');
  }
}

interface Below {
  readonly depth: number;
  readonly links: readonly Link[];
}

/** @throws Recursion */
export function findBound(code: string, costs: Costs): Bound {
  const script = readScript(code);
  const { program } = script;
  const flow = findFlow(program);
  const known = new Map<FunctionNode | Program, Below>();
  const path: (FunctionNode | Program)[] = [];

  /** What a function needs from where it is called on. */
  function below(node: FunctionNode | Program, start = 0): Below {
    const found = known.get(node);
    if (found) return found;
    const at = path.indexOf(node);
    if (at >= 0) throw new Recursion([...path.slice(at), node]);
    path.push(node);
    const walk: Walk = walkFunction(node, script, costs, start);
    let best: Below = { depth: walk.deepest.depth, links: [] };
    for (const site of walk.sites)
      for (const step of steps(flow.calls.get(site.node)!))
        if (site.depth + step.depth > best.depth)
          best = {
            depth: site.depth + step.depth,
            links: step.links.map((link) => ({ ...link, depth: link.depth + site.depth })),
          };
    path.pop();
    const result = { depth: best.depth, links: [{ node, depth: 0 }, ...best.links] };
    known.set(node, result);
    return result;
  }

  function steps(call: Call): Below[] {
    const found = [...call.functions].map((node) => below(node));
    if (call.native === undefined) return found;
    const { jspeFunctionCall, jsnCallFunction, nativeArguments } = costs.frames;
    const at = jspeFunctionCall + nativeArguments + jsnCallFunction;
    const name = call.native.replace(/^\?\./, '');
    const own = name.replace(/^.*\./, '');
    const link: Link = { node: call.node, depth: 0, native: name };
    found.push({ depth: at + nativeCost(call, name, costs, flow), links: [link] });
    const calling = at + (figure(costs.callingNatives, own) ?? costs.otherNative);
    for (const node of call.atOnce) {
      const { depth, links } = below(node);
      found.push({
        depth: calling + depth,
        links: [link, ...links.map((item) => ({ ...item, depth: item.depth + calling }))],
      });
    }
    return found;
  }

  const from = (kind: EntryKind, { depth, links }: Below): Chain => {
    const base = kind === 'boot' ? 0 : costs.entries[kind];
    return { kind, depth: base + depth, links: links.map((link) => ({ ...link, depth: link.depth + base })) };
  };
  const chains = [
    from('boot', below(program, costs.entries.boot)),
    ...flow.entries.map(({ node, kind }) => from(kind, below(node))),
  ].sort((a, b) => b.depth - a.depth);
  return { program, flow, chains };
}

function figure(table: Readonly<Record<string, number>>, name: string): number | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** What the interpreter's function needs below `jsnCallFunction`. */
function nativeCost({ node }: Call, name: string, costs: Costs, flow: Flow): number {
  const own = name.replace(/^.*\./, '');
  if (/^clear(Timeout|Interval)$/.test(own) && flow.timersHold) return costs.heldScope;
  const callee = node.callee as AnyNode;
  if (/^(test|exec)$/.test(own) && callee.type === 'MemberExpression') {
    const { object } = callee;
    if (object.type === 'Literal' && 'regex' in object && object.regex) {
      const pattern = object.regex.pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
      return costs.regex[/[|(]/.test(pattern) ? 'alternatives' : /[*+?]/.test(pattern) ? 'repeated' : 'classes'];
    }
  }
  return figure(costs.natives, name) ?? figure(costs.natives, own) ?? costs.otherNative;
}
