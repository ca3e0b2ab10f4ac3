/**
 * A board as a station in somebody's network: the vendor library's habit of trying again by itself for ever, and which of
 * its events the firmware passes on. Line numbers as in `wifi.ts`.
 */
import { emit } from './events';
import type { Loop } from './loop';

/** Times in ms. */
const ASSOCIATE = 120;
const DHCP = 120;
const FAIL = 500;
const RETRY = 800;
const BEACON_TIMEOUT = 600;

export const NEIGHBOUR_MAC = 'a4:2b:8c:00:00:01';
export const STATION_ADDRESS = { ip: '192.168.0.50', mask: '255.255.255.0', gw: '192.168.0.1' };

type Status = 'off' | 'connecting' | 'bad_password' | 'no_ap_found' | 'connect_failed' | 'connected';
/** A network around, and whether its radio is on. */
export interface NetworkAround {
  readonly ssid: string;
  readonly password: string;
  isOn(): boolean;
}

export class Station {
  status: Status = 'off';
  ssid = '';
  password = '';
  /** `connect`'s call-back, until it has heard of the end of the attempt. */
  onJoined: ((...args: unknown[]) => void) | undefined;
  /**
   * The next `disconnected` is swallowed (:434): it is meant to be the one with which the attempt under way ends. Where
   * none was under way, between two of the library's own, it is a later one.
   */
  #skipDisconnect = false;
  #timer: number | undefined;
  #lost = false;
  /** What was said of networks last: attempts that fail again and again are no news. */
  #told = '';

  /**
   * @param module what the program listens to
   * @param event hears what a person would notice
   */
  constructor(
    private readonly loop: Loop,
    private readonly around: NetworkAround,
    private readonly module: object,
    private readonly event: (text: string) => void,
  ) {
    loop.onTurn(() => this.#look());
  }

  get isOnline(): boolean {
    return this.status === 'connected';
  }

  is(ssid: string, password: string): boolean {
    return this.isOnline && this.ssid === ssid && this.password === password;
  }

  /** Ends what is under way. */
  leave(): void {
    // Of an attempt under way the end is swallowed at once.
    this.#skipDisconnect = !this.isOnline && this.status !== 'off' && this.status !== 'connecting';
    this.#stop();
    if (this.isOnline) this.#dropped('assoc_leave');
  }

  /** Tries, until it is in. */
  join(): void {
    const { loop, around, ssid } = this;
    this.status = 'connecting';
    this.#lost = false;
    const found = around.isOn() && ssid === around.ssid;
    this.#after(found ? ASSOCIATE : FAIL, () => {
      if (!found || !around.isOn()) this.#fail('no_ap_found', 'no_ap_found');
      else if (this.password !== around.password && around.password !== '') {
        this.#fail('bad_password', '4way_handshake_timeout');
      } else {
        emit(loop, this.module, 'associated', [{ ssid: this.ssid, mac: NEIGHBOUR_MAC, channel: 6 }]);
        this.#after(DHCP, () => {
          this.status = 'connected';
          this.#tell(`target has joined the network ${this.ssid}`);
          loop.kick();
          this.#complete(null);
          emit(loop, this.module, 'connected', [{ ...STATION_ADDRESS }]);
        });
      }
    });
  }

  /** Ends its life as a station. @param ended called before the program hears of it */
  switchOff(ended: () => void): void {
    const wasOnline = this.isOnline;
    this.#stop();
    this.status = 'off';
    ended();
    if (wasOnline) this.#dropped('assoc_leave');
  }

  #after(ms: number, run: () => void): void {
    this.#stop();
    this.#timer = this.loop.add(ms, undefined, () => {
      this.#timer = undefined;
      run();
    });
  }

  #stop(): void {
    if (this.#timer !== undefined) this.loop.remove(this.#timer);
    this.#timer = undefined;
  }

  #complete(error: string | null): void {
    if (this.onJoined !== undefined) this.loop.queue(this.onJoined, globalThis, [error]);
    this.onJoined = undefined;
  }

  #tell(text: string): void {
    if (text !== this.#told) this.event(text);
    this.#told = text;
  }

  #dropped(reason: string): void {
    const hasLeft = this.isOnline || reason === 'beacon_timeout' || reason === 'assoc_leave';
    if (hasLeft) this.#tell(`target has left the network ${this.ssid}: ${reason}`);
    else this.#tell(`target does not get into the network ${this.ssid}: ${reason}`);
    if (this.#skipDisconnect) {
      this.#skipDisconnect = false;
      return;
    }
    emit(this.loop, this.module, 'disconnected', [{ ssid: this.ssid, mac: NEIGHBOUR_MAC, reason }]);
  }

  #fail(next: Status, reason: string): void {
    this.status = next;
    // Of a swallowed event connect()'s callback does not hear either (:1607).
    if (!this.#skipDisconnect) this.#complete(next);
    this.#dropped(reason);
    this.#after(RETRY, () => this.join());
  }

  /** In each turn of the event loop: whether the network is still there. */
  #look(): void {
    if (!this.isOnline || this.#lost || this.around.isOn()) return;
    this.#lost = true;
    this.#after(BEACON_TIMEOUT, () => {
      this.status = 'connecting';
      this.#dropped('beacon_timeout');
      this.#after(RETRY, () => this.join());
    });
  }
}
