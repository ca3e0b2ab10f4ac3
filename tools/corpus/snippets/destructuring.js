//// objects, renamed, with defaults, nested
const { a, b: x, c = 3, d: { e, f: [g, h = 8] } } = { a: 1, b: 2, d: { e: 4, f: [5] } };
log(a, x, c, e, g, h);
//// arrays with holes and rest
const [p, , q, ...r] = [1, 2, 3, 4, 5];
log(p, q, r);
//// swap
let a = 1, b = 2, c = 3;
[a, b, c] = [c, a, b];
log(a, b, c);
//// into members
const o = { list: [] };
[o.first, o.list[0]] = [1, 2];
({ x: o.second, ...o.rest } = { x: 3, y: 4, z: 5 });
log(o);
//// parameters
function f({ a, b = 2 } = {}, [c, d] = [3, 4], ...rest) { return [a, b, c, d, rest]; }
log(f(), f({ a: 1 }, [5], 6, 7));
const g = ({ name, ...others }) => name + JSON.stringify(others);
log(g({ name: 'n', k: 1, l: 2 }));
//// in loops and catch
for (const [k, v] of Object.entries({ a: 1, b: 2 })) log(k, v);
for (const { n, m = n * 2 } of [{ n: 1 }, { n: 2, m: 9 }]) log(n, m);
for (let [i, j] = [0, 10]; i < j; i += 4, j--) log(i, j);
try { throw { code: 5, text: 't' }; } catch ({ code, text }) { log(code, text); }
//// the value of an assignment
let a, b;
const r = ([a, b] = [1, 2, 3]);
log(r.length, a, b);
if (({ a } = { a: 0 }).a === 0) log('zero', a);
//// defaults are evaluated late, and only when needed
let n = 0;
const next = () => ++n;
const { a = next(), b = next() } = { a: 5 };
const [c = next(), d = c + 1] = [];
log(a, b, c, d, n);
//// undefined takes the default, null does not
const f = (a = 1, { b = 2 } = {}) => [a, b];
log(f(undefined, { b: undefined }), f(null, { b: null }));
//// computed keys and keys that are no names
const k = 'key';
const { [k]: v, 'a-b': w, 0: z } = { key: 1, 'a-b': 2, 0: 3 };
log(v, w, z);
//// of a text
const [a, b, ...c] = 'hello';
log(a, b, c);
//// of what a function gives, once
let calls = 0;
const make = () => ({ n: ++calls, m: { k: calls } });
const { n, m: { k } } = make();
log(n, k, calls);
//// defaults that speak of other parameters
function box(w, h = w, { unit = 'cm', area = w * h } = {}) { return `${w}x${h}${unit}=${area}`; }
log(box(2), box(2, 3), box(2, 3, { unit: 'm' }));
//// with a closure
const fs = [];
for (const { id, text } of [{ id: 1, text: 'a' }, { id: 2, text: 'b' }]) fs.push(() => text + id);
log(fs.map((f) => f()));
//// rest in arrow functions, and this
const o = { k: 2, run() { return [1, 2].map((...args) => args[0] * this.k + args.length); } };
log(o.run());
