/** Applications as people write them, anywhere on the disk: what comes out, and what is told of a mistake. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { CompileError, type Compiled, compileApplication } from '.';
import { lower } from './language';

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'compiler-'));
});
after(() => rmSync(folder, { recursive: true }));

/** Writes files of an application, and compiles the first. */
function compile(files: Readonly<Record<string, string>>): Promise<Compiled> {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return compileApplication({ entry: join(folder, Object.keys(files)[0]!) });
}

async function problemsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const error = await compile(files).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof CompileError, String(error));
  return error.problems.map(({ file, line, column, text }) => {
    const name = file.replace(`${folder}/`, '');
    return `${name}:${String(line)}:${String(column)}: ${text.replace(`${folder}/`, '')}`;
  });
}

/** What stands behind the library. */
const own = ({ code }: Compiled): string => code.split('\n').slice(2).join('\n');

test('names, factories and closures stay as they were written, and an import costs none', async () => {
  const compiled = await compile({
    'garden.ts': `
      import { MQTTLink, launch, Status } from 'espruino-mqtt-link';
      import { twice } from './twice';
      function createThing(step: number) { let n = 0; return { next: () => (n += step) }; }
      const first = createThing(1);
      const second = createThing(2);
      MQTTLink.will('state', 'gone', true, 1);
      const link = launch((l) => l.subscribe('t', () => print(later, link, twice(Status.WIFI_DOWN))));
      const later = first.next() + second.next();
    `,
    'twice.ts': `const first = 2; export const twice = (n: number) => n * first;`,
  });
  const text = own(compiled);
  for (const name of ['createThing', 'first', 'second', 'link', 'later', 'twice'])
    assert.match(text, new RegExp(`(var|let|const|function) ${name}\\b`), name);
  assert.doesNotMatch(text, /import|MQTTLink|launch|Status/);
  assert.match(text, /twice\(10\)/);
});

test('a mistake is told at the line that the author wrote, of every kind', async () => {
  assert.deepEqual(
    await problemsOf({
      'types.ts': "import { launch } from 'espruino-mqtt-link';\nlaunch(5);\nlet a: string = 1;",
    }),
    [
      "types.ts:2:8: Argument of type 'number' is not assignable to parameter of type '(link: MQTTLink, interval: number) => void'.",
      "types.ts:3:5: Type 'number' is not assignable to type 'string'.",
    ],
  );
  assert.deepEqual(await problemsOf({ 'syntax.js': 'print(1);\nprint(2' }), ["syntax.js:2:8: ')' expected."]);
  assert.deepEqual(await problemsOf({ 'file.js': "print(1);\nimport x from './nowhere';\nprint(x);" }), [
    'file.js:2:15: cannot import "./nowhere": there is no such file',
  ]);
  assert.deepEqual(await problemsOf({ 'package.js': "import x from 'nothing-of-that-name';\nprint(x);" }), [
    'package.js:1:15: cannot import "nothing-of-that-name": there is no such package in node_modules',
  ]);
  assert.deepEqual(
    await problemsOf({
      'export.js': "import { a, b } from './part.js';\nprint(a, b);",
      'part.js': 'export const a = 1;',
    }),
    ['export.js:1:13: "b" is not exported by part.js'],
  );
  assert.deepEqual(
    await problemsOf({ 'library.js': "import { MQTTlink } from 'espruino-mqtt-link';\nprint(MQTTlink);" }),
    ['library.js:2:7: the library has no MQTTlink'],
  );
});

test('a helper of the language never gets a name that the library has', () => {
  const options = { fileName: 'at.js' };
  assert.match(lower('print([1, 2].at(-1));', options).code, /function \$at\(/);
  assert.doesNotMatch(lower('print([1, 2].at(-1));', { ...options, taken: ['$at'] }).code, /\$at\(/);
});
