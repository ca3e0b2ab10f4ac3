/** `npm run injection`: every call of both bundles goes wrong once, see `injection/`. */
import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { FAULT_BOUND, readBundles } from '../simulation/injection/conversation';
import { listFaults, sweep } from '../simulation/injection/sweep';
import { whole } from './options';

const { seed, skip, limit } = new Command('injection')
  .description('Lets every call of the shipped bundles go wrong once, and looks whether all is well again.')
  .addOption(
    new Option('--seed <n>', 'of the choice which time a call goes wrong')
      .argParser(whole(0, 1e9))
      .default(1),
  )
  .addOption(
    new Option('--skip <n>', 'leave out so many faults: another run had them')
      .argParser(whole(0, 1e6))
      .default(0),
  )
  .addOption(new Option('--limit <n>', 'only so many faults').argParser(whole(1, 1e6)))
  .allowExcessArguments(false)
  .parse()
  .opts<{ seed: number; skip: number; limit?: number }>();

if (!existsSync('dist/target.js') || !existsSync('dist/mqttlink.js')) {
  console.error('There are no bundles in dist/. Make them: npm run build');
  process.exit(1);
}
const bundles = readBundles();
const all = listFaults(bundles, seed);
const faults = all.slice(skip, limit === undefined ? undefined : skip + limit);
const { done, fired, worst, failures } = sweep(bundles, faults, undefined, ({ fault, call, wrong }) =>
  console.log(
    `${fault.board}, ${fault.kind} ${fault.after ? 'after' : 'before'} ${call}, time ${fault.time}: ${wrong}`,
  ),
);
console.log(
  `dist/mqttlink.js, dist/target.js, seed ${seed}: ${done} of ${all.length} faults, ${fired} came to pass, longest until all was well ` +
    `${worst.toFixed(1)} s of ${FAULT_BOUND} s, not well again ${failures.length}`,
);
process.exit(failures.length ? 1 : 0);
