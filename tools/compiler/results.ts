/**
 * Applications as they were compiled last, for whoever wants the same again: found without the compiler, which takes
 * longer to load than a small application takes to compile. What has changed since, in whatever it was made of, must
 * never be overlooked.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT, packageVersion } from '../package';
import { cacheFolder, readKept, writeWhole } from './cache';
import type { CompileRequest, Compiled } from './index';
import { hashInputs, haveSources } from './inputs';

/** What compiles, and declares. */
const COMPILER = ['tools/compiler', 'tools/bundler', 'tools/config', 'host', 'shared'];
const NOT_OF_IT = /^host\/(apps|selftest)\//;

interface Kept {
  readonly compiler: string;
  /** By path: a hash of its contents; null where there was no such file. */
  readonly files: Readonly<Record<string, string | null>>;
  readonly compiled: Compiled;
}

function hash(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

function hashOf(path: string): string | null {
  try {
    return hash(readFileSync(path));
  } catch {
    return null;
  }
}

let compiler: string | undefined;

/** Of all that decides what comes out, but for the application itself. */
function compilerHash(): string {
  // A bundled tool names the others that it was bundled with by what is in them.
  return (compiler ??= haveSources(ROOT, COMPILER)
    ? hashInputs(ROOT, COMPILER, NOT_OF_IT)
    : `${packageVersion()} ${String(hashOf(fileURLToPath(import.meta.url)))}`);
}

function fileOf({ entry, board = '', overLink = false }: CompileRequest): string {
  const key = hash([process.cwd(), entry, board, String(overLink)].join('\n')).slice(0, 32);
  return join(cacheFolder(), 'applications', `${key}.json`);
}

/** What came out the last time, if it would be the same now. */
export function keptResult(request: CompileRequest): Compiled | undefined {
  const kept = readKept<Kept>(fileOf(request));
  if (!kept || kept.compiler !== compilerHash()) return undefined;
  return Object.entries(kept.files).every(([path, was]) => hashOf(path) === was) ? kept.compiled : undefined;
}

/** @param files that it was made of, and those that would have been taken had they been there */
export function keepResult(request: CompileRequest, files: readonly string[], compiled: Compiled): void {
  const hashes = Object.fromEntries(files.map((path) => [path, hashOf(path)]));
  writeWhole(
    fileOf(request),
    JSON.stringify({ compiler: compilerHash(), files: hashes, compiled } satisfies Kept),
  );
}
