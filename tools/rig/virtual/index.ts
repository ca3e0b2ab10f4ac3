/**
 * Two blank boards with consoles on TCP ports, wires, an access point, a time
 * server and a broker: all that hardware is to the tools. Nothing here may put
 * a bundle or settings on a board; that is for the tools to do.
 */
import type { BoardName, BoardPair, PairOptions } from '../boards';
import { createEmulatedPair } from '../engines/emulator';
import type { EmulatedPair } from '../engines/emulator';
import type { Peripherals } from '../inputs/peripherals';
import type { BrokerListener } from '../network/broker';
import { NETWORK, createPair, startSurroundings } from '../world';
import type { Address, Engine, Surroundings } from '../world';
import { serveConsole } from './console-server';
import type { ConsoleServer } from './console-server';
import { loadState, saveState } from './state';

/** How often the boards' Storage is saved, ms. */
const SAVE_EVERY = 500;

const BOARDS: readonly BoardName[] = ['host', 'target'];

/** TCP and UDP ports of the loopback; 0: a free one. */
export interface Ports {
  readonly target: number;
  readonly host: number;
  readonly broker: number;
  readonly clock: number;
}

export const FREE_PORTS: Ports = { target: 0, host: 0, broker: 0, clock: 0 };

export interface VirtualOptions extends BrokerListener {
  readonly engine: Engine;
  readonly ports?: Ports;
  /** A broker of one's own; absent: the embedded one. */
  readonly broker?: Address;
  /** User and password that the embedded broker asks for. */
  readonly auth?: { readonly user: string; readonly password: string };
  /** The network the target's `Wifi` finds. */
  readonly wifi?: { readonly ssid: string; readonly password: string };
  /** A transistor drives the target's reset input. */
  readonly resetInverted?: boolean;
  /** Where the boards' Storage outlives them. */
  readonly state?: string;
  readonly onEvent?: (text: string) => void;
  /** All a board prints, whether or not a client is there. */
  readonly onConsole?: (board: BoardName, bytes: string) => void;
  /** What a board prints while no client is there. */
  readonly onUnheard?: (board: BoardName, bytes: string) => void;
  /** A client has come to a board's console, or is gone. */
  readonly onConsoleClient?: (board: BoardName, connected: boolean) => void;
}

export interface VirtualBoards extends Surroundings {
  readonly pair: BoardPair;
  /** What is around the host beside the link; a real interpreter has nothing but the link. */
  readonly peripherals: Peripherals | undefined;
  /** Where each board's console is, as the tools take it: `tcp://127.0.0.1:port`. */
  readonly ports: Readonly<Record<BoardName, string>>;
}

/**
 * Resolves when both boards are on.
 * @throws Error when the engine is not there, a port is taken or the state cannot be read.
 */
export async function startVirtualBoards(options: VirtualOptions): Promise<VirtualBoards> {
  const { state } = options;
  const ports = options.ports ?? FREE_PORTS;
  const wifi = options.wifi ?? NETWORK;
  const files: Record<BoardName, Record<string, string>> = { host: {}, target: {} };
  if (state) for (const board of BOARDS) files[board] = loadState(state, board);

  const stops: (() => Promise<unknown>)[] = [];
  async function stop(): Promise<void> {
    for (let end = stops.pop(); end; end = stops.pop()) await end();
  }

  async function save(): Promise<void> {
    if (!state) return;
    for (const board of BOARDS) {
      const now = await pair.storage(board);
      saveState(state, board, files[board], now);
      files[board] = now;
    }
  }

  const around = await startSurroundings(options, ports);
  stops.push(() => around.stop());
  const consoles: Partial<Record<BoardName, ConsoleServer>> = {};
  let pair: BoardPair;
  let emulated: EmulatedPair | undefined;
  try {
    const pairOptions: PairOptions = {
      storage: files,
      wifi,
      accessPoint: around.accessPoint,
      onLine: () => undefined,
      onConsole(board, bytes) {
        consoles[board]?.print(bytes);
        if (!consoles[board]?.hasClient) options.onUnheard?.(board, bytes);
        options.onConsole?.(board, bytes);
      },
      ...(options.onEvent && { onEvent: options.onEvent }),
      ...(options.resetInverted && { resetInverted: true }),
    };
    if (options.engine === 'emulator') emulated = createEmulatedPair(pairOptions);
    pair = emulated ?? createPair(options.engine, pairOptions);
    const serve = async (board: BoardName): Promise<string> => {
      const server = await serveConsole(
        ports[board],
        (bytes) => pair.type(board, bytes),
        (connected) => options.onConsoleClient?.(board, connected),
      );
      consoles[board] = server;
      stops.push(() => server.close());
      return server.url;
    };
    const urls = { target: await serve('target'), host: await serve('host') };
    stops.push(() => pair.stop());
    await pair.start();
    const saving = setInterval(() => void save().catch(() => undefined), SAVE_EVERY);
    stops.push(async () => {
      clearInterval(saving);
      await save();
    });
    return {
      ...around,
      net: { ...around.net, ...wifi },
      pair,
      peripherals: emulated?.peripherals,
      ports: urls,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
