/** Joining on a scripted `Wifi` module that behaves as the ESP8266's does, with a clock of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Status } from '../shared/status';
import { createWifi, type WifiModule } from './wifi';

const NAMES: Record<number, string> = {
  [Status.DEFNET]: 'DEFNET',
  [Status.SPECNET]: 'SPECNET',
  [Status.WIFI_FAIL]: 'WIFI_FAIL',
  [Status.WIFI_UP]: 'WIFI_UP',
  [Status.WIFI_DOWN]: 'WIFI_DOWN',
};

/** A board: its flash outlives `boot`. */
function createBoard(flash = { ssid: '', password: '' }) {
  let now = 0;
  let timers: { at: number; run: () => void }[] = [];
  let listeners: Record<string, (() => void)[]> = {};
  let details = { status: 'off', ssid: '', password: '' };
  let callback: ((error: string | null) => void) | undefined;
  const log: string[] = [];
  const board = {
    flash,
    saves: 0,
    saveThrows: false,
    connects: [] as string[],
    happened: () => log.splice(0),
    timers: () => timers.length,
    pass: (seconds: number) => {
      const end = now + seconds * 1000;
      for (;;) {
        const due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        now = due.at;
        timers = timers.filter((other) => other !== due);
        due.run();
      }
      now = end;
    },
    emit: (event: string) => {
      for (const listener of listeners[event] ?? []) listener();
    },
    /** The network is joined and an address is there. */
    join: () => {
      details.status = 'connected';
      const done = callback;
      callback = undefined;
      done?.(null);
      board.emit('connected');
    },
    /** An attempt fails, as the firmware tells it. */
    refuse: (status: string, tell = true) => {
      details.status = status;
      const done = callback;
      if (tell) {
        callback = undefined;
        done?.(status);
      }
      board.emit('disconnected');
    },
    leave: () => {
      details.status = 'connecting';
      board.emit('disconnected');
    },
    boot: () => {
      now = 0;
      timers = [];
      listeners = {};
      callback = undefined;
      // The firmware shortens what is too long for it, and more so when it restores.
      details = {
        status: board.flash.ssid ? 'connecting' : 'off',
        ssid: board.flash.ssid.slice(0, 31),
        password: board.flash.password.slice(0, 63),
      };
      const module: WifiModule = {
        connect: (ssid, options, done) => {
          board.connects.push(`${ssid} ${options.password}`);
          const same =
            details.status === 'connected' && details.ssid === ssid && details.password === options.password;
          if (same) return void timers.push({ at: now, run: () => done(null) });
          details = {
            status: 'connecting',
            ssid: ssid.slice(0, 31),
            password: options.password.slice(0, 63),
          };
          callback = done;
        },
        save: () => {
          board.saves++;
          if (board.saveThrows) throw new Error('Unable to find or create file');
          board.flash = { ssid: details.ssid, password: details.password };
        },
        getDetails: () => ({ ...details, savedSsid: null }) as ReturnType<WifiModule['getDetails']>,
        on: (event, listener) => {
          (listeners[event] ??= []).push(listener);
        },
      };
      const wifi = createWifi({
        wifi: module,
        later: (run, ms) => {
          const timer = { at: now + ms, run };
          timers.push(timer);
          return timer;
        },
        cancel: (timer) => {
          timers = timers.filter((other) => other !== timer);
        },
        status: (status, detail) => {
          assert.ok(!/secret/.test(detail), 'a password got out');
          log.push(`${NAMES[status]} ${detail}`.trim());
        },
        joined: () => log.push('joined'),
      });
      // What it puts off it does at once here.
      const proceed = (): void => {
        wifi.proceed();
        board.pass(0);
      };
      return { ...wifi, proceed };
    },
  };
  return board;
}

test('the saved network: joined already, or within 15 s', () => {
  for (const before of [true, false]) {
    const board = createBoard({ ssid: 'home', password: 'secret' });
    const wifi = board.boot();
    if (before) board.join();
    assert.deepEqual(board.happened(), []);
    wifi.start('given', 'secret2', true);
    if (!before) {
      board.pass(14);
      assert.deepEqual(board.happened(), ['DEFNET']);
      board.join();
      assert.deepEqual(board.happened(), ['joined']);
    } else assert.deepEqual(board.happened(), ['DEFNET', 'joined']);
    board.pass(1000);
    assert.deepEqual(board.happened(), []);
    assert.deepEqual(board.connects, []);
    assert.equal(board.saves, 0);
    assert.equal(board.timers(), 0);
  }
});

test('the saved network does not come: the given one is asked for, joined when told, and saved', () => {
  const board = createBoard({ ssid: 'home', password: 'secret' });
  let wifi = board.boot();
  wifi.start('given', 'secret2', true);
  // The firmware tries, and tells each time.
  for (let i = 0; i < 3; i++) board.refuse('no_ap_found');
  board.pass(14.9);
  assert.deepEqual(board.happened(), ['DEFNET']);
  board.pass(0.2);
  assert.deepEqual(board.happened(), ['SPECNET']);
  board.pass(1000);
  // Too late: the host is about to answer.
  board.join();
  assert.deepEqual(board.happened(), []);
  assert.deepEqual(board.connects, []);
  wifi.proceed();
  assert.deepEqual(board.connects.splice(0), ['given secret2']);
  board.join();
  assert.deepEqual(board.happened(), ['joined']);
  assert.equal(board.saves, 1);
  // From now on it is the saved one, and never written again.
  for (let i = 0; i < 3; i++) {
    wifi = board.boot();
    wifi.start('given', 'secret2', true);
    board.join();
    assert.deepEqual(board.happened(), ['DEFNET', 'joined']);
  }
  assert.equal(board.saves, 1);
});

test('nothing saved: no waiting', () => {
  const board = createBoard();
  const wifi = board.boot();
  wifi.start('given', 'secret', true);
  assert.deepEqual(board.happened(), ['DEFNET', 'SPECNET']);
  wifi.proceed();
  board.join();
  assert.deepEqual(board.happened(), ['joined']);
  assert.equal(board.saves, 1);
  assert.equal(board.flash.ssid, 'given');
});

test('the saved network is ignored when not wanted, even if joined', () => {
  const board = createBoard({ ssid: 'home', password: 'secret' });
  const wifi = board.boot();
  board.join();
  wifi.start('given', 'secret2', false);
  assert.deepEqual(board.happened(), ['SPECNET']);
  board.emit('connected');
  wifi.proceed();
  // An event of the saved network that was on its way.
  board.emit('connected');
  assert.deepEqual(board.happened(), []);
  board.join();
  assert.deepEqual(board.happened(), ['joined']);
  assert.equal(board.saves, 1);
});

test('flash is written once for a network, however often it is joined by name', () => {
  // The longest names are shortened by the firmware; that must not look like a new network.
  for (const [ssid, password] of [
    ['given', 'secret'],
    ['s'.repeat(32), 'secret'.repeat(11).slice(0, 64)],
    ['open', ''],
  ] as const) {
    const board = createBoard({ ssid: 'home', password: 'secret' });
    for (let i = 0; i < 5; i++) {
      const wifi = board.boot();
      wifi.start(ssid, password, false);
      wifi.proceed();
      board.join();
      // It comes and goes.
      board.leave();
      board.join();
      board.leave();
      board.pass(60);
      board.join();
    }
    assert.equal(board.saves, 1);
    const wifi = board.boot();
    wifi.start(ssid, 'new secret', false);
    wifi.proceed();
    board.join();
    assert.equal(board.saves, 2, 'a new password is saved');
  }
});

test('flash is not written for a network that could not be joined', () => {
  const board = createBoard({ ssid: 'home', password: 'secret' });
  const wifi = board.boot();
  wifi.start('given', 'secret2', false);
  wifi.proceed();
  board.refuse('bad_password');
  board.pass(300);
  assert.equal(board.saves, 0);
});

test('a full flash does not keep the network from being used', () => {
  const board = createBoard();
  board.saveThrows = true;
  const wifi = board.boot();
  wifi.start('given', 'secret', false);
  wifi.proceed();
  assert.throws(() => board.join());
  assert.deepEqual(board.happened(), ['SPECNET', 'joined']);
});

test('an attempt that fails is reported in words and made again, with growing pauses', () => {
  const board = createBoard();
  const wifi = board.boot();
  wifi.start('given', 'secret', false);
  wifi.proceed();
  assert.deepEqual(board.happened(), ['SPECNET']);
  for (const [status, pause] of [
    ['bad_password', 5],
    ['no_ap_found', 10],
    ['connect_failed', 20],
    ['auth_expire', 40],
    ['no_ap_found', 60],
    ['no_ap_found', 60],
  ] as const) {
    assert.equal(board.connects.splice(0).length, 1);
    board.refuse(status);
    assert.deepEqual(board.happened(), [`WIFI_FAIL ${status}`]);
    // The firmware goes on trying by itself and says so.
    board.refuse(status);
    board.pass(pause - 0.1);
    assert.deepEqual(board.happened(), []);
    assert.deepEqual(board.connects, []);
    board.pass(0.2);
  }
  assert.equal(board.connects.length, 1);
  board.join();
  assert.deepEqual(board.happened(), ['joined']);
  assert.equal(board.saves, 1);
});

test('an attempt that the firmware says nothing about', () => {
  const board = createBoard();
  const wifi = board.boot();
  wifi.start('given', 'secret', false);
  wifi.proceed();
  board.happened();
  board.pass(19.9);
  assert.deepEqual(board.happened(), []);
  board.pass(0.2);
  assert.deepEqual(board.happened(), ['WIFI_FAIL timeout, connecting']);
  board.pass(5);
  board.refuse('no_ap_found', false);
  board.pass(20);
  assert.deepEqual(board.happened(), ['WIFI_FAIL timeout, no_ap_found']);
  // Joined in a pause, by the firmware's own doing.
  board.join();
  assert.deepEqual(board.happened(), ['joined']);
  board.pass(1000);
  assert.deepEqual(board.happened(), []);
  assert.equal(board.timers(), 0);
});

test('no address within the time that an attempt has', () => {
  const board = createBoard();
  const wifi = board.boot();
  wifi.start('given', 'secret', false);
  wifi.proceed();
  board.happened();
  board.pass(20);
  assert.deepEqual(board.happened(), ['WIFI_FAIL timeout, connecting']);
  board.pass(5);
  board.join();
  assert.deepEqual(board.happened(), ['joined']);
});

test('down and up are told once each; the firmware rejoins', () => {
  const board = createBoard({ ssid: 'home', password: 'secret' });
  const wifi = board.boot();
  wifi.start('given', 'secret2', true);
  board.join();
  board.happened();
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 5; i++) {
      board.leave();
      board.pass(4);
    }
    assert.deepEqual(board.happened(), ['WIFI_DOWN']);
    board.join();
    board.emit('connected');
    assert.deepEqual(board.happened(), ['WIFI_UP', 'joined']);
  }
  assert.deepEqual(board.connects, []);
  assert.equal(board.saves, 0);
});

test('the firmware does not rejoin: the network that was joined is joined anew, quietly', () => {
  const board = createBoard({ ssid: 'home', password: 'secret' });
  const wifi = board.boot();
  wifi.start('given', 'secret2', true);
  board.join();
  board.leave();
  board.happened();
  board.pass(30);
  assert.deepEqual(board.connects.splice(0), ['home secret']);
  board.refuse('no_ap_found');
  board.pass(5);
  assert.deepEqual(board.connects.splice(0), ['home secret']);
  board.pass(19);
  board.pass(2);
  board.pass(10);
  assert.deepEqual(board.connects.splice(0), ['home secret']);
  assert.deepEqual(board.happened(), []);
  board.join();
  assert.deepEqual(board.happened(), ['WIFI_UP', 'joined']);
  assert.equal(board.saves, 0);
  // The pauses are short again.
  board.leave();
  board.pass(30);
  board.refuse('no_ap_found');
  board.pass(5);
  assert.equal(board.connects.length, 2);
});

test('an answer nobody asked for changes nothing; starting anew does', () => {
  const board = createBoard({ ssid: 'home', password: 'secret' });
  const wifi = board.boot();
  wifi.proceed();
  assert.deepEqual(board.connects, []);
  wifi.start('given', 'secret2', true);
  wifi.proceed();
  assert.deepEqual(board.connects, []);
  board.pass(15);
  wifi.proceed();
  wifi.proceed();
  assert.equal(board.connects.length, 1);
  assert.deepEqual(board.happened(), ['DEFNET', 'SPECNET']);
  wifi.start('other', 'secret3', false);
  board.pass(1000);
  assert.equal(board.connects.length, 1);
  wifi.proceed();
  board.join();
  assert.deepEqual(board.happened(), ['SPECNET', 'joined']);
  assert.equal(board.flash.ssid, 'other');
});
