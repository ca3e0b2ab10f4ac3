/**
 * What the compiler makes, for rollup's table of the whole build, where a bundle is looked at as a board's own are: how
 * large it is, and how deep its stack.
 */
import type { Plugin, RollupOptions } from 'rollup';
import { size } from '../bundler/size';
import { stackCheck } from '../bundler/stack';
import { ROOT, inPackage } from '../package';
import { compileApplication } from '.';
import { loadLibrary } from './library';
import { libraryTypings } from './library-build';

/** A bundle that is made elsewhere. */
function made(
  output: string,
  make: () => Promise<{ code: string; map?: string }>,
  more: Plugin[],
): RollupOptions {
  const entry = `\0${output}`;
  const maker: Plugin = {
    name: 'made',
    resolveId: (id) => (id === entry ? id : null),
    load: (id) => (id === entry ? '' : null),
    async generateBundle(_options, bundle) {
      const { code, map } = await make();
      for (const file of Object.values(bundle))
        if (file.type === 'chunk')
          Object.assign(file, { code, map: map === undefined ? null : JSON.parse(map) });
    },
  };
  return {
    input: entry,
    output: { file: inPackage(output), format: 'es' },
    plugins: [maker, ...more],
    onLog: () => undefined,
  };
}

/** With its size, and the stack that is in use when it calls the application. */
function measured(output: string, make: () => Promise<{ code: string; map: string }>): RollupOptions {
  const stack = stackCheck();
  return made(output, make, [stack.plugin, size(undefined, stack)]);
}

/** The library in front of every application. */
export function library(output: string): RollupOptions {
  return measured(output, async () => (await loadLibrary()).core);
}

export function application(entry: string, output: string): RollupOptions {
  return measured(output, () => compileApplication({ entry: inPackage(entry) }));
}

/** Typings, which need no other file. */
export function typings(source: string, output: string): RollupOptions {
  return made(output, async () => ({ code: await libraryTypings(ROOT, source) }), []);
}
