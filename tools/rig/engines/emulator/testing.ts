/** What the emulator's tests share: a pair running two small programs, and waiting for what they print. */
import type { BoardName } from '../../boards';
import { createEmulatedPair } from './pair';
import type { EmulatedOptions } from './options';
import type { EmulatedPair } from './pair';

export interface Programs {
  readonly host?: string;
  readonly target?: string;
  readonly files?: Partial<Record<BoardName, Record<string, string>>>;
}

export interface Running {
  readonly pair: EmulatedPair;
  readonly lines: { readonly board: BoardName; readonly text: string }[];
  /** Texts of the lines of one board. */
  said(board: BoardName): string[];
  /**
   * Resolves with the first such line, which may have come before.
   * @param after lines of the board to leave out.
   * @throws Error after `within` ms.
   */
  until(board: BoardName, what: RegExp, within?: number, after?: number): Promise<string>;
}

export const TEST_NETWORK = { ssid: 'net', password: 'secret' };

/** Powers both boards up. The caller stops the pair. */
export async function runPrograms(
  programs: Programs,
  extra: Partial<EmulatedOptions> = {},
): Promise<Running> {
  const lines: { board: BoardName; text: string }[] = [];
  const waiting = new Set<() => void>();
  const pair = createEmulatedPair({
    storage: {
      host: { '.bootcde': programs.host ?? 'undefined', ...programs.files?.host },
      target: { '.bootcde': programs.target ?? 'undefined', ...programs.files?.target },
    },
    wifi: TEST_NETWORK,
    onLine(board, text) {
      lines.push({ board, text });
      for (const look of waiting) look();
    },
    ...extra,
  });
  const said = (board: BoardName): string[] =>
    lines.filter((line) => line.board === board).map((line) => line.text);
  await pair.start();
  return {
    pair,
    lines,
    said,
    until(board, what, within = 5000, after = 0) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const found = said(board)
            .slice(after)
            .find((text) => what.test(text));
          if (found === undefined) return;
          waiting.delete(look);
          clearTimeout(timer);
          resolve(found);
        };
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`no ${String(what)} from ${board}, but: ${said(board).join(' | ')}`));
        }, within);
        waiting.add(look);
        look();
      });
    },
  };
}

export const pauseFor = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
