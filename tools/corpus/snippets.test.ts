/**
 * Each snippet of the language prints the same as it stands in V8, lowered in V8, and lowered on the interpreter. A file
 * holds those of one subject, each behind a line `//// name`.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { compact } from '../compiler/compact';
import { lower } from '../compiler/language';
import { findEspruino } from '../rig/engines/espruino/find';
import { inEspruino, inV8 } from './run';

interface Snippet {
  readonly name: string;
  readonly code: string;
}

const FOLDER = join(import.meta.dirname, 'snippets');

const snippets: Snippet[] = readdirSync(FOLDER)
  .sort()
  .flatMap((file) =>
    readFileSync(join(FOLDER, file), 'utf8')
      .split(/^\/\/\/\/ /m)
      .slice(1)
      .map((text) => {
        const end = text.indexOf('\n');
        return { name: `${file}: ${text.slice(0, end)}`, code: text.slice(end + 1) };
      }),
  );

/** As the compiler gives them to a board. */
const lowered = await Promise.all(
  snippets.map(async ({ name, code }) => {
    const { code: made, problems } = lower(code, { fileName: name });
    const errors = problems.filter(({ kind }) => kind === 'error');
    return { made: errors.length ? made : (await compact(made)).code, errors };
  }),
);

const expected = Promise.all(snippets.map(({ code }) => inV8(code)));

/** Names of the snippets that differ, with what was seen. */
async function differences(got: readonly string[], but = /^$/): Promise<object[]> {
  const wanted = await expected;
  return snippets.flatMap(({ name }, index) =>
    got[index] === wanted[index] || but.test(name) ? [] : [{ name, wanted: wanted[index], got: got[index] }],
  );
}

describe('the snippets of the language', () => {
  test('are many, end by themselves and print something', async () => {
    assert.ok(snippets.length >= 150, `${snippets.length} snippets`);
    const silent = (await expected).flatMap((text, index) =>
      text === '' || /^uncaught /m.test(text) ? [{ name: snippets[index].name, text }] : [],
    );
    assert.deepEqual(silent, []);
  });

  test('none is refused', () => {
    const refused = lowered.flatMap(({ errors }, index) =>
      errors.length ? [{ name: snippets[index].name, errors }] : [],
    );
    assert.deepEqual(refused, []);
  });

  test('print the same lowered, in V8', async () => {
    assert.deepEqual(
      await differences(await Promise.all(lowered.map(({ made }) => inV8(made))), /interpreter only/),
      [],
    );
  });

  const espruino = findEspruino();
  test(
    'print the same lowered, on the interpreter',
    { skip: espruino ? false : 'no Espruino interpreter: put espruino-linux on the PATH' },
    async () => {
      const got = await inEspruino(
        espruino!,
        lowered.map(({ made }) => made),
      );
      assert.deepEqual(await differences(got), []);
    },
  );
});
