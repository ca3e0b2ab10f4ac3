/**
 * `npm run soak`: messages with QoS 1 both ways while everything else fails, and
 * a table of what became of them. It ends with code 1 when the promise was not
 * kept.
 */
import { spawnSync } from 'node:child_process';
import { createWriteStream, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { findMosquitto } from '../rig/network/brokers/mosquitto';
import { soakTable } from '../system-tests/soak/report';
import { BROKERS } from '../system-tests/soak/broker';
import type { SoakBrokerName } from '../system-tests/soak/broker';
import { soak } from '../system-tests/soak/run';
import { ENGINES } from '../rig/world';
import type { Engine } from '../rig/world';
import { endWhenUnread, whole } from './options';

endWhenUnread();

interface Options {
  readonly minutes: number;
  readonly engine: Engine;
  readonly broker: SoakBrokerName;
  readonly seed: number;
  readonly backlog?: number;
  readonly json?: string;
  readonly log?: string;
}

function minutes(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || !(value > 0 && value <= 10_000))
    throw new InvalidArgumentError('A number of minutes above 0 is needed, for example 10.');
  return value;
}

function parse(argv: readonly string[]): Options {
  const command = new Command('npm run soak --')
    .description(
      'Publishes and receives numbered messages while boards, wires, Wi-Fi and broker fail at random, and tells what was lost.',
    )
    .addOption(new Option('--minutes <n>', 'how long there are faults').argParser(minutes).default(10))
    .addOption(new Option('--engine <name>', 'what runs the boards').choices(ENGINES).default('emulator'))
    .addOption(
      new Option('--broker <name>', 'the broker')
        .choices(BROKERS)
        .default(findMosquitto() ? 'mosquitto' : 'embedded'),
    )
    .addOption(
      new Option('--seed <n>', 'repeats the choice of faults')
        .argParser(whole(0, 1e9))
        .default(Date.now() % 1e6, 'of the clock'),
    )
    .addOption(
      new Option(
        '--backlog <n>',
        'first, so many messages wait in the broker when the target restarts',
      ).argParser(whole(1, 1e6)),
    )
    .addOption(new Option('--json <file>', 'write the report as JSON'))
    .addOption(new Option('--log <file>', 'write every line the boards print'))
    .allowExcessArguments(false);
  return command.parse(argv).opts<Options>();
}

async function run(options: Options): Promise<number> {
  const built = spawnSync('npm', ['run', '--silent', 'build'], { encoding: 'utf8' });
  if (built.status !== 0) {
    process.stderr.write(built.stderr || built.stdout);
    return 1;
  }
  const begin = Date.now();
  const time = (): string => ((Date.now() - begin) / 1000).toFixed(1).padStart(7);
  const log = options.log === undefined ? undefined : createWriteStream(options.log);
  log?.on('error', (error) => console.error(error.message));
  const report = await soak({
    engine: options.engine,
    broker: options.broker,
    seconds: options.minutes * 60,
    seed: options.seed,
    ...(options.backlog && { backlog: options.backlog }),
    say(text) {
      console.log(`${time()} ${text}`);
      log?.write(`${time()} ${text}\n`);
    },
    onLine: (board, text) => void log?.write(`${time()}   ${board.padEnd(6)} ${text}\n`),
  });
  console.log(`\n${soakTable(report)}`);
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(report, null, 2) + '\n');
  return report.failures.length ? 1 : 0;
}

// Nothing the soak started may outlive it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

run(parse(process.argv)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
