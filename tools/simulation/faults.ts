/**
 * What may go wrong, each kind drawn and done at a moment that the seed
 * decides. A fault must end by itself, so that afterwards everything has to
 * work again.
 */
import type { SimulatedBroker } from './broker';
import type { Context } from './context';
import type { EndSettings } from './end';
import type { HostBoard } from './host-board';
import { LineSource } from './lines';
import { MISCHIEF } from './mischief';
import type { SimulatedNetwork } from './network';
import type { Stalls } from './stalls';
import type { TargetBoard } from './target-board';
import { CUTS } from './tcp';

export interface Scene {
  readonly context: Context;
  readonly host: HostBoard;
  readonly target: TargetBoard;
  readonly broker: SimulatedBroker;
  readonly network: SimulatedNetwork;
  /** Seconds of silence after which the host resets the target. */
  readonly timeout: number;
  /** As in the settings. */
  readonly responseTime: number;
  readonly hostTimeout: number;
  readonly keepAlive: number;
  readonly clean: boolean;
  /** The host subscribes again at each connection. */
  readonly resubscribes: boolean;
  readonly stalls: Stalls;
  /** The next status handler returns a Promise that is never settled. */
  pend(): void;
  /** Publishes so many messages at once. */
  flood(count: number): void;
  /** The host's memory is about to go. */
  forget(byItself: boolean): void;
  /** The target's clock was set, by nobody who tells the time. */
  jumped(): void;
  /** The target cannot answer for so many seconds, so a reset is right. */
  excuse(seconds: number): void;
}

/** Does it, and gives the seconds for which it lasts. */
export type Fault = (scene: Scene) => number;

function stall(board: 'host' | 'target', from: number, to: number): Fault {
  return ({ context, stalls, timeout, excuse }) => {
    const seconds = context.chance.spread(from, to);
    const now = context.world.now() / 1e6;
    stalls[board] += seconds * 1e6;
    if (board === 'host') stalls.stood += seconds;
    // Several in a row are one.
    stalls.until = Math.max(stalls.until, now) + seconds;
    if (board === 'target' && stalls.until - now > timeout / 2) excuse(stalls.until - now);
    return seconds;
  };
}

function stopHost(byItself: boolean): Fault {
  return ({ context, host, forget }) => {
    if (!host.isOn) return 0;
    host.off(byItself);
    forget(byItself);
    const seconds = context.chance.spread(0.05, 3);
    context.after(seconds, () => host.boot());
    return seconds;
  };
}

function stopBroker(keep: boolean): Fault {
  return ({ context, broker }) => {
    if (!broker.isUp) return 0;
    const seconds = context.chance.spread(0.05, 20);
    broker.stop(keep);
    context.after(seconds, () => broker.start());
    return seconds;
  };
}

function noise(exchanges: number): Fault {
  return ({ context, excuse }) => {
    const { chance, world } = context;
    const seconds = chance.spread(0.01, 3);
    // An exchange is some 500 looks at two lines.
    const level = 1 / exchanges / 1000;
    const ends: EndSettings[] = [world.host.settings, world.target.settings];
    for (const settings of ends) {
      settings.clockNoise += level;
      settings.dataNoise += level;
    }
    excuse(seconds);
    context.after(seconds, () => {
      for (const settings of ends) {
        settings.clockNoise = Math.max(0, settings.clockNoise - level);
        settings.dataNoise = Math.max(0, settings.dataNoise - level);
      }
    });
    return seconds;
  };
}

/** Messages with which the target has no room any more while nobody takes them. */
const FILLING = 200;

/** Seconds until Storage is tried again after a call that failed. */
const TRIED_AGAIN = 3;

export const FAULTS: Readonly<Record<string, Fault>> = {
  'host stalls': stall('host', 0.001, 5),
  'target stalls': stall('target', 0.001, 5),
  'target stalls for longer than the timeout': (scene) =>
    stall('target', scene.timeout, scene.timeout * 3)(scene),
  'target hangs': ({ target }) => {
    target.hang();
    return 0;
  },
  'target crashes and restarts': ({ target }) => {
    target.restart();
    return 0;
  },
  'target is reset': ({ context, target }) => {
    target.hold();
    const seconds = context.chance.spread(0.001, 0.5);
    context.after(seconds, () => target.release());
    return seconds;
  },
  'host loses power': stopHost(false),
  'host restarts by itself': stopHost(true),
  'a call of Storage throws': ({ host, stalls }) => {
    host.flash.throwOnce();
    stalls.stood += TRIED_AGAIN;
    return 0;
  },
  'Storage refuses a write': ({ host, stalls }) => {
    host.flash.refuseOnce();
    stalls.stood += TRIED_AGAIN;
    return 0;
  },
  // A host that stays on has them in its memory.
  'host loses power, bits in its flash change': (scene) => {
    for (let bits = 1 + scene.context.chance.below(3); bits > 0; bits--) scene.host.flash.flip();
    return stopHost(false)(scene);
  },
  'connection is cut': ({ context, network }) => {
    network.cut(context.chance.pick(CUTS), Math.floor(context.chance.spread(1, 400)) - 1);
    return 0;
  },
  // What the host has said is still on the wires when there is a new connection.
  'connection is cut while the host stalls': (scene) => {
    scene.network.cut('reset', scene.context.chance.below(60));
    return stall('host', 1, 5)(scene);
  },
  'broker restarts, sessions kept': stopBroker(true),
  'broker restarts, sessions lost': stopBroker(false),
  'broker is slow': ({ context, broker }) => {
    const before = broker.patience;
    const seconds = context.chance.spread(1, 20);
    broker.patience = context.chance.spread(0.5, 15);
    context.after(seconds, () => (broker.patience = before));
    return seconds;
  },
  'broker refuses': ({ context, broker }) => {
    const seconds = context.chance.spread(0.1, 10);
    broker.refusal = 3;
    context.after(seconds, () => (broker.refusal = 0));
    return seconds;
  },
  'Wi-Fi goes away': ({ context, network }) => {
    const seconds = context.chance.spread(0.05, 60);
    network.setUp(false);
    context.after(seconds, () => network.setUp(true));
    return seconds;
  },
  'network is slow': ({ context, network }) => {
    const before = network.latency;
    const seconds = context.chance.spread(0.5, 20);
    network.latency = context.chance.spread(0.1, 3);
    context.after(seconds, () => (network.latency = before));
    return seconds;
  },
  'flood of messages': ({ context, flood }) => {
    flood(Math.round(context.chance.spread(5, 120)));
    return 0;
  },
  'noise, 1 exchange in 100': noise(100),
  'noise, every exchange': noise(1),
  'a wire is cut': ({ context, excuse }) => {
    const { chance, world } = context;
    const { wiring } = world;
    const line = chance.pick(['mckin', 'mrx', 'sckin', 'srx'] as const);
    const before = wiring[line];
    if (before > LineSource.MTX) return 0;
    const seconds = chance.spread(0.001, 15);
    wiring[line] = chance.pick([LineSource.LOW, LineSource.HIGH, LineSource.NOISE]);
    excuse(seconds);
    context.after(seconds, () => (wiring[line] = before));
    return seconds;
  },
  'clock jumps': ({ context, jumped }) => {
    const { chance, world } = context;
    const end = chance.pick([world.host, world.target]);
    end.setClock(chance.pick([-1, 1]) * chance.spread(0.1, 1e8));
    if (end === world.target) jumped();
    return 0;
  },
  ...MISCHIEF,
};

/** What chance so seldom brings together that no schedule shows it: done only where a schedule is asked for it. */
export const COMBINED: Readonly<Record<string, Fault>> = {
  'flood of messages while the host stalls': (scene) => {
    scene.flood(FILLING);
    return stall('host', 1, 5)(scene);
  },
};
