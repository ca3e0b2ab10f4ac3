/** Which names become numbers, and that who reads them still gets a boolean. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { numberFlags } from './flags';
import { makeNamesUnique, print, read } from './script';

/** What a script logs, once as written and once with numbers, and what its variable `f` then is. */
function both(code: string): { written: unknown[]; made: unknown[]; kept: string } {
  const program = read(code);
  makeNamesUnique(program);
  numberFlags(program);
  const run = (text: string): { lines: unknown[]; kept: string } => {
    const lines: unknown[] = [];
    const context = { log: (...items: unknown[]) => lines.push(...items) };
    runInNewContext(text, context);
    return { lines, kept: typeof (context as { f?: unknown }).f };
  };
  const made = run(print(program).code);
  return { written: run(code).lines, made: made.lines, kept: made.kept };
}

for (const [what, code] of [
  ['literals', 'var f = false; function on() { f = true; } on(); if (f) log(1); log(!f);'],
  [
    'a value that is read',
    'var f = false; function get() { return f; } log(get(), f); f = true; log(get(), f);',
  ],
  [
    'what a comparison comes to',
    'var n = 3; var f = false; f = n > 2; log(f); f = !n; log(f); f = n > 2 && !n; log(f);',
  ],
  [
    'a chain, and one that takes another one’s value',
    'var f = false, g = true; f = g = false; log(f, g); g = true; f = g; log(f, g);',
  ],
  [
    'one that is only asked whether it counts as true, by then or before',
    'var f; function get() { log(f ? 1 : 2, f && 3 ? 4 : 5); } get(); f = true; get(); f = false; get();',
  ],
  [
    'one that begins with another one’s value',
    'var g = false; var f = g; log(f, g); g = !f; f = g; log(f, g);',
  ],
  [
    'one that is given an argument, which is always one of the two',
    'var f = false; function set(to) { f = to; } set(true); log(f); set(!f); log(f);',
  ],
  [
    'a value in the middle of a condition',
    'var f = true; log(f && 5, f || 6, f ? 7 : 8); f = false; log(f && 5, f || 6);',
  ],
] as const) {
  test(`a number on the board: ${what}`, () => {
    const { written, made, kept } = both(code);
    assert.deepEqual(made, written);
    assert.equal(kept, 'number');
  });
}

for (const [what, code] of [
  ['one that is sometimes something else', 'var f = false; log(f); f = "x"; f = true; log(f);'],
  [
    'one that is given an argument',
    'var f = false; function set(to) { f = to; } set("a"); log(f); f = true;',
  ],
  ['one that is read before it is either', 'var f; function get() { log(f); } get(); f = true; get();'],
  ['one that is read before, by a name', 'get(); function get() { log(typeof f, f); } var f = true; get();'],
  [
    'one that may be read by whoever has it',
    'log([0].map(get)[0]); function get() { return f; } var f = true;',
  ],
  ['one whose assignment is used', 'var f = false; log((f = true), f);'],
  ['one that is what a logical operator finds', 'var f = false; f = [1][0] && true; f = f || true; log(f);'],
] as const) {
  test(`left alone: ${what}`, () => {
    const { written, made, kept } = both(code);
    assert.deepEqual(made, written);
    assert.equal(kept, 'boolean');
  });
}
