/**
 * What the host runs to measure the memory of the library: the link, and no
 * application. Each second it prints `BENCH` and the variables in use.
 */
import { LinkPins, MQTTLink, NetworkSettings } from '../../../host';

declare const Pin: (name: string) => unknown;

function read(file: string): { [name: string]: unknown } {
  const fields = require('Storage').readJSON(file);
  // For the application that is not there.
  delete fields.interval;
  return fields;
}

function look(): void {
  print('BENCH ' + process.memory().usage);
}

(function () {
  const pins = read('pins.json');
  Object.keys(pins).forEach(function (name) {
    pins[name] = Pin(pins[name] as string);
  });
  new MQTTLink(pins as unknown as LinkPins, read('net.json') as unknown as NetworkSettings, {
    verbose: false,
  });
})();
setInterval(look, 1000);
