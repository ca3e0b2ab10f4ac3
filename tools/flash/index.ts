/**
 * Puts bundles and settings on boards, and says what they run afterwards. Everything that can be found wrong is found
 * before anything is sent.
 */
import { realpathSync } from 'node:fs';
import type { Settings } from '../config';
import type { BoardName } from '../rig/boards';
import { connectBoard } from './board';
import type { RemoteBoard } from './board';
import { crcOf } from './board-storage';
import { describeDoors, findDoors } from './doors';
import { keepUpload, previousUpload, withoutSecrets } from './history';
import { adviseVersions } from '../monitor/advice';
import { createTranslator } from '../monitor/translate';
import type { Translator } from '../monitor/translate';
import { checkApplicationPins, checkPins, checkRole } from './role';
import { SAVED, upload, writeSettings } from './upload';
import type { Outlook } from './upload';

export interface FlashOptions {
  /** Of serial ports. */
  readonly baud: number;
  /** What the boards print is shown. */
  readonly verbose?: boolean;
}

/** A board to flash, and what it is to get. */
export interface Job {
  readonly role: BoardName;
  readonly port: string;
  /** Given the name of the board, its bundle; absent: settings alone. */
  readonly bundle?: (board: string) => Promise<Bundle> | Bundle;
  /** What it had before, of what came from here, in place of a bundle. */
  readonly previous?: boolean;
}

/** What a board runs at power-on. */
export interface Bundle {
  /** As its first line has it. */
  readonly name: string;
  /** One character a byte. */
  readonly code: string;
  readonly map?: string;
  /** See `Upload`. */
  readonly library?: number;
  /** Files for Storage beside it. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A board that is connected. */
interface Bench {
  readonly job: Job;
  readonly board: RemoteBoard;
  /** All that it has printed. */
  readonly heard: string[];
  /** For what it prints from now on. */
  translator: Translator;
  /** What it is to get. */
  bundle?: Bundle;
}

/** How long a started program is listened to, for what it says at once. ms */
const LISTEN = 1500;

/** A program that cannot start, or a setting it does not take. */
const COMPLAINT = /^Uncaught|^(?:pins|net)\.json: /;

/** What a host prints whose target speaks another version. */
const OTHER_VERSION = /different versions: host (\d+), target (\d+)$/;

/** Bytes of the bundle's first line at most. */
const LABEL = 80;

const STEPS = 4;

/** What is said when all ends early. */
let aftermath = '';

/** What has become of the board that is being flashed, as the end of a sentence before it; '' when there is nothing to say. */
export function aftermathNow(): string {
  return aftermath;
}

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
  if (!file) say(job, `has the settings, but no program yet: "mqttlink flash ${job.role}" puts one there`);
  else
    say(
      job,
      `runs ${name ?? 'a program that is not of this project'}, ${String(file.length)} bytes, CRC-32 ${file.crc.toString(16)}, ${used}`,
    );
  const complaint = heard.slice(from).find((line) => COMPLAINT.test(line));
  if (complaint !== undefined) throw new Error(`The ${job.role} says: ${complaint}`);
  const others = heard.slice(from).map((line) => OTHER_VERSION.exec(line));
  const other = others.find((found) => found !== null);
  if (other) throw new Error(`${job.port}: ${adviseVersions(Number(other[1]), Number(other[2]))}`);
}

/** Puts a bundle on a board, and keeps what was put there. */
async function put(
  bench: Bench,
  { name, code, map, library, files = {} }: Bundle,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const { job, board } = bench;
  if (map !== undefined) bench.translator = createTranslator({ code, map });
  const outlook = outlookOf(job);
  outlook('kept');
  let lost = false;
  try {
    await upload(
      board,
      code,
      { ...settings, ...files },
      {
        progress: progressOf(job),
        outlook(now) {
          lost = now === 'lost';
          outlook(now);
        },
      },
    );
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
  if (there?.crc !== crcOf(code)) throw new Error(`The ${job.role} did not keep the bundle`);
  keepUpload({
    time: new Date().toISOString(),
    role: job.role,
    port: job.port,
    serial: await serialOf(board),
    name,
    code,
    ...(map !== undefined && { map }),
    ...(library !== undefined && { library }),
    files,
    settings: withoutSecrets(JSON.parse(settings['net.json'] ?? '{}') as Record<string, unknown>),
  });
  say(job, `has ${name}, as built`);
}

function serialOf(board: RemoteBoard): Promise<string> {
  return board.evaluate('getSerial()').then(String, () => '');
}

/** Of this project, as the first line of what a board runs has it. */
async function versionOf(board: RemoteBoard): Promise<string | undefined> {
  if (!(await board.checkFile(SAVED))) return undefined;
  const begin = await board.evaluate(`require("Storage").read("${SAVED}",0,${String(LABEL)})`);
  return /^\/\/espruino-mqtt-link (\S+) /.exec(String(begin))?.[1];
}

async function flash(bench: Bench, settings: Settings | undefined): Promise<void> {
  const { job, board, heard } = bench;
  const before = await versionOf(board);
  aftermath = '';
  if (job.previous) await putPrevious(bench);
  else {
    const files = settings?.filesFor(board.info.name) ?? {};
    if (bench.bundle === undefined) {
      const written = await writeSettings(board, files);
      say(job, written.length ? `took ${written.join(' and ')}` : 'has these settings already');
    } else await put(bench, bench.bundle, files);
  }
  await startSaved(job, board, heard);
  // A host hears of it from its target, and is heard here.
  if (job.role === 'target' && before !== undefined && before !== (await versionOf(board)))
    say(job, `had version ${before} before: where the host has it still, "mqttlink flash host" is next`);
}

/** Puts back what a board had before what it has; its settings stay as they are. */
async function putPrevious(bench: Bench): Promise<void> {
  const { job, board } = bench;
  const now = await board.checkFile(SAVED);
  const before = previousUpload({ port: job.port, serial: await serialOf(board) }, now);
  if (!before)
    throw new Error(
      `Nothing else was put on the ${job.role} at ${job.port} from here, so there is nothing to go back to`,
    );
  say(
    job,
    `goes back to ${before.name} of ${before.time.slice(0, 16).replace('T', ' ')} UTC, with the settings it has`,
  );
  await put(bench, before, {});
}

/** @throws Error when the bundle has not done what was said of it. */
async function checkShut({ port }: Job, board: RemoteBoard): Promise<void> {
  const { accessPoint, telnet } = await findDoors(board);
  if (accessPoint || telnet)
    throw new Error(
      `The target at ${port} is still open: ${accessPoint ? `as the access point ${accessPoint.ssid}` : 'by Telnet'}`,
    );
}

async function connect(job: Job, { baud, verbose }: FlashOptions): Promise<Bench> {
  const heard: string[] = [];
  // What a board prints while it is being connected is nobody's yet.
  let bench: Bench | undefined;
  const board = await connectBoard(job.port, {
    baud,
    onLine(line) {
      heard.push(line);
      if (!verbose) return;
      for (const shown of bench?.translator.translate(line) ?? [line]) say(job, `> ${shown}`);
    },
  });
  bench = { job, board, heard, translator: createTranslator(undefined) };
  return bench;
}

/** Of a serial port that has several names, the one that it is. */
function realPort(port: string): string {
  try {
    return realpathSync(port);
  } catch {
    return port;
  }
}

/**
 * Connects to all boards and checks them; only then the first is changed.
 * @param settings for the host, if there is one
 * @throws Error, one line; `aftermathNow` has what to add to it.
 */
export async function flashBoards(
  jobs: readonly Job[],
  settings: Settings | undefined,
  options: FlashOptions,
): Promise<void> {
  const [first, second] = jobs.map(({ port }) => realPort(port));
  if (first !== undefined && first === second)
    throw new Error(`Both boards are said to be at ${jobs[0]?.port ?? ''}: each has a port of its own`);

  const boards: Bench[] = [];
  try {
    for (const job of jobs) {
      const bench = await connect(job, options);
      const { board } = bench;
      boards.push(bench);
      await checkRole(board, job.role);
      const pins =
        job.role === 'host' && settings && !job.previous
          ? (JSON.parse(settings.filesFor(board.info.name)['pins.json']) as Record<string, unknown>)
          : undefined;
      if (pins) await checkPins(board, pins);
      const bundle = await job.bundle?.(board.info.name);
      if (bundle) bench.bundle = bundle;
      if (pins && bundle)
        for (const warning of await checkApplicationPins(board, bundle, pins)) say(job, warning);
      say(job, `${board.info.name}, Espruino ${board.info.version}`);
      if (job.role === 'target') for (const line of describeDoors(await findDoors(board))) say(job, line);
    }
    for (const bench of boards) {
      const { job, board } = bench;
      await flash(bench, job.role === 'host' ? settings : undefined);
      if (job.role === 'target') await checkShut(job, board);
    }
  } finally {
    for (const { board } of boards) board.close();
  }
}
