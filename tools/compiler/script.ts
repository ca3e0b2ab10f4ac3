/**
 * An application's files as one script, in which the library's exports go by the library's own names. What its author
 * wrote stays as it is, but for types; of two names of the top level that are the same, rollup gives one another.
 */
import { readFileSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { parse } from 'acorn';
import MagicString from 'magic-string';
import type { Plugin, RollupLog } from 'rollup';
import { loadPackage } from '../load';
import { inBytes } from './byte-strings';
import { type Exports, nameImports } from './library-names';
import { Origins, chain } from './maps';
import { type OwnModule, moduleName } from './modules-of';
import { placeOf, shownPath } from './places';
import { CompileError, type Problem } from './problem';
import { findImport } from './resolve';
import { LIBRARY } from './typecheck';

const { rollup } = loadPackage<typeof import('rollup')>('rollup');

export interface ApplicationScript {
  readonly code: string;
  readonly map: string;
  /** Which of the library's exports are used. */
  readonly used: ReadonlySet<string>;
  /** All files that it consists of. */
  readonly files: readonly string[];
  /** Its own CommonJS files, by the names under which it requires them. */
  readonly modules: ReadonlyMap<string, OwnModule>;
}

/** A file's JavaScript, if it is not that already. */
export type Emit = (path: string) => { code: string; map: string } | undefined;

/** Wherever it stands: the firmware runs it once the program has. */
const CALLED_BY_NAME = /\bfunction\s+onInit\b/;

/** Where a file imports something. */
function importPlace(path: string, source: string): Problem {
  const text = readFileSync(path, 'utf8');
  const quoted = new RegExp(`['"]${source.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}['"]`).exec(text);
  return { file: shownPath(path), ...placeOf(text, quoted?.index ?? 0), text: '' };
}

/** Whether a text is a module as Espruino has them, and not one of ECMAScript. */
function isCommonJs(text: string): boolean {
  if (!/\bexports\b/.test(text)) return false;
  try {
    parse(text, { ecmaVersion: 'latest', allowReturnOutsideFunction: true, allowHashBang: true });
    return true;
  } catch {
    // With import or export, or wrong, which is for others to say.
    return false;
  }
}

function files(entry: string, emit: Emit, modules: Map<string, OwnModule>): Plugin {
  return {
    name: 'files',
    resolveId(source, importer) {
      if (importer === undefined) return { id: entry, moduleSideEffects: 'no-treeshake' };
      if (source === LIBRARY) return { id: source, external: true };
      const found = findImport(source, importer);
      if (found !== undefined) return found;
      const where = /^[./]/.test(source)
        ? 'there is no such file'
        : `there is no such package in node_modules`;
      throw new CompileError([
        { ...importPlace(importer, source), text: `cannot import "${source}": ${where}` },
      ]);
    },
    load(id) {
      const text = readFileSync(id, 'utf8');
      if (extname(id) === '.json') return { code: `export default ${text}`, syntheticNamedExports: true };
      if (id !== entry && /\.c?js$/.test(id) && isCommonJs(text)) {
        const name = moduleName(id, modules);
        modules.set(name, { path: id, code: text });
        return { code: `export default require(${JSON.stringify(name)});`, syntheticNamedExports: true };
      }
      const made = /\.[cm]?ts$/.test(id) ? emit(id) : { code: text, map: null };
      return made && { ...made, ...(CALLED_BY_NAME.test(text) && { moduleSideEffects: 'no-treeshake' }) };
    },
  };
}

/** What rollup says, at the place that the author knows. */
function asProblem(log: RollupLog, entry: string): Problem {
  const { file, line, column } = log.loc ?? { file: log.id ?? entry, line: 1, column: 0 };
  const text =
    log.code === 'MISSING_EXPORT'
      ? `"${log.binding ?? ''}" is not exported by ${shownPath(log.exporter ?? '')}`
      : log.message.replace(/^\[.*?\] |^.*?: (?=[A-Z])| \(Note that you need plugins.*$/g, '');
  return { file: shownPath(file ?? entry), line, column: column + 1, text };
}

/** Whether a text is a script as browsers have run them for ever, and no module: octal numbers, functions declared twice. */
function isSloppy(text: string): boolean {
  const options = { ecmaVersion: 'latest', allowReturnOutsideFunction: true, allowHashBang: true } as const;
  try {
    parse(text, { ...options, sourceType: 'module' });
    return false;
  } catch {
    try {
      parse(text, options);
      return true;
    } catch {
      return false;
    }
  }
}

/** A script as it stands, but for its characters. */
function asItStands(entry: string, text: string): ApplicationScript {
  const map = JSON.stringify(
    new MagicString(text).generateMap({ source: entry, includeContent: true, hires: true }),
  );
  const bytes = inBytes(text);
  return {
    code: bytes?.code ?? text,
    map: bytes ? chain([bytes.map, map]) : map,
    used: new Set(),
    files: [entry],
    modules: new Map(),
  };
}

/** @throws CompileError */
export async function makeScript(
  entry: string,
  emit: Emit,
  exports: Exports,
  taken: ReadonlySet<string>,
): Promise<ApplicationScript> {
  if (/\.c?js$/.test(entry)) {
    const text = readFileSync(entry, 'utf8');
    if (isSloppy(text)) return asItStands(entry, text);
  }
  const problems: Problem[] = [];
  const modules = new Map<string, OwnModule>();
  try {
    const build = await rollup({
      input: entry,
      plugins: [files(entry, emit, modules)],
      // At the top level of a script that is the global object.
      context: 'this',
      onLog(level, log) {
        if (log.code === 'MISSING_EXPORT') problems.push(asProblem(log, entry));
      },
    });
    const { output } = await build.generate({
      file: `${dirname(entry)}/out.js`,
      format: 'es',
      sourcemap: 'hidden',
      strict: false,
      inlineDynamicImports: true,
    });
    await build.close();
    const [chunk] = output;
    const bytes = inBytes(chunk.code);
    const named = nameImports(bytes?.code ?? chunk.code, new Set([LIBRARY]), exports, taken);
    const sources = chunk.map!.sources.map((source) => resolve(dirname(entry), source));
    const map = chain([...(bytes ? [bytes.map] : []), { ...chunk.map, sources }]);
    const origins = new Origins(map);
    for (const { offset, text } of named.problems)
      problems.push({ ...origins.problem(placeOf(bytes?.code ?? chunk.code, offset), entry), text });
    for (const { offset, name } of bytes?.names ?? [])
      problems.push({
        ...new Origins({ ...chunk.map, sources }).problem(placeOf(chunk.code, offset), entry),
        text: `the name ${name} has characters that Espruino's names have not: letters without accents, digits, _ and $`,
      });
    if (problems.length) throw new CompileError(problems);
    return {
      code: named.code,
      map: chain([named.map, map]),
      used: named.used,
      files: build.watchFiles,
      modules,
    };
  } catch (error) {
    if (error instanceof CompileError) throw error;
    const cause = (error as { cause?: unknown }).cause;
    if (cause instanceof CompileError) throw cause;
    throw new CompileError([asProblem(error as RollupLog, entry)]);
  }
}
