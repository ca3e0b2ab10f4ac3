import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { findEspruino, findEspruinoTarget } from './find';

const NAMES = ['ESPRUINO', 'ESPRUINO_TARGET', 'PATH'] as const;
const before: Record<string, string | undefined> = {};

beforeEach(() => {
  for (const name of NAMES) before[name] = process.env[name];
});
afterEach(() => {
  for (const name of NAMES)
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
});

test('without the variable and without espruino-linux on the PATH there is none', () => {
  delete process.env['ESPRUINO'];
  delete process.env['ESPRUINO_TARGET'];
  process.env['PATH'] = '/nowhere';
  assert.equal(findEspruino(), undefined);
  assert.equal(findEspruinoTarget(), undefined);
});

test('a name that is no program is told in one line', () => {
  process.env['ESPRUINO'] = '/nowhere/espruino';
  assert.throws(findEspruino, {
    message: 'ESPRUINO names "/nowhere/espruino", which is not an executable file',
  });
  process.env['ESPRUINO'] = 'no-such-program';
  assert.throws(findEspruino, /^Error: ESPRUINO names "no-such-program", which is not an executable file$/);
  process.env['ESPRUINO'] = '/tmp';
  assert.throws(findEspruino, /not an executable file/);
});

test('another program is not taken for the interpreter', () => {
  process.env['ESPRUINO'] = process.execPath;
  assert.throws(
    findEspruino,
    /^Error: ESPRUINO names ".*", which is not the Espruino interpreter for Linux$/,
  );
  process.env['ESPRUINO_TARGET'] = 'ls';
  assert.throws(findEspruinoTarget, /^Error: ESPRUINO_TARGET names "ls", which is not the Espruino/);
});
