/**
 * A conversation of both shipped bundles with a broker, into which one fault
 * may be put: an exception, or a turn that is cut off. Whatever comes after it
 * must go on by itself; nobody here helps.
 */
import { connectAsync } from 'mqtt';
import { HOST_PINS } from '../../rig/boards';
import type { BoardName } from '../../rig/boards';
import { createEmulatedPair } from '../../rig/engines/emulator';
import { instrument } from '../../simulation/injection/instrument';
import type { InjectionSite } from '../../simulation/injection/instrument';
import { NETWORK, readBundle, startSurroundings } from '../../rig/world';

/** The application whose bundle runs: what it gets it sends back, with QoS 1. */
const APP = 'echo';

/** Seconds of silence after which the boards take each other for gone. */
const TIMEOUT = 2;

/**
 * Milliseconds within which messages pass both ways again: the silence, an attempt at the target that fails for want of
 * an answer, a second one, Wi-Fi and the broker; and as much again for a PC that is busy.
 */
export const RECOVERY_BOUND = 30_000;

/** As much where a fault came while the host was being set up: either that goes on, or nothing ever begins. */
const AT_ONCE = 8000;

/** Messages before the broker is away, and after. */
const MESSAGES = 3;

export interface SiteFault {
  readonly board: BoardName;
  /** A number of the bundle's sites, see `sitesOf`. */
  readonly site: number;
  /** At which time of coming by, from 1. */
  readonly nth: number;
  readonly cut: boolean;
}

export type FaultOutcome =
  /** All messages came back. */
  | 'whole'
  /** Messages pass, but one never came back. */
  | 'lost'
  /** Nothing passes any more. */
  | 'stuck'
  /** The exception came to the application, in a call of its own that it does not guard: the library only prints it. */
  | 'application'
  /** The host's program was still being set up: nothing of it is left that could begin anew. */
  | 'unbegun'
  /** The conversation did not come by that site so often. */
  | 'unreached';

export interface FaultConversation {
  readonly outcome: FaultOutcome;
  /** Numbers of the messages that did not come back. */
  readonly missing: readonly number[];
  /** The longest that a message was waited for, ms. */
  readonly waited: number;
  /** How often each site was come by. */
  readonly counts: Readonly<Record<BoardName, Int32Array>>;
  readonly lines: readonly string[];
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const known = new Map<BoardName, readonly InjectionSite[]>();

function bundleOf(board: BoardName): string {
  return readBundle(board === 'host' ? `host-${APP}` : 'target');
}

/** All sites of a board's bundle. */
export function sitesOf(board: BoardName): readonly InjectionSite[] {
  const sites = known.get(board) ?? instrument(bundleOf(board)).sites;
  known.set(board, sites);
  return sites;
}

/**
 * @param bundles in place of the built ones, with a fault that is there for certain
 * @param bound milliseconds that a message is waited for
 */
export async function converseUnderFault(
  fault: SiteFault | undefined,
  bundles: Partial<Record<BoardName, string>> = {},
  bound = RECOVERY_BOUND,
): Promise<FaultConversation> {
  const counts = {
    host: new Int32Array(new SharedArrayBuffer(4 * sitesOf('host').length)),
    target: new Int32Array(new SharedArrayBuffer(4 * sitesOf('target').length)),
  };
  const early = new Int32Array(new SharedArrayBuffer(4));
  const injectInto = (board: BoardName) => ({
    counts: counts[board],
    early,
    site: fault?.site ?? 0,
    nth: fault?.board === board ? fault.nth : 0,
    cut: fault?.cut ?? false,
  });
  const lines: string[] = [];
  const begun = Date.now();
  const around = await startSurroundings({});
  const stops: (() => Promise<unknown>)[] = [() => around.stop()];
  try {
    const pins = Object.entries(HOST_PINS).map(([wire, pin]) => [wire, `D${String(pin)}`]);
    const pair = createEmulatedPair({
      storage: {
        host: {
          '.bootcde': bundles.host ?? bundleOf('host'),
          'pins.json': JSON.stringify(Object.fromEntries(pins)),
          'net.json': JSON.stringify({
            ...around.net,
            timeout: TIMEOUT,
            interval: 1,
            clientId: 'injection',
            cleanSession: false,
            persist: true,
          }),
        },
        target: { '.bootcde': bundles.target ?? bundleOf('target') },
      },
      wifi: NETWORK,
      accessPoint: around.accessPoint,
      onLine: (board, text) => lines.push(`${((Date.now() - begun) / 1000).toFixed(2)} ${board}: ${text}`),
      inject: { host: injectInto('host'), target: injectInto('target') },
    });
    stops.push(() => pair.stop());
    const { host, port } = around.address;
    const client = await connectAsync(`mqtt://${host}:${String(port)}`, { reconnectPeriod: 100 });
    client.on('error', () => undefined);
    stops.push(() => client.endAsync(true));
    const back = new Set<number>();
    client.on('message', (_topic, payload) => back.add(Number(payload)));
    await client.subscribeAsync('echoed/#', { qos: 1 });
    let sent = 0;
    let waited = 0;

    async function exchange(count: number, retain = false): Promise<boolean> {
      const first = sent + 1;
      const since = Date.now();
      for (let i = 0; i < count; i++) await client.publishAsync('echo/a', String(++sent), { qos: 1, retain });
      const numbers = [...Array(count)].map((_, i) => first + i);
      let all = false;
      while (!all && Date.now() - since < (early[0] && fault?.board === 'host' ? AT_ONCE : bound)) {
        await pause(5);
        all = numbers.every((number) => back.has(number));
      }
      waited = Math.max(waited, Date.now() - since);
      return all;
    }

    async function talk(): Promise<void> {
      // It is there for whoever subscribes.
      if (!(await exchange(1, true))) return;
      if (!(await exchange(MESSAGES))) return;
      await around.broker?.stop();
      await around.broker?.start();
      // Nobody is subscribed before the boards are back, and the broker has forgotten who was.
      if (!(await exchange(1, true))) return;
      await exchange(MESSAGES);
    }

    await pair.start();
    await talk();
    const missing = [...Array(sent)].map((_, i) => i + 1).filter((number) => !back.has(number));
    // Where one is missing it may be that one only; and whatever was said last has taken effect.
    const running = await exchange(1, missing.length > 0);
    const reached = !fault || (counts[fault.board][fault.site] ?? 0) >= fault.nth;
    const bad = !running ? 'stuck' : missing.length ? 'lost' : 'whole';
    let outcome: FaultOutcome = reached ? bad : 'unreached';
    if (reached && bad !== 'whole') {
      if (fault?.board === 'host' && early[0]) outcome = 'unbegun';
      // As the library prints it; the interpreter would add the kind of exception.
      else if (lines.some((line) => line.endsWith(' host: Uncaught injected'))) outcome = 'application';
    }
    return { outcome, missing, waited, counts, lines };
  } finally {
    for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
  }
}
