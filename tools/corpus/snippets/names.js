//// own methods named as built-ins, own methods with the same number of arguments, own Map-like with size and iteration, getter on class with same name as builtin, length as own property, objects with name and keys properties, error properties custom names, date now differences
(() => {
class Grid { constructor(w) { this.w = w; this.c = {}; } at(x, y) { return this.c[x + ',' + y] ?? '.'; } with(x, y, v) { this.c[x + ',' + y] = v; return this; } flat() { return Object.values(this.c).join(''); } search(a, b) { return a + b; } match(a, b, c) { return [a, b, c]; } finally(a, b) { return a(b); } keys() { return ['k']; } sort() { return 'sorted'; } slice(a, b, c) { return a + b + c; } replace(a) { return 'r' + a; } split() { return 's'; } find(x) { return x; } } 
const g = new Grid(3).with(1, 2, 'x'); log(g.at(1, 2), g.at(0, 0), g.flat(), g.search(1, 2), g.match(1, 2, 3), g.finally(x => x * 2, 4), g.keys(), g.sort(), g.slice(1, 2, 3), g.replace('q'), g.split(), g.find(7));
})();
(() => {
const o = { at: i => 'at' + i, match: r => 'm' + r, search: s => 's' + s, replaceAll: (a, b) => a + b, toFixed: n => 'f' + n, flatMap: f => f(2), lastIndexOf: x => -x, localeCompare: x => 'lc' + x, toSorted: () => 'ts', trimStart: () => 'tr', split: (a, b) => a + '/' + b, replace: (a, b) => a + '>' + b, sort: f => typeof f }; log(o.at(1), o.match('x'), o.search('y'), o.replaceAll('a', 'b'), o.toFixed(2), o.flatMap(x => x + 1), o.lastIndexOf(3), o.localeCompare('z'), o.toSorted(), o.trimStart(), o.split('a', 2), o.replace('a', 'b'), o.sort(x => x));
})();
(() => {
class Bag { #m = new Map(); add(k, n = 1) { this.#m.set(k, (this.#m.get(k) || 0) + n); return this; } get size() { return this.#m.size; } *[Symbol.iterator]() { for (const [k, n] of this.#m) for (let i = 0; i < n; i++) yield k; } entries() { return [...this.#m.entries()]; } } const b = new Bag().add('a').add('b', 2); log(b.size, [...b].join(''), b.entries());
})();
(() => {
class Str { constructor(s) { this.s = s; } get length() { return this.s.length; } charAt(i) { return '<' + this.s[i] + '>'; } toString() { return this.s; } includes(x) { return this.s.indexOf(x) >= 0; } } const s = new Str('abc'); log(s.length, s.charAt(1), `${s}`, s + 'd', s.includes('b'));
})();
(() => {
const q = { length: 3 }; q.length = 5; q.length++; q.length += 2; log(q.length, q); class L { constructor() { this.length = 0; } push(x) { this.length++; return this; } } log(new L().push(1).push(2).length);
})();
(() => {
const d = { name: 'dev', keys: [1, 2], values: { a: 1 }, entries: 4, size: 2 }; log(d.name, d.keys, d.values.a, d.entries, d.size); function foo() {} foo.title = 'x'; const { name: nm } = d; log(nm, foo.title);
})();
(() => {
const err = new Error('boom'); err.code = 'E1'; log(err.code, err.message, Object.prototype.toString.call([]), Object.prototype.toString.call(null)); function f() { const e = { name: 'plain', message: 'obj' }; throw e; } try { f(); } catch (e) { log(e.name, e.message); } try { try { f(); } catch (err) { err.name = 'changed'; throw err; } } catch ({ name }) { log(name); }
})();
(() => {
const t0 = Date.now(); const d = new Date(t0); log(d.getTime() === t0, typeof t0, new Date(2020, 0).getMonth(), new Date(86400000).getUTCDate(), new Date(2020, 1, 29).toISOString().slice(0, 10), new Date(2020, 0, 1) < new Date(2020, 0, 2));
})();
//// copy date and json, parse iso week day names, sort with multiple keys and locale, numeric separators in class constants and static readonly math, string concat precedence and plus equals, bitmask from array and back, shift register simulation, pid controller
(() => {
const a = new Date(1e12), b = new Date(a); b.setDate(1); log(a.getTime() === 1e12, b.getDate(), JSON.parse(JSON.stringify({ a })).a, new Date(JSON.parse(JSON.stringify(a))).getTime());
})();
(() => {
const days = ['Sun', 'Mon', 'Tue']; const f = s => { const d = new Date(s); return isNaN(d) ? 'bad' : d.getDay(); }; log(f('2021-01-03'), f('nope'), f('2021-01-04T10:00:00'), f(0), f('2021-13-01'), days[new Date('2021-01-05').getDay()]);
})();
(() => {
const p = [{ n: 'Zoe', a: 30 }, { n: 'adam', a: 25 }, { n: 'Bob', a: 30 }]; log(p.sort((x, y) => y.a - x.a || x.n.localeCompare(y.n)).map(x => x.n).join());
})();
(() => {
class K { static MASK = 0xff_ff; static BITS = [...Array(4)].map((_, i) => 1 << i); static get ALL() { return this.BITS.reduce((a, b) => a | b); } } log(K.MASK, K.BITS, K.ALL);
})();
(() => {
let s = ''; s += 1 + 2; s += '3' + 4; s = s + 5 * 2; log(s, 1 + +'2', '3' - -'3', [1] + [2], `${1}${2}` * 1);
})();
(() => {
const to = a => a.reduce((m, b) => m | 1 << b, 0), from = m => [...Array(8).keys()].filter(i => m >> i & 1); log(to([0, 3, 7]), from(137));
})();
(() => {
let r = 0b10000001; const rol = (v, n) => (v << n | v >>> 8 - n) & 0xFF; log([1, 2, 7].map(n => rol(r, n).toString(2).padStart(8, '0')));
})();
(() => {
class PID { constructor(p, i, d) { Object.assign(this, { p, i, d, s: 0, l: null }); } step(e, dt = 1) { this.s += e * dt; const dv = this.l === null ? 0 : (e - this.l) / dt; this.l = e; return this.p * e + this.i * this.s + this.d * dv; } } const c = new PID(2, 0.5, 1); log([4, 2, 0, -1].map(e => c.step(e)));
})();
//// menu navigation, scheduler with sorted queue, morse, roman numerals, hex dump, binary protocol encode decode
(() => {
const menu = { title: 'Main', items: [{ t: 'A', run: () => 'ran A' }, { t: 'B', sub: { title: 'Sub', items: [{ t: 'C', run: () => 'ran C' }] } }] }; class Nav { #st = [menu]; #i = 0; get cur() { return this.#st[this.#st.length - 1]; } down() { this.#i = (this.#i + 1) % this.cur.items.length; return this; } ok() { const it = this.cur.items[this.#i]; if (it.sub) { this.#st.push(it.sub); this.#i = 0; return this.cur.title; } return it.run(); } back() { if (this.#st.length > 1) this.#st.pop(); return this.cur.title; } } const n = new Nav(); log(n.ok(), n.down().ok(), n.ok(), n.back());
})();
(() => {
const q = []; const at2 = (t, f) => { q.push({ t, f }); q.sort((a, b) => a.t - b.t); }; at2(5, () => 'e'); at2(1, () => 'a'); at2(3, () => { at2(4, () => 'd'); return 'c'; }); const out = []; while (q.length) out.push(q.shift().f()); log(out.join(''));
})();
(() => {
const M = { S: '...', O: '---' }; log([...'SOS'].map(c => M[c]).join(' '), 'SOS'.split('').flatMap(c => M[c].split('')).filter(x => x === '-').length);
})();
(() => {
const roman = n => [['M', 1000], ['CM', 900], ['D', 500], ['CD', 400], ['C', 100], ['XC', 90], ['L', 50], ['XL', 40], ['X', 10], ['IX', 9], ['V', 5], ['IV', 4], ['I', 1]].reduce((r, [s, v]) => { while (n >= v) { r += s; n -= v; } return r; }, ''); log(roman(1994), roman(2026));
})();
(() => {
const dump = b => [...b].map((x, i) => (i % 4 ? ' ' : (i ? '\n' : '') + i.toString(16).padStart(2, '0') + ': ') + x.toString(16).padStart(2, '0')).join(''); log(dump(new Uint8Array([1, 15, 255, 16, 7])));
})();
(() => {
const enc = (t, v) => { const b = new Uint8Array(6), d = new DataView(b.buffer); d.setUint8(0, t); d.setFloat32(1, v, true); b[5] = b.slice(0, 5).reduce((a, x) => a ^ x, 0); return b; }; const dec = b => { const d = new DataView(b.buffer); return [d.getUint8(0), d.getFloat32(1, true), b.slice(0, 5).reduce((a, x) => a ^ x, 0) === b[5]]; }; log(dec(enc(3, 21.5)));
})();
