/** Joining on a scripted `Wifi` module that behaves as the ESP8266's does, with a clock of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createScriptedRadio } from '../tools/test-doubles/wifi-script';

const HOME = { ssid: 'home', password: 'secret' };

test('the saved network is the given one: joined already, or within 15 s', () => {
  for (const before of [true, false]) {
    const board = createScriptedRadio(HOME);
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
  const board = createScriptedRadio(HOME);
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
    const board = createScriptedRadio(HOME);
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
  const board = createScriptedRadio(HOME);
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
  assert.deepEqual(board.happened(), [
    'WIFI_DOWN home',
    'DEFNET home',
    'WIFI_FAIL home: no_ap_found',
    'SPECNET given',
  ]);
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
  const board = createScriptedRadio(HOME);
  const wifi = board.boot();
  wifi.start('given', 'secret2', true);
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(board.happened(), ['SPECNET given']);
    wifi.proceed(true);
    assert.deepEqual(board.happened(), ['DEFNET home']);
    assert.deepEqual(board.connects.splice(0), ['home secret']);
    board.refuse('no_ap_found');
    assert.deepEqual(board.happened(), ['WIFI_FAIL home: no_ap_found']);
    board.pass(59);
  }
  board.happened();
  wifi.proceed(true);
  board.join();
  board.pass(1);
  assert.deepEqual(board.happened(), ['DEFNET home', 'WIFI_UP home', 'joined']);
  assert.equal(board.saves, 0);
});

test('the host refuses and nothing is saved: it is asked again after a while', () => {
  const board = createScriptedRadio();
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
  const board = createScriptedRadio();
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
  const board = createScriptedRadio(HOME);
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
  // The longest that the firmware takes.
  for (const [ssid, password] of [
    ['given', 'secret'],
    ['s'.repeat(31), 'secret'.repeat(11).slice(0, 63)],
    ['open', ''],
  ] as const) {
    const board = createScriptedRadio(HOME);
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
  const board = createScriptedRadio(HOME);
  const wifi = board.boot();
  wifi.start('given', 'secret2', false);
  wifi.proceed();
  board.refuse('bad_password');
  board.pass(300);
  assert.equal(board.saves, 0);
});

test('a full flash does not keep the network from being used', () => {
  const board = createScriptedRadio();
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
  const board = createScriptedRadio();
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
  const board = createScriptedRadio();
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
  const board = createScriptedRadio();
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
  const board = createScriptedRadio(HOME);
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
  const board = createScriptedRadio(HOME);
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
  assert.deepEqual(board.happened(), ['WIFI_FAIL home: no_ap_found', 'WIFI_FAIL home: timeout, connecting']);
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
  const board = createScriptedRadio(HOME);
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
    const board = createScriptedRadio(HOME);
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
  const board = createScriptedRadio(HOME);
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

test('an answer nobody asked for changes nothing', () => {
  for (const useSaved of [true, false]) {
    const board = createScriptedRadio(HOME);
    const wifi = board.boot();
    wifi.proceed();
    board.pass(10);
    wifi.start('home', 'secret', useSaved);
    if (useSaved) wifi.proceed();
    assert.deepEqual(board.connects, []);
    wifi.proceed();
    wifi.proceed();
    board.pass(10);
    assert.deepEqual(board.connects, useSaved ? [] : ['home secret']);
    board.join();
    board.pass(1);
    wifi.proceed();
    wifi.proceed(true);
    board.pass(100);
    assert.deepEqual(board.happened(), [useSaved ? 'DEFNET home' : 'SPECNET home', 'WIFI_UP home', 'joined']);
    assert.equal(board.saves, 0);
  }
});
