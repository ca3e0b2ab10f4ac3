/**
 * Faults of a broker, of firmware and of programs: each part answers, and yet
 * nothing would ever come of it. As those of `faults.ts` each ends by itself;
 * most last for longer than the boards may take to find out.
 */
import type { Fault, Scene } from './faults';

/** Seconds, from too short to be noticed to several attempts. */
function lasting({ context }: Scene): number {
  return context.chance.spread(2, 200);
}

function owe(command: string): Fault {
  return (scene) => {
    const { broker, context } = scene;
    const seconds = lasting(scene);
    broker.owes.add(command);
    context.after(seconds, () => broker.owes.delete(command));
    return seconds;
  };
}

/** @returns how long it lasts; a host that stands still already does not do so for longer */
function stallHost(scene: Scene, seconds: number): number {
  if (scene.stalls.until > scene.context.world.now() / 1e6) return 0;
  scene.stalls.host += seconds * 1e6;
  scene.stalls.stood += seconds;
  scene.stalls.until = Math.max(scene.stalls.until, scene.context.world.now() / 1e6) + seconds;
  return seconds;
}

export const MISCHIEF: Readonly<Record<string, Fault>> = {
  'broker owes PUBACK': owe('puback'),
  'broker owes SUBACK': owe('suback'),
  'broker owes UNSUBACK': owe('unsuback'),
  'another client with the same identifier': ({ broker, context, resubscribes }) => {
    const { chance } = context;
    const seconds = chance.spread(0.1, 40);
    const until = context.world.now() + seconds * 1e6;
    // One that keeps a session, after one that ended it, has one that looks like the host's: only who subscribes anew finds out.
    const clean = chance.is(0.3) || !resubscribes;
    // It comes again when it is thrown out itself.
    const come = (): void => {
      broker.intrude(clean);
      const pause = chance.spread(0.3, 2);
      if (context.world.now() + pause * 1e6 < until) context.after(pause, come);
    };
    come();
    return seconds;
  },
  'broker forgets subscriptions, not the session': ({ broker, resubscribes }) => {
    if (resubscribes && broker.isUp) broker.forget();
    return 0;
  },
  'broker says that it kept a session': (scene) => {
    const seconds = lasting(scene);
    // Of one that should be kept that is a loss of subscriptions.
    if (!scene.clean) return 0;
    scene.broker.lies = true;
    scene.context.after(seconds, () => (scene.broker.lies = false));
    return seconds;
  },
  'broker answers no ping, and now and then a byte comes': ({ broker, context, keepAlive }) => {
    broker.trickle(keepAlive / context.chance.spread(1.5, 20));
    return keepAlive * 1.5;
  },
  'Wi-Fi goes without a word': ({ network }) => {
    network.drop();
    return 0;
  },
  'long messages do not pass the wires': (scene) => {
    const { context, excuse, timeout } = scene;
    const seconds = lasting(scene);
    context.wires.longest = Math.round(context.chance.spread(60, 400));
    excuse(seconds + 6 * timeout + 15);
    context.after(seconds, () => (context.wires.longest = Infinity));
    return seconds;
  },
  'the program of the target throws': ({ context, target }) => {
    target.suffer('throws', context.chance.below(30));
    return 0;
  },
  'a turn of the target is cut off': ({ context, target }) => {
    target.suffer('is cut off', context.chance.below(30));
    return 0;
  },
  'a turn of the target is lost': ({ host, target }) => {
    if (!host.isOn || !host.link.running()) target.suffer('loses a turn', 0);
    return 0;
  },
  'a turn of the host is cut off': ({ context, host }) => {
    host.cutOff(context.chance.below(20));
    return 0;
  },
  'host stands still while Wi-Fi comes and goes': (scene) => {
    const { context, network } = scene;
    const seconds = 120;
    const flap = (left: number): void => {
      network.setUp(left % 2 === 0);
      if (left) context.after(seconds / 12, () => flap(left - 1));
    };
    if (!stallHost(scene, seconds)) return 0;
    flap(10);
    return seconds;
  },
  'host hangs for longer than the target waits': (scene) => stallHost(scene, scene.hostTimeout + 10),
  'a status handler never answers': ({ pend }) => {
    pend();
    return 0;
  },
};
