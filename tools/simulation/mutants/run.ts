/**
 * Makes one change at a time in a copy of the tree and runs what should notice
 * it. The tree itself must stay as it is, and nothing that was started may be
 * left behind.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { apply, mutantsOf } from './mutate';
import type { Mutant } from './mutate';
import { testsOf } from './tests';

/** A mutant that no test can notice, since nothing else becomes of it. */
export interface Equivalent {
  readonly file: string;
  /** The line as it stands in the file, without its indentation. */
  readonly line: string;
  readonly text: string;
  readonly replacement: string;
  readonly reason: string;
}

export type MutantOutcome = 'killed' | 'hung' | 'survived' | 'equivalent';

export interface MutantResult extends Mutant {
  /** The line as it stands in the file, without its indentation. */
  readonly code: string;
  readonly outcome: MutantOutcome;
  /** What noticed it. */
  readonly by: string | undefined;
}

export interface RunOptions {
  readonly root: string;
  /** Paths from the root. */
  readonly files: readonly string[];
  readonly jobs: number;
  /** No more mutants than this, chosen by chance. */
  readonly limit: number;
  readonly chance: (below: number) => number;
  /** Simulated schedules that a mutant has to survive; 0: none. */
  readonly schedules: number;
  readonly equivalents: readonly Equivalent[];
  /** How often a test's own time is waited for, and seconds beyond that. */
  readonly patience: { readonly times: number; readonly seconds: number };
  readonly tell: (text: string) => void;
  readonly done: (result: MutantResult, count: number, of: number) => void;
}

interface Check {
  readonly name: string;
  readonly args: readonly string[];
  /** Milliseconds that it may take. */
  limit: number;
}

const LEFT_OUT = ['node_modules', 'dist', '.git'];

/** Longest that a test may take unchanged, ms. */
const LONGEST = 600_000;

function copyOf(root: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
  cpSync(root, copy, {
    recursive: true,
    filter: (path) => !LEFT_OUT.includes(relative(root, path).split(sep)[0] ?? ''),
  });
  for (const name of ['node_modules', 'dist'])
    if (existsSync(join(root, name))) symlinkSync(join(root, name), join(copy, name));
  return copy;
}

function attempt(folder: string, check: Check): Promise<'passed' | 'failed' | 'hung'> {
  return new Promise((resolve) => {
    const env = { ...process.env };
    // Else it would take itself for a part of this process's tests.
    delete env['NODE_TEST_CONTEXT'];
    const child = spawn(process.execPath, ['--import', 'tsx', ...check.args], {
      cwd: folder,
      env,
      stdio: 'ignore',
      detached: true,
    });
    let hung = false;
    const end = (): void => {
      // With all that it started.
      if (child.pid !== undefined)
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch {
          // Gone.
        }
    };
    const timer = setTimeout(() => {
      hung = true;
      end();
    }, check.limit);
    process.once('exit', end);
    child.on('close', (code) => {
      clearTimeout(timer);
      process.off('exit', end);
      resolve(hung ? 'hung' : code === 0 ? 'passed' : 'failed');
    });
  });
}

function lineOf(source: string, line: number): string {
  return (source.split('\n')[line - 1] ?? '').trim();
}

/** @throws Error for an equivalent of these files that is not there any more */
function markEquivalents(
  mutants: readonly Mutant[],
  sources: ReadonlyMap<string, string>,
  equivalents: readonly Equivalent[],
): Set<Mutant> {
  const marked = new Set<Mutant>();
  for (const one of equivalents) {
    const source = sources.get(one.file);
    if (source === undefined) continue;
    const same = mutants.filter(
      (mutant) =>
        mutant.file === one.file &&
        mutant.text === one.text &&
        mutant.replacement === one.replacement &&
        lineOf(source, mutant.line) === one.line,
    );
    if (!same.length)
      throw new Error(`equivalent.json: no such mutant: ${one.file}: ${one.line}: ${one.text}`);
    for (const mutant of same) marked.add(mutant);
  }
  return marked;
}

function choose<T>(list: readonly T[], limit: number, chance: (below: number) => number): T[] {
  const left = list.slice();
  while (left.length > limit) left.splice(chance(left.length), 1);
  return left;
}

/** @returns the checks of each file, with the time that they take; a test that fails unchanged proves nothing */
async function prepare(copy: string, options: RunOptions): Promise<(file: string) => readonly Check[]> {
  const known = new Map<string, Check | undefined>();
  const { times, seconds } = options.patience;

  async function measure(name: string, args: readonly string[]): Promise<void> {
    if (known.has(name)) return;
    const check = { name, args, limit: LONGEST };
    const begun = Date.now();
    const outcome = await attempt(copy, check);
    check.limit = (Date.now() - begun) * times + seconds * 1000;
    if (outcome !== 'passed') options.tell(`${name} ${outcome} without any change, and is left out`);
    known.set(name, outcome === 'passed' ? check : undefined);
  }

  for (const file of options.files) for (const test of testsOf(copy, file)) await measure(test, [test]);
  const simulation = `${String(options.schedules)} schedules`;
  if (options.schedules)
    await measure(simulation, ['tools/simulation/mutants/schedules.ts', String(options.schedules)]);
  return (file) =>
    [...testsOf(copy, file), simulation].flatMap((name) => {
      const check = known.get(name);
      return check ? [check] : [];
    });
}

export function listMutants(options: Pick<RunOptions, 'root' | 'files' | 'limit' | 'chance'>): Mutant[] {
  const all = options.files.flatMap((file) =>
    mutantsOf(file, readFileSync(join(options.root, file), 'utf8')),
  );
  return choose(all, options.limit, options.chance);
}

/** @throws Error when no test of a file passes unchanged */
export async function runMutants(options: RunOptions): Promise<MutantResult[]> {
  const { root, files } = options;
  const sources = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
  const equivalent = markEquivalents(
    listMutants({ ...options, limit: Infinity }),
    sources,
    options.equivalents,
  );
  const isEquivalent = (mutant: Mutant): boolean =>
    [...equivalent].some(
      (one) =>
        one.file === mutant.file && one.start === mutant.start && one.replacement === mutant.replacement,
    );
  const mutants = listMutants(options);
  const results: MutantResult[] = [];
  const copies = [...Array(Math.min(options.jobs, mutants.length || 1))].map(() => copyOf(root));
  const clear = (): void => copies.forEach((copy) => rmSync(copy, { recursive: true, force: true }));
  process.once('exit', clear);
  try {
    const checksOf = await prepare(copies[0] ?? '', options);
    for (const file of files)
      if (!checksOf(file).length) throw new Error(`${file}: nothing that passes can notice a change of it`);
    let next = 0;
    const work = async (copy: string): Promise<void> => {
      for (let mutant = mutants[next++]; mutant; mutant = mutants[next++]) {
        const source = sources.get(mutant.file) ?? '';
        let outcome: MutantOutcome = isEquivalent(mutant) ? 'equivalent' : 'survived';
        let by: string | undefined;
        if (outcome === 'survived') {
          writeFileSync(join(copy, mutant.file), apply(source, mutant));
          for (const check of checksOf(mutant.file)) {
            const end = await attempt(copy, check);
            if (end === 'passed') continue;
            outcome = end === 'hung' ? 'hung' : 'killed';
            by = check.name;
            break;
          }
          writeFileSync(join(copy, mutant.file), source);
        }
        const result = { ...mutant, code: lineOf(source, mutant.line), outcome, by };
        results.push(result);
        options.done(result, results.length, mutants.length);
      }
    };
    await Promise.all(copies.map(work));
  } finally {
    process.off('exit', clear);
    clear();
  }
  return results.sort((a, b) => a.file.localeCompare(b.file) || a.start - b.start);
}
