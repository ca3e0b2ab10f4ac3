/**
 * What virtual boards do, in lines for a person: what they print while nobody is at their consoles, and what happens at the
 * broker. It must show nothing of what a tool and a board say to each other.
 */
import { fromBytes } from '../../config/text';
import { undecorated } from '../../flash/board-console';
import { createAdvice } from '../../monitor/advice';
import { createTranslator } from '../../monitor/translate';
import type { Mapped } from '../../monitor/places';
import type { BoardName } from '../boards';

/** Characters of a message that are shown. */
const LONGEST = 80;

/** Bytes of a message that is no text. */
const BYTES = 24;

/** What a console prints when nothing happens. */
const IDLE = /^>?\s*$/;

/** What no text has. */
const BINARY = /[^\P{Cc}\t\r\n]|\ufffd/u;

export interface Report {
  /** A board has printed this, while nobody was at its console. */
  printed(board: BoardName, bytes: string): void;
  /** Somebody has come to a board's console, or is gone; the board may have another program since. */
  client(board: BoardName, connected: boolean): void;
  message(topic: string, payload: Buffer): void;
  mqttClient(id: string, connected: boolean): void;
  /** Nothing is said from now on. */
  stop(): void;
}

export interface ReportOptions {
  readonly say: (who: string, text: string) => void;
  /** What a board has saved to run, as far as its sources are known. */
  readonly mappedOf: (board: BoardName) => Promise<Mapped | undefined>;
}

function shortened(payload: Buffer): string {
  const text = payload.toString('utf8');
  if (BINARY.test(text)) {
    const hex = payload.toString('hex', 0, BYTES).replace(/..(?!$)/g, '$& ');
    return payload.length > BYTES ? `${hex} … (${String(payload.length)} bytes)` : hex;
  }
  const line = text.replace(/[\t\r\n]/g, (char) => JSON.stringify(char).slice(1, -1));
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}… (${String(payload.length)} bytes)` : line;
}

export function createReport({ say, mappedOf }: ReportOptions): Report {
  let stopped = false;

  function tell(who: string, text: string): void {
    if (!stopped) say(who, text);
  }

  function boardReport(board: BoardName) {
    let rest = '';
    let translator = createTranslator(undefined);
    let known = false;
    const advices = createAdvice();
    // A line waits until it is known what the board runs.
    let told = Promise.resolve();

    async function show(line: string): Promise<void> {
      if (!known) {
        known = true;
        translator.flush().forEach((held) => tell(board, held));
        translator = createTranslator(await mappedOf(board).catch(() => undefined));
      }
      for (const shown of translator.translate(line)) tell(board, shown);
      for (const advice of advices.after(line)) tell('', advice);
    }

    return {
      printed(bytes: string): void {
        const lines = (rest + bytes).split('\n');
        rest = lines.pop() ?? '';
        for (const raw of lines) {
          const line = fromBytes(undecorated(raw));
          if (!IDLE.test(line)) told = told.then(() => show(line));
        }
      },
      client(connected: boolean): void {
        rest = '';
        known = false;
        tell(board, connected ? 'a program is at the console' : 'the program at the console is gone');
      },
    };
  }

  const boards = { host: boardReport('host'), target: boardReport('target') };
  return {
    printed: (board, bytes) => boards[board].printed(bytes),
    client: (board, connected) => boards[board].client(connected),
    message: (topic, payload) => tell('broker', `${topic} ${shortened(payload)}`.trimEnd()),
    mqttClient: (id, connected) => tell('broker', `${id} ${connected ? 'connects' : 'is gone'}`),
    stop() {
      stopped = true;
    },
  };
}
