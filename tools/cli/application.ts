/**
 * The application that a person names, by a path or as one of the package's, and the bundle of it. What is wrong with it
 * is said at its own lines.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { closest, distance } from 'fastest-levenshtein';
import { compileApplication } from '../compiler';
import { build, readBundle } from '../compiler/built';
import { libraryMark } from '../compiler/library';
import type { Upload } from '../flash/history';
import type { Mapped } from '../monitor/places';
import type { Tools } from '../monitor/versions';
import { inPackage } from '../package';
import { appNames } from '../rig/world';

/** What the board gets, and what is known of it here. */
export interface HostBundle extends Partial<Pick<Mapped, 'map'>> {
  /** As its first line has it. */
  readonly name: string;
  readonly code: string;
  /** Files for the host's Storage beside it. */
  readonly files: Readonly<Record<string, string>>;
}

export interface HostBundleOptions {
  /** Espruino's name of the host board. */
  readonly board?: string;
  readonly overLink?: boolean;
}

/** Application of the package that is shown where none is named. */
const FIRST = 'simple';

/** Letters that a misspelt name may differ by. */
const MISSPELT = 2;

/** For `--app`. */
export const APP_HELP = 'the application on the host: a path, or a name of the package’s';

/** The application that a person's `package.json` names, as `"mqttlink": { "app": "garden.ts" }`. */
function usual(): string {
  if (!existsSync('package.json')) return FIRST;
  const { mqttlink } = JSON.parse(readFileSync('package.json', 'utf8')) as { mqttlink?: { app?: string } };
  return mqttlink?.app ?? FIRST;
}

/** @returns path of an application's entry file @throws Error, one line */
export function findApplication(given: string = usual()): string {
  if (existsSync(given) && statSync(given).isFile()) return given;
  const names = appNames();
  if (names.includes(given)) return inPackage('host', 'apps', `${given}.ts`);
  if (/[/\\]|\.[cm]?[jt]s$/.test(given)) throw new Error(`There is no application ${given}: no such file`);
  const near = closest(given, names);
  throw new Error(
    `There is no application ${given}: it is neither a file here nor one of ${names.join(', ')}` +
      (distance(given, near) <= MISSPELT ? `. Did you mean ${near}?` : ''),
  );
}

/** @throws Error with a line for each thing that is wrong with the application */
export async function bundleApplication(path: string, options: HostBundleOptions = {}): Promise<HostBundle> {
  const { code, map, files, warnings } = await compileApplication({ entry: path, ...options });
  for (const { file, line, column, text } of warnings)
    console.error(`${file}:${String(line)}:${String(column)}: ${text}`);
  const [, name = path] = /^\/\/\S+ \S+ (.*)$/m.exec(code) ?? [];
  return { name, code, map, files };
}

/**
 * The target's bundle, one character a byte.
 * @param beside what the same process may build after it, while this one compiles an application
 * @throws Error with what the build said
 */
export async function targetBundle(...beside: readonly string[]): Promise<string> {
  await build(['target', ...beside]);
  return readBundle('target');
}

/**
 * What boards would get now.
 * @param upload what it is compared with: of what is not in it, nothing has to be made
 * @throws Error with what the build said
 */
export async function ownTools(upload: Upload | undefined): Promise<Tools> {
  return {
    target: await targetBundle(),
    library: upload?.library === undefined ? undefined : await libraryMark(),
  };
}
