/** What the flattening must do, must refuse, and must leave alone; each result is run beside what it was made of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { flatten } from './flatten';

const WORLD = `var kept, count = 1; function tick() { count++; } var obj = { x: 1, n: 9, own: function () { return this && this.n; },
  run: function (f) { f(); }, keep: function (f) { kept = f; }, again: function () { kept(); } };`;

/** What a script says by `log`, `later` calling back after its end. */
function said(code: string): unknown[] {
  const lines: unknown[] = [];
  const waiting: (() => void)[] = [];
  const log = (...items: unknown[]) => lines.push(...items);
  runInNewContext(`${WORLD}${code}`, { log, later: (run: () => void) => waiting.push(run) });
  for (const run of waiting) run();
  return lines;
}

const flat = (code: string): string => flatten(code).code;

/** Functions within functions and objects that are left, and calls of factories. */
function left(code: string): string[] {
  const found: string[] = [];
  if (/\{\s*\w+:/.test(code)) found.push('object');
  if (/create\w+\(/.test(code)) found.push('factory');
  return found;
}

for (const [what, code] of [
  [
    'options, result and state',
    `function createCounter(options) {
       var count = options.from;
       function add() { count += options.step; options.told(count); }
       return { add: add, twice: function () { add(); add(); } };
     }
     var counter = createCounter({ from: 5, step: 2, told: log });
     counter.add(); counter.twice();`,
  ],
  [
    'a factory in a factory, and an option that is set later',
    `function createInner(told) { return { go: function (n) { told(n + 1); } }; }
     function createOuter(options) {
       var inner = createInner(function (n) { options.late(n); });
       return { go: inner.go };
     }
     var end = {};
     var outer = createOuter(end);
     end.late = createSink();
     function createSink() { function sink(n) { log(n); } return sink; }
     outer.go(1);`,
  ],
  [
    'names that are alike, in scopes that would catch each other',
    `var value = 1;
     function createA(options) { var value = 2; return { get: function (other) { return value + other + options.value; } }; }
     var a = createA({ value: value });
     function use(options, a_get) { return a.get(options) + a_get; }
     log(use(10, 100), value);`,
  ],
  [
    'an option that is not given',
    `function createA(options) { log(options.missing || 7); } createA({ given: 1 });`,
  ],
  [
    'properties that change',
    `function createA() { var counts = { seen: 0 }; return { see: function () { counts.seen++; }, counts: counts }; }
     var a = createA(); a.see(); a.see(); log(a.counts.seen);`,
  ],
  [
    'a factory that is a property',
    `function createBoard() { var n = 1; return { createPart: function (told) { return { go: function () { told(n++); } }; } }; }
     var board = createBoard(); var part = board.createPart(function (n) { log(n); }); part.go(); part.go();`,
  ],
  [
    'a class, as the compiler makes of it',
    `function createApi(from) {
       var Api = (function () { function Api() { this.n = from; } Api.prototype.get = function () { return this.n; }; return Api; }());
       return Api;
     }
     var Api = createApi(3); log(new Api().get(), new Api() instanceof Api);`,
  ],
  [
    'a result that is called back later',
    `function createA(options) { later(function () { options.run(4); }); }
     createA({ run: function (n) { log(n); } });`,
  ],
] as const) {
  test(`taken apart: ${what}`, () => {
    const made = flat(code);
    assert.deepEqual(said(made), said(code));
    assert.notDeepEqual(said(code), []);
    assert.deepEqual(left(made), []);
  });
}

for (const [what, code] of [
  [
    'a marked call',
    'function createA() { return { b: 1 }; } log(/*@__NOINLINE__*/ createA().b); log(/*@__NOINLINE__*/ createA().b);',
  ],
  ['an object that is used as a whole', 'var a = { b: 1, c: 2 }; log(a.b, JSON.stringify(a));'],
  ['an object whose method uses this', 'var a = { b: 1, c: function () { return this.b; } }; log(a.c());'],
  ['a property of a global that changes', 'var a = obj.x; obj.x = 2; log(a);'],
  ['a global that changes', 'var a = count; tick(); log(a, count);'],
  [
    'a name that is read before, in a function',
    'function get() { log(a, typeof f); } get(); var a = 5; var f = get; get();',
  ],
  [
    'a name that is read before, from outside',
    'function get() { log(a); } obj.run(get); var a = 5; obj.run(get);',
  ],
  [
    'a name that a handler reads before',
    'obj.keep(function () { log(a); }); obj.again(); var a = 5; obj.again();',
  ],
  [
    'a name that text is made of',
    'var o = { toString: function () { return "" + a; } }; log("" + o); var a = 5; log("" + o);',
  ],
  [
    'an object that is asked before',
    'function get() { try { log(o.n); } catch (e) { log("threw"); } } get(); var o = { n: 1 }; get();',
  ],
  [
    'a method that may mean this',
    'var o = { n: 1, get: null }; o.get = obj.x ? function () { return this && this.n; } : null; log(o.get());',
  ],
  [
    'a method that comes by a name',
    'function get() { return this && this.n; } var o = { n: 1, get: obj.x ? get : log }; log(o.get());',
  ],
  ['a method of a global', 'var o = { n: 5, run: obj.own }; log(o.run());'],
  ['a number with a point behind it', 'var a = 5; log(a.toString(), a.constructor === Number);'],
  ['what a result does that nobody takes', 'function createA() { return { a: log(1) }; } createA(); log(2);'],
  ['a built-in that the script replaces', 'var a = Math.max; log(a(1, 2)); Math.max = log; log(a(1, 2));'],
  ['a name assigned twice', 'var a = log; var b = a; b(1); b = function () {}; b(2); a(3);'],
  [
    'a built-in that the script replaces',
    'var a = later; later = log; a(function () { log(1); }); later(2);',
  ],
] as const) {
  test(`left alone: ${what}`, () => {
    assert.deepEqual(said(flat(code)), said(code));
    assert.notDeepEqual(said(code), []);
  });
}

for (const [code, wrong] of [
  ['function createA() {} createA(); createA();', /createA is used more than once/],
  [
    'function createA() {} function b() { createA(); } b();',
    /createA is not called by a statement of its own/,
  ],
  [
    'function createA() { return {}; } var a = [createA()];',
    /createA is not called by a statement of its own/,
  ],
  ['function createA(a) { if (a) return 1; return 2; } createA(1);', /createA returns before its end/],
  ['function createA() { this.b = 1; } createA();', /createA uses this/],
  ['function createA() { log(arguments); } createA();', /createA uses arguments/],
  ['function createA(a) { log(a); } createA(1, 2);', /createA is given more than it takes/],
  ['function createA() {} createA(); createA = 1;', /createA is/],
  ['function createA(o) { log(o); } createA({ b: 1 });', /the o of createA is used as a whole/],
  ['function createA(o) { log(o["b" + 1]); } createA({ b: 1 });', /the o of createA is used as a whole/],
  ['function createA(o) { delete o.b; } createA({ b: 1 });', /the o of createA has a property deleted/],
  ['function createA(o) { o.toString(); } createA({ b: 1 });', /toString, which every object has/],
  ['function createA(o) { log(o.b()); } createA({ b: obj.own });', /is what this means in its method b/],
  ['with (obj) log(x);', /with makes names of properties/],
  ['function a() { eval("log(1)"); } a();', /eval runs code that is not here/],
  ['log(global["a" + 1]);', /global is used for more than a name/],
  ['var f = () => 1; log(f());', /ArrowFunctionExpression, which ES5 does not have/],
  ['let a = 1; log(a);', /let, which ES5 does not have/],
  ['if (log) { function f() { log(1); } f(); }', /a function that is declared in a block/],
  ['function createA() { "ram"; log(1); } createA();', /createA begins with a directive/],
  [
    'function createA(o) { o.b(); } createA({ b: function () { log(this); } });',
    /is what this means in its method b/,
  ],
  [
    'function createA() { return { b: 1 }; } var a = createA(); log(a);',
    /the object that createA returns is used as a whole/,
  ],
  ['function createA(o) { log(o.b); } createA({ get b() { return 1; } });', /has more than plain properties/],
] as const) {
  test(`refused: ${code}`, () => {
    assert.throws(() => flat(code), wrong);
  });
}

test('places are kept', () => {
  const { map } = flatten('function createA(o) {\n  log(o.b);\n}\ncreateA({ b: 3 });\n');
  assert.match((JSON.parse(map) as { mappings: string }).mappings, /\w/);
});

test("an application's statements stay, and what they speak of", () => {
  const library =
    'function createA() { return { b: 1 }; }\nvar a = createA();\nvar alias = log;\nfunction once(n) { log(n); }\n';
  const application =
    'function createB() { return { c: 2 }; }\nvar b = createB();\nfunction run() { once(a.b + b.c); }\nrun(); alias(4);\n';
  const { code } = flatten(
    library + application,
    { small: 90, few: 4, partly: false },
    (start) => start >= library.length,
  );
  assert.match(code, /var a = \{\s*b: 1\s*\};/);
  for (const text of ['function createB() {', 'var b = createB();', 'once(a.b + b.c);', 'alias(4);'])
    assert.ok(code.includes(text));
  assert.deepEqual(said(code), said(library + application));
});
