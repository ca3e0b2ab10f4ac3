/** Device code names its properties by the convention, and no bundle is left with a name that it could have shorter. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import ts from 'typescript';
import { loadLibrary } from '../compiler/library';
import { readBundle } from '../compiler/built';
import { ROOT, inPackage } from '../package';
import { type DeviceSources, findLeftOver, findMisnamed, publishedNames } from './property-names';

/** Texts as a project of their own, `published.ts` of which is what applications get. */
function sourcesOf(texts: Readonly<Record<string, string>>): DeviceSources {
  const options: ts.CompilerOptions = { target: ts.ScriptTarget.ES5, lib: ['lib.es5.d.ts'], types: [] };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  const textOf = (path: string): string | undefined => texts[path.replace(/^.*\/device\//, '')];
  host.getSourceFile = (path, ...rest) => {
    const text = textOf(path);
    return text === undefined ? getSourceFile(path, ...rest) : ts.createSourceFile(path, text, rest[0], true);
  };
  host.fileExists = (path) => textOf(path) !== undefined || fileExists(path);
  host.directoryExists = (path) => path === '/device' || ts.sys.directoryExists(path);
  host.readFile = (path) => textOf(path) ?? readFile(path);
  const program = ts.createProgram(
    Object.keys(texts).map((name) => `/device/${name}`),
    options,
    host,
  );
  return {
    program,
    isDevice: (path) => /^\/device\/.*(?<!\.d)\.ts$/.test(path),
    published: '/device/published.ts',
    firmware: [],
  };
}

const FIRMWARE = 'declare var board: { getPin(n: number): { level: number } };';

/** What is said of a text, `line name`, beside a class that applications get. */
function misnamed(text: string, published = 'export {};'): string[] {
  const found = findMisnamed(
    sourcesOf({ 'firmware.d.ts': FIRMWARE, 'published.ts': published, 'a.ts': text }),
  );
  return found.map((line) => line.replace(/^\/device\/(?:a\.ts:)?(\S+): (\S+) .*$/, '$1 $2'));
}

test('what only device code knows has to begin with an underscore', () => {
  assert.deepEqual(misnamed('interface Entry { _id: number; timer: number }'), ['1 timer']);
  assert.deepEqual(misnamed('class Entry { _id = 1; timer = 2 }'), ['1 timer']);
  assert.deepEqual(misnamed('let entry: { timer: number };'), ['1 timer']);
  assert.deepEqual(misnamed('let entry = { _id: 1,\n timer: 2 };'), ['2 timer']);
  assert.deepEqual(misnamed('interface Entry { _id: number }'), []);
  // A name that the firmware happens to have, too, on an object that is not the firmware's.
  assert.deepEqual(misnamed('interface Entry { timer: number; level: number }'), ['1 timer']);
  assert.deepEqual(misnamed('interface Entry { _timer: number; level: number; count: number }'), [
    '1 level',
    '1 count',
  ]);
});

test('what applications, the console or the firmware know must not', () => {
  const published = 'export interface Link { _send(text: string): void; close(): void }';
  assert.deepEqual(misnamed('', published), ['published.ts:1 _send']);
  assert.deepEqual(misnamed('declare var chip: { _x: number }; chip._x = 1;'), []);
  // Also where it is only a parameter of what is exported, and declared elsewhere.
  const found = findMisnamed(
    sourcesOf({
      'firmware.d.ts': 'declare var board: { _getPin(n: number): number };',
      'more.ts': 'export interface Setup { broker: string; _port: number }\nboard._getPin(1);',
      'published.ts': `import { Setup } from './more'; export function start(setup: Setup) {}`,
    }),
  );
  assert.deepEqual(
    found.map((line) => line.replace(/^.*:(\d+): (\S+) .*$/, '$1 $2')),
    ['1 _port', '2 _getPin'],
  );
});

test('the firmware’s objects, factories and what applications know keep their names', () => {
  assert.deepEqual(misnamed('interface Pin { getPin(n: number): { level: number } }'), []);
  assert.deepEqual(
    misnamed("/** What is used of Espruino's module `Radio`. */\ninterface Radio { join(): void }"),
    [],
  );
  assert.deepEqual(misnamed('declare var console: { help(): void };'), []);
  const factory = `interface Options { time(): number }
    interface Clock { spent(): number }
    export function createClock(options: Options): Clock { return { spent: options.time }; }`;
  assert.deepEqual(misnamed(factory), []);
  assert.deepEqual(misnamed(factory.replace('createClock', 'newClock')), ['1 time', '2 spent']);
  const published = 'export interface Link { close(): void }';
  assert.deepEqual(misnamed('class Only { close() {} }', published), []);
});

let device: DeviceSources;

before(() => {
  const { config } = ts.readConfigFile(inPackage('tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  // Applications are their users', and a self-test's names are what the tools call them.
  const files = fileNames.filter((path) => !/\/(apps|compat|selftest|benchmark)\//.test(path));
  const own = new Set(files.filter((path) => !path.endsWith('.d.ts')));
  device = {
    program: ts.createProgram(files, { ...options, composite: false, incremental: false }),
    isDevice: (path) => own.has(path),
    published: inPackage('host/library.ts'),
    firmware: [join(ROOT, 'node_modules/espruino-types/index.d.ts')],
  };
});

test('device code keeps to that', () => {
  assert.deepEqual(findMisnamed(device), []);
});

test('no bundle has a long name that is nobody else’s', async () => {
  assert.deepEqual(findLeftOver(readBundle('target'), device), []);
  const { core } = await loadLibrary();
  assert.deepEqual(findLeftOver(core.code, device, publishedNames(device)), []);
  assert.deepEqual(findLeftOver('a.charCodeAt(0); b.unheardOf = { broker: 1 };', device), [
    'broker',
    'unheardOf',
  ]);
});
