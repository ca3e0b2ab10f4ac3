/**
 * One board of the emulated pair, seen from the tool: its thread, which a reset ends and begins anew, and all that
 * outlives it: Storage, the vendor's part of flash, the memory of the chip's clock, what was typed and not yet taken.
 */
import { Worker } from 'node:worker_threads';
import type { BoardName } from '../../boards';
import { boardCode } from './code';
import { interrupt } from './interrupt';
import type { BootProgram } from './natives';
import { NAMES } from './options';
import type { EmulatedOptions } from './options';
import type { BoardMessage, BoardStart, ToBoard } from './worker';
import { RunState } from './line-memory';
import type { BoardIndex } from './line-memory';
import type { Wires } from './wires';

/** Characters typed at a time: the next follow when the board has taken them. */
const KEYS = 1024;

/** For which code may run on before Ctrl-C ends it, ms. */
const BREAK_AFTER = 300;

/** Wi-Fi modes of an ESP8266 that never ran: an access point. */
const FRESH_MODE = 2;

/**
 * Node keeps a stack of what its timers run, and takes down from it in a `finally`, which code that is ended from outside
 * does not come to; it would then end the process, as the stack looks corrupted to it.
 */
const UNCHECKED = '--no-force-async-hooks-checks';

/** Bytes of the memory of the chip's clock. */
const RTC_SIZE = 768;

/** What a board's thread is told that is not the board's own. */
export type PairStart = Pick<
  BoardStart,
  'memory' | 'ssid' | 'password' | 'console' | 'inject' | 'telnet' | 'facts' | 'answers'
>;

/** What is around a board, and hears of it. */
export interface BoardSurroundings {
  readonly wires: Wires;
  readonly onLine: EmulatedOptions['onLine'];
  readonly onConsole: EmulatedOptions['onConsole'];
  readonly start: PairStart;
  /** Whether anything of the pair runs. */
  isOn(): boolean;
  /** Whether the reset line keeps this board from running. */
  isHeld(): boolean;
  event(text: string): void;
  /** This board changed the level of the target's reset input. */
  resetLine(level: 0 | 1): void;
  /** What it did at its pins and buses, as JSON. */
  outputs(json: string): void;
  /** It waits for an answer from what is around it, which is to be given whatever happens. */
  ask(json: string): void;
}

const toText = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');

export class EmulatedBoard {
  readonly files: Record<string, string>;
  /** Times a file of flash was written or erased. */
  writes = 0;
  /** The open network that it offers. */
  offered: string | undefined;
  /** Bytes that each compaction of flash took of its stack. */
  readonly compactions: number[] = [];
  readonly #name: BoardName;
  readonly #around: BoardSurroundings;
  #worker: Worker | undefined;
  /** Resolves when the thread last ended is gone. */
  #ending: Promise<unknown> = Promise.resolve();
  /** Wi-Fi modes in the vendor's part of flash. */
  #mode = FRESH_MODE;
  /** Memory of the chip's clock, which a reset leaves as it is. */
  readonly #rtc = new SharedArrayBuffer(RTC_SIZE);
  /** Bytes of flash that erased files take, with their headers and without. */
  #trash: readonly [number, number] = [0, 0];
  /** Why the board started last. */
  #reason = '';
  /** Typed, and not yet given to the thread. */
  #typed = '';
  /** The thread has what was typed before, and has not yet taken it. */
  #typing = true;
  /** Its interpreter is there. What ended the thread's code before would leave a board that is dead. */
  #booted = false;

  constructor(
    readonly board: BoardIndex,
    files: Readonly<Record<string, string>>,
    around: BoardSurroundings,
  ) {
    this.#name = NAMES[board] ?? 'host';
    this.files = { ...files };
    this.#around = around;
  }

  /** Resolves when nothing of its thread is left. */
  get ended(): Promise<unknown> {
    return this.#ending;
  }

  send(message: ToBoard): void {
    this.#worker?.postMessage(message);
  }

  /** Types on its console, one character a byte. A board between reset() and its start takes it when it is there. */
  type(bytes: string): void {
    this.#typed += bytes;
    this.#keepTyping(this.#typing);
    if (this.#booted) this.#breakInAfter(bytes);
  }

  /** What was typed and not taken is lost. */
  forgetTyped(): void {
    this.#typed = '';
  }

  /** Ends its thread; its outputs float from now on. */
  halt(): void {
    const { wires } = this.#around;
    wires.setRun(this.board, RunState.Reset);
    wires.floatAll(this.board);
    this.#typing = true;
    this.#booted = false;
    this.offered = undefined;
    const worker = this.#worker;
    this.#worker = undefined;
    if (worker === undefined) return;
    this.#ending = worker.terminate().then(() => {
      // What the thread still did between the flag and its end must not stay on the lines.
      if (this.#worker === undefined) {
        wires.floatAll(this.board);
        wires.forget(this.board);
      }
    });
  }

  /** Resolves when its program has begun, or cannot. */
  async boot(reason: string, program: BootProgram = { kind: 'saved' }): Promise<void> {
    this.#reason = reason;
    let ending: Promise<unknown>;
    do {
      ending = this.#ending;
      await ending;
    } while (ending !== this.#ending);
    const { wires, isOn, isHeld, onLine } = this.#around;
    if (!isOn() || this.#worker !== undefined || isHeld()) return;
    wires.forget(this.board);
    wires.setRun(this.board, RunState.Yes);
    const worker = this.#thread(reason, program);
    this.#worker = worker;
    await new Promise<void>((resolve, reject) => {
      worker.on('message', (message: BoardMessage) => this.#hear(worker, message, resolve));
      worker.on('error', (error: Error) => {
        // A fault of the emulator, not of the program: those are printed and the board goes on.
        onLine(this.#name, `the emulator failed: ${error.message}`);
        reject(error);
      });
      worker.on('exit', () => resolve());
    });
  }

  restart(reason: string): void {
    if (!this.#around.isOn()) return;
    this.#typed = '';
    this.halt();
    // It has no battery.
    if (reason === 'power on') new Uint8Array(this.#rtc).fill(0);
    this.boot(reason).catch(() => undefined);
  }

  #thread(resetReason: string, program: BootProgram): Worker {
    const code = boardCode();
    const workerData: BoardStart = {
      ...this.#around.start,
      board: this.board,
      files: this.files,
      trash: this.#trash,
      realmCode: code.realm,
      resetReason,
      program,
      startMode: this.#mode,
      rtc: this.#rtc,
    };
    return new Worker(code.worker, {
      eval: true,
      workerData,
      execArgv: [UNCHECKED],
      stdout: false,
      stderr: false,
    });
  }

  #hear(worker: Worker, message: BoardMessage, booted: () => void): void {
    const { isOn, onLine, onConsole, resetLine } = this.#around;
    switch (message.kind) {
      case 'line':
        if (isOn()) onLine(this.#name, toText(message.text));
        break;
      case 'file':
        this.writes++;
        if (message.data === undefined) delete this.files[message.name];
        else this.files[message.name] = message.data;
        break;
      case 'trash':
        this.#trash = message.trash;
        break;
      case 'compacting':
        this.compactions.push(message.stack);
        break;
      case 'keepMode':
        this.writes++;
        this.#mode = message.mode;
        break;
      case 'reset':
        resetLine(message.level);
        break;
      case 'console':
        if (isOn()) onConsole?.(this.#name, message.bytes);
        break;
      case 'booted':
        if (this.#worker === worker) this.#start();
        booted();
        break;
      default:
        // The rest is nobody's business any more when it comes from a thread that has been ended.
        if (this.#worker === worker) this.#hearRunning(message);
    }
  }

  #hearRunning(
    message: Exclude<
      BoardMessage,
      { kind: 'line' | 'file' | 'trash' | 'compacting' | 'keepMode' | 'reset' | 'console' | 'booted' }
    >,
  ): void {
    const { isOn, event, outputs, ask } = this.#around;
    switch (message.kind) {
      case 'typed':
        this.#keepTyping(false);
        break;
      case 'outputs':
        if (isOn()) outputs(message.json);
        break;
      case 'ask':
        ask(message.json);
        break;
      case 'event':
        event(toText(message.text));
        break;
      case 'offers':
        this.offered = message.ssid;
        break;
      case 'reboot':
        event(`${this.#name} ${message.crashed ? 'falls over' : 'restarts itself'}`);
        this.restart(message.crashed ? 'exception' : 'restart');
        break;
      case 'overrun':
        event(`${this.#name} overruns its stack`);
        this.restart('exception');
        break;
      case 'restart':
        this.#typed = message.typed + this.#typed;
        this.halt();
        this.boot(this.#reason, message.program).catch(() => undefined);
        break;
    }
  }

  /** @param typing whether the thread has something to take first. */
  #keepTyping(typing: boolean): void {
    this.#typing = typing;
    if (typing || this.#typed === '' || this.#worker === undefined) return;
    const bytes = this.#typed.slice(0, KEYS);
    this.#typed = this.#typed.slice(KEYS);
    this.#typing = true;
    this.send({ kind: 'type', bytes });
  }

  /** What was typed while the board was away follows, and its Ctrl-C can end a program that runs on and on. */
  #start(): void {
    this.#booted = true;
    this.#breakInAfter(this.#typed);
    this.#keepTyping(false);
  }

  /** A board that was started anew meanwhile is not meant. */
  #breakInAfter(bytes: string): void {
    const worker = this.#worker;
    if (worker !== undefined && bytes.includes('\x03'))
      setTimeout(() => this.#worker === worker && this.#breakIn(worker), BREAK_AFTER).unref();
  }

  /** Ctrl-C overtakes what was typed before: code that runs on and on ends. */
  #breakIn(worker: Worker): void {
    if (!this.#typing || this.#around.wires.run(this.board) !== RunState.Yes) return;
    interrupt(worker);
    this.send({ kind: 'interrupted' });
    // The end of what the thread was doing includes the answer.
    this.#keepTyping(false);
  }
}
