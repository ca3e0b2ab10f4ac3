/**
 * Bundles by their names, each made when it is asked for and its sources have changed: `target`, `mqttlink`, `host-NAME`
 * for an application of this repository, `selftest/…`, and `library.d.ts`. Nobody must get one that is older than its sources.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { inPackage } from '../package';
import { bundlePath, isBuilt } from './device-bundles';
import type { Compiled } from './index';
import { TYPINGS, expectTypings, haveTypings } from './library-typings';
import { keptResult } from './results';

const MAKE = inPackage('tools/compiler/make.ts');

/** What is made lives as long as the process, so there is no use in looking often for what is gone. */
const MUCH_NEW_MEMORY = '--max-semi-space-size=64';

const commandFor = (names: readonly string[]): string[] => [
  MUCH_NEW_MEMORY,
  '--import',
  'tsx',
  MAKE,
  ...names,
];

function keptApplication(name: string): Compiled | undefined {
  const [, app] = /^host-(.+)$/.exec(name) ?? [];
  return app === undefined ? undefined : keptResult({ entry: inPackage('host/apps', `${app}.ts`) });
}

function missing(names: readonly string[]): string[] {
  return names.filter((name) => {
    if (name === TYPINGS) return !haveTypings();
    return !(name.startsWith('host-') ? keptApplication(name) : isBuilt(name));
  });
}

/** @throws Error with what the build said */
export function buildNow(names: readonly string[]): void {
  const wanted = missing(names);
  if (!wanted.length) return;
  const { status, stderr } = spawnSync(process.execPath, commandFor(wanted), { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.trim() || `${wanted.join(', ')} could not be built`);
}

/**
 * The same beside whatever else is to be done.
 * @throws Error with what the build said
 */
export async function build(names: readonly string[]): Promise<void> {
  const wanted = missing(names);
  if (!wanted.length) return;
  const child = spawn(process.execPath, commandFor(wanted), { stdio: ['ignore', 'ignore', 'pipe'] });
  const end = (): void => void child.kill();
  process.once('exit', end);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const closed = new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
  if (wanted.includes(TYPINGS)) expectTypings(closed);
  const status = await closed;
  process.off('exit', end);
  if (status !== 0) throw new Error(said.trim() || `${wanted.join(', ')} could not be built`);
}

/** A bundle, one character a byte. @throws Error with what the build said, if it had to be built */
export function readBundle(name: string): string {
  buildNow([name]);
  return keptApplication(name)?.code ?? readFileSync(bundlePath(name), 'latin1');
}
