/**
 * A model of one TCP connection of the target. Its bytes may be late, split or
 * never come, but never wrong nor out of order, and it may break in any way.
 */
import type { Served } from './broker';
import type { BrokerLine } from './broker-connection';
import type { Context } from './context';

/** Longest chunk that an ESP8266 hands over or sends (Espruino libs/network/esp8266/network_esp8266.c:739). */
const CHUNK = 268;

/** How a connection breaks. */
export type Cut =
  /** Both ends are told. */
  | 'reset'
  /** Nobody is told: bytes just stop. */
  | 'silence'
  /** Only the target is told. */
  | 'half';

export const CUTS: readonly Cut[] = ['reset', 'silence', 'half'];

type Listener = (this: unknown, value?: unknown) => void;

export interface TcpConnectionOptions {
  readonly context: Context;
  readonly number: number;
  /** Calls `run` on the target, in a turn of its own, unless it has begun anew. */
  readonly onTarget: (seconds: number, run: () => void) => void;
  /** Seconds that a packet takes. */
  readonly delay: () => number;
  /** There is a network, and the target lives that has opened this. */
  readonly passes: () => boolean;
  /** Who listens there; undefined: nobody. */
  readonly accept: (line: BrokerLine) => Served | undefined;
  readonly opened: (this: unknown) => void;
}

/** One way of a connection. */
interface Way {
  /** Bytes on their way. */
  bytes: string;
  /** Some of them are being carried. */
  isBusy: boolean;
  /** Whoever gets the bytes has the connection open. */
  isOpen: boolean;
  /** Whoever sends them has ended it, or is about to. */
  isClosing: boolean;
}

export class TcpConnection {
  private readonly options: TcpConnectionOptions;
  private readonly context: Context;
  private readonly listeners: Record<string, Listener[]> = {};
  private readonly up: Way = { bytes: '', isBusy: false, isOpen: false, isClosing: false };
  private readonly down: Way = { bytes: '', isBusy: false, isOpen: true, isClosing: false };
  private served: Served | undefined;
  /** Bytes that may still pass before it is cut, and how. */
  private left = Infinity;
  private how: Cut | undefined;
  private isDead = false;

  /** What the target's program gets. */
  readonly socket = {
    write: (data: string): boolean => {
      if (!this.down.isOpen || this.up.isClosing) throw new Error('This socket is closed.');
      this.up.bytes += data;
      this.pumpUp();
      return false;
    },
    end: (): void => {
      if (this.up.isClosing) return;
      this.up.isClosing = true;
      this.pumpUp();
      this.options.onTarget(this.options.delay(), () => {
        if (!this.down.isOpen) return;
        this.down.isOpen = false;
        this.emit('close', false);
      });
    },
    on: (event: string, listener: Listener) => (this.listeners[event] ??= []).push(listener),
  };

  constructor(options: TcpConnectionOptions) {
    this.options = options;
    this.context = options.context;
    this.context.after(options.delay(), () => this.open());
  }

  /** Breaks it after so many more bytes, either way. */
  cut(how: Cut, bytes: number): void {
    this.how = how;
    this.left = bytes;
    if (!bytes) this.limit(0);
  }

  /** Something changed: goes on. */
  pump(): void {
    this.pumpUp();
    this.pumpDown();
  }

  /** Bytes that wait in the target's socket. */
  unsent(): number {
    return this.up.bytes.length;
  }

  private passes(): boolean {
    return !this.isDead && this.options.passes();
  }

  private emit(event: string, value?: unknown): void {
    for (const listener of this.listeners[event] ?? []) listener.call(this.socket, value);
  }

  private tellTarget(seconds: number, error: string): void {
    const { chance, note } = this.context;
    this.options.onTarget(seconds, () => {
      if (!this.down.isOpen) return;
      this.down.isOpen = false;
      note?.(`connection ${this.options.number}: target told ${error || 'closed'}`);
      if (error && chance.is(0.5)) this.emit('error', { message: error });
      this.emit('close', !!error);
    });
  }

  private tellBroker(seconds: number): void {
    this.context.after(seconds, () => {
      if (!this.up.isOpen) return;
      this.up.isOpen = false;
      this.served?.closed();
    });
  }

  // The bytes that may still pass before the cut.
  private limit(wanted: number): number {
    const { chance, note } = this.context;
    const granted = Math.min(wanted, this.left);
    this.left -= granted;
    if (!this.left && !this.isDead) {
      this.isDead = true;
      note?.(`connection ${this.options.number}: cut, ${this.how}`);
      if (this.how !== 'silence') this.tellTarget(chance.spread(0.001, 2), 'reset');
      if (this.how === 'reset') this.tellBroker(chance.spread(0.001, 2));
    }
    return granted;
  }

  // Some of the bytes, up to all that fit into one packet.
  private take(way: Way): string {
    const { chance } = this.context;
    const most = Math.min(way.bytes.length, CHUNK);
    const some = chance.is(0.5) ? most : 1 + chance.below(most);
    const bytes = way.bytes.slice(0, this.limit(some));
    way.bytes = way.bytes.slice(bytes.length);
    return bytes;
  }

  private pumpUp(): void {
    const { up, down } = this;
    const { delay, onTarget } = this.options;
    if (up.isBusy || !this.passes() || !this.served) return;
    if (!up.bytes) {
      if (up.isClosing) this.tellBroker(delay());
      return;
    }
    up.isBusy = true;
    this.context.after(delay(), () => {
      up.isBusy = false;
      if (!this.passes()) return;
      const bytes = this.take(up);
      if (up.isOpen && bytes) this.served?.data(Buffer.from(bytes, 'latin1'));
      else if (!up.isOpen && !down.isClosing) this.tellTarget(delay(), 'reset');
      if (!up.bytes) onTarget(0, () => !up.bytes && down.isOpen && this.emit('drain'));
      this.pumpUp();
    });
  }

  private pumpDown(): void {
    const { down } = this;
    const { delay, onTarget } = this.options;
    if (down.isBusy || !this.passes() || !down.isOpen) return;
    if (!down.bytes) {
      if (!down.isClosing) return;
      down.isClosing = false;
      return this.tellTarget(delay(), '');
    }
    down.isBusy = true;
    this.context.after(delay(), () => {
      down.isBusy = false;
      if (!this.passes()) return;
      const bytes = this.take(down);
      this.context.moment('target has bytes');
      if (!bytes) return this.pumpDown();
      down.isBusy = true;
      onTarget(0, () => {
        down.isBusy = false;
        if (down.isOpen) this.emit('data', bytes);
        this.pumpDown();
      });
    });
  }

  // The first packet is there.
  private open(): void {
    const { up, down } = this;
    const { accept, delay, number, onTarget, opened } = this.options;
    if (!this.passes() || up.isClosing) return;
    this.served = accept({
      number,
      send: (bytes) => {
        if (!up.isOpen) return;
        down.bytes += bytes.toString('latin1');
        this.pumpDown();
      },
      close: () => {
        if (!up.isOpen) return;
        up.isOpen = false;
        down.isClosing = true;
        this.pumpDown();
      },
    });
    if (!this.served) {
      // A machine that is off says nothing.
      if (this.context.chance.is(0.7)) this.tellTarget(delay(), 'connection refused');
      return;
    }
    up.isOpen = true;
    onTarget(delay(), () => {
      if (!down.isOpen || up.isClosing) return;
      opened.call(this.socket);
      this.pump();
    });
  }
}
