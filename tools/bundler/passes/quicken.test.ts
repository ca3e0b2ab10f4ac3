/** A quickened bundle does the same as before, and holds what the interpreter is quicker with. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { quicken } from './quicken';

const quick = (code: string): string => quicken(code).code;

test('the body of a while is in braces, that of anything else is as it was', () => {
  assert.equal(quick('while(!a())--b||c();d()'), 'while(!a()){--b||c()}d()');
  assert.equal(quick('while(a()){b()}'), 'while(a()){b()}');
  assert.equal(quick('while(a());'), 'while(a());');
  assert.equal(quick('while(a())while(b())c();'), 'while(a()){while(b()){c()}}');
  assert.equal(quick('while(a())if(!--b)return c'.replace('return c', 'c()')), 'while(a()){if(!--b)c()}');
  assert.equal(quick('for(;a();)b();if(c)d()'), 'for(;a();)b();if(c)d()');
});

test('the names of the top level that are used most are made first', () => {
  const code = 'function once(){return 1}var often=2;often++,often++,often++,often++;once()';
  assert.equal(quick(code), `var often;${code}`);
  // A name within a function, even the same one, does not count.
  assert.equal(
    quick('function f(a){a++,a++,a++,a++,a++}var a=1;'),
    'function f(a){a++,a++,a++,a++,a++}var a=1;',
  );
});

test('a function that is made first as a name is still one', () => {
  const code = 'function f(n){return n+1}result=f(f(f(f(f(0)))))';
  const quickened = quick(code);
  assert.equal(quickened, `var f;${code}`);
  const context = { result: 0 };
  runInNewContext(quickened, context);
  assert.equal(context.result, 5);
});
