/** A program with hooks does what it did, and one whose turn is cut off only leaves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOOKS } from './hooks';
import { instrument } from './instrument';

const NAMES = [HOOKS.before, HOOKS.after, HOOKS.leave];

/** Runs a program as it is, or with hooks that do nothing but note their sites. */
function value(program: string, seen?: Set<number>): unknown {
  const run = new Function(...NAMES, 'code', 'return eval(code)') as (...args: unknown[]) => unknown;
  const before = (site: number): void => void seen?.add(site);
  const after = (_site: number, result: unknown): unknown => result;
  return run(before, after, () => undefined, seen ? instrument(program).code : program);
}

for (const [program, expected] of [
  ['function f(a){return a+1}f(f(1))', 3],
  ['var o={n:5,m:function(){return this.n}};o.m()', 5],
  ['[3,1,2].map(function(x){return x*2}).indexOf(2)', 1],
  ['new Uint8Array([1,2]).length', 2],
  ['function A(){this.n=4}function f(){return A}new (f())().n', 4],
  ['var r="";try{throw"a"}catch(e){r+=e}finally{r+="b"}r', 'ab'],
  ['function f(){return"x".concat("y")}f().concat(f())', 'xyxy'],
  ['function f(){return function(){return 7}}f()()', 7],
  ['var o={s:"a"};function f(){return o}f().s+="b"+f().s;o.s', 'aba'],
  ['var n=0;for(var i=0;i<3;i+=1)n+=i;n', 3],
  ['var r=[]\nfunction f(a){r.push(a)\nreturn a}\nf(1)\nf(2)\n;[f(3)].length\nr.join()', '1,2,3'],
  ['var r="";if(0)r+="a";else r+="b"\ndo r+="c"\nwhile(0)\nr', 'bc'],
  ['typeof String(1)+-Math.abs(2)', 'string-2'],
] as const)
  test(`with hooks as without: ${program.replace(/\n/g, ' ')}`, () => {
    const seen = new Set<number>();
    assert.equal(value(program), expected);
    assert.equal(value(program, seen), expected);
  });

test('each call, new and += has its hooks, and only these are sites', () => {
  const seen = new Set<number>();
  const program = 'var a=new Array(1),s="";s+=a.concat([String(2)]).length;a.n=s;a[0]=1+2;s';
  value(program, seen);
  const { sites } = instrument(program);
  assert.deepEqual(
    sites.map(({ offset, text, throws }) => [program.startsWith(text, offset), text, throws]),
    [
      [true, 'new Array(1)', true],
      [true, 's+=a.concat([String(2)]).length', false],
      [true, 'a.concat([String(2)])', true],
      [true, 'String(2)', true],
    ],
  );
  assert.deepEqual([...seen], [0, 1, 2, 3]);
});

test('before comes ahead of arguments, after sees the value', () => {
  const { code } = instrument('f(g(1))');
  const log: string[] = [];
  const run = new Function(...NAMES, 'f', 'g', code);
  run(
    (site: number) => log.push(`before ${site}`),
    (site: number, result: unknown) => (log.push(`after ${site} ${String(result)}`), result),
    () => undefined,
    (x: number) => (log.push('f'), x + 1),
    (x: number) => (log.push('g'), x + 1),
  );
  assert.deepEqual(log, ['before 0', 'before 1', 'g', 'after 1 2', 'f', 'after 0 3']);
});

test('a turn that is cut off runs neither catch nor finally', () => {
  const token = {};
  const seen: string[] = [];
  const { code } = instrument(
    'function f(){try{try{g()}catch(e){note("catch")}finally{note("inner")}}finally{note("outer")}}f();note("on")',
  );
  const run = new Function(...NAMES, 'g', 'note', code);
  let cut = false;
  assert.throws(
    () =>
      void run(
        () => undefined,
        (_site: number, result: unknown) => result,
        () => {
          if (cut) throw token;
        },
        () => {
          cut = true;
          throw token;
        },
        (text: string) => seen.push(text),
      ),
    (thrown) => thrown === token,
  );
  assert.deepEqual(seen, []);
});
