/**
 * The JavaScript of a board's thread and of its realm: that of the package, or made once per process from the TypeScript
 * beside this file. A restarted board must not wait for a compiler.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export interface Code {
  readonly worker: string;
  readonly realm: string;
}

/** Files of a package, beside the tools. */
export const BOARD_CODE: Readonly<Record<keyof Code, string>> = {
  worker: 'emulator-worker.cjs',
  realm: 'emulator-realm.cjs',
};

let made: Code | undefined;

function beside(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

function bundle(file: string, platform: 'node' | 'neutral'): string {
  // A package has no need of it.
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof import('esbuild');
  const result = buildSync({
    entryPoints: [beside(file)],
    bundle: true,
    write: false,
    format: 'cjs',
    platform,
    target: 'es2022',
    logLevel: 'silent',
  });
  return result.outputFiles[0]?.text ?? '';
}

/** Made from the sources. */
export function bundleBoardCode(): Code {
  return { worker: bundle('./worker.ts', 'node'), realm: bundle('./realm/index.ts', 'neutral') };
}

export function boardCode(): Code {
  made ??= existsSync(beside(BOARD_CODE.worker))
    ? {
        worker: readFileSync(beside(BOARD_CODE.worker), 'utf8'),
        realm: readFileSync(beside(BOARD_CODE.realm), 'utf8'),
      }
    : bundleBoardCode();
  return made;
}
