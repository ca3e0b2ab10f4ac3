/**
 * What is said while something goes wrong: start, three publications and three
 * messages with QoS 1, a connection that is lost, one of each more; and what
 * must be so in the end.
 */
import { readFileSync } from 'node:fs';
import { createPromise } from '../promise';
import { CUT, type InjectedFault } from './fault';
import { instrument, type Instrumented } from './instrument';
import { InjectionWorld, type VirtualBoard } from './world';

/** Seconds within which all has to be said and heard when nothing goes wrong, and when something does. */
export const CALM_BOUND = 60;
export const FAULT_BOUND = 180;

const OUT = ['out 0', 'out 1', 'out 2', 'out 3'];
const IN = ['in 0', 'in 1', 'in 2', 'in 3'];

/** The application, which is no part of what is put to the test: it asks again for what was refused. */
interface Link {
  publish(topic: string, message: string, retain: boolean, qos: number): void;
  running(): boolean;
  pubqLen(): number;
}

interface Subscriber {
  subscribe(filter: string, call: (topic: string, message: string) => void, qos: number): void;
}

export interface Bundles {
  readonly host: Instrumented;
  readonly target: Instrumented;
}

/** The bundles as the build made them. */
export function readBundles(): Bundles {
  const read = (name: string): Instrumented => instrument(readFileSync(`dist/${name}.js`, 'utf8'));
  return { host: read('mqttlink'), target: read('target') };
}

export interface Injected {
  /** What is not as it should be, in words; '' for nothing. */
  readonly wrong: string;
  /** Seconds from the fault until all was well. */
  readonly seconds: number;
  /** It did happen. */
  readonly fired: boolean;
  readonly counts: { readonly host: readonly number[]; readonly target: readonly number[] };
}

/** Gets what the boards print, with the time. */
type Trace = (line: string) => void;

export function runInjection(bundles: Bundles, fault?: InjectedFault, trace?: Trace): Injected {
  const files: Record<string, string> = {};
  let link: Link | undefined;
  const heard = new Set<string>();

  function firmware(board: VirtualBoard): Record<string, unknown> {
    const exports: Record<string, unknown> = {};
    const storage = {
      read: (name: string) => files[name],
      write: (name: string, data: string) => ((files[name] = data), true),
      erase: (name: string) => void delete files[name],
      list: (filter: RegExp) => Object.keys(files).filter((name) => filter.test(name)),
    };
    // The application starts when the module is there, in a turn of its own.
    board.later(1000, () => begin(exports));
    return {
      exports,
      Promise: createPromise((job) => void board.later(1, job)),
      require: (name: string) => {
        if (name !== 'Storage') throw new Error(`Module "${name}" not found`);
        return storage;
      },
    };
  }

  // What is refused is asked for again, as an application would.
  function subscribe(one: Subscriber): void {
    try {
      one.subscribe('in', (_topic, message) => void heard.add(message), 1);
    } catch (thrown) {
      if (thrown === CUT) throw thrown;
      world.host.later(1e6, () => subscribe(one));
    }
  }

  function begin(exports: Record<string, unknown>): void {
    const MQTTLink = exports['MQTTLink'] as (new (...args: unknown[]) => Link) & {
      will(topic: string, message: string): void;
    };
    // Each object of the interpreter can be told of events.
    Object.assign(MQTTLink.prototype as object, { emit: () => undefined });
    MQTTLink.will('state', 'gone');
    link = new MQTTLink(
      { reset: 4, sckout: 5, stx: 6, srx: 7, sckin: 8 },
      { ssid: 'home', password: 'secret', broker: 'broker', cleanSession: false, clientId: 'c' },
      {
        verbose: !!trace,
        timeout: 5,
        userStart: (one: Subscriber) => subscribe(one),
      },
    );
  }

  const world = new InjectionWorld(bundles.host, bundles.target, fault, firmware);
  const { broker, host, target } = world;
  if (trace)
    for (const board of [host, target])
      board.print = (line) => trace(`${(world.now / 1e6).toFixed(3)} ${board.name} ${line}`);
  const injector = fault?.board === 'target' ? target.injector : host.injector;
  let firedAt: number | undefined;
  let wellAt = 0;

  function say(n: number): void {
    broker.publish(IN[n] as string);
    // What is refused is asked for again, as an application would.
    const attempt = (): void => {
      let isDone = false;
      host.call(() => {
        link?.publish('out', OUT[n] as string, false, 1);
        isDone = true;
      });
      if (!isDone) world.outside.push({ at: world.now + 1e6, run: attempt });
    };
    attempt();
  }

  function isWell(): boolean {
    if (injector.fired && firedAt === undefined) firedAt = world.now;
    const well =
      !!link?.running() &&
      OUT.every((one) => broker.got.includes(one)) &&
      IN.every((one) => heard.has(one)) &&
      broker.isIdle &&
      link.pubqLen() === 0;
    if (well) wellAt = world.now;
    return well;
  }

  host.boot();
  // A fault may come before there is a link: then there is no application either, and the board is started again.
  world.run(30, () => !!link?.running());
  if (!link) {
    host.boot();
    world.run(30, () => !!link?.running());
  }
  for (let n = 0; n < 3; n++) say(n);
  world.run(5);
  broker.close();
  world.run(5);
  say(3);
  const limit = fault ? FAULT_BOUND : CALM_BOUND;
  let isGood = world.run(limit, isWell);
  // That it stays so; the fault may only have come now.
  world.run(5);
  isGood &&= isWell() || world.run(limit, isWell);
  const missing = [
    ...OUT.filter((one) => !broker.got.includes(one)),
    ...IN.filter((one) => !heard.has(one)),
    ...(link?.running() ? [] : ['it does not run']),
    ...(link && link.pubqLen() ? [`${link.pubqLen()} publications wait`] : []),
    ...(broker.isIdle ? [] : ['messages are not acknowledged']),
  ];
  return {
    wrong: isGood ? '' : missing.join(', '),
    seconds: firedAt === undefined ? 0 : (wellAt - firedAt) / 1e6,
    fired: injector.fired,
    counts: { host: host.injector.counts, target: target.injector.counts },
  };
}
