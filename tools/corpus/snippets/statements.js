//// labels
outer: for (let i = 0; i < 4; i++) { for (let j = 0; j < 4; j++) { if (j === 2) continue outer; if (i === 2) break outer; log(i, j); } }
//// labels through switch and while
let n = 0;
loop: while (true) { switch (n++) { case 0: continue loop; case 3: break loop; default: log('n', n); } log('after', n); }
log('end', n);
//// a labelled block
check: { log('a'); if (true) break check; log('never'); }
for (let i = 0; i < 3; i++) { test: { if (i === 1) break test; if (i === 2) continue; log('i', i); } log('after', i); }
//// three loops deep
a: for (const x of [1, 2]) b: for (const y of [1, 2]) for (const z of [1, 2]) { if (z === 2) continue b; if (x === 2) continue a; log(x, y, z); }
//// switch falls through
const f = (x) => { const r = []; switch (x) { case 1: r.push('one'); case 2: r.push('two'); break; case 3: default: r.push('d'); } return r; };
log(f(1), f(2), f(3), f(4));
//// default in the middle
const f = (x) => { const r = []; switch (x) { case 1: r.push(1); default: r.push('d'); case 2: r.push(2); break; case 3: r.push(3); } return r; };
log(f(1), f(2), f(3), f(9));
//// default first with break
const f = (x) => { switch (x) { default: return 'd'; case 1: return 'one'; case 'a': return 'A'; } };
log(f(1), f('a'), f('1'));
//// switch on true, on texts, on calls
let n = 0;
const next = () => ++n;
switch (true) { case next() > 1: log('first'); break; case next() > 1: log('second'); break; default: log('none'); }
switch (typeof n) { case 'string': case 'number': log('value'); }
//// do and while
let i = 3;
do i--; while (i > 0);
do { i++; if (i === 2) continue; } while (i < 4);
log(i);
//// finally in all ways
function f(k) { try { if (k === 1) return 'try'; if (k === 2) throw 'x'; if (k === 3) return g(); } catch (e) { return 'caught ' + e; } finally { log('finally', k); } return 'end'; }
function g() { throw 'y'; }
log(f(0), f(1), f(2), f(3));
//// return in finally
function f(k) { try { if (k) throw new Error('lost'); return 'try'; } finally { return 'finally'; } }
log(f(0), f(1));
//// break in finally
for (let i = 0; i < 3; i++) { try { throw i; } finally { log('f', i); continue; } }
//// nested try
try { try { throw new Error('a'); } catch (e) { throw new Error(e.message + 'b'); } finally { log('inner'); } } catch (e) { log(e.message); }
//// catch without a name
try { null.x; } catch { log('caught'); }
//// errors of all kinds
for (const make of [() => null.x, () => undefined(), () => ({}).f(), () => JSON.parse('{'), () => nope]) { try { make(); log('no'); } catch (e) { log(e instanceof Error); } }
//// error fields
const e = new Error('text');
e.code = 5;
try { throw e; } catch (err) { log(err === e, err.code, err.message, err.name, `${err}`); }
log(new Error().message === '', new TypeError('t').name, new RangeError('r').message, new RangeError('r') instanceof Error);
//// throw anything
for (const x of [1, 'a', null, { k: 1 }, [2]]) { try { throw x; } catch (y) { log(y); } }
//// exceptions in callbacks
try { [1, 2, 3].forEach((x) => { if (x === 2) throw 'at ' + x; }); } catch (e) { log(e); }
//// for...in
for (const k in { a: 1, b: 2 }) log(k);
for (const k in null) log('never');
for (const k in undefined) log('never');
for (const i in ['x', 'y']) log(i, typeof i);
//// for...of
for (const c of 'abc') log(c);
for (const x of [1, , 3]) log(x);
for (const b of new Uint8Array([7, 8])) log(b);
const grow = [1];
for (const x of grow) { if (x < 4) grow.push(x + 1); log(x); }
//// for with empty parts
let i = 0;
for (;;) { if (i++ > 2) break; }
for (; i < 6; ) i++;
log(i);
//// lines without semicolons
let a = 1
let b = a
++b
const f = function () { return 7 }
log(a, b, f())
;[1, 2].forEach((x) => log(x))
const t = `x`
log(t)
//// return on a line of its own
function f() { return
5; }
log(f());
//// strings at the start of a statement
if (0) { } 'ab'.length && log('kept');
if (1) /b/.test('b') && log('too');
//// empty statements and blocks
;;{}
if (0); else log('else');
for (let i = 0; i < 2; i++);
log('end');
//// delete
const o = { a: 1 };
log(delete o.a, delete o.none, o);
//// typeof of what is not there
log(typeof nothing, typeof nothing === 'undefined', typeof log);
//// getters run each time
let n = 0;
const o = { get v() { return ++n; } };
log(o.v, o.v, o.v + o.v);
//// comments
/* a */ log(/* b */ 1 /* c */); // d
//// long if chains
const grade = (n) => { if (n > 90) return 'A'; else if (n > 80) return 'B'; else if (n > 70) { return 'C'; } else return 'F'; };
log([95, 85, 75, 5].map(grade).join(''));
