/**
 * A static bound of a bundle's C stack, for the build: prints it, and ends a target's build above the budget or where there
 * is none. It judges the text that reaches the board, and must never change it.
 */
import type { AnyNode } from 'acorn';
import type { Plugin } from 'rollup';
import { type Bound, type Chain, Recursion, findBound } from './chain';
import { CM4, type Costs, LX106 } from './costs';
import { type Namer, namer } from './names';
import { readScript } from './script';

/** `onData > parse > take` */
export function chainText(chain: Chain, names: Namer): string {
  return chain.links.map(({ node, native }) => native ?? names.name(node)).join(' > ');
}

export interface StackReport {
  readonly bound: Bound;
  readonly names: Namer;
}

/** A bundle whose stack has no bound, in words. */
export class NoBound extends Error {}

/**
 * @param map of the bundle, for the sources' names
 * @throws NoBound
 */
export function analyse(code: string, map: unknown, costs: Costs, isHost = false): StackReport {
  const script = readScript(code);
  const names = namer(script.program, code, map);
  // An application stands behind the line that names the bundle and the library's own.
  const [label = '', library = ''] = code.split('\n', 2);
  const start = isHost && label.startsWith('//') ? label.length + library.length + 2 : code.length;
  const isApplication = (node: AnyNode): boolean => node.type !== 'Program' && node.start >= start;
  try {
    return { bound: findBound(script, costs, isApplication), names };
  } catch (error) {
    if (error instanceof Recursion)
      throw new NoBound(`${error.message}: ${error.nodes.map((node) => names.name(node)).join(' > ')}`);
    throw error;
  }
}

/** `12345` as `12,345` */
export function thousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** @returns `stack 3,912 of 4,000: onData > parse > take`, or for a host what is in use when its application is called */
export function stackText({ bound, names }: StackReport, limit?: number): string {
  const [chain] = limit ? bound.chains : bound.applications;
  if (!chain) return 'it calls no application';
  const text = `stack ${thousands(chain.depth)}`;
  return `${text} ${limit ? `of ${thousands(limit)}` : 'when the application is called'}: ${chainText(chain, names)}`;
}

export interface StackCheck {
  readonly plugin: Plugin;
  /** Of a file that the plugin has seen. */
  text(fileName: string): string;
}

/** @param limit in bytes, for the target; a host's bundles have none */
export function stackCheck(limit?: number): StackCheck {
  const texts = new Map<string, string>();
  return {
    text: (fileName) => texts.get(fileName) ?? '',
    plugin: {
      name: 'stack',
      generateBundle(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== 'chunk') continue;
          try {
            const report = analyse(file.code, file.map, limit ? LX106 : CM4, !limit);
            const text = stackText(report, limit);
            texts.set(file.fileName, text);
            if (limit && report.bound.chains[0]!.depth > limit)
              this.error({ message: `${file.fileName}: ${text}`, stack: '' });
          } catch (error) {
            if (!(error instanceof NoBound)) throw error;
            // A host checks its own stack, and its application may call the library within the library's calls.
            if (limit) this.error({ message: `${file.fileName}: ${error.message}`, stack: '' });
            texts.set(file.fileName, `stack unknown: ${error.message}`);
          }
        }
      },
    },
  };
}
