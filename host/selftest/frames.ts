/**
 * The host's end of the frames test: the real link over the real pins, with
 * messages made by chance in place of the library's.
 */
import { FramesSetup, LONGEST, fill, run, take, up } from '../../shared/selftest/frames';
import { setup } from '../../shared/selftest/report';
import { createBoard } from '../board';
import { Setup } from '../settings';

/**
 * Seconds after which the link begins anew, when nothing is heard or a message does not get through: more than the tool
 * waits for the next message. So a slow board passes, and a link that stops is told as that.
 */
const TIMEOUT = 20;

/** Milliseconds for which the link may hold the event loop. */
const HOLD = 20;

interface HostSetup extends FramesSetup {
  /** A transistor is between `reset` and RST. */
  readonly resetInverted: boolean;
}

const own = setup<HostSetup>();
const pins = own.pins;

const board = createBoard();

const link = board._createLink(up, take, function () {}, fill);

const reset = board._open(
  {
    reset: pins[0],
    sckout: pins[1],
    stx: pins[2],
    srx: pins[3],
    sckin: pins[4],
    resetInverted: own.resetInverted,
  },
  { _timeout: TIMEOUT, _hold: HOLD, _max: LONGEST } as Setup,
);

// The target may have been reset by now; it runs from here on.
board._reset(reset, 1);
run(link);
