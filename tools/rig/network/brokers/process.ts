/**
 * A broker that others wrote, as a process of its own on free ports of the
 * loopback, its data in a folder of its own. It must leave neither process
 * nor file behind, whatever becomes of the process that started it.
 */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const LOOPBACK = '127.0.0.1';

/** Milliseconds for a start, on a PC that has much else to do. */
const START = 150_000;

/** Milliseconds after which one that was told to end is killed. */
const END = 20_000;

export interface BrokerProcess {
  readonly name: string;
  /** Of MQTT; the same from one start to the next. */
  readonly port: number;
  /** `mqtt://127.0.0.1:port` */
  readonly url: string;
  readonly isRunning: boolean;
  /** Resolves when it takes connections. Does nothing when it runs. */
  start(): Promise<void>;
  /** Ends it as a shutdown does. */
  stop(): Promise<void>;
  /** Ends it as a power failure does. */
  kill(): Promise<void>;
  /** Resolves when what it has acknowledged so far outlives `kill()`, as far as that broker can do it. */
  settled(): Promise<void>;
  /** Kills it and removes its files. */
  close(): Promise<void>;
}

/** What is run. */
export interface BrokerProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The first of some names of a program that can be run, or undefined. */
export function findProgram(names: readonly string[], question: string): string | undefined {
  return names.find((name) => !spawnSync(name, [question], { stdio: 'ignore' }).error);
}

/** Free ports, no two the same. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, LOOPBACK);
    await once(server, 'listening');
    ports.push((server.address() as AddressInfo).port);
  }
  for (const server of servers) {
    server.close();
    await once(server, 'close');
  }
  return ports;
}

export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: LOOPBACK, port });
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

/** Where there is setpriv, the system kills a child whose parent is gone: a parent that is killed cannot. */
let guard: readonly string[] | undefined;

export function spawnGuarded(program: BrokerProgram, cwd: string): ChildProcess {
  guard ??=
    spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0
      ? ['setpriv', '--pdeathsig', 'KILL']
      : [];
  const [file = program.file, ...args] = [...guard, program.file, ...program.args];
  return spawn(file, args, { cwd, stdio: 'ignore', env: { ...process.env, ...program.env } });
}

export async function endProcess(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), END);
  await gone;
  clearTimeout(timer);
}

/** A signal alone would end this process without a word to those who clean up. */
function leave(): void {
  process.exit(1);
}

/**
 * @param port of MQTT
 * @param programs in a folder that is theirs: the broker is the last, those before it help it and end with `close`
 * @param settled see `BrokerProcess`
 */
export function createBrokerProcess(
  name: string,
  port: number,
  programs: (folder: string) => readonly BrokerProgram[],
  settled: (folder: string) => Promise<void> = () => Promise.resolve(),
): BrokerProcess {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const helping: ChildProcess[] = [];
  let child: ChildProcess | undefined;
  const onExit = (): void => {
    for (const one of [child, ...helping]) one?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.on('exit', onExit);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    process.off(signal, leave);
    process.on(signal, leave);
  }
  const all = programs(folder);

  async function halt(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    child = undefined;
    await endProcess(ending, signal);
  }

  return {
    name,
    port,
    url: `mqtt://${LOOPBACK}:${String(port)}`,
    get isRunning() {
      return child !== undefined;
    },
    async start() {
      if (child) return;
      for (const helper of all.slice(helping.length, -1)) helping.push(spawnGuarded(helper, folder));
      const started = (child = spawnGuarded(all.at(-1) as BrokerProgram, folder));
      let failed = false;
      started.on('error', () => (failed = true));
      for (const until = Date.now() + START; !(await accepts(port)); await sleep(20)) {
        if (failed || started.exitCode !== null || Date.now() > until) {
          await halt('SIGKILL');
          throw new Error(`${name} did not start`);
        }
      }
    },
    stop: () => halt('SIGTERM'),
    kill: () => halt('SIGKILL'),
    settled: () => settled(folder),
    async close() {
      await halt('SIGKILL');
      for (const helper of helping) await endProcess(helper, 'SIGKILL');
      process.off('exit', onExit);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
