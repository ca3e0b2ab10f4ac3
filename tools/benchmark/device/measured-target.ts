/** The target's end of a link that a benchmark looks at: what is measured belongs to who calls. */
import { Link, MAX_MESSAGE, createLink } from '../../../shared/link';
import { createResponder } from '../../../shared/responder';
import { pins, watch } from '../../../target/board';

/** Milliseconds for which the link may hold the event loop. */
const HOLD = 10;

export function createTargetLink(message: (text: string) => void, room: () => void): Link {
  const wire = createResponder(pins);
  const link = createLink({
    wire: wire,
    initiator: false,
    time: getTime,
    later: setTimeout,
    cancel: clearTimeout,
    watch: watch,
    unwatch: clearWatch,
    timeout: 0,
    hold: HOLD,
    max: MAX_MESSAGE,
    up: function () {
      print('up');
    },
    down: function () {
      print('down');
    },
    message: message,
    room: room,
  });
  return link;
}
