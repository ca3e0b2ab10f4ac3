/**
 * The target's bundle: an ESP8266's pins, Wi-Fi, sockets and timers, given to
 * the gateway and to its end of the link.
 */
// First of all, in this order.
import './doors';
import './seed';
import { chip, forgetReason, lastReason } from './crash';
import { text } from '../shared/bytes';
import { Down, LinkEndOptions, MAX_MESSAGE, createLink } from '../shared/link';
import { encodeHello } from '../shared/messages';
import { createResponder } from '../shared/responder';
import { pins, watch } from './board';
import { createGateway } from './gateway';

/** Milliseconds for which the link may hold the event loop. */
const HOLD = 25;

// The factories are called by statements of their own: the build takes those apart (tools/bundler/passes/flatten.ts).
const wire = createResponder(pins);

// What needs gateway or link comes below.
const end: { -readonly [Name in keyof LinkEndOptions]?: LinkEndOptions[Name] } = {
  wire: wire,
  initiator: false,
  time: getTime,
  later: setTimeout,
  cancel: clearTimeout,
  watch: watch,
  unwatch: clearWatch,
  // Until INIT says otherwise: before, there is nothing to do about a silent host.
  timeout: 0,
  hold: HOLD,
  max: MAX_MESSAGE,
  up: function () {
    const serial = text(getSerial());
    const reason = lastReason();
    link.send(encodeHello(MAX_MESSAGE, serial + reason));
  },
};

const link = createLink(end as LinkEndOptions);

const gateway = createGateway({
  send: link.send,
  queued: link.queued,
  ready: link.ready,
  patience: function (seconds) {
    end.timeout = seconds;
    forgetReason();
  },
  max: MAX_MESSAGE,
  load: require,
  later: setTimeout,
  cancel: clearTimeout,
  time: getTime,
  memory: process.memory,
  clock: E.setClock,
  log: print,
});

end.message = gateway.message;
end.stamp = gateway.stamp;
// The host began anew, or is gone: so does everything here.
end.down = function (why) {
  gateway.abandon();
  // The broker is to hear of it, and then publishes the will.
  setTimeout(chip.reboot, why === Down.RESTARTED ? 0 : 1000);
};

link.start();
