/**
 * Programs of the generator do the same before and after each pass, and after all of them. `PROGRAMS` says how many, and
 * `SEED` with which to begin: `PROGRAMS=10000 node --import tsx --test tools/bundler/passes/property/property.test.ts`. More
 * than 2,000 are shared among as many processes as the machine can run at once.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { checkScript } from '../../check';
import { findEspruino } from '../../../rig/engines/espruino/find';
import { Refusal } from '../script';
import { generate } from './generator';
import { minifyAndShorten, passes } from './passes';
import { WORLD, observe } from './run';

const FIRST = Number(process.env['SEED'] ?? 1);
const COUNT = Number(process.env['PROGRAMS'] ?? 600);
/** This process is one of several, which have all programs for every pass. */
const isShare = process.env['SHARE'] === 'yes';
const isMany = COUNT > 2000;
/** Of those, so many are run on the interpreter. */
const SAMPLE = Math.ceil(COUNT / 20);
/** The interpreter sleeps for most of the time that a program takes, so several run at once. */
const AT_ONCE = 8;

const elsewhere = isMany && !isShare && 'other processes have them';

/** Lets a process of its own have some of the programs. @returns what it said when it failed */
function runShare(first: number, count: number): Promise<string> {
  const env = { ...process.env, SHARE: 'yes', SEED: String(first), PROGRAMS: String(count) };
  // With it, the test runner there would take itself for a part of this one.
  delete (env as NodeJS.ProcessEnv)['NODE_TEST_CONTEXT'];
  const args = ['--import', 'tsx', '--test', fileURLToPath(import.meta.url)];
  return new Promise((resolve) => {
    const limits = { env, maxBuffer: Infinity };
    execFile(process.execPath, args, limits, (error, out) => resolve(error ? out : ''));
  });
}

test('many programs', { skip: isMany && !isShare ? false : 'there are few' }, async () => {
  const shares = availableParallelism();
  const each = Math.ceil(COUNT / shares);
  const said = await Promise.all(
    Array.from({ length: shares }, (_, n) => runShare(FIRST + n * each, Math.min(each, COUNT - n * each))),
  );
  assert.equal(said.join(''), '');
});

const seeds = Array.from({ length: COUNT }, (_, n) => FIRST + n);

/** A program of the generator, and what was found out about it: each is made and run once, for all passes. */
class Subject {
  readonly code: string;
  readonly #made = new Map<string, string | undefined>();
  readonly #observed = new Map<string, string | undefined>();

  constructor(readonly seed: number) {
    this.code = generate(seed);
  }

  /** What a pass makes of it; undefined: the pass refuses it. */
  made(name: string): string | undefined {
    if (!this.#made.has(name)) this.#made.set(name, this.#make(name));
    return this.#made.get(name);
  }

  #make(name: string): string | undefined {
    try {
      return passes[name]!(this.code);
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }

  /** What all passes make of it. */
  async finished(): Promise<string | undefined> {
    const flattened = this.made('flatten and inline');
    return flattened === undefined ? undefined : minifyAndShorten(flattened);
  }

  /** Fails where a text does not do what the program does. The same text need not run twice. */
  assertSame(out: string): void {
    assert.equal(this.#observe(out), this.#observe(this.code), this.tell(out));
  }

  #observe(code: string): string | undefined {
    if (!this.#observed.has(code)) this.#observed.set(code, observe(code));
    return this.#observed.get(code);
  }

  tell(out: string): string {
    return `seed ${String(this.seed)}:\n${this.code}\nbecomes\n${out}`;
  }
}

const subjects = new Map<number, Subject>();
function subject(seed: number): Subject {
  const known = subjects.get(seed) ?? new Subject(seed);
  subjects.set(seed, known);
  return known;
}

for (const [n, name] of Object.keys(passes).entries()) {
  test(`nobody can tell a program from what it is made into: ${name}`, { skip: elsewhere }, () => {
    let accepted = 0;
    let changed = 0;
    // Each pass has its share, so that all of them together take as long as one.
    const own = seeds.filter((seed) => isShare || seed % Object.keys(passes).length === n || seed % 7 === 0);
    for (const seed of own) {
      const program = subject(seed);
      const out = program.made(name);
      if (out === undefined) continue;
      accepted++;
      if (out !== program.made('print')) changed++;
      program.assertSame(out);
    }
    assert.ok(accepted > own.length * 0.7, `${String(accepted)} of ${String(own.length)} accepted`);
    assert.ok(
      name === 'print' || changed > accepted / 2,
      `${String(changed)} of ${String(accepted)} changed`,
    );
  });
}

test('nor from what all of them make of it', { skip: elsewhere }, async () => {
  let accepted = 0;
  const own = seeds.filter((seed) => isShare || seed % 4 === 0);
  for (const seed of own) {
    const out = await subject(seed).finished();
    if (out === undefined) continue;
    accepted++;
    subject(seed).assertSame(out);
  }
  assert.ok(accepted > own.length * 0.7);
});

const espruino = findEspruino();
const skip = elsewhere || (espruino ? false : 'no Espruino interpreter');
let folder = '';
before(() => void (folder = mkdtempSync(join(tmpdir(), 'passes-'))));
after(() => rmSync(folder, { recursive: true }));

/** A program with all that it needs to run by itself, and prints what it logged. */
function whole(code: string): string {
  const world = WORLD.replace(/get level\(\) \{(.*)\} \};/, 'level: 1 };');
  const end = `
    lines.push('later');
    while (waiting.length) { try { waiting.shift()(); } catch (e) { lines.push('threw'); } }
    print('\\u0001' + lines.join('\\n') + '\\u0002');`;
  return `${world}\n${code}\n${end}`;
}

const logged = (printed: string): string[] | undefined =>
  /\u0001([^]*)\u0002/.exec(printed)?.[1]?.split(/\r?\n/);

/**
 * Whether each line in which a program and what it is made into differ is what JavaScript says: the interpreter has
 * undefined + undefined as undefined (Espruino src/jsvar.c, `jsvMathsOp`), and the minifier makes of it NaN.
 */
function isCorrected(code: string, expected: string, actual: string): boolean {
  let right: string[] | undefined;
  const print = (text: string): void => void (right = logged(text));
  try {
    runInNewContext(whole(code), { print }, { timeout: 60_000 });
  } catch {
    return false;
  }
  const [before, after] = [expected.split(/\r?\n/), actual.split(/\r?\n/)];
  return (
    after.length === before.length && after.every((line, n) => line === before[n] || line === right?.[n])
  );
}

/** What the interpreter logs of a program. */
function onBoard(code: string, name: string): Promise<string> {
  writeFileSync(join(folder, name), whole(code));
  return new Promise((resolve) => {
    const { stdin } = execFile(
      espruino!,
      [name],
      { cwd: folder, encoding: 'latin1', timeout: 20_000 },
      (_error, stdout) =>
        resolve(/\u0001([^]*)\u0002/.exec(stdout)?.[1] ?? stdout.replace(/^[^]*espruino\.com[^]*?\n\n/, '')),
    );
    stdin!.end();
  });
}

test('nor on the interpreter', { skip }, async (t) => {
  let ran = 0;
  // What needs a declaration earlier than the interpreter has it, or globals that only this test has.
  const isRight = (text: string) =>
    checkScript(text).every(({ construct }) => /neither declared nor a global/.test(construct));
  async function compare(program: Subject, out: string): Promise<void> {
    const [expected, actual] = await Promise.all([
      onBoard(program.code, `${String(program.seed)}.js`),
      onBoard(out, `${String(program.seed)}-made.js`),
    ]);
    // Functions are shown as their text there, errors with their place.
    if (/function|Error|Uncaught|at line/.test(expected)) return;
    ran++;
    if (actual !== expected && isCorrected(program.code, expected, actual)) return;
    assert.equal(actual, expected, program.tell(out));
  }
  let running: Promise<void>[] = [];
  for (let n = 0; ran < SAMPLE && n < seeds.length; n++) {
    const program = subject(seeds[n]!);
    const out = await program.finished();
    if (out !== undefined && isRight(program.code) && isRight(out)) running.push(compare(program, out));
    if (running.length < AT_ONCE && n < seeds.length - 1) continue;
    await Promise.all(running);
    running = [];
  }
  t.diagnostic(`${String(ran)} programs`);
  assert.ok(ran > 0);
});
