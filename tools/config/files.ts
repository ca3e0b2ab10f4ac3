/**
 * Where settings are: a directory with `net.jsonc` and `pins.jsonc`, and beside it, for several devices, `shared.jsonc`
 * with what they have in common. Files that are missing are made here, of the examples; none that is there is changed.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inPackage } from '../package';
import { PRIVATE_MODE, keepSecret } from './git';

/** Where the files are, unless it is said otherwise: in this repository they are beside the library. */
export const SETTINGS_DIRECTORY = existsSync(join('host', 'net.example.jsonc')) ? 'host' : 'settings';

export type SettingsKind = 'net' | 'pins';

/** Fields of `net.jsonc` that all devices have in common. */
const SHARED = 'shared.jsonc';

/** What a device's own file begins as, where there is a shared one. */
const OWN_NET = `// What this device has of its own, in place of what ../${SHARED} says or beside it: the same fields.
{
  // Name of this client, different from all others at the broker. "": made of the ESP8266's serial number.
  // "clientId": "",
}
`;

export function settingsPath(directory: string, kind: SettingsKind): string {
  return join(directory, `${kind}.jsonc`);
}

/** Of the devices to which a directory belongs; the file need not be there. */
export function sharedPath(directory: string): string {
  return join(dirname(directory), SHARED);
}

function make(path: string, text: string): string {
  // Passwords get into it.
  writeFileSync(path, text, { mode: PRIVATE_MODE, flag: 'wx' });
  return path;
}

function example(kind: SettingsKind): string {
  return readFileSync(inPackage('host', `${kind}.example.jsonc`), 'utf8');
}

/**
 * Makes the files that are missing.
 * @returns the paths of those made.
 */
export function createSettings(directory: string): string[] {
  return (['net', 'pins'] as const)
    .filter((kind) => !existsSync(settingsPath(directory, kind)))
    .map((kind) => {
      const own = kind === 'net' && existsSync(sharedPath(directory));
      return make(settingsPath(directory, kind), own ? OWN_NET : example(kind));
    });
}

/** As `createSettings`, with the directory, and with a shared file for all that are beside it. */
export function createDevice(directory: string): string[] {
  mkdirSync(directory, { recursive: true });
  const shared = sharedPath(directory);
  const made = existsSync(shared) ? [] : [make(shared, example('net'))];
  return [...made, ...createSettings(directory)];
}

/**
 * Keeps the passwords of a directory from git and from other users.
 * @returns what was done, for a person @throws Error, one line
 */
export function protectSettings(directory: string): string[] {
  return [settingsPath(directory, 'net'), sharedPath(directory)].flatMap(keepSecret);
}
