/**
 * Device code as JavaScript, for rollup: only the files that a bundle consists of are checked, so a mistake elsewhere
 * ends no build but its own. It must never let through what has an error.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Plugin } from 'rollup';
import type TS from 'typescript';
import { toByteEscapes } from './byte-text';
import { loadPackage } from '../load';

const ts = loadPackage<typeof TS>('typescript');

/** What the device project's `tsconfig.json` says, but for its declarations, which are for the tools' type check only. */
function optionsOf(root: string): TS.CompilerOptions {
  const path = join(root, 'tsconfig.json');
  const { config, error } = ts.readConfigFile(path, (file) => ts.sys.readFile(file));
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  const { compilerOptions } = config as { compilerOptions: object };
  const { options } = ts.convertCompilerOptionsFromJson(compilerOptions, root, path);
  return {
    ...options,
    composite: false,
    declaration: false,
    emitDeclarationOnly: false,
    incremental: false,
    tsBuildInfoFile: undefined,
    outDir: undefined,
    rootDir: undefined,
    sourceMap: true,
    inlineSources: true,
  };
}

/** Read once for all bundles: the library's declarations and the shared files are most of the work. */
const sources = new Map<string, TS.SourceFile>();

function programOf(root: string, entries: readonly string[]): TS.Program {
  const options = optionsOf(root);
  const host = ts.createCompilerHost(options);
  const { readFile, getSourceFile } = host;
  host.readFile = (path) => {
    const text = readFile(path);
    return text === undefined ? text : toByteEscapes(text);
  };
  host.getSourceFile = (path, ...rest) => {
    const known = sources.get(path) ?? getSourceFile(path, ...rest);
    if (known) sources.set(path, known);
    return known;
  };
  const more = ['shared/espruino.d.ts', 'host/boards.d.ts']
    .map((name) => join(root, name))
    .filter(existsSync);
  return ts.createProgram([...entries, ...more], options, host);
}

/** `file:line:column: text`, of each. */
function describe(root: string, found: readonly TS.Diagnostic[]): string {
  return found
    .map(({ file, start, messageText }) => {
      const text = ts.flattenDiagnosticMessageText(messageText, '\n');
      if (!file || start === undefined) return text;
      const { line, character } = file.getLineAndCharacterOfPosition(start);
      const name = file.fileName.replace(root.replaceAll('\\', '/') + '/', '');
      return `${name}:${String(line + 1)}:${String(character + 1)}: ${text}`;
    })
    .join('\n');
}

/**
 * @param entries of the bundle, or of the parts of it that are TypeScript; of several bundles, for a plugin that all of them
 *   share: they are checked together, which takes as long as one
 */
export function typescript(root: string, ...entries: readonly string[]): Plugin {
  let program: TS.Program | undefined;
  return {
    name: 'typescript',
    buildStart() {
      program ??= programOf(root, entries);
    },
    resolveId(source, importer) {
      if (!importer || !/^\.{1,2}(\/|$)/.test(source)) return null;
      const path = resolve(dirname(importer), source);
      return [`${path}.ts`, join(path, 'index.ts'), path].find((file) => ts.sys.fileExists(file)) ?? null;
    },
    load(id) {
      const file = /\.ts$/.test(id) && program?.getSourceFile(id.replaceAll('\\', '/'));
      if (!program || !file) return null;
      const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      if (found.length > 0) this.error({ message: describe(root, found), stack: '' });
      let code = '';
      let map = '';
      program.emit(file, (path, text) => {
        if (path.endsWith('.map')) map = text;
        else code = text.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
      });
      // Rollup knows the file by its path; here it is named beside what would have been written.
      const parsed = JSON.parse(map) as { sources: string[] };
      return { code, map: { ...parsed, sources: [id] } as never };
    },
  };
}
