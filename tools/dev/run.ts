/** What an application runs on while it is being written: types only. */
import type { Bundle } from '../flash';

export interface Run {
  /** What a person is told once. */
  readonly about: string;
  /** Espruino's name of the host, where it is known. */
  readonly board: string | undefined;
  /**
   * Runs an application in place of the one that runs; resolves at the first line that it prints.
   * @returns how it was done, for a person
   */
  start(bundle: Bundle): Promise<string>;
  stop(): Promise<void>;
}

/** Given each line of a board, by its name. */
export type OnLine = (board: string, line: string) => void;

/** A first line that does not come is not waited for, ms. */
export const FIRST_LINE = 10_000;

/** Resolves at a call, or when that takes too long. */
export function first(): { came: () => void; promise: Promise<void> } {
  let came: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, FIRST_LINE);
    came = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  return { came: () => came(), promise };
}
