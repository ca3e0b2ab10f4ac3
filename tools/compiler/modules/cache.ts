/**
 * Texts from the web, kept on this disk by their addresses. A text is there whole
 * or not at all, however many builds run at once and whenever one is broken off;
 * what is there is never replaced.
 */
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

function folder(): string {
  // The XDG specification wants paths that are not absolute to be ignored.
  const given = process.env['XDG_CACHE_HOME'];
  const base = given && isAbsolute(given) ? given : join(homedir(), '.cache');
  return join(base, 'espruino-mqtt-link', 'modules');
}

/** Where the text of an address is, or would be. */
export function fileNameOf(address: string): string {
  const { host, pathname } = new URL(address);
  const parts = pathname.split('/').filter(Boolean);
  const name = parts.pop() ?? '';
  const place = [host, ...parts].join('_').replace(/[^\w.-]/g, '_');
  return join(folder(), place, name);
}

/** @returns the text, and how old it is in ms; undefined when it is not here */
export function kept(address: string): { readonly code: string; readonly age: number } | undefined {
  const path = fileNameOf(address);
  try {
    return { code: readFileSync(path, 'utf8'), age: Date.now() - statSync(path).mtimeMs };
  } catch {
    return undefined;
  }
}

/** Unlike a renamed file, a link takes nobody's place; not every file system has links. */
function place(whole: string, path: string): void {
  try {
    linkSync(whole, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    renameSync(whole, path);
  }
}

/** @returns one line when it could not be kept */
export function keep(address: string, code: string): string | undefined {
  const path = fileNameOf(address);
  try {
    // For nobody else on this PC: who could write there could change what boards run.
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const own = mkdtempSync(join(dirname(path), '.new-'));
    try {
      const whole = join(own, 'text');
      writeFileSync(whole, code, { mode: 0o600, flush: true });
      place(whole, path);
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  } catch (error) {
    return `${address} could not be kept for the next build: ${(error as Error).message}`;
  }
  return undefined;
}

/** It was just compared with what is to be had, and is the same. */
export function touch(address: string): void {
  try {
    utimesSync(fileNameOf(address), new Date(), new Date());
  } catch {
    // It is compared again at the next build.
  }
}
