/**
 * Runs scripts of the corpus in V8 and on the Espruino interpreter, and gives what they printed. It must say what each did
 * and judge nothing; a script ends when nothing waits any more.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Script, createContext } from 'node:vm';

/** What scripts print with: the same text of the same value in both, whatever each engine makes of objects. */
const LOG = `
function $text(v, d) {
  if (typeof v === 'string') return d ? '"' + v + '"' : v;
  if (typeof v === 'number' && isNaN(v)) return 'NaN';
  if (v === null || typeof v !== 'object') return typeof v === 'function' ? 'function' : '' + v;
  if (d > 4) return '...';
  if (v instanceof Error) return 'error ' + v.message;
  var t, n;
  if (Array.isArray(v)) {
    t = '[';
    for (n = 0; n < v.length; n++) t += (n ? ',' : '') + $text(v[n], d + 1);
    return t + ']';
  }
  t = '{';
  var k = Object.keys(v);
  for (n = 0; n < k.length; n++) t += (n ? ',' : '') + k[n] + ':' + $text(v[k[n]], d + 1);
  return t + '}';
}
function log() {
  var t = '';
  for (var n = 0; n < arguments.length; n++) t += (n ? ' ' : '') + $text(arguments[n], 0);
  $print(t);
}
`;

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly id: number;
  readonly every?: number;
  readonly run: (...args: unknown[]) => void;
  readonly args: unknown[];
}

/** Virtual time, as the timers of a script see it. */
class Clock {
  now = 0;
  private timers: Timer[] = [];
  private last = 0;

  add(run: Timer['run'], after: number, args: unknown[], every?: number): number {
    const id = ++this.last;
    this.timers.push({
      at: this.now + Math.max(1, after || 0),
      order: id,
      id,
      run,
      args,
      ...(every && { every }),
    });
    return id;
  }

  remove(id: number | undefined): void {
    this.timers = id === undefined ? [] : this.timers.filter((timer) => timer.id !== id);
  }

  next(until: number): boolean {
    this.timers.sort((a, b) => a.at - b.at || a.order - b.order);
    const timer = this.timers[0];
    if (!timer || timer.at > until) return false;
    this.timers.shift();
    this.now = timer.at;
    if (timer.every)
      this.timers.push({ ...timer, at: timer.at + Math.max(1, timer.every), order: ++this.last });
    timer.run(...timer.args);
    return true;
  }
}

/** Milliseconds after which a script is ended in either. */
const LIMIT = 120;

/** What a script prints in V8; an exception that nobody caught is its last line. */
export async function inV8(code: string, ahead = ''): Promise<string> {
  const lines: string[] = [];
  const clock = new Clock();
  const context = createContext({
    $print: (text: string) => lines.push(text),
    print: (...items: unknown[]) => lines.push(items.map(String).join(' ')),
    setTimeout: (run: Timer['run'], after: number, ...args: unknown[]) => clock.add(run, after, args),
    setInterval: (run: Timer['run'], every: number, ...args: unknown[]) =>
      clock.add(run, every, args, every || 1),
    clearTimeout: (id: number) => clock.remove(id),
    clearInterval: (id: number) => clock.remove(id),
    getTime: () => clock.now / 1000,
    quit: () => {},
    atob,
    btoa,
  });
  (context as { global: unknown }).global = context;
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  try {
    new Script(LOG + ahead).runInContext(context);
    new Script(code).runInContext(context, { timeout: 5000 });
    do await settle();
    while (clock.next(ahead ? LONG : LIMIT));
  } catch (error) {
    lines.push(`uncaught ${String((error as Error)?.message ?? error)}`);
  }
  return lines.map((line) => Buffer.from(line).toString('latin1')).join('\n');
}

/** Milliseconds that a whole application may take, whose time is its own. */
const LONG = 4000;

/** The end of a script in the interpreter, when its timers have run out. */
const END = `;setTimeout(function () { print("END"); quit(); }, ${LIMIT});`;

/** That of an application, which says so itself. */
const LAST = `;(function () {
  var say = print;
  global.print = function (text) {
    say.apply(null, arguments);
    if (text === "the end") { say("END"); quit(); }
  };
})();`;

/** What scripts print on the interpreter, some at a time. */
export async function inEspruino(espruino: string, codes: readonly string[], ahead = ''): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'corpus-'));
  const results: string[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < codes.length; index = next++) {
      const file = join(folder, `${index}.js`);
      writeFileSync(
        file,
        ahead
          ? `$print=print;${LOG}${LAST}${ahead}\nprint("BEGIN");\n${codes[index]}\n`
          : `$print=print;${LOG}print("BEGIN");\n${codes[index]}\n${END}\n`,
        'latin1',
      );
      results[index] = await heard(espruino, file, folder);
    }
  };
  try {
    await Promise.all([worker(), worker(), worker(), worker(), worker(), worker()]);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return results;
}

/** What the interpreter says when events were lost: what a script printed then is no proof of anything. */
const LOST = 'New interpreter error: FIFO_FULL';

/** How often a script is run until no event was lost. */
const TRIES = 3;

/** The output of a run in which nothing was lost; of the last one, with that line, if a busy machine allows none. */
async function heard(espruino: string, file: string, cwd: string): Promise<string> {
  for (let count = 1; ; count++) {
    const text = await output(espruino, file, cwd);
    if (!text.includes(LOST) || count === TRIES) return text;
    console.error(
      `${basename(file)}: ${LOST}, so it is run again (${String(count)} of ${String(TRIES - 1)})`,
    );
  }
}

function output(espruino: string, file: string, cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(espruino, [file], { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    const limit = setTimeout(() => child.kill('SIGKILL'), 20_000);
    child.stdout.setEncoding('latin1').on('data', (part: string) => (text += part));
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(limit);
      const plain = text.replace(/\r|\x1b\[J/g, '');
      const found = /BEGIN\n([^]*?)\n?>?END/.exec(plain)?.[1];
      // It may stand before the beginning or behind the end, too.
      const lost = plain.includes(LOST) && !found?.includes(LOST) ? `${LOST}\n` : '';
      // The prompt comes as soon as the script has been read.
      resolve(
        (lost + (found ?? `no end: ${plain.split('BEGIN\n')[1] ?? plain}`))
          .replace(/^>|\n>$/gm, (part) => (part === '>' ? '' : part.slice(1)))
          .trim(),
      );
    });
  });
}
