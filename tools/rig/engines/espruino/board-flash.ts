/**
 * What is in a board's flash: the application's files, and those by which the engine lends the interpreter its hardware,
 * which are there whatever the application does and must never be seen by it.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoardName, PairOptions } from '../../boards';
import { SAVED_NETWORK } from './equipment';
import type { LevelFiles } from './exchange';
import { readFlash, writeFlash } from './flash';
import type { Files } from './flash';

const FLASH = 'espruino.flash';

export class BoardFlash {
  readonly #image: Buffer;
  readonly #path: string;

  /**
   * @param own the engine's files
   * @throws Error where the application has a file of the same name, or all do not fit
   */
  constructor(
    private readonly board: BoardName,
    private readonly own: Files,
    options: PairOptions,
  ) {
    this.#path = join(board, FLASH);
    const given = options.storage[board];
    const taken = Object.keys(given).find((name) => name in own);
    if (taken) throw new Error(`Storage file "${taken}" of the ${board} is the engine's own`);
    const network = { ssid: options.wifi.ssid, password: options.wifi.password, mode: 1, sleepType: 2 };
    const saved: Files =
      board === 'target' && options.savedNetwork ? { [SAVED_NETWORK]: JSON.stringify(network) } : {};
    this.#image = writeFlash({ ...own, ...saved, ...given });
  }

  /** As the pair starts. */
  write(files: LevelFiles): void {
    files.write(this.#path, this.#image);
  }

  /** A real board keeps its hardware when all its Storage is erased. */
  equip(files: LevelFiles): void {
    const flash = readFlash(readFileSync(join(files.home(this.board), FLASH)));
    if (Object.keys(this.own).every((name) => flash[name] === this.own[name])) return;
    files.write(this.#path, writeFlash({ ...flash, ...this.own }));
  }

  /** The application's files. */
  async storage(files: LevelFiles): Promise<Record<string, string>> {
    const found = readFlash(await readFile(join(files.home(this.board), FLASH)));
    for (const name of Object.keys(this.own)) delete found[name];
    return found;
  }
}
