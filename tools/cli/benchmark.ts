/**
 * The command `benchmark`: measures link and bridge on two boards and prints a
 * table, to JSON and a picture where asked. It must end everything it started.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { findEspruino, findEspruinoTarget, haveNativeWires } from '../rig/engines/espruino';
import { createMosquitto, findMosquitto } from '../rig/network/brokers/mosquitto';
import { findNats } from '../rig/network/brokers/nats';
import { ENGINES, type Engine } from '../rig/world';
import { describeMachine, type MeasuredBoards } from '../benchmark/machine';
import { plot } from '../benchmark/plot';
import { DEFAULT_PEERS, figuresTable, type Peers, type Results } from '../benchmark/report';
import type { Scale } from '../benchmark/scale';
import { findSmall, measureHostMemory, measureTargetMemory } from '../benchmark/memory';
import { bundleSizes } from '../benchmark/size';
import { whole } from './options';

interface Options {
  readonly engine: Engine;
  readonly quick?: boolean;
  readonly long?: boolean;
  readonly instructions?: boolean;
  readonly scale?: number;
  readonly cluster?: number;
  readonly display?: boolean;
  readonly hold: number;
  readonly json?: string;
  readonly svg?: string;
  readonly peers?: Peers;
}

function peers(path: string): Peers {
  try {
    const given = JSON.parse(readFileSync(path, 'utf8')) as Partial<Peers>;
    return { ...DEFAULT_PEERS, source: `figures from the file ${path.replace(/^.*\//, '')}`, ...given };
  } catch (error) {
    throw new InvalidArgumentError(`It is not readable as JSON: ${(error as Error).message}`);
  }
}

export function command(calledAs: string): Command {
  return new Command(calledAs)
    .description('Measures throughput, delay and rates of two boards on this PC.')
    .addOption(new Option('--engine <name>', 'what runs the boards').choices(ENGINES).default('emulator'))
    .option('--quick', 'some seconds in place of some minutes; the figures are coarse')
    .option('--long', 'also growth of memory over 10,000 messages and 100 reconnects')
    .option('--instructions', 'counts instructions, where an interpreter does, and measures nothing else')
    .addOption(
      new Option('--scale <pairs>', 'also 1 up to so many emulated pairs on one broker').argParser(
        whole(1, 200),
      ),
    )
    .addOption(
      new Option(
        '--cluster [pairs]',
        'so many emulated pairs (default 50) on a cluster that is restarted node by node, and nothing else',
      )
        .argParser(whole(1, 200))
        .preset('50'),
    )
    .option('--display', 'a display and a sampler beside the link, for each way to set it, and nothing else')
    .addOption(
      new Option('--hold <ms>', "for how long the host's link may hold the event loop")
        .argParser(whole(1, 1000))
        .default(10),
    )
    .option('--json <file>', 'write the figures')
    .option('--svg <file>', 'write a picture of them')
    .addOption(new Option('--peers <file>', "JSON of another system's figures, for ratios").argParser(peers))
    .helpOption('--help', 'show this help')
    .allowExcessArguments(false)
    .action(run);
}

function wiringFor(engine: Engine): MeasuredBoards {
  if (engine === 'emulator') return { engine, native: false };
  if (!findEspruino() || !findEspruinoTarget())
    throw new Error(
      'The Espruino interpreter for Linux was not found: put it on the PATH as espruino-linux, or name it in the variable ESPRUINO',
    );
  return { engine, native: haveNativeWires() };
}

async function count(options: Options): Promise<void> {
  const { findCounting, instructionTable, measureInstructions } = await import('../benchmark/instructions');
  const found = findCounting();
  if ('missing' in found) return console.log(`skipped: ${found.missing}`);
  const results: Record<string, object> = {};
  for (const board of found.boards) {
    console.error(`counting the ${board}`);
    results[board] = await measureInstructions(board, found.peer, {
      repeats: options.quick ? 5 : 9,
      rest: options.quick ? 10 : 60,
    });
  }
  console.log(instructionTable(results));
  if (options.json) writeFileSync(options.json, JSON.stringify(results, null, 1) + '\n');
}

async function restart(pairs: number, options: Options): Promise<void> {
  if (!findNats())
    return console.log('skipped: nats-server is not installed (Debian: apt install nats-server)');
  const { clusterTable, measureCluster } = await import('../benchmark/cluster');
  const figures = await measureCluster(pairs);
  console.log(clusterTable(figures));
  if (options.json) writeFileSync(options.json, JSON.stringify(figures, null, 1) + '\n');
}

async function display(options: Options): Promise<void> {
  const wiring = wiringFor(options.engine);
  const [{ HELD_CASES, heldTable, measureHeldLink }, { displayTable, measureDisplay }] = await Promise.all([
    import('../benchmark/held-link'),
    import('../benchmark/display'),
  ]);
  const held = HELD_CASES.map((one) => measureHeldLink(one, options.quick ? 10 : 60));
  console.log(`At the pace of boards, on a virtual clock:\n\n${heldTable(held)}`);
  const broker = findMosquitto() ? await createMosquitto() : undefined;
  await broker?.start();
  const boards = [];
  try {
    for (const one of HELD_CASES.slice(0, options.quick ? 2 : undefined)) {
      console.error(`measuring ${String(one.busy)} ms in ${String(one.pieces)}, hold ${String(one.hold)}`);
      const address = broker && { host: '127.0.0.1', port: broker.port };
      boards.push(await measureDisplay(wiring, one, options.quick ? 3 : 10, address));
    }
  } finally {
    await broker?.close();
  }
  console.log(`\nOn boards on this PC, which has to have nothing else to do:\n\n${displayTable(boards)}`);
  if (options.json) writeFileSync(options.json, JSON.stringify({ held, boards }, null, 1) + '\n');
}

async function run(options: Options): Promise<void> {
  if (options.display) return display(options);
  if (options.instructions) return count(options);
  if (options.cluster) return restart(options.cluster, options);
  const wiring = wiringFor(options.engine);
  // They bring the whole build with them: not for an option that is refused.
  const [{ measureLink }, { measureBridge }, { measureScale }] = await Promise.all([
    import('../benchmark/link'),
    import('../benchmark/bridge'),
    import('../benchmark/scale'),
  ]);
  // Wires that are files, or emulated, carry a twentieth.
  const share = (wiring.native ? 1 : 0.1) * (options.quick ? 0.15 : 1);
  const sizes = bundleSizes();
  console.error('measuring the link');
  const link = await measureLink(wiring, {
    sizes: !options.quick ? [16, 64, 200, 512, 1024] : wiring.native ? [16, 512] : [16, 200],
    bytes: Math.round(40_000 * share),
    samples: options.quick ? 6 : 100,
    rest: options.quick ? 3 : 20,
    hold: options.hold,
  });
  console.error('measuring publications');
  // A broker in this process would share its turns with the measuring.
  const broker = findMosquitto() ? await createMosquitto() : undefined;
  await broker?.start();
  const bridge = await measureBridge(wiring, {
    sizes: options.quick ? [16] : [16, 200],
    samples: options.quick ? 5 : 60,
    count: Math.max(options.quick ? 10 : 20, Math.round(400 * share)),
    messages: options.long ? 10_000 : 0,
    breaking: 100,
    ...(broker && { broker: { host: '127.0.0.1', port: broker.port } }),
  }).finally(() => broker?.close());
  const scale: Scale[] = [];
  for (const pairs of [1, 5, 10, 20, 50, 100, 200]) {
    if (pairs > (options.scale ?? 0)) break;
    console.error(`measuring ${String(pairs)} pairs`);
    scale.push(await measureScale(pairs));
  }
  const small = options.quick ? undefined : findSmall();
  const build = small && 'path' in small ? small.path : undefined;
  if (build) console.error('measuring the memory');
  const target = build ? await measureTargetMemory(build) : undefined;
  const host = build ? await measureHostMemory(build) : undefined;
  const results: Results = {
    machine: describeMachine(wiring),
    hold: options.hold,
    link,
    bridge,
    sizes,
    ...(target && { target }),
    ...(host && { host }),
    scale,
    peers: options.peers ?? DEFAULT_PEERS,
  };
  console.log(figuresTable(results));
  if (options.json) writeFileSync(options.json, JSON.stringify(results, null, 1) + '\n');
  if (options.svg) writeFileSync(options.svg, plot(results));
}
