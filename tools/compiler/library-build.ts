/**
 * The library as one script of its own, made once for all applications, with the names that it has on the board; and
 * `launch`, a function for those that use it. It must hold nothing that an application does not need to run.
 */
import { join, relative } from 'node:path';
import { type AnyNode, parse } from 'acorn';
import MagicString from 'magic-string';
import type { Plugin } from 'rollup';
import { HOST_INLINING, forgetter, onLog, quickener } from '../bundler';
import { checkBundle } from '../bundler/check';
import { flattener } from '../bundler/flattener';
import { minifier } from '../bundler/minifier';
import { shortName } from '../bundler/short-name';
import { typescript } from '../bundler/typescript';
import { loadPackage } from '../load';
import { type Exports, nameImports } from './library-names';

const { rollup } = loadPackage<typeof import('rollup')>('rollup');

/** One script, and what its exports are called in it: names, or functions as text. */
export interface Part {
  readonly code: string;
  readonly map: string;
  readonly exports: Readonly<Record<string, string>>;
  /** All names of its top level. */
  readonly names: readonly string[];
}

export interface LibraryParts {
  readonly core: Part;
  /** A function expression in parentheses, of one use or many. */
  readonly launch: Part;
  /** What `launch` is called where it needs a name: none of the library's. */
  readonly launchName: string;
}

/** What an application may import, and what `launch` needs of the library beside that. */
const CORE = {
  'host/index.ts': ['MQTTLink', 'defaultStatusHandler'],
  'host/argument-errors.ts': ['refuse'],
};

const LAUNCH = { 'host/launch.ts': ['launch'] };

/** A function that is nowhere, called last with what is exported: the passes leave a call alone, and what it speaks of. */
const EXPORTS = 'exports__';

const ENTRY = '\0exports';

type Entries = Readonly<Record<string, readonly string[]>>;

/** An entry that does nothing but speak of what is exported. */
function entry(root: string, entries: Entries): Plugin {
  const names = Object.values(entries).flat();
  const imports = Object.entries(entries).map(
    ([path, exported]) => `import { ${exported.join(', ')} } from ${JSON.stringify(join(root, path))};`,
  );
  return {
    name: 'entry',
    resolveId: (id) => (id === ENTRY ? id : null),
    load: (id) => (id === ENTRY ? [...imports, `${EXPORTS}(${names.join(', ')});`].join('\n') : null),
  };
}

/** Takes the call off the end, and what it was given; what is nothing but one function stays as that. */
function takeExports(code: string): { text: MagicString; exported: string[]; names: string[] } {
  const program = parse(code, { ecmaVersion: 'latest' });
  const text = new MagicString(code);
  const last = program.body[program.body.length - 1];
  let call: AnyNode | undefined = last?.type === 'ExpressionStatement' ? last.expression : undefined;
  let start = last?.start ?? 0;
  if (call?.type === 'SequenceExpression') {
    start = call.expressions[call.expressions.length - 2]!.end;
    call = call.expressions[call.expressions.length - 1];
  }
  if (call?.type !== 'CallExpression') throw new Error('The library does not end with its exports');
  const exported = call.arguments.map((node) => code.slice(node.start, node.end));
  const [only] = call.arguments;
  if (program.body.length === 1 && only?.type === 'FunctionExpression')
    text.overwrite(0, only.start, '(').overwrite(only.end, code.length, ')');
  else text.remove(start, call.end);
  const names = program.body.flatMap((node) => {
    if (node.type === 'FunctionDeclaration') return [node.id.name];
    return node.type === 'VariableDeclaration'
      ? node.declarations.map(({ id }) => (id as { name: string }).name)
      : [];
  });
  return { text, exported, names };
}

/** @param sources plugins that find the sources, and see the script first */
async function buildPart(
  root: string,
  entries: Entries,
  taken: readonly string[],
  sources: readonly Plugin[],
  between: readonly Plugin[],
  after: readonly Plugin[],
): Promise<Part> {
  let exported: string[] = [];
  let names: string[] = [];
  const build = await rollup({
    input: ENTRY,
    plugins: [
      entry(root, entries),
      ...sources,
      flattener(HOST_INLINING, (path) => path === ENTRY),
      ...between,
      minifier('host', taken),
      ...after,
      {
        name: 'exports',
        renderChunk(code) {
          const found = takeExports(code);
          ({ exported, names } = found);
          return { code: found.text.toString(), map: found.text.generateMap({ hires: true }).toString() };
        },
      },
      checkBundle(taken),
    ],
    onLog,
    logLevel: 'warn',
  });
  const { output } = await build.generate({
    file: join(root, 'dist/library.js'),
    format: 'es',
    sourcemap: 'hidden',
    strict: false,
  });
  await build.close();
  const [chunk] = output;
  const paths = chunk.map!.sources.map((source) => relative(root, join(root, 'dist', source)));
  const all = Object.values(entries).flat();
  return {
    code: chunk.code.replace(/\n$/, ''),
    map: JSON.stringify({ ...chunk.map, sources: paths }),
    exports: Object.fromEntries(all.map((name, n) => [name, exported[n]!])),
    names: [...new Set(names)],
  };
}

/** What stands for modules of the library in `launch`: their names in the library's script. */
function fromCore(root: string, core: Part): Plugin {
  const paths = new Set(Object.keys(CORE).map((path) => join(root, path)));
  return {
    name: 'from-core',
    async resolveId(source, importer, options) {
      if (!importer || importer === ENTRY) return null;
      const found = await this.resolve(source, importer, { ...options, skipSelf: true });
      return found && paths.has(found.id) ? { id: found.id, external: 'absolute' } : null;
    },
    renderChunk(code) {
      const program = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
      const sources = new Set(
        program.body.flatMap((node) =>
          node.type === 'ImportDeclaration' ? [String(node.source.value)] : [],
        ),
      );
      const exports: Exports = new Map(Object.entries(core.exports));
      const named = nameImports(code, sources, exports, new Set(core.names));
      return { code: named.code, map: named.map };
    },
  };
}

export async function buildLibrary(root: string): Promise<LibraryParts> {
  const entries = [...Object.keys(CORE), ...Object.keys(LAUNCH)];
  const sources = typescript(root, ...entries.map((path) => join(root, path)));
  const core = await buildPart(root, CORE, [], [sources], [forgetter(true)], [quickener()]);
  const launch = await buildPart(root, LAUNCH, core.names, [fromCore(root, core), sources], [], []);
  if (launch.names.length) throw new Error('launch is more than one function');
  let n = 0;
  while (core.names.includes(shortName('$', n))) n++;
  return { core, launch, launchName: shortName('$', n) };
}

/**
 * Typings that need no other file: a pin is what the user's own typings of Espruino say it is.
 * @param source that has what they declare, within the root
 */
export async function libraryTypings(root: string, source: string): Promise<string> {
  const { dts } = loadPackage<typeof import('rollup-plugin-dts')>('rollup-plugin-dts');
  const build = await rollup({
    input: join(root, source),
    plugins: [
      dts({
        tsconfig: join(root, 'tsconfig.json'),
        compilerOptions: { composite: false, incremental: false, stripInternal: true },
      }),
    ],
  });
  const { output } = await build.generate({
    banner: '/** A pin of the board, such as `B10`. */\nexport type Pin = number | object;\n',
  });
  await build.close();
  let text = output[0].code;
  // A type that is only another name for one is that one.
  for (const [line, name] of text.matchAll(/^type (\w+) = \1\$1;\n/gm))
    text = text.replace(line, '').replaceAll(`${name!}$1`, name!);
  // What they name are objects, or numbers in their place: `const` ones have no values.
  return text.replace(/\bconst enum\b/g, 'enum');
}
