/**
 * `require("Wifi")` of the ESP8266 build: its state machine with the words,
 * events and call-backs of the firmware's `jswrap_esp8266_network.c` (2v29; line
 * numbers below are of that file), and the vendor library's habit of trying
 * again by itself for ever. A board that never ran is an open access point, as
 * a real one is. Only the times are shorter than a radio's.
 */
import type { Natives } from '../natives';
import type { Wires } from '../wires';
import { IP_ADDRESS, NO_ROUTE } from './socket-pool';
import { NEIGHBOUR_MAC, STATION_ADDRESS, Station } from './station';
import type { NetworkAround } from './station';
import type { Loop } from './loop';
import { ACCESS_POINT, STATION, WifiModes } from './wifi-modes';

/** How long a scan takes, ms. */
const SCAN = 300;

/** The file `save` writes and the boot reads. */
const CONFIG = '.wificfg';
/** `sleepType` of the saved file: radio always on, radio sleeping between beacons. */
const NO_SLEEP = 0;
const MODEM_SLEEP = 2;
/** Bytes of a name and a password that `jsvGetString` leaves of its buffers of 32 and 64, one being the NUL (:310, :347). */
const SSID_MAX = 31;
const PASSWORD_MAX = 63;
const MODES = ['off', 'sta', 'ap', 'sta+ap'];
const MAC = '5c:cf:7f:a0:b1:c2';

/** The vendor library's numbers, `user_interface.h`; also what `espconn_connect` may return. */
const STATUS = ['off', 'connecting', 'bad_password', 'no_ap_found', 'connect_failed', 'connected'];

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

/** What the functions of the module share. */
interface Parts {
  readonly loop: Loop;
  readonly station: Station;
  readonly modes: WifiModes;
  readonly config: Config;
}

/** What a program has set, and what of it `save` has written. */
interface Config {
  sleepType: number;
  savedMode: number;
  hostname: string;
}

type Functions = Record<string, (...args: never[]) => unknown>;

function check(callback: unknown): Callback | undefined {
  if (callback === undefined || callback === null) return undefined;
  if (typeof callback === 'function') return callback as Callback;
  throw new Error('Expecting callback function but got ' + String(callback));
}

/** The password among the options of `connect`. */
function passwordOf(options: unknown): unknown {
  if (options === undefined) return undefined;
  if (typeof options !== 'object' || options === null)
    throw new Error('Expecting Object, got ' + typeof options);
  const { password } = options as { password?: unknown };
  if (password !== undefined && typeof password !== 'string') {
    throw new Error('Expecting options.password to be a string but got ' + typeof password);
  }
  return password;
}

/** Functions that join networks and leave them, and offer one. */
function modeFunctions({ loop, station, modes }: Parts): Functions {
  function done(callback: Callback | undefined, ...args: unknown[]): void {
    if (callback !== undefined) loop.queue(callback, globalThis, args);
  }

  return {
    connect(name: unknown, options?: unknown, callback?: unknown) {
      if (typeof name !== 'string') throw new Error('No SSID provided');
      station.onJoined = undefined;
      const call = check(callback);
      const pass = passwordOf(options);
      const ssid = name.slice(0, SSID_MAX);
      const password = typeof pass === 'string' ? pass.slice(0, PASSWORD_MAX) : '';
      if (station.is(ssid, password)) return done(call, null);
      station.leave();
      // The access point stays (:437).
      modes.set(modes.mode | STATION, true);
      station.ssid = ssid;
      station.password = password;
      station.onJoined = call;
      station.join();
    },
    disconnect(callback?: unknown) {
      const call = check(callback);
      modes.set(modes.mode & ACCESS_POINT, true);
      station.switchOff(() => done(call));
    },
    stopAP(callback?: unknown) {
      const call = check(callback);
      modes.set(modes.mode & STATION, true);
      done(call);
    },
    startAP(name: unknown, options?: unknown, callback?: unknown) {
      const call = check(callback);
      if (typeof name !== 'string') throw new Error('No SSID');
      const { password: pass = '' } = (options ?? {}) as { password?: string };
      if (pass !== '' && pass.length < 8) throw new Error('Password must be string of at least 8 characters');
      modes.ssid = name.slice(0, SSID_MAX);
      modes.password = pass.slice(0, PASSWORD_MAX);
      modes.set(modes.mode | ACCESS_POINT, true);
      done(call, null);
    },
  };
}

/** Functions that ask how things are. */
function questions({ loop, station, modes, config }: Parts): Functions {
  function reply<T>(value: T, callback: unknown, ...before: unknown[]): T {
    const call = check(callback);
    if (call !== undefined) loop.queue(call, globalThis, before.concat([value]));
    return value;
  }

  return {
    getAPDetails(callback?: unknown) {
      const details: Record<string, unknown> = {
        status: modes.isAccessPoint ? 'enabled' : 'disabled',
        authMode: modes.password === '' ? 'open' : 'wpa2',
        hidden: false,
        maxConn: 4,
        ssid: modes.ssid,
        password: modes.password,
        savedSsid: null,
      };
      if (modes.isAccessPoint) details.stations = [];
      return reply(details, callback);
    },
    getStatus: (callback?: unknown) =>
      reply(
        {
          mode: MODES[modes.mode],
          station: modes.isStation ? station.status : 'off',
          ap: modes.isAccessPoint ? 'enabled' : 'disabled',
          phy: '11n',
          powersave: config.sleepType === NO_SLEEP ? 'none' : 'ps-poll',
          savedMode: MODES[config.savedMode],
        },
        callback,
      ),
    getDetails(callback?: unknown) {
      const { status, ssid, password } = station;
      const details: Record<string, unknown> = { status, ssid, password };
      if (modes.isStation) details.rssi = station.isOnline ? -55 : 0;
      details.savedSsid = null;
      return reply(details, callback);
    },
    getIP(callback?: unknown) {
      const none = { ip: '0.0.0.0', mask: '0.0.0.0', gw: '0.0.0.0' };
      const { ip, mask, gw } = station.isOnline ? STATION_ADDRESS : none;
      return reply({ ip, netmask: mask, gw, mac: MAC }, callback, null);
    },
    getHostname: () => config.hostname,
  };
}

/** What is known of other networks and names. */
function searches(
  { loop, station, modes }: Parts,
  natives: Pick<Natives, 'lookup'>,
  around: NetworkAround,
): Functions {
  return {
    scan(callback: unknown) {
      const call = check(callback);
      if (call === undefined) throw new Error('Expecting callback function but got undefined');
      modes.set(modes.mode | STATION, false);
      loop.add(SCAN, undefined, () => {
        const one = {
          rssi: -55,
          channel: 6,
          authMode: 'wpa2',
          isHidden: false,
          ssid: around.ssid,
          mac: NEIGHBOUR_MAC,
        };
        loop.queue(call, globalThis, [around.isOn() ? [one] : []]);
      });
    },
    getHostByName(name: unknown, callback: unknown) {
      if (typeof name !== 'string') throw new Error('Hostname parameter is not a string');
      if (typeof callback !== 'function') throw new Error('Callback is not a function');
      const answer = (address: string | null): void => loop.queue(callback, globalThis, [address]);
      // An address needs no name server.
      if (IP_ADDRESS.test(name)) answer(name);
      else if (station.isOnline) natives.lookup(name, answer);
      else answer(null);
    },
  };
}

/** Functions that set something, keep it, and take it up again. */
function settings({ loop, station, modes, config }: Parts, files: Files): Functions & { restore(): void } {
  return {
    setConfig(given: unknown) {
      if (typeof given !== 'object' || given === null)
        throw new Error('Expecting options object but got ' + typeof given);
      const { powersave } = given as { powersave?: unknown };
      if (powersave === 'none') config.sleepType = NO_SLEEP;
      else if (powersave === 'ps-poll') config.sleepType = MODEM_SLEEP;
      else if (typeof powersave === 'string') throw new Error('Unknown powersave mode');
    },
    setHostname(name: unknown, callback?: unknown) {
      config.hostname = String(name);
      const call = check(callback);
      if (call !== undefined) loop.queue(call, globalThis, []);
    },
    save(what?: unknown) {
      files.erase(CONFIG);
      if (what === 'clear') return;
      config.savedMode = modes.mode;
      files.write(CONFIG, {
        ssid: station.ssid,
        password: station.password,
        mode: modes.mode,
        phyMode: 3,
        sleepType: config.sleepType,
        hostname: config.hostname,
        ssidAP: modes.ssid,
        passwordAP: modes.password,
        authmodeAP: modes.password === '' ? 0 : 3,
        hiddenAP: 0,
        channelAP: 1,
      });
    },
    restore() {
      const saved = files.readJSON(CONFIG, true) as Partial<Saved> | undefined;
      if (saved === undefined) return;
      config.savedMode = Number(saved.mode) || 0;
      modes.set(config.savedMode, false);
      config.sleepType = Number(saved.sleepType) || 0;
      if (!modes.isStation) return;
      station.ssid = (saved.ssid ?? '').slice(0, SSID_MAX);
      station.password = (saved.password ?? '').slice(0, PASSWORD_MAX);
      station.join();
    },
  };
}

export function createEmulatedWifi(
  wires: Wires,
  loop: Loop,
  files: Files,
  natives: Pick<Natives, 'lookup' | 'startMode' | 'keepMode' | 'offers' | 'event'>,
  network: { readonly ssid: string; readonly password: string },
): EmulatedWifi {
  const module = {};
  const around = { ...network, isOn: () => wires.radio() };
  const station = new Station(loop, around, module, (text) => natives.event(text));
  const modes = new WifiModes(natives, () => loop.kick());
  const config: Config = { sleepType: MODEM_SLEEP, savedMode: 0, hostname: 'ESP_A0B1C2' };
  const parts: Parts = { loop, station, modes, config };
  const kept = settings(parts, files);
  Object.assign(module, modeFunctions(parts), questions(parts), searches(parts, natives, around), kept);
  // The library starts before the boot code, with the modes it kept.
  modes.set(modes.mode, false);
  return {
    module,
    online: () => station.isOnline,
    networked: () => station.isOnline || modes.isAccessPoint,
    connectCode() {
      if (station.isOnline || modes.mode === ACCESS_POINT) return 0;
      if (modes.mode !== (STATION | ACCESS_POINT) || station.status === 'off') return NO_ROUTE;
      return STATUS.indexOf(station.status);
    },
    boot: () => kept.restore(),
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
