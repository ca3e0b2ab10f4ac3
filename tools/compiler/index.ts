/**
 * How an application becomes a host's bundle: the library, which is built once, and the application behind it, which is
 * compiled and never rewritten. Whatever is wrong with an application is told at its own line, and concerns it alone.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { shownPath } from './places';
import { CompileError, type Problem } from './problem';
import { keepResult, keptResult } from './results';

export { CompileError, type Problem };

export interface CompileRequest {
  /** Path of the application's entry file, TypeScript or JavaScript, anywhere on the disk. */
  readonly entry: string;
  /** Espruino's name of the host board (`process.env.BOARD`), for pins and firmware modules; absent: any board. */
  readonly board?: string;
  /** Module names that the compatibility modules answer instead of the firmware ('Wifi', 'MQTT', 'tinyMQTT'). */
  readonly overLink?: boolean;
}

export interface Compiled {
  /** What the board gets: label line, library, application. */
  readonly code: string;
  /** Source map (JSON text) of `code`, whose sources are paths as the user would type them. */
  readonly map: string;
  /** Files for the host's Storage beside it: modules that run from flash. */
  readonly files: Readonly<Record<string, string>>;
  readonly warnings: readonly Problem[];
}

/** @throws CompileError with `problems`; its message is one line a problem, `file:line:column: text`. */
export async function compileApplication(request: CompileRequest): Promise<Compiled> {
  const asked = { ...request, entry: resolve(request.entry) };
  if (!existsSync(asked.entry))
    throw new CompileError([
      { file: shownPath(asked.entry), line: 1, column: 1, text: 'there is no such file' },
    ]);
  const kept = keptResult(asked);
  if (kept) return kept;
  // With it come TypeScript, rollup and terser.
  const { compile } = await import('./compile');
  const { compiled, files } = await compile(asked);
  keepResult(asked, files, compiled);
  return compiled;
}
