/** The command `flash`: what a person wants to be put on which boards. */
import { existsSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { SETTINGS_DIRECTORY, createSettings, readSettings } from '../config';
import type { Settings } from '../config';
import { aftermathNow, flashBoards } from '../flash';
import type { Job } from '../flash';
import { BAUD } from '../flash/port';
import { packageVersion } from '../package';
import { appNames } from '../rig/world';

interface Options {
  readonly baud: number;
  readonly settings: string;
  readonly verbose?: boolean;
}

/** @throws Error when a file had to be made first, or is wrong. */
function settingsOf({ settings }: Options): Settings {
  if (!existsSync(settings)) throw new Error(`There is no directory ${settings} for the settings`);
  const made = createSettings(settings);
  for (const path of made) console.log(`made ${path}`);
  return readSettings(settings);
}

function baud(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 300 || value > 4_000_000)
    throw new InvalidArgumentError('A number of bits a second is needed, for example 115200.');
  return value;
}

/** Runs jobs; when they end early, the error has what has become of the board. */
async function run(jobs: readonly Job[], options: Options): Promise<void> {
  process.once('SIGINT', () => {
    console.error(`\nStopped.${aftermathNow()}`);
    process.exit(130);
  });
  try {
    const settings = jobs.some(({ role }) => role === 'host') ? settingsOf(options) : undefined;
    await flashBoards(jobs, settings, options);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(`${text}.${aftermathNow()}`.replace(/([.?!])\.(?= |$)/, '$1'));
  }
}

export function command(calledAs: string): Command {
  const program = new Command(calledAs)
    .description('Puts bundles and settings on boards, so that they run at power-on.')
    .version(packageVersion())
    .addHelpText(
      'after',
      '\nPORT is a serial port, a Bluetooth address or name, or tcp://host:port; "npm run ports" lists them.',
    );

  const common = (command: Command): Command =>
    command
      .addOption(new Option('--baud <number>', 'of a serial port').argParser(baud).default(BAUD))
      .option('--settings <directory>', 'where net.jsonc and pins.jsonc are', SETTINGS_DIRECTORY)
      .option('--verbose', 'show what the boards print')
      .allowExcessArguments(false);
  const app = (): Option =>
    new Option('--app <name>', 'the application on the host').choices(appNames()).default('simple');

  common(program.command('target').description('the target’s bundle to an ESP8266'))
    .requiredOption('--port <port>', 'port of the ESP8266')
    .action((options: Options & { port: string }) =>
      run([{ role: 'target', port: options.port, bundle: 'target' }], options),
    );
  common(program.command('host').description('an application and the settings to the host'))
    .requiredOption('--port <port>', 'port of the host')
    .addOption(app())
    .action((options: Options & { port: string; app: string }) =>
      run([{ role: 'host', port: options.port, bundle: `host-${options.app}` }], options),
    );
  common(program.command('both').description('both of these'))
    .requiredOption('--target-port <port>', 'port of the ESP8266')
    .requiredOption('--host-port <port>', 'port of the host')
    .addOption(app())
    .action((options: Options & { targetPort: string; hostPort: string; app: string }) =>
      run(
        [
          { role: 'target', port: options.targetPort, bundle: 'target' },
          { role: 'host', port: options.hostPort, bundle: `host-${options.app}` },
        ],
        options,
      ),
    );
  common(program.command('config').description('the settings alone to the host'))
    .requiredOption('--port <port>', 'port of the host')
    .action((options: Options & { port: string }) => run([{ role: 'host', port: options.port }], options));
  program
    .command('settings')
    .description('make the settings files that are missing, and check them')
    .option('--settings <directory>', 'where net.jsonc and pins.jsonc are', SETTINGS_DIRECTORY)
    .allowExcessArguments(false)
    .action((options: Options) => {
      settingsOf(options);
      console.log(`${options.settings}/net.jsonc and ${options.settings}/pins.jsonc are right`);
    });
  return program;
}
