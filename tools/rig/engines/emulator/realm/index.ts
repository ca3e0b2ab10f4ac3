/**
 * A board's realm: takes from a fresh context all that Espruino lacks, adds
 * what Espruino has, and runs what the board's Storage holds. Everything a
 * program can reach is made in here, in its own realm.
 */
import { COUNTER, TYPED } from '../natives';
import type { Natives, BootProgram } from '../natives';
import { TARGET_INDEX } from '../wires';
import { adaptBuiltIns } from './bytes';
import { CHANCE_RANGE, createRandomSource } from './chance';
import { createConsole } from './console';
import { createDate } from './date';
import { identityOf, esp8266Module, espruinoGlobals } from './espruino';
import { createErrorFlags } from './errors';
import { factsOf } from './facts';
import { addEvents, emit, listenersOf } from './events';
import { createHeldNotice } from './held';
import { createInjection } from './injection';
import { removeWhatEspruinoLacks } from './lacks';
import { createLoop, timerGlobals } from './loop';
import type { Loop } from './loop';
import { createNet } from './net';
import { asker, createPinTeller, fit } from './peripherals';
import { createPins } from './pins';
import { rejected, uncaught } from './print';
import { createEmulatedStorage } from './storage';
import { createTelnet } from './telnet';
import type { Telnet } from './telnet';
import { createEmulatedWifi } from './wifi';
import { createZone } from './zone';

type Module = Record<string, unknown>;

/** Files run at boot, in this order. */
const BOOT = ['.boot0', '.boot1', '.boot2', '.boot3', '.bootrst', '.bootcde'];

/** What the thread around does with a board it made. */
export interface Realm {
  boot(program: BootProgram): void;
  /** Takes what is typed on the console. */
  type(bytes: string): void;
  /** Takes what comes in on a serial port. */
  receive(port: string, bytes: string): void;
  /** Running code was ended from outside. */
  interrupted(): void;
  /** Reports a rejected promise nothing caught. */
  rejected(reason: unknown): void;
}

export function createRealm(
  natives: Natives,
  network: { readonly ssid: string; readonly password: string },
  resetReason: string,
): Realm {
  const realm = globalThis as unknown as Record<string, unknown>;
  removeWhatEspruinoLacks();
  adaptBuiltIns();

  /** What the board starts with once it has nothing more to do. */
  let leaving: BootProgram | undefined;
  let telnet: Telnet | undefined;
  const typing = {
    run: (code: string) => natives.run(code, TYPED),
    report,
    leaving: () => leaving !== undefined,
    name: `2v29 ${identityOf(natives).name}`,
  };
  const terminal = natives.console && createConsole({ ...typing, write: natives.console });

  function print(text: string): void {
    for (const line of text.split('\n')) {
      terminal?.line(line);
      telnet?.console?.line(line);
      natives.line(line);
    }
  }

  /** @returns whether it is an exception and not the end of a turn that was cut off */
  function report(thrown: unknown): boolean {
    if (!injection.over()) {
      tell(thrown);
      return true;
    }
    print('Execution Interrupted');
    errors.raise('MEMORY');
    return false;
  }

  /** As `jsiCheckErrors` (Espruino src/jsinteractive.c:1283): who listens is told, else it is printed. */
  function tell(thrown: unknown): void {
    const process = globals.process as object;
    const listeners = listenersOf(process, 'uncaughtException');
    if (!listeners.length) return print(uncaught(thrown));
    for (const listener of listeners) {
      try {
        (listener as (thrown: unknown) => void).call(process, thrown);
      } catch (again) {
        print(uncaught(again));
      }
    }
  }

  /** A program may hear of the end that it brings about, but not of the reset pin, nor of `ESP8266.reboot`. */
  function kill(): void {
    const { E } = globals as { E: object };
    theLoop.call(listenersOf(E, 'kill'), E, []);
  }

  function leave(typed: string): void {
    if (leaving === undefined) return;
    kill();
    natives.restart(leaving, typed);
  }

  const injection = createInjection(natives.inject);
  const errors = createErrorFlags((fresh) => {
    const { E } = globals as { E: object };
    theLoop.call(listenersOf(E, 'errorFlag'), E, [fresh]);
    print(`New interpreter error: ${String(fresh)}`);
  });

  const chance = createRandomSource();
  const powerUp = natives.now();
  /** Milliseconds to add to the time since power-up: what `setTime` changes. */
  let clockOffset = 0;
  const zone = createZone();
  const wallClock = (now: number): number => now - powerUp + clockOffset;

  let loop: Loop | undefined;
  const getLoop = (): Loop => loop as Loop;
  const facts = factsOf(natives);
  const tellTool = createPinTeller(natives);
  /** Pins of the link whose use was told. */
  const told: string[] = [];
  const pins = createPins(natives, getLoop, (now) => wallClock(now) / 1000, errors, facts, {
    wrote: (pin, level) => facts && tellTool({ kind: 'level', pin: pins.nameOf(pin), level }),
    used(pin, doing) {
      const name = pins.nameOf(pin);
      if (told.includes(name)) return;
      told.push(name);
      tellTool({ kind: 'linkPin', pin: name, wire: facts?.link[name] ?? '', doing });
    },
  });
  const { wires } = pins;
  const stopIfStill = (): void => wires.stopIfStill(natives.board);
  const heldNotice = createHeldNotice(
    () => natives.now(),
    (text) => natives.event(text),
  );
  // A target's program is none of the owner's.
  const theLoop = createLoop(natives, stopIfStill, report, errors, facts ? heldNotice : () => undefined);
  loop = theLoop;
  theLoop.onTurn(() => pins.deliverEdges());
  theLoop.onTurn(() => {
    leave('');
    terminal?.rest();
  });

  const storage = createEmulatedStorage(natives, identityOf(natives).storage);
  const files = storage as Parameters<typeof espruinoGlobals>[6] & Parameters<typeof createEmulatedWifi>[2];
  const wifi =
    natives.board === TARGET_INDEX ? createEmulatedWifi(wires, theLoop, files, natives, network) : undefined;
  const net = createNet(natives, theLoop, wifi, errors);

  const builtin: Record<string, object> = { Storage: storage };
  const fitted =
    facts && fit({ natives, facts, pins, wires, loop: theLoop, print, tell: tellTool, ask: asker(natives) });
  Object.assign(builtin, fitted?.modules);
  if (wifi !== undefined) {
    telnet = createTelnet(theLoop, natives.telnet, net, () => wifi.networked(), typing);
    Object.assign(builtin, net.modules, {
      Wifi: wifi.module,
      TelnetServer: telnet.module,
      ESP8266: esp8266Module(natives, resetReason),
    });
  }
  const cached: Record<string, unknown> = {};

  function evaluateModule(source: string, name: string): unknown {
    const module: { exports: unknown } = { exports: {} };
    const body = natives.run(`(function(exports,module){${source}\n})`, name) as (
      a: unknown,
      b: unknown,
    ) => void;
    body.call(module.exports, module.exports, module);
    return module.exports;
  }

  function requireModule(name: unknown): unknown {
    if (typeof name !== 'string')
      throw new TypeError('Expecting a module name as a string, but got ' + typeof name);
    if (cached[name] !== undefined) return cached[name];
    const source = builtin[name] === undefined ? files.read(name) : undefined;
    if (builtin[name] === undefined && source === undefined) {
      if (facts?.modules.includes(name))
        throw new Error(`Module "${name}" is in the firmware of ${facts.board}, but not in the emulator`);
      throw new Error(`Module "${name}" not found`);
    }
    cached[name] = source === undefined ? builtin[name] : evaluateModule(source, name);
    return cached[name];
  }

  let codeSize = 0;
  for (const file of BOOT) codeSize += files.read(file)?.length ?? 0;
  const date = createDate({ now: () => wallClock(natives.now()), zone });
  const globals: Module = Object.assign(
    {},
    pins.globals,
    fitted?.globals,
    timerGlobals(theLoop),
    espruinoGlobals(
      Object.assign({}, natives, {
        reboot: () => {
          kill();
          return natives.reboot();
        },
      }),
      codeSize,
      print,
      zone,
      (program) => {
        leaving = program;
        theLoop.kick();
      },
      (on) => terminal?.echo(on),
      files,
      chance,
      () => errors.take(),
    ),
    {
      Date: date,
      require: requireModule,
      Modules: {
        addCached(name: string, module: unknown) {
          // Of a function the text of its body is taken, whatever it was made in (Espruino src/jsparse.c:3337).
          const text = typeof module === 'function' ? String(module).replace(/^[^{]*\{|\}$/g, '') : module;
          cached[name] = typeof text === 'string' ? evaluateModule(text, name) : text;
        },
        getCached: () => Object.keys(cached),
        removeCached(name: string) {
          delete cached[name];
        },
        removeAllCached() {
          for (const name of Object.keys(cached)) delete cached[name];
        },
      },
      getTime: () => wallClock(natives.now()) / 1000,
      setTime(seconds: number) {
        clockOffset += Number(seconds) * 1000 - wallClock(natives.now());
      },
      global: globalThis,
    },
    natives.nest && { [COUNTER]: natives.nest },
    injection.globals,
  );

  addEvents(theLoop, (object) => {
    net.onDataListener(object);
    fitted?.onDataListener(object);
  });
  Object.assign(Math, {
    clip: (x: number, low: number, high: number) => Math.min(high, Math.max(low, x)),
    wrap: (x: number, size: number) => ((x % size) + size) % size,
    random: () => chance.draw() / CHANCE_RANGE,
    // As generated from src/jswrap_math.c:363.
    randInt: (range = 0) => (range > 0 ? chance.draw() % range : chance.draw() ^ (chance.draw() << 1)),
  });
  for (const name of Object.keys(globals)) {
    Object.defineProperty(realm, name, {
      value: globals[name],
      writable: true,
      configurable: true,
      enumerable: false,
    });
  }

  return {
    boot(program) {
      const own = program.kind === 'saved' ? BOOT : BOOT.slice(0, -1);
      if (files.read('.bootcde') === undefined || program.kind === 'reset')
        print(`\nEspruino 2v29, emulated ${identityOf(natives).name}\n`);
      for (const file of program.kind === 'file' ? own.concat(program.name) : own) {
        const source = files.read(file);
        if (source === undefined) continue;
        injection.boot(true);
        try {
          natives.run(source, file);
        } catch (thrown) {
          report(thrown);
        }
        injection.boot(false);
        errors.check();
      }
      emit(theLoop, globals.E as object, 'init', []);
      // Behind the listeners (Espruino src/jsinteractive.c:563). It may be a `const`, which is no property of anything.
      theLoop.queue([() => natives.run("typeof onInit==='function'&&onInit()", 'onInit')], globals, []);
      // The firmware joins the saved network after the program has started.
      wifi?.boot();
      theLoop.kick();
    },
    type(bytes) {
      stopIfStill();
      const rest = terminal?.type(bytes) ?? '';
      leave(rest);
      theLoop.kick();
    },
    receive(port, bytes) {
      stopIfStill();
      fitted?.receive(port, bytes);
    },
    interrupted() {
      print('Execution Interrupted');
      theLoop.interrupted();
    },
    rejected(reason) {
      print(rejected(reason));
    },
  };
}
