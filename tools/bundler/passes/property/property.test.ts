/**
 * Programs of the generator do the same before and after each pass, and after all of them. `PROGRAMS` says how many, and
 * `SEED` with which to begin: `PROGRAMS=10000 node --import tsx --test tools/bundler/passes/property/property.test.ts`.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { checkScript } from '../../check';
import { findEspruino } from '../../../rig/engines/espruino/find';
import { Refusal } from '../script';
import { generate } from './generator';
import { all, passes } from './passes';
import { WORLD, observe } from './run';

const FIRST = Number(process.env['SEED'] ?? 1);
const COUNT = Number(process.env['PROGRAMS'] ?? 600);
/** Of those, so many are run on the interpreter. */
const SAMPLE = Math.ceil(COUNT / 20);

const seeds = Array.from({ length: COUNT }, (_, n) => FIRST + n);

/** What a pass makes of a program; undefined: it refuses that. */
function made(pass: (code: string) => string, code: string): string | undefined {
  try {
    return pass(code);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

for (const [n, [name, pass]] of Object.entries(passes).entries()) {
  test(`nobody can tell a program from what it is made into: ${name}`, () => {
    let accepted = 0;
    let changed = 0;
    // Each pass has its share, so that all of them together take as long as one.
    const own = seeds.filter(
      (seed) => COUNT > 2000 || seed % Object.keys(passes).length === n || seed % 7 === 0,
    );
    for (const seed of own) {
      const code = generate(seed);
      const out = made(pass, code);
      if (out === undefined) continue;
      accepted++;
      if (out !== passes['print']!(code)) changed++;
      assert.equal(observe(out), observe(code), `seed ${String(seed)}:\n${code}\nbecomes\n${out}`);
    }
    assert.ok(accepted > own.length * 0.7, `${String(accepted)} of ${String(own.length)} accepted`);
    assert.ok(
      name === 'print' || changed > accepted / 2,
      `${String(changed)} of ${String(accepted)} changed`,
    );
  });
}

test('nor from what all of them make of it', async () => {
  let accepted = 0;
  const own = seeds.filter((seed) => COUNT > 2000 || seed % 4 === 0);
  for (const seed of own) {
    const code = generate(seed);
    if (made(passes['flatten']!, code) === undefined) continue;
    accepted++;
    const out = await all(code);
    assert.equal(observe(out), observe(code), `seed ${String(seed)}:\n${code}\nbecomes\n${out}`);
  }
  assert.ok(accepted > own.length * 0.7);
});

const espruino = findEspruino();
const skip = espruino ? false : 'no Espruino interpreter';
let folder = '';
before(() => void (folder = mkdtempSync(join(tmpdir(), 'passes-'))));
after(() => rmSync(folder, { recursive: true }));

/** What the interpreter logs of some programs, each by itself. */
function onBoard(code: string): string {
  const world = WORLD.replace(/get level\(\) \{(.*)\} \};/, 'level: 1 };');
  const end = `
    lines.push('later');
    while (waiting.length) { try { waiting.shift()(); } catch (e) { lines.push('threw'); } }
    print('\\u0001' + lines.join('\\n') + '\\u0002');`;
  writeFileSync(join(folder, 'program.js'), `${world}\n${code}\n${end}`);
  const { stdout } = spawnSync(espruino!, ['program.js'], {
    cwd: folder,
    encoding: 'latin1',
    input: '',
    timeout: 20_000,
  });
  return /\u0001([^]*)\u0002/.exec(stdout)?.[1] ?? stdout.replace(/^[^]*espruino\.com[^]*?\n\n/, '');
}

test('nor on the interpreter', { skip }, async (t) => {
  let ran = 0;
  for (let seed = FIRST; ran < SAMPLE && seed < FIRST + COUNT; seed++) {
    const code = generate(seed);
    if (made(passes['flatten']!, code) === undefined) continue;
    const out = await all(code);
    // What needs a declaration earlier than the interpreter has it, or globals that only this test has.
    const isRight = (text: string) =>
      checkScript(text).every(({ construct }) => /neither declared nor a global/.test(construct));
    if (!isRight(code) || !isRight(out)) continue;
    const expected = onBoard(code);
    // Functions are shown as their text there, errors with their place.
    if (/function|Error|Uncaught|at line/.test(expected)) continue;
    ran++;
    assert.equal(onBoard(out), expected, `seed ${String(seed)}:\n${code}\nbecomes\n${out}`);
  }
  t.diagnostic(`${String(ran)} programs`);
  assert.ok(ran > 0);
});
