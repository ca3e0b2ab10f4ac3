//// fields are each object's own
class A { list = []; n = this.list.length; m = (this.n += 1); #p = 5; get p() { return this.#p; } }
const a = new A(), b = new A();
a.list.push(1);
log(a.list, b.list, a.n, a.m, a.p);
//// statics
class A { static count = 0; static names = ['x']; static make() { A.count++; return new this(); } static twice = A.count * 2 + 4; static { this.ready = true; } }
A.make(); A.make();
log(A.count, A.names, A.twice, A.ready);
//// three levels
class A { constructor(n) { this.n = n; } who() { return 'A' + this.n; } get v() { return 1; } }
class B extends A { constructor(n) { super(n + 1); this.b = true; } who() { return 'B' + super.who(); } get v() { return super.v + 1; } }
class C extends B { extra = 'e'; who() { return 'C' + super.who(); } get v() { return super.v + 1; } }
const c = new C(1);
log(c.who(), c.v, c.b, c.extra, c instanceof A, c instanceof B, Object.keys(c));
//// statics are inherited
class A { static base() { return 'base ' + this.id; } static id = 'a'; }
class B extends A { static id = 'b'; static own() { return super.base() + '!'; } }
class C extends B {}
log(B.base(), B.own(), C.base());
//// private names (interpreter only: elsewhere they are listed)
class Counter {
  #n = 0; static #made = 0;
  constructor() { Counter.#made++; }
  #step(by) { this.#n += by; }
  up() { this.#step(2); return this; }
  get n() { return this.#n; }
  static made() { return Counter.#made; }
  has(o) { return #n in o; }
}
const c = new Counter().up().up();
log(c.n, Counter.made(), c.has(c), c.has({}), Object.keys(c).length, JSON.stringify(c));
//// private accessors
class T { #c = 20; get #f() { return this.#c * 2; } set #f(v) { this.#c = v / 2; } run() { this.#f = 10; return this.#f + this.#c; } }
log(new T().run());
//// accessors
class T { constructor() { this._c = 0; } get f() { return this._c * 1.8 + 32; } set f(v) { this._c = (v - 32) / 1.8; } static get zero() { return 'z'; } static set zero(v) { log('set', v); } }
const t = new T();
t.f = 212;
log(t._c, t.f, T.zero);
T.zero = 1;
//// errors of one's own
class AppError extends Error { constructor(text, code) { super(text); this.name = 'AppError'; this.code = code; } }
class NetError extends AppError { constructor(text) { super('net: ' + text, 7); } describe() { return this.message + this.code; } }
try { throw new NetError('down'); } catch (e) { log(e instanceof NetError, e instanceof AppError, e instanceof Error, e.message, e.code, e.describe(), String(e)); }
//// errors without a constructor
class E1 extends Error {}
class E2 extends E1 { get name() { return 'Two'; } }
const e = new E1('m');
log(e.message, e.name, String(e), new E2('n') instanceof E1, String(new E2('n')), new E1().message === '');
//// class expressions
const A = class { v = 1; };
const B = class Named { static s = 2; me() { return Named.s; } };
log(new A().v, new B().me(), typeof B);
//// arrow functions as fields
class Button { n = 0; press = () => { this.n++; return this.n; }; }
const b = new Button(), { press } = b;
press(); press();
log(b.n);
//// methods with all kinds of names
class A { 'a-b'() { return 1; } ['c' + 1]() { return 3; } delete() { return 4; } static() { return 5; } get() { return 6; } of() { return 7; } catch() { return 8; } }
const a = new A();
log(a['a-b'](), a.c1(), a.delete(), a.static(), a.get(), a.of(), a.catch());
//// computed fields
const k = 'key';
class A { [k] = 1; ['x' + k] = 2; static [k + 'S'] = 3; }
log(new A().key, new A().xkey, A.keyS);
//// rest and defaults in constructors
class P { constructor(a = 1, ...r) { this.a = a; this.r = r; } }
class Q extends P { constructor(...all) { super(...all, 'end'); } }
log(new P(), new Q(5, 6));
//// fields after super
class A { constructor() { this.order = ['A']; } }
class B extends A { f = this.order.push('field'); constructor(x) { super(); this.order.push(x); } }
log(new B('ctor').order);
//// a field does not see the constructor's names
const v = 'outer';
class A { f = v; constructor(v) { this.g = v; } }
log(new A('inner'));
//// toString, valueOf, toJSON
class V { constructor(n) { this.n = n; } toString() { return 'V' + this.n; } toJSON() { return { value: this.n }; } }
log(`${new V(1)}`, 'a' + new V(2), JSON.stringify({ v: new V(3) }));
//// for...in sees no methods
class A { constructor() { this.x = 1; this.y = 2; } m() {} }
for (const k in new A()) log(k);
//// new.target
class Shape { constructor() { this.kind = new.target === Shape ? 'plain' : new.target.name; } }
class Square extends Shape {}
function F() { return new.target ? 'new' : 'call'; }
log(new Shape().kind, new Square().kind, F());
//// names of classes and their instances
class Motor { who() { return this.constructor.name; } }
class Fast extends Motor {}
log(new Motor().who(), new Fast().who(), Motor.name);
//// mixins
const Loud = (Base) => class extends Base { say() { return super.say() + '!'; } };
class Animal { say() { return 'hm'; } }
class Dog extends Loud(Animal) {}
log(new Dog().say(), new Dog() instanceof Animal);
//// singleton and chaining
class S { static #one; static get() { return (S.#one ??= new S()); } n = 0; inc() { this.n++; return this; } }
log(S.get() === S.get(), S.get().inc().inc().n);
//// getters on the prototype chain
class A { get kind() { return 'a'; } }
class B extends A { get kind() { return 'b' + super.kind; } set kind(v) { this._k = v; } }
const b = new B();
b.kind = 3;
log(b.kind, b._k);
//// super in arrow functions and async methods
class A { m(x) { return x * 2; } }
class B extends A { m(x) { return [1, x].map((y) => super.m(y)); } async n(x) { await null; return super.m(x); } }
log(new B().m(3));
new B().n(4).then((v) => log(v));
//// a constructor that gives another object
class A { constructor() { return { other: 1 }; } }
log(new A());
//// an abstract method
class Base { run() { return this.step() + 1; } step() { throw new Error('not implemented'); } }
class Good extends Base { step() { return 41; } }
try { new Base().run(); } catch (e) { log(e.message); }
log(new Good().run());
