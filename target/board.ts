/**
 * The target's end of the five wires on an ESP8266: which pins they are, how
 * they are read, written and watched. It and the bundles' entry files are the
 * only ones of `target/` that may touch the board.
 */
import { WirePins } from '../shared/wire';

/** Milliseconds that the link may look for the host's next bit before it lets the event loop run. */
const SPIN = 4;

/** Milliseconds for which the LED is lit, and is not. */
const BLINK = 500;

// Pins by number: the interpreter need not look them up, and a list of them takes less memory.
const clockOut = 15 as never as Pin;
const dataOut = 14 as never as Pin;
const dataIn = 13 as never as Pin;
const clockIn = 12 as never as Pin;
const led = 0 as never as Pin;

// Clocks low from the start: GPIO15 has a pull-down for the time before. The level comes before the mode, since an output
// shows what its register holds; the LED is lit by a low level. Without `pinMode` each write would set up its pin anew
// (Espruino src/jspin.c:262), which takes longer than the write.
digitalWrite([clockOut, dataOut], 0);
digitalWrite(led, 1);
pinMode(clockOut, 'output');
pinMode(dataOut, 'output');
pinMode(led, 'output');
pinMode(clockIn, 'input');
pinMode(dataIn, 'input');

function countSpins(): number {
  const start = getTime();
  let left = 100;
  while (digitalRead(clockIn) < 2) if (!--left) break;
  const spent = (getTime() - start) * 1000;
  // 2000 at most, and a whole number, which takes no room beside its name.
  return Math.max(20, (100 * SPIN) / Math.max(spent, SPIN / 20)) | 0;
}

let lit = 0;

// Shows that the board lives.
setInterval(function () {
  lit = 1 - lit;
  digitalWrite(led, lit);
}, BLINK);

export function watch(pin: Pin, run: () => void): unknown {
  try {
    return setWatch(run, pin, { edge: 'both', repeat: false });
  } catch (e) {
    // This pin cannot be watched: the link looks at it now and then.
    return undefined;
  }
}

export const pins: WirePins = {
  clockOut: clockOut,
  dataOut: dataOut,
  clockIn: clockIn,
  dataIn: dataIn,
  read: digitalRead,
  write: digitalWrite,
  spins: countSpins(),
};
