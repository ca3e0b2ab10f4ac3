/** Makes a bundle of the table, for rollup, and says that it was made. */
import type { RollupOptions } from 'rollup';
import { bundle } from '../bundler';
import { loadPackage } from '../load';
import { ROOT } from '../package';
import { DEVICE_BUNDLES, stamp } from './device-bundles';

const { rollup } = loadPackage<typeof import('rollup')>('rollup');

/**
 * @param root where the sources are, and `dist/` will be
 * @throws Error when there is no such bundle, or no such source
 */
export function deviceBundle(name: string, root = ROOT): RollupOptions {
  const made = DEVICE_BUNDLES.get(name);
  if (!made) throw new Error(`There is no bundle ${name}`);
  const { input, kind, isModule } = made;
  const options = bundle({ root, input, output: `dist/${name}.js`, kind, ...(isModule && { isModule }) });
  const stamping = {
    name: 'stamp',
    writeBundle() {
      if (root === ROOT) stamp(name);
    },
  };
  return { ...options, plugins: [options.plugins, stamping] };
}

export async function buildDeviceBundle(name: string): Promise<void> {
  const { output, ...input } = deviceBundle(name);
  const build = await rollup(input);
  await build.write(output as never);
  await build.close();
}
