/** What counting adds to typed code, run here with a counter that watches the depth. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { countNesting } from './nesting';

function run(source: string): { value: unknown; deepest: number; left: number } {
  let depth = 0;
  let deepest = 0;
  const value: unknown = runInNewContext(countNesting(source), {
    $nest(change: number) {
      depth += change;
      deepest = Math.max(deepest, depth);
    },
  });
  return { value, deepest, left: depth };
}

test('each kind of function counts, once, and values stay', () => {
  assert.deepEqual(run('function a(){return 1}function b(){return a()+1}b()'), {
    value: 2,
    deepest: 2,
    left: 0,
  });
  assert.deepEqual(run('var f=function(){};f()'), { value: undefined, deepest: 1, left: 0 });
  assert.deepEqual(run('var a=x=>y=>({z:x+y}),r=a(1)(2);r.z'), { value: 3, deepest: 1, left: 0 });
  assert.deepEqual(run('class A{m(){return (()=>this.n)()}constructor(){this.n=5}}new A().m()').deepest, 2);
  assert.deepEqual(run('1+1'), { value: 2, deepest: 0, left: 0 });
});

test('what is thrown counts its way back', () => {
  const thrown = run('function a(n){if(n)a(n-1);else throw new Error("x")}try{a(4)}catch(e){e.message}');
  assert.deepEqual(thrown, { value: 'x', deepest: 5, left: 0 });
});

test('code that does not parse stays as it is', () => {
  assert.equal(countNesting('function('), 'function(');
});
