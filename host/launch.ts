/**
 * Starts an application with the configuration in the board's Storage, so that
 * the same bundle serves every board and network. A mistake in it ends in one
 * printed line that names file and field, never in half an application.
 *
 * `pins.json`: the five lines, each a name (`"B3"`, `"D5"`) or a number:
 *
 *     {"reset":"D4","sckout":"D5","stx":"D6","srx":"D7","sckin":"D8"}
 *
 * and `resetInverted`, true where a transistor is between `reset` and RST.
 *
 * `net.json`: the fields of `NetworkSettings`, those of `MQTTLinkOptions` but
 * for `userStart` and `args`, and `interval`, the seconds between two
 * publications of the application, 1 to 86400, default 10:
 *
 *     {"ssid":"home","password":"secret","broker":"192.168.0.9","interval":10}
 */
import { LinkPins, MQTTLink, NetworkSettings } from './';
import { Fields, takeOptions } from './net-file';
import { refuse } from './argument-errors';

declare const global: { mqttLink?: MQTTLink };

/** A name or number as a pin. */
declare const Pin: (value: unknown) => unknown;

/**
 * Constructs the MQTTLink, and leaves it in the global `mqttLink` as well: for whoever looks at a running board from
 * its console, as the acceptance test does.
 * @param start the `userStart`; also gets the interval in seconds
 * @returns the link. Where the configuration is not usable there is none: that is printed, `start` is never called, and
 * what comes is undefined. The tools put no such configuration on a board; who writes it by other means asks `if (link)`
 */
export function launch(start: (link: MQTTLink, interval: number) => void): MQTTLink {
  let file = 'pins.json';

  function read(): Fields {
    const fields = require('Storage').readJSON(file);
    if (!fields || typeof fields !== 'object') throw new Error('missing, or not a JSON object');
    return fields;
  }

  // What is no pin gives `undefined` with some firmware, throws with other.
  function toPin(name: string, value: unknown): unknown {
    try {
      const pin = Pin(value);
      if (typeof pin === 'number') return pin;
    } catch (e) {
      // Refused below.
    }
    return refuse(name, value, 'a pin of this board');
  }

  try {
    const pins = read();
    Object.keys(pins).forEach(function (name) {
      if (name !== 'resetInverted') pins[name] = toPin(name, pins[name]);
    });
    file = 'net.json';
    const settings = read();
    const options = takeOptions(settings);
    options.userStart = start;
    global.mqttLink = new MQTTLink(
      pins as unknown as LinkPins,
      settings as unknown as NetworkSettings,
      options,
    );
    return global.mqttLink;
  } catch (e) {
    const message = '' + ((e as Error).message || e);
    // The constructor speaks of both files; what is wrong with pins.json begins with its name.
    print((message.startsWith('pin') ? 'pins.json' : file) + ': ' + message);
  }
  return undefined as unknown as MQTTLink;
}
