/** The command `flash`: what a person wants to be put on which boards. */
import { Command } from 'commander';
import { readSettings } from '../config';
import { aftermathNow, flashBoards } from '../flash';
import type { Job } from '../flash';
import { buildForFlash } from '../flash/build';
import { readBundle } from '../rig/world';
import { packageVersion } from '../package';
import { libraryMark } from '../compiler/library';
import { lastUpload } from '../flash/history';
import { adviseOther } from '../monitor/versions';
import { APP_HELP, bundleApplication, findApplication, ownTools, targetBundle } from './application';
import { deviceOf, directoryOf, portOf, settingsOf, withBaud, withSettings } from './choices';
import type { Choices } from './choices';

interface Options extends Choices {
  readonly baud: number;
  readonly verbose?: boolean;
  readonly app?: string;
  readonly previous?: boolean;
}

/** Runs jobs; when they end early, the error has what has become of the board. */
export async function runFlash(jobs: readonly Job[], options: Options): Promise<void> {
  process.once('SIGINT', () => {
    console.error(`\nStopped.${aftermathNow()}`);
    process.exit(130);
  });
  try {
    const wanted = jobs.some(({ role, previous }) => role === 'host' && !previous);
    await flashBoards(jobs, wanted ? settingsOf(options) : undefined, options);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(`${text}.${aftermathNow()}`.replace(/([.?!])\.(?= |$)/, '$1'));
  }
}

async function targetJob(port: string, { previous }: Options): Promise<Job> {
  if (previous) return { role: 'target', port, previous };
  const code = await targetBundle();
  return { role: 'target', port, bundle: () => ({ name: 'target', code }) };
}

function hostJob(port: string, options: Options): Job {
  if (options.previous) return { role: 'host', port, previous: true };
  const path = findApplication(options.app ?? deviceOf(options)?.app);
  return {
    role: 'host',
    port,
    bundle: async (board) => ({
      ...(await bundleApplication(path, { board, overLink: readSettings(directoryOf(options)).overLink })),
      library: await libraryMark(),
    }),
  };
}

/** One board alone; then what is known of the other one, which is not asked. */
async function flashOne(job: Job, options: Options): Promise<void> {
  await runFlash([job], options);
  const [role, field] =
    job.role === 'host' ? (['target', 'targetPort'] as const) : (['host', 'port'] as const);
  const other = job.previous ? undefined : lastUpload(role, deviceOf(options)?.[field]);
  const advice = other && adviseOther(other, await ownTools(other));
  if (advice !== undefined) console.log(`${job.role} at ${job.port}: ${advice}`);
}

export function command(calledAs: string): Command {
  const program = new Command(calledAs)
    .description('Puts bundles and settings on boards, so that they run at power-on.')
    .version(packageVersion())
    .addHelpText(
      'after',
      '\nPORT is a serial port, a Bluetooth address or name, or tcp://host:port; "mqttlink ports" lists them.',
    );

  const common = (sub: Command): Command =>
    withSettings(withBaud(sub)).option('--verbose', 'show what the boards print').allowExcessArguments(false);
  const putting = (sub: Command): Command =>
    common(sub).option('--previous', 'what was put there from here before, in place of what it has');

  putting(program.command('target').description('the target’s bundle to an ESP8266'))
    .option('--port <port>', 'port of the ESP8266')
    .action(async (options: Options & { port?: string }) =>
      flashOne(await targetJob(portOf('--port', options.port, options, 'targetPort'), options), options),
    );
  putting(program.command('host').description('an application and the settings to the host'))
    .option('--port <port>', 'port of the host')
    .option('--app <path>', APP_HELP)
    .action(async (options: Options & { port?: string }) =>
      flashOne(hostJob(portOf('--port', options.port, options, 'port'), options), options),
    );
  common(program.command('both').description('both of these'))
    .option('--target-port <port>', 'port of the ESP8266')
    .option('--host-port <port>', 'port of the host')
    .option('--app <path>', APP_HELP)
    .action(async (options: Options & { targetPort?: string; hostPort?: string }) => {
      const target = portOf('--target-port', options.targetPort, options, 'targetPort');
      const host = portOf('--host-port', options.hostPort, options, 'port');
      await runFlash([await targetJob(target, options), hostJob(host, options)], options);
    });
  withBaud(program.command('module'))
    .description('the library to a host, as a module for applications of the Web IDE')
    .requiredOption('--port <port>', 'port of the host')
    .option('--wifi', 'and the modules for programs that were written for a board with Wi-Fi')
    .option('--verbose', 'show what the board prints')
    .allowExcessArguments(false)
    .action(async (options: Options & { port: string; wifi?: boolean }) => {
      const { flashModules, modulesToPut } = await import('../flash/modules');
      const failure = buildForFlash(['mqttlink']);
      if (failure !== undefined) throw new Error(failure);
      await flashModules(options.port, modulesToPut(readBundle('mqttlink'), !!options.wifi), options);
    });
  common(program.command('config').description('the settings alone to the host'))
    .option('--port <port>', 'port of the host')
    .action((options: Options & { port?: string }) =>
      runFlash([{ role: 'host', port: portOf('--port', options.port, options, 'port') }], options),
    );
  withSettings(program.command('settings'))
    .description('make the settings files that are missing, and check them')
    .allowExcessArguments(false)
    .action((options: Options) => {
      settingsOf(options);
      const directory = directoryOf(options);
      console.log(`${directory}/net.jsonc and ${directory}/pins.jsonc are right`);
    });
  return program;
}
