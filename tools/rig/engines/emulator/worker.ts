/**
 * The thread of one emulated board: makes the realm, gives it sockets, timers
 * and the shared lines, and runs the board's boot files. All it knows of the
 * pair comes in `workerData`; all it tells the tool goes through messages.
 */
import { randomBytes } from 'node:crypto';
import { Script, createContext, runInContext } from 'node:vm';
import { setFlagsFromString, getHeapCodeStatistics, getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { CHIP_STACK, nestedBytes } from '../../chip-stack';
import { instrument } from '../../../simulation/injection/instrument';
import { expectAnswer, takeAnswer } from './answers';
import { countNesting } from './nesting';
import type { BoardIndex } from './line-memory';
import { RunState, EdgeSource, TARGET_INDEX } from './line-memory';
import { createWires } from './wires';
import { TYPED } from './natives';
import type { Inject, Natives, BootProgram } from './natives';
import type { createRealm } from './realm';
import { openConsolePort, openTcp, openUdp, resolveName } from './sockets';

/** What the tool starts a board's thread with. */
export interface BoardStart {
  readonly board: BoardIndex;
  readonly memory: SharedArrayBuffer;
  readonly files: Record<string, string>;
  /** Bytes of flash that erased files take, with their headers and without. */
  readonly trash: readonly [number, number];
  readonly realmCode: string;
  readonly ssid: string;
  readonly password: string;
  readonly resetReason: string;
  readonly program: BootProgram;
  /** Somebody looks at the console. */
  readonly console: boolean;
  /** Wi-Fi modes kept by the vendor's library, see `Natives`. */
  readonly startMode: number;
  /** Memory of the chip's clock. */
  readonly rtc: SharedArrayBuffer;
  /** The saved program is instrumented. */
  readonly inject: Inject | undefined;
  /** Of the loopback, for the console's port; 0: none. */
  readonly telnet: number;
  /** See `Natives`. */
  readonly facts: string | undefined;
  /** Where an answer to what the board asked of its surroundings is put, see `answers.ts`. */
  readonly answers: SharedArrayBuffer;
}

/** What a board's thread tells the tool. */
export type BoardMessage =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'file'; readonly name: string; readonly data: string | undefined }
  | { readonly kind: 'trash'; readonly trash: readonly [number, number] }
  | { readonly kind: 'compacting'; readonly stack: number }
  | { readonly kind: 'reset'; readonly level: 0 | 1 }
  | { readonly kind: 'reboot'; readonly crashed: boolean }
  | { readonly kind: 'keepMode'; readonly mode: number }
  | { readonly kind: 'offers'; readonly ssid: string | undefined }
  /** The C stack was not enough: what a real board does then is known only as far as that it starts anew. */
  | { readonly kind: 'overrun' }
  | { readonly kind: 'event'; readonly text: string }
  | { readonly kind: 'restart'; readonly program: BootProgram; readonly typed: string }
  | { readonly kind: 'console'; readonly bytes: string }
  | { readonly kind: 'outputs'; readonly json: string }
  /** The thread waits for the answer. */
  | { readonly kind: 'ask'; readonly json: string }
  /** What was typed has been taken. */
  | { readonly kind: 'typed' }
  | { readonly kind: 'booted' };

/** What the tool tells a board's thread: keys, or that it ended what the thread was doing. */
export type ToBoard =
  | { readonly kind: 'type'; readonly bytes: string }
  | { readonly kind: 'interrupted' }
  /** Bytes have come on a serial port. */
  | { readonly kind: 'serial'; readonly port: string; readonly bytes: string };

const start = workerData as BoardStart;
const port = parentPort;
if (port === null) throw new Error('a board runs in a thread of its own');

function tell(message: BoardMessage): void {
  port?.postMessage(message);
}

// The same origin for all threads: the monotonic clock of the machine.
const now = (): number => Number(process.hrtime.bigint()) / 1e6;

const wires = createWires(
  start.memory,
  EdgeSource.Wire,
  now,
  () => undefined,
  () => undefined,
);
/** Milliseconds below which a timer is due in the next turn of the loop. */
const AT_ONCE = 0.15;

let timer: NodeJS.Timeout | undefined;

setFlagsFromString('--expose-gc');
const context = createContext({}, { name: start.board === 0 ? 'host' : 'target' });
// It cannot be deleted, and what a bundle declares by that name would begin with its value.
const collect = runInContext('(function(collect){gc=undefined;return collect})(gc)', context) as () => void;

function halt(): never {
  for (;;) wires.stopIfStill(start.board);
}

/** Functions of typed code that are running, one within the other. */
let nested = 0;

function nest(change: number): void {
  nested += change;
  if (nested < 1 || nestedBytes(nested) <= CHIP_STACK) return;
  tell({ kind: 'overrun' });
  wires.setRun(start.board, RunState.Reset);
  halt();
}

function prepared(source: string, file: string): string {
  if (start.inject && file === '.bootcde') return instrument(source).code;
  return file === TYPED && start.board === TARGET_INDEX ? countNesting(source) : source;
}

const natives: Natives = {
  board: start.board,
  memory: start.memory,
  files: start.files,
  fileChanged: (name, data) => tell({ kind: 'file', name, data }),
  trash: start.trash[0],
  trashSizes: start.trash[1],
  trashChanged: (trash, sizes) => tell({ kind: 'trash', trash: [trash, sizes] }),
  compacting: (stack) => tell({ kind: 'compacting', stack }),
  line: (text) => tell({ kind: 'line', text }),
  event: (text) => tell({ kind: 'event', text }),
  console: start.console ? (bytes) => tell({ kind: 'console', bytes }) : undefined,
  now,
  soon: (call) => void setImmediate(call),
  later(ms, call) {
    clearTimeout(timer);
    // Node's shortest timer takes a millisecond, Espruino's a turn of its loop.
    if (ms < AT_ONCE) setImmediate(call);
    else timer = setTimeout(call, ms);
  },
  onWake(call) {
    const listen = (): void => {
      const seen = wires.wakeCount(start.board);
      const woken = wires.whenWoken(start.board, seen);
      if (woken === undefined) setImmediate(listen);
      else void woken.then(listen);
      call();
    };
    listen();
  },
  resetLine(level) {
    // The tool may be busy for longer than the line is low: a target must not run until then, nor be seen to.
    if (level === 0) {
      wires.setRun(TARGET_INDEX, RunState.Reset);
      wires.floatAll(TARGET_INDEX);
    }
    tell({ kind: 'reset', level });
  },
  // Only code that was typed is counted, as that of tools is: a bundle would run at another pace.
  nest: start.board === TARGET_INDEX ? nest : undefined,
  reboot() {
    tell({ kind: 'reboot', crashed: false });
    wires.setRun(start.board, 1);
    return halt();
  },
  crash() {
    tell({ kind: 'reboot', crashed: true });
    wires.setRun(start.board, 1);
    return halt();
  },
  restart(program, typed) {
    tell({ kind: 'restart', program, typed });
    wires.setRun(start.board, 1);
    return halt();
  },
  heapUsed() {
    collect();
    const { code_and_metadata_size: machine, bytecode_and_metadata_size: byte } = getHeapCodeStatistics();
    const { used_heap_size: used, external_memory: typed } = getHeapStatistics();
    // What typed arrays hold is not on the heap.
    return used + typed - machine - byte;
  },
  tcp: openTcp,
  lookup: resolveName,
  udp: openUdp,
  startMode: start.startMode,
  rtc: new Int32Array(start.rtc),
  keepMode: (mode) => tell({ kind: 'keepMode', mode }),
  offers: (ssid) => tell({ kind: 'offers', ssid }),
  telnet: start.telnet ? openConsolePort(start.telnet) : undefined,
  noise: () => randomBytes(4).readInt32LE(),
  inject: start.inject,
  facts: start.facts,
  outputs: (json) => tell({ kind: 'outputs', json }),
  ask(json) {
    expectAnswer(start.answers);
    tell({ kind: 'ask', json });
    return takeAnswer(start.answers);
  },
  run: (source, file) => new Script(prepared(source, file), { filename: file }).runInContext(context),
};

const library = runInContext(
  `(function(){var module={exports:{}};(function(exports,module){${start.realmCode}\n})(module.exports,module);return module.exports;})()`,
  context,
  { filename: 'espruino' },
) as { createRealm: typeof createRealm };
const realm = library.createRealm(natives, { ssid: start.ssid, password: start.password }, start.resetReason);

process.on('unhandledRejection', (reason) => realm.rejected(reason));
// Also keeps the thread alive while a board only waits for its lines.
port.on('message', (message: ToBoard) => {
  // Code that was ended from outside did not count its way back.
  nested = 0;
  if (message.kind === 'interrupted') return realm.interrupted();
  if (message.kind === 'serial') return realm.receive(message.port, message.bytes);
  realm.type(message.bytes);
  tell({ kind: 'typed' });
});
tell({ kind: 'booted' });
realm.boot(start.program);
