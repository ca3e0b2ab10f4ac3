/** Applications as people write them, anywhere on the disk: what comes out, and what is told of a mistake. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { CompileError, type Compiled, compileApplication } from '.';
import { lower } from './language';
import { Origins } from './maps';
import { placeOf, shownPath } from './places';

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
    const whole = `${file}:${String(line)}:${String(column)}: ${text}`;
    // As it is shown from here, which is near where the tests are run in a folder for temporary files.
    return whole.replaceAll(`${shownPath(folder)}/`, '');
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

test('a script of old, which is no module, is compiled as the script that it is', async () => {
  const compiled = await compile({
    'old.js':
      'var m = 010;\nfunction onInit() { print(1); }\nfunction onInit() { print(m); }\nx = 5; delete x;',
  });
  assert.match(compiled.code, /print\(m\)[^]*var m=8;/);
  assert.deepEqual(
    (await problemsOf({ 'older.js': 'var m = 010;\nvar o = {};\nwith (o) print(m);' })).map((text) =>
      text.replace(/: .*/, ''),
    ),
    ['older.js:3:1'],
  );
});

test('in TypeScript, names that a board has are free', async () => {
  const { code } = await compile({
    'names.ts': 'const g = [1];\nfunction show(x: number): void { print(x, g.length); }\nshow(3);',
  });
  assert.match(code, /const g=/);
  const asked = await compile({ 'asked.ts': 'print(E.getSizeOf ? 1 : 0);' });
  assert.match(asked.code, /getSizeOf/);
});

test('what helpers cost is told where they are needed', async () => {
  const { warnings } = await compile({
    'cost.ts':
      'const a = 1;\nprint(a);\nconst m = new Map<string, number>();\nprint(m.size, /a?b/.test("b"));',
  });
  assert.deepEqual(
    warnings.map(({ line, text }) => `${line} ${text.replace(/\d+/g, 'N').replace(/,.*/, '')}`),
    [
      '3 what Espruino lacks takes about N variables: Map N',
      '4 what Espruino lacks takes about N variables: regular expressions that Espruino does not know N',
    ],
  );
});

test('plain JavaScript may require the library by the name of its package, and is told of a deaf listener', async () => {
  const { code } = await compile({
    'common.js':
      "const { launch } = require('espruino-mqtt-link');\nlaunch(function (link) { link.publish('a', 1); });",
  });
  assert.match(code, /Modules\.addCached\("espruino-mqtt-link",.*exports\.launch=/);
  const [deaf = ''] = await problemsOf({
    'deaf.js':
      "import { launch } from 'espruino-mqtt-link';\nlaunch((link) => {\n  link.on('message', print);\n});",
  });
  assert.match(deaf, /^deaf\.js:3:8: .*messages come to the callback of subscribe/);
});

test('a mistake in one application does not stop another', async () => {
  assert.equal((await problemsOf({ 'draft.ts': 'const a: number = "a";' })).length, 1);
  assert.match((await compile({ 'finished.ts': 'print(1);' })).code, /print\(1\)/);
});

test('what the language, and a module, are refused for is told at its line, through types and imports', async () => {
  assert.deepEqual(
    (
      await problemsOf({
        'label.ts': "import { half } from './half.ts';\n\nprint(half(1 as number));",
        'half.ts': '// One.\nexport const half = (n: number) => n / 2n;\n',
      })
    ).map((text) => text.replace(/: .*/, '')),
    ['half.ts:2:36'],
  );
  const [missing = ''] = await problemsOf({
    'sensor.js': "var a = 1;\nvar s = require('no/such-sensor');\nprint(a, s);",
  });
  assert.match(missing, /^sensor\.js:2:9: there is no module "no\/such-sensor": .*modules/);
});

test('files, packages and CommonJS modules of its own come along', async () => {
  const { code, files } = await compile({
    'weather.js': `
      import { connect, VERSION } from './BME280.js';
      import settings from './settings.json';
      import { helper } from 'some-package';
      const probe = require('probe');
      print(connect(), VERSION, settings.place, helper(), probe.read());`,
    'BME280.js': 'exports.VERSION = 3;\nexports.connect = function () { return 1; };',
    'settings.json': '{ "place": "Grünau" }',
    'modules/probe.js': 'exports.read = () => 5;',
    'node_modules/some-package/package.json': '{ "exports": { "import": "./main.mjs" } }',
    'node_modules/some-package/main.mjs': 'export const helper = () => 7; export const unused = () => 8;',
  });
  assert.deepEqual(Object.keys(files).sort(), ['BME280', 'probe']);
  assert.match(code, /require\("BME280"\)/);
  assert.match(code, /Gr\\xc3\\xbcnau/);
  assert.doesNotMatch(code, /unused/);
});

test('the map leads from what the board gets to the line that the author wrote', async () => {
  const source =
    "import { launch } from 'espruino-mqtt-link';\n\nlaunch((link) => {\n  link.subscribe('t', (topic) => {\n    print('got', topic);\n  });\n});\n";
  const { code, map } = await compile({ 'map.ts': source });
  const origins = new Origins(map);
  const at = (text: string) => origins.of(placeOf(code, code.lastIndexOf(text)));
  assert.deepEqual({ ...at('print("got"'), source: '' }, { source: '', line: 5, column: 5 });
  assert.match(at('print("got"')!.source, /map\.ts$/);
  assert.match(at('missing, or not a JSON object')!.source, /host\/launch\.ts$/);
  const place = (text: string) => placeOf(code, code.indexOf(text));
  assert.match(origins.of(place('.prototype.subscribe='))!.source, /host\/mqttlink\.ts$/);
  // It names no other method.
  assert.equal(code.indexOf('.prototype.publish'), -1);
  assert.match(origins.of(place('"publish: "'))!.source, /host\/mqttlink\.ts$/);
});

test('what is the same as before is found again without the compiler, and what has changed is not', async () => {
  const files = {
    'again.ts': "import { word } from './word';\nprint(word);",
    'word.ts': "export const word = 'one';",
  };
  const { code } = await compile(files);
  const child = (): { code: string; compiler: boolean } => {
    const program = `
      const { compileApplication } = await import(${JSON.stringify(import.meta.resolve('./index.ts'))});
      const { code } = await compileApplication({ entry: ${JSON.stringify(join(folder, 'again.ts'))} });
      const { createRequire } = await import('node:module');
      const loaded = Object.keys(createRequire(${JSON.stringify(import.meta.url)}).cache);
      console.log(JSON.stringify({ code, compiler: loaded.some((path) => /typescript\\.js$/.test(path)) }));`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', program],
      { encoding: 'utf8' },
    );
    assert.ok(stdout, stderr);
    return JSON.parse(stdout) as { code: string; compiler: boolean };
  };
  assert.deepEqual(child(), { code, compiler: false });
  writeFileSync(join(folder, 'word.ts'), "export const word = 'two';");
  const changed = child();
  assert.equal(changed.compiler, true);
  assert.match(changed.code, /"two"/);
});
