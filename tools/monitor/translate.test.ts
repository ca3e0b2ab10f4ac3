/**
 * Exceptions of programs that a compiler has made short, as both engines print them, come back as their author wrote
 * them: file, line, expression, and the calls by their names.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { buildSync } from 'esbuild';
import { findEspruino } from '../rig/engines/espruino';
import { ENGINES, startWorld } from '../rig/world';
import { createTranslator } from './translate';
import type { Mapped } from './places';

const folder = mkdtempSync(join(tmpdir(), 'translate-'));
after(() => rmSync(folder, { recursive: true }));

/** A module, and an application that fails in it, in a timer, in a callback, in a promise, and tells of what it caught. */
const VALVE = `export function openValve(garden) {
  print('opening');
  return garden.valve.open();
}
`;
const APP = `import { openValve } from './valve';

function Watering(minutes) {
  this.minutes = minutes;
}
Watering.prototype.begin = function (garden) {
  openValve(garden);
};

setTimeout(function () {
  new Watering(10).begin({});
}, 20);
setTimeout(function () {
  throw new Error('my bug');
}, 60);
setTimeout(function () {
  [1].forEach(function (step) {
    moisture(step);
  });
}, 100);
setTimeout(function () {
  try {
    new Watering(5).begin({});
  } catch (error) {
    print('caught', error.stack);
  }
}, 140);
setTimeout(function () {
  print('done');
}, 200);
`;

function compile(): Mapped {
  writeFileSync(join(folder, 'valve.js'), VALVE);
  writeFileSync(join(folder, 'garden.js'), APP);
  const { outputFiles } = buildSync({
    entryPoints: [join(folder, 'garden.js')],
    absWorkingDir: folder,
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2015',
    supported: { arrow: false },
    sourcemap: 'external',
    outfile: join(folder, 'out.js'),
    banner: { js: '//garden' },
  });
  const [map, code] = outputFiles;
  return { code: code?.text ?? '', map: map?.text ?? '' };
}

for (const engine of ENGINES)
  test(
    `exceptions speak of the source, on ${engine}`,
    { skip: engine === 'espruino' && !findEspruino() ? 'no Espruino interpreter' : false },
    async () => {
      const mapped = compile();
      const translator = createTranslator(mapped);
      const lines: string[] = [];
      let done: () => void = () => undefined;
      const ended = new Promise<void>((resolve) => (done = resolve));
      const world = await startWorld({
        engine,
        app: '',
        hostBundle: mapped.code,
        targetBundle: '0',
        onLine(board, line) {
          if (board !== 'host') return;
          lines.push(...translator.translate(line));
          if (line === 'done') done();
        },
      });
      await ended;
      await world.stop();
      const said = lines.join('\n');
      const calls = (...more: string[]): string =>
        [
          '    at openValve (valve.js:3:',
          '      return garden.valve.open();',
          '    at begin (garden.js:7:3)',
          '      openValve(garden);',
          ...more,
        ].join('\n');
      /** Columns of the first place are the engine's: of `valve`, or of `open`. */
      const bare = said.replace(/^ +\^\n/gm, '').replace(/(valve\.js:3:)\d+\)/g, '$1');
      assert.ok(bare.includes(calls('    at garden.js:11:20', '      new Watering(10).begin({});')), said);
      assert.match(
        bare,
        /Uncaught Error: my bug\n {4}at garden\.js:14:\d+\n {6}throw new Error\('my bug'\);\n/,
      );
      assert.match(
        bare,
        /^Uncaught .*moisture.*\n {4}at garden\.js:18:5\n {6}moisture\(step\);\n {4}at garden\.js:17:\d+\n {6}\[1\]\.forEach\(function \(step\) \{\n/m,
      );
      assert.match(bare, /^caught.*\n {4}at openValve \(valve\.js:3:\n/m);
      assert.ok(bare.endsWith('done'), said);
      // Nothing of what the board has in their place is left.
      assert.doesNotMatch(said, /bootcde|node:|espruino:/);
    },
  );

test('code in memory is found by the text that the board shows of it', () => {
  const mapped = compile();
  const at = mapped.code.indexOf('throw');
  const text = mapped.code.slice(at, mapped.code.indexOf('}', at)).replace(/;$/, '');
  const translator = createTranslator(mapped);
  const lines = ['Uncaught Error: my bug', '    at :1:25', text, `${' '.repeat(text.length - 1)}^`, 'next'];
  assert.deepEqual(
    lines.flatMap((line) => translator.translate(line)),
    [
      'Uncaught Error: my bug',
      '    at garden.js:14:13',
      "      throw new Error('my bug');",
      '                ^',
      'next',
    ],
  );
});

test('older firmware’s words are understood too', () => {
  const mapped = compile();
  const line = mapped.code.split('\n')[1] ?? '';
  const column = String(line.indexOf('throw') + 1 + 'throw '.length);
  const translator = createTranslator(mapped);
  const said = [`    at line 2 col ${column} in .bootcde`].flatMap((text) => translator.translate(text));
  assert.deepEqual(said[0], '    at garden.js:14:13');
});

test('what is no exception of the program passes, and nothing is lost', () => {
  const lines = [
    'Uncaught text',
    'moisture 12',
    '    at .boot0:1:5',
    '    at :1:4',
    'nowhere in the program',
    '  ^',
    '',
    '    at :1:3',
  ];
  const translator = createTranslator(compile());
  assert.deepEqual([...lines.flatMap((line) => translator.translate(line)), ...translator.flush()], lines);
  const unknown = createTranslator(undefined);
  assert.deepEqual(
    lines.flatMap((line) => unknown.translate(line)),
    lines,
  );
});
