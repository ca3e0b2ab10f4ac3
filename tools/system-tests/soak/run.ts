/**
 * A soak: numbered messages with QoS 1 both ways between a client on the PC
 * and the application `soak`, while faults come and go. It judges by what a
 * user sees, what came at either end, and must never look into a board.
 */
import { setFlagsFromString } from 'node:v8';
import { connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';
import type { BoardName } from '../../rig/boards';
import { chanceFrom } from '../../test-doubles/testing';
import { startWorld } from '../../rig/world';
import type { Engine, World } from '../../rig/world';
import { startSoakBroker } from './broker';
import type { SoakBroker, SoakBrokerName } from './broker';
import { SoakConversation, TRIAL } from './conversation';
import type { Backlog } from './conversation';
import { ResetExcuses } from './excuses';
import type { SoakKind } from './faults';
import { Feed } from './feed';
import { HostWords, grown } from './host-words';
import type { Memory } from './host-words';
import { createSoakLedger } from './ledger';
import type { Account, SoakLedger } from './ledger';
import { outgoing } from './messages';
import { Misbehaviour } from './misbehaviour';
import { Pulse } from './pulse';
import { startRelay } from './relay';
import type { Relay } from './relay';
import { TIMEOUT } from './timeout';

export interface SoakOptions {
  readonly engine: Engine;
  readonly broker: SoakBrokerName;
  /** For how long there are faults, seconds. */
  readonly seconds: number;
  readonly seed: number;
  /** Messages of 200 bytes that wait in the broker when the target restarts, before the faults. */
  readonly backlog?: number;
  readonly kinds?: readonly SoakKind[];
  /** Told what happens, a line each. */
  readonly say: (text: string) => void;
  readonly onLine?: (board: BoardName, text: string) => void;
}

export interface SoakReport {
  readonly engine: Engine;
  readonly broker: SoakBrokerName;
  readonly seed: number;
  readonly seconds: number;
  readonly out: Account;
  readonly in: Account;
  readonly faults: Readonly<Partial<Record<SoakKind, number>>>;
  /** The longest time without any message, seconds. */
  readonly silence: number;
  /** Starts of the target after the first, whatever the cause. */
  readonly starts: number;
  /** Resets of the target by the host. */
  readonly resets: number;
  /** Of these, those without a fault of boards or wires shortly before. */
  readonly needless: number;
  readonly memory: { readonly start: Memory; readonly end: Memory; readonly worst: Memory };
  readonly backlog?: Backlog;
  /** What went wrong, in words; empty: nothing. */
  readonly failures: readonly string[];
}

/** Looks at the memory at the end, each after a start of the target of its own: a leak is in all of them. */
const FINAL_LOOKS = 3;

/** The board's client identifier. */
const CLIENT = 'soak-board';

/** All that is there before the boards are. */
interface Stage {
  readonly broker: SoakBroker;
  readonly relay: Relay;
  readonly host: HostWords;
  readonly pulse: Pulse;
  readonly outs: SoakLedger;
  /** What is to be stopped at the end, the last first. */
  readonly ends: (() => Promise<unknown>)[];
}

/** The boards, with the application on them. @param started hears of each start of the target */
async function startBoards(
  options: SoakOptions,
  { relay, host, ends }: Stage,
  started: () => void,
): Promise<World> {
  const world = await startWorld({
    engine: options.engine,
    app: 'soak',
    broker: { host: '127.0.0.1', port: relay.port },
    net: { cleanSession: false, clientId: CLIENT, timeout: TIMEOUT, keepAlive: 20, responseTime: 4 },
    onLine(board, text) {
      options.onLine?.(board, text);
      if (board === 'host') host.hear(text);
    },
    onEvent(text) {
      options.onLine?.('target', `(${text})`);
      if (/^target (starts|restarts|crashes|power)/.test(text)) started();
    },
  });
  ends.push(() => world.stop());
  return world;
}

/** The client on the PC, which takes what the application publishes. */
async function connectClient({ broker, outs, pulse, ends }: Stage): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://127.0.0.1:${String(broker.port)}`, {
    clientId: 'soak-pc',
    clean: false,
    reconnectPeriod: 200,
    keepalive: 0,
  });
  ends.push(() => client.endAsync(true));
  client.on('error', () => undefined);
  client.on('message', (topic, payload) => {
    const number = Number(/^\d+(?=:)/.exec(payload.toString('latin1', 0, 12))?.[0]);
    const expected = outgoing(number);
    outs.receive(topic, number, topic === expected.topic && payload.equals(expected.payload));
    pulse.beat();
  });
  await client.subscribeAsync('soak/out/+', { qos: 1 });
  return client;
}

/** Memory at the end: where it has grown, looks again. */
async function finalMemory(talk: SoakConversation, start: Memory, say: SoakOptions['say']): Promise<Memory> {
  let end = await talk.restarted();
  for (let look = 1; look < FINAL_LOOKS && grown(start, end).length; look++) {
    say(`memory has grown to ${String(end.host)} and ${String(end.target)}: another look`);
    end = await talk.restarted();
  }
  return end;
}

/** What went wrong, in words, by what was counted. */
function failuresOf(report: Pick<SoakReport, 'out' | 'in' | 'backlog' | 'memory'>): string[] {
  const failures: string[] = [];
  const { backlog, memory } = report;
  const accounts = [
    ['out', report.out],
    ['in', report.in],
    ...(backlog ? [['backlog', backlog.account] as const] : []),
  ] as const;
  for (const [name, { lost, disordered, damaged }] of accounts)
    for (const [what, count] of Object.entries({ lost, 'out of order': disordered, damaged }))
      if (count) failures.push(`${name}: ${String(count)} ${what}`);
  const { start, end } = memory;
  for (const board of grown(start, end))
    failures.push(`memory of the ${board} grew from ${String(start[board])} to ${String(end[board])}`);
  if (backlog?.resets) failures.push(`backlog: ${String(backlog.resets)} resets of the target`);
  return failures;
}

/**
 * Runs it; ends with everything stopped.
 * @throws Error when the engine or the broker is not there, a board does not start, or no fault is left to choose
 */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  // What V8 learns about code that runs often would look like a leak of the emulated boards: 2 % within a minute.
  setFlagsFromString('--no-opt');
  setFlagsFromString('--no-lazy-feedback-allocation');
  const { say, engine, seed, seconds } = options;
  const [ins, outs] = [createSoakLedger(), createSoakLedger()];
  const [pulse, excuses] = [new Pulse(), new ResetExcuses()];
  const host = new HostWords({ ins, outs }, pulse, excuses, say);
  const ends: (() => Promise<unknown>)[] = [];
  let feed: Feed | undefined;
  let starts = 0;

  try {
    const broker = await startSoakBroker(options.broker);
    ends.push(() => broker.close());
    const relay = await startRelay(broker.port, CLIENT);
    ends.push(() => relay.close());
    const stage: Stage = { broker, relay, host, pulse, outs, ends };
    const { pair, accessPoint } = await startBoards(options, stage, () => starts++);
    const client = await connectClient(stage);
    feed = new Feed(client, ins);
    const talk = new SoakConversation({ pair, client, host, feed, ins, outs, pulse, excuses, say });
    await talk.begin();

    const feeding = feed.run();
    await talk.go();
    const carried = await talk.rate();
    await pulse.drained(() => outs.account().received >= TRIAL / 2);
    const start = await talk.restarted();
    feed.interval = Math.round(Math.min(2000, Math.max(100, 3000 / carried)));
    say(
      `the host takes ${carried.toFixed(0)} messages/s; from now on one each way every ${String(feed.interval)} ms`,
    );
    const backlog = options.backlog ? await talk.sendBacklog(options.backlog) : undefined;
    host.needless = 0;
    pulse.begin();
    await talk.go();
    const chance = chanceFrom(seed);
    const most = Math.max(10, Math.min(400, carried * 8));
    const around = { pair, accessPoint, broker, relay, feed, pulse, excuses, chance, say };
    const misbehaviour = new Misbehaviour(around, most);
    await misbehaviour.run(seconds, options.kinds);
    say('no more faults');
    pulse.beat();
    const silence = pulse.silence / 1000;
    const end = await finalMemory(talk, start, say);
    feed.end();
    await feeding;

    const result = {
      out: outs.account(),
      in: ins.account(),
      memory: { start, end, worst: host.worst() },
      ...(backlog && { backlog }),
    };
    return {
      engine,
      broker: options.broker,
      seed,
      seconds,
      ...result,
      faults: misbehaviour.counts,
      silence,
      starts,
      resets: host.resets,
      needless: host.needless,
      failures: [...talk.failures, ...failuresOf(result)],
    };
  } finally {
    feed?.end();
    for (let stop = ends.pop(); stop; stop = ends.pop()) await stop();
  }
}
