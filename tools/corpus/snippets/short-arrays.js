//// for(var x of [1,2,3])log(x)
for (var x of [1, 2, 3]) log(x);
//// var a=[1,2,3].map((x,i,arr)=>x+i+arr.length);log(a)
var a = [1, 2, 3].map((x, i, arr) => x + i + arr.length);
log(a);
//// log([3,1,10,2].sort(),[3,1,10,2].sort((a,b)=>a-b))
log(
  [3, 1, 10, 2].sort(),
  [3, 1, 10, 2].sort((a, b) => a - b),
);
//// log([5,undefined,3].sort())
log([5, undefined, 3].sort());
//// log([1,,3].length,[1,,3].map(x=>x*2))
log(
  [1, , 3].length,
  [1, , 3].map((x) => x * 2),
);
//// [1,,3].forEach((x,i)=>log(i,x))
[1, , 3].forEach((x, i) => log(i, x));
//// log(null==undefined,null==0,''==0,'1'==1,[]=='',[1]==1,N …
log(
  null == undefined,
  null == 0,
  '' == 0,
  '1' == 1,
  [] == '',
  [1] == 1,
  NaN == NaN,
  null === null,
  undefined == 0,
  false == 0,
  'a' == 'a',
);
//// var a=[1,2,3];delete a[1];log(a.length,a[1],1 in a)
var a = [1, 2, 3];
delete a[1];
log(a.length, a[1], 1 in a);
//// try{[1,2].forEach(x=>{if(x==2)throw 'x'+x})}catch(e){log …
try {
  [1, 2].forEach((x) => {
    if (x == 2) throw 'x' + x;
  });
} catch (e) {
  log(e);
}
//// log([1,2,3].indexOf(4),[1,2,3].includes(2),[NaN].include …
log(
  [1, 2, 3].indexOf(4),
  [1, 2, 3].includes(2),
  [NaN].includes(NaN),
  [NaN].indexOf(NaN),
  [1, 2, 3].lastIndexOf(3),
);
//// log([1,2,3,4].slice(-2),[1,2,3].slice(1,-1),[1,2,3,4].sp …
log([1, 2, 3, 4].slice(-2), [1, 2, 3].slice(1, -1), [1, 2, 3, 4].splice(1, 2));
//// var a=[1,2,3,4,5];a.splice(1,2,'x','y','z');log(a);a.spl …
var a = [1, 2, 3, 4, 5];
a.splice(1, 2, 'x', 'y', 'z');
log(a);
a.splice(-1);
log(a);
//// var a=[1,2,3];log(a.push(4),a.pop(),a.shift(),a.unshift( …
var a = [1, 2, 3];
log(a.push(4), a.pop(), a.shift(), a.unshift(0), a);
//// log([1,2,3].reverse(),[1,[2]].concat([3],4,[[5]]),[1,2,3 …
log([1, 2, 3].reverse(), [1, [2]].concat([3], 4, [[5]]), [1, 2, 3].join('-'), [1, null, undefined].join());
//// log([1,2,3].reduce((a,b)=>a+b),[1,2,3].reduce((a,b,i,r)= …
log(
  [1, 2, 3].reduce((a, b) => a + b),
  [1, 2, 3].reduce((a, b, i, r) => a + b * i + r.length, 0),
  [].reduce((a, b) => a, 5),
);
//// log([1,2,3].some(x=>x>2),[1,2,3].every(x=>x>2),[1,2,3].f …
log(
  [1, 2, 3].some((x) => x > 2),
  [1, 2, 3].every((x) => x > 2),
  [1, 2, 3].find((x) => x > 1),
  [1, 2, 3].findIndex((x) => x > 1),
  [1].find((x) => x > 5),
);
//// var a=[];a[5]=1;log(a.length,a.indexOf(undefined));var n …
var a = [];
a[5] = 1;
log(a.length, a.indexOf(undefined));
var n = 0;
a.forEach(() => n++);
log(n);
//// log(new Array(3).length,new Array(3).fill(0),Array(1,2), …
log(
  new Array(3).length,
  new Array(3).fill(0),
  Array(1, 2),
  [].concat(1),
  Array.isArray([]),
  Array.isArray({}),
);
//// var a=[1,2,3];a.length=1;log(a)
var a = [1, 2, 3];
a.length = 1;
log(a);
//// var a=[3,2,1];var b=a.sort();log(a===b,a)
var a = [3, 2, 1];
var b = a.sort();
log(a === b, a);
//// log(['b','a','C'].sort(),[true,false].sort(),[10,9,1].so …
log(['b', 'a', 'C'].sort(), [true, false].sort(), [10, 9, 1].sort(), [-1, -2, 5].sort());
//// var u=new Uint8Array([1,2,300]);log(u[2],u.length,[].sli …
var u = new Uint8Array([1, 2, 300]);
log(
  u[2],
  u.length,
  [].slice.call(u),
  u.map((x) => x * 2)[2],
  u.reduce((a, b) => a + b),
);
//// var u=new Uint8Array(3);u[5]=1;log(u[5],u.length,Array.i …
var u = new Uint8Array(3);
u[5] = 1;
log(u[5], u.length, Array.isArray(u), u instanceof Uint8Array);
//// for(var x of new Uint8Array([1,2]))log(x)
for (var x of new Uint8Array([1, 2])) log(x);
//// var u=new Uint8Array([1,2,3]);u.forEach((x,i)=>log(i,x)) …
var u = new Uint8Array([1, 2, 3]);
u.forEach((x, i) => log(i, x));
log(
  u.slice(1).length,
  u.buffer.byteLength,
  u.find((x) => x > 1),
);
//// var b=new Uint16Array(new Uint8Array([1,2]).buffer);log( …
var b = new Uint16Array(new Uint8Array([1, 2]).buffer);
log(b.length, b[0]);
//// var o={x:1,f(){return [1].map(function(){return this===o …
var o = {
  x: 1,
  f() {
    return [1].map(function () {
      return this === o;
    })[0];
  },
};
log(o.f());
//// log([1,2].map(function(x){return this.k*x},{k:3}))
log(
  [1, 2].map(
    function (x) {
      return this.k * x;
    },
    { k: 3 },
  ),
);
//// function f(a,b){return a+b}log(f.call(null,1,2),f.apply( …
function f(a, b) {
  return a + b;
}
log(f.call(null, 1, 2), f.apply(null, [1, 2]), f.bind(null, 5)(6), f.name);
//// var fs=[];for(const x of [1,2,3])fs.push(()=>x);log(fs.m …
var fs = [];
for (const x of [1, 2, 3]) fs.push(() => x);
log(fs.map((f) => f()));
//// var fs=[];for(var n=0;n<2;n++){const j=n;let k=j*2;fs.pu …
var fs = [];
for (var n = 0; n < 2; n++) {
  const j = n;
  let k = j * 2;
  fs.push(() => {
    k++;
    return j + k;
  });
}
log(fs[0](), fs[0](), fs[1]());
//// log(Object.getPrototypeOf([])===Array.prototype,typeof O …
log(
  Object.getPrototypeOf([]) === Array.prototype,
  typeof Object.setPrototypeOf,
  Object.getOwnPropertyNames({ a: 1 }),
);
//// Array.prototype.sort=function(){return 'x'};log([1].sort …
Array.prototype.sort = function () {
  return 'x';
};
log([1].sort());
//// Array.prototype.flat2=function(){return this.length};log …
Array.prototype.flat2 = function () {
  return this.length;
};
log([1, 2].flat2());
for (var k in [1, 2]) log(k);
//// Array.from2=function(x){return x};log(Array.from2(1))
Array.from2 = function (x) {
  return x;
};
log(Array.from2(1));
//// Uint8Array.prototype.zz=function(){return this.length};l …
Uint8Array.prototype.zz = function () {
  return this.length;
};
log(new Uint8Array(2).zz());
//// var o={'a-b'(){return 1},5(){return 2}};log(o['a-b'](),o …
var o = {
  'a-b'() {
    return 1;
  },
  5() {
    return 2;
  },
};
log(o['a-b'](), o[5]());
//// var o={a:{b:[1,{c:2}]}};log(o.a.b[1].c,o['a']['b'][0])
var o = { a: { b: [1, { c: 2 }] } };
log(o.a.b[1].c, o['a']['b'][0]);
//// log([1,2,3].map((x)=>{return{x}}))
log(
  [1, 2, 3].map((x) => {
    return { x };
  }),
);
//// log('a'in{a:1},0 in[1],'length' in [])
log('a' in { a: 1 }, 0 in [1], 'length' in []);
//// log([,1].length,[1,].length,[1,,2].join())
log([, 1].length, [1].length, [1, , 2].join());
//// log([1,2,3,4,5].copyWithin?1:1)
log([1, 2, 3, 4, 5].copyWithin ? 1 : 1);
//// var a=[1,2,3];for(var i in a)log(i,typeof i);for(var x o …
var a = [1, 2, 3];
for (var i in a) log(i, typeof i);
for (var x of a) {
  if (x < 3) a.length < 5 && a.push(9);
  log(x);
}
//// var a=[1,2,3,4];a.forEach((x,i)=>{if(x==2)a.splice(i,1)} …
var a = [1, 2, 3, 4];
a.forEach((x, i) => {
  if (x == 2) a.splice(i, 1);
});
log(a);
//// var s='';for(var x of [1,,3])s+=x+';';log(s)
var s = '';
for (var x of [1, , 3]) s += x + ';';
log(s);
//// var f=function(){return arguments.length};log(f.apply(nu …
var f = function () {
  return arguments.length;
};
log(f.apply(null, [1, 2, 3]), f.apply(null), f.call());
//// log([3,2,1].sort((a,b)=>a-b)[0],[1,2,3].fill(0,1),[1,2,3 …
log([3, 2, 1].sort((a, b) => a - b)[0], [1, 2, 3].fill(0, 1), [1, 2, 3].fill(9, 1, 2));
//// var i=0;var a=[5,6,7];a[i++]=i;log(a,i);a[i]=i++;log(a); …
var i = 0;
var a = [5, 6, 7];
a[i++] = i;
log(a, i);
a[i] = i++;
log(a);
a[i++] += i;
log(a);
//// var a=[1,2,3];var s=0;for(const x of a){if(x==2)continue …
var a = [1, 2, 3];
var s = 0;
for (const x of a) {
  if (x == 2) continue;
  s += x;
}
log(s);
//// log(((a,b)=>{return a+b})(1,2));log((function(){return a …
log(
  ((a, b) => {
    return a + b;
  })(1, 2),
);
log(
  (function () {
    return arguments[0];
  })(9),
);
//// log([1,2,3].map(n=>({n,sq:n*n})).filter(({n})=>n>1).leng …
log([1, 2, 3].map((n) => ({ n, sq: n * n })).filter(({ n }) => n > 1).length);
//// log(!(1 instanceof Object),[] instanceof Object,[] insta …
log(
  !(1 instanceof Object),
  [] instanceof Object,
  [] instanceof Array,
  (() => 1) instanceof Function,
  {} instanceof Object,
);
//// var s=0;[1,2,3].forEach(function(x){s+=x},null);log(s)
var s = 0;
[1, 2, 3].forEach(function (x) {
  s += x;
}, null);
log(s);
//// log([[1,2],[3]].map(a=>a.length),[[1,2],[3,4]].map(funct …
log(
  [[1, 2], [3]].map((a) => a.length),
  [
    [1, 2],
    [3, 4],
  ].map(function (p) {
    return p[0] + p[1];
  }),
);
//// log([10,1,5].sort(function(a,b){return b-a}),['b','a'].s …
log(
  [10, 1, 5].sort(function (a, b) {
    return b - a;
  }),
  ['b', 'a'].sort(function (a, b) {
    return a < b ? -1 : 1;
  }),
);
//// log([1,2,3].join(),[[]].join(),[null].join(),[undefined, …
log([1, 2, 3].join(), [[]].join(), [null].join(), [undefined, 1].join('-'));
//// var o={};o[1]='a';o['2']='b';o[1.5]='c';log(o['1'],o[2], …
var o = {};
o[1] = 'a';
o['2'] = 'b';
o[1.5] = 'c';
log(o['1'], o[2], o['1.5']);
var a = [];
a['0'] = 'z';
log(a[0], a.length);
//// var a=[1,2,3];a.foo=5;log(a.length,a.foo);var a2=[];a2[- …
var a = [1, 2, 3];
a.foo = 5;
log(a.length, a.foo);
var a2 = [];
a2[-1] = 3;
log(a2.length, a2[-1]);
//// function C(a,b){this.a=a;this.b=b}var o=Object.create(C. …
function C(a, b) {
  this.a = a;
  this.b = b;
}
var o = Object.create(C.prototype);
var r = C.apply(o, [1, 2]);
log(o.a, o.b, o instanceof C);
//// function f(){for(const x of [1,2,3]){if(x==2)return x}}l …
function f() {
  for (const x of [1, 2, 3]) {
    if (x == 2) return x;
  }
}
log(f());
//// function f(){for(const x of [1,2,3]){try{if(x==2)return …
function f() {
  for (const x of [1, 2, 3]) {
    try {
      if (x == 2) return x;
    } finally {
      log('f');
    }
  }
}
log(f());
//// log([3,2,1].sort().concat([1]).indexOf(1),[1,2,3,4].filt …
log(
  [3, 2, 1].sort().concat([1]).indexOf(1),
  [1, 2, 3, 4]
    .filter((x, i) => i % 2)
    .map((x) => x + 1)
    .reduce((a, b) => a + b, 0),
);
//// var a=[];a.push(1,2,3);log(a.length,a.push());var b=[0]; …
var a = [];
a.push(1, 2, 3);
log(a.length, a.push());
var b = [0];
b.unshift(1, 2);
log(b);
//// log(Array.prototype.slice.call([1,2],1))
log(Array.prototype.slice.call([1, 2], 1));
//// if(!Array.prototype.foo)Array.prototype.foo=function(){r …
if (!Array.prototype.foo)
  Array.prototype.foo = function () {
    return 'foo';
  };
log([].foo());
//// for(x of [1,2])log(x);for(k in {a:1})log(k)
for (x of [1, 2]) log(x);
for (k in { a: 1 }) log(k);
//// log([3,1,2].sort((a,b)=>b-a),[1,2,3].reverse())
log(
  [3, 1, 2].sort((a, b) => b - a),
  [1, 2, 3].reverse(),
);
//// const list=[1,2,3];const i=list.entries();log(i.next().v …
const list = [1, 2, 3];
const i = list.entries();
log(i.next().value, [...list.entries()], [...list.keys()]);
//// const s=new Set([1,2,2,3]);log(s.size,[...s],s.has(2));s …
const s = new Set([1, 2, 2, 3]);
log(s.size, [...s], s.has(2));
s.add(9).delete(1);
log([...s].join());
for (const x of s) {
  if (x === 2) s.delete(2);
  log(x);
}
//// log(Array.from({length:3},(_,i)=>i*i),Array.from('abc'), …
log(
  Array.from({ length: 3 }, (_, i) => i * i),
  Array.from('abc'),
  Array.from(new Set([1, 1, 2])),
  Array.of(1, 2),
);
//// log([1,[2,[3,[4]]]].flat(),[1,[2,[3,[4]]]].flat(Infinity …
log(
  [1, [2, [3, [4]]]].flat(),
  [1, [2, [3, [4]]]].flat(Infinity),
  [1, 2].flatMap((x) => [x, x * 2]),
);
//// log([3,1,2].toSorted(),[3,1,2].toReversed(),[1,2,3].with …
log([3, 1, 2].toSorted(), [3, 1, 2].toReversed(), [1, 2, 3].with(1, 9), [1, 2, 3, 4].toSpliced(1, 2));
//// log([1,2,3,4,5].sort((a,b)=>b-a),['b','a'].sort((a,b)=>a …
log(
  [1, 2, 3, 4, 5].sort((a, b) => b - a),
  ['b', 'a'].sort((a, b) => a.localeCompare(b)),
  [
    { n: 2, i: 0 },
    { n: 1, i: 1 },
    { n: 2, i: 2 },
    { n: 1, i: 3 },
  ]
    .sort((a, b) => a.n - b.n)
    .map((x) => x.i),
);
//// if(0){for(const x of [1])log(x)}log(1)
if (0) {
  for (const x of [1]) log(x);
}
log(1);
//// if(0){new Foo(1).b[2].c?.d}log(1)
if (0) {
  new Foo(1).b[2].c?.d;
}
log(1);
//// for(var i=0;i<2;i++){if(i==0)continue;for(const x of [1] …
for (var i = 0; i < 2; i++) {
  if (i == 0) continue;
  for (const x of [1]) log(x);
  for (var k in { a: 1 }) log(k);
  let q = 1;
  switch (q) {
    case 1:
      log('s');
  }
  try {
    throw 1;
  } catch (e) {
    log(e);
  }
}
//// switch(0){case 0:log('a');break;case 1:var o={m(){return …
switch (0) {
  case 0:
    log('a');
    break;
  case 1:
    var o = {
      m() {
        return 1;
      },
      get x() {
        return 2;
      },
    };
    var f = (a, b) => {
      return a;
    };
    var g = (x) => x + 1;
    for (const x of [1]) log(x);
    switch (1) {
      case 1:
        log('s');
    }
    try {
      throw 1;
    } catch (e) {
      log(e);
    } finally {
    }
    do {} while (0);
}
log('end');
