/**
 * The library as every application gets it: built once, kept in `dist/`, and built anew when its sources have changed.
 * An installed package brings it along.
 */
import { readFileSync } from 'node:fs';
import type { LibraryParts, Part } from './library-build';
import type { Exports } from './library-names';
import { crcOf } from '../flash/board-storage';
import { ROOT, inPackage } from '../package';
import { readKept, writeWhole } from './cache';
import { awaitTypings, libraryInputs, typingsPath } from './library-typings';

const FILE = inPackage('dist/library.json');

/** Numbers by name, as an application's `Status` has them. */
export type Numbers = Readonly<Record<string, number>>;

interface Kept extends LibraryParts {
  readonly inputs: string;
  readonly status: Numbers;
}

export interface Library extends Kept {
  /** What an application may import. */
  readonly exports: Exports;
  /** All names that it has, or may have, on the board. */
  readonly names: ReadonlySet<string>;
  /** File that declares what an application may import. */
  readonly declarations: string;
}

let loaded: Library | undefined;
let building: Promise<Library> | undefined;

/** The numbers of `Status`, by its source. */
function statusNumbers(): Numbers {
  const text = readFileSync(inPackage('shared/status.ts'), 'utf8');
  return Object.fromEntries(
    [...text.matchAll(/^ {2}([A-Z_]+) = (\d+),/gm)].map(([, name, value]) => [name, Number(value)]),
  );
}

async function make(inputs: string): Promise<Kept> {
  // Only who builds it waits for the compiler to load.
  const { buildLibrary } = await import('./library-build');
  const kept: Kept = { inputs, status: statusNumbers(), ...(await buildLibrary(ROOT)) };
  writeWhole(FILE, JSON.stringify(kept));
  return kept;
}

/** Sources of a map as paths that are right wherever this is run. */
function placed(part: Part): Part {
  const map = JSON.parse(part.map) as { sources: string[] };
  return { ...part, map: JSON.stringify({ ...map, sources: map.sources.map((path) => inPackage(path)) }) };
}

async function load(): Promise<Library> {
  const there = readKept<Kept>(FILE);
  const inputs = libraryInputs() ?? there?.inputs;
  if (inputs === undefined) throw new Error('The package has neither the library nor its sources');
  if (loaded?.inputs === inputs) return loaded;
  const kept = there?.inputs === inputs ? there : await make(inputs);
  await awaitTypings();
  const { MQTTLink = '', defaultStatusHandler = '' } = kept.core.exports;
  return (loaded = {
    ...kept,
    core: placed(kept.core),
    launch: placed(kept.launch),
    exports: new Map<string, string | Numbers>([
      ['MQTTLink', MQTTLink],
      ['defaultStatusHandler', defaultStatusHandler],
      ['launch', kept.launchName],
      ['Status', kept.status],
    ]),
    names: new Set([...kept.core.names, kept.launchName]),
    declarations: typingsPath,
  });
}

/**
 * What tells one library from another, as far as a board has it.
 * @throws Error with what is wrong in its sources
 */
export async function libraryMark(): Promise<number> {
  const { core, launch } = await loadLibrary();
  return crcOf(core.code + launch.code);
}

/** @throws Error with what is wrong in its sources */
export function loadLibrary(): Promise<Library> {
  // Who asks while it is being built waits for the same one.
  return (building ??= load().finally(() => (building = undefined)));
}
