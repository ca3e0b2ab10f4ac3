//// var f=(x)=>({a:x});log(f(1).a)
var f = (x) => ({ a: x });
log(f(1).a);
//// let a=1;{let a=2;log(a)}log(a)
let a = 1;
{
  let a = 2;
  log(a);
}
log(a);
//// function f(){if(1){let x=1;{let x=2;log(x)}log(x)}}f()
function f() {
  if (1) {
    let x = 1;
    {
      let x = 2;
      log(x);
    }
    log(x);
  }
}
f();
//// const f=function g(n){return n?n*g(n-1):1};log(f(5))
const f = function g(n) {
  return n ? n * g(n - 1) : 1;
};
log(f(5));
//// if(1){const x=1;log(x)}else{const x=2;log(x)}{const x=3; …
if (1) {
  const x = 1;
  log(x);
} else {
  const x = 2;
  log(x);
}
{
  const x = 3;
  log(x);
}
//// class A{x=1;static y=2;get z(){return this.x+1}set z(v){ …
class A {
  x = 1;
  static y = 2;
  get z() {
    return this.x + 1;
  }
  set z(v) {
    this.x = v;
  }
  static m() {
    return this.y;
  }
  n() {
    return this.z;
  }
}
var a = new A();
a.z = 5;
log(a.n(), A.m());
//// class A{constructor(a){this.a=a}get v(){return this.a}}c …
class A {
  constructor(a) {
    this.a = a;
  }
  get v() {
    return this.a;
  }
}
class B extends A {
  constructor(a) {
    super(a);
    this.b = 1;
  }
  get v() {
    return super.v + 1;
  }
}
log(new B(1).v);
//// class A{constructor(a){this.a=a}}class B extends A{}log( …
class A {
  constructor(a) {
    this.a = a;
  }
}
class B extends A {}
log(new B(1).a);
//// class A{constructor(a){this.a=a}}class B extends A{c=2}l …
class A {
  constructor(a) {
    this.a = a;
  }
}
class B extends A {
  c = 2;
}
log(new B(1).a, new B(1).c);
//// class A{m(){return 1}}class B extends A{m(){return super …
class A {
  m() {
    return 1;
  }
}
class B extends A {
  m() {
    return super.m() + 1;
  }
}
class C extends B {
  m() {
    return super.m() + 1;
  }
}
log(new C().m());
//// class A{static s(){return 1}}class B extends A{static t( …
class A {
  static s() {
    return 1;
  }
}
class B extends A {
  static t() {
    return super.s() + 1;
  }
}
log(B.s(), B.t());
//// class A{x=[];y=this.x}var a=new A,b=new A;a.x.push(1);lo …
class A {
  x = [];
  y = this.x;
}
var a = new A(),
  b = new A();
a.x.push(1);
log(b.x.length, a.y.length);
//// class A{f=()=>this.v;v=3}log(new A().f())
class A {
  f = () => this.v;
  v = 3;
}
log(new A().f());
//// class A{}log(typeof A,new A() instanceof A,A.name,new A( …
class A {}
log(typeof A, new A() instanceof A, A.name, new A().constructor === A);
//// class A{}class B extends A{}log(new B() instanceof A,new …
class A {}
class B extends A {}
log(new B() instanceof A, new B() instanceof B, new A() instanceof B);
//// const A=class{m(){return 1}};log(new A().m())
const A = class {
  m() {
    return 1;
  }
};
log(new A().m());
//// var o={get a(){return 1},set a(v){log(v)}};o.a=3;log(o.a …
var o = {
  get a() {
    return 1;
  },
  set a(v) {
    log(v);
  },
};
o.a = 3;
log(o.a);
//// var a=5;a??=6;log(a)
var a = 5;
a ??= 6;
log(a);
//// log(null??1,0??1)
log(null ?? 1, 0 ?? 1);
//// log(['b',undefined,'a'].sort())
log(['b', undefined, 'a'].sort());
//// log('abc'<'abd','a'<'B','10'<'9',10<'9','a'+1+2,1+2+'a', …
log('abc' < 'abd', 'a' < 'B', '10' < '9', 10 < '9', 'a' + 1 + 2, 1 + 2 + 'a', '3' * '4', '5' - 2);
//// log(+'12',+'',+'abc',+null,+undefined,+true,+[],+{},-'3' …
log(+'12', +'', +'abc', +null, +undefined, +true, +[], +{}, -'3');
//// log(7%3,-7%3,7.5%2,7%0,-0%1,5%-3)
log(7 % 3, -7 % 3, 7.5 % 2, 7 % 0, -0 % 1, 5 % -3);
//// log(1/0,-1/0,0/0,null+1,undefined+1,true+1,[]+1,{}+1)
log(1 / 0, -1 / 0, 0 / 0, null + 1, undefined + 1, true + 1, [] + 1, {} + 1);
//// log(typeof null,typeof undefined,typeof 1,typeof '',type …
log(
  typeof null,
  typeof undefined,
  typeof 1,
  typeof '',
  typeof {},
  typeof [],
  typeof function () {},
  typeof nope,
  typeof true,
);
//// log(!!'',!!'0',!!0,!!NaN,!![],!!{},!!null)
log(!!'', !!'0', !!0, !!NaN, !![], !!{}, !!null);
//// var o={};log(o.x,o['y'],'x' in o,o.hasOwnProperty('x'))
var o = {};
log(o.x, o['y'], 'x' in o, o.hasOwnProperty('x'));
//// class A{x=[]}var a=new A,b=new A;a.x.push(1);log(b.x.len …
class A {
  x = [];
}
var a = new A(),
  b = new A();
a.x.push(1);
log(b.x.length);
//// class A{constructor(){this.a=1}}class B extends A{constr …
class A {
  constructor() {
    this.a = 1;
  }
}
class B extends A {
  constructor() {
    super();
    this.b = 2;
  }
}
class C extends B {
  constructor() {
    super();
    this.c = 3;
  }
}
var c = new C();
log(c.a, c.b, c.c);
//// class A{constructor(){this.a=1}}class B extends A{constr …
class A {
  constructor() {
    this.a = 1;
  }
}
class B extends A {
  constructor() {
    super();
    this.b = 2;
  }
}
class C extends B {}
var c = new C();
log(c.a, c.b);
//// class A{constructor(x){this.a=x}}class B extends A{const …
class A {
  constructor(x) {
    this.a = x;
  }
}
class B extends A {
  constructor(x) {
    super(x);
  }
  get v() {
    return 1;
  }
  static s() {
    return 2;
  }
}
class C extends B {}
log(C.s(), new C(2).v, new C(2).a);
//// class E2 extends Error{constructor(m){super(m);this.name …
class E2 extends Error {
  constructor(m) {
    super(m);
    this.name = 'E2';
  }
}
try {
  throw new E2('q');
} catch (e) {
  log(e instanceof E2, e instanceof Error, e.name);
}
//// var e=new TypeError('x');log(e.name,e.message,''+e,e ins …
var e = new TypeError('x');
log(e.name, e.message, '' + e, e instanceof Error, e instanceof TypeError);
//// var e=Error('x');log(e instanceof Error,e.message)
var e = Error('x');
log(e instanceof Error, e.message);
//// class A{set v(x){this.q=x}get v(){return this.q}}var a=n …
class A {
  set v(x) {
    this.q = x;
  }
  get v() {
    return this.q;
  }
}
var a = new A();
a.v = 3;
log(Object.keys(a), a.v);
//// var a=1;var a;log(a)
var a = 1;
var a;
log(a);
//// function f(){if(0){var x=1}log(typeof x)}f()
function f() {
  if (0) {
    var x = 1;
  }
  log(typeof x);
}
f();
//// var o={a:1};delete o.a;log(o.a,'a' in o,delete o.b)
var o = { a: 1 };
delete o.a;
log(o.a, 'a' in o, delete o.b);
//// log([{k:1,v:'a'},{k:0,v:'b'},{k:1,v:'c'},{k:0,v:'d'}].so …
log(
  [
    { k: 1, v: 'a' },
    { k: 0, v: 'b' },
    { k: 1, v: 'c' },
    { k: 0, v: 'd' },
  ]
    .sort((a, b) => a.k - b.k)
    .map((x) => x.v)
    .join(''),
);
//// var o={f:function(){return (()=>this.x)()},x:4};log(o.f( …
var o = {
  f: function () {
    return (() => this.x)();
  },
  x: 4,
};
log(o.f());
//// var o={x:1,f(){var g=this.f2;return g()},f2(){return thi …
var o = {
  x: 1,
  f() {
    var g = this.f2;
    return g();
  },
  f2() {
    return this === o;
  },
};
log(o.f());
//// function f(){return arguments.length}log(f(1,undefined), …
function f() {
  return arguments.length;
}
log(f(1, undefined), f.length);
//// var x=10;{let x=20;var f=()=>x}log(f(),x)
var x = 10;
{
  let x = 20;
  var f = () => x;
}
log(f(), x);
//// var f=()=>later;const later=5;log(f())
var f = () => later;
const later = 5;
log(f());
//// var r=/a/g;log(r.test('aa'),r.lastIndex,r.test('aa'),r.t …
var r = /a/g;
log(r.test('aa'), r.lastIndex, r.test('aa'), r.test('aa'));
//// log(Object.assign({a:1},{b:2},null),Object.entries({a:1} …
log(
  Object.assign({ a: 1 }, { b: 2 }, null),
  Object.entries({ a: 1 }),
  Object.values({ a: 1 }),
  Object.fromEntries ? Object.fromEntries([['a', 1]]) : 'none',
);
//// log(1<2<3,3>2>1,!'a'==false,1,2,(1,2),void 0)
log(1 < 2 < 3, 3 > 2 > 1, !'a' == false, 1, 2, (1, 2), void 0);
//// var a=1,b=a++ + ++a;log(a,b);var x=5;x+=x++*2;log(x);var …
var a = 1,
  b = a++ + ++a;
log(a, b);
var x = 5;
x += x++ * 2;
log(x);
var i = 0;
var arr = [i++, i++, i++];
log(arr);
//// var n=0;function g(){return n++}var o=[g(),g()];log(o[g( …
var n = 0;
function g() {
  return n++;
}
var o = [g(), g()];
log(o[g() - 2], n);
//// function f(a,a2){return a}log(f(1),f())
function f(a, a2) {
  return a;
}
log(f(1), f());
//// log(typeof eval,eval('1+1'))
log(typeof eval, eval('1+1'));
//// log(new Function('a','b','return a+b')(1,2))
log(new Function('a', 'b', 'return a+b')(1, 2));
//// var o={a:1,a:2};log(o);var {a}=o
var o = { a: 1, a: 2 };
log(o);
var { a } = o;
//// log(010,'\101')
log(010, '\101');
//// if(true)function q(){return 1};log(q())
if (true)
  function q() {
    return 1;
  }
log(q());
//// a=5;log(a,typeof a);var z=b2=3;log(b2)
a = 5;
log(a, typeof a);
var z = (b2 = 3);
log(b2);
//// log([..."abc"].length)
log([...'abc'].length);
//// log("a".localeCompare("b"))
log('a'.localeCompare('b'));
//// log('%',"it's",'tab\t','q"q')
log('%', "it's", 'tab\t', 'q"q');
//// Object.prototype.zz=function(){return 1};log(({}).zz())
Object.prototype.zz = function () {
  return 1;
};
log({}.zz());
//// Error.prototype.name='E9';log(new Error('a').name)
Error.prototype.name = 'E9';
log(new Error('a').name);
//// TypeError.prototype.name='T9';log(new TypeError('a').nam …
TypeError.prototype.name = 'T9';
log(new TypeError('a').name);
//// log(function(){return typeof arguments}())
log(
  (function () {
    return typeof arguments;
  })(),
);
//// class A{constructor(){return {z:1}}}log(new A().z)
class A {
  constructor() {
    return { z: 1 };
  }
}
log(new A().z);
//// function A(){return {z:1}}log(new A().z)
function A() {
  return { z: 1 };
}
log(new A().z);
//// class A{constructor(){this.m=this.m.bind(this)}m(){retur …
class A {
  constructor() {
    this.m = this.m.bind(this);
  }
  m() {
    return this.v;
  }
}
var a = new A();
a.v = 3;
var m = a.m;
log(m());
//// class A{static make(){return new this()}}log(A.make() in …
class A {
  static make() {
    return new this();
  }
}
log(A.make() instanceof A);
//// class A{static x=1;static y=A.x+1}log(A.y)
class A {
  static x = 1;
  static y = A.x + 1;
}
log(A.y);
//// class A{static x=[];static add(v){this.x.push(v);return …
class A {
  static x = [];
  static add(v) {
    this.x.push(v);
    return this;
  }
}
A.add(1).add(2);
log(A.x);
//// var o={get(){return 1},set(x){return x}};log(o.get(),o.s …
var o = {
  get() {
    return 1;
  },
  set(x) {
    return x;
  },
};
log(o.get(), o.set(3));
//// var o={if:1,class:2,new:3,default:4};log(o.if,o.class,o. …
var o = { if: 1, class: 2, new: 3, default: 4 };
log(o.if, o.class, o.new, o.default);
//// function A(){if(!(this instanceof A))return new A();this …
function A() {
  if (!(this instanceof A)) return new A();
  this.x = 1;
}
log(A().x);
//// function F(){}F.prototype.a=1;F.prototype={b:2};log(new …
function F() {}
F.prototype.a = 1;
F.prototype = { b: 2 };
log(new F().b, new F().a);
//// var a=function(){return 1}();log(a);!function(){log('iif …
var a = (function () {
  return 1;
})();
log(a);
!(function () {
  log('iife');
})();
(function () {
  log('x');
})();
(() => log('arrow'))();
//// log(((a,b)=>a+b).length,(function(a){}).length)
log(((a, b) => a + b).length, function (a) {}.length);
//// var x=1;function f(){x=2;var x}f();log(x)
var x = 1;
function f() {
  x = 2;
  var x;
}
f();
log(x);
//// function f(){return typeof h;function h(){}}log(f())
function f() {
  return typeof h;
  function h() {}
}
log(f());
//// let a=1,b=2;[a,b]=[b,a];log(a,b)
let a = 1,
  b = 2;
[a, b] = [b, a];
log(a, b);
//// if(0)log(1);else if(1)log(2);else log(3)
if (0) log(1);
else if (1) log(2);
else log(3);
//// log(((x)=>({...x})).length)
log(((x) => ({ ...x })).length);
//// log(1?2?3:4:5,0?1:0?2:3)
log(1 ? (2 ? 3 : 4) : 5, 0 ? 1 : 0 ? 2 : 3);
//// log(a1());function a1(){return b1()}function b1(){return …
log(a1());
function a1() {
  return b1();
}
function b1() {
  return 7;
}
//// var o={valueOf(){return 42}};log(o+1,o*2,+o)
var o = {
  valueOf() {
    return 42;
  },
};
log(o + 1, o * 2, +o);
//// log(0.1*3===0.3,0.1+0.2===0.3,9007199254740993,2**1)
log(0.1 * 3 === 0.3, 0.1 + 0.2 === 0.3, 9007199254740993, 2 ** 1);
//// log(100000*100000,2147483647+2147483647,-2147483648-1,10 …
log(100000 * 100000, 2147483647 + 2147483647, -2147483648 - 1, 1073741824 * 2, 65536 * 32768);
//// var i=2147483647;i++;log(i);var j=-2147483648;j--;log(j) …
var i = 2147483647;
i++;
log(i);
var j = -2147483648;
j--;
log(j);
var k = 2147483647;
k += 1;
log(k, -(-2147483648));
//// function deep(n){return n?1+deep(n-1):0}log(deep(100))
function deep(n) {
  return n ? 1 + deep(n - 1) : 0;
}
log(deep(100));
//// console.log;log(typeof console.log,typeof console.error, …
console.log;
log(typeof console.log, typeof console.error, typeof console.warn, typeof console.info, typeof console.debug);
//// var t=setInterval(()=>{log('tick');clearInterval(t)},1)
var t = setInterval(() => {
  log('tick');
  clearInterval(t);
}, 1);
//// var f=function fact(n){return n<2?1:n*fact(n-1)};log(f(5 …
var f = function fact(n) {
  return n < 2 ? 1 : n * fact(n - 1);
};
log(f(5), typeof fact);
//// const {a,b}={a:1,b:2};log(a,b)
const { a, b } = { a: 1, b: 2 };
log(a, b);
//// log(((function(){return this})())===undefined)
log(
  (function () {
    return this;
  })() === undefined,
);
//// class A{static s(){return 1}}class B extends A{static t( …
class A {
  static s() {
    return 1;
  }
}
class B extends A {
  static t() {
    return 2;
  }
}
Object.setPrototypeOf(B, A);
log(B.s(), B.t());
//// class A{static s(){return 1}}class B extends A{static t( …
class A {
  static s() {
    return 1;
  }
}
class B extends A {
  static t() {
    return 2;
  }
}
B.__proto__ = A;
log(B.s(), B.t());
//// TypeError.prototype.__proto__=Error.prototype;log(new Ty …
TypeError.prototype.__proto__ = Error.prototype;
log(new TypeError('x') instanceof Error, new TypeError('x') instanceof TypeError, '' + new TypeError('x'));
//// var x=1;function f(){x=10;return 5}log(x+f(),x)
var x = 1;
function f() {
  x = 10;
  return 5;
}
log(x + f(), x);
//// var x=1;function f(){x=10;return 5}x+=f();log(x)
var x = 1;
function f() {
  x = 10;
  return 5;
}
x += f();
log(x);
//// var o={x:1};function f(){o.x=10;return 5}log(o.x+f(),o.x …
var o = { x: 1 };
function f() {
  o.x = 10;
  return 5;
}
log(o.x + f(), o.x);
o.x = 1;
o.x += f();
log(o.x);
//// var x=1;function g(a,b){return a+','+b}log(g(x,x=2),[x,x …
var x = 1;
function g(a, b) {
  return a + ',' + b;
}
log(g(x, (x = 2)), [x, (x = 3)], x);
//// var o={a:{b:1}};function k(){o={a:{b:9}};return 5}o.a.b= …
var o = { a: { b: 1 } };
function k() {
  o = { a: { b: 9 } };
  return 5;
}
o.a.b = k();
log(o.a.b);
//// var e=new Error('');log(e.message==='')
var e = new Error('');
log(e.message === '');
//// class X extends Error{constructor(m){super();this.messag …
class X extends Error {
  constructor(m) {
    super();
    this.message = m;
  }
}
var e = new X('q');
log(e.message, e instanceof X, e instanceof Error, String(e) === 'Error: q' || String(e));
//// function X(m){this.message=m}X.prototype=Object.create(E …
function X(m) {
  this.message = m;
}
X.prototype = Object.create(Error.prototype);
X.prototype.constructor = X;
var e = new X('q');
log(e.message, e instanceof X, e instanceof Error, '' + e);
//// class X{constructor(m){this.message=m}foo(){return 1}}X. …
class X {
  constructor(m) {
    this.message = m;
  }
  foo() {
    return 1;
  }
}
X.prototype.__proto__ = Error.prototype;
var e = new X('q');
log(e.message, e.foo(), e instanceof X, e instanceof Error, e.toString());
//// class X{constructor(m){this.message=m}foo(){return 1}}Ob …
class X {
  constructor(m) {
    this.message = m;
  }
  foo() {
    return 1;
  }
}
Object.setPrototypeOf(X.prototype, Error.prototype);
var e = new X('q');
log(e.foo(), e instanceof X, e instanceof Error);
//// class A{m(){return 'A'}}class X{foo(){return 1}}X.protot …
class A {
  m() {
    return 'A';
  }
}
class X {
  foo() {
    return 1;
  }
}
X.prototype.__proto__ = A.prototype;
var e = new X();
log(e.foo(), e.m(), e instanceof A);
//// log(9007199254740991+'',4503599627370497+'',(2**0,1)+'')
log(9007199254740991 + '', 4503599627370497 + '', (2 ** 0, 1) + '');
//// function f(a){a=a||5;let b=a;{let a=b+1;b=a}return a+b}l …
function f(a) {
  a = a || 5;
  let b = a;
  {
    let a = b + 1;
    b = a;
  }
  return a + b;
}
log(f());
//// function f(){if(1){const v=1;var g=()=>v}{const v=2;retu …
function f() {
  if (1) {
    const v = 1;
    var g = () => v;
  }
  {
    const v = 2;
    return g() + v;
  }
}
log(f());
//// var a=1;function f(){return a;var a}log(f())
var a = 1;
function f() {
  return a;
  var a;
}
log(f());
//// function f(n){if(n>0){const m=n-1;const r=f(m);return r+ …
function f(n) {
  if (n > 0) {
    const m = n - 1;
    const r = f(m);
    return r + m;
  }
  return 0;
}
log(f(4));
//// function f(){let x=1;const g=()=>{x++;return x};g();g(); …
function f() {
  let x = 1;
  const g = () => {
    x++;
    return x;
  };
  g();
  g();
  return x;
}
log(f());
//// function c(){let n=0;return{inc(){return ++n},get n(){re …
function c() {
  let n = 0;
  return {
    inc() {
      return ++n;
    },
    get n() {
      return n;
    },
  };
}
var a = c(),
  b = c();
a.inc();
a.inc();
b.inc();
log(a.n, b.n);
//// function f(){let a=1;if(a){let a=2;if(a){let a=3;return …
function f() {
  let a = 1;
  if (a) {
    let a = 2;
    if (a) {
      let a = 3;
      return a;
    }
  }
}
log(f());
//// const f=()=>{const self=this;return typeof self};log(f() …
const f = () => {
  const self = this;
  return typeof self;
};
log(f());
//// var o={};o.f=function(){return this===o};log(o.f(),(o.f) …
var o = {};
o.f = function () {
  return this === o;
};
log(o.f(), o.f(), (0, o.f)());
//// function f(a,b=2){return a+b}log(f(1))
function f(a, b = 2) {
  return a + b;
}
log(f(1));
//// log(void 0===undefined,typeof void 0);if(!('x' in {}))lo …
log(void 0 === undefined, typeof void 0);
if (!('x' in {})) log('nx');
//// var a={b:{c(){return this.d},d:5}};log(a.b.c(),a['b']['c …
var a = {
  b: {
    c() {
      return this.d;
    },
    d: 5,
  },
};
log(a.b.c(), a['b']['c']());
//// var x=5;var y=x--- --x;log(y,x)
var x = 5;
var y = x-- - --x;
log(y, x);
//// var {a,b:{c=5}={}}={a:1};log(a,c)
var { a, b: { c = 5 } = {} } = { a: 1 };
log(a, c);
//// class A{constructor(){this.x=1}toString(){return 'A'+thi …
class A {
  constructor() {
    this.x = 1;
  }
  toString() {
    return 'A' + this.x;
  }
}
log(`${new A()}`, '' + new A(), [new A(), new A()].join());
//// class P{constructor(n){this._n=n}get n(){return this._n} …
class P {
  constructor(n) {
    this._n = n;
  }
  get n() {
    return this._n;
  }
  set n(v) {
    this._n = v * 2;
  }
}
class Q extends P {
  get n() {
    return 5;
  }
}
var q = new Q(1);
log(q.n, new P(3).n);
//// class P{m(){return this.k()}k(){return 1}}class Q extend …
class P {
  m() {
    return this.k();
  }
  k() {
    return 1;
  }
}
class Q extends P {
  k() {
    return 2;
  }
}
log(new Q().m());
//// class P{constructor(){this.init()}init(){this.v=1}}class …
class P {
  constructor() {
    this.init();
  }
  init() {
    this.v = 1;
  }
}
class Q extends P {
  init() {
    this.v = 2;
  }
}
log(new Q().v);
//// var o={__proto__:{z:1}};log(o.z)
var o = { __proto__: { z: 1 } };
log(o.z);
//// class A{m(){return 1}}A.prototype.m2=function(){return t …
class A {
  m() {
    return 1;
  }
}
A.prototype.m2 = function () {
  return this.m() + 1;
};
log(new A().m2());
//// function f(){}f.prototype.x=1;log(new f().x,f.prototype. …
function f() {}
f.prototype.x = 1;
log(new f().x, f.prototype.constructor === f);
//// var m={};m['k'+1]=2;m[true]=3;m[null]=4;log(m.k1,m['true …
var m = {};
m['k' + 1] = 2;
m[true] = 3;
m[null] = 4;
log(m.k1, m['true'], m['null']);
//// var f=()=>{return arguments.length};log(typeof f)
var f = () => {
  return arguments.length;
};
log(typeof f);
//// function f(){var g=(a)=>arguments.length;return g(1,2,3) …
function f() {
  var g = (a) => arguments.length;
  return g(1, 2, 3);
}
log(f(1) === 1 || f(1));
//// class A{static m(){return this===A}}log(A.m());class B{s …
class A {
  static m() {
    return this === A;
  }
}
log(A.m());
class B {
  static create() {
    return new B();
  }
}
log(B.create() instanceof B);
//// class A{get x(){return 1}}log('x' in new A,Object.keys(n …
class A {
  get x() {
    return 1;
  }
}
log('x' in new A(), Object.keys(new A()), new A().hasOwnProperty('x'));
//// class A{m(){}}for(var k in new A)log(k);log('done')
class A {
  m() {}
}
for (var k in new A()) log(k);
log('done');
//// var c=class{};log(typeof c,new c instanceof c)
var c = class {};
log(typeof c, new c() instanceof c);
//// var o={a:1};o.b=o.c=5;log(o)
var o = { a: 1 };
o.b = o.c = 5;
log(o);
//// var o={f(){return 1},get g(){return 2}};Object.assign(o, …
var o = {
  f() {
    return 1;
  },
  get g() {
    return 2;
  },
};
Object.assign(o, {
  get h() {
    return 3;
  },
});
log(o.h);
//// var m={};m["@@iterator"]=function(){return 1};log(m["@@i …
var m = {};
m['@@iterator'] = function () {
  return 1;
};
log(m['@@iterator']());
//// var x=0;x||(x=5);x&&(x=6);log(x)
var x = 0;
x || (x = 5);
x && (x = 6);
log(x);
//// var o={};o['a b']=1;o.a={};o.a.b=2;log(o);log(delete o.a …
var o = {};
o['a b'] = 1;
o.a = {};
o.a.b = 2;
log(o);
log(delete o.a, o);
//// class A{delete(){return 1}if(){return 2}new(){return 3}i …
class A {
  delete() {
    return 1;
  }
  if() {
    return 2;
  }
  new() {
    return 3;
  }
  in() {
    return 4;
  }
  typeof() {
    return 5;
  }
  class() {
    return 6;
  }
  for() {
    return 7;
  }
  let() {
    return 8;
  }
  const() {
    return 9;
  }
  var() {
    return 10;
  }
  return() {
    return 11;
  }
}
var a = new A();
log(
  a.delete(),
  a.if(),
  a.new(),
  a.in(),
  a.typeof(),
  a.class(),
  a.for(),
  a.let(),
  a.const(),
  a.var(),
  a.return(),
);
//// class A{catch(){return 1}then(){return 2}throw(){return …
class A {
  catch() {
    return 1;
  }
  then() {
    return 2;
  }
  throw() {
    return 3;
  }
  default() {
    return 4;
  }
  case() {
    return 5;
  }
  switch() {
    return 6;
  }
  this() {
    return 7;
  }
  true() {
    return 8;
  }
  null() {
    return 9;
  }
  undefined() {
    return 10;
  }
  void() {
    return 11;
  }
}
var a = new A();
log(
  a.catch(),
  a.then(),
  a.throw(),
  a.default(),
  a.case(),
  a.switch(),
  a.this(),
  a.true(),
  a.null(),
  a.undefined(),
  a.void(),
);
//// var o={of(){return 1},static(){return 2},delete(){return …
var o = {
  of() {
    return 1;
  },
  static() {
    return 2;
  },
  delete() {
    return 3;
  },
  get of2() {
    return 4;
  },
};
log(o.of(), o.static(), o.delete(), o.of2);
//// var o={get of(){return 4},get static(){return 5}};log(o. …
var o = {
  get of() {
    return 4;
  },
  get static() {
    return 5;
  },
};
log(o.of, o.static);
//// class A{static get v(){return 1}static set v(x){log('set …
class A {
  static get v() {
    return 1;
  }
  static set v(x) {
    log('set', x);
  }
}
log(A.v);
A.v = 5;
//// log(/a/m.test('a'))
log(/a/m.test('a'));
//// log([].slice.call({0:'a',length:1}))
log([].slice.call({ 0: 'a', length: 1 }));
//// log(Object.getOwnPropertyNames({a:1,b:2}),Object.defineP …
log(
  Object.getOwnPropertyNames({ a: 1, b: 2 }),
  Object.defineProperties ? 1 : 0,
  typeof Object.getOwnPropertyDescriptors,
);
//// function T(){return new.target}log(T()===undefined)
function T() {
  return new.target;
}
log(T() === undefined);
//// class T{constructor(){log(new.target===T)}}new T
class T {
  constructor() {
    log(new.target === T);
  }
}
new T();
//// function F(){if(!new.target)return new F();this.a=1}log( …
function F() {
  if (!new.target) return new F();
  this.a = 1;
}
log(F().a);
//// log(2.345===2345/1000,1.005===1005/1000,0.1===1/10,0.3== …
log(
  2.345 === 2345 / 1000,
  1.005 === 1005 / 1000,
  0.1 === 1 / 10,
  0.3 === 3 / 10,
  8.345 === 8345 / 1000,
  72.34 === 7234 / 100,
  1.1 === 11 / 10,
);
//// var NS;(function(NS){NS.a=1;function f(){return NS.a}NS. …
var NS;
(function (NS) {
  NS.a = 1;
  function f() {
    return NS.a;
  }
  NS.f = f;
})(NS || (NS = {}));
log(NS.f());
//// log((1234.5678).toPrecision(6),(0.00001).toPrecision(1), …
log(
  (1234.5678).toPrecision(6),
  (0.00001).toPrecision(1),
  (12345).toExponential(2),
  (0).toExponential(),
  (123.456).toPrecision(4),
);
//// log(0.3===3/10,0.1*3===0.3,2.345===2345/1000,0.7+0.1===0 …
log(0.3 === 3 / 10, 0.1 * 3 === 0.3, 2.345 === 2345 / 1000, 0.7 + 0.1 === 0.8, 1.1 + 2.2 === 3.3);
//// var o={a:1,get b(){return 2}};var {b,...r}=o;log(b,r,{.. …
var o = {
  a: 1,
  get b() {
    return 2;
  },
};
var { b, ...r } = o;
log(b, r, { ...o });
//// const wm=new WeakMap();const key={};wm.set(key,5);log(wm …
const wm = new WeakMap();
const key = {};
wm.set(key, 5);
log(wm.get(key), wm.has({}));
//// const compose=(...fs)=>x=>fs.reduceRight((v,f)=>f(v),x); …
const compose =
  (...fs) =>
  (x) =>
    fs.reduceRight((v, f) => f(v), x);
log(
  compose(
    (x) => x + 1,
    (x) => x * 2,
  )(5),
);
//// const memo=fn=>{const c={};return n=>c[n]??=fn(n)};const …
const memo = (fn) => {
  const c = {};
  return (n) => (c[n] ??= fn(n));
};
const fib = memo((n) => (n < 2 ? n : fib(n - 1) + fib(n - 2)));
log(fib(20));
//// for(let i=0;i<2;i++){const j=i;class A{m(){return j}}log …
for (let i = 0; i < 2; i++) {
  const j = i;
  class A {
    m() {
      return j;
    }
  }
  log(new A().m());
}
//// for(let i=0;i<2;i++){const j=i;const A=class{m(){return …
for (let i = 0; i < 2; i++) {
  const j = i;
  const A = class {
    m() {
      return j;
    }
  };
  log(new A().m());
}
//// for(let i=0;i<2;i++){const j=i;class A{m(){return j}}cla …
for (let i = 0; i < 2; i++) {
  const j = i;
  class A {
    m() {
      return j;
    }
  }
  class B extends A {
    m() {
      return super.m();
    }
  }
  log(new B().m());
}
//// for(let i=0;i<2;i++){const j=i;class A{static x=1;m(){re …
for (let i = 0; i < 2; i++) {
  const j = i;
  class A {
    static x = 1;
    m() {
      return j;
    }
  }
  class B extends A {
    n() {
      return j;
    }
  }
  log(new B().m(), new B().n(), new A().m());
}
//// if(0){class A{get v(){return 1}}}log(1)
if (0) {
  class A {
    get v() {
      return 1;
    }
  }
}
log(1);
//// if(0){class A{static s(){return 1}}}log(1)
if (0) {
  class A {
    static s() {
      return 1;
    }
  }
}
log(1);
//// if(0){class A{m(){return 1}}}log(1)
if (0) {
  class A {
    m() {
      return 1;
    }
  }
}
log(1);
//// if(0){var o={get v(){return 1}}}log(1)
if (0) {
  var o = {
    get v() {
      return 1;
    },
  };
}
log(1);
//// if(0){class A{}class B extends A{m(){}}}log(1)
if (0) {
  class A {}
  class B extends A {
    m() {}
  }
}
log(1);
//// if(0){class A{static x=1}}log(1)
if (0) {
  class A {
    static x = 1;
  }
}
log(1);
//// if(0){class A{set v(x){}}}log(1)
if (0) {
  class A {
    set v(x) {}
  }
}
log(1);
//// function f(a){if(a)return 1;class A{get v(){return 1}sta …
function f(a) {
  if (a) return 1;
  class A {
    get v() {
      return 1;
    }
    static s() {}
  }
  return new A().v;
}
log(f(1), f(0));
//// for(var n=0;n<2;n++){switch(n){case 0:log('a');break;cas …
for (var n = 0; n < 2; n++) {
  switch (n) {
    case 0:
      log('a');
      break;
    case 1:
      var A = class {
        get v() {
          return 1;
        }
      };
      log(new A().v);
  }
}
//// for(;;){switch(0){case 0:log('a');break;case 1:A=class{c …
for (;;) {
  switch (0) {
    case 0:
      log('a');
      break;
    case 1:
      A = class {
        constructor() {
          this.x = 1;
        }
        m() {}
      };
  }
  break;
}
//// switch(0){case 0:log('a');break;case 1:A=class{m(m){var …
switch (0) {
  case 0:
    log('a');
    break;
  case 1:
    A = class {
      m(m) {
        var $1, $2;
        const p = 1;
        return m;
      }
    };
}
//// if(0){A=class extends B{m(m){return 1}};}log(1)
if (0) {
  A = class extends B {
    m(m) {
      return 1;
    }
  };
}
log(1);
//// if(0){A=class extends B{};}log(1)
if (0) {
  A = class extends B {};
}
log(1);
//// if(0){var A=class extends B{m(){return 1}}}log(1)
if (0) {
  var A = class extends B {
    m() {
      return 1;
    }
  };
}
log(1);
//// var A=class{};if(1){var B=class extends A{m(m){return 1} …
var A = class {};
if (1) {
  var B = class extends A {
    m(m) {
      return 1;
    }
  };
}
log(new B().m());
//// class A0{};if(1){var B;B=class extends A0{m(m){return 1} …
class A0 {}
if (1) {
  var B;
  B = class extends A0 {
    m(m) {
      return 1;
    }
  };
}
log(new B().m());
//// for(var i=0;i<2;i++){if(i==0)continue;class A{m(){return …
for (var i = 0; i < 2; i++) {
  if (i == 0) continue;
  class A {
    m() {
      return 1;
    }
  }
  log(new A().m());
}
//// for(var i=0;i<2;i++){if(i==1)break;class A{m(){return 1} …
for (var i = 0; i < 2; i++) {
  if (i == 1) break;
  class A {
    m() {
      return 1;
    }
  }
  log(new A().m());
}
//// switch(0){case 0:log('a');break;case 1:var f=function(){ …
switch (0) {
  case 0:
    log('a');
    break;
  case 1:
    var f = function () {
      class A {
        m() {
          return 1;
        }
      }
      return A;
    };
    A = f();
}
log('end');
//// switch(0){case 0:log('a');break;case 1:{class A{m(){retu …
switch (0) {
  case 0:
    log('a');
    break;
  case 1: {
    class A {
      m() {
        return 1;
      }
    }
  }
}
log('end');
