/**
 * The command `monitor`: what one board or both print, with the time, exceptions by their sources, and what a person types
 * for either. A program that runs goes on; it must end everything it started.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Command, Option } from 'commander';
import { connectBoard } from '../flash/board';
import type { RemoteBoard } from '../flash/board';
import { stateFolder } from '../flash/history';
import { createAdvice } from '../monitor/advice';
import { programOf } from '../monitor/facts';
import { createTranslator } from '../monitor/translate';
import { adviseProgram } from '../monitor/versions';
import type { BoardName } from '../rig/boards';
import { ownTools } from './application';
import { deviceOf, withBaud, withSettings } from './choices';
import type { Choices } from './choices';
import { heedEnd } from './ending';

interface Options extends Choices {
  readonly port?: string;
  readonly targetPort?: string;
  readonly baud: number;
  readonly filter?: BoardName;
  readonly reset?: boolean;
}

/** Lines that were typed and are kept. */
const KEPT = 200;

const HELP =
  'Type code for the board; .reset starts its program anew, .host and .target choose a board, .quit ends.';

/** What a console prints when nothing happens. */
const IDLE = /^>?\s*$/;

function historyFile(): string {
  return join(stateFolder(), 'typed.txt');
}

/** Oldest first, as a person typed them. */
function typedBefore(): string[] {
  return existsSync(historyFile()) ? readFileSync(historyFile(), 'utf8').split('\n').filter(Boolean) : [];
}

function keepTyped(lines: readonly string[]): void {
  mkdirSync(stateFolder(), { recursive: true, mode: 0o700 });
  writeFileSync(historyFile(), lines.slice(-KEPT).join('\n') + '\n', { mode: 0o600 });
}

async function open(
  role: BoardName,
  port: string,
  { baud, filter }: Options,
  onClose: () => void,
): Promise<RemoteBoard> {
  let translator = createTranslator(undefined);
  const advices = createAdvice();
  const say = (text: string): void => {
    if (filter === undefined || filter === role)
      console.log(`${new Date().toTimeString().slice(0, 8)} ${role.padEnd(6)} ${text}`);
  };
  const board = await connectBoard(port, {
    baud,
    onLine(line) {
      if (IDLE.test(line)) return;
      for (const shown of [...translator.translate(line), ...advices.after(line)]) say(shown);
    },
    onClose() {
      console.log(`${role} at ${port}: the connection is lost`);
      onClose();
    },
  });
  const program = await programOf(board);
  const { code, map } = program?.upload ?? {};
  if (code !== undefined && map !== undefined) translator = createTranslator({ code, map });
  const known = map === undefined && role === 'host' ? '; its sources are not known here' : '';
  console.log(
    `${role} at ${port}: ${board.info.name}, runs ${program?.label ?? 'no program of this project'}${known}`,
  );
  const advice = program && adviseProgram(program, await ownTools(program.upload));
  if (advice !== undefined) console.log(`${role} at ${port}: ${advice}`);
  return board;
}

async function monitor(options: Options): Promise<number> {
  const device = deviceOf(options);
  const ports = { host: options.port ?? device?.port, target: options.targetPort ?? device?.targetPort };
  if (ports.host === undefined && ports.target === undefined)
    throw new Error(
      'Name a port by --port PORT or --target-port PORT; "mqttlink ports" lists those that are connected',
    );
  let end: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (end = resolve));
  heedEnd(() => end(0));

  const boards: Partial<Record<BoardName, RemoteBoard>> = {};
  try {
    for (const role of ['target', 'host'] as const) {
      const port = ports[role];
      if (port !== undefined) boards[role] = await open(role, port, options, () => end(1));
    }
    let chosen: BoardName = boards.host ? 'host' : 'target';
    if (options.reset) boards[chosen]?.type('\x10load()\n');
    const typed = typedBefore();
    console.log(HELP);
    const input = createInterface({
      input: process.stdin,
      output: process.stdin.isTTY ? process.stdout : undefined,
      history: [...typed].reverse(),
      historySize: KEPT,
      prompt: '',
    } as Parameters<typeof createInterface>[0]);
    input.on('line', (line) => {
      const text = line.trim();
      if (text === '.quit') return end(0);
      if (text === '.reset') return boards[chosen]?.type('\x10load()\n');
      if (text === '.host' || text === '.target') {
        const role = text.slice(1) as BoardName;
        if (!boards[role]) return console.log(`The ${role} is not connected: name its port`);
        chosen = role;
        return console.log(`What you type goes to the ${role}`);
      }
      if (!text) return;
      typed.push(text);
      boards[chosen]?.type(`${Buffer.from(text, 'utf8').toString('latin1')}\n`);
    });
    input.on('SIGINT', () => end(0));
    const code = await ended;
    input.close();
    keepTyped(typed);
    return code;
  } finally {
    for (const board of Object.values(boards)) board.close();
  }
}

export function command(calledAs: string): Command {
  return withSettings(withBaud(new Command(calledAs)))
    .description('Shows what boards print, exceptions by their sources, and takes what you type for them.')
    .option('--port <port>', 'port of the host')
    .option('--target-port <port>', 'port of the ESP8266')
    .addOption(new Option('--filter <board>', 'show one board only').choices(['host', 'target']))
    .option('--reset', 'start the program anew first')
    .allowExcessArguments(false)
    .addHelpText('after', `\n${HELP}`)
    .action(async (options: Options) => {
      process.exitCode = await monitor(options);
    });
}
