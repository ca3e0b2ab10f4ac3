/**
 * The program `mqttlink`, which all commands for users are part of. It must load only the command that was asked for, so
 * that each starts at once; an error of any is one line and exit code 1.
 */
import { Command } from 'commander';
import { packageVersion } from '../package';
import { endWhenUnread } from './options';

/** A file of this folder that makes a command. */
interface CommandModule {
  command(calledAs: string): Command;
}

interface Entry {
  readonly about: string;
  readonly load: () => Promise<CommandModule>;
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  new: { about: 'make a folder with an application of your own', load: () => import('./new') },
  start: {
    about: 'run an application on two boards on this PC, with all around them',
    load: () => import('./start'),
  },
  dev: {
    about: 'run an application, and again whenever it is saved',
    load: () => import('./dev'),
  },
  boards: {
    about: 'two blank boards on this PC, for all that is done to hardware',
    load: () => import('./boards'),
  },
  flash: { about: 'put bundles and settings on boards', load: () => import('./flash') },
  config: {
    about: 'make and check settings, and put them on a host',
    load: () => import('./config'),
  },
  monitor: { about: 'what boards print, and a console for them', load: () => import('./monitor') },
  info: { about: 'ask a board what it runs and how it is', load: () => import('./info') },
  devices: { about: 'all devices: what they are to run, and what they do', load: () => import('./devices') },
  ports: { about: 'list the ports of boards', load: () => import('./ports') },
  selftest: { about: 'test boards with what runs on them', load: () => import('./selftest') },
  benchmark: { about: 'measure throughput, delays and size on this PC', load: () => import('./benchmark') },
};

/** How a person called a command: by a script of npm, or by the program itself. */
function calledAs(name: string): string {
  const script = process.env['npm_lifecycle_event'];
  if (script !== name) return `mqttlink ${name}`;
  return name === 'start' ? 'npm start --' : `npm run ${name} --`;
}

async function make(name: string): Promise<Command | undefined> {
  const module = await COMMANDS[name]?.load();
  return module?.command(calledAs(name));
}

function program(): Command {
  const all = new Command('mqttlink')
    .description('MQTT for Espruino boards without Wi-Fi: applications, boards, and what is done to them.')
    .version(packageVersion())
    .enablePositionalOptions()
    .addHelpText('after', '\nEach command takes --help.')
    .helpCommand(false);
  for (const [name, { about }] of Object.entries(COMMANDS))
    all
      .command(name)
      .description(about)
      .helpOption(false)
      .usage(' ')
      .allowUnknownOption()
      .allowExcessArguments()
      .passThroughOptions()
      .action(async (_options: unknown, { args }: Command) => {
        await (await make(name))?.parseAsync(args, { from: 'user' });
      });
  all
    .command('help [command]')
    .description('what a command does, and its options')
    .usage(' ')
    .action(async (name: string | undefined) => {
      if (name === undefined) return all.outputHelp();
      const asked = await make(name);
      if (!asked) throw new Error(`There is no command ${name}. "mqttlink help" lists them`);
      asked.outputHelp();
    });
  return all;
}

endWhenUnread();
// Not by themselves: what an ended command still waits for would hold it up.
program()
  .parseAsync()
  .then(
    () => process.exit(),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error));
      process.exit(1);
    },
  );
