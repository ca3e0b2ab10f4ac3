/**
 * The target's end of the frames test: the real link over the real pins, with
 * messages made by chance in place of the gateway's. It has to fit in the
 * memory of an ESP8266 beside its own source.
 */
import { createLink } from '../../shared/link';
import { createResponder } from '../../shared/responder';
import { LONGEST, fill, run, take, up } from '../../shared/selftest/frames';
import { pins } from '../board';

/** Milliseconds for which the link may hold the event loop. */
const HOLD = 20;

run(
  createLink({
    wire: createResponder(pins),
    initiator: false,
    time: getTime,
    later: setTimeout,
    cancel: clearTimeout,
    unwatch: clearWatch,
    timeout: 0,
    hold: HOLD,
    max: LONGEST,
    up: up,
    message: take,
    room: fill,
    down: function () {},
  }),
);
