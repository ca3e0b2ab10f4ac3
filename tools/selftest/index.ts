/**
 * The self-tests: of the host alone, of the target alone, and of the link
 * between the two. Each ends with the boards running what is saved on them.
 */
import type { BoardName } from '../rig/boards';
import type { FramesOptions } from './frames';
import { testFrames } from './frames';
import { testJumpers, testLines } from './lines';
import type { HostPins } from './lines';
import type { Verdict } from './diagnosis';
import { checkFirmware } from '../flash/role';
import { leaveAll, openBench, program, runSuite } from './suite';
import type { BoardBench } from './suite';
import { measureStack } from './stack';
import type { StackOptions } from './stack';
import { createTap } from './tap';
import type { Tap } from './tap';

/** Variables that the library takes on a host, with a small application and messages on their way. */
const HOST_VARIABLES = 1500;

/** Those that the target's bundle takes at its worst moments. */
const TARGET_VARIABLES = 1500;

/** The host's pins, by what the board calls itself. @throws Error, one line, when none are known. */
export type PinsFor = (board: string) => HostPins;

export interface Options {
  /** Of serial ports. */
  readonly baud?: number;
  /** Given each line of TAP. */
  readonly write: (line: string) => void;
  /** Ends the test early; the boards are put back all the same. */
  readonly stop?: AbortSignal;
}

/** Where the target's network leads; values are those of the settings file. */
export interface TargetNetwork {
  readonly ssid: string;
  readonly password: string;
  readonly broker: string;
  readonly port?: number;
  readonly mqttUser?: string;
  readonly mqttPassword?: string;
  readonly ntpServer?: string;
  readonly ntpPort?: number;
}

type Ports = Readonly<Partial<Record<BoardName, string>>>;

/**
 * Opens the ports, and leaves the boards running what they have saved. A host is opened first and kept still at once:
 * its program may drive the lines, and reset a target so often that nothing is to be heard of it.
 * @throws Error, one line, when a board does not take part.
 */
async function withBoards<P extends Ports>(
  ports: P,
  options: Options,
  test: (boards: { [K in keyof P]: BoardBench }, tap: Tap) => Promise<void>,
): Promise<boolean> {
  const boards: Partial<Record<BoardName, BoardBench>> = {};
  let tap: Tap | undefined;
  try {
    for (const role of ['host', 'target'] as const) {
      const port = ports[role];
      if (port === undefined) continue;
      boards[role] = await openBench(port, options.baud, options.stop);
      if (role === 'host') await boards.host?.reset();
    }
    tap = createTap(options.write);
    await test(boards as { [K in keyof P]: BoardBench }, tap);
  } catch (error) {
    tap?.bailOut((error as Error).message);
    throw error;
  } finally {
    await leaveAll(boards, (role, failure) => {
      if (failure !== undefined) tap?.comment(`the ${role} does not run what is saved on it: ${failure}`);
    });
    for (const bench of Object.values(boards)) bench.close();
  }
  return tap.end();
}

/**
 * A test of a target alone.
 * @param hostPort of a host that would reset the silent target meanwhile, where there is one
 */
function withTarget(
  port: string,
  hostPort: string | undefined,
  options: Options,
  test: (target: BoardBench, tap: Tap) => Promise<void>,
): Promise<boolean> {
  const ports = { target: port, ...(hostPort !== undefined && { host: hostPort }) };
  return withBoards(ports, options, async ({ target }, tap) => {
    await needWifi(target);
    await checkFirmware(target, 'target');
    await test(target, tap);
  });
}

/** A result for each line. @returns whether all are right */
export function tell(verdicts: readonly Verdict[], what: string, tap: Tap): boolean {
  for (const { line, wrong } of verdicts) tap.result(`${what} ${line.name}`, wrong);
  return verdicts.every(({ wrong }) => wrong === undefined);
}

/** @throws Error, one line, for a board that cannot be a target. */
async function needWifi({ port, info, evaluate }: BoardBench): Promise<void> {
  // Not asked of its list of modules, since one may be saved in Storage.
  await evaluate('!require("Wifi")').catch(() => {
    throw new Error(`The board at ${port} is ${info.name}, which is no target: it has no Wi-Fi`);
  });
}

/**
 * @param pinsFor given where jumpers are in place, from `sckout` to `sckin` and from `stx` to `srx`, and no target
 * @returns whether all passed
 */
export function testHost(port: string, pinsFor: PinsFor | undefined, options: Options): Promise<boolean> {
  return withBoards({ host: port }, options, async ({ host }, tap) => {
    await checkFirmware(host, 'host');
    await runSuite(host, program('host-board', [], { variables: HOST_VARIABLES }), tap);
    if (pinsFor) tell(await testJumpers(host, pinsFor(host.info.name)), 'jumper from', tap);
  });
}

/** The suite of the target alone, on a board that is open. @throws Error, one line, when it does not get to its end. */
export function testTargetAlone(target: BoardBench, network: TargetNetwork, tap: Tap): Promise<void> {
  const setup = {
    variables: TARGET_VARIABLES,
    ssid: network.ssid,
    password: network.password,
    broker: network.broker,
    port: network.port || 1883,
    user: network.mqttUser ?? '',
    secret: network.mqttPassword ?? '',
    timeServer: network.ntpServer ?? 'pool.ntp.org',
    timePort: network.ntpPort ?? 123,
  };
  return runSuite(target, program('target-board', [], setup), tap);
}

/** @param hostPort a host that would reset the silent target meanwhile, and is kept still */
export function testTarget(
  port: string,
  network: TargetNetwork,
  hostPort: string | undefined,
  options: Options,
): Promise<boolean> {
  return withTarget(port, hostPort, options, (target, tap) => testTargetAlone(target, network, tap));
}

/**
 * The target's C stack. The board resets in the middle, and runs its saved program afterwards.
 * @param hostPort as for `testTarget`
 */
export function testStack(
  port: string,
  hostPort: string | undefined,
  stack: StackOptions,
  options: Options,
): Promise<boolean> {
  return withTarget(
    port,
    hostPort,
    options,
    async (target, tap) => void (await measureStack(target, tap, stack)),
  );
}

/** The five lines, and if they are right messages over them. */
export function testLink(
  ports: { readonly host: string; readonly target: string },
  pinsFor: PinsFor,
  frames: FramesOptions,
  options: Options,
): Promise<boolean> {
  return withBoards(ports, options, async ({ host, target }, tap) => {
    const pins = pinsFor(host.info.name);
    await needWifi(target);
    await checkFirmware(host, 'host');
    await checkFirmware(target, 'target');
    const verdicts = await testLines(host, target, pins);
    if (tell(verdicts, 'line', tap)) {
      await testFrames(host, target, pins, frames, tap);
      return;
    }
    if (verdicts.every(({ line, wrong }) => line.name === 'reset' || wrong?.startsWith('dead')))
      tap.comment(
        'All lines are dead: are the boards joined by ground, and are these two the ones that are wired?',
      );
    tap.skip('link: messages', 'the lines are not right');
  });
}
