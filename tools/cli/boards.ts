/**
 * The command `boards`: two blank boards on this PC, on which all that is done to
 * hardware can be tried. Prints what it offers, then what the boards do and
 * what happens to them; takes keys. It must end everything it started, however it is ended.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { SETTINGS_DIRECTORY } from '../config';
import { EMULATED, boardOf } from '../config/boards';
import { crcOf } from '../flash/board-storage';
import { findUpload } from '../flash/history';
import { SAVED } from '../flash/upload';
import type { Mapped } from '../monitor/places';
import type { BoardName } from '../rig/boards';
import { startInputs } from '../rig/inputs';
import { ENGINES } from '../rig/world';
import type { Engine } from '../rig/world';
import { startVirtualBoards } from '../rig/virtual';
import type { Ports, VirtualBoards } from '../rig/virtual';
import { createReport } from '../rig/virtual/report';
import { heedEnd } from './ending';
import { takeKeys } from './keys';

interface Options {
  readonly engine: Engine;
  readonly state?: string;
  readonly port: number;
}

const PORT = 4301;

/** Ports that are taken from the first one on. */
const PORTS = 4;

const KEYS: readonly [key: string, meaning: string][] = [
  ['t', 'power cycles the target'],
  ['h', 'power cycles the host'],
  ['w', 'takes Wi-Fi away and gives it back'],
  ['b', 'does so with the broker'],
  ['q', 'ends'],
];

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 65536 - PORTS)
    throw new InvalidArgumentError(`A TCP port, 1 to ${String(65536 - PORTS)}, is needed.`);
  return value;
}

export function command(calledAs: string): Command {
  const keys = KEYS.map(([key, meaning]) => `${key} ${meaning}`).join(', ');
  return new Command(calledAs)
    .description('Runs two blank boards on this PC, with consoles, wires, access point and MQTT broker.')
    .addOption(new Option('--engine <name>', 'what runs the boards').choices(ENGINES).default('emulator'))
    .option('--state <directory>', 'where the boards’ Storage is kept; else it is lost at the end')
    .addOption(
      new Option('--port <number>', `the first of ${String(PORTS)} ports`).argParser(port).default(PORT),
    )
    .helpOption('--help', 'show this help')
    .allowExcessArguments(false)
    .addHelpText('after', `\nKeys, each followed by Enter where there is no terminal: ${keys}.`)
    .action(async (options: Options) => {
      process.exitCode = await run(options).catch((error: unknown) => {
        const { code, port: taken, message } = error as NodeJS.ErrnoException & { port?: number };
        throw new Error(
          code === 'EADDRINUSE'
            ? `Port ${String(taken)} is taken. Name others, for example: ${calledAs} --port 5301`
            : message,
        );
      });
    });
}

function say(who: string, text: string): void {
  console.log(`${new Date().toTimeString().slice(0, 8)} ${who.padEnd(6)} ${text}`);
}

/** What a board has saved to run, if it was put there from this PC. */
async function mappedOf({ pair }: VirtualBoards, board: BoardName): Promise<Mapped | undefined> {
  const code = (await pair.storage(board))[SAVED];
  if (code === undefined) return undefined;
  const { map } = findUpload({ length: code.length, crc: crcOf(code) }) ?? {};
  return map === undefined ? undefined : { code, map };
}

/** What a person needs to know, and the fields for the settings file. */
function introduce(options: Options, { ports, net }: VirtualBoards): void {
  const fields = ['ssid', 'password', 'broker', 'port', 'ntpServer', 'ntpPort'];
  console.log(`Two boards are on, engine ${options.engine}:
  target (ESP8266)  ${ports.target}
  host              ${ports.host}
Fields for ${SETTINGS_DIRECTORY}/net.jsonc that lead to this access point, broker and time server:
${fields.map((name) => `  "${name}": ${JSON.stringify(net[name])},`).join('\n')}
To watch and to send:
  mosquitto_sub -h 127.0.0.1 -p ${String(net['port'])} -v -t '#'
  mosquitto_pub -h 127.0.0.1 -p ${String(net['port'])} -t green -m on
Keys: ${KEYS.map(([key, meaning]) => `${key} ${meaning}`).join(', ')}.`);
}

async function run(options: Options): Promise<number> {
  let end: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (end = resolve));
  heedEnd(() => end(0));

  const first = options.port;
  const ports: Ports = { target: first, host: first + 1, broker: first + 2, clock: first + 3 };
  // What the boards print waits until it is said what they are.
  let introduced: (boards: VirtualBoards) => void = () => undefined;
  const on = new Promise<VirtualBoards>((resolve) => (introduced = resolve));
  const report = createReport({ say, mappedOf: async (board) => mappedOf(await on, board) });
  const boards = await startVirtualBoards({
    engine: options.engine,
    ports,
    ...(options.state !== undefined && { state: options.state }),
    onEvent: (text) => say('', text),
    onUnheard: report.printed,
    onConsoleClient: report.client,
    onMessage: report.message,
    onClient: report.mqttClient,
  });
  introduce(options, boards);
  introduced(boards);
  const endWatching = await startInputs({}, boards, boardOf(EMULATED)?.devices ?? {}, say);

  const { pair, accessPoint, broker } = boards;
  const giveBack = takeKeys({
    t: () => pair.restart('target'),
    h: () => pair.restart('host'),
    w: () => {
      const on = !accessPoint.isOn;
      pair.setAccessPoint(on);
      say('', `Wi-Fi is ${on ? 'back' : 'gone'}`);
    },
    b: async () => {
      const on = !broker?.isRunning;
      await (on ? broker?.start() : broker?.stop());
      say('', `the broker is ${on ? 'back' : 'gone'}`);
    },
    q: () => end(0),
  });

  const code = await ended;
  giveBack();
  endWatching();
  report.stop();
  await boards.stop();
  return code;
}
