/**
 * What was put on boards from this PC, so that it can be put back, and so that what a board says can be told by its
 * sources. It must keep no password.
 */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { PRIVATE_MODE } from '../config/git';
import type { BoardName } from '../rig/boards';
import { crcOf } from './board-storage';
import type { FileCheck } from './board-storage';

/** An upload. */
export interface Upload {
  /** ISO 8601. */
  readonly time: string;
  readonly role: BoardName;
  readonly port: string;
  /** `getSerial()` of the board. */
  readonly serial: string;
  /** Name of the bundle, as `host-garden`. */
  readonly name: string;
  /** One character a byte. */
  readonly code: string;
  /** Source map of it, if there is one. */
  readonly map?: string;
  /** CRC-32 of the library in it, of a host's since this is kept: applications leave out methods, so the bundle does not tell. */
  readonly library?: number;
  /** Files beside it in Storage, but for settings. */
  readonly files: Readonly<Record<string, string>>;
  /** Settings without secrets. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Uploads that are kept. */
const KEPT = 50;

/** Fields whose values are nobody's business. */
const SECRET = /password|tlsOptions|mqttUser/i;

/** Where uploads are kept; the variable is for who wants them elsewhere. */
export function stateFolder(): string {
  const { MQTTLINK_STATE: own, XDG_STATE_HOME: state } = process.env;
  return own ?? join(state ?? join(homedir(), '.local', 'state'), 'mqttlink');
}

/** Fields without those that hold secrets. */
export function withoutSecrets(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !SECRET.test(name)));
}

function names(): string[] {
  try {
    return readdirSync(stateFolder())
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch {
    return [];
  }
}

/** Keeps an upload, and forgets the oldest. */
export function keepUpload(upload: Upload): void {
  const folder = stateFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const name = `${upload.time.replace(/[^\dTZ]/g, '')}-${crcOf(upload.code).toString(16)}.json`;
  writeFileSync(join(folder, name), JSON.stringify(upload), { mode: PRIVATE_MODE });
  for (const old of names().slice(0, -KEPT)) rmSync(join(folder, old), { force: true });
}

/** All uploads, the newest first; what cannot be read is left out. */
export function* uploads(): Generator<Upload> {
  for (const name of names().reverse()) {
    try {
      yield JSON.parse(readFileSync(join(stateFolder(), name), 'utf8')) as Upload;
    } catch {
      // Cut off while it was written.
    }
  }
}

/** The upload of what a board has. */
export function findUpload({ length, crc }: FileCheck): Upload | undefined {
  for (const upload of uploads())
    if (upload.code.length === length && crcOf(upload.code) === crc) return upload;
  return undefined;
}

/** What one port got last, of what a board in that role got from here; without a port, where there was never but one. */
export function lastUpload(role: BoardName, port: string | undefined): Upload | undefined {
  const all = [...uploads()].filter((upload) => upload.role === role);
  const at = port ?? all[0]?.port;
  if (port === undefined && all.some((upload) => upload.port !== at)) return undefined;
  return all.find((upload) => upload.port === at);
}

/** What a board had before what it has now, as far as it came from here. */
export function previousUpload(
  board: { readonly serial: string; readonly port: string },
  now: FileCheck | undefined,
): Upload | undefined {
  for (const upload of uploads()) {
    // Boards on this PC have all the same number.
    const same = upload.port === board.port || (upload.serial === board.serial && !/^tcp:/.test(board.port));
    const is = upload.code.length === now?.length && crcOf(upload.code) === now.crc;
    if (same && !is) return upload;
  }
  return undefined;
}
