/** Programs made at random print the same as they stand in V8, lowered in V8, and lowered on the interpreter. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compact } from '../compiler/compact';
import { lower } from '../compiler/language';
import { findEspruino } from '../rig/engines/espruino/find';
import { Generator } from './generator';
import { inEspruino, inV8 } from './run';

/** Others can be tried by hand: `SEED=7 COUNT=500`. */
const SEED = Number(process.env['SEED'] ?? 1);
const COUNT = Number(process.env['COUNT'] ?? 40);

const programs = await Promise.all(
  Array.from({ length: COUNT }, async (_, n) => {
    const seed = SEED * 100_000 + n;
    const code = new Generator(seed).program();
    const made = await compact(lower(code, { fileName: `${seed}.js` }).code);
    return { seed, code, lowered: made.code };
  }),
);

/** A number of many digits is shown otherwise by each. */
const isComparable = (text: string): boolean =>
  !/\d{10}|\de[+-]|\.\d|no end/.test(text) && text.length < 4000;

const expected = Promise.all(programs.map(({ code }) => inV8(code)));

async function differences(got: readonly string[]): Promise<object[]> {
  const wanted = await expected;
  return programs.flatMap(({ seed, code }, index) =>
    got[index] === wanted[index] || !isComparable(wanted[index]!)
      ? []
      : [{ seed, code, wanted: wanted[index], got: got[index] }],
  );
}

describe('programs at random', () => {
  test('mostly run and print', async () => {
    const good = (await expected).filter(
      (text) => isComparable(text) && !/^uncaught/m.test(text) && text.length > 10,
    );
    assert.ok(good.length > COUNT / 2, `${good.length} of ${COUNT}`);
  });

  test('print the same lowered, in V8', async () => {
    assert.deepEqual(await differences(await Promise.all(programs.map(({ lowered }) => inV8(lowered)))), []);
  });

  const espruino = findEspruino();
  test(
    'print the same lowered, on the interpreter',
    { skip: espruino ? false : 'no Espruino interpreter: put espruino-linux on the PATH' },
    async () => {
      const got = await inEspruino(
        espruino!,
        programs.map(({ lowered }) => lowered),
      );
      const wanted = await expected;
      // What an uncaught exception says is each engine's own.
      const same = got.map((text, index) => (/^uncaught/m.test(wanted[index]!) ? wanted[index]! : text));
      assert.deepEqual(await differences(same), []);
    },
  );
});
