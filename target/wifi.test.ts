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
    disconnects: 0,
    /** `ip` as `getIP` gives it while the status is `connected`. */
    ip: '192.0.2.7' as string | undefined,
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
    /** The network goes away without a word; or does not. */
    setStatus: (status: string) => {
      details.status = status;
    },
    inForce: () => `${details.ssid} ${details.password}`,
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
        disconnect: () => {
          board.disconnects++;
          details.status = 'off';
        },
        getIP: () => ({ ip: details.status === 'connected' ? board.ip : '0.0.0.0' }),
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
      const soon =
        <A extends unknown[]>(call: (...args: A) => void) =>
        (...args: A): void => {
          call(...args);
          board.pass(0);
        };
      return { start: soon(wifi.start), proceed: soon(wifi.proceed), check: soon(wifi.check) };
    },
  };
  return board;
}

const HOME = { ssid: 'home', password: 'secret' };

test('the saved network is the given one: joined already, or within 15 s', () => {
  for (const before of [true, false]) {
    const board = createBoard(HOME);
    const wifi = board.boot();
    if (before) board.join();
    assert.deepEqual(board.happened(), []);
    wifi.start('home', 'secret', true);
    if (!before) {
      board.pass(14);
      assert.deepEqual(board.happened(), ['DEFNET home']);
      board.join();
      assert.deepEqual(board.happened(), ['WIFI_UP home', 'joined']);
    } else assert.deepEqual(board.happened(), ['DEFNET home', 'WIFI_UP home', 'joined']);
    board.pass(1000);
    assert.deepEqual(board.happened(), []);
    assert.deepEqual(board.connects, []);
    assert.equal(board.saves, 0);
    assert.equal(board.timers(), 0);
  }
});

test('the saved network is the given one and does not come: it is tried by name, and nobody is asked', () => {
  const board = createBoard(HOME);
  const wifi = board.boot();
  wifi.start('home', 'secret', true);
  // The firmware tries, and tells each time.
  for (let i = 0; i < 3; i++) board.refuse('no_ap_found');
  board.pass(14.9);
  assert.deepEqual(board.happened(), ['DEFNET home']);
  board.pass(0.2);
  assert.deepEqual(board.happened(), ['WIFI_FAIL home: timeout, no_ap_found']);
  board.pass(5);
  assert.deepEqual(board.connects.splice(0), ['home secret']);
  board.join();
  assert.deepEqual(board.happened(), ['WIFI_UP home', 'joined']);
  board.pass(1000);
  assert.equal(board.saves, 0);
});

test('another network or password than the saved: the given one is asked for and tried first, joined, and saved', () => {
  for (const [ssid, password] of [
    ['given', 'secret2'],
    ['home', 'secret2'],
    ['given', 'secret'],
  ] as const) {
    const board = createBoard(HOME);
    let wifi = board.boot();
    // The saved one is there.
    board.join();
    wifi.start(ssid, password, true);
    assert.deepEqual(board.happened(), [`SPECNET ${ssid}`]);
    board.pass(1000);
    // The host is about to answer.
    board.emit('connected');
    assert.deepEqual(board.happened(), []);
    assert.deepEqual(board.connects, []);
    wifi.proceed();
    assert.deepEqual(board.connects.splice(0), [`${ssid} ${password}`]);
    // An event of the saved network that was on its way.
    board.emit('connected');
    board.emit('disconnected');
    assert.deepEqual(board.happened(), []);
    board.join();
    assert.deepEqual(board.happened(), [`WIFI_UP ${ssid}`, 'joined']);
    assert.equal(board.saves, 0, 'not before it has stayed');
    board.pass(1);
    assert.equal(board.saves, 1);
    assert.equal(board.timers(), 0);
    // From now on it is the saved one, and never written again.
    for (let i = 0; i < 3; i++) {
      wifi = board.boot();
      wifi.start(ssid, password, true);
      board.join();
      board.pass(10);
      assert.deepEqual(board.happened(), [`DEFNET ${ssid}`, `WIFI_UP ${ssid}`, 'joined']);
    }
    assert.equal(board.saves, 1);
  }
});

test('the given network is not there: the saved one is next at once, and then they take turns, each asked for', () => {
  const board = createBoard(HOME);
  const wifi = board.boot();
  wifi.start('given', 'secret2', true);
  for (const pause of [5, 10, 20, 40, 60, 60]) {
    assert.deepEqual(board.happened(), ['SPECNET given']);
    wifi.proceed();
    assert.deepEqual(board.connects.splice(0), ['given secret2']);
    board.refuse('no_ap_found');
    board.pass(0);
    assert.deepEqual(board.happened(), ['WIFI_FAIL given: no_ap_found', 'DEFNET home']);
    assert.deepEqual(board.connects.splice(0), ['home secret']);
    board.refuse('bad_password');
    assert.deepEqual(board.happened(), ['WIFI_FAIL home: bad_password']);
    // The firmware goes on trying by itself and says so.
    board.refuse('bad_password');
    board.pass(pause - 0.1);
    assert.deepEqual(board.happened(), []);
    assert.deepEqual(board.connects, []);
    board.pass(0.2);
  }
  wifi.proceed();
  board.refuse('no_ap_found');
  board.pass(0);
  board.happened();
  board.join();
  assert.deepEqual(board.happened(), ['WIFI_UP home', 'joined']);
  board.pass(1000);
  assert.equal(board.saves, 0, 'it is what flash holds');
  assert.equal(board.timers(), 0);
  // It goes away: it is tried first, then the given one has its chance.
  board.leave();
  board.connects.length = 0;
  board.pass(30);
  assert.deepEqual(board.connects.splice(0), ['home secret']);
  board.refuse('no_ap_found');
  board.pass(5);
  assert.deepEqual(board.happened(), ['WIFI_DOWN home', 'WIFI_FAIL home: no_ap_found', 'SPECNET given']);
  wifi.proceed();
  board.join();
  board.pass(1);
  assert.deepEqual(board.happened(), ['WIFI_UP given', 'joined']);
  assert.equal(board.saves, 1);
  // The other is forgotten.
  board.leave();
  board.pass(30);
  board.refuse('no_ap_found');
  board.pass(5);
  assert.deepEqual(board.connects, ['given secret2', 'given secret2', 'given secret2']);
  assert.deepEqual(board.happened(), ['WIFI_DOWN given', 'WIFI_FAIL given: no_ap_found']);
});

test('the host refuses: the saved network it is, and the given one is asked for again at its next turn', () => {
  const board = createBoard(HOME);
  const wifi = board.boot();
  wifi.start('given', 'secret2', true);
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(board.happened(), ['SPECNET given']);
    wifi.proceed(true);
    assert.deepEqual(board.happened(), ['DEFNET home']);
    assert.deepEqual(board.connects.splice(0), ['home secret']);
    board.refuse('no_ap_found');
    board.pass(59);
    assert.equal(board.happened()[0], 'WIFI_FAIL home: no_ap_found');
    if (i < 2) wifi.start('given', 'secret2', true);
  }
  wifi.proceed(true);
  board.join();
  board.pass(1);
  assert.deepEqual(board.happened(), ['DEFNET home', 'WIFI_UP home', 'joined']);
  assert.equal(board.saves, 0);
});

test('the host refuses and nothing is saved: it is asked again after a while', () => {
  const board = createBoard();
  const wifi = board.boot();
  wifi.start('given', 'secret', true);
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(board.happened(), ['SPECNET given']);
    wifi.proceed(true);
    board.pass(59);
    assert.deepEqual(board.happened(), []);
    board.pass(1);
  }
  assert.deepEqual(board.connects, []);
  wifi.proceed();
  assert.deepEqual(board.connects, ['given secret']);
});

test('nothing saved: no waiting', () => {
  const board = createBoard();
  const wifi = board.boot();
  wifi.start('given', 'secret', true);
  assert.deepEqual(board.happened(), ['SPECNET given']);
  wifi.proceed();
  board.join();
  assert.deepEqual(board.happened(), ['WIFI_UP given', 'joined']);
  board.pass(1);
  assert.equal(board.saves, 1);
  assert.equal(board.flash.ssid, 'given');
});

test('the saved network is ignored when not wanted, even if joined', () => {
  const board = createBoard(HOME);
  const wifi = board.boot();
  board.join();
  wifi.start('given', 'secret2', false);
  assert.deepEqual(board.happened(), ['SPECNET given']);
  board.emit('connected');
  wifi.proceed();
  board.refuse('no_ap_found');
  board.pass(5);
  assert.deepEqual(board.happened(), ['WIFI_FAIL given: no_ap_found']);
  assert.deepEqual(board.connects, ['given secret2', 'given secret2']);
  board.join();
  assert.deepEqual(board.happened(), ['WIFI_UP given', 'joined']);
  board.pass(1);
  assert.equal(board.saves, 1);
});

test('flash is written once for a network, however often it is joined by name', () => {
  // The longest names are shortened by the firmware; that must not look like a new network.
  for (const [ssid, password] of [
    ['given', 'secret'],
    ['s'.repeat(32), 'secret'.repeat(11).slice(0, 64)],
    ['open', ''],
  ] as const) {
    const board = createBoard(HOME);
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
      board.pass(1);
    }
    assert.equal(board.saves, 1);
    const wifi = board.boot();
    wifi.start(ssid, 'new secret', false);
    wifi.proceed();
    board.join();
    board.pass(1);
    assert.equal(board.saves, 2, 'a new password is saved');
  }
});

test('flash is not written for a network that could not be joined', () => {
  const board = createBoard(HOME);
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
  board.join();
  board.pass(1000);
  assert.deepEqual(board.happened(), ['SPECNET given', 'WIFI_UP given', 'joined']);
  assert.equal(board.saves, 1, 'one attempt');
});

test('an attempt that fails is reported in words and made again, with growing pauses', () => {
  const board = createBoard();
  const wifi = board.boot();
  wifi.start('given', 'secret', false);
  wifi.proceed();
  assert.deepEqual(board.happened(), ['SPECNET given']);
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
    assert.deepEqual(board.happened(), [`WIFI_FAIL given: ${status}`]);
    // The firmware goes on trying by itself and says so.
    board.refuse(status);
    board.pass(pause - 0.1);
    assert.deepEqual(board.happened(), []);
    assert.deepEqual(board.connects, []);
    board.pass(0.2);
  }
  assert.equal(board.connects.length, 1);
  board.join();
  assert.deepEqual(board.happened(), ['WIFI_UP given', 'joined']);
  board.pass(1);
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
  assert.deepEqual(board.happened(), ['WIFI_FAIL given: timeout, connecting']);
  board.pass(5);
  board.refuse('no_ap_found', false);
  board.pass(20);
  assert.deepEqual(board.happened(), ['WIFI_FAIL given: timeout, no_ap_found']);
  // Joined in a pause, by the firmware's own doing.
  board.join();
  assert.deepEqual(board.happened(), ['WIFI_UP given', 'joined']);
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
  assert.deepEqual(board.happened(), ['WIFI_FAIL given: timeout, connecting']);
  board.pass(5);
  board.join();
  assert.deepEqual(board.happened(), ['WIFI_UP given', 'joined']);
});

test('down and up are told once each; the firmware rejoins', () => {
  const board = createBoard(HOME);
  const wifi = board.boot();
  wifi.start('home', 'secret', true);
  board.join();
  board.happened();
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 5; i++) {
      board.leave();
      board.pass(4);
    }
    assert.deepEqual(board.happened(), ['WIFI_DOWN home']);
    board.join();
    board.emit('connected');
    assert.deepEqual(board.happened(), ['WIFI_UP home', 'joined']);
  }
  assert.deepEqual(board.connects, []);
  assert.equal(board.saves, 0);
});

test('the firmware does not rejoin: the network that was joined is joined anew', () => {
  const board = createBoard(HOME);
  const wifi = board.boot();
  wifi.start('home', 'secret', true);
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
  assert.deepEqual(board.happened(), [
    'WIFI_FAIL home: no_ap_found',
    'WIFI_FAIL home: timeout, connecting',
  ]);
  board.join();
  assert.deepEqual(board.happened(), ['WIFI_UP home', 'joined']);
  assert.equal(board.saves, 0);
  // The pauses are short again.
  board.leave();
  board.pass(30);
  board.refuse('no_ap_found');
  board.pass(5);
  assert.equal(board.connects.length, 2);
});

test('gone without a word: a check finds out, and it is joined anew at once', () => {
  const board = createBoard(HOME);
  const wifi = board.boot();
  wifi.start('home', 'secret', true);
  wifi.check();
  board.join();
  // So soon it is looked after anyway.
  wifi.check();
  board.pass(1);
  wifi.check();
  wifi.check();
  board.happened();
  assert.equal(board.timers(), 0);
  board.setStatus('no_ap_found');
  board.pass(1000);
  assert.deepEqual(board.happened(), []);
  wifi.check();
  assert.deepEqual(board.happened(), ['WIFI_DOWN home']);
  assert.deepEqual(board.connects, ['home secret']);
  wifi.check();
  board.emit('disconnected');
  assert.deepEqual(board.happened(), []);
  board.join();
  assert.deepEqual(board.happened(), ['WIFI_UP home', 'joined']);
  assert.equal(board.saves, 0);
});

test('an address that is gone: a check finds out, and the network is left and joined anew', () => {
  for (const none of ['0.0.0.0', undefined]) {
    const board = createBoard(HOME);
    const wifi = board.boot();
    wifi.start('home', 'secret', true);
    board.join();
    board.pass(1);
    board.happened();
    board.ip = none;
    wifi.check();
    assert.deepEqual(board.happened(), ['WIFI_DOWN home']);
    assert.equal(board.disconnects, 1);
    assert.deepEqual(board.connects, ['home secret']);
    // Joined without an address is not joined, and not for ever.
    board.join();
    assert.deepEqual(board.happened(), []);
    board.pass(25);
    assert.deepEqual(board.happened(), ['WIFI_FAIL home: timeout, no address']);
    assert.equal(board.disconnects, 2);
    board.ip = '192.0.2.8';
    board.join();
    assert.deepEqual(board.happened(), ['WIFI_UP home', 'joined']);
  }
});

test('a network that does not stay is not saved', () => {
  const board = createBoard(HOME);
  const wifi = board.boot();
  wifi.start('given', 'secret2', false);
  wifi.proceed();
  board.join();
  // What was said was about the network before, whose end is told now.
  board.leave();
  board.pass(0.5);
  board.setStatus('bad_password');
  board.pass(600);
  assert.equal(board.saves, 0);
  board.join();
  board.setStatus('bad_password');
  board.pass(1);
  assert.equal(board.happened().at(-1), 'WIFI_DOWN given');
  assert.equal(board.saves, 0);
});

test('an answer nobody asked for changes nothing; starting anew does', () => {
  const board = createBoard(HOME);
  const wifi = board.boot();
  wifi.proceed();
  assert.deepEqual(board.connects, []);
  wifi.start('home', 'secret', true);
  wifi.proceed();
  assert.deepEqual(board.connects, []);
  wifi.start('given', 'secret2', true);
  wifi.proceed();
  wifi.proceed();
  assert.equal(board.connects.length, 1);
  assert.deepEqual(board.happened(), ['DEFNET home', 'SPECNET given']);
  wifi.start('other', 'secret3', false);
  board.pass(1000);
  assert.equal(board.connects.length, 1);
  wifi.proceed();
  board.join();
  assert.deepEqual(board.happened(), ['SPECNET other', 'WIFI_UP other', 'joined']);
  board.pass(1);
  assert.equal(board.flash.ssid, 'other');
});
