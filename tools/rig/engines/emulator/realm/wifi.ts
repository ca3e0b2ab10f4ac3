/**
 * `require("Wifi")` of the ESP8266 build: its state machine with the words,
 * events and call-backs of the firmware's `jswrap_esp8266_network.c` (2v29; line
 * numbers below are of that file), and the vendor library's habit of trying
 * again by itself for ever. A board that never ran is an open access point, as
 * a real one is. Only the times are shorter than a radio's.
 */
import type { Natives } from '../natives';
import type { Wires } from '../wires';
import type { Loop } from './loop';
import { emit } from './events';

/** Times in ms. */
const ASSOCIATE = 120;
const DHCP = 120;
const FAIL = 500;
const RETRY = 800;
const BEACON_TIMEOUT = 600;
const SCAN = 300;

/** The file `save` writes and the boot reads. */
const CONFIG = '.wificfg';
const STATION = 1;
const ACCESS_POINT = 2;
/** `sleepType` of the saved file: radio always on, radio sleeping between beacons. */
const NO_SLEEP = 0;
const MODEM_SLEEP = 2;
/** Bytes of a name and a password that `jsvGetString` leaves of its buffers of 32 and 64, one being the NUL (:310, :347). */
const SSID_MAX = 31;
const PASSWORD_MAX = 63;
/** The vendor library's own network, open. */
const OWN_SSID = 'ESP_A0B1C2';
const MODES = ['off', 'sta', 'ap', 'sta+ap'];
const MAC = '5c:cf:7f:a0:b1:c2';
const AP_MAC = 'a4:2b:8c:00:00:01';
const ADDRESS = { ip: '192.168.0.50', mask: '255.255.255.0', gw: '192.168.0.1' };

/** The vendor library's numbers, `user_interface.h`; also what `espconn_connect` may return. */
const STATUS = ['off', 'connecting', 'bad_password', 'no_ap_found', 'connect_failed', 'connected'];
const NO_ROUTE = -4;

type Status = 'off' | 'connecting' | 'bad_password' | 'no_ap_found' | 'connect_failed' | 'connected';
type Callback = (...args: unknown[]) => void;

interface Saved {
  ssid: string;
  password: string;
  mode: number;
  sleepType: number;
}

interface Files {
  readJSON(name: string, quiet: boolean): unknown;
  write(name: string, data: unknown): unknown;
  erase(name: string): void;
}

export interface EmulatedWifi {
  readonly module: object;
  /** The station has an address. */
  online(): boolean;
  /** The board is in some network, and what it sends goes out: it has joined one, or offers its own. */
  networked(): boolean;
  /**
   * What `espconn_connect` says before it tries (ESP8266_NONOS_SDK third_party/lwip/app/espconn.c:261): 0, an error, or
   * the station's state, a positive number, while it is not joined beside an access point.
   */
  connectCode(): number;
  /** Joins the saved network, as the firmware does at boot. */
  boot(): void;
}

export function createEmulatedWifi(
  wires: Wires,
  loop: Loop,
  files: Files,
  natives: Pick<Natives, 'lookup' | 'startMode' | 'keepMode' | 'offers' | 'event'>,
  network: { readonly ssid: string; readonly password: string },
): EmulatedWifi {
  let mode = natives.startMode;
  let keptMode = mode;
  let savedMode = 0;
  let sleepType = MODEM_SLEEP;
  // The next `disconnected` is swallowed (:434): it is meant to be the one with which the attempt under way ends. Where
  // none was under way, between two of the library's own, it is a later one.
  let skipDisconnect = false;
  let apSsid = OWN_SSID;
  let apPassword = '';
  let status: Status = 'off';
  let ssid = '';
  let password = '';
  let hostname = 'ESP_A0B1C2';
  let onJoined: Callback | undefined;
  let timer: number | undefined;
  let lost = false;
  // What was said of networks last: attempts that fail again and again are no news.
  let told = '';
  const module = {};

  function tell(text: string): void {
    if (text !== told) natives.event(text);
    told = text;
  }

  function setMode(next: number, keep: boolean): void {
    mode = next;
    if (keep && keptMode !== next) natives.keepMode((keptMode = next));
    natives.offers(mode & ACCESS_POINT && apPassword === '' ? apSsid : undefined);
    loop.kick();
  }

  function after(ms: number, run: () => void): void {
    stop();
    timer = loop.add(ms, undefined, () => {
      timer = undefined;
      run();
    });
  }

  function stop(): void {
    if (timer !== undefined) loop.remove(timer);
    timer = undefined;
  }

  function check(callback: unknown): Callback | undefined {
    if (callback === undefined || callback === null) return undefined;
    if (typeof callback === 'function') return callback as Callback;
    throw new Error('Expecting callback function but got ' + String(callback));
  }

  function complete(error: string | null): void {
    if (onJoined !== undefined) loop.queue(onJoined, globalThis, [error]);
    onJoined = undefined;
  }

  function dropped(reason: string): void {
    if (status === 'connected' || reason === 'beacon_timeout' || reason === 'assoc_leave')
      tell(`target has left the network ${ssid}: ${reason}`);
    else tell(`target does not get into the network ${ssid}: ${reason}`);
    if (skipDisconnect) {
      skipDisconnect = false;
      return;
    }
    emit(loop, module, 'disconnected', [{ ssid, mac: AP_MAC, reason }]);
  }

  function fail(next: Status, reason: string): void {
    status = next;
    // Of a swallowed event connect()'s callback does not hear either (:1607).
    if (!skipDisconnect) complete(next);
    dropped(reason);
    after(RETRY, join);
  }

  function join(): void {
    status = 'connecting';
    lost = false;
    const found = wires.radio() && ssid === network.ssid;
    after(found ? ASSOCIATE : FAIL, () => {
      if (!found || !wires.radio()) fail('no_ap_found', 'no_ap_found');
      else if (password !== network.password && network.password !== '') {
        fail('bad_password', '4way_handshake_timeout');
      } else {
        emit(loop, module, 'associated', [{ ssid, mac: AP_MAC, channel: 6 }]);
        after(DHCP, () => {
          status = 'connected';
          tell(`target has joined the network ${ssid}`);
          loop.kick();
          complete(null);
          emit(loop, module, 'connected', [{ ip: ADDRESS.ip, mask: ADDRESS.mask, gw: ADDRESS.gw }]);
        });
      }
    });
  }

  loop.onTurn(() => {
    if (status !== 'connected' || lost || wires.radio()) return;
    lost = true;
    after(BEACON_TIMEOUT, () => {
      status = 'connecting';
      dropped('beacon_timeout');
      after(RETRY, join);
    });
  });

  function reply<T>(value: T, callback: unknown, ...before: unknown[]): T {
    const call = check(callback);
    if (call !== undefined) loop.queue(call, globalThis, before.concat([value]));
    return value;
  }

  function restore(): void {
    const saved = files.readJSON(CONFIG, true) as Partial<Saved> | undefined;
    if (saved === undefined) return;
    savedMode = Number(saved.mode) || 0;
    setMode(savedMode, false);
    sleepType = Number(saved.sleepType) || 0;
    if ((mode & STATION) === 0) return;
    ssid = (saved.ssid ?? '').slice(0, SSID_MAX);
    password = (saved.password ?? '').slice(0, PASSWORD_MAX);
    join();
  }

  Object.assign(module, {
    connect(name: unknown, options?: unknown, callback?: unknown) {
      if (typeof name !== 'string') throw new Error('No SSID provided');
      onJoined = undefined;
      const call = check(callback);
      let pass: unknown;
      if (options !== undefined) {
        if (typeof options !== 'object' || options === null)
          throw new Error('Expecting Object, got ' + typeof options);
        pass = (options as { password?: unknown }).password;
        if (pass !== undefined && typeof pass !== 'string') {
          throw new Error('Expecting options.password to be a string but got ' + typeof pass);
        }
      }
      const nextSsid = name.slice(0, SSID_MAX);
      const nextPassword = typeof pass === 'string' ? pass.slice(0, PASSWORD_MAX) : '';
      if (status === 'connected' && ssid === nextSsid && password === nextPassword) {
        if (call !== undefined) loop.queue(call, globalThis, [null]);
        return;
      }
      // Of an attempt under way the end is swallowed at once.
      skipDisconnect = status !== 'connected' && status !== 'off' && status !== 'connecting';
      stop();
      if (status === 'connected') dropped('assoc_leave');
      // The access point stays (:437).
      setMode(mode | STATION, true);
      ssid = nextSsid;
      password = nextPassword;
      onJoined = call;
      join();
    },
    disconnect(callback?: unknown) {
      const call = check(callback);
      const was = status;
      stop();
      setMode(mode & ACCESS_POINT, true);
      status = 'off';
      if (call !== undefined) loop.queue(call, globalThis, []);
      if (was === 'connected') dropped('assoc_leave');
    },
    stopAP(callback?: unknown) {
      const call = check(callback);
      setMode(mode & STATION, true);
      if (call !== undefined) loop.queue(call, globalThis, []);
    },
    startAP(name: unknown, options?: unknown, callback?: unknown) {
      const call = check(callback);
      if (typeof name !== 'string') throw new Error('No SSID');
      const { password: pass = '' } = (options ?? {}) as { password?: string };
      if (pass !== '' && pass.length < 8) throw new Error('Password must be string of at least 8 characters');
      apSsid = name.slice(0, SSID_MAX);
      apPassword = pass.slice(0, PASSWORD_MAX);
      setMode(mode | ACCESS_POINT, true);
      if (call !== undefined) loop.queue(call, globalThis, [null]);
    },
    setConfig(settings: unknown) {
      if (typeof settings !== 'object' || settings === null)
        throw new Error('Expecting options object but got ' + typeof settings);
      const { powersave } = settings as { powersave?: unknown };
      if (powersave === 'none') sleepType = NO_SLEEP;
      else if (powersave === 'ps-poll') sleepType = MODEM_SLEEP;
      else if (typeof powersave === 'string') throw new Error('Unknown powersave mode');
    },
    getAPDetails(callback?: unknown) {
      const details: Record<string, unknown> = {
        status: mode & ACCESS_POINT ? 'enabled' : 'disabled',
        authMode: apPassword === '' ? 'open' : 'wpa2',
        hidden: false,
        maxConn: 4,
        ssid: apSsid,
        password: apPassword,
        savedSsid: null,
      };
      if (mode & ACCESS_POINT) details.stations = [];
      return reply(details, callback);
    },
    getStatus: (callback?: unknown) =>
      reply(
        {
          mode: MODES[mode],
          station: mode & STATION ? status : 'off',
          ap: mode & ACCESS_POINT ? 'enabled' : 'disabled',
          phy: '11n',
          powersave: sleepType === NO_SLEEP ? 'none' : 'ps-poll',
          savedMode: MODES[savedMode],
        },
        callback,
      ),
    getDetails(callback?: unknown) {
      const details: Record<string, unknown> = { status, ssid, password };
      if (mode & STATION) details.rssi = status === 'connected' ? -55 : 0;
      details.savedSsid = null;
      return reply(details, callback);
    },
    getIP(callback?: unknown) {
      const on = status === 'connected';
      const none = '0.0.0.0';
      return reply(
        {
          ip: on ? ADDRESS.ip : none,
          netmask: on ? ADDRESS.mask : none,
          gw: on ? ADDRESS.gw : none,
          mac: MAC,
        },
        callback,
        null,
      );
    },
    scan(callback: unknown) {
      const call = check(callback);
      if (call === undefined) throw new Error('Expecting callback function but got undefined');
      setMode(mode | STATION, false);
      loop.add(SCAN, undefined, () => {
        const one = {
          rssi: -55,
          channel: 6,
          authMode: 'wpa2',
          isHidden: false,
          ssid: network.ssid,
          mac: AP_MAC,
        };
        loop.queue(call, globalThis, [wires.radio() ? [one] : []]);
      });
    },
    save(what?: unknown) {
      if (what === 'clear') {
        files.erase(CONFIG);
        return;
      }
      savedMode = mode;
      files.erase(CONFIG);
      files.write(CONFIG, {
        ssid,
        password,
        mode,
        phyMode: 3,
        sleepType,
        hostname,
        ssidAP: apSsid,
        passwordAP: apPassword,
        authmodeAP: apPassword === '' ? 0 : 3,
        hiddenAP: 0,
        channelAP: 1,
      });
    },
    restore,
    getHostByName(name: unknown, callback: unknown) {
      if (typeof name !== 'string') throw new Error('Hostname parameter is not a string');
      if (typeof callback !== 'function') throw new Error('Callback is not a function');
      const answer = (address: string | null): void => loop.queue(callback, globalThis, [address]);
      // An address needs no name server.
      if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) answer(name);
      else if (status === 'connected') natives.lookup(name, answer);
      else answer(null);
    },
    getHostname: () => hostname,
    setHostname(name: unknown, callback?: unknown) {
      hostname = String(name);
      const call = check(callback);
      if (call !== undefined) loop.queue(call, globalThis, []);
    },
  });
  // The library starts before the boot code, with the modes it kept.
  setMode(mode, false);
  return {
    module,
    online: () => status === 'connected',
    networked: () => status === 'connected' || (mode & ACCESS_POINT) !== 0,
    connectCode() {
      if (status === 'connected' || mode === ACCESS_POINT) return 0;
      if (mode !== (STATION | ACCESS_POINT) || status === 'off') return NO_ROUTE;
      return STATUS.indexOf(status);
    },
    boot: restore,
  };
}

/** The file that makes a board join a network at boot, as `Wifi.save` leaves it. */
export function savedNetworkFile(network: {
  readonly ssid: string;
  readonly password: string;
}): [string, string] {
  const { ssid, password } = network;
  return [
    CONFIG,
    JSON.stringify({
      ssid,
      password,
      mode: STATION,
      phyMode: 3,
      sleepType: MODEM_SLEEP,
      hostname: 'espruino',
    }),
  ];
}
