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

// Clocks low from the start: GPIO15 has a pull-down for the time before.
digitalWrite([D15, D14], 0);
pinMode(D12, 'input');
pinMode(D13, 'input');

function countSpins(): number {
  const start = getTime();
  let left = 100;
  while (digitalRead(D12) < 2) if (!--left) break;
  const spent = (getTime() - start) * 1000;
  // 2000 at most.
  return Math.max(20, Math.round((100 * SPIN) / Math.max(spent, SPIN / 20)));
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
  clockOut: D15,
  dataOut: D14,
  clockIn: D12,
  dataIn: D13,
  read: digitalRead,
  write: digitalWrite,
  spins: countSpins(),
});

// `message` comes below: the bridge needs the link.
const end: Omit<LinkOptions, 'message'> & { message?: (message: string) => void } = {
  wire: wire,
  initiator: false,
  time: getTime,
  later: setTimeout,
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

setInterval(function () {
  digitalWrite(D0, (getTime() * 2) & 1);
}, 500);

link.start();
