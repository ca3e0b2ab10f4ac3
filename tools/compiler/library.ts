/**
 * The library as every application gets it: built once, kept in `dist/`, and built anew when its sources have changed.
 * An installed package brings it along.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { haveSources, hashInputs } from './inputs';
import type { LibraryParts } from './library-build';
import type { Exports } from './library-names';
import { ROOT } from './paths';

const FILE = join(ROOT, 'dist/library.json');

/** What it is built from. */
const SOURCES = ['host', 'shared', 'tools/bundler', 'tools/compiler/library-build.ts', 'tsconfig.json'];
const NOT_OF_IT = /^host\/(apps|selftest|compat)\//;

/** Numbers by name, as an application's `Status` has them. */
export type Numbers = Readonly<Record<string, number>>;

export interface Library extends LibraryParts {
  /** Of the sources. */
  readonly inputs: string;
  /** What an application may import. */
  readonly exports: Exports;
}

interface Kept extends LibraryParts {
  readonly inputs: string;
  readonly status: Numbers;
}

/** The name that stands for `launch` in an application until it is put in. */
export const LAUNCH = '$launch';

let loaded: Library | undefined;
let building: Promise<Library> | undefined;

function read(): Kept | undefined {
  if (!existsSync(FILE)) return undefined;
  try {
    return JSON.parse(readFileSync(FILE, 'utf8')) as Kept;
  } catch {
    // Cut off while it was written.
    return undefined;
  }
}

/** The numbers of `Status`, by its source. */
function statusNumbers(): Numbers {
  const text = readFileSync(join(ROOT, 'shared/status.ts'), 'utf8');
  return Object.fromEntries(
    [...text.matchAll(/^ {2}([A-Z_]+) = (\d+),/gm)].map(([, name, value]) => [name, Number(value)]),
  );
}

async function make(inputs: string): Promise<Kept> {
  // Only who builds it waits for the compiler to load.
  const { buildLibrary } = await import('./library-build');
  const kept: Kept = { inputs, status: statusNumbers(), ...(await buildLibrary(ROOT)) };
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  const part = `${FILE}.${String(process.pid)}`;
  writeFileSync(part, JSON.stringify(kept));
  renameSync(part, FILE);
  return kept;
}

async function load(): Promise<Library> {
  const kept = read();
  const inputs = haveSources(ROOT, SOURCES) ? hashInputs(ROOT, SOURCES, NOT_OF_IT) : kept?.inputs;
  if (inputs === undefined) throw new Error('The package has neither the library nor its sources');
  if (loaded?.inputs === inputs) return loaded;
  const { core, launch, status } = kept?.inputs === inputs ? kept : await make(inputs);
  const { MQTTLink, defaultStatusHandler } = core.exports as {
    MQTTLink: string;
    defaultStatusHandler: string;
  };
  const exports = new Map<string, string | Numbers>([
    ['MQTTLink', MQTTLink],
    ['defaultStatusHandler', defaultStatusHandler],
    ['launch', LAUNCH],
    ['Status', status],
  ]);
  return (loaded = { inputs, core, launch, exports });
}

/** @throws Error with what is wrong in its sources */
export function loadLibrary(): Promise<Library> {
  // Who asks while it is being built waits for the same one.
  return (building ??= load().finally(() => (building = undefined)));
}
