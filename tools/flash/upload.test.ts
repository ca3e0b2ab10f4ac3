/**
 * Uploads to an emulated ESP8266, whose flash is laid out as a real one's: it
 * must never be compacted, which takes more stack than the chip has, and must
 * not lose what is to be kept.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { EmulatedPair } from '../rig/engines/emulator';
import { NETWORK, readBundle } from '../rig/world';
import { startVirtualBoards } from '../rig/virtual';
import { connectBoard } from './board';
import type { RemoteBoard } from './board';
import { SAVED, upload } from './upload';
import type { Outlook } from './upload';

/** What a board saves of the network (Espruino src/jswrap_storage.h). */
const NETWORK_FILE = '.wificfg';

const stops: (() => unknown)[] = [];
after(async () => {
  for (const stop of stops.reverse()) await stop();
});

async function target(): Promise<{ board: RemoteBoard; pair: EmulatedPair; shown: () => string }> {
  let shown = '';
  const boards = await startVirtualBoards({ engine: 'emulator', onConsole: (_, bytes) => (shown += bytes) });
  stops.push(() => boards.stop());
  const board = await connectBoard(boards.ports.target);
  stops.push(() => board.close());
  return { board, pair: boards.pair as EmulatedPair, shown: () => shown };
}

/** An upload, and what would have become of the program had it ended at each moment. */
async function put(board: RemoteBoard, bundle: string): Promise<Outlook[]> {
  const outlooks: Outlook[] = [];
  await upload(board, bundle, {}, { progress: () => undefined, outlook: (now) => outlooks.push(now) });
  return outlooks;
}

/** Bundles of the same size, all different. */
const bundle = (n: number): string => `${readBundle('target')}\n//${String(n).padStart(3, '0')}`;

test('ten bundles one after the other: flash is never compacted, the network stays, and so does room', async () => {
  const { board, pair, shown } = await target();
  await board.evaluate(
    `require("Wifi").connect(${JSON.stringify(NETWORK.ssid)},{password:${JSON.stringify(NETWORK.password)}})`,
  );
  await board.evaluate('require("Wifi").save()');
  const [before, typed] = [(await pair.storage('target'))[NETWORK_FILE], shown().length];
  assert.ok(before?.includes(NETWORK.password));
  const left: number[] = [];
  for (let n = 0; n < 10; n++) {
    await put(board, bundle(n));
    assert.deepEqual(await pair.storage('target'), { [NETWORK_FILE]: before, [SAVED]: bundle(n) });
    left.push(Number(await board.evaluate('require("Storage").getFree()')));
  }
  assert.deepEqual(pair.compactions('target'), []);
  assert.ok(Math.min(...left) >= 32 * 1024, `${left.join()} bytes are left for what the board saves`);
  assert.ok(!shown().slice(typed).includes(NETWORK.password), 'the password stays on the board');
});

test('the same bundle is left alone while there is room, and written again to make room', async () => {
  const { board, pair } = await target();
  await put(board, bundle(0));
  const writes = pair.flashWrites('target');
  await put(board, bundle(0));
  assert.equal(pair.flashWrites('target'), writes);
  await waste(board, 20_000);
  await put(board, bundle(0));
  assert.deepEqual(Object.keys(await pair.storage('target')), [SAVED]);
  assert.ok(Number(await board.evaluate('require("Storage").getFree()')) > 150_000);
  assert.deepEqual(pair.compactions('target'), []);
});

/** Leaves so many bytes behind the last file, the rest taken by erased ones. */
async function waste(board: RemoteBoard, left: number): Promise<void> {
  await board.evaluate(
    `(function(s){s.write("waste","x",0,s.getFree()-32-${String(left)});s.erase("waste")})(require("Storage"))`,
  );
}

test('what is too much to keep while all is erased is refused by name, and nothing is changed', async () => {
  const { board, pair } = await target();
  await put(board, bundle(0));
  await board.evaluate('require("Storage").write("diary","x",0,3000)');
  await waste(board, 10_000);
  const before = await pair.storage('target');
  await assert.rejects(
    put(board, bundle(1)),
    /has to be erased to make room, .* too much to be kept meanwhile: "diary" \(3000 bytes\)\. Save what you need, /,
  );
  assert.deepEqual(await pair.storage('target'), before);
});

test('any other file that does not fit behind the last one is refused, as the file of a self-test', async () => {
  const { board, pair } = await target();
  await put(board, bundle(0));
  await waste(board, 5000);
  await assert.rejects(
    board.writeFile('.selftest', 'x'.repeat(7000)),
    /cannot store 7000 bytes more without putting its flash in order, .* "npm run flash -- target" makes room$/,
  );
  await board.writeFile('.selftest', 'x'.repeat(4900));
  assert.deepEqual(pair.compactions('target'), []);
});

test('flash of the emulated board is compacted where a real one’s is', async () => {
  const { board, pair } = await target();
  await put(board, bundle(0));
  await waste(board, 5000);
  await board.evaluate('require("Storage").write("late","x",0,7000)');
  // A page and a header.
  assert.deepEqual(pair.compactions('target'), [4096 + 32]);
  assert.equal((await pair.storage('target'))[SAVED], bundle(0));
});
