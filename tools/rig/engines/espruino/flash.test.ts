import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFlash, writeFlash } from './flash';

const ALL_BYTES = String.fromCharCode(...Array(256).keys());

test('files come back as they were written, whatever their length', () => {
  const files = {
    '.boot0': 'a',
    '.bootcde': 'abcd',
    Wifi: ALL_BYTES,
    'a name of twenty-eight bytes': 'x'.repeat(5000),
  };
  assert.deepEqual(readFlash(writeFlash(files)), files);
});

test('the erased rest the interpreter adds ends the list', () => {
  const flash = Buffer.concat([writeFlash({ a: '1' }), Buffer.alloc(100, 0xff)]);
  assert.deepEqual(readFlash(flash), { a: '1' });
});

test('deleted and special files are left out', () => {
  const flash = writeFlash({ gone: 'old', log: 'text', gone2: 'new' });
  flash.writeUInt32LE(0, 4);
  flash.writeUInt8(64, 36 + 3);
  assert.deepEqual(readFlash(flash), { gone2: 'new' });
});

test('damaged contents end the list', () => {
  const flash = writeFlash({ a: '1', b: '2' });
  flash.writeUInt32LE(0xfffff0, 36);
  assert.deepEqual(readFlash(flash), { a: '1' });
  assert.deepEqual(readFlash(Buffer.alloc(10)), {});
});

test('what Storage cannot hold is refused', () => {
  assert.throws(() => writeFlash({ ['n'.repeat(29)]: 'a' }), /must have 1 to 28 bytes/);
  assert.throws(() => writeFlash({ '': 'a' }), /must have 1 to 28 bytes/);
  assert.throws(() => writeFlash({ a: '' }), /is empty/);
  assert.throws(() => writeFlash({ a: 'x'.repeat(262_144) }), /exceed/);
});
