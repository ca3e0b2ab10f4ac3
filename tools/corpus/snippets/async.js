//// await in order
async function f(x) { log('in', x); const y = await x; log('got', y); return y + 1; }
f(1).then((v) => log('done', v));
log('after');
//// await a timer
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
async function run() { for (let i = 0; i < 3; i++) { await sleep(5); log('turn', i); } return 'end'; }
run().then(log);
//// try, catch and finally around await
const fail = (text) => new Promise((_, reject) => setTimeout(() => reject(new Error(text)), 2));
async function f() {
  try { await fail('a'); log('never'); } catch (e) { log('caught', e.message); } finally { log('finally'); }
  try { return await Promise.resolve(5); } finally { log('last'); }
}
f().then((v) => log(v));
//// rejection passes on
async function g() { throw new Error('g'); }
async function f() { await g(); log('never'); }
f().catch((e) => log('caught', e.message));
//// await in an expression keeps the order
let n = 0;
const next = async () => ++n;
async function f() { const r = [await next(), await next(), n + (await next())]; log(r); n += await next(); log(n); }
f();
//// conditions and loops
const val = async (x) => x;
async function f(a) {
  if (await val(a)) log('yes'); else log('no');
  let i = 0;
  while ((await val(i)) < 2) { i++; if (i === 1) continue; log('i', i); }
  do { i--; } while (await val(i > 0));
  return (await val(a)) ? (await val('x')) || 'y' : (await val(null)) ?? 'z';
}
f(true).then(log).then(() => f(false)).then(log);
//// switch with await
const val = async (x) => x;
async function f(x) {
  switch (await val(x)) {
    case 1: log('one'); await val();
    case 2: log('two'); break;
    default: log('other'); return 'd';
    case 3: return 'three';
  }
  return 'end';
}
f(1).then(log).then(() => f(3)).then(log).then(() => f(9)).then(log);
//// return through finally, break through finally
const val = async (x) => x;
async function f() {
  for (const x of [1, 2, 3]) {
    try { if (x === 2) break; await val(); log('x', x); } finally { await val(); log('f', x); }
  }
  try { try { return await val('r'); } finally { await val(); log('inner'); } } finally { log('outer'); }
}
f().then(log);
//// async arrows, methods and this
class Sensor {
  constructor(v) { this.v = v; }
  async read() { await null; return this.v; }
  both = async () => { const a = await this.read(); return a + this.v; };
}
const s = new Sensor(4);
s.both().then(log);
const o = { async m(...args) { await 0; return args.length + arguments.length; } };
o.m(1, 2).then(log);
//// closures keep each turn's variable
const val = async (x) => x;
async function f() {
  const fs = [];
  for (let i = 0; i < 3; i++) { const j = await val(i * 2); fs.push(() => i + ':' + j); }
  for (const x of ['a', 'b']) { await val(); let y = x; fs.push(() => (y += x)); }
  log(fs.map((g) => g()));
  log(fs.map((g) => g()));
}
f();
//// Promise.all over async functions
const work = async (n) => { await null; return n * n; };
(async () => { log(await Promise.all([1, 2, 3].map(work))); const [a, b] = await Promise.all([work(4), work(5)]); log(a, b); })();
//// destructuring, defaults and await
async function f({ a, b = 2 } = {}, ...rest) { const { c, ...d } = await { c: a, e: b }; return [c, d, rest]; }
f({ a: 1 }, 5, 6).then((v) => log(v)).then(() => f()).then((v) => log(v));
//// for await
async function f() { for await (const x of [Promise.resolve(1), 2]) log(x); }
f();
//// async generator
async function* count(n) { for (let i = 0; i < n; i++) { await null; yield i; } }
(async () => { for await (const x of count(5)) { if (x === 3) break; log(x); } log('end'); })();
//// names that are declared twice
const val = async (x) => x;
async function f(c) { if (c) { const x = await val(1); log(x); } else { const x = await val(2); log(x); } { let x = await val(3); x++; log(x); } }
f(1).then(() => f(0));
