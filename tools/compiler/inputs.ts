/**
 * A hash of what something is built from: by contents, since a checkout sets every file's time anew. What builds it
 * counts as well.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Programs whose version makes a difference. */
const BUILDERS = ['rollup', 'terser', 'typescript', 'astring', 'acorn'];

/** Sources below a path, but for tests. */
function sourcesBelow(root: string, path: string): string[] {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => {
    const below = `${path}/${entry.name}`;
    if (entry.isDirectory()) return sourcesBelow(root, below);
    return /\.(ts|js)$/.test(entry.name) && !/\.test\.ts$/.test(entry.name) ? [below] : [];
  });
}

let versions: string | undefined;

/** What a package's own `package.json` says, wherever the packages are. */
function builders(root: string): string {
  return (versions ??= BUILDERS.map((name) => {
    for (let folder = root; ; folder = join(folder, '..')) {
      const path = join(folder, 'node_modules', name, 'package.json');
      if (existsSync(path))
        return `${name}@${(JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version}`;
      if (join(folder, '..') === folder) return name;
    }
  }).join());
}

/** Whether the sources are there: an installed package may come without them, with what was built of them. */
export function haveSources(root: string, paths: readonly string[]): boolean {
  return paths.every((path) => existsSync(join(root, path)));
}

/** @param paths files and folders within the root */
export function hashInputs(root: string, paths: readonly string[], leftOut?: RegExp): string {
  const hash = createHash('sha256').update(builders(root));
  for (const path of paths.flatMap((one) => sourcesBelow(root, one)).sort())
    if (!leftOut?.test(path)) hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}
