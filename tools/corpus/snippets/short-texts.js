//// log(`a${1+1}b${`c${3}`}d`)
log(`a${1 + 1}b${`c${3}`}d`);
//// log('aXbX'.replace('X',(m)=>m+'!'))
log('aXbX'.replace('X', (m) => m + '!'));
//// log('abc'.substr(-2),'abc'.substr(-2,1),'abc'.substring( …
log('abc'.substr(-2), 'abc'.substr(-2, 1), 'abc'.substring(2, 0), 'abc'.slice(-2), 'abc'.slice(-2, -1));
//// log('abc'.charAt(5)==='', 'abc'[5],'abc'.charCodeAt(5))
log('abc'.charAt(5) === '', 'abc'[5], 'abc'.charCodeAt(5));
//// log('  a '.trim()+'|','Ab'.toUpperCase(),'Ab'.toLowerCas …
log(
  '  a '.trim() + '|',
  'Ab'.toUpperCase(),
  'Ab'.toLowerCase(),
  'abcabc'.lastIndexOf('b'),
  'abcabc'.indexOf('c', 3),
);
//// log((255).toString(16),(0.5).toString(2),(-255).toString …
log((255).toString(16), (0.5).toString(2), (-255).toString(36), (10).toString());
//// log(parseFloat('1.5abc'),parseFloat('.5'),parseFloat('ab …
log(parseFloat('1.5abc'), parseFloat('.5'), parseFloat('abc'), parseFloat('1e3'), parseFloat('-'));
//// log([1,2,3]+'',[1,[2,3]]+'',{}+'',null+'',String([1,null …
log([1, 2, 3] + '', [1, [2, 3]] + '', {} + '', null + '', String([1, null, undefined, 2]));
//// log(String(null),String(undefined),String(123),String(tr …
log(
  String(null),
  String(undefined),
  String(123),
  String(true),
  String({}),
  String([1, 2]),
  String(function () {}).length > 0,
);
//// var e=new Error('x');log(e.name,e.message,''+e,e.toStrin …
var e = new Error('x');
log(e.name, e.message, '' + e, e.toString(), String(e));
//// log([1,2,3].filter((x,i,a)=>i<a.length-1),[1,2,3].map(St …
log(
  [1, 2, 3].filter((x, i, a) => i < a.length - 1),
  [1, 2, 3].map(String),
  ['1', '2', '3'].map(Number),
);
//// log([1,2,3].toString(),({}).toString(),(5).toString(),(f …
log([1, 2, 3].toString(), {}.toString(), (5).toString(), function () {}.toString !== undefined);
//// log('abc'.concat('d',1),'abc'.repeat(0),'abc'.includes(' …
log(
  'abc'.concat('d', 1),
  'abc'.repeat(0),
  'abc'.includes('b'),
  'abc'.startsWith('b', 1),
  'abc'.endsWith('b', 2),
  'abc'.indexOf(''),
);
//// log(String.fromCharCode(65,66),'abc'.charCodeAt(1),'A'.c …
log(String.fromCharCode(65, 66), 'abc'.charCodeAt(1), 'A'.charCodeAt(), 'z' > 'a');
//// log('a,b'.replaceAll?'a,b,c'.replaceAll(',','-'):'none')
log('a,b'.replaceAll ? 'a,b,c'.replaceAll(',', '-') : 'none');
//// var o={1:'a',b:2,'c d':3,[`x`]:4};log(o)
var o = { 1: 'a', b: 2, 'c d': 3, [`x`]: 4 };
log(o);
//// String.prototype.split=function(){return 'x'};log('a'.sp …
String.prototype.split = function () {
  return 'x';
};
log('a'.split(''));
//// String.prototype.zz=function(){return this+'!'};log('a'. …
String.prototype.zz = function () {
  return this + '!';
};
log('a'.zz());
//// var o={toString(){return 'S'},valueOf(){return 42}};log( …
var o = {
  toString() {
    return 'S';
  },
  valueOf() {
    return 42;
  },
};
log(`${o}`, o + 1, '' + o, o * 2, o > 41, String(o));
//// log(5 .toString(),1..toString(),1.0.toFixed(1))
log((5).toString(), (1).toString(), (1.0).toFixed(1));
//// log(String([1,[2,3]]),String({a:1}),''+null,`${[1,2]}`,` …
log(String([1, [2, 3]]), String({ a: 1 }), '' + null, `${[1, 2]}`, `${{}}`, `${null} ${undefined}`);
//// function X(m){this.message=m}X.prototype=Object.create(E …
function X(m) {
  this.message = m;
}
X.prototype = Object.create(Error.prototype);
X.prototype.name = 'X';
X.prototype.foo = function () {
  return 1;
};
var e = new X('q');
log(e.message, e.foo(), e.name, e.toString());
//// log('b'.charCodeAt(0)-'a'.charCodeAt(0),'abc'.split(''). …
log('b'.charCodeAt(0) - 'a'.charCodeAt(0), 'abc'.split('').reverse().join(''));
//// log(Object.prototype.hasOwnProperty.call({a:1},'a'),Obje …
log(Object.prototype.hasOwnProperty.call({ a: 1 }, 'a'), Object.prototype.toString.call([]));
//// log(Object.prototype.toString.call(null),Object.prototyp …
log(Object.prototype.toString.call(null), Object.prototype.toString.call(5));
//// log(typeof Array.prototype.map,typeof String.prototype.t …
log(typeof Array.prototype.map, typeof String.prototype.trim, typeof Function.prototype.bind);
//// var s=String.prototype.trim;log(s.call(' a '))
var s = String.prototype.trim;
log(s.call(' a '));
//// log(isNaN(parseFloat('x')),Number.parseFloat('1.5'),(12. …
log(isNaN(parseFloat('x')), Number.parseFloat('1.5'), (12.5).toString(2), (35).toString(36), Number('1e3'));
//// log([1,2,3].at(-1),'abc'.at(0),[5,6,7].findLast(x=>x<7), …
log(
  [1, 2, 3].at(-1),
  'abc'.at(0),
  [5, 6, 7].findLast((x) => x < 7),
  [5, 6, 7].findLastIndex((x) => x > 9),
  [1, 2, 1].lastIndexOf(1),
);
//// log(' a '.trimStart()+'|',' a '.trimEnd()+'|','b'.locale …
log(
  ' a '.trimStart() + '|',
  ' a '.trimEnd() + '|',
  'b'.localeCompare('a'),
  'a'.localeCompare('b'),
  'a'.localeCompare('a'),
);
//// log(Object.prototype.toString.call([]),Object.prototype. …
log(
  Object.prototype.toString.call([]),
  Object.prototype.toString.call(null),
  Object.prototype.hasOwnProperty.call({ a: 1 }, 'a'),
  Array.prototype.slice.call([1, 2, 3], 1),
  Array.prototype.concat.apply([], [[1], [2]]),
);
//// if(0){for(var x of [1]);for(var k in {});let a=1;const b …
if (0) {
  for (var x of [1]);
  for (var k in {});
  let a = 1;
  const b = 2;
  switch (1) {
    case 1:
      break;
  }
  try {
  } catch (e) {
  } finally {
  }
  do {} while (0);
  var r = /a/g;
  var t = `a${1}b`;
  var f = () => 1;
  var g = (x) => ({ x });
  label;
}
log(1);
//// for(var i=0;i<2;i++){if(i==1)break;var f=(a,b)=>{return …
for (var i = 0; i < 2; i++) {
  if (i == 1) break;
  var f = (a, b) => {
    return a;
  };
  var g = (x) => x + 1;
  log(f(1), g(1), `a${1}`);
}
