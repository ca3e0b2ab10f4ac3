/**
 * Models of Wi-Fi, TCP and UDP between the target and the broker on virtual
 * time: what the firmware's modules `Wifi`, `net` and `dgram` do, with the
 * freedom of a radio link in when and in which pieces it does it. Bytes of a
 * connection may be late, split or never come, but never wrong nor out of order.
 */
import type { Broker, Served } from './broker';
import type { Context } from './context';

/** Longest chunk that an ESP8266 hands over or sends (Espruino libs/network/esp8266/network_esp8266.c:739). */
const CHUNK = 268;

type Listener = (this: unknown, value?: unknown) => void;

/** Address of a machine on which no broker is. */
export const DEAD = 'dead';

/** How a connection breaks. */
export type Cut =
  /** Both ends are told. */
  | 'reset'
  /** Nobody is told: bytes just stop. */
  | 'silence'
  /** Only the target is told. */
  | 'half';

export const CUTS: readonly Cut[] = ['reset', 'silence', 'half'];

export interface Network {
  /** The access point is there. */
  isUp: boolean;
  setUp(on: boolean): void;
  /** The station is thrown out: neither event comes, nor does the firmware try again. */
  drop(): void;
  /** Breaks the connection after so many more bytes, either way. */
  cut(how: Cut, bytes: number): void;
  /** The target has begun anew: what `require` gives it. */
  boot(): { Wifi: unknown; net: unknown; dgram: unknown; TelnetServer: unknown };
  /** The target has stopped: what it had open hears no more of it. */
  die(): void;
  /** Bytes that wait in the target's sockets. */
  unsent(): number;
  /** Seconds that packets take, at most. */
  latency: number;
  readonly connections: number;
}

export interface NetworkOptions {
  readonly context: Context;
  readonly broker: Broker;
  readonly ssid: string;
  readonly password: string;
  /** The network is in the target's flash from the start. */
  readonly saved: boolean;
  /** Seconds since 1970 that the time server tells now; 0: it does not answer. */
  readonly clock: () => number;
}

interface Connection {
  readonly number: number;
  /** Of the target's life in which it was opened. */
  readonly life: number;
  cut(how: Cut, bytes: number): void;
  /** Something changed: go on. */
  pump(): void;
  unsent(): number;
}

export function createNetwork(options: NetworkOptions): Network {
  const { context, broker } = options;
  const { chance, world, note } = context;
  const target = world.target;
  let flash = options.saved ? { ssid: options.ssid, password: options.password } : { ssid: '', password: '' };
  let life = 0;
  let alive = false;
  // The target has an address.
  let joined = false;
  let joins = 0;
  let current: Connection | undefined;
  let lose: () => void = () => {};
  let vanish: () => void = () => {};

  /** Calls `run` on the target, in a turn of its own, unless it has begun anew. */
  function onTarget(seconds: number, run: () => void): void {
    const mine = life;
    context.after(seconds, () => {
      if (mine === life && alive) target.later(0, run);
    });
  }

  function delay(): number {
    return chance.spread(0.001, network.latency);
  }

  function createWifi(): unknown {
    const listeners: Record<string, (() => void)[]> = {};
    let config = { ...flash };
    let status = 'off';
    let attempt = 0;

    function emit(event: string): void {
      for (const listener of listeners[event] ?? []) listener();
    }

    // The firmware tries by itself, again and again.
    function join(done?: (error: string | null) => void): void {
      const mine = ++attempt;
      const right = config.ssid === options.ssid && config.password === options.password;
      status = 'connecting';
      onTarget(chance.spread(0.2, 2), () => {
        if (mine !== attempt || joined) return;
        if (right && network.isUp) {
          joined = true;
          joins++;
          status = 'connected';
          note?.('Wi-Fi joined');
          if (done && !chance.is(0.1)) done(null);
          emit('connected');
          current?.pump();
        } else {
          status = 'no_ap_found';
          if (done && !chance.is(0.3)) done(right ? 'no_ap_found' : 'bad_password');
          emit('disconnected');
          if (config.ssid) onTarget(chance.spread(0.5, 4), () => mine === attempt && !joined && join());
        }
      });
    }
    vanish = () => {
      attempt++;
      joined = false;
      status = 'no_ap_found';
    };
    lose = () => {
      joined = false;
      status = 'no_ap_found';
      const told = !chance.is(0.1);
      if (told) onTarget(0.01, () => emit('disconnected'));
      // The firmware tries again by itself, or has given up once in a while. Each vain attempt is told, too.
      if (!told || !chance.is(0.1)) onTarget(chance.spread(0.5, 4), () => join());
    };
    if (config.ssid) join();

    return {
      connect(ssid: string, { password }: { password: string }, done: (error: string | null) => void) {
        config = { ssid, password };
        if (joined) {
          joined = false;
          onTarget(0.01, () => emit('disconnected'));
        }
        join(done);
      },
      disconnect() {
        attempt++;
        joined = false;
        status = 'off';
      },
      save: () => (flash = { ...config }),
      getIP: () => ({ ip: joined ? '10.0.0.7' : '0.0.0.0' }),
      getDetails: () => ({ status: joined ? 'connected' : status, ...config }),
      setConfig: () => {},
      getStatus: () => ({ ap: 'disabled', savedMode: 'sta' }),
      stopAP: () => {},
      getHostByName: (name: string, done: (address: string | null) => void) =>
        // What is an address already needs no network.
        onTarget(delay(), () => done(joined || chance.is(0.2) ? '10.0.0.1' : null)),
      on: (event: string, listener: () => void) => (listeners[event] ??= []).push(listener),
    };
  }

  function connect(where: { host: string }, opened: (this: unknown) => void): unknown {
    // Of an address; a name takes its time to be looked up in vain.
    if (!joined && chance.is(0.5)) throw new Error('Unable to create socket');
    const mine = life;
    const number = ++network.connections;
    const listeners: Record<string, Listener[]> = {};
    let served: Served | undefined;
    // Bytes on their way, and whether the ends still have the connection open.
    let up = '';
    let down = '';
    let targetOpen = true;
    let brokerOpen = false;
    let brokerClosing = false;
    let targetClosing = false;
    let upBusy = false;
    let downBusy = false;
    let left = Infinity;
    let how: Cut | undefined;
    let dead = false;

    const passes = (): boolean => joined && network.isUp && !dead && mine === life && alive;

    function emit(event: string, value?: unknown): void {
      for (const listener of listeners[event] ?? []) listener.call(socket, value);
    }

    function tellTarget(seconds: number, error: string): void {
      onTarget(seconds, () => {
        if (!targetOpen) return;
        targetOpen = false;
        note?.(`connection ${number}: target told ${error || 'closed'}`);
        if (error && chance.is(0.5)) emit('error', { message: error });
        emit('close', !!error);
      });
    }

    function tellBroker(seconds: number): void {
      context.after(seconds, () => {
        if (!brokerOpen) return;
        brokerOpen = false;
        served?.closed();
      });
    }

    // The bytes that may still pass before the cut.
    function limit(wanted: number): number {
      const granted = Math.min(wanted, left);
      left -= granted;
      if (!left && !dead) {
        dead = true;
        note?.(`connection ${number}: cut, ${how}`);
        if (how !== 'silence') tellTarget(chance.spread(0.001, 2), 'reset');
        if (how === 'reset') tellBroker(chance.spread(0.001, 2));
      }
      return granted;
    }

    function pumpUp(): void {
      if (upBusy || !passes() || !served) return;
      if (!up) {
        if (targetClosing) tellBroker(delay());
        return;
      }
      upBusy = true;
      context.after(delay(), () => {
        upBusy = false;
        if (!passes()) return;
        const most = Math.min(up.length, CHUNK);
        const some = chance.is(0.5) ? most : 1 + chance.below(most);
        const bytes = up.slice(0, limit(some));
        up = up.slice(bytes.length);
        if (brokerOpen && bytes) served?.data(Buffer.from(bytes, 'latin1'));
        else if (!brokerOpen && !brokerClosing) tellTarget(delay(), 'reset');
        if (!up) onTarget(0, () => !up && targetOpen && emit('drain'));
        pumpUp();
      });
    }

    function pumpDown(): void {
      if (downBusy || !passes() || !targetOpen) return;
      if (!down) {
        if (brokerClosing) {
          brokerClosing = false;
          tellTarget(delay(), '');
        }
        return;
      }
      downBusy = true;
      context.after(delay(), () => {
        downBusy = false;
        if (!passes()) return;
        const most = Math.min(down.length, CHUNK);
        const some = chance.is(0.5) ? most : 1 + chance.below(most);
        const bytes = down.slice(0, limit(some));
        down = down.slice(bytes.length);
        context.moment('target has bytes');
        if (!bytes) return pumpDown();
        downBusy = true;
        onTarget(0, () => {
          downBusy = false;
          if (targetOpen) emit('data', bytes);
          pumpDown();
        });
      });
    }

    const socket = {
      write(data: string): boolean {
        if (!targetOpen || targetClosing) throw new Error('This socket is closed.');
        up += data;
        pumpUp();
        return false;
      },
      end(): void {
        if (targetClosing) return;
        targetClosing = true;
        pumpUp();
        onTarget(delay(), () => {
          if (!targetOpen) return;
          targetOpen = false;
          emit('close', false);
        });
      },
      on: (event: string, listener: Listener) => (listeners[event] ??= []).push(listener),
    };

    const connection: Connection = {
      number,
      life: mine,
      cut(way, bytes) {
        how = way;
        left = bytes;
        if (!bytes) limit(0);
      },
      pump() {
        pumpUp();
        pumpDown();
      },
      unsent: () => up.length,
    };
    current = connection;
    context.after(delay(), () => {
      if (!passes() || targetClosing) return;
      served =
        where.host === DEAD
          ? undefined
          : broker.accept({
              number,
              send(bytes) {
                if (!brokerOpen) return;
                down += bytes.toString('latin1');
                pumpDown();
              },
              close() {
                if (!brokerOpen) return;
                brokerOpen = false;
                brokerClosing = true;
                pumpDown();
              },
            });
      if (!served) {
        // A machine that is off says nothing.
        if (chance.is(0.7)) tellTarget(delay(), 'connection refused');
        return;
      }
      brokerOpen = true;
      onTarget(delay(), () => {
        if (!targetOpen || targetClosing) return;
        opened.call(socket);
        connection.pump();
      });
    });
    return socket;
  }

  function createSocket(): unknown {
    let listener: (data: string) => void = () => {};
    return {
      bind: () => {},
      send(data: string) {
        const seconds = options.clock();
        if (!joined) context.fail('a datagram without a network, which costs a socket for good');
        if (!joined || !network.isUp || !seconds || chance.is(0.2)) return;
        const stamp = Buffer.alloc(48);
        stamp[0] = 0x24;
        stamp[1] = 2;
        stamp.write(data.slice(40, 48), 24, 'latin1');
        stamp.writeUInt32BE((Math.floor(seconds) + 2208988800) % 4294967296, 40);
        stamp.writeUInt32BE(Math.floor((seconds % 1) * 4294967296), 44);
        onTarget(delay(), () => joined && listener(stamp.toString('latin1')));
      },
      on: (_event: string, run: (data: string) => void) => (listener = run),
      close: () => {},
    };
  }

  const network: { -readonly [name in keyof Network]: Network[name] } = {
    isUp: true,
    latency: 0.05,
    connections: 0,
    setUp(on: boolean) {
      if (network.isUp === on) return;
      network.isUp = on;
      note?.(on ? 'access point up' : 'access point down');
      const seen = joins;
      // Away so shortly that the station has not noticed: it is still joined.
      if (on) current?.pump();
      else
        context.after(chance.spread(0.1, 3), () => {
          if (!network.isUp && joined && seen === joins && alive) lose();
        });
    },
    drop() {
      if (!joined) return;
      note?.('Wi-Fi is gone without a word');
      vanish();
    },
    cut: (how: Cut, bytes: number) => current?.cut(how, bytes),
    boot() {
      life++;
      alive = true;
      joined = false;
      current = undefined;
      return {
        Wifi: createWifi(),
        net: { connect },
        dgram: { createSocket },
        TelnetServer: { setOptions: () => {} },
      };
    },
    die() {
      alive = false;
    },
    unsent: () => current?.unsent() ?? 0,
  };
  return network;
}
