/**
 * The acceptance test: all that can be found out about two real boards in one
 * go, and a report of it. A part that fails ends as a result, and what depends
 * on it is skipped; the boards run what is saved on them afterwards, whatever
 * happened. More checks of a board alone belong into its suite
 * (host/selftest, target/selftest): whatever that prints gets into the report.
 */
import { writeFileSync } from 'node:fs';
import { packageVersion } from '../../package';
import { join } from 'node:path';
import { crcOf } from '../../flash/board-storage';
import { checkPins, checkRole } from '../../flash/role';
import { SAVED } from '../../flash/upload';
import { readBundle } from '../../rig/world';
import { tell, testTargetAlone } from '..';
import type { TargetNetwork, Options, PinsFor } from '..';
import type { BoardName } from '../../rig/boards';
import { testFrames } from '../frames';
import type { FramesOptions } from '../frames';
import { testLines } from '../lines';
import type { HostPins } from '../lines';
import { measureStack } from '../stack';
import { STOPPED, clean, leaveAll, openBench } from '../suite';
import type { BoardBench } from '../suite';
import { createRoundTrips } from './exchange';
import { createMask } from './mask';
import { createRecorder } from './recorder';
import { boardName, toMarkdown } from './report';
import type { BoardFacts, Figures, AcceptanceReport } from './report';
import { Traffic } from './traffic';
import type { TrafficOptions } from './traffic';
import { openWay } from './way';
import type { Way, WayOptions } from './way';

export interface AcceptanceOptions extends Options, TrafficOptions, FramesOptions, WayOptions {
  /** Directory of the report. */
  readonly output: string;
}

/** For a word from a board that may have gone, ms. */
const ALIVE = 5000;

/** The reset line is low for so long, ms. */
const RESET = 100;

/** Bytes of a saved program that are looked at for its name. */
const LABEL = 80;

const OURS = /^\/\/(espruino-mqtt-link \S+ (\S+))\n/;

const BOARDS: readonly BoardName[] = ['host', 'target'];

/** What the board says of itself; it has no program in memory. */
async function factsOf(bench: BoardBench): Promise<BoardFacts> {
  const { info } = bench;
  const memory = (await bench.evaluate('process.memory()')) as Record<string, number>;
  const label = await bench.evaluate(`require("Storage").read("${SAVED}",0,${String(LABEL)})`);
  const saved = label === undefined ? undefined : String(label);
  const chip = (await bench.evaluate('require("ESP8266").getState()').catch(() => undefined)) as
    Record<string, unknown> | undefined;
  bench.goOn();
  return {
    board: info.name,
    firmware: info.version,
    free: Number(memory['free']),
    total: Number(memory['total']),
    program: saved === undefined ? 'none' : (OURS.exec(saved)?.[1] ?? 'not of this project'),
    ...(memory['stackFree'] !== undefined && { stackFree: memory['stackFree'] }),
    ...(chip && {
      chip: ['flashKB', 'flashMap', 'cpuFrequency', 'sdkVersion']
        .filter((name) => chip[name] !== undefined)
        .map((name) => `${name} ${String(chip[name])}`)
        .join(', '),
    }),
  };
}

/** What is wrong with the saved program, in words, and whether it is one that can be tested at all. */
async function lookAtProgram(
  bench: BoardBench,
  role: BoardName,
  { program }: BoardFacts,
): Promise<{ readonly wrong?: string; readonly usable: boolean }> {
  const flash = `npm run flash -- ${role}`;
  if (program === 'none') return { wrong: `there is no saved program: ${flash}`, usable: false };
  const name = program?.split(' ').pop() ?? '';
  if (!(role === 'host' ? name.startsWith('host-') : name === 'target'))
    return { wrong: `the saved program is ${program ?? ''}: ${flash}`, usable: false };
  const there = await bench.checkFile(SAVED);
  const built = builtBundle(name);
  const same = built !== undefined && there?.length === built.length && there.crc === crcOf(built);
  return { ...(!same && { wrong: `${name} is not as it was built here last: ${flash}` }), usable: true };
}

function builtBundle(name: string): string | undefined {
  try {
    return readBundle(name);
  } catch {
    return undefined;
  }
}

/** Runs it all. @returns whether all passed */
export async function testAcceptance(
  ports: Readonly<Record<BoardName, string>>,
  pinsFor: PinsFor,
  network: TargetNetwork & Readonly<Record<string, unknown>>,
  options: AcceptanceOptions,
): Promise<{ readonly passed: boolean; readonly files: readonly string[] }> {
  const mask = createMask([
    ['SSID', network.ssid],
    ['password', network.password],
    ['broker', network.broker],
    ['user', network.mqttUser],
    ['password', network.mqttPassword],
    ['client', network['clientId'] as string | undefined],
    ['time server', network.ntpServer],
    ['port of the host', ports.host],
    ['port of the target', ports.target],
  ]);
  const { tap, begin, checks, remarks } = createRecorder(options.write, mask);
  const figures: Figures = {};
  const facts: Partial<Record<BoardName, BoardFacts>> = {};
  const benches: Partial<Record<BoardName, BoardBench>> = {};
  const chance = Math.random().toString(36).slice(2, 10);
  const clientId = `acceptance-${chance}`;
  let way: Way | undefined;
  /** Why nothing more can be tested. */
  let over: string | undefined;

  /** The first board that is silent, in words. */
  async function silent(): Promise<string | undefined> {
    for (const role of BOARDS) {
      const answer = await benches[role]?.evaluate('1', ALIVE).catch(() => undefined);
      if (benches[role] && answer !== 1) return `the ${role} does not answer any more`;
    }
    return undefined;
  }

  /**
   * Runs a part. What it throws is a result of its own.
   * @returns whether it got to its end
   */
  async function part(name: string, work: () => Promise<void>): Promise<boolean> {
    begin(name);
    if (options.stop?.aborted) over = 'stopped by a person';
    if (over !== undefined) {
      tap.skip(name, over);
      return false;
    }
    try {
      await work();
      return true;
    } catch (error) {
      const { message } = error as Error;
      if (message === STOPPED) over = 'stopped by a person';
      tap.result(name, over ?? message);
      over ??= await silent();
      return false;
    }
  }

  /** Both boards; only in parts after the first. */
  const host = (): BoardBench => benches.host as BoardBench;
  const target = (): BoardBench => benches.target as BoardBench;
  let pins: HostPins | undefined;

  async function connect(): Promise<void> {
    for (const role of BOARDS) {
      try {
        benches[role] = await openBench(ports[role], options.baud, options.stop);
        // Its program may reset the target so often that nothing is to be heard of it.
        if (role === 'host') await benches.host?.reset();
        tap.result(`${role}: answers`);
      } catch (error) {
        tap.result(`${role}: answers`, (error as Error).message);
        over = `the ${role} does not answer`;
        return;
      }
    }
    for (const role of BOARDS) {
      const bench = benches[role] as BoardBench;
      const fits = await checkRole(bench, role).then(
        () => undefined,
        (error: unknown) => (error as Error).message,
      );
      bench.goOn();
      tap.result(`${role}: can be one`, fits);
      if (fits !== undefined) over = `there is no ${role}`;
    }
    if (over !== undefined) return;
    // The host first, which would reset a silent target.
    for (const role of BOARDS) {
      const bench = benches[role] as BoardBench;
      await bench.reset();
      facts[role] = await factsOf(bench);
      const { board, firmware, free, total } = facts[role];
      tap.comment(
        `${role}: ${board}, Espruino ${firmware}, ${String(free)} of ${String(total)} variables free`,
      );
    }
    pins = pinsFor(host().info.name);
    await checkPins(host(), pins);
    tap.result('host: has the pins of the settings');
  }

  let lines = false;
  let online = false;
  let programs = false;

  async function lineTest(): Promise<void> {
    lines = tell(await testLines(host(), target(), pins as HostPins), 'line', tap);
    if (!lines) {
      tap.skip('link: messages', 'the lines are not right');
      return;
    }
    figures.frames = await testFrames(host(), target(), pins as HostPins, options, tap);
  }

  async function targetTest(): Promise<void> {
    await host().reset();
    let broker: TargetNetwork = network;
    begin('broker');
    try {
      way = await openWay(network, options);
      tap.result('broker: reached from this PC');
      if (options.broker === 'embedded') broker = { ...network, ...way.network };
    } catch (error) {
      tap.result('broker: reached from this PC', (error as Error).message);
    }
    begin('target alone');
    const failed = checks.filter(({ outcome }) => outcome === 'failed').length;
    await testTargetAlone(target(), broker, tap);
    await clean(target());
    // Whatever failed there, or was open: only what leads to the broker keeps messages from being tried.
    online = way !== undefined;
    const wrong = checks
      .slice()
      .filter(({ outcome }) => outcome === 'failed')
      .slice(failed);
    if (wrong.some(({ name }) => /^(Wi-Fi|broker)\b/.test(name))) online = false;
  }

  /** Resets the target by its wire. */
  async function revive(): Promise<void> {
    const pin = pins?.reset ?? '';
    const held = pins?.resetInverted === true ? 1 : 0;
    await benches.host?.board.evaluate(
      `(pinMode(${pin},"${held ? 'output' : 'opendrain'}"),digitalWrite(${pin},${String(held)}),` +
        `setTimeout(function(){digitalWrite(${pin},${String(1 - held)})},${String(RESET)}),1)`,
    );
  }

  async function stackTest(): Promise<void> {
    figures.stack = await measureStack(target(), tap, lines ? { revive } : {});
  }

  async function programTest(): Promise<void> {
    programs = true;
    for (const role of BOARDS) {
      const { wrong, usable } = await lookAtProgram(
        benches[role] as BoardBench,
        role,
        facts[role] as BoardFacts,
      );
      tap.result(`${role}: has a program of this project, as built`, wrong);
      if (!usable) programs = false;
    }
  }

  let traffic: Traffic | undefined;

  async function startTest(): Promise<void> {
    const missing = !lines
      ? 'the lines are not right'
      : !online || !way
        ? 'the target does not reach the broker'
        : !programs
          ? 'a board has no program of this project'
          : undefined;
    if (missing !== undefined || !way) {
      over = missing;
      tap.skip('messages, resets, outages', missing ?? '');
      return;
    }
    const topic = `acceptance/${chance}`;
    traffic = new Traffic(
      {
        host: host(),
        target: target(),
        pins: pins as HostPins,
        // Nothing is to be lost while connections break, and nothing to be written to the host's flash.
        net: { ...network, ...way.network, clientId, cleanSession: false, persist: false },
        topic,
        exchange: await createRoundTrips(way.client, topic, host().goOn),
        relay: way.relay,
      },
      options,
      tap,
      figures,
    );
    try {
      await traffic.start();
    } catch (error) {
      const { message } = error as Error;
      if (way.relay?.taken === 0 && message !== STOPPED)
        throw new Error(
          `${message}. The target reached the broker, but not this PC, which stands between them for the test: let its firewall pass port ${String(way.relay.port)}, name another of its addresses with --address, or go without, with --direct`,
        );
      throw error;
    }
  }

  function write(): { passed: boolean; files: string[] } {
    const passed = tap.end();
    const report: AcceptanceReport = {
      version: 1,
      release: packageVersion(),
      date: new Date().toISOString().slice(0, 10),
      node: process.version,
      passed,
      ...facts,
      checks,
      remarks,
      figures,
    };
    const path = join(options.output, `acceptance-${boardName(report)}`);
    writeFileSync(`${path}.json`, `${JSON.stringify(report, null, 2)}\n`);
    writeFileSync(`${path}.md`, toMarkdown(report));
    return { passed, files: [`${path}.md`, `${path}.json`] };
  }

  try {
    await part('boards', connect);
    await part('programs', programTest);
    await part('lines and link', lineTest);
    await part('target alone', targetTest);
    await part("target's stack", stackTest);
    const started = await part('start', startTest);
    if (!started) over ??= 'the boards do not work together';
    await part('messages', async () => traffic?.messages());
    await part('reset', async () => traffic?.reset());
    await part('outage', async () => traffic?.outage());
    await part('rest', async () => traffic?.idle());
  } finally {
    begin('end');
    await leaveAll(
      benches,
      (role, failure) =>
        failure === undefined
          ? tap.comment(`${role}: runs what is saved on it`)
          : tap.result(`${role}: runs what is saved on it`, failure),
      lines ? revive : undefined,
    );
    for (const role of BOARDS) benches[role]?.close();
    if (traffic) await way?.forget(clientId).catch(() => undefined);
    await way?.close();
  }
  return write();
}
