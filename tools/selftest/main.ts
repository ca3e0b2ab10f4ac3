/**
 * `npm run selftest`: tests boards with what runs on them, and prints TAP. Exit
 * code 0 when all passed, else 1; what keeps a test from running is one line.
 */
import { spawnSync } from 'node:child_process';
import { Command, InvalidArgumentError, Option } from 'commander';
import { SETTINGS_DIRECTORY, createSettings, readSettings } from '../config';
import { BAUD } from '../flash/port';
import { testHost, testLink, testStack, testTarget } from '.';
import type { Network, Options, PinsFor } from '.';
import { endWhenUnread } from '../options';

endWhenUnread();

/** Ctrl-C: the boards are put back first. Twice: at once. */
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(130);
    console.error('stopping: the boards get to run what is saved on them');
    stop.abort();
  });

interface Flags {
  readonly port: string;
  readonly hostPort: string;
  readonly targetPort: string;
  readonly baud: number;
  readonly settings: string;
  readonly jumpers?: boolean;
  readonly stack?: boolean;
  readonly frames: number;
  readonly seconds?: number;
}

function whole(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < 1 || value > most)
      throw new InvalidArgumentError(`A whole number, 1 to ${String(most)}, is needed.`);
    return value;
  };
}

function build(): void {
  const { status, stderr } = spawnSync(
    'npx',
    ['rollup', '-c', 'tools/selftest/rollup.config.js', '--silent'],
    {
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`The self-tests could not be built:\n${stderr}`);
}

function common(flags: Flags): Options {
  build();
  return { baud: flags.baud, write: (line) => console.log(line), stop: stop.signal };
}

function pinsOf({ settings }: Flags): PinsFor {
  createSettings(settings);
  const read = readSettings(settings);
  return (board) => JSON.parse(read.filesFor(board)['pins.json']) as ReturnType<PinsFor>;
}

function networkOf({ settings }: Flags): Network {
  createSettings(settings);
  // One character a byte there.
  return JSON.parse(Buffer.from(readSettings(settings).net, 'latin1').toString('utf8')) as Network;
}

function command(name: string, description: string, run: (flags: Flags) => Promise<boolean>): Command {
  return new Command(name)
    .description(description)
    .addOption(new Option('--baud <rate>', 'of serial ports').argParser(whole(4_000_000)).default(BAUD))
    .option('--settings <directory>', 'where net.jsonc and pins.jsonc are', SETTINGS_DIRECTORY)
    .allowExcessArguments(false)
    .action(async (flags: Flags) => {
      process.exitCode = (await run(flags)) ? 0 : 1;
    });
}

const port = '<port>';

const program = new Command('npm run selftest --')
  .description(
    'Tests boards with what runs on them, and prints TAP. What is saved on them stays, and runs again.',
  )
  .addCommand(
    command('host', 'the host alone: interpreter, memory, codecs, clock', (flags) =>
      testHost(flags.port, flags.jumpers ? pinsOf(flags) : undefined, common(flags)),
    )
      .requiredOption(`-p, --port ${port}`, 'of the host')
      .option('--jumpers', 'also its pins: sckout is joined to sckin and stx to srx, and no target to any'),
  )
  .addCommand(
    command('target', 'the target alone: memory, modules, Wi-Fi, broker, time server', (flags) =>
      flags.stack
        ? testStack(flags.port, flags.hostPort, {}, common(flags))
        : testTarget(flags.port, networkOf(flags), flags.hostPort, common(flags)),
    )
      .requiredOption(`-p, --port ${port}`, 'of the target')
      .option(`--host-port ${port}`, 'of a host that is joined to it, to be kept from resetting it meanwhile')
      .option(
        '--stack',
        'in place of all that its stack: calls are nested until the board RESETS; its saved program runs afterwards',
      ),
  )
  .addCommand(
    command('link', 'the five lines, one by one, then messages over them', (flags) =>
      testLink(
        { host: flags.hostPort, target: flags.targetPort },
        pinsOf(flags),
        { frames: flags.frames, ...(flags.seconds && { seconds: flags.seconds }) },
        common(flags),
      ),
    )
      .requiredOption(`--host-port ${port}`, 'of the host')
      .requiredOption(`--target-port ${port}`, 'of the target')
      .addOption(
        new Option('--frames <number>', 'messages each way').argParser(whole(1_000_000)).default(2000),
      )
      .addOption(new Option('--seconds <number>', 'for the messages at most').argParser(whole(1_000_000))),
  );

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = stop.signal.aborted ? 130 : 1;
});
