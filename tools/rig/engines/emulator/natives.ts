/**
 * What a board's realm gets from the thread around it: only what plain
 * JavaScript cannot do. Values crossing are numbers, booleans, strings (one
 * character a byte) and functions; never an object, so that bundles meet only
 * objects of their own realm.
 */
import type { BoardIndex } from './line-memory';

/**
 * What a board runs when it starts: its saved code, no more than its `.boot0` to `.boot3` and `.bootrst`, or these and
 * one file of its Storage.
 */
export type BootProgram =
  { readonly kind: 'saved' | 'reset' } | { readonly kind: 'file'; readonly name: string };

/** File name of code that was typed on the console. */
export const TYPED = 'REPL';

/** The global by which typed code counts how deep its functions are nested. */
export const COUNTER = '$nest';

/** One fault of a program, at one of its sites. */
export interface Inject {
  /** How often each site was come by, over all starts of the board. */
  readonly counts: Int32Array;
  /** Its only element becomes 1 when the fault comes before the saved program has been run to its end. */
  readonly early: Int32Array;
  /** The site, and at which time of coming by; 0: never. */
  readonly site: number;
  readonly nth: number;
  /** The turn is cut off; else an exception is thrown. */
  readonly cut: boolean;
}

/** A TCP connection as the thread sees it; every event may come at any time after the call that made it. */
export interface TcpHandle {
  /** Sends bytes; `sent` is called when the system has taken them. */
  write(data: string, sent: () => void): void;
  /** Closes in order: what was written is still sent. */
  close(): void;
  pause(): void;
  resume(): void;
}

export interface TcpEvents {
  connected(): void;
  data(data: string): void;
  /** The end of the connection: 0 in order, else a negative Espruino socket error. */
  closed(error: number): void;
}

export interface UdpHandle {
  send(data: string, port: number, address: string): void;
  bind(port: number): void;
  close(): void;
}

/** The console's port, as others in the board's network find it. */
export interface ConsolePort {
  /** Opens it, for one visitor at a time: the last one. */
  open(events: ConsolePortEvents): void;
  /** Shuts it, and sends the visitor away. */
  close(): void;
  /** To the visitor, one character a byte. */
  write(bytes: string): void;
}

export interface ConsolePortEvents {
  came(): void;
  typed(bytes: string): void;
  left(): void;
}

export interface Natives {
  readonly board: BoardIndex;
  readonly memory: SharedArrayBuffer;
  /** The board's files: name to contents. */
  readonly files: Record<string, string>;
  /** A file changed; `undefined` when it was erased. */
  fileChanged(name: string, data: string | undefined): void;
  /** Bytes that erased files still take in flash, with their headers and without. */
  readonly trash: number;
  readonly trashSizes: number;
  trashChanged(trash: number, sizes: number): void;
  /** Flash is being compacted, by way of a buffer of so many bytes on the stack. */
  compacting(stack: number): void;
  /** One printed line. */
  line(text: string): void;
  /** All that the console shows, one character a byte; absent: nobody looks at it. */
  readonly console: ((bytes: string) => void) | undefined;
  /** What a person at the board would notice, and no program says. */
  event(text: string): void;
  /** Milliseconds on the clock all threads share. */
  now(): number;
  /** Calls back as soon as the thread has nothing older to do. */
  soon(call: () => void): void;
  /** Calls back after `ms`; replaces the call asked for before. */
  later(ms: number, call: () => void): void;
  /** Calls back whenever something woke this board. */
  onWake(call: () => void): void;
  /** The level of the target's reset input changed. */
  resetLine(level: 0 | 1): void;
  /** Counts how deep functions of typed code are nested: 1 at a begin, -1 at an end. Absent: nobody counts. */
  readonly nest: ((change: number) => void) | undefined;
  /** Restarts this board and never returns. */
  reboot(): never;
  /** Ends this board by an exception of its processor, after which it starts anew. Never returns. */
  crash(): never;
  /**
   * As `reboot`, with nothing of the hardware reset but the pins: `reset()` and `load()`.
   * @param typed what is on the console's line for the board that starts
   */
  restart(program: BootProgram, typed: string): never;
  /** Bytes the program's objects hold, its code apart, after a collection. */
  heapUsed(): number;
  tcp(host: string, port: number, events: TcpEvents): TcpHandle;
  /** The IPv4 address of a name, or `null`. */
  lookup(name: string, found: (address: string | null) => void): void;
  udp(message: (data: string, port: number, address: string) => void): UdpHandle;
  /** Bits of Wi-Fi modes with which the vendor's library starts, kept in a part of flash of its own: 1 station, 2 access point. */
  readonly startMode: number;
  /** Memory of the chip's clock, in words from `RTC` on; a reset leaves it as it is. */
  readonly rtc: Int32Array;
  /** Writes them. */
  keepMode(mode: number): void;
  /** The network that the board offers to everyone around, or none. */
  offers(ssid: string | undefined): void;
  /** Port 23; absent: nobody can look for it. */
  readonly telnet: ConsolePort | undefined;
  readonly inject: Inject | undefined;
  /** 32 bits of noise. */
  noise(): number;
  /** The host's pins, buses and modules, and which of its pins are the link's, as JSON; of a target none. */
  readonly facts: string | undefined;
  /** Tells what the board did at its pins and buses: JSON of a list. */
  outputs(json: string): void;
  /** What is connected to the board answers at once; question and answer are JSON. */
  ask(question: string): string;
  /** A script of the realm, compiled under a file name. */
  run(source: string, file: string): unknown;
}
