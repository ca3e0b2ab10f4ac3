/**
 * What the host runs to measure the memory of the library: the link with the methods that every application uses, and
 * no application. Each second it prints `BENCH` and the variables in use.
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
  const link = new MQTTLink(pins as unknown as LinkPins, read('net.json') as unknown as NetworkSettings, {
    verbose: false,
  });
  // What is named is there.
  ['publish', 'subscribe', 'statusHandler'].forEach(function (method) {
    if (!link[method as keyof MQTTLink]) print('there is no ' + method);
  });
})();
setInterval(function () {
  print('BENCH ' + process.memory().usage);
}, 1000);
