/**
 * What a target does first as it starts: it lets nobody in but its host. A fresh board is an open access point with a
 * console on port 23 that asks for no password, and tells the password of every network it joins. This must come
 * before all else of the bundle, and never write to flash when there is nothing to close.
 */

/** What is used of Espruino's module `Wifi`. */
interface Doors {
  getStatus(): { ap: 'enabled' | 'disabled'; savedMode: string };
  /** Also takes the access point out of what the SDK starts with next time, by itself. */
  stopAP(): void;
  save(): void;
  setConfig(settings: { powersave: 'none' }): void;
}

// Each start turns the console on (libs/network/telnet/jswrap_telnet.c:88), but it listens only once the event loop runs
// (:116), which is after the boot code (src/jsinteractive.c:534): turned off here, it never does, in no network.
try {
  require('TelnetServer').setOptions({ mode: 'off' });
  // The name of a module is memory, and this one is not needed again.
  Modules.removeCached('TelnetServer');
} catch (e) {
  // Not every build has one.
}

// The access point is up before any code runs, and saved settings, which the firmware restores after the boot code
// (targets/esp8266/user_main.c:271), may open it again: hence in the first turn of the event loop.
setTimeout(function () {
  const wifi: Doors = require('Wifi');
  // A radio that sleeps lets the broker's messages wait. Saved settings bring the sleep back, too.
  wifi.setConfig({ powersave: 'none' });
  const status = wifi.getStatus();
  if (status.ap !== 'enabled') return;
  wifi.stopAP();
  // Only where what is saved would open it at the next start.
  if (status.savedMode.includes('ap')) wifi.save();
}, 0);
