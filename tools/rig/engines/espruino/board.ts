/**
 * One board: an interpreter process that is switched on and off and whose
 * console is cut into lines. It must never outlive this process, however that
 * ends, and knows nothing of wires.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createKeyboard } from './keyboard';

/** Where and how a board runs. */
export interface InterpreterOptions {
  /** Path of the interpreter. */
  readonly interpreter: string;
  /** Given to the interpreter. */
  readonly option?: string;
  /** Working directory; its `espruino.flash` is the board's flash. */
  readonly directory: string;
  /** Variables of its environment besides this process' own. */
  readonly environment: Readonly<Record<string, string>>;
  /** Removed when this process is killed before it could do so. */
  readonly remains: string;
  /** Every line printed, as UTF-8. */
  readonly onLine: (line: string) => void;
  /** All the console prints, one character a byte. */
  readonly onConsole: (bytes: string) => void;
  /** Before the board comes up: `cause` as it was given, or "exception" after it ended by itself. */
  readonly onPowerUp: (cause: string) => void;
  /** After the board went down, wanted or not. */
  readonly onDown: (wanted: boolean) => void;
}

export interface InterpreterBoard {
  /** Power or reset on: comes up at once if it is down. */
  on(cause: string): void;
  /** Power or reset off. Resolves when the process is gone. */
  off(): Promise<void>;
  /** Off and on again. */
  restart(cause: string): void;
  /** Ends as if by its own fault, so it comes up again. */
  crash(): void;
  /** Stands still, lines as they are, until off or let go on. */
  freeze(frozen: boolean): void;
  /** Types on the console, one character a byte. */
  type(bytes: string): void;
}

/** A prompt with what was typed, erased before something is printed. */
const PROMPT = /^.*\r\x1b\[J/;

/** The next start after the board ended by itself, ms. */
const RESTART_AFTER = 500;

// Standard input is a FIFO open at both ends: never at its end, where the interpreter would spin.
// Whoever waits on descriptor 3 gets its end when this process is gone, and then ends the whole process group.
const LAUNCH = `
[ -p stdin ] || mkfifo stdin || exit
exec 4<&3
{ read -r _ <&4; rm -rf "$1"; kill -KILL 0; } >/dev/null 2>&1 &
shift
exec "$0" "$@" <>stdin 3<&- 4<&-
`;

/**
 * The console's lines end in CR LF, whatever was printed, and begin with the prompt they replace. Cut as bytes: a
 * chunk may end within a character.
 */
function lineCutter(onLine: (line: string) => void): (bytes: string) => void {
  let rest = '';
  return (bytes) => {
    const lines = (rest + bytes).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      onLine(Buffer.from(line.replace(PROMPT, '').replace(/\r$/, ''), 'latin1').toString('utf8'));
    }
  };
}

export function createInterpreterBoard(options: InterpreterOptions): InterpreterBoard {
  let wanted = false;
  let cause = '';
  let child: ChildProcess | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const keyboard = createKeyboard(join(options.directory, 'stdin'));
  const whenGone: (() => void)[] = [];

  function killGroup(leader: ChildProcess): void {
    try {
      // SIGTERM is ignored by the interpreter, and the group holds its guard.
      if (leader.pid) process.kill(-leader.pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
  }

  function up(): void {
    options.onPowerUp(cause);
    stopped = false;
    // Detached makes it the leader of a group that Ctrl-C on the terminal does not reach.
    const started = spawn(
      '/bin/sh',
      ['-c', LAUNCH, options.interpreter, options.remains, ...(options.option ? [options.option] : [])],
      {
        cwd: options.directory,
        env: { ...process.env, ...options.environment },
        detached: true,
        stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
      },
    );
    child = started;
    const cut = lineCutter(options.onLine);
    started.stdout?.on('data', (chunk: Buffer) => {
      if (stopped) return;
      const bytes = chunk.toString('latin1');
      options.onConsole(bytes);
      cut(bytes);
    });
    started.on('error', () => undefined);
    started.on('exit', () => killGroup(started));
    started.on('close', down);
  }

  function down(): void {
    child = undefined;
    keyboard.clear();
    options.onDown(stopped);
    for (const resolve of whenGone.splice(0)) resolve();
    if (!wanted) return;
    if (stopped) return up();
    cause = 'exception';
    timer = setTimeout(up, RESTART_AFTER);
  }

  function kill(): void {
    clearTimeout(timer);
    if (!child) return;
    stopped = true;
    killGroup(child);
  }

  function on(why: string): void {
    if (wanted) return;
    wanted = true;
    cause = why;
    if (!child) up();
  }

  function off(): Promise<void> {
    wanted = false;
    kill();
    return new Promise((resolve) => {
      if (child) whenGone.push(resolve);
      else resolve();
    });
  }

  function restart(why: string): void {
    void off();
    on(why);
  }

  function crash(): void {
    if (child) killGroup(child);
  }

  function freeze(frozen: boolean): void {
    if (child?.pid) process.kill(child.pid, frozen ? 'SIGSTOP' : 'SIGCONT');
  }

  return { on, off, restart, crash, freeze, type: keyboard.type };
}
