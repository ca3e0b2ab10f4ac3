//// blink and button, switch on type with returns, nested functions with early returns and bare returns, if else chains without braces, semicolonless code with ASI, regex after division and returns, comments everywhere, unicode in strings and length free
(() => {
let on = false, n = 0; const led = { set() { log('on'); }, reset() { log('off'); } }; const toggle = () => { on = !on; on ? led.set() : led.reset(); return on; }; for (; n < 3; n++) toggle();
})();
(() => {
const kind = v => { switch (typeof v) { case 'number': return Number.isInteger(v) ? 'int' : 'float'; case 'string': return v === '' ? 'empty' : 'text'; case 'object': return v === null ? 'null' : Array.isArray(v) ? 'array' : 'object'; default: return typeof v; } }; log([1, 1.5, '', 'a', null, [], {}, undefined, () => 1].map(kind).join());
})();
(() => {
function a(x) { if (!x) return; inner(x); function inner(y) { if (y > 2) { log('big'); return; } log('small'); return; } } a(1); a(3); a(0); const b = x => { if (x) return; log('b'); return; }; b(); (function () { try { return; } finally { log('fin'); } })(); const o = { m() { return; }, get g() { return; } }; log(o.m(), o.g); class C { constructor() { this.x = 1; return; } set v(x) { this.x = x; return; } } const c = new C(); c.v = 3; log(c.x);
})();
(() => {
const s = x => { if (x < 0) return 'n'; else if (x === 0) return 'z'; else return 'p'; }; log(s(-1), s(0), s(1)); let r = ''; for (let i = 0; i < 5; i++) if (i % 2) r += i; else if (i === 4) r += 'x'; else continue; log(r); let w = 0; while (w < 3) w++; log(w); do w--; while (w > 0); log(w); if (w) ; else log('empty');
})();
(() => {
const x = 1
const y = 2
let z = x + y
z++
const fn = () => {
  return {
    z
  }
}
log(fn().z)
;[1, 2].forEach(v => log(v))
;(() => log('iife'))()
const t = `a
b`
log(t.length)
var q = z
++q
log(q)
})();
(() => {
const div = (a, b) => a / b / 2; log(div(8, 2), 'a/b'.split('/').length, /\//.test('a/b') ? 1 / 2 : 0); function rx() { return /x/.test('x') } log(rx()); const arr = [/a/, /b?/g]; log(arr[0].test('a'), 'abc'.replace(arr[1], '-'));
})();
(() => {
/* a */ const /* b */ v /* c */ = /* d */ 5 /* e */; // f
log(/* g */ v /* h */, // i
  v + 1); /** doc */ function dd(/* no args */) { /* only a comment */ } log(dd());
})();
(() => {
log('grad: 21\u00b0'.indexOf('21'), 'ok'.includes('k'));
})();
//// long chains, emitter mixin on Object.assign, in-place state updates with spread reducers, middleware chain, object pools and weak references free, trie, bit fields with getters, linked list with iterator
(() => {
log([1, 2, 3, 4, 5, 6].filter(x => x % 2 === 0).map(x => x * x).reduce((a, b) => a + b, 0), 'The quick brown fox'.split(' ').map(w => w[0]).join('').toLowerCase(), Object.entries({ b: 2, a: 1 }).sort(([x], [y]) => x < y ? -1 : 1).map(([k, v]) => `${k}=${v}`).join('&'));
})();
(() => {
const Emitter = { on(e, f) { ((this._h ??= {})[e] ??= []).push(f); return this; }, fire(e, ...a) { (this._h?.[e] ?? []).forEach(f => f.apply(this, a)); return this; } }; const dev = Object.assign({ n: 'd' }, Emitter); dev.on('x', function (v) { log(this.n, v); }).on('x', v => log('second', v)).fire('x', 7).fire('none');
})();
(() => {
const init = { count: 0, log: [] }; const red = (s, { type, by = 1 }) => { switch (type) { case 'inc': return { ...s, count: s.count + by, log: [...s.log, type] }; case 'reset': return init; default: return s; } }; log([{ type: 'inc' }, { type: 'inc', by: 5 }, { type: '?' }].reduce(red, init), red({ count: 9, log: [] }, { type: 'reset' }));
})();
(() => {
const chain = ms => x => ms.reduceRight((next, m) => v => m(v, next), v => v)(x); log(chain([(v, n) => n(v + 1) * 2, (v, n) => n(v * 10) + 1])(1));
})();
(() => {
class Pool { #free = []; #made = 0; take() { return this.#free.pop() ?? { id: ++this.#made }; } give(o) { this.#free.push(o); } } const pl = new Pool(); const o1 = pl.take(), o2 = pl.take(); pl.give(o1); log(pl.take() === o1, o2.id, pl.take().id);
})();
(() => {
class Trie { #r = {}; add(w) { let n = this.#r; for (const c of w) n = n[c] ??= {}; n.$ = true; return this; } has(w) { let n = this.#r; for (const c of w) if (!(n = n[c])) return false; return !!n.$; } } const tr = new Trie().add('led').add('left'); log(tr.has('led'), tr.has('le'), tr.has('lefty'));
})();
(() => {
class Reg { constructor(v) { this.v = v; } get(hi, lo = hi) { return this.v >> lo & (1 << hi - lo + 1) - 1; } set(hi, lo, x) { const m = (1 << hi - lo + 1) - 1; this.v = this.v & ~(m << lo) | (x & m) << lo; return this; } } log(new Reg(0b11010110).get(7, 4), new Reg(0).set(3, 1, 5).v, new Reg(255).get(0));
})();
(() => {
class List { #h = null; #n = 0; add(v) { this.#h = { v, next: this.#h }; this.#n++; return this; } get size() { return this.#n; } *[Symbol.iterator]() { for (let n = this.#h; n; n = n.next) yield n.v; } reverse() { let p = null, c = this.#h; while (c) [c.next, p, c] = [p, c, c.next]; this.#h = p; return this; } } log([...new List().add(1).add(2).add(3).reverse()], new List().size);
})();
//// return in nested blocks last
function f(x) { if (x) { log('t'); } else { return; } } f(1); f(0); function g(x) { for (const y of x) { if (y) return; log(y); } return } g([0, 1]); function h(x) { switch (x) { case 1: return; default: return } } log(h(1), h(2)); const k = async () => { await null; return }; k().then(v => log(v)); function* gen() { yield 1; return } log([...gen()]);
//// callbacks with error first
const readFile = (n, cb) => n ? cb(null, 'data ' + n) : cb(new Error('no file')); readFile('a', (e, d) => log(e, d)); readFile('', (e, d) => log(e.message, d)); const p = f => (...a) => new Promise((ok, no) => f(...a, (e, v) => e ? no(e) : ok(v))); p(readFile)('z').then(v => log(v)); p(readFile)('').catch(e => log(e.message));
//// async mutex
class Mutex { #l = Promise.resolve(); async run(f) { const prev = this.#l; let done; this.#l = new Promise(r => (done = r)); await prev; try { return await f(); } finally { done(); } } } const m = new Mutex(); const out = []; Promise.all([1, 2, 3].map(i => m.run(async () => { out.push('s' + i); await null; out.push('e' + i); return i; }))).then(v => log(out.join(), v));
//// cancellable polling
const poll = (f, ms, max) => { let stop = false, n = 0; const p = (async () => { while (!stop && n < max) { n++; if (await f(n)) return 'found ' + n; await new Promise(r => setTimeout(r, ms)); } return stop ? 'stopped' : 'gave up'; })(); return { p, cancel: () => { stop = true; } }; }; poll(n => n === 2, 1, 5).p.then(log); poll(() => false, 1, 3).p.then(log);
