/**
 * What a board is asked, and nothing more: what it is, what it runs, what it has for settings, how its link is. It must
 * change nothing, and no secret may leave the board.
 */
import { fromBytes } from '../config/text';
import type { RemoteBoard } from '../flash/board';
import type { FileCheck } from '../flash/board-storage';
import { findUpload } from '../flash/history';
import type { Upload } from '../flash/history';
import { SAVED } from '../flash/upload';

/** Bytes of a bundle's first line at most. */
const LABEL = 80;

/** Fields without secrets, taken out on the board. */
const FIELDS = (file: string): string =>
  `(function(f){f=require("Storage").readJSON("${file}",true);if(!f)return 0;` +
  `Object.keys(f).forEach(function(k){if(/password|tlsOptions|mqttUser/i.test(k))f[k]="(secret)"});return f})()`;

/** The link as an application that begins by `launch` leaves it; of methods that it does not use, the link makes some for us. */
const LINK =
  '(function(l){function ask(m){return(l[m]||l.all()[m])()}' +
  'return l&&(l.counts||l.all)?[ask("running"),ask("pubqLen"),ask("counts")]:0})(global.mqttLink)';

export interface Program {
  /** As its first line has it; undefined: it is not of this project. */
  readonly label: string | undefined;
  readonly check: FileCheck;
  /** It was put there from this PC. */
  readonly upload: Upload | undefined;
}

export interface MonitorFacts {
  readonly program: Program | undefined;
  readonly memory: { readonly usage: number; readonly total: number };
  readonly settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly link:
    | {
        readonly running: boolean;
        readonly waiting: number;
        readonly counts: Readonly<Record<string, number>>;
      }
    | undefined;
}

/** What is saved on a board to run. */
export async function programOf(board: RemoteBoard): Promise<Program | undefined> {
  const check = await board.checkFile(SAVED);
  if (!check) return undefined;
  const begin = await board.evaluate(`require("Storage").read("${SAVED}",0,${String(LABEL)})`);
  const [, label] = /^\/\/(.*)\n/.exec(String(begin)) ?? [];
  return { label, check, upload: findUpload(check) };
}

export async function monitorFactsOf(board: RemoteBoard): Promise<MonitorFacts> {
  const program = await programOf(board);
  const memory = (await board.evaluate('process.memory()')) as MonitorFacts['memory'];
  const settings: Record<string, Record<string, unknown>> = {};
  for (const file of ['pins.json', 'net.json']) {
    const fields = await board.evaluate(FIELDS(file)).catch(() => 0);
    if (fields) settings[file] = fields as Record<string, unknown>;
  }
  const said = await board.evaluate(LINK).catch(() => 0);
  const [running, waiting, counts] = (said || []) as [boolean?, number?, Record<string, number>?];
  return {
    program,
    memory,
    settings,
    link: counts ? { running: running === true, waiting: waiting ?? 0, counts } : undefined,
  };
}

/** A program in one line. */
export function describeProgram(program: Program | undefined): string {
  if (!program) return 'no program';
  const { label, check, upload } = program;
  const when = upload ? `, put there from here on ${upload.time.slice(0, 16).replace('T', ' ')} UTC` : '';
  const name = label ?? 'a program that is not of this project';
  return `${name}, ${String(check.length)} bytes, CRC-32 ${check.crc.toString(16)}${when}`;
}

/** Lines for a person. */
export function describeFacts({ program, memory, settings, link }: MonitorFacts): string[] {
  const lines = [
    `runs      ${describeProgram(program)}`,
    `memory    ${String(memory.usage)} of ${String(memory.total)} variables in use`,
  ];
  for (const [file, fields] of Object.entries(settings))
    lines.push(`${file.padEnd(9)} ${fromBytes(JSON.stringify(fields))}`);
  if (link) {
    const counts = Object.entries(link.counts).map(([name, count]) => `${name} ${String(count)}`);
    lines.push(
      `link      ${link.running ? 'connected to the broker' : 'not connected'}, ${String(link.waiting)} publications wait; ${counts.join(', ')}`,
    );
  }
  return lines;
}
