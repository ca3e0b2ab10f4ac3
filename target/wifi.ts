/**
 * Joins a Wi-Fi network and stays joined: the saved network first if asked,
 * else the given one, which becomes the saved one. It must never tell a
 * password, and never write to flash what flash already holds.
 */
import { Status } from '../shared/status';

/** Milliseconds for the saved network to be rejoined, which the firmware begins by itself at boot. */
const SAVED_LIMIT = 15000;

/** Milliseconds for one attempt: looking for the network, the handshake, an address. */
const JOIN_LIMIT = 20000;

/**
 * Milliseconds after the network went away before it is joined anew. The ESP8266 rejoins by itself and tries
 * every few seconds; an attempt of ours breaks one of its own, and is only for when it has given up.
 */
const REJOIN = 30000;

/** Milliseconds between attempts: the first pause, doubled after each, and the longest. */
const PAUSE = 5000;
const LONGEST_PAUSE = 60000;

/** What is used of Espruino's module `Wifi`, and how it behaves on an ESP8266. */
export interface WifiModule {
  /**
   * Calls back once at most: null when joined, or a word like `bad_password`, `no_ap_found`. May never do so.
   * Replaces the configuration at once; that it works is not known until `connected`.
   */
  connect(ssid: string, options: { password: string }, done: (error: string | null) => void): void;
  /** Writes the configuration to flash, every time: it does not look whether it is there already. */
  save(): void;
  /** The configuration in force, after boot the saved one; `status` is `connected` with an address, or what is wrong. */
  getDetails(): { status: string; ssid: string; password: string };
  /**
   * `connected`: there is an address. `disconnected`: the network went away, and again after each vain attempt to
   * rejoin it; one in a while is swallowed.
   */
  on(event: 'connected' | 'disconnected', listener: () => void): void;
}

export interface WifiOptions {
  readonly wifi: WifiModule;
  /** `setTimeout` of the board, milliseconds. */
  readonly later: (run: () => void, ms: number) => unknown;
  /** Undoes `later`. */
  readonly cancel: (timer: unknown) => void;
  /**
   * `DEFNET`: waiting for the saved network. `SPECNET`: it did not come, or was not asked for; nothing happens
   * until `proceed`. `WIFI_FAIL`: an attempt failed, `detail` is the firmware's word for why, others follow. `WIFI_DOWN`,
   * `WIFI_UP`: once each, after the network was joined.
   */
  readonly status: (status: Status, detail: string) => void;
  /** The network is there: the first time, and again after `WIFI_UP`. */
  readonly joined: () => void;
}

export interface Wifi {
  /**
   * Begins, or begins anew. Not to be called while boot code runs: the firmware restores the saved network after it.
   * @param saved try the saved network first
   */
  start(ssid: string, password: string, saved: boolean): void;
  /** The answer to `SPECNET`: join the given network. */
  proceed(): void;
}

const enum State {
  IDLE,
  /** `SPECNET` is out. */
  ASKING,
  UP,
  // From here on a network is wanted and not there.
  /** Waiting for the saved network. */
  SAVED,
  /** Joining the given network. */
  GIVEN,
  DOWN,
}

export function createWifi(options: WifiOptions): Wifi {
  const wifi = options.wifi;
  let state = State.IDLE;
  // An attempt is under way, and the timer its limit; else the timer is the pause before the next.
  let trying: boolean;
  let ssid: string;
  let password: string;
  // What flash holds: name and password.
  let saved: string | undefined;
  let timer: unknown;
  let pause: number;

  function after(ms: number): void {
    if (timer) options.cancel(timer);
    timer = ms ? options.later(next, ms) : 0;
  }

  function ask(): void {
    after(0);
    state = State.ASKING;
    options.status(Status.SPECNET, '');
  }

  /** Looks whether the network is there; if not, ends the attempt for the reason given, if any. */
  function look(reason: string | null): void {
    const was = state;
    const details = wifi.getDetails();
    if (was < State.SAVED) return;
    // Asking the firmware, since an event may be older than the attempt under way.
    if (details.status === 'connected') {
      after(0);
      state = State.UP;
      ssid = details.ssid;
      password = details.password;
      if (was === State.DOWN) options.status(Status.WIFI_UP, '');
      options.joined();
      // Flash is written for a network that is new, not at every boot: what was in force after boot is what flash
      // holds. Both sides are read back, since the firmware shortens what is too long for it. Last, because a
      // full flash throws.
      if (was === State.GIVEN && ssid + '\n' + password !== saved) {
        saved = ssid + '\n' + password;
        wifi.save();
      }
    } else if (reason && trying) {
      trying = false;
      if (was === State.SAVED) ask();
      else {
        if (was === State.GIVEN) options.status(Status.WIFI_FAIL, reason);
        after(pause);
        pause = Math.min(pause * 2, LONGEST_PAUSE);
      }
    }
  }

  function next(): void {
    // Its number may soon belong to another timer.
    timer = 0;
    if (trying) {
      const details = wifi.getDetails();
      look('timeout, ' + details.status);
    } else {
      trying = true;
      after(JOIN_LIMIT);
      wifi.connect(ssid, { password: password }, look);
    }
  }

  wifi.on('connected', function () {
    look('');
  });
  wifi.on('disconnected', function () {
    if (state !== State.UP) return;
    state = State.DOWN;
    trying = false;
    pause = PAUSE;
    after(REJOIN);
    options.status(Status.WIFI_DOWN, '');
  });

  return {
    start: function (givenSsid, givenPassword, useSaved) {
      const details = wifi.getDetails();
      if (saved === undefined) saved = details.ssid + '\n' + details.password;
      ssid = givenSsid;
      password = givenPassword;
      pause = PAUSE;
      trying = useSaved;
      if (useSaved) options.status(Status.DEFNET, '');
      if (useSaved && details.ssid) {
        state = State.SAVED;
        after(SAVED_LIMIT);
        look('');
      } else ask();
    },
    proceed: function () {
      if (state !== State.ASKING) return;
      state = State.GIVEN;
      trying = false;
      // In a turn of its own: this one is deep in the stack already.
      timer = options.later(next, 0);
    },
  };
}
