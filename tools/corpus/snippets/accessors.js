//// logical assignment to accessors
let log1 = [];
const a = { _b: 1, get b() { log1.push("get"); return this._b; }, set b(v) { log1.push("set" + v); this._b = v; } };
const obj = () => { log1.push("obj"); return a; };
const key = () => { log1.push("key"); return "b"; };
const f = () => { log1.push("f"); return 9; };
obj()[key()] &&= f(); log(log1.join()); log1 = [];
obj()[key()] ||= f(); log(log1.join()); log1 = [];
obj()[key()] ??= f(); log(log1.join()); log1 = [];
obj().b &&= f(); log(log1.join()); log1 = [];
a.b = null; log1 = [];
a.b ??= f(); log(log1.join()); log1 = [];
a.b = 0; log1 = [];
a.b ||= f(); log(log1.join()); log1 = [];
a.b &&= 0; log(log1.join()); log1 = [];
a.b &&= f(); log(log1.join()); log1 = [];
//// logical assignment to accessors, and await
let n = 0;
const o = { get v() { n++; return 0; }, set v(x) { log("set", x); } };
(async () => { o.v ||= await 5; log(n); o.v &&= await 6; log(n); let z; z ??= await 3; log(z); (await o).v ||= await 8; log(n); o[await "v"] ||= 3; log(n)})();
//// logical assignment to accessors through super, and to hidden fields
class A { #p = null; static s = null; get p() { return this.#p ??= 4; } st() { return A.s ||= 5; } }
const a = new A(); log(a.p, a.p, a.st(), A.s);
class B { get v() { log("gv"); return 1; } set v(x) { log("sv", x); } }
class C extends B { go() { super.v &&= 3; } }
try { new C().go(); } catch (e) { log("x"); }
//// compound assignment through super
class B { get v() { log("gv"); return this._v; } set v(x) { log("sv", x); this._v = x; } }
class C extends B { get v() { log("cv"); return super.v; } set v(x) { super.v = x; } go() { super.v ??= 3; super.v += 4; super.v **= 2; super.v ||= 9; return super.v; } up() { return [++super.v, super.v++, super.v, super.v--, --super.v]; } }
log(new C().go());
const c = new C(); c.v = 1; log(c.up());
//// getter once in all assignments
let n = 0, t;
const a = { _b: 1, get b() { n++; return this._b * 2; }, set b(v) { this._b = v; } };
const step = (name) => { log(name, n, a._b); n = 0; };
a.b = 5; step("=");
a.b += 5; step("+=");
log(a.b -= 5); step("-=");
log(++a.b); step("++");
log(a.b++); step("++");
--a.b; step("--");
t = a.b = 3; log(t); step("chain");
[1, 2].forEach((x) => a.b = x); step("arrow");
for (a.b = 0; a.b < 3; ++a.b); step("for");
[a.b, t] = [7, 8]; step("pattern");
({ q: a.b } = { q: 6 }); step("pattern");
a["b"] = 7; step("quoted");
const k = "b";
log(a[k] = 7); step("key");
//// setter alone
const a = { set b(v) { this._b = v; } };
let t = a.b = 5;
log(t, a._b, a.b, a.b ||= 6, a._b);
//// accessors of a class
class P { #v = 1; static #n = 0; get #w() { P.#n++; return this.#v; } set #w(x) { this.#v = x; } static get n() { return P.#n; } static set n(x) { P.#n = x; }
  get v() { return this.#w; } set v(x) { this.#w = x; } go() { this.#w = 4; this.#w += 1; this.#w ||= 3; return ++this.#w; } }
const p = new P(); p.v = 3; log(P.n, p.v, P.n, p.v += 2, P.n); log(p.go(), P.n, P.n = 7, P.n += 1, ++P.n, P.n);
class Q extends P { } const q = new Q(); log(q.v = 4, q.v);
//// defined accessors
let n = 0;
const o = {};
Object.defineProperty(o, "x", { get() { n++; return 1; }, set(v) { n += 10; } });
Object.defineProperties(o, { y: { get: () => n, set: (v) => { n = v; } } });
o.x = 5; log(n); o.x += 5; log(n); log(o.y = 2, o.y, n); o.x &&= 3; log(n);
//// computed accessors
let n = 0; const k = "x";
const o = { get [k]() { n++; return 1; }, set [k](v) { n += 10; } };
o.x = 5; log(n, o.x = 6, n);  o["x"] ||= 7; log(n);
//// accessor in generators
class T { get v() { log("get"); return this._v; } set v(x) { log("set", x); this._v = x; } }
async function f(t) { t.v = await 5; t.v += await 6; t.v ??= await 9; return t.v = await 3; }
const t = new T(); f(t).then(log);
//// array and length untouched
class T { get length() { return 4; } set length(v) { this._l = v; } get x() { return Date.now(); } set x(v) {} }
const t = new T(), a = [1,2,3]; t.length = 3; log(t._l, t.length, a.length = 2, a, a.length ||= 1); a[0] = 5; let z = a[1] = 6; log(a, z);
