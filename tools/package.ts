/**
 * Where the package is, and which one: the repository, or the folder that npm made of it. What the tools read of it they
 * find from here, since a bundled tool does not know how deep its file once was. Must not look at the current directory.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** The package's folder. */
export const ROOT = findRoot();

/** A path within the package. */
export function inPackage(...path: string[]): string {
  return join(ROOT, ...path);
}

/** This is the repository, in which bundles are made of their sources; a package has them made. */
export const HAS_SOURCES = existsSync(join(ROOT, 'target', 'main.ts'));

/** Of the package. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(inPackage('package.json'), 'utf8')) as { version: string }).version;
}
