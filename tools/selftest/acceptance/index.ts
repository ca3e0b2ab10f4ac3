/**
 * The acceptance test: all that can be found out about two real boards in one
 * go, and a report of it. A part that fails ends as a result, and what depends
 * on it is skipped; the boards run what is saved on them afterwards, whatever
 * happened. More checks of a board alone belong into its suite
 * (host/selftest, target/selftest): whatever that prints gets into the report.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageVersion } from '../../package';
import type { BoardName } from '../../rig/boards';
import { tell, testTargetAlone } from '..';
import type { Options, PinsFor, TargetNetwork } from '..';
import { testFrames } from '../frames';
import type { FramesOptions } from '../frames';
import { testLines } from '../lines';
import { measureStack } from '../stack';
import { STOPPED, clean } from '../suite';
import { BothBoards, ROLES } from './both-boards';
import { createRoundTrips } from './exchange';
import { lookAtProgram } from './facts';
import { createMask } from './mask';
import { TestParts } from './parts';
import { createRecorder } from './recorder';
import type { Recorder } from './recorder';
import { boardName, toMarkdown } from './report';
import type { AcceptanceReport, BoardFacts, Figures } from './report';
import { Traffic } from './traffic';
import type { TrafficOptions } from './traffic';
import { openWay } from './way';
import type { Way, WayOptions } from './way';

export interface AcceptanceOptions extends Options, TrafficOptions, FramesOptions, WayOptions {
  /** Directory of the report. */
  readonly output: string;
}

type Network = TargetNetwork & Readonly<Record<string, unknown>>;

/** Runs it all. @returns whether all passed */
export async function testAcceptance(
  ports: Readonly<Record<BoardName, string>>,
  pinsFor: PinsFor,
  network: Network,
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
  const recorder = createRecorder(options.write, mask);
  const boards = new BothBoards(ports, pinsFor, options, recorder.tap);
  const acceptance = new Acceptance(boards, network, options, recorder);
  try {
    await acceptance.run();
  } finally {
    recorder.begin('end');
    await acceptance.end();
  }
  return acceptance.write();
}

/** What has been found out so far, on which the parts that follow depend. */
class Acceptance {
  readonly #figures: Figures = {};
  readonly #chance = Math.random().toString(36).slice(2, 10);
  readonly #parts: TestParts;
  #way: Way | undefined;
  #traffic: Traffic | undefined;
  /** The lines carry what they should. */
  #lines = false;
  /** The target reaches the broker. */
  #online = false;
  /** Both boards have programs of this project. */
  #programs = false;

  constructor(
    private readonly boards: BothBoards,
    private readonly network: Network,
    private readonly options: AcceptanceOptions,
    private readonly recorder: Recorder,
  ) {
    const { tap, begin } = recorder;
    this.#parts = new TestParts(tap, begin, () => boards.silent(), options.stop);
  }

  get #clientId(): string {
    return `acceptance-${this.#chance}`;
  }

  async run(): Promise<void> {
    const parts = this.#parts;
    await parts.run('boards', async () => {
      parts.over = await this.boards.connect();
    });
    await parts.run('programs', () => this.#testPrograms());
    await parts.run('lines and link', () => this.#testLines());
    await parts.run('target alone', () => this.#testTarget());
    await parts.run("target's stack", () => this.#testStack());
    const started = await parts.run('start', () => this.#start());
    if (!started) parts.over ??= 'the boards do not work together';
    await parts.run('messages', async () => this.#traffic?.messages());
    await parts.run('reset', async () => this.#traffic?.reset());
    await parts.run('outage', async () => this.#traffic?.outage());
    await parts.run('rest', async () => this.#traffic?.idle());
  }

  /** Whatever happened, nothing is left behind. */
  async end(): Promise<void> {
    await this.boards.leave(this.#lines);
    if (this.#traffic) await this.#way?.forget(this.#clientId).catch(() => undefined);
    await this.#way?.close();
  }

  write(): { passed: boolean; files: string[] } {
    const { tap, checks, remarks } = this.recorder;
    const passed = tap.end();
    const report: AcceptanceReport = {
      version: 1,
      release: packageVersion(),
      date: new Date().toISOString().slice(0, 10),
      node: process.version,
      passed,
      ...this.boards.facts,
      checks,
      remarks,
      figures: this.#figures,
    };
    const path = join(this.options.output, `acceptance-${boardName(report)}`);
    writeFileSync(`${path}.json`, `${JSON.stringify(report, null, 2)}\n`);
    writeFileSync(`${path}.md`, toMarkdown(report));
    return { passed, files: [`${path}.md`, `${path}.json`] };
  }

  async #testPrograms(): Promise<void> {
    this.#programs = true;
    for (const role of ROLES) {
      const { wrong, usable } = await lookAtProgram(
        this.boards[role],
        role,
        this.boards.facts[role] as BoardFacts,
      );
      this.recorder.tap.result(`${role}: has a program of this project, as built`, wrong);
      if (!usable) this.#programs = false;
    }
  }

  async #testLines(): Promise<void> {
    const { host, target, pins } = this.boards;
    const { tap } = this.recorder;
    this.#lines = tell(await testLines(host, target, pins), 'line', tap);
    if (!this.#lines) {
      tap.skip('link: messages', 'the lines are not right');
      return;
    }
    this.#figures.frames = await testFrames(host, target, pins, this.options, tap);
  }

  async #testTarget(): Promise<void> {
    const { tap, begin, checks } = this.recorder;
    const { host, target } = this.boards;
    await host.reset();
    let broker: TargetNetwork = this.network;
    begin('broker');
    try {
      this.#way = await openWay(this.network, this.options);
      tap.result('broker: reached from this PC');
      if (this.options.broker === 'embedded') broker = { ...this.network, ...this.#way.network };
    } catch (error) {
      tap.result('broker: reached from this PC', (error as Error).message);
    }
    begin('target alone');
    const failed = checks.filter(({ outcome }) => outcome === 'failed').length;
    await testTargetAlone(target, broker, tap);
    await clean(target);
    // Whatever failed there, or was open: only what leads to the broker keeps messages from being tried.
    const wrong = checks.filter(({ outcome }) => outcome === 'failed').slice(failed);
    this.#online = this.#way !== undefined && !wrong.some(({ name }) => /^(Wi-Fi|broker)\b/.test(name));
  }

  async #testStack(): Promise<void> {
    const revive = this.#lines ? { revive: () => this.boards.revive() } : {};
    this.#figures.stack = await measureStack(this.boards.target, this.recorder.tap, revive);
  }

  /** Why the boards cannot be tried together. */
  #missing(): string | undefined {
    if (!this.#lines) return 'the lines are not right';
    if (!this.#online || !this.#way) return 'the target does not reach the broker';
    return this.#programs ? undefined : 'a board has no program of this project';
  }

  async #start(): Promise<void> {
    const { tap } = this.recorder;
    const way = this.#way;
    const missing = this.#missing();
    if (missing !== undefined || !way) {
      this.#parts.over = missing;
      tap.skip('messages, resets, outages', missing ?? '');
      return;
    }
    const { host, target, pins } = this.boards;
    const topic = `acceptance/${this.#chance}`;
    this.#traffic = new Traffic(
      {
        host,
        target,
        pins,
        // Nothing is to be lost while connections break, and nothing to be written to the host's flash.
        net: {
          ...this.network,
          ...way.network,
          clientId: this.#clientId,
          cleanSession: false,
          persist: false,
        },
        topic,
        exchange: await createRoundTrips(way.client, topic, host.goOn),
        relay: way.relay,
      },
      this.options,
      tap,
      this.#figures,
    );
    try {
      await this.#traffic.start();
    } catch (error) {
      const { message } = error as Error;
      if (way.relay?.taken === 0 && message !== STOPPED)
        throw new Error(
          `${message}. The target reached the broker, but not this PC, which stands between them for the test: let its firewall pass port ${String(way.relay.port)}, name another of its addresses with --address, or go without, with --direct`,
        );
      throw error;
    }
  }
}
