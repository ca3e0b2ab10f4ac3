/**
 * Builds the programs in `device/` as the build does the project's own
 * bundles, in memory, so that what is measured is what users get. A package has no sources of them, but what was built
 * when it was made.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { Plugin } from 'rollup';
import { compileApplication } from '../compiler';
import { ROOT, inPackage } from '../package';

/** @returns a bundle made as the target's (`target`) or as a host's. */
export async function buildDevice(name: string, board: 'host' | 'target'): Promise<string> {
  const input = `tools/benchmark/device/${name}.ts`;
  const output = `dist/benchmark/${board}-${name}.js`;
  if (!existsSync(inPackage(input))) return readFileSync(inPackage(output), 'latin1');
  // What uses the library as an application does is compiled as one.
  if (readFileSync(inPackage(input), 'utf8').includes("from 'espruino-mqtt-link'"))
    return (await compileApplication({ entry: inPackage(input) })).code;
  // The whole build is loaded with it.
  const { rollup } = await import('rollup');
  const { bundle } = await import('../bundler');
  const like = bundle({ root: ROOT, input, output, kind: board });
  const build = await rollup({
    ...like,
    // All but what reports sizes, and what bounds the stack: none of these has to live on a chip.
    plugins: (like.plugins as Plugin[]).filter(({ name }) => !/^(size|stack)$/.test(name)),
    onLog: () => undefined,
  });
  const { output: chunks } = await build.generate(like.output as never);
  await build.close();
  return chunks[0].code;
}
