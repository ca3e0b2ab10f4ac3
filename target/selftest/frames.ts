/**
 * The target's end of the frames test: the real link over the real pins, with
 * messages made by chance in place of the bridge's. It has to fit in the
 * memory of an ESP8266 beside its own source.
 */
import { createLink } from '../../shared/link';
import { createResponder } from '../../shared/responder';
import { LONGEST, fill, run, take, up } from '../../shared/selftest/frames';

/** Looks at the host's next bit before the event loop runs: some 20 ms on an ESP8266. */
const SPINS = 300;

/** Milliseconds for which the link may hold the event loop. */
const HOLD = 20;

// As in the target's bundle.
digitalWrite([D15, D14], 0);
pinMode(D13, 'input');
pinMode(D12, 'input');

run(
  createLink({
    wire: createResponder({
      clockOut: D15,
      dataOut: D14,
      dataIn: D13,
      clockIn: D12,
      read: digitalRead,
      write: digitalWrite,
      spins: SPINS,
    }),
    initiator: false,
    time: getTime,
    later: setTimeout,
    cancel: clearTimeout,
    timeout: 0,
    hold: HOLD,
    max: LONGEST,
    up: up,
    message: take,
    room: fill,
    down: function () {},
  }),
);
