//// switch(1){case 1:{const a=1;log(a);break}case 2:{const a …
switch (1) {
  case 1: {
    const a = 1;
    log(a);
    break;
  }
  case 2: {
    const a = 2;
    log(a);
  }
}
//// switch(1){case 1:const a=1;log(a);break;case 2:const b=2 …
switch (1) {
  case 1:
    const a = 1;
    log(a);
    break;
  case 2:
    const b = 2;
    log(b);
}
//// try{const x=1;log(x);throw 1}catch(e){const x=2;log(x)}
try {
  const x = 1;
  log(x);
  throw 1;
} catch (e) {
  const x = 2;
  log(x);
}
//// var o={a:1,b:2};for(var k in o)log(k,o[k])
var o = { a: 1, b: 2 };
for (var k in o) log(k, o[k]);
//// for(const x of 'abc')log(x)
for (const x of 'abc') log(x);
//// label:for(var i=0;i<3;i++){for(;;){continue label}}log(i …
label: for (var i = 0; i < 3; i++) {
  for (;;) {
    continue label;
  }
}
log(i);
//// try{nope}catch(e){log(e instanceof ReferenceError)}
try {
  nope;
} catch (e) {
  log(e instanceof ReferenceError);
}
//// try{var o={};o.x.y=1}catch(e){log('te')}
try {
  var o = {};
  o.x.y = 1;
} catch (e) {
  log('te');
}
//// try{const c=1;c=2;log('assigned')}catch(e){log(e instanc …
try {
  const c = 1;
  c = 2;
  log('assigned');
} catch (e) {
  log(e instanceof TypeError);
}
//// function f(){try{return 'try'}finally{log('fin')}}log(f( …
function f() {
  try {
    return 'try';
  } finally {
    log('fin');
  }
}
log(f());
//// function f(){try{return 'try'}finally{return 'fin'}}log( …
function f() {
  try {
    return 'try';
  } finally {
    return 'fin';
  }
}
log(f());
//// function f(){try{throw 1}catch(e){return 'c'}finally{log …
function f() {
  try {
    throw 1;
  } catch (e) {
    return 'c';
  } finally {
    log('f');
  }
}
log(f());
//// function f(){for(var i=0;i<3;i++){try{if(i==1)break;}fin …
function f() {
  for (var i = 0; i < 3; i++) {
    try {
      if (i == 1) break;
    } finally {
      log('f' + i);
    }
  }
  return i;
}
log(f());
//// function f(){for(var i=0;i<3;i++){try{if(i==1)continue;l …
function f() {
  for (var i = 0; i < 3; i++) {
    try {
      if (i == 1) continue;
      log(i);
    } finally {
      log('f' + i);
    }
  }
  return i;
}
log(f());
//// try{try{throw 1}finally{log('f')}}catch(e){log('c',e)}
try {
  try {
    throw 1;
  } finally {
    log('f');
  }
} catch (e) {
  log('c', e);
}
//// try{throw {code:5}}catch({code}){log(code)}
try {
  throw { code: 5 };
} catch ({ code }) {
  log(code);
}
//// try{[].reduce((a,b)=>a);log('no')}catch(e){log('err')}
try {
  [].reduce((a, b) => a);
  log('no');
} catch (e) {
  log('err');
}
//// var fs=[];for(let i=0;i<3;i++){fs.push(()=>i)}log(fs.map …
var fs = [];
for (let i = 0; i < 3; i++) {
  fs.push(() => i);
}
log(fs.map((f) => f()));
//// var fs=[];for(var i=0;i<3;i++){let j=i;fs.push(()=>j)}lo …
var fs = [];
for (var i = 0; i < 3; i++) {
  let j = i;
  fs.push(() => j);
}
log(fs.map((f) => f()));
//// var fs=[],i=0;while(i<3){const j=i++;fs.push(()=>j)}log( …
var fs = [],
  i = 0;
while (i < 3) {
  const j = i++;
  fs.push(() => j);
}
log(fs.map((f) => f()));
//// var o=Object.create({p:1});log(o.p,Object.keys(o),o.hasO …
var o = Object.create({ p: 1 });
log(o.p, Object.keys(o), o.hasOwnProperty('p'));
for (var k in o) log(k);
//// switch(3){case 1:log(1);default:log('d');case 2:log(2)}
switch (3) {
  case 1:
    log(1);
  default:
    log('d');
  case 2:
    log(2);
}
//// switch('a'){case 'a':case 'b':log('ab');case 'c':log('c' …
switch ('a') {
  case 'a':
  case 'b':
    log('ab');
  case 'c':
    log('c');
    break;
  default:
    log('no');
}
//// switch(1){case '1':log('str');break;case 1:log('num')}
switch (1) {
  case '1':
    log('str');
    break;
  case 1:
    log('num');
}
//// let y=5;switch(1){case 1:let y=6;log(y)}log(y)
let y = 5;
switch (1) {
  case 1:
    let y = 6;
    log(y);
}
log(y);
//// var s='';for(var i=0,j=10;i<j;i++,j--)s+=i+j+',';log(s)
var s = '';
for (var i = 0, j = 10; i < j; i++, j--) s += i + j + ',';
log(s);
//// var i=5;do{i--}while(i>0);log(i);for(;;){if(i++>3)break} …
var i = 5;
do {
  i--;
} while (i > 0);
log(i);
for (;;) {
  if (i++ > 3) break;
}
log(i);
//// var i=0;while(true){if(++i>5)break;if(i%2)continue;log(i …
var i = 0;
while (true) {
  if (++i > 5) break;
  if (i % 2) continue;
  log(i);
}
//// for(var i=0;i<2;i++)for(var j=0;j<2;j++){if(j)break;log( …
for (var i = 0; i < 2; i++)
  for (var j = 0; j < 2; j++) {
    if (j) break;
    log(i, j);
  }
//// try{for(var x of null);log('no')}catch(e){log('err')}
try {
  for (var x of null);
  log('no');
} catch (e) {
  log('err');
}
//// try{for(var x of 5);log('no')}catch(e){log('err')}
try {
  for (var x of 5);
  log('no');
} catch (e) {
  log('err');
}
//// for(var k in null)log(k);for(var k in undefined)log(k);f …
for (var k in null) log(k);
for (var k in undefined) log(k);
for (var k in 'ab') log(k);
//// function f(x){switch(x){case 1:{let v=1;return v}default …
function f(x) {
  switch (x) {
    case 1: {
      let v = 1;
      return v;
    }
    default: {
      let v = 2;
      return v;
    }
  }
}
log(f(1), f(2));
//// function f(){for(var i=0;i<2;i++){let v;if(i==0)v=5;log( …
function f() {
  for (var i = 0; i < 2; i++) {
    let v;
    if (i == 0) v = 5;
    log(v);
  }
}
f();
//// function f(){let i=0;while(i<2){let v;log(v);v=i++}}f()
function f() {
  let i = 0;
  while (i < 2) {
    let v;
    log(v);
    v = i++;
  }
}
f();
//// let a=[];for(let i=0;i<2;i++){for(let j=0;j<2;j++){const …
let a = [];
for (let i = 0; i < 2; i++) {
  for (let j = 0; j < 2; j++) {
    const k = i * 2 + j;
    a.push(() => k);
  }
}
log(a.map((f) => f()));
//// var r=[];for(const k in {a:1,b:2}){const kk=k;r.push(()= …
var r = [];
for (const k in { a: 1, b: 2 }) {
  const kk = k;
  r.push(() => kk);
}
log(r.map((f) => f()));
//// try{let q=1;throw q}catch(e){let q=2;log(q,e)}
try {
  let q = 1;
  throw q;
} catch (e) {
  let q = 2;
  log(q, e);
}
//// try{throw 1}catch(e){var v=2}log(v,typeof e)
try {
  throw 1;
} catch (e) {
  var v = 2;
}
log(v, typeof e);
//// var e='out';try{throw 1}catch(e){log(e)}log(e)
var e = 'out';
try {
  throw 1;
} catch (e) {
  log(e);
}
log(e);
//// for(const [k,v] of Object.entries({a:1}))log(k,v)
for (const [k, v] of Object.entries({ a: 1 })) log(k, v);
//// for(var i=0;i<3;i++){if(i==1)continue;switch(i){case 2:b …
for (var i = 0; i < 3; i++) {
  if (i == 1) continue;
  switch (i) {
    case 2:
      break;
    default:
      log('d' + i);
      continue;
  }
  log('after' + i);
}
//// var s='';for(let i=0,n=3;i<n;i++)s+=i;log(s)
var s = '';
for (let i = 0, n = 3; i < n; i++) s += i;
log(s);
//// var a=(1,2,3);log(a);for(var i=0,j=0;i<2;i++,j+=2);log(i …
var a = (1, 2, 3);
log(a);
for (var i = 0, j = 0; i < 2; i++, j += 2);
log(i, j);
//// function A(){this.own=1}A.prototype.p=2;for(var k in new …
function A() {
  this.own = 1;
}
A.prototype.p = 2;
for (var k in new A()) log(k);
//// function f(a){switch(typeof a){case 'number':return 'n'; …
function f(a) {
  switch (typeof a) {
    case 'number':
      return 'n';
    case 'string':
      return 's';
    default:
      return 'o';
  }
}
log(f(1), f(''), f({}));
//// switch(2){case 1:case 2:{log('a')}break;case 3:log('b')}
switch (2) {
  case 1:
  case 2:
    {
      log('a');
    }
    break;
  case 3:
    log('b');
}
//// log(((x)=>{switch(x){case 'a':return 1;default:break}ret …
log(
  ((x) => {
    switch (x) {
      case 'a':
        return 1;
      default:
        break;
    }
    return 2;
  })('b'),
);
//// for(;;){switch(1){case 1:break}break}log('ok')
for (;;) {
  switch (1) {
    case 1:
      break;
  }
  break;
}
log('ok');
//// for(var i=0;i<3;i++){switch(i){case 1:continue}log(i)}
for (var i = 0; i < 3; i++) {
  switch (i) {
    case 1:
      continue;
  }
  log(i);
}
//// var i=0;for(;;){try{if(i++>2)break}catch(e){}}log(i)
var i = 0;
for (;;) {
  try {
    if (i++ > 2) break;
  } catch (e) {}
}
log(i);
//// function f(){for(const k in {a:1,b:2}){if(k=='b')return …
function f() {
  for (const k in { a: 1, b: 2 }) {
    if (k == 'b') return k;
  }
}
log(f());
//// function f(){while(1){try{throw 1}catch(e){return 'c'}}} …
function f() {
  while (1) {
    try {
      throw 1;
    } catch (e) {
      return 'c';
    }
  }
}
log(f());
//// function f(){try{try{throw 1}catch(e){throw 2}finally{lo …
function f() {
  try {
    try {
      throw 1;
    } catch (e) {
      throw 2;
    } finally {
      log('f');
    }
  } catch (e) {
    return e;
  }
}
log(f());
//// function f(){try{return g()}finally{log('z')}}function g …
function f() {
  try {
    return g();
  } finally {
    log('z');
  }
}
function g() {
  log('g');
  return 3;
}
log(f());
//// try{throw new Error('a')}catch(e){try{throw new Error('b …
try {
  throw new Error('a');
} catch (e) {
  try {
    throw new Error('b');
  } catch (e) {
    log(e.message);
  }
  log(e.message);
}
//// try{log(1)}catch(e){log('no')}finally{log(2)}
try {
  log(1);
} catch (e) {
  log('no');
} finally {
  log(2);
}
//// for(var i=0;i<2;i++){try{throw i}catch(e){if(e==0)contin …
for (var i = 0; i < 2; i++) {
  try {
    throw i;
  } catch (e) {
    if (e == 0) continue;
    log(e);
  }
}
//// function f(){try{throw 1}finally{return 2}}log(f())
function f() {
  try {
    throw 1;
  } finally {
    return 2;
  }
}
log(f());
//// function f(cb){try{cb()}catch(e){return 'caught '+e}}log …
function f(cb) {
  try {
    cb();
  } catch (e) {
    return 'caught ' + e;
  }
}
log(
  f(() => {
    throw 'x';
  }),
);
//// var o={};for(var i=0;i<3;i++)o['k'+i]=i;log(Object.entri …
var o = {};
for (var i = 0; i < 3; i++) o['k' + i] = i;
log(
  Object.entries(o)
    .map(([k, v]) => k + v)
    .join(),
);
//// const m=new Map([['a',1],['b',2]]);for(const[k,v]of m)lo …
const m = new Map([
  ['a', 1],
  ['b', 2],
]);
for (const [k, v] of m) log(k, v);
m.delete('a');
log(m.size, m.get('b'), m.has('a'), [...m.values()]);
m.forEach((v, k) => log(v, k));
//// function*g(){const r=[];for(let i=0;i<3;i++){r.push(()=> …
function* g() {
  const r = [];
  for (let i = 0; i < 3; i++) {
    r.push(() => i);
    yield i;
  }
  return r.map((f) => f());
}
const it = g();
it.next();
it.next();
it.next();
log(it.next().value);
//// for(let i=0;i<2;i++){let j=i;function f(){return j}log(f …
for (let i = 0; i < 2; i++) {
  let j = i;
  function f() {
    return j;
  }
  log(f());
}
//// for(let i=0;i<2;i++){const o={m(){return i}};log(o.m())}
for (let i = 0; i < 2; i++) {
  const o = {
    m() {
      return i;
    },
  };
  log(o.m());
}
//// if(0){var f=function(){}.bind(1);delete a.b;typeof x;voi …
if (0) {
  var f = function () {}.bind(1);
  delete a.b;
  typeof x;
  void 0;
  throw 1;
}
log(1);
//// for(var i=0;i<2;i++){if(i==0)continue;var o={m(){return …
for (var i = 0; i < 2; i++) {
  if (i == 0) continue;
  var o = {
    m() {
      return 1;
    },
    get x() {
      return 2;
    },
  };
  log(o.m(), o.x);
}
