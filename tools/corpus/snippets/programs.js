//// state machine with timers, observer with Set of callbacks, generator pipeline lazily, generator throw inside try, generator spread in calls and destructuring defaults, generator recursion permutations, entries with index, Map with object keys iteration and mutation
(() => {
const S = { IDLE: 'idle', RUN: 'run', DONE: 'done' }; let st = S.IDLE; const log2 = []; function go(n) { log2.push(`${st}->${n}`); st = n; } const T = { [S.IDLE]: () => go(S.RUN), [S.RUN]: () => go(S.DONE), [S.DONE]: () => {} }; for (let i = 0; i < 4; i++) T[st](); log(log2.join(' '));
})();
(() => {
const subs = new Set(); const sub = f => (subs.add(f), () => subs.delete(f)); const a = sub(v => log('a', v)); sub(v => log('b', v)); for (const f of subs) f(1); a(); subs.forEach(f => f(2));
})();
(() => {
const log3 = []; function* src() { for (let i = 0; ; i++) { log3.push(i); yield i; } } const pick = n => function* (it) { for (const x of it) { if (n-- <= 0) return; yield x; } }; log([...pick(3)(src())].join(), log3.join());
})();
(() => {
function* g() { let n = 0; while (true) try { n = yield n; } catch (e) { log('caught', e); n = -1; } finally { log('f'); } } const it = g(); it.next(); log(it.next(5).value); log(it.throw('bad').value); log(it.return(9).value);
})();
(() => {
function* g() { yield 1; yield undefined; yield 3; } const [a = 10, b = 20, c = 30, d = 40] = g(); log(a, b, c, d); log(Math.max(...g(), 0)); const f = (...r) => r.length; log(f(...g(), ...[1, 2]));
})();
(() => {
function* perms(a, n = a.length) { if (n <= 1) yield a.slice(); else for (let i = 0; i < n; i++) { yield* perms(a, n - 1); const j = n % 2 ? 0 : i; [a[n - 1], a[j]] = [a[j], a[n - 1]]; } } log([...perms([1, 2, 3])].map(p => p.join('')).join());
})();
(() => {
for (const [i, v] of ['a', 'b'].entries()) log(i, v); for (const [k, v] of new Map([['x', 1]])) log(k, v); log([...'ab'].entries().next().value);
})();
(() => {
const m = new Map([[1, 'a'], [2, 'b'], [3, 'c']]); for (const [k] of m) if (k === 2) m.delete(k); log([...m.keys()].join(), m.size); m.set(1, 'z'); log([...m.values()].join()); m.clear(); log(m.size);
})();
//// LRU cache, deep clone and equal, getters computed static inheritance super setter, super in arrow inside method and in object spread, constructor returns object and default super args, class with static factory and instance counter, static counter in base seen from derived, accessor pairs with defineProperties
(() => {
class LRU { constructor(n) { this.n = n; this.m = new Map(); } get(k) { if (!this.m.has(k)) return undefined; const v = this.m.get(k); this.m.delete(k); this.m.set(k, v); return v; } set(k, v) { this.m.delete(k); this.m.set(k, v); if (this.m.size > this.n) this.m.delete(this.m.keys().next().value); } } const c = new LRU(2); c.set('a', 1); c.set('b', 2); c.get('a'); c.set('c', 3); log([...c.m.keys()].join(), c.get('b'));
})();
(() => {
const clone = o => o === null || typeof o !== 'object' ? o : Array.isArray(o) ? o.map(clone) : Object.fromEntries(Object.entries(o).map(([k, v]) => [k, clone(v)])); const eq = (a, b) => a === b || (typeof a === 'object' && typeof b === 'object' && a && b && Object.keys(a).length === Object.keys(b).length && Object.keys(a).every(k => eq(a[k], b[k]))); const o = { a: [1, { b: 2 }], c: null }; const p = clone(o); p.a[1].b = 3; log(o.a[1].b, eq(o, clone(o)), eq(o, p));
})();
(() => {
class A { static #n = 0; static next() { return ++A.#n; } #v = 1; get v() { return this.#v; } set v(x) { this.#v = x; } } class B extends A { get v() { return super.v * 10; } set v(x) { super.v = x + 1; } static next() { return super.next() * 100; } } const b = new B(); b.v = 4; log(b.v, B.next(), A.next());
})();
(() => {
class A { n() { return 1; } list() { return [1, 2].map(x => x + this.n()); } } class B extends A { n() { return super.n() + 1; } list() { return [0].map(() => super.list().join()).join(); } } log(new B().list());
})();
(() => {
class A { constructor(a = 1, { b = 2 } = {}) { this.s = a + b; } } class B extends A { } class C extends A { constructor() { super(5, { b: 6 }); return this; } } log(new A().s, new B(3).s, new B(undefined, { b: 9 }).s, new C().s);
})();
(() => {
class Pin2 { static all = new Map(); static get(n) { if (!this.all.has(n)) this.all.set(n, new Pin2(n)); return this.all.get(n); } constructor(n) { this.n = n; } } log(Pin2.get(1) === Pin2.get(1), Pin2.get(2).n, Pin2.all.size);
})();
(() => {
class Base { static n = 0; constructor() { Base.n++; } } class Sub extends Base { } new Sub(); new Sub(); new Base(); log(Base.n, Sub.n);
})();
(() => {
const o = {}; Object.defineProperties(o, { a: { value: 1, enumerable: true, writable: true }, b: { get() { return this.a + 1; }, enumerable: true } }); o.a = 5; log(o.b, Object.keys(o));
})();
//// property enumeration order and delete readd, numeric keys on objects as maps, array sort default is by text, numbers negative, array join nested and nulls, array methods return values, reduce edge, find with this and index, some every empty
(() => {
const o = { z: 1, a: 2 }; o.m = 3; delete o.z; o.z = 4; log(Object.keys(o).join(), JSON.stringify(o)); for (const k in o) if (o.hasOwnProperty(k)) log(k);
})();
(() => {
const t = {}; t[10] = 'x'; t[2] = 'y'; t['01'] = 'z'; log(t['10'], t[2], 10 in t, Object.keys(t).length);
})();
(() => {
log([3, -1, 20, 100].sort(), ['b', undefined, 'a'].sort(), [true, false].sort(), [3, -1, 20].sort((a, b) => a - b), ['B', 'a', 'C'].sort((x, y) => x.toLowerCase() < y.toLowerCase() ? -1 : 1));
})();
(() => {
log([1, [2, [3]], null, undefined, 'x'].join('|'), [[]].join(), [null].toString(), [1, 2].concat([3], [[4]], 5).length);
})();
(() => {
const a = [5]; log(a.push(1, 2), a.unshift(0), a.reverse() === a, a.sort() === a, a.fill(0) === a, [].pop(), [].shift(), a.splice(0, 0), [1, 2, 3].indexOf(4), a.forEach(x => x));
})();
(() => {
try { [].reduce((a, b) => a); log('no'); } catch (e) { log('threw'); } log([1].reduce((a, b) => a + b), [].reduce((a, b) => a, 'init'), ['a', 'b'].reduce((s, x, i, arr) => s + x + i + arr.length, ''));
})();
(() => {
log([1, 2, 3].map(function (x) { return x * this.k; }, { k: 2 }), [1, 2, 3].filter(function (x) { return x > this.m; }, { m: 1 }), [4, 5].every((x, i, a) => a[i] === x), [3, 4].some((x, i) => i === 1));
})();
(() => {
log([].every(x => false), [].some(x => true), [].map(x => x).length, Math.max(...[]), [[], [1]].map(([x = 'd']) => x).join());
})();
//// copy vs reference, string building performance style, string escapes, number formats literals, number methods, integer division rounding, fixed point and rounding to places, bcd and nibbles
(() => {
const a = { n: { v: 1 } }, b = { ...a }, c = Object.assign({}, a), d = JSON.parse(JSON.stringify(a)); a.n.v = 2; log(b.n.v, c.n.v, d.n.v); const x = [1, 2], y = x; y.push(3); log(x.length, x === y, [...x] === x);
})();
(() => {
let s = ''; for (let i = 0; i < 10; i++) s += String.fromCharCode(97 + i); log(s, s.split('').reverse().join(''), s.slice(1, -1).toUpperCase(), [...s].filter((c, i) => i % 2).join(''));
})();
(() => {
log('a\tb\\n\'q\'"d"', "\x41\u0042\103".length, 'line1\
cont', `back\`tick`, '\0'.length, '\u{43}');
})();
(() => {
log(0xff, 0b101, 0o17, 1_000, .5, 5., 1e3, 1E-2, 0.1e2, 0XAB, 1e0);
})();
(() => {
log((12).toString().length, 12..toString(), (5).toFixed(2).length, Number.MAX_SAFE_INTEGER, Number.EPSILON > 0, Number.parseFloat('1.5'), (25).toString(2).padStart(8, '0'), parseInt('11', 2), +(0.1 + 0.2).toFixed(2));
})();
(() => {
const div = (a, b) => Math.floor(a / b), mod = (a, n) => ((a % n) + n) % n; log(div(-7, 2), mod(-7, 3), -7 % 3, 7 % -3, (7 / 2) | 0, Math.round(7 / 2), ~~(-7 / 2), Math.trunc(-3.5));
})();
(() => {
const r = (n, p = 2) => Math.round(n * 10 ** p) / 10 ** p; log(r(1.235), r(21.456, 1), r(-2.345), r(100), r(0.125));
})();
(() => {
const bcd = n => (n >> 4) * 10 + (n & 15), toBcd = n => Math.floor(n / 10) << 4 | n % 10; log(bcd(0x59), toBcd(42).toString(16), [0xAB].map(b => [b >> 4, b & 15].join())[0]);
})();
//// gray code, popcount, reverse bits, time formatting, matrix and vector, bubble, binary search, quick sort, sieve gcd fibonacci, tic tac toe / game of life, run length and base64, parser recursive descent
(() => {
const gray = n => n ^ n >> 1, pop = n => { let c = 0; for (; n; n &= n - 1) c++; return c; }, rev8 = b => { let r = 0; for (let i = 0; i < 8; i++) r |= (b >> i & 1) << 7 - i; return r; }; log([0, 1, 2, 3].map(gray).join(), pop(255), pop(0x1001), rev8(1), rev8(0b1100));
})();
(() => {
const hms = s => [s / 3600 | 0, (s / 60 | 0) % 60, s % 60].map(n => ('' + n).padStart(2, '0')).join(':'); log(hms(3661), hms(59), hms(86399)); const ago = s => s < 60 ? s + 's' : s < 3600 ? Math.floor(s / 60) + 'm' : Math.floor(s / 3600) + 'h'; log(ago(5), ago(125), ago(7300));
})();
(() => {
const mul = (a, b) => a.map(r => b[0].map((_, j) => r.reduce((s, x, k) => s + x * b[k][j], 0))); log(mul([[1, 2], [3, 4]], [[5, 6], [7, 8]])); const dot = (a, b) => a.reduce((s, x, i) => s + x * b[i], 0); log(dot([1, 2, 3], [4, 5, 6]));
})();
(() => {
const qs = ([p, ...r]) => p === undefined ? [] : [...qs(r.filter(x => x < p)), p, ...qs(r.filter(x => x >= p))]; log(qs([3, 1, 2, 5, 4]).join()); function bs(a, x) { let l = 0, h = a.length - 1; while (l <= h) { const m = l + h >> 1; if (a[m] === x) return m; a[m] < x ? l = m + 1 : h = m - 1; } return -1; } log(bs([1, 3, 5, 7], 5), bs([1, 3], 4));
})();
(() => {
const sieve = n => { const p = Array(n + 1).fill(true); for (let i = 2; i * i <= n; i++) if (p[i]) for (let j = i * i; j <= n; j += i) p[j] = false; return p.map((v, i) => v && i > 1 ? i : 0).filter(Boolean); }; log(sieve(30).join()); const gcd = (a, b) => b ? gcd(b, a % b) : a; log(gcd(48, 18));
})();
(() => {
const life = g => g.map((r, y) => r.map((c, x) => { let n = 0; for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) if ((dx || dy) && g[y + dy]?.[x + dx]) n++; return n === 3 || (c && n === 2) ? 1 : 0; })); log(life([[0, 1, 0], [0, 1, 0], [0, 1, 0]]));
})();
(() => {
const rle = s => s.replace(/(.)\1*/g, (m, c) => c + m.length); log(rle('aaabcc')); log(btoa('hello'), atob('aGVsbG8='));
})();
(() => {
function calc(s) { let i = 0; const ws = () => { while (s[i] === ' ') i++; }; const num = () => { ws(); if (s[i] === '(') { i++; const v = sum(); i++; return v; } if (s[i] === '-') { i++; return -num(); } let j = i; while (/[\d.]/.test(s[i] || '')) i++; return parseFloat(s.slice(j, i)); }; const prod = () => { let v = num(); for (;;) { ws(); if (s[i] === '*') { i++; v *= num(); } else if (s[i] === '/') { i++; v /= num(); } else return v; } }; const sum = () => { let v = prod(); for (;;) { ws(); if (s[i] === '+') { i++; v += prod(); } else if (s[i] === '-') { i++; v -= prod(); } else return v; } }; return sum(); } log(calc('1 + 2*(3-4)/2'), calc('-(2+3)*4'));
})();
//// template rendering, query string and path, topic matching, exceptions in callbacks and rethrow with cause, error in getter and finally sequence, error stack exists, void, comma, in, delete precedence, chained ternaries nested arrow returns object
(() => {
const tpl = (t, d) => t.replace(/\{\{(\w+)(?:\|(\w+))?\}\}/g, (_, k, f) => f === 'up' ? String(d[k]).toUpperCase() : d[k] ?? ''); log(tpl('Hi {{name|up}}, {{n}} msgs{{none}}', { name: 'bob', n: 3 }));
})();
(() => {
const qs = o => Object.entries(o).map(([k, v]) => `${encodeURIComponent(k)}=${encodeURIComponent(v)}`).join('&'); log(qs({ a: 1, 'b c': 'x&y' })); const parse = s => s.split('&').reduce((o, p) => { const [k, v = ''] = p.split('='); o[decodeURIComponent(k)] = decodeURIComponent(v); return o; }, {}); log(parse('a=1&b%20c=x%26y&z'));
})();
(() => {
const match = (f, t) => { const a = f.split('/'), b = t.split('/'); for (let i = 0; i < a.length; i++) { if (a[i] === '#') return true; if (b[i] === undefined) return false; if (a[i] !== '+' && a[i] !== b[i]) return false; } return a.length === b.length; }; log(match('a/+/c', 'a/b/c'), match('a/#', 'a/b/c'), match('a/+', 'a/b/c'), match('#', 'x'));
})();
(() => {
const run = f => { try { return [f(), null]; } catch (e) { return [null, e.message]; } }; log(run(() => { throw new Error('a'); }), run(() => 5), run(() => null.x)[0]); function wrap() { try { JSON.parse('{'); } catch (cause) { throw new Error('wrapped', { cause }); } } try { wrap(); } catch (e) { log(e.message, e.cause instanceof Error); }
})();
(() => {
const seq = []; const o = { get bad() { throw new RangeError('r'); } }; try { o.bad; } catch (e) { seq.push(e.name); } finally { seq.push('f'); } log(seq.join()); const e = new TypeError('tt'); log(e instanceof TypeError, e instanceof Error, e.name, String(e));
})();
(() => {
const e = new Error('x'); log(typeof e.stack); class E2 extends Error {} log(typeof new E2('y').stack, new E2('z').message, new E2() instanceof E2);
})();
(() => {
var o = { a: { b: 1 } }; log(typeof void 0, !('a' in o), delete o.a.b, 'b' in o.a, -(2 ** 2), !o.z && 'nz', (1, 2, 3), typeof (() => {})());
})();
(() => {
const f = n => ({ sign: n < 0 ? -1 : n > 0 ? 1 : 0, abs: Math.abs(n), next: m => ({ sum: n + m }) }); log(f(-3), f(2).next(3).sum);
})();
//// var scoping quirks, shadowing, closures share scope, let in switch and loops with break label from switch, do while, nested ternary loops, for without parts, for in arrays and inherited props, comma in for of destructure objects, function default with destructured object and call
(() => {
var x = 1; { var x = 2; } log(x); function f() { log(typeof y); var y = 1; if (true) { var z = 2; let q = 3; } log(z, typeof q); } f(); for (var i = 0; i < 2; i++); log(i);
})();
(() => {
let n = 1; { let n = 2; { let n = 3; log(n); } log(n); } log(n); const f = n => { { const n = 9; log(n); } return n; }; log(f(4)); try { throw 1; } catch (n) { log(n); } log(n);
})();
(() => {
function pair() { let v = 0; return [() => ++v, () => v]; } const [inc, get] = pair(); inc(); inc(); log(get()); const [, g2] = pair(); log(g2());
})();
(() => {
for (const x of [1, 2, 3]) { switch (x) { case 2: { let msg = 'two'; log(msg); continue; } default: let msg = 'other'; log(msg, x); } }
})();
(() => {
let i = 0; do { i += 2; if (i === 4) continue; if (i > 8) break; } while (i < 20); log(i); for (;;) { if (i-- < 5) break; } log(i); let s = ''; for (let a = 0, b = 5; a < b; a++, b--) s += a + b; log(s);
})();
(() => {
function P() { this.own = 1; } P.prototype.inh = 2; const r = []; for (const k in new P()) r.push(k); log(r.join()); const o = Object.create({ p: 1 }); o.q = 2; const q = []; for (const k in o) q.push(k); log(q.join());
})();
(() => {
for (const { id, tags: [first = 'none'] = [] } of [{ id: 1, tags: ['a'] }, { id: 2 }]) log(id, first); for (let [a, , b] of [[1, 2, 3]]) { a += b; log(a); }
})();
(() => {
const draw = ({ x = 0, y = 0, color = 'red', ...style } = {}, ...pts) => `${x},${y} ${color} ${JSON.stringify(style)} ${pts.length}`; log(draw(), draw({ x: 1, w: 2 }, 1, 2));
})();
//// callbacks with optional args, chained getters on arrays length zero, dynamic dispatch table, flags to string and parse bools, median, mode, stddev, exponential filter, object with numeric-like and symbol keys via computed, nested template with ternary and arrays
(() => {
function each(a, f, done = () => log('done')) { for (let i = 0; i < a.length; i++) f(a[i], i); done?.(); } each([1], x => log(x)); each([], null, undefined); each([2], (x, i) => log(x + i), null);
})();
(() => {
const a = []; log(a.length, a[0], a[a.length - 1], a.at(-1), a?.[0]?.x, [].concat().length);
})();
(() => {
const h = { on: () => 'ON', off: () => 'OFF', set: v => 'SET ' + v, default: c => '?' + c }; const cmd = l => { const [c, ...a] = l.split(' '); return (h[c] ?? (() => h.default(c)))(...a); }; log(cmd('on'), cmd('set 5'), cmd('zz'));
})();
(() => {
const b = s => /^(1|true|on|yes)$/i.test(s); log(['1', 'TRUE', 'off', '', 'Yes', 'no'].map(b));
})();
(() => {
const st = a => { const s = [...a].sort((x, y) => x - y), m = a.reduce((x, y) => x + y, 0) / a.length; return { med: s.length % 2 ? s[s.length >> 1] : (s[s.length / 2 - 1] + s[s.length / 2]) / 2, mean: m, sd: Math.sqrt(a.reduce((v, x) => v + (x - m) ** 2, 0) / a.length).toFixed(3) }; }; log(st([3, 1, 2, 4]));
})();
(() => {
const lp = (k, v = 0) => x => (v += k * (x - v)); const f = lp(0.5); log([8, 8, 8].map(f).join());
})();
(() => {
const k = Symbol.iterator; const it = { *[k]() { yield* [1, 2]; } }; log([...it]); const dyn = { ['a' + 1]: 1, [`b${2}`]() { return 2; }, get ['c' + 3]() { return 3; } }; log(dyn.a1, dyn.b2(), dyn.c3);
})();
(() => {
const items = [{ n: 'a', q: 2 }, { n: 'b', q: 0 }]; log(`Items:${items.map(({ n, q }) => ` ${n}${q ? `(${q})` : ''}`)}.`);
})();
//// exponent assoc and unary minus mixing, chained comparisons
(() => {
log(2 ** -2, (-1) ** 2, 2 ** 0.5 > 1.41, 10 ** 3, (2 ** 31) | 0, 2 ** 53 === 2 ** 53 + 1);
})();
(() => {
log(1 < 2 < 3, 3 > 2 > 1, 1 == 1 == 1, '2' > 1, null + 1, [] + 1, true + true, '3' * '4', 'a' + 1 + 2, 1 + 2 + 'a');
})();
//// promise queue
class Queue { #q = Promise.resolve(); add(f) { return (this.#q = this.#q.then(f, f)); } } const q = new Queue(); q.add(() => log(1)); q.add(() => { throw new Error('x'); }).catch(e => log('err', e.message)); q.add(async () => { await null; log(2); });
//// retry with backoff
const sleep = ms => new Promise(r => setTimeout(r, ms)); async function retry(f, n = 3, d = 2) { try { return await f(); } catch (e) { if (!n) throw e; await sleep(d); return retry(f, n - 1, d * 2); } } let k = 0; retry(() => { if (++k < 3) throw new Error('no ' + k); return 'ok ' + k; }).then(log);
//// async iterator queue
class Chan { b = []; w = []; push(v) { const r = this.w.shift(); r ? r({ value: v, done: false }) : this.b.push(v); } next() { return this.b.length ? Promise.resolve({ value: this.b.shift(), done: false }) : new Promise(r => this.w.push(r)); } [Symbol.asyncIterator]() { return this; } } const c = new Chan(); (async () => { let n = 0; for await (const v of c) { log('got', v); if (++n === 3) break; } log('out'); })(); c.push(1); c.push(2); setTimeout(() => c.push(3), 2);
//// async errors nested finally
(async () => { try { try { await Promise.reject(new Error('deep')); } finally { log('f1'); } } catch ({ message }) { log('c', message); } finally { await null; log('f2'); } return 'v'; })().then(log);
//// await in loop conditions and switch
(async () => { const f = async n => n; let i = 0; while (await f(i < 3)) i++; log(i); switch (await f('b')) { case 'a': log('a'); break; case 'b': log('b', await f(2)); default: log('fall'); } for (const x of await f([1, 2])) log(x); do { i--; } while (await f(i > 0)); log(i); if (await f(false)) log('no'); else if (await f(1)) log('yes'); })();
//// await with closures per turn
(async () => { const fs = []; for (let i = 0; i < 3; i++) { await null; fs.push(() => i); } log(fs.map(f => f()).join()); for (const k in { a: 1, b: 2 }) { await null; fs.push(() => k); } log(fs[3](), fs[4]()); })();
//// async arrow capturing arguments and this
class A { v = 3; async f(...a) { const g = async () => { await null; return this.v + a.length; }; return g(); } } new A().f(1, 2).then(log);
//// async labelled loops
(async () => { outer: for (let i = 0; i < 3; i++) { for (let j = 0; j < 3; j++) { await null; if (j === 1) continue outer; if (i === 2) break outer; log(i, j); } } log('end'); })();
//// async method in object literal with super-like call
const base = { async hi() { return 'base'; } }; const o = { ...base, async hi2() { return (await base.hi()) + '2'; }, async *gen() { yield* [1, 2]; }, get now() { return 5; } }; o.hi2().then(log); (async () => { for await (const x of o.gen()) log(x); })();
//// promise then returning thenable order
Promise.resolve().then(() => Promise.resolve('inner')).then(v => log(v)); Promise.resolve('p').finally(() => 'ignored').then(log);
//// setInterval self clearing and counting
let n = 0; const t = setInterval(() => { log('t', ++n); if (n === 3) clearInterval(t); }, 3);
//// a bare return at the end of a function
function define(x) {
  if (typeof x === 'string') return 'text';
  if (x) {
    return 'some';
  }
  return;
}
log(define('a'), define(1), define());
