/** What a person chooses for a command: settings, a device, ports. A mistake is one line. */
import { existsSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { SETTINGS_DIRECTORY, createSettings, readSettings } from '../config';
import type { Settings } from '../config';
import { DEVICES, readDevice } from '../config/devices';
import type { Device } from '../config/devices';
import { protectSettings } from '../config/files';
import { BAUD } from '../flash/port';

export interface Choices {
  readonly settings?: string;
  readonly device?: string;
}

function baudRate(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 300 || value > 4_000_000)
    throw new InvalidArgumentError('A number of bits a second is needed, for example 115200.');
  return value;
}

export function withBaud(command: Command): Command {
  return command.addOption(
    new Option('--baud <number>', 'of a serial port').argParser(baudRate).default(BAUD),
  );
}

export function withSettings(command: Command): Command {
  return command
    .option('--settings <directory>', `where net.jsonc and pins.jsonc are (default: "${SETTINGS_DIRECTORY}")`)
    .addOption(
      new Option('--device <name>', `a folder of ${DEVICES}/, for settings, application and ports`).conflicts(
        'settings',
      ),
    );
}

export function deviceOf({ device }: Choices): Device | undefined {
  return device === undefined ? undefined : readDevice(device);
}

export function directoryOf(choices: Choices): string {
  return deviceOf(choices)?.directory ?? choices.settings ?? SETTINGS_DIRECTORY;
}

/**
 * Reads the settings that are meant; makes the files that are missing, and keeps passwords to their owner.
 * @throws Error, one line
 */
export function settingsOf(choices: Choices): Settings {
  const directory = directoryOf(choices);
  if (!existsSync(directory))
    throw new Error(`There is no directory ${directory} for the settings: "mqttlink config" makes it`);
  for (const path of createSettings(directory)) console.log(`made ${path}`);
  for (const done of protectSettings(directory)) console.log(done);
  return readSettings(directory);
}

/** @throws Error, one line, when neither the command nor the device says it */
export function portOf(
  option: string,
  given: string | undefined,
  choices: Choices,
  field: 'port' | 'targetPort',
): string {
  const port = given ?? deviceOf(choices)?.[field];
  if (port !== undefined) return port;
  const also = choices.device === undefined ? '' : `, or "${field}" in ${directoryOf(choices)}/device.jsonc`;
  throw new Error(`Name the port by ${option} PORT${also}; "mqttlink ports" lists those that are connected`);
}
