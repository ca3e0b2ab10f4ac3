//// labelled continue nested for-of, labelled block break, labelled while with switch, getters and setters on literal, getter on class inherited, getter override with super, setter inherited, tagged template basics
(() => {
outer: for (const a of [1,2,3]) { for (const b of [1,2,3]) { if (b === 2) continue outer; if (a === 3) break outer; log(a,b); } }
})();
(() => {
found: { for (let i = 0; i < 5; i++) if (i === 3) { log('hit', i); break found; } log('never'); }
log('after');
})();
(() => {
let n = 0;
loop: while (true) { switch (n++) { case 2: continue loop; case 4: break loop; default: log(n); } }
log('n', n);
})();
(() => {
const t = { _c: 20, get f() { return this._c * 9 / 5 + 32; }, set f(v) { this._c = (v - 32) * 5 / 9; } };
log(t.f); t.f = 212; log(t._c, t.f); log(Object.keys(t));
})();
(() => {
class A { get x() { return 'A' + this.n; } constructor(n) { this.n = n; } }
class B extends A { get y() { return this.x + '!'; } }
const b = new B(3); log(b.x, b.y, 'x' in b, Object.keys(b));
})();
(() => {
class A { get v() { return 1; } }
class B extends A { get v() { return super.v + 1; } }
log(new B().v);
})();
(() => {
class A { set v(x) { this._v = x * 2; } get v() { return this._v; } }
class B extends A {}
const b = new B(); b.v = 4; log(b.v, b._v);
})();
(() => {
function tag(s, ...v) { return s.map((x, i) => x + (i < v.length ? '<' + v[i] + '>' : '')).join(''); }
const a = 1, b = 'two';
log(tag`a=${a}, b=${b}.`);
})();
//// tagged template raw, optional catch and rethrow, finally overrides return, finally with break and continue, return in try with finally changing a variable, nested destructuring with defaults, destructuring parameters with defaults, swap and computed destructuring
(() => {
const r = (s, ...v) => s.raw.join('|') + v.join(',');
log(r`x\n${1}y\t`);
log(String.raw`C:\new\${1 + 1}`, String.raw`a${2}\n`);
})();
(() => {
function f(x) { try { if (x) throw new Error('e' + x); return 'ok'; } catch { return 'caught'; } finally { log('fin', x); } }
log(f(0), f(1));
try { try { throw new Error('inner'); } catch (e) { throw new Error('outer ' + e.message); } } catch ({ message }) { log(message); }
})();
(() => {
const f = () => { try { return 1; } finally { return 2; } };
log(f());
})();
(() => {
for (let i = 0; i < 4; i++) { try { if (i === 1) continue; if (i === 3) break; log('body', i); } finally { log('fin', i); } }
})();
(() => {
let x = 1; function f() { try { return x; } finally { x = 5; } }
log(f(), x);
})();
(() => {
const cfg = { wifi: { ssid: 'home', ip: { addr: '1.2.3.4' } }, list: [1, [2, 3]] };
const { wifi: { ssid, password = 'none', ip: { addr, mask = '255' } }, list: [first, [second, third = 9, fourth = 4]], missing = { a: 1 } } = cfg;
log(ssid, password, addr, mask, first, second, third, fourth, missing);
})();
(() => {
function conf({ host = 'localhost', port = 1883, opts: { keep = 60, clean = true } = {} } = {}) { return [host, port, keep, clean].join(); }
log(conf(), conf({ port: 1 }), conf({ opts: { keep: 5 } }), conf({ host: null }));
})();
(() => {
let a = 1, b = 2; [a, b] = [b, a]; log(a, b);
const key = 'dyn'; const { [key]: val = 'd', ...rest } = { dyn: 0, x: 1, y: 2 }; log(val, rest);
const arr = [3, 1, 2]; [arr[0], arr[2]] = [arr[2], arr[0]]; log(arr);
})();
//// destructuring in for-of over entries, destructure function result and skipping, assignment destructuring to members, generator delegating return values, generator infinite take, generator return early runs finally, generator with input, generator as object iterator
(() => {
for (const [k, { v, w = 'no' }] of Object.entries({ a: { v: 1 }, b: { v: 2, w: 3 } })) log(k, v, w);
})();
(() => {
const [, second, , fourth = 'f'] = 'abc'.split(''); log(second, fourth);
const { length } = 'hello'; log(length);
const [h, ...t] = 'xyz'; log(h, t);
})();
(() => {
const o = {}; ({ a: o.x, b: o['y'], c: [o.z] } = { a: 1, b: 2, c: [3] }); log(o);
})();
(() => {
function* a() { yield 1; return 'r'; } function* b() { const r = yield* a(); log('got', r); yield* [10, 20]; yield* 'hi'; }
log([...b()]);
})();
(() => {
const take = (n, it) => { const r = []; for (const x of it) { if (n-- <= 0) break; r.push(x); } return r; };
function* nat(n = 0) { while (true) yield n++; }
function* map(it, f) { for (const x of it) yield f(x); }
function* filter(it, f) { for (const x of it) if (f(x)) yield x; }
log(take(4, map(filter(nat(), x => x % 3 === 1), x => x * x)));
})();
(() => {
function* g() { try { yield 1; yield 2; } finally { log('cleanup'); } }
const [x] = g(); log(x);
const it = g(); it.next(); log(it.return('q')); log(it.next());
})();
(() => {
function* avg() { let s = 0, n = 0, v; while ((v = yield n ? s / n : 0) !== null) { s += v; n++; } return 'final ' + s; }
const a = avg(); a.next(); log(a.next(4).value, a.next(8).value, a.next(null));
})();
(() => {
class Tree { constructor(v, l, r) { this.v = v; this.l = l; this.r = r; } *[Symbol.iterator]() { if (this.l) yield* this.l; yield this.v; if (this.r) yield* this.r; } }
log([...new Tree(2, new Tree(1), new Tree(3))].join());
})();
//// state machine generator, iterator protocol by hand, iterator with return called on break, private in check, private getter setter static method, static blocks, static inheritance and this, class fields arrow this
(() => {
function* lights() { while (true) { yield 'green'; yield 'yellow'; yield 'red'; } }
const l = lights(); log([1, 2, 3, 4].map(() => l.next().value));
})();
(() => {
const range = { from: 1, to: 4, [Symbol.iterator]() { let c = this.from, t = this.to; return { next: () => c <= t ? { done: false, value: c++ } : { done: true, value: undefined } }; } };
log([...range], Math.max(...range)); const [p, q] = range; log(p, q); log(Array.from(range, x => x * 2)); log(new Set(range).size);
})();
(() => {
const it = { [Symbol.iterator]() { let i = 0; return { next() { return { value: i++, done: false }; }, return() { log('closed'); return {}; } }; } };
for (const x of it) { if (x > 1) break; log(x); }
const [a, b] = it; log(a, b);
})();
(() => {
class P { #x = 1; static is(o) { return #x in o; } }
log(P.is(new P()), P.is({}));
})();
(() => {
class T { #c = 0; get #f() { return this.#c * 2; } set #f(v) { this.#c = v / 2; } go() { this.#f = 10; return [this.#c, this.#f]; } static #help(x) { return x + 1; } static run(x) { return T.#help(x); } }
log(new T().go(), T.run(4));
})();
(() => {
class C { static list = []; static { for (let i = 0; i < 3; i++) C.list.push(i * i); this.total = C.list.reduce((a, b) => a + b); } }
log(C.list, C.total);
})();
(() => {
class A { static create(...a) { return new this(...a); } constructor(x) { this.x = x; } static get kind() { return 'k' + this.tag; } static tag = 'A'; }
class B extends A { static tag = 'B'; }
log(B.create(5) instanceof B, B.create(6).x, A.kind, B.kind);
})();
(() => {
class Btn { n = 0; on = () => { this.n++; return this.n; }; }
const b = new Btn(), f = b.on; f(); log(f(), b.n);
})();
//// computed method names, class expression and name, instanceof and inheritance chain, mixin, super method chain, class toString and valueOf, class toJSON, custom error classes
(() => {
const m = 'go'; class X { [m + '1']() { return 1; } static [m]() { return 's'; } get [`${m}2`]() { return 2; } }
log(new X().go1(), X.go(), new X().go2);
})();
(() => {
const K = class { hi() { return 'hi'; } }; const N = class Named { who() { return Named === N; } };
log(new K().hi(), new N().who());
})();
(() => {
class A {} class B extends A {} class C extends B {}
const c = new C(); log(c instanceof A, c instanceof B, c instanceof Object, {} instanceof A, c.constructor === C, [] instanceof Array, [] instanceof Object, (() => 1) instanceof Function);
})();
(() => {
const Loud = B => class extends B { say() { return super.say().toUpperCase() + '!'; } };
class Animal { say() { return 'moo'; } }
class Cow extends Loud(Animal) {}
log(new Cow().say());
})();
(() => {
class A { hi(n) { return 'A' + n; } } class B extends A { hi(n) { return 'B' + super.hi(n + 1); } } class C extends B { hi(n) { return 'C' + super.hi(n + 1); } }
log(new C().hi(0));
})();
(() => {
class M { constructor(v) { this.v = v; } toString() { return `M(${this.v})`; } valueOf() { return this.v; } }
const m = new M(5); log(`${m}`, m + 1, m > 4, m * 2, '' + m, String(m), [m, m].join('-'));
})();
(() => {
class P { constructor() { this.a = 1; this._h = 2; } toJSON() { return { a: this.a }; } }
log(JSON.stringify({ p: new P(), l: [new P()] }));
})();
(() => {
class AppError extends Error { constructor(msg, code) { super(msg); this.name = 'AppError'; this.code = code; } }
class NetError extends AppError { constructor(m) { super(m, 500); } }
try { throw new NetError('down'); } catch (e) { log(e instanceof NetError, e instanceof AppError, e instanceof Error, e.name, e.message, e.code, `${e}`); }
})();
//// error cause and toString, throw anything, prototype functions, Object.create with proto, object methods, delete and in, defineProperty, computed keys and shorthand
(() => {
const e = new Error('msg', { cause: 'why' }); log(String(e), e.name, e.message, String(new TypeError('t')), new RangeError('r').name);
})();
(() => {
for (const v of [1, 'str', { code: 7 }, null, undefined, [1]]) try { throw v; } catch (e) { log('caught', e); }
})();
(() => {
function Animal(n) { this.n = n; } Animal.prototype.speak = function () { return this.n + ' speaks'; };
function Dog(n) { Animal.call(this, n); } Dog.prototype = Object.create(Animal.prototype); Dog.prototype.constructor = Dog; Dog.prototype.bark = function () { return this.speak() + ' woof'; };
const d = new Dog('Rex'); log(d.bark(), d instanceof Animal, d.constructor === Dog);
})();
(() => {
const base = { hi() { return 'hi ' + this.n; } }; const o = Object.create(base); o.n = 'o'; log(o.hi(), Object.getPrototypeOf(o) === base, o.hasOwnProperty('hi'), o.hasOwnProperty('n'));
})();
(() => {
const o = { a: 1, b: 2, c: 3 }; log(Object.entries(o).map(([k, v]) => k + v).join(), Object.fromEntries(Object.entries(o).filter(([, v]) => v > 1)), Object.values(o).reduce((a, b) => a + b), Object.assign({}, o, { b: 9 }));
})();
(() => {
const o = { a: 1, b: undefined }; log('a' in o, 'b' in o, 'c' in o, delete o.a, 'a' in o, delete o.zz, o); const a = [1, 2, 3]; log(1 in a, 5 in a, '0' in a); delete o['b']; log(Object.keys(o));
})();
(() => {
const o = {}; Object.defineProperty(o, 'x', { value: 5, enumerable: true }); Object.defineProperty(o, 'y', { get() { return this.x * 2; } }); log(o.x, o.y);
})();
(() => {
const n = 3, k = 'k' + n; const o = { n, [k]: 1, [`${k}x`]: 2, f() { return this.n; }, 'quoted-key': 4, 5: 'five' }; log(o.n, o.k3, o.k3x, o.f(), o['quoted-key'], o[5]);
})();
//// spread objects override, optional chaining variety, nullish and logical assignment, exponent and unary, comma and conditional chains, switch fallthrough and default in middle, switch true and strings, switch strict compare
(() => {
const d = { a: 1, b: 2 }; log({ ...d, b: 3, c: 4 }, { b: 3, ...d }, { ...d, ...null, ...undefined, ...{ z: 1 } });
})();
(() => {
const o = { a: { b: () => 'called', c: [1, 2] }, n: null }; log(o?.a?.b?.(), o.x?.y.z.w, o.a?.c?.[1], o.n?.foo, o.a.nope?.(), o?.['a']?.['c']?.length, delete o?.n, 'n' in o);
})();
(() => {
let a = null, b = 0, c = 'x'; a ??= 5; b ||= 6; c &&= c + 'y'; log(a, b, c); const o = {}; o.list ??= []; o.list.push(1); (o.n ??= { v: 0 }).v++; log(o);
})();
(() => {
log(2 ** 10, (-2) ** 3, 2 ** -1, 2 ** 3 ** 2); let x = 3; x **= 2; log(x, +'5', -'3', !'', !!'a', ~5, typeof typeof 1, void 0);
})();
(() => {
let i = 0; const r = (i++, i++, i); log(r, i > 5 ? 'big' : i > 1 ? 'mid' : 'small');
for (let a = 0, b = 10; a < b; a += 3, b--) log(a, b);
})();
(() => {
const f = x => { const r = []; switch (x) { case 1: r.push('one'); default: r.push('def'); case 2: r.push('two'); break; case 3: r.push('three'); } return r.join(); };
log(f(1), f(2), f(3), f(4));
})();
(() => {
const g = t => { switch (true) { case t < 0: return 'frost'; case t < 20: return 'cool'; default: return 'warm'; } }; log(g(-1), g(10), g(30));
switch ('b') { case 'a': case 'b': { const x = 'block'; log(x); } case 'c': log('fell'); break; case 'd': log('no'); }
})();
(() => {
switch ('1') { case 1: log('num'); break; case '1': log('str'); }
switch (NaN) { case NaN: log('nan'); break; default: log('default'); }
})();
//// switch with return inside loop, closures in loops let and var, counter factory, IIFE and module pattern, memoize and currying, compose pipe, function hoisted after return, recursion named function expression
(() => {
function f(a) { for (const x of a) { switch (x) { case 'skip': continue; case 'stop': return 'stopped'; default: log(x); } } return 'end'; } log(f(['a', 'skip', 'b', 'stop', 'c']));
})();
(() => {
var fs = []; for (let i = 0; i < 3; i++) fs.push(() => i); log(fs.map(f => f())); var gs = []; for (var j = 0; j < 3; j++) gs.push(() => j); log(gs.map(f => f()));
const hs = []; for (const k in { a: 1, b: 2 }) hs.push(() => k); log(hs.map(f => f())); let w = 0; const ws = []; while (w < 2) { const v = w++; ws.push(() => v); } log(ws.map(f => f()));
})();
(() => {
const make = (step = 1) => { let n = 0; return { inc: () => (n += step), dec: () => (n -= step), get n() { return n; } }; };
const a = make(), b = make(5); a.inc(); a.inc(); b.inc(); log(a.n, b.n, b.dec());
})();
(() => {
const mod = (function () { let priv = 0; function bump() { return ++priv; } return { bump, reset() { priv = 0; } }; })(); mod.bump(); log(mod.bump()); mod.reset(); log(mod.bump()); (() => log('arrow iife'))(); !function () { log('bang'); }();
})();
(() => {
const memo = f => { const c = {}; return n => n in c ? c[n] : (c[n] = f(n)); }; const fib = memo(n => n < 2 ? n : fib(n - 1) + fib(n - 2)); log(fib(20)); const add = a => b => c => a + b + c; log(add(1)(2)(3));
})();
(() => {
const pipe = (...fs) => x => fs.reduce((v, f) => f(v), x); log(pipe(x => x + 1, x => x * 2, String)(4));
})();
(() => {
function f() { return g(); function g() { return 'hoisted'; } } log(f());
})();
(() => {
const fact = function me(n) { return n < 2 ? 1 : n * me(n - 1); }; log(fact(10)); log((function f(n) { return n ? n + f(n - 1) : 0; })(5));
})();
//// arguments object, this binding call apply bind, method extraction loses this, new Function and eval, getter with defineProperty on class prototype, chained methods returning this, event emitter own, Map basics
(() => {
function f() { return arguments.length + ':' + Array.prototype.slice.call(arguments).join(); } log(f(1, 2, 3), f()); function g(a, b) { return [arguments[0], arguments.length, a, b]; } log(g(1));
function h() { return Array.from(arguments).map(x => x * 2); } log(h(1, 2)); function k() { return [...arguments]; } log(k('a', 'b'));
})();
(() => {
function who(g) { return g + ' ' + this.n; } const o = { n: 'o', who }; log(o.who('a'), who.call({ n: 'c' }, 'b'), who.apply({ n: 'd' }, ['c']), who.bind({ n: 'e' }, 'f')(), who.bind({ n: 'e' })('g'));
const bound = o.who.bind(o); log(bound('z'));
})();
(() => {
const o = { n: 1, f() { return this && this.n; } }; const f = o.f; log(o.f(), (0, o.f) === f);
})();
(() => {
const add = new Function('a', 'b', 'return a+b'); log(add(2, 3)); log(eval('1+2*3'));
})();
(() => {
function P() { this.a = 2; } Object.defineProperty(P.prototype, 'double', { get: function () { return this.a * 2; } }); log(new P().double);
})();
(() => {
class Q { constructor() { this.s = []; } where(x) { this.s.push('w' + x); return this; } order(x) { this.s.push('o' + x); return this; } build() { return this.s.join(' '); } } log(new Q().where(1).order(2).where(3).build());
})();
(() => {
class Emitter { constructor() { this.h = {}; } on(e, f) { (this.h[e] = this.h[e] || []).push(f); return () => this.off(e, f); } off(e, f) { this.h[e] = this.h[e].filter(x => x !== f); } emit(e, ...a) { (this.h[e] || []).forEach(f => f(...a)); } }
const em = new Emitter(); const off = em.on('x', (a, b) => log('x', a, b)); em.on('x', () => log('second')); em.emit('x', 1, 2); off(); em.emit('x', 3);
})();
(() => {
const m = new Map([['a', 1], ['b', 2]]); m.set('c', 3).delete('a'); log(m.size, m.has('a'), m.get('b')); for (const [k, v] of m) log(k, v); m.forEach((v, k) => log(k + '=' + v)); log([...m.keys()], [...m.values()], Object.fromEntries(m), [...m.entries()][0]);
const o = {}; m.set(o, 'obj').set(NaN, 'nan').set(0, 'zero'); log(m.get(o), m.get(NaN), m.get(-0), new Map(m).size);
})();
//// Set operations, WeakMap private data, counting words with Map and sort, group by reduce
(() => {
const a = new Set([1, 2, 3, 2]), b = new Set([2, 3, 4]); log(a.size, [...a].filter(x => b.has(x)), [...new Set([...a, ...b])].join(), [...a].filter(x => !b.has(x))); a.add(9).delete(1); a.forEach(v => log(v)); log(new Set('hello').size, [...new Set('hello')].join(''));
})();
(() => {
const priv = new WeakMap(); class A { constructor() { priv.set(this, { n: 1 }); } inc() { return ++priv.get(this).n; } } const a = new A(); a.inc(); log(a.inc(), priv.has(a), priv.has({}));
})();
(() => {
const counts = new Map(); for (const w of 'the cat the dog a cat the'.split(' ')) counts.set(w, (counts.get(w) ?? 0) + 1); log([...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([w, n]) => `${w}:${n}`).join());
})();
(() => {
const items = [{ t: 'a', v: 1 }, { t: 'b', v: 2 }, { t: 'a', v: 3 }]; log(items.reduce((g, { t, v }) => ({ ...g, [t]: [...(g[t] || []), v] }), {}));
})();
//// defaults that use earlier parameters
const f = (a, b = a * 2, c = a + b) => [a, b, c];
log(f(1), f(1, 5), f(1, undefined, 7), f.length);
//// async loops
const sleep = ms => new Promise(r => setTimeout(r, ms));
async function run() { for (let i = 0; i < 3; i++) { await sleep(2); log('tick', i); } let n = 0; while (true) { await sleep(1); if (++n > 2) break; } log('done', n); }
run().then(() => log('end'));
//// async for of with closures
const fs = [];
(async () => { for (const x of [1, 2, 3]) { await null; fs.push(() => x); } log(fs.map(f => f())); })();
//// async method and this
class Dev { constructor() { this.n = 0; } async read() { await null; return ++this.n; } async all() { const a = await this.read(); const b = await this.read(); return a + b; } }
const d = new Dev(); d.all().then(v => log(v, d.n));
//// async arrow in map with Promise.all
const f = async x => { await null; return x * x; };
Promise.all([1, 2, 3].map(f)).then(v => log(v));
//// async rejection
async function f() { throw new TypeError('bad'); }
f().catch(e => log(e.name, e.message)).finally(() => log('finally')).then(v => log('v', v));
//// await in expressions
const g = async v => v;
(async () => { const o = { a: await g(1), b: [await g(2), await g(3)] }; log(o); log((await g(5)) + (await g(6)) * 2, `${await g('t')}!`, (await g([7]))[0], await g(0) || await g('or'), (await g(null)) ?? 'nn'); const { a, ...r } = await g({ a: 1, b: 2 }); log(a, r); })();
//// promise chaining values
Promise.resolve(1).then(x => x + 1).then(x => { throw new Error('at ' + x); }).then(() => log('no')).catch(e => { log(e.message); return 'rec'; }).then(log);
//// promise order
log(1); Promise.resolve().then(() => log(3)).then(() => log(5)); Promise.resolve().then(() => log(4)); log(2);
//// microtasks before timers
setTimeout(() => log('timer'), 5); Promise.resolve().then(() => log('micro')); log('sync');
//// promise executor sync and thrown
new Promise(() => { log('in'); throw new Error('x'); }).catch(e => log('c', e.message)); log('out');
//// thenable
const th = { then(ok) { ok('thenable'); } };
(async () => log(await th))();
Promise.resolve(th).then(v => log('r', v));
//// promise resolve with promise
new Promise(r => r(new Promise(q => setTimeout(() => q('deep'), 3)))).then(v => log(v));
//// catch without argument rethrow in promise
Promise.reject('r').catch(e => Promise.reject(e + '2')).catch(e => log(e));
//// then with two arguments
Promise.reject(new Error('e')).then(() => log('no'), e => log('yes', e.message)).then(() => log('after'));
//// async generator
async function* ticks(n) { for (let i = 0; i < n; i++) { await new Promise(r => setTimeout(r, 1)); yield i; } }
(async () => { for await (const t of ticks(3)) log('t', t); log('done'); })();
//// for await over promises
(async () => { for await (const x of [Promise.resolve(1), 2, Promise.resolve(3)]) log(x); })();
//// private fields and methods (interpreter only)
class Counter { #n = 0; static #made = 0; #inc(by) { this.#n += by; } constructor() { Counter.#made++; } add(x = 1) { this.#inc(x); return this; } get value() { return this.#n; } static get made() { return Counter.#made; } }
const c = new Counter().add().add(4); new Counter(); log(c.value, Counter.made, Object.keys(c), JSON.stringify(c));
//// closures timers
for (let i = 1; i <= 3; i++) setTimeout(() => log('t' + i), i * 3);
//// hoisting functions and var
log(typeof later, v); var v = 1; function later() { return 'l'; } log(later(), v); { function inBlock() { return 'b'; } log(inBlock()); }
//// arrow this in object method
const o = { v: 42, run() { return [1, 2].map(x => x + this.v); } }; log(o.run()); class T { constructor() { this.v = 1; } later(cb) { setTimeout(() => cb(this.v), 1); } } new T().later(v => log('v', v));
//// function properties and length
function f(a, b, c) {} f.prop = 5; log(f.length, f.prop, f.name, (() => {}).length); const g = (x, y) => x; log(g.length, g.name);
//// symbol as key (interpreter only)
const s = Symbol('id'); const o = { [s]: 1, a: 2 }; log(o[s], Object.keys(o), s === s, Symbol('id') === Symbol('id'), JSON.stringify(o));
