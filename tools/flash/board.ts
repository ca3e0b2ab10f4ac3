/**
 * A board at the other end of a port, spoken to by its console: expressions
 * evaluated, files written to its Storage, programs run. Everything sent is
 * answered before the next goes out, so nothing is lost unseen; errors are one
 * line for a person. It must leave a program that runs alone until it is told
 * otherwise, and knows nothing of bundles and settings.
 */
import { BoardConsole, FIRST } from './board-console';
import { createProgram } from './board-program';
import { createStorage } from './board-storage';
import type { FileCheck } from './board-storage';
import { BAUD, openPort } from './port';
import type { Port } from './port';

/** What a board says of itself, `process.env`. */
export interface BoardInfo {
  /** `BOARD`, such as `ESP8266_4MB` or `PICO_R1_3`. */
  readonly name: string;
  /** `VERSION`, such as `2v29`. */
  readonly version: string;
  /** Modules of its firmware. */
  readonly modules: readonly string[];
}

export interface BoardOptions {
  /** Of a serial port. Default 115200. */
  readonly baud?: number;
  /** Given every line the board prints that is no answer to the tool, without its end. */
  readonly onLine?: (line: string) => void;
  /** The other end is gone, and was not closed from here. */
  readonly onClose?: () => void;
}

export interface RemoteBoard {
  readonly port: string;
  readonly info: BoardInfo;
  /**
   * The value of an expression, as JSON carries it; `undefined` stays.
   * @param within ms
   * @throws Error, one line: what the board threw, or that it does not answer.
   */
  evaluate(expression: string, within?: number): Promise<unknown>;
  /**
   * Writes a file of Storage, and compares it on the board.
   * @param bytes one character a byte
   * @param progress told the bytes written so far
   * @throws Error when it does not fit or does not arrive; then there is no such file. On an ESP8266 also when it does
   *   not fit behind the last file, see `isFragile`.
   */
  writeFile(name: string, bytes: string, progress?: (done: number) => void): Promise<void>;
  /** Length and CRC-32 of a file of Storage, undefined when there is none. */
  checkFile(name: string): Promise<FileCheck | undefined>;
  /**
   * Ends the program, as `reset()` does, and makes sure of it: memory is as at power-on, saved code does not run, even
   * where the board hung or restarted meanwhile.
   * @throws Error, one line, when it cannot be ended.
   */
  reset(): Promise<void>;
  /**
   * Runs code in memory after a `reset()`. Statements are taken one after the other where a new line separates them;
   * the board has to hold the longest as text too. Resolves when all have run; timers and the like go on.
   */
  runInMemory(code: string): Promise<void>;
  /** Runs a file of Storage after a reset, in place of the saved code; or, with no name, the saved code. */
  load(name?: string): Promise<void>;
  /** Has the board run its saved code, and leaves that alone, even if it never answers. @throws Error, one line. */
  runSaved(): Promise<void>;
  /** Resolves with the first line from now on that matches. @throws Error after `within` ms. */
  nextLine(pattern: RegExp, within: number): Promise<string>;
  /** Types on the console, as a person does; what comes of it is a line like all others. One character a byte. */
  type(bytes: string): void;
  /** Leaves the board as it is. */
  close(): void;
}

/**
 * Opens a port and greets the board there; a program that runs on it goes on.
 * @throws Error, one line, when there is no such port or no Espruino board answers.
 */
export async function connectBoard(name: string, options: BoardOptions = {}): Promise<RemoteBoard> {
  const port = await openPort(name, options.baud ?? BAUD);
  try {
    return await greet(port, options);
  } catch (error) {
    port.close();
    throw error;
  }
}

async function greet(port: Port, options: BoardOptions): Promise<RemoteBoard> {
  const console = new BoardConsole(port, options.onLine, options.onClose);
  const info = await whoAreYou(console, options.baud ?? BAUD);
  return {
    port: port.name,
    info,
    evaluate: (expression, within) => console.evaluate(expression, within),
    ...createStorage(console, info),
    ...createProgram(console),
    nextLine: (pattern, within) => console.nextLine(pattern, within),
    type: (bytes) => port.write(bytes),
    close: () => port.close(),
  };
}

async function whoAreYou(console: BoardConsole, baud: number): Promise<BoardInfo> {
  const { port } = console;
  const question = '[process.env.BOARD,process.env.VERSION,process.env.MODULES]';
  let answer = await console.ask(question, FIRST);
  for (let tries = 0; answer === undefined && tries < 2; tries++) {
    await console.interrupt();
    answer = await console.ask(question, FIRST);
  }
  if (answer === undefined) {
    if (console.asksForPassword) throw new Error(`The console at ${port.name} is locked by a password`);
    const serial = /^(\/dev\/|COM\d)/i.test(port.name) ? `, or it does not speak ${String(baud)} baud` : '';
    throw new Error(
      console.heard
        ? `What answers at ${port.name} is no Espruino board${serial}`
        : `Nothing answers at ${port.name}: is a board with Espruino on it connected and on${serial}?`,
    );
  }
  const fields: unknown = answer.thrown ? [] : JSON.parse(answer.text);
  const [board, version, modules] = fields as (string | undefined)[];
  if (typeof board !== 'string' || typeof version !== 'string')
    throw new Error(`What answers at ${port.name} does not say which board it is`);
  return { name: board, version, modules: (modules ?? '').split(',').filter(Boolean) };
}
