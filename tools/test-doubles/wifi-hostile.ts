/**
 * `Wifi` of an ESP8266 with the vendor's library beneath, as nasty as the C source allows (line numbers of Espruino
 * libs/network/esp8266/jswrap_esp8266_network.c), for as long as `hostile` says; the networks around it, which come and
 * go; and what a firmware out of memory does. It must keep to the C source once it is told to be kind.
 */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Network, WifiModule } from '../../target/wifi';

type Chance = (below: number) => number;
type Callback = (error: string | null) => void;

export interface HostileClock {
  later(run: () => void, ms: number): unknown;
  cancel(timer: unknown): void;
}

const FAILURES = ['no_ap_found', 'bad_password', 'connect_failed', 'connecting', 'off'];

/** What a firmware does with a program: calls it when it is idle, late, twice or never, and survives what it throws. */
class HostileCalls {
  hostile = true;
  /** What came out of the program uncaught. */
  uncaught = 0;
  /** Does what comes of that. */
  crash = (): void => {};
  /** The board starts anew: what it was about to call is gone. */
  #life = 0;

  constructor(
    protected readonly clock: HostileClock,
    protected readonly chance: Chance,
  ) {}

  /** Calls the program. */
  run(call: () => void): void {
    try {
      call();
    } catch (error) {
      assert.ok(error instanceof Error && !(error instanceof assert.AssertionError), String(error));
      this.uncaught++;
      this.crash();
    }
  }

  protected odds(percent: number): boolean {
    return this.hostile && this.chance(100) < percent;
  }

  // jsiQueueEvents: when the interpreter is idle; not at all without memory. Late and twice are more than it does.
  protected queue(call: () => void): void {
    const mine = this.#life;
    const soon = (): void => {
      if (mine === this.#life) this.run(call);
    };
    if (this.odds(10)) return;
    this.clock.later(soon, this.odds(10) ? this.chance(30_000) : 0);
    if (this.odds(5)) this.clock.later(soon, this.chance(1000));
  }

  protected forgetCalls(): void {
    this.#life++;
  }
}

/** What the firmware has of its program: listeners, and the call-back of `connect`. */
class HostileFirmware extends HostileCalls {
  /** It still passes on what the vendor's library tells it. */
  protected heard = true;
  protected skip = false;
  protected callback: Callback | undefined;
  readonly #listeners: Record<string, (() => void)[]> = {};

  protected on(event: string, listener: () => void): void {
    (this.#listeners[event] ??= []).push(listener);
  }

  protected emit(event: string): void {
    if (this.heard) for (const listener of this.#listeners[event] ?? []) this.queue(listener);
  }

  protected complete(error: string | null): void {
    const call = this.callback;
    if (!this.heard || !call) return;
    this.callback = undefined;
    this.queue(() => call(error));
  }

  // :1618
  protected disconnected(status: string, tell: boolean): void {
    if (this.heard && this.skip) {
      this.skip = false;
      return;
    }
    if (tell && ['no_ap_found', 'bad_password', 'connect_failed'].includes(status)) this.complete(status);
    if (tell && status === 'connecting' && this.chance(2)) this.complete('auth_expire');
    this.emit('disconnected');
  }

  protected forget(): void {
    this.forgetCalls();
    for (const event of Object.keys(this.#listeners)) delete this.#listeners[event];
    this.callback = undefined;
    this.skip = false;
    this.heard = true;
  }
}

/** The vendor's library, which joins by itself, and the functions of `Wifi` above it. */
export class HostileWifi extends HostileFirmware {
  saves = 0;
  connects = 0;
  /** What the program must never do, and did. */
  wrong = '';
  module = {} as WifiModule;
  #config: Network;
  #around: Network[] = [];
  #status = 'off';
  #stale = '';
  #address = false;
  #timer: unknown;

  constructor(
    clock: HostileClock,
    chance: Chance,
    public flash: Network,
  ) {
    super(clock, chance);
    this.#config = { ...flash };
  }

  joined(): boolean {
    return this.#status === 'connected' && this.#address;
  }

  inForce(): Network {
    return this.#config;
  }

  /** Power-up: what is in flash is joined. */
  boot(): void {
    this.forget();
    this.#config = { ...this.flash };
    this.#status = 'off';
    this.#address = false;
    this.clock.cancel(this.#timer);
    if (this.#config.ssid) this.#attempt();
    this.module = this.#createModule();
  }

  /** What is there from now on. */
  setAround(networks: Network[]): void {
    this.#around = networks;
    if (this.#status === 'connected' && !this.#isThere()) {
      this.#leave('connecting');
      this.#after(1000 + this.chance(3000), () => this.#attempt());
    }
  }

  /** Once in a while, while hostile: something happens. */
  fault(): void {
    const what = this.chance(7);
    if (what === 0) this.emit('connected');
    else if (what === 1) this.emit('disconnected');
    else if (what === 2) this.#address = false;
    else if (what === 3) this.heard = false;
    else if (what === 4 && this.#status === 'connected') {
      // It gives up; whether it says so or not.
      this.clock.cancel(this.#timer);
      if (this.chance(2)) this.#leave('no_ap_found');
      else this.#status = 'no_ap_found';
    } else if (what === 5 && this.#status === 'connected') {
      this.#leave('connecting');
      this.#after(1000 + this.chance(10_000), () => this.#attempt());
    }
  }

  #after(ms: number, next: () => void): void {
    this.clock.cancel(this.#timer);
    this.#timer = this.clock.later(next, ms);
  }

  #isThere(): boolean {
    const { ssid, password } = this.#config;
    return this.#around.some((one) => one.ssid === ssid && one.password === password);
  }

  // It tries again by itself, and once in a while no more.
  #attempt(): void {
    this.#status = 'connecting';
    this.#after(500 + this.chance(5000), () => {
      if (this.odds(10) || !this.#isThere()) this.#fail();
      else this.#after(100 + this.chance(this.odds(10) ? 60_000 : 4000), () => this.#bind());
    });
  }

  #fail(): void {
    this.#status = FAILURES[this.chance(FAILURES.length)] as string;
    this.disconnected(this.#status, true);
    if (!this.odds(10)) this.#after(1000 + this.chance(3000), () => this.#attempt());
  }

  #bind(): void {
    if (!this.#isThere()) return this.#fail();
    this.#status = 'connected';
    this.#address = !this.odds(5);
    this.complete(null);
    this.emit('connected');
  }

  #leave(next: string): void {
    this.#status = next;
    this.#address = false;
    this.disconnected(next, false);
  }

  #connect(ssid: string, password: string, done: Callback): void {
    this.connects++;
    if (this.odds(5)) throw new Error('connect, before');
    this.callback = undefined;
    const was = this.#status;
    if (was === 'connected' && this.#config.ssid === ssid && this.#config.password === password) {
      this.queue(() => done(null));
      return;
    }
    // :453
    this.skip = !['connected', 'off'].includes(was);
    // Of an attempt that is still looking for its network there may be no event.
    if (was === 'connected' || (was === 'connecting' && this.chance(2))) this.#leave('connecting');
    // It takes its time to forget.
    if (was === 'connected' && this.odds(50)) {
      this.#stale = 'connected';
      this.clock.later(() => (this.#stale = ''), 500);
      if (this.odds(30)) this.emit('connected');
    }
    this.#config = { ssid, password };
    this.callback = done;
    this.heard = true;
    this.#attempt();
    if (this.odds(5)) throw new Error('connect, after');
  }

  #save(): void {
    // Noted, since the program catches what is thrown here.
    if (isDeepStrictEqual(this.flash, this.#config)) this.wrong = 'flash is written with what it holds';
    if (this.#status !== 'connected') this.wrong = 'a network is saved that is not joined';
    // It is erased first (:857).
    this.flash = { ssid: '', password: '' };
    if (this.odds(10)) throw new Error('Unable to find or create file');
    this.saves++;
    this.flash = { ...this.#config };
  }

  #createModule(): WifiModule {
    return {
      connect: (ssid, { password }, done) => this.#connect(ssid, password, done),
      disconnect: () => {
        this.clock.cancel(this.#timer);
        if (this.#status === 'connected') this.#leave('off');
        this.#status = 'off';
      },
      save: () => this.#save(),
      getDetails: () => {
        if (this.odds(5)) throw new Error('getDetails');
        if (this.odds(5)) return undefined as never;
        return { status: this.#stale || this.#status, ...this.#config };
      },
      getIP: () => {
        if (this.odds(3)) throw new Error('getIP');
        if (this.odds(3)) return undefined as never;
        return this.odds(3) ? {} : { ip: this.#address || this.#stale ? '192.0.2.7' : '0.0.0.0' };
      },
      on: (event, listener) => this.on(event, listener),
    };
  }
}
