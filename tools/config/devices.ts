/**
 * The devices of a person, one a folder of `devices/`: settings, and in `device.jsonc` what it runs and where it is
 * connected. It must never look at a board.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closest, distance } from 'fastest-levenshtein';
import { SettingsError } from '.';
import { createDevice } from './files';
import { parseJsonc } from './jsonc';
import { readText } from './text';

/** Where they are, seen from where the command is typed. */
export const DEVICES = 'devices';

export interface Device {
  readonly name: string;
  /** Of its settings. */
  readonly directory: string;
  /** Name or path of its application. */
  readonly app?: string;
  /** Ports of its two boards. */
  readonly port?: string;
  readonly targetPort?: string;
}

const FIELDS = ['app', 'port', 'targetPort'] as const;

/** Letters that a misspelt name may differ by. */
const MISSPELT = 3;

/** What a new device says of itself. */
const NEW = `// What this device runs, and where its boards are connected. A line that begins with // is not read.
{
  // Path of the application, seen from where you type commands, or the name of one of the package's.
  // "app": "garden.ts",

  // Ports of the host and of the ESP8266, for commands in which none is named.
  // "port": "/dev/ttyACM0",
  // "targetPort": "/dev/ttyUSB0",
}
`;

/** Names of all devices, sorted. */
export function deviceNames(): string[] {
  if (!existsSync(DEVICES)) return [];
  return readdirSync(DEVICES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** @throws SettingsError, one line, when there is no such device or its file is wrong */
export function readDevice(name: string): Device {
  const names = deviceNames();
  if (!names.includes(name)) {
    const near = names.length ? closest(name, names) : '';
    const meant = near && distance(name, near) <= MISSPELT ? `. Did you mean ${near}?` : '';
    const known = names.length ? `there are ${names.join(', ')}` : 'there is none yet';
    throw new SettingsError(
      `There is no device ${name} in ${DEVICES}/, ${known}; "mqttlink config --device ${name}" makes it${meant}`,
    );
  }
  const directory = join(DEVICES, name);
  const path = join(directory, 'device.jsonc');
  if (!existsSync(path)) return { name, directory };
  try {
    const { fields, lines } = parseJsonc(readText(path));
    for (const [field, value] of Object.entries(fields)) {
      const line = `line ${String(lines[field])}`;
      if (!FIELDS.some((known) => known === field))
        throw new Error(`${line}: a device has no field ${field}. Allowed: ${FIELDS.join(', ')}`);
      if (typeof value !== 'string')
        throw new Error(`${line}: ${field} is ${JSON.stringify(value)}. Allowed: a string`);
    }
    return { name, directory, ...fields };
  } catch (error) {
    throw new SettingsError(`${path}, ${(error as Error).message}`);
  }
}

/** Makes what is missing of a device. @returns the paths of the files made */
export function makeDevice(name: string): string[] {
  if (!/^[\w][\w.-]*$/.test(name))
    throw new SettingsError(
      `A device's name is that of a folder: letters, digits, ".", "-" and "_", not ${JSON.stringify(name)}`,
    );
  const directory = join(DEVICES, name);
  const made = createDevice(directory);
  const path = join(directory, 'device.jsonc');
  if (existsSync(path)) return made;
  mkdirSync(directory, { recursive: true });
  writeFileSync(path, NEW);
  return [...made, path];
}
