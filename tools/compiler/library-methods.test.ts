/** Methods that an application does not name: they are gone from the class, and `all()` gives them for as long as it takes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { withoutMethods } from './library-methods';

const LIBRARY =
  'function $a(){this.made=1}var $b=2,$c=3;' +
  '$a.will=function(){return"will"+$b},' +
  'Object.defineProperty($a.prototype,"gate",{get:function(){return"gate"+$c},enumerable:!1,configurable:!0}),' +
  '$b=5,$a.prototype.one=function(x){return x+$b},$a.prototype.two=function(){return"two"},' +
  '$a.prototype.three=function(){return"three"};';

interface Link {
  readonly gate?: string;
  one?(x: number): number;
  two?(): string;
  three?(): string;
  all?(): Link & { will(): string };
}

function make(kept: readonly string[]): { link: Link; code: string; Class: { will?(): string } } {
  const { code } = withoutMethods(LIBRARY, '$a', (name) => kept.includes(name));
  const Class = runInNewContext(`${code}$a`) as (new () => Link) & { will?(): string };
  return { link: new Class(), code, Class };
}

const ALL = ['will', 'gate', 'one', 'two', 'three'];

test('what is named stays, the rest comes by all(), whichever that is', () => {
  for (let which = 0; which < 32; which++) {
    const kept = ALL.filter((_, n) => which & (1 << n));
    const { link, Class } = make(kept);
    for (const name of ALL.slice(1))
      assert.equal(name in link, kept.includes(name), `${name} of ${kept.join()}`);
    assert.equal('will' in Class, kept.includes('will'));
    const rest = link.all?.();
    assert.deepEqual(
      Object.keys(rest ?? {}),
      ALL.filter((name) => !kept.includes(name)),
    );
    assert.equal((link.one ?? rest!.one!)(1), 6);
    assert.equal((link.two ?? rest!.two!)(), 'two');
    assert.equal((link.three ?? rest!.three!)(), 'three');
    assert.equal((Class.will ?? rest!.will)(), 'will5');
    assert.equal(link.gate ?? rest!.gate, 'gate3');
  }
});

test('where all is named nothing changes', () => {
  assert.equal(make(ALL).code, LIBRARY);
});
