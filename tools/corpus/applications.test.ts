/**
 * Whole applications, of the kind that people publish for Espruino, do the same as they stand in V8, lowered in V8, and
 * lowered on the interpreter: what they write to pins, buses, the screen, files and the broker, when they are fed the same
 * inputs. Peripherals and time are those of `stand-ins.js`, in all three.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { compileApplication } from '../compiler';
import { compact } from '../compiler/compact';
import { lower } from '../compiler/language';
import { findEspruino } from '../rig/engines/espruino/find';
import { inEspruino, inV8 } from './run';

const FOLDER = join(import.meta.dirname, 'applications');
const STAND_INS = readFileSync(join(import.meta.dirname, 'stand-ins.js'), 'utf8');

/** Between an application and what it is fed. */
const INPUTS = '// ---- inputs ----\n';

const applications = await Promise.all(
  readdirSync(FOLDER)
    .sort()
    .map(async (file) => {
      const [source = '', inputs = ''] = readFileSync(join(FOLDER, file), 'utf8').split(INPUTS);
      // What is imported is a global of the stand-ins.
      const script = source.replace(/^import .*$/m, '');
      const { code, problems } = lower(script + inputs, { fileName: file });
      return {
        name: basename(file, '.js'),
        source,
        original: script + inputs,
        lowered: (await compact(code)).code,
        errors: problems.filter(({ kind }) => kind === 'error'),
      };
    }),
);

const expected = Promise.all(applications.map(({ original }) => inV8(original, STAND_INS)));

async function differences(got: readonly string[]): Promise<object[]> {
  const wanted = await expected;
  return applications.flatMap(({ name }, index) => {
    if (got[index] === wanted[index]) return [];
    const [a, b] = [wanted[index]!.split('\n'), got[index]!.split('\n')];
    const line = a.findIndex((text, n) => text !== b[n]);
    return [{ name, line, wanted: a[line], got: b.slice(line, line + 6).join('\n') }];
  });
}

describe('the applications of the corpus', () => {
  test('are many, and run to their end', async () => {
    assert.ok(applications.length >= 40, `${applications.length} applications`);
    const wrong = (await expected).flatMap((text, index) =>
      /the end$/.test(text) && text.split('\n').length > 3 ? [] : [{ name: applications[index]!.name, text }],
    );
    assert.deepEqual(wrong, []);
  });

  test('none is refused', () => {
    assert.deepEqual(
      applications.flatMap(({ name, errors }) => (errors.length ? [{ name, errors }] : [])),
      [],
    );
  });

  test('do the same lowered, in V8', async () => {
    const got = await Promise.all(applications.map(({ lowered }) => inV8(lowered, STAND_INS)));
    assert.deepEqual(await differences(got), []);
  });

  const espruino = findEspruino();
  test(
    'do the same lowered, on the interpreter',
    { skip: espruino ? false : 'no Espruino interpreter: put espruino-linux on the PATH' },
    async () => {
      const got = await inEspruino(
        espruino!,
        applications.map(({ lowered }) => lowered),
        STAND_INS,
      );
      assert.deepEqual(await differences(got), []);
    },
  );
});

describe('by the command that a user types', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'applications-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  test('each is compiled', async () => {
    const refused: object[] = [];
    for (const { name, source } of applications) {
      const entry = join(folder, `${name}.js`);
      writeFileSync(entry, source);
      await compileApplication({ entry }).catch((error: Error) =>
        refused.push({ name, message: error.message }),
      );
    }
    assert.deepEqual(refused, []);
  });
});
