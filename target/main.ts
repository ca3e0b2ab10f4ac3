/**
 * The target's bundle: an ESP8266's pins, Wi-Fi, sockets and timers, given to
 * the bridge and to its end of the link. The only file of `target/` that may
 * touch the board.
 */
import { LinkOptions, MAX_MESSAGE, createLink } from '../shared/link';
import { encodeHello } from '../shared/messages';
import { createResponder } from '../shared/responder';
import { createBridge } from './bridge';

/** Milliseconds for which the link may hold the event loop. */
const HOLD = 10;

/** Milliseconds that the link may look for the host's next bit before it lets the event loop run. */
const SPIN = 4;

// Pins by number: the interpreter need not look them up, and a list of them takes less memory.
const clockOut = 15 as never as Pin;
const dataOut = 14 as never as Pin;
const dataIn = 13 as never as Pin;
const clockIn = 12 as never as Pin;
const led = 0 as never as Pin;

// Clocks low from the start: GPIO15 has a pull-down for the time before.
digitalWrite([clockOut, dataOut], 0);
pinMode(clockIn, 'input');
pinMode(dataIn, 'input');

function countSpins(): number {
  const start = getTime();
  let left = 100;
  while (digitalRead(clockIn) < 2) if (!--left) break;
  const spent = (getTime() - start) * 1000;
  // 2000 at most.
  // Cut to a whole number, which takes no room beside its name.
  return Math.max(20, (100 * SPIN) / Math.max(spent, SPIN / 20)) | 0;
}

// The link asks at least every 250 ms, which shows that the board lives; a timer for that would cost 17 variables.
function later(run: () => void, ms: number): unknown {
  digitalWrite(led, (getTime() * 2) & 1);
  return setTimeout(run, ms);
}

function watch(pin: Pin, run: () => void): (() => void) | undefined {
  try {
    let id: unknown = setWatch(
      function () {
        id = undefined;
        run();
      },
      pin,
      { edge: 'both', repeat: false },
    );
    return function () {
      // One that has fired is gone, and clearing it again would throw.
      if (id) clearWatch(id as string);
    };
  } catch (e) {
    // This pin cannot be watched: the link looks at it now and then.
    return undefined;
  }
}

// The factories are called by statements of their own: the build takes those apart (tools/build/flatten.ts).
const wire = createResponder({
  clockOut: clockOut,
  dataOut: dataOut,
  clockIn: clockIn,
  dataIn: dataIn,
  read: digitalRead,
  write: digitalWrite,
  spins: countSpins(),
});

// `message` comes below: the bridge needs the link.
const end: Omit<LinkOptions, 'message'> & { message?: (message: string) => void } = {
  wire: wire,
  initiator: false,
  time: getTime,
  later: later,
  cancel: clearTimeout,
  watch: watch,
  // A target can do nothing about a silent host; the host begins by resetting it.
  timeout: 0,
  hold: HOLD,
  max: MAX_MESSAGE,
  up: function () {
    link.send(encodeHello());
  },
  down: function () {
    // The host began anew: so does everything here, with memory as at power-on.
    require('ESP8266').reboot();
  },
};

const link = createLink(end as LinkOptions);

end.message = createBridge({
  send: link.send,
  queued: link.queued,
  ready: link.ready,
  max: MAX_MESSAGE,
  load: require,
  later: setTimeout,
  cancel: clearTimeout,
  random: Math.random,
  serial: getSerial,
  memory: process.memory,
  log: print,
});

link.start();
