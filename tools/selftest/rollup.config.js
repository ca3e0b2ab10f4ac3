// The self-tests' bundles, which are sent to the boards' memory: one for each board alone, one for both ends of the
// lines, one for each end of the link, and one beside the host's application. Not part of the build: `npm run selftest` makes them when it needs them.
import { tsImport } from 'tsx/esm/api';

/** @type {typeof import('../bundler')} */
const { bundle } = await tsImport('../bundler/index.ts', import.meta.url);

/** @type {[side: string, suite: string, kind: 'checks' | 'code'][]} */
const SUITES = [
  ['host', 'board', 'checks'],
  ['target', 'board', 'code'],
  ['shared', 'lines', 'code'],
  ['host', 'frames', 'code'],
  ['target', 'frames', 'code'],
  ['host', 'acceptance', 'code'],
];

export default SUITES.map(([side, suite, kind]) =>
  bundle({
    root: process.cwd(),
    input: `${side}/selftest/${suite}.ts`,
    output: `dist/selftest/${side}-${suite}.js`,
    kind,
  }),
);
