/**
 * Builds the programs in `device/` as the build does the project's own
 * bundles, in memory, so that what is measured is what users get. A package has no sources of them, but what was built
 * when it was made.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { Plugin, RollupOptions } from 'rollup';
import { inPackage } from '../package';

/** @returns a bundle made as the target's (`target`) or as a host's. */
export async function buildDevice(name: string, board: 'host' | 'target'): Promise<string> {
  const source = inPackage('tools', 'benchmark', 'device', `${name}.ts`);
  if (!existsSync(source))
    return readFileSync(inPackage('dist', 'benchmark', `${board}-${name}.js`), 'latin1');
  // The whole build is loaded with it, and it looks for its sources where it is run.
  const { rollup } = await import('rollup');
  const { default: configs } = await import('../../rollup.config.js');
  const output = board === 'target' ? 'dist/target.js' : 'dist/host-';
  const like = (configs as RollupOptions[]).find(({ output: to }) =>
    (to as { file: string }).file.startsWith(output),
  );
  if (!like) throw new Error(`rollup.config.js builds no ${output}`);
  const build = await rollup({
    ...like,
    input: source,
    // All but what reports sizes, and what bounds the stack: none of these has to live on a chip.
    plugins: (like.plugins as Plugin[]).filter(({ name }) => !/^(size|stack)$/.test(name)),
    onLog: () => undefined,
  });
  const { output: chunks } = await build.generate({ ...like.output, file: 'unwritten.js' } as never);
  await build.close();
  return chunks[0].code;
}
