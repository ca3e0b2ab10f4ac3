/**
 * A board's console at the other end of a port: expressions evaluated, lines
 * waited for. Everything sent is answered before the next goes out, so nothing
 * is lost unseen. It knows nothing of programs and files.
 */
import { fromBytes } from '../config/text';
import type { Port } from './port';

/** For an answer, ms. */
export const ANSWER = 10_000;

/** For the first one: a program may be computing. ms */
export const FIRST = 2000;

/** Bytes a second of a slow port at least. */
export const SLOW = 250;

/** After Ctrl-C, `reset()` and `load()`, ms. */
export const SETTLE = 300;

/** A board that starts may take so long until it answers, ms. */
export const START = 30_000;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What a console adds to lines: flow control, erased prompts, moved cursors. */
const DECORATION = /[\x11\x13\x07]|^.*\r\x1b\[J|\x1b\[[\d;?]*[A-Za-z]|\r/g;

/** A line of a console as it was printed, without its line end. */
export function undecorated(line: string): string {
  return line.replace(DECORATION, '');
}

/** A string literal for a board's console: printable ASCII only. One character a byte. */
export function quote(bytes: string): string {
  const inner = bytes.replace(/[^ !#-[\]-~]/g, (char) => {
    if (char === '\\' || char === '"') return `\\${char}`;
    if (char === '\n') return '\\n';
    return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `"${inner}"`;
}

interface Waiting {
  readonly id: number;
  answer(text: string, thrown: boolean): void;
  gone(): void;
}

export interface Answer {
  readonly text: string;
  /** It is what the board threw. */
  readonly thrown: boolean;
}

export class BoardConsole {
  /** Bytes that came so far, for telling silence from strangers. */
  heard = 0;
  isClosed = false;
  readonly port: Port;
  private readonly onLine: ((line: string) => void) | undefined;
  /** Of a line that has not come to its end. */
  private received = '';
  private slow = false;
  private lastId = Math.floor(Math.random() * 1e6);
  private waiting: Waiting | undefined;
  private readonly listeners = new Set<(line: string) => void>();

  /** @param onLine gets every line that is no answer @param onClose is told that the other end is gone */
  constructor(port: Port, onLine: ((line: string) => void) | undefined, onClose?: () => void) {
    this.port = port;
    this.onLine = onLine;
    port.onData = (bytes) => {
      this.heard += bytes.length;
      const lines = (this.received + bytes).split('\n');
      this.received = lines.pop() ?? '';
      for (const line of lines) this.lineIn(line);
    };
    port.onClose = () => {
      this.isClosed = true;
      this.waiting?.gone();
      onClose?.();
    };
    port.setSlow(false);
  }

  /** What is sent goes out slowly, after a line that may be left over from before has been ended. */
  async setCareful(careful: boolean): Promise<void> {
    this.slow = careful;
    this.port.setSlow(careful);
    if (careful) await this.interrupt();
  }

  get asksForPassword(): boolean {
    return /password>\s*$/.test(this.received);
  }

  /** A number that no other question has. */
  newId(): number {
    return ++this.lastId;
  }

  lost(): Error {
    const last = undecorated(this.received).trim();
    return new Error(
      `The connection to ${this.port.name} is lost${last && !last.startsWith('>') ? `; the last it said was: ${last}` : ''}`,
    );
  }

  silent(): Error {
    return new Error(`The board at ${this.port.name} does not answer any more`);
  }

  /** @returns undefined when there was no answer in time. */
  ask(expression: string, within: number): Promise<Answer | undefined> {
    if (this.isClosed) return Promise.reject(this.lost());
    const id = this.newId();
    // Cut in two, so that an echo is never taken for the answer.
    const mark = (sign: string): string => `"<<"+"<${String(id)}${sign}"`;
    const end = `"=${String(id)}>>"+">"`;
    const code =
      `\x10try{print(${mark('=')},JSON.stringify(${expression}),${end})}` +
      `catch(e){print(${mark('!')},""+e,${end})}\n`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => {
          // Somebody else may be waiting by now.
          if (this.waiting?.id === id) this.waiting = undefined;
          resolve(undefined);
        },
        within + (this.slow ? (code.length / SLOW) * 1000 : 0),
      );
      this.waiting = {
        id,
        answer: (text, thrown) => {
          clearTimeout(timer);
          this.waiting = undefined;
          resolve({ text, thrown });
        },
        gone: () => {
          clearTimeout(timer);
          this.waiting = undefined;
          reject(this.lost());
        },
      };
      this.port.write(code);
    });
  }

  async evaluate(expression: string, within = ANSWER): Promise<unknown> {
    const answer = await this.ask(expression, within);
    if (answer === undefined) throw this.silent();
    if (answer.thrown) throw new Error(answer.text);
    return answer.text === 'undefined' ? undefined : JSON.parse(answer.text);
  }

  /** Until the board answers after a start. */
  async settle(): Promise<void> {
    await pause(SETTLE);
    for (const end = Date.now() + START; Date.now() < end;) {
      if (await this.ask('1', FIRST)) return;
      // What was sent while the board started may be there in part.
      await this.interrupt();
    }
    throw this.silent();
  }

  async interrupt(): Promise<void> {
    this.port.write('\x03');
    await pause(SETTLE);
    // The debugger, where the firmware has one, opens where a program was interrupted.
    if (/debug>\s*$/.test(undecorated(this.received))) this.port.write('\x03');
    await pause(SETTLE);
  }

  nextLine(pattern: RegExp, within: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.listeners.delete(look);
        reject(new Error(`The board at ${this.port.name} did not print what was expected`));
      }, within);
      const look = (line: string): void => {
        if (!pattern.test(line)) return;
        clearTimeout(timer);
        this.listeners.delete(look);
        resolve(line);
      };
      this.listeners.add(look);
    });
  }

  /** An answer is one line: `<<<id=value=id>>>`, with `!` in place of the first `=` for what was thrown. */
  private lineIn(raw: string): void {
    const answer = /<<<(\d+)([=!]) (.*) =\1>>>/s.exec(raw);
    if (answer !== null) {
      if (this.waiting?.id === Number(answer[1])) this.waiting.answer(answer[3] ?? '', answer[2] === '!');
      return;
    }
    const line = undecorated(raw);
    if (!/<<<ended\d+>>>/.test(line)) this.onLine?.(fromBytes(line));
    for (const listener of this.listeners) listener(line);
  }
}
