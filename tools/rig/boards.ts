/**
 * What the tools know about a pair of boards, whichever engine runs them: the
 * emulator (`tools/rig/engines/emulator/`) or the Espruino interpreter for Linux
 * (`tools/rig/engines/espruino/`). Types and constants only; an engine must offer all of
 * this, and nothing that uses a pair may ask which engine it is.
 */

/** The two ends of the five wires. */
export type BoardName = 'host' | 'target';

/** The five wires, each named by the host's end and the target's end. */
export type WireName = 'reset' | 'sckout' | 'stx' | 'srx' | 'sckin';

/** Host pin numbers (D4 is 4) used on both engines. */
export const HOST_PINS: Readonly<Record<WireName, number>> = {
  reset: 4,
  sckout: 5,
  stx: 6,
  srx: 7,
  sckin: 8,
};

/** Target pin number at the other end of each host line. Reset has none: it restarts the board. */
export const TARGET_PINS: Readonly<Record<Exclude<WireName, 'reset'>, number>> = {
  sckout: 12, // mckin
  stx: 13, // mrx
  srx: 14, // mtx
  sckin: 15, // mckout
};

/** What a pair is started with. */
export interface PairOptions {
  /** Files of each board's Storage: name to contents (one character a byte). `.bootcde` is the bundle. */
  readonly storage: Readonly<Record<BoardName, Readonly<Record<string, string>>>>;
  /** The network the target's `Wifi` finds. */
  readonly wifi: { readonly ssid: string; readonly password: string };
  /** The relay in front of the servers the boards use; `setAccessPoint` switches it too. */
  readonly accessPoint?: { setOn(on: boolean): void };
  /** Called for every line a board prints, without its line end. UTF-8 the board prints is decoded. */
  readonly onLine: (board: BoardName, line: string) => void;
  /**
   * Called for all that a board's console prints, as it is, one character a byte. With it a board echoes and prompts,
   * as a new one does; without it only what programs print is shown.
   */
  readonly onConsole?: (board: BoardName, bytes: string) => void;
  /** Called when the host's reset line restarts the target, and for other events worth telling. */
  readonly onEvent?: (text: string) => void;
  /**
   * Port of the loopback at which the target's Telnet console answers while it is on; real interpreters know no other
   * than 2323. Default: it cannot be reached.
   */
  readonly telnet?: number;
  /** The target already holds the network in its flash, as after `Wifi.save()`. Default false. */
  readonly savedNetwork?: boolean;
  /** A transistor drives the target's reset input, so that the host's pin resets it when high. Default false. */
  readonly resetInverted?: boolean;
}

/** Two boards, wired. Every method may be called at any time between start and stop. */
export interface BoardPair {
  /** Powers both boards up; resolves when both have begun to run their boot code. */
  start(): Promise<void>;
  /** Ends everything the pair started; resolves when nothing of it is left. Safe to call twice. */
  stop(): Promise<void>;
  /** The target stops in an endless loop, as a hung board does, until the reset line restarts it. */
  hangTarget(): void;
  /** The target falls over and starts again by itself, as after an exception or its own watchdog. */
  crashTarget(): void;
  /** Pulls the target's reset input low from outside, or lets go of it. */
  holdReset(held: boolean): void;
  /** A board stands still, its lines as they are, until it is let go on where it was. */
  freeze(board: BoardName, frozen: boolean): void;
  /** Power cycle of one board. */
  restart(board: BoardName): void;
  /** Types on a board's console, one character a byte. What a board that is off does not take is lost. */
  type(board: BoardName, bytes: string): void;
  /** Switches the access point's radio. Off: the target's Wi-Fi disconnects and cannot join. */
  setAccessPoint(on: boolean): void;
  /** Breaks or mends a wire: its reader sees `stuck` (default 0) while it is cut; a cut reset stays released. */
  cutWire(wire: WireName, cut: boolean, stuck?: 0 | 1): void;
  /**
   * Flips what the reader of a wire sees, each time it reads.
   * @param probability 0 to 1; 0 ends it
   * @param seed repeats the flips, where the engine can
   */
  disturb(wire: WireName, probability: number, seed?: number): void;
  /** Crosses two wires at the target's end, or with `null` puts all wires right. */
  swapWires(pair: readonly [WireName, WireName] | null): void;
  /** Storage of a board as it is now: name to contents. */
  storage(board: BoardName): Promise<Record<string, string>>;
}
