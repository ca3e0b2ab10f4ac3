//// functions before their declaration
log(a());
function a() { return b() + c(); function c() { return 1; } }
function b() { return 2; }
//// mutual recursion
log(even(10), odd(7));
function even(n) { return n === 0 || odd(n - 1); }
function odd(n) { return n !== 0 && even(n - 1); }
//// var in two branches
function f(x) { if (x) { var v = 1; } else { var v = 2; } return v; }
log(f(true), f(false));
//// var before it is set
function f(x) { if (x) var v = 5; return v; }
log(f(1), f(0));
//// var shadows from the start
var x = 'outer';
function f() { const before = x; var x = 'inner'; return [before, x]; }
log(f(), x);
//// two loops with the same var
for (var i = 0; i < 2; i++) log('a', i);
for (var i = 0; i < 2; i++) log('b', i);
log(i);
//// the same const in branches, cases, try and catch
function f(n) {
  if (n === 0) { const v = 'if'; return v; } else if (n === 1) { const v = 'else'; return v; }
  switch (n) { case 2: { const v = 'case 2'; return v; } case 3: { const v = 'case 3'; return v; } }
  try { const v = 'try'; throw v; } catch (e) { const v = 'catch'; return e + v; }
}
log(f(0), f(1), f(2), f(3), f(4));
//// let of a loop in closures
const fs = [];
for (let i = 0; i < 3; i++) fs.push(() => i);
for (const x of ['a', 'b']) fs.push(() => x);
for (const k in { p: 1, q: 2 }) fs.push(() => k);
log(fs.map((f) => f()));
//// a loop's variable that is changed within
const fs = [];
for (let i = 0; i < 6; i++) { if (i === 1) { i++; continue; } fs.push(() => i); i++; }
log(fs.map((f) => f()));
//// closures that change a turn's variable
const fs = [];
for (let i = 0; i < 3; i++) fs.push(() => (i += 10));
log(fs.map((f) => f()), fs[0]());
//// a callback speaks of a later const
const run = (f) => f();
const early = () => later + 1;
const later = 41;
log(run(early));
//// let that is set by what uses it
let link;
const start = (f) => { setTimeout(f, 1); return 'started'; };
link = start(() => log(link));
//// const in switch shadows
const y = 'out';
switch (1) { case 1: const y = 'in'; log(y); break; default: log('no'); }
log(y);
//// implicit globals
function f() { implicit = 5; }
f();
log(implicit);
//// blocks
let a = 1;
{ let a = 2; { let a = 3; log(a); } log(a); }
log(a);
//// names that are words elsewhere
const of = 1, async = 2, get = 3, set = 4;
let static_ = of + async;
log(of, async, get + set, static_, ((of) => of * 2)(5));
//// default parameters see the outer name
let n = 1;
const f = (m = n) => { let n = 5; return m + n; };
log(f(), f(3));
//// a function's own name
const f = function fact(n) { return n < 2 ? 1 : n * fact(n - 1); };
log(f(5));
//// counters do not mix
const make = () => { let n = 0; return { up: () => ++n, get n() { return n; } }; };
const a = make(), b = make();
a.up(); a.up(); b.up();
log(a.n, b.n);
//// this in arrows and functions
const o = { v: 1, arrow() { return [1].map(() => this.v)[0]; }, plain() { return [1].map(function () { return this === o; })[0]; }, given() { return [1].map(function () { return this.v; }, { v: 9 })[0]; } };
log(o.arrow(), o.plain(), o.given());
//// arguments in arrows
function f() { const g = () => arguments[0] + arguments.length; return g(10, 20, 30); }
log(f(1, 2));
//// functions in blocks
if (true) { function q() { return 'q'; } log(q()); }
{ log(late()); function late() { return 'l'; } }
//// closures in while and do
const fs = [];
let i = 0;
while (i < 3) { const j = i++; fs.push(() => j); }
do { let k = i; fs.push(() => k); } while (++i < 5);
log(fs.map((f) => f()));
//// bound and borrowed
function who(a, b) { return this.n + a + b; }
log(who.call({ n: 1 }, 2, 3), who.apply({ n: 2 }, [3, 4]), who.bind({ n: 3 }, 4)(5));
//// currying
const add = (a) => (b) => (c) => a + b + c;
log(add(1)(2)(3));
//// deep recursion
const depth = (n) => (n ? 1 + depth(n - 1) : 0);
log(depth(60));
