/**
 * An application on two boards on this PC: broker and access point stay while boards come and go, so that clients on the
 * PC stay connected.
 */
import { createAdvice } from '../monitor/advice';
import { createTranslator } from '../monitor/translate';
import type { BoardPair } from '../rig/boards';
import { startBoards, startSurroundings } from '../rig/world';
import type { Engine } from '../rig/world';
import { first } from './run';
import type { OnLine, Run } from './run';

export interface VirtualRunOptions {
  readonly engine: Engine;
  readonly nativeWires: boolean;
  /** The target's bundle. */
  readonly target: string;
  readonly onLine: OnLine;
}

export async function createVirtualRun({
  engine,
  nativeWires,
  target,
  onLine,
}: VirtualRunOptions): Promise<Run> {
  const around = await startSurroundings({});
  const { host, port } = around.address;
  let pair: BoardPair | undefined;
  return {
    about: `Engine ${engine}, broker mqtt://${host}:${String(port)}; Ctrl-C ends.`,
    board: undefined,
    async start({ name, code, map, files = {} }) {
      await pair?.stop();
      const { came, promise } = first();
      const translator = createTranslator(map === undefined ? undefined : { code, map });
      const advices = createAdvice();
      ({ pair } = await startBoards(around, {
        engine,
        nativeWires,
        app: name,
        hostBundle: code,
        hostFiles: files,
        targetBundle: target,
        net: { interval: 1 },
        onLine(board, line) {
          if (board === 'target') return onLine(board, line);
          came();
          for (const shown of translator.translate(line)) onLine(board, shown);
          for (const advice of advices.after(line)) onLine('', advice);
        },
        onEvent: (text) => onLine('', text),
      }));
      await promise;
      return 'both boards started';
    },
    async stop() {
      await pair?.stop();
      await around.stop();
    },
  };
}
