//// let c=0;function t(){c++;if(c<3)setTimeout(t,1);else log …
let c = 0;
function t() {
  c++;
  if (c < 3) setTimeout(t, 1);
  else log(c);
}
setTimeout(t, 1);
//// Promise.resolve(1).then(x=>{log(x);return x+1}).then(x=> …
Promise.resolve(1)
  .then((x) => {
    log(x);
    return x + 1;
  })
  .then((x) => log(x));
//// Promise.reject(new Error('e')).catch(e=>{log(e.message); …
Promise.reject(new Error('e'))
  .catch((e) => {
    log(e.message);
    return 5;
  })
  .then((x) => log(x));
//// new Promise((r,j)=>j('bad')).then(()=>log('no'),e=>log(e …
new Promise((r, j) => j('bad')).then(
  () => log('no'),
  (e) => log(e),
);
//// Promise.all([1,Promise.resolve(2),new Promise(r=>setTime …
Promise.all([1, Promise.resolve(2), new Promise((r) => setTimeout(r, 5, 3))]).then((v) => log(v));
//// Promise.resolve(Promise.resolve(5)).then(x=>log(x))
Promise.resolve(Promise.resolve(5)).then((x) => log(x));
//// new Promise(r=>r(new Promise(q=>setTimeout(q,3,7)))).the …
new Promise((r) => r(new Promise((q) => setTimeout(q, 3, 7)))).then((x) => log(x));
//// Promise.resolve(1).then(()=>new Promise(q=>setTimeout(q, …
Promise.resolve(1)
  .then(() => new Promise((q) => setTimeout(q, 3, 7)))
  .then((x) => log(x));
//// new Promise(()=>{throw new Error('t')}).catch(e=>log(e.m …
new Promise(() => {
  throw new Error('t');
}).catch((e) => log(e.message));
//// Promise.resolve(1).then(()=>{throw 'x'}).then(()=>log('n …
Promise.resolve(1)
  .then(() => {
    throw 'x';
  })
  .then(() => log('no'))
  .catch((e) => log('c', e))
  .then(() => log('after'));
//// var r;var p=new Promise(q=>{r=q});p.then(x=>log('a',x)); …
var r;
var p = new Promise((q) => {
  r = q;
});
p.then((x) => log('a', x));
p.then((x) => log('b', x));
r(1);
r(2);
//// Promise.resolve({then(f){f(9)}}).then(x=>log(x))
Promise.resolve({
  then(f) {
    f(9);
  },
}).then((x) => log(x));
//// var p=Promise.resolve(1);p.then(()=>log(1)).then(()=>log …
var p = Promise.resolve(1);
p.then(() => log(1)).then(() => log(3));
p.then(() => log(2)).then(() => log(4));
//// Promise.all([]).then(v=>log('empty',v.length))
Promise.all([]).then((v) => log('empty', v.length));
//// Promise.all([1,Promise.reject('r')]).catch(e=>log(e))
Promise.all([1, Promise.reject('r')]).catch((e) => log(e));
//// var p=Promise.reject(1);p.then(null,e=>log('h',e)).then( …
var p = Promise.reject(1);
p.then(null, (e) => log('h', e)).then((x) => log('u', x));
//// log(typeof Promise.race,typeof Promise.resolve,Promise.r …
log(typeof Promise.race, typeof Promise.resolve, Promise.resolve(1) instanceof Promise);
//// Promise.prototype.fin=function(){return 'fin'};log(Promi …
Promise.prototype.fin = function () {
  return 'fin';
};
log(Promise.resolve(1).fin());
//// class A{get(){return 1}set(){return 2}static(){return 3} …
class A {
  get() {
    return 1;
  }
  set() {
    return 2;
  }
  static() {
    return 3;
  }
  of() {
    return 4;
  }
  async() {
    return 5;
  }
}
var a = new A();
log(a.get(), a.set(), a.static(), a.of(), a.async());
//// var o={get:1,set:2,of:3,static:4,async:5,get a(){return …
var o = {
  get: 1,
  set: 2,
  of: 3,
  static: 4,
  async: 5,
  get a() {
    return 6;
  },
};
log(o.get, o.set, o.of, o.static, o.async, o.a);
//// var t=setTimeout(()=>log('never'),1);clearTimeout(t);log …
var t = setTimeout(() => log('never'), 1);
clearTimeout(t);
log(typeof t);
//// const o={f:()=>1,g:async=>async+1};log(o.f(),o.g(1))
const o = { f: () => 1, g: (async) => async + 1 };
log(o.f(), o.g(1));
//// var p={then:undefined};Promise.resolve(p).then(x=>log(x= …
var p = { then: undefined };
Promise.resolve(p).then((x) => log(x === p));
//// Promise.resolve(1).then(2).then(x=>log(x))
Promise.resolve(1)
  .then(2)
  .then((x) => log(x));
//// Promise.resolve(1).then(undefined,undefined).then(x=>log …
Promise.resolve(1)
  .then(undefined, undefined)
  .then((x) => log(x));
//// Promise.reject(1).then(x=>x).catch(e=>{throw e+1}).catch …
Promise.reject(1)
  .then((x) => x)
  .catch((e) => {
    throw e + 1;
  })
  .catch((e) => log(e));
//// new Promise((r,j)=>{setTimeout(()=>j('late'),1)}).then(x …
new Promise((r, j) => {
  setTimeout(() => j('late'), 1);
}).then(
  (x) => log('no'),
  (e) => log(e),
);
//// var p=new Promise(r=>setTimeout(()=>r(1),1));setTimeout( …
var p = new Promise((r) => setTimeout(() => r(1), 1));
setTimeout(() => p.then((x) => log('late', x)), 5);
//// Promise.resolve().then(()=>{log(1);return Promise.resolv …
Promise.resolve()
  .then(() => {
    log(1);
    return Promise.resolve(5);
  })
  .then((x) => log(x));
Promise.resolve().then(() => log(2));
//// Promise.resolve(1).catch(e=>log('no')).then(x=>log(x))
Promise.resolve(1)
  .catch((e) => log('no'))
  .then((x) => log(x));
//// Promise.reject(new Error('q')).then(()=>log('n')).then(( …
Promise.reject(new Error('q'))
  .then(() => log('n'))
  .then(
    () => log('n2'),
    (e) => log(e.message),
  );
//// var p=Promise.resolve(3);p.then(x=>{throw x}).catch(e=>l …
var p = Promise.resolve(3);
p.then((x) => {
  throw x;
}).catch((e) => log('e', e));
p.then((x) => log(x));
//// class A{static async(){return 1}get get(){return 2}set s …
class A {
  static async() {
    return 1;
  }
  get get() {
    return 2;
  }
  set set(v) {
    log(v);
  }
}
log(A.async(), new A().get);
new A().set = 4;
//// Promise.race([new Promise(r=>setTimeout(r,9,'slow')),new …
Promise.race([
  new Promise((r) => setTimeout(r, 9, 'slow')),
  new Promise((r) => setTimeout(r, 2, 'fast')),
]).then(log);
//// Promise.allSettled([1,Promise.reject('x')]).then(r=>log( …
Promise.allSettled([1, Promise.reject('x')]).then((r) => log(r));
Promise.any([Promise.reject(1), Promise.resolve(2)]).then((v) => setTimeout(log, 5, v));
//// Promise.resolve(1).finally(()=>log('f')).then(v=>log(v)) …
Promise.resolve(1)
  .finally(() => log('f'))
  .then((v) => log(v));
Promise.reject('r')
  .finally(() => log('g'))
  .catch((e) => setTimeout(log, 5, e));
//// async function f(){try{await Promise.reject(new TypeErro …
async function f() {
  try {
    await Promise.reject(new TypeError('t'));
  } catch (e) {
    log(e.name, e.message, e instanceof Error);
  }
}
f();
//// const sleep=ms=>new Promise(r=>setTimeout(r,ms));async f …
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
async function w(n, ms) {
  await sleep(ms);
  log(n);
  return n;
}
(async () => {
  const r = await Promise.all([w('a', 9), w('b', 3)]);
  log(r);
  await w('c', 1);
  for (const x of ['d', 'e']) await w(x, 1);
})();
//// class A{static async make(n){const a=new A();a.n=await n …
class A {
  static async make(n) {
    const a = new A();
    a.n = await n;
    return a;
  }
  async *items() {
    yield this.n;
    yield this.n + 1;
  }
}
(async () => {
  const a = await A.make(5);
  for await (const x of a.items()) log(x);
})();
//// const o={a:1};for(const k in o){(async()=>{await 0;log(k …
const o = { a: 1 };
for (const k in o) {
  (async () => {
    await 0;
    log(k);
  })();
}
//// let i=0;const r=[];do{const j=i;r.push(async()=>{await 0 …
let i = 0;
const r = [];
do {
  const j = i;
  r.push(async () => {
    await 0;
    return j;
  });
} while (++i < 3);
Promise.all(r.map((f) => f())).then((v) => log(v));
//// async function f(a){switch(a){case 1:{const x=await 5;re …
async function f(a) {
  switch (a) {
    case 1: {
      const x = await 5;
      return x;
    }
    case 2: {
      const x = await 6;
      return x;
    }
    default:
      throw new Error('no ' + a);
  }
}
f(1).then(log);
f(2).then(log);
f(3).catch((e) => setTimeout(log, 3, e.message));
//// const f=async({a,b:[c]},...d)=>[a,c,...d].join();f({a:1, …
const f = async ({ a, b: [c] }, ...d) => [a, c, ...d].join();
f({ a: 1, b: [2] }, 3).then(log);
//// if(0){var o={v(){return 1},async(){}}}log(1)
if (0) {
  var o = {
    v() {
      return 1;
    },
    async() {},
  };
}
log(1);
