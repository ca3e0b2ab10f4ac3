/** The static bound on small scripts: what is refused, what is found, and what ends the build. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LX106 } from './costs';
import { NoBound, analyse, chainText, stackCheck } from './';

const chains = (code: string): string[] => {
  const { bound, names } = analyse(code, undefined, LX106);
  return bound.chains.map((chain) => `${chain.kind}: ${chainText(chain, names)}`);
};
const deepest = (code: string): number => analyse(code, undefined, LX106).bound.chains[0]!.depth;

test('a function that may call itself is refused, with the chain', () => {
  const refused = (code: string, chain: string): void =>
    assert.throws(
      () => chains(code),
      (error) => error instanceof NoBound && error.message.endsWith(`no bound: ${chain}`),
    );
  refused('function f(a){if(a)f(a-1)}f(3);', 'f > f');
  refused('function f(){g()}function g(){h()}function h(){f()}f();', 'f > g > h > f');
  refused('var o={};o.go=function(){[1].forEach(function(){o.go()})};o.go();', 'go > function 1:38 > go');
  refused('function f(next){next()}function g(){f(g)}g();', 'g > f > g');
});

test('a function that only arranges to be called again has a bound', () => {
  assert.deepEqual(chains('function f(){setTimeout(f,9)}f();'), [
    'boot: the script > f > setTimeout',
    'timer: f > setTimeout',
  ]);
});

test('calls through options, callbacks and results of other functions are found', () => {
  const code = `
    function deep(){var a=1;a=print(a)}
    function make(options){return {go:function(){options.done()}}}
    var made=make({done:function(){deep()}});
    setTimeout(function(){made.go()},9);`;
  assert.ok(chains(code).includes('timer: function 5:16 > go > done > deep > print'));
  assert.ok(
    chains(
      'function f(){print(1)}var list=[];list.push(f);setWatch(function(){list.shift()()},D1);',
    ).includes('watch: function 1:57 > f > print'),
  );
  assert.ok(
    chains('function f(a){print(a)}setTimeout(function(){f.apply(null,[1])},9);').includes(
      'timer: function 1:35 > apply > f > print',
    ),
  );
  assert.ok(
    chains('function f(a){print(a)}var g=f.bind(null,1);setTimeout(g,9);').includes('timer: f > print'),
  );
  assert.ok(
    chains(
      'function F(){}F.prototype.m=function(){print(1)};var o=new F();setTimeout(function(){o.m()},9);',
    ).includes('timer: function 1:75 > m > print'),
  );
});

test('a method of a string or an array is not one of the same name in the script', () => {
  assert.deepEqual(chains('var o={push:function(a){a.push(1)}};o.push([]);'), ['boot: the script > push']);
});

test('what a socket brings begins deeper than what a timer does', () => {
  const kinds = chains(
    'var s=require("net").connect({});s.on("data",function(d){d});s.on("close",function(d){d});',
  );
  assert.deepEqual(kinds.map((text) => text.replace(/:.*/, '')).sort(), ['boot', 'event', 'socket']);
  const [socket, event] = ['socket', 'event'].map((kind) => kinds.findIndex((text) => text.startsWith(kind)));
  assert.ok(socket! < event!);
});

test('where a call stands counts', () => {
  const program = (statements: string): number =>
    deepest(`function g(){var a=1;a+1}setTimeout(function(){${statements}},9);`);
  const statement = program('1;g()');
  assert.ok(program('if(g()){}') > statement);
  assert.ok(program('1;return 1+g()') > program('1;return g()'));
  assert.ok(program('for(;;)if(1<Math.min(g()))break') > statement + 700);
});

test('above the budget the build ends, and names the chain', () => {
  const build = (limit: number): { text: string; error: string } => {
    const { plugin, text } = stackCheck(limit);
    const code = 'function take(a){print(a)}function parse(a){take(a)}setTimeout(function(){parse(1)},9);';
    let error = '';
    const context = {
      error: ({ message }: { message: string }) => {
        error ||= message;
      },
    };
    const files = { 'target.js': { type: 'chunk', fileName: 'target.js', code } };
    (plugin.generateBundle as (this: unknown, options: unknown, files: unknown) => void).call(
      context,
      {},
      files,
    );
    return { text: text('target.js'), error };
  };
  const fits = build(4000);
  assert.equal(fits.error, '');
  assert.match(fits.text, /^stack 2,\d{3} of 4,000: function 1:64 > parse > take > print$/);
  assert.match(
    build(2000).error,
    /^target\.js: stack 2,\d{3} of 2,000: function 1:64 > parse > take > print$/,
  );
});
