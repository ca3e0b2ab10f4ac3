/**
 * Modules from the web, at the address where Espruino's own tools look for them,
 * kept on this disk once they have come: a build does not depend on the web any
 * more then, and gets the same text each time. It must never take what is no
 * JavaScript, or came in part, nor replace what it keeps.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileNameOf, keep, kept, touch } from './cache';
import { notAScript } from './script';

/** As the CLI has them, `MODULE_URL` and `MODULE_EXTENSIONS`. */
const ADDRESSES = 'https://www.espruino.com/modules|https://banglejs.com/apps/modules';
const ENDINGS = ['.min.js', '.js'];

/** Addresses or folders in place of these, separated by |. */
export const VARIABLE = 'ESPRUINO_MODULES';

/** For one answer, ms. */
const WITHIN = 10_000;

/** Of a module, in bytes: no host has room for more. */
const MOST = 256 * 1024;

/** After so long it is looked whether what is kept has changed there. ms */
const STALE = 7 * 24 * 3600 * 1000;

export interface WebOptions {
  /** Addresses or folders, separated by |; absent: the variable, else the CLI's. */
  readonly addresses?: string;
  /** ms */
  readonly within?: number;
  /** ms */
  readonly stale?: number;
}

export interface WebSource {
  readonly path: string;
  readonly code: string;
  readonly note?: string;
}

type Answer =
  | { readonly code: string }
  /** `away`: nothing answers there at all. */
  | { readonly wrong: string; readonly away?: true };

function whyOf(error: unknown, within: number): string {
  const { name, cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return `did not answer within ${String(within / 1000)} s`;
  if (cause?.code === 'UND_ERR_SOCKET' || message === 'terminated') return 'broke off before the end';
  const code = cause?.code ?? cause?.message ?? message;
  return `cannot be reached (${code})`;
}

async function get(address: string, within: number): Promise<Answer> {
  try {
    const response = await fetch(address, {
      signal: AbortSignal.timeout(within),
      headers: { accept: 'text/javascript, */*' },
    });
    if (!response.ok) {
      await response.body?.cancel();
      return { wrong: `answers ${String(response.status)}` };
    }
    if (address.startsWith('https:') && !response.url.startsWith('https:')) {
      await response.body?.cancel();
      return { wrong: `leads to ${response.url}, which anybody on the way could change` };
    }
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of response.body ?? []) {
      length += (part as Uint8Array).length;
      if (length > MOST) return { wrong: `is longer than ${String(MOST / 1024)} KB` };
      parts.push(part as Uint8Array);
    }
    const code = Buffer.concat(parts).toString('utf8');
    const wrong = notAScript(code);
    return wrong ? { wrong } : { code };
  } catch (error) {
    const wrong = whyOf(error, within);
    return /^broke/.test(wrong) ? { wrong } : { wrong, away: true };
  }
}

function readFolder(path: string): Answer {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return { wrong: 'does not exist' };
  const code = readFileSync(path, 'utf8');
  const wrong = notAScript(code);
  return wrong ? { wrong } : { code };
}

function isAddress(place: string): boolean {
  return /^https?:\/\//.test(place);
}

/** What is kept, with a note when it is no longer what is to be had. */
async function old(
  address: string,
  code: string,
  age: number,
  { within = WITHIN, stale = STALE }: WebOptions,
): Promise<WebSource> {
  if (age < stale) return { path: address, code };
  const now = await get(address, Math.min(within, 3000));
  if (!('code' in now)) return { path: address, code };
  if (now.code === code) {
    touch(address);
    return { path: address, code };
  }
  const note = `${address} has changed since it was loaded; the old one is used. To have the new one, delete ${fileNameOf(address)}`;
  return { path: address, code, note };
}

export async function findOnWeb(
  name: string,
  options: WebOptions = {},
): Promise<WebSource | { readonly lookedAt: readonly string[] }> {
  const given = options.addresses ?? process.env[VARIABLE] ?? ADDRESSES;
  const places = given
    .split('|')
    .map((place) => place.trim().replace(/\/+$/, ''))
    .filter(Boolean);
  const paths = places.flatMap((place) =>
    ENDINGS.map((ending) => ({
      place,
      path: isAddress(place) ? `${place}/${name}${ending}` : join(place, name + ending),
    })),
  );
  for (const { place, path } of paths) {
    const file = isAddress(place) ? kept(path) : undefined;
    if (file) return old(path, file.code, file.age, options);
  }
  const lookedAt: string[] = [];
  const away = new Set<string>();
  for (const { place, path } of paths) {
    if (away.has(place)) continue;
    const answer = isAddress(place) ? await get(path, options.within ?? WITHIN) : readFolder(path);
    if ('code' in answer) {
      const note = isAddress(place) ? keep(path, answer.code) : undefined;
      return { path, code: answer.code, ...(note && { note }) };
    }
    if (answer.away) away.add(place);
    lookedAt.push(`${answer.away ? place : path} ${answer.wrong}`);
  }
  return { lookedAt };
}
