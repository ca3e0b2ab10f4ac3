/** `npm run fuzz`: nonsense by the million to everything that hears a stranger, and whether it gets over it. */
import { Command, Option } from 'commander';
import { SUBJECTS, SUBJECT_NAMES, fuzz } from '../simulation/fuzz';
import type { SubjectName } from '../simulation/fuzz';
import { endWhenUnread, whole } from './options';

endWhenUnread();

interface Options {
  readonly cases: number;
  readonly seed: number;
  readonly only?: SubjectName;
}

function parse(argv: readonly string[]): Options {
  return new Command('npm run fuzz --')
    .description('Gives mutated packets, frames, messages, settings and levels to the code of both boards.')
    .addOption(
      new Option('--cases <n>', 'packets and frames; of the rest a part')
        .argParser(whole(1, 1e9))
        .default(1e6),
    )
    .addOption(
      new Option('--seed <s>', 'of the first batch')
        .argParser(whole(0, 2 ** 31))
        .default(Date.now() % 1e9, 'the time'),
    )
    .addOption(new Option('--only <name>', 'one kind').choices(SUBJECT_NAMES))
    .helpOption('--help', 'show this help')
    .allowExcessArguments(false)
    .parse(argv)
    .opts<Options>();
}

function run(options: Options): number {
  let crashes = 0;
  console.log(`seed ${options.seed}; shipped: dist/target.js, all else: the sources`);
  for (const name of options.only ? [options.only] : SUBJECT_NAMES) {
    const begun = Date.now();
    const { done, crash } = fuzz(name, options.seed, options.cases);
    const seconds = ((Date.now() - begun) / 1000).toFixed(0);
    console.log(`${name.padEnd(8)} ${String(done).padStart(8)} ${SUBJECTS[name].what}, ${seconds} s`);
    if (!crash) continue;
    crashes++;
    console.log(`  crash: ${crash.error instanceof Error ? crash.error.stack : String(crash.error)}`);
    console.log(`  again: npm run fuzz -- --only ${name} --seed ${crash.seed} --cases 1`);
  }
  console.log(`crashes  ${crashes}`);
  return crashes ? 1 : 0;
}

process.exit(run(parse(process.argv)));
