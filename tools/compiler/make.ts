/**
 * Makes bundles by their names, as a process of its own: for whoever has no time to wait for the compiler to load, or
 * something else to do meanwhile. What is wrong is said on stderr, with exit code 1.
 */
import './short-run';
import { compileApplication } from '.';
import { inPackage } from '../package';
import { DEVICE_BUNDLES, isBuilt } from './device-bundles';
import { TYPINGS, makeTypings } from './library-typings';

async function make(name: string): Promise<void> {
  const [, app] = /^host-(.+)$/.exec(name) ?? [];
  if (app !== undefined) {
    await compileApplication({ entry: inPackage('host/apps', `${app}.ts`) });
    return;
  }
  // What is wrong with them is said by whoever needs them.
  if (name === TYPINGS) return makeTypings().catch(() => undefined);
  if (!DEVICE_BUNDLES.has(name)) throw new Error(`There is no bundle ${name}`);
  // Somebody else may have been first.
  if (isBuilt(name)) return;
  const { buildDeviceBundle } = await import('./device-build');
  await buildDeviceBundle(name);
}

try {
  for (const name of process.argv.slice(2)) await make(name);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
