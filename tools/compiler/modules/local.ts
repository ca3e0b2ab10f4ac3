/**
 * Modules on this disk: files in folders called `modules`, beside the application
 * or in a folder above, and packages of its `node_modules`. A module that consists
 * of several files becomes one. It must never leave these folders for what a name
 * says, nor take a module of Node's.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import { notAScript, requiresFiles } from './script';

export interface LocalSource {
  readonly path: string;
  readonly code: string;
}

export interface NotHere {
  /** A line for each place. */
  readonly lookedAt: readonly string[];
}

/** As the CLI has it, `MODULES_DIR_NAME`. */
const FOLDER = 'modules';

/** Endings, in their order. */
const ENDINGS = ['.js', '.min.js'];

/** A path as a user would type it. */
function shown(path: string): string {
  const short = relative('', path);
  return short && !short.startsWith('..') ? short : path;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** A folder and all above it. */
function upwards(folder: string): string[] {
  const all = [resolve(folder)];
  for (let next = dirname(all[0] ?? ''); next !== all.at(-1); next = dirname(next)) all.push(next);
  return all;
}

/** The files that a module consists of, as one; what it requires by name stays. */
async function joined(path: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'neutral',
    mainFields: ['main'],
    logLevel: 'silent',
    charset: 'ascii',
    plugins: [
      {
        name: 'names-stay',
        setup(all) {
          all.onResolve({ filter: /^[^./]/ }, ({ path: name, kind }) =>
            kind === 'entry-point' ? undefined : { path: name, external: true },
          );
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? '';
}

/** @returns the module, or the line that says what is wrong with the file */
async function read(path: string): Promise<LocalSource | string> {
  let code: string;
  try {
    code = readFileSync(path, 'utf8');
  } catch (error) {
    return `${shown(path)} cannot be read: ${(error as Error).message}`;
  }
  const wrong = notAScript(code);
  if (wrong) return `${shown(path)} ${wrong}`;
  if (!requiresFiles(code)) return { path, code };
  try {
    return { path, code: await joined(path) };
  } catch (error) {
    const [first] =
      (error as { errors?: { text: string; location?: { file: string; line: number } }[] }).errors ?? [];
    const place = first?.location ? `${first.location.file}:${String(first.location.line)}` : shown(path);
    return `${place}: ${first?.text ?? (error as Error).message}`;
  }
}

/** Looks in the folders called `modules`. */
export async function findInModules(name: string, folder: string): Promise<LocalSource | NotHere> {
  const lookedAt: string[] = [];
  for (const above of upwards(folder)) {
    const place = join(above, FOLDER);
    const path = ENDINGS.map((ending) => join(place, name + ending)).find(isFile);
    if (path) {
      const found = await read(path);
      return typeof found === 'string' ? { lookedAt: [found] } : found;
    }
    if (existsSync(place)) lookedAt.push(`${shown(place)} has no ${name}.js`);
  }
  if (!lookedAt.length) lookedAt.push(`${shown(join(folder, FOLDER))} does not exist`);
  return { lookedAt };
}

/** Looks for a package in the folders called `node_modules`. */
export async function findInPackages(name: string, folder: string): Promise<LocalSource | NotHere> {
  const none = {
    lookedAt: [`no node_modules of ${shown(resolve(folder)) || 'this folder'} has a package ${name}`],
  };
  const from = createRequire(join(resolve(folder), 'application.js'));
  let path: string;
  try {
    // With a slash Node takes a package that has the name of a module of its own.
    path = from.resolve(isBuiltin(name) ? `${name}/` : name);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'MODULE_NOT_FOUND') return none;
    return { lookedAt: [`the package ${name} cannot be required: ${message.split('\n')[0] ?? ''}`] };
  }
  if (!/\.(c?js)$/.test(path)) return { lookedAt: [`${shown(path)} is no JavaScript file`] };
  const found = await read(path);
  return typeof found === 'string' ? { lookedAt: [found] } : found;
}
