/**
 * The build of small projects made for the purpose: what must survive it, and what must end it. Never touches the
 * project's own `dist/`.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { thousands } from './stack';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
let folder = '';

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-'));
  for (const name of ['shared', 'target']) mkdirSync(join(folder, name));
  for (const name of ['package.json', 'tsconfig.json', 'shared/espruino.d.ts']) {
    cpSync(join(root, name), join(folder, name));
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
});
after(() => rmSync(folder, { recursive: true }));

function build(main: string): { bundle: string; error: string } {
  rmSync(join(folder, 'dist'), { recursive: true, force: true });
  writeFileSync(join(folder, 'target/main.ts'), main);
  const rollup = join(root, 'node_modules/rollup/dist/bin/rollup');
  const run = spawnSync(process.execPath, [rollup, '-c', join(root, 'rollup.config.js'), '--silent'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  if (run.status !== 0) return { bundle: '', error: run.stderr };
  const bundle = readFileSync(join(folder, 'dist/target.js'), 'latin1');
  assert.match(
    run.stdout,
    new RegExp(`^target\\.js: ${thousands(bundle.length)} of 16,000 bytes, stack [\\d,]+ of`, 'm'),
  );
  return { bundle, error: '' };
}

test('the directive "ram" stays, at the start of its function', () => {
  const { bundle, error } = build(`
    function twice(value: number): number {
      'ram';
      const sum = value + value;
      return sum;
    }
    declare const D0: Pin, D1: Pin;
    console.log(twice(+digitalRead(D0)) + twice(+digitalRead(D1)));
  `);
  assert.equal(error, '');
  assert.match(bundle, /\{"ram";/);
});

test('text becomes its UTF-8 bytes, and escapes stay the bytes they name', () => {
  const { bundle } = build(
    String.raw`declare const D0: Pin, D1: Pin;
    console.log('grün €', '\xff\x80', D0 + ` +
      '`ß${D1}`' +
      String.raw`); // ü`,
  );
  assert.ok(
    bundle.includes(String.raw`"gr\xfcn`) === false &&
      bundle.includes(String.raw`"gr\xc3\xbcn \xe2\x82\xac"`),
  );
  assert.ok(bundle.includes(String.raw`"\xff\x80"`));
  assert.ok(bundle.includes(String.raw`"\xc3\x9f"`));
  assert.match(bundle, /^[\0-\x7f]*$/);
});

test('names with one underscore are shortened, others kept', () => {
  const { bundle } = build(`
    const state = { _secret: getTime(), open: getTime() };
    setInterval(function () { state._secret++; console.log(state); }, 9);
  `);
  assert.ok(bundle.includes('open:') && !bundle.includes('_secret'));
});

test('newer syntax leaves nothing behind that Espruino cannot run', () => {
  const { error } = build(`
    const add = (a: number, b = 2) => a + b;
    for (const value of [1, 2]) console.log(add(value), \`\${value}\`, value ?? 3);
  `);
  assert.equal(error, '');
});

test('a type error ends the build, with file and message', () => {
  const { error } = build('const count: number = "one"; console.log(count);');
  assert.match(error, /target\/main\.ts/);
  assert.match(error, /'string' is not assignable to type 'number'/);
});

test("so does a name of Node's or a browser's", () => {
  assert.match(build('console.log(Buffer.from("a"));').error, /Cannot find name 'Buffer'/);
  assert.match(build('console.log(document.title);').error, /Cannot find name 'document'/);
});

test('so does what cannot be taken apart, with source and line', () => {
  const { error } = build(`
    function createPart(told: () => void) {
      if (getTime() > 5) return 1;
      told();
      return 2;
    }
    const part = createPart(function () { console.log(1); });
    setInterval(function () { console.log(part); }, 9);
  `);
  assert.match(error, /target\/main\.ts:3: createPart returns before its end: return 1;/);
});

test('so does what Espruino cannot run, with bundle, source and construct', () => {
  const { error } = build('console.log(getTime());\nconsole.log(Object.freeze({ a: getTime() }));');
  assert.match(error, /target\.js:1:\d+ \(target\/main\.ts:2:13\): Object\.freeze, which Espruino lacks/);
});

test('so does a function called before it exists', () => {
  const { error } = build(`
    setTimeout(function () { console.log(first(), late(2)); }, 1);
    function first() { return getTime() > 5 ? late(1) : late(getTime()); }
    console.log(first());
    const late = function (n: number) { for (let i = 0; i < 3; i++) n += getTime(); return n; };
  `);
  // The call is gone by then: what it calls stands there.
  assert.match(error, /target\/main\.ts:3:47\): use of \w+ before its declaration ran/);
});

test('declarations come before what calls them', () => {
  const { bundle } = build(`
    setTimeout(function () { console.log(late(1), late(2)); }, 1);
    if (getTime() < 0) console.log(late(3));
    function late(n: number) { for (let i = 0; i < 3; i++) n += getTime(); return n; }
  `);
  assert.match(bundle, /^\/\/.*\nfunction/);
});

test('so does a target that may call itself, or goes too deep, with the chain in the words of the sources', () => {
  assert.match(
    build(`
      function walk(depth: number): void { if (depth) walk(depth - 1); console.log(depth); }
      walk(getTime());
    `).error,
    /target\.js: a function may call itself, so its stack has no bound: walk > walk/,
  );
  const level = (n: number): string =>
    `function level${n}(value: number): number {
      for (let i = 0; i < value; i++) if (Math.min(1 + level${n - 1}(value + i)) > i) print(i);
      return level${n - 1}(value);
    }`;
  const levels = Array.from({ length: 15 }, (_, n) => level(n + 1)).join('\n');
  assert.match(
    build(`function level0(value: number): number { print(value); print(-value); return getTime(); }
      ${levels}
      setInterval(function () { print(level15(getTime())); }, 9);`).error,
    /target\.js: stack \d\d,\d{3} of [\d,]+: .*level15 > level14 > .*/,
  );
});

test('so does a target that is too large, with its size', () => {
  assert.match(
    build(`console.log('${'x'.repeat(16000)}');`).error,
    /target\.js: 16,0\d\d bytes, at most 16,000 are allowed/,
  );
});
