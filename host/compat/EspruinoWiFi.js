/** The module `EspruinoWiFi`, by which the first programs for Espruino WiFi boards called `Wifi`. */
module.exports = require('Wifi');
