/**
 * Puts bundles and settings on boards, and says what they run afterwards. Everything that can be found wrong is found
 * before anything is sent.
 */
import type { Settings } from '../config';
import type { BoardName } from '../rig/boards';
import { readBundle } from '../rig/world';
import { connectBoard, crcOf } from './board';
import type { RemoteBoard } from './board';
import { build } from './build';
import { describeDoors, findDoors } from './doors';
import { checkPins, checkRole } from './role';
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
