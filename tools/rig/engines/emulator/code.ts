/**
 * The JavaScript of a board's thread and of its realm, made once per process
 * from the TypeScript beside this file: a restarted board must not wait for a
 * compiler.
 */
import { buildSync } from 'esbuild';
import { fileURLToPath } from 'node:url';

export interface Code {
  readonly worker: string;
  readonly realm: string;
}

let made: Code | undefined;

function bundle(file: string, platform: 'node' | 'neutral'): string {
  const result = buildSync({
    entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
    bundle: true,
    write: false,
    format: 'cjs',
    platform,
    target: 'es2022',
    logLevel: 'silent',
  });
  return result.outputFiles[0]?.text ?? '';
}

export function boardCode(): Code {
  made ??= { worker: bundle('./worker.ts', 'node'), realm: bundle('./realm/index.ts', 'neutral') };
  return made;
}
