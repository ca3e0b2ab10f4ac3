/**
 * A model of the firmware's module `Wifi` in one life of the target: it joins
 * by itself and again and again, tells of it mostly, and gives up once in a
 * while, as the firmware does. It carries no bytes.
 */
import type { Context } from './context';

/** What is in the target's flash. */
export interface SavedNetwork {
  readonly ssid: string;
  readonly password: string;
}

/** All around the target's modules. */
export interface WifiSurroundings {
  readonly context: Context;
  /** The access point is there. */
  readonly isUp: boolean;
  /** The network that may be joined. */
  readonly ssid: string;
  readonly password: string;
  /** Outlives the target. */
  flash: SavedNetwork;
  /** Calls `run` on the target, in a turn of its own, unless it has begun anew. */
  onTarget(seconds: number, run: () => void): void;
  /** Seconds that a packet takes. */
  delay(): number;
  /** The target has an address now. */
  joined(): void;
}

export class SimulatedWifi {
  /** The target has an address. */
  isJoined = false;
  private readonly around: WifiSurroundings;
  private readonly listeners: Record<string, (() => void)[]> = {};
  private config: SavedNetwork;
  private status = 'off';
  private attempt = 0;

  constructor(around: WifiSurroundings) {
    this.around = around;
    this.config = { ...around.flash };
    if (this.config.ssid) this.join();
  }

  /** Thrown out: neither event comes, nor does the firmware try again. */
  vanish(): void {
    this.attempt++;
    this.isJoined = false;
    this.status = 'no_ap_found';
  }

  /** The access point is gone. */
  lose(): void {
    const { chance } = this.around.context;
    this.isJoined = false;
    this.status = 'no_ap_found';
    const told = !chance.is(0.1);
    if (told) this.around.onTarget(0.01, () => this.emit('disconnected'));
    // The firmware tries again by itself, or has given up once in a while. Each vain attempt is told, too.
    if (!told || !chance.is(0.1)) this.around.onTarget(chance.spread(0.5, 4), () => this.join());
  }

  /** What `require("Wifi")` gives. */
  module(): unknown {
    const { around } = this;
    return {
      connect: (ssid: string, { password }: { password: string }, done: (error: string | null) => void) => {
        this.config = { ssid, password };
        if (this.isJoined) {
          this.isJoined = false;
          around.onTarget(0.01, () => this.emit('disconnected'));
        }
        this.join(done);
      },
      disconnect: () => {
        this.attempt++;
        this.isJoined = false;
        this.status = 'off';
      },
      save: () => (around.flash = { ...this.config }),
      getIP: () => ({ ip: this.isJoined ? '10.0.0.7' : '0.0.0.0' }),
      getDetails: () => ({ status: this.isJoined ? 'connected' : this.status, ...this.config }),
      setConfig: () => {},
      getStatus: () => ({ ap: 'disabled', savedMode: 'sta' }),
      stopAP: () => {},
      getHostByName: (_name: string, done: (address: string | null) => void) =>
        // What is an address already needs no network.
        around.onTarget(around.delay(), () =>
          done(this.isJoined || around.context.chance.is(0.2) ? '10.0.0.1' : null),
        ),
      on: (event: string, listener: () => void) => (this.listeners[event] ??= []).push(listener),
    };
  }

  private emit(event: string): void {
    for (const listener of this.listeners[event] ?? []) listener();
  }

  // The firmware tries by itself, again and again.
  private join(done?: (error: string | null) => void): void {
    const { around, config } = this;
    const { chance, note } = around.context;
    const mine = ++this.attempt;
    const right = config.ssid === around.ssid && config.password === around.password;
    this.status = 'connecting';
    around.onTarget(chance.spread(0.2, 2), () => {
      if (mine !== this.attempt || this.isJoined) return;
      if (right && around.isUp) {
        this.isJoined = true;
        this.status = 'connected';
        note?.('Wi-Fi joined');
        if (done && !chance.is(0.1)) done(null);
        this.emit('connected');
        around.joined();
      } else {
        this.status = 'no_ap_found';
        if (done && !chance.is(0.3)) done(right ? 'no_ap_found' : 'bad_password');
        this.emit('disconnected');
        if (this.config.ssid)
          around.onTarget(
            chance.spread(0.5, 4),
            () => mine === this.attempt && !this.isJoined && this.join(),
          );
      }
    });
  }
}
