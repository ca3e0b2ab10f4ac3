/* eslint-disable @typescript-eslint/ban-ts-comment, @typescript-eslint/no-require-imports */
// @ts-nocheck: runs on Espruino.
// What an ESP8266 has and an interpreter on a PC lacks: pins, Wi-Fi and the library of the firmware's name. Saved as
// .boot0, so it runs before the bundle; BOARD.x stands for a setting. It must cost next to nothing, since the ESP8266
// has all this in its firmware: as few functions as can be, none within another, as each keeps its scope; one timer;
// nothing kept longer than the firmware would.
if (!BOARD.echo) echo(0);

// FILES: what follows is left out where the interpreter has wires of its own.
// The pins: the two outputs are one byte in a file, the two inputs the byte of the other board's. Any other
// pin is the LED. digitalRead and digitalWrite are the hottest code there is: they start with "ram", as code in flash is
// read from a file piece by piece, and use bound native functions, three times as fast as methods looked up.
// What comes first is found first, and sooner than the names of built-in pins.
// The link always hands over the same arrays, which are known by identity.
let inputs;
let outputs;
// The byte is a digit, 0 to 3, so that reading it needs no conversion: clock in bit 1, data in bit 0.
let lines = 48;
const clockIn = global['D' + BOARD.clockIn];
const clockOut = global['D' + BOARD.clockOut];
let get = E.openFile(BOARD.output, 'w');
const back = get.seek.bind(get, 0);
const put = get.write.bind(get);
get = E.openFile(BOARD.input, 'r');
// Reading on beyond the end makes the C library drop what it has buffered, so the next read sees the file anew.
const rewind = get.seek.bind(get, 0);
get = get.read.bind(get, 2);
const fetch = get;
const dataIn = global['D' + BOARD.dataIn];
const dataOut = global['D' + BOARD.dataOut];
let led = 0;

global.digitalRead = function (pin) {
  'ram';
  rewind();
  if (pin === inputs) return get() | 0;
  if (pin === clockIn) return get() >> 1;
  if (pin === dataIn) return get() & 1;
  // A single pin that is no input shows what it is set to.
  if (!pin.length)
    return pin === D0 ? led : pin === clockOut ? (lines >> 1) & 1 : pin === dataOut && lines & 1;
  inputs = pin;
  return get() | 0;
};

global.digitalWrite = function (pin, value) {
  'ram';
  back();
  if (pin === outputs) return put([(lines = (value & 3) | 48)]);
  if (pin === clockOut) return put([(lines = value ? lines | 2 : lines & -3)]);
  if (pin === dataOut) return put([(lines = value ? lines | 1 : lines & -2)]);
  if (!pin.length) return pin === D0 && (led = value ? 1 : 0);
  outputs = pin;
  put([(lines = (value & 3) | 48)]);
};

// Nothing tells the interpreter of an edge: the link takes the exception for "poll it".
global.setWatch = function () {
  throw 'pin cannot be watched';
};

// FILES end.

// The chip's register of random numbers and the memory of its clock, nine words that a reset leaves as they are, have
// addresses here.
let rtc = [];
try {
  rtc = JSON.parse(require('fs').readFileSync('rtc'));
} catch (e) {
  // A board that never ran.
}
global.peek32 = function (address) {
  return address === 0x3ff20e44
    ? require('fs').readFileSync('noise') | 0
    : rtc[(address - 0x60001300) >> 2] | 0;
};
global.poke32 = function (address, value) {
  rtc[(address - 0x60001300) >> 2] = value;
  require('fs').writeFileSync('rtc', JSON.stringify(rtc));
};

// Wi-Fi: a station in reach of one access point, which the file "radio" describes. Arguments, errors, states and events
// follow libs/network/esp8266/jswrap_esp8266_network.c. Whether packets pass is for the access point to decide.
let status = 'off';
let ssid = '';
let password = '';
// Bits: 1 station, 2 access point. The vendor's library keeps them by itself, in the file "mode"; a board that never ran
// is an access point.
let mode = require('fs').readFileSync('mode') | 0;
let saved = 0; // those that Wi-Fi's saved settings hold
let sleep = 'ps-poll';
let skip; // the next "disconnected" is swallowed
// Looks at the radio until the next step: more than 0 until the next attempt to join, less until there is an address.
let wait = 0;
let joined; // callback of connect()
let resolved; // callback of getHostByName(),
let name; // its name
let left; // and how often the answer is still looked for

let $W = {
  connect: function (newSsid, options, callback) {
    if (typeof newSsid !== 'string') throw new Error('No SSID provided');
    if (callback !== undefined && typeof callback !== 'function')
      throw new Error('Expecting callback function but got ' + callback);
    if (options === null || (options !== undefined && typeof options !== 'object'))
      throw new Error('Expecting Object, got ' + typeof options);
    options = options && options.password !== undefined ? options.password : '';
    if (typeof options !== 'string')
      throw new Error('Expecting options.password to be a string but got ' + typeof options);
    if (status === 'connected') {
      if (ssid === newSsid && password === options) {
        if (callback) setTimeout(callback, 0, null);
        return;
      }
      this.emit('disconnected', { ssid: ssid, mac: '02:00:00:00:00:01', reason: 'assoc_leave' });
    }
    // The end of an attempt under way is not told; between two it is that of the next.
    skip = status !== 'connected' && status !== 'off' && status !== 'connecting';
    require('fs').writeFileSync('mode', (mode |= 1));
    joined = callback;
    // jsvGetString leaves a byte of its buffers to the NUL.
    ssid = newSsid.substr(0, 31);
    password = options.substr(0, 63);
    status = 'connecting';
    wait = 1;
  },
  disconnect: function (callback) {
    if (status === 'connected')
      this.emit('disconnected', { ssid: ssid, mac: '02:00:00:00:00:01', reason: 'assoc_leave' });
    require('fs').writeFileSync('mode', (mode &= 2));
    joined = undefined;
    status = 'off';
    wait = 0;
    if (callback) setTimeout(callback, 0);
  },
  save: function (what) {
    if (what === 'clear') require('Storage').erase(BOARD.saved);
    else
      require('Storage').writeJSON(BOARD.saved, {
        ssid: ssid,
        password: password,
        mode: (saved = mode),
        sleepType: sleep === 'none' ? 0 : 2,
      });
  },
  stopAP: function () {
    require('fs').writeFileSync('mode', (mode &= 1));
  },
  getAPDetails: function () {
    return {
      status: this.getStatus().ap,
      authMode: 'open',
      ssid: 'ESP_A0B1C2',
      password: '',
      savedSsid: null,
    };
  },
  setConfig: function (settings) {
    sleep = settings.powersave;
  },
  getStatus: function () {
    return {
      mode: ['off', 'sta', 'ap', 'sta+ap'][mode],
      station: status,
      ap: mode & 2 ? 'enabled' : 'disabled',
      phy: '11n',
      powersave: sleep,
      savedMode: ['off', 'sta', 'ap', 'sta+ap'][saved],
    };
  },
  getDetails: function (callback) {
    const details = { status: status, ssid: ssid, password: password, savedSsid: null };
    if (mode & 1) details.rssi = status === 'connected' ? -60 : 0;
    if (callback) setTimeout(callback, 0, details);
    return details;
  },
  getIP: function () {
    return { ip: status === 'connected' ? '192.168.4.2' : '0.0.0.0' };
  },
  // The tool looks it up and answers with "name address".
  getHostByName: function (what, callback) {
    if (typeof what !== 'string') throw new Error('Hostname parameter is not a string');
    if (typeof callback !== 'function') throw new Error('Callback is not a function');
    resolved = callback;
    name = what;
    left = 25;
    require('fs').writeFileSync('address', '-');
    if (status !== 'connected') return;
    require('fs').writeFileSync('name', name);
    require('fs').appendFileSync(BOARD.log, 'H');
  },
};
Modules.addCached('Wifi', 'module.exports=$W');

$W = {
  // The tool ends the process and starts it anew; until then this board does no more.
  reboot: function () {
    require('fs').appendFileSync(BOARD.log, 'R');
    for (;;);
  },
  // targets/esp8266/jshardware.c: jshSetSystemClock
  setCPUFreq: function (mhz) {
    if (mhz !== 80 && mhz !== 160) throw new Error('Invalid frequency value, must be 80 or 160');
    $W = mhz;
    return mhz * 1000000;
  },
  getResetInfo: function () {
    // targets/esp8266/user_main.c: rst_codes
    return {
      reason: require('fs').readFileSync('cause'),
      exccause: 0,
      epc1: 0,
      epc2: 0,
      epc3: 0,
      excvaddr: 0,
      depc: 0,
    };
  },
  getState: function () {
    return {
      sdkVersion: '2.2.1',
      cpuFrequency: $W,
      freeHeap: 12000,
      maxCon: 10,
      flashMap: '4MB:512/512',
      flashKB: 4096,
      flashChip: '0xef 0x4016',
    };
  },
};
Modules.addCached('ESP8266', 'module.exports=$W');
E.setClock = $W.setCPUFreq;
// From here on the clock's frequency.
$W = 160;

// FILES.
let table = '0123';
// FILES end.
setInterval(function () {
  // FILES.
  const now = require('fs').readFileSync(BOARD.wiring);
  if (now !== table) {
    table = now;
    get = fetch;
    if (table.length > 4) {
      // Probabilities of a wrong clock and of wrong data.
      const noise = table.split(',');
      get = function () {
        return table[fetch() | 0] ^ ((Math.random() < noise[1]) << 1) ^ (Math.random() < noise[2]);
      };
    } else if (table !== '0123')
      get = function () {
        return table[fetch() | 0];
      };
  }
  // FILES end.

  // A statement for each call: on an interpreter that measures its stack these must not be the deepest ones.
  const fs = require('fs');
  const wifi = require('Wifi');
  let event;
  let line = fs.readFileSync('radio');
  const radio = JSON.parse(line);
  const here = radio.on && radio.ssid === ssid;
  let facts = { ssid: ssid, mac: '02:00:00:00:00:01' };
  let result;
  if (wait > 0) {
    if (!--wait) {
      // The firmware tries again for ever; connect()'s callback hears only of the first failure.
      if (!here) result = facts.reason = 'no_ap_found';
      else if (radio.password && radio.password !== password) {
        result = 'bad_password';
        facts.reason = '4way_handshake_timeout';
      }
      status = result || 'connecting';
      wait = result ? 20 : -1;
      if (!result) {
        facts.channel = 6;
        event = 'associated';
      }
    }
  } else if (wait) {
    wait = 0;
    status = 'connected';
    result = null;
    event = 'connected';
    facts = { ip: '192.168.4.2', mask: '255.255.255.0', gw: '192.168.4.1' };
  } else if (status === 'connected' && !here) {
    status = 'connecting';
    wait = 5;
    facts.reason = 'beacon_timeout';
  }
  if (facts.reason) event = 'disconnected';
  if (facts.reason && skip) event = skip = result = undefined;
  if (event) wifi.emit(event, facts);
  line =
    event === 'connected'
      ? 'J'
      : event === 'disconnected' && (result ? (result === 'bad_password' ? 'P' : 'N') : 'L');
  if (line) fs.appendFileSync(BOARD.log, line);
  if (result !== undefined && joined) {
    setTimeout(joined, 0, result);
    joined = undefined;
  }

  if (resolved) {
    line = fs.readFileSync('address');
    const found = line.startsWith(name + ' ');
    line = line.substr(name.length + 1);
    if (found || !--left) {
      setTimeout(resolved, 0, (found && line) || null);
      resolved = name = undefined;
    }
  }
}, 100);

// FILES.
put([lines]);
// FILES end.
require('fs').appendFileSync(BOARD.log, 'B');

// At power-up the firmware restores what is saved, and joins that network by itself; after the boot code, in truth, which
// shows in no more than the mode and the sleep.
setTimeout(function () {
  const settings = require('Storage').readJSON(BOARD.saved, true);
  if (!settings) return;
  mode = saved = settings.mode;
  sleep = settings.sleepType ? 'ps-poll' : 'none';
}, 0);
{
  const settings = require('Storage').readJSON(BOARD.saved, true);
  if (settings && settings.mode & 1) {
    ssid = settings.ssid.substr(0, 31);
    password = settings.password.substr(0, 63);
    status = 'connecting';
    wait = 1;
  }
}
