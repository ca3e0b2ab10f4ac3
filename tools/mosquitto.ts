/**
 * Mosquitto on a port of the loopback that stays the same from one start to
 * the next, its sessions kept in a folder of its own. It must leave neither
 * process nor file behind.
 */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Broker } from './broker';

const LOOPBACK = '127.0.0.1';

/** Milliseconds for a start. */
const START = 15_000;

/** Where Debian puts it, which is not on everybody's PATH. */
const PLACES = ['mosquitto', '/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto'];

export interface Mosquitto extends Broker {
  /** Ends it as a power failure does: what it had not yet written is gone. */
  kill(): Promise<void>;
  /** Milliseconds since 1970 at which sessions were last written; 0: never. */
  written(): number;
  /** Ends it and removes its files. */
  close(): Promise<void>;
}

/** The program's name, or undefined when it is not installed. */
export function findMosquitto(): string | undefined {
  return PLACES.find((place) => !spawnSync(place, ['-h'], { stdio: 'ignore' }).error);
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** @throws Error when it is not installed. */
export async function createMosquitto(): Promise<Mosquitto> {
  const program = findMosquitto();
  if (!program) throw new Error('mosquitto is not installed (Debian: apt install mosquitto)');
  const folder = mkdtempSync(join(tmpdir(), 'mosquitto-'));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const onExit = (): void => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.on('exit', onExit);
  writeFileSync(
    join(folder, 'conf'),
    [
      `listener ${String(port)} ${LOOPBACK}`,
      'allow_anonymous true',
      'user root',
      'persistence true',
      `persistence_location ${folder}/`,
      // Sessions are written once a second.
      'autosave_interval 1',
      // Nothing of a backlog is dropped.
      'max_queued_messages 0',
      '',
    ].join('\n'),
  );

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, 'exit');
    ending.kill(signal);
    await gone;
  }

  function accepts(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect({ host: LOOPBACK, port });
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
  }

  return {
    async start() {
      if (child) return;
      const started = (child = spawn(program, ['-c', join(folder, 'conf')], { stdio: 'ignore' }));
      let failed = false;
      started.on('error', () => (failed = true));
      for (const until = Date.now() + START; !(await accepts()); await sleep(20)) {
        if (failed || started.exitCode !== null || Date.now() > until) {
          await end('SIGKILL');
          throw new Error('mosquitto did not start');
        }
      }
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    written: () => statSync(join(folder, 'mosquitto.db'), { throwIfNoEntry: false })?.mtimeMs ?? 0,
    async close() {
      await end('SIGKILL');
      process.off('exit', onExit);
      rmSync(folder, { recursive: true, force: true });
    },
    get isRunning() {
      return child !== undefined;
    },
    port,
    url: `mqtt://${LOOPBACK}:${String(port)}`,
  };
}
