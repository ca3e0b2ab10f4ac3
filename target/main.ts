/**
 * The target's bundle: an ESP8266's pins, Wi-Fi, sockets and timers, given to
 * the bridge and to its end of the link.
 */
// First of all, in this order.
import './doors';
import './seed';
import { LinkOptions, MAX_MESSAGE, createLink } from '../shared/link';
import { encodeHello } from '../shared/messages';
import { createResponder } from '../shared/responder';
import { later, pins, watch } from './board';
import { createBridge } from './bridge';

/** Milliseconds for which the link may hold the event loop. */
const HOLD = 25;

// The factories are called by statements of their own: the build takes those apart (tools/build/flatten.ts).
const wire = createResponder(pins);

// `message` comes below: the bridge needs the link.
const end: Omit<LinkOptions, 'message'> & { message?: (message: string) => void } = {
  wire: wire,
  initiator: false,
  time: getTime,
  later: later,
  cancel: clearTimeout,
  watch: watch,
  unwatch: clearWatch,
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
  clock: E.setClock,
  log: print,
});

link.start();
