/**
 * The command `selftest`: tests boards with what runs on them, and prints TAP. Exit
 * code 0 when all passed, else 1; what keeps a test from running is one line.
 */
import { existsSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { createSettings, readSettings } from '../config';
import type { Settings } from '../config';
import { buildForFlash } from '../flash/build';
import { BAUD } from '../flash/port';
import { testAcceptance } from '../selftest/acceptance';
import { buildSelftests } from '../selftest/build';
import { testHost, testLink, testStack, testTarget } from '../selftest';
import type { TargetNetwork, Options, PinsFor } from '../selftest';
import { deviceOf, directoryOf, portOf, withSettings } from './choices';
import type { Choices } from './choices';

/** Ctrl-C: the boards are put back first. Twice: at once. */
const stop = new AbortController();

function heedSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(130);
      console.error('stopping: the boards get to run what is saved on them');
      stop.abort();
    });
}

interface Flags extends Choices {
  readonly port?: string;
  readonly hostPort?: string;
  readonly targetPort?: string;
  readonly baud: number;
  readonly jumpers?: boolean;
  readonly stack?: boolean;
  readonly frames: number;
  readonly seconds?: number;
  readonly messages: number;
  readonly outage: number;
  readonly idle?: number;
  readonly broker: 'own' | 'embedded';
  readonly address?: string;
  readonly direct?: boolean;
  readonly output: string;
}

function whole(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < 1 || value > most)
      throw new InvalidArgumentError(`A whole number, 1 to ${String(most)}, is needed.`);
    return value;
  };
}

function common(flags: Flags): Options {
  buildSelftests();
  return { baud: flags.baud, write: (line) => console.log(line), stop: stop.signal };
}

function settingsOf(flags: Flags): Settings {
  const directory = directoryOf(flags);
  createSettings(directory);
  return readSettings(directory);
}

/** Ports of both boards. */
function portsOf(flags: Flags): { host: string; target: string } {
  return {
    host: portOf('--host-port', flags.hostPort, flags, 'port'),
    target: portOf('--target-port', flags.targetPort, flags, 'targetPort'),
  };
}

/** Of the host that is joined to the target which is tested, if it is to be known. */
function joinedTo(flags: Flags): string | undefined {
  return flags.hostPort ?? deviceOf(flags)?.port;
}

function pinsOf(flags: Flags): PinsFor {
  const read = settingsOf(flags);
  return (board) => JSON.parse(read.filesFor(board)['pins.json']) as ReturnType<PinsFor>;
}

function networkOf(flags: Flags): TargetNetwork & Record<string, unknown> {
  // One character a byte there.
  return JSON.parse(Buffer.from(settingsOf(flags).net, 'latin1').toString('utf8')) as ReturnType<
    typeof networkOf
  >;
}

async function acceptance(flags: Flags): Promise<boolean> {
  const ports = portsOf(flags);
  if (!existsSync(flags.output)) throw new Error(`There is no directory ${flags.output} for the report`);
  if (flags.direct && flags.broker === 'embedded')
    throw new Error('The broker on this PC is behind the relay: --direct goes with that of net.jsonc only');
  const failure = buildForFlash(['target']);
  if (failure !== undefined) throw new Error(failure);
  const { seconds, idle, address, direct } = flags;
  const { passed, files } = await testAcceptance(ports, pinsOf(flags), networkOf(flags), {
    ...common(flags),
    frames: flags.frames,
    ...(seconds && { seconds }),
    messages: flags.messages,
    outage: flags.outage,
    ...(idle && { idle }),
    broker: flags.broker,
    ...(address && { address }),
    ...(direct && { direct }),
    output: flags.output,
  });
  console.log(`# written: ${files.join(' and ')}, without secrets`);
  return passed;
}

function test(name: string, description: string, run: (flags: Flags) => Promise<boolean>): Command {
  return withSettings(new Command(name))
    .description(description)
    .addOption(new Option('--baud <rate>', 'of serial ports').argParser(whole(4_000_000)).default(BAUD))
    .allowExcessArguments(false)
    .action(async (flags: Flags) => {
      heedSignals();
      try {
        process.exitCode = (await run(flags)) ? 0 : stop.signal.aborted ? 130 : 1;
      } catch (error) {
        if (!stop.signal.aborted) throw error;
        console.error(error instanceof Error ? error.message : String(error));
        process.exitCode = 130;
      }
    });
}

const port = '<port>';

export function command(calledAs: string): Command {
  return new Command(calledAs)
    .description(
      'Tests boards with what runs on them, and prints TAP. What is saved on them stays, and runs again.',
    )
    .addCommand(
      test('host', 'the host alone: interpreter, memory, codecs, clock', (flags) =>
        testHost(
          portOf('--port', flags.port, flags, 'port'),
          flags.jumpers ? pinsOf(flags) : undefined,
          common(flags),
        ),
      )
        .option(`-p, --port ${port}`, 'of the host')
        .option('--jumpers', 'also its pins: sckout is joined to sckin and stx to srx, and no target to any'),
    )
    .addCommand(
      test('target', 'the target alone: memory, modules, Wi-Fi, broker, time server', (flags) => {
        const target = portOf('--port', flags.port, flags, 'targetPort');
        return flags.stack
          ? testStack(target, joinedTo(flags), {}, common(flags))
          : testTarget(target, networkOf(flags), joinedTo(flags), common(flags));
      })
        .option(`-p, --port ${port}`, 'of the target')
        .option(
          `--host-port ${port}`,
          'of a host that is joined to it, to be kept from resetting it meanwhile',
        )
        .option(
          '--stack',
          'in place of all that its stack: calls are nested until the board RESETS; its saved program runs afterwards',
        ),
    )
    .addCommand(
      test('link', 'the five lines, one by one, then messages over them', (flags) =>
        testLink(
          portsOf(flags),
          pinsOf(flags),
          { frames: flags.frames, ...(flags.seconds && { seconds: flags.seconds }) },
          common(flags),
        ),
      )
        .option(`--host-port ${port}`, 'of the host')
        .option(`--target-port ${port}`, 'of the target')
        .addOption(
          new Option('--frames <number>', 'messages each way').argParser(whole(1_000_000)).default(2000),
        )
        .addOption(new Option('--seconds <number>', 'for the messages at most').argParser(whole(1_000_000))),
    )
    .addCommand(
      test(
        'acceptance',
        'both boards with all that belongs to them, in a quarter of an hour, and a report to pass on; the target RESETS meanwhile',
        acceptance,
      )
        .option(`--host-port ${port}`, 'of the host')
        .option(`--target-port ${port}`, 'of the target')
        .addOption(
          new Option('--frames <number>', 'messages over the link each way')
            .argParser(whole(1_000_000))
            .default(2000),
        )
        .addOption(
          new Option('--seconds <number>', 'for these at most').argParser(whole(1_000_000)).default(120),
        )
        .addOption(
          new Option('--messages <number>', 'through the broker each way')
            .argParser(whole(1_000_000))
            .default(1000),
        )
        .addOption(
          new Option('--outage <seconds>', 'for which there is no broker').argParser(whole(3600)).default(30),
        )
        .addOption(
          new Option('--idle <seconds>', 'for which nothing is sent, in addition').argParser(
            whole(1_000_000),
          ),
        )
        .addOption(
          new Option('--broker <name>', 'that of net.jsonc, or one on this PC')
            .choices(['own', 'embedded'])
            .default('own'),
        )
        .option(
          '--address <IPv4>',
          'of this PC, by which the target reaches it; else the one that leads to the broker',
        )
        .option('--direct', 'the target goes to the broker itself, so nothing on the way can be made to fail')
        .option('--output <directory>', 'where the report goes', '.'),
    );
}
