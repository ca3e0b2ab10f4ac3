/**
 * The host's clock against a time server whose time is not the PC's: how far
 * it is off, over a slow link too and without a broker, and that it never goes
 * back. On the emulator, since the interpreter for Linux has the PC's clock.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { readBundle, startWorld } from '../rig/world';
import type { World, WorldOptions } from '../rig/world';

/** For what takes seconds on an idle PC, ms. */
const SOON = 60_000;

/** The promise, seconds. */
const CLOSE = 0.05;

/** By which the server's time differs from the PC's, ms. */
const OFFSET = 5_000_000_250;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What an application of the host would see: tells the time now and then, and looks for one that is earlier than before. */
const WATCH = `(function () {
  var last = 0;
  setInterval(function () {
    var now = getTime();
    // Set for the first time, or by more than a second: that may be either way.
    if (now < last && last - now < 1) print("backwards", last - now);
    last = now;
  }, 2);
  setInterval(function () { print("clock", getTime(), new Date().getTimezoneOffset()); }, 20);
})();`;

/** Makes pins as slow as a real board's, so that the link carries some 300 bytes a second. */
const SLOW = `(function () {
  var read = digitalRead, write = digitalWrite;
  function wait() { var end = getTime() + 0.00012, n = 0; while (getTime() < end && ++n < 10000); }
  digitalRead = global.digitalRead = function (pin) { wait(); return read(pin); };
  digitalWrite = global.digitalWrite = function (pin, value) { wait(); write(pin, value); };
})();`;

interface Sight {
  /** Seconds by which the board's clock is behind the server's. Messages between threads make it look later than it is. */
  readonly late: number;
  readonly zone: number;
}

interface Watched {
  readonly world: World;
  readonly lines: string[];
  readonly sights: Sight[];
  /** Of the server, from now on. */
  setOffset(ms: number): void;
  /** Waits until it is so. */
  until(done: () => boolean, what: string): Promise<void>;
  /** By which the clock is late, of what was seen in the next half second. */
  late(): Promise<number>;
}

async function watch(t: TestContext, options: Partial<WorldOptions> = {}): Promise<Watched> {
  const lines: string[] = [];
  const sights: Sight[] = [];
  const clock = { offset: OFFSET, ...options.clock };
  const world = await startWorld({
    engine: 'emulator',
    app: 'simple',
    hostBundle: WATCH + '\n' + readBundle('host-simple'),
    ...options,
    net: { interval: 1, timeout: 10, ...options.net },
    clock,
    onLine(board, line) {
      if (board !== 'host') return;
      const [, shown, zone] = /^clock ([\d.]+) (-?\d+)$/.exec(line) ?? [];
      if (shown === undefined) lines.push(line);
      else sights.push({ late: (Date.now() + clock.offset) / 1000 - Number(shown), zone: Number(zone) });
    },
  });
  t.after(() => world.stop());
  const watched: Watched = {
    world,
    setOffset(ms) {
      clock.offset = ms;
      world.clock.set({ offset: ms });
    },
    lines,
    sights,
    async until(done, what) {
      for (const end = Date.now() + SOON; !done(); await pause(10))
        assert.ok(Date.now() < end, `${what}: ${lines.slice(-10).join('\n')}`);
    },
    async late() {
      const from = sights.length;
      await pause(500);
      // Where nobody waited for the processor.
      return Math.min(...sights.slice(from).map((one) => one.late));
    },
  };
  return watched;
}

function isClose(late: number, what: string): void {
  assert.ok(Math.abs(late) < CLOSE, `${what}: ${late.toFixed(3)} s late`);
}

function isSet({ sights }: Watched): boolean {
  return Math.abs(sights.at(-1)?.late ?? Infinity) < 2;
}

test('the clock is right, over a link as slow as a real one too, and while the server is far', async (t) => {
  for (const [what, slow, clock] of [
    ['fast link', false, {}],
    ['slow link', true, {}],
    ['far and slow server', false, { there: 100, late: 300, back: 100 }],
  ] as const) {
    const watched = await watch(t, { clock, ...(slow && { hostFiles: { '.boot0': SLOW } }) });
    await watched.until(() => isSet(watched), what);
    isClose(await watched.late(), what);
    assert.ok(!watched.lines.some((line) => line.startsWith('backwards')), what);
    await watched.world.stop();
  }
});

test('corrections of less than a second never turn the clock back, and it is right in the end', async (t) => {
  const watched = await watch(t, { net: { rtcResync: 2 } });
  const { world, until, lines } = watched;
  await until(() => isSet(watched), 'set');
  isClose(await watched.late(), 'first');
  let offset = OFFSET;
  for (const by of [-300, -80, 400, -60, -5000, 20_000]) {
    offset += by;
    watched.setOffset(offset);
    const { queries } = world.clock;
    await until(() => world.clock.queries > queries + 1, 'asked again');
    if (by > -1000 && by < 0) await pause(-by * 30);
    isClose(await watched.late(), `after ${String(by)} ms`);
  }
  assert.deepEqual(
    lines.filter((line) => line.startsWith('backwards')),
    [],
  );
});

test('the clock is set while there is Wi-Fi and no broker', async (t) => {
  let late = Infinity;
  // A busy PC may hold one of both ways to the server for longer, of which nobody can know: not three times.
  for (let tries = 3; tries > 0 && Math.abs(late) >= CLOSE; tries--) {
    // Where nobody listens.
    const watched = await watch(t, { broker: { host: '127.0.0.1', port: 1 } });
    await watched.until(() => isSet(watched), 'set');
    late = await watched.late();
    await watched.world.stop();
  }
  isClose(late, 'without broker');
});

test('a time server that tells no time is told of, once, by name and reason; the clock is left alone', async (t) => {
  for (const [behaviour, why] of [
    [{ silent: true }, 'no answer'],
    [{ stratum: 0 }, 'it has no time'],
    [{ stratum: 16 }, 'it has no time'],
    [{ leap: 3 }, 'it has no time'],
    [{ otherQuestion: true }, 'nonsense'],
    [{ size: 20 }, 'nonsense'],
  ] as const) {
    const watched = await watch(t, { clock: behaviour });
    const told = (): string[] => watched.lines.filter((line) => line.includes('127.0.0.1: '));
    await watched.until(() => told().length > 0, why);
    await pause(300);
    assert.equal(told().length, 1);
    assert.match(told()[0] ?? '', new RegExp(`127\\.0\\.0\\.1: ${why}$`));
    assert.ok(!isSet(watched));
    await watched.world.stop();
  }
});

test('the zone is left alone unless it is given, and a rule for daylight saving time works', async (t) => {
  const zones = async (net: object, boot = ''): Promise<{ zone: number | undefined; lines: string[] }> => {
    const watched = await watch(t, { net: { rtcResync: 1, ...net }, hostFiles: { '.boot1': boot } });
    await watched.until(() => watched.world.clock.queries > 2, 'asked');
    await watched.world.stop();
    return { zone: watched.sights.at(-1)?.zone, lines: watched.lines };
  };
  // Summer or not, the rule's offset is there the whole year.
  const always = [60, 120, 0, 0, 0, -31, 0, 4, 6, 11, 31, 1440];
  assert.equal((await zones({})).zone, 0);
  assert.equal((await zones({}, 'E.setTimeZone(3);')).zone, -180);
  assert.equal((await zones({}, `E.setDST(${always.join()});`)).zone, -180);
  assert.equal((await zones({ localTimeOffset: 5.5 }, 'E.setTimeZone(3);')).zone, -330);
  assert.equal((await zones({ dst: always })).zone, -180);
  const europe = [60, 60, 4, 0, 2, 0, 120, 4, 0, 9, 0, 180];
  const kept = await zones({ localTimeOffset: 5.5 }, `E.setDST(${europe.join()});`);
  assert.ok(kept.zone === -60 || kept.zone === -120);
  assert.ok(kept.lines.some((line) => line.startsWith('localTimeOffset is left aside')));
  const lacking = await watch(t, { net: { dst: europe }, hostFiles: { '.boot1': 'delete E.setDST;' } });
  await lacking.until(
    () => lacking.lines.includes('net.json: dst: the firmware of this board has no E.setDST'),
    'lacks',
  );
});
