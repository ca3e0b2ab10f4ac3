/**
 * The command `dev`: an application on two boards on this PC, or on a real one, and again whenever one of its files is
 * saved. What cannot be compiled is told, and what ran before runs on.
 */
import { Command, Option } from 'commander';
import { watchSources } from '../dev/watch';
import { createVirtualRun } from '../dev/virtual-run';
import { createBoardRun } from '../dev/board-run';
import type { Run } from '../dev/run';
import { haveNativeWires } from '../rig/engines/espruino';
import { ENGINES } from '../rig/world';
import type { Engine } from '../rig/world';
import { APP_HELP, bundleApplication, findApplication, targetBundle } from './application';
import type { HostBundle } from './application';
import { deviceOf, settingsOf, withBaud, withSettings } from './choices';
import type { Choices } from './choices';
import { heedEnd } from './ending';

interface Options extends Choices {
  readonly engine: Engine;
  readonly port?: string;
  readonly baud: number;
}

function say(who: string, text: string): void {
  console.log(`${new Date().toTimeString().slice(0, 8)} ${who.padEnd(6)} ${text}`);
}

/** What runs the application, without it. */
async function prepare(options: Options): Promise<Run> {
  const { port, baud, engine } = options;
  if (port !== undefined) return createBoardRun({ port, baud, settings: settingsOf(options), onLine: say });
  return createVirtualRun({
    engine,
    nativeWires: engine === 'espruino' && haveNativeWires(),
    target: await targetBundle(),
    onLine: say,
  });
}

async function dev(given: string | undefined, options: Options): Promise<number> {
  const path = findApplication(given ?? deviceOf(options)?.app);
  let end: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (end = resolve));
  heedEnd(() => end(0));

  const run = await prepare(options);
  console.log(run.about);
  let saved = Date.now();
  let busy: Promise<unknown> = Promise.resolve();
  // One that has not begun yet will have all that was saved by then.
  let waiting = false;

  async function again(): Promise<readonly string[]> {
    const since = saved;
    let bundle: HostBundle;
    waiting = false;
    try {
      bundle = await bundleApplication(path, run.board === undefined ? {} : { board: run.board });
    } catch (error) {
      say('', (error as Error).message.replaceAll('\n', '\n                '));
      return [];
    }
    const compiled = Date.now();
    const first = await run.start(bundle);
    say(
      '',
      `compiled in ${String(compiled - since)} ms, ${first}, first line after ${String(Date.now() - since)} ms`,
    );
    return (JSON.parse(bundle.map ?? '{"sources":[]}') as { sources: string[] }).sources;
  }

  const watch = watchSources(path, () => {
    saved = Date.now();
    if (waiting) return;
    waiting = true;
    busy = busy.then(again).then(watch.also, (error: unknown) => {
      say('', error instanceof Error ? error.message : String(error));
    });
  });
  busy = again().then(watch.also, (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    end(1);
  });
  const code = await ended;
  watch.close();
  await run.stop();
  return code;
}

export function command(calledAs: string): Command {
  return withSettings(withBaud(new Command(calledAs)))
    .description(
      'Runs an application on two boards on this PC, or on the host at a port, and again whenever a file of it is saved.',
    )
    .argument('[app]', APP_HELP)
    .addOption(new Option('--engine <name>', 'what runs the boards').choices(ENGINES).default('emulator'))
    .option('--port <port>', 'of a real host, in place of boards on this PC')
    .allowExcessArguments(false)
    .action(async (app: string | undefined, options: Options) => {
      process.exitCode = await dev(app, options);
    });
}
