/**
 * `npm run flash`: puts bundles and settings on boards, and says what they run
 * afterwards. Everything that can be found wrong is found before anything is
 * sent; an error is one line and exit code 1.
 */
import { existsSync, readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { BoardName } from '../rig/boards';
import { SETTINGS_DIRECTORY, createSettings, readSettings } from '../config';
import type { Settings } from '../config';
import { appNames, readBundle } from '../rig/world';
import { connectBoard, crcOf } from '../flash/board';
import type { RemoteBoard } from '../flash/board';
import { build } from '../flash/build';
import { describeDoors, findDoors } from '../flash/doors';
import { BAUD } from '../flash/port';
import { checkPins, checkRole } from '../flash/role';
import { SAVED, upload, writeSettings } from '../flash/upload';
import type { Outlook } from '../flash/upload';
import { endWhenUnread } from './options';

endWhenUnread();

interface Options {
  readonly baud: number;
  readonly settings: string;
  readonly verbose?: boolean;
}

/** A board to flash, and what it is to get. */
interface Job {
  readonly role: BoardName;
  readonly port: string;
  /** Name of the bundle; absent: settings alone. */
  readonly bundle?: string;
}

/** How long a started program is listened to, for what it says at once. ms */
const LISTEN = 1500;

/** A program that cannot start, or a setting it does not take. */
const COMPLAINT = /^Uncaught|^(?:pins|net)\.json: /;

/** Bytes of the bundle's first line at most. */
const LABEL = 80;

const STEPS = 4;

/** What is said when all ends early. */
let aftermath = '';

function say({ role, port }: Job, text: string): void {
  console.log(`${role} at ${port}: ${text}`);
}

/** Shows how far an upload is: a line that changes, or a few lines where there is no terminal. */
function progressOf(job: Job): (done: number, all: number) => void {
  let shown = -1;
  return (done, all) => {
    const { isTTY } = process.stdout;
    const share = Math.floor((done / all) * (isTTY ? 100 : STEPS));
    if (share === shown) return;
    shown = share;
    const text = `${String(Math.floor((done / all) * 100))} % of ${String(all)} bytes sent`;
    if (isTTY) process.stdout.write(`\r${job.role} at ${job.port}: ${text}${done === all ? '\n' : ''}`);
    else say(job, text);
  };
}

function outlookOf(job: Job): (now: Outlook) => void {
  return (now) => {
    aftermath =
      now === 'kept'
        ? ` The ${job.role} still has the program it had; power it off and on if it does not run.`
        : ` The ${job.role} has no program now: run the same command again.`;
  };
}

/** Starts the saved code, and tells what runs. */
async function startSaved(job: Job, board: RemoteBoard, heard: readonly string[]): Promise<void> {
  const from = heard.length;
  await board.load();
  await new Promise((resolve) => setTimeout(resolve, LISTEN));
  const file = await board.checkFile(SAVED);
  const label = file && (await board.evaluate(`require("Storage").read("${SAVED}",0,${String(LABEL)})`));
  const [, name] = /^\/\/(.*)\n/.exec(String(label)) ?? [];
  const memory = (await board.evaluate('process.memory()')) as { usage: number; total: number };
  const used = `${String(memory.usage)} of ${String(memory.total)} variables in use`;
  if (!file) say(job, `has the settings, but no program yet: npm run flash -- ${job.role} puts one there`);
  else
    say(
      job,
      `runs ${name ?? 'a program that is not of this project'}, ${String(file.length)} bytes, CRC-32 ${file.crc.toString(16)}, ${used}`,
    );
  const complaint = heard.slice(from).find((line) => COMPLAINT.test(line));
  if (complaint !== undefined) throw new Error(`The ${job.role} says: ${complaint}`);
}

async function flash(
  job: Job,
  board: RemoteBoard,
  heard: string[],
  settings: Settings | undefined,
): Promise<void> {
  const files = settings?.filesFor(board.info.name) ?? {};
  aftermath = '';
  if (job.bundle === undefined) {
    const written = await writeSettings(board, files);
    say(job, written.length ? `took ${written.join(' and ')}` : 'has these settings already');
  } else {
    const bundle = readBundle(job.bundle);
    const outlook = outlookOf(job);
    outlook('kept');
    let lost = false;
    try {
      await upload(board, bundle, files, {
        progress: progressOf(job),
        outlook(now) {
          lost = now === 'lost';
          outlook(now);
        },
      });
    } catch (error) {
      // A board that can still be talked to goes on with what it had.
      if (!lost)
        await board.load().then(
          () => (aftermath = ` The ${job.role} runs what it ran before.`),
          () => undefined,
        );
      throw error;
    }
    aftermath = '';
    const there = await board.checkFile(SAVED);
    if (there?.crc !== crcOf(bundle)) throw new Error(`The ${job.role} did not keep the bundle`);
    say(job, `has ${job.bundle}, as built`);
  }
  await startSaved(job, board, heard);
}

/** @throws Error when the bundle has not done what was said of it. */
async function checkShut({ port }: Job, board: RemoteBoard): Promise<void> {
  const { accessPoint, telnet } = await findDoors(board);
  if (accessPoint || telnet)
    throw new Error(
      `The target at ${port} is still open: ${accessPoint ? `as the access point ${accessPoint.ssid}` : 'by Telnet'}`,
    );
}

/** Connects to all boards and checks them; only then the first is changed. */
async function run(jobs: readonly Job[], options: Options): Promise<void> {
  const settings = jobs.some(({ role }) => role === 'host') ? settingsOf(options) : undefined;
  const bundles = jobs.flatMap(({ bundle }) => bundle ?? []);
  const failure = bundles.length ? build(bundles) : undefined;
  if (failure !== undefined) throw new Error(failure);

  const boards: { job: Job; board: RemoteBoard; heard: string[] }[] = [];
  try {
    for (const job of jobs) {
      const heard: string[] = [];
      const board = await connectBoard(job.port, {
        baud: options.baud,
        onLine(line) {
          heard.push(line);
          if (options.verbose) say(job, `> ${line}`);
        },
      });
      boards.push({ job, board, heard });
      await checkRole(board, job.role);
      if (job.role === 'host' && settings)
        await checkPins(
          board,
          JSON.parse(settings.filesFor(board.info.name)['pins.json']) as Record<string, unknown>,
        );
      say(job, `${board.info.name}, Espruino ${board.info.version}`);
      if (job.role === 'target') for (const line of describeDoors(await findDoors(board))) say(job, line);
    }
    for (const { job, board, heard } of boards) {
      await flash(job, board, heard, job.role === 'host' ? settings : undefined);
      if (job.role === 'target') await checkShut(job, board);
    }
  } finally {
    for (const { board } of boards) board.close();
  }
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

function parse(argv: readonly string[]): Promise<unknown> {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const program = new Command('npm run flash --')
    .description('Puts bundles and settings on boards, so that they run at power-on.')
    .version(version)
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
  return program.parseAsync(argv);
}

process.once('SIGINT', () => {
  console.error(`\nStopped.${aftermath}`);
  process.exit(130);
});

parse(process.argv).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(
      `${error instanceof Error ? error.message : String(error)}.${aftermath}`.replace(
        /([.?!])\.(?= |$)/,
        '$1',
      ),
    );
    process.exit(1);
  },
);
