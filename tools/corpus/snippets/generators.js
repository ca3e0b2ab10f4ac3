//// generator by hand
function* g(a) { const b = yield a; log('got', b); const c = yield b * 2; return c; }
const it = g(1);
log(it.next(), it.next(5), it.next(7), it.next());
//// for...of over a generator
function* count(n) { for (let i = 0; i < n; i++) yield i; }
for (const x of count(3)) log(x);
log([...count(4)], Math.max(...count(5)));
const [a, b, ...c] = count(5);
log(a, b, c);
//// endless, left by break, with finally
function* all() { let i = 0; try { while (true) yield i++; } finally { log('closed'); } }
for (const x of all()) { if (x > 2) break; log(x); }
//// yield*
function* inner() { const r = yield 'i'; return 'ret' + r; }
function* outer() { yield 1; const r = yield* inner(); yield r; yield* [7, 8]; }
const o = outer();
log(o.next().value, o.next().value, o.next('X').value, o.next().value, o.next().value, o.next().done);
//// return and throw from outside
function* g() { try { yield 1; yield 2; } catch (e) { log('in', e); yield 'c'; } finally { log('f'); } }
let x = g(); log(x.next().value, x.throw('boom').value, x.next().done);
x = g(); log(x.next().value, x.return(9), x.next().done);
//// fibonacci
function* fib() { let [a, b] = [0, 1]; for (;;) { yield a; [a, b] = [b, a + b]; } }
const out = [];
for (const n of fib()) { if (n > 50) break; out.push(n); }
log(out.join());
//// iterable class
class Range {
  constructor(a, b) { this.a = a; this.b = b; }
  *[Symbol.iterator]() { for (let i = this.a; i < this.b; i++) yield i; }
}
log([...new Range(2, 5)], Array.from(new Range(0, 2)));
for (const n of new Range(7, 9)) log(n);
//// iterator by hand
const list = { [Symbol.iterator]() { let n = 0; return { next: () => (n < 2 ? { value: n++, done: false } : { value: undefined, done: true }) }; } };
for (const v of list) log(v);
//// generator methods and arguments
const o = { *m() { yield* arguments; yield this.k; }, k: 'K' };
log([...o.m(1, 2)]);
//// tree walk
function* walk(t) { if (t) { yield* walk(t.l); yield t.v; yield* walk(t.r); } }
log([...walk({ v: 2, l: { v: 1 }, r: { v: 3 } })].join());
//// conditional yield
function* g() { const x = (yield 1) ? yield 2 : yield 3; log(x); return [yield, yield].length; }
const i = g(); i.next(); log(i.next(true).value); i.next('v'); i.next(); log(i.next());
//// labels in a generator
function* g() { outer: for (let i = 0; i < 3; i++) { for (let j = 0; j < 3; j++) { if (j === 2) continue outer; if (i === 2) break outer; yield i * 10 + j; } } }
log([...g()]);
