/**
 * The bundles that are one piece with their board, as a table: what each is made of, and whether the one in `dist/` is
 * still that. Applications are no part of it. It must load nothing that builds.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { BundleKind } from '../bundler/kind';
import { ROOT, inPackage } from '../package';
import { readKept, writeWhole } from './cache';
import { hashInputs, haveSources } from './inputs';

export interface DeviceBundle {
  readonly input: string;
  readonly kind: BundleKind;
  /** It is the body of a function of `exports`. */
  readonly isModule?: boolean;
  /** Folders of its sources. */
  readonly sources: readonly string[];
}

const selftest = (side: string, suite: string, kind: BundleKind): [string, DeviceBundle] => [
  `selftest/${side}-${suite}`,
  { input: `${side}/selftest/${suite}.ts`, kind, sources: ['host', 'target', 'shared'] },
];

/** The self-tests are sent to the boards' memory: one for each board alone, one for both ends of the lines, one for each
 * end of the link, and one beside the host's application. */
const SELFTESTS = [
  selftest('host', 'board', 'checks'),
  selftest('target', 'board', 'code'),
  selftest('shared', 'lines', 'code'),
  selftest('host', 'frames', 'code'),
  selftest('target', 'frames', 'code'),
  selftest('host', 'acceptance', 'code'),
];

export const SELFTEST_BUNDLES: readonly string[] = SELFTESTS.map(([name]) => name);

/** By the name in `dist/`. */
export const DEVICE_BUNDLES: ReadonlyMap<string, DeviceBundle> = new Map([
  ['target', { input: 'target/main.ts', kind: 'target', sources: ['target', 'shared'] }],
  // The library for applications in plain JavaScript that are sent to the board by the Web IDE.
  ['mqttlink', { input: 'host/module.ts', kind: 'host', isModule: true, sources: ['host', 'shared'] }],
  ...SELFTESTS,
]);

/** What makes them. */
const BUILDER = ['tools/bundler', 'tools/compiler/device-bundles.ts', 'tsconfig.json'];

/** What is in those folders and in none of these bundles. */
const NOT_OF_THEM = /^host\/(apps|compat)\//;

interface Stamp {
  readonly inputs: string;
  /** A hash of what was built. */
  readonly output: string;
}

const stampOf = (name: string): string => inPackage('dist/.built', `${name.replace('/', '-')}.json`);
export const bundlePath = (name: string): string => inPackage('dist', `${name}.js`);

function outputHash(name: string): string {
  return createHash('sha256')
    .update(readFileSync(bundlePath(name)))
    .digest('hex');
}

function inputsOf(name: string): string | undefined {
  const paths = [...(DEVICE_BUNDLES.get(name)?.sources ?? []), ...BUILDER];
  return haveSources(ROOT, paths) ? hashInputs(ROOT, paths, NOT_OF_THEM) : undefined;
}

/** Whether the bundle in `dist/` is what would be built now. */
export function isBuilt(name: string): boolean {
  if (!existsSync(bundlePath(name))) return false;
  const inputs = inputsOf(name);
  // A package may come without the sources of what it has.
  if (inputs === undefined) return true;
  const stamp = readKept<Stamp>(stampOf(name));
  return stamp?.inputs === inputs && stamp.output === outputHash(name);
}

/** Says of the bundle in `dist/` that it was just built. */
export function stamp(name: string): void {
  const inputs = inputsOf(name);
  if (inputs !== undefined)
    writeWhole(stampOf(name), JSON.stringify({ inputs, output: outputHash(name) } satisfies Stamp));
}
