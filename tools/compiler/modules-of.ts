/**
 * The modules that an application requires and its board's firmware lacks: each goes to the board's Storage under its
 * name, so that it runs from flash. What nobody requires must never get there.
 */
import { dirname, isAbsolute } from 'node:path';
import { inPackage } from '../package';
import { compact } from './compact';
import { inBytes } from './byte-strings';
import { lower } from './language';
import { Origins } from './maps';
import { type Found, MAX_NAME, findModule } from './modules';
import { type Place, placeOf, shownPath } from './places';
import type { Problem } from './problem';
import { type Required, findRequires } from './requires';

/** Where the modules of this project are that speak over the link. */
const OURS = inPackage('host', 'compat');

/** A module of the application's own, which it imports. */
export interface OwnModule {
  readonly path: string;
  readonly code: string;
}

export interface ModulesOptions {
  readonly applicationFolder: string;
  readonly board?: string;
  readonly overLink?: boolean;
  /** Names that the library has on the board. */
  readonly taken: ReadonlySet<string>;
  /** By the names under which the application's script requires them. */
  readonly own: ReadonlyMap<string, OwnModule>;
}

export interface Modules {
  /** By name. */
  readonly files: Readonly<Record<string, string>>;
  /** Names that the firmware has too, and is not to answer. */
  readonly over: readonly string[];
  /** The names by which the library is required as a module. */
  readonly library: readonly string[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Paths of those on this disk. */
  readonly paths: readonly string[];
}

/** Collects modules, and what these require. */
class Collector {
  readonly files: Record<string, string> = {};
  readonly over: string[] = [];
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  readonly paths: string[] = [];
  readonly library: string[] = [];
  private readonly done = new Set<string>();

  constructor(private readonly options: ModulesOptions) {}

  /** @param where the place of an offset of the code */
  async collect(code: string, folder: string, where: (offset: number) => Problem): Promise<void> {
    for (const required of findRequires(code)) await this.take(required, folder, where);
  }

  private async take(
    { name, offset }: Required,
    folder: string,
    where: (offset: number) => Problem,
  ): Promise<void> {
    if (this.done.has(name)) return;
    this.done.add(name);
    const own = this.options.own.get(name);
    const found: Found = own
      ? { kind: 'source', ...own }
      : await findModule(name, {
          applicationFolder: folder,
          ...(this.options.board !== undefined && { board: this.options.board }),
          ...(this.options.overLink && { overLink: true }),
        });
    if (found.kind === 'firmware') return;
    if (found.kind === 'library') return void this.library.push(name);
    if (found.kind === 'refused') return void this.problems.push({ ...where(offset), text: found.why });
    if (found.kind === 'missing') {
      const text = `there is no module ${JSON.stringify(name)}: ${found.lookedAt.join('; ')}`;
      return void this.problems.push({ ...where(offset), text });
    }
    if (found.note !== undefined) this.warnings.push({ ...where(offset), text: found.note });
    if (found.over) this.over.push(name);
    await this.add(name, found, folder);
  }

  private async add(name: string, { path, code }: OwnModule, folder: string): Promise<void> {
    const local = isAbsolute(path);
    if (local) this.paths.push(path);
    if (path.startsWith(OURS)) {
      // Written for Espruino, and made small already.
      this.files[name] = code;
      return this.collect(code, folder, () => ({ file: shownPath(path), line: 1, column: 1, text: '' }));
    }
    const file = local ? shownPath(path) : path;
    const bytes = inBytes(code);
    const { board, taken } = this.options;
    const lowered = lower(bytes?.code ?? code, {
      fileName: file,
      taken,
      isModule: true,
      ...(board !== undefined && { board }),
    });
    const origins = bytes && new Origins(bytes.map);
    const place = (at: Place): Problem => {
      const { line, column } = origins?.of(at) ?? at;
      return { file, line, column, text: '' };
    };
    let failed = false;
    for (const { line, column, text, kind } of lowered.problems) {
      (kind === 'error' ? this.problems : this.warnings).push({ ...place({ line, column }), text });
      failed ||= kind === 'error';
    }
    if (failed) return;
    this.files[name] = (await compact(lowered.code)).code.trimEnd();
    await this.collect(code, local ? dirname(path) : folder, (offset) => ({
      file,
      ...placeOf(code, offset),
      text: '',
    }));
  }
}

/** @param where the place of an offset of the application's code */
export async function collectModules(
  code: string,
  where: (offset: number) => Problem,
  options: ModulesOptions,
): Promise<Modules> {
  const collector = new Collector(options);
  await collector.collect(code, options.applicationFolder, where);
  return collector;
}

/** A name in Storage for a module that the application has by a path. */
export function moduleName(path: string, taken: ReadonlyMap<string, OwnModule>): string {
  const base = path
    .replace(/^.*\//, '')
    .replace(/\.[^.]*$/, '')
    .slice(0, MAX_NAME - 2);
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base}_${String(n)}`;
    if (!taken.has(name) || taken.get(name)!.path === path) return name;
  }
}
