/**
 * An application on a real host: in memory where that holds it, so that flash is spared, and else in flash. What is saved
 * on a board that got it in memory stays, and runs at the next power-on.
 */
import type { Settings } from '../config';
import type { Bundle } from '../flash';
import { connectBoard } from '../flash/board';
import { keepUpload } from '../flash/history';
import { checkPins, checkRole } from '../flash/role';
import { upload, writeSettings } from '../flash/upload';
import { createAdvice } from '../monitor/advice';
import { createTranslator } from '../monitor/translate';
import { first } from './run';
import type { OnLine, Run } from './run';

/** Bytes of a program for which a variable must be free to run it from memory: it is there as text, and taken apart. */
const BYTES_PER_VARIABLE = 4;

export interface BoardRunOptions {
  readonly port: string;
  readonly baud: number;
  readonly settings: Settings;
  readonly onLine: OnLine;
}

/** @throws Error, one line, when there is no board that can be a host */
export async function createBoardRun({ port, baud, settings, onLine }: BoardRunOptions): Promise<Run> {
  let translator = createTranslator(undefined);
  const advices = createAdvice();
  let heard: () => void = () => undefined;
  const board = await connectBoard(port, {
    baud,
    onLine(line) {
      if (line.trim() && line !== '>') heard();
      for (const shown of translator.translate(line)) onLine('host', shown);
      for (const advice of advices.after(line)) onLine('', advice);
    },
  });
  const files = settings.filesFor(board.info.name);
  await checkRole(board, 'host');
  await checkPins(board, JSON.parse(files['pins.json']) as Record<string, unknown>);

  async function fits({ code, files: more = {} }: Bundle): Promise<boolean> {
    if (Object.keys(more).length) return false;
    const free = Number(await board.evaluate('process.memory().free'));
    return code.length / BYTES_PER_VARIABLE < free;
  }

  return {
    about: `${board.info.name} at ${port}, Espruino ${board.info.version}; Ctrl-C ends.`,
    board: board.info.name,
    async start(bundle) {
      const { name, code, map, files: more = {} } = bundle;
      await board.reset();
      translator = createTranslator(map === undefined ? undefined : { code, map });
      const inMemory = await fits(bundle);
      const { came, promise } = first();
      if (inMemory) {
        await writeSettings(board, files);
        heard = came;
        await board.runInMemory(code);
      } else {
        await upload(
          board,
          code,
          { ...files, ...more },
          { progress: () => undefined, outlook: () => undefined },
        );
        keepUpload({
          time: new Date().toISOString(),
          role: 'host',
          port,
          serial: '',
          name,
          code,
          ...(map !== undefined && { map }),
          files: more,
          settings: {},
        });
        heard = came;
        await board.load();
      }
      await promise;
      return `runs in ${inMemory ? 'memory' : 'flash'}`;
    },
    stop() {
      board.close();
      return Promise.resolve();
    },
  };
}
