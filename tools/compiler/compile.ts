/** An application's way through the parts of the compiler, from its types to what the board gets, and the map of that. */
import { basename, dirname, extname, join, resolve } from 'node:path';
import { labelLine } from '../bundler/label';
import { ROOT, inPackage } from '../package';
import { compact } from './compact';
import type { CompileRequest, Compiled } from './index';
import { type Library, loadLibrary } from './library';
import { withoutMethods } from './library-methods';
import { lower } from './language';
import { Assembly, Origins, chain } from './maps';
import { collectModules } from './modules-of';
import { placeOf, shownPath } from './places';
import { CompileError } from './problem';
import { withoutSaves } from './saves';
import { makeScript } from './script';
import { TypeChecker, commonDeclarations } from './typecheck';

const checkers = new Map<string, TypeChecker>();

function checkerFor(entry: string, board: string, library: Library): TypeChecker {
  const folder = dirname(entry);
  const isTyped = /\.[cm]?tsx?$/.test(entry);
  const key = [board, folder, library.inputs, isTyped].join('\n');
  let checker = checkers.get(key);
  if (!checker)
    checkers.set(
      key,
      (checker = new TypeChecker(
        folder,
        commonDeclarations(board || undefined),
        library.declarations,
        isTyped,
      )),
    );
  return checker;
}

/**
 * The library for who requires it: what `dist/mqttlink.js` exports, and as there the numbers take memory only when they are
 * read.
 */
function asModule({ exports, launch }: Library, names: readonly string[], script: string): string {
  const named = ['MQTTLink', 'defaultStatusHandler'].map(
    (name) => `exports.${name}=${String(exports.get(name))};`,
  );
  // Only who names it pays for it.
  if (/\blaunch\b/.test(script)) named.push(`exports.launch=${launch.code.trim()};`);
  const status = JSON.stringify(exports.get('Status')).replaceAll('"', '');
  const body =
    `function(){${named.join('')}` +
    `Object.defineProperty(exports,"Status",{get:function(){return ${status}}})}`;
  return names.map((name) => `Modules.addCached(${JSON.stringify(name)},${body});\n`).join('');
}

/** The library with the methods that somebody names. */
function coreFor({ core, exports }: Library, texts: readonly string[]): { code: string; map: string } {
  const words = new Set(texts.flatMap((text) => text.match(/[A-Za-z]+/g) ?? []));
  const { code, map } = withoutMethods(core.code, String(exports.get('MQTTLink')), (name) => words.has(name));
  return { code, map: chain([map, core.map]) };
}

/** The application's code with `launch` where it is called. */
function addLaunch(to: Assembly, code: string, map: string, { launch, launchName }: Library): void {
  const places: number[] = [];
  for (let at = code.indexOf(launchName); at >= 0; at = code.indexOf(launchName, at + 1))
    if (!/[\w$]/.test(code[at + launchName.length] ?? '') && !/[\w$.]/.test(code[at - 1] ?? ''))
      places.push(at);
  const [only] = places;
  if (places.length !== 1 || only === undefined || code[only + launchName.length] !== '(') {
    to.add(`var ${launchName}=`);
    to.add(launch.code, launch.map);
    to.add(';\n');
    return to.add(code, map);
  }
  // Called once, it needs no name, and is gone when it has run.
  to.add(code.slice(0, only), map, undefined, placeOf(code, only));
  to.add(launch.code, launch.map);
  const after = only + launchName.length;
  to.add(code.slice(after), map, placeOf(code, after));
}

/** @returns what the board gets, and the files that it was made of or would be, were they there */
export async function compile(request: CompileRequest): Promise<{ compiled: Compiled; files: string[] }> {
  const { entry, board = '', overLink = false } = request;
  const folder = dirname(entry);
  const library = await loadLibrary();
  const checker = checkerFor(entry, board, library);
  const checked = checker.check(entry);
  if (checked.problems.length) throw new CompileError(checked.problems);

  const script = await makeScript(entry, (path) => checker.emit(path), library.exports, library.names);
  const origins = new Origins(script.map);
  const saves = withoutSaves(script.code);
  const lowered = lower(saves?.code ?? script.code, {
    fileName: shownPath(entry),
    taken: library.names,
    ...(board && { board }),
  });
  const written = saves ? chain([saves.map, script.map]) : script.map;
  const writtenAt = new Origins(written);
  const told = lowered.problems.map(({ line, column, text, kind }) => ({
    kind,
    problem: { ...writtenAt.problem({ line, column }, entry), text },
  }));
  const modules = await collectModules(
    script.code,
    (offset) => origins.problem(placeOf(script.code, offset), entry),
    {
      applicationFolder: folder,
      own: script.modules,
      taken: library.names,
      overLink,
      ...(board && { board }),
    },
  );
  const errors = told.filter(({ kind }) => kind === 'error').map(({ problem }) => problem);
  errors.push(...modules.problems);
  if (errors.length) throw new CompileError(errors);

  const compacted = await compact(lowered.code);
  const map = chain([compacted.map, lowered.map, written]);
  const assembly = new Assembly((source) => shownPath(resolve(source)));
  assembly.add(labelLine(ROOT, `host-${basename(entry, extname(entry))}`));
  if (script.used.size || modules.library.length) {
    const core = coreFor(library, [compacted.code, ...Object.values(modules.files)]);
    assembly.add(core.code, core.map);
    assembly.add('\n');
  }
  if (modules.library.length) assembly.add(asModule(library, modules.library, script.code));
  for (const name of modules.over) {
    const quoted = JSON.stringify(name);
    assembly.add(`Modules.addCached(${quoted},require("Storage").read(${quoted}));\n`);
  }
  if (script.used.has('launch')) addLaunch(assembly, compacted.code, map, library);
  else assembly.add(compacted.code, map);
  const warnings = told.filter(({ kind }) => kind === 'warning').map(({ problem }) => problem);
  for (const { offset, text } of saves?.warnings ?? [])
    warnings.push({ ...origins.problem(placeOf(script.code, offset), entry), text });
  return {
    compiled: {
      ...assembly.done(),
      files: modules.files,
      warnings: [...checked.warnings, ...warnings, ...modules.warnings],
    },
    files: [
      ...new Set([
        ...script.files,
        ...checked.files,
        ...modules.paths,
        join(folder, 'tsconfig.json'),
        inPackage('package.json'),
      ]),
    ],
  };
}
