/**
 * The host's end of a link that a benchmark looks at, without the supervisor: the
 * host's own board code, the pins of the file `pins.json`, a target that is let
 * go. What is measured belongs to who calls.
 */
import { createBoard } from '../../../host/board';
import { LinkPins, Setup } from '../../../host/settings';
import { Link } from '../../../shared/link';

declare const Pin: (name: string) => unknown;

/**
 * @param hold milliseconds for which the link may hold the event loop
 * @param timeout seconds, of which a quarter is the link's heartbeat
 */
export function createHostLink(
  hold: number,
  timeout: number,
  up: () => void,
  message: (text: string) => void,
  down: () => void,
  room: () => void,
): Link {
  const pins = require('Storage').readJSON('pins.json');
  const board = createBoard();
  const link = board._createLink(up, message, down, room);
  board._open(
    {
      reset: Pin(pins.reset),
      sckout: Pin(pins.sckout),
      stx: Pin(pins.stx),
      srx: Pin(pins.srx),
      sckin: Pin(pins.sckin),
    } as unknown as LinkPins,
    { _timeout: timeout, _hold: hold, _max: 1024 } as Setup,
  );
  digitalWrite(Pin(pins.reset) as never, 1);
  return link;
}
