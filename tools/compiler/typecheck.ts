/**
 * What TypeScript says of an application, and its JavaScript. The service is kept, so that a second look at an
 * application takes as long as what has changed. In plain JavaScript a doubt about types is a warning: it may well run.
 */
import { dirname } from 'node:path';
import type TS from 'typescript';
import { declarations, explainMissing } from '../config/boards';
import { LIBRARY_MODULE } from './modules';
import { placeOf, shownPath } from './places';
import type { Problem } from './problem';
import { loadPackage } from '../load';

const ts = loadPackage<typeof TS>('typescript');

/** What an application calls the library. */
export const LIBRARY = 'espruino-mqtt-link';

const OPTIONS: TS.CompilerOptions = {
  strict: true,
  noImplicitAny: false,
  noFallthroughCasesInSwitch: false,
  target: ts.ScriptTarget.ESNext,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  // An application without imports is a script, as in the Web IDE.
  moduleDetection: ts.ModuleDetectionKind.Auto,
  allowJs: true,
  checkJs: true,
  resolveJsonModule: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  types: [],
  sourceMap: true,
  inlineSources: true,
};

/** What a `tsconfig.json` beside an application may choose: how strict it wants to be with itself. */
const CHOICES =
  /^(strict.*|no(Implicit|Unchecked|Unused|Fallthrough|Property).*|exactOptional.*|useUnknown.*|allow.*Code|alwaysStrict|checkJs|paths|baseUrl)$/;

export interface Checked {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** What was looked at, but for packages. */
  readonly files: readonly string[];
}

export class TypeChecker {
  private readonly service: TS.LanguageService;
  private roots: readonly string[] = [];
  private readonly board: string | undefined;
  private readonly options: TS.CompilerOptions;
  private readonly seen = new Map<string, { text: string; version: number }>();

  /**
   * @param folder of the application
   * @param declarations that declare the board's globals: texts by the names of files, which need not be there
   * @param library file that declares what the library exports
   * @param isTyped whether the application is in TypeScript
   */
  constructor(
    folder: string,
    private readonly declarations: Readonly<Record<string, string>>,
    library: string,
    isTyped = false,
  ) {
    this.options = { ...OPTIONS, ...choicesOf(folder) };
    // Its own `g` is no second declaration of the board's, which in a script it would be.
    if (isTyped) this.options.moduleDetection = ts.ModuleDetectionKind.Force;
    this.board = boardIn(declarations);
    this.options.paths = { ...this.options.paths, [LIBRARY]: [library], [LIBRARY_MODULE]: [library] };
    const registry = documents();
    const host: TS.LanguageServiceHost = {
      getCompilationSettings: () => this.options,
      getScriptFileNames: () => [...this.roots, ...Object.keys(this.declarations)],
      getScriptVersion: (path) => String(this.look(path)?.version ?? 0),
      getScriptSnapshot: (path) => {
        const text = this.look(path)?.text;
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => folder,
      getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
      fileExists: (path) => path in this.declarations || ts.sys.fileExists(path),
      readFile: (path) => ts.sys.readFile(path),
      readDirectory: ts.sys.readDirectory,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
      realpath: ts.sys.realpath,
    };
    this.service = ts.createLanguageService(host, registry);
  }

  /** A file as it is now; its version changes with its text. */
  private look(path: string): { text: string; version: number } | undefined {
    const known = this.seen.get(path);
    // What belongs to a package does not change while a process runs.
    if (known && /\/node_modules\//.test(path)) return known;
    const text = this.declarations[path] ?? ts.sys.readFile(path);
    if (text === undefined) return undefined;
    if (known?.text === text) return known;
    const now = { text, version: (known?.version ?? 0) + 1 };
    this.seen.set(path, now);
    return now;
  }

  check(entry: string): Checked {
    const path = entry.replaceAll('\\', '/');
    if (!this.roots.includes(path)) this.roots = [path];
    const problems: Problem[] = [];
    const warnings: Problem[] = [];
    const program = this.service.getProgram()!;
    const own = program
      .getSourceFiles()
      .filter((file) => !file.isDeclarationFile && !program.isSourceFileFromExternalLibrary(file));
    for (const file of own) {
      const isPlain = /\.[cm]?jsx?$/.test(file.fileName);
      for (const found of program.getSyntacticDiagnostics(file))
        if (!(isPlain && OF_OLD.has(found.code))) problems.push(problemOf(found, file, this.board));
      for (const found of program.getSemanticDiagnostics(file))
        if (!(isPlain && (OF_OLD.has(found.code) || isRequired(found, file))) && !isAskedFor(found, file))
          ((isPlain && !isCertain(found)) || found.code === ASKED ? warnings : problems).push(
            problemOf(found, file, this.board),
          );
    }
    return { problems, warnings, files: own.map(({ fileName }) => fileName) };
  }

  /** A checked file as JavaScript. */
  emit(path: string): { code: string; map: string } | undefined {
    const { outputFiles } = this.service.getEmitOutput(path.replaceAll('\\', '/'));
    let code = outputFiles.find(({ name }) => name.endsWith('js'))?.text;
    let map = outputFiles.find(({ name }) => name.endsWith('.map'))?.text;
    if (code === undefined || map === undefined) {
      // A package's own files have none in a program that only uses the package.
      const text = ts.sys.readFile(path);
      if (text === undefined) return undefined;
      const made = ts.transpileModule(text, { fileName: path, compilerOptions: this.options });
      code = made.outputText;
      map = made.sourceMapText ?? '';
    }
    return {
      code: code.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n'),
      map: JSON.stringify({ ...(JSON.parse(map) as object), sources: [path] }),
    };
  }
}

/** Whether there is such a function, where the types say that there is: another board may lack it. */
const ASKED = 2774;

/** Octal numbers and escapes, and words that only modules reserve: scripts have them. */
const OF_OLD: ReadonlySet<number> = new Set([1102, 1121, 1212, 1213, 1214, 1487, 2703]);

/** Whether it is that TypeScript has no types of a module that is required: where that is, others know. */
function isRequired({ code, start = 0 }: TS.Diagnostic, { text }: TS.SourceFile): boolean {
  const NO_MODULE = 2307;
  return code === NO_MODULE && /\brequire\s*\(\s*$/.test(text.slice(0, start));
}

/** Whether it is a listener that nothing would ever call, however little is known of types. */
function isCertain({ messageText }: TS.Diagnostic): boolean {
  return /MQTTLink has the event connect alone/.test(ts.flattenDiagnosticMessageText(messageText, ' '));
}

let registry: TS.DocumentRegistry | undefined;

function documents(): TS.DocumentRegistry {
  return (registry ??= ts.createDocumentRegistry());
}

/** A name that is not declared, if that is what is wrong. */
function missingName({ messageText }: TS.Diagnostic): string | undefined {
  return /^Cannot find name '(\w+)'/.exec(ts.flattenDiagnosticMessageText(messageText, ''))?.[1];
}

/** Whether the file asks by `typeof` for what is missing: on a board that lacks it, it knows what to do. */
function isAskedFor(found: TS.Diagnostic, file: TS.SourceFile): boolean {
  const name = missingName(found);
  return name !== undefined && new RegExp(`\\btypeof\\s*\\(?\\s*${name}\\b`).test(file.text);
}

function problemOf(found: TS.Diagnostic, file: TS.SourceFile, board: string | undefined): Problem {
  const { start = 0, messageText } = found;
  const missing = missingName(found);
  const text =
    (missing === undefined ? undefined : explainMissing(missing, board)) ??
    ts.flattenDiagnosticMessageText(messageText, '\n').replace(/\s*\n\s*/g, ' ');
  return { file: shownPath(file.fileName), ...placeOf(file.text, start), text };
}

function choicesOf(folder: string): TS.CompilerOptions {
  const path = ts.findConfigFile(folder, ts.sys.fileExists);
  if (path === undefined || /\/node_modules\//.test(path)) return {};
  const { config } = ts.readConfigFile(path, (file) => ts.sys.readFile(file)) as { config?: object };
  const { options } = ts.parseJsonConfigFileContent(
    config ?? {},
    { ...ts.sys, readDirectory: () => [] },
    dirname(path),
  );
  return Object.fromEntries(Object.entries(options).filter(([name]) => CHOICES.test(name)));
}

/** The board whose declarations these are. */
function boardIn(texts: Readonly<Record<string, string>>): string | undefined {
  const [, board] = /^\/boards\/(.*)\.d\.ts$/.exec(Object.keys(texts)[0] ?? '') ?? [];
  return board === 'any' ? undefined : board;
}

/** The declarations of what the board has, or of what any board has. */
export function commonDeclarations(board?: string): Record<string, string> {
  return { [`/boards/${board ?? 'any'}.d.ts`]: declarations(board) };
}
