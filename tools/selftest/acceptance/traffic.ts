/**
 * The saved programs of both boards at work: messages through a broker, on a
 * way that fails, a target that forgets its program, an outage, and rest. It
 * must never change what is saved, and nothing that a board does may hold it up
 * for longer than its limits say.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tally as Numbers } from '../../../host/selftest/acceptance';
import { statusText } from '../../../host/status-text';
import { Status } from '../../../shared/status';
import type { HostPins } from '../lines';
import { program, runHelper } from '../suite';
import type { BoardBench } from '../suite';
import type { Tap } from '../tap';
import type { RoundTripAccount, RoundTrips } from './exchange';
import type { Figures } from './report';
import type { DelayRelay } from './relay';

/** For an application to make its link, ms. */
const LINK_WITHIN = 15_000;

/** From there to the broker: two resets of a target that is slow to boot, and Wi-Fi that is slow to join. ms */
const START_WITHIN = 90_000;

/** Without an answer for so long, ms, messages are lost. */
const PATIENCE = 60_000;

/** As long as it may take until all is well after a fault, beside the pauses of the target (60 s at most). ms */
const RECOVERY = 120_000;

/** Of the messages, parts that go one by one, late, and through breaking connections; and the fewest of each. */
const SHARE = 0.05;
const FEWEST = 3;

/** Messages on their way at a time: more than the four that the host has under way. */
const WINDOW = 6;

/** By which messages are late on a slow way, ms. */
const LATE = 400;

/** Breaks of connections. */
const CUTS = 3;

/** Between looks, ms. */
const LOOK = 200;

/** Looks at idle boards, seconds apart at most, and the fewest. */
const IDLE_LOOK = 60;
const IDLE_LOOKS = 5;

export interface TrafficOptions {
  /** Each way, in a row. */
  readonly messages: number;
  /** Of the broker, seconds. */
  readonly outage: number;
  /** Seconds; absent: not at all. */
  readonly idle?: number;
}

export interface AcceptanceScene {
  readonly host: BoardBench;
  readonly target: BoardBench;
  readonly pins: HostPins;
  /** Contents of the host's `net.json` for this run. */
  readonly net: Readonly<Record<string, unknown>>;
  readonly topic: string;
  readonly exchange: RoundTrips;
  readonly relay: DelayRelay | undefined;
}

interface Tally {
  readonly running: boolean;
  readonly received: number;
  readonly doubled: number;
  readonly missed: number;
  readonly refused: number;
  readonly resets: number;
  readonly reconnects: number;
  readonly host: number;
  readonly target: number;
}

async function tally(host: BoardBench): Promise<Tally> {
  const numbers = (await host.evaluate('tally()', 20_000)) as Numbers;
  const [running, received, doubled, missed, refused, resets, reconnects, , own, target] = numbers;
  return {
    running: running === 1,
    received,
    doubled,
    missed,
    refused,
    resets,
    reconnects,
    host: own,
    target,
  };
}

/** A status of the target, as it was heard. */
interface Heard {
  readonly status: Status;
  readonly detail: string;
  readonly at: number;
}

/** In words, what did not come back. */
function lost(what: RoundTripAccount, before: Tally, after: Tally): string | undefined {
  if (what.answered === what.sent && what.damaged === 0 && what.disordered === 0) return undefined;
  const reached = after.received - before.received;
  return [
    what.answered < what.sent &&
      `of ${String(what.sent)} sent ${String(reached)} reached the host and ${String(what.answered)} came back`,
    after.refused > before.refused &&
      `the host had no room for ${String(after.refused - before.refused)} answers`,
    what.damaged > 0 && `${String(what.damaged)} came back changed`,
    what.disordered > 0 && `${String(what.disordered)} out of order`,
  ]
    .filter(Boolean)
    .join('; ');
}

/** What the target was heard to say. */
class Statuses {
  readonly statuses: Heard[] = [];
  /** Of the settings on the board, and exceptions. */
  readonly complaints: string[] = [];

  hear(line: string): void {
    const [, status, detail = ''] = /%say\|status\|(\d+)\|(.*)$/.exec(line) ?? [];
    if (status !== undefined) this.statuses.push({ status: Number(status), detail, at: Date.now() });
    else if (/^[>\s]*(Uncaught|(?:pins|net)\.json: )/.test(line))
      this.complaints.push(line.replace(/^[>\s]*/, ''));
  }

  /** What the target said last, in words. */
  lastSaid(): string {
    const said = this.statuses.slice(-3).map(({ status, detail }) => statusText(status, detail));
    return said.length ? `; the last statuses: ${said.join(', ')}` : '; there was no status at all';
  }
}

export class Traffic {
  readonly #scene: AcceptanceScene;
  readonly #options: TrafficOptions;
  readonly #tap: Tap;
  readonly #figures: Figures;
  readonly #few: number;
  readonly #heard = new Statuses();

  constructor(scene: AcceptanceScene, options: TrafficOptions, tap: Tap, figures: Figures) {
    this.#scene = scene;
    this.#options = options;
    this.#tap = tap;
    this.#figures = figures;
    this.#few = Math.max(FEWEST, Math.round(options.messages * SHARE));
  }

  /** @returns whether it happened in time */
  async #until(within: number, happened: () => boolean): Promise<boolean> {
    const { host } = this.#scene;
    for (const end = Date.now() + within; !happened(); await sleep(LOOK)) {
      host.goOn();
      if (Date.now() > end) return false;
    }
    return true;
  }

  async #rest(ms: number): Promise<void> {
    const { host } = this.#scene;
    for (const end = Date.now() + ms; Date.now() < end; await sleep(Math.min(LOOK, ms))) host.goOn();
  }

  /** One run of messages, with its result. */
  async #run(name: string, messages: number, window: number): Promise<RoundTripAccount> {
    const { host, exchange } = this.#scene;
    const tap = this.#tap;
    const before = await tally(host);
    const account = await exchange.run({ messages, window, patience: PATIENCE });
    tap.result(name, lost(account, before, await tally(host)));
    return account;
  }

  /** Starts both boards' saved programs. @throws Error, one line, when the broker is not reached. */
  async start(): Promise<void> {
    const { host, target, pins, net, topic, exchange } = this.#scene;
    const tap = this.#tap;
    const figures = this.#figures;
    const files = { 'pins.json': pins, 'net.json': net };
    await runHelper(host, program('host-acceptance', [], { files, topic }), 'tally');
    host.listen((line) => this.#heard.hear(line));
    await target.load();
    const begin = Date.now();
    // As at power-on, in a turn of its own and at the top level.
    await host.evaluate(`(setTimeout('eval(require("Storage").read(".bootcde"))',10),1)`);
    let attached: unknown;
    for (const end = begin + LINK_WITHIN; attached !== 1 && Date.now() < end; await sleep(LOOK)) {
      attached = await host.evaluate('attach()');
      if (this.#heard.complaints.length > 0) break;
    }
    if (attached !== 1)
      throw new Error(
        this.#heard.complaints[0] === undefined
          ? 'the application on the host leaves no link in mqttLink: build and flash it anew, npm run flash -- host'
          : `the host says: ${this.#heard.complaints[0]}`,
      );
    let running = false;
    for (const end = begin + START_WITHIN; !running && Date.now() < end; await sleep(LOOK))
      running = (await tally(host)).running;
    if (!running) throw new Error(`the broker is not reached${this.#heard.lastSaid()}`);
    figures.start = (Date.now() - begin) / 1000;
    if (!(await exchange.knock(START_WITHIN)))
      throw new Error(`no message comes back${this.#heard.lastSaid()}`);
    tap.result('both saved programs start and reach the broker');
  }

  async messages(): Promise<void> {
    const { host, exchange, relay } = this.#scene;
    const options = this.#options;
    const tap = this.#tap;
    const figures = this.#figures;
    const count = String(options.messages);
    figures.single = await this.#run('messages there and back, one at a time', this.#few, 1);
    figures.messages = await this.#run(`${count} messages each way, none lost`, options.messages, WINDOW);
    if (!relay) {
      tap.skip('messages on a slow way', 'the boards go to the broker itself');
      tap.skip('messages while connections break', 'the boards go to the broker itself');
      return;
    }
    relay.delay(LATE);
    const slow = await this.#run('messages on a slow way, none lost', this.#few, WINDOW);
    relay.delay(0);
    figures.slow = { ...slow, delay: LATE };

    const before = await tally(host);
    const broken = Math.max(this.#few, 2 * CUTS);
    const cuts = Array.from({ length: CUTS }, (_, i) => Math.floor(((i + 1) * broken) / (CUTS + 1)));
    const account = await exchange.run({
      messages: broken,
      window: WINDOW,
      patience: PATIENCE,
      answered: (answers) => void (answers >= (cuts[0] ?? Infinity) && (cuts.shift(), relay.cut())),
    });
    const after = await tally(host);
    tap.result(
      'messages while connections break, none lost',
      lost(account, before, after) ??
        (after.resets > before.resets ? 'the target was reset, for which there was no need' : undefined),
    );
    figures.broken = { ...account, cuts: CUTS - cuts.length };
  }

  async reset(): Promise<void> {
    const { host, target, net, exchange } = this.#scene;
    const tap = this.#tap;
    const figures = this.#figures;
    const before = await tally(host);
    const from = this.#heard.statuses.length;
    const begin = Date.now();
    // An interpreter that has nothing to do answers nobody on the wires, and no watchdog of its own minds.
    await target.evaluate('(setTimeout("reset()",50),1)');
    const noticed = (): Heard | undefined =>
      this.#heard.statuses.slice(from).find(({ status }) => status === Status.ESP_FAIL);
    const silence = (Number(net['timeout'] ?? 10) + 5) * 1000;
    if (!(await this.#until(silence + 5000, () => noticed() !== undefined))) {
      tap.result(
        'a target without its program is reset',
        `the host did not notice within ${String(silence / 1000)} s`,
      );
      return;
    }
    tap.result('a target without its program is reset');
    const account = await exchange.run({ messages: 1, window: 1, patience: RECOVERY });
    const again = (Date.now() - begin) / 1000;
    tap.result(
      'it is set up anew and publishes again',
      account.answered ? undefined : `not within ${String(RECOVERY / 1000)} s${this.#heard.lastSaid()}`,
    );
    const resets = (await tally(host)).resets - before.resets;
    figures.reset = { noticed: ((noticed()?.at ?? begin) - begin) / 1000, again, resets };
  }

  async outage(): Promise<void> {
    const { host, exchange, relay } = this.#scene;
    const options = this.#options;
    const tap = this.#tap;
    const figures = this.#figures;
    if (!relay) {
      tap.skip('an outage of the broker', 'the boards go to the broker itself');
      return;
    }
    const before = await tally(host);
    const from = this.#heard.statuses.length;
    await relay.shut();
    await this.#rest(options.outage * 1000);
    await relay.open();
    const begin = Date.now();
    const account = await exchange.run({ messages: FEWEST, window: FEWEST, patience: RECOVERY });
    const after = await tally(host);
    const again = (Date.now() - begin) / 1000;
    tap.result(
      'after an outage of the broker all goes on',
      lost(account, before, after) ??
        (this.#heard.statuses.slice(from).some(({ status }) => status === Status.BROKER_FAIL)
          ? undefined
          : 'the target did not notice that there was none'),
    );
    tap.result(
      'an outage of the broker resets nobody',
      after.resets > before.resets
        ? `${String(after.resets - before.resets)} resets of the target${this.#heard.lastSaid()}`
        : undefined,
    );
    figures.outage = { ...account, lasted: options.outage, again };
  }

  /** Variables in use at both ends; of the target what it answers within some seconds. */
  async #memory(): Promise<Tally> {
    const { host } = this.#scene;
    await host.evaluate('askMemory()');
    await this.#rest(1500);
    return tally(host);
  }

  async idle(): Promise<void> {
    const { exchange } = this.#scene;
    const options = this.#options;
    const tap = this.#tap;
    const figures = this.#figures;
    const begin = Date.now();
    const lasts = (options.idle ?? 0) * 1000;
    const every = Math.min(IDLE_LOOK * 1000, lasts / IDLE_LOOKS);
    const first = await this.#memory();
    let last = first;
    while (lasts && Date.now() < begin + lasts) {
      await this.#rest(Math.min(every, begin + lasts - Date.now()));
      last = await this.#memory();
    }
    figures.memory = { host: last.host, target: last.target };
    if (!lasts) return;
    const resets = last.resets - first.resets;
    const reconnects = last.reconnects - first.reconnects;
    figures.idle = {
      lasted: (Date.now() - begin) / 1000,
      resets,
      reconnects,
      host: [first.host, last.host],
      target: [first.target, last.target],
    };
    tap.result('at rest nothing is reset', resets ? `${String(resets)} resets of the target` : undefined);
    const account = await exchange.run({ messages: 1, window: 1, patience: PATIENCE });
    tap.result('after the rest a message comes back', account.answered ? undefined : 'it does not');
  }
}
