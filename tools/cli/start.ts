/**
 * The command `start`: runs an application on two boards with
 * everything around them, and prints what happens, a line an event. It must
 * end everything it started, however it is ended.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { TYPINGS } from '../compiler/library-typings';
import { haveNativeWires } from '../rig/engines/espruino';
import { createAdvice } from '../monitor/advice';
import { createTranslator } from '../monitor/translate';
import { boardOf, EMULATED } from '../config/boards';
import { linkClashes, pinsNamed } from '../config/boards/named';
import { collectInput, startInputs } from '../rig/inputs';
import type { InputOptions } from '../rig/inputs';
import { ENGINES, startWorld } from '../rig/world';
import type { Address, Engine, World } from '../rig/world';
import { heedEnd } from './ending';
import { takeKeys } from './keys';
import type { Keys } from './keys';
import { APP_HELP, bundleApplication, findApplication, targetBundle } from './application';

interface Options extends InputOptions {
  readonly board?: string;
  readonly broker?: Address;
  readonly app?: string;
  readonly wifi?: boolean;
  readonly seconds?: number;
  readonly engine: Engine;
  readonly crash?: number;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0 || value > 1e6) {
    throw new InvalidArgumentError('A number of seconds above 0 is needed, for example 20.');
  }
  return value;
}

function address(text: string): Address {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new InvalidArgumentError('An address like mqtt://127.0.0.1:1883 is needed.');
  }
  if (url.protocol !== 'mqtt:' || !url.hostname || (url.pathname && url.pathname !== '/')) {
    throw new InvalidArgumentError(
      'An address like mqtt://127.0.0.1:1883 is needed (TLS is not in the ESP8266 firmware).',
    );
  }
  return { host: url.hostname, port: url.port ? Number(url.port) : 1883 };
}

export function command(calledAs: string): Command {
  return new Command(calledAs)
    .description(
      'Runs a host board and an ESP8266 target on this PC, with wires, access point and MQTT broker.',
    )
    .addOption(new Option('--broker <address>', 'a broker of your own, mqtt://host:port').argParser(address))
    .option('--app <path>', APP_HELP)
    .option(
      '--wifi',
      'the application was written for a board with Wi-Fi: its Wifi and MQTT go over the link',
    )
    .addOption(new Option('--seconds <n>', 'end by itself after n seconds').argParser(seconds))
    .addOption(new Option('--engine <name>', 'what runs the boards').choices(ENGINES).default('emulator'))
    .option('--board <name>', 'the board that the host is, for example PICO_R1_3: its pins, and no others')
    .addOption(
      new Option('--input <name=value>', 'puts something on a pin or bus of the host; repeatable').argParser(
        collectInput,
      ),
    )
    .option('--steps <file>', 'a file of such inputs, each with its time: 2.5s A1=0.6')
    .addOption(new Option('--crash <n>', 'hang the target after n seconds').argParser(seconds))
    .helpOption('--help', 'show this help')
    .allowExcessArguments(false)
    .addHelpText(
      'after',
      '\nKeys, on a terminal: c hangs the target, w switches Wi-Fi, b switches the embedded broker, q ends.',
    )
    .action(async (options: Options) => {
      process.exitCode = await run(options);
    });
}

function say(who: string, text: string): void {
  const time = new Date().toTimeString().slice(0, 8);
  console.log(`${time} ${who.padEnd(6)} ${text}`);
}

async function run(options: Options): Promise<number> {
  const path = findApplication(options.app);
  const [program, target] = await Promise.all([
    bundleApplication(path, {
      ...(options.board && { board: options.board }),
      ...(options.wifi && { overLink: true }),
    }),
    targetBundle(TYPINGS),
  ]);

  let reached = false;
  let end: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (end = resolve));
  const timers: NodeJS.Timeout[] = [];

  heedEnd(() => end(0));

  const translator = createTranslator(
    program.map === undefined ? undefined : { code: program.code, map: program.map },
  );
  const advices = createAdvice();
  const world: World = await startWorld({
    engine: options.engine,
    // Stand-ins for pins, written in JavaScript, make an interpreter slower and its stack deeper.
    nativeWires: options.engine === 'espruino' && haveNativeWires(),
    app: program.name,
    hostBundle: program.code,
    hostFiles: program.files,
    targetBundle: target,
    ...(options.broker && { broker: options.broker }),
    ...(options.board && { board: options.board }),
    // This network and this broker, whatever the program names.
    net: { interval: 1, ...(options.wifi && { compatibility: 'wifi-here' }) },
    onLine: (board, line) => {
      if (board === 'host' && /\brunning\b/i.test(line)) reached = true;
      if (board === 'target') return say(board, line);
      for (const shown of translator.translate(line)) say(board, shown);
      for (const advice of advices.after(line)) say('', advice);
    },
    onEvent: (text) => say('', text),
  });
  const devices = boardOf(options.board ?? EMULATED)?.devices ?? {};
  const endInputs = await startInputs(options, world, devices, say).catch(async (error: unknown) => {
    await world.stop();
    throw error;
  });
  for (const warning of linkClashes(pinsNamed(program), world.pins, devices)) say('', warning);
  const { host, port } = world.address;
  const where = `-h ${host} -p ${String(port)}`;
  console.log(
    `Engine ${options.engine}, application ${program.name.replace(/^host-/, '')}, broker mqtt://${host}:${String(port)}. To try in another terminal:`,
  );
  for (const words of program.name === 'host-simple'
    ? ['sub -t result', 'pub -t green -m on', 'pub -t green -m off']
    : ["sub -v -t '#'"])
    console.log(`  mosquitto_${words.replace(' ', ` ${where} `)}`);

  const { pair, broker, accessPoint } = world;
  const hang = (): void => {
    say('', 'the target hangs');
    pair.hangTarget();
  };
  const keys: Keys = {
    c: hang,
    w: () => {
      const on = !accessPoint.isOn;
      say('', `Wi-Fi is ${on ? 'back' : 'gone'}`);
      pair.setAccessPoint(on);
    },
    b: async () => {
      if (!broker) return say('', 'the broker is your own: it cannot be switched from here');
      const on = !broker.isRunning;
      await (on ? broker.start() : broker.stop());
      say('', `the broker is ${on ? 'back' : 'gone'}`);
    },
    q: () => end(0),
  };
  if (process.stdin.isTTY)
    console.log('Keys: c hangs the target, w switches Wi-Fi, b switches the broker, q ends.');
  const giveBack = process.stdin.isTTY ? takeKeys(keys) : undefined;
  if (options.crash) timers.push(setTimeout(hang, options.crash * 1000));
  if (options.seconds) {
    timers.push(
      setTimeout(() => {
        if (!reached) console.error(`The broker at mqtt://${host}:${String(port)} was never reached.`);
        end(reached ? 0 : 1);
      }, options.seconds * 1000),
    );
  }

  const code = await ended;
  for (const timer of timers) clearTimeout(timer);
  endInputs();
  giveBack?.();
  await world.stop();
  return code;
}
