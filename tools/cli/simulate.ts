/**
 * `npm run simulate`: both boards with broker, Wi-Fi and wires on virtual time,
 * through many schedules of faults, and whether any promise was broken.
 */
import { Command, Option } from 'commander';
import { endWhenUnread, whole } from './options';
import { emptySummary, runCampaign } from '../simulation/campaign';
import type { Summary } from '../simulation/campaign';
import { runSchedule } from '../simulation/schedule';

endWhenUnread();

interface Options {
  readonly schedules: number;
  readonly seed: number;
  readonly jobs: number;
  readonly trace?: true;
}

function parse(argv: readonly string[]): Options {
  const command = new Command('npm run simulate --')
    .description(
      'Simulates both boards, wires, Wi-Fi and broker with random faults, and checks every promise.',
    )
    .addOption(new Option('--schedules <n>', 'how many schedules').argParser(whole(1, 1e7)).default(2000))
    .addOption(
      new Option('--seed <s>', 'of the first schedule; the others follow')
        .argParser(whole(0, 2 ** 31))
        .default(Date.now() % 1e9, 'the time'),
    )
    .addOption(new Option('--jobs <n>', 'processes').argParser(whole(1, 64)).default(1))
    .addOption(new Option('--trace', 'print every event of the first schedule only'))
    .helpOption('--help', 'show this help')
    .allowExcessArguments(false);
  return command.parse(argv).opts<Options>();
}

function report(summary: Summary, took: number): void {
  const { totals, faults } = summary;
  const count = Object.entries(faults).sort(([, a], [, b]) => b - a);
  const all = count.reduce((sum, [, one]) => sum + one, 0);
  console.log(
    `${summary.schedules} schedules, ${(summary.seconds / 3600).toFixed(1)} virtual hours, in ${took.toFixed(0)} s`,
  );
  console.log(
    `targets      dist/target.js in ${summary.shipped}, its sources in ${summary.schedules - summary.shipped}; hosts: their sources`,
  );
  console.log(`messages out ${totals.out}, of them twice or more ${totals.doubledOut}`);
  console.log(`messages in  ${totals.in}, of them twice or more ${totals.doubledIn}`);
  console.log(`faults       ${all}`);
  for (const [kind, one] of count) console.log(`${String(one).padStart(12)} ${kind}`);
  console.log(`violations   ${summary.violations.length}`);
  for (const { seed, text } of summary.violations) {
    console.log(`  seed ${seed}: ${text}`);
    console.log(`    again, with all events: npm run simulate -- --seed ${seed} --schedules 1 --trace`);
  }
}

async function run(options: Options): Promise<number> {
  console.log(`seed ${options.seed}`);
  if (options.trace) {
    const { violation } = runSchedule({ seed: options.seed, trace: console.log });
    console.log(violation === undefined ? 'no violation' : `violation: ${violation}`);
    return violation === undefined ? 0 : 1;
  }
  const begun = Date.now();
  let summary = emptySummary();
  const took = (): number => (Date.now() - begun) / 1000;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      console.log('ended early');
      report(summary, took());
      process.exit(1);
    });
  }
  let told = 0;
  summary = await runCampaign(options.seed, options.schedules, options.jobs, (part) => {
    summary = part;
    // A long run is looked at while it goes on.
    for (const { seed, text } of part.violations.slice(told))
      console.log(`violation among the first ${part.schedules} schedules: seed ${seed}: ${text}`);
    told = part.violations.length;
    if (process.stderr.isTTY) process.stderr.write(`\r${part.schedules} `);
  });
  if (process.stderr.isTTY) process.stderr.write('\r');
  report(summary, took());
  return summary.violations.length ? 1 : 0;
}

run(parse(process.argv)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
