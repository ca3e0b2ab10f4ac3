//// forEach and pushes
const a = [1, 2, 3];
let n = 0;
a.forEach((x) => { if (n++ < 10) a.push(x * 10); });
log(n, a.length);
//// map and pushes
const a = [1, 2, 3]; let n = 0;
log(a.map((x) => { if (n++ < 10) a.push(x); return x; }).length, a.length);
//// filter some every reduce find and pushes
let a = [1, 2, 3], n = 0;
log(a.filter((x) => { if (n++ < 10) a.push(x); return true; }).length, a.length);
a = [1, 2, 3]; n = 0;
log(a.some((x) => { if (n++ < 10) a.push(x); return false; }), n, a.length);
a = [1, 2, 3]; n = 0;
log(a.every((x) => { if (n++ < 10) a.push(x); return true; }), n, a.length);
a = [1, 2, 3]; n = 0;
log(a.reduce((s, x) => { if (n++ < 10) a.push(x); return s + x; }, 0), n, a.length);
//// find and pushes
let a = [1, 2, 3], n = 0;
log(a.find((x) => { if (n++ < 10) a.push(x); return false; }), n, a.length);
a = [1, 2, 3]; n = 0;
log(a.findIndex((x) => { if (n++ < 10) a.push(x); return false; }), n, a.length);
//// for of and pushes
let a = [1, 2, 3], n = 0;
for (const x of a) { if (n++ < 10) a.push(x); }
log(n, a.length);
//// forEach and removals
const a = [1, 2, 3, 4, 5]; const seen = [];
a.forEach((x) => { seen.push(x); if (x === 2) a.splice(0, 1); });
log(seen, a);
//// forEach pop
const a = [1, 2, 3, 4, 5]; const seen = [];
a.forEach((x) => { seen.push(x); a.pop(); });
log(seen, a);
//// forEach shift
const a = [1, 2, 3, 4, 5]; const seen = [];
a.forEach((x, i) => { seen.push(x + ':' + i); a.shift(); });
log(seen, a);
//// forEach unshift
const a = [1, 2, 3]; const seen = []; let n = 0;
a.forEach((x, i) => { seen.push(x + ':' + i); if (n++ < 5) a.unshift(9); });
log(seen, a);
//// forEach by index
const a = [1, 2, 3]; const seen = [];
a.forEach((x, i) => { seen.push(x); if (i < 6) a[i + 3] = x; a[2] = 9; });
log(seen, a);
//// for of removal
const a = [1, 2, 3, 4, 5]; const seen = [];
for (const x of a) { seen.push(x); if (x === 2) a.splice(0, 1); }
log(seen, a);
//// for of unshift
const a = [1, 2, 3]; const seen = []; let n = 0;
for (const x of a) { seen.push(x); if (n++ < 3) a.unshift(9); }
log(seen, a);
//// forEach splice self
const a = [1, 2, 3, 4]; const seen = [];
a.forEach((x) => { seen.push(x); a.splice(a.indexOf(x), 1); });
log(seen, a);
//// map removal
const a = [1, 2, 3, 4]; const seen = [];
log(a.map((x) => { seen.push(x); a.splice(a.indexOf(x), 1); return x; }));
log(seen, a);
//// filter removal
const a = [1, 2, 3, 4]; const seen = [];
log(a.filter((x) => { seen.push(x); a.splice(a.indexOf(x), 1); return x; }));
log(seen, a);
//// field list
class Q { constructor() { this.jobs = [1, 2]; } add(x) { this.jobs.push(x); } run() { let n = 0; this.jobs.forEach((j) => { n++; if (n < 8) this.add(j); }); return n; } direct() { let n = 0; this.jobs.forEach((j) => { n++; if (n < 18) this.jobs.push(j); }); return n; } }
const q = new Q(); log(q.run(), q.jobs, q.direct());
//// param array
let n = 0;
[1, 2].forEach((x, i, all) => { n++; if (n < 9) all.push(x); });
log(n);
//// named callback
const a = [1, 2]; let n = 0;
function more(x) { n++; if (n < 9) a.push(x); }
a.forEach(more); log(n);
//// listeners
const listeners = [];
let n = 0;
const once = () => { n++; listeners.splice(listeners.indexOf(once), 1); };
const other = () => { n += 10; };
listeners.push(once, other);
listeners.forEach((f) => f()); log(n, listeners.length);
listeners.forEach((f) => f()); log(n, listeners.length);
//// optional and spread
const o = { l: [1, 2] }; let n = 0;
o.l?.forEach((x) => { n++; if (n < 9) o.l.push(...[x, x]); });
o?.l.forEach((x) => { n++; if (n < 99) o?.l?.push(x); });
log(n, o.l.length);
//// hidden jobs
class Q { #jobs = [1, 2]; add(x) { this.#jobs.push(x); return this; } run() { const seen = []; this.#jobs.forEach((x) => { seen.push(x); if (seen.length < 9) this.add(x); }); for (const x of this.#jobs) { seen.push(x); if (x === 1) this.#jobs.shift(); } return seen; } }
log(new Q().run());
//// events that end themselves
class Bus { constructor() { this.on1 = []; } on(f) { this.on1.push(f); return () => { this.on1 = this.on1.filter((g) => g !== f); }; } once(f) { const g = (x) => { this.on1.splice(this.on1.indexOf(g), 1); f(x); }; this.on1.push(g); } emit(x) { this.on1.forEach((f) => f(x)); } }
const b = new Bus(); const seen = [];
b.once((x) => seen.push('a' + x)); b.on((x) => { seen.push('b' + x); if (x < 2) b.on((y) => seen.push('c' + y)); }); b.once((x) => seen.push('d' + x)); 
b.emit(1); b.emit(2); b.emit(3); log(seen);
//// reduce without a first value, and its fourth parameter
let n = 0;
log([1, 2, 3].reduce((s, x, i, all) => { if (n++ < 4) all.push(x); return s + x * i; }), n);
const a = [];
try { a.reduce((s, x) => { a.push(x); return s; }); log('none'); } catch (e) { log(e instanceof TypeError); }
//// this of a callback
const a = [1, 2], o = { k: 5 }; let n = 0;
a.forEach(function (x) { n += this.k; if (n < 20) a.push(x); }, o); log(n, a.length);
//// values of every walk
const a = [3, 4, 5];
const grow = () => { a[a.length] = 9; };
log(a.map((x) => { grow(); return x * 2; }), a.filter((x) => { grow(); return x > 3; }).length, a.some((x) => { grow(); return x === 9; }), a.every((x) => { grow(); return x; }), a.find((x, i) => { grow(); return i === 20; }), a.findIndex((x) => { grow(); return x === 5; }), a.findIndex((x) => { grow(); return x === 50; }), a.every((x) => { grow(); return x < 9; }), a.forEach(grow));
//// own methods named alike
const o = { l: [], map(f, x) { this.l.push(f(x)); return this; }, forEach(f) { f(1); return 'mine'; } };
log(o.map((x) => { o.l.push(x); return x; }, 4).l, o.forEach((x) => { o.l.pop(); }));
//// labels and leaving
const a = [1, 2, 3, 4]; const seen = [];
outer: for (const x of a) { for (const y of a) { if (y === 3) { a.shift(); continue outer; } if (x === 4) break outer; seen.push(x + ':' + y); } }
log(seen, a);
