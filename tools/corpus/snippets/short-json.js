//// log(JSON.stringify({a:1,b:[1,2,{c:null}],d:undefined,e:N …
log(
  JSON.stringify({
    a: 1,
    b: [1, 2, { c: null }],
    d: undefined,
    e: NaN,
    f: function () {},
    g: 'x"y',
    h: true,
  }),
);
//// log(JSON.stringify({a:1,b:[1,2]},null,2))
log(JSON.stringify({ a: 1, b: [1, 2] }, null, 2));
//// log(JSON.stringify({a:1,b:[1,2]},['a']),JSON.stringify({ …
log(
  JSON.stringify({ a: 1, b: [1, 2] }, ['a']),
  JSON.stringify({ a: 1 }, function (k, v) {
    return k ? v + 1 : v;
  }),
);
//// log(JSON.stringify({toJSON(){return 5}}))
log(
  JSON.stringify({
    toJSON() {
      return 5;
    },
  }),
);
//// log(JSON.parse('{"a":[1,2,{"b":null}]}').a[2].b,JSON.par …
log(
  JSON.parse('{"a":[1,2,{"b":null}]}').a[2].b,
  JSON.parse('"x\\u0041\\n"'),
  JSON.parse('-1.5e3'),
  JSON.parse('true'),
);
//// log(JSON.parse('[1,2]',function(k,v){return typeof v===' …
log(
  JSON.parse('[1,2]', function (k, v) {
    return typeof v === 'number' ? v * 2 : v;
  }),
);
//// try{JSON.parse('{bad');log('no')}catch(e){log('err')}
try {
  JSON.parse('{bad');
  log('no');
} catch (e) {
  log('err');
}
//// try{JSON.parse('');log('no')}catch(e){log('err')}
try {
  JSON.parse('');
  log('no');
} catch (e) {
  log('err');
}
//// try{JSON.parse('{a:1}');log('no')}catch(e){log('err')}
try {
  JSON.parse('{a:1}');
  log('no');
} catch (e) {
  log('err');
}
//// try{JSON.parse(undefined);log('no')}catch(e){log('err')}
try {
  JSON.parse(undefined);
  log('no');
} catch (e) {
  log('err');
}
//// var d=new Date(0);log(d.getTime(),d.toISOString(),d.toJS …
var d = new Date(0);
log(d.getTime(), d.toISOString(), d.toJSON(), +d, d.valueOf(), typeof Date.now(), d - new Date(5));
//// JSON.stringify=function(){return 'x'};log(JSON.stringify …
JSON.stringify = function () {
  return 'x';
};
log(JSON.stringify(1));
//// JSON.foo=function(){return 'x'};log(JSON.foo(1))
JSON.foo = function () {
  return 'x';
};
log(JSON.foo(1));
//// var o={a:1,get b(){return this.a+1},set b(v){this.a=v}}; …
var o = {
  a: 1,
  get b() {
    return this.a + 1;
  },
  set b(v) {
    this.a = v;
  },
};
o.b = 10;
log(o.b, JSON.stringify(o), Object.keys(o));
//// log((()=>{let x;try{x=JSON.parse('{"a":1}')}catch{x=2}re …
log(
  (() => {
    let x;
    try {
      x = JSON.parse('{"a":1}');
    } catch {
      x = 2;
    }
    return x.a;
  })(),
);
//// log(JSON.stringify({a:1,b:[1,{c:2}],d:[],e:{}},null,2))
log(JSON.stringify({ a: 1, b: [1, { c: 2 }], d: [], e: {} }, null, 2));
//// log(JSON.parse('{"a":[1,2],"b":{"c":3}}',(k,v)=>typeof v …
log(
  JSON.parse('{"a":[1,2],"b":{"c":3}}', (k, v) => (typeof v === 'number' ? v + 1 : v)),
  JSON.stringify({
    get x() {
      return 5;
    },
  }),
);
