/** Names of the top level become short ones, and everything else stays what it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { shorten } from './shorten';

const LETTERS = 'abcdefgh';
const name = (n: number): string => (n < LETTERS.length ? LETTERS[n]! : `x${String(n)}`);
const short = (code: string): string => shorten(code, name).code;

test('the names that are used most come first', () => {
  assert.equal(short('var once=1,often=2;often++;often++;'), 'var b=1,a=2;a++;a++;');
});

test('a name that means something else where it is used is not taken', () => {
  // `a` is a parameter where `often` is used, `b` an interpreter's own.
  assert.equal(
    short('var often=1;function other(a){return a+often+often+b}other(2)'),
    'var c=1;function a(a){return a+c+c+b}a(2)',
  );
  // In the function around it as well, and in a `catch`.
  assert.equal(
    short('var x1=1;(function(a){return function(){return x1}})(3)'),
    'var b=1;(function(a){return function(){return b}})(3)',
  );
  assert.equal(
    short('var x1=1;x1,function(){try{x1()}catch(a){x1(a)}}'),
    'var b=1;b,function(){try{b()}catch(a){b(a)}}',
  );
});

test('properties, keys and locals stay', () => {
  assert.equal(
    short('var thing={thing:1};function own(){var local=thing.thing;return local}'),
    'var a={thing:1};function b(){var local=a.thing;return local}',
  );
});

test('a comparison needs no look at types only where they are proven', () => {
  assert.equal(
    short('function f(x){return x===2||x!=="a"||x===null}var two=2;f(g());f(two===2)'),
    'function a(x){return x===2||x!=="a"||x===null}var b=2;a(g());a(b==2)',
  );
  // A number and nothing are never taken for each other, nor are objects that are made.
  assert.equal(
    short('var n;function f(){n=n===0?1:n;return n===void 0}f();var o={},p={};o===p;o===null'),
    'var a;function c(){a=a==0?1:a;return a==void 0}c();var b={},d={};b==d;b==null',
  );
});

for (const [what, code] of [
  ['an empty text and 0', 'function get(){return ""}result.push(get()===0,get()!==0)'],
  ['a text and its number', 'var n=1;if(result)n="1";result.push(n===1,"1"===n,n!==1)'],
  ['true and 1', 'function is(x){return x===1}result.push(is(true),is(1),is("1"))'],
  ['null and undefined', 'var nothing;result.push(nothing===null,null===nothing,nothing!==null)'],
  ['a list and a text', 'var list=[1];result.push(list==="1",list===1)'],
  ['what may come from anywhere', 'var n=result.length?1:outside;result.push(n===0,n==="0")'],
  ['what is read before it is a number', 'function is(){return n===null}result.push(is());var n=1'],
  ['an element that may not be there', 'var list=[1];result.push(list[1]===null,list[0]===1)'],
  ['a parameter that is not given', 'function f(a,b){return b===null}result.push(f(1),f(1,2))'],
  ['true and false as values', 'result.push(true,!1,JSON.stringify({a:!0}),typeof !0)'],
  ['text that looks like code', 'result.push("! --x","a===1","5e3")'],
] as const) {
  test(`what it made does what it did: ${what}`, () => {
    const run = (text: string): unknown[] => {
      const result: unknown[] = [];
      runInNewContext(text, { result, outside: '0' });
      return result;
    };
    assert.deepEqual(run(short(code)), run(code));
  });
}

test('nothing is a name that is never assigned, where that is shorter', () => {
  assert.equal(short('use(void 0)'), 'use(void 0)');
  const code = 'var seen=[void 0,void 0,void 0,void 0,void 0,void(seen2=1)],seen2;';
  const result = short(code);
  assert.match(result, /^var (\w);var \w=\[\1,\1,\1,\1,\1,void\(\w=1\)\],\w;$/);
});

test('the space that keeps HTML from seeing a comment goes, but not that comment', () => {
  assert.equal(short('if(! --left)go();a<! --b'), 'if(!--left)go();a<! --b');
});

test('what it made does what it did', () => {
  const code =
    'function add(a,b){return a+b+base}function twice(f){return function(a){return f(a,a)}}' +
    'var base=10,last;last=twice(add)(4)===18?"right":"wrong"+void 0;result.push(last,base,add(1,void 0)!==2);';
  const run = (text: string): unknown[] => {
    const result: unknown[] = [];
    runInNewContext(text, { result });
    return result;
  };
  assert.deepEqual(run(short(code)), run(code));
});
