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

test('a board that cannot mend itself is found out', () => {
  const bundles = readBundles();
  const { code } = bundles.host;
  const tick = /setInterval\)\(/;
  assert.match(code, tick);
  // A host whose tick never comes.
  const dead = { ...bundles, host: { ...bundles.host, code: code.replace(tick, '(function(){}))(') } };
  const faults = listFaults(bundles, 1).filter(({ board, kind }) => board === 'host' && kind === 'exception');
  const end = Date.now() + 4 * TIME;
  let found = false;
  for (const fault of faults) {
    found = converse(dead, fault).wrong !== '';
    if (found || Date.now() > end) break;
  }
  assert.ok(found);
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
