/**
 * Counts the instructions that one board's processor takes for things done one
 * at a time, where its interpreter leaves its count in the file that
 * `ESPR_ICOUNT` names: 8 bytes, the lowest first, always up to date, and then 8
 * for those within callbacks. Only the latter tell work from waiting: with a
 * socket open the interpreter never sleeps. The other board answers at once, as
 * it is an interpreter of the PC's own, many times as fast. So the figures do
 * not depend on the machine, but for looks in vain: of bytes the least of
 * several is taken, of other things the median.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { HOST_PINS, type BoardName, type BoardPair } from '../rig/boards';
import { findEspruino, findEspruinoTarget, hasNativeWires } from '../rig/engines/espruino';
import { createPair, NETWORK, startWorld } from '../rig/world';
import { buildDevice } from './bundle';

/** Instructions; of `rest` those of a minute. */
export interface Counts {
  /** A byte more in a call of the wire. */
  readonly send: number;
  readonly receive: number;
  readonly both: number;
  /** An exchange of headers from rest, nothing in it. */
  readonly header: number;
  /** A message of 16 bytes over the link, from rest to rest. */
  readonly down: number;
  readonly up: number;
  readonly linkRest: number;
  /** Of 16 bytes, topic of 8 to 10, from rest to rest, the whole way. */
  readonly publish0: number;
  readonly publish1: number;
  readonly message0: number;
  readonly message1: number;
  readonly rest: number;
}

export interface Instructions {
  readonly host?: Counts;
  readonly target?: Counts;
}

export interface CountPlan {
  /** Samples of each thing. */
  readonly repeats: number;
  /** Seconds at rest. */
  readonly rest: number;
}

/** What a count was when a line came, and what the line says has been done before. */
interface Mark {
  readonly kind: string;
  readonly n: number;
  readonly count: number;
}

/** No part may take longer, ms. */
const LIMIT = 400_000;

/** From a line to the look at the count, ms. */
const SETTLE = 200;

const known = new Map<string, boolean>();

/** Whether an interpreter counts its instructions, and those within callbacks: tried out. */
export function counts(interpreter: string): boolean {
  const before = known.get(interpreter);
  if (before !== undefined) return before;
  const directory = mkdtempSync(join(tmpdir(), 'espruino-count-'));
  try {
    const file = join(directory, 'count');
    spawnSync(interpreter, ['-e', 'quit()'], {
      env: { ...process.env, ESPR_ICOUNT: file },
      timeout: 10_000,
      killSignal: 'SIGKILL',
    });
    const does = existsSync(file) && readCount(file) !== undefined;
    known.set(interpreter, does);
    return does;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Those within callbacks; undefined where they are not told. */
function readCount(path: string): number | undefined {
  const buffer = Buffer.alloc(16);
  const file = openSync(path, 'r');
  const length = readSync(file, buffer, 0, 16, 0);
  closeSync(file);
  return length === 16 ? Number(buffer.readBigUInt64LE(8)) : undefined;
}

function onPath(name: string): string {
  return spawnSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
}

/** An interpreter that does not count and has wires of its own, for the board at the other end. */
function findPeer(): string | undefined {
  return [findEspruino(), findEspruinoTarget(), onPath('espruino-wired'), onPath('espruino-linux')].find(
    (path) => path && !counts(path) && hasNativeWires(path),
  );
}

/** Which boards can be counted, and with what at their other end; or what is missing. */
export function findCounting(): { boards: BoardName[]; peer: string } | { missing: string } {
  // Where a target's is not named, the host's would stand in for it.
  const given = {
    host: findEspruino(),
    target: process.env['ESPRUINO_TARGET'] ? findEspruinoTarget() : undefined,
  };
  const boards = (['target', 'host'] as const).filter((board) => given[board] && counts(given[board]));
  if (!boards.length)
    return { missing: 'no interpreter that counts instructions: name one in ESPRUINO_TARGET or ESPRUINO' };
  const peer = findPeer();
  return peer
    ? { boards, peer }
    : {
        missing:
          'no interpreter of the PC with native wires for the other end: put espruino-wired on the PATH',
      };
}

interface Running {
  type(board: BoardName, bytes: string): void;
  stop(): Promise<void>;
}

/** Runs boards until they say that they are at the end. */
async function collect(
  board: BoardName,
  peer: string,
  speaker: BoardName,
  start: (onLine: (from: BoardName, line: string) => void) => Promise<Running>,
  publish: (qos: number) => void = () => undefined,
): Promise<Mark[]> {
  const before = { ...process.env };
  const directory = mkdtempSync(join(tmpdir(), 'espruino-count-'));
  const file = join(directory, 'count');
  const other = board === 'host' ? 'ESPRUINO_TARGET' : 'ESPRUINO';
  const own = (board === 'host' ? findEspruino() : findEspruinoTarget()) ?? '';
  process.env[board === 'host' ? 'ESPRUINO' : 'ESPRUINO_TARGET'] = own;
  process.env[other] = peer;
  process.env['ESPR_ICOUNT'] = file;
  const marks: Mark[] = [];
  let running: Running | undefined;
  let late: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      late = setTimeout(() => reject(new Error('the boards took too long')), LIMIT);
      start((from, line) => {
        if (process.env['BENCHMARK_VERBOSE']) console.error(from, line);
        if (/Uncaught|FIFO_FULL|MEMORY|COUNT lost/.test(line))
          return reject(new Error(`the ${from} said: ${line}`));
        const [, kind = '', n = '0'] = /^COUNT (\S+) (\d+)/.exec(line) ?? [];
        if (!kind || from !== speaker) return;
        if (kind === 'end') return void setTimeout(resolve, SETTLE * 2);
        if (kind === 'wait') return publish(Number(n));
        // The callback that prints this is counted when it is over; then the board does nothing until it is told.
        setTimeout(() => {
          marks.push({ kind, n: Number(n), count: readCount(file) ?? NaN });
          running?.type(speaker, 'go()\n');
        }, SETTLE);
      }).then((up) => (running = up), reject);
    });
  } finally {
    clearTimeout(late);
    await running?.stop();
    for (const name of ['ESPRUINO', 'ESPRUINO_TARGET', 'ESPR_ICOUNT'])
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    rmSync(directory, { recursive: true, force: true });
  }
  return marks;
}

/** What each thing of a kind took, less what nothing takes in that time. */
function samples(marks: readonly Mark[], kind: string, n?: number): number[] {
  const found = marks.flatMap((mark, i) =>
    i && mark.kind === kind && (n === undefined || mark.n === n) ? [mark.count - marks[i - 1]!.count] : [],
  );
  return found.sort((a, b) => a - b);
}

function middle(values: readonly number[]): number {
  return values[values.length >> 1] ?? NaN;
}

function bytes(marks: readonly Mark[], kind: string): number {
  const least = [2, 12].map((size) => samples(marks, kind, size)[0] ?? NaN) as [number, number];
  return (least[1] - least[0]) / 10;
}

async function pair(
  boards: readonly [string, string],
  plan: object,
  onLine: (from: BoardName, line: string) => void,
): Promise<BoardPair> {
  const pins = Object.fromEntries(Object.entries(HOST_PINS).map(([wire, pin]) => [wire, `D${String(pin)}`]));
  const [host, target] = await Promise.all([
    buildDevice(boards[0], 'host'),
    buildDevice(boards[1], 'target'),
  ]);
  const settings = JSON.stringify(plan);
  const made = createPair(
    'espruino',
    {
      storage: {
        host: { '.bootcde': host, 'bench.json': settings, 'pins.json': JSON.stringify(pins) },
        target: { '.bootcde': target, 'bench.json': settings },
      },
      wifi: NETWORK,
      onLine,
    },
    true,
  );
  await made.start();
  return made;
}

export async function measureInstructions(board: BoardName, peer: string, plan: CountPlan): Promise<Counts> {
  const wires = await collect(board, peer, board, (onLine) =>
    pair(['wires-host', 'wires-target'], { ...plan, counted: board }, onLine),
  );
  const link = await collect(board, peer, 'host', (onLine) =>
    pair(['count-host', 'count-target'], plan, onLine),
  );
  let send: (qos: number) => void = () => undefined;
  let end: () => Promise<void> = () => Promise.resolve();
  const bridge = await collect(
    board,
    peer,
    'host',
    async (onLine) => {
      const world = await startWorld({
        engine: 'espruino',
        nativeWires: true,
        app: 'echo',
        hostBundle: await buildDevice('count-bridge', 'host'),
        hostFiles: { 'bench.json': JSON.stringify(plan) },
        net: { verbose: false },
        onLine,
      });
      const client = await connectAsync(`mqtt://${world.address.host}:${String(world.address.port)}`);
      send = (qos) => client.publish('bench/in', '0123456789abcdef', { qos: qos as 0 | 1 });
      end = async () => {
        await client.endAsync(true);
        await world.stop();
      };
      return { type: (board, bytes) => world.pair.type(board, bytes), stop: () => end() };
    },
    (qos) => send(qos),
  );
  const of = (marks: readonly Mark[], kind: string): number =>
    middle(samples(marks, kind)) - middle(samples(marks, 'idle', 0));
  const minute = (marks: readonly Mark[]): number => (middle(samples(marks, 'rest')) * 60) / plan.rest;
  return {
    send: bytes(wires, 'send'),
    receive: bytes(wires, 'receive'),
    both: bytes(wires, 'both'),
    header: of(link, 'header'),
    down: of(link, 'down'),
    up: of(link, 'up'),
    linkRest: minute(link) - minute(wires),
    publish0: of(bridge, 'publish0'),
    publish1: of(bridge, 'publish1'),
    message0: of(bridge, 'message0'),
    message1: of(bridge, 'message1'),
    rest: minute(bridge) - minute(wires),
  };
}

const ROWS: readonly (readonly [keyof Counts, string])[] = [
  ['send', 'a byte sent'],
  ['receive', 'a byte received'],
  ['both', 'a byte each way at once'],
  ['header', 'an exchange of headers, from rest'],
  ['down', '16-byte message from host to target, from rest'],
  ['up', '16-byte message from target to host, from rest'],
  ['publish0', '16-byte publication, QoS 0'],
  ['publish1', '16-byte publication, QoS 1, with its status back'],
  ['message0', '16-byte message from the broker, QoS 0'],
  ['message1', '16-byte message from the broker, QoS 1'],
  ['linkRest', 'a minute of the link at rest'],
  ['rest', 'a minute of the whole at rest, connected'],
];

/** What is counted, in the order of the table. */
export const COUNTED = ROWS.map(([key]) => key);

/** As Markdown. */
export function instructionTable(results: Instructions): string {
  const boards = (['target', 'host'] as const).filter((board) => results[board]);
  const lines = [
    `| instructions of the | ${boards.join(' | ')} |`,
    `| --- | ${boards.map(() => '---:').join(' | ')} |`,
  ];
  for (const [key, what] of ROWS) {
    const cells = boards.map((board) => Math.round(results[board]![key]).toLocaleString('en-GB'));
    lines.push(`| ${what} | ${cells.join(' | ')} |`);
  }
  return lines.join('\n');
}
