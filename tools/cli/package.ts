/** `npm run package`: makes what a package carries beside the bundles. An error is one line and exit code 1. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { buildDevice } from '../benchmark/bundle';
import { loadLibrary } from '../compiler/library';
import { inPackage } from '../package';
import { PROGRAM, buildProgram, writeTypes } from '../release/program';
import { buildSelftests } from '../selftest/build';

/** Programs for boards that benchmarks need. */
const MEASURED = [
  ['host', 'bridge-host'],
  ['host', 'display-host'],
  ['host', 'link-host'],
  ['target', 'link-target'],
  ['host', 'idle-host'],
] as const;

try {
  await loadLibrary();
  buildSelftests();
  mkdirSync(inPackage('dist/benchmark'), { recursive: true });
  for (const [board, name] of MEASURED)
    writeFileSync(inPackage(`dist/benchmark/${board}-${name}.js`), await buildDevice(name, board), 'latin1');
  writeTypes(inPackage('dist/types'));
  await buildProgram(inPackage(PROGRAM));
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
