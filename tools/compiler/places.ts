/** Offsets of a text as lines and columns, and paths as the user would type them. */
import { relative } from 'node:path';

export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

export function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before[before.length - 1]!.length + 1 };
}

/** A path from where the user is, or the whole one where that leads far away. */
export function shownPath(path: string): string {
  const from = relative(process.cwd(), path).replaceAll('\\', '/');
  return from.startsWith('../../../') ? path : from || path;
}
