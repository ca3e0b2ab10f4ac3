/**
 * The deepest chain of calls from each entry of a script, in bytes of the board's C stack. It must refuse what has no
 * bound: a function that may call itself.
 */
import type { AnyNode, Program } from 'acorn';
import type { FunctionNode } from '../check/scopes';
import type { Costs, EntryKind } from './costs';
import type { Call } from './calls';
import { type Flow, findFlow } from './flow';
import type { Script } from './script';
import { type Walk, walkFunction } from './walk';

/** A function on a chain, or what stands at its end. */
export interface ChainLink {
  readonly node: AnyNode;
  /** In use where it begins. */
  readonly depth: number;
  /** The interpreter's function, where it is one. */
  readonly native?: string;
}

export interface Chain {
  readonly kind: EntryKind;
  readonly depth: number;
  readonly links: readonly ChainLink[];
  /** The deepest expression of the last function, where that is the script's. */
  readonly place?: AnyNode;
}

export interface Bound {
  readonly program: Program;
  readonly flow: Flow;
  /** By kind of entry and function, the deepest first. */
  readonly chains: readonly Chain[];
  /** The same until a function of the application is entered. */
  readonly applications: readonly Chain[];
}

/** A function that may call itself; there is no bound. */
export class Recursion extends Error {
  constructor(readonly nodes: readonly AnyNode[]) {
    super('a function may call itself, so its stack has no bound');
  }
}

interface Way {
  readonly depth: number;
  readonly links: readonly ChainLink[];
  /** The deepest expression of the last function. */
  readonly place?: AnyNode;
}

/** What a function needs from where it is called on. */
interface Below {
  readonly deepest: Way;
  /** The deepest way to a function of the application, if there is one: until its first statement. */
  readonly application: Way | undefined;
}

function after(way: Way, depth: number, before: readonly ChainLink[] = []): Way {
  const links = way.links.map((link) => ({ ...link, depth: link.depth + depth }));
  return { depth: way.depth + depth, links: [...before, ...links], place: way.place };
}

function deeper(a: Way | undefined, b: Way | undefined): Way | undefined {
  return !a || (b && b.depth > a.depth) ? b : a;
}

/**
 * @param isApplication which functions are the application's: ways end where they are entered
 * @throws Recursion
 */
export function findBound(
  script: Script,
  costs: Costs,
  isApplication: (node: AnyNode) => boolean = () => false,
): Bound {
  const { program } = script;
  const flow = findFlow(program);
  const known = new Map<FunctionNode | Program, Below>();
  const path: (FunctionNode | Program)[] = [];
  const { jspeFunctionCall, jspeBlockNoBrackets, jsnCallFunction, nativeArguments } = costs.frames;

  const outside = (node: AnyNode): Below => {
    const way: Way = { depth: jspeFunctionCall + jspeBlockNoBrackets, links: [{ node, depth: 0 }] };
    return { deepest: way, application: way };
  };

  function below(node: FunctionNode | Program, start = 0): Below {
    if (isApplication(node)) return outside(node);
    const found = known.get(node);
    if (found) return found;
    const at = path.indexOf(node);
    if (at >= 0) throw new Recursion([...path.slice(at), node]);
    path.push(node);
    const walk: Walk = walkFunction(node, script, costs, start);
    let deepest: Way = { depth: walk.deepest.depth, links: [], place: walk.deepest.node };
    let application: Way | undefined;
    for (const site of walk.sites)
      for (const step of steps(flow.calls.get(site.node)!)) {
        deepest = deeper(deepest, after(step.deepest, site.depth))!;
        application = deeper(application, step.application && after(step.application, site.depth));
      }
    path.pop();
    const self: ChainLink[] = [{ node, depth: 0 }];
    const result = {
      deepest: after(deepest, 0, self),
      application: application && after(application, 0, self),
    };
    known.set(node, result);
    return result;
  }

  function steps(call: Call): Below[] {
    const found = [...call.functions].map((node) => below(node));
    if (call.application) found.push(outside(call.node));
    if (call.native === undefined) {
      // No function of anyone's gets there, so it is not called, or throws.
      if (!found.length)
        found.push({
          deepest: {
            depth: jspeFunctionCall + costs.otherNative,
            links: [{ node: call.node, depth: 0, native: '?' }],
          },
          application: undefined,
        });
      return found;
    }
    const at = jspeFunctionCall + nativeArguments + jsnCallFunction;
    const name = call.native.replace(/^\?\.?/, '') || 'a function of the interpreter';
    const own = name.replace(/^.*\./, '');
    const link: ChainLink = { node: call.node, depth: 0, native: name };
    const deepest = { depth: at + nativeCost(call, name, costs, flow), links: [link] };
    found.push({ deepest, application: undefined });
    const calling = at + (figure(costs.callingNatives, own) ?? costs.otherNative);
    for (const node of call.atOnce) {
      const { deepest: way, application } = below(node);
      found.push({
        deepest: after(way, calling, [link]),
        application: application && after(application, calling, [link]),
      });
    }
    return found;
  }

  const chains: Chain[] = [];
  const applications: Chain[] = [];
  const from = (kind: EntryKind, { deepest, application }: Below): void => {
    const base = kind === 'boot' ? 0 : costs.entries[kind];
    chains.push({ kind, ...after(deepest, base) });
    if (application) applications.push({ kind, ...after(application, base) });
  };
  from('boot', below(program, costs.entries.boot));
  for (const { node, kind } of flow.entries) if (!isApplication(node)) from(kind, below(node));
  chains.sort((a, b) => b.depth - a.depth);
  applications.sort((a, b) => b.depth - a.depth);
  return { program, flow, chains, applications };
}

function figure(table: Readonly<Record<string, number>>, name: string): number | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** What the interpreter's function needs below `jsnCallFunction`. */
function nativeCost({ node }: Call, name: string, costs: Costs, flow: Flow): number {
  const own = name.replace(/^.*\./, '');
  if (/^clear(Timeout|Interval)$/.test(own) && flow.holding.size) return costs.heldScope;
  const callee = node.callee as AnyNode;
  if (/^(test|exec)$/.test(own) && callee.type === 'MemberExpression') {
    const { object } = callee;
    if (object.type === 'Literal' && 'regex' in object && object.regex) {
      const pattern = object.regex.pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
      return costs.regex[
        /[|(]/.test(pattern) ? 'alternatives' : /[*+?]/.test(pattern) ? 'repeated' : 'classes'
      ];
    }
  }
  return figure(costs.natives, name) ?? figure(costs.natives, own) ?? costs.otherNative;
}
