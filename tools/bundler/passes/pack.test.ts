/** Flags that become bits are what they were to whoever reads them; those that cannot be keep their names. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { numberFlags } from './flags';
import { makeNamesUnique, print, read } from './script';

/** What a script logs as written and with bits, and the text with bits. */
function both(code: string): { written: unknown[]; made: unknown[]; text: string } {
  const program = read(code);
  makeNamesUnique(program);
  numberFlags(program, undefined, true);
  const text = print(program).code;
  const run = (script: string): unknown[] => {
    const lines: unknown[] = [];
    runInNewContext(script, { log: (...items: unknown[]) => lines.push(...items) });
    return lines;
  };
  return { written: run(code), made: run(text), text };
}

const holds = (text: string, name: string): boolean => new RegExp(`var ${name}\\b`).test(text);

for (const [what, code] of [
  ['literals', 'var f = false; var n = 1; f = true; log(f, n); f = false; log(!f);'],
  [
    'what they begin with, and each apart from the others',
    'var f = true; var g = false; var h = true; log(f, g, h); g = true; log(f, g, h); f = false; log(f, g, h);',
  ],
  [
    'a chain, of both values',
    'var f = false; var g = false; var h = true; f = g = true; log(f, g, h); f = h = false; log(f, g, h); f = g = h = true; log(f, g, h);',
  ],
  [
    'what a condition comes to, which changes others on its way',
    'var f = false; var g = false; function on() { g = true; return 1; } f = on() > 0; log(f, g); g = !(on() > 0); log(f, g);',
  ],
  [
    'one that takes the value of another',
    'var f = true; var g = false; g = f; f = false; log(f, g); f = g; log(f, g);',
  ],
  [
    'conditions, and values in the middle of one',
    'var f = true; var g = false; log(f && 5, g && 5, f || 6, g || 6, f ? 1 : 2, g ? 1 : 2, !f, !!g); if (f && !g) log(7); while (f) f = false; log(f);',
  ],
  ['one that nobody has set yet', 'var f; function get() { log(f ? 1 : 2, !f); } get(); f = true; get();'],
  [
    'one that is set before its declaration ran',
    'set(); function set() { f = true; log(f ? 1 : 2); } var f = false; log(f ? 1 : 2);',
  ],
  [
    'one that begins anew with each turn',
    'var f; for (var i = 0; i < 3; i++) { log(f ? 1 : 2); f = i > 0; } var g = true; log(g);',
  ],
  [
    'more than fit in one number',
    Array.from({ length: 70 }, (_, n) => `var f${n} = ${n % 3 === 0};`).join(' ') +
      ' f33 = !f34; f69 = f0; f29 = f30 = f31 = false; log(' +
      Array.from({ length: 70 }, (_, n) => `f${n}`).join() +
      ');',
  ],
] as const) {
  test(`bits: ${what}`, () => {
    const { written, made, text } = both(code);
    assert.deepEqual(made, written);
    assert.ok(!/var [fgh]\d*\b/.test(text), text);
    assert.ok(holds(text, 'flags'), text);
  });
}

for (const [what, code] of [
  [
    'given what a condition comes to, by a chain',
    'var n = 1; var f = false; var g = false; f = g = n > 0; log(f, g);',
  ],
  ['declared with what a condition comes to', 'var n = 2; var f = n > 1; log(f); f = false; log(f);'],
] as const) {
  test(`a name of its own: one that is ${what}`, () => {
    const { written, made, text } = both(code);
    assert.deepEqual(made, written);
    assert.ok(holds(text, 'f'), text);
  });
}

test('of a chain with one that is no bit none is one', () => {
  const { written, made, text } = both(
    'var n = 2; var f = false; var h = true; var g = n > 1; f = g = true; log(f, g); g = f; log(g); f = g; h = g; log(h); g = h; g = f = false; log(f, g);',
  );
  assert.deepEqual(made, written);
  assert.ok(holds(text, 'f') && holds(text, 'g') && holds(text, 'flags') && !holds(text, 'h'), text);
});
