/**
 * How an application becomes a host's bundle: the library, which is built once, and the application behind it, which is
 * compiled and never rewritten. Whatever is wrong with an application is told at its own line, and concerns it alone.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { labelLine } from '../bundler/label';
import { compact } from './compact';
import { LAUNCH, type Library, loadLibrary } from './library';
import { lower } from './language';
import { Assembly, Origins, chain } from './maps';
import { ROOT } from './paths';
import { placeOf, shownPath } from './places';
import { CompileError, type Problem } from './problem';
import { makeScript } from './script';
import { TypeChecker, commonDeclarations } from './typecheck';

export { CompileError, type Problem };

export interface CompileRequest {
  /** Path of the application's entry file, TypeScript or JavaScript, anywhere on the disk. */
  readonly entry: string;
  /** Espruino's name of the host board (`process.env.BOARD`), for pins and firmware modules; absent: any board. */
  readonly board?: string;
  /** Module names that the compatibility modules answer instead of the firmware ('Wifi', 'MQTT', 'tinyMQTT'). */
  readonly overLink?: boolean;
}

export interface Compiled {
  /** What the board gets: label line, library, application. */
  readonly code: string;
  /** Source map (JSON text) of `code`, whose sources are paths as the user would type them. */
  readonly map: string;
  /** Files for the host's Storage beside it: modules that run from flash. */
  readonly files: Readonly<Record<string, string>>;
  readonly warnings: readonly Problem[];
}

const checkers = new Map<string, TypeChecker>();

function checkerFor(folder: string, board = ''): TypeChecker {
  const key = `${board}\n${folder}`;
  let checker = checkers.get(key);
  if (!checker) {
    const source = join(ROOT, 'host/library.ts');
    const library = existsSync(source) ? source : join(ROOT, 'dist/library.d.ts');
    checkers.set(key, (checker = new TypeChecker(folder, commonDeclarations(board || undefined), library)));
  }
  return checker;
}

/** The application's code with `launch` in the places where it is called. */
function addLaunch(to: Assembly, code: string, map: string, { launch }: Library): void {
  const text = launch.exports['launch']!;
  const places = [...code.matchAll(/\$launch\b/g)].map(({ index }) => index);
  const [only] = places;
  if (places.length !== 1 || only === undefined || code[only + LAUNCH.length] !== '(') {
    to.add(`var ${LAUNCH}=${text};\n`);
    return to.add(code, map);
  }
  to.add(code.slice(0, only), map, undefined, placeOf(code, only));
  to.add(`(${text})`);
  const after = only + LAUNCH.length;
  to.add(code.slice(after), map, placeOf(code, after));
}

export async function compileApplication(request: CompileRequest): Promise<Compiled> {
  const entry = resolve(request.entry);
  if (!existsSync(entry))
    throw new CompileError([{ file: shownPath(entry), line: 1, column: 1, text: 'there is no such file' }]);
  const library = await loadLibrary();
  const checker = checkerFor(dirname(entry), request.board);
  const { problems, warnings } = checker.check(entry);
  if (problems.length) throw new CompileError(problems);

  const taken = new Set([...library.core.names, LAUNCH]);
  const script = await makeScript(entry, (path) => checker.emit(path), library.exports, taken);
  const lowered = lower(script.code, {
    fileName: shownPath(entry),
    ...(request.board !== undefined && { board: request.board }),
  });
  const origins = new Origins(script.map);
  const told = lowered.problems.map(({ line, column, text, kind }) => {
    const origin = origins.of({ line, column });
    const file = shownPath(origin?.source ?? entry);
    return { kind, problem: { file, line: origin?.line ?? 1, column: origin?.column ?? 1, text } };
  });
  const errors = told.filter(({ kind }) => kind === 'error').map(({ problem }) => problem);
  if (errors.length) throw new CompileError(errors);

  const compacted = await compact(lowered.code);
  const map = chain([compacted.map, lowered.map, script.map]);
  const assembly = new Assembly((source) => shownPath(resolve(ROOT, 'dist', source)));
  assembly.add(labelLine(ROOT, `host-${basename(entry, extname(entry))}`));
  if (script.used.size) assembly.add(`${library.core.code}\n`, library.core.map);
  if (script.used.has('launch')) addLaunch(assembly, compacted.code, map, library);
  else assembly.add(compacted.code, map);
  const { code, map: whole } = assembly.done();
  return {
    code,
    map: whole,
    files: {},
    warnings: [...warnings, ...told.filter(({ kind }) => kind === 'warning').map(({ problem }) => problem)],
  };
}
