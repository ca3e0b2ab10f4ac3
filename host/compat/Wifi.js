/**
 * The module `Wifi` of boards with Wi-Fi, over the link: for programs that were written for such a board. It also holds
 * what this module and `MQTT` share, the one MQTTLink. What a program says of network and broker goes into that link's
 * settings; what it does not say is in net.json, and the pins are in pins.json.
 *
 * Functions, events and arguments are those of the firmware (Espruino libs/network/esp8266/jswrap_esp8266_network.c). It
 * must never say of the network what nobody told it, nor have a function that does nothing where the program relies on it.
 */
var library = require('mqttlink');
var storage = require('Storage');

/** What `save()` saved. */
var SAVED = 'wifi.json';

/** What is not known here and a program may print. */
var UNKNOWN = 'unknown';

var link;
// The client that has the broker: an object of `MQTT` or `tinyMQTT`.
var client;
// The network that the program names, if it does.
var ssid;
var password;
// The last that it named, in one string.
var asked;
// Whom to tell, once, of its being joined.
var joining;
var server;
var hostname = 'espruino';
var off = false;
// What the last attempt came to, as the firmware has it.
var state = 'off';

function isUp() {
  return state === 'connected';
}

function callLater(callback, first, second) {
  if (callback) setTimeout(callback, 0, first, second);
}

function tell(result) {
  callLater(joining, result);
  joining = undefined;
}

function goDown(reason, next) {
  var was = isUp();
  state = next;
  if (was) exports.emit('disconnected', { ssid: ssid, mac: UNKNOWN, reason: reason });
}

function goUp() {
  if (off || isUp()) return;
  state = 'connected';
  exports.emit('associated', { ssid: ssid, mac: UNKNOWN, channel: 0 });
  tell(null);
  exports.emit('connected', { ip: UNKNOWN, netmask: UNKNOWN, mask: UNKNOWN, gw: UNKNOWN });
}

// The numbers are those of `Status`, whose object would take some 60 variables.
function onStatus(_link, status, detail) {
  // BROKER_CHECK: there is a network. WIFI_UP.
  if (status === 1 || status === 9) goUp();
  // WIFI_DOWN.
  else if (status === 10) goDown('beacon_timeout', 'connecting');
  // ESP_FAIL, CRASHED.
  else if (status === 11 || status === 27) goDown('unspecified', 'connecting');
  // WIFI_FAIL: the network, a colon, and the reason.
  else if (status === 21) {
    detail = detail.split(': ').pop();
    state = detail;
    exports.emit('disconnected', { ssid: ssid, mac: UNKNOWN, reason: detail });
    tell(detail);
  }
  if (client) client._on(status, detail);
}

/** Makes the link, or has it go on with other settings. */
function apply() {
  var OPTIONS =
    'localTimeOffset dst verbose timeout hold maxMessage maxQueue maxQueueBytes persist netTimeout interval compatibility';
  var net = storage.readJSON('net.json', true) || {};
  var pins = storage.readJSON('pins.json', true) || {};
  var options = {};
  var made;
  OPTIONS.split(' ').forEach(function (name) {
    if (net[name] !== undefined) options[name] = net[name];
    delete net[name];
  });
  Object.keys(pins).forEach(function (name) {
    if (name !== 'resetInverted') pins[name] = Pin(pins[name]);
  });
  if (options.compatibility !== 'wifi-here') {
    if (ssid !== undefined) {
      net.ssid = ssid;
      net.password = password;
      net.useDefault = false;
    }
    // A name and a password are for the broker that they belong to.
    if (client && client.server) {
      net.broker = client.server;
      net.port = client.port;
      net.mqttUser = client.username || '';
      net.mqttPassword = (client.username && client.password) || '';
    }
    if (server) net.ntpServer = server;
  }
  ssid = net.ssid;
  password = net.password;
  if (client) {
    net.clientId = client.client_id || net.clientId;
    net.keepAlive = client.keep_alive;
    net.cleanSession = client.clean_session;
    if (client.will)
      library.MQTTLink.will(
        client.will.topic,
        client.will.message || client.will.payload || '',
        !!client.will.retain,
        client.will.qos ? 1 : 0,
        link,
      );
  } else net.broker = [];
  delete options.interval;
  delete options.compatibility;
  options.netTimeout = 0;
  options.link = link || null;
  made = new library.MQTTLink(pins, net, options);
  if (link) return;
  link = made;
  link.statusHandler(onStatus);
  if (state === 'off') state = 'connecting';
}

/** For `MQTT` and `tinyMQTT`: a client wants the broker. */
exports._use = function (next) {
  if (next === client) return;
  if (client)
    throw new Error('the link goes to one broker, and another client has it: disconnect() that one first');
  client = next;
  try {
    apply();
  } catch (e) {
    client = undefined;
    throw e;
  }
};

/** A client wants it no more. */
exports._off = function (last) {
  if (client !== last) return;
  client = undefined;
  apply();
};

exports._get = function () {
  return link;
};

exports.connect = function (name, options, callback) {
  var key;
  if (typeof name !== 'string') throw new Error('No SSID provided');
  if (callback !== undefined && typeof callback !== 'function')
    throw new Error('Expecting callback function but got ' + callback);
  key = (options && options.password) || '';
  if (typeof key !== 'string')
    throw new Error('Expecting options.password to be a string but got ' + typeof key);
  joining = callback;
  off = false;
  // What "wifi-here" puts in place of the program's words is the same whatever they are.
  if (!link || asked !== name + '\n' + key) {
    asked = name + '\n' + key;
    goDown('assoc_leave', 'connecting');
    ssid = name;
    password = key;
    apply();
  } else if (link.wifi()) {
    goUp();
    tell(null);
  }
};

exports.disconnect = function (callback) {
  off = true;
  joining = undefined;
  goDown('assoc_leave', 'off');
  if (client) client.disconnect();
  callLater(callback);
};

exports.getStatus = function (callback) {
  var status = {
    mode: off ? 'off' : 'sta',
    station: state,
    ap: 'disabled',
    phy: '11n',
    powersave: 'none',
    savedMode: storage.read(SAVED) ? 'sta' : 'off',
  };
  callLater(callback, status);
  return status;
};

exports.getDetails = function (callback) {
  var details = { status: state, ssid: ssid || '', password: password || '', savedSsid: null };
  callLater(callback, details);
  return details;
};

exports.getIP = function (callback) {
  var none = isUp() ? UNKNOWN : '0.0.0.0';
  var ip = { ip: none, netmask: none, gw: none, mac: UNKNOWN };
  callLater(callback, null, ip);
  return ip;
};

exports.getAPDetails = function (callback) {
  var details = {
    status: 'disabled',
    stations: [],
    ssid: '',
    password: '',
    authMode: 'open',
    savedSsid: null,
  };
  callLater(callback, details);
  return details;
};

exports.getHostname = function (callback) {
  callLater(callback, hostname);
  return hostname;
};

exports.setHostname = function (name, callback) {
  hostname = name;
  callLater(callback);
};

exports.save = function (what) {
  var saved = storage.readJSON(SAVED, true) || {};
  if (what === 'clear') storage.erase(SAVED);
  else if (saved.ssid !== ssid || saved.password !== password)
    storage.writeJSON(SAVED, { ssid: ssid, password: password });
};

exports.restore = function () {
  var saved = storage.readJSON(SAVED, true);
  if (saved) exports.connect(saved.ssid, { password: saved.password });
};

// The link sets the clock; the server takes effect where it is named before the network is.
exports.setSNTP = function (name, zone) {
  if (typeof zone !== 'number') throw new Error('Zone is not a number');
  server = name;
  E.setTimeZone(zone);
};

// There is no access point, and the target keeps its radio on.
exports.stopAP = callLater;
exports.setConfig = function () {};

// One for all, since each takes variables.
exports.startAP =
  exports.scan =
  exports.ping =
  exports.getHostByName =
  exports.setIP =
  exports.setAPIP =
  exports.getAPIP =
    function () {
      throw new Error(
        'Wifi: the target joins the network that it is told, by DHCP, and carries MQTT. ' +
          'There is no access point, no scan, no ping, no look-up and no address of your own',
      );
    };

// As a board with Wi-Fi joins the network that it has saved, where the program says nothing else at once.
setTimeout(function () {
  if (link || off) return;
  try {
    exports.restore();
    if (!link && (storage.readJSON('net.json', true) || {}).ssid) apply();
  } catch (e) {
    print('Wifi: ' + e.message);
  }
}, 0);
