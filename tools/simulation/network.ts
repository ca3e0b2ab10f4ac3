/**
 * The network between the target and the broker on virtual time: an access
 * point that may be away, and what the firmware's modules `Wifi`, `net` and
 * `dgram` do, with the freedom of a radio link in when and in which pieces it
 * does it.
 */
import type { SimulatedBroker } from './broker';
import type { Context } from './context';
import { TcpConnection } from './tcp';
import type { Cut } from './tcp';
import { SimulatedWifi } from './wifi';
import type { SavedNetwork, WifiSurroundings } from './wifi';

/** Address of a machine on which no broker is. */
export const DEAD = 'dead';

export interface NetworkOptions {
  readonly context: Context;
  readonly broker: SimulatedBroker;
  readonly ssid: string;
  readonly password: string;
  /** The network is in the target's flash from the start. */
  readonly saved: boolean;
  /** Seconds since 1970 that the time server tells now; 0: it does not answer. */
  readonly clock: () => number;
}

export class SimulatedNetwork implements WifiSurroundings {
  isUp = true;
  /** Seconds that packets take, at most. */
  latency = 0.05;
  flash: SavedNetwork;
  readonly context: Context;
  readonly ssid: string;
  readonly password: string;
  private readonly options: NetworkOptions;
  /** Counts the target's lives. */
  private life = 0;
  private isAlive = false;
  private wifi: SimulatedWifi | undefined;
  private joins = 0;
  private connections = 0;
  private current: TcpConnection | undefined;

  constructor(options: NetworkOptions) {
    const { context, ssid, password, saved } = options;
    this.options = options;
    this.context = context;
    this.ssid = ssid;
    this.password = password;
    this.flash = saved ? { ssid, password } : { ssid: '', password: '' };
  }

  setUp(on: boolean): void {
    const { context } = this;
    if (this.isUp === on) return;
    this.isUp = on;
    context.note?.(on ? 'access point up' : 'access point down');
    const seen = this.joins;
    // Away so shortly that the station has not noticed: it is still joined.
    if (on) this.current?.pump();
    else
      context.after(context.chance.spread(0.1, 3), () => {
        if (!this.isUp && this.isJoined && seen === this.joins && this.isAlive) this.wifi?.lose();
      });
  }

  /** The station is thrown out: neither event comes, nor does the firmware try again. */
  drop(): void {
    if (!this.isJoined) return;
    this.context.note?.('Wi-Fi is gone without a word');
    this.wifi?.vanish();
  }

  /** Breaks the connection after so many more bytes, either way. */
  cut(how: Cut, bytes: number): void {
    this.current?.cut(how, bytes);
  }

  /** The target has begun anew: what `require` gives it. */
  boot(): { Wifi: unknown; net: unknown; dgram: unknown; TelnetServer: unknown } {
    this.life++;
    this.isAlive = true;
    this.current = undefined;
    this.wifi = new SimulatedWifi(this);
    return {
      Wifi: this.wifi.module(),
      net: {
        connect: (where: { host: string }, opened: (this: unknown) => void) =>
          this.connect(where.host, opened),
      },
      dgram: { createSocket: () => this.createSocket() },
      TelnetServer: { setOptions: () => {} },
    };
  }

  /** The target has stopped: what it had open hears no more of it. */
  die(): void {
    this.isAlive = false;
  }

  /** Bytes that wait in the target's sockets. */
  unsent(): number {
    return this.current?.unsent() ?? 0;
  }

  onTarget(seconds: number, run: () => void): void {
    const mine = this.life;
    this.context.after(seconds, () => {
      if (mine === this.life && this.isAlive) this.context.world.target.later(0, run);
    });
  }

  delay(): number {
    return this.context.chance.spread(0.001, this.latency);
  }

  joined(): void {
    this.joins++;
    this.current?.pump();
  }

  private get isJoined(): boolean {
    return this.wifi?.isJoined ?? false;
  }

  private connect(host: string, opened: (this: unknown) => void): unknown {
    const { broker, context } = this.options;
    // Of an address; a name takes its time to be looked up in vain.
    if (!this.isJoined && context.chance.is(0.5)) throw new Error('Unable to create socket');
    const mine = this.life;
    this.current = new TcpConnection({
      context,
      number: ++this.connections,
      onTarget: (seconds, run) => this.onTarget(seconds, run),
      delay: () => this.delay(),
      passes: () => this.isJoined && this.isUp && mine === this.life && this.isAlive,
      accept: (line) => (host === DEAD ? undefined : broker.accept(line)),
      opened,
    });
    return this.current.socket;
  }

  // A time server's answers (RFC 5905).
  private createSocket(): unknown {
    const { context, clock } = this.options;
    let listener: (data: string) => void = () => {};
    return {
      bind: () => {},
      send: (data: string) => {
        const seconds = clock();
        if (!this.isJoined) context.fail('a datagram without a network, which costs a socket for good');
        if (!this.isJoined || !this.isUp || !seconds || context.chance.is(0.2)) return;
        const stamp = Buffer.alloc(48);
        stamp[0] = 0x24;
        stamp[1] = 2;
        stamp.write(data.slice(40, 48), 24, 'latin1');
        stamp.writeUInt32BE((Math.floor(seconds) + 2208988800) % 4294967296, 40);
        stamp.writeUInt32BE(Math.floor((seconds % 1) * 4294967296), 44);
        this.onTarget(this.delay(), () => this.isJoined && listener(stamp.toString('latin1')));
      },
      on: (_event: string, run: (data: string) => void) => (listener = run),
      close: () => {},
    };
  }
}
