/**
 * What the file `net.json` holds beside the settings of the network. Pure, so
 * that the tools on the PC check the file by the same rules as the board.
 */
import { refuse } from './argument-errors';

export type Fields = { [name: string]: unknown };

/**
 * Takes out of the fields of `net.json` what is not for the network.
 * @returns the options of `MQTTLink`; the interval is in `args`
 * @throws Error that names the field, its value and what is allowed
 */
export function takeOptions(settings: Fields): Fields {
  const OPTIONS =
    'localTimeOffset dst verbose timeout hold maxMessage maxQueue maxQueueBytes persist netTimeout';
  const interval = settings.interval === undefined ? 10 : settings.interval;
  if (typeof interval !== 'number' || !(interval >= 1 && interval <= 86400)) {
    refuse('interval', interval, 'seconds, 1 to 86400');
  }
  const wifi = settings.compatibility;
  if (wifi !== undefined && wifi !== 'wifi' && wifi !== 'wifi-here')
    refuse('compatibility', wifi, '"wifi" or "wifi-here"');
  const options: Fields = { args: [interval] };
  delete settings.interval;
  // For the modules of host/compat, and for the tools.
  delete settings.compatibility;
  OPTIONS.split(' ').forEach(function (name) {
    if (settings[name] !== undefined) options[name] = settings[name];
    delete settings[name];
  });
  return options;
}
