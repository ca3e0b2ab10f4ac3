/**
 * `npm run mutants`: changes the device code in one place at a time, and shows
 * which changes neither its tests nor the simulator notice. For an evening, not
 * for the suite. What cannot be noticed stands in `mutants/equivalent.json`.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { listMutants, runMutants } from '../simulation/mutants/run';
import type { Equivalent, MutantResult } from '../simulation/mutants/run';
import { endWhenUnread, whole } from './options';
import { chanceFrom } from '../test-doubles/testing';

endWhenUnread();

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Options {
  readonly files: string;
  readonly jobs: number;
  readonly limit?: number;
  readonly seed: number;
  readonly schedules: number;
  readonly list?: true;
  readonly json?: string;
}

function parse(argv: readonly string[]): Options {
  const command = new Command('npm run mutants --')
    .description('Changes device code in one place at a time, and shows what no test notices.')
    .addOption(new Option('--files <glob>', 'sources to change').default('{host,target,shared}/*.ts'))
    .addOption(new Option('--jobs <n>', 'changes at a time').argParser(whole(1, 64)).default(1))
    .addOption(new Option('--limit <n>', 'no more changes than this, by chance').argParser(whole(1, 1e6)))
    .addOption(new Option('--seed <s>', 'of that chance').argParser(whole(0, 2 ** 31)).default(1))
    .addOption(
      new Option('--schedules <n>', 'simulated schedules for what the tests do not notice')
        .argParser(whole(0, 1e6))
        .default(50),
    )
    .addOption(new Option('--list', 'show the changes only'))
    .addOption(new Option('--json <file>', 'write all outcomes there'))
    .helpOption('--help', 'show this help')
    .allowExcessArguments(false);
  return command.parse(argv).opts<Options>();
}

/** @throws Error when there are none */
function filesOf(glob: string): string[] {
  const files = sourcesLike(glob);
  if (!files.length) throw new Error(`--files ${glob}: no source of host/, target/ or shared/ is like that`);
  return files;
}

function show(result: Pick<MutantResult, 'file' | 'line' | 'text' | 'replacement'>): string {
  const short = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 100);
  return `${result.file}:${String(result.line)}: ${short(result.text)} -> ${short(result.replacement)}`;
}

/** `*` stands for anything within a name, `{a,b}` for one of these. */
function patternOf(glob: string): RegExp {
  const parts: Record<string, string> = { '*': '[^/]*', '{': '(?:', '}': ')', ',': '|' };
  return new RegExp(`^${glob.replace(/[^\w/]/g, (char) => parts[char] ?? `\\${char}`)}$`);
}

function sourcesLike(glob: string): string[] {
  const pattern = patternOf(glob);
  return ['host', 'shared', 'target']
    .flatMap((folder) => readdirSync(`${ROOT}${folder}`).map((name) => `${folder}/${name}`))
    .filter((file) => /(?<!\.test|\.d)\.ts$/.test(file) && pattern.test(file))
    .sort();
}

async function run(options: Options): Promise<number> {
  const chosen = {
    root: ROOT,
    files: filesOf(options.files),
    limit: options.limit ?? Infinity,
    chance: chanceFrom(options.seed),
  };
  if (options.list) {
    const mutants = listMutants(chosen);
    for (const mutant of mutants) console.log(show(mutant));
    console.log(`${String(mutants.length)} mutants`);
    return 0;
  }
  const data = readFileSync(new URL('../simulation/mutants/equivalent.json', import.meta.url), 'utf8');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const results = await runMutants({
    ...chosen,
    jobs: options.jobs,
    schedules: options.schedules,
    equivalents: JSON.parse(data) as Equivalent[],
    patience: { times: 4, seconds: 15 },
    tell: (text) => console.log(text),
    done(result, count, of) {
      if (process.stderr.isTTY) process.stderr.write(`\r${String(count)} of ${String(of)} `);
      // As they come: the whole takes long, and may be ended.
      if (result.outcome === 'survived') console.log(`survived ${show(result)}`);
    },
  });
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(results, null, 2));
  const count = (outcome: string): number => results.filter((one) => one.outcome === outcome).length;
  console.log(
    `${String(results.length)} mutants: ${String(count('killed'))} killed, ${String(count('hung'))} hung, ` +
      `${String(count('survived'))} survived, ${String(count('equivalent'))} cannot be noticed`,
  );
  return count('survived') ? 1 : 0;
}

run(parse(process.argv)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(2);
  },
);
