/**
 * Keeps passwords out of git, and from other users of the PC. It must never change what git knows already, nor another
 * file than a `.gitignore` beside the settings.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** For its owner alone. */
export const PRIVATE_MODE = 0o600;

/** @returns exit code; undefined where there is no git. */
function git(folder: string, ...args: string[]): number | undefined {
  const { status, error } = spawnSync('git', ['-C', folder, ...args], { stdio: 'ignore' });
  return error ? undefined : (status ?? undefined);
}

/**
 * Has git leave a file with passwords alone, and makes it its owner's.
 * @returns what was done, for a person
 * @throws Error, one line, when git has it already
 */
export function keepSecret(path: string): string[] {
  if (!existsSync(path)) return [];
  if (process.platform !== 'win32' && statSync(path).mode & 0o077) chmodSync(path, PRIVATE_MODE);
  const folder = dirname(path);
  const name = basename(path);
  if (git(folder, 'ls-files', '--error-unmatch', name) === 0)
    throw new Error(
      `git has ${path}, which is for passwords: take it out by "git rm --cached ${path}", and change the passwords that were in it`,
    );
  // 0: ignored; 128: no repository.
  if (git(folder, 'check-ignore', '-q', name) !== 1) return [];
  const ignore = join(folder, '.gitignore');
  const before = existsSync(ignore) ? readFileSync(ignore, 'utf8') : '';
  appendFileSync(ignore, `${before && !before.endsWith('\n') ? '\n' : ''}${name}\n`);
  return [`wrote ${ignore}, since git would have taken ${name} and its passwords along`];
}
