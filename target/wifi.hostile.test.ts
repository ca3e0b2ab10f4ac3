/** Joining with a firmware that does all that may be feared of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Status } from '../shared/status';
import { chanceFrom, createTestChance, createTimers } from '../tools/test-doubles/testing';
import { HostileWifi } from '../tools/test-doubles/wifi-hostile';
import { createWifi, type Network, type Wifi } from './wifi';

const random = createTestChance('wifi.hostile.test.ts');

const HOME = { ssid: 'home', password: 'secret' };
const NAMES = ['home', 'given', 'other'];

/**
 * Seconds after the last fault until a network that is there is joined, whatever was before: an attempt that had just
 * begun, in vain (20), the longest pause (60), the other network's attempt and the host's answer (23), the attempt that
 * succeeds (20), with a check of the bridge before it all (10).
 */
const BOUND = 135;

/** Seconds for which nothing is said at most while there is no network: the longest pause and an attempt. */
const SILENCE = 80;

/** @returns faults that the program met, for the test of the test */
function live(seed: number): { uncaught: number; saves: number; connects: number } {
  const chance = chanceFrom(seed);
  const clock = createTimers();
  const given = { ssid: NAMES[chance(2)] as string, password: chance(2) ? 'secret' : 'secret2' };
  const firmware = new HostileWifi(clock, chance, chance(4) ? HOME : { ssid: '', password: '' });
  const useSaved = chance(3) > 0;
  let wifi: Wifi | undefined;
  // What the host was told last.
  let last: Status | undefined;
  let online = false;
  let lives = 0;
  let silent = 0;

  function start(): void {
    const mine = ++lives;
    const old = firmware.module;
    firmware.boot();
    assert.notEqual(firmware.module, old);
    last = undefined;
    silent = 0;
    online = false;
    const one = createWifi({
      wifi: firmware.module,
      later: (run, ms) => clock.later(() => mine === lives && firmware.run(run), ms),
      cancel: clock.cancel,
      status: (status, detail) => {
        assert.ok(!detail.includes('secret'), 'a password got out');
        assert.ok(NAMES.includes(detail.split(': ')[0] as string), `no name in "${detail}"`);
        assert.equal(status === Status.WIFI_FAIL, detail.includes(': '));
        assert.equal(
          status === Status.WIFI_DOWN,
          online,
          `${String(status)} told while online: ${String(online)}`,
        );
        online = status === Status.WIFI_UP;
        last = status;
        silent = 0;
        if (status !== Status.SPECNET) return;
        assert.equal(detail, given.ssid);
        const refused = firmware.hostile && chance(4) === 0;
        clock.later(() => {
          if (mine === lives) firmware.run(() => one.proceed(refused));
        }, chance(2000));
      },
      joined: () => assert.equal(last, Status.WIFI_UP),
    });
    wifi = one;
    // What nobody catches ends the target's start.
    firmware.crash = start;
    clock.later(
      () => {
        if (mine === lives) firmware.run(() => one.start(given.ssid, given.password, useSaved));
      },
      100 + chance(5000),
    );
  }

  // The bridge, which cannot reach its broker.
  function check(): void {
    if (!firmware.joined()) firmware.run(() => wifi?.check());
    // The host resets a target that says nothing for much longer.
    if (!online && last !== Status.SPECNET) silent++;
    assert.ok(silent <= SILENCE / 10, `nothing said, SEED=${String(seed)}`);
    clock.later(check, 10_000);
  }

  start();
  check();
  const before = firmware.flash;
  for (let i = chance(30); i > 0; i--) {
    const networks: Network[] = [given, HOME, { ssid: given.ssid, password: 'another' }];
    firmware.setAround(networks.filter(() => chance(2) > 0));
    clock.pass(chance(60));
    firmware.fault();
    if (chance(20) === 0) start();
  }
  // What is late by then has come.
  clock.pass(60);
  const known = useSaved && before.ssid && chance(2) ? firmware.flash : given;
  const there = known.ssid ? known : given;
  firmware.fault();
  firmware.hostile = false;
  firmware.setAround([there]);
  clock.pass(BOUND);
  assert.equal(firmware.wrong, '', `SEED=${String(seed)}`);
  assert.ok(firmware.joined(), `not joined, SEED=${String(seed)}`);
  assert.deepEqual(firmware.inForce(), there, `SEED=${String(seed)}`);
  assert.ok(online, `joined, and nobody knows, SEED=${String(seed)}`);
  const { connects, saves, uncaught } = firmware;
  clock.pass(10_000);
  assert.ok(online && firmware.joined(), 'it stays');
  assert.equal(firmware.connects, connects, 'a network that is joined is left alone');
  return { connects, saves, uncaught };
}

test('a network that is there is joined in time, whatever went before; flash is written when it is new', () => {
  let uncaught = 0;
  let saves = 0;
  for (let i = 0; i < 3000; i++) {
    const seed = random(2 ** 31);
    const met = live(seed);
    uncaught += met.uncaught;
    saves += met.saves;
  }
  assert.ok(
    uncaught > 1000 && saves > 1000,
    `${String(uncaught)} exceptions, ${String(saves)} networks saved`,
  );
});
