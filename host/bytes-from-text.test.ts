/** Users' strings and arrays as binary strings. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../tools/simulation/device-globals';
import { toBytes } from './bytes-from-text';

const all = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');

test('a string of bytes stays as it is', () => {
  assert.equal(toBytes('message', all), all);
  assert.equal(toBytes('message', ''), '');
});

test('a string with a character above 255 becomes UTF-8', () => {
  for (const text of ['€', 'ł\0é~', '\u07ff\u0800\uffff', 'a😀b', '\u{10ffff}']) {
    assert.equal(toBytes('message', text), Buffer.from(text).toString('latin1'));
  }
});

test('half a surrogate pair becomes U+FFFD', () => {
  for (const text of ['\ud800', 'a\udc00b', '\ud800\ud800\udc00', '\ud800a']) {
    assert.equal(toBytes('message', text), Buffer.from(text).toString('latin1'));
  }
});

test('a message may be bytes', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  assert.equal(toBytes('message', bytes, true), all);
  assert.equal(toBytes('message', bytes.buffer, true), all);
  assert.equal(toBytes('message', bytes.subarray(65, 67), true), 'AB');
  assert.equal(toBytes('message', new Uint8Array(0), true), '');
});

test('a number becomes its text, and what is refused is told with its topic', () => {
  assert.equal(toBytes('message', 21.5, 't'), '21.5');
  assert.equal(toBytes('message', -0.25, true), '-0.25');
  assert.throws(() => toBytes('topic', 5), { message: 'topic is 5. Allowed: a string' });
  assert.throws(() => toBytes('message', NaN, 'garden/temperature'), {
    message:
      'message for garden/temperature is NaN. Allowed: a string, a finite number, a Uint8Array or an ArrayBuffer',
  });
});

test('anything else is refused', () => {
  for (const [value, shown] of [
    [undefined, 'undefined'],
    [null, 'null'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
    [true, 'true'],
    [{ a: 1 }, '{"a":1}'],
    [() => 0, 'a function'],
  ]) {
    assert.throws(() => toBytes('message', value, true), {
      message: `message is ${String(shown)}. Allowed: a string, a finite number, a Uint8Array or an ArrayBuffer`,
    });
  }
  assert.throws(() => toBytes('topic', new Uint8Array(1)), {
    message: 'topic is {"0":0}. Allowed: a string',
  });
});
