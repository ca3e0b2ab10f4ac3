/**
 * What the host runs to measure the memory of the library: the link, and no
 * application. Each second it prints `BENCH` and the variables in use.
 */
import { LinkPins, MQTTLink, NetworkSettings } from 'espruino-mqtt-link';

declare const Pin: (name: string) => unknown;

// Nothing of it stays but the call that looks at the memory.
(function () {
  function read(file: string): { [name: string]: unknown } {
    const fields = require('Storage').readJSON(file);
    // For the application that is not there.
    delete fields.interval;
    return fields;
  }

  const pins = read('pins.json');
  Object.keys(pins).forEach(function (name) {
    pins[name] = Pin(pins[name] as string);
  });
  new MQTTLink(pins as unknown as LinkPins, read('net.json') as unknown as NetworkSettings, {
    verbose: false,
  });
})();
setInterval(function () {
  print('BENCH ' + process.memory().usage);
}, 1000);
