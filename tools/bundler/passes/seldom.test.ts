/** Functions that are made anew at each use: the same results, and a refusal of what somebody would notice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { Refusal } from './script';
import { setAside } from './seldom';

const SCRIPT = `
var seen = [];
var seldom = 'taken';
function first(a, b) { return a + second(b) + seldom; }
function second$1(a) { return a > 0 ? 'x' + second$1(a - 1) : ''; }
var third = function (list) { return list.map(fourth); };
function fourth(one) { return one * 2; }
function second(a) { return second$1(a); }
seen.push(first('a', 2), third([1, 2]));
out(seen, first);
`;

function run(code: string): unknown[] {
  let seen: unknown[] = [];
  runInNewContext(code, { out: (list: unknown[]) => (seen = [...list]) });
  return JSON.parse(JSON.stringify(seen)) as unknown[];
}

test('functions that are set aside give what they gave, wherever they are used', () => {
  const { code } = setAside(
    SCRIPT.replaceAll('second$1', 'again'),
    ['first', 'third', 'fourth', 'again'],
    true,
  );
  assert.deepEqual(run(code), ['axxtaken', [2, 4]]);
  assert.deepEqual(run(SCRIPT), run(code));
  const top = [...code.matchAll(/^(?:function|var) ([\w$]+)/gm)].map(([, name]) => name);
  assert.deepEqual(top, ['seen', 'seldom', 'second', 'seldom$1']);
});

test('what would be noticed is refused: a function that is compared, kept, changed or not there', () => {
  const refused: readonly [string, RegExp][] = [
    ['function f() {} out([f === f]);', /f is kept, compared/],
    ['function f() {} var kept = f; out([kept]);', /f is kept, compared/],
    ['function f() {} f = 1; out([]);', /f is not one function/],
    ['function f() {} f.field = 1; out([]);', /f is kept, compared/],
    ['out([]);', /there is no function f/],
    ['function f() {} function f$1() {} out([]);', /more than one function f/],
  ];
  for (const [code, text] of refused)
    assert.throws(
      () => setAside(code, ['f'], true),
      (error) => error instanceof Refusal && text.test(error.message),
      code,
    );
  assert.equal(setAside('out([]);', ['f']).code, 'out([]);');
});
