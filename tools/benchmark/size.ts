/** Sizes of the built bundles, and what the target takes of a board's variables. */
import { readFileSync, readdirSync } from 'node:fs';
import { inPackage } from '../package';

export interface BundleSize {
  readonly name: string;
  readonly bytes: number;
}

/** @throws Error when nothing is built. */
export function bundleSizes(): BundleSize[] {
  return readdirSync(inPackage('dist'))
    .filter((name) => name.endsWith('.js'))
    .sort()
    .map((name) => ({ name, bytes: readFileSync(inPackage('dist', name)).length }));
}
