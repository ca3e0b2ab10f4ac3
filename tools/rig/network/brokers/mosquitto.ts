/**
 * Mosquitto, its sessions kept in its folder. It must never be asked for more
 * than it promises: what it acknowledged is on disk a second later, not at once.
 */
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOOPBACK, createBrokerProcess, findProgram, freePorts } from './process';
import type { BrokerProcess } from './process';

/** Where Debian puts it, which is not on everybody's PATH. */
const PLACES = ['mosquitto', '/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto'];

/** Milliseconds for a write of its sessions. */
const WRITTEN = 10_000;

export interface Mosquitto extends BrokerProcess {
  /** Milliseconds since 1970 at which sessions were last written; 0: never. */
  written(): number;
}

/** The program's name, or undefined when it is not installed. */
export function findMosquitto(): string | undefined {
  return findProgram(PLACES, '-h');
}

/**
 * @param settings further lines of its configuration
 * @throws Error when it is not installed.
 */
export async function createMosquitto(settings: readonly string[] = []): Promise<Mosquitto> {
  const file = findMosquitto();
  if (!file) throw new Error('mosquitto is not installed (Debian: apt install mosquitto)');
  const [port = 0] = await freePorts(1);
  let database = '';
  const written = (): number => statSync(database, { throwIfNoEntry: false })?.mtimeMs ?? 0;

  const broker = createBrokerProcess(
    'mosquitto',
    port,
    (folder) => {
      database = join(folder, 'mosquitto.db');
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
          ...settings,
          '',
        ].join('\n'),
      );
      return [{ file, args: ['-c', join(folder, 'conf')] }];
    },
    async () => {
      const from = Date.now();
      for (const until = from + WRITTEN; written() <= from; await sleep(20))
        if (Date.now() > until) throw new Error('mosquitto does not write its sessions');
    },
  );
  return Object.defineProperties({ written } as Mosquitto, Object.getOwnPropertyDescriptors(broker));
}
