/**
 * Modern JavaScript as what Espruino runs with the same result, or what keeps it from that, at the place where it is
 * written. What Espruino runs rightly stays as it was written, names and all.
 */
import { parse } from 'acorn';
import { checkApplication } from './check';
import { LoweringContext } from './context';
import { finish } from './finish';
import { lowerGenerators } from './generators';
import { HELPERS, type HelperName } from './helpers';
import costs from './helpers/costs.json';
import { printProgram } from './print';
import { simplifySyntax } from './simplify';
import type { Node } from './tree';

export interface LowerOptions {
  /** As it is to be named in the source map. */
  readonly fileName: string;
  /** Espruino's name of the board, whose pins and ports then are all that there are. */
  readonly board?: string;
  /** Names that something beside the script has on the board: none of ours may be one of them. */
  readonly taken?: Iterable<string>;
  /** It was written for Espruino, and may count on what is otherwise there: `slice()` of a typed array gives a plain one. */
  readonly isModule?: boolean;
}

export interface LanguageProblem {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly text: string;
  readonly kind: 'error' | 'warning';
}

export interface Lowered {
  readonly code: string;
  readonly map: object;
  readonly problems: readonly LanguageProblem[];
}

/** Modern JavaScript (one script, without import and export) as what Espruino runs. */
export function lower(code: string, options: LowerOptions): Lowered {
  let program: Node;
  try {
    program = parse(code, {
      ecmaVersion: 'latest',
      locations: true,
      allowReturnOutsideFunction: true,
      allowHashBang: true,
    }) as unknown as Node;
  } catch (error) {
    const { message, loc } = error as SyntaxError & { loc?: { line: number; column: number } };
    if (!loc) throw error;
    const text = message.replace(/ \(\d+:\d+\)$/, '');
    return {
      code,
      map: {},
      problems: [{ line: loc.line, column: loc.column + 1, text: `syntax error: ${text}`, kind: 'error' }],
    };
  }
  const context = new LoweringContext(program, code, options.taken);
  if (options.isModule) context.typed = false;
  checkApplication(context, options.board);
  simplifySyntax(context);
  lowerGenerators(context);
  finish(context);
  tellCost(context);
  const lead = helperCode(context);
  const { code: made, map } = printProgram(program, lead, options.fileName, code);
  const problems = context.findings
    .map(({ node, text, kind }) => ({
      line: node.loc?.start.line ?? 1,
      column: (node.loc?.start.column ?? 0) + 1,
      text,
      kind,
    }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
  return { code: made, map, problems };
}

/** The helpers that a script needs, each behind what it needs itself. */
function helperCode(context: LoweringContext): string {
  const done = new Set<HelperName>();
  let code = '';
  const add = (name: HelperName): void => {
    if (done.has(name)) return;
    done.add(name);
    const helper = HELPERS[name];
    for (const other of helper.needs ?? []) add(other);
    code +=
      helper.code.replace(
        /\$([A-Za-z]\w*)/g,
        (whole, inner: string) => context.helpers.get(inner as HelperName) ?? whole,
      ) + '\n';
  };
  for (const name of context.helpers.keys()) add(name);
  return code;
}

/** What the helpers take of a board's memory, as measured with the code in flash (`helpers.test.ts`), where each is needed. */
function tellCost(context: LoweringContext): void {
  const lines = new Map<number, { place: Node; names: HelperName[] }>();
  for (const name of context.helpers.keys()) {
    const place = context.places.get(name) ?? context.program;
    const line = place.loc?.start.line ?? 1;
    const told = lines.get(line) ?? { place, names: [] };
    told.names.push(name);
    lines.set(line, told);
  }
  for (const { place, names } of lines.values()) {
    const total = names.reduce((sum, name) => sum + costs[name], 0);
    const list = names.map((name) => `${HELPERS[name].means} ${costs[name]}`).join(', ');
    context.warn(place, `what Espruino lacks takes about ${total} variables: ${list}`);
  }
}
