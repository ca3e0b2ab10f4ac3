/**
 * Loads a large package in CommonJS as what it is. Imported, it would be searched for the names that it exports, by tsx
 * and by Node: of TypeScript's nine megabytes that takes five times as long as to load them.
 */
import { createRequire } from 'node:module';

const requirePackage = createRequire(import.meta.url);

export function loadPackage<T>(name: string): T {
  return requirePackage(name) as T;
}
