/**
 * Puts the library into a host's Storage as a module, for applications that are written in the Web IDE and sent from
 * there. It must leave what else is in Storage alone, and never leave half a module.
 */
import { OVER_LINK_NAMES, findOverLink } from '../compiler/modules/over-link';
import { connectBoard } from './board';
import { crcOf, freeBytes, roomFor } from './board-storage';
import type { RemoteBoard } from './board';
import type { FlashOptions } from './index';
import { checkRole } from './role';

/** For making one piece of Storage's free parts, ms. */
const COMPACT_WITHIN = 60_000;

/**
 * The modules by their names.
 * @param library what `require("mqttlink")` is to give
 * @param wifi those for programs that were written for a board with Wi-Fi, too
 */
export function modulesToPut(library: string, wifi: boolean): Record<string, string> {
  const more = wifi ? OVER_LINK_NAMES.map((name) => [name, findOverLink(name)?.code ?? '']) : [];
  return { mqttlink: library, ...(Object.fromEntries(more) as Record<string, string>) };
}

async function isThere(board: RemoteBoard, name: string, code: string): Promise<boolean> {
  const there = await board.checkFile(name);
  return there?.length === code.length && there.crc === crcOf(code);
}

async function makeRoom(board: RemoteBoard, bytes: number): Promise<void> {
  if ((await freeBytes(board)) >= bytes) return;
  // What erased files took comes back only so.
  await board.evaluate('require("Storage").compact()', COMPACT_WITHIN);
  const free = await freeBytes(board);
  if (free < bytes)
    throw new Error(
      `The modules need ${String(bytes)} bytes of Storage, the board at ${board.port} has ${String(free)} free. ` +
        'What else is in its Storage can be erased: require("Storage").list()',
    );
}

/** @throws Error, one line */
export async function flashModules(
  port: string,
  modules: Readonly<Record<string, string>>,
  { baud, verbose }: FlashOptions,
): Promise<void> {
  const say = (text: string): void => console.log(`host at ${port}: ${text}`);
  const board = await connectBoard(port, { baud, onLine: (line) => void (verbose && say(`> ${line}`)) });
  try {
    await checkRole(board, 'host');
    say(`${board.info.name}, Espruino ${board.info.version}`);
    const due: [string, string][] = [];
    for (const [name, code] of Object.entries(modules))
      if (!(await isThere(board, name, code))) due.push([name, code]);
    if (due.length) {
      // A program that runs from the old one would lose what it runs.
      await board.reset();
      for (const [name] of due) await board.evaluate(`require("Storage").erase(${JSON.stringify(name)})`);
      await makeRoom(
        board,
        due.reduce((sum, [, code]) => sum + roomFor(code.length), 0),
      );
      for (const [name, code] of due) {
        await board.writeFile(name, code);
        if (!(await isThere(board, name, code))) throw new Error(`The board at ${port} did not keep ${name}`);
        say(`has the module ${name}, ${String(code.length)} bytes, read back`);
      }
      await board.load();
    } else say(`has ${Object.keys(modules).join(', ')} already`);
    const builtIn = Object.keys(modules).filter((name) => board.info.modules.includes(name));
    for (const name of builtIn)
      say(
        `its firmware has a ${name} of its own, which comes first: begin with Modules.addCached("${name}",require("Storage").read("${name}"))`,
      );
  } finally {
    board.close();
  }
}
