/** `npm run package`: makes what a package carries beside the bundles. An error is one line and exit code 1. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
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

// Who only asks what it does is not kept waiting.
new Command('npm run package --')
  .description('Makes what a package carries beside the bundles: tools, self-tests, benchmarks, types.')
  .allowExcessArguments(false)
  .parse();

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
