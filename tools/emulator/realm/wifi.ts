/**
 * `require("Wifi")` of the ESP8266 build: the station side of its state
 * machine, with the words, events and call-backs of the firmware's
 * `jswrap_esp8266_network.c`, and the vendor library's habit of trying again by
 * itself for ever. Only the times are shorter than a radio's.
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
const MODES = ['off', 'sta', 'ap', 'sta+ap'];
const MAC = '5c:cf:7f:a0:b1:c2';
const AP_MAC = 'a4:2b:8c:00:00:01';
const ADDRESS = { ip: '192.168.0.50', mask: '255.255.255.0', gw: '192.168.0.1' };

type Status = 'off' | 'connecting' | 'bad_password' | 'no_ap_found' | 'connect_failed' | 'connected';
type Callback = (...args: unknown[]) => void;

interface Saved {
  ssid: string;
  password: string;
  mode: number;
}

interface Files {
  readJSON(name: string, quiet: boolean): unknown;
  write(name: string, data: unknown): unknown;
  erase(name: string): void;
}

export interface Wifi {
  readonly module: object;
  online(): boolean;
  /** Joins the saved network, as the firmware does at boot. */
  boot(): void;
}

export function createWifi(
  wires: Wires,
  loop: Loop,
  files: Files,
  lookup: Natives['lookup'],
  network: { readonly ssid: string; readonly password: string },
): Wifi {
  let mode = 0;
  let savedMode = 0;
  let status: Status = 'off';
  let ssid = '';
  let password = '';
  let hostname = 'ESP_A0B1C2';
  let onJoined: Callback | undefined;
  let timer: number | undefined;
  let lost = false;
  const module = {};

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
    emit(loop, module, 'disconnected', [{ ssid, mac: AP_MAC, reason }]);
  }

  function fail(next: Status, reason: string): void {
    status = next;
    complete(next);
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
    mode = savedMode;
    if ((mode & STATION) === 0) return;
    ssid = saved.ssid ?? '';
    password = saved.password ?? '';
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
      const nextSsid = name.slice(0, 32);
      const nextPassword = typeof pass === 'string' ? pass.slice(0, 64) : '';
      if (status === 'connected' && ssid === nextSsid && password === nextPassword) {
        if (call !== undefined) loop.queue(call, globalThis, [null]);
        return;
      }
      stop();
      if (status === 'connected') dropped('assoc_leave');
      mode |= STATION;
      ssid = nextSsid;
      password = nextPassword;
      onJoined = call;
      join();
    },
    disconnect(callback?: unknown) {
      const call = check(callback);
      const was = status;
      stop();
      mode &= ~STATION;
      status = 'off';
      if (call !== undefined) loop.queue(call, globalThis, []);
      if (was === 'connected') dropped('assoc_leave');
    },
    getStatus: (callback?: unknown) =>
      reply(
        {
          mode: MODES[mode],
          station: mode & STATION ? status : 'off',
          ap: 'disabled',
          phy: '11n',
          powersave: 'ps-poll',
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
      mode |= STATION;
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
      files.write(CONFIG, { ssid, password, mode, phyMode: 3, sleepType: 2, hostname });
    },
    restore,
    getHostByName(name: unknown, callback: unknown) {
      if (typeof name !== 'string') throw new Error('Hostname parameter is not a string');
      if (typeof callback !== 'function') throw new Error('Callback is not a function');
      const answer = (address: string | null): void => loop.queue(callback, globalThis, [address]);
      // An address needs no name server.
      if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) answer(name);
      else if (status === 'connected') lookup(name, answer);
      else answer(null);
    },
    getHostname: () => hostname,
    setHostname(name: unknown, callback?: unknown) {
      hostname = String(name);
      const call = check(callback);
      if (call !== undefined) loop.queue(call, globalThis, []);
    },
  });
  return { module, online: () => status === 'connected', boot: restore };
}

/** The file that makes a board join a network at boot, as `Wifi.save` leaves it. */
export function savedNetworkFile(network: {
  readonly ssid: string;
  readonly password: string;
}): [string, string] {
  const { ssid, password } = network;
  return [
    CONFIG,
    JSON.stringify({ ssid, password, mode: STATION, phyMode: 3, sleepType: 2, hostname: 'espruino' }),
  ];
}
