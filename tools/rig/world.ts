/**
 * Everything two boards need around them, on one PC: built bundles in their
 * Storage, wires, an access point, a time server and a broker, all on the
 * loopback. `npm start` shows it to a person, the system tests put it to the
 * test. It must leave nothing behind once stopped.
 */
import { readdirSync } from 'node:fs';
import { compileApplication } from '../compiler';
import { build, readBundle } from '../compiler/built';
import { inPackage } from '../package';
import { createAccessPoint } from './network/access-point';
import type { AccessPoint } from './network/access-point';
import { HOST_PINS } from './boards';
import type { BoardName, BoardPair, PairOptions, WireName } from './boards';
import { createBroker } from './network/broker';
import type { Broker, BrokerListener } from './network/broker';
import { PRESETS, presetOfBoard } from '../config/presets';
import { createEmulatedPair } from './engines/emulator';
import type { EmulatedPair } from './engines/emulator';
import type { Peripherals } from './inputs/peripherals';
import { createEspruinoPair, findEspruino } from './engines/espruino';
import { startSntpServer } from './network/sntp-server';
import type { Behaviour, SntpServer } from './network/sntp-server';

/** What runs the boards. */
export const ENGINES = ['emulator', 'espruino'] as const;
export type Engine = (typeof ENGINES)[number];

/** The network of the emulated access point. */
export const NETWORK = { ssid: 'emulated', password: 'not-a-secret' } as const;

/** Where a broker listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface WorldOptions {
  readonly engine: Engine;
  /** The real interpreters drive the wires themselves. */
  readonly nativeWires?: boolean;
  /** Name of a file in `host/apps/`, without its ending. */
  readonly app: string;
  /** The host's bundle, in place of the app's. */
  readonly hostBundle?: string;
  /** The target's bundle, in place of the built one. */
  readonly targetBundle?: string;
  /** Further files of the host's Storage. */
  readonly hostFiles?: Readonly<Record<string, string>>;
  /** Further files of the target's Storage. */
  readonly targetFiles?: Readonly<Record<string, string>>;
  /** A broker of one's own; absent: the embedded one. */
  readonly broker?: Address;
  /** User and password that the embedded broker asks for. */
  readonly auth?: { readonly user: string; readonly password: string };
  /** What the time server does from the start. */
  readonly clock?: Partial<Behaviour>;
  /** Fields of `net.json` beside those that the world sets itself. */
  readonly net?: Readonly<Record<string, unknown>>;
  readonly savedNetwork?: boolean;
  /** The board that the host is, as `process.env.BOARD` names it, with its preset of pins. The emulator alone has it. */
  readonly board?: string;
  /** See `PairOptions`. */
  readonly telnet?: number;
  readonly onLine: (board: BoardName, line: string) => void;
  /** With it the boards' consoles take what is typed, see `PairOptions`. */
  readonly onConsole?: (board: BoardName, bytes: string) => void;
  readonly onEvent?: (text: string) => void;
}

/** What is around two boards. */
export interface Surroundings {
  readonly accessPoint: AccessPoint;
  /** Undefined with a broker of one's own. */
  readonly broker: Broker | undefined;
  readonly clock: SntpServer;
  /** Where clients on the PC reach the broker. */
  readonly address: Address;
  /** Fields of `net.json` that lead there. */
  readonly net: Readonly<Record<string, string | number>>;
  stop(): Promise<void>;
}

export interface World extends Surroundings {
  readonly pair: BoardPair;
  /** What is around the host beside the link; a real interpreter has nothing but the link. */
  readonly peripherals: Peripherals | undefined;
  /** The host's pins that the wires go to. */
  readonly pins: Readonly<Record<WireName, string>>;
}

/** Names of the applications, sorted. */
export function appNames(): string[] {
  return readdirSync(inPackage('host', 'apps'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => name.slice(0, -3))
    .sort();
}

export { readBundle };

/** @throws Error when the engine is not there. */
export function createPair(engine: Engine, options: PairOptions, nativeWires = false): BoardPair {
  if (engine === 'emulator') return createEmulatedPair(options);
  if (!findEspruino()) {
    throw new Error(
      'The Espruino interpreter for Linux was not found: put it on the PATH as espruino-linux, or name it in the variable ESPRUINO',
    );
  }
  return createEspruinoPair(options, nativeWires);
}

/**
 * @param ports of the access point for broker and time server; 0: free ones
 * @throws Error when a port is taken.
 */
export async function startSurroundings(
  options: Pick<WorldOptions, 'broker' | 'auth' | 'clock'> & BrokerListener,
  ports: { readonly broker: number; readonly clock: number } = { broker: 0, clock: 0 },
): Promise<Surroundings> {
  const stops: (() => Promise<unknown>)[] = [];

  async function stop(): Promise<void> {
    for (let end = stops.pop(); end; end = stops.pop()) await end();
  }

  try {
    const broker = options.broker
      ? undefined
      : createBroker({
          ...(options.auth && { auth: options.auth }),
          ...(options.onMessage && { onMessage: options.onMessage }),
          ...(options.onClient && { onClient: options.onClient }),
        });
    if (broker) {
      await broker.start();
      stops.push(() => broker.stop());
    }
    const address = options.broker ?? { host: '127.0.0.1', port: broker?.port ?? 0 };
    const clock = await startSntpServer(options.clock);
    stops.push(() => clock.stop());
    const accessPoint = createAccessPoint();
    stops.push(() => accessPoint.close());
    const net = {
      ssid: NETWORK.ssid,
      password: NETWORK.password,
      broker: '127.0.0.1',
      port: await accessPoint.listenTcp(address.host, address.port, ports.broker),
      ntpServer: '127.0.0.1',
      ntpPort: await accessPoint.listenUdp('127.0.0.1', clock.port, ports.clock),
    };
    return { accessPoint, broker, clock, address, net, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The host's pins for the wires.
 * @throws Error when none are known for the board, or the engine cannot be one
 */
function pinsOn({ engine, board }: WorldOptions): Record<WireName, string> {
  if (board === undefined)
    return Object.fromEntries(
      Object.entries(HOST_PINS).map(([wire, pin]) => [wire, `D${String(pin)}`]),
    ) as Record<WireName, string>;
  if (engine !== 'emulator')
    throw new Error('The real interpreter for Linux has no pins of other boards: a board needs the emulator');
  const preset = presetOfBoard(board);
  if (preset) return { ...preset.pins };
  const known = PRESETS.flatMap(({ boards }) => boards).join(', ');
  throw new Error(`No pins of the link are known for the board ${board}. Known are ${known}`);
}

/** Two boards, and what only the emulator has of them. */
interface Boards {
  readonly pair: BoardPair;
  readonly emulated: EmulatedPair | undefined;
  /** The host's pins that the wires go to. */
  readonly pins: Readonly<Record<WireName, string>>;
}

/**
 * Two boards with built bundles, in what is around them; resolves when both run.
 * @throws Error when the engine is not there, or a bundle cannot be built.
 */
export async function startBoards(around: Surroundings, options: WorldOptions): Promise<Boards> {
  const [{ code: hostBundle, files }] = await Promise.all([
    options.hostBundle === undefined
      ? compileApplication({ entry: inPackage('host', 'apps', `${options.app}.ts`) })
      : { code: options.hostBundle, files: {} },
    options.targetBundle === undefined && build(['target']),
  ]);
  const targetBundle = options.targetBundle ?? readBundle('target');
  const { accessPoint } = around;
  const net = { ...around.net, ...options.net };
  const pins = pinsOn(options);
  const isEmulated = options.engine === 'emulator';
  const pairOptions: PairOptions = {
    storage: {
      host: {
        '.bootcde': hostBundle,
        'net.json': JSON.stringify(net),
        'pins.json': JSON.stringify(pins),
        ...files,
        ...options.hostFiles,
      },
      target: { '.bootcde': targetBundle, ...options.targetFiles },
    },
    wifi: NETWORK,
    accessPoint,
    onLine: options.onLine,
    ...(options.onConsole && { onConsole: options.onConsole }),
    ...(options.onEvent && { onEvent: options.onEvent }),
    ...(options.savedNetwork && { savedNetwork: true }),
    ...(options.telnet && { telnet: options.telnet }),
  };
  const emulated = isEmulated
    ? createEmulatedPair({
        ...pairOptions,
        ...(options.board && { hostBoard: options.board, hostPins: pins }),
      })
    : undefined;
  const pair = emulated ?? createPair(options.engine, pairOptions, options.nativeWires);
  await pair.start().catch(async (error: unknown) => {
    await pair.stop();
    throw error;
  });
  return { pair, emulated, pins };
}

/**
 * Starts it all; resolves when both boards run.
 * @throws Error when the engine is not there, or a bundle is not built.
 */
export async function startWorld(options: WorldOptions): Promise<World> {
  const around = await startSurroundings(options);
  try {
    const { pair, emulated, pins } = await startBoards(around, options);
    return {
      ...around,
      pair,
      peripherals: emulated?.peripherals,
      pins,
      async stop() {
        await pair.stop();
        await around.stop();
      },
    };
  } catch (error) {
    await around.stop();
    throw error;
  }
}
