/**
 * A name that two files export means two things to whoever reads a third one. What is handed on (`export … from`) is
 * one thing under one name, and does not count.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDERS = ['host', 'target', 'shared', 'tools'];

/** The class and the type of its objects, which applications import under one name; what each file of `cli/` gives. */
const SAME: readonly string[] = ['MQTTLink', 'command'];

const sources = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true }).map((name) => join(folder, String(name))),
).filter(
  (path) => /(?<!\.test|\.d)\.ts$/.test(path) && !/(^|\/)(apps|programs|corpus|node_modules)\//.test(path),
);

function exportedNames(text: string): string[] {
  const { statements } = ts.createSourceFile('module.ts', text, ts.ScriptTarget.Latest, true);
  return statements.flatMap((statement) => {
    const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
    if (!modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => name.getText());
    const { name } = statement as ts.DeclarationStatement;
    return name ? [name.text] : [];
  });
}

/** Names by the files that export them, where there are two or more. */
function sharedNames(files: readonly (readonly [path: string, text: string])[]): string[] {
  const places = new Map<string, Set<string>>();
  for (const [path, text] of files)
    for (const name of exportedNames(text)) places.set(name, (places.get(name) ?? new Set()).add(path));
  return [...places]
    .filter(([name, paths]) => paths.size > 1 && !SAME.includes(name))
    .map(([name, paths]) => `${name}: ${[...paths].join(', ')}`);
}

test('no two files export one name', () => {
  assert.ok(sources.length > 100, String(sources.length));
  const files = sources.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')] as const);
  assert.deepEqual(sharedNames(files), []);
});

test('a name that two files export is found, of whatever kind it is', () => {
  const found = sharedNames([
    [
      'a.ts',
      'export interface One {}\nexport function two(): void {}\nconst three = 3;\nexport { four } from "./b";',
    ],
    ['b.ts', 'export const two = 2, four = 4;\nexport class One {}\nexport const three = 3;'],
  ]);
  assert.deepEqual(found, ['One: a.ts, b.ts', 'two: a.ts, b.ts']);
});
