/** The command `config`: settings made, checked, and put on a host that has an application already. */
import { existsSync, mkdirSync } from 'node:fs';
import { Command } from 'commander';
import { deviceNames, makeDevice } from '../config/devices';
import { deviceOf, directoryOf, settingsOf, withBaud, withSettings } from './choices';
import type { Choices } from './choices';
import { runFlash } from './flash';

interface Options extends Choices {
  readonly baud: number;
  readonly port?: string;
  readonly verbose?: boolean;
}

function makeMissing(options: Options): void {
  if (options.device !== undefined) {
    if (!deviceNames().includes(options.device))
      for (const path of makeDevice(options.device)) console.log(`made ${path}`);
    return;
  }
  const directory = directoryOf(options);
  if (!existsSync(directory)) mkdirSync(directory, { recursive: true });
}

export function command(calledAs: string): Command {
  return withSettings(withBaud(new Command(calledAs)))
    .description(
      'Makes the settings files that are missing and checks them; with a port, puts them on the host there.',
    )
    .option('--port <port>', 'port of the host')
    .option('--verbose', 'show what the board prints')
    .allowExcessArguments(false)
    .action(async (options: Options) => {
      makeMissing(options);
      settingsOf(options);
      const directory = directoryOf(options);
      const port = options.port ?? deviceOf(options)?.port;
      if (port !== undefined) return runFlash([{ role: 'host', port }], options);
      console.log(`${directory}/net.jsonc and ${directory}/pins.jsonc are right`);
    });
}
