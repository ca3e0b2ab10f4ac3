/**
 * The firmware's modules for a target that is told nonsense: a network that is always there, and one connection at a
 * time to a broker that the fuzzer plays. What the target sends must be MQTT.
 */
import { parser as createParser } from 'mqtt-packet';
import type { Chance } from '../context';
import type { createTimers } from '../../test-doubles/testing';

/** Bytes that a target gets at once, at most. */
const CHUNK = 536;

type Listener = (this: unknown, value?: unknown) => void;

export class FuzzedNetwork {
  /** What `require` gives. */
  readonly modules: Readonly<Record<string, unknown>>;
  private readonly chance: Chance;
  private readonly clock: ReturnType<typeof createTimers>;
  private readonly wrong: (text: string) => void;
  /** Of the connection that is open. */
  private socket: unknown;
  private listeners: Record<string, Listener[]> = {};
  private opened: (() => void) | undefined;

  /** @param wrong gets what is wrong */
  constructor(chance: Chance, clock: ReturnType<typeof createTimers>, wrong: (text: string) => void) {
    this.chance = chance;
    this.clock = clock;
    this.wrong = wrong;
    this.modules = {
      Wifi: {
        connect: (_ssid: string, _options: unknown, done: (error: null) => void) =>
          clock.later(() => done(null), 1),
        save: () => {},
        getDetails: () => ({ status: 'connected', ssid: 's', password: 'p' }),
        getIP: () => ({ ip: '192.0.2.7' }),
        on: () => {},
      },
      net: { connect: (_where: unknown, open: () => void) => this.connect(open) },
    };
  }

  get isConnected(): boolean {
    return this.socket !== undefined;
  }

  /** The connection that was asked for stands. */
  accept(): void {
    const { opened } = this;
    this.opened = undefined;
    opened?.();
  }

  /** The broker sends. */
  give(bytes: string): void {
    const { chance, clock } = this;
    let rest = bytes;
    while (rest && this.socket) {
      const most = Math.min(rest.length, CHUNK);
      const count = chance.is(0.5) ? most : 1 + chance.below(most);
      const chunk = rest.slice(0, count);
      rest = rest.slice(count);
      this.emit('data', chunk);
      // What came is read in a turn of its own, with or without the next piece.
      if (chance.is(0.7)) clock.pass(0);
    }
    clock.pass(0);
  }

  /** The connection is over, or says so. */
  emit(event: string, value?: unknown): void {
    for (const listener of this.listeners[event] ?? []) {
      if (value === undefined) listener.call(this.socket);
      else listener.call(this.socket, value);
    }
  }

  /** Whether the target has noticed or not. */
  forget(): void {
    this.socket = undefined;
  }

  private connect(open: () => void): unknown {
    const own: Record<string, Listener[]> = {};
    const stream = createParser({ protocolVersion: 4 });
    stream.on('error', (error: Error) => this.wrong(`the target sent what is not MQTT: ${error.message}`));
    const made = {
      write: (data: string): boolean => {
        stream.parse(Buffer.from(data, 'latin1'));
        return this.chance.is(0.5);
      },
      end: () => {
        if (this.socket === made) this.socket = undefined;
      },
      on: (event: string, listener: Listener) => (own[event] ??= []).push(listener),
    };
    this.socket = made;
    this.listeners = own;
    this.opened = open;
    return made;
  }
}
