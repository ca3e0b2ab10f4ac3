/**
 * The console on port 23 of the ESP8266's 4 MB build, which asks nobody for a
 * password: `libs/network/telnet/jswrap_telnet.c` of 2v29, whose lines are
 * named below. It listens from the first turn of the event loop on, unless the
 * boot code turned it off, and answers in every network that the board is in.
 */
import type { Natives } from '../natives';
import { createConsole } from './console';
import type { Console, ConsoleBoard } from './console';
import type { Loop } from './loop';
import type { Net } from './net';

export interface Telnet {
  /** `require("TelnetServer")`. */
  readonly module: object;
  /** The console of whoever is there. */
  readonly console: Console | undefined;
}

/** @param networked whether the board is in any network */
export function createTelnet(
  loop: Loop,
  port: Natives['telnet'],
  net: Pick<Net, 'take' | 'free'>,
  networked: () => boolean,
  board: Omit<ConsoleBoard, 'write'>,
): Telnet {
  // Hardcoded (:88).
  let on = true;
  const server = {};
  const client = {};
  let listening = false;
  let open = false;
  let visitor: Console | undefined;

  function leave(): void {
    visitor = undefined;
    net.free(client);
  }

  function come(): void {
    // The last one to come is served (:190).
    leave();
    if (!net.take(client)) return;
    visitor = createConsole({ ...board, write: (bytes) => port?.write(bytes) });
    visitor.rest();
  }

  // :101
  loop.onTurn(() => {
    if (on !== listening) {
      listening = on && net.take(server);
      if (!listening) net.free(server);
    }
    const reached = listening && networked();
    if (reached === open) return;
    open = reached;
    if (open) {
      port?.open({
        came: come,
        typed(bytes) {
          visitor?.type(bytes);
          loop.kick();
        },
        left: leave,
      });
    } else {
      port?.close();
      leave();
    }
  });

  return {
    module: {
      // :66
      setOptions(options: unknown) {
        if (typeof options !== 'object' || options === null)
          throw new Error('Expecting Object, got ' + typeof options);
        const { mode } = options as { mode?: unknown };
        if (typeof mode !== 'string') return;
        if (mode !== 'on' && mode !== 'off') throw new Error('Unknown mode value');
        on = mode === 'on';
        loop.kick();
      },
    },
    get console() {
      return visitor;
    },
  };
}
