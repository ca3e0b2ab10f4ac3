//// parseInt edge cases, parseFloat edge cases, Number conversions, strict equality and relational, truthiness, toString radix, hex formatting, toPrecision and exponential
(() => {
log(parseInt('42px'), parseInt('  7'), parseInt('0x1F'), parseInt('101', 2), parseInt('z', 36), parseInt(''), parseInt('abc'), parseInt('12.9'), parseInt('-3'), parseInt('+4'), parseInt('08'), parseInt(null), parseInt('1e3'));
})();
(() => {
log(parseFloat('3.14abc'), parseFloat('.5'), parseFloat('-.5e2'), parseFloat('  2.5  '), parseFloat('x'), parseFloat('1.2.3'), parseFloat('1e-2'), parseFloat('Infinity'));
})();
(() => {
log(Number(''), Number(' '), Number('12'), Number(' 12 '), Number('12a'), Number('0x10'), Number('0b11'), Number('0o17'), Number(true), Number(null), Number(undefined), Number([]), Number([5]), Number('1e3'), Number('-'), Number('.5'), Number('5.'));
})();
(() => {
log('10' < '9', 10 < '9', 'a' < 'b', 'B' < 'a', null >= 0, undefined > 0, '2' > 1, 'abc' < 'abd', NaN < 1, [2] > 1);
})();
(() => {
log([0, '', null, undefined, NaN, [], {}, '0', 'false', -1, ' '].map(x => x ? 1 : 0).join(''));
log(!![] , !!0 || 'x', '' && 'y', null ?? 'z', 0 ?? 'w');
})();
(() => {
log((255).toString(16), (10).toString(2), (-255).toString(16), (35).toString(36), (0.5).toString(2), (3.75).toString(2), (1e10).toString(16), (0).toString(8));
})();
(() => {
const hex = n => '0x' + n.toString(16).toUpperCase().padStart(4, '0'); log(hex(255), hex(4096), hex(0)); log([1, 160, 255].map(b => ('0' + b.toString(16)).slice(-2)).join(':'));
})();
(() => {
log((123.456).toPrecision(4), (0.00012345).toPrecision(2), (1234.5).toExponential(2), (1e21).toPrecision(3), (5).toPrecision(3), (99.99).toPrecision(3), (0).toExponential(1));
})();
//// Math functions, Math more, Math clamp lerp map, bit operations, bit flags, two's complement, crc8 and checksum, crc16 modbus
(() => {
log(Math.max(), Math.min(), Math.max(1, '5', 3), Math.round(-0.5), Math.round(2.5), Math.round(-2.5), Math.sign(-3), Math.sign(0), Math.trunc(-4.7), Math.floor(-4.2), Math.ceil(-4.7), Math.abs('-3'), Math.max(NaN, 1), Math.min(1, undefined));
})();
(() => {
log(Math.hypot(3, 4), Math.cbrt(27), Math.log2(8), Math.log10(1000), Math.atan2(1, 1).toFixed(4), Math.sqrt(2).toFixed(6), Math.pow(2, 0.5).toFixed(5), Math.exp(1).toFixed(5), Math.PI.toFixed(5), Math.E.toFixed(3), Math.SQRT2.toFixed(4), Math.LN2.toFixed(5));
})();
(() => {
const clamp = (v, lo, hi) => Math.min(hi, Math.max(lo, v)); const map = (v, a, b, c, d) => c + (v - a) * (d - c) / (b - a); log(clamp(15, 0, 10), clamp(-1, 0, 10), map(5, 0, 10, 100, 200), map(0.25, 0, 1, -40, 85));
})();
(() => {
log(5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 4, -16 >> 2, -16 >>> 28, 1 << 31, 1 << 32, 0xFF & ~0x0F, (0xFFFFFFFF | 0), 0xFFFFFFFF >>> 0, 2 ** 32 >> 0, 2 ** 33 + 5 | 0, 1.9 | 0, -1.9 | 0, '7' | 0, null | 0, NaN | 0);
})();
(() => {
const F = { A: 1 << 0, B: 1 << 1, C: 1 << 2 }; let f = F.A | F.C; log(!!(f & F.B), !!(f & F.C)); f &= ~F.A; f ^= F.B; log(f, f.toString(2)); f <<= 2; f >>= 1; f >>>= 0; log(f);
})();
(() => {
const s16 = (h, l) => { const v = h << 8 | l; return v & 0x8000 ? v - 0x10000 : v; }; log(s16(0xFF, 0xFE), s16(0x7F, 0xFF), s16(0x80, 0)); log((0xFFF0 << 16) >> 16, 200 << 24 >> 24);
})();
(() => {
function crc8(d) { let c = 0xFF; for (const b of d) { c ^= b; for (let i = 0; i < 8; i++) c = c & 0x80 ? (c << 1 ^ 0x31) & 0xFF : c << 1 & 0xFF; } return c; } log(crc8([0xBE, 0xEF]).toString(16)); log([1, 2, 3].reduce((a, b) => a ^ b, 0) & 0xFF);
})();
(() => {
const crc16 = b => { let c = 0xFFFF; b.forEach(x => { c ^= x; for (let i = 8; i; i--) c = c & 1 ? c >> 1 ^ 0xA001 : c >> 1; }); return c; }; log(crc16([1, 3, 0, 0, 0, 10]).toString(16));
})();
//// hash string, LCG random, xorshift, string methods, string pad repeat trim, string split join, string replace, string compare and sort
(() => {
const hash = s => { let h = 0; for (let i = 0; i < s.length; i++) h = (h << 5) - h + s.charCodeAt(i) | 0; return h; }; log(hash('hello world'), hash('Espruino')); const fnv = s => { let h = 0x811c9dc5; for (const c of s) { h ^= c.charCodeAt(0); h = Math.imul(h, 0x01000193); } return h >>> 0; }; log(fnv('abc'));
})();
(() => {
let seed = 42; const rnd = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff; log(rnd().toFixed(5), rnd().toFixed(5), rnd().toFixed(5));
})();
(() => {
let x = 123456789; const next = () => { x ^= x << 13; x ^= x >>> 17; x ^= x << 5; return x >>> 0; }; log(next(), next(), next());
})();
(() => {
const s = 'Hello, World'; log(s.length, s.charAt(1), s[0], s.indexOf('o'), s.lastIndexOf('o'), s.indexOf('o', 5), s.slice(-5), s.slice(2, -3), s.substring(7, 3), s.substr(-5, 3), s.toUpperCase(), s.toLowerCase(), s.includes('World'), s.startsWith('Hell'), s.endsWith('d'), s.startsWith('W', 7), s.charCodeAt(0), s.concat('!', 1));
})();
(() => {
log('5'.padStart(3, '0'), 'ab'.padEnd(5, '-='), 'abc'.padStart(2), 'x'.repeat(3), 'y'.repeat(0), '  t '.trim() + '|', ' a'.trimStart(), 'b '.trimEnd() + '|');
})();
(() => {
log('a,b,,c'.split(','), 'abc'.split(''), 'a b  c'.split(' '), 'abc'.split(), ''.split(','), ''.split(''), 'a1b2'.split(/\d/), 'a, b;c'.split(/[,;] */), 'x'.split('x'), 'a-b-c'.split('-', 2));
})();
(() => {
log('a-b-c'.replace('-', '+'), 'a-b-c'.replace(/-/g, '+'), 'abc'.replace(/b/, x => x.toUpperCase()), 'john smith'.replace(/(\w+) (\w+)/, '$2 $1'), 'aaa'.replaceAll('a', 'b'), 'x$y'.replace('$', '$$'), 'abc'.replace('b', '[$&]'));
})();
(() => {
log(['b', 'a', 'C', 'A'].sort(), ['é', 'e'].length, 'a'.localeCompare('b'), ['x10', 'x9'].sort(), [10, 9, 1].sort(), [3, 1, 2].sort((a, b) => b - a));
})();
//// string iteration and code points, template literals nested, caesar and palindromes, title case and camel case, array basics, array splice, array higher order, array sort stability
(() => {
let o = ''; for (const c of 'abc') o = c + o; log(o, [...'xyz'], Array.from('123', Number), 'abc'.at(-1), String.fromCharCode(72, 105), 'A'.codePointAt(0));
})();
(() => {
const a = [1, 2]; log(`<${a.map(x => `<b>${x}</b>`).join('')}>`, `l1
l2`, `${1 + 1}${'a' + 'b'}`, `\${esc}`, `${[1, 2]}`, `${{}}`, `${null} ${undefined}`, `a${''}b`);
})();
(() => {
const rot = (s, n) => s.replace(/[a-z]/g, c => String.fromCharCode((c.charCodeAt(0) - 97 + n + 26) % 26 + 97)); log(rot('hello', 3), rot(rot('hello', 3), -3)); const pal = s => { const t = s.toLowerCase().replace(/[^a-z]/g, ''); return t === t.split('').reverse().join(''); }; log(pal('A man, a plan, a canal: Panama'), pal('nope'));
})();
(() => {
const title = s => s.split(' ').map(w => w[0].toUpperCase() + w.slice(1).toLowerCase()).join(' '); log(title('hELLO big wORLD')); const camel = s => s.replace(/-([a-z])/g, (m, c) => c.toUpperCase()); log(camel('my-var-name'));
})();
(() => {
const a = [1, 2, 3]; log(a.push(4), a.pop(), a.shift(), a.unshift(0, 9), a, a.length, a.indexOf(9), a.includes(2), a.includes(5), a.concat([7], 8, [[9]]), a.join('-'), a.reverse(), a.slice(1), a.slice(-2, -1), a.slice());
})();
(() => {
const a = [1, 2, 3, 4, 5]; log(a.splice(1, 2), a, a.splice(1, 0, 'x', 'y'), a, a.splice(-1), a, a.splice(1), a);
})();
(() => {
const a = [5, 3, 8, 1]; log(a.map((x, i) => x * i), a.filter(x => x > 2), a.reduce((s, x) => s + x), a.reduce((s, x) => s + x, 10), a.some(x => x > 7), a.every(x => x > 0), a.find(x => x < 4), a.find(x => x > 99), a.findIndex(x => x === 8), a.findIndex(x => x > 99), a.findLast(x => x > 3), a.reduceRight((s, x) => s + '-' + x));
})();
(() => {
const d = [{ n: 'a', v: 2 }, { n: 'b', v: 1 }, { n: 'c', v: 2 }, { n: 'd', v: 1 }]; log(d.sort((x, y) => x.v - y.v).map(x => x.n).join('')); log(d.slice().sort((x, y) => y.v - x.v).map(x => x.n).join(''));
})();
//// array fill and create, array 2D grid, array holes, array flat and flatMap, array length assignment, array includes NaN and indexOf, array at with toSorted, array equality and copies
(() => {
log(new Array(3).fill(0), Array(2).fill('x'), Array.from({ length: 3 }, (_, i) => i * i), [...Array(3).keys()], Array.of(7, 8), [1, 2, 3].fill(9, 1), Array.from('ab'), Array.isArray([]), new Array(2, 3));
})();
(() => {
const g = Array.from({ length: 2 }, () => Array(3).fill(0)); g[1][2] = 5; log(g); log(g.map(r => r.join('')).join('/')); const t = g[0].map((_, c) => g.map(r => r[c])); log(t);
})();
(() => {
const a = [1, , 3]; log(a.length, a[1], 1 in a, a.join()); let n = 0; a.forEach(() => n++); log(n, a.map(x => x * 2).length, Object.keys(a)); const b = []; b[3] = 'x'; log(b.length, b); delete b[3]; log(b.length);
})();
(() => {
log([1, [2, [3, [4]]]].flat(), [1, [2, [3, [4]]]].flat(Infinity), [1, 2].flatMap(x => [x, x * 10]), [[1], [2]].flat());
})();
(() => {
const a = [1, 2, 3, 4]; a.length = 2; log(a); a.length = 0; log(a, a.length); a[a.length] = 'n'; log(a);
})();
(() => {
log([NaN].includes(NaN), [NaN].indexOf(NaN), ['a', 'b'].indexOf('b', 1), [1, 2, 1].lastIndexOf(1), [1, '1'].indexOf('1'));
})();
(() => {
log([1, 2, 3].at(-1), [3, 1, 2].toSorted(), [1, 2].toReversed(), [1, 2, 3].with(1, 9));
})();
(() => {
const a = [1, [2]], b = [...a]; b[0] = 9; b[1].push(3); log(a, b, a === b, JSON.stringify(a) === JSON.stringify([1, [2, 3]]));
})();
//// array iterating with index removal, array for in keys are strings, array toString and coercion, queue ring buffer stack, typed arrays, typed array methods, typed array buffer views, spread typed array
(() => {
const a = [1, 2, 3, 4, 5, 6]; for (let i = a.length - 1; i >= 0; i--) if (a[i] % 2) a.splice(i, 1); log(a); let s = 0; for (const i in a) s += a[i] * i; log(s);
})();
(() => {
for (const i in ['x', 'y']) log(typeof i, i + 1); for (var k in { z: 1, y: 2 }) log(k); log(k);
})();
(() => {
log(String([1, [2, 3]]), [1, 2] + '', [null, undefined, 1].join(), [] + 1, [[], [1]].toString());
})();
(() => {
class Ring { constructor(n) { this.b = new Array(n); this.n = n; this.i = 0; this.c = 0; } push(v) { this.b[this.i] = v; this.i = (this.i + 1) % this.n; this.c = Math.min(this.c + 1, this.n); } *[Symbol.iterator]() { for (let k = 0; k < this.c; k++) yield this.b[(this.i - this.c + k + this.n) % this.n]; } get avg() { let s = 0; for (const v of this) s += v; return s / this.c; } } const r = new Ring(3); [1, 2, 3, 4].forEach(v => r.push(v)); log([...r], r.avg);
})();
(() => {
const u = new Uint8Array([1, 2, 300, -1]); log(u, u.length, u[2], Array.from(u)); const f = new Float32Array(2); f[0] = 1.5; log(f[0], f[1], f.byteLength); const i = new Int16Array([40000]); log(i[0]); u.set([9, 8], 1); log(u, u.slice(1, 3), u.subarray(2).length, u.indexOf(8), u.join('-'));
})();
(() => {
const u = Uint8Array.from([3, 1, 2]); log(u, u.map(x => x * 100), u.filter(x => x > 1), u.reduce((a, b) => a + b), u.sort(), u.reverse(), u.fill(7), u.some(x => x === 7), u.includes(7), u.find(x => x > 1));
})();
(() => {
const b = new ArrayBuffer(8), dv = new DataView(b), u8 = new Uint8Array(b); dv.setUint16(0, 0x1234); dv.setInt16(2, -2, true); dv.setFloat32(4, 1.5); log(u8, dv.getUint8(0), dv.getUint16(2, true), dv.getFloat32(4), b.byteLength); const w = new Uint16Array(b, 0, 2); log(w.length, w[0]);
})();
(() => {
const u = new Uint8Array([1, 2]); log([...u, 3], Math.max(...u)); const [a, b] = u; log(a, b); for (const x of u) log(x); log(u.toString(), String(u), JSON.stringify(Array.from(u)));
})();
//// JSON roundtrip, JSON pretty, JSON parse errors, JSON reviver dates, date basics, date arithmetic, date formatting, date invalid
(() => {
const o = { a: [1, { b: null }], s: 'q"\\\n', t: true, n: 1.5, u: undefined, f() {} }; log(JSON.stringify(o), JSON.stringify(JSON.parse(JSON.stringify(o))), JSON.stringify([undefined, () => 1, NaN, Infinity]), JSON.stringify('x'), JSON.stringify(undefined), JSON.stringify(null));
})();
(() => {
log(JSON.stringify({ a: 1, b: [1, 2], c: {}, d: [] }, null, 2)); log(JSON.stringify({ a: 1, b: 2 }, ['a'])); log(JSON.stringify({ a: 1, b: 'x' }, (k, v) => typeof v === 'number' ? v * 2 : v)); log(JSON.stringify([1, [2]], null, '\t'));
})();
(() => {
try { JSON.parse('{bad'); log('no'); } catch (e) { log('error', e instanceof Error); } try { JSON.parse(''); log('no'); } catch (e) { log('error2'); } log(JSON.parse('[1,"a",null,true]'), JSON.parse('"s"'), JSON.parse(' {"a" : 1 } ').a, JSON.parse('1e3'), JSON.parse('-5'));
})();
(() => {
const o = JSON.parse('{"d":"2020-01-01","n":2}', (k, v) => k === 'd' ? v.split('-').length : v); log(o);
})();
(() => {
const d = new Date(2020, 1, 29, 13, 5, 9, 7); log(d.getFullYear(), d.getMonth(), d.getDate(), d.getDay(), d.getHours(), d.getMinutes(), d.getSeconds(), d.getMilliseconds()); log(new Date(0).toISOString(), new Date(1e12).getTime(), new Date('2021-03-04T05:06:07Z').getTime(), Date.parse('2021-03-04T05:06:07Z'));
})();
(() => {
const a = new Date(2020, 0, 31), b = new Date(2020, 2, 1); log((b - a) / 86400000, b > a, new Date(a.getTime() + 86400000).getDate(), new Date(2020, 12, 1).getMonth(), new Date(2019, 1, 29).getDate()); a.setDate(a.getDate() + 1); log(a.getMonth(), a.getDate()); a.setHours(25); log(a.getDate(), a.getHours());
})();
(() => {
const p = n => String(n).padStart(2, '0'); const d = new Date(2023, 6, 4, 9, 8, 7); log(`${d.getFullYear()}-${p(d.getMonth() + 1)}-${p(d.getDate())} ${p(d.getHours())}:${p(d.getMinutes())}:${p(d.getSeconds())}`); log(['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][d.getDay()]);
})();
(() => {
const d = new Date('rubbish'); log(isNaN(d), isNaN(d.getTime()), Number.isNaN(+d)); log(isNaN(Date.parse('x')));
})();
//// date setters, date from string forms
(() => {
const d = new Date(2020, 5, 15); d.setMonth(0); d.setFullYear(2021); d.setMinutes(90); d.setSeconds(5); d.setMilliseconds(4); log(d.toISOString()); d.setTime(1000); log(d.getTime()); d.setDate(0); log(d.toISOString()); d.setMonth(14, 3); log(d.toISOString());
})();
(() => {
log(new Date('2020-01-02').getTime(), new Date('2020-01-02T03:04:05').getTime(), new Date('2020-01-02T03:04:05.678Z').getTime(), new Date('2020-01-02T03:04:05+02:00').getTime(), new Date('Jan 2, 2020').getTime(), new Date('2 Jan 2020 03:04:05').getTime(), new Date('Thu, 02 Jan 2020 03:04:05 GMT').getTime(), new Date('2020/01/02').getTime());
})();
