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

export function createHostileWifi(clock: HostileClock, chance: Chance, flash: Network) {
  const listeners: Record<string, (() => void)[]> = {};
  let config = { ...flash };
  let around: Network[] = [];
  let status = 'off';
  let stale = '';
  let address = false;
  let skip = false;
  let heard = true;
  let callback: Callback | undefined;
  let timer: unknown;
  // The board starts anew: what it was about to call is gone.
  let life = 0;

  const firmware = {
    hostile: true,
    flash,
    saves: 0,
    connects: 0,
    joined: () => status === 'connected' && address,
    inForce: () => config,
    /** What came out of the program uncaught. */
    uncaught: 0,
    /** What the program must never do, and did. */
    wrong: '',
    /** Does what comes of that. */
    crash: () => {},
    run,
    boot,
    fault,
    setAround,
    module: {} as WifiModule,
  };

  function odds(percent: number): boolean {
    return firmware.hostile && chance(100) < percent;
  }

  /** Calls the program. */
  function run(call: () => void): void {
    try {
      call();
    } catch (error) {
      assert.ok(error instanceof Error && !(error instanceof assert.AssertionError), String(error));
      firmware.uncaught++;
      firmware.crash();
    }
  }

  // jsiQueueEvents: when the interpreter is idle; not at all without memory. Late and twice are more than it does.
  function queue(call: () => void): void {
    const mine = life;
    const soon = (): void => {
      if (mine === life) run(call);
    };
    if (odds(10)) return;
    clock.later(soon, odds(10) ? chance(30_000) : 0);
    if (odds(5)) clock.later(soon, chance(1000));
  }

  function emit(event: string): void {
    if (heard) for (const listener of listeners[event] ?? []) queue(listener);
  }

  function complete(error: string | null): void {
    const call = callback;
    if (!heard || !call) return;
    callback = undefined;
    queue(() => call(error));
  }

  // :1618
  function disconnected(tell: boolean): void {
    if (heard && skip) {
      skip = false;
      return;
    }
    if (tell && ['no_ap_found', 'bad_password', 'connect_failed'].includes(status)) complete(status);
    if (tell && status === 'connecting' && chance(2)) complete('auth_expire');
    emit('disconnected');
  }

  function after(ms: number, next: () => void): void {
    clock.cancel(timer);
    timer = clock.later(next, ms);
  }

  function isThere(): boolean {
    return around.some((one) => one.ssid === config.ssid && one.password === config.password);
  }

  // The vendor's library, which tries again by itself, and once in a while no more.
  function attempt(): void {
    status = 'connecting';
    after(500 + chance(5000), () => {
      if (odds(10) || !isThere()) fail();
      else after(100 + chance(odds(10) ? 60_000 : 4000), bind);
    });
  }

  function fail(): void {
    status = FAILURES[chance(FAILURES.length)] as string;
    disconnected(true);
    if (!odds(10)) after(1000 + chance(3000), attempt);
  }

  function bind(): void {
    if (!isThere()) return fail();
    status = 'connected';
    address = !odds(5);
    complete(null);
    emit('connected');
  }

  function leave(next: string): void {
    status = next;
    address = false;
    disconnected(false);
  }

  /** Once in a while, while hostile: something happens. */
  function fault(): void {
    const what = chance(7);
    if (what === 0) emit('connected');
    else if (what === 1) emit('disconnected');
    else if (what === 2) address = false;
    else if (what === 3) heard = false;
    else if (what === 4 && status === 'connected') {
      // It gives up; whether it says so or not.
      clock.cancel(timer);
      if (chance(2)) leave('no_ap_found');
      else status = 'no_ap_found';
    } else if (what === 5 && status === 'connected') {
      leave('connecting');
      after(1000 + chance(10_000), attempt);
    }
  }

  /** What is there from now on. */
  function setAround(networks: Network[]): void {
    around = networks;
    if (status === 'connected' && !isThere()) {
      leave('connecting');
      after(1000 + chance(3000), attempt);
    }
  }

  /** Power-up: what is in flash is joined. */
  function boot(): void {
    life++;
    for (const event of Object.keys(listeners)) delete listeners[event];
    callback = undefined;
    config = { ...firmware.flash };
    status = 'off';
    address = false;
    skip = false;
    heard = true;
    clock.cancel(timer);
    if (config.ssid) attempt();
    firmware.module = createModule();
  }

  function createModule(): WifiModule {
    return {
      connect(ssid, { password }, done) {
        firmware.connects++;
        if (odds(5)) throw new Error('connect, before');
        callback = undefined;
        if (status === 'connected' && config.ssid === ssid && config.password === password) {
          queue(() => done(null));
          return;
        }
        // :453
        skip = !['connected', 'off'].includes(status);
        const was = status;
        // Of an attempt that is still looking for its network there may be no event.
        if (was === 'connected' || (was === 'connecting' && chance(2))) leave('connecting');
        // It takes its time to forget.
        if (was === 'connected' && odds(50)) {
          stale = 'connected';
          clock.later(() => (stale = ''), 500);
          if (odds(30)) emit('connected');
        }
        config = { ssid, password };
        callback = done;
        heard = true;
        attempt();
        if (odds(5)) throw new Error('connect, after');
      },
      disconnect() {
        clock.cancel(timer);
        if (status === 'connected') leave('off');
        status = 'off';
      },
      save() {
        // Noted, since the program catches what is thrown here.
        if (isDeepStrictEqual(firmware.flash, config)) firmware.wrong = 'flash is written with what it holds';
        if (status !== 'connected') firmware.wrong = 'a network is saved that is not joined';
        // It is erased first (:857).
        firmware.flash = { ssid: '', password: '' };
        if (odds(10)) throw new Error('Unable to find or create file');
        firmware.saves++;
        firmware.flash = { ...config };
      },
      getDetails() {
        if (odds(5)) throw new Error('getDetails');
        if (odds(5)) return undefined as never;
        return { status: stale || status, ...config };
      },
      getIP() {
        if (odds(3)) throw new Error('getIP');
        if (odds(3)) return undefined as never;
        return odds(3) ? {} : { ip: address || stale ? '192.0.2.7' : '0.0.0.0' };
      },
      on(event, listener) {
        (listeners[event] ??= []).push(listener);
      },
    };
  }

  return firmware;
}
