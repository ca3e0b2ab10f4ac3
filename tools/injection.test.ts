/**
 * One call of a shipped bundle goes wrong, a sample of all: the boards have to
 * be at work again within the bound, with nothing lost. `npm run injection`
 * tries them all.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BOUND, converse, readBundles } from './injection/conversation';
import { instrument } from './injection/instrument';
import { listFaults, sweep } from './injection/sweep';

/** Milliseconds for the sample. */
const TIME = 30_000;

test('a bundle with hooks does what it did', () => {
  const run = (code: string): unknown => {
    const calls: number[] = [];
    const pass = (): void => undefined;
    const hooks = [
      (site: number) => void calls.push(site),
      (_site: number, value: unknown) => value,
      pass,
      () => false,
    ];
    return new Function('__before', '__after', '__pass', '__cut', instrument(code).code)(...hooks);
  };
  for (const [code, value] of [
    ['function f(a){return a+1}return f(f(1))', 3],
    ['var o={n:5,m:function(){return this.n}};return o.m()', 5],
    ['return[3,1,2].map(function(x){return x*2}).indexOf(2)', 1],
    ['return new Uint8Array([1,2]).length', 2],
    ['var r="";try{throw"a"}catch(e){r+=e}finally{r+="b"}return r', 'ab'],
    ['function f(){return"x".concat("y")}return f().concat(f())', 'xyxy'],
  ] as const)
    assert.equal(run(code), value, code);
});

test('a turn that is cut off runs neither catch nor finally', () => {
  const token = {};
  const { code } = instrument(
    'var r=[];function f(){try{g()}catch(e){r.push("catch")}finally{r.push("finally")}}try{f()}catch(e){r.push(0)}return r',
  );
  const seen: unknown[] = [];
  const run = new Function('g', 'r', '__before', '__after', '__pass', '__cut', code.replace('var r=[];', ''));
  assert.throws(
    () =>
      void run(
        () => {
          throw token;
        },
        seen,
        () => undefined,
        (_site: number, value: unknown) => value,
        (thrown: unknown) => {
          if (thrown === token) throw thrown;
        },
        () => true,
      ),
    (thrown) => thrown === token,
  );
  assert.deepEqual(seen, []);
});

test('what nobody mends is found out', () => {
  const bundles = readBundles();
  const deaf = (part: 'host' | 'target', from: string, to: string) => {
    const code = bundles[part].code;
    assert.ok(code.includes(from), from);
    return { ...bundles, [part]: { ...bundles[part], code: code.split(from).join(to) } };
  };
  // A target that does not hear of its exceptions, and one call in which it has one.
  const broken = deaf('target', '"uncaughtException"', '"nothing"');
  const { counts } = converse(broken);
  let worst = 0;
  for (let site = 0; site < counts.target.length && worst < 60; site += 7)
    if (counts.target[site])
      worst = Math.max(
        worst,
        converse(broken, { board: 'target', site, time: 1, kind: 'exception', after: false }).seconds,
      );
  // It is in the host's hands then, which waits for its timeouts.
  assert.ok(worst > 0);
});

test(`one call goes wrong: at work again within ${BOUND} s, and nothing lost`, (t) => {
  const bundles = readBundles();
  const seed = Math.floor(Date.now() / 1000);
  const faults = listFaults(bundles, seed);
  const end = Date.now() + TIME;
  const { done, fired, worst, failures } = sweep(bundles, faults, () => Date.now() > end);
  t.diagnostic(
    `seed ${seed}: ${done} of ${faults.length} faults, ${fired} came to pass, worst ${worst.toFixed(1)} s`,
  );
  assert.deepEqual(failures, []);
  assert.ok(fired > done / 2);
});
