/**
 * A board with a `Wifi` module that does what a test says, as the ESP8266's would, and a clock of its own. It must never
 * do anything by itself.
 */
import assert from 'node:assert/strict';
import { Status } from '../../shared/status';
import { createWifi, type WifiModule } from '../../target/wifi';

const NAMES: Record<number, string> = {
  [Status.DEFNET]: 'DEFNET',
  [Status.SPECNET]: 'SPECNET',
  [Status.WIFI_FAIL]: 'WIFI_FAIL',
  [Status.WIFI_UP]: 'WIFI_UP',
  [Status.WIFI_DOWN]: 'WIFI_DOWN',
};

/** Time that passes when a test says so. */
class Timers {
  #now = 0;
  #waiting: { readonly at: number; readonly run: () => void }[] = [];

  get count(): number {
    return this.#waiting.length;
  }

  clear(): void {
    this.#now = 0;
    this.#waiting = [];
  }

  later(run: () => void, ms: number): unknown {
    const timer = { at: this.#now + ms, run };
    this.#waiting.push(timer);
    return timer;
  }

  cancel(timer: unknown): void {
    this.#waiting = this.#waiting.filter((other) => other !== timer);
  }

  pass(seconds: number): void {
    const end = this.#now + seconds * 1000;
    for (;;) {
      const due = this.#waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#now = due.at;
      this.cancel(due);
      due.run();
    }
    this.#now = end;
  }
}

/** A board: its flash outlives `boot`. */
export function createScriptedRadio(flash = { ssid: '', password: '' }) {
  const timers = new Timers();
  let listeners: Record<string, (() => void)[]> = {};
  let details = { status: 'off', ssid: '', password: '' };
  let callback: ((error: string | null) => void) | undefined;
  const log: string[] = [];
  const board = {
    flash,
    saves: 0,
    saveThrows: false,
    connects: [] as string[],
    disconnects: 0,
    /** `ip` as `getIP` gives it while the status is `connected`. */
    ip: '192.0.2.7' as string | undefined,
    happened: () => log.splice(0),
    timers: () => timers.count,
    pass: (seconds: number) => timers.pass(seconds),
    emit: (event: string) => {
      for (const listener of listeners[event] ?? []) listener();
    },
    /** The network is joined and an address is there. */
    join: () => {
      details.status = 'connected';
      const done = callback;
      callback = undefined;
      done?.(null);
      board.emit('connected');
    },
    /** An attempt fails, as the firmware tells it. */
    refuse: (status: string, tell = true) => {
      details.status = status;
      const done = callback;
      if (tell) {
        callback = undefined;
        done?.(status);
      }
      board.emit('disconnected');
    },
    leave: () => {
      details.status = 'connecting';
      board.emit('disconnected');
    },
    /** The network goes away without a word; or does not. */
    setStatus: (status: string) => {
      details.status = status;
    },
    inForce: () => `${details.ssid} ${details.password}`,
    boot: () => {
      timers.clear();
      listeners = {};
      callback = undefined;
      // The firmware shortens what is too long for it, and more so when it restores.
      details = {
        status: board.flash.ssid ? 'connecting' : 'off',
        ssid: board.flash.ssid.slice(0, 31),
        password: board.flash.password.slice(0, 63),
      };
      const module: WifiModule = {
        connect: (ssid, options, done) => {
          board.connects.push(`${ssid} ${options.password}`);
          const same =
            details.status === 'connected' && details.ssid === ssid && details.password === options.password;
          if (same) return void timers.later(() => done(null), 0);
          details = {
            status: 'connecting',
            ssid: ssid.slice(0, 31),
            password: options.password.slice(0, 63),
          };
          callback = done;
        },
        disconnect: () => {
          board.disconnects++;
          details.status = 'off';
        },
        getIP: () => ({ ip: details.status === 'connected' ? board.ip : '0.0.0.0' }),
        save: () => {
          board.saves++;
          if (board.saveThrows) throw new Error('Unable to find or create file');
          board.flash = { ssid: details.ssid, password: details.password };
        },
        getDetails: () => ({ ...details, savedSsid: null }) as ReturnType<WifiModule['getDetails']>,
        on: (event, listener) => {
          (listeners[event] ??= []).push(listener);
        },
      };
      const wifi = createWifi({
        wifi: module,
        later: (run, ms) => timers.later(run, ms),
        cancel: (timer) => timers.cancel(timer),
        status: (status, detail) => {
          assert.ok(!/secret/.test(detail), 'a password got out');
          log.push(`${NAMES[status]} ${detail}`.trim());
        },
        joined: () => log.push('joined'),
      });
      // What it puts off it does at once here.
      const soon =
        <A extends unknown[]>(call: (...args: A) => void) =>
        (...args: A): void => {
          call(...args);
          board.pass(0);
        };
      return { start: soon(wifi.start), proceed: soon(wifi.proceed), check: soon(wifi.check) };
    },
  };
  return board;
}
