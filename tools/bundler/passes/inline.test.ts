/** Which calls are replaced by what they call, and which must stay; each result is run beside what it was made of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { inlineCalls } from './inline';
import { makeNamesUnique, print, read } from './script';

function inlined(code: string): string {
  const program = read(code);
  makeNamesUnique(program);
  inlineCalls(program, { small: 40, few: 4, partly: false });
  return print(program).code;
}

/** What a script says by `log`; `next` gives another number each time, and so does `getTime`. */
function said(code: string): unknown[] {
  const lines: unknown[] = [];
  let n = 0;
  const next = (): number => ++n;
  const sensor = Object.defineProperty({}, 'level', { get: next });
  const log = (...items: unknown[]) => lines.push(...items);
  runInNewContext(code, { log, next, getTime: next, sensor, obj: { x: 1 } });
  return lines;
}

for (const [what, code] of [
  [
    'an expression, at every call',
    'function f(a, b) { return a * 2 + b; } function g(x) { log(f(x, 1), f(2, x)); } g(5); g(6);',
  ],
  [
    'one within another',
    'function f(a) { return a + 1; } function h(a) { return f(a) * f(a); } function g(x) { log(h(x), h(3)); } g(1); g(2);',
  ],
  [
    'one within what itself is given, and the function gone',
    'function f(a, b) { return a === b; } function g(x) { log(f(f(), x), f(x, f(x, x))); } g(1); g(false);',
  ],
  [
    'a name for a built-in',
    'var char = String.fromCharCode; function f(a) { return char(a) + a; } function g(x) { log(f(x), f(66)); } g(65); g(66);',
  ],
  [
    'an argument that is not given',
    'function f(a, b) { return b || a; } function g(x) { log(f(x), f(x, 2)); } g(1); g(1);',
  ],
  [
    'a property that is called like a parameter',
    'function f(a) { return { a: a }.a + a.a; } function g(x) { log(f(x)); } g({ a: 1 }); g({ a: 2 });',
  ],
  [
    'no argument, whatever it does',
    'var n = 0; function f() { return ++n; } function g() { log(f(), f(), n); } g(); g();',
  ],
  [
    'a body with one caller',
    'function f(a) { var b = a + 1; log(b); } function g(x) { f(x); log(x); } g(1); g(2);',
  ],
  [
    'a body in a loop, whose names begin anew',
    'function f(a) { var b; if (a > 1) b = a; log(b); } function g() { for (var i = 3; i; i--) f(i); } g(); g();',
  ],
  [
    'a body that returns early',
    'function f(a) { if (a > 1) { log(1); return; } log(2); if (!a) return; log(3); } function g(x) { f(x); log(4); } g(0); g(1); g(2);',
  ],
  [
    'what a caller returns',
    'function f(a) { if (a) return 1; return 2; } function g(x) { if (x > 5) log(x); return f(x); } log(g(0), g(6), g(0));',
  ],
  [
    'what a caller assigns',
    'var n = 0; function f(a) { if (a > 5) { log(a); return n; } else if (a) return 2; var b = a - 1; return b; } function g(x) { n = f(x); log(n); } g(0); g(1); g(6); g(6);',
  ],
  [
    'what a caller declares',
    'function f(a) { var b = a * 2; if (b > 5) return b; return a; } function g(x) { var n = f(x); log(n); } g(1); g(5);',
  ],
  [
    'what a caller declares by a statement of its own, in a loop too',
    'function f(a) { var b; if (a > 1) b = a; if (b) return b; return 0; } function g(x) { for (var i = x; i; i--) { var n = f(i); log(n); } } g(3); g(2);',
  ],
  [
    'a body without braces around its call',
    'function f(a) { var b = a; log(b, b); } function g(x) { if (x) f(x); else log(0); } g(0); g(1);',
  ],
  [
    'a small body with few callers, each with names of its own',
    'function f(a) { var b = a + 1; log(b); } function g(x) { f(x); f(x * 2); for (var i = 0; i < 2; i++) f(i); } g(1); g(5);',
  ],
] as const) {
  test(`written in place of its call: ${what}`, () => {
    const made = inlined(code);
    assert.deepEqual(said(made), said(code));
    assert.notDeepEqual(said(code), []);
    assert.doesNotMatch(made, /function f\b|\bf\(/);
  });
}

for (const [what, code] of [
  ['a marked call', 'function f(a) { log(a); } function g(x) { /*@__NOINLINE__*/ f(x); } g(1); g(2);'],
  [
    'an argument that changes something',
    'function f(a) { return a + a; } function g() { log(f(next())); } g(); g();',
  ],
  [
    'an argument that is another each time',
    'function f(a) { return a + a; } function g() { log(f(getTime())); } g(); g();',
  ],
  [
    'an argument that the body could change',
    'var n = 1; function f(a) { return ++n + a; } function g() { log(f(n)); } g(); g();',
  ],
  [
    'a method that only is called like that of a text',
    'function f(a) { return a + a; } function g(o) { log(f(o.substr(1))); } g({ substr: next }); g({ substr: next });',
  ],
  [
    'a property that another one each time',
    'function f(a) { return a + a; } function g() { log(f(sensor.level)); } g(); g();',
  ],
  [
    'a property that the body changes before it asks',
    'function f(a) { return (obj.x = 5) + a; } function g() { log(f(obj.x)); } g(); g();',
  ],
  [
    'what the body need not evaluate, and may not be there',
    'function f(a, b) { return a ? b : 0; } function g(o) { try { log(f(0, o.x)); } catch (e) { log("threw"); } } g(); g(obj);',
  ],
  [
    'what nobody asks for, and may not be there',
    'function f(a) { return 7; } function g(o) { try { log(f(o.x)); } catch (e) { log("threw"); } } g(); g(obj);',
  ],
  [
    'two that would change places',
    'function f(a, b) { return b - a; } function g() { log(f(next(), next())); } g(); g();',
  ],
  [
    'a method that is handed over',
    'function f(a) { return a(); } function g(o) { log(f(o.get)); } g({ n: 1, get: function () { return this && this.n; } });',
  ],
  [
    'a function that gives a method, which is called at once',
    'var o = { n: 1, get: function () { return this && this.n; } }; function f() { return o.get; } function g() { log(f()()); } g(); g();',
  ],
  [
    'a name that a call in front of it changes',
    'var n = 1; function h() { n = 2; return 3; } function f(a) { return h() + a; } function g() { /*@__NOINLINE__*/ h(); n = 1; log(f(n)); } g(); g(); log(h());',
  ],
  ['one that begins with a directive', 'function f() { "ram"; log(1); } function g() { f(); } g(); g();'],
  [
    'a function that is handed on',
    'function f(a) { return a; } function g() { log([1].map(f)[0], f(2)); } g(); g();',
  ],
  [
    'one that is replaced',
    'function f() { return 1; } function g() { log(f()); } g(); f = function () { return 2; }; g();',
  ],
  [
    'one that calls itself',
    'function f(a) { if (a) { log(a); f(a - 1); } } function g() { f(3); } g(); g();',
  ],
  ['one that uses this', 'function f() { return this === undefined; } function g() { log(f()); } g(); g();'],
  ['one that uses arguments', 'function f() { log(arguments.length); } function g() { f(); } g(); g();'],
  [
    'a parameter that is assigned to',
    'function f(a) { return (a = a + 1), a; } function g(x) { log(f(x), x); } g(1); g(2);',
  ],
  [
    'a closure in a loop',
    'var all = []; function f(a) { all.push(function () { return a; }); } function g() { for (var i = 0; i < 2; i++) f(i); log(all[0](), all[1]()); } g();',
  ],
  [
    'a return in the middle of a loop',
    'function f(a) { while (a) { if (a === 2) return; log(a--); } log("end"); } function g(x) { f(x); log(x); } g(1); g(4);',
  ],
  [
    'a value that a caller assigns, of a body that may end without one',
    'function f(a) { if (a) return 1; log(0); } function g(x) { var n = 5; n = f(x); log(n); } g(0); g(1);',
  ],
  [
    'a value that comes out of a loop',
    'function f(a) { while (a) if (a-- === 2) return 7; return 8; } function g(x) { var n = f(x); log(n); } g(1); g(3);',
  ],
  [
    'a value at the beginning of a loop',
    'function f(a) { log(a); return a; } function g(x) { for (var n = f(x); n; n--) log(n); } g(2);',
  ],
  [
    'a call at the top level, whose names would become global',
    'function f(a) { var b = a; log(b); } f(1); log(typeof b);',
  ],
] as const) {
  test(`left alone: ${what}`, () => {
    const made = inlined(code);
    assert.deepEqual(said(made), said(code));
    assert.notDeepEqual(said(code), []);
    assert.match(made, /function f\b/);
  });
}

test('a body in a loop whose name has a value only sometimes begins anew with each turn', () => {
  const code =
    'function f(a) { if (a > 1) { var b = a; } log(b); var c; log(c); c = a; } function g() { for (var i = 2; i; i--) f(i); } g(); g();';
  const made = inlined(code);
  assert.deepEqual(said(made), said(code));
  assert.doesNotMatch(made, /\bf\(/);
});

for (const [what, code] of [
  [
    'in a function that is an expression',
    'var f = function () { /*@__NOINLINE__*/ h(); }; function h() { log(1); } f(); f();',
  ],
  [
    'in what is written in place of a call',
    'function f() { return /*@__NOINLINE__*/ h() + 1; } function h() { return next(); } function g() { log(f()); } g(); g();',
  ],
  [
    'in what is copied for each of a few calls',
    'function f(a) { log(a); /*@__NOINLINE__*/ h(); } function h() { log(next()); } function g() { f(1); f(2); } g(); g();',
  ],
  [
    'of another kind',
    'function h() { return typeof this; } function g() { log(/*@__PURE__*/ h(), /*@__INLINE__*/ h()); } g();',
  ],
] as const) {
  test(`a mark stays: ${what}`, () => {
    const made = inlined(code);
    assert.deepEqual(said(made), said(code));
    for (const [mark] of code.matchAll(/@__\w+__/g)) assert.match(made, new RegExp(`${mark}\\*/ h\\(`));
  });
}

test('a mark that stands before no call is refused', () => {
  assert.throws(() => inlined('var a = /*@__NOINLINE__*/ 1;'), /a mark NOINLINE stands before no call/);
});
