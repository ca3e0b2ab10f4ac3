/**
 * Puts a bundle and settings into a board's Storage so that it runs them at
 * power-on. Where there is room the bundle goes to a file beside the saved
 * code first and takes its place when it has arrived whole, so that a cut
 * upload changes nothing. It must never leave it open what the board has, nor
 * have an ESP8266 compact its flash.
 */
import type { RemoteBoard } from './board';
import { crcOf, freeBytes, isFragile, roomFor } from './board-storage';

/** What Espruino runs at power-on. */
export const SAVED = '.bootcde';

/** A bundle on its way. */
const STAGED = 'mqtt.new';

/** Bytes that are copied at a time on the board: less than it has memory for, as text. */
const COPY = 256;

/**
 * Bytes that stay free in an ESP8266's flash: for what it saves by itself, the network when that is a new one (some 400
 * bytes each time), and for self-tests.
 */
const SPARE = 32 * 1024;

/** Bytes of files that an ESP8266 has memory for while all its flash is erased. */
const KEPT = 2048;

/** Files of these tools, which need not be kept. */
const OWN = [SAVED, STAGED, '.selftest'];

/** For copying a bundle, for erasing all, and for making one piece of Storage's free parts, ms. */
const FLASH_WITHIN = 60_000;

/** What became of the board's program when an upload ends before its end. */
export type Outlook = 'kept' | 'lost';

export interface UploadEvents {
  /** Bytes of the bundle that have arrived. */
  progress(done: number, all: number): void;
  /** What becomes of the board's program if all ends now. */
  outlook(now: Outlook): void;
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
 * Erases all of Storage, which makes all of it free without compaction, and puts back what was not put there by these
 * tools: above all the network that is saved, `.wificfg` (Espruino src/jswrap_storage.h). That holds a password, so it
 * stays on the board meanwhile.
 * @param begin called when nothing stands in the way
 * @throws Error, one line, when there is more than the board has memory for; then nothing is changed.
 */
async function startAnew(board: RemoteBoard, begin: () => void): Promise<void> {
  const own = JSON.stringify(OWN);
  const others = (await board.evaluate(
    `(function(s){return s.list().filter(function(f){return ${own}.indexOf(f)<0}).map(function(f){return [f,s.read(f).length]})})(require("Storage"))`,
  )) as [string, number][];
  const size = others.reduce((sum, [, bytes]) => sum + bytes, 0);
  if (size > KEPT) {
    const names = others
      .map(([name, bytes]) => `${JSON.stringify(name)} (${String(bytes)} bytes)`)
      .join(', ');
    throw new Error(
      `The flash of the board at ${board.port} has to be erased to make room, and what is in it besides the bundle is ` +
        `too much to be kept meanwhile: ${names}. Save what you need, then erase it: require("Storage").eraseAll()`,
    );
  }
  begin();
  const kept = await board.evaluate(
    `(function(s,k,r){s.list().forEach(function(f){if(${own}.indexOf(f)<0)k[f]=""+s.read(f)});s.eraseAll();` +
      `Object.keys(k).forEach(function(f){s.write(f,k[f]);r=r&&s.read(f)===k[f]});return r})(require("Storage"),{},true)`,
    FLASH_WITHIN,
  );
  if (kept !== true) throw new Error(`The board at ${board.port} did not keep the other files in its flash`);
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
  const need = roomFor(length);
  const forSettings = Object.values(settings).reduce((sum, text) => sum + roomFor(text.length), 0);
  await board.reset();
  await board.evaluate(`require("Storage").erase(${JSON.stringify(STAGED)})`);
  const old = await board.checkFile(SAVED);
  let free = await freeBytes(board);
  const fragile = isFragile(board.info);
  if (old?.length === length && old.crc === crcOf(bundle) && (!fragile || free >= SPARE)) {
    await writeSettings(board, settings);
    return events.progress(length, length);
  }
  if (fragile && free < 2 * need + forSettings + SPARE) {
    await startAnew(board, () => events.outlook('lost'));
    await writeSettings(board, settings);
    await board.writeFile(SAVED, bundle, (done) => events.progress(done, length));
    return;
  }
  const taken = old ? roomFor(old.length) : 0;
  // What erased files took comes back only when Storage is compacted.
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
