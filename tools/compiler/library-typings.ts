/**
 * The declarations of what applications import, in `dist/`, made anew when the library's sources have changed. A process that
 * builds something else may make them meanwhile, since an application is checked against them only when the library is built.
 */
import { existsSync } from 'node:fs';
import { ROOT, inPackage } from '../package';
import { readKept, writeWhole } from './cache';
import { hashInputs, haveSources } from './inputs';

/** Also their name among the bundles. */
export const TYPINGS = 'library.d.ts';

export const typingsPath = inPackage('dist', TYPINGS);
const STAMP = inPackage('dist/.built', `${TYPINGS}.json`);

/** What the library is built from. */
const SOURCES = [
  'host',
  'shared',
  'tools/bundler',
  'tools/compiler/library-build.ts',
  'tools/compiler/library-names.ts',
  'tsconfig.json',
];
const NOT_OF_IT = /^host\/(apps|selftest|compat)\//;

/** A hash of its sources; undefined where they are not there. */
export function libraryInputs(): string | undefined {
  return haveSources(ROOT, SOURCES) ? hashInputs(ROOT, SOURCES, NOT_OF_IT) : undefined;
}

/** Whether they are what would be made now. */
export function haveTypings(inputs = libraryInputs()): boolean {
  if (!existsSync(typingsPath)) return false;
  return inputs === undefined || readKept<{ inputs: string }>(STAMP)?.inputs === inputs;
}

/** @throws Error with what is wrong in the sources */
export async function makeTypings(): Promise<void> {
  const inputs = libraryInputs();
  if (haveTypings(inputs)) return;
  const { libraryTypings } = await import('./library-build');
  writeWhole(typingsPath, await libraryTypings(ROOT, 'host/library.ts'));
  writeWhole(STAMP, JSON.stringify({ inputs }));
}

let underWay: Promise<unknown> = Promise.resolve();

/** Says that another process is making them, until a promise is settled. */
export function expectTypings(made: Promise<unknown>): void {
  underWay = made.catch(() => undefined);
}

/** Resolves when they are there, whoever makes them. @throws Error with what is wrong in the sources */
export async function awaitTypings(): Promise<void> {
  await underWay;
  await makeTypings();
}
