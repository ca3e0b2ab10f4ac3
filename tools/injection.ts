/** `npm run injection`: every call of both bundles goes wrong once, see `injection/`. */
import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { BOUND, readBundles } from './injection/conversation';
import { listFaults, sweep } from './injection/sweep';
import { whole } from './options';

const { seed, limit } = new Command('injection')
  .description('Lets every call of the shipped bundles go wrong once, and looks whether all is well again.')
  .addOption(
    new Option('--seed <n>', 'of the choice which time a call goes wrong')
      .argParser(whole(0, 1e9))
      .default(1),
  )
  .addOption(new Option('--limit <n>', 'only so many faults').argParser(whole(1, 1e6)))
  .allowExcessArguments(false)
  .parse()
  .opts<{ seed: number; limit?: number }>();

if (!existsSync('dist/target.js') || !existsSync('dist/mqttlink.js')) {
  console.error('There are no bundles in dist/. Make them: npm run build');
  process.exit(1);
}
const bundles = readBundles();
const faults = listFaults(bundles, seed).slice(0, limit);
const { done, fired, worst, failures } = sweep(bundles, faults);
for (const { fault, call, wrong } of failures)
  console.log(
    `${fault.board}, ${fault.kind} ${fault.after ? 'after' : 'before'} ${call}, time ${fault.time}: ${wrong}`,
  );
console.log(
  `dist/mqttlink.js, dist/target.js, seed ${seed}: ${done} faults, ${fired} came to pass, longest until all was well ` +
    `${worst.toFixed(1)} s of ${BOUND} s, not well again ${failures.length}`,
);
process.exit(failures.length ? 1 : 0);
