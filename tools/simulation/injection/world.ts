/**
 * Both shipped bundles in one thread on a virtual clock: boards whose pins are
 * joined, timers, watches, Wi-Fi, sockets and a broker. It is made for many
 * short lives, not for timing: a board that looks at a pin in vain lets the
 * other one take its turn in the meantime. Nothing here may be kinder than
 * the firmware when a turn ends by an exception, or is broken off.
 */
import { deviceE } from '../device-globals';
import { ScriptedBroker, type Pipe } from './broker';
import { CUT, Injector, type InjectedFault } from './fault';
import { HOOKS } from './hooks';
import type { Instrumented } from './instrument';

/** Where the wires end: the pins' numbers on each board. */
const HOST = { reset: 4, clockOut: 5, dataOut: 6, dataIn: 7, clockIn: 8 } as const;
const TARGET = { clockOut: 15, dataOut: 14, dataIn: 13, clockIn: 12 } as const;

/** Microseconds: a look at a pin, one in vain, an edge to its callback, a target's start. */
const READ = 2;
const VAIN = 40;
const EDGE = 60;
const BOOT = 400_000;

type Callback = (...args: unknown[]) => void;

interface Timer {
  readonly id: number;
  at: number;
  readonly every: number | undefined;
  readonly run: () => void;
}

/** What of the firmware a board has beside what both have. */
type Firmware = (board: VirtualBoard) => Record<string, unknown>;

export class VirtualBoard {
  timers: Timer[] = [];
  /** A pin, its level when the watch was set, and whom to call. */
  watches: { id: number; pin: number; level: number; run: Callback }[] = [];
  readonly levels: Record<number, number> = {};
  listeners: Record<string, Callback[]> = {};
  isOn = false;
  isBusy = false;
  /** Flags of `E.getErrorFlags`, and those that listeners know of. */
  flags = new Set<string>();
  /** Takes what it prints. */
  print: (line: string) => void = () => undefined;
  readonly rtc: number[] = [];
  injector: Injector;
  private seen = -1;
  private lastId = 0;
  private offset = 0;

  constructor(
    readonly name: 'host' | 'target',
    private readonly bundle: Instrumented,
    private readonly world: InjectionWorld,
    private readonly firmware: Firmware,
    fault: InjectedFault | undefined,
  ) {
    this.injector = new Injector(fault?.board === name ? fault : undefined);
  }

  /** Power-up, or a start after a reset. */
  boot(): void {
    this.off();
    this.isOn = true;
    this.flags.clear();
    const globals = { ...this.globals(), ...this.firmware(this) };
    const names = Object.keys(globals);
    const start = new Function(...names, this.bundle.code) as Callback;
    this.call(() => start(...names.map((name) => globals[name as keyof typeof globals])));
  }

  off(): void {
    this.isOn = false;
    this.timers = [];
    this.watches = [];
    this.listeners = {};
    for (const pin of Object.keys(this.levels)) this.levels[Number(pin)] = 0;
  }

  /** A turn, and what the firmware does at its end (src/jsinteractive.c:1272). @returns it was broken off */
  call(run: () => void): boolean {
    const nested = this.isBusy;
    let isCut = false;
    this.isBusy = true;
    this.injector.begin();
    try {
      run();
    } catch (thrown) {
      isCut = thrown === CUT;
      if (isCut) this.raise('MEMORY');
      else this.uncaught(thrown);
    }
    this.isBusy = nested;
    return isCut;
  }

  private uncaught(thrown: unknown): void {
    const listeners = this.listeners['process uncaughtException'] ?? [];
    if (!listeners.length) this.print(`Uncaught ${String(thrown)}`);
    for (const listener of listeners) this.call(() => listener(thrown));
  }

  private raise(flag: string): void {
    if (this.flags.has(flag)) return;
    this.flags.add(flag);
    for (const listener of this.listeners['E errorFlag'] ?? []) this.call(() => listener([flag]));
  }

  later(us: number, run: () => void, every?: number): number {
    const id = ++this.lastId;
    this.timers.push({ id, at: this.world.now + Math.max(us, 1), every, run });
    return id;
  }

  /** The first thing that is due before a moment. */
  due(until: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) if (timer.at <= until && (!first || timer.at < first.at)) first = timer;
    return first;
  }

  fire(timer: Timer): void {
    this.world.now = Math.max(this.world.now, timer.at);
    const isCut = this.call(timer.run);
    // A timer is freed, or set anew, after its function ran.
    if (!this.timers.includes(timer)) return;
    if (timer.every === undefined || isCut) this.timers.splice(this.timers.indexOf(timer), 1);
    else timer.at += timer.every;
    // An interval whose turn was broken off is gone (src/jsinteractive.c:2534).
    if (timer.every !== undefined && isCut) this.raise('CALLBACK');
  }

  private read(pins: number | number[]): number {
    const list = typeof pins === 'number' ? [pins] : pins;
    let value = 0;
    for (const pin of list) value = (value << 1) | this.world.level(this, pin);
    this.world.now += READ;
    if (value === this.seen) {
      this.world.now += VAIN;
      this.world.letOther(this);
      value = 0;
      for (const pin of list) value = (value << 1) | this.world.level(this, pin);
    }
    this.seen = value;
    return value;
  }

  private write(pins: number | number[] | { write(level: number): void }, value: number): void {
    if (typeof pins === 'object' && 'write' in pins) return pins.write(value);
    const list = typeof pins === 'number' ? [pins] : [...pins].reverse();
    list.forEach((pin, bit) => {
      this.levels[pin] = (value >> bit) & 1;
      this.world.changed(this, pin);
    });
    this.seen = -1;
  }

  private globals(): Record<string, unknown> {
    const cancel = (id: unknown): void => {
      const at = this.timers.findIndex((timer) => timer.id === id);
      if (at >= 0) this.timers.splice(at, 1);
    };
    const on =
      (object: string) =>
      (event: string, listener: Callback): void => {
        (this.listeners[`${object} ${event}`] ??= []).push(listener);
      };
    const time = (): number => this.world.now / 1e6 + this.offset;
    return {
      [HOOKS.before]: this.injector.before,
      [HOOKS.after]: this.injector.after,
      [HOOKS.leave]: this.injector.leave,
      digitalRead: (pins: number | number[]) => this.read(pins),
      digitalWrite: (pins: number | number[], value: number) => this.write(pins, value),
      pinMode: () => undefined,
      setTimeout: (run: Callback, ms: number, ...args: unknown[]) =>
        this.later(ms * 1000, () => run(...args)),
      setInterval: (run: Callback, ms: number, ...args: unknown[]) =>
        this.later(ms * 1000, () => run(...args), ms * 1000),
      clearTimeout: cancel,
      clearInterval: cancel,
      setWatch: (run: Callback, pin: number) => {
        const id = ++this.lastId;
        this.watches.push({ id, pin, level: this.world.level(this, pin), run });
        return id;
      },
      clearWatch: (id: number) => {
        this.watches = this.watches.filter((watch) => watch.id !== id);
      },
      getTime: time,
      setTime: (seconds: number) => (this.offset += seconds - time()),
      getSerial: () => `serial of ${this.name}`,
      peek32: (address: number) => this.rtc[address] ?? 0x2f5a11,
      poke32: (address: number, value: number) => (this.rtc[address] = value | 0),
      print: (line: unknown) => this.print(String(line)),
      Modules: { removeCached: () => undefined },
      process: {
        env: { BOARD: this.name, VERSION: '2v29' },
        version: '2v29',
        memory: () => ({ usage: 700, free: 900, total: 1600 }),
        on: on('process'),
      },
      E: {
        ...deviceE,
        on: on('E'),
        getErrorFlags: () => {
          const all = [...this.flags];
          this.flags.clear();
          return all;
        },
        srand: () => undefined,
        setClock: () => undefined,
        setTimeZone: () => undefined,
      },
    };
  }
}

export class InjectionWorld {
  /** Microseconds. */
  now = 1e6;
  readonly broker = new ScriptedBroker();
  readonly host: VirtualBoard;
  readonly target: VirtualBoard;
  /** Payloads that the application got. */
  readonly got: string[] = [];
  resets = 0;

  constructor(
    host: Instrumented,
    target: Instrumented,
    fault: InjectedFault | undefined,
    hostFirmware: Firmware,
  ) {
    this.host = new VirtualBoard('host', host, this, hostFirmware, fault);
    this.target = new VirtualBoard('target', target, this, (board) => this.esp8266(board), fault);
    this.host.levels[HOST.reset] = 1;
  }

  /** What a board reads at a pin. */
  level(board: VirtualBoard, pin: number): number {
    const { host, target } = this;
    if (board === host) {
      if (pin === HOST.clockIn) return target.levels[TARGET.clockOut] ?? 0;
      if (pin === HOST.dataIn) return target.levels[TARGET.dataOut] ?? 0;
    } else {
      if (pin === TARGET.clockIn) return host.levels[HOST.clockOut] ?? 0;
      if (pin === TARGET.dataIn) return host.levels[HOST.dataOut] ?? 0;
    }
    return board.levels[pin] ?? 0;
  }

  /** A board has set a pin. */
  changed(board: VirtualBoard, pin: number): void {
    if (board === this.host && pin === HOST.reset) return this.reset();
    const other = board === this.host ? this.target : this.host;
    for (const watch of [...other.watches]) {
      if (this.level(other, watch.pin) === watch.level) continue;
      other.watches.splice(other.watches.indexOf(watch), 1);
      other.later(EDGE, () => watch.run());
    }
  }

  private reset(): void {
    const runs = this.host.levels[HOST.reset] === 1;
    if (!runs) {
      this.resets++;
      this.target.off();
    } else if (!this.target.isOn) this.startTarget(BOOT);
  }

  private startTarget(us: number): void {
    const { target } = this;
    target.off();
    this.starts++;
    const mine = this.starts;
    this.outside.push({
      at: this.now + us,
      run: () => {
        if (mine === this.starts && this.host.levels[HOST.reset] === 1) target.boot();
      },
    });
  }

  private starts = 0;
  /** What happens around the boards. */
  readonly outside: { at: number; run: () => void }[] = [];
  private depth = 0;

  /** A board looks in vain: the other one does what is due soon. */
  letOther(board: VirtualBoard): void {
    const other = board === this.host ? this.target : this.host;
    if (this.depth || !other.isOn || other.isBusy) return;
    const timer = other.due(this.now + VAIN);
    if (!timer) return;
    this.depth++;
    other.fire(timer);
    this.depth--;
  }

  /** Lets time pass, in seconds, or until something is so. @returns it is */
  run(seconds: number, until: () => boolean = () => false): boolean {
    const end = this.now + seconds * 1e6;
    while (this.now < end) {
      if (until()) return true;
      let next: { at: number; run: () => void } | undefined;
      for (const one of this.outside) if (!next || one.at < next.at) next = one;
      for (const board of [this.host, this.target]) {
        const timer = board.isOn ? board.due(next ? next.at : Infinity) : undefined;
        if (timer && (!next || timer.at <= next.at)) next = { at: timer.at, run: () => board.fire(timer) };
      }
      if (!next || next.at > end) break;
      this.now = Math.max(this.now, next.at);
      const at = this.outside.indexOf(next);
      if (at >= 0) this.outside.splice(at, 1);
      next.run();
    }
    this.now = Math.max(this.now, end);
    return until();
  }

  /** Wi-Fi that is there, sockets to the broker, and no time server. */
  private esp8266(board: VirtualBoard): Record<string, unknown> {
    const listeners: Record<string, Callback[]> = {};
    let status = 'disconnected';
    const join = (done?: Callback): void => {
      board.later(300_000, () => {
        status = 'connected';
        done?.(null);
        for (const listener of listeners['connected'] ?? []) board.later(1, () => listener({}));
      });
    };
    const wifi = {
      setConfig: () => undefined,
      getStatus: () => ({ ap: 'disabled', savedMode: 'sta' }),
      stopAP: () => undefined,
      save: () => undefined,
      getDetails: () => ({ status, ssid: 'home', password: 'secret' }),
      getIP: () => ({ ip: status === 'connected' ? '192.0.2.7' : '0.0.0.0' }),
      disconnect: () => undefined,
      connect: (_ssid: string, _options: unknown, done: Callback) => join(done),
      on: (event: string, listener: Callback) => (listeners[event] ??= []).push(listener),
      getHostByName: (_name: string, done: Callback) => board.later(1000, () => done(null)),
    };
    // The firmware joins the saved network by itself.
    join();
    const modules: Record<string, unknown> = {
      Wifi: wifi,
      net: { connect: (_where: unknown, opened: Callback) => this.openSocket(board, opened) },
      ESP8266: { reboot: () => this.reboot(board) },
      TelnetServer: { setOptions: () => undefined },
    };
    return {
      require: (name: string) => {
        if (!(name in modules)) throw new Error(`Module "${name}" not found`);
        return modules[name];
      },
    };
  }

  private reboot(board: VirtualBoard): never {
    this.startTarget(BOOT);
    board.injector.begin();
    // Nothing of the turn goes on.
    throw CUT;
  }

  private openSocket(board: VirtualBoard, opened: Callback): unknown {
    const listeners: Record<string, Callback> = {};
    let isOpen = true;
    const emit = (event: string, value?: unknown): void => {
      board.later(200, () => {
        const listener = listeners[event];
        if (listener) board.call(() => void listener.call(socket, value));
      });
    };
    const pipe: Pipe = {
      data: (bytes) => {
        if (isOpen) emit('data', bytes);
      },
      closed: () => {
        if (isOpen) emit('close', false);
        isOpen = false;
      },
    };
    let take: ((bytes: string) => void) | undefined;
    const socket = {
      write: (bytes: string) => {
        if (!isOpen) throw new Error('This socket is closed');
        board.later(500, () => {
          take?.(bytes);
          emit('drain');
        });
        return false;
      },
      end: () => {
        board.later(600, () => {
          if (isOpen) this.broker.left(pipe);
          isOpen = false;
          emit('close', false);
        });
      },
      on: (event: string, listener: Callback) => (listeners[event] = listener),
    };
    board.later(2000, () => {
      take = this.broker.connect(pipe);
      opened.call(socket);
    });
    return socket;
  }
}
