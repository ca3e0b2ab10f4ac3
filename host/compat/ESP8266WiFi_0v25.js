/**
 * The module `ESP8266WiFi_0v25`, for boards whose ESP8266 understands AT commands: `connect` gives an object whose functions
 * take the password as it is, not among options. It must never touch the serial port that it is given.
 */
var wifi = require('Wifi');

function callLater(callback) {
  if (callback) setTimeout(callback, 0, null);
}

var functions = {
  init: callLater,
  reset: callLater,
  connect: function (ssid, key, callback) {
    wifi.connect(ssid, { password: key }, callback);
  },
  getIP: function (callback) {
    if (callback) setTimeout(callback, 0, null, wifi.getIP().ip);
  },
  setHostname: wifi.setHostname,
  getAPs: wifi.scan,
  createAP: wifi.startAP,
  ping: wifi.ping,
};

exports.connect = function (serial, callback) {
  wifi.on('associated', function () {
    exports.emit('associated');
  });
  wifi.on('connected', function () {
    exports.emit('connected');
  });
  wifi.on('disconnected', function () {
    exports.emit('disconnected');
  });
  callLater(callback);
  return functions;
};
