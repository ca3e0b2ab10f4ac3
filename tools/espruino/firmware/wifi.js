/* eslint-disable @typescript-eslint/ban-ts-comment, @typescript-eslint/no-require-imports */
// @ts-nocheck: runs on Espruino.
// Storage module Wifi: a station as the ESP8266's firmware has it, in reach of one access point that the file "radio"
// describes. Arguments, errors, states and events follow libs/network/esp8266/jswrap_esp8266_network.c. It must not
// touch sockets: whether packets pass is for the access point to decide.
let station = false;
let status = 'off';
let ssid = '';
let password = '';
let joined; // callback of connect()
let poll; // interval, as long as the station is on
let attempt; // timeout of the next step in joining

function inReach() {
  const radio = JSON.parse(require('fs').readFileSync('radio'));
  return radio.on && radio.ssid === ssid && radio;
}

function lost(reason) {
  exports.emit('disconnected', { ssid: ssid, mac: '02:00:00:00:00:01', reason: reason });
}

function answer(error) {
  if (joined) setTimeout(joined, 0, error);
  joined = undefined;
}

function check(callback, nullAllowed) {
  if (callback === undefined || (nullAllowed && callback === null) || typeof callback === 'function') return;
  throw new Error('Expecting callback function but got ' + callback);
}

function gotAddress() {
  attempt = undefined;
  status = 'connected';
  answer(null);
  exports.emit('connected', { ip: '192.168.4.2', mask: '255.255.255.0', gw: '192.168.4.1' });
}

// The firmware tries again for ever; connect()'s callback hears only of the first failure.
function failed(state, reason) {
  status = state;
  answer(state);
  lost(reason);
  attempt = setTimeout(join, 2000);
}
function join() {
  attempt = undefined;
  const radio = inReach();
  if (!radio) failed('no_ap_found', 'no_ap_found');
  else if (radio.password && radio.password !== password) failed('bad_password', '4way_handshake_timeout');
  else {
    status = 'connecting';
    exports.emit('associated', { ssid: ssid, mac: '02:00:00:00:00:01', channel: 6 });
    attempt = setTimeout(gotAddress, 100);
  }
}

function stop() {
  if (poll) clearInterval(poll);
  if (attempt) clearTimeout(attempt);
  poll = attempt = undefined;
}

function begin() {
  stop();
  station = true;
  status = 'connecting';
  attempt = setTimeout(join, 100);
  poll = setInterval(function () {
    if (status !== 'connected' || inReach()) return;
    status = 'connecting';
    lost('beacon_timeout');
    attempt = setTimeout(join, 500);
  }, 250);
}

exports.connect = function (newSsid, options, callback) {
  if (typeof newSsid !== 'string') throw new Error('No SSID provided');
  check(callback);
  let newPassword = '';
  if (options !== undefined) {
    if (options === null || typeof options !== 'object')
      throw new Error('Expecting Object, got ' + typeof options);
    if (options.password !== undefined) newPassword = options.password;
    if (typeof newPassword !== 'string')
      throw new Error('Expecting options.password to be a string but got ' + typeof newPassword);
  }
  if (status === 'connected') {
    if (ssid === newSsid && password === newPassword) {
      if (callback) setTimeout(callback, 0, null);
      return;
    }
    lost('assoc_leave');
  }
  joined = callback;
  ssid = newSsid;
  password = newPassword;
  begin();
};

exports.disconnect = function (callback) {
  check(callback);
  stop();
  if (status === 'connected') lost('assoc_leave');
  joined = undefined;
  station = false;
  status = 'off';
  if (callback) setTimeout(callback, 0);
};

exports.save = function (what) {
  const storage = require('Storage');
  storage.erase('.wificfg');
  if (what === 'clear') return;
  storage.writeJSON('.wificfg', { ssid: ssid, password: password, mode: station ? 1 : 0 });
};

exports.restore = function () {
  const saved = require('Storage').readJSON('.wificfg', true);
  if (!saved || !(saved.mode & 1)) return;
  ssid = saved.ssid;
  password = saved.password;
  begin();
};

exports.getDetails = function (callback) {
  check(callback, true);
  const details = { status: status, ssid: ssid, password: password };
  if (station) details.rssi = status === 'connected' ? -60 : 0;
  details.savedSsid = null;
  if (callback) setTimeout(callback, 0, details);
  return details;
};

exports.getStatus = function (callback) {
  check(callback, true);
  const saved = require('Storage').readJSON('.wificfg', true);
  const state = {
    mode: station ? 'sta' : 'off',
    station: status,
    ap: 'disabled',
    phy: '11n',
    powersave: 'ps-poll',
    savedMode: saved && saved.mode & 1 ? 'sta' : 'off',
  };
  if (callback) setTimeout(callback, 0, state);
  return state;
};

exports.getIP = function (callback) {
  check(callback, true);
  const up = status === 'connected';
  const info = {
    ip: up ? '192.168.4.2' : '0.0.0.0',
    netmask: up ? '255.255.255.0' : '0.0.0.0',
    gw: up ? '192.168.4.1' : '0.0.0.0',
    mac: '5c:cf:7f:0a:0b:0c',
  };
  if (callback) setTimeout(callback, 0, null, info);
  return info;
};

// The tool looks it up and answers with "name address".
let resolved; // callback of getHostByName()
let resolving; // interval
exports.getHostByName = function (name, callback) {
  if (typeof name !== 'string') throw new Error('Hostname parameter is not a string');
  if (typeof callback !== 'function') throw new Error('Callback is not a function');
  const fs = require('fs');
  let tries = 50;
  resolved = callback;
  if (resolving) clearInterval(resolving);
  fs.writeFileSync('address', '-');
  if (status === 'connected') {
    fs.writeFileSync('name', name);
    fs.appendFileSync('../target.log', 'H');
  }
  resolving = setInterval(function () {
    const line = fs.readFileSync('address');
    const found = line.startsWith(name + ' ');
    if (!found && --tries) return;
    clearInterval(resolving);
    resolving = undefined;
    resolved((found && line.substr(name.length + 1)) || null);
  }, 50);
};

// At power-up the firmware does this by itself.
exports.restore();
