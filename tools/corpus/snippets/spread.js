//// arrays
const a = [1, 2], b = [3];
log([...a, ...b, 4], [0, ...a], [...a, ...'xy'], [...[], ...[]]);
//// a copy is another array
const a = [1, 2];
const b = [...a];
b.push(3);
log(a, b, a === b);
//// calls
const sum = (...n) => n.reduce((x, y) => x + y, 0);
log(sum(...[1, 2, 3]), sum(1, ...[2], 3, ...[4, 5]), Math.max(...[5, 2, 9]));
//// methods keep this
const o = { k: 10, add(...n) { return n.length + this.k; } };
const get = () => o;
log(o.add(...[1, 2]), get().add(...[1], 2), o['add'](...[]));
//// push
const list = [1];
list.push(...[2, 3], 4);
log(list);
//// new
class P { constructor(a, b, c) { this.v = [a, b, c]; } }
log(new P(...[1, 2]).v.slice(0, 2), new P(0, ...[1, 2]).v);
//// objects
const base = { a: 1, b: 2 };
log({ ...base, b: 3, c: 4 }, { z: 0, ...base }, { ...null, ...undefined, x: 1 });
//// later wins, order of keys stays
const o = { b: 1, ...{ a: 2, b: 3 }, c: 4 };
log(o, Object.keys(o));
//// of typed arrays
const u = new Uint8Array([1, 2, 3]);
log([...u, 4], Math.max(...u));
//// nested
const s = { list: [1], o: { k: 1 } };
const t = { ...s, list: [...s.list, 2], o: { ...s.o, l: 2 } };
log(s, t);
//// apply of a function that is looked up once
let n = 0;
const fs = { get f() { n++; return (...a) => a.length; } };
log(fs.f(...[1, 2]), n);
//// arguments
function f() { return g(...arguments); }
function g(a, b) { return a + b; }
log(f(1, 2));
//// in async and default
const f = (a, ...r) => [a, ...r, ...r];
log(f(1, 2, 3));
