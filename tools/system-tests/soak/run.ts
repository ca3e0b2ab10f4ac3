/**
 * A soak: numbered messages with QoS 1 both ways between a client on the PC
 * and the application `soak`, while faults come and go. It judges by what a
 * user sees, what came at either end, and must never look into a board.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';
import type { BoardName } from '../../rig/boards';
import { createBroker } from '../../rig/network/broker';
import { crc32 } from '../../simulation/crc32';
import { createMosquitto } from '../../rig/network/brokers/mosquitto';
import type { Mosquitto } from '../../rig/network/brokers/mosquitto';
import { chanceFrom } from '../../test-doubles/testing';
import { startWorld } from '../../rig/world';
import type { Engine, World } from '../../rig/world';
import { SOAK_KINDS, plan } from './faults';
import type { SoakFault, SoakKind } from './faults';
import { createSoakLedger } from './ledger';
import type { Account, SoakLedger } from './ledger';
import { startRelay } from './relay';

export const BROKERS = ['embedded', 'mosquitto'] as const;
export type SoakBrokerName = (typeof BROKERS)[number];

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

/** Variables in use; 0 where it was not told. */
export interface Memory {
  readonly host: number;
  readonly target: number;
}

export interface Backlog {
  readonly account: Account;
  /** From the target's restart until the last came. */
  readonly seconds: number;
  /** Resets of the target during that time. */
  readonly resets: number;
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

/** The host's watchdog, seconds. */
const TIMEOUT = 5;

/** Messages to the host that may be on their way, apart from floods. */
const WINDOW = 8;

/** Seconds without any message after which no fault comes until there is one again, and the most to wait for it. */
const QUIET = 20;
const RECOVERY = 90;

/** Seconds after a fault of boards or wires in which a reset may be its consequence. */
const AFTERMATH = 3 * TIMEOUT + 10;

/** Seconds for what takes a few on an idle PC: wires that are files are slow where two interpreters never run at once. */
const PATIENCE = 300;

/** Messages by which is tried how many a second the way carries. */
const TRIAL = 20;

/** A fault comes at least this often, seconds. */
const PACE = 9;

/** Milliseconds between looks at the boards' memory. */
const LOOK = 1000;

/** How much memory may grow. */
const GROWTH = 0.02;

/** Looks at the memory at the end, each after a start of the target of its own: a leak is in all of them. */
const FINAL_LOOKS = 3;

/** Faults that no reset is excused by. */
const HARMLESS: readonly SoakKind[] = ['wifi', 'tcp', 'broker', 'kill', 'flood', 'owe', 'double'];

/** The board's client identifier. */
const CLIENT = 'soak-board';

const BYTES = Buffer.from(Array.from({ length: 256 }, (_, value) => value));

/** What the application publishes under a number. */
function outgoing(number: number): { topic: string; payload: Buffer } {
  const from = number & 127;
  return {
    topic: number & 1 ? 'soak/out/a' : 'soak/out/b',
    payload: Buffer.concat([
      Buffer.from(`${String(number)}:`),
      BYTES.subarray(from, from + ((number * 37) & 127)),
    ]),
  };
}

/** What the host is sent under a number. */
function incoming(number: number, length = (number * 53) & 127): { topic: string; payload: Buffer } {
  const head = Buffer.from(`${String(number)}:`);
  const filling = Buffer.alloc(Math.max(0, length - head.length), BYTES.subarray(number & 127));
  return { topic: number & 1 ? 'a' : 'b', payload: Buffer.concat([head, filling]) };
}

interface SoakBroker {
  readonly port: number;
  readonly mosquitto: Mosquitto | undefined;
  start(): Promise<void>;
  stop(): Promise<void>;
  close(): Promise<void>;
}

async function startBroker(name: SoakBrokerName): Promise<SoakBroker> {
  if (name === 'mosquitto') {
    const mosquitto = await createMosquitto();
    await mosquitto.start();
    const { port, start, stop, close } = mosquitto;
    return { port, mosquitto, start, stop, close };
  }
  const broker = createBroker({ keepSessions: true });
  await broker.start();
  const { port, start, stop } = broker;
  return { port, mosquitto: undefined, start, stop, close: stop };
}

/** Boards that use more memory than growth of the interpreter's own excuses. */
function grown(start: Memory, end: Memory): readonly (keyof Memory)[] {
  return (['host', 'target'] as const).filter((board) => end[board] > start[board] * (1 + GROWTH));
}

/**
 * Runs it; ends with everything stopped.
 * @throws Error when the engine or the broker is not there, a board does not start, or no fault is left to choose
 */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  // What V8 learns about code that runs often would look like a leak of the emulated boards: 2 % within a minute.
  setFlagsFromString('--no-opt');
  setFlagsFromString('--no-lazy-feedback-allocation');
  const { say } = options;
  const chance = chanceFrom(options.seed);
  const ins = createSoakLedger();
  const outs = createSoakLedger();
  const faults: Partial<Record<SoakKind, number>> = {};
  const failures: string[] = [];
  const sizes: Memory[] = [];
  const ends: (() => Promise<unknown>)[] = [];

  let starts = 0;
  let resets = 0;
  let needless = 0;
  /** Times that the target came up, by what the host prints. */
  let runs = 0;
  let excused = -Infinity;
  let active: SoakFault | undefined;
  let heard = Date.now();
  let silence = 0;
  // What the host prints about itself.
  let run = '';
  let stopped = -1;
  /** While a backlog is sent, its messages are accounted for apart. */
  let backlog: SoakLedger | undefined;

  function progress(): void {
    const now = Date.now();
    silence = Math.max(silence, now - heard);
    heard = now;
  }

  function onHostLine(text: string): void {
    const words = text.split(' ');
    const number = Number(words[2]);
    if (words[0] === 'out' && words.length === 2) outs.sentUpTo(Number(words[1]));
    else if (words[0] === 'in' && words.length === 4) {
      const ledger = backlog ?? ins;
      const { topic, payload } = backlog ? incoming(number, 200) : incoming(number);
      ledger.receive(topic, number, words[1] === topic && Number(words[3]) >>> 0 === crc32(payload));
      progress();
    } else if (words[0] === 'ready') run = words[1] ?? '';
    else if (words[0] === 'stopped') stopped = Number(words[1]);
    else if (words[0] === 'memory') {
      sizes.push({ host: Number(words[1]), target: Number(words[2]) });
    } else if (/ running$/.test(text)) runs++;
    else if (/the target does not answer/.test(text)) {
      resets++;
      const excuse = active && !HARMLESS.includes(active.kind) ? Date.now() : excused;
      if (Date.now() - excuse > AFTERMATH * 1000) {
        needless++;
        say('a needless reset of the target');
      }
    }
  }

  async function until(what: string, seconds: number, test: () => boolean): Promise<void> {
    for (const end = Date.now() + seconds * 1000; !test(); await sleep(20))
      if (Date.now() > end) throw new Error(`${what}: not within ${String(seconds)} s`);
  }

  /** Waits for as long as messages come. */
  async function drained(test: () => boolean): Promise<boolean> {
    for (heard = Date.now(); !test(); await sleep(50)) if (Date.now() - heard > RECOVERY * 1000) return false;
    return true;
  }

  const broker = await startBroker(options.broker);
  ends.push(() => broker.close());
  const relay = await startRelay(broker.port, CLIENT);
  ends.push(() => relay.close());
  let client: MqttClient;
  let world: World;

  // To the host: one message at a time, so that nothing but the boards can change the order.
  let burst = 0;
  let interval = 100;
  let going = false;
  let ended = false;
  let sending = false;
  let acknowledged = 0;

  async function feed(): Promise<void> {
    while (!ended) {
      if (!going || (burst === 0 && ins.outstanding() >= WINDOW)) {
        await sleep(10);
        continue;
      }
      const { topic, payload } = incoming(ins.send());
      sending = true;
      await client.publishAsync(`soak/in/${topic}`, payload, { qos: 1 });
      sending = false;
      acknowledged = Date.now();
      if (burst > 0) burst--;
      else await sleep(interval);
    }
  }

  function order(text: string): Promise<unknown> {
    return client.publishAsync('soak/do', text, { qos: 1 });
  }

  async function go(): Promise<void> {
    going = true;
    await order(`go ${run} ${String(outs.account().sent + 1)} ${String(interval)}`);
  }

  /** Nothing is published any more; waits until all has come. */
  async function halt(): Promise<boolean> {
    burst = 0;
    going = false;
    stopped = -1;
    await order('stop');
    const all = await drained(() => stopped >= 0 && !sending && !ins.outstanding() && !outs.outstanding());
    if (!all) {
      if (stopped < 0) failures.push('the host was not reached at the end');
      const [lostIn, lostOut] = [ins.missing(10), outs.missing(10)];
      if (lostIn.length) say(`not received by the host: ${lostIn.join(', ')} …`);
      if (lostOut.length) say(`not received from the host: ${lostOut.join(', ')} …`);
    }
    return all;
  }

  /** Memory at rest: the least of some looks, since what is on its way at a look comes on top. */
  async function rest(): Promise<Memory> {
    const from = sizes.length;
    await until('the memory of the boards', PATIENCE, () => sizes.length >= from + 6);
    const looks = sizes.slice(from);
    return {
      host: Math.min(...looks.map(({ host }) => host)),
      target: Math.min(...looks.map(({ target }) => target)),
    };
  }

  /**
   * Memory after a start of the target, a look and some messages: the same before the faults and after them, since an
   * emulated board warms up from its first look on. Ends with nothing sent.
   */
  async function restarted(): Promise<Memory> {
    await order('mem 0');
    await sleep(3000);
    excused = Date.now();
    world.pair.restart('target');
    await order(`mem ${String(LOOK)}`);
    await rate();
    await halt();
    return rest();
  }

  /** Messages a second that the way to the host carries. */
  async function rate(): Promise<number> {
    const messages = TRIAL;
    const before = ins.account().received;
    const begin = Date.now();
    burst = messages;
    await drained(() => ins.account().received >= before + messages);
    return (messages * 1000) / (Date.now() - begin);
  }

  async function sendBacklog(messages: number): Promise<Backlog> {
    const ledger = (backlog = createSoakLedger());
    say(`${String(messages)} messages of 200 bytes wait in the broker while the target is held in reset`);
    excused = Infinity;
    world.pair.holdReset(true);
    for (let i = 0; i < messages; i++) {
      const { topic, payload } = incoming(ledger.send(), 200);
      await client.publishAsync(`soak/in/${topic}`, payload, { qos: 1 });
    }
    const before = runs;
    world.pair.holdReset(false);
    const begin = Date.now();
    // The host may be about to reset what was silent for so long.
    await until('the target', PATIENCE, () => runs > before);
    const atStart = resets;
    excused = begin;
    const all = await drained(() => !ledger.outstanding());
    backlog = undefined;
    if (!all) failures.push('the backlog did not drain');
    return { account: ledger.account(), seconds: (Date.now() - begin) / 1000, resets: resets - atStart };
  }

  async function inject(fault: SoakFault): Promise<void> {
    faults[fault.kind] = (faults[fault.kind] ?? 0) + 1;
    say(fault.ms ? `${fault.text} for ${(fault.ms / 1000).toFixed(1)} s` : fault.text);
    if (!HARMLESS.includes(fault.kind)) excused = Date.now() + fault.ms;
    await fault.begin();
  }

  async function misbehave(most: number): Promise<void> {
    const { pair, accessPoint } = world;
    const mosquitto = broker.mosquitto;
    const scene = {
      pair,
      accessPoint,
      most,
      flood: (messages: number) => void (burst += messages),
      withhold: relay.withhold,
      // Aedes 1.2 takes a session's subscriptions up before it has sent what waits in it (its lib/handlers/connect.js), so
      // that what is published in the meantime comes first.
      double: mosquitto && relay.double,
      broker: {
        start: () => broker.start(),
        stop: () => broker.stop(),
        // It acknowledges before it writes. What is lost between is the broker's fault, so nothing may be between.
        kill:
          mosquitto &&
          (async () => {
            going = false;
            await until('quiet before the broker is killed', 10, () => !sending);
            const last = acknowledged;
            await until('sessions written', 10, () => mosquitto.written() > last);
            await mosquitto.kill();
            going = true;
          }),
      },
    };
    const faultPlan = plan(scene, chance, options.kinds ?? SOAK_KINDS);
    const begin = Date.now();
    const end = begin + options.seconds * 1000;
    let count = 0;
    let over = Promise.resolve();
    while (Date.now() < end) {
      const fault = faultPlan.next().value;
      // Those that last do not overlap; what happens at once may come during one.
      if (fault.ms) await over;
      await inject(fault);
      count++;
      if (fault.ms) {
        active = fault;
        over = sleep(fault.ms).then(async () => {
          await fault.end();
          active = undefined;
          if (!HARMLESS.includes(fault.kind)) excused = Date.now();
        });
        if (chance(3)) await over;
      }
      const late = Date.now() - begin > count * PACE * 1000;
      await sleep(late ? 2000 + chance(2000) : 4000 + chance(7000));
      if (Date.now() - heard > QUIET * 1000) {
        await over;
        await until('recovery', RECOVERY, () => Date.now() - heard < 1000).catch(() =>
          say('no recovery yet'),
        );
      }
    }
    await over;
  }

  try {
    world = await startWorld({
      engine: options.engine,
      app: 'soak',
      broker: { host: '127.0.0.1', port: relay.port },
      net: { cleanSession: false, clientId: CLIENT, timeout: TIMEOUT, keepAlive: 20, responseTime: 4 },
      onLine(board, text) {
        options.onLine?.(board, text);
        if (board === 'host') onHostLine(text);
      },
      onEvent(text) {
        options.onLine?.('target', `(${text})`);
        if (/^target (starts|restarts|crashes|power)/.test(text)) starts++;
      },
    });
    ends.push(() => world.stop());
    client = await connectAsync(`mqtt://127.0.0.1:${String(broker.port)}`, {
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
      progress();
    });
    await client.subscribeAsync('soak/out/+', { qos: 1 });
    await until('the application', PATIENCE, () => run !== '');
    // Until SUBSCRIBE has reached the broker, nothing that is sent is kept.
    const asking = setInterval(() => client.publish('soak/do', `mem ${String(LOOK)}`), 2000);
    await until('the subscription', PATIENCE, () => sizes.length > 0).finally(() => clearInterval(asking));

    const feeding = feed();
    await go();
    const carried = await rate();
    await drained(() => outs.account().received >= TRIAL / 2);
    const start = await restarted();
    interval = Math.round(Math.min(2000, Math.max(100, 3000 / carried)));
    say(
      `the host takes ${carried.toFixed(0)} messages/s; from now on one each way every ${String(interval)} ms`,
    );
    const waited = options.backlog ? await sendBacklog(options.backlog) : undefined;
    silence = needless = 0;
    heard = Date.now();
    await go();
    await misbehave(Math.max(10, Math.min(400, carried * 8)));
    say('no more faults');
    progress();
    const longest = silence;
    let end = await restarted();
    for (let look = 1; look < FINAL_LOOKS && grown(start, end).length; look++) {
      say(`memory has grown to ${String(end.host)} and ${String(end.target)}: another look`);
      end = await restarted();
    }
    ended = true;
    await feeding;

    const accounts = [
      ['out', outs.account()],
      ['in', ins.account()],
      ...(waited ? [['backlog', waited.account] as const] : []),
    ] as const;
    for (const [name, { lost, disordered, damaged }] of accounts)
      for (const [what, count] of Object.entries({ lost, 'out of order': disordered, damaged }))
        if (count) failures.push(`${name}: ${String(count)} ${what}`);
    for (const board of grown(start, end))
      failures.push(`memory of the ${board} grew from ${String(start[board])} to ${String(end[board])}`);
    if (waited?.resets) failures.push(`backlog: ${String(waited.resets)} resets of the target`);
    return {
      engine: options.engine,
      broker: options.broker,
      seed: options.seed,
      seconds: options.seconds,
      out: outs.account(),
      in: ins.account(),
      faults,
      silence: longest / 1000,
      starts,
      resets,
      needless,
      memory: {
        start,
        end,
        worst: {
          host: Math.max(...sizes.map(({ host }) => host)),
          target: Math.max(...sizes.map(({ target }) => target)),
        },
      },
      ...(waited && { backlog: waited }),
      failures,
    };
  } finally {
    ended = true;
    for (let stop = ends.pop(); stop; stop = ends.pop()) await stop();
  }
}
