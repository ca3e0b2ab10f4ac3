/** Which tests can notice a change of a file: those beside it first, then others of the same folder that reach it. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';

const IMPORT = /(?:from|import)\s*\(?\s*'(\.[^']*)'/g;

function importsOf(root: string, file: string): string[] {
  const found: string[] = [];
  for (const [, path = ''] of readFileSync(join(root, file), 'utf8').matchAll(IMPORT)) {
    const base = posix.join(posix.dirname(file), path);
    for (const one of [`${base}.ts`, `${base}/index.ts`]) if (existsSync(join(root, one))) found.push(one);
  }
  return found;
}

function reaches(root: string, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const file of seen) {
    if (file === to) return true;
    for (const one of importsOf(root, file)) seen.add(one);
  }
  return false;
}

/** @returns paths from the root, those that are likely to notice first */
export function testsOf(root: string, file: string): string[] {
  const folder = posix.dirname(file);
  const base = posix.basename(file, '.ts');
  const tests = readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.test.ts'))
    .sort();
  const beside = tests.filter((name) => name === `${base}.test.ts` || name.startsWith(`${base}.`));
  const others = tests.filter(
    (name) => !beside.includes(name) && reaches(root, posix.join(folder, name), file),
  );
  return [...beside, ...others].map((name) => posix.join(folder, name));
}
