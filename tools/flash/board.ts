/**
 * A board at the other end of a port, spoken to by its console: expressions
 * evaluated, files written to its Storage, programs run. Everything sent is
 * answered before the next goes out, so nothing is lost unseen; errors are one
 * line for a person. It must leave a program that runs alone until it is told
 * otherwise, and knows nothing of bundles and settings.
 */
import { fromBytes } from '../config/text';
import { crc32 } from '../simulation/crc32';
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
  /** Leaves the board as it is. */
  close(): void;
}

export interface FileCheck {
  readonly length: number;
  readonly crc: number;
}

/** Bytes that Storage takes for a file beside its contents, and to which it rounds up (Espruino src/jsflash.h). */
const HEADER = 32;
const WORD = 4;

/** Bytes that Storage takes for a file. */
export function roomFor(bytes: number): number {
  return HEADER + Math.ceil(bytes / WORD) * WORD;
}

/**
 * Whether a board's Storage must never be compacted. Firmware does that when a file finds no room behind the last one,
 * by way of a buffer of 4 KB on the stack where the stack has room (Espruino src/jsflash.c:603). An ESP8266 takes its
 * stack for endless (src/jsutils.c:965); it has some 5 KB in all, so it would reset half-way, or worse.
 */
export function isFragile(info: BoardInfo): boolean {
  return info.name.startsWith('ESP8266');
}

/** Bytes behind the last file: what a file may take without Storage being compacted. */
export async function freeBytes(board: Pick<RemoteBoard, 'evaluate'>): Promise<number> {
  return Number(await board.evaluate('require("Storage").getFree()'));
}

/** Bytes of a file in one line of code: what a board has memory for, whatever else it holds. */
const CHUNK = 512;

/** For an answer, ms. */
const ANSWER = 10_000;

/** For the first one: a program may be computing. ms */
const FIRST = 2000;

/** Bytes a second of a slow port at least. */
const SLOW = 250;

/** From the end of a program to the word that it is over, once the console has read what was typed. ms */
const LEAVING = 600;

/** After Ctrl-C, `reset()` and `load()`, ms. */
const SETTLE = 300;

/** A board that starts may take so long until it answers, ms. */
const START = 30_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What a console adds to lines: flow control, erased prompts, moved cursors. */
const DECORATION = /[\x11\x13\x07]|^.*\r\x1b\[J|\x1b\[[\d;?]*[A-Za-z]|\r/g;

/** A string literal for a board's console: printable ASCII only. One character a byte. */
export function quote(bytes: string): string {
  const inner = bytes.replace(/[^ !#-[\]-~]/g, (char) => {
    if (char === '\\' || char === '"') return `\\${char}`;
    if (char === '\n') return '\\n';
    return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `"${inner}"`;
}

/** CRC-32 of a string's bytes. */
export function crcOf(bytes: string): number {
  return crc32(Buffer.from(bytes, 'latin1'));
}

interface Waiting {
  readonly id: number;
  answer(text: string, thrown: boolean): void;
  gone(): void;
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
  let received = '';
  /** All that came, for telling silence from strangers. */
  let heard = 0;
  let closed = false;
  let slow = false;
  let lastId = Math.floor(Math.random() * 1e6);
  let waiting: Waiting | undefined;
  const listeners = new Set<(line: string) => void>();

  /** An answer is one line: `<<<id=value=id>>>`, with `!` in place of the first `=` for what was thrown. */
  function lineIn(raw: string): void {
    const answer = /<<<(\d+)([=!]) (.*) =\1>>>/s.exec(raw);
    if (answer !== null) {
      if (waiting?.id === Number(answer[1])) waiting.answer(answer[3] ?? '', answer[2] === '!');
      return;
    }
    const line = raw.replace(DECORATION, '');
    if (!/<<<ended\d+>>>/.test(line)) options.onLine?.(fromBytes(line));
    for (const listener of listeners) listener(line);
  }

  port.onData = (bytes) => {
    heard += bytes.length;
    const lines = (received + bytes).split('\n');
    received = lines.pop() ?? '';
    for (const line of lines) lineIn(line);
  };
  port.onClose = () => {
    closed = true;
    waiting?.gone();
  };

  function lost(): Error {
    const last = received.replace(DECORATION, '').trim();
    return new Error(
      `The connection to ${port.name} is lost${last && !last.startsWith('>') ? `; the last it said was: ${last}` : ''}`,
    );
  }

  /** @returns undefined when there was no answer in time. */
  function ask(expression: string, within: number): Promise<{ text: string; thrown: boolean } | undefined> {
    if (closed) return Promise.reject(lost());
    const id = ++lastId;
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
          if (waiting?.id === id) waiting = undefined;
          resolve(undefined);
        },
        within + (slow ? (code.length / SLOW) * 1000 : 0),
      );
      waiting = {
        id,
        answer(text, thrown) {
          clearTimeout(timer);
          waiting = undefined;
          resolve({ text, thrown });
        },
        gone() {
          clearTimeout(timer);
          waiting = undefined;
          reject(lost());
        },
      };
      port.write(code);
    });
  }

  async function evaluate(expression: string, within = ANSWER): Promise<unknown> {
    const answer = await ask(expression, within);
    if (answer === undefined) throw new Error(`The board at ${port.name} does not answer any more`);
    if (answer.thrown) throw new Error(answer.text);
    return answer.text === 'undefined' ? undefined : JSON.parse(answer.text);
  }

  /** Until the board answers after a start. */
  async function settle(): Promise<void> {
    await pause(SETTLE);
    for (const end = Date.now() + START; Date.now() < end;) {
      if (await ask('1', FIRST)) return;
      // What was sent while the board started may be there in part.
      await interrupt();
    }
    throw new Error(`The board at ${port.name} does not answer any more`);
  }

  async function interrupt(): Promise<void> {
    port.write('\x03');
    await pause(SETTLE);
    // The debugger, where the firmware has one, opens where a program was interrupted.
    if (/debug>\s*$/.test(received.replace(DECORATION, ''))) port.write('\x03');
    await pause(SETTLE);
  }

  async function whoAreYou(): Promise<BoardInfo> {
    const question = '[process.env.BOARD,process.env.VERSION,process.env.MODULES]';
    let answer = await ask(question, FIRST);
    for (let tries = 0; answer === undefined && tries < 2; tries++) {
      await interrupt();
      answer = await ask(question, FIRST);
    }
    if (answer === undefined) {
      if (/password>\s*$/.test(received))
        throw new Error(`The console at ${port.name} is locked by a password`);
      const serial = /^(\/dev\/|COM\d)/i.test(port.name)
        ? `, or it does not speak ${String(options.baud ?? BAUD)} baud`
        : '';
      throw new Error(
        heard
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

  /**
   * Types what ends the program, and waits for its end. What is typed on a board that is just starting is lost, and it
   * runs its saved code as if nothing had been said; only a program that `reset()` or `load()` ends gets the event
   * "kill", not one that is cut off by the reset pin (Espruino src/jsinteractive.c:786).
   */
  async function end(by: 'reset()' | 'load()'): Promise<boolean> {
    const mark = `ended${String(++lastId)}`;
    const told = nextLine(new RegExp(`<<<${mark}>>>`), FIRST + LEAVING).then(
      () => true,
      () => false,
    );
    if (closed) throw lost();
    // Cut in two, so that an echo is never taken for it.
    port.write(`\x10E.on("kill",function(){print("<<"+"<${mark}>>>")});${by}\n`);
    return told;
  }

  /** @throws Error when nothing ends the program. */
  async function endSurely(by: 'reset()' | 'load()'): Promise<void> {
    for (const until = Date.now() + START; Date.now() < until;) {
      if (await end(by)) return;
      // It may hang, so that Ctrl-C has to come first; or it has no memory left even for being asked.
      await interrupt();
      if (await end(by)) return;
      await interrupt();
      port.write('\x10reset()\n');
      await pause(SETTLE);
    }
    throw new Error(`The program of the board at ${port.name} cannot be ended: power the board off and on`);
  }

  async function reset(): Promise<void> {
    await endSurely('reset()');
    await settle();
  }

  async function runSaved(): Promise<void> {
    await endSurely('load()');
    // A port that is closed may take a board along that has only just begun.
    await pause(SETTLE);
  }

  async function load(file?: string): Promise<void> {
    port.write(`\x10load(${file === undefined ? '' : quote(file)})\n`);
    await settle();
  }

  async function runInMemory(code: string): Promise<void> {
    for (const careful of [false, true]) {
      slow = careful;
      port.setSlow(careful);
      // Half a line may be left over from before.
      if (careful) await interrupt();
      await reset();
      port.write((await port.lines(code)) + '\n');
      if (await ask('1', ANSWER + (code.length / SLOW) * 500)) return;
    }
    throw new Error(`The board at ${port.name} did not take the program`);
  }

  /** @returns whether all arrived. */
  async function writeOnce(
    file: string,
    bytes: string,
    progress: ((done: number) => void) | undefined,
  ): Promise<boolean> {
    const storage = 'require("Storage")';
    const name = quote(file);
    await evaluate(`${storage}.erase(${name})`);
    if (isFragile(info) && (await freeBytes({ evaluate })) < roomFor(bytes.length))
      throw new Error(
        `The ESP8266 at ${port.name} cannot store ${String(bytes.length)} bytes more without putting its flash in order, ` +
          'for which it has too little memory. "npm run flash -- target" makes room',
      );
    for (let at = 0; at < bytes.length; at += CHUNK) {
      const chunk = bytes.slice(at, at + CHUNK);
      const size = at ? '' : `,${String(bytes.length)}`;
      const place = `${String(at)},${String(chunk.length)}`;
      const answer = await ask(
        `(${storage}.write(${name},${quote(chunk)},${String(at)}${size}),E.CRC32(${storage}.read(${name},${place})))`,
        START,
      );
      if (answer?.thrown && !/Syntax|ReferenceError/.test(answer.text))
        throw new Error(`The board cannot store ${String(bytes.length)} bytes more: ${answer.text}`);
      if (answer === undefined || Number(answer.text) >>> 0 !== crcOf(chunk)) return false;
      progress?.(at + chunk.length);
    }
    return true;
  }

  async function checkFile(file: string): Promise<FileCheck | undefined> {
    const found = await evaluate(
      `(function(f){return f===undefined?0:[f.length,E.CRC32(f)]})(require("Storage").read(${quote(file)}))`,
      START,
    );
    if (!Array.isArray(found)) return undefined;
    return { length: Number(found[0]), crc: Number(found[1]) >>> 0 };
  }

  async function writeFile(file: string, bytes: string, progress?: (done: number) => void): Promise<void> {
    for (const careful of [false, true]) {
      slow = careful;
      port.setSlow(careful);
      // Half a line may be left over from before.
      if (careful) await interrupt();
      if (!(await writeOnce(file, bytes, progress))) continue;
      const there = await checkFile(file);
      if (there?.length === bytes.length && there.crc === crcOf(bytes)) return;
    }
    throw new Error(`What is sent to ${port.name} arrives damaged: try a shorter cable or a lower baud rate`);
  }

  function nextLine(pattern: RegExp, within: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        listeners.delete(look);
        reject(new Error(`The board at ${port.name} did not print what was expected`));
      }, within);
      const look = (line: string): void => {
        if (!pattern.test(line)) return;
        clearTimeout(timer);
        listeners.delete(look);
        resolve(line);
      };
      listeners.add(look);
    });
  }

  port.setSlow(false);
  const info = await whoAreYou();
  return {
    port: port.name,
    info,
    evaluate,
    writeFile,
    checkFile,
    reset,
    runInMemory,
    load,
    runSaved,
    nextLine,
    close: () => port.close(),
  };
}
