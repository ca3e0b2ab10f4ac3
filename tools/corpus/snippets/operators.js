//// optional chaining
const o = { a: { b: 1, f() { return this.b; } }, n: null, l: [5] };
log(o?.a?.b, o.x?.b.c.d, o.n?.z, o.a?.f(), o.a.f?.(), o.a.g?.(), o.l?.[0], o.m?.[0], o?.['a'].b);
//// chains evaluate once
let n = 0;
const get = () => { n++; return { v: { w: 2 }, f: null }; };
log(get()?.v?.w, get().f?.(n++), n);
//// this in optional calls
const o = { k: 3, sub: { k: 4, m() { return this && this.k; } } };
log(o.sub?.m?.(), (o?.sub).m(), o.sub['m']?.());
//// delete through a chain
const o = { a: { b: 1 } };
log(delete o?.a?.b, o, delete o.x?.y);
//// nullish
log(null ?? 1, undefined ?? 2, 0 ?? 3, '' ?? 4, false ?? 5, (null ?? undefined) ?? 6);
//// logical assignment
let a = null, b = 0, c = 1;
const o = { n: 0 };
a ??= 5; b ||= 6; c &&= 7; o.m ??= 8; o.n ||= 9; o.n &&= o.n + 1;
log(a, b, c, o);
//// logical assignment stops early
let n = 0;
const o = { v: 1, get w() { n += 10; return 2; } };
const hit = () => { n++; return 9; };
o.v ||= hit(); o.v ??= hit(); o.w ??= hit();
log(o.v, n);
//// powers
let p = 2;
p **= 3;
log(2 ** 10, p, 2 ** 3 ** 2, (-2) ** 2, 4 ** 0.5, 2 ** -1);
//// compound assignment reads first
let x = 1;
function f() { x = 10; return 5; }
x += f();
log(x);
const o = { n: 1, add() { this.n = 100; return 2; } };
o.n += o.add();
log(o.n);
x -= x++ * 2;
log(x);
//// compound assignment to an element
const a = [1, 2, 3];
let i = 0;
a[i++] += 10; a[i++] **= 2; a[i] ??= 4;
log(a, i);
//// template strings
const n = 3;
log(`a${n}b${n * 2}${''}`, `${`in${n}`}!`, `$\{no} \`q\` \\`, `x
y`.length);
//// tagged templates
const tag = (s, ...v) => s.join('|') + ':' + v.join(',') + ':' + s.length;
log(tag`a${1}b${2}c`, tag``, tag`only`);
log(String.raw`a\n${1}b`.length);
const raw = (s) => s.raw[0].length;
log(raw`a\nb`);
//// numbers in all writings
log(1_000_000, 0b1010, 0o17, 0xff_ff, .5, 5., 1e-3);
//// comma and void
let a = (1, 2, 3);
for (var i = 0, j = 5; i < j; i++, j--);
log(a, i, j, void 0);
//// in and instanceof
class A {}
log('a' in { a: 1 }, 1 in [5, 6], 2 in [5], new A() instanceof A, [] instanceof Array, {} instanceof A);
//// bits
log(5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 31, -1 >>> 28, -9 >> 1, 2 ** 32 >>> 0, 4294967295 | 0);
//// conditions in conditions
const f = (n) => (n < 0 ? 'neg' : n === 0 ? 'zero' : n < 10 ? 'few' : 'many');
log([-1, 0, 5, 50].map(f));
//// computed keys
const k = 'dyn';
const o = { a: 1, [k]: 2, [k + 'F']() { return 3; }, ['x' + 1]: 4, b: 5, get [k + 'G']() { return 6; } };
log(o.dyn, o.dynF(), o.x1, o.b, o.dynG, Object.keys(o).join());
//// shorthand and methods
const a = 1, b = 2;
const o = { a, b, sum() { return this.a + this.b; }, get twice() { return this.a * 2; }, set both(v) { this.a = this.b = v; } };
o.both = 4;
log(o.sum(), o.twice);
//// this of a chain in parentheses
const o = { k: 3, get() { return this && this.k; }, sub: { k: 4, m() { return this.k; } } };
let n = null;
log((o?.get)(), (o.get)(), o?.get(), (o?.sub.m)(), (o?.sub)?.m(), (o?.sub?.m)());
log((o?.get)?.(), (n?.get)?.(), (o.x?.y)?.(1));
log((o?.["get"])(), (o?.get).call({k: 8}));
//// a chain in parentheses is evaluated once
let c = 0;
const o = { k: 3, m(a) { return this.k + a; } };
const f = () => { c++; return o; };
log((f()?.m)(1), c, (f()?.["m"])(...[2]), c);
//// a chain in parentheses as a tag
const o = { k: 3, m(a) { return this.k + a.length; } };
log((o?.m)`a`);
//// a chain in parentheses that ends early
let n = null;
try { (n?.get)(); log("no"); } catch (e) { log("threw"); }
//// a chain in parentheses and await
const o = { k: 3, m(a) { return this.k + a; } };
(async () => { log((o?.m)(await 4)); log(await (o?.m)(await 5)); log((o.m)(await 4)); log(o?.m(await 7)); log((await o)?.m(1));  log(((await o)?.m)(1)); })();
//// logical assignment to what its value replaces
let a = { b: 1, n: 1 }; const first = a;
a.b &&= (a = { b: 5 }, 7);
log(first, a);
let k = "b"; a[k] ||= 3;
a.q ??= (a = { z: 1 }, 8);
log(a);
a[k] ??= (k = "w", 8);
log(a, k);
//// logical assignment to length
const a = [1,2,3]; a.length &&= 1; log(a); const o = { length: 0 }; o.length ||= 4; log(o);
//// super in optional calls
class A { m() { return this.k; } get z() { return 1; } }
class B extends A { constructor() { super(); this.k = 5; } t() { return [super.m?.(), super.q?.(), (super.m)?.()]; } }
log(new B().t());
