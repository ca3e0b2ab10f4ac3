// The self-tests' bundles, which are sent to the boards' memory: one for each board alone, one for both ends of the
// lines, one for each end of the link, and one beside the host's application. Not part of the build: `npm run selftest` makes them when it needs them.
import { bundle } from '../../rollup.config.js';

/** @type {[side: string, suite: string, what: 'checks' | 'code'][]} */
const SUITES = [
  ['host', 'board', 'checks'],
  ['target', 'board', 'code'],
  ['shared', 'lines', 'code'],
  ['host', 'frames', 'code'],
  ['target', 'frames', 'code'],
  ['host', 'acceptance', 'code'],
];

export default SUITES.map(([side, suite, what]) =>
  bundle(`${side}/selftest/${suite}.ts`, `dist/selftest/${side}-${suite}.js`, undefined, what),
);
