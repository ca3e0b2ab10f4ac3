/** Where an application's `import` leads: its own files, and packages of `node_modules`. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const ENDINGS = ['', '.ts', '.js', '.mjs', '.cjs', '.json', '/index.ts', '/index.js'];

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

/** A file by a path that may lack its ending, or have the one that it is compiled to. */
export function findFile(path: string): string | undefined {
  const asSource = path.replace(/\.([cm]?)js$/, '.$1ts');
  return [...ENDINGS.map((ending) => path + ending), asSource].find(
    (one) => isFile(one) && !one.endsWith('.d.ts'),
  );
}

type Target = string | null | Target[] | { readonly [condition: string]: Target };

/** What stands for `import` in a package's `exports`. */
function choose(target: Target | undefined): string | undefined {
  if (typeof target === 'string') return target;
  if (Array.isArray(target)) return target.map(choose).find((one) => one !== undefined);
  for (const [condition, below] of Object.entries(target ?? {}))
    if (['espruino', 'import', 'module', 'default', 'require'].includes(condition)) {
      const found = choose(below);
      if (found !== undefined) return found;
    }
  return undefined;
}

function exported(exports: Target | undefined, path: string): string | undefined {
  const byPath =
    typeof exports === 'object' &&
    exports !== null &&
    !Array.isArray(exports) &&
    Object.keys(exports).some((key) => key.startsWith('.'));
  if (!byPath) return path === '.' ? choose(exports) : undefined;
  const table = exports as Record<string, Target>;
  if (path in table) return choose(table[path]);
  for (const [key, target] of Object.entries(table)) {
    const [before, after] = key.split('*');
    if (after === undefined || !path.startsWith(before!) || !path.endsWith(after)) continue;
    return choose(target)?.replaceAll('*', path.slice(before!.length, path.length - after.length));
  }
  return undefined;
}

/** @returns a file of a package in a `node_modules` above a folder */
export function findPackage(name: string, from: string): string | undefined {
  const [, packageName, rest] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(name) ?? [];
  if (packageName === undefined) return undefined;
  for (let folder = from; ; folder = dirname(folder)) {
    const root = join(folder, 'node_modules', packageName);
    const about = join(root, 'package.json');
    if (existsSync(about)) {
      const { exports, module, main } = JSON.parse(readFileSync(about, 'utf8')) as {
        exports?: Target;
        module?: string;
        main?: string;
      };
      if (exports) {
        const found = exported(exports, `.${rest ?? ''}`);
        return found === undefined ? undefined : findFile(join(root, found));
      }
      return findFile(rest === undefined ? join(root, module ?? main ?? 'index.js') : join(root, rest));
    }
    if (dirname(folder) === folder) return undefined;
  }
}

/** @param from file that imports */
export function findImport(source: string, from: string): string | undefined {
  return /^(\.{1,2}(\/|$)|\/)/.test(source)
    ? findFile(resolve(dirname(from), source))
    : findPackage(source, dirname(from));
}
