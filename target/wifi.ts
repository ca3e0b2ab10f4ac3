/**
 * Joins a Wi-Fi network and stays joined: the given one first, and where it is
 * not to be had, the saved one if asked, in turn. The given one becomes the
 * saved one once it was joined. It must never tell a password, never write to
 * flash what flash already holds, and never wait for an event without a timer:
 * events get lost. What the firmware throws for want of memory is not caught,
 * and ends this start of the target.
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

/**
 * Milliseconds after which a network that was joined must still be there to count as one worth saving: what was said of
 * it may have been about the one before.
 */
const SETTLE = 1000;

/** Milliseconds between attempts: the first pause, doubled after each, and the longest. */
const PAUSE = 5000;
const LONGEST_PAUSE = 60000;

/** What the firmware says of a network. An enumeration, since a constant would take variables. */
const enum Word {
  JOINED = 'connected',
  NO_ADDRESS = 'no address',
}

export interface Network {
  readonly ssid: string;
  readonly password: string;
}

/**
 * What is used of Espruino's module `Wifi`, and how it behaves on an ESP8266 (line numbers of Espruino
 * libs/network/esp8266/jswrap_esp8266_network.c). The event handler of the vendor's library "seems to get lost sometimes"
 * (:472), and then neither event nor call-back comes until the next `connect`.
 */
export interface WifiModule {
  /**
   * Calls back once at most: null when joined, or a word like `bad_password`, `no_ap_found`. May never do so: a failure
   * is told only if it is one of four (:1635), and not if its event is swallowed. Replaces the configuration at once; that
   * it works is not known until `connected`. Does nothing but call back if the same network is joined (:441), be its
   * address there or not.
   */
  connect(ssid: string, options: Network, done: (error: string | null) => void): void;
  /** The firmware stays a station, since `connect` follows before its event does (:327, :1650). */
  disconnect(): void;
  /** Writes the configuration to flash, every time: it does not look whether it is there already. Throws on a full flash. */
  save(): void;
  /** The configuration in force, after boot the saved one; `status` is `connected` or what is wrong. */
  getDetails(): Network & { status: string };
  /**
   * No address, or 0.0.0.0, when a lease was refused or ran out (ESP8266_NONOS_SDK third_party/lwip/core/dhcp.c:215, :389):
   * nothing there tells those who keep `status`, which goes on saying `connected`.
   */
  getIP(): { ip?: string };
  /**
   * `connected`: there is an address. `disconnected`: the network went away, and again after each vain attempt to
   * rejoin it; after a `connect` between two attempts of the firmware the next one is swallowed (:455, :1627).
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
   * Each names its network in the detail. `DEFNET`: the saved network is tried. `SPECNET`: it is the given one's turn;
   * nothing happens until `proceed`. `WIFI_FAIL`: an attempt failed, the reason follows the name and a colon; others follow.
   * `WIFI_UP`, `WIFI_DOWN`: in turn.
   */
  readonly status: (status: Status, detail: string) => void;
  /** The network is there; each time after `WIFI_UP`. */
  readonly joined: () => void;
}

export interface Wifi {
  /**
   * Begins, once. Not to be called while boot code runs: the firmware restores the saved network after it.
   * @param useSaved the saved network will do if the given one cannot be joined
   */
  start(ssid: string, password: string, useSaved: boolean): void;
  /**
   * The answer to `SPECNET`: join the given network, or, refused, go on with the saved one. Without one, the question
   * is put again.
   */
  proceed(refused?: boolean): void;
  /** To be called when the network does not do what it is for, since it may be gone without a word. */
  check(): void;
}

const enum State {
  IDLE,
  START,
  /** `SPECNET` is out; once it is answered, there is a timer. */
  ASKING,
  UP,
  WANTED,
}

export function createWifi(options: WifiOptions): Wifi {
  const wifi = options.wifi;
  let state = State.IDLE;
  // Told apart by identity: the saved one is the given one if it says the same.
  let given: Network;
  let saved: Network;
  // What is tried when the given one has failed: the saved one, if it may be; else the given one again.
  let fallback: Network;
  // What the firmware was last told to join, and what it is told next.
  let current: Network | undefined;
  let turn: Network;
  let useSaved: boolean;
  // An attempt is under way, and the timer its limit; else the timer is the pause before the next.
  let trying = false;
  let timer: unknown;
  let pause = PAUSE;

  function after(ms: number): void {
    if (timer) options.cancel(timer);
    timer = options.later(next, ms);
  }

  /** What the firmware says of the network. */
  function ask(): string {
    const details = wifi.getDetails();
    const address = wifi.getIP();
    if (details.status !== Word.JOINED) return details.status;
    return address.ip && address.ip !== '0.0.0.0' ? Word.JOINED : Word.NO_ADDRESS;
  }

  /** Looks whether the network is there; if not, ends the attempt for the reason given, if any. */
  function look(reason: string | null): void {
    if (state !== State.WANTED) return;
    // Asking the firmware, since an event may be older than the attempt under way.
    const word = /*@__NOINLINE__*/ ask();
    const network = current as Network;
    if (word === Word.JOINED) {
      state = State.UP;
      after(SETTLE);
      options.status(Status.WIFI_UP, network.ssid);
      options.joined();
    } else if (reason && trying) {
      trying = false;
      turn = given;
      if (network === fallback) {
        after(pause);
        pause = Math.min(pause * 2, LONGEST_PAUSE);
      } else {
        turn = fallback;
        after(0);
      }
      options.status(Status.WIFI_FAIL, network.ssid + ': ' + reason);
    }
  }

  function lost(ms: number): void {
    turn = current as Network;
    state = State.WANTED;
    trying = false;
    pause = PAUSE;
    after(ms);
    options.status(Status.WIFI_DOWN, turn.ssid);
  }

  function attempt(): void {
    if (turn === given && current !== given) {
      state = State.ASKING;
      return options.status(Status.SPECNET, given.ssid);
    }
    current = turn;
    trying = true;
    after(JOIN_LIMIT);
    if (current !== given) options.status(Status.DEFNET, current.ssid);
    const word = /*@__NOINLINE__*/ ask();
    // Else `connect` would find nothing to do.
    if (word === Word.NO_ADDRESS) wifi.disconnect();
    wifi.connect(current.ssid, current, look);
  }

  function begin(): void {
    // What is in force after boot is what flash holds.
    const details = wifi.getDetails();
    saved = given;
    // There is more in `details`, which would take memory for good.
    if (details.ssid !== given.ssid || details.password !== given.password)
      saved = { ssid: details.ssid, password: details.password };
    fallback = useSaved && saved.ssid ? saved : given;
    turn = given;
    state = State.WANTED;
    if (!useSaved || given !== saved) return;
    // The firmware has begun by itself.
    current = given;
    trying = true;
    after(SAVED_LIMIT);
    options.status(Status.DEFNET, given.ssid);
  }

  function settle(): void {
    // Flash is written for a network that is new, not at every boot.
    if (current === saved) return;
    saved = given;
    fallback = given;
    try {
      wifi.save();
    } catch (e) {
      // Nobody could do anything about it, and the network can be used all the same.
    }
  }

  function next(): void {
    const was = state;
    let word = '';
    // Its number may soon belong to another timer.
    timer = 0;
    if (was === State.START) begin();
    if (was === State.ASKING) state = State.WANTED;
    if (!trying && state !== State.UP) return attempt();
    word = /*@__NOINLINE__*/ ask();
    if (was === State.WANTED) return look('timeout, ' + word);
    if (was === State.START) return look('');
    if (word !== Word.JOINED) return lost(0);
    settle();
  }

  wifi.on(Word.JOINED, function () {
    look('');
  });
  wifi.on('disconnected', function () {
    if (state === State.UP) lost(REJOIN);
  });

  return {
    start: function (ssid, password, orSaved) {
      given = { ssid: ssid, password: password };
      useSaved = orSaved;
      state = State.START;
      // In a turn of its own: this one is deep in the stack already.
      after(0);
    },
    proceed: function (refused) {
      if (state !== State.ASKING) return;
      if (refused) turn = fallback;
      else current = given;
      after(refused && fallback === given ? LONGEST_PAUSE : 0);
    },
    check: function () {
      if (state === State.UP && !timer) after(0);
    },
  };
}
