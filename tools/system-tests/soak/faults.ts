/**
 * What a soak does to the boards and what is around them, and the plan by
 * which it does it: what comes next is chance from a seed. Each fault must undo
 * itself, and none may be one that a message with QoS 1 need not survive.
 */
import type { AccessPoint } from '../../rig/network/access-point';
import type { BoardName, BoardPair, WireName } from '../../rig/boards';

/** A whole number, 0 up to but not including `below`. */
export type Below = (below: number) => number;

/** The broker, as far as it is disturbed. */
export interface Victim {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Undefined where it cannot be killed without loss of what it has acknowledged. */
  readonly kill?: (() => Promise<void>) | undefined;
}

export interface SoakScene {
  readonly pair: BoardPair;
  readonly accessPoint: AccessPoint;
  readonly broker: Victim;
  /** Publishes this many messages at once, to the host. */
  flood(messages: number): void;
  /**
   * Another client with the board's identifier comes, as often as it is put out, or goes for good. Undefined with a broker
   * that does not keep order when a session goes from one to the other.
   */
  readonly double?: ((on: boolean) => void) | undefined;
  /** Acknowledgements of the broker to the board are withheld, or not. */
  withhold(on: boolean): void;
  /** As many messages as the system carries in some 10 s. */
  readonly most: number;
}

export interface SoakFault {
  readonly kind: SoakKind;
  /** In words, for people. */
  readonly text: string;
  /** Milliseconds from `begin` to `end`. */
  readonly ms: number;
  begin(): unknown;
  end(): unknown;
}

const WIRES: readonly WireName[] = ['reset', 'sckout', 'stx', 'srx', 'sckin'];
const LINES = WIRES.filter((wire) => wire !== 'reset');
const BOARDS: readonly BoardName[] = ['host', 'target'];

function pick<T>(chance: Below, list: readonly T[]): T {
  return list[chance(list.length)] as T;
}

/** Milliseconds, short ones as likely as ten times longer ones. */
function between(chance: Below, least: number, most: number): number {
  return Math.round(least * (most / least) ** (chance(1001) / 1000));
}

const nothing = (): void => undefined;

type Maker = (scene: SoakScene, chance: Below) => Omit<SoakFault, 'kind'>;

const MAKERS = {
  hang: ({ pair }) => ({ text: 'the target hangs', ms: 0, begin: () => pair.hangTarget(), end: nothing }),
  crash: ({ pair }) => ({ text: 'the target crashes', ms: 0, begin: () => pair.crashTarget(), end: nothing }),
  hold: ({ pair }, chance) => ({
    text: 'the target is held in reset',
    ms: between(chance, 300, 6000),
    begin: () => pair.holdReset(true),
    end: () => pair.holdReset(false),
  }),
  power: ({ pair }) => ({
    text: 'the target is power cycled',
    ms: 0,
    begin: () => pair.restart('target'),
    end: nothing,
  }),
  freeze({ pair }, chance) {
    const board = pick(chance, BOARDS);
    return {
      text: `the ${board} stands still`,
      ms: between(chance, 200, 8000),
      begin: () => pair.freeze(board, true),
      end: () => pair.freeze(board, false),
    };
  },
  cut({ pair }, chance) {
    const wire = pick(chance, WIRES);
    return {
      text: `${wire} is cut`,
      ms: between(chance, 200, 8000),
      begin: () => pair.cutWire(wire, true),
      end: () => pair.cutWire(wire, false),
    };
  },
  stick({ pair }, chance) {
    const wire = pick(chance, LINES);
    return {
      text: `${wire} is stuck high`,
      ms: between(chance, 200, 8000),
      begin: () => pair.cutWire(wire, true, 1),
      end: () => pair.cutWire(wire, false),
    };
  },
  noise({ pair }, chance) {
    const wire = pick(chance, LINES);
    const one = pick(chance, [30, 100, 300, 1000, 3000, 10000]);
    return {
      text: `${wire} is read wrong once in ${String(one)} times`,
      ms: between(chance, 1000, 8000),
      begin: () => pair.disturb(wire, 1 / one, chance(1e9)),
      end: () => pair.disturb(wire, 0),
    };
  },
  wifi: ({ pair }, chance) => ({
    text: 'Wi-Fi is gone',
    ms: between(chance, 1000, 30_000),
    begin: () => pair.setAccessPoint(false),
    end: () => pair.setAccessPoint(true),
  }),
  tcp: ({ accessPoint }) => ({
    text: 'the access point breaks the connections',
    ms: 0,
    begin: () => accessPoint.cut(),
    end: nothing,
  }),
  broker: ({ broker }, chance) => ({
    text: 'the broker is stopped',
    ms: between(chance, 300, 10_000),
    begin: () => broker.stop(),
    end: () => broker.start(),
  }),
  kill: ({ broker }, chance) => ({
    text: 'the broker is killed',
    ms: between(chance, 300, 10_000),
    begin: () => broker.kill?.(),
    end: () => broker.start(),
  }),
  owe: ({ withhold }, chance) => ({
    text: 'the broker owes PUBACKs',
    ms: between(chance, 2000, 20_000),
    begin: () => withhold(true),
    end: () => withhold(false),
  }),
  double: ({ double }, chance) => ({
    text: 'there is a second client with the same identifier',
    ms: between(chance, 1000, 15_000),
    begin: () => double?.(true),
    end: () => double?.(false),
  }),
  flood({ flood, most }, chance) {
    const messages = Math.round(between(chance, most / 10, most));
    return {
      text: `${String(messages)} messages at once`,
      ms: 0,
      begin: () => flood(messages),
      end: nothing,
    };
  },
} satisfies Record<string, Maker>;

export type SoakKind = keyof typeof MAKERS;

export const SOAK_KINDS = Object.keys(MAKERS) as SoakKind[];

/**
 * The faults, one after the other: each kind once, in a new order each time.
 * @param kinds those wanted
 * @throws Error when the broker allows none of them
 */
export function plan(
  scene: SoakScene,
  chance: Below,
  kinds: readonly SoakKind[] = SOAK_KINDS,
): Generator<SoakFault, never, void> {
  const possible = kinds.filter(
    (kind) => (kind !== 'kill' || scene.broker.kill) && (kind !== 'double' || scene.double),
  );
  if (!possible.length)
    throw new Error(
      `No fault is left to choose from: [${kinds.join(', ')}], of which this broker allows neither kill nor double.`,
    );
  return draw(possible, scene, chance);
}

function* draw(
  kinds: readonly SoakKind[],
  scene: SoakScene,
  chance: Below,
): Generator<SoakFault, never, void> {
  for (;;) {
    const left = [...kinds];
    while (left.length) {
      const [kind] = left.splice(chance(left.length), 1) as [SoakKind];
      yield { kind, ...(MAKERS[kind] as Maker)(scene, chance) };
    }
  }
}
