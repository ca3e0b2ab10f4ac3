/**
 * Where a `require("X")` of an application leads: to the firmware of its board,
 * to a module of this project that speaks over the link, or to a source, from
 * the application's own folder, its packages or the web. It reads and names; what
 * becomes of the source is for who asks. It must never give something that is no
 * JavaScript, nor run any of it.
 */
import { findOverLink, refusalOverLink } from './over-link';
import { hasInFirmware } from './firmware';
import { findInModules, findInPackages } from './local';
import { MAX_NAME, unusable } from './names';
import { findOnWeb } from './web';
import type { WebOptions } from './web';

/** What applications in plain JavaScript require for the library. */
export const LIBRARY_MODULE = 'mqttlink';

/** What those import who write `import`, and some require. */
export const LIBRARY_PACKAGE = 'espruino-mqtt-link';

export interface From {
  /** Folder of the application's entry file. */
  readonly applicationFolder: string;
  /** `process.env.BOARD` of the host; absent: any board. */
  readonly board?: string;
  /** `Wifi`, `MQTT` and `tinyMQTT` are those of this project, and sockets are refused. */
  readonly overLink?: boolean;
  /** Of the look-up on the web; for tests. */
  readonly web?: WebOptions;
}

/** A module's source, found. */
export interface Source {
  readonly kind: 'source';
  /** Its file, or its address. */
  readonly path: string;
  /** The body of the module: it sets `exports` or `module.exports`. As written: its syntax may be newer than Espruino's. */
  readonly code: string;
  /**
   * The board's firmware has a module of this name, which `require` would find before one in Storage (Espruino
   * src/jswrap_modules.c:88): it is to be had by `Modules.addCached(name, code)` before the application runs.
   */
  readonly over?: true;
  /** What the user should know of it, one line. */
  readonly note?: string;
}

export type Found =
  | { readonly kind: 'firmware' }
  /** The library of this project, which the bundle has before the application. */
  | { readonly kind: 'library' }
  | Source
  /** There is, or may be, such a module, and an application must not have it; one line with what to do instead. */
  | { readonly kind: 'refused'; readonly why: string }
  /** A line for each place, with what was wrong there. */
  | { readonly kind: 'missing'; readonly lookedAt: readonly string[] };

/** @throws Error, one line, when a setting of the look-up itself is wrong. */
export async function findModule(name: string, from: From): Promise<Found> {
  const { board, applicationFolder } = from;
  if (name === LIBRARY_MODULE || name === LIBRARY_PACKAGE) return { kind: 'library' };
  const inFirmware = hasInFirmware(name, board);
  if (from.overLink) {
    const refused = refusalOverLink(name);
    if (refused) return { kind: 'refused', why: refused };
    const own = findOverLink(name);
    if (own) return { kind: 'source', ...own, ...(inFirmware && { over: true }) };
  }
  if (inFirmware) return { kind: 'firmware' };
  const bad = unusable(name);
  if (bad) return { kind: 'refused', why: bad };

  // Without the option it is what Espruino provides, and that wants sockets.
  const hint =
    findOverLink(name) &&
    `over the link there is a module ${name}: say --wifi, or "compatibility" in net.jsonc`;
  const lookedAt = [board ? `the firmware of ${board} has no such module` : 'no firmware has such a module'];
  for (const find of [findInModules, findInPackages]) {
    const found = await find(name, applicationFolder);
    if ('code' in found) return { kind: 'source', ...found };
    lookedAt.push(...found.lookedAt);
  }
  const found = await findOnWeb(name, from.web);
  if ('code' in found) return { kind: 'source', ...(hint && { note: hint }), ...found };
  if (hint) lookedAt.push(hint);
  lookedAt.push(...found.lookedAt);
  return { kind: 'missing', lookedAt };
}

export { MAX_NAME };
