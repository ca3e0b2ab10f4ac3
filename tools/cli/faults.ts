/**
 * `npm run faults`: at every call of both bundles an exception, and a turn
 * that is cut off, one in each conversation; shows after which of them messages
 * were lost or nothing passed any more.
 */
import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { endWhenUnread, whole } from './options';
import { chanceFrom } from '../test-doubles/testing';
import { FAULTY_BOARDS, describeFault, faultsOf, runFaults } from '../system-tests/faults/campaign';
import { converseUnderFault } from '../system-tests/faults/conversation';
import type { SiteFault, FaultOutcome } from '../system-tests/faults/conversation';

endWhenUnread();

interface Options {
  readonly board?: string;
  readonly kind?: string;
  readonly jobs: number;
  readonly limit?: number;
  readonly seed: number;
  readonly only?: string;
  readonly json?: string;
}

function parse(argv: readonly string[]): Options {
  const command = new Command('npm run faults --')
    .description('Puts a fault into each call of both bundles, one in each conversation.')
    .addOption(new Option('--board <name>', 'of one board only').choices(FAULTY_BOARDS))
    .addOption(new Option('--kind <kind>', 'of one kind only').choices(['throw', 'cut']))
    .addOption(new Option('--jobs <n>', 'conversations at a time').argParser(whole(1, 64)).default(3))
    .addOption(new Option('--limit <n>', 'no more faults than this, by chance').argParser(whole(1, 1e6)))
    .addOption(new Option('--seed <s>', 'of that chance').argParser(whole(0, 2 ** 31)).default(1))
    .addOption(new Option('--only <board:site:time>', 'this one, with all that is printed'))
    .addOption(new Option('--json <file>', 'write all outcomes there'))
    .helpOption('--help', 'show this help')
    .allowExcessArguments(false);
  return command.parse(argv).opts<Options>();
}

/** @throws Error when it is no fault of a board */
function single(options: Options): SiteFault {
  const [board, site = '', nth = ''] = (options.only ?? '').split(':');
  const named = FAULTY_BOARDS.find((name) => name === board);
  if (!named || !/^\d+$/.test(site) || !/^[1-9]\d*$/.test(nth))
    throw new Error(`--only ${options.only ?? ''}: must be like target:12:1`);
  return { board: named, site: Number(site), nth: Number(nth), cut: options.kind === 'cut' };
}

async function run(options: Options): Promise<number> {
  if (options.only !== undefined) {
    const fault = single(options);
    const { outcome, missing, waited, lines } = await converseUnderFault(fault);
    console.log([...lines, describeFault(fault)].join('\n'));
    console.log(`${outcome}, missing ${missing.join(' ') || 'none'}, waited ${String(waited)} ms`);
    return outcome === 'whole' ? 0 : 1;
  }
  const still = await converseUnderFault(undefined);
  if (still.outcome !== 'whole') {
    console.log(still.lines.join('\n'));
    throw new Error(`without any fault: ${still.outcome}`);
  }
  const faults = faultsOf(still.counts)
    .filter(({ board }) => options.board === undefined || board === options.board)
    .filter(({ cut }) => options.kind === undefined || cut === (options.kind === 'cut'));
  const chance = chanceFrom(options.seed);
  while (faults.length > (options.limit ?? Infinity)) faults.splice(chance(faults.length), 1);
  console.log(
    `${String(faults.length)} faults; an undisturbed message took ${String(still.waited)} ms at most`,
  );
  const sums: Record<FaultOutcome, number> = {
    whole: 0,
    lost: 0,
    stuck: 0,
    application: 0,
    unbegun: 0,
    unreached: 0,
  };
  const all: object[] = [];
  await runFaults(faults, options.jobs, Infinity, (fault, { outcome, missing, waited, lines }, count) => {
    sums[outcome]++;
    all.push({ ...fault, what: describeFault(fault), outcome, missing, waited, lines });
    if (process.stderr.isTTY) process.stderr.write(`\r${String(count)} of ${String(faults.length)} `);
    if (outcome === 'lost' || outcome === 'stuck')
      console.log(`${outcome} ${missing.join(',')} (${String(waited)} ms): ${describeFault(fault)}`);
    if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(all, null, 1));
  });
  console.log(
    Object.entries(sums)
      .map(([outcome, count]) => `${outcome} ${String(count)}`)
      .join(', '),
  );
  return sums.lost + sums.stuck ? 1 : 0;
}

run(parse(process.argv)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(2);
  },
);
