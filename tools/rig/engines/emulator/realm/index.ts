/**
 * A board's realm: takes from a fresh context all that Espruino lacks, adds
 * what Espruino has, and runs what the board's Storage holds. Everything a
 * program can reach is made in here, in its own realm.
 */
import { COUNTER } from '../natives';
import type { Natives, BootProgram } from '../natives';
import { TARGET_INDEX } from '../line-memory';
import { adaptBuiltIns } from './bytes';
import { createRandomSource } from './chance';
import { createWallClock } from './clock';
import { runBootFiles } from './boot';
import { createDate } from './date';
import { createEnding } from './ending';
import { identityOf, espruinoGlobals } from './espruino';
import { factsOf } from './facts';
import type { HostFacts } from './facts';
import { fitHost, fitTarget } from './fittings';
import type { Fittings } from './fittings';
import { addEvents, emit, listenersOf } from './events';
import { createHeldNotice } from './held';
import { createInjection } from './injection';
import { removeWhatEspruinoLacks } from './lacks';
import { createLoop } from './loop';
import type { Loop } from './loop';
import { adaptMath } from './math';
import { createRealmModules } from './modules';
import type { ModuleSources } from './modules';
import { createPinReports, createPinTeller } from './peripherals';
import { createPins } from './pins';
import type { EmulatedPins } from './pins';
import { rejected } from './print';
import { createReports } from './reports';
import { createEmulatedStorage } from './storage';
import type { EmulatedStorage } from './storage';
import { timerGlobals } from './timers';
import { createZone } from './zone';

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

/** Puts what Espruino has among the globals, as it is there: it can be changed and taken away, and is not listed. */
function define(globals: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(globals)) {
    Object.defineProperty(globalThis, name, {
      value: globals[name],
      writable: true,
      configurable: true,
      enumerable: false,
    });
  }
}

/** Where the board's modules come from. */
function sourcesOf(
  fittings: Fittings,
  storage: EmulatedStorage,
  facts: HostFacts | undefined,
): ModuleSources {
  return {
    builtin: fittings.modules,
    read: (name) => storage.read(name),
    lacks: (name) =>
      facts?.modules.includes(name)
        ? `Module "${name}" is in the firmware of ${facts.board}, but not in the emulator`
        : undefined,
  };
}

export function createRealm(
  natives: Natives,
  network: { readonly ssid: string; readonly password: string },
  resetReason: string,
): Realm {
  removeWhatEspruinoLacks();
  adaptBuiltIns();

  const globals: Record<string, unknown> = {};
  const own = (name: 'E' | 'process'): object => globals[name] as object;
  const injection = createInjection(natives.inject);
  const reports = createReports(natives, {
    name: identityOf(natives).name,
    injection,
    loop: () => loop,
    global: own,
    leaving: () => ending.leaving(),
  });
  const { print, report, errors, terminal } = reports;
  const ending = createEnding(
    natives,
    () => void loop.call(listenersOf(own('E'), 'kill'), own('E'), []),
    () => loop.kick(),
  );

  const chance = createRandomSource();
  const clock = createWallClock(natives);
  const zone = createZone();
  const facts = factsOf(natives);
  const tell = createPinTeller(natives);
  const pins: EmulatedPins = createPins({
    natives,
    facts,
    errors,
    loop: () => loop,
    seconds: (now) => clock.at(now) / 1000,
    reports: facts && createPinReports(facts, (pin) => pins.nameOf(pin), tell),
  });
  const stopIfStill = (): void => pins.wires.stopIfStill(natives.board);
  // A target's program is none of the owner's.
  const turned = facts
    ? createHeldNotice(
        () => natives.now(),
        (text) => natives.event(text),
      )
    : () => undefined;
  const loop: Loop = createLoop(natives, stopIfStill, report, errors, turned);
  loop.onTurn(() => pins.deliverEdges());
  loop.onTurn(() => {
    ending.leave('');
    terminal?.rest();
  });

  const storage = createEmulatedStorage(natives, identityOf(natives).storage);
  const parts = { natives, loop, pins, errors, storage };
  const fittings =
    natives.board === TARGET_INDEX
      ? fitTarget(parts, network, resetReason, reports.typing)
      : fitHost(parts, facts, { print, tell });
  const { net, peripherals, wifi } = fittings;
  reports.showAt(fittings.telnet);
  Object.assign(
    globals,
    pins.globals,
    peripherals?.globals,
    timerGlobals(loop),
    espruinoGlobals({
      natives,
      storage,
      chance,
      zone,
      ending,
      print,
      errors,
      echo: (on) => terminal?.echo(on),
    }),
    { Date: createDate({ now: () => clock.now(), zone }) },
    createRealmModules(natives, sourcesOf(fittings, storage, facts)),
    clock.globals,
    { global: globalThis },
    natives.nest && { [COUNTER]: natives.nest },
    injection.globals,
  );

  addEvents(loop, (object) => {
    net.onDataListener(object);
    peripherals?.onDataListener(object);
  });
  adaptMath(chance);
  define(globals);

  return {
    boot(program) {
      if (storage.read('.bootcde') === undefined || program.kind === 'reset')
        print(`\nEspruino 2v29, emulated ${identityOf(natives).name}\n`);
      runBootFiles(program, natives, storage, { injection, report, errors });
      emit(loop, own('E'), 'init', []);
      // Behind the listeners (Espruino src/jsinteractive.c:563). It may be a `const`, which is no property of anything.
      loop.queue([() => natives.run("typeof onInit==='function'&&onInit()", 'onInit')], globals, []);
      // The firmware joins the saved network after the program has started.
      wifi?.boot();
      loop.kick();
    },
    type(bytes) {
      stopIfStill();
      const rest = terminal?.type(bytes) ?? '';
      ending.leave(rest);
      loop.kick();
    },
    receive(port, bytes) {
      stopIfStill();
      peripherals?.receive(port, bytes);
    },
    interrupted() {
      print('Execution Interrupted');
      loop.interrupted();
    },
    rejected: (reason) => print(rejected(reason)),
  };
}
