//// log(parseInt('08'),parseInt('0x1f'),parseInt('12abc'),pa …
log(
  parseInt('08'),
  parseInt('0x1f'),
  parseInt('12abc'),
  parseInt('abc'),
  parseInt(''),
  parseInt('  42'),
  parseInt('1e3'),
  parseInt(1.9),
);
//// log(Number('12'),Number(''),Number(' 12 '),Number('12a') …
log(
  Number('12'),
  Number(''),
  Number(' 12 '),
  Number('12a'),
  Number(null),
  Number(undefined),
  Number(true),
  Number([]),
  Number('0x1f'),
);
//// log(isNaN('a'),isNaN(undefined),isNaN(''),isNaN(NaN),isF …
log(isNaN('a'), isNaN(undefined), isNaN(''), isNaN(NaN), isFinite('1'));
//// log(2147483647+1,2147483647|0,4294967295|0,-1>>>0,1<<31, …
log(
  2147483647 + 1,
  2147483647 | 0,
  4294967295 | 0,
  -1 >>> 0,
  1 << 31,
  1 << 32,
  -5 >> 1,
  -5 >>> 28,
  ~~3.7,
  3.7 | 0,
  -3.7 | 0,
);
//// log(2147483647*2,65536*65536,0xffffffff,1e9*10)
log(2147483647 * 2, 65536 * 65536, 0xffffffff, 1e9 * 10);
//// log(['1','2','3'].map(parseInt))
log(['1', '2', '3'].map(parseInt));
//// log(Math.max(),Math.min(),Math.max(1,NaN),Math.max('3',2 …
log(
  Math.max(),
  Math.min(),
  Math.max(1, NaN),
  Math.max('3', 2),
  Math.round(-0.5),
  Math.round(2.5),
  Math.round(-1.5),
  Math.floor(-1.5),
  Math.ceil(-1.5),
);
//// log(Math.abs('-3'),Math.pow(2,0.5).toFixed(3),Math.sqrt( …
log(
  Math.abs('-3'),
  Math.pow(2, 0.5).toFixed(3),
  Math.sqrt(-1),
  Math.atan2(1, 1).toFixed(3),
  Math.sign(-3),
  Math.exp(1).toFixed(3),
  Math.log(10).toFixed(3),
  Math.PI.toFixed(4),
  Math.E.toFixed(4),
);
//// log(Math.sin(1).toFixed(4),Math.cos(1).toFixed(4),Math.t …
log(
  Math.sin(1).toFixed(4),
  Math.cos(1).toFixed(4),
  Math.tan(1).toFixed(4),
  Math.asin(1).toFixed(4),
  Math.LN2.toFixed(3),
  Math.SQRT2.toFixed(3),
);
//// log((1.25).toFixed(1),(0.55).toFixed(1),(2.345).toFixed( …
log(
  (1.25).toFixed(1),
  (0.55).toFixed(1),
  (2.345).toFixed(2),
  (0.5).toFixed(0),
  (10.5).toFixed(0),
  (-2.5).toFixed(0),
  (99.99).toFixed(1),
  (0.05).toFixed(1),
  (21.456).toFixed(2),
  (3).toFixed(),
  (1.45).toFixed(1),
  (-0.001).toFixed(2),
  (1e-10).toFixed(2),
);
//// log((NaN).toFixed(2),(Infinity).toFixed(1),(123.456).toF …
log(NaN.toFixed(2), Infinity.toFixed(1), (123.456).toFixed(), (0.1 + 0.2).toFixed(10));
//// var f=new Float32Array([1.5,0.1]);log(f[0],f[1].toFixed( …
var f = new Float32Array([1.5, 0.1]);
log(f[0], f[1].toFixed(5));
var i = new Int8Array([200]);
log(i[0]);
var c = new Uint8ClampedArray([300, -5]);
log(c[0], c[1]);
//// log(0b11,0o17,0xff,1e3,.5,5.,1_000)
log(0b11, 0o17, 0xff, 1e3, 0.5, 5, 1_000);
//// log(isNaN('x'),[]+[],[]+{},1+[2],'b'+'a'+ +'a'+'a')
log(isNaN('x'), [] + [], [] + {}, 1 + [2], 'b' + 'a' + +'a' + 'a');
//// Math.trunc2=function(x){return x};log(Math.trunc2(1))
Math.trunc2 = function (x) {
  return x;
};
log(Math.trunc2(1));
//// log('1'+1,'3'-1,'3'*'2',true+true,[]*2,null*5,'5'%3,'a'* …
log(
  '1' + 1,
  '3' - 1,
  '3' * '2',
  true + true,
  [] * 2,
  null * 5,
  '5' % 3,
  'a' * 1,
  -'5',
  +'0x10',
  ~'5',
  '5' | 0,
  '7' >> 1,
);
//// log(5/2|0,-5/2|0,(5/2)>>0,~~'7.9',Math.floor(7.9),7.9>>> …
log((5 / 2) | 0, (-5 / 2) | 0, (5 / 2) >> 0, ~~'7.9', Math.floor(7.9), 7.9 >>> 0);
//// log(0xffffffff|0,0x80000000|0,1<<30<<1,0xffff*0xffff,5&- …
log(0xffffffff | 0, 0x80000000 | 0, (1 << 30) << 1, 0xffff * 0xffff, 5 & -2, 5 | -2, 5 ^ -2);
//// function f(){f.count=(f.count||0)+1;return f.count}f();l …
function f() {
  f.count = (f.count || 0) + 1;
  return f.count;
}
f();
log(f());
//// log(Math.floor(1e10+.5),Math.floor(-1e10),Math.floor(Inf …
log(
  Math.floor(1e10 + 0.5),
  Math.floor(-1e10),
  Math.floor(Infinity),
  Math.floor(NaN),
  Math.floor(1e300) === 1e300,
  Math.round(1e10 + 0.7),
  Math.ceil(1e12 - 0.5),
  Math.floor('5.5'),
  Math.floor(-0.5 + 0.5),
);
//// log(1e15+'',123456789012345+'',999999999999999+'',1e16+' …
log(1e15 + '', 123456789012345 + '', 999999999999999 + '', 1e16 + '', 12345678901234567 + '');
//// log(0||'x',''&&'y',null||0||'z',1&&2,0??1)
log(0 || 'x', '' && 'y', null || 0 || 'z', 1 && 2, 0 ?? 1);
//// var e1;try{throw new Error('a')}catch(e){e1=e}log(e1.mes …
var e1;
try {
  throw new Error('a');
} catch (e) {
  e1 = e;
}
log(e1.message);
//// log(Math.pow(2,32)-4294967296,Math.pow(10,3)-1000,Math.p …
log(
  Math.pow(2, 32) - 4294967296,
  Math.pow(10, 3) - 1000,
  Math.pow(10, 15) - 1e15,
  Math.pow(2, 10) === 1024,
  Math.pow(3, 2) === 9,
  Math.pow(7, 5) === 16807,
  Math.pow(2, 31) === 2147483648,
  Math.pow(10, 2) === 100,
);
//// log(Number.isInteger(5),Number.isInteger(5.5),Number.isI …
log(
  Number.isInteger(5),
  Number.isInteger(5.5),
  Number.isInteger('5'),
  Number.isSafeInteger(2 ** 53),
  Number.isFinite('5'),
  Number.isNaN('x'),
  Number.parseFloat('1.5x'),
);
//// log(Math.trunc(-4.7),Math.trunc(4.7),Math.hypot(3,4),Mat …
log(
  Math.trunc(-4.7),
  Math.trunc(4.7),
  Math.hypot(3, 4),
  Math.cbrt(27),
  Math.log2(8),
  Math.log10(1000),
  Math.sign(-3),
  Math.clz32(1),
  Math.imul(0xffffffff, 5),
  Math.fround(5.5),
);
//// log(Math.round(-0.5),Math.round(2.5),Math.round(-1.5),Ma …
log(
  Math.round(-0.5),
  Math.round(2.5),
  Math.round(-1.5),
  Math.round(1.4999),
  Math.round('3.6'),
  [1.5, 2.4].map(Math.round),
);
//// log(2**32===4294967296,Math.pow(2,31),10**6,(-2)**3,2**- …
log(2 ** 32 === 4294967296, Math.pow(2, 31), 10 ** 6, (-2) ** 3, 2 ** -2, 2 ** 0.5 === Math.sqrt(2));
//// const it={from:1,to:3,[Symbol.iterator](){let n=this.fro …
const it = {
  from: 1,
  to: 3,
  [Symbol.iterator]() {
    let n = this.from,
      to = this.to;
    return { next: () => (n <= to ? { value: n++, done: false } : { value: undefined, done: true }) };
  },
};
log([...it], Math.max(...it));
const [p, ...q] = it;
log(p, q);
