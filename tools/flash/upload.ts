/**
 * Puts a bundle and settings into a board's Storage so that it runs them at
 * power-on. Where there is room the bundle goes to a file beside the saved
 * code first and takes its place when it has arrived whole, so that a cut
 * upload changes nothing. It must never leave it open what the board has.
 */
import type { RemoteBoard } from './board';
import { crcOf } from './board';

/** What Espruino runs at power-on. */
export const SAVED = '.bootcde';

/** A bundle on its way. */
const STAGED = 'mqtt.new';

/** Bytes that Storage takes for a file beside its contents, and to which it rounds up. */
const HEADER = 32;
const WORD = 4;

/** Bytes that are copied at a time on the board: less than it has memory for, as text. */
const COPY = 256;

/** For copying a bundle, and for making one piece of Storage's free parts, ms. */
const FLASH_WITHIN = 60_000;

/** What became of the board's program when an upload ends before its end. */
export type Outlook = 'kept' | 'lost';

export interface UploadEvents {
  /** Bytes of the bundle that have arrived. */
  progress(done: number, all: number): void;
  /** What becomes of the board's program if all ends now. */
  outlook(now: Outlook): void;
}

function room(bytes: number): number {
  return HEADER + Math.ceil(bytes / WORD) * WORD;
}

async function freeBytes(board: RemoteBoard): Promise<number> {
  return Number(await board.evaluate('require("Storage").getFree()'));
}

/**
 * Writes small files, those that differ only. The board's program goes on, and reads them when it starts again.
 * @returns names of those written.
 */
export async function writeSettings(
  board: RemoteBoard,
  files: Readonly<Record<string, string>>,
): Promise<string[]> {
  const written: string[] = [];
  for (const [name, text] of Object.entries(files)) {
    const there = await board.checkFile(name);
    if (there?.length === text.length && there.crc === crcOf(text)) continue;
    await board.writeFile(name, text);
    written.push(name);
  }
  return written;
}

/**
 * Ends the board's program, and makes the bundle its saved code; it does not start it.
 * @throws Error, one line, when there is no room or the board does not take it.
 */
export async function upload(
  board: RemoteBoard,
  bundle: string,
  settings: Readonly<Record<string, string>>,
  events: UploadEvents,
): Promise<void> {
  const { length } = bundle;
  const need = room(length);
  const forSettings = Object.values(settings).reduce((sum, text) => sum + room(text.length), 0);
  await board.reset();
  await board.evaluate(`require("Storage").erase(${JSON.stringify(STAGED)})`);
  const old = await board.checkFile(SAVED);
  if (old?.length === length && old.crc === crcOf(bundle)) {
    await writeSettings(board, settings);
    return events.progress(length, length);
  }
  const taken = old ? room(old.length) : 0;
  let free = await freeBytes(board);
  // What erased files took comes back only when Storage is put in order.
  if (free < need + forSettings) {
    await board.evaluate('require("Storage").compact()', FLASH_WITHIN);
    free = await freeBytes(board);
  }
  if (free + taken < need + forSettings)
    throw new Error(
      `The bundle needs ${String(need + forSettings)} bytes of Storage, the board at ${board.port} has ${String(free + taken)}. ` +
        'What else is in its Storage can be erased: require("Storage").list()',
    );

  const staged = free >= need && free + taken >= 2 * need + forSettings;
  await writeSettings(board, settings);
  if (!staged) {
    events.outlook('lost');
    await board.evaluate(`require("Storage").erase(${JSON.stringify(SAVED)})`);
    await board.writeFile(SAVED, bundle, (done) => events.progress(done, length));
    return;
  }
  await board.writeFile(STAGED, bundle, (done) => events.progress(done, length));
  events.outlook('lost');
  // Text of Storage may move while Storage makes room, so a copy in memory is written.
  await board.evaluate(
    `(function(s,l){s.erase(${JSON.stringify(SAVED)});` +
      `for(var i=0;i<l;i+=${String(COPY)})s.write(${JSON.stringify(SAVED)},""+s.read("${STAGED}",i,${String(COPY)}),i,i?0:l);` +
      `s.erase("${STAGED}")})(require("Storage"),${String(length)})`,
    FLASH_WITHIN,
  );
  const saved = await board.checkFile(SAVED);
  if (saved?.length !== length || saved.crc !== crcOf(bundle))
    throw new Error(`The board at ${board.port} did not save the bundle as it was sent`);
}
